/* Constants, placeholders, Fill and groups: names and operations as TensorFlow 1's Python makes them, values, and refusals. */
#include "build_check.h"

START_TEST(constants)
{
    open_graph();
    const float data[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    const int64_t dims[] = { 2, 2, 2 };
    tn_tensor *t = tn_tensor_new(root, TN_INT64, 1, (const int64_t[]){ 2 }, (const int64_t[]){ 5, 6 });
    tn_output c = tn_constant(t, .name = "c");
    talloc_free(t);
    expect_value(c, "[5 6]");
    ck_assert_str_eq(tn_op_name(c.op), "c");
    expect_value(tn_const_new(TN_FLOAT32, 3, dims, data, NULL), "[[[1. 2.]\n  [3. 4.]]\n\n [[5. 6.]\n  [7. 8.]]]");
    expect_value(tn_scalar(2.5, .name = "s"), "2.5");
    expect_value(tn_scalar((bool)true), "True");
    expect_value(tn_vector(1, 2, 3), "[1 2 3]");
    expect_value(tn_matrix(2, 2, 1.0, 2.0, 3.0, 4.0), "[[1. 2.]\n [3. 4.]]");
    ck_assert_int_eq(tn_output_dtype(tn_vector((int64_t)1)), TN_INT64);
    ck_assert_int_eq(tn_output_dtype(tn_scalar((uint8_t)1)), TN_UINT8);
    close_graph();
}
END_TEST

START_TEST(refused_constants)
{
    open_graph();
    ck_assert_ptr_null(tn_matrix(2, 2, 1.0f, 2.0f, 3.0f).op);
    expect_error(TN_INVALID_ARGUMENT, "3 values do not fill 2 rows of 2");
    ck_assert_int_eq(tn_graph_status(graph), TN_INVALID_ARGUMENT);
    ck_assert_ptr_null(tn_const_matrix(TN_FLOAT32, INT64_MAX, 3, 3, NULL).op);
    ck_assert_ptr_null(tn_const_matrix(TN_FLOAT32, -1, -3, 3, NULL).op);
    ck_assert_ptr_null(tn_constant(NULL).op);
    ck_assert_ptr_null(tn_constant_with(NULL).op);
    ck_assert_ptr_null(tn_const_new(TN_FLOAT32, 9, NULL, NULL, NULL).op);
    ck_assert_ptr_null(tn_const_new(TN_RESOURCE, 0, NULL, NULL, NULL).op);
    ck_assert_ptr_null(tn_zeros(TN_FLOAT32, TN_SHAPE(2, -1)).op);
    ck_assert_ptr_null(tn_scalar(1.0f, .name = "bad name").op);
    ck_assert_uint_eq(tn_graph_num_ops(graph), 0);
    close_graph();
}
END_TEST

START_TEST(filled)
{
    open_graph();
    tn_output z = tn_zeros(TN_FLOAT32, TN_SHAPE(2)), o = tn_ones(TN_INT64, TN_SHAPE(1, 2)), f = tn_fill(3.0f, TN_SHAPE(2));
    expect_ops(0, "zeros Const, ones Const, Const Const, Fill/dims Const, Fill Fill");
    expect_value(z, "[0. 0.]");
    expect_value(o, "[[1 1]]");
    expect_value(f, "[3. 3.]");
    expect_value(tn_ones(TN_BOOL, TN_SHAPE(2)), "[ True  True]");
    expect_value(tn_zeros(TN_BOOL, TN_SHAPE()), "False");
    expect_value(tn_ones(TN_FLOAT64, TN_SHAPE(0)), "[]");
    expect_value(tn_fill(tn_scalar(1), TN_SHAPE()), "1");
    ck_assert_int_eq(tn_output_dtype(tn_ones(TN_FLOAT16, TN_SHAPE(2))), TN_FLOAT16);
    ck_assert_ptr_null(tn_fill(NONE, TN_SHAPE(2)).op);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_fill(1.0f, (tn_shape){ NULL, -1 }).op);
    expect_error(TN_INVALID_ARGUMENT, "known rank");
    close_graph();
}
END_TEST

START_TEST(placeholders)
{
    open_graph();
    tn_output p = tn_placeholder(TN_FLOAT32), q = tn_placeholder(TN_INT32, .shape = TN_SHAPE(-1, 3), .name = "q"),
              s = tn_placeholder(TN_BOOL, .shape = TN_SHAPE());
    expect_ops(0, "Placeholder Placeholder, q Placeholder, Placeholder_1 Placeholder");
    ck_assert_int_eq(tn_output_rank(p), -1);
    ck_assert_int_eq(tn_output_rank(q), 2);
    ck_assert_int_eq((int)tn_output_dim(q, 0), -1);
    ck_assert_int_eq((int)tn_output_dim(q, -1), 3);
    ck_assert_int_eq(tn_output_rank(s), 0);
    ck_assert_ptr_null(tn_placeholder((tn_dtype)0).op);
    close_graph();
}
END_TEST

START_TEST(groups)
{
    open_graph();
    tn_output a = tn_scalar(1.0f), b = tn_scalar(2.0f);
    tn_op *g = tn_group(TN_OPS(a.op, b.op), .name = "g");
    ck_assert_int_eq(tn_op_num_controls(g), 2);
    ck_assert_str_eq(tn_op_name(tn_group(TN_OPS())), "NoOp");
    ck_assert_ptr_null(tn_group(TN_OPS(a.op, NULL)));
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    close_graph();
}
END_TEST

static void build_all(void)
{
    tn_output x = tn_vector(1.0f, 2.0f);
    (void)tn_zeros(TN_INT32, TN_SHAPE(2));
    (void)tn_ones(TN_FLOAT64, TN_SHAPE(2));
    (void)tn_fill(tn_scalar(1.0f), TN_SHAPE(2));
    (void)tn_group(TN_OPS(x.op, tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2)).op), .name = "all");
}

START_TEST(survives_oom)
{
    expect_build_survives_oom(build_all);
}
END_TEST

TN_SUITE("graph build", constants, refused_constants, filled, placeholders, groups, survives_oom)
