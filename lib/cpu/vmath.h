/*
 * Exponentials, logarithms and what is made of them, over arrays.
 *
 * The functions are polynomials without branches; doc/manual/numerics.md states their errors. They give the same bits for an element
 * whatever its place and the length of the array, and whatever the processor: but for exp, tanh, sigmoid and exp_sum of float32, which are
 * one on processors with fused multiply-add and another on those without. NaN in, NaN out; infinities, signed
 * zeros and denormal numbers, as arguments and as results, are those of C's functions. errno and exception flags mean nothing.
 */
#ifndef TN_CPU_VMATH_H
#define TN_CPU_VMATH_H

#include <stdint.h>

/* One element type's functions, compiled for one instruction set. y may be x; other overlaps are not allowed. n may be 0. */
#define TN_VMATH(name, T)                                                                                                                  \
    typedef struct name {                                                                                                                  \
        void (*exp)(T * y, const T *x, int64_t n);                                                                                         \
        void (*log)(T * y, const T *x, int64_t n);                                                                                         \
        void (*tanh)(T * y, const T *x, int64_t n);                                                                                        \
        void (*sigmoid)(T * y, const T *x, int64_t n);  /* 1 / (1 + exp(-x)) */                                                            \
        void (*softplus)(T * y, const T *x, int64_t n); /* log(1 + exp(x)) */                                                              \
        /* The largest element; NaN is passed over, -infinity when there is none. */                                                       \
        T (*largest)(const T *x, int64_t n);                                                                                               \
        /* y[i] = exp(x[i] - less), and their sum; no difference is above 88. y may be NULL. */                                            \
        double (*exp_sum)(T * y, const T *x, T less, int64_t n);                                                                           \
        /* y[i] *= factor */                                                                                                               \
        void (*times)(T * y, T factor, int64_t n);                                                                                         \
        /* The sum of label[i] * (log_sum - (x[i] - max)); a step of 0 is one element for all, else it is 1. */                            \
        double (*entropy)(const T *label, int64_t label_step, const T *x, int64_t x_step, T max, T log_sum, int64_t n);                    \
        /* Of rows of n elements. */                                                                                                       \
        void (*softmax)(T * y, const T *x, int64_t rows, int64_t n);                                                                       \
    } name
TN_VMATH(tn_vmath_f32, float);
TN_VMATH(tn_vmath_f64, double);
#undef TN_VMATH

#endif
