/* Inference of Reshape. */
#include "dims_check.h"

START_TEST(the_missing_dimension_is_what_the_others_leave)
{
    EXPECT_DIMS("[2,2]", "Reshape", OF("[4]"), tn_vector(-1, 2));
    EXPECT_DIMS("[]", "Reshape", OF("[1,1]"), tn_zeros(TN_INT32, TN_SHAPE(0)));
    EXPECT_DIMS("[5,0]", "Reshape", OF("[0]"), tn_vector(5, -1));
    EXPECT_DIMS("[0,7]", "Reshape", OF("[3,0]"), tn_vector(0, 7));
    EXPECT_DIMS("[6]", "Reshape", OF("[2,3]"), tn_vector((long)-1));
}
END_TEST

START_TEST(what_is_not_known_stays_unknown)
{
    EXPECT_DIMS("[?,784]", "Reshape", OF("[?,28,28]"), tn_vector(-1, 784));
    EXPECT_DIMS("[2,3]", "Reshape", OF("<unknown>"), tn_vector(2, 3));
    EXPECT_DIMS("[?,?]", "Reshape", OF("[4]"), INTS("[2]"));
    EXPECT_DIMS("<unknown>", "Reshape", OF("[4]"), INTS("[?]"));
}
END_TEST

START_TEST(requests_that_do_not_fit)
{
    EXPECT_REFUSED("Only one input size may be -1, not both 0 and 1", "Reshape", OF("[4]"), tn_vector(-1, -1));
    EXPECT_REFUSED("Input to reshape is a tensor with 4 values, but the requested shape has 21", "Reshape", OF("[4]"), tn_vector(3, 7));
    EXPECT_REFUSED("Input to reshape is a tensor with 0 values, but the requested shape has 1", "Reshape", OF("[3,0]"), INTS("[0]"));
    EXPECT_REFUSED("requires a multiple of 3", "Reshape", OF("[4]"), tn_vector(3, -1));
    EXPECT_REFUSED("Size 0 must be non-negative, not -2", "Reshape", OF("[4]"), tn_vector(-2, 2));
    EXPECT_REFUSED("Size 1 must be non-negative, not -9223372036854775808", "Reshape", OF("[4]"), tn_vector(2L, (long)INT64_MIN));
    EXPECT_REFUSED("Reshape cannot infer the missing input size for an empty tensor", "Reshape", OF("[0]"), tn_vector(0, -1));
    EXPECT_REFUSED("Shape [1099511627776, 1099511627776] has too many elements", "Reshape", OF("[4]"), tn_vector(1L << 40, 1L << 40));
    EXPECT_REFUSED("Shape must be rank 1 but is rank 0", "Reshape", OF("[4]"), tn_scalar(4));
    EXPECT_REFUSED("the highest rank is 8", "Reshape", OF("[1]"), tn_vector(1, 1, 1, 1, 1, 1, 1, 1, 1));
}
END_TEST

START_TEST(an_error_names_the_operation_and_the_shapes)
{
    EXPECT_REFUSED(
        "Reshape 'Reshape': Input to reshape is a tensor with 4 values, but the requested shape has 3 for 'Reshape' (op: 'Reshape') "
        "with input shapes: [4], [1].",
        "Reshape", OF("[4]"), tn_vector(3));
}
END_TEST

START_TEST(a_shape_that_only_the_run_knows)
{
    tn_output x = OF("[?]"), shape = INTS("[?]"), y = tn_neg(tn_reshape(x, shape));
    WITH_SESSION(s, .parent = root) {
        tn_tensor *v = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 4 }, (float[]){ 1, 2, 3, 4 });
        tn_tensor *d = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 2, -1 });
        expect_text(tn_run(s, y, .feeds = TN_FEEDS({ x, v }, { shape, d })), "[[-1. -2.]\n [-3. -4.]]");
        tn_i32(d)[0] = 3;
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, v }, { shape, d })));
        expect_error(TN_INVALID_ARGUMENT, "Input to reshape is a tensor with 4 values, but the requested shape requires a multiple of 3");
        talloc_free(v);
        talloc_free(d);
    }
}
END_TEST

TN_SUITE("ops reshape", the_missing_dimension_is_what_the_others_leave, what_is_not_known_stays_unknown, requests_that_do_not_fit,
         an_error_names_the_operation_and_the_shapes, a_shape_that_only_the_run_knows)
