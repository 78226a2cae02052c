/*
 * Convolutions as prepare works them out, for all six operations. `in` is what is read beside the filter: the images of Conv2D, or the
 * gradients of its output; `out` is what is written: its output, or the gradients of its images. Everything is NHWC in here: NCHW is
 * transposed into the workspace, and back.
 */
#ifndef TN_CPU_CONV_PLAN_H
#define TN_CPU_CONV_PLAN_H

#include "cpu/conv.h"
#include "cpu/copy.h"
#include "ops/window.h"

/* One spatial axis. Transposed, out is the side that windows look at, and in has one position for each window. */
typedef struct tn_conv_axis {
    int64_t in, out;
    int64_t size, stride, dilation, before;
    bool transposed;
    int64_t phases;  /* positions of out that are this far from each other have the same taps: 1, or the stride when transposed */
    int64_t in_step; /* how far apart in `in` is what two neighbours of a phase look at */
} tn_conv_axis;

/* The taps that reach one position of out: first, first + step, …, n of them, which look at the positions at, at + apart, … of in. Taps
 * are numbered as the filter has them; transposed, from its end. */
typedef struct tn_conv_taps {
    int64_t first, step, n, at, apart;
} tn_conv_taps;

void tn_conv_axis_init(tn_conv_axis *axis, const tn_window *w, bool transposed);
/* Those of position o of out, within in or not. */
tn_conv_taps tn_conv_taps_of(const tn_conv_axis *axis, int64_t o);
/* Without those that look outside of in. */
tn_conv_taps tn_conv_taps_inside(const tn_conv_axis *axis, tn_conv_taps taps);

/* What the operations have in common. */
typedef struct tn_conv {
    const tn_conv_table *table;
    size_t element; /* bytes */
    bool depthwise;
    int in_input, filter_input;  /* which inputs of the operation they are; of a filter's gradient: images and gradients */
    int64_t images, in_c, out_c; /* channels of what is read and of what is written */
    int64_t multiplier;          /* depthwise: channels of the output for each one of the images */
    tn_conv_axis y, x;
    double work;                 /* see core/pool.h */
    size_t workspace;            /* bytes taken so far */
    tn_copy *to_nhwc[2];         /* of in_input and, in a filter's gradient, of filter_input; NULL when they are NHWC */
    tn_copy *from_nhwc;          /* of out */
    size_t copied_at[2], out_at; /* where these are, in the workspace */
} tn_conv;

typedef enum tn_conv_kind { TN_CONV_FORWARD, TN_CONV_INPUT_GRADIENT, TN_CONV_FILTER_GRADIENT } tn_conv_kind;

/* Fills in what all have. TN_UNIMPLEMENTED for a dtype, or groups, without a kernel. */
tn_status tn_conv_init(tn_prepare *p, tn_conv_kind kind, bool depthwise, tn_conv *c);
/* The work of a convolution whose results, or gradients of results, and filter these are. */
double tn_conv_work(const tn_dims *results, const tn_dims *filter, int64_t result_channels);
/* One long row in place of many, where rows make no difference: a filter of one tap that neither strides nor pads. */
void tn_conv_flatten(tn_conv *c);
/* Bytes of n times `each` elements in the workspace, aligned; *at where. False: too large. */
bool tn_conv_reserve(tn_conv *c, size_t n, size_t each, size_t *at);
/* RESOURCE_EXHAUSTED, for an operation whose scratch nobody could have. */
tn_status tn_conv_too_large(const tn_prepare *p);

/* Input i of the two, in NHWC (once copied), and where the output is to be made. */
const char *tn_conv_in(const tn_conv *c, const tn_step *step, const tn_frame *frame, int i);
char *tn_conv_out(const tn_conv *c, const tn_step *step, const tn_frame *frame);
/* NCHW to NHWC before, and back after, with the threads of a pool. Nothing to do for NHWC. */
void tn_conv_copy_in(const tn_conv *c, const tn_step *step, const tn_frame *frame, tn_pool *pool);
void tn_conv_copy_out(const tn_conv *c, const tn_step *step, const tn_frame *frame, tn_pool *pool);

/* The positions from `from` on, n of them, of a row of `in` of `images`, into to; zeros for what is outside of the row. Depthwise with a
 * multiplier, each of the images' channels is repeated, and of the output's gradients each position is turned to [multiplier, channels]. */
void tn_conv_copy_row(const tn_conv *c, const tn_conv_axis *x, const char *row, int64_t from, int64_t n, char *to);

#endif
