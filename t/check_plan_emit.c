/* Slots: one for each value that is really used, with the home that place gave it. */
#include "plan_driver.h"

static size_t slots_at(const tn_plan *plan, tn_home home)
{
    size_t n = 0;
    for (size_t i = 1; i < plan->num_slots; i++)
        n += plan->slots[i].home == home;
    return n;
}

START_TEST(slots_are_for_what_is_used)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2)), c = tn_vector(1.0f, 2.0f);
    tn_output y = tn_add(tn_mul(x, c), tn_identity(c));
    tn_tensor *t = floats(2, (float[]){ 3, 4 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_NONE);
    ck_assert_uint_eq(slots_at(plan, TN_HOME_FEED), 1);
    ck_assert_uint_eq(slots_at(plan, TN_HOME_CONST), 1);
    ck_assert_uint_eq(slots_at(plan, TN_HOME_ARENA), 2);
    ck_assert_uint_eq(plan->num_slots, 5); /* slot 0 stands for no data */
    ck_assert_int_eq(plan->slots[0].home, TN_HOME_NONE);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ 4, 10 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_static_view_shares_the_slot_of_its_bytes)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4));
    tn_output y = tn_matmul(tn_reshape_to(tn_neg(x), TN_SHAPE(2, 2)), tn_reshape_to(x, TN_SHAPE(2, 2)));
    tn_tensor *t = floats(4, (float[]){ 1, 0, 0, 1 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(plan->num_slots, 1 + 3);
    expect_floats(plan, TN_FEEDS({ x, t }), 4, (float[]){ -1, 0, 0, -1 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(folded_values_live_with_the_plan)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2));
    tn_output y = tn_add(x, tn_neg(tn_neg(tn_vector(1.0f, 2.0f))));
    tn_tensor *t = floats(2, (float[]){ 3, 4 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    for (size_t i = 1; i < plan->num_slots; i++)
        if (plan->slots[i].home == TN_HOME_CONST)
            ck_assert_float_eq(((const float *)plan->slots[i].data)[1], 2);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ 4, 6 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_feed_that_nothing_needs_has_a_slot)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_vector(1.0f, 2.0f);
    tn_tensor *t = floats(1, NULL);
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(plan->num_feeds, 1);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ 1, 2 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_resource_cannot_be_fetched)
{
    tn_op *handle = tn_op_new(NULL, "VarHandleOp", TN_OUTPUTS(), .name = "h",
                              .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", 0, NULL)));
    expect_no_plan(TN_OUTPUTS(tn_op_output(handle, 0)), (tn_feeds){ 0 }, TN_INVALID_ARGUMENT,
                   "VarHandleOp 'h': a resource cannot be fetched");
}
END_TEST

TN_SUITE("plan emit", slots_are_for_what_is_used, a_static_view_shares_the_slot_of_its_bytes, folded_values_live_with_the_plan,
         a_feed_that_nothing_needs_has_a_slot, a_resource_cannot_be_fetched)
