/* What moves elements and takes an axis or a shape: names and operations as TensorFlow 1's Python makes them, values, and refusals. */
#include "build_check.h"

START_TEST(layout)
{
    open_graph();
    tn_output x = tn_matrix(2, 3, 1, 2, 3, 4, 5, 6), i = tn_vector(2, 0);
    size_t from = tn_graph_num_ops(graph);
    tn_output cat = tn_concat(TN_OUTPUTS(x, x), 1), one = tn_concat(TN_OUTPUTS(x), 0), gather = tn_gather(x, i, .axis = 1),
              turned = tn_transpose(x), kept = tn_transpose(x, .perm = TN_AXES(0, 1)), flat = tn_reshape_to(x, TN_SHAPE(-1)),
              wide = tn_expand_dims(x, -1), most = tn_argmax(x, 1), least = tn_argmin(x, 0), hot = tn_one_hot(i, 3);
    expect_ops(from, "concat/axis Const, concat ConcatV2, concat_1 Identity, GatherV2/axis Const, GatherV2 GatherV2, "
                     "transpose/perm Const, transpose Transpose, transpose_1/perm Const, transpose_1 Transpose, "
                     "Reshape/shape Const, Reshape Reshape, ExpandDims/dim Const, ExpandDims ExpandDims, "
                     "ArgMax/dimension Const, ArgMax ArgMax, ArgMin/dimension Const, ArgMin ArgMin, "
                     "one_hot/on_value Const, one_hot/off_value Const, one_hot/depth Const, one_hot OneHot");
    expect_value(cat, "[[1 2 3 1 2 3]\n [4 5 6 4 5 6]]");
    expect_value(one, "[[1 2 3]\n [4 5 6]]");
    expect_value(gather, "[[3 1]\n [6 4]]");
    expect_value(turned, "[[1 4]\n [2 5]\n [3 6]]");
    expect_value(kept, "[[1 2 3]\n [4 5 6]]");
    expect_value(flat, "[1 2 3 4 5 6]");
    ck_assert_int_eq(tn_output_rank(wide), 3);
    expect_value(most, "[2 2]");
    expect_value(least, "[0 0 0]");
    expect_value(hot, "[[0. 0. 1.]\n [1. 0. 0.]]");
    expect_value(tn_one_hot(i, 3, .dtype = TN_INT32, .axis = TN_AXES(0)), "[[0 1]\n [0 0]\n [1 0]]");
    close_graph();
}
END_TEST

START_TEST(refused_layout)
{
    open_graph();
    tn_output x = tn_placeholder(TN_FLOAT32);
    ck_assert_ptr_null(tn_concat(TN_OUTPUTS(NONE, x), 0).op);
    ck_assert_ptr_null(tn_gather(x, NONE).op);
    ck_assert_ptr_null(tn_gather(NONE, x).op);
    ck_assert_ptr_null(tn_transpose(NONE).op);
    ck_assert_ptr_null(tn_reshape_to(NONE, TN_SHAPE(1)).op);
    ck_assert_ptr_null(tn_argmax(NONE, 1).op);
    ck_assert_ptr_null(tn_one_hot(NONE, 1).op);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_transpose(x).op);
    expect_error(TN_INVALID_ARGUMENT, "the rank of the input must be known");
    ck_assert_ptr_null(tn_concat(TN_OUTPUTS(), 0).op);
    expect_error(TN_INVALID_ARGUMENT, "");
    ck_assert_ptr_null(tn_reshape_to(tn_vector(1, 2), TN_SHAPE(3)).op);
    expect_error(TN_INVALID_ARGUMENT, "Reshape");
    close_graph();
}
END_TEST

/* Parts are built where the inputs are, whatever the default graph. */
START_TEST(parts_go_to_the_graph_of_the_inputs)
{
    open_graph();
    tn_output x = tn_vector(1.0f, 2.0f);
    tn_graph *other = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(other) {
        ck_assert_ptr_nonnull(tn_concat(TN_OUTPUTS(x, x), 0).op);
        ck_assert_ptr_nonnull(tn_expand_dims(x, 0).op);
    }
    ck_assert_uint_eq(tn_graph_num_ops(other), 0);
    talloc_free(other);
    close_graph();
}
END_TEST

