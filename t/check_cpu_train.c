/* The optimisers' kernels, against TensorFlow's values, on references and on resources. */
#include "values.h"

/* A variable of two elements. */
static tn_output ref_of(const char *name, double a, double b)
{
    return tn_variable_ref(tn_variable_new(tn_vector(a, b), .name = name));
}

static tn_output state_of(tn_session *s, const char *name, tn_tensor *want)
{
    tn_output read = tn_graph_output(tn_default_graph(), name);
    tn_tensor *got = tn_run(s, read);
    expect_values(name, got, want, 4);
    talloc_free(want);
    talloc_free(got);
    return read;
}

static void initialise(tn_session *s, tn_op *init)
{
    ck_assert_msg(tn_run_op(s, init) == TN_OK, "%s", tn_last_error()->message);
}

static tn_op *apply(const char *type, tn_outputs inputs, bool nesterov)
{
    tn_op *op = strstr(type, "Descent") ? tn_op_new(NULL, type, inputs)
                                        : tn_op_new(NULL, type, inputs, .attrs = TN_ATTRS(TN_BOOL_ATTR("use_nesterov", nesterov)));
    ck_assert_msg(op != NULL, "%s", tn_last_error()->message);
    return op;
}

START_TEST(gradient_descent)
{
    tn_op *step = apply("ApplyGradientDescent", TN_OUTPUTS(ref_of("v", 1, 2), tn_scalar(0.5), tn_vector(2.0, -4.0)), false);
    tn_op *init = tn_global_initializer();
    WITH_SESSION(s) {
        initialise(s, init);
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        state_of(s, "v/read", F64S(-1, 6));
        expect_text(tn_run(s, tn_op_output(step, 0)), "[-2.  8.]"); /* the output is the new value */
    }
}
END_TEST

static void expect_momentum(bool nesterov, tn_tensor *var)
{
    tn_output v = ref_of("v", 1, 2), accum = ref_of("accum", 0.5, -0.5);
    tn_op *step = apply("ApplyMomentum", TN_OUTPUTS(v, accum, tn_scalar(0.1), tn_vector(2.0, -4.0), tn_scalar(0.9)), nesterov);
    tn_op *init = tn_global_initializer();
    WITH_SESSION(s) {
        initialise(s, init);
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        state_of(s, "accum/read", F64S(4.205, -8.004999999999999));
        state_of(s, "v/read", var);
    }
}

START_TEST(momentum)
{
    expect_momentum(false, F64S(0.33449999999999996, 3.2455000000000003));
}
END_TEST

START_TEST(momentum_nesterov)
{
    expect_momentum(true, F64S(0.0010499999999998844, 3.92095));
}
END_TEST

static tn_op *adam_step(bool nesterov)
{
    tn_output v = ref_of("v", 1, 2), m = ref_of("m", 0.1, -0.2), w = ref_of("w", 0.3, 0.4);
    return apply("ApplyAdam",
                 TN_OUTPUTS(v, m, w, tn_scalar(0.81), tn_scalar(0.998), tn_scalar(0.01), tn_scalar(0.9), tn_scalar(0.999), tn_scalar(1e-8),
                            tn_vector(2.0, -4.0)),
                 nesterov);
}

static void expect_adam(bool nesterov, tn_tensor *var)
{
    tn_op *step = adam_step(nesterov), *init = tn_global_initializer();
    WITH_SESSION(s) {
        initialise(s, init);
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        state_of(s, "m/read", F64S(0.46099999999999985, -0.9219999999999997));
        state_of(s, "w/read", F64S(0.30739629999999996, 0.4311844));
        state_of(s, "v/read", var);
    }
}

START_TEST(adam)
{
    expect_adam(false, F64S(0.9968042832215502, 2.0054225562597736));
}
END_TEST

START_TEST(adam_nesterov)
{
    expect_adam(true, F64S(0.9954205691628718, 2.0077745445172));
}
END_TEST

START_TEST(single_precision)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v"), *m = tn_variable_new(tn_vector(0.1f, -0.2f), .name = "m");
    tn_variable *w = tn_variable_new(tn_vector(0.3f, 0.4f), .name = "w");
    tn_op *step = apply("ApplyAdam",
                        TN_OUTPUTS(tn_variable_ref(v), tn_variable_ref(m), tn_variable_ref(w), tn_scalar(0.81f), tn_scalar(0.998f),
                                   tn_scalar(0.01f), tn_scalar(0.9f), tn_scalar(0.999f), tn_scalar(1e-8f), tn_vector(2.0f, -4.0f)),
                        false);
    tn_op *init = tn_global_initializer();
    WITH_SESSION(s) {
        initialise(s, init);
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        state_of(s, "v/read", F32S(0.9968043565750122f, 2.005422592163086f));
    }
}
END_TEST

static tn_output handle_of(const char *name)
{
    const int64_t dims[] = { 2 };
    return tn_op_output(tn_op_new(NULL, "VarHandleOp", TN_OUTPUTS(), .name = name,
                                  .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT64), TN_SHAPE_ATTR("shape", 1, dims))),
                        0);
}

static tn_op *set(tn_output handle, double a, double b)
{
    return tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(handle, tn_vector(a, b)));
}

