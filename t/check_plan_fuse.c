/* Fusion: which operations become one step, and that the values stay what they are, to the bit. */
#include "plan_driver.h"

static tn_output x;
static tn_tensor *t;

static void feed(int64_t rows, int64_t columns)
{
    x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(rows, columns));
    t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ rows, columns }, NULL);
    for (int64_t i = 0; i < rows * columns; i++)
        tn_f32(t)[i] = (float)(i % 23) / 7.0f - 1.5f;
}

static size_t kernels_of(const tn_plan *plan)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->num_steps; i++)
        n += plan->steps[i].num_outputs > 0;
    return n;
}

/* So many steps when optimised, and the bits of the plain run. */
static void expect_kernels(tn_output y, size_t n)
{
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(kernels_of(plan), n);
    talloc_free(plan);
    WITH_SESSION(fused, .parent = root) {
        WITH_SESSION(plain, .parent = root, .optimize = TN_OPTIMIZE_NONE) {
            tn_tensor *a = tn_run(fused, y, .feeds = TN_FEEDS({ x, t })), *b = tn_run(plain, y, .feeds = TN_FEEDS({ x, t }));
            ck_assert_msg(a && b, "%s", tn_last_error()->message);
            ck_assert_uint_eq(tn_tensor_bytes(a), tn_tensor_bytes(b));
            ck_assert(!memcmp(tn_tensor_data(a), tn_tensor_data(b), tn_tensor_bytes(a)));
        }
    }
    talloc_free(t);
}

START_TEST(a_chain_is_one_step)
{
    feed(3, 5);
    expect_kernels(tn_relu(tn_sub(tn_mul(x, x), tn_tanh(tn_neg(x)))), 1);
    feed(300, 7);
    expect_kernels(tn_relu(tn_sub(tn_mul(x, x), tn_tanh(tn_neg(x)))), 1);
}
END_TEST

START_TEST(a_value_used_twice_inside_is_computed_once)
{
    feed(40, 50);
    tn_output s = tn_sigmoid(x);
    expect_kernels(tn_add(tn_mul(x, s), tn_sub(s, tn_square(s))), 1);
}
END_TEST

START_TEST(casts_comparisons_and_select_are_joined)
{
    feed(9, 100);
    tn_output whole = tn_cast(x, TN_INT32), d = tn_cast(x, TN_FLOAT64);
    tn_output chosen = tn_select_v2(tn_logical_and(tn_less(tn_cast(whole, TN_FLOAT64), d), tn_greater(x, tn_scalar(0.25f))), d, tn_exp(d));
    expect_kernels(tn_cast(chosen, TN_FLOAT32), 1);
}
END_TEST

/* Rows, columns, planes and single elements, of tiles that end inside of a row and of many rows in a tile. */
START_TEST(broadcast_operands_are_read_where_they_are)
{
    const int64_t shapes[][2] = { { 1, 1 }, { 7, 3 }, { 3, 700 }, { 2, 1031 }, { 700, 2 }, { 64, 64 }, { 1, 2000 } };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        feed(shapes[i][0], shapes[i][1]);
        tn_output row = tn_slice(tn_neg(x), tn_vector(0, 0), tn_vector(1, -1)), column = tn_slice(x, tn_vector(0, 0), tn_vector(-1, 1));
        tn_output y = tn_mul(tn_add(tn_sub(column, x), row), tn_maximum(tn_sub(row, tn_square(x)), column));
        expect_kernels(tn_relu(tn_mul(y, tn_scalar(0.5f))), 4);
    }
}
END_TEST

START_TEST(bias_is_an_addition_with_a_broadcast_operand)
{
    feed(6, 10);
    expect_kernels(tn_relu(tn_bias_add(tn_neg(x), tn_vector(1.0f, 2, 3, 4, 5, 6, 7, 8, 9, 10))), 1);
    feed(6, 10);
    tn_output image = tn_reshape_to(tn_neg(x), TN_SHAPE(2, 3, 5, 2));
    expect_kernels(tn_relu(tn_bias_add(image, tn_vector(1.0f, 2, 3), .data_format = "NCHW")), 1);
}
END_TEST

START_TEST(add_n_of_two_is_an_addition)
{
    feed(6, 10);
    expect_kernels(tn_relu(tn_add_n(TN_OUTPUTS(tn_square(x), x))), 1);
    feed(6, 10);
    expect_kernels(tn_relu(tn_add_n(TN_OUTPUTS(tn_square(x), x, x))), 3);
}
END_TEST

START_TEST(views_do_not_end_a_group)
{
    feed(6, 10);
    expect_kernels(tn_exp(tn_reshape_to(tn_identity(tn_neg(tn_reshape_to(tn_square(x), TN_SHAPE(10, 6)))), TN_SHAPE(60))), 1);
}
END_TEST

