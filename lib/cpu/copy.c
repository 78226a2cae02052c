/* Moving elements: see copy.h. */
#include "cpu/copy.h"

#include <string.h>
#include "core/pool.h"
#include "core/status.h"
#include "cpu/isa.h"

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

/* The side of a tile, and the bytes of a line that are moved at once. */
enum { TILE = 64, STRETCH = 1 << 16 };
enum { MOST_TASKS = 64 };

/* The last two axes are a matrix that is transposed: what is adjacent on one side runs across the memory of the other. */
static bool crosses(const tn_copy *c)
{
    int a = c->rank - 2, b = c->rank - 1;
    return c->rank >= 2 && c->run <= 16 && c->from[a] == (int64_t)c->run && c->length[a] > 1 && c->length[b] > 8;
}

static tn_transpose_of transpose_for(const tn_copy *c)
{
    const tn_transposes *t = tn_isa_best()->transposes;
    return c->to[c->rank - 1] != (int64_t)c->run ? NULL : c->run == 4 ? t->of_4 : c->run == 8 ? t->of_8 : NULL;
}

/* A strip of rows of the last two axes, by square tiles, so that the side which runs across the memory stays in the cache. */
static void copy_tiles(const tn_copy *c, const char *from, char *to, int64_t rows)
{
    const tn_transpose_of transpose = transpose_for(c);
    const int a = c->rank - 2, b = c->rank - 1;
    tn_copy tile = *c;
    for (int64_t j = 0; j < c->length[b]; j += TILE, from += TILE * c->from[b], to += TILE * c->to[b]) {
        tile.length[b] = c->length[b] - j < TILE ? c->length[b] - j : TILE;
        if (transpose)
            transpose(from, to, c->from[b], c->to[a], rows, tile.length[b]);
        else
            for (int64_t k = 0; k < rows; k++)
                copy_line(&tile, from + k * c->from[a], to + k * c->to[a]);
    }
}

/* A strip of a box without axes is some of its bytes, of one with lines some of a line's elements, of a matrix some of its rows. */
static int64_t strip_length(const tn_copy *c)
{
    return c->rank == 0 ? STRETCH : crosses(c) ? TILE : c->run < STRETCH ? STRETCH / (int64_t)c->run : 1;
}

static int outer_axes(const tn_copy *c)
{
    return c->rank == 0 ? 0 : crosses(c) ? c->rank - 2 : c->rank - 1;
}

/* What strips are cut from. */
static int64_t whole_length(const tn_copy *c)
{
    return c->rank == 0 ? (int64_t)c->run : c->length[outer_axes(c)];
}

int64_t tn_copy_units(const tn_copy *c)
{
    int64_t units = c->empty ? 0 : tn_units_of(whole_length(c), strip_length(c));
    for (int i = 0; i < outer_axes(c) && units; i++)
        units *= c->length[i];
    return units;
}

static void copy_strip(const tn_copy *c, const char *from, char *to, int64_t n)
{
    tn_copy strip;
    if (c->rank == 0)
        memcpy(to, from, (size_t)n);
    else if (crosses(c))
        copy_tiles(c, from, to, n);
    else {
        strip = *c;
        strip.length[c->rank - 1] = n;
        copy_line(&strip, from, to);
    }
}

/* Where a walk over the outer axes stands. */
typedef struct walk {
    int64_t index[TN_COPY_RANK];
    int64_t from, to; /* in bytes */
} walk;

static walk walk_to(const tn_copy *c, int outer, int64_t index)
{
    walk w = { .from = c->from_offset, .to = c->to_offset };
    for (int i = outer - 1; i >= 0; i--) {
        w.index[i] = index % c->length[i];
        w.from += w.index[i] * c->from[i];
        w.to += w.index[i] * c->to[i];
        index /= c->length[i];
    }
    return w;
}

/* On to the next index of the outer axes; after the last one, to the first. */
static void advance(const tn_copy *c, int outer, walk *w)
{
    for (int i = outer - 1; i >= 0; i--) {
        w->from += c->from[i];
        w->to += c->to[i];
        if (++w->index[i] < c->length[i])
            return;
        w->from -= c->from[i] * c->length[i];
        w->to -= c->to[i] * c->length[i];
        w->index[i] = 0;
    }
}

void tn_copy_part(const tn_copy *c, const void *from, void *to, int64_t first, int64_t last)
{
    if (first >= last)
        return;
    const int outer = outer_axes(c);
    const int64_t length = strip_length(c), whole = whole_length(c), strips = tn_units_of(whole, length);
    const int64_t from_step = c->rank ? c->from[outer] : 1, to_step = c->rank ? c->to[outer] : 1;
    walk w = walk_to(c, outer, first / strips);
    for (int64_t strip = first % strips; first < last; first++) {
        const int64_t at = strip * length;
        copy_strip(c, (const char *)from + w.from + at * from_step, (char *)to + w.to + at * to_step,
                   whole - at < length ? whole - at : length);
        if (++strip == strips) {
            strip = 0;
            advance(c, outer, &w);
        }
    }
}

void tn_copy_run(const tn_copy *c, const void *from, void *to)
{
    tn_copy_part(c, from, to, 0, tn_copy_units(c));
}

/* ---- With threads ---- */

typedef struct copying {
    const tn_copy *copy;
    const void *from;
    char *to;
    int64_t units, tasks; /* tasks: among which units are dealt out */
    int64_t bytes;        /* to be zero before */
} copying;

static void copy_task(void *arg, int64_t i, int worker)
{
    const copying *c = arg;
    (void)worker;
    tn_copy_part(c->copy, c->from, c->to, c->units * i / c->tasks, c->units * (i + 1) / c->tasks);
}

void tn_copy_run_with(tn_pool *pool, const tn_copy *copy, const void *from, void *to)
{
    const int64_t units = tn_copy_units(copy);
    copying c = { .copy = copy, .from = from, .to = to, .units = units, .tasks = units < MOST_TASKS ? units : MOST_TASKS };
    tn_pool_run(pool, c.tasks, copy_task, &c);
}

static void zero_task(void *arg, int64_t i, int worker)
{
    const copying *c = arg;
    const int64_t first = i * STRETCH;
    (void)worker;
    memset(c->to + first, 0, (size_t)(c->bytes - first < STRETCH ? c->bytes - first : STRETCH));
}

void tn_copy_into_zeros(const tn_frame *frame, const tn_copy *copy, const void *from, void *to, size_t bytes)
{
    copying c = { .to = to, .bytes = (int64_t)bytes };
    tn_pool *pool = tn_pool_worth(frame->pool, (double)bytes / 2);
    tn_pool_run(pool, tn_units_of(c.bytes, STRETCH), zero_task, &c);
    tn_copy_run_with(pool, copy, from, to);
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

static tn_status copy_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    tn_copy_part(step->args, tn_in(step, frame, 0), tn_out(step, frame, 0), range.first, range.last);
    return TN_OK;
}

tn_status tn_copy_prepared(tn_prepare *p, tn_copy *copy)
{
    tn_copy_plan(copy);
    tn_divide(p, &copy->divided, copy_part, tn_copy_units(copy));
    return TN_OK;
}
