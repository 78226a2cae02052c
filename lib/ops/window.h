/*
 * Windows that slide over images: what convolutions and pooling share of attributes, padding and sizes. One tn_window for each axis that
 * the window moves along; output position o looks at the input positions o * stride - before + k * dilation, k from 0 to size - 1.
 */
#ifndef TN_OPS_WINDOW_H
#define TN_OPS_WINDOW_H

#include "ops/op_def.h"

typedef enum tn_padding { TN_PADDING_VALID, TN_PADDING_SAME, TN_PADDING_EXPLICIT } tn_padding;
/* The attribute "padding". */
tn_padding tn_padding_of(const tn_op *op);

/* Where the four axes of a batch of images stand: the attribute "data_format". */
typedef struct tn_image_axes {
    int batch, height, width, channel;
} tn_image_axes;
tn_image_axes tn_image_axes_of(const tn_op *op);

typedef struct tn_window {
    int64_t in;            /* input positions; -1: not known */
    int64_t size;          /* of the window; -1: not known */
    int64_t stride;        /* of its moves */
    int64_t dilation;      /* distance of neighbours in it */
    int64_t before, after; /* padding. Given when it is explicit, else found */
    int64_t out;           /* output positions; -1: not known. Found */
    char error[96];        /* when it cannot be */
} tn_window;

/* Finds out, and before and after where they are not given. False for what is no window, or too large to count: error then says why. */
bool tn_window_resolve(tn_window *w, tn_padding padding);

/*
 * The attributes of the two windows, height and width: strides, and, where the row has them, dilations and explicit_paddings. `who` is
 * what TensorFlow's texts call the operation ("Conv2D"). in and size are left as they are. Strides and dilations of batch and channels
 * must be 1.
 */
enum { TN_WINDOW_DILATIONS = 1, TN_WINDOW_EXPLICIT = 2 };
tn_status tn_infer_window_attrs(const tn_infer *c, const char *who, unsigned has, tn_window *height, tn_window *width);
/* Whether explicit_paddings are what padding says: 8 of them, none negative, none for batch and channels. */
tn_status tn_infer_paddings(const tn_infer *c);
/* tn_window_resolve of an axis, with the error of an inference. */
tn_status tn_infer_window(const tn_infer *c, tn_window *w);
/* The same attributes once inference has found them right: for prepare. */
void tn_window_attrs(const tn_op *op, unsigned has, tn_window *height, tn_window *width);

#endif
