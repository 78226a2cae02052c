/* Convolutions of images and their gradients, dense and depthwise. The words of the errors are TensorFlow's. */
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"
#include "ops/operand.h"
#include "ops/window.h"

enum { RANK = 4 };

/* What the operations of a family have in common. */
typedef struct conv_family {
    const char *forward, *input_gradient, *filter_gradient; /* types */
    const char *who;                                        /* in texts */
    const char *const *attrs;                               /* that gradients take over */
    unsigned windows;
    bool depthwise;
} conv_family;

static const char *const dense_attrs[] = {
    "strides", "padding", "data_format", "dilations", "explicit_paddings", "use_cudnn_on_gpu", NULL
};
static const char *const depthwise_attrs[] = { "strides", "padding", "data_format", "dilations", NULL };

static const conv_family dense = { .forward = "Conv2D",
                                   .input_gradient = "Conv2DBackpropInput",
                                   .filter_gradient = "Conv2DBackpropFilter",
                                   .who = "Conv2D",
                                   .attrs = dense_attrs,
                                   .windows = TN_WINDOW_DILATIONS | TN_WINDOW_EXPLICIT };
static const conv_family depthwise = { .forward = "DepthwiseConv2dNative",
                                       .input_gradient = "DepthwiseConv2dNativeBackpropInput",
                                       .filter_gradient = "DepthwiseConv2dNativeBackpropFilter",
                                       .who = "DepthwiseConv2D",
                                       .attrs = depthwise_attrs,
                                       .windows = TN_WINDOW_DILATIONS,
                                       .depthwise = true };

/* ---- Inference ---- */

/* Images, filter and result of a convolution: operands or outputs of the operation at hand. */
typedef struct conv_dims {
    tn_dims images, filter, result;
} conv_dims;

static tn_dims of_rank_4(const tn_dims *dims)
{
    return dims->rank < 0 ? tn_dims_unknown_of_rank(RANK) : *dims;
}

/* Channels of the images, and of the filter that is to go over them. */
static tn_status expect_depths(const tn_infer *c, const conv_family *f, int64_t in, const tn_dims *filter)
{
    const int64_t of = filter->dim[2], out = filter->dim[3];
    int64_t depth;
    if (f->depthwise)
        return tn_expect_dim(c, in, of, &depth);
    if (in < 0 || of < 0)
        return TN_OK;
    if (of == 0)
        return tn_infer_fail(c, "Depth of filter must not be 0");
    if (in % of || !in)
        return tn_infer_fail(c, "Depth of input (%lld) is not a multiple of input depth of filter (%lld)", (long long)in, (long long)of);
    if (in != of && out >= 0 && out % (in / of))
        return tn_infer_fail(c, "Depth of output (%lld) is not a multiple of the number of groups (%lld)", (long long)out,
                             (long long)(in / of));
    return TN_OK;
}

static tn_status result_depth(const tn_infer *c, const conv_family *f, int64_t in, const tn_dims *filter, int64_t *out)
{
    const int64_t channels = filter->dim[2] >= 0 ? filter->dim[2] : in;
    *out = filter->dim[3];
    if (!f->depthwise || *out < 0)
        return TN_OK;
    if (channels < 0)
        *out = -1;
    else if (__builtin_mul_overflow(channels, filter->dim[3], out))
        return tn_infer_fail(c, "the output would have too many channels");
    return TN_OK;
}

/* The dims of the result from those of images and filter, all of rank 4. */
static tn_status infer_result(const tn_infer *c, const conv_family *f, conv_dims *d)
{
    const tn_image_axes at = tn_image_axes_of(c->op);
    tn_window y = { .in = d->images.dim[at.height], .size = d->filter.dim[0] };
    tn_window x = { .in = d->images.dim[at.width], .size = d->filter.dim[1] };
    tn_status status = tn_infer_window_attrs(c, f->who, f->windows, &y, &x);
    if (!status)
        status = expect_depths(c, f, d->images.dim[at.channel], &d->filter);
    d->result = tn_dims_unknown_of_rank(RANK);
    if (!status)
        status = result_depth(c, f, d->images.dim[at.channel], &d->filter, &d->result.dim[at.channel]);
    if (!status)
        status = tn_infer_window(c, &y);
    if (!status)
        status = tn_infer_window(c, &x);
    d->result.dim[at.batch] = d->images.dim[at.batch];
    d->result.dim[at.height] = y.out;
    d->result.dim[at.width] = x.out;
    return status;
}

static tn_status expect_ranks(const tn_infer *c, int a, int b)
{
    tn_status status = tn_expect_rank(c, a, RANK);
    return status ? status : tn_expect_rank(c, b, RANK);
}

static tn_status infer_forward(tn_infer *c, const conv_family *f)
{
    tn_status status = expect_ranks(c, 0, 1);
    if (status)
        return status;
    conv_dims d = { .images = of_rank_4(&c->in[0].dims), .filter = of_rank_4(&c->in[1].dims) };
    status = infer_result(c, f, &d);
    if (!status)
        c->out[0] = d.result;
    return status;
}

