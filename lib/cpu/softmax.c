/* Softmax and LogSoftmax over the last axis. The largest of a row is subtracted first, so that no exponential overflows. */
#include <math.h>
#include "core/alloc.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"
#include "cpu/isa.h"

typedef struct softmax_args {
    int64_t rows, classes;
} softmax_args;

#define DEFINE_SOFTMAX(name, T)                                                                                                            \
    static tn_status softmax_##name(const tn_step *step, const tn_frame *frame)                                                            \
    {                                                                                                                                      \
        const softmax_args *a = step->args;                                                                                                \
        const tn_vmath_##name *math = tn_isa_best()->name;                                                                                 \
        const T *x = tn_in(step, frame, 0);                                                                                                \
        T *y = tn_out(step, frame, 0);                                                                                                     \
        for (int64_t row = 0; row < a->rows; row++, x += a->classes, y += a->classes) {                                                    \
            const T part = (T)(1 / math->exp_sum(y, x, math->largest(x, a->classes), a->classes));                                         \
            for (int64_t i = 0; i < a->classes; i++)                                                                                       \
                y[i] *= part;                                                                                                              \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status log_softmax_##name(const tn_step *step, const tn_frame *frame)                                                        \
    {                                                                                                                                      \
        const softmax_args *a = step->args;                                                                                                \
        const tn_vmath_##name *math = tn_isa_best()->name;                                                                                 \
        const T *x = tn_in(step, frame, 0);                                                                                                \
        T *y = tn_out(step, frame, 0);                                                                                                     \
        for (int64_t row = 0; row < a->rows; row++, x += a->classes, y += a->classes) {                                                    \
            const T max = math->largest(x, a->classes), log_sum = (T)log(math->exp_sum(NULL, x, max, a->classes));                         \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t i = 0; i < a->classes; i++)                                                                                       \
                y[i] = x[i] - max - log_sum;                                                                                               \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }
DEFINE_SOFTMAX(f32, float)
DEFINE_SOFTMAX(f64, double)

static tn_status prepare(tn_prepare *p, tn_kernel f32, tn_kernel f64)
{
    tn_dtype dtype = p->in[0].dtype;
    p->run = dtype == TN_FLOAT32 ? f32 : dtype == TN_FLOAT64 ? f64 : NULL;
    if (!p->run)
        return tn_no_kernel(p, dtype);
    softmax_args *args = TN_NEW(p->owner, softmax_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    const tn_dims *d = &p->in[0].dims;
    args->rows = 1;
    args->classes = d->dim[d->rank - 1];
    for (int i = 0; i + 1 < d->rank; i++)
        args->rows *= d->dim[i];
    if (args->classes == 0)
        args->rows = 0;
    p->args = args;
    p->in_place = 1;
    p->work = 16.0 * (double)args->rows * (double)args->classes;
    return TN_OK;
}

tn_status tn_prepare_softmax(tn_prepare *p)
{
    return prepare(p, softmax_f32, softmax_f64);
}

tn_status tn_prepare_log_softmax(tn_prepare *p)
{
    return prepare(p, log_softmax_f32, log_softmax_f64);
}
