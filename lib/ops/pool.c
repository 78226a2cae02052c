/* MaxPool and AvgPool, and their gradients. */
#include "ops/pool.h"

#include <string.h>
#include "core/status.h"
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"
#include "ops/operand.h"

enum { AXES = 4 };

/* ---- Windows ---- */

static bool sizes_are_inputs(const tn_op *op)
{
    const char *type = tn_op_type(op);
    return !strcmp(type + strlen(type) - 2, "V2");
}

static bool has_explicit_paddings(const tn_op *op)
{
    return tn_padding_of(op) == TN_PADDING_EXPLICIT;
}

static bool four_ints(const tn_op *op, const tn_operand *in, const char *attr, int64_t *items)
{
    int64_t n;
    size_t count;
    if (sizes_are_inputs(op))
        return tn_operand_ints(in, items, AXES, &n) && n == AXES;
    const int64_t *given = tn_op_ints(op, attr, &count);
    if (count == AXES)
        memcpy(items, given, AXES * sizeof *items);
    return count == AXES;
}

bool tn_pool_windows_of(const tn_op *op, const tn_operand *in, const tn_dims *images, tn_pool_windows *windows)
{
    int64_t sizes[AXES], strides[AXES];
    size_t n;
    int num_inputs = tn_op_num_inputs(op);
    const int64_t *paddings = has_explicit_paddings(op) ? tn_op_ints(op, "explicit_paddings", &n) : NULL;
    if (!four_ints(op, in + num_inputs - 2, "ksize", sizes) || !four_ints(op, in + num_inputs - 1, "strides", strides))
        return false;
    windows->at = tn_image_axes_of(op);
    for (int i = 0; i < AXES; i++)
        windows->axis[i] = (tn_window){ .in = images->rank < 0 ? -1 : images->dim[i],
                                        .size = sizes[i],
                                        .stride = strides[i],
                                        .dilation = 1,
                                        .before = paddings ? paddings[2 * i] : 0,
                                        .after = paddings ? paddings[2 * i + 1] : 0 };
    return true;
}

/* ---- Shapes ---- */

/* `who` is what TensorFlow's texts call the operation. */
static tn_status expect_four(const tn_infer *c, int i, const char *who, const char *attr, const char *called)
{
    size_t n = 0;
    int64_t size = sizes_are_inputs(c->op) ? tn_dims_size(&c->in[i].dims) : (tn_op_ints(c->op, attr, &n), (int64_t)n);
    if (size != AXES && size != -1)
        return tn_infer_fail(c, "%s requires the %s attribute to contain 4 values, but got: %lld", who, called, (long long)size);
    return TN_OK;
}

static tn_status expect_padding(const tn_infer *c, const tn_pool_windows *w)
{
    const struct {
        const char *side;
        int64_t pad, size;
    } sides[] = { { "Top", w->axis[w->at.height].before, w->axis[w->at.height].size },
                  { "Bottom", w->axis[w->at.height].after, w->axis[w->at.height].size },
                  { "Left", w->axis[w->at.width].before, w->axis[w->at.width].size },
                  { "Right", w->axis[w->at.width].after, w->axis[w->at.width].size } };
    for (int i = 0; i < 4; i++)
        if (sides[i].pad >= sides[i].size)
            return tn_infer_fail(c, "%s padding %lld needs to be smaller than the window size %lld", sides[i].side, (long long)sides[i].pad,
                                 (long long)sides[i].size);
    return TN_OK;
}

static tn_status expect_positive_sizes(const tn_infer *c, const tn_pool_windows *w)
{
    for (int i = 0; i < AXES; i++)
        if (w->axis[i].size <= 0)
            return tn_infer_fail(c, "Sliding window ksize must be positive. The specified or inferred ksize is: %lld,%lld,%lld,%lld",
                                 (long long)w->axis[0].size, (long long)w->axis[1].size, (long long)w->axis[2].size,
                                 (long long)w->axis[3].size);
    return TN_OK;
}