static tn_status wrong_size(const tn_infer *c, int axis, int64_t is, int64_t computed)
{
    return tn_infer_fail(c, "%s: Size of out_backprop doesn't match computed: actual = %lld, computed = %lld spatial_dim: %d",
                         tn_op_type(c->op), (long long)is, (long long)computed, axis);
}

/* The gradients dy have the shape of the result. */
static tn_status expect_result(const tn_infer *c, const tn_dims *dy, const tn_dims *result)
{
    const tn_image_axes at = tn_image_axes_of(c->op);
    for (int i = 0; i < RANK; i++) {
        const int64_t is = dy->dim[i], wanted = result->dim[i];
        if (is < 0 || wanted < 0 || is == wanted)
            continue;
        if (i == at.batch)
            return tn_infer_fail(c,
                                 "%s: input and out_backprop must have the same batch size. Input batch: %lld, outbackprop batch: %lld, "
                                 "batch_dim: %d",
                                 tn_op_type(c->op), (long long)wanted, (long long)is, i);
        if (i == at.channel)
            return tn_infer_fail(c, "%s: filter and out_backprop must have the same out_depth", tn_op_type(c->op));
        return wrong_size(c, i, is, wanted);
    }
    return TN_OK;
}

/* A shape of rank 4 given as a value; unknown of rank 4 when it is not known. */
static tn_status expect_sizes(const tn_infer *c, int i, tn_dims *out)
{
    tn_status status = tn_expect_rank(c, i, 1);
    if (!status)
        status = tn_expect_shape(c, i, out);
    if (!status && out->rank >= 0 && out->rank != RANK)
        return tn_infer_fail(c, "Shape must be rank %d but is rank %d", RANK, out->rank);
    if (!status)
        *out = of_rank_4(out);
    return status;
}

/* The gradients of images and filters: `sizes` is the input that gives the shape of out, `other` the one that is there. */
static tn_status infer_gradient(tn_infer *c, const conv_family *f, int sizes, int other)
{
    tn_dims out;
    tn_status status = expect_sizes(c, sizes, &out);
    if (!status)
        status = expect_ranks(c, other, 2);
    if (status)
        return status;
    conv_dims d = { .images = sizes == 0 ? out : of_rank_4(&c->in[0].dims), .filter = sizes == 1 ? out : of_rank_4(&c->in[1].dims) };
    const tn_dims dy = of_rank_4(&c->in[2].dims);
    status = infer_result(c, f, &d);
    if (!status)
        status = expect_result(c, &dy, &d.result);
    if (!status)
        c->out[0] = out;
    return status;
}

/* ---- Gradients ---- */

enum { MOST_ATTRS = 8 };

static tn_output make(const tn_op *like, const conv_family *f, const char *type, tn_output a, tn_output b, tn_output c)
{
    tn_attr attrs[MOST_ATTRS];
    size_t n = 0;
    for (; f->attrs[n]; n++) {
        tn_status status = tn_op_attr(like, f->attrs[n], &attrs[n]);
        if (status)
            return TN_ZERO_OUTPUT_;
        attrs[n].name = f->attrs[n];
    }
    const tn_output inputs[] = { a, b, c };
    return tn_op_output(tn_op_new(NULL, type, { inputs, c.op ? 3u : 2u }, .attrs = { attrs, n }), 0);
}

static tn_output images_gradient(const tn_op *like, const conv_family *f, tn_output images, tn_output filter, tn_output dy)
{
    return make(like, f, f->input_gradient, tn_grad_shape(images), filter, dy);
}

static tn_output filter_gradient(const tn_op *like, const conv_family *f, tn_output images, tn_output filter, tn_output dy)
{
    return make(like, f, f->filter_gradient, images, tn_grad_shape(filter), dy);
}

static tn_output result(const tn_op *like, const conv_family *f, tn_output images, tn_output filter)
{
    return make(like, f, f->forward, images, filter, TN_ZERO_OUTPUT_);
}

static tn_status forward_gradient(tn_gradient *g, const conv_family *f)
{
    tn_output x = tn_op_input(g->op, 0), w = tn_op_input(g->op, 1), dy = g->dy[0];
    tn_status status = tn_grad_give(g, 0, images_gradient(g->op, f, x, w, dy));
    return status ? status : tn_grad_give(g, 1, filter_gradient(g->op, f, x, w, dy));
}

/* Of the gradient of images, which is linear in the filter and in dy. */
static tn_status input_gradient_gradient(tn_gradient *g, const conv_family *f)
{
    tn_output w = tn_op_input(g->op, 1), dy = tn_op_input(g->op, 2);
    tn_status status = tn_grad_give(g, 1, filter_gradient(g->op, f, g->dy[0], w, dy));
    return status ? status : tn_grad_give(g, 2, result(g->op, f, g->dy[0], w));
}

static tn_status filter_gradient_gradient(tn_gradient *g, const conv_family *f)
{
    tn_output x = tn_op_input(g->op, 0), dy = tn_op_input(g->op, 2);
    tn_status status = tn_grad_give(g, 0, images_gradient(g->op, f, x, g->dy[0], dy));
    return status ? status : tn_grad_give(g, 2, result(g->op, f, x, g->dy[0]));
}

