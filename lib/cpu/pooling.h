/*
 * The loops of pooling, for one type of element, compiled for each instruction set. The same bits from all.
 *
 * Images are [images, height, width, channels]; those whose channels come first are so many more images of one channel. What has several
 * channels is computed along them, one output pixel after the other; what has one, along rows of outputs.
 */
#ifndef TN_CPU_POOLING_H
#define TN_CPU_POOLING_H

#include <stddef.h>
#include <stdint.h>

/* An axis that the window moves along: output o looks at the inputs from o * stride - before on, `size` of them, those that are there. */
typedef struct tn_pooling_axis {
    int64_t in, out, size, stride, before;
} tn_pooling_axis;

typedef struct tn_pooling {
    int64_t images, channels;
    tn_pooling_axis h, w;
} tn_pooling;

/* Rows are counted through all images: [first, last) of y, for the gradients of dx, which is written whole. The largest element of a window
 * is the first of its largest ones; NaN is larger than any. */
#define TN_POOLING(name, T)                                                                                                                \
    typedef struct name {                                                                                                                  \
        void (*max)(const tn_pooling *p, T *y, const T *x, int64_t first, int64_t last);                                                   \
        void (*average)(const tn_pooling *p, T *y, const T *x, int64_t first, int64_t last);                                               \
        /* y = g where x is largest */                                                                                                     \
        void (*pick)(const tn_pooling *p, T *y, const T *x, const T *g, int64_t first, int64_t last);                                      \
        /* dx where x is largest += dy */                                                                                                  \
        void (*max_grad)(const tn_pooling *p, T *dx, const T *x, const T *dy, int64_t first, int64_t last);                                \
        void (*average_grad)(const tn_pooling *p, T *dx, const T *dy, int64_t first, int64_t last);                                        \
    } name
TN_POOLING(tn_pooling_f32, float);
TN_POOLING(tn_pooling_f64, double);
#undef TN_POOLING

#endif
