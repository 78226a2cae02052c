/* Values whose shapes are known only while running: one plan, other shapes at each run. */
#include "harness.h"

static tn_tensor *ints(int64_t n, const int32_t *values)
{
    return tn_tensor_new(root, TN_INT32, 1, &n, values);
}

/* Runs y with one feed and compares what it prints as. */
static void expect_run(tn_session *s, tn_output y, tn_output x, tn_tensor *value, const char *text)
{
    expect_text(tn_run(s, y, .feeds = TN_FEEDS({ x, value })), text);
    talloc_free(value);
}

START_TEST(a_fed_length)
{
    tn_output n = tn_placeholder(TN_INT32, .shape = TN_SHAPE());
    tn_output y = tn_add(tn_range(tn_scalar(0), n, tn_scalar(1)), tn_scalar(10));
    ck_assert_int_eq(tn_output_dim(y, 0), -1);
    WITH_SESSION(s) {
        expect_run(s, y, n, tn_tensor_new(root, TN_INT32, 0, NULL, (int32_t[]){ 3 }), "[10 11 12]");
        expect_run(s, y, n, tn_tensor_new(root, TN_INT32, 0, NULL, (int32_t[]){ 5 }), "[10 11 12 13 14]");
        expect_run(s, y, n, tn_tensor_new(root, TN_INT32, 0, NULL, (int32_t[]){ 0 }), "[]");
    }
}
END_TEST

START_TEST(a_fed_shape_of_a_view)
{
    tn_output shape = tn_placeholder(TN_INT32, .shape = TN_SHAPE(-1));
    tn_output y = tn_neg(tn_reshape(tn_square(tn_vector(1.0f, 2.0f, 3.0f, 4.0f)), shape, .name = "r"));
    WITH_SESSION(s) {
        expect_run(s, y, shape, ints(2, (int32_t[]){ 2, 2 }), "[[ -1.  -4.]\n [ -9. -16.]]");
        expect_run(s, y, shape, ints(2, (int32_t[]){ 4, -1 }), "[[ -1.]\n [ -4.]\n [ -9.]\n [-16.]]");
        tn_tensor *bad = ints(1, (int32_t[]){ 3 });
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ shape, bad })));
        expect_error(TN_INVALID_ARGUMENT, "Input to reshape is a tensor with 4 values, but the requested shape has 3");
        ck_assert_str_eq(tn_last_error()->op, "r");
        talloc_free(bad);
        expect_run(s, y, shape, ints(1, (int32_t[]){ 4 }), "[ -1.  -4.  -9. -16.]");
    }
}
END_TEST

START_TEST(a_fetched_view_of_a_dynamic_value)
{
    tn_output shape = tn_placeholder(TN_INT32, .shape = TN_SHAPE(2));
    tn_output y = tn_fill(7.0f, TN_SHAPE(1)), filled = tn_reshape(tn_broadcast_to(y, shape), tn_vector(-1));
    WITH_SESSION(s) {
        expect_run(s, filled, shape, ints(2, (int32_t[]){ 2, 2 }), "[7. 7. 7. 7.]");
        expect_run(s, tn_identity(filled), shape, ints(2, (int32_t[]){ 0, 2 }), "[]");
    }
}
END_TEST

START_TEST(a_fed_axis)
{
    tn_output axis = tn_placeholder(TN_INT32, .shape = TN_SHAPE(-1));
    tn_op *sum = tn_op_new(NULL, "Sum", TN_OUTPUTS(tn_matrix(2, 3, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f), axis));
    tn_output y = tn_op_output(sum, 0);
    WITH_SESSION(s) {
        expect_run(s, y, axis, ints(1, (int32_t[]){ 0 }), "[5. 7. 9.]");
        expect_run(s, y, axis, ints(1, (int32_t[]){ -1 }), "[ 6. 15.]");
        expect_run(s, y, axis, ints(2, (int32_t[]){ 0, 1 }), "21.0");
        expect_run(s, y, axis, ints(0, NULL), "[[1. 2. 3.]\n [4. 5. 6.]]");
    }
}
END_TEST

START_TEST(memory_is_given_back_and_limited)
{
    tn_output shape = tn_placeholder(TN_INT32, .shape = TN_SHAPE(1));
    tn_output y = tn_reduce_sum(tn_neg(tn_broadcast_to(tn_scalar(1.0f), shape)));
    WITH_SESSION(s, .memory_limit = 1 << 20) {
        tn_tensor *much = ints(1, (int32_t[]){ 1 << 20 });
        for (int i = 0; i < 30; i++)
            expect_run(s, y, shape, ints(1, (int32_t[]){ 50000 }), "-50000.0");
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ shape, much })));
        expect_error(TN_RESOURCE_EXHAUSTED, "memory limit");
        expect_run(s, y, shape, ints(1, (int32_t[]){ 50000 }), "-50000.0");
        talloc_free(much);
    }
}
END_TEST

static tn_status whole_life(void *ctx)
{
    WITH_GRAPH(g, .owner = ctx) {
        tn_output n = tn_placeholder(TN_INT32, .shape = TN_SHAPE(1));
        tn_output y = tn_neg(tn_broadcast_to(tn_scalar(1.0f), n));
        WITH_SESSION(s, .parent = ctx) {
            tn_tensor *three = tn_tensor_new(s, TN_INT32, 1, (int64_t[]){ 1 }, (int32_t[]){ 3 });
            return three && tn_run(s, y, .feeds = TN_FEEDS({ n, three })) ? TN_OK : tn_last_error()->code;
        }
    }
    return tn_last_error()->code;
}

START_TEST(every_allocation_may_fail)
{
    expect_survives_oom(whole_life);
}
END_TEST

TN_SUITE("plan dynamic", a_fed_length, a_fed_shape_of_a_view, a_fetched_view_of_a_dynamic_value, a_fed_axis,
         memory_is_given_back_and_limited, every_allocation_may_fail)