/* The attributes, and the sizes where they are inputs. */
static tn_status expect_attributes(const tn_infer *c, const char *who)
{
    if (!strcmp(tn_op_string(c->op, "data_format"), "NCHW_VECT_C"))
        return tn_fail_node(TN_UNIMPLEMENTED, tn_op_type(c->op), tn_op_name(c->op), "data_format NCHW_VECT_C is not there");
    tn_status status = expect_four(c, c->num_inputs - 1, who, "strides", "stride");
    if (!status)
        status = expect_four(c, c->num_inputs - 2, who, "ksize", "ksize");
    return status || !has_explicit_paddings(c->op) ? status : tn_infer_paddings(c);
}

/* What pooling makes of images of these dims. */
static tn_status pooled_dims(const tn_infer *c, const char *who, const tn_dims *images, tn_dims *out)
{
    tn_pool_windows w;
    *out = tn_dims_unknown_of_rank(AXES);
    out->dim[0] = images->rank < 0 ? -1 : images->dim[0]; /* of either format */
    tn_status status = expect_attributes(c, who);
    if (status || !tn_pool_windows_of(c->op, c->in, images, &w))
        return status;
    status = expect_positive_sizes(c, &w);
    if (!status && has_explicit_paddings(c->op))
        status = expect_padding(c, &w);
    for (int i = 0; i < AXES && !status; i++) {
        if (i == w.at.batch)
            continue;
        status = tn_infer_window(c, &w.axis[i]);
        out->dim[i] = w.axis[i].out;
    }
    return status;
}

/* Input i has the dims that it must have; what is known of them into *dims. */
static tn_status expect_dims(const tn_infer *c, int i, const char *name, tn_dims *dims)
{
    char want[TN_DIMS_TEXT], got[TN_DIMS_TEXT];
    if (tn_dims_merge(dims, &c->in[i].dims, dims))
        return TN_OK;
    return tn_infer_fail(c, "Expected %s shape to be %s, but got %s", name, tn_dims_text(dims, want), tn_dims_text(&c->in[i].dims, got));
}

static tn_status infer_pool(tn_infer *c, const char *who)
{
    tn_status status = tn_expect_rank(c, 0, AXES);
    return status ? status : pooled_dims(c, who, &c->in[0].dims, &c->out[0]);
}

static tn_status infer_max_pool(tn_infer *c)
{
    return infer_pool(c, "MaxPool");
}

static tn_status infer_avg_pool(tn_infer *c)
{
    return infer_pool(c, "AvgPool");
}

static tn_status infer_max_pool_grad(tn_infer *c)
{
    tn_dims pooled, images = c->in[0].dims.rank < 0 ? tn_dims_unknown_of_rank(AXES) : c->in[0].dims;
    tn_status status = tn_expect_rank(c, 0, AXES);
    if (!status)
        status = pooled_dims(c, "MaxPool", &images, &pooled);
    if (!status)
        status = expect_dims(c, 1, "orig_output", &pooled);
    if (!status)
        status = expect_dims(c, 2, "grad", &pooled);
    if (!status)
        c->out[0] = images;
    return status;
}

static tn_status infer_max_pool_grad_grad(tn_infer *c)
{
    tn_dims pooled, images = c->in[0].dims.rank < 0 ? tn_dims_unknown_of_rank(AXES) : c->in[0].dims;
    tn_status status = tn_expect_rank(c, 0, AXES);
    if (!status)
        status = expect_dims(c, 2, "grad", &images);
    if (!status)
        status = pooled_dims(c, "MaxPool", &images, &pooled);
    if (!status)
        status = expect_dims(c, 1, "orig_output", &pooled);
    if (!status)
        c->out[0] = pooled;
    return status;
}

