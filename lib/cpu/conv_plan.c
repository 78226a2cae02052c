/* What all convolutions have in common: see conv_plan.h. */
#include "cpu/conv_plan.h"

#include <string.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"
#include "cpu/elementwise.h"
#include "cpu/isa.h"

/* ---- Prepare ---- */

bool tn_conv_reserve(tn_conv *c, size_t n, size_t each, size_t *at)
{
    size_t bytes;
    *at = c->workspace;
    if (!tn_mul_size(n, each, &bytes) || !tn_mul_size(bytes, c->element, &bytes) || bytes > (size_t)INT64_MAX / 4)
        return false;
    return tn_add_size(c->workspace, (bytes + TN_ALIGNMENT - 1) / TN_ALIGNMENT * TN_ALIGNMENT, &c->workspace) &&
           c->workspace <= (size_t)INT64_MAX / 2;
}

tn_status tn_conv_too_large(const tn_prepare *p)
{
    return tn_fail_node(TN_RESOURCE_EXHAUSTED, tn_op_type(p->op), tn_op_name(p->op), "OOM when allocating the workspace of %s",
                        tn_op_type(p->op));
}

/* A copy between the layouts of one tensor, whose dims are NCHW. */
static tn_copy *new_transposition(const tn_prepare *p, const tn_dims *nchw, size_t element, bool to_nhwc)
{
    tn_copy *copy = TN_NEW(p->owner, tn_copy);
    if (!copy)
        return NULL;
    const int64_t n = nchw->dim[0], c = nchw->dim[1], pixels = nchw->dim[2] * nchw->dim[3], e = (int64_t)element;
    copy->run = element;
    copy->empty = tn_dims_size(nchw) == 0;
    if (!copy->empty) {
        const int64_t of_c[2] = { pixels * e, e }, of_pixel[2] = { e, c * e }; /* distances in NCHW and NHWC */
        tn_copy_axis(copy, n, c * pixels * e, c * pixels * e);
        tn_copy_axis(copy, c, of_c[!to_nhwc], of_c[to_nhwc]);
        tn_copy_axis(copy, pixels, of_pixel[!to_nhwc], of_pixel[to_nhwc]);
    }
    tn_copy_plan(copy);
    return copy;
}

static tn_status add_copy(tn_prepare *p, tn_conv *c, int input)
{
    int i = input == c->filter_input;
    const tn_dims *d = &p->in[input].dims;
    if (!tn_conv_reserve(c, (size_t)tn_dims_size(d), 1, &c->copied_at[i]))
        return tn_conv_too_large(p);
    c->to_nhwc[i] = new_transposition(p, d, c->element, true);
    return c->to_nhwc[i] ? TN_OK : TN_RESOURCE_EXHAUSTED;
}

static tn_status add_copies(tn_prepare *p, tn_conv_kind kind, tn_conv *c)
{
    tn_status status = add_copy(p, c, c->in_input);
    if (kind == TN_CONV_FILTER_GRADIENT)
        return status ? status : add_copy(p, c, c->filter_input);
    if (status)
        return status;
    if (!tn_conv_reserve(c, (size_t)tn_dims_size(&p->out[0].dims), 1, &c->out_at))
        return tn_conv_too_large(p);
    c->from_nhwc = new_transposition(p, &p->out[0].dims, c->element, false);
    return c->from_nhwc ? TN_OK : TN_RESOURCE_EXHAUSTED;
}

static const tn_conv_table *table_of(tn_dtype dtype)
{
    const tn_isa *isa = tn_isa_best();
    return dtype == TN_FLOAT32 ? isa->conv_f32 : dtype == TN_FLOAT64 ? isa->conv_f64 : NULL;
}

tn_status tn_conv_init(tn_prepare *p, tn_conv_kind kind, bool depthwise, tn_conv *c)
{
    const tn_operand *images = kind == TN_CONV_INPUT_GRADIENT ? p->out : p->in;
    const tn_operand *filter = kind == TN_CONV_FILTER_GRADIENT ? p->out : &p->in[1];
    const tn_operand *windows = kind == TN_CONV_FORWARD ? p->out : &p->in[2];
    const int64_t *f = filter->dims.dim;
    const tn_image_axes at = tn_image_axes_of(p->op);
    tn_window y = { .in = images->dims.dim[at.height], .size = f[0] }, x = { .in = images->dims.dim[at.width], .size = f[1] };
    *c = (tn_conv){ .table = table_of(images->dtype), .element = tn_dtype_size(images->dtype), .depthwise = depthwise };
    if (!c->table)
        return tn_no_kernel(p, images->dtype);
    if (tn_dims_size(&filter->dims) > INT64_MAX >> 10) /* so that there is room for padding it */
        return tn_conv_too_large(p);
    if (images->dims.dim[at.channel] != f[2])
        return tn_fail_node(TN_UNIMPLEMENTED, tn_op_type(p->op), tn_op_name(p->op), "no kernel for grouped convolutions");
    tn_window_attrs(p->op, TN_WINDOW_DILATIONS | (depthwise ? 0 : TN_WINDOW_EXPLICIT), &y, &x);
    if (!tn_window_resolve(&y, tn_padding_of(p->op)) || !tn_window_resolve(&x, tn_padding_of(p->op)))
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "%s", y.error[0] ? y.error : x.error);
    tn_conv_axis_init(&c->y, &y, kind == TN_CONV_INPUT_GRADIENT);
    tn_conv_axis_init(&c->x, &x, kind == TN_CONV_INPUT_GRADIENT);
    c->in_input = kind == TN_CONV_INPUT_GRADIENT ? 2 : 0;
    c->filter_input = kind == TN_CONV_FILTER_GRADIENT ? 2 : 1;
    c->images = images->dims.dim[at.batch];
    c->in_c = (kind == TN_CONV_INPUT_GRADIENT ? windows : images)->dims.dim[at.channel];
    c->out_c = (kind == TN_CONV_INPUT_GRADIENT ? images : windows)->dims.dim[at.channel];
    c->multiplier = depthwise ? f[3] : 1;
    return at.channel == 1 ? add_copies(p, kind, c) : TN_OK;
}

