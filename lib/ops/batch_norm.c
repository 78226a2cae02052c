/* FusedBatchNorm and FusedBatchNormGrad, in their three versions: they differ in dtypes, data formats and what they keep for the gradient.
 */
#include <string.h>
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"

/* ---- Shapes ---- */

static int rank_of(const tn_op *op)
{
    return (int)strlen(tn_op_string(op, "data_format")); /* a letter for each axis */
}

static int channel_of(const tn_op *op)
{
    return (int)strcspn(tn_op_string(op, "data_format"), "C");
}

static tn_dims images(const tn_infer *c, int i)
{
    return c->in[i].dims.rank < 0 ? tn_dims_unknown_of_rank(rank_of(c->op)) : c->in[i].dims;
}

/* Inputs [first, last) are vectors with one element for each channel; *channels gets their number. */
static tn_status expect_vectors(const tn_infer *c, int first, int last, int64_t *channels)
{
    tn_status status = TN_OK;
    for (int i = first; i < last && !status; i++) {
        status = tn_expect_rank(c, i, 1);
        if (!status)
            status = tn_expect_dim(c, *channels, c->in[i].dims.rank < 0 ? -1 : c->in[i].dims.dim[0], channels);
    }
    return status;
}

/* Training takes mean and variance only to average them with what they become. */
static tn_status infer_norm(tn_infer *c)
{
    bool averages = !tn_op_bool(c->op, "is_training") || tn_op_float(c->op, "exponential_avg_factor") != 1;
    tn_dims x = images(c, 0);
    int64_t *channels = &x.dim[channel_of(c->op)];
    tn_status status = tn_expect_rank(c, 0, rank_of(c->op));
    if (!status)
        status = expect_vectors(c, 1, averages ? 5 : 3, channels);
    if (status)
        return status;
    c->out[0] = x;
    for (int i = 1; i < 5; i++)
        c->out[i] = tn_dims_vector(*channels);
    if (c->num_outputs > 5)
        c->out[5] = tn_dims_scalar();
    return TN_OK;
}

static tn_status infer_norm_grad(tn_infer *c)
{
    tn_dims dy = images(c, 0), x = images(c, 1);
    int64_t *channels = &x.dim[channel_of(c->op)];
    tn_status status = tn_expect_rank(c, 0, rank_of(c->op));
    if (!status)
        status = tn_expect_rank(c, 1, rank_of(c->op));
    if (!status)
        status = tn_expect_same(c, &dy, &x, &x);
    if (!status)
        status = expect_vectors(c, 2, 5, channels);
    if (status)
        return status;
    c->out[0] = x;
    c->out[1] = c->out[2] = tn_dims_vector(*channels);
    c->out[3] = c->out[4] = tn_dims_vector(0);
    return TN_OK;
}

/* ---- Gradients ---- */

/* Of x, scale and offset, from that of y alone. What FusedBatchNormGrad calls reserve_space are the batch's own mean and variance, or,
 * where they were given, those. */
static tn_status norm_gradient(tn_gradient *g)
{
    const tn_op *op = g->op;
    bool training = tn_op_bool(op, "is_training"), third = tn_op_num_outputs(op) > 5;
    if (!g->dy[0].op)
        return TN_OK;
    const tn_output inputs[] = { g->dy[0],
                                 tn_op_input(op, 0),
                                 tn_op_input(op, 1),
                                 training ? tn_op_output(g->op, 3) : tn_op_input(op, 3),
                                 training ? tn_op_output(g->op, 4) : tn_op_input(op, 4),
                                 tn_op_output(g->op, third ? 5 : 0) };
    const char *type = third                                         ? "FusedBatchNormGradV3"
                       : !strcmp(tn_op_type(op), "FusedBatchNormV2") ? "FusedBatchNormGradV2"
                                                                     : "FusedBatchNormGrad";
    tn_attrs attrs = TN_ATTRS(TN_FLOAT_ATTR("epsilon", tn_op_float(op, "epsilon")), TN_BOOL_ATTR("is_training", training),
                              TN_STRING_ATTR("data_format", tn_op_string(op, "data_format")));
    tn_op *grad = tn_op_new(NULL, type, ((tn_outputs){ inputs, third ? 6 : 5 }), .attrs = attrs);
    tn_status status = TN_OK;
    for (int i = 0; i < 3 && !status; i++)
        status = tn_grad_give(g, i, tn_op_output(grad, i));
    return status;
}

