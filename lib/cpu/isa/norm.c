/* The loops of batch normalisation: see norm.h. */
#include "cpu/norm.h"

#include <stdbool.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

/* ---- Sums ---- */

/* So many positions of the period are summed at once, in registers. */
enum { LANES = 32, FEW = 8 };

/* The sums of `lanes` neighbouring positions, over whole periods. */
TN_ALWAYS_INLINE void sum_lanes(double *sum, double *product, const float *dy, const float *x, const float *from, int64_t periods,
                                int64_t period, const int lanes)
{
    double s[LANES], p[LANES];
    for (int l = 0; l < lanes; l++) {
        s[l] = sum[l];
        p[l] = product[l];
    }
    for (int64_t i = 0; i < periods; i++)
        for (int l = 0; l < lanes; l++) {
            const double d = (double)x[i * period + l] - (double)from[l], v = dy ? (double)dy[i * period + l] : d;
            s[l] += v;
            p[l] += v * d;
        }
    for (int l = 0; l < lanes; l++) {
        sum[l] = s[l];
        product[l] = p[l];
    }
}

TN_ALWAYS_INLINE void sum_periods(double *sum, double *product, const float *dy, const float *x, const float *from, int64_t n,
                                  int64_t period)
{
    const int64_t periods = n / period, rest = n % period;
    int64_t j = 0;
    for (; j + LANES <= period; j += LANES)
        sum_lanes(sum + j, product + j, dy ? dy + j : NULL, x + j, from + j, periods, period, LANES);
    for (; j + FEW <= period; j += FEW)
        sum_lanes(sum + j, product + j, dy ? dy + j : NULL, x + j, from + j, periods, period, FEW);
    for (; j < period; j++)
        sum_lanes(sum + j, product + j, dy ? dy + j : NULL, x + j, from + j, periods, period, 1);
    const int64_t last = periods * period;
    for (j = 0; j < rest; j++)
        sum_lanes(sum + j, product + j, dy ? dy + last + j : NULL, x + last + j, from + j, 1, 1, 1);
}

/* The same for one sum: in lanes, which are added up at the end. */
TN_ALWAYS_INLINE void sum_all(double *sum, double *product, const float *dy, const float *x, const float *from, int64_t n)
{
    double s[LANES] = { 0 }, p[LANES] = { 0 };
    float same[LANES];
    for (int l = 0; l < LANES; l++)
        same[l] = *from;
    sum_periods(s, p, dy, x, same, n, LANES);
    for (int l = 0; l < LANES; l++) {
        *sum += s[l];
        *product += p[l];
    }
}

/* A branch for dy, so that each loop has none. */
static void sums(double *sum, double *product, const float *dy, const float *x, const float *from, int64_t n, int64_t period)
{
    if (period == 1 && dy)
        sum_all(sum, product, dy, x, from, n);
    else if (period == 1)
        sum_all(sum, product, NULL, x, from, n);
    else if (dy)
        sum_periods(sum, product, dy, x, from, n, period);
    else
        sum_periods(sum, product, NULL, x, from, n, period);
}

/* ---- Elements ---- */

static void scale_one(float *y, const float *x, const float mean, const float factor, const float offset, int64_t n)
{
    TN_INDEPENDENT
    for (int64_t i = 0; i < n; i++)
        y[i] = (x[i] - mean) * factor + offset;
}

static void scale(float *y, const float *x, const float *mean, const float *factor, const float *offset, int64_t n, int64_t period)
{
    if (period == 1) {
        scale_one(y, x, *mean, *factor, *offset, n);
        return;
    }
    for (; n > 0; n -= period, x += period, y += period) {
        const int64_t many = n < period ? n : period;
        TN_INDEPENDENT
        for (int64_t i = 0; i < many; i++)
            y[i] = (x[i] - mean[i]) * factor[i] + offset[i];
    }
}

static void backward_one(float *dx, const float *dy, const float *x, const tn_norm_backward *by, int64_t n)
{
    const float mean = *by->mean, factor = *by->factor, mean_dy = *by->mean_dy, slope = *by->slope;
    TN_INDEPENDENT
    for (int64_t i = 0; i < n; i++)
        dx[i] = factor * (dy[i] - mean_dy - (x[i] - mean) * slope);
}

static void backward(float *dx, const float *dy, const float *x, const tn_norm_backward *by, int64_t n, int64_t period)
{
    const float *mean = by->mean, *factor = by->factor, *mean_dy = by->mean_dy, *slope = by->slope;
    if (period == 1) {
        backward_one(dx, dy, x, by, n);
        return;
    }
    for (; n > 0; n -= period, dx += period, dy += period, x += period) {
        const int64_t many = n < period ? n : period;
        TN_INDEPENDENT
        for (int64_t i = 0; i < many; i++)
            dx[i] = factor[i] * (dy[i] - mean_dy[i] - (x[i] - mean[i]) * slope[i]);
    }
}

const tn_norm_f32 TN_ISA_NAME(tn_norm_f32) = { .sums = sums, .scale = scale, .backward = backward };
