/*
 * The reducers of reduce.h.
 *
 * Sums of float32 are made in double; sums of double carry along what each addition lost (Knuth's TwoSum), which costs a few
 * operations and makes them good to about a rounding whatever their length.
 */
#include "cpu/reduce.h"

#include <math.h>
#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

/* Lanes that are added in registers, too, where there are not so many as a strip has. */
enum { FEW = 8 };

/* acc[lane] = step, an expression of the accumulator a and of x, an element or another accumulator. A strip of rows is added in
 * registers. */
#define REDUCER(name, T, A, member, first, step)                                                                                           \
    static void name##_start(tn_lanes *acc, int64_t w)                                                                                     \
    {                                                                                                                                      \
        for (int64_t i = 0; i < w; i++)                                                                                                    \
            acc->member[i] = first;                                                                                                        \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE void name##_strip(A *acc, const T *row, int64_t n, int64_t rows, int64_t stride)                                      \
    {                                                                                                                                      \
        A lane[TN_STRIP];                                                                                                                  \
        memcpy(lane, acc, (size_t)n * sizeof *acc);                                                                                        \
        for (int64_t r = 0; r < rows; r++, row += stride)                                                                                  \
            for (int64_t i = 0; i < n; i++) {                                                                                              \
                const A a = lane[i];                                                                                                       \
                const T x = row[i];                                                                                                        \
                lane[i] = step;                                                                                                            \
            }                                                                                                                              \
        memcpy(acc, lane, (size_t)n * sizeof *acc);                                                                                        \
    }                                                                                                                                      \
    static void name##_add(tn_lanes *acc, const void *in, int64_t w, int64_t rows, int64_t stride)                                         \
    {                                                                                                                                      \
        int64_t i = 0;                                                                                                                     \
        for (; i + TN_STRIP <= w; i += TN_STRIP)                                                                                           \
            name##_strip(acc->member + i, (const T *)in + i, TN_STRIP, rows, stride);                                                      \
        for (; i + FEW <= w; i += FEW)                                                                                                     \
            name##_strip(acc->member + i, (const T *)in + i, FEW, rows, stride);                                                           \
        if (i < w)                                                                                                                         \
            name##_strip(acc->member + i, (const T *)in + i, w - i, rows, stride);                                                         \
    }                                                                                                                                      \
    static void name##_merge(tn_lanes *acc, const tn_lanes *others, int64_t from, int64_t w)                                               \
    {                                                                                                                                      \
        for (int64_t i = 0; i < w; i++) {                                                                                                  \
            const A a = acc->member[i], x = others->member[from + i];                                                                      \
            acc->member[i] = step;                                                                                                         \
        }                                                                                                                                  \
    }
#define FINISH(name, R, member, value)                                                                                                     \
    static void name##_finish(const tn_lanes *acc, void *to, int64_t w, int64_t count)                                                     \
    {                                                                                                                                      \
        R *out = to;                                                                                                                       \
        (void)count;                                                                                                                       \
        for (int64_t i = 0; i < w; i++) {                                                                                                  \
            const __typeof__(acc->member[0]) a = acc->member[i];                                                                           \
            out[i] = value;                                                                                                                \
        }                                                                                                                                  \
    }

REDUCER(sum_f32, float, double, f64, 0, a + (double)x)
FINISH(sum_f32, float, f64, (float)a)
FINISH(mean_f32, float, f64, (float)(a / (double)count))
/* The accumulators of int32 are wide, so that only the result of a sum wraps and a mean never does. */
REDUCER(sum_i32, int32_t, int64_t, i64, 0, (int64_t)((uint64_t)a + (uint64_t)x))
FINISH(sum_i32, uint32_t, i64, (uint32_t)a)
FINISH(mean_i32, int32_t, i64, count ? (int32_t)(a / count) : 0)
REDUCER(sum_i64, int64_t, int64_t, i64, 0, (int64_t)((uint64_t)a + (uint64_t)x))
FINISH(sum_i64, int64_t, i64, a)
FINISH(mean_i64, int64_t, i64, count ? a / count : 0)

/* Adds x to a sum and what was lost of x, or of the sum, to `low`. An infinite sum has lost NaN: see finish. */
TN_ALWAYS_INLINE void add_exactly(double *sum, double *low, double x)
{
    double s = *sum, total = s + x, part = total - s;
    *low += (s - (total - part)) + (x - part);
    *sum = total;
}
static void sum_f64_start(tn_lanes *acc, int64_t w)
{
    for (int64_t i = 0; i < w; i++)
        acc->f64[i] = acc->low[i] = 0;
}
TN_ALWAYS_INLINE void sum_f64_strip(double *acc, double *acc_low, const double *row, int64_t n, int64_t rows, int64_t stride)
{
    double lane[TN_STRIP], low[TN_STRIP];
    memcpy(lane, acc, (size_t)n * sizeof *acc);
    memcpy(low, acc_low, (size_t)n * sizeof *acc);
    for (int64_t r = 0; r < rows; r++, row += stride)
        for (int64_t i = 0; i < n; i++)
            add_exactly(&lane[i], &low[i], row[i]);
    memcpy(acc, lane, (size_t)n * sizeof *acc);
    memcpy(acc_low, low, (size_t)n * sizeof *acc);
}
static void sum_f64_add(tn_lanes *acc, const void *in, int64_t w, int64_t rows, int64_t stride)
{
    int64_t i = 0;
    for (; i + TN_STRIP <= w; i += TN_STRIP)
        sum_f64_strip(acc->f64 + i, acc->low + i, (const double *)in + i, TN_STRIP, rows, stride);
    for (; i + FEW <= w; i += FEW)
        sum_f64_strip(acc->f64 + i, acc->low + i, (const double *)in + i, FEW, rows, stride);
    if (i < w)
        sum_f64_strip(acc->f64 + i, acc->low + i, (const double *)in + i, w - i, rows, stride);
}
static void sum_f64_merge(tn_lanes *acc, const tn_lanes *others, int64_t first, int64_t w)
{
    for (int64_t i = 0; i < w; i++) {
        add_exactly(&acc->f64[i], &acc->low[i], others->f64[first + i]);
        acc->low[i] += others->low[first + i];
    }
}
static void sum_f64_finish(const tn_lanes *acc, void *to, int64_t w, int64_t count)
{
    double *out = to;
    (void)count;
    for (int64_t i = 0; i < w; i++)
        out[i] = isfinite(acc->f64[i]) ? acc->f64[i] + acc->low[i] : acc->f64[i];
}
static void mean_f64_finish(const tn_lanes *acc, void *to, int64_t w, int64_t count)
{
    double *out = to;
    sum_f64_finish(acc, out, w, count);
    for (int64_t i = 0; i < w; i++)
        out[i] /= (double)count;
}

REDUCER(prod_f32, float, double, f64, 1, (a * (double)x))
FINISH(prod_f32, float, f64, (float)a)
REDUCER(prod_f64, double, double, f64, 1, (a * x))
FINISH(prod_f64, double, f64, a)
REDUCER(prod_i32, int32_t, uint64_t, u64, 1, (a * (uint64_t)x))
FINISH(prod_i32, uint32_t, u64, (uint32_t)a)
REDUCER(prod_i64, int64_t, uint64_t, u64, 1, (a * (uint64_t)x))
FINISH(prod_i64, uint64_t, u64, a)

/* NaN wins: once in the accumulator it stays, for then no comparison holds. */
REDUCER(max_f32, float, float, f32, -INFINITY, x > a || x != x ? x : a)
FINISH(max_f32, float, f32, a)
REDUCER(max_f64, double, double, f64, -INFINITY, x > a || x != x ? x : a)
FINISH(max_f64, double, f64, a)
REDUCER(max_i32, int32_t, int32_t, i32, INT32_MIN, x > a ? x : a)
FINISH(max_i32, int32_t, i32, a)
REDUCER(max_i64, int64_t, int64_t, i64, INT64_MIN, x > a ? x : a)
FINISH(max_i64, int64_t, i64, a)

REDUCER(min_f32, float, float, f32, INFINITY, x < a || x != x ? x : a)
FINISH(min_f32, float, f32, a)
REDUCER(min_f64, double, double, f64, INFINITY, x < a || x != x ? x : a)
FINISH(min_f64, double, f64, a)
REDUCER(min_i32, int32_t, int32_t, i32, INT32_MAX, x < a ? x : a)
FINISH(min_i32, int32_t, i32, a)
REDUCER(min_i64, int64_t, int64_t, i64, INT64_MAX, x < a ? x : a)
FINISH(min_i64, int64_t, i64, a)

REDUCER(all, bool, bool, b, true, (a & x))
FINISH(all, bool, b, a)
REDUCER(any, bool, bool, b, false, (a | x))
FINISH(any, bool, b, a)

#define ROW(dtype, name, finish)                                                                                                           \
    {                                                                                                                                      \
        dtype, name##_start, name##_add, name##_merge, finish##_finish                                                                     \
    }
#define NUMBERS(name, end)                                                                                                                 \
    {                                                                                                                                      \
        ROW(TN_FLOAT32, name##_f32, end##_f32), ROW(TN_FLOAT64, name##_f64, end##_f64), ROW(TN_INT32, name##_i32, end##_i32),              \
            ROW(TN_INT64, name##_i64, end##_i64)                                                                                           \
    }
const tn_reducers TN_ISA_NAME(tn_reducers) = {
    [TN_SUM] = NUMBERS(sum, sum),          [TN_MEAN] = NUMBERS(sum, mean), [TN_PROD] = NUMBERS(prod, prod),
    [TN_MAX] = NUMBERS(max, max),          [TN_MIN] = NUMBERS(min, min),   [TN_ALL] = { ROW(TN_BOOL, all, all) },
    [TN_ANY] = { ROW(TN_BOOL, any, any) },
};
