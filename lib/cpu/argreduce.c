/* Kernels of ArgMax and ArgMin. NaN is passed over, the first of equals wins. */
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "cpu/divide.h"
#include "cpu/isa.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

enum { COLUMNS = 64 }; /* that are looked at side by side */

/* The functions of an operation for one dtype. find: among n elements, `stride` apart. find_columns: among n rows of w elements, at most
 * COLUMNS, `stride` apart, for each column; n below 2^31. */
typedef struct finder {
    tn_dtype dtype;
    int64_t (*find)(const void *first, int64_t n, int64_t stride);
    void (*find_columns)(const void *first, int64_t n, int64_t stride, int64_t w, int64_t *at);
} finder;

/* The axis is n elements, `stride` apart; there are `outer` blocks of n * stride elements. */
typedef struct place_args {
    tn_divided divided;      /* by results: there are outer * stride */
    int64_t n, stride, size; /* size: bytes of an element */
    const finder *finder;
} place_args;

/* I: an integer as large as T, so that both are in vectors of the same shape. */
#define FIND(name, T, I, better)                                                                                                           \
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
    }                                                                                                                                      \
    static void name##_columns(const void *first, int64_t n, int64_t stride, int64_t w, int64_t *at)                                       \
    {                                                                                                                                      \
        const T *in = first;                                                                                                               \
        T bests[COLUMNS];                                                                                                                  \
        I places[COLUMNS] = { 0 };                                                                                                         \
        memcpy(bests, in, (size_t)w * sizeof(T));                                                                                          \
        for (int64_t i = 1; i < n; i++) {                                                                                                  \
            const T *row = in + i * stride;                                                                                                \
            for (int64_t j = 0; j < w; j++) {                                                                                              \
                const T x = row[j], best = bests[j];                                                                                       \
                const bool take = better;                                                                                                  \
                bests[j] = take ? x : best;                                                                                                \
                places[j] = take ? (I)i : places[j];                                                                                       \
            }                                                                                                                              \
        }                                                                                                                                  \
        for (int64_t j = 0; j < w; j++)                                                                                                    \
            at[j] = places[j];                                                                                                             \
    }
#define FIND_BOTH(suffix, T, I, unless_nan)                                                                                                \
    FIND(max_##suffix, T, I, (x > best) unless_nan)                                                                                        \
    FIND(min_##suffix, T, I, (x < best) unless_nan)
/* A NaN that came first gives way to the first that is none. */
FIND_BOTH(f32, float, int32_t, | ((best != best) & (x == x)))
FIND_BOTH(f64, double, int64_t, | ((best != best) & (x == x)))
FIND_BOTH(i32, int32_t, int32_t, )
FIND_BOTH(i64, int64_t, int64_t, )

/* Along a row: the largest by vectors, then where it is. Nothing is equal to it where all are NaN. */
#define FIND_IN_ROW(suffix, T)                                                                                                             \
    static int64_t row_max_##suffix(const void *first, int64_t n, int64_t stride)                                                          \
    {                                                                                                                                      \
        enum { BLOCK = 64 };                                                                                                               \
        const T *in = first;                                                                                                               \
        if (stride != 1 || n < BLOCK)                                                                                                      \
            return max_##suffix(first, n, stride);                                                                                         \
        const T most = tn_isa_best()->suffix->largest(in, n);                                                                              \
        int64_t i = 0;                                                                                                                     \
        for (; i + BLOCK <= n; i += BLOCK) {                                                                                               \
            int any = 0;                                                                                                                   \
            for (int j = 0; j < BLOCK; j++)                                                                                                \
                any |= in[i + j] == most;                                                                                                  \
            if (any)                                                                                                                       \
                break;                                                                                                                     \
        }                                                                                                                                  \
        for (; i < n; i++)                                                                                                                 \
            if (in[i] == most)                                                                                                             \
                return i;                                                                                                                  \
        return 0;                                                                                                                          \
    }
FIND_IN_ROW(f32, float)
FIND_IN_ROW(f64, double)

static const finder largest[] = { { TN_FLOAT32, row_max_f32, max_f32_columns },
                                  { TN_FLOAT64, row_max_f64, max_f64_columns },
                                  { TN_INT32, max_i32, max_i32_columns },
                                  { TN_INT64, max_i64, max_i64_columns } };
static const finder least[] = { { TN_FLOAT32, min_f32, min_f32_columns },
                                { TN_FLOAT64, min_f64, min_f64_columns },
                                { TN_INT32, min_i32, min_i32_columns },
                                { TN_INT64, min_i64, min_i64_columns } };
enum { NUM_DTYPES = sizeof least / sizeof least[0] };

/* The places of results i to at most end, as many as lie side by side; how many they are. */
static int64_t find_some(const place_args *a, const char *in, int64_t i, int64_t end, int64_t *at)
{
    const char *first = in + (i / a->stride * a->n * a->stride + i % a->stride) * a->size;
    int64_t w = a->stride - i % a->stride;
    w = w < end - i ? w : end - i;
    if (w == 1 || a->n > INT32_MAX) {
        *at = a->finder->find(first, a->n, a->stride);
        return 1;
    }
    w = w < COLUMNS ? w : COLUMNS;
    a->finder->find_columns(first, a->n, a->stride, w, at);
    return w;
}

#define RUN(name, T)                                                                                                                       \
    static tn_status name(const tn_step *step, const tn_frame *frame, tn_range range)                                                      \
    {                                                                                                                                      \
        const place_args *a = step->args;                                                                                                  \
        int64_t at[COLUMNS], w;                                                                                                            \
        T *out = tn_out(step, frame, 0);                                                                                                   \
        for (int64_t i = range.first; i < range.last; i += w) {                                                                            \
            w = find_some(a, tn_in(step, frame, 0), i, range.last, at);                                                                    \
            for (int64_t j = 0; j < w; j++)                                                                                                \
                out[i + j] = (T)at[j];                                                                                                     \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }
RUN(run_i32, int32_t)
RUN(run_i64, int64_t)

static tn_status prepare(tn_prepare *p, const finder *choice)
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
    *a = (place_args){ .n = dims->dim[axis], .stride = 1, .size = (int64_t)tn_dtype_size(choice->dtype), .finder = choice };
    const int64_t results = tn_dims_size(&p->out[0].dims); /* 0, and the stride of no meaning, where an axis is empty */
    for (int i = axis + 1; i < dims->rank && results; i++)
        a->stride *= dims->dim[i];
    tn_divide(p, &a->divided, p->out[0].dtype == TN_INT32 ? run_i32 : run_i64, results);
    p->work = (double)results * (double)a->n * 2;
    return TN_OK;
}

static tn_status choose(tn_prepare *p, const finder *finders)
{
    for (size_t i = 0; i < NUM_DTYPES; i++)
        if (finders[i].dtype == p->in[0].dtype)
            return prepare(p, &finders[i]);
    return tn_no_kernel(p, p->in[0].dtype);
}

tn_status tn_prepare_argmax(tn_prepare *p)
{
    return choose(p, largest);
}

tn_status tn_prepare_argmin(tn_prepare *p)
{
    return choose(p, least);
}
