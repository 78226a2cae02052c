/* Sources and passages: static shapes, what is refused, what runs give. */
#include "dims_check.h"

START_TEST(constants_have_their_tensors_shape)
{
    expect_dims(tn_matrix(2, 3, 1, 2, 3, 4, 5, 6), "[2,3]");
    tn_tensor *t = tn_tensor_new(root, TN_INT32, 0, NULL, NULL);
    tn_attrs attrs = TN_ATTRS(TN_TENSOR_ATTR("value", t), TN_TYPE_ATTR("dtype", TN_FLOAT32));
    expect_op_refused("Type mismatch between value (int32) and dtype (float)", "Const", attrs, TN_OUTPUTS());
    talloc_free(t);
}
END_TEST

START_TEST(a_constant_shares_its_tensor)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 2 }, (float[]){ 1, 2 });
    tn_attr value;
    tn_output c = tn_constant(t);
    ck_assert_int_eq(tn_op_attr(c.op, "value", &value), TN_OK);
    ck_assert_ptr_eq(tn_tensor_data((tn_tensor *)(uintptr_t)value.p), tn_tensor_data(t));
    talloc_free(t);
    WITH_SESSION(s, .parent = root) {
        expect_text(tn_run(s, c), "[1. 2.]");
    }
}
END_TEST

START_TEST(placeholders_have_the_shape_they_are_given)
{
    expect_dims(OF("[?,3]"), "[?,3]");
    expect_dims(OF("[]"), "[]");
    expect_dims(OF("<unknown>"), "<unknown>");
}
END_TEST

static tn_output with_default(tn_output value, int rank, const int64_t *dims)
{
    return tn_op_output(tn_op_new(NULL, "PlaceholderWithDefault", TN_OUTPUTS(value), .attrs = TN_ATTRS(TN_SHAPE_ATTR("shape", rank, dims))),
                        0);
}

START_TEST(a_default_does_not_narrow_what_may_be_fed)
{
    expect_dims(with_default(OF("[2]"), 1, (int64_t[]){ -1 }), "[?]");
    expect_dims(with_default(OF("[2]"), -1, NULL), "<unknown>");
    expect_op_refused("the default has shape [2], which is not compatible with [3]", "PlaceholderWithDefault",
                      TN_ATTRS(TN_SHAPE_ATTR("shape", 1, (int64_t[]){ 3 })), TN_OUTPUTS(OF("[2]")));
}
END_TEST

START_TEST(a_default_is_used_when_nothing_is_fed)
{
    tn_output y = with_default(tn_vector(1.0f, 2.0f), 1, (int64_t[]){ -1 });
    tn_output any = tn_neg(with_default(tn_vector(1.0f, 2.0f), -1, NULL));
    WITH_SESSION(s, .parent = root) {
        tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 3 }, (float[]){ 7, 8, 9 });
        expect_text(tn_run(s, tn_neg(y)), "[-1. -2.]");
        expect_text(tn_run(s, tn_neg(y), .feeds = TN_FEEDS({ y, t })), "[-7. -8. -9.]");
        expect_text(tn_run(s, any), "[-1. -2.]");
        talloc_free(t);
    }
}
END_TEST

START_TEST(identity_and_stop_gradient_pass_values)
{
    tn_output x = OF("[?,2]");
    EXPECT_DIMS("[?,2]", "Identity", x);
    EXPECT_DIMS("[?,2]", "StopGradient", x);
    WITH_SESSION(s, .parent = root) {
        expect_text(tn_run(s, tn_identity(tn_stop_gradient(tn_vector(3, 4)))), "[3 4]");
    }
}
END_TEST

START_TEST(no_gradient_flows_through_stop_gradient)
{
    tn_output x = tn_vector(3.0f), dx[2];
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_stop_gradient(x)), TN_OUTPUTS(x), dx), TN_OK);
    ck_assert_ptr_null(dx[0].op);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_identity(x)), TN_OUTPUTS(x), dx), TN_OK);
    WITH_SESSION(s, .parent = root) {
        expect_text(tn_run(s, dx[0]), "[1.]");
    }
}
END_TEST

TN_SUITE("ops basic", constants_have_their_tensors_shape, placeholders_have_the_shape_they_are_given,
         a_default_does_not_narrow_what_may_be_fed, a_default_is_used_when_nothing_is_fed, identity_and_stop_gradient_pass_values,
         no_gradient_flows_through_stop_gradient, a_constant_shares_its_tensor)
