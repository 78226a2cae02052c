/* What does not depend on a run is computed before it. */
#include "plan_driver.h"

START_TEST(constants_fold)
{
    tn_output y = tn_neg(tn_add(tn_vector(1.0f, 2.0f), tn_vector(3.0f, 4.0f)));
    tn_plan *plan = plan_of(TN_OUTPUTS(y), (tn_feeds){ 0 }, TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(plan->num_steps, 1); /* the check at the start */
    ck_assert_uint_eq(plan->arena_bytes, 0);
    expect_floats(plan, (tn_feeds){ 0 }, 2, (float[]){ -4, -6 });
    talloc_free(plan);
}
END_TEST

START_TEST(nothing_folds_when_told_so)
{
    tn_output y = tn_neg(tn_vector(1.0f, 2.0f));
    tn_plan *plan = plan_of(TN_OUTPUTS(y), (tn_feeds){ 0 }, TN_OPTIMIZE_NONE);
    ck_assert_uint_eq(steps_of(plan, "Neg"), 1);
    expect_floats(plan, (tn_feeds){ 0 }, 2, (float[]){ -1, -2 });
    talloc_free(plan);
}
END_TEST

START_TEST(what_fails_is_left_to_the_run)
{
    tn_output y = tn_cast(tn_floor_div(tn_vector(1, 2), tn_vector(1, 0)), TN_FLOAT32);
    tn_plan *plan = plan_of(TN_OUTPUTS(y), (tn_feeds){ 0 }, TN_OPTIMIZE_DEFAULT);
    tn_run_frame *frame = tn_run_frame_new(root, plan);
    ck_assert_int_eq(tn_run_frame_execute(frame, NULL), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Integer division by zero");
    talloc_free(frame);
    talloc_free(plan);
}
END_TEST

START_TEST(large_results_are_not_folded)
{
    tn_output y = tn_neg(tn_fill(2.0f, TN_SHAPE(3 << 20)));
    tn_plan *plan = plan_of(TN_OUTPUTS(y), (tn_feeds){ 0 }, TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(steps_of(plan, "Fill"), 1);
    talloc_free(plan);
}
END_TEST

START_TEST(the_last_error_stays)
{
    ck_assert_ptr_null(tn_tensor_new(root, TN_FLOAT32, 99, NULL, NULL));
    tn_output y = tn_cast(tn_floor_div(tn_vector(1, 2), tn_vector(1, 0)), TN_FLOAT32);
    tn_plan *plan = plan_of(TN_OUTPUTS(y), (tn_feeds){ 0 }, TN_OPTIMIZE_DEFAULT);
    expect_error(TN_INVALID_ARGUMENT, "rank 99");
    talloc_free(plan);
}
END_TEST

TN_SUITE("plan fold", constants_fold, nothing_folds_when_told_so, what_fails_is_left_to_the_run, large_results_are_not_folded,
         the_last_error_stays)
