/* The generated constructors: one of each shape that the generator knows. */
#include "graph/graph.h"
#include "harness.h"

static tn_output placeholder(tn_dtype dtype)
{
    return tn_placeholder(dtype);
}

static tn_attr attr(tn_op *op, const char *name)
{
    tn_attr a = { .name = NULL };
    ck_assert_int_eq(tn_op_attr(op, name, &a), TN_OK);
    return a;
}

START_TEST(inputs_and_flags)
{
    tn_output x = placeholder(TN_FLOAT32), y = placeholder(TN_FLOAT32);
    tn_output z = tn_matmul(x, y, .transpose_b = true, .name = "mm");
    ck_assert_str_eq(tn_op_name(z.op), "mm");
    ck_assert_ptr_eq(tn_op_input(z.op, 1).op, y.op);
    ck_assert_int_eq(attr(z.op, "transpose_b").i, 1);
    ck_assert_int_eq(attr(z.op, "transpose_a").i, 0);
    ck_assert_str_eq(tn_op_type(tn_add(x, y).op), "Add");
    ck_assert_str_eq(tn_op_type(tn_add_v2(x, y).op), "AddV2");
    ck_assert_str_eq(tn_op_name(tn_relu(x).op), "Relu");
    ck_assert_str_eq(tn_op_name(tn_relu(x).op), "Relu_1");
}
END_TEST

START_TEST(required_attributes_are_arguments)
{
    tn_output x = placeholder(TN_FLOAT32);
    ck_assert_int_eq(tn_output_dtype(tn_cast(x, TN_INT64)), TN_INT64);
    tn_op *parts = tn_unpack(x, 3, .axis = 1);
    ck_assert_int_eq(tn_op_num_outputs(parts), 3);
    ck_assert_int_eq(attr(parts, "axis").i, 1);
    tn_output d = tn_placeholder_with_default(x, TN_SHAPE(-1, 2));
    ck_assert_int_eq(tn_output_dim(d, 1), 2);
}
END_TEST

START_TEST(lists_of_inputs)
{
    tn_output x = placeholder(TN_FLOAT32), dim = tn_scalar(0), shape = tn_vector(2, 3), many[20];
    for (int i = 0; i < 20; i++)
        many[i] = shape;
    ck_assert_int_eq(tn_op_num_inputs(tn_add_n(TN_OUTPUTS(x, x, x)).op), 3);
    ck_assert_int_eq(tn_op_num_inputs(tn_concat_offset(dim, TN_OUTPUTS(shape, shape))), 3);
    tn_op *all = tn_concat_offset(dim, ((tn_outputs){ many, 20 }));
    ck_assert_int_eq(tn_op_num_inputs(all), 21);
    ck_assert_ptr_eq(tn_op_input(all, 0).op, dim.op);
    ck_assert_int_eq(tn_op_num_outputs(all), 20);
}
END_TEST

START_TEST(options_that_are_left_out)
{
    tn_output x = placeholder(TN_FLOAT32);
    ck_assert_int_eq(attr(tn_shape_of(x).op, "out_type").i, TN_INT32);
    ck_assert_int_eq(attr(tn_shape_of(x, .out_type = TN_INT64).op, "out_type").i, TN_INT64);
    ck_assert_str_eq(attr(tn_bias_add_grad(x).op, "data_format").p, "NHWC");
    ck_assert_str_eq(attr(tn_bias_add_grad(x, .data_format = "NCHW").op, "data_format").p, "NCHW");
    tn_attr dims = attr(tn_squeeze(x, .squeeze_dims = TN_AXES(0, -1)).op, "squeeze_dims");
    ck_assert_uint_eq(dims.n, 2);
    ck_assert_int_eq(((const int64_t *)dims.p)[1], -1);
    ck_assert_uint_eq(attr(tn_squeeze(x).op, "squeeze_dims").n, 0);
}
END_TEST

START_TEST(without_inputs_or_outputs)
{
    tn_op *op = tn_no_op(.name = "n");
    ck_assert_str_eq(tn_op_name(op), "n");
    ck_assert_str_eq(tn_op_name(tn_no_op()), "NoOp");
}
END_TEST

START_TEST(empty_inputs_give_nothing)
{
    const tn_output none = { NULL, 0 };
    tn_output x = placeholder(TN_FLOAT32);
    ck_assert_ptr_null(tn_add(x, none).op);
    ck_assert_ptr_null(tn_relu(none).op);
    ck_assert_ptr_null(tn_add_n(TN_OUTPUTS(x, none)).op);
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_OK);
}
END_TEST

static tn_status build_some(void *owner)
{
    (void)owner;
    tn_output dim = tn_scalar(0), shape = tn_vector(2, 3), many[20];
    for (int i = 0; i < 20; i++)
        many[i] = shape;
    return tn_concat_offset(dim, ((tn_outputs){ many, 20 })) ? TN_OK : tn_last_error()->code;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(build_some);
}
END_TEST

TN_SUITE("graph construct", inputs_and_flags, required_attributes_are_arguments, lists_of_inputs, options_that_are_left_out,
         without_inputs_or_outputs, empty_inputs_give_nothing, memory_may_run_out)