static void read_as(tn_output handle, const char *name)
{
    ck_assert_ptr_nonnull(
        tn_op_new(NULL, "ReadVariableOp", TN_OUTPUTS(handle), .name = name, .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT64))));
}

START_TEST(resources)
{
    tn_output v = handle_of("v"), m = handle_of("m"), w = handle_of("w"), grad = tn_vector(2.0, -4.0);
    tn_op *init = tn_group(TN_OPS(set(v, 1, 2), set(m, 0.1, -0.2), set(w, 0.3, 0.4)));
    tn_op *adam_op = apply(
        "ResourceApplyAdam",
        TN_OUTPUTS(v, m, w, tn_scalar(0.81), tn_scalar(0.998), tn_scalar(0.01), tn_scalar(0.9), tn_scalar(0.999), tn_scalar(1e-8), grad),
        false);
    tn_op *momentum_op = apply("ResourceApplyMomentum", TN_OUTPUTS(v, m, tn_scalar(0.0), grad, tn_scalar(1.0)), false);
    tn_op *descent = apply("ResourceApplyGradientDescent", TN_OUTPUTS(w, tn_scalar(1.0), grad), false);
    read_as(v, "v/read");
    read_as(m, "m/read");
    read_as(w, "w/read");
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, adam_op), TN_FAILED_PRECONDITION);
        initialise(s, init);
        ck_assert_int_eq(tn_run_op(s, adam_op), TN_OK);
        ck_assert_int_eq(tn_run_op(s, adam_op), TN_OK);
        state_of(s, "v/read", F64S(0.9968042832215502, 2.0054225562597736));
        initialise(s, init);
        ck_assert_int_eq(tn_run_op(s, momentum_op), TN_OK);
        state_of(s, "m/read", F64S(2.1, -4.2));
        ck_assert_int_eq(tn_run_op(s, descent), TN_OK);
        state_of(s, "w/read", F64S(-1.7, 4.4));
    }
}
END_TEST

START_TEST(uninitialised)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0, 2.0), .name = "v"), *accum = tn_variable_new(tn_vector(0.0, 0.0), .name = "accum");
    tn_op *step = apply("ApplyMomentum",
                        TN_OUTPUTS(tn_variable_ref(v), tn_variable_ref(accum), tn_scalar(0.1), tn_vector(1.0, 1.0), tn_scalar(0.9)), false);
    WITH_SESSION(s) {
        initialise(s, tn_initializer(v));
        ck_assert_int_eq(tn_run_op(s, step), TN_FAILED_PRECONDITION);
        expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized variables: accum");
        initialise(s, tn_initializer(accum)); /* nothing stayed locked */
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
    }
}
END_TEST

START_TEST(other_shapes)
{
    tn_output v = ref_of("v", 1, 2), grad = tn_placeholder(TN_FLOAT64);
    tn_op *descent = apply("ApplyGradientDescent", TN_OUTPUTS(v, tn_scalar(1.0), grad), false);
    tn_op *momentum_op = apply("ApplyMomentum", TN_OUTPUTS(v, ref_of("accum", 0, 0), tn_scalar(1.0), grad, tn_scalar(1.0)), false);
    tn_op *init = tn_global_initializer();
    tn_tensor *three = F64S(1, 2, 3), *two = F64S(1, 2);
    WITH_SESSION(s) {
        initialise(s, init);
        ck_assert_int_eq(tn_run_op(s, descent, .feeds = TN_FEEDS({ grad, three })), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "var and delta do not have the same shape[2] [3]");
        ck_assert_int_eq(tn_run_op(s, momentum_op, .feeds = TN_FEEDS({ grad, three })), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "var and grad do not have the same shape[2] [3]");
        ck_assert_int_eq(tn_run_op(s, momentum_op, .feeds = TN_FEEDS({ grad, two })), TN_OK);
        state_of(s, "v/read", F64S(0, 0));
    }
    talloc_free(three);
    talloc_free(two);
}
END_TEST

/* One variable in two places is locked once and changed twice. */
START_TEST(the_same_variable_twice)
{
    tn_output v = ref_of("v", 1, 2);
    tn_op *step = apply("ApplyMomentum", TN_OUTPUTS(v, v, tn_scalar(0.5), tn_vector(1.0, 1.0), tn_scalar(1.0)), false);
    WITH_SESSION(s) {
        initialise(s, tn_graph_op(tn_default_graph(), "v/Assign"));
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        state_of(s, "v/read", F64S(1, 1.5));
    }
}
END_TEST

START_TEST(no_kernel)
{
    tn_variable *v = tn_variable_new(tn_scalar((int32_t)1));
    tn_op *step = apply("ApplyGradientDescent", TN_OUTPUTS(tn_variable_ref(v), tn_scalar((int32_t)1), tn_scalar((int32_t)1)), false);
    WITH_SESSION(s) {
        initialise(s, tn_initializer(v));
        ck_assert_int_eq(tn_run_op(s, step), TN_UNIMPLEMENTED);
        expect_error(TN_UNIMPLEMENTED, "int32");
    }
}
END_TEST

TN_SUITE("cpu train", gradient_descent, momentum, momentum_nesterov, adam, adam_nesterov, single_precision, resources, uninitialised,
         other_shapes, the_same_variable_twice, no_kernel)
