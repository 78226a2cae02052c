/* MaxPool, AvgPool and their gradients: rows of outputs, and for the gradients rows of inputs, are what is divided among threads. */
#include <stdint.h>
#include "core/alloc.h"
#include "core/status.h"
#include "cpu/isa.h"
#include "cpu/kernels.h"
#include "ops/pool.h"

typedef struct pool_args {
    tn_pooling of;
    tn_part part;
    int64_t units;
} pool_args;

#define DEFINE_POOL(name, T)                                                                                                               \
    static tn_status max_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                                \
    {                                                                                                                                      \
        const tn_pooling *p = &((const pool_args *)step->args)->of;                                                                        \
        tn_isa_best()->pooling_##name->max(p, tn_out(step, frame, 0), tn_in(step, frame, 0), range.first, range.last);                     \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status average_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                            \
    {                                                                                                                                      \
        const tn_pooling *p = &((const pool_args *)step->args)->of;                                                                        \
        tn_isa_best()->pooling_##name->average(p, tn_out(step, frame, 0), tn_in(step, frame, 0), range.first, range.last);                 \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status pick_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                               \
    {                                                                                                                                      \
        const tn_pooling *p = &((const pool_args *)step->args)->of;                                                                        \
        const T *x = tn_in(step, frame, 0), *g = tn_in(step, frame, 2);                                                                    \
        tn_isa_best()->pooling_##name->pick(p, tn_out(step, frame, 0), x, g, range.first, range.last);                                     \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status max_grad_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                           \
    {                                                                                                                                      \
        const tn_pooling *p = &((const pool_args *)step->args)->of;                                                                        \
        const T *x = tn_in(step, frame, 0), *dy = tn_in(step, frame, 2);                                                                   \
        tn_isa_best()->pooling_##name->max_grad(p, tn_out(step, frame, 0), x, dy, range.first, range.last);                                \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status average_grad_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                       \
    {                                                                                                                                      \
        const tn_pooling *p = &((const pool_args *)step->args)->of;                                                                        \
        tn_isa_best()->pooling_##name->average_grad(p, tn_out(step, frame, 0), tn_in(step, frame, 1), range.first, range.last);            \
        return TN_OK;                                                                                                                      \
    }
DEFINE_POOL(f32, float)
DEFINE_POOL(f64, double)

static tn_status run_whole(const tn_step *step, const tn_frame *frame)
{
    const pool_args *a = step->args;
    return a->units ? a->part(step, frame, (tn_range){ 0, a->units, 0 }) : TN_OK;
}

/* ---- Prepare ---- */

static tn_status not_there(const tn_prepare *p, const char *text)
{
    return tn_fail_node(TN_UNIMPLEMENTED, tn_op_type(p->op), tn_op_name(p->op), "%s", text);
}

static tn_pooling_axis axis_of(const tn_window *w)
{
    return (tn_pooling_axis){ w->in, w->out, w->size, w->stride, w->before };
}

/* The largest of neighbouring channels: pixels are images of one column then. */
static tn_status measure_depth(const tn_prepare *p, const tn_pool_windows *w, tn_pooling *of)
{
    const tn_window *h = &w->axis[w->at.height], *v = &w->axis[w->at.width], *c = &w->axis[w->at.channel];
    if (h->size != 1 || v->size != 1)
        return not_there(p, "MaxPooling supports exactly one of pooling across depth or pooling across width/height.");
    if (c->in % c->size)
        return not_there(p, "Depthwise max pooling requires the depth window to evenly divide the input depth.");
    if (c->stride != c->size || h->stride != 1 || v->stride != 1)
        return not_there(p, "Depthwise max pooling requires the depth window to equal the depth stride.");
    if (w->at.channel != 3)
        return not_there(p, "Depthwise max pooling is there for NHWC only.");
    *of = (tn_pooling){ p->in[0].dims.dim[0] * h->in * v->in, 1, axis_of(c), { 1, 1, 1, 1, 0 } };
    return TN_OK;
}

/* Places in a window are counted in integers as large as the elements. */
static bool places_fit(const tn_pooling *of, size_t size)
{
    int64_t rows = of->h.size < of->h.in ? of->h.size : of->h.in, row, places;
    return !__builtin_mul_overflow(of->w.in, of->channels, &row) && !__builtin_mul_overflow(rows, row, &places) &&
           (size == 8 || places <= INT32_MAX);
}

static tn_status measure(const tn_prepare *p, const tn_dims *images, bool max, tn_pooling *of)
{
    tn_pool_windows w;
    if (!tn_pool_windows_of(p->op, p->in, images, &w))
        return TN_UNAVAILABLE;
    const tn_window *batch = &w.axis[w.at.batch], *depth = &w.axis[w.at.channel];
    for (int i = 0; i < 4; i++)
        if (!tn_window_resolve(&w.axis[i], tn_padding_of(p->op)) && i != w.at.batch)
            return not_there(p, w.axis[i].error);
    if (batch->size != 1 || batch->stride != 1)
        return not_there(p, "Pooling is not yet supported on the batch dimension.");
    if ((depth->size != 1 || depth->stride != 1) && max)
        return measure_depth(p, &w, of);
    if (depth->size != 1 || depth->stride != 1)
        return not_there(p, "Pooling is not yet supported on the depth dimension.");
    bool first = w.at.channel == 1;
    *of = (tn_pooling){ first ? batch->in * depth->in : batch->in, first ? 1 : depth->in, axis_of(&w.axis[w.at.height]),
                        axis_of(&w.axis[w.at.width]) };
    return TN_OK;
}

/* The functions of a kernel for each dtype. */
typedef struct choice {
    tn_part f32, f64;
    bool backward; /* rows of inputs are written */
    bool max;      /* forward, where windows may lie across channels */
} choice;

static tn_status prepare(tn_prepare *p, const tn_dims *images, tn_dtype dtype, const choice *kernel)
{
    pool_args *a = TN_NEW(p->owner, pool_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    a->part = dtype == TN_FLOAT32 ? kernel->f32 : dtype == TN_FLOAT64 ? kernel->f64 : NULL;
    if (!a->part)
        return tn_no_kernel(p, dtype);
    tn_status status = measure(p, images, kernel->max, &a->of);
    if (status)
        return status;
    if (!places_fit(&a->of, dtype == TN_FLOAT32 ? 4 : 8))
        return not_there(p, "the window is too large");
    const int64_t size = tn_dims_size(&p->out[0].dims);
    a->units = !size ? 0 : a->of.images * (kernel->backward ? a->of.h.in : a->of.h.out);
    p->args = a;
    p->run = run_whole;
    p->part = a->part;
    p->units = a->units;
    p->work = (double)(a->of.images * a->of.channels) * (double)(a->of.h.out * a->of.w.out) * (double)a->of.h.size * (double)a->of.w.size;
    return TN_OK;
}

tn_status tn_prepare_max_pool(tn_prepare *p)
{
    return prepare(p, &p->in[0].dims, p->in[0].dtype, &(const choice){ max_f32, max_f64, false, true });
}

tn_status tn_prepare_avg_pool(tn_prepare *p)
{
    return prepare(p, &p->in[0].dims, p->in[0].dtype, &(const choice){ average_f32, average_f64, false, false });
}

tn_status tn_prepare_max_pool_grad(tn_prepare *p)
{
    return prepare(p, &p->in[0].dims, p->in[0].dtype, &(const choice){ max_grad_f32, max_grad_f64, true, false });
}

tn_status tn_prepare_max_pool_grad_grad(tn_prepare *p)
{
    return prepare(p, &p->in[0].dims, p->in[0].dtype, &(const choice){ pick_f32, pick_f64, false, false });
}

tn_status tn_prepare_avg_pool_grad(tn_prepare *p)
{
    return prepare(p, &p->out[0].dims, p->in[1].dtype, &(const choice){ average_grad_f32, average_grad_f64, true, false });
}
