/* Reductions: names and operations as TensorFlow 1's Python makes them, values, and refusals. */
#include "build_check.h"

START_TEST(reductions)
{
    open_graph();
    tn_output x = tn_matrix(2, 3, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f), b = tn_vector((bool)true, (bool)false);
    size_t from = tn_graph_num_ops(graph);
    tn_output sum = tn_reduce_sum(x, .axes = TN_AXES(0)), again = tn_reduce_sum(x, .name = "total");
    expect_ops(from, "Sum/reduction_indices Const, Sum Sum, total/reduction_indices Const, total Sum");
    expect_value(sum, "[5. 7. 9.]");
    expect_value(again, "21.0");
    expect_value(tn_reduce_mean(x, .axes = TN_AXES(-1), .keep_dims = true), "[[2.]\n [5.]]");
    expect_value(tn_reduce_prod(x, .axes = TN_AXES(0, 1)), "720.0");
    expect_value(tn_reduce_max(x, .axes = TN_AXES(1)), "[3. 6.]");
    expect_value(tn_reduce_min(x), "1.0");
    expect_value(tn_reduce_all(b), "False");
    expect_value(tn_reduce_any(b), "True");
    expect_value(tn_reduce_sum(x, .axes = TN_AXES()), "[[1. 2. 3.]\n [4. 5. 6.]]");
    expect_value(tn_reduce_sum(tn_scalar(2.0f)), "2.0");
    ck_assert_ptr_null(tn_reduce_sum(NONE).op);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_reduce_sum(x, .axes = TN_AXES(2)).op);
    expect_error(TN_INVALID_ARGUMENT, "");
    close_graph();
}
END_TEST

START_TEST(reduction_of_unknown_rank)
{
    open_graph();
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_reduce_sum(x);
    expect_ops(0, "Placeholder Placeholder, Sum/Rank Rank, Sum/range/start Const, Sum/range/delta Const, Sum/range Range, Sum Sum");
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (const int64_t[]){ 1, 2 }, (const float[]){ 1, 2 });
    expect_text(tn_run(session, y, .feeds = TN_FEEDS({ x, t })), "3.0");
    talloc_free(t);
    close_graph();
}
END_TEST

START_TEST(nothing_to_reduce)
{
    open_graph();
    tn_output x = tn_zeros(TN_FLOAT32, TN_SHAPE(0, 2)), b = tn_zeros(TN_BOOL, TN_SHAPE(0));
    expect_value(tn_reduce_sum(x), "0.0");
    expect_value(tn_reduce_mean(x), "nan");
    expect_value(tn_reduce_prod(x), "1.0");
    expect_value(tn_reduce_max(x, .axes = TN_AXES(0)), "[-inf -inf]");
    expect_value(tn_reduce_min(x, .axes = TN_AXES(0)), "[inf inf]");
    expect_value(tn_reduce_all(b), "True");
    expect_value(tn_reduce_any(b), "False");
    expect_value(tn_reduce_sum(x, .axes = TN_AXES(1)), "[]");
    close_graph();
}
END_TEST

START_TEST(operations)
{
    open_graph();
    tn_output x = tn_vector(1.0f), b = tn_vector((bool)true);
    tn_output all[] = { tn_reduce_sum(x, .keep_dims = true),
                        tn_reduce_mean(x),
                        tn_reduce_prod(x),
                        tn_reduce_max(x),
                        tn_reduce_min(x),
                        tn_reduce_all(b),
                        tn_reduce_any(b) };
    const char *const types[] = { "Sum", "Mean", "Prod", "Max", "Min", "All", "Any" };
    for (int i = 0; i < 7; i++) {
        ck_assert_str_eq(tn_op_type(all[i].op), types[i]);
        ck_assert_str_eq(tn_op_name(all[i].op), types[i]);
        ck_assert_int_eq(tn_output_rank(all[i]), i == 0);
    }
    tn_attr keep;
    ck_assert_int_eq(tn_op_attr(all[0].op, "keep_dims", &keep), TN_OK);
    ck_assert_int_eq((int)keep.i, 1);
    close_graph();
}
END_TEST

START_TEST(refused)
{
    open_graph();
    tn_output x = tn_vector(1.0f);
    ck_assert_ptr_null(tn_reduce_max_with(NULL).op);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_reduce_max(x, .axes = TN_AXES(1)).op);
    expect_error(TN_INVALID_ARGUMENT, "Max 'Max': Invalid reduction dimension (1 for input with 1 dimension(s)");
    ck_assert_ptr_null(tn_reduce_min(x, .axes = TN_AXES(INT32_MIN)).op);
    expect_error(TN_INVALID_ARGUMENT, "Invalid reduction dimension (-2147483648");
    ck_assert_ptr_null(tn_reduce_all(x).op);
    expect_error(TN_INVALID_ARGUMENT, "All 'All");
    close_graph();
}
END_TEST

START_TEST(parts_go_to_the_graph_of_the_inputs)
{
    open_graph();
    tn_output x = tn_vector(1.0f, 2.0f);
    tn_graph *other = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(other) {
        ck_assert_ptr_nonnull(tn_reduce_sum(x).op);
        ck_assert_ptr_nonnull(tn_reduce_sum(tn_placeholder(TN_FLOAT32)).op);
        ck_assert_ptr_nonnull(tn_fill(tn_reduce_max(x), TN_SHAPE(2)).op);
    }
    ck_assert_ptr_null(tn_graph_op(other, "Max"));
    ck_assert_ptr_nonnull(tn_graph_op(graph, "Max"));
    talloc_free(other);
    close_graph();
}
END_TEST

static void build_all(void)
{
    (void)tn_reduce_sum(tn_vector(1.0f, 2.0f), .axes = TN_AXES(0));
    (void)tn_reduce_mean(tn_placeholder(TN_FLOAT32));
}

START_TEST(survives_oom)
{
    expect_build_survives_oom(build_all);
}
END_TEST

TN_SUITE("graph build_reduce", reductions, reduction_of_unknown_rank, nothing_to_reduce, operations, refused,
         parts_go_to_the_graph_of_the_inputs, survives_oom)
