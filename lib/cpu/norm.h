/*
 * The loops of batch normalisation, over elements whose parameters repeat: element i has those at i % period. In rows of channels the
 * period is a multiple of the channels; along the plane of one channel it is 1. Compiled for each instruction set, with the same bits from
 * all.
 */
#ifndef TN_CPU_NORM_H
#define TN_CPU_NORM_H

#include <stdint.h>

/* What each element of a backward pass is made of, by position in the period. */
typedef struct tn_norm_backward {
    const float *mean;    /* of x */
    const float *factor;  /* scale / standard deviation */
    const float *mean_dy; /* the mean of dy */
    const float *slope;   /* the mean of dy * (x - mean), over the variance */
} tn_norm_backward;

typedef struct tn_norm_f32 {
    /* With d = x - from, by position in the period: sum += dy and product += dy * d. dy NULL: d stands for it. In float64. */
    void (*sums)(double *sum, double *product, const float *dy, const float *x, const float *from, int64_t n, int64_t period);
    /* y = (x - mean) * factor + offset. y may be x. */
    void (*scale)(float *y, const float *x, const float *mean, const float *factor, const float *offset, int64_t n, int64_t period);
    /* dx = factor * (dy - mean_dy - (x - mean) * slope). dx may be dy or x. */
    void (*backward)(float *dx, const float *dy, const float *x, const tn_norm_backward *by, int64_t n, int64_t period);
} tn_norm_f32;

#endif