START_TEST(concatenations)
{
    open_graph();
    tn_output x = tn_matrix(1, 2, 1, 2), many[40];
    for (int i = 0; i < 40; i++)
        many[i] = x;
    expect_value(tn_concat(TN_OUTPUTS(x, tn_matrix(1, 1, 9)), -1, .name = "side"), "[[1 2 9]]");
    ck_assert_str_eq(tn_op_name(tn_graph_op(graph, "side")), "side");
    ck_assert_ptr_nonnull(tn_graph_op(graph, "side/axis"));
    tn_output all = tn_concat(((tn_outputs){ many, 40 }), 0);
    ck_assert_uint_eq((size_t)tn_op_num_inputs(all.op), 41);
    ck_assert_int_eq((int)tn_output_dim(all, 0), 40);
    expect_value(tn_concat(TN_OUTPUTS(tn_zeros(TN_INT32, TN_SHAPE(0, 2)), x, tn_zeros(TN_INT32, TN_SHAPE(0, 2))), 0), "[[1 2]]");
    expect_value(tn_concat(TN_OUTPUTS(x), 7, .name = "alone"), "[[1 2]]"); /* as TensorFlow's: the axis of one value is not looked at */
    ck_assert_str_eq(tn_op_type(tn_graph_op(graph, "alone")), "Identity");
    expect_value(tn_concat_with(TN_OUTPUTS(x, x), NULL), "[[1 2]\n [1 2]]");
    ck_assert_ptr_null(tn_concat(TN_OUTPUTS(x, x), 2).op);
    expect_error(TN_INVALID_ARGUMENT, "ConcatV2 'concat_3': ConcatOp : Expected concatenating dimensions in the range [-2, 2), but got 2");
    ck_assert_ptr_null(tn_concat(TN_OUTPUTS(x, tn_scalar(1.0f)), 0).op);
    expect_error(TN_INVALID_ARGUMENT, "");
    close_graph();
}
END_TEST

START_TEST(axes_at_the_edge)
{
    open_graph();
    tn_output x = tn_matrix(2, 2, 4, 1, 2, 8);
    expect_value(tn_gather(x, tn_scalar(1), .axis = -1), "[1 8]");
    expect_value(tn_gather(x, tn_zeros(TN_INT64, TN_SHAPE(0))), "[]");
    expect_value(tn_argmax(x, -2, .name = "top"), "[0 1]");
    ck_assert_int_eq(tn_output_dtype(tn_op_output(tn_graph_op(graph, "top"), 0)), TN_INT64);
    expect_value(tn_expand_dims(tn_scalar(3), 0), "[3]");
    expect_value(tn_expand_dims_with(tn_vector(3), NULL), "[[3]]");
    ck_assert_ptr_null(tn_expand_dims(x, 3).op);
    expect_error(TN_INVALID_ARGUMENT, "ExpandDims 'ExpandDims");
    ck_assert_ptr_null(tn_argmin(x, INT32_MIN).op);
    expect_error(TN_INVALID_ARGUMENT, "ArgMin 'ArgMin': ");
    ck_assert_ptr_null(tn_gather(x, tn_scalar(0), .axis = 2).op);
    expect_error(TN_INVALID_ARGUMENT, "GatherV2 'GatherV2");
    close_graph();
}
END_TEST

