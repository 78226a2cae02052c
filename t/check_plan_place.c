/* Memory of a run: values that are not needed at the same time share it, and outputs are written over inputs that end. */
#include "plan_driver.h"

START_TEST(a_chain_needs_one_place)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(1000)), y = tn_neg(x);
    for (int i = 0; i < 50; i++)
        y = tn_add(y, x);
    tn_tensor *t = floats(1000, NULL);
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_NONE);
    ck_assert_uint_eq(steps_of(plan, "Add"), 50);
    ck_assert_uint_eq(plan->arena_bytes, 4032);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_feed_is_never_written_over)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2));
    tn_tensor *t = floats(2, (float[]){ 1, 2 });
    tn_plan *plan = plan_of(TN_OUTPUTS(tn_neg(tn_neg(tn_neg(x)))), TN_FEEDS({ x, t }), TN_OPTIMIZE_NONE);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ -1, -2 });
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ -1, -2 });
    ck_assert_float_eq(tn_f32(t)[0], 1);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(what_is_fetched_is_kept)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2));
    tn_output a = tn_neg(x), b = tn_square(a), c = tn_exp(b);
    tn_tensor *t = floats(2, (float[]){ 1, 2 });
    tn_plan *plan = plan_of(TN_OUTPUTS(a, b, c), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, TN_FEEDS({ x, t }), 2, (float[]){ -1, -2 });
    ck_assert_uint_eq(plan->arena_bytes, 3 * 64);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_broadcast_operand_is_not_written_over)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2, 1)), row = tn_neg(x), column = tn_reshape_to(tn_neg(row), TN_SHAPE(1, 2));
    tn_output y = tn_add(row, column);
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ 2, 1 }, (float[]){ 1, 2 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, TN_FEEDS({ x, t }), 4, (float[]){ 0, 1, -1, 0 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(views_keep_their_bytes_alive)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4)), a = tn_neg(x), view = tn_reshape_to(a, TN_SHAPE(2, 2));
    tn_output b = tn_square(a), y = tn_add(view, tn_reshape_to(b, TN_SHAPE(2, 2)));
    tn_tensor *t = floats(4, (float[]){ 1, 2, 3, 4 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, TN_FEEDS({ x, t }), 4, (float[]){ 0, 2, 6, 12 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_fetched_view_of_a_feed_is_bound_at_each_run)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4)), y = tn_reshape_to(x, TN_SHAPE(2, 2));
    tn_tensor *one = floats(4, (float[]){ 1, 2, 3, 4 }), *two = floats(4, (float[]){ 5, 6, 7, 8 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, one }), TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, TN_FEEDS({ x, one }), 4, (float[]){ 1, 2, 3, 4 });
    expect_floats(plan, TN_FEEDS({ x, two }), 4, (float[]){ 5, 6, 7, 8 });
    ck_assert_int_eq(plan->slots[plan->fetches[0].slot].dims->rank, 2);
    talloc_free(plan);
    talloc_free(one);
    talloc_free(two);
}
END_TEST

START_TEST(empty_values_have_a_place)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1));
    tn_tensor *t = floats(0, NULL);
    tn_plan *plan = plan_of(TN_OUTPUTS(tn_neg(tn_add(x, x))), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    expect_floats(plan, TN_FEEDS({ x, t }), 0, NULL);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

/* A fed operation that somebody waits for runs, and so does one with another output that is wanted: neither writes to the feed. */
START_TEST(a_fed_output_is_not_written)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_neg(x);
    tn_op *waits = tn_op_new(NULL, "NoOp", TN_OUTPUTS(), .controls = TN_OPS(y.op));
    tn_output entropy = tn_op_output(tn_op_new(NULL, "SoftmaxCrossEntropyWithLogits", TN_OUTPUTS(x, x)), 0);
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ 1, 2 }, NULL),
              *other = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ 3, 1 }, (float[]){ 3, 3, 3 });
    WITH_SESSION(s, .parent = root) {
        ck_assert_int_eq(tn_run_op(s, waits, .feeds = TN_FEEDS({ x, t }, { y, other })), TN_OK);
        expect_text(tn_run(s, entropy, .feeds = TN_FEEDS({ x, t }, { tn_op_output(entropy.op, 1), other })), "[0.]");
        ck_assert(tn_f32(other)[0] == 3 && tn_f32(other)[2] == 3);
    }
    talloc_free(t);
    talloc_free(other);
}
END_TEST

