/* Softmax and LogSoftmax over the last axis. The largest of a row is subtracted first, so that no exponential overflows. */
#include <math.h>
#include "core/alloc.h"
#include "cpu/divide.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"
#include "cpu/isa.h"

typedef struct softmax_args {
    tn_divided divided; /* by rows */
    int64_t classes;
} softmax_args;

#define DEFINE_SOFTMAX(name, T)                                                                                                            \
    static tn_status softmax_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                            \
    {                                                                                                                                      \
        const int64_t classes = ((const softmax_args *)step->args)->classes, first = range.first * classes;                                \
        const T *x = (const T *)tn_in(step, frame, 0) + first;                                                                             \
        tn_isa_best()->name->softmax((T *)tn_out(step, frame, 0) + first, x, range.last - range.first, classes);                           \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status log_softmax_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                        \
    {                                                                                                                                      \
        const int64_t classes = ((const softmax_args *)step->args)->classes;                                                               \
        const tn_vmath_##name *math = tn_isa_best()->name;                                                                                 \
        for (int64_t row = range.first; row < range.last; row++) {                                                                         \
            const T *x = (const T *)tn_in(step, frame, 0) + row * classes;                                                                 \
            T *y = (T *)tn_out(step, frame, 0) + row * classes;                                                                            \
            const T max = math->largest(x, classes), log_sum = (T)log(math->exp_sum(NULL, x, max, classes));                               \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t i = 0; i < classes; i++)                                                                                          \
                y[i] = x[i] - max - log_sum;                                                                                               \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }
DEFINE_SOFTMAX(f32, float)
DEFINE_SOFTMAX(f64, double)

static tn_status prepare(tn_prepare *p, tn_part f32, tn_part f64)
{
    tn_dtype dtype = p->in[0].dtype;
    tn_part part = dtype == TN_FLOAT32 ? f32 : dtype == TN_FLOAT64 ? f64 : NULL;
    if (!part)
        return tn_no_kernel(p, dtype);
    softmax_args *args = TN_NEW(p->owner, softmax_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    const tn_dims *d = &p->in[0].dims;
    int64_t rows = 1;
    args->classes = d->dim[d->rank - 1];
    for (int i = 0; i + 1 < d->rank; i++)
        rows *= d->dim[i];
    tn_divide(p, &args->divided, part, args->classes ? rows : 0);
    p->in_place = 1;
    p->work = 16.0 * (double)args->divided.units * (double)args->classes;
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