double tn_conv_work(const tn_dims *results, const tn_dims *filter, int64_t result_channels)
{
    return tn_work_of_products((double)tn_dims_size(results) * (double)tn_dims_size(filter) / (double)result_channels);
}

/* A filter of one tap that neither strides nor pads sees no difference between rows. */
void tn_conv_flatten(tn_conv *c)
{
    const tn_conv_axis *y = &c->y, *x = &c->x;
    bool plain = y->size == 1 && x->size == 1 && y->stride == 1 && x->stride == 1 && y->in == y->out && x->in == x->out && !y->before;
    if (!plain || x->before)
        return;
    c->x.in = c->x.out = c->images * c->y.in * c->x.in;
    c->y.in = c->y.out = c->images = 1;
}

/* ---- Run ---- */

const char *tn_conv_in(const tn_conv *c, const tn_step *step, const tn_frame *frame, int i)
{
    if (c->to_nhwc[i])
        return (const char *)tn_workspace(step, frame) + c->copied_at[i];
    return tn_in(step, frame, (uint32_t)(i ? c->filter_input : c->in_input));
}

char *tn_conv_out(const tn_conv *c, const tn_step *step, const tn_frame *frame)
{
    return c->from_nhwc ? (char *)tn_workspace(step, frame) + c->out_at : tn_out(step, frame, 0);
}

void tn_conv_copy_in(const tn_conv *c, const tn_step *step, const tn_frame *frame, tn_pool *pool)
{
    for (int i = 0; i < 2; i++)
        if (c->to_nhwc[i])
            tn_copy_run_with(pool, c->to_nhwc[i], tn_in(step, frame, (uint32_t)(i ? c->filter_input : c->in_input)),
                             (char *)tn_workspace(step, frame) + c->copied_at[i]);
}

void tn_conv_copy_out(const tn_conv *c, const tn_step *step, const tn_frame *frame, tn_pool *pool)
{
    if (c->from_nhwc)
        tn_copy_run_with(pool, c->from_nhwc, (const char *)tn_workspace(step, frame) + c->out_at, tn_out(step, frame, 0));
}

/* [rows, columns] to [columns, rows] when turn, else each element `columns` times; for n positions. Two columns are the rule. */
#define SPREAD(name, T)                                                                                                                    \
    TN_ALWAYS_INLINE void name##_by(const T *from, T *to, int64_t n, const int64_t rows, const int64_t columns, const bool turn)           \
    {                                                                                                                                      \
        for (; n > 0; n--, to += rows * columns, from += turn ? rows * columns : rows) {                                                   \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t r = 0; r < rows; r++)                                                                                             \
                for (int64_t k = 0; k < columns; k++)                                                                                      \
                    to[turn ? k * rows + r : r * columns + k] = from[turn ? r * columns + k : r];                                          \
        }                                                                                                                                  \
    }                                                                                                                                      \
    static void name(const T *from, T *to, int64_t n, int64_t rows, int64_t columns, bool turn)                                            \
    {                                                                                                                                      \
        if (columns == 2 && turn)                                                                                                          \
            name##_by(from, to, n, rows, 2, true);                                                                                         \
        else if (columns == 2)                                                                                                             \
            name##_by(from, to, n, rows, 2, false);                                                                                        \
        else if (turn)                                                                                                                     \
            name##_by(from, to, n, rows, columns, true);                                                                                   \
        else                                                                                                                               \
            name##_by(from, to, n, rows, columns, false);                                                                                  \
    }
SPREAD(spread_32, uint32_t)
SPREAD(spread_64, uint64_t)

static void copy_positions(const tn_conv *c, bool turn, const char *from, char *to, int64_t n)
{
    const int64_t channels = turn ? c->out_c : c->in_c;
    if (c->multiplier == 1 || !c->depthwise)
        memcpy(to, from, (size_t)(n * c->in_c) * c->element);
    else if (c->element == sizeof(uint32_t))
        spread_32((const uint32_t *)(const void *)from, (uint32_t *)(void *)to, n, channels, c->multiplier, turn);
    else
        spread_64((const uint64_t *)(const void *)from, (uint64_t *)(void *)to, n, channels, c->multiplier, turn);
}

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
    return v < low ? low : v > high ? high : v;
}

void tn_conv_copy_row(const tn_conv *c, const tn_conv_axis *x, const char *row, int64_t from, int64_t n, char *to)
{
    const size_t was = (size_t)c->in_c * c->element;
    const size_t is = (size_t)(c->depthwise && !x->transposed ? c->out_c : c->in_c) * c->element;
    const int64_t first = clamp(-from, 0, n), end = clamp(x->in - from, first, n);
    memset(to, 0, (size_t)first * is);
    if (end > first)
        copy_positions(c, x->transposed, row + (size_t)(from + first) * was, to + (size_t)first * is, end - first);
    memset(to + (size_t)end * is, 0, (size_t)(n - end) * is);
}
