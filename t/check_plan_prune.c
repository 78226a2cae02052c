/* Only what the fetches need is run, and feeds cut. */
#include "plan_driver.h"

START_TEST(what_no_fetch_needs_is_left_out)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2));
    tn_output y = tn_neg(x), z = tn_exp(x);
    tn_tensor *t = floats(2, (float[]){ 1, 2 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_ptr_nonnull(z.op);
    ck_assert_uint_eq(steps_of(plan, "Neg"), 1);
    ck_assert_uint_eq(steps_of(plan, "Exp"), 0);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ -1, -2 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_fed_output_cuts_what_is_above_it)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2));
    tn_output y = tn_exp(x), z = tn_neg(y);
    tn_tensor *t = floats(2, (float[]){ 1, 2 });
    tn_plan *plan = plan_of(TN_OUTPUTS(z), TN_FEEDS({ y, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(steps_of(plan, "Exp"), 0);
    expect_floats(plan, TN_FEEDS({ y, t }), 2, (float[]){ -1, -2 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(what_is_fed_may_be_fetched)
{
    tn_output x = tn_placeholder(TN_FLOAT32);
    tn_tensor *t = floats(2, (float[]){ 1, 2 });
    tn_plan *plan = plan_of(TN_OUTPUTS(x), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ 1, 2 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_placeholder_that_is_needed_must_be_fed)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2, -1), .name = "x");
    tn_output y = tn_neg(x);
    expect_no_plan(TN_OUTPUTS(y), (tn_feeds){ 0 }, TN_INVALID_ARGUMENT,
                   "You must feed a value for placeholder tensor 'x' with dtype float and shape [2,?]");
    ck_assert_str_eq(tn_last_error()->op, "x");
}
END_TEST

START_TEST(one_of_many_feeds_is_found)
{
    enum { MANY = 100 };
    tn_feed feeds[MANY];
    tn_output sum = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(1));
    tn_tensor *one = floats(1, (float[]){ 1 });
    for (int i = 0; i < MANY; i++) {
        tn_output x = i ? tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(1)) : sum;
        feeds[MANY - 1 - i] = (tn_feed){ x, one };
        sum = i ? tn_add(sum, x) : sum;
    }
    tn_plan *plan = plan_of(TN_OUTPUTS(sum), (tn_feeds){ feeds, MANY }, TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, (tn_feeds){ feeds, MANY }, 1, (float[]){ MANY });
    talloc_free(plan);
    talloc_free(one);
}
END_TEST

TN_SUITE("plan prune", what_no_fetch_needs_is_left_out, a_fed_output_cuts_what_is_above_it, what_is_fed_may_be_fetched,
         a_placeholder_that_is_needed_must_be_fed, one_of_many_feeds_is_found)