START_TEST(permutations)
{
    open_graph();
    tn_output p = tn_placeholder(TN_FLOAT32), s = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 3, 4));
    expect_value(tn_transpose(tn_scalar(5)), "5");
    expect_value(tn_transpose(tn_scalar(5), .perm = TN_AXES()), "5");
    tn_output y = tn_transpose(s), z = tn_transpose(p, .perm = TN_AXES(1, 0), .name = "turned");
    ck_assert_int_eq((int)tn_output_dim(y, 0), 4);
    ck_assert_int_eq((int)tn_output_dim(y, 2), -1);
    ck_assert_int_eq(tn_output_rank(z), 2);
    ck_assert_ptr_nonnull(tn_graph_op(graph, "turned/perm"));
    ck_assert_ptr_null(tn_transpose(s, .perm = TN_AXES(0, 0, 1)).op);
    expect_error(TN_INVALID_ARGUMENT, "Transpose 'transpose_3': ");
    ck_assert_ptr_null(tn_transpose(p, .name = "what").op);
    expect_error(TN_INVALID_ARGUMENT, "Transpose 'what': without .perm the rank of the input must be known");
    ck_assert_str_eq(tn_last_error()->op, "what");
    ck_assert_ptr_null(tn_transpose_with(NULL).op);
    close_graph();
}
END_TEST

START_TEST(shapes)
{
    open_graph();
    tn_output p = tn_placeholder(TN_BOOL), big = tn_reshape_to(p, TN_SHAPE(3000000000)), small = tn_reshape_to(p, TN_SHAPE(2, -1));
    ck_assert_int_eq(tn_output_dtype(tn_op_input(big.op, 1)), TN_INT64);
    ck_assert(tn_output_dim(big, 0) == 3000000000);
    ck_assert_int_eq(tn_output_dtype(tn_op_input(small.op, 1)), TN_INT32);
    ck_assert_int_eq((int)tn_output_dim(small, 1), -1);
    expect_value(tn_reshape_to(tn_vector(7), TN_SHAPE()), "7");
    expect_value(tn_reshape_to_with(tn_vector(7), NULL), "7");
    expect_value(tn_reshape_to(tn_zeros(TN_INT32, TN_SHAPE(0, 3)), TN_SHAPE(0), .name = "flat"), "[]");
    ck_assert_ptr_nonnull(tn_graph_op(graph, "flat/shape"));
    ck_assert_ptr_null(tn_reshape_to(p, (tn_shape){ NULL, -1 }).op);
    expect_error(TN_INVALID_ARGUMENT, "the shape of 'Reshape_4' must have a known rank");
    ck_assert_ptr_null(tn_reshape_to(p, TN_SHAPE(-1, -1)).op);
    expect_error(TN_INVALID_ARGUMENT, "Reshape 'Reshape_5': ");
    close_graph();
}
END_TEST

START_TEST(one_hots)
{
    open_graph();
    tn_output i = tn_vector(1, -1, 5);
    expect_value(tn_one_hot(i, 2), "[[0. 1.]\n [0. 0.]\n [0. 0.]]"); /* no row for what is outside */
    expect_value(tn_one_hot(i, 2, .dtype = TN_BOOL), "[[False  True]\n [False False]\n [False False]]");
    expect_value(tn_shape_of(tn_one_hot(i, 0)), "[3 0]");
    expect_value(tn_shape_of(tn_one_hot_with(i, NULL)), "[3 0]");
    ck_assert_ptr_null(tn_one_hot(i, -1).op);
    expect_error(TN_INVALID_ARGUMENT, "OneHot 'one_hot_4': ");
    ck_assert_ptr_null(tn_one_hot(i, 2, .axis = TN_AXES(2)).op);
    ck_assert_ptr_null(tn_one_hot(i, 2, .dtype = TN_STRING).op);
    close_graph();
}
END_TEST

static void build_all(void)
{
    tn_output x = tn_vector(1, 2);
    (void)tn_concat(TN_OUTPUTS(x, x), 0);
    (void)tn_gather(x, x);
    (void)tn_transpose(x);
    (void)tn_reshape_to(x, TN_SHAPE(1, 2));
    (void)tn_expand_dims(x, 0);
    (void)tn_one_hot(x, 3);
}

START_TEST(survives_oom)
{
    expect_build_survives_oom(build_all);
}
END_TEST

TN_SUITE("graph build_layout", layout, refused_layout, parts_go_to_the_graph_of_the_inputs, concatenations, axes_at_the_edge, permutations,
         shapes, one_hots, survives_oom)
