/*
 * Reductions: Sum, Mean, Max, Min, Prod, All, Any over any axes.
 *
 * Adjacent axes of the same kind (reduced or kept) are one loop. Elements go into a block of accumulators, side by side: when the
 * innermost loop is kept each of them makes one result; when it is reduced they share one result and are folded at its end. So both
 * read memory in order, and compile to vector code.
 *
 * Sums of float32 are made in double; sums of double carry along what each addition lost (Knuth's TwoSum), which costs a few
 * operations and makes them good to about a rounding whatever their length.
 */
#include <math.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

enum { LANES = 32 };

/* Accumulators of any kind: `low` is what double sums lost. */
typedef struct lanes {
    union {
        float f32[LANES];
        double f64[LANES];
        uint64_t u64[LANES];
        int32_t i32[LANES];
        int64_t i64[LANES];
        bool b[LANES];
    };
    double low[LANES];
} lanes;

/* One reduction for one dtype. */
typedef struct reducer {
    tn_dtype dtype;
    /* Sets the first w lanes to what nothing reduces to. */
    void (*start)(lanes *acc, int64_t w);
    /* Adds rows of w elements, `stride` elements apart, to the first w lanes. */
    void (*add)(lanes *acc, const void *in, int64_t w, int64_t rows, int64_t stride);
    /* Folds all lanes into the first. */
    void (*fold)(lanes *acc);
    /* Makes results of the first w lanes, of `count` elements each. */
    void (*finish)(const lanes *acc, void *out, int64_t w, int64_t count);
} reducer;

/* ---- Reducers ---- */

/* acc[lane] = step, an expression of the accumulator a and the element x. */
#define REDUCER(name, T, member, first, step)                                                                                              \
    static void name##_start(lanes *acc, int64_t w)                                                                                        \
    {                                                                                                                                      \
        for (int64_t i = 0; i < w; i++)                                                                                                    \
            acc->member[i] = first;                                                                                                        \
    }                                                                                                                                      \
    static void name##_add(lanes *acc, const void *in, int64_t w, int64_t rows, int64_t stride)                                            \
    {                                                                                                                                      \
        const T *row = in;                                                                                                                 \
        for (int64_t r = 0; r < rows; r++, row += stride)                                                                                  \
            for (int64_t i = 0; i < w; i++) {                                                                                              \
                const __typeof__(acc->member[0]) a = acc->member[i];                                                                       \
                const T x = row[i];                                                                                                        \
                acc->member[i] = step;                                                                                                     \
            }                                                                                                                              \
    }                                                                                                                                      \
    static void name##_fold(lanes *acc)                                                                                                    \
    {                                                                                                                                      \
        for (int n = LANES / 2; n; n /= 2)                                                                                                 \
            for (int i = 0; i < n; i++) {                                                                                                  \
                const __typeof__(acc->member[0]) a = acc->member[i], x = acc->member[i + n];                                               \
                acc->member[i] = step;                                                                                                     \
            }                                                                                                                              \
    }
#define FINISH(name, R, member, value)                                                                                                     \
    static void name##_finish(const lanes *acc, void *to, int64_t w, int64_t count)                                                        \
    {                                                                                                                                      \
        R *out = to;                                                                                                                       \
        (void)count;                                                                                                                       \
        for (int64_t i = 0; i < w; i++) {                                                                                                  \
            const __typeof__(acc->member[0]) a = acc->member[i];                                                                           \
            out[i] = value;                                                                                                                \
        }                                                                                                                                  \
    }

REDUCER(sum_f32, float, f64, 0, a + (double)x)
FINISH(sum_f32, float, f64, (float)a)
FINISH(mean_f32, float, f64, (float)(a / (double)count))
/* The accumulators of int32 are wide, so that only the result of a sum wraps and a mean never does. */
REDUCER(sum_i32, int32_t, i64, 0, (int64_t)((uint64_t)a + (uint64_t)x))
FINISH(sum_i32, uint32_t, i64, (uint32_t)a)
FINISH(mean_i32, int32_t, i64, count ? (int32_t)(a / count) : 0)
REDUCER(sum_i64, int64_t, i64, 0, (int64_t)((uint64_t)a + (uint64_t)x))
FINISH(sum_i64, int64_t, i64, a)
FINISH(mean_i64, int64_t, i64, count ? a / count : 0)

