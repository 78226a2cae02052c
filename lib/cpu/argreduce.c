/* Kernels of ArgMax and ArgMin. NaN is passed over, the first of equals wins. */
#include "core/alloc.h"
#include "core/status.h"
#include "cpu/divide.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

/* The axis is n elements, `stride` apart; there are `outer` blocks of n * stride elements. */
typedef struct place_args {
    tn_divided divided;      /* by results: there are outer * stride */
    int64_t n, stride, size; /* size: bytes of an element */
    int64_t (*find)(const void *first, int64_t n, int64_t stride);
} place_args;

#define FIND(name, T, better)                                                                                                              \
    static int64_t name(const void *first, int64_t n, int64_t stride)                                                                      \
    {                                                                                                                                      \
        const T *in = first;                                                                                                               \
        T best = in[0];                                                                                                                    \
        int64_t at = 0;                                                                                                                    \
        for (int64_t i = 1; i < n; i++) {                                                                                                  \
            const T x = in[i * stride];                                                                                                    \
            if (better) {                                                                                                                  \
                best = x;                                                                                                                  \
                at = i;                                                                                                                    \
            }                                                                                                                              \
        }                                                                                                                                  \
        return at;                                                                                                                         \
    }
#define FIND_BOTH(suffix, T, unless_nan)                                                                                                   \
    FIND(max_##suffix, T, x > best unless_nan)                                                                                             \
    FIND(min_##suffix, T, x < best unless_nan)
/* A NaN that came first gives way to the first that is none. */
FIND_BOTH(f32, float, || (best != best && x == x))
FIND_BOTH(f64, double, || (best != best && x == x))
FIND_BOTH(i32, int32_t, )
FIND_BOTH(i64, int64_t, )

typedef struct finders {
    tn_dtype dtype;
    int64_t (*max)(const void *, int64_t, int64_t);
    int64_t (*min)(const void *, int64_t, int64_t);
} finders;

static const finders all[] = {
    { TN_FLOAT32, max_f32, min_f32 }, { TN_FLOAT64, max_f64, min_f64 }, { TN_INT32, max_i32, min_i32 }, { TN_INT64, max_i64, min_i64 }
};

#define RUN(name, T)                                                                                                                       \
    static tn_status name(const tn_step *step, const tn_frame *frame, tn_range range)                                                      \
    {                                                                                                                                      \
        const place_args *a = step->args;                                                                                                  \
        const char *in = tn_in(step, frame, 0);                                                                                            \
        T *out = tn_out(step, frame, 0);                                                                                                   \
        for (int64_t i = range.first; i < range.last; i++)                                                                                 \
            out[i] = (T)a->find(in + (i / a->stride * a->n * a->stride + i % a->stride) * a->size, a->n, a->stride);                       \
        return TN_OK;                                                                                                                      \
    }
RUN(run_i32, int32_t)
RUN(run_i64, int64_t)

static tn_status prepare(tn_prepare *p, const finders *choice, bool largest)
{
    const tn_dims *dims = &p->in[0].dims;
    char text[TN_DIMS_TEXT];
    int64_t value, n;
    if (!tn_operand_ints(&p->in[1], &value, 1, &n))
        return TN_UNAVAILABLE;
    int axis = tn_dims_axis(dims, value);
    if (dims->dim[axis] == 0)
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "Reduction axis %d is empty in shape %s", axis,
                            tn_dims_text(dims, text));
    place_args *a = TN_NEW(p->owner, place_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    *a = (place_args){
        .n = dims->dim[axis], .stride = 1, .size = (int64_t)tn_dtype_size(choice->dtype), .find = largest ? choice->max : choice->min
    };
    const int64_t results = tn_dims_size(&p->out[0].dims); /* 0, and the stride of no meaning, where an axis is empty */
    for (int i = axis + 1; i < dims->rank && results; i++)
        a->stride *= dims->dim[i];
    tn_divide(p, &a->divided, p->out[0].dtype == TN_INT32 ? run_i32 : run_i64, results);
    p->work = (double)results * (double)a->n * 2;
    return TN_OK;
}

static tn_status choose(tn_prepare *p, bool largest)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].dtype == p->in[0].dtype)
            return prepare(p, &all[i], largest);
    return tn_no_kernel(p, p->in[0].dtype);
}

tn_status tn_prepare_argmax(tn_prepare *p)
{
    return choose(p, true);
}

tn_status tn_prepare_argmin(tn_prepare *p)
{
    return choose(p, false);
}