static tn_status infer_avg_pool_grad(tn_infer *c)
{
    tn_dims images, pooled;
    tn_status status = tn_expect_shape(c, 0, &images);
    if (!status && images.rank >= 0 && images.rank != AXES)
        return tn_infer_fail(c, "Shape must be rank 4 but is rank %d", images.rank);
    if (!status && images.rank < 0)
        images = tn_dims_unknown_of_rank(AXES);
    if (!status)
        status = pooled_dims(c, "AvgPool", &images, &pooled);
    if (!status)
        status = expect_dims(c, 1, "grad", &pooled);
    if (!status)
        c->out[0] = images;
    return status;
}

/* ---- Gradients ---- */

/* An operation of the family with the same windows: the inputs, then, where they are inputs, the sizes. */
static tn_output with_windows(const tn_op *like, const char *type, tn_outputs inputs)
{
    tn_output all[5];
    size_t n = inputs.n, count = 0;
    memcpy(all, inputs.items, n * sizeof *all);
    tn_attr attrs[5] = { TN_STRING_ATTR("padding", tn_op_string(like, "padding")),
                         TN_STRING_ATTR("data_format", tn_op_string(like, "data_format")) };
    size_t num_attrs = 2;
    if (sizes_are_inputs(like)) {
        all[n++] = tn_op_input(like, tn_op_num_inputs(like) - 2);
        all[n++] = tn_op_input(like, tn_op_num_inputs(like) - 1);
    } else {
        attrs[num_attrs++] = TN_INTS_ATTR("ksize", AXES, tn_op_ints(like, "ksize", &count));
        attrs[num_attrs++] = TN_INTS_ATTR("strides", AXES, tn_op_ints(like, "strides", &count));
    }
    if (has_explicit_paddings(like)) {
        const int64_t *paddings = tn_op_ints(like, "explicit_paddings", &count);
        attrs[num_attrs++] = TN_INTS_ATTR("explicit_paddings", count, paddings);
    }
    return tn_op_output(tn_op_new(NULL, type, ((tn_outputs){ all, n }), .attrs = { attrs, num_attrs }), 0);
}

static tn_status max_pool_gradient(tn_gradient *g)
{
    const char *type = sizes_are_inputs(g->op) ? "MaxPoolGradV2" : "MaxPoolGrad";
    return tn_grad_give(g, 0, with_windows(g->op, type, TN_OUTPUTS(tn_op_input(g->op, 0), tn_op_output(g->op, 0), g->dy[0])));
}

/* Which elements are largest does not change with a small step: no gradient flows to the first two inputs. TensorFlow gives zeros. */
static tn_status through_largest(tn_gradient *g, const char *type)
{
    tn_output images = tn_op_input(g->op, 0), pooled = tn_op_input(g->op, 1);
    tn_status status = tn_grad_give(g, 0, tn_grad_zeros_like(images));
    if (!status)
        status = tn_grad_give(g, 1, tn_grad_zeros_like(pooled));
    return status ? status : tn_grad_give(g, 2, with_windows(g->op, type, TN_OUTPUTS(images, pooled, g->dy[0])));
}

static tn_status max_pool_grad_gradient(tn_gradient *g)
{
    return through_largest(g, sizes_are_inputs(g->op) ? "MaxPoolGradGradV2" : "MaxPoolGradGrad");
}

static tn_status max_pool_grad_grad_gradient(tn_gradient *g)
{
    return through_largest(g, sizes_are_inputs(g->op) ? "MaxPoolGradV2" : "MaxPoolGrad");
}

static tn_status avg_pool_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, with_windows(g->op, "AvgPoolGrad", TN_OUTPUTS(tn_grad_shape(tn_op_input(g->op, 0)), g->dy[0])));
}

static tn_status avg_pool_grad_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 1, with_windows(g->op, "AvgPool", TN_OUTPUTS(g->dy[0])));
}

/* ---- Rows ---- */

