/* BiasAdd. A tensor is taken as rows of [channels, inner]: inner is 1 when the channels are the last axis. Its gradient is in reduce.c. */
#include <string.h>
#include "core/alloc.h"
#include "cpu/divide.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

typedef struct bias_args {
    tn_divided divided; /* by rows of channels when they are the last axis, else by channels */
    int64_t channels, inner;
} bias_args;

/* Integers as unsigned: they wrap. */
#define DEFINE_BIAS(name, T)                                                                                                               \
    static void add_channels_##name(T *y, const T *x, const T *bias, int64_t channels)                                                     \
    {                                                                                                                                      \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t c = 0; c < channels; c++)                                                                                             \
            y[c] = (T)(x[c] + bias[c]);                                                                                                    \
    }                                                                                                                                      \
    static void add_one_##name(T *y, const T *x, T bias, int64_t n)                                                                        \
    {                                                                                                                                      \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            y[i] = (T)(x[i] + bias);                                                                                                       \
    }                                                                                                                                      \
    static tn_status bias_add_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                           \
    {                                                                                                                                      \
        const bias_args *a = step->args;                                                                                                   \
        const T *x = tn_in(step, frame, 0), *bias = tn_in(step, frame, 1);                                                                 \
        T *y = tn_out(step, frame, 0);                                                                                                     \
        for (int64_t i = range.first; i < range.last; i++)                                                                                 \
            if (a->inner == 1)                                                                                                             \
                add_channels_##name(y + i * a->channels, x + i * a->channels, bias, a->channels);                                          \
            else                                                                                                                           \
                add_one_##name(y + i * a->inner, x + i * a->inner, bias[i % a->channels], a->inner);                                       \
        return TN_OK;                                                                                                                      \
    }
DEFINE_BIAS(f32, float)
DEFINE_BIAS(f64, double)
DEFINE_BIAS(i32, uint32_t)
DEFINE_BIAS(i64, uint64_t)

tn_status tn_prepare_bias_add(tn_prepare *p)
{
    const tn_dims *d = &p->in[0].dims;
    const tn_dtype dtype = p->in[0].dtype;
    tn_part part = dtype == TN_FLOAT32   ? bias_add_f32
                   : dtype == TN_FLOAT64 ? bias_add_f64
                   : dtype == TN_INT32   ? bias_add_i32
                   : dtype == TN_INT64   ? bias_add_i64
                                         : NULL;
    if (!part)
        return tn_no_kernel(p, dtype);
    bias_args *args = TN_NEW(p->owner, bias_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    int channel = strcmp(tn_op_string(p->op, "data_format"), "NCHW") ? d->rank - 1 : 1;
    args->channels = d->dim[channel];
    args->inner = 1;
    int64_t rows = 0; /* however many rows of nothing there are */
    if (tn_dims_size(d)) {
        for (int i = channel + 1; i < d->rank; i++)
            args->inner *= d->dim[i];
        rows = tn_dims_size(d) / args->inner / (args->inner == 1 ? args->channels : 1);
    }
    tn_divide(p, &args->divided, part, rows);
    p->in_place = 1;
    return TN_OK;
}