/* Adds x to a sum and what was lost of x, or of the sum, to `low`. An infinite sum has lost NaN: see finish. */
TN_ALWAYS_INLINE void add_exactly(double *sum, double *low, double x)
{
    double s = *sum, total = s + x, part = total - s;
    *low += (s - (total - part)) + (x - part);
    *sum = total;
}
static void sum_f64_start(lanes *acc, int64_t w)
{
    for (int64_t i = 0; i < w; i++)
        acc->f64[i] = acc->low[i] = 0;
}
static void sum_f64_add(lanes *acc, const void *in, int64_t w, int64_t rows, int64_t stride)
{
    const double *row = in;
    for (int64_t r = 0; r < rows; r++, row += stride)
        for (int64_t i = 0; i < w; i++)
            add_exactly(&acc->f64[i], &acc->low[i], row[i]);
}
static void sum_f64_fold(lanes *acc)
{
    for (int i = 1; i < LANES; i++) {
        add_exactly(&acc->f64[0], &acc->low[0], acc->f64[i]);
        acc->low[0] += acc->low[i];
    }
}
static void sum_f64_finish(const lanes *acc, void *to, int64_t w, int64_t count)
{
    double *out = to;
    (void)count;
    for (int64_t i = 0; i < w; i++)
        out[i] = isfinite(acc->f64[i]) ? acc->f64[i] + acc->low[i] : acc->f64[i];
}
static void mean_f64_finish(const lanes *acc, void *to, int64_t w, int64_t count)
{
    double *out = to;
    sum_f64_finish(acc, out, w, count);
    for (int64_t i = 0; i < w; i++)
        out[i] /= (double)count;
}

REDUCER(prod_f32, float, f64, 1, (a * (double)x))
FINISH(prod_f32, float, f64, (float)a)
REDUCER(prod_f64, double, f64, 1, (a * x))
FINISH(prod_f64, double, f64, a)
REDUCER(prod_i32, int32_t, u64, 1, (a * (uint64_t)x))
FINISH(prod_i32, uint32_t, u64, (uint32_t)a)
REDUCER(prod_i64, int64_t, u64, 1, (a * (uint64_t)x))
FINISH(prod_i64, uint64_t, u64, a)

/* NaN wins: once in the accumulator it stays, for then no comparison holds. */
REDUCER(max_f32, float, f32, -INFINITY, x > a || x != x ? x : a)
FINISH(max_f32, float, f32, a)
REDUCER(max_f64, double, f64, -INFINITY, x > a || x != x ? x : a)
FINISH(max_f64, double, f64, a)
REDUCER(max_i32, int32_t, i32, INT32_MIN, x > a ? x : a)
FINISH(max_i32, int32_t, i32, a)
REDUCER(max_i64, int64_t, i64, INT64_MIN, x > a ? x : a)
FINISH(max_i64, int64_t, i64, a)

REDUCER(min_f32, float, f32, INFINITY, x < a || x != x ? x : a)
FINISH(min_f32, float, f32, a)
REDUCER(min_f64, double, f64, INFINITY, x < a || x != x ? x : a)
FINISH(min_f64, double, f64, a)
REDUCER(min_i32, int32_t, i32, INT32_MAX, x < a ? x : a)
FINISH(min_i32, int32_t, i32, a)
REDUCER(min_i64, int64_t, i64, INT64_MAX, x < a ? x : a)
FINISH(min_i64, int64_t, i64, a)

REDUCER(all, bool, b, true, (a & x))
FINISH(all, bool, b, a)
REDUCER(any, bool, b, false, (a | x))
FINISH(any, bool, b, a)

/* ---- Running ---- */

/* The loops of a reduction. The innermost one that is reduced is `rows`, each row being `width` elements of the innermost loop of all
 * when that is kept, and otherwise one. */
typedef struct reduction {
    const reducer *by;
    int64_t width;      /* kept elements side by side; 1 when the innermost loop is reduced */
    int64_t rows;       /* of the innermost reduced loop */
    int64_t row_stride; /* elements from one to the next */
    bool shared;        /* all lanes make one result: the rows are adjacent elements, and worth it */
    int64_t count;      /* elements that make one result */
    int64_t results;
    int64_t in_size, out_size; /* bytes of an element */
    tn_loops kept;             /* outside of the width */
    tn_loops reduced;          /* outside of the rows */
} reduction;

/* A run of n adjacent elements, as rows of all lanes and what is left. */
static void add_run(const reducer *by, lanes *acc, const char *in, int64_t n, int64_t size)
{
    int64_t whole = n / LANES;
    by->add(acc, in, LANES, whole, LANES);
    if (n % LANES)
        by->add(acc, in + whole * LANES * size, n % LANES, 1, LANES);
}

/* w results side by side, at most as many as lanes. */
static void reduce_columns(const reduction *r, const char *in, char *out, int64_t w)
{
    lanes acc;
    int64_t index[TN_MAX_RANK] = { 0 };
    r->by->start(&acc, r->shared ? LANES : w);
    if (r->count)
        do {
            if (r->shared)
                add_run(r->by, &acc, in, r->rows, r->in_size);
            else
                r->by->add(&acc, in, w, r->rows, r->row_stride);
        } while (tn_loops_next(&r->reduced, index, &in, 1));
    if (r->shared)
        r->by->fold(&acc);
    r->by->finish(&acc, out, w, r->count);
}