START_TEST(what_is_fetched_or_taken_by_others_is_a_step_of_its_own)
{
    feed(4, 4);
    tn_output a = tn_neg(x), b = tn_square(a), y = tn_exp(b);
    tn_plan *plan = plan_of(TN_OUTPUTS(y, a), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(kernels_of(plan), 2);
    talloc_free(plan);
    plan = plan_of(TN_OUTPUTS(y, tn_reshape_to(a, TN_SHAPE(16))), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(steps_of(plan, "Neg"), 1);
    talloc_free(plan);
    expect_kernels(tn_add(tn_softmax(b), y), 3);
}
END_TEST

START_TEST(a_fed_value_in_the_middle_is_an_operand)
{
    feed(4, 4);
    tn_output a = tn_neg(x), y = tn_exp(tn_square(a));
    WITH_SESSION(s, .parent = root) {
        tn_tensor *r = tn_run(s, tn_slice(y, tn_vector(0, 0), tn_vector(1, 1)), .feeds = TN_FEEDS({ x, t }, { a, t }));
        ck_assert_ptr_nonnull(r);
        ck_assert_float_eq_tol(tn_f32(r)[0], 9.487735f, 1e-5f);
    }
    talloc_free(t);
}
END_TEST

/* An integer division that fails does so whatever its neighbours are. */
START_TEST(what_may_fail_is_not_joined)
{
    tn_output n = tn_placeholder(TN_INT32, .shape = TN_SHAPE(2)), y = tn_neg(tn_floor_div(tn_add(n, n), n));
    tn_tensor *value = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 3, 0 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ n, value }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(kernels_of(plan), 3);
    talloc_free(plan);
    WITH_SESSION(s, .parent = root) {
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ n, value })));
        expect_error(TN_INVALID_ARGUMENT, "Integer division by zero");
    }
    talloc_free(value);
}
END_TEST

/* However long a chain is, its groups are bounded. */
START_TEST(a_long_chain_is_many_groups)
{
    feed(2, 2);
    tn_output y = x;
    for (int i = 0; i < 1000; i++)
        y = i % 3 ? tn_add(y, x) : tn_mul(y, tn_scalar(0.5f));
    expect_kernels(y, (1000 + TN_GROUP_OPS - 1) / TN_GROUP_OPS);
}
END_TEST

/* A sum of many is in groups that take so many inputs at most. */
START_TEST(groups_have_a_bounded_number_of_inputs)
{
    feed(4, 4);
    tn_output sum = tn_constant(t);
    for (int i = 0; i < 60; i++)
        sum = tn_add(sum, tn_softmax(tn_mul(x, tn_scalar((float)i))));
    tn_plan *plan = plan_of(TN_OUTPUTS(sum), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    for (size_t i = 0; i < plan->num_steps; i++)
        ck_assert_uint_le(plan->steps[i].num_inputs, TN_GROUP_INPUTS);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

/* What is added up as it comes is not kept until the last comes. */
START_TEST(joining_keeps_no_more_values_alive)
{
    feed(32, 32);
    tn_output sum = tn_softmax(x);
    for (int i = 0; i < 12; i++)
        sum = tn_add(sum, tn_softmax(tn_mul(x, tn_scalar((float)i))));
    tn_plan *plan = plan_of(TN_OUTPUTS(sum), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_le(plan->arena_bytes, 4 * tn_tensor_bytes(t));
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_product_takes_bias_activation_and_residual)
{
    feed(40, 30);
    tn_output w = tn_constant(t), y = tn_matmul(x, w, .transpose_b = true);
    tn_output bias = tn_slice(tn_transpose(x), tn_vector(0, 0), tn_vector(1, -1));
    expect_kernels(tn_add(tn_relu(tn_bias_add(y, tn_reshape_to(bias, TN_SHAPE(40)))), tn_matmul(x, x, .transpose_b = true)), 4);
}
END_TEST

/* A long-lived kernel's output that two take, or that changes its size, is left alone. */
START_TEST(a_product_that_is_taken_twice_is_not_finished)
{
    feed(6, 6);
    tn_output y = tn_matmul(x, x);
    expect_kernels(tn_add(tn_relu(y), tn_softmax(y)), 3);
    feed(6, 6);
    expect_kernels(tn_cast(tn_matmul(x, x), TN_FLOAT64), 2);
}
END_TEST

START_TEST(a_product_may_be_finished_in_another_shape)
{
    feed(40, 24);
    tn_output flat = tn_reshape_to(tn_matmul(x, x, .transpose_b = true), TN_SHAPE(100, 16));
    expect_kernels(tn_tanh(tn_add(flat, tn_vector(1.0f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))), 1);
}
END_TEST

START_TEST(convolutions_are_finished)
{
    feed(8, 18);
    tn_output image = tn_reshape_to(x, TN_SHAPE(1, 6, 8, 3)),
              filter = tn_reshape_to(tn_slice(x, tn_vector(0, 0), tn_vector(3, -1)), TN_SHAPE(3, 3, 3, 2));
    tn_output conv = tn_op_output(
        tn_op_new(NULL, "Conv2D", TN_OUTPUTS(image, filter),
                  .attrs = TN_ATTRS(TN_INTS_ATTR("strides", 4, ((int64_t[]){ 1, 1, 1, 1 })), TN_STRING_ATTR("padding", "SAME"))),
        0);
    expect_kernels(tn_relu(tn_bias_add(conv, tn_vector(0.25f, -0.5f))), 2);
}
END_TEST

TN_SUITE("plan fuse", a_chain_is_one_step, a_value_used_twice_inside_is_computed_once, casts_comparisons_and_select_are_joined,
         broadcast_operands_are_read_where_they_are, bias_is_an_addition_with_a_broadcast_operand, add_n_of_two_is_an_addition,
         views_do_not_end_a_group, what_is_fetched_or_taken_by_others_is_a_step_of_its_own, a_fed_value_in_the_middle_is_an_operand,
         what_may_fail_is_not_joined, a_long_chain_is_many_groups, groups_have_a_bounded_number_of_inputs,
         joining_keeps_no_more_values_alive, a_product_takes_bias_activation_and_residual, a_product_that_is_taken_twice_is_not_finished,
         a_product_may_be_finished_in_another_shape, convolutions_are_finished)