/* The elements can be counted, their bytes cannot. */
START_TEST(what_has_more_bytes_than_there_are_has_no_place)
{
    tn_output x = tn_fill(tn_scalar(1.0f), TN_SHAPE(INT64_MAX), .name = "x");
    expect_no_plan(TN_OUTPUTS(x), TN_FEEDS(), TN_RESOURCE_EXHAUSTED,
                   "Fill 'x': OOM when allocating tensor with shape[9223372036854775807] and type float");
    expect_no_plan(TN_OUTPUTS(tn_neg(x)), TN_FEEDS(), TN_RESOURCE_EXHAUSTED, "Fill 'x': OOM when allocating tensor with shape");
}
END_TEST

enum { LARGE = 20000 }; /* floats: 80 KB */

static size_t slots_at(const tn_plan *plan, tn_home home)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->num_slots; i++)
        n += plan->slots[i].home == home;
    return n;
}

/* A large fetch is computed where it is handed over, and so is the chain before it that works in place. */
START_TEST(a_large_result_has_a_buffer_of_its_own)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(LARGE)), y = tn_neg(x);
    for (int i = 0; i < 4; i++)
        y = tn_tanh(y);
    tn_tensor *t = floats(LARGE, NULL);
    float *zeros = talloc_zero_array(root, float, LARGE);
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_NONE);
    ck_assert_uint_eq(plan->num_results, 1);
    ck_assert_uint_eq(plan->result_bytes[0], LARGE * sizeof(float));
    ck_assert_uint_eq(plan->arena_bytes, 0);
    ck_assert_uint_eq(slots_at(plan, TN_HOME_RESULT), 5);
    for (int i = 0; i < LARGE; i++)
        zeros[i] = -0.0f;
    expect_floats(plan, TN_FEEDS({ x, t }), LARGE, zeros);
    talloc_free(plan);
    talloc_free(t);
    talloc_free(zeros);
}
END_TEST

/* What is fetched in the middle of a chain is not written over: two results. A view of one is the same bytes. */
START_TEST(each_large_result_has_its_own_buffer)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(LARGE)), a = tn_square(x), b = tn_neg(a),
              view = tn_reshape_to(b, TN_SHAPE(2, -1));
    tn_tensor *t = floats(LARGE, NULL);
    tn_plan *plan = plan_of(TN_OUTPUTS(a, view, b, x, a), TN_FEEDS({ x, t }), TN_OPTIMIZE_NONE);
    ck_assert_uint_eq(plan->num_results, 2);
    ck_assert(plan->fetches[0].root && plan->fetches[0].root == plan->fetches[4].root);
    ck_assert(plan->fetches[1].root && plan->fetches[1].root == plan->fetches[2].root);
    ck_assert_uint_eq(plan->fetches[3].root, 0); /* the feed's bytes are the caller's */
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

TN_SUITE("plan place", a_chain_needs_one_place, a_feed_is_never_written_over, what_is_fetched_is_kept,
         a_broadcast_operand_is_not_written_over, views_keep_their_bytes_alive, a_fetched_view_of_a_feed_is_bound_at_each_run,
         empty_values_have_a_place, a_fed_output_is_not_written, what_has_more_bytes_than_there_are_has_no_place,
         a_large_result_has_a_buffer_of_its_own, each_large_result_has_its_own_buffer)
