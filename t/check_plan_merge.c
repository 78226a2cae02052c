/* Equal operations of equal operands are run once. */
#include "plan_driver.h"

static tn_output x;
static tn_tensor *t;

static void feed_two(void)
{
    x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2));
    t = floats(2, (float[]){ 1, 2 });
}

/* Of several fetches the values are the first one's. What is fetched is not fused with its users, so its steps can be counted. */
static void expect_steps(tn_outputs fetches, tn_optimize optimize, const char *type, size_t n, const float *values)
{
    tn_plan *plan = plan_of(fetches, TN_FEEDS({ x, t }), optimize);
    ck_assert_uint_eq(steps_of(plan, type), n);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, values);
    talloc_free(plan);
}

START_TEST(equal_operations_are_one)
{
    feed_two();
    tn_output a = tn_neg(x), b = tn_neg(x), y = tn_add(a, b);
    expect_steps(TN_OUTPUTS(y, a, b), TN_OPTIMIZE_DEFAULT, "Neg", 1, (float[]){ -2, -4 });
    expect_steps(TN_OUTPUTS(y, a, b), TN_OPTIMIZE_NONE, "Neg", 2, (float[]){ -2, -4 });
    talloc_free(t);
}
END_TEST

START_TEST(equal_trees_are_one)
{
    feed_two();
    tn_output a = tn_square(tn_neg(tn_identity(x))), b = tn_square(tn_neg(x));
    expect_steps(TN_OUTPUTS(tn_sub(a, b), a, b), TN_OPTIMIZE_DEFAULT, "Square", 1, (float[]){ 0, 0 });
    talloc_free(t);
}
END_TEST

START_TEST(attributes_tell_apart)
{
    tn_output m = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2, 2));
    tn_output y = tn_sub(tn_matmul(m, m), tn_matmul(m, m, .transpose_b = true));
    tn_tensor *value = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ 2, 2 }, (float[]){ 1, 2, 3, 4 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ m, value }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(steps_of(plan, "MatMul"), 2);
    expect_floats(plan, TN_FEEDS({ m, value }), 4, (float[]){ 2, -1, 4, -3 });
    talloc_free(plan);
    talloc_free(value);
}
END_TEST

START_TEST(operands_tell_apart)
{
    feed_two();
    tn_output a = tn_sub(x, tn_neg(x)), b = tn_sub(tn_neg(x), x);
    expect_steps(TN_OUTPUTS(tn_sub(a, b), a, b), TN_OPTIMIZE_DEFAULT, "Sub", 3, (float[]){ 4, 8 });
    talloc_free(t);
}
END_TEST

TN_SUITE("plan merge", equal_operations_are_one, equal_trees_are_one, attributes_tell_apart, operands_tell_apart)
