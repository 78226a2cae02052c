/* A plan knows every shape from its feeds. */
#include "plan_driver.h"

static const tn_slot *fetch_slot(const tn_plan *plan)
{
    return &plan->slots[plan->fetches[0].slot];
}

START_TEST(unknown_dimensions_become_those_of_the_feed)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1));
    tn_output y = tn_neg(x);
    tn_tensor *t = floats(3, (float[]){ 1, 2, 3 });
    ck_assert_int_eq(tn_output_dim(y, 0), -1);
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_int_eq(fetch_slot(plan)->dims->dim[0], 3);
    ck_assert_int_eq(fetch_slot(plan)->home, TN_HOME_ARENA);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_shape_computed_from_shapes_is_known)
{
    tn_output x = tn_placeholder(TN_FLOAT32);
    tn_output y = tn_neg(tn_reshape(x, tn_mul(tn_shape_of(x), tn_vector(1))));
    tn_tensor *t = floats(3, (float[]){ 1, 2, 3 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(steps_of(plan, "Shape") + steps_of(plan, "Mul") + steps_of(plan, "Reshape"), 0);
    expect_floats(plan, TN_FEEDS({ x, t }), 3, (float[]){ -1, -2, -3 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(shapes_that_do_not_fit_fail_when_fed)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .name = "x"), y = tn_placeholder(TN_FLOAT32, .name = "y");
    tn_output z = tn_add(x, y, .name = "sum");
    tn_tensor *three = floats(3, NULL), *two = floats(2, NULL);
    expect_no_plan(TN_OUTPUTS(z), TN_FEEDS({ x, three }, { y, two }), TN_INVALID_ARGUMENT, "Add 'sum'");
    talloc_free(three);
    talloc_free(two);
}
END_TEST

/* The static shape of the result follows from one input; what is fed for the other must be looked at all the same. */
START_TEST(an_unknown_input_is_checked_beside_a_known_one)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(3)), y = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1));
    tn_output dx = tn_op_output(tn_op_new(NULL, "SigmoidGrad", TN_OUTPUTS(x, y), .name = "dx"), 0);
    tn_tensor *three = floats(3, NULL), *two = floats(2, NULL);
    ck_assert_int_eq(tn_output_dim(dx, 0), 3);
    expect_no_plan(TN_OUTPUTS(dx), TN_FEEDS({ x, three }, { y, two }), TN_INVALID_ARGUMENT, "SigmoidGrad 'dx'");
    expect_no_plan(TN_OUTPUTS(tn_add(x, y, .name = "sum")), TN_FEEDS({ x, three }, { y, two }), TN_INVALID_ARGUMENT, "Add 'sum'");
    talloc_free(three);
    talloc_free(two);
}
END_TEST

/* The shape of the result does not depend on begin, whose value is known only with the feed's shape. */
START_TEST(a_value_known_late_is_checked)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4)), y = tn_placeholder(TN_FLOAT32);
    tn_output part = tn_slice(x, tn_shape_of(y), tn_vector(2), .name = "part");
    tn_tensor *four = floats(4, NULL), *seven = floats(7, NULL);
    ck_assert_int_eq(tn_output_dim(part, 0), 2);
    expect_no_plan(TN_OUTPUTS(part), TN_FEEDS({ x, four }, { y, seven }), TN_INVALID_ARGUMENT, "Slice 'part'");
    talloc_free(four);
    talloc_free(seven);
}
END_TEST

START_TEST(a_fed_constant_is_not_taken_for_its_value)
{
    tn_output c = tn_vector(1.0f, 2.0f);
    tn_output y = tn_neg(c);
    tn_tensor *t = floats(2, (float[]){ 5, 6 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ c, t }), TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, TN_FEEDS({ c, t }), 2, (float[]){ -5, -6 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_fed_constant_shape_is_not_taken_for_the_static_one)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4)), shape = tn_vector(2, 2);
    tn_output y = tn_neg(tn_reshape(x, shape));
    tn_tensor *t = floats(4, (float[]){ 1, 2, 3, 4 }), *other = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 4, 1 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }, { shape, other }), TN_OPTIMIZE_DEFAULT);
    tn_run_frame *frame = tn_run_frame_new(root, plan);
    tn_run_frame_bind(frame, plan->feeds[0].slot, t->data);
    tn_run_frame_bind(frame, plan->feeds[1].slot, other->data);
    ck_assert_int_eq(tn_run_frame_execute(frame, NULL), TN_OK);
    const tn_dims *dims = tn_run_frame_dims(frame, plan->fetches[0].slot);
    ck_assert(dims->rank == 2 && dims->dim[0] == 4 && dims->dim[1] == 1);
    tn_run_frame_release(frame);
    talloc_free(frame);
    talloc_free(plan);
    talloc_free(t);
    talloc_free(other);
}
END_TEST

TN_SUITE("plan infer", unknown_dimensions_become_those_of_the_feed, a_shape_computed_from_shapes_is_known,
         shapes_that_do_not_fit_fail_when_fed, an_unknown_input_is_checked_beside_a_known_one, a_value_known_late_is_checked,
         a_fed_constant_is_not_taken_for_its_value, a_fed_constant_shape_is_not_taken_for_the_static_one)