#define SIZES    "ksize: list(int) >= 4; strides: list(int) >= 4; "
#define PADDING  "padding: {'SAME', 'VALID'}; "
#define EXPLICIT "padding: {'SAME', 'VALID', 'EXPLICIT'}; explicit_paddings: list(int) = []; "
#define FORMAT   "data_format: {'NHWC', 'NCHW'} = 'NHWC'"
#define FORMATS  "data_format: {'NHWC', 'NCHW', 'NCHW_VECT_C'} = 'NHWC'"
#define MAX_T    "{half, bfloat16, float, double, int32, int64, uint8, int16, int8, uint16, qint8} = float; "
#define REAL_T   "{float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64}"
#define FLOAT_T  "T: {half, bfloat16, float, double}"
#define THREE    "orig_input: T, orig_output: T, grad: T"

#define MAX_FORMULA      "the largest element of each window; padding counts for nothing, NaN is larger than any number"
#define MAX_GRAD_FORMULA "the gradient of MaxPool: each element of grad goes to the largest of its window, the first of several"
#define MAX_GRAD_GRAD_FORMULA                                                                                                              \
    "the gradient of MaxPoolGrad: of each window the element of grad that stands where the first largest one of orig_input does"

const tn_op_def tn_ops_pool[] = {
    { .name = "MaxPool",
      .signature = "input: T; T: " MAX_T SIZES EXPLICIT FORMATS " -> output: T",
      .infer = infer_max_pool,
      .gradient = max_pool_gradient,
      .prepare = tn_prepare_max_pool,
      .formula = MAX_FORMULA },
    { .name = "MaxPoolGrad",
      .signature = THREE "; " SIZES EXPLICIT FORMAT "; T: " REAL_T " = float -> output: T",
      .infer = infer_max_pool_grad,
      .gradient = max_pool_grad_gradient,
      .prepare = tn_prepare_max_pool_grad,
      .formula = MAX_GRAD_FORMULA },
    { .name = "MaxPoolGradGrad",
      .signature = THREE "; " SIZES PADDING FORMAT "; T: " REAL_T " -> output: T",
      .infer = infer_max_pool_grad_grad,
      .gradient = max_pool_grad_grad_gradient,
      .prepare = tn_prepare_max_pool_grad_grad,
      .formula = MAX_GRAD_GRAD_FORMULA },
    { .name = "MaxPoolV2",
      .signature = "input: T, ksize: int32, strides: int32; T: " MAX_T PADDING FORMATS " -> output: T",
      .infer = infer_max_pool,
      .gradient = max_pool_gradient,
      .prepare = tn_prepare_max_pool,
      .formula = MAX_FORMULA },
    { .name = "MaxPoolGradV2",
      .signature = THREE ", ksize: int32, strides: int32; " PADDING FORMAT "; T: " REAL_T " = float -> output: T",
      .infer = infer_max_pool_grad,
      .gradient = max_pool_grad_gradient,
      .prepare = tn_prepare_max_pool_grad,
      .formula = MAX_GRAD_FORMULA },
    { .name = "MaxPoolGradGradV2",
      .signature = THREE ", ksize: int32, strides: int32; " PADDING FORMAT "; T: " REAL_T " -> output: T",
      .infer = infer_max_pool_grad_grad,
      .gradient = max_pool_grad_grad_gradient,
      .prepare = tn_prepare_max_pool_grad_grad,
      .formula = MAX_GRAD_GRAD_FORMULA },
    { .name = "AvgPool",
      .signature = "value: T; " SIZES PADDING FORMAT "; " FLOAT_T " -> output: T",
      .infer = infer_avg_pool,
      .gradient = avg_pool_gradient,
      .prepare = tn_prepare_avg_pool,
      .formula = "the mean of each window; padding counts for nothing" },
    { .name = "AvgPoolGrad",
      .signature = "orig_input_shape: int32, grad: T; " SIZES PADDING FORMAT "; " FLOAT_T " -> output: T",
      .infer = infer_avg_pool_grad,
      .gradient = avg_pool_grad_gradient,
      .prepare = tn_prepare_avg_pool_grad,
      .formula = "the gradient of AvgPool: each element of grad is divided among the elements of its window" },
};
const size_t tn_num_ops_pool = sizeof tn_ops_pool / sizeof tn_ops_pool[0];
