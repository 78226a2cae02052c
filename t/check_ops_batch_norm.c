/* Inference of FusedBatchNorm, and its gradients of first and second order against those of its formula in float64, made of operations
 * whose own gradients are checked by differences. */
#include "dims_check.h"
#include "values.h"

#define TRAINING(t) TN_BOOL_ATTR("is_training", t)
#define FORMAT(f)   TN_STRING_ATTR("data_format", f)
#define VECTORS     OF("[3]"), OF("[3]"), OF("[3]"), OF("[3]")
#define ONLY(attr)  TN_ATTRS(attr)

START_TEST(shapes)
{
    EXPECT_DIMS("[2,5,4,3]", "FusedBatchNormV3", OF("[2,5,4,?]"), VECTORS);
    EXPECT_DIMS("[2,5,4,3]", "FusedBatchNorm", OF("[2,5,4,3]"), OF("<unknown>"), OF("[3]"), OF("[9,9]"), OF("[]"));
    EXPECT_DIMS("[?,?,?,?]", "FusedBatchNormV2", OF("<unknown>"), OF("<unknown>"), OF("[?]"), OF("[3]"), OF("[3]"));
    EXPECT_DIMS_WITH("[2,3,5,4]", "FusedBatchNormV3", ONLY(FORMAT("NCHW")), OF("[2,?,5,4]"), VECTORS);
    EXPECT_DIMS_WITH("[2,6,5,4,3]", "FusedBatchNormV3", ONLY(FORMAT("NDHWC")), OF("[2,6,5,4,?]"), VECTORS);
    EXPECT_DIMS_WITH("[2,3,6,5,4]", "FusedBatchNormV3", ONLY(FORMAT("NCDHW")), OF("[2,?,6,5,4]"), VECTORS);
    tn_op *op = tn_fused_batch_norm_v3(OF("[2,5,4,3]"), OF("[3]"), OF("[3]"), OF("[3]"), OF("[3]"));
    const char *const dims[] = { "[2,5,4,3]", "[3]", "[3]", "[3]", "[3]", "[]" };
    for (int i = 0; i < 6; i++)
        expect_dims(tn_op_output(op, i), dims[i]);
    op = tn_fused_batch_norm_grad_v3(OF("[2,5,4,?]"), OF("<unknown>"), OF("[3]"), OF("[3]"), OF("[3]"), OF("[]"));
    const char *const grads[] = { "[2,5,4,3]", "[3]", "[3]", "[0]", "[0]" };
    for (int i = 0; i < 5; i++)
        expect_dims(tn_op_output(op, i), grads[i]);
}
END_TEST

START_TEST(refused)
{
    EXPECT_REFUSED("Shape must be rank 4 but is rank 3", "FusedBatchNormV3", OF("[2,5,3]"), VECTORS);
    EXPECT_REFUSED_WITH("Shape must be rank 5 but is rank 4", "FusedBatchNormV3", ONLY(FORMAT("NDHWC")), OF("[2,5,4,3]"), VECTORS);
    EXPECT_REFUSED("Dimensions must be equal, but are 2 and 3", "FusedBatchNormV3", OF("[2,5,4,2]"), VECTORS);
    EXPECT_REFUSED("Shape must be rank 1 but is rank 2", "FusedBatchNormV3", OF("[2,5,4,3]"), OF("[1,3]"), OF("[3]"), OF("[3]"), OF("[3]"));
    EXPECT_REFUSED_WITH("Dimensions must be equal, but are 3 and 4", "FusedBatchNormV3", ONLY(TRAINING(false)), OF("[2,5,4,3]"), OF("[3]"),
                        OF("[3]"), OF("[4]"), OF("[3]"));
    EXPECT_REFUSED_WITH("Dimensions must be equal, but are 3 and 4", "FusedBatchNormV3", ONLY(TN_FLOAT_ATTR("exponential_avg_factor", 0.5)),
                        OF("[2,5,4,3]"), OF("[3]"), OF("[3]"), OF("[3]"), OF("[4]"));
    EXPECT_REFUSED("Dimension 1 in both shapes must be equal, but are 5 and 6", "FusedBatchNormGradV3", OF("[2,5,4,3]"), OF("[2,6,4,3]"),
                   OF("[3]"), OF("[3]"), OF("[3]"), OF("[]"));
    EXPECT_REFUSED("Dimensions must be equal, but are 3 and 2", "FusedBatchNormGradV3", OF("[2,5,4,3]"), OF("[2,5,4,3]"), OF("[3]"),
                   OF("[2]"), OF("[3]"), OF("[]"));
}
END_TEST

/* ---- Gradients ---- */

enum { CHANNELS = 3, IMAGES = 2 * 2 * 3 * CHANNELS };

typedef struct mode {
    bool training;
    const char *format;
    int64_t dims[4];
    const char *version;
} mode;

static const mode modes[] = { { true, "NHWC", { 2, 2, 3, 3 }, "V3" },
                              { false, "NHWC", { 2, 2, 3, 3 }, "V2" },
                              { true, "NCHW", { 2, 3, 2, 3 }, "" },
                              { false, "NCHW", { 2, 3, 2, 3 }, "V3" } };

/* What is differentiated: x, scale, offset, and what is given for mean and variance. */
typedef struct inputs {
    tn_output x, scale, offset, mean, variance;
} inputs;

static tn_output along(const mode *m, tn_output v)
{
    return strcmp(m->format, "NCHW") ? v : tn_reshape(v, tn_vector(3, 1, 1));
}

