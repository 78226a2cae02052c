/* Kernels of variables: references and resources. */
#include "values.h"

static void expect_run(tn_session *s, tn_output x, const char *text)
{
    expect_text(tn_run(s, x), text);
}

START_TEST(references)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_output added = tn_assign_add(v, tn_vector(10.0f, 20.0f)), less = tn_assign_sub(v, tn_vector(1.0f, 1.0f));
    tn_output set = tn_assign(v, tn_vector(7.0f, 8.0f)), there = tn_is_initialized(v);
    WITH_SESSION(s) {
        expect_run(s, there, "False");
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        expect_run(s, there, "True");
        expect_run(s, tn_read(v), "[1. 2.]");
        expect_run(s, added, "[11. 22.]");
        expect_run(s, added, "[21. 42.]");
        expect_run(s, less, "[20. 41.]");
        expect_run(s, set, "[7. 8.]");
        expect_run(s, tn_read(v), "[7. 8.]");
    }
}
END_TEST

START_TEST(dtypes)
{
    tn_variable *d = tn_variable_new(tn_scalar(0.5), .name = "d"), *i = tn_variable_new(tn_scalar((int32_t)INT32_MAX), .name = "i");
    tn_variable *l = tn_variable_new(tn_scalar((int64_t)INT64_MIN), .name = "l"), *b = tn_variable_new(tn_scalar((bool)true), .name = "b");
    tn_op *all = tn_global_initializer();
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, all), TN_OK);
        expect_run(s, tn_assign_add(d, tn_scalar(0.25)), "0.75");
        expect_run(s, tn_assign_sub(d, tn_scalar(1.0)), "-0.25");
        expect_run(s, tn_assign_add(i, tn_scalar((int32_t)1)), "-2147483648");
        expect_run(s, tn_assign_sub(i, tn_scalar((int32_t)1)), "2147483647");
        expect_run(s, tn_assign_sub(l, tn_scalar((int64_t)1)), "9223372036854775807");
        expect_run(s, tn_assign_add(l, tn_scalar((int64_t)1)), "-9223372036854775808");
        expect_run(s, tn_read(b), "True");
        expect_run(s, tn_assign(b, tn_scalar((bool)false)), "False");
    }
}
END_TEST

START_TEST(uninitialised)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_output added = tn_assign_add(v, tn_vector(1.0f, 1.0f));
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, added));
        expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized parameters: v");
        ck_assert_ptr_null(tn_run(s, tn_read(v)));
        expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized value v");
    }
}
END_TEST

/* What graph building could not know is said by the run. */
START_TEST(other_shapes)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f), .name = "v");
    tn_output value = tn_placeholder(TN_FLOAT32), set = tn_assign(v, value), added = tn_assign_add(v, value);
    tn_tensor *two = F32S(1, 2);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        ck_assert_ptr_null(tn_run(s, set, .feeds = TN_FEEDS({ value, two })));
        expect_error(TN_INVALID_ARGUMENT, "Assign requires shapes of both tensors to match. lhs shape= [1] rhs shape= [2]");
        ck_assert_ptr_null(tn_run(s, added, .feeds = TN_FEEDS({ value, two })));
        expect_error(TN_INVALID_ARGUMENT, "Parameters and update must be the same size");
        expect_run(s, tn_read(v), "[1.]");
        expect_run(s, tn_assign_add(v, tn_vector(1.0f)), "[2.]"); /* nothing stayed locked */
    }
    talloc_free(two);
}
END_TEST

static tn_output handle_of(const char *name, int rank, const int64_t *dims)
{
    return tn_op_output(tn_op_new(NULL, "VarHandleOp", TN_OUTPUTS(), .name = name,
                                  .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", rank, dims))),
                        0);
}

static tn_output read_of(tn_output handle)
{
    return tn_op_output(tn_op_new(NULL, "ReadVariableOp", TN_OUTPUTS(handle), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32))), 0);
}

START_TEST(resources)
{
    const int64_t dims[] = { 2 };
    tn_output h = handle_of("r", 1, dims), x = read_of(h);
    tn_op *set = tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(h, tn_vector(1.0f, 2.0f)));
    tn_op *add = tn_op_new(NULL, "AssignAddVariableOp", TN_OUTPUTS(h, tn_vector(10.0f, 20.0f)));
    tn_op *sub = tn_op_new(NULL, "AssignSubVariableOp", TN_OUTPUTS(h, tn_vector(1.0f, 1.0f)));
    tn_output there = tn_op_output(tn_op_new(NULL, "VarIsInitializedOp", TN_OUTPUTS(h)), 0);
    WITH_SESSION(s) {
        expect_run(s, there, "False");
        ck_assert_ptr_null(tn_run(s, x));
        expect_error(TN_FAILED_PRECONDITION, "Error while reading resource variable r from Container: localhost.");
        ck_assert_int_eq(tn_run_op(s, add), TN_FAILED_PRECONDITION);
        ck_assert_int_eq(tn_run_op(s, set), TN_OK);
        expect_run(s, there, "True");
        ck_assert_int_eq(tn_run_op(s, add), TN_OK);
        ck_assert_int_eq(tn_run_op(s, sub), TN_OK);
        expect_run(s, x, "[10. 21.]");
    }
}
END_TEST

START_TEST(resources_of_other_shapes)
{
    const int64_t dims[] = { 2 };
    tn_output h = handle_of("r", 1, dims), x = read_of(h), value = tn_placeholder(TN_FLOAT32);
    tn_op *set = tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(h, value));
    tn_op *add = tn_op_new(NULL, "AssignAddVariableOp", TN_OUTPUTS(h, value));
    tn_tensor *two = F32S(1, 2), *three = F32S(1, 2, 3);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, set, .feeds = TN_FEEDS({ value, two })), TN_OK);
        ck_assert_int_eq(tn_run_op(s, add, .feeds = TN_FEEDS({ value, three })), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "Cannot update variable with shape [2] using a Tensor with shape [3], shapes must be equal.");
        ck_assert_int_eq(tn_run_op(s, set, .feeds = TN_FEEDS({ value, three })), TN_INVALID_ARGUMENT);
        expect_run(s, x, "[1. 2.]");
    }
    talloc_free(two);
    talloc_free(three);
}
END_TEST

/* A handle of unknown shape takes a value of any. */
START_TEST(resource_of_any_shape)
{
    tn_output h = handle_of("r", -1, NULL), x = read_of(h), value = tn_placeholder(TN_FLOAT32);
    tn_op *set = tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(h, value));
    tn_output twice = tn_add_v2(x, x);
    tn_tensor *two = F32S(1, 2), *one = F32(5);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, set, .feeds = TN_FEEDS({ value, two })), TN_OK);
        expect_run(s, x, "[1. 2.]");
        expect_run(s, twice, "[2. 4.]");
        ck_assert_int_eq(tn_run_op(s, set, .feeds = TN_FEEDS({ value, one })), TN_OK);
        expect_run(s, x, "5.0");
        expect_run(s, twice, "10.0");
    }
    talloc_free(two);
    talloc_free(one);
}
END_TEST

START_TEST(no_kernel)
{
    tn_variable *v = tn_variable_new(tn_scalar((int16_t)1));
    tn_output added = tn_assign_add(v, tn_read(v));
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        ck_assert_ptr_null(tn_run(s, added));
        expect_error(TN_UNIMPLEMENTED, "int16");
    }
}
END_TEST

TN_SUITE("cpu state", references, dtypes, uninitialised, other_shapes, resources, resources_of_other_shapes, resource_of_any_shape,
         no_kernel)
