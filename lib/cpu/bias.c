/* BiasAdd and BiasAddGrad. A tensor is taken as [outer, channels, inner]: inner is 1 when the channels are the last axis. */
#include <string.h>
#include "core/alloc.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

typedef struct bias_args {
    int64_t outer, channels, inner;
} bias_args;

/* Integers as unsigned: they wrap. */
#define DEFINE_BIAS(name, T)                                                                                                               \
    static tn_status bias_add_##name(const tn_step *step, const tn_frame *frame)                                                           \
    {                                                                                                                                      \
        const bias_args *a = step->args;                                                                                                   \
        const T *x = tn_in(step, frame, 0), *bias = tn_in(step, frame, 1);                                                                 \
        T *y = tn_out(step, frame, 0);                                                                                                     \
        if (a->inner == 1) {                                                                                                               \
            for (int64_t i = 0; i < a->outer; i++, x += a->channels, y += a->channels)                                                     \
                for (int64_t c = 0; c < a->channels; c++)                                                                                  \
                    y[c] = (T)(x[c] + bias[c]);                                                                                            \
            return TN_OK;                                                                                                                  \
        }                                                                                                                                  \
        for (int64_t i = 0; i < a->outer; i++)                                                                                             \
            for (int64_t c = 0; c < a->channels; c++, x += a->inner, y += a->inner)                                                        \
                for (int64_t j = 0; j < a->inner; j++)                                                                                     \
                    y[j] = (T)(x[j] + bias[c]);                                                                                            \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status bias_add_grad_##name(const tn_step *step, const tn_frame *frame)                                                      \
    {                                                                                                                                      \
        const bias_args *a = step->args;                                                                                                   \
        const T *dy = tn_in(step, frame, 0);                                                                                               \
        T *sum = tn_out(step, frame, 0);                                                                                                   \
        memset(sum, 0, (size_t)a->channels * sizeof(T));                                                                                   \
        if (a->inner == 1) {                                                                                                               \
            for (int64_t i = 0; i < a->outer; i++, dy += a->channels)                                                                      \
                for (int64_t c = 0; c < a->channels; c++)                                                                                  \
                    sum[c] = (T)(sum[c] + dy[c]);                                                                                          \
            return TN_OK;                                                                                                                  \
        }                                                                                                                                  \
        for (int64_t i = 0; i < a->outer; i++)                                                                                             \
            for (int64_t c = 0; c < a->channels; c++, dy += a->inner)                                                                      \
                for (int64_t j = 0; j < a->inner; j++)                                                                                     \
                    sum[c] = (T)(sum[c] + dy[j]);                                                                                          \
        return TN_OK;                                                                                                                      \
    }
DEFINE_BIAS(f32, float)
DEFINE_BIAS(f64, double)
DEFINE_BIAS(i32, uint32_t)
DEFINE_BIAS(i64, uint64_t)

static tn_status prepare_bias(tn_prepare *p, tn_kernel f32, tn_kernel f64, tn_kernel i32, tn_kernel i64)
{
    const tn_dims *d = &p->in[0].dims;
    tn_dtype dtype = p->in[0].dtype;
    p->run = dtype == TN_FLOAT32 ? f32 : dtype == TN_FLOAT64 ? f64 : dtype == TN_INT32 ? i32 : dtype == TN_INT64 ? i64 : NULL;
    if (!p->run)
        return tn_no_kernel(p, dtype);
    bias_args *args = TN_NEW(p->owner, bias_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    int channel = strcmp(tn_op_string(p->op, "data_format"), "NCHW") ? d->rank - 1 : 1;
    *args = (bias_args){ 1, d->dim[channel], 1 };
    for (int i = 0; i < d->rank; i++)
        if (i != channel)
            *(i < channel ? &args->outer : &args->inner) *= d->dim[i];
    if (!tn_dims_size(d))
        args->outer = 0; /* however many rows of nothing there are */
    p->args = args;
    return TN_OK;
}

tn_status tn_prepare_bias_add(tn_prepare *p)
{
    p->in_place = 1;
    return prepare_bias(p, bias_add_f32, bias_add_f64, bias_add_i32, bias_add_i64);
}

tn_status tn_prepare_bias_add_grad(tn_prepare *p)
{
    return prepare_bias(p, bias_add_grad_f32, bias_add_grad_f64, bias_add_grad_i32, bias_add_grad_i64);
}