static tn_status reduce(const tn_step *step, const tn_frame *frame)
{
    const reduction *r = step->args;
    const char *in = tn_in(step, frame, 0);
    char *out = tn_out(step, frame, 0);
    int64_t index[TN_MAX_RANK] = { 0 };
    if (!r->results)
        return TN_OK;
    do {
        for (int64_t done = 0; done < r->width; done += LANES) {
            int64_t w = r->width - done < LANES ? r->width - done : LANES;
            reduce_columns(r, in + done * r->in_size, out, w);
            out += w * r->out_size;
        }
    } while (tn_loops_next(&r->kept, index, &in, 1));
    return TN_OK;
}

/* ---- Preparing ---- */

/* The axes of the input, adjacent ones of a kind as one. */
typedef struct groups {
    int n;
    int64_t dim[TN_MAX_RANK];
    bool reduced[TN_MAX_RANK];
} groups;

static groups group_axes(const tn_dims *dims, unsigned bits)
{
    groups g = { 0 };
    for (int i = 0; i < dims->rank; i++) {
        bool reduced = bits >> i & 1;
        if (dims->dim[i] == 1)
            continue;
        if (g.n && g.reduced[g.n - 1] == reduced)
            g.dim[g.n - 1] *= dims->dim[i];
        else {
            g.dim[g.n] = dims->dim[i];
            g.reduced[g.n++] = reduced;
        }
    }
    return g;
}

static void lay_out(reduction *r, const groups *g)
{
    int64_t stride[TN_MAX_RANK], step = 1;
    int inner_reduced = -1, inner_kept = g->n && !g->reduced[g->n - 1] ? g->n - 1 : -1;
    for (int i = g->n - 1; i >= 0; i--) {
        stride[i] = step * r->in_size;
        if (g->reduced[i] && inner_reduced < 0) {
            inner_reduced = i;
            r->row_stride = step;
        }
        step *= g->dim[i];
    }
    r->rows = inner_reduced >= 0 ? g->dim[inner_reduced] : 1;
    r->width = inner_kept >= 0 ? g->dim[inner_kept] : 1;
    r->shared = inner_kept < 0 && r->rows >= LANES / 2;
    for (int i = 0; i < g->n; i++)
        if (i != inner_reduced && i != inner_kept)
            tn_loops_add(g->reduced[i] ? &r->reduced : &r->kept, g->dim[i], &stride[i], 1);
    for (int i = 0; i < g->n; i++)
        if (g->reduced[i])
            r->count *= g->dim[i];
}

static bool reduced_axes(const tn_prepare *p, unsigned *bits)
{
    int64_t axes[TN_MAX_RANK], n;
    if (!tn_operand_ints(&p->in[1], axes, TN_MAX_RANK, &n))
        return false;
    *bits = 0;
    for (int64_t i = 0; i < n; i++)
        *bits |= 1u << tn_dims_axis(&p->in[0].dims, axes[i]);
    return true;
}

static tn_status prepare_by(tn_prepare *p, const reducer *by)
{
    unsigned bits;
    if (!reduced_axes(p, &bits))
        return TN_UNAVAILABLE;
    reduction *r = TN_NEW(p->owner, reduction);
    if (!r)
        return TN_RESOURCE_EXHAUSTED;
    groups g = group_axes(&p->in[0].dims, bits);
    r->by = by;
    r->in_size = (int64_t)tn_dtype_size(p->in[0].dtype);
    r->out_size = (int64_t)tn_dtype_size(p->out[0].dtype);
    r->results = tn_dims_size(&p->out[0].dims);
    r->count = 1;
    lay_out(r, &g);
    p->args = r;
    p->run = reduce;
    return TN_OK;
}

static tn_status choose(tn_prepare *p, const reducer *reducers, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (reducers[i].dtype == p->in[0].dtype)
            return prepare_by(p, &reducers[i]);
    return tn_no_kernel(p, p->in[0].dtype);
}

#define ROW(dtype, name, finish)                                                                                                           \
    {                                                                                                                                      \
        dtype, name##_start, name##_add, name##_fold, finish##_finish                                                                      \
    }
#define NUMBERS(name, end)                                                                                                                 \
    ROW(TN_FLOAT32, name##_f32, end##_f32), ROW(TN_FLOAT64, name##_f64, end##_f64), ROW(TN_INT32, name##_i32, end##_i32),                  \
        ROW(TN_INT64, name##_i64, end##_i64)
#define PREPARE(name, ...)                                                                                                                 \
    tn_status tn_prepare_##name(tn_prepare *p)                                                                                             \
    {                                                                                                                                      \
        static const reducer reducers[] = { __VA_ARGS__ };                                                                                 \
        return choose(p, reducers, sizeof reducers / sizeof reducers[0]);                                                                  \
    }
PREPARE(sum, NUMBERS(sum, sum))
PREPARE(mean, NUMBERS(sum, mean))
PREPARE(prod, NUMBERS(prod, prod))
PREPARE(max, NUMBERS(max, max))
PREPARE(min, NUMBERS(min, min))
PREPARE(all, ROW(TN_BOOL, all, all))
PREPARE(any, ROW(TN_BOOL, any, any))
