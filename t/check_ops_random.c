/* Inference of the random operations. */
#include "dims_check.h"

#define F32_OUT TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32))

START_TEST(shapes)
{
    static const char *const types[] = { "RandomUniform", "RandomStandardNormal", "TruncatedNormal" };
    for (int i = 0; i < 3; i++) {
        EXPECT_DIMS_WITH("[2,3]", types[i], F32_OUT, tn_vector(2, 3));
        EXPECT_DIMS_WITH("[0]", types[i], F32_OUT, tn_vector((int64_t)0));
        EXPECT_DIMS_WITH("[]", types[i], F32_OUT, tn_zeros(TN_INT32, TN_SHAPE(0)));
        EXPECT_DIMS_WITH("[?,?]", types[i], F32_OUT, INTS("[2]"));
        EXPECT_DIMS_WITH("<unknown>", types[i], F32_OUT, LONGS("[?]"));
    }
    EXPECT_DIMS("[4]", "RandomUniformInt", tn_vector(4), tn_scalar(1), tn_scalar(2));
    EXPECT_DIMS("[4]", "RandomUniformInt", tn_vector(4), INTS("<unknown>"), tn_scalar(2));
}
END_TEST

START_TEST(refuses)
{
    EXPECT_REFUSED_WITH("Shape must be rank 1 but is rank 2", "RandomUniform", F32_OUT, tn_matrix(1, 1, 2));
    EXPECT_REFUSED_WITH("Shape must be rank 1 but is rank 0", "TruncatedNormal", F32_OUT, tn_scalar(2));
    EXPECT_REFUSED_WITH("Dimension -2 must be >= 0", "RandomStandardNormal", F32_OUT, tn_vector(3, -2));
    EXPECT_REFUSED_WITH("the highest rank is 8", "RandomUniform", F32_OUT, INTS("[9]"));
    EXPECT_REFUSED("minval must be a scalar; got a tensor of shape [1]", "RandomUniformInt", tn_vector(4), tn_vector(1), tn_scalar(2));
    EXPECT_REFUSED("maxval must be a scalar; got a tensor of shape [?]", "RandomUniformInt", tn_vector(4), tn_scalar(1), INTS("[?]"));
    EXPECT_REFUSED_WITH("", "RandomUniform", TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT32)), tn_vector(3));
}
END_TEST

/* A shape that is fed; each run goes on where the last one ended, whatever its size. */
START_TEST(shape_of_the_run)
{
    tn_output shape = INTS("[?]");
    tn_output x = tn_op_output(
        tn_op_new(NULL, "RandomUniform", TN_OUTPUTS(shape), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_INT_ATTR("seed", 3))),
        0);
    tn_tensor *d = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 2, 3 });
    WITH_SESSION(s) {
        tn_tensor *t = tn_run(s, x, .feeds = TN_FEEDS({ shape, d }));
        ck_assert(tn_tensor_rank(t) == 2 && tn_tensor_dim(t, 0) == 2 && tn_tensor_dim(t, 1) == 3);
        tn_i32(d)[1] = -3;
        ck_assert_ptr_null(tn_run(s, x, .feeds = TN_FEEDS({ shape, d })));
        expect_error(TN_INVALID_ARGUMENT, "Dimension -3 must be >= 0");
    }
    talloc_free(d);
}
END_TEST

START_TEST(no_gradient_flows)
{
    tn_output shape = tn_vector(2), dx[1], y;
    y = tn_op_output(tn_op_new(NULL, "TruncatedNormal", TN_OUTPUTS(shape), .attrs = F32_OUT), 0);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(shape), dx), TN_OK);
    ck_assert_ptr_null(dx[0].op);
}
END_TEST

TN_SUITE("ops random", shapes, refuses, shape_of_the_run, no_gradient_flows)