/* ---- Rows ---- */

#define FAMILY(family)                                                                                                                     \
    static tn_status infer_##family(tn_infer *c)                                                                                           \
    {                                                                                                                                      \
        return infer_forward(c, &family);                                                                                                  \
    }                                                                                                                                      \
    static tn_status infer_##family##_input(tn_infer *c)                                                                                   \
    {                                                                                                                                      \
        return infer_gradient(c, &family, 0, 1);                                                                                           \
    }                                                                                                                                      \
    static tn_status infer_##family##_filter(tn_infer *c)                                                                                  \
    {                                                                                                                                      \
        return infer_gradient(c, &family, 1, 0);                                                                                           \
    }                                                                                                                                      \
    static tn_status family##_gradient(tn_gradient *g)                                                                                     \
    {                                                                                                                                      \
        return forward_gradient(g, &family);                                                                                               \
    }                                                                                                                                      \
    static tn_status family##_input_gradient(tn_gradient *g)                                                                               \
    {                                                                                                                                      \
        return input_gradient_gradient(g, &family);                                                                                        \
    }                                                                                                                                      \
    static tn_status family##_filter_gradient(tn_gradient *g)                                                                              \
    {                                                                                                                                      \
        return filter_gradient_gradient(g, &family);                                                                                       \
    }
FAMILY(dense)
FAMILY(depthwise)

#define FLOATS "T: {half, bfloat16, float, double}; "
#define LAYOUT "data_format: {'NHWC', 'NCHW'} = 'NHWC'; dilations: list(int) = [1, 1, 1, 1]"
#define DENSE                                                                                                                              \
    FLOATS "strides: list(int); use_cudnn_on_gpu: bool = true; padding: {'SAME', 'VALID', 'EXPLICIT'}; "                                   \
           "explicit_paddings: list(int) = []; " LAYOUT
#define DEPTHWISE FLOATS "strides: list(int); padding: {'SAME', 'VALID'}; " LAYOUT

const tn_op_def tn_ops_conv[] = {
    { .name = "Conv2D",
      .signature = "input: T, filter: T; " DENSE " -> output: T",
      .infer = infer_dense,
      .gradient = dense_gradient,
      .prepare = tn_prepare_conv2d,
      .flags = TN_OP_FINISHES,
      .constructor = "conv2d",
      .formula = "output[b,i,j,k] = sum over y, x, c of input[b, i*strides[1] + y*dilations[1], j*strides[2] + x*dilations[2], c] * "
                 "filter[y,x,c,k], input being padded with zeros; for NCHW, channels are axis 1 of input and output" },
    { .name = "Conv2DBackpropInput",
      .signature = "input_sizes: int32, filter: T, out_backprop: T; " DENSE " -> output: T",
      .infer = infer_dense_input,
      .gradient = dense_input_gradient,
      .prepare = tn_prepare_conv2d_backprop_input,
      .constructor = "conv2d_backprop_input",
      .formula = "the gradient of a Conv2D's input, which has the shape input_sizes; also the transposed convolution of out_backprop" },
    { .name = "Conv2DBackpropFilter",
      .signature = "input: T, filter_sizes: int32, out_backprop: T; " DENSE " -> output: T",
      .infer = infer_dense_filter,
      .gradient = dense_filter_gradient,
      .prepare = tn_prepare_conv2d_backprop_filter,
      .constructor = "conv2d_backprop_filter",
      .formula = "the gradient of a Conv2D's filter, which has the shape filter_sizes" },
    { .name = "DepthwiseConv2dNative",
      .signature = "input: T, filter: T; " DEPTHWISE " -> output: T",
      .infer = infer_depthwise,
      .gradient = depthwise_gradient,
      .prepare = tn_prepare_depthwise_conv2d,
      .flags = TN_OP_FINISHES,
      .formula = "output[b,i,j,c*m + q] = sum over y, x of input[b, i*strides[1] + y*dilations[1], j*strides[2] + x*dilations[2], c] * "
                 "filter[y,x,c,q], m being filter's last length and input padded with zeros" },
    { .name = "DepthwiseConv2dNativeBackpropInput",
      .signature = "input_sizes: int32, filter: T, out_backprop: T; " DEPTHWISE " -> output: T",
      .infer = infer_depthwise_input,
      .gradient = depthwise_input_gradient,
      .prepare = tn_prepare_depthwise_conv2d_backprop_input,
      .formula = "the gradient of a DepthwiseConv2dNative's input, which has the shape input_sizes" },
    { .name = "DepthwiseConv2dNativeBackpropFilter",
      .signature = "input: T, filter_sizes: int32, out_backprop: T; " DEPTHWISE " -> output: T",
      .infer = infer_depthwise_filter,
      .gradient = depthwise_filter_gradient,
      .prepare = tn_prepare_depthwise_conv2d_backprop_filter,
      .formula = "the gradient of a DepthwiseConv2dNative's filter, which has the shape filter_sizes" },
};
const size_t tn_num_ops_conv = sizeof tn_ops_conv / sizeof tn_ops_conv[0];