static tn_output plain(const mode *m, const inputs *in)
{
    bool nchw = !strcmp(m->format, "NCHW");
    tn_axes axes = nchw ? TN_AXES(0, 2, 3) : TN_AXES(0, 1, 2);
    tn_output mean = m->training ? tn_reduce_mean(in->x, .axes = axes) : in->mean, d = tn_sub(in->x, along(m, mean));
    tn_output variance = m->training ? tn_reduce_mean(tn_square(d), .axes = axes) : in->variance;
    tn_output inverse = tn_rsqrt(tn_add(variance, tn_cast(tn_scalar(0.01f), TN_FLOAT64)));
    return tn_add(tn_mul(d, along(m, tn_mul(inverse, in->scale))), along(m, in->offset));
}

static tn_output fused(const mode *m, const inputs *in)
{
    char type[32];
    snprintf(type, sizeof type, "FusedBatchNorm%s", m->version);
    tn_attrs attrs = TN_ATTRS(TRAINING(m->training), FORMAT(m->format), TN_FLOAT_ATTR("epsilon", 0.01f));
    return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(in->x, in->scale, in->offset, in->mean, in->variance), .attrs = attrs), 0);
}

static tn_output values(int n, const int64_t *dims, int rank, tn_dtype dtype, double low, double high)
{
    static uint32_t seed = 5;
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, rank, dims, NULL);
    for (int i = 0; i < n; i++) {
        seed = seed * 1664525 + 1013904223;
        tn_f32(t)[i] = (float)(low + (high - low) * (double)(seed >> 8) * 0x1p-24);
    }
    tn_output x = tn_constant(t);
    talloc_free(t);
    return dtype == TN_FLOAT32 ? x : tn_cast(x, dtype);
}

static tn_output as(tn_output x, tn_dtype dtype)
{
    return tn_output_dtype(x) == dtype ? x : tn_cast(x, dtype);
}

/* A sum of squares of the elements, weighted: its gradient depends on every one of them. */
static tn_output loss_of(tn_output y, tn_output weights)
{
    return tn_reduce_sum(tn_mul(tn_square(y), as(weights, tn_output_dtype(y))));
}

/* Gradients of first order, then those of the sum of their weighted squares, of one of the two ways. */
static void differentiate(const mode *m, const inputs *in, bool by_fused, tn_output weights, tn_output *first, tn_output *second)
{
    tn_output x[] = { in->x, in->scale, in->offset }, y = by_fused ? fused(m, in) : plain(m, in), sum = { NULL, 0 };
    ck_assert_msg(y.op != NULL, "%s", tn_last_error()->message);
    ck_assert_msg(!tn_gradients(TN_OUTPUTS(loss_of(y, weights)), ((tn_outputs){ x, 3 }), first), "%s", tn_last_error()->message);
    for (int i = 0; i < 3; i++) {
        tn_output squares = tn_reduce_sum(tn_square(first[i]));
        sum = i ? tn_add(sum, squares) : squares;
    }
    ck_assert_msg(!tn_gradients(TN_OUTPUTS(sum), ((tn_outputs){ x, 3 }), second), "%s", tn_last_error()->message);
}

static void expect_close(tn_tensor *got, tn_tensor *want, const char *what, double by)
{
    double largest = 0;
    ck_assert_int_eq(tn_tensor_size(got), tn_tensor_size(want));
    for (int64_t i = 0; i < tn_tensor_size(want); i++)
        largest = fmax(largest, fabs(tn_f64(want)[i]));
    for (int64_t i = 0; i < tn_tensor_size(want); i++)
        ck_assert_msg(fabs((double)tn_f32(got)[i] - tn_f64(want)[i]) <= by * largest, "%s, element %d: %.9g, not %.9g", what, (int)i,
                      (double)tn_f32(got)[i], tn_f64(want)[i]);
}

static void check_mode(const mode *m)
{
    const int64_t c[] = { CHANNELS };
    inputs in = { values(IMAGES, m->dims, 4, TN_FLOAT32, -1, 3), values(CHANNELS, c, 1, TN_FLOAT32, 0.5, 2),
                  values(CHANNELS, c, 1, TN_FLOAT32, -1, 1), values(CHANNELS, c, 1, TN_FLOAT32, -1, 1),
                  values(CHANNELS, c, 1, TN_FLOAT32, 0.5, 2) };
    inputs wide = { as(in.x, TN_FLOAT64), as(in.scale, TN_FLOAT64), as(in.offset, TN_FLOAT64), as(in.mean, TN_FLOAT64),
                    as(in.variance, TN_FLOAT64) };
    tn_output weights = values(IMAGES, m->dims, 4, TN_FLOAT32, -1, 1), y[12];
    tn_tensor *t[12];
    differentiate(m, &in, true, weights, y, y + 3);
    differentiate(m, &wide, false, weights, y + 6, y + 9);
    WITH_SESSION(s, .parent = root) {
        ck_assert_msg(!tn_run_all(s, ((tn_outputs){ y, 12 }), t), "%s", tn_last_error()->message);
        for (int i = 0; i < 6; i++)
            expect_close(t[i], t[i + 6], i < 3 ? "first order" : "second order", i < 3 ? 1e-5 : 1e-4);
    }
}

START_TEST(gradients)
{
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        WITH_GRAPH(g, .owner = root)
            check_mode(&modes[i]);
}
END_TEST

/* Nothing flows from the statistics, as in TensorFlow. */
START_TEST(no_gradient_of_statistics)
{
    tn_output x = OF("[2,5,4,3]"), dx;
    tn_op *op = tn_fused_batch_norm_v3(x, OF("[3]"), OF("[3]"), OF("[3]"), OF("[3]"));
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_op_output(op, 1)), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_ptr_null(dx.op);
}
END_TEST

TN_SUITE("ops batch_norm", shapes, refused, gradients, no_gradient_of_statistics)
