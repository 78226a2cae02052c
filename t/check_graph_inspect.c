/* Looking at operations: what is there, what is not, and NULL. */
#include "harness.h"

START_TEST(an_operation)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 3), .name = "x"), y = tn_vector(1.0f, 2.0f, 3.0f);
    tn_op *op = tn_op_new(NULL, "Add", TN_OUTPUTS(x, y), .name = "sum", .controls = TN_OPS(x.op, y.op), .device = "/cpu:0");
    tn_op *after = tn_op_new(NULL, "NoOp", TN_OUTPUTS(), .controls = TN_OPS(op));
    ck_assert_str_eq(tn_op_name(op), "sum");
    ck_assert_str_eq(tn_op_type(op), "Add");
    ck_assert_str_eq(tn_op_device(x.op), "");
    ck_assert_ptr_nonnull(strstr(tn_op_device(op), "CPU:0"));
    ck_assert_int_eq(tn_op_num_inputs(op), 2);
    ck_assert_int_eq(tn_op_num_outputs(op), 1);
    ck_assert_int_eq(tn_op_num_controls(after), 1);
    ck_assert_ptr_eq(tn_op_control(after, 0), op);
    ck_assert_ptr_eq(tn_op_input(op, 1).op, y.op);
    ck_assert_ptr_eq(tn_op_output(op, 0).op, op);
}
END_TEST

START_TEST(outputs)
{
    tn_output x = tn_placeholder(TN_INT64, .shape = TN_SHAPE(-1, 3)), unknown = tn_placeholder(TN_BOOL);
    ck_assert_int_eq(tn_output_dtype(x), TN_INT64);
    ck_assert_int_eq(tn_output_rank(x), 2);
    ck_assert_int_eq(tn_output_dim(x, 0), -1);
    ck_assert_int_eq(tn_output_dim(x, 1), 3);
    ck_assert_int_eq(tn_output_dim(x, -1), 3);
    ck_assert_int_eq(tn_output_dim(x, 2), -1);
    ck_assert_int_eq(tn_output_rank(unknown), -1);
    ck_assert_int_eq(tn_output_dim(unknown, 0), -1);
    ck_assert_int_eq(tn_output_dtype(tn_variable_ref(tn_variable_new(tn_scalar(1.0)))), TN_FLOAT64);
}
END_TEST

START_TEST(what_is_not_there)
{
    tn_output x = tn_scalar(1.0f), none = { NULL, 0 }, beyond = { x.op, 1 }, before = { x.op, -1 };
    ck_assert_ptr_null(tn_op_output(x.op, 1).op);
    ck_assert_ptr_null(tn_op_output(x.op, -1).op);
    ck_assert_ptr_null(tn_op_input(x.op, 0).op);
    ck_assert_ptr_null(tn_op_control(x.op, 0));
    ck_assert_int_eq(tn_output_dtype(none), 0);
    ck_assert_int_eq(tn_output_dtype(beyond), 0);
    ck_assert_int_eq(tn_output_rank(before), -1);
    ck_assert_int_eq(tn_output_dim(none, 0), -1);
    ck_assert_ptr_null(tn_op_name(NULL));
    ck_assert_ptr_null(tn_op_type(NULL));
    ck_assert_ptr_null(tn_op_device(NULL));
    ck_assert_int_eq(tn_op_num_inputs(NULL) + tn_op_num_outputs(NULL) + tn_op_num_controls(NULL), 0);
    ck_assert_ptr_null(tn_op_output(NULL, 0).op);
    ck_assert_ptr_null(tn_op_input(NULL, 0).op);
    ck_assert_ptr_null(tn_op_control(NULL, 0));
}
END_TEST

TN_SUITE("graph inspect", an_operation, outputs, what_is_not_there)