/* ---- Gradients of gradients: those of the formulas, made of plain operations ---- */

/* Over all axes but the channels': "Sum" or "Mean". */
static tn_output over_images(const tn_op *op, const char *type, tn_output x)
{
    int64_t axes[TN_MAX_RANK];
    int n = 0;
    for (int i = 0; i < rank_of(op); i++)
        if (i != channel_of(op))
            axes[n++] = i;
    return TN_GRAD(type, x, tn_grad_ints(n, axes));
}

/* One element for each channel, in a shape that broadcasts to the images'. */
static tn_output along_channels(const tn_op *op, tn_output v)
{
    int behind = rank_of(op) - 1 - channel_of(op);
    const int64_t dims[TN_MAX_RANK] = { -1, 1, 1, 1 };
    return behind ? TN_GRAD("Reshape", v, tn_grad_ints(1 + behind, dims)) : v;
}

/* FusedBatchNormGrad's first three outputs, of dy, x and scale. */
static void norm_grad_formulas(const tn_op *op, tn_output dy, tn_output x, tn_output scale, tn_output *out)
{
    bool training = tn_op_bool(op, "is_training");
    tn_output mean = training ? over_images(op, "Mean", x) : tn_op_input(op, 3);
    tn_output d = TN_GRAD("Sub", x, along_channels(op, mean)), product = TN_GRAD("Mul", dy, d);
    tn_output variance = training ? over_images(op, "Mean", TN_GRAD("Square", d)) : tn_op_input(op, 4);
    tn_output epsilon = tn_grad_scalar(TN_FLOAT32, tn_op_float(op, "epsilon"));
    tn_output inverse = TN_GRAD("Rsqrt", TN_GRAD("Add", variance, epsilon)), centered = dy;
    if (training) {
        tn_output slope = TN_GRAD("Mul", over_images(op, "Mean", product), TN_GRAD("Square", inverse));
        centered = TN_GRAD("Sub", dy, along_channels(op, over_images(op, "Mean", dy)));
        centered = TN_GRAD("Sub", centered, TN_GRAD("Mul", along_channels(op, slope), d));
    }
    out[0] = TN_GRAD("Mul", along_channels(op, TN_GRAD("Mul", scale, inverse)), centered);
    out[1] = TN_GRAD("Mul", over_images(op, "Sum", product), inverse);
    out[2] = over_images(op, "Sum", dy);
}

/* Identity cuts what is differentiated off from what its inputs are made of: dy may come from x. */
static tn_status norm_grad_gradient(tn_gradient *g)
{
    tn_output x[3], formulas[3], ys[3], grad_ys[3], dx[3];
    size_t n = 0;
    for (int i = 0; i < 3; i++)
        x[i] = TN_GRAD("Identity", tn_op_input(g->op, i));
    norm_grad_formulas(g->op, x[0], x[1], x[2], formulas);
    for (int i = 0; i < 3; i++)
        if (g->dy[i].op) {
            ys[n] = formulas[i];
            grad_ys[n++] = g->dy[i];
        }
    if (!n)
        return TN_OK;
    tn_status status = formulas[0].op ? TN_OK : tn_last_error()->code;
    if (!status)
        status = tn_gradients(((tn_outputs){ ys, n }), ((tn_outputs){ x, 3 }), dx, .grad_ys = { grad_ys, n });
    for (int i = 0; i < 3 && !status; i++)
        g->dx[i] = dx[i];
    return status;
}

