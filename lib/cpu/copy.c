/* Moving elements: see copy.h. */
#include "cpu/copy.h"

#include <string.h>
#include "core/status.h"

/* ---- Planning ---- */

void tn_copy_axis(tn_copy *copy, int64_t length, int64_t from, int64_t to)
{
    int i = copy->rank++;
    copy->length[i] = length;
    copy->from[i] = from;
    copy->to[i] = to;
}

static void remove_axis(tn_copy *c, int i)
{
    for (c->rank--; i < c->rank; i++) {
        c->length[i] = c->length[i + 1];
        c->from[i] = c->from[i + 1];
        c->to[i] = c->to[i + 1];
    }
}

/* Axis i continues where axis i + 1 ends, on both sides. */
static bool merges(const tn_copy *c, int i)
{
    int64_t n = c->length[i + 1];
    return c->from[i] == c->from[i + 1] * n && c->to[i] == c->to[i + 1] * n;
}

static void merge_axes(tn_copy *c)
{
    for (int i = c->rank - 2; i >= 0; i--) {
        if (!merges(c, i))
            continue;
        c->length[i + 1] *= c->length[i];
        remove_axis(c, i);
    }
}

void tn_copy_plan(tn_copy *c)
{
    for (int i = 0; i < c->rank; i++)
        c->empty |= c->length[i] <= 0;
    if (c->empty)
        return;
    for (int i = c->rank - 1; i >= 0; i--)
        if (c->length[i] == 1)
            remove_axis(c, i);
    merge_axes(c);
    int last = c->rank - 1;
    if (last >= 0 && c->from[last] == (int64_t)c->run && c->to[last] == (int64_t)c->run)
        c->run *= (size_t)c->length[c->rank = last];
}

void tn_copy_strides(const tn_dims *dims, size_t element, int64_t *strides)
{
    uint64_t stride = element;
    for (int i = dims->rank - 1; i >= 0; i--) {
        strides[i] = (int64_t)stride;
        stride *= (uint64_t)dims->dim[i];
    }
}

tn_status tn_copy_check(const tn_prepare *p, size_t *element)
{
    char text[TN_DIMS_TEXT];
    *element = tn_dtype_size(p->out[0].dtype);
    if (!*element)
        return tn_no_kernel(p, p->out[0].dtype);
    for (int i = 0; i < p->num_inputs + p->num_outputs; i++) {
        const tn_operand *operand = i < p->num_inputs ? &p->in[i] : &p->out[i - p->num_inputs];
        size_t bytes;
        if (!tn_dims_bytes(&operand->dims, operand->dtype, &bytes) || bytes > INT64_MAX)
            return tn_fail_node(TN_RESOURCE_EXHAUSTED, tn_op_type(p->op), tn_op_name(p->op),
                                "OOM when allocating tensor with shape%s and type %s", tn_dims_text(&operand->dims, text),
                                tn_dtype_name(operand->dtype));
    }
    return TN_OK;
}

/* ---- Running ---- */

/* One line of elements of a constant size, which the compiler turns into single loads and stores. */
#define LINE(size)                                                                                                                         \
    static void line_##size(const char *from, char *to, int64_t n, int64_t from_step, int64_t to_step)                                     \
    {                                                                                                                                      \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            memcpy(to + i * to_step, from + i * from_step, size);                                                                          \
    }
LINE(1)
LINE(2)
LINE(4)
LINE(8)
LINE(16)

/* The last axis. */
static void copy_line(const tn_copy *c, const char *from, char *to)
{
    int last = c->rank - 1;
    int64_t n = c->length[last], f = c->from[last], t = c->to[last];
    switch (c->run) {
    case 1:
        line_1(from, to, n, f, t);
        break;
    case 2:
        line_2(from, to, n, f, t);
        break;
    case 4:
        line_4(from, to, n, f, t);
        break;
    case 8:
        line_8(from, to, n, f, t);
        break;
    case 16:
        line_16(from, to, n, f, t);
        break;
    default:
        for (int64_t i = 0; i < n; i++)
            memcpy(to + i * t, from + i * f, c->run);
    }
}

enum { TILE = 32 };

/* The last two axes by square tiles, so that the side which runs across the memory stays in the cache: a matrix transposed. */
static void copy_tiles(const tn_copy *c, const char *from, char *to)
{
    tn_copy tile = *c;
    int a = c->rank - 2, b = c->rank - 1;
    for (int64_t i = 0; i < c->length[a]; i += TILE)
        for (int64_t j = 0; j < c->length[b]; j += TILE) {
            int64_t rows = c->length[a] - i < TILE ? c->length[a] - i : TILE;
            tile.length[b] = c->length[b] - j < TILE ? c->length[b] - j : TILE;
            for (int64_t k = i; k < i + rows; k++)
                copy_line(&tile, from + k * c->from[a] + j * c->from[b], to + k * c->to[a] + j * c->to[b]);
        }
}

static bool crosses(const tn_copy *c)
{
    int a = c->rank - 2, b = c->rank - 1;
    return c->rank >= 2 && c->run <= 16 && c->from[a] == (int64_t)c->run && c->length[a] > 1 && c->length[b] > TILE;
}

/* Where a walk over the outer axes stands. */
typedef struct walk {
    int64_t index[TN_COPY_RANK];
    int64_t from, to; /* in bytes */
} walk;

/* On to the next index of the outer axes; false after the last one. */
static bool advance(const tn_copy *c, int outer, walk *w)
{
    for (int i = outer - 1; i >= 0; i--) {
        w->from += c->from[i];
        w->to += c->to[i];
        if (++w->index[i] < c->length[i])
            return true;
        w->from -= c->from[i] * c->length[i];
        w->to -= c->to[i] * c->length[i];
        w->index[i] = 0;
    }
    return false;
}

void tn_copy_run(const tn_copy *c, const void *from, void *to)
{
    if (c->empty)
        return;
    if (c->rank == 0) {
        memcpy((char *)to + c->to_offset, (const char *)from + c->from_offset, c->run);
        return;
    }
    bool tiles = crosses(c);
    int outer = tiles ? c->rank - 2 : c->rank - 1;
    walk w = { .from = c->from_offset, .to = c->to_offset };
    do {
        if (tiles)
            copy_tiles(c, (const char *)from + w.from, (char *)to + w.to);
        else
            copy_line(c, (const char *)from + w.from, (char *)to + w.to);
    } while (advance(c, outer, &w));
}

/* The element is written once, then what is there is doubled, up to a chunk that stays in the cache. */
void tn_copy_fill(void *to, size_t bytes, size_t element, const void *value)
{
    const size_t chunk = 256 * element;
    if (bytes == 0)
        return;
    memcpy(to, value, element);
    for (size_t done = element; done < bytes;) {
        size_t n = done < chunk ? done : chunk;
        n = n < bytes - done ? n : bytes - done;
        memcpy((char *)to + done, to, n);
        done += n;
    }
}

tn_status tn_run_nothing(const tn_step *step, const tn_frame *frame)
{
    (void)step;
    (void)frame;
    return TN_OK;
}

static tn_status run_copy(const tn_step *step, const tn_frame *frame)
{
    tn_copy_run(step->args, tn_in(step, frame, 0), tn_out(step, frame, 0));
    return TN_OK;
}

tn_status tn_copy_prepared(tn_prepare *p, tn_copy *copy)
{
    tn_copy_plan(copy);
    p->run = copy->empty ? tn_run_nothing : run_copy;
    p->args = copy;
    return TN_OK;
}