/* ---- Rows ---- */

#define NORM_ATTRS            "epsilon: float = 0.0001; exponential_avg_factor: float = 1; "
#define FORMATS               "data_format: {'NHWC', 'NCHW'} = 'NHWC'"
#define FORMATS_3             "data_format: {'NHWC', 'NCHW', 'NDHWC', 'NCDHW'} = 'NHWC'"
#define TRAINING              "; is_training: bool = true"
#define DTYPES                "T: {half, bfloat16, float}; "
#define NORM_INPUTS(U)        "x: T, scale: " U ", offset: " U ", mean: " U ", variance: " U "; "
#define NORM_OUTPUTS(U)       " -> y: T, batch_mean: " U ", batch_variance: " U ", reserve_space_1: " U ", reserve_space_2: " U
#define GRAD_INPUTS(scale, U) "y_backprop: T, x: T, scale: " scale ", reserve_space_1: " U ", reserve_space_2: " U
#define GRAD_OUTPUTS(U, a, b)                                                                                                              \
    " -> x_backprop: T, scale_backprop: " U ", offset_backprop: " U ", reserve_space_" a ": " U ", reserve_space_" b ": " U

#define NORM_FORMULA                                                                                                                       \
    "y = (x - mean) / sqrt(variance + epsilon) * scale + offset for each channel. When is_training, mean and variance are those of x "     \
    "itself; batch_mean is the mean and batch_variance the variance times n / (n - 1), or what exponential_avg_factor makes of them and "  \
    "the inputs: (1 - factor) * given + factor * found. NaN for no elements"
#define GRAD_FORMULA                                                                                                                       \
    "the gradients of FusedBatchNorm with respect to x, scale and offset; reserve_space_1 and 2 are the mean and the variance that it "    \
    "normalised with"

#define NORM(version, signature_)                                                                                                          \
    {                                                                                                                                      \
        .name = "FusedBatchNorm" version, .signature = signature_, .infer = infer_norm, .gradient = norm_gradient,                         \
        .prepare = tn_prepare_batch_norm, .formula = NORM_FORMULA                                                                          \
    }
#define NORM_GRAD(version, signature_)                                                                                                     \
    {                                                                                                                                      \
        .name = "FusedBatchNormGrad" version, .signature = signature_, .infer = infer_norm_grad, .gradient = norm_grad_gradient,           \
        .prepare = tn_prepare_batch_norm_grad, .formula = GRAD_FORMULA                                                                     \
    }

const tn_op_def tn_ops_batch_norm[] = {
    NORM("", NORM_INPUTS("T") "T: {float}; " NORM_ATTRS FORMATS TRAINING NORM_OUTPUTS("T")),
    NORM("V2", NORM_INPUTS("U") DTYPES "U: {float}; " NORM_ATTRS FORMATS TRAINING NORM_OUTPUTS("U")),
    NORM("V3", NORM_INPUTS("U") DTYPES "U: {bfloat16, float}; " NORM_ATTRS FORMATS_3 TRAINING NORM_OUTPUTS("U") ", reserve_space_3: U"),
    NORM_GRAD("", GRAD_INPUTS("T", "T") "; T: {float}; epsilon: float = 0.0001; " FORMATS TRAINING GRAD_OUTPUTS("T", "3", "4")),
    NORM_GRAD("V2",
              GRAD_INPUTS("float", "U") "; " DTYPES "U: {float}; epsilon: float = 0.0001; " FORMATS TRAINING GRAD_OUTPUTS("U", "3", "4")),
    NORM_GRAD("V3", GRAD_INPUTS("float", "U") ", reserve_space_3: U; " DTYPES
                                              "U: {float}; epsilon: float = 0.0001; " FORMATS_3 TRAINING GRAD_OUTPUTS("U", "4", "5")),
};
const size_t tn_num_ops_batch_norm = sizeof tn_ops_batch_norm / sizeof tn_ops_batch_norm[0];
