/* The optimisers, five steps against TensorFlow 2.21's tf.compat.v1.train, names included. */
#include <math.h>
#include "harness.h"

/* loss = sum(v * v * w) for v = [1, -2], w = 3. */
static tn_output loss_of(void)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, -2.0f), .name = "v"), *w = tn_variable_new(tn_scalar(3.0f), .name = "w");
    tn_output x = tn_read(v);
    return tn_reduce_sum(tn_mul(tn_mul(x, x), tn_read(w)));
}

static void expect_near(tn_session *s, const char *name, const float *want, int n)
{
    tn_tensor *t = tn_run(s, tn_graph_output(tn_default_graph(), name));
    ck_assert_msg(t != NULL, "%s: %s", name, tn_last_error()->message);
    ck_assert_int_eq(tn_tensor_size(t), n);
    for (int i = 0; i < n; i++)
        ck_assert_msg(fabsf(tn_f32(t)[i] - want[i]) <= 1e-6f * (1 + fabsf(want[i])), "%s[%d] is %.9g, not %.9g", name, i,
                      (double)tn_f32(t)[i], (double)want[i]);
    talloc_free(t);
}

#define NEAR(name, ...) expect_near(s, name, (const float[]){ __VA_ARGS__ }, (int)(sizeof((const float[]){ __VA_ARGS__ }) / sizeof(float)))

static void five_steps(tn_session *s, tn_op *init, tn_op *step)
{
    ck_assert_msg(step != NULL, "%s", tn_last_error()->message);
    ck_assert_int_eq(tn_run_op(s, init), TN_OK);
    for (int i = 0; i < 5; i++)
        ck_assert_msg(tn_run_op(s, step) == TN_OK, "%s", tn_last_error()->message);
}

START_TEST(gradient_descent)
{
    tn_op *step = tn_minimize(tn_gradient_descent(.learning_rate = 0.1), loss_of()), *init = tn_global_initializer();
    WITH_SESSION(s) {
        five_steps(s, init, step);
        ck_assert_str_eq(tn_op_name(step), "GradientDescent");
        ck_assert_uint_eq(tn_graph_num_variables(tn_default_graph()), 2);
        NEAR("v/read", 0.027962425723671913f, -0.055924851447343826f);
        NEAR("w/read", 2.393235206604004f);
    }
}
END_TEST

START_TEST(momentum)
{
    tn_op *step = tn_minimize(tn_momentum(.learning_rate = 0.1, .momentum = 0.9), loss_of()), *init = tn_global_initializer();
    WITH_SESSION(s) {
        five_steps(s, init, step);
        NEAR("v/read", -1.1799700260162354f, 2.3599400520324707f);
        NEAR("w/read", -0.8073613047599792f);
        NEAR("v/Momentum/read", 0.7940445f, -1.588089f);
        NEAR("w/Momentum/read", 13.810144f);
    }
}
END_TEST

START_TEST(momentum_nesterov)
{
    tn_op *step = tn_minimize(tn_momentum(.learning_rate = 0.1, .use_nesterov = true), loss_of()), *init = tn_global_initializer();
    WITH_SESSION(s) {
        five_steps(s, init, step);
        NEAR("v/read", -0.6288772821426392f, 1.2577545642852783f);
        NEAR("w/Momentum/read", 7.676217f);
    }
}
END_TEST

START_TEST(adam)
{
    tn_op *step = tn_minimize(tn_adam(.learning_rate = 0.1), loss_of()), *init = tn_global_initializer();
    WITH_SESSION(s) {
        five_steps(s, init, step);
        NEAR("v/read", 0.5111788511276245f, -1.5054532289505005f);
        NEAR("w/read", 2.5089545249938965f);
        NEAR("beta1_power/read", 0.5314409f);
        NEAR("beta2_power/read", 0.9940151f);
        NEAR("v/Adam/read", 1.7944502f, -4.069723f);
        NEAR("v/Adam_1/read", 0.10743001f, 0.52010256f);
        NEAR("w/Adam/read", 1.5631363f);
        NEAR("w/Adam_1/read", 0.079497464f);
    }
}
END_TEST

/* What TensorFlow calls them, in the order in which it makes the variables. */
START_TEST(names)
{
    static const char *const variables[] = { "v", "w", "beta1_power", "beta2_power", "v/Adam", "v/Adam_1", "w/Adam", "w/Adam_1" };
    static const char *const ops[] = { "Adam",          "Adam/learning_rate",      "Adam/beta1",         "Adam/beta2",
                                       "Adam/epsilon",  "Adam/update_v/ApplyAdam", "Adam/Assign",        "Adam/update_w/ApplyAdam",
                                       "Adam/Assign_1", "v/Adam/Assign",           "beta1_power/Assign", "w/Adam_1/read" };
    tn_op *step = NULL;
    tn_output loss = loss_of();
    WITH_NAME_SCOPE("train") { /* slots are named after their variables, from the root */
        step = tn_minimize(tn_adam(), loss, .name = "Adam");
    }
    ck_assert_str_eq(tn_op_name(step), "train/Adam");
    WITH_GRAPH(g) {
        step = tn_minimize(tn_adam(), loss_of());
        ck_assert_uint_eq(tn_graph_num_variables(g), 8);
        for (size_t i = 0; i < 8; i++)
            ck_assert_str_eq(tn_variable_name(tn_graph_variable(g, i)), variables[i]);
        for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
            ck_assert_msg(tn_graph_op(g, ops[i]) != NULL, "%s", tn_last_error()->message);
    }
    ck_assert_str_eq(tn_variable_name(tn_graph_variable(tn_default_graph(), 4)), "v/Adam");
}
END_TEST

/* Slots belong to the optimiser: a second step of the same one shares them, another has its own. */
START_TEST(slots_are_shared)
{
    tn_graph *g = tn_default_graph();
    tn_output loss = loss_of();
    tn_optimizer *optimizer = tn_adam();
    ck_assert_ptr_nonnull(tn_minimize(optimizer, loss));
    ck_assert_uint_eq(tn_graph_num_variables(g), 8);
    tn_op *again = tn_minimize(optimizer, loss);
    ck_assert_uint_eq(tn_graph_num_variables(g), 8);
    ck_assert_str_eq(tn_op_name(again), "Adam_1");
    ck_assert_ptr_nonnull(tn_minimize(tn_adam(), loss));
    ck_assert_uint_eq(tn_graph_num_variables(g), 14);
    ck_assert_str_eq(tn_variable_name(tn_graph_variable(g, 8)), "beta1_power_1");
    ck_assert_str_eq(tn_variable_name(tn_graph_variable(g, 10)), "v/Adam_2");
}
END_TEST

START_TEST(only_some_variables)
{
    tn_output loss = loss_of();
    tn_variable *w = tn_graph_variable(tn_default_graph(), 1);
    tn_op *step = tn_minimize(tn_gradient_descent(.learning_rate = 1), loss, .variables = &w, .num_variables = 1);
    tn_op *init = tn_global_initializer();
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, init), TN_OK);
        ck_assert_int_eq(tn_run_op(s, step), TN_OK);
        NEAR("v/read", 1, -2);
        NEAR("w/read", -2);
    }
}
END_TEST

START_TEST(untrainable_and_unconnected)
{
    tn_variable *still = tn_variable_new(tn_scalar(5.0f), .name = "still", .untrainable = true);
    tn_variable *apart = tn_variable_new(tn_scalar(7.0f), .name = "apart");
    tn_output loss = tn_mul(loss_of(), tn_read(still));
    tn_op *step = tn_minimize(tn_momentum(), loss), *init = tn_global_initializer();
    ck_assert_uint_eq(tn_graph_num_variables(tn_default_graph()), 6); /* no slots for the two */
    WITH_SESSION(s) {
        five_steps(s, init, step);
        expect_text(tn_run(s, tn_read(still)), "5.0");
        expect_text(tn_run(s, tn_read(apart)), "7.0");
    }
}
END_TEST

START_TEST(double_precision)
{
    tn_variable *x = tn_variable_new(tn_scalar(1.0), .name = "x");
    tn_variable *y = tn_variable_new(tn_scalar(1.0f), .name = "y");
    tn_output both = tn_add(tn_square(tn_read(x)), tn_cast(tn_square(tn_read(y)), TN_FLOAT64));
    tn_op *step = tn_minimize(tn_adam(.learning_rate = 0.1), both), *init = tn_global_initializer();
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, init), TN_OK);
        ck_assert_msg(tn_run_op(s, step) == TN_OK, "%s", tn_last_error()->message);
        tn_tensor *t = tn_run(s, tn_read(x));
        double m = 0.1 * 2, v = (1 - 0.999) * 4, want = 1 - 0.1 * sqrt(1 - 0.999) / 0.1 * m / (sqrt(v) + 1e-8);
        ck_assert_msg(fabs(tn_f64(t)[0] - want) < 1e-14, "%.17g, not %.17g", tn_f64(t)[0], want);
        NEAR("y/read", 0.9f);
    }
}
END_TEST

START_TEST(nothing_to_do)
{
    tn_output c = tn_scalar(1.0f);
    ck_assert_ptr_null(tn_minimize(tn_adam(), c));
    expect_error(TN_INVALID_ARGUMENT, "No variables to optimize.");
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_INVALID_ARGUMENT);
    tn_variable_new(tn_scalar(1.0f), .name = "a");
    tn_variable_new(tn_scalar(1.0f), .name = "b");
    ck_assert_ptr_null(tn_minimize(tn_adam(), c));
    expect_error(TN_INVALID_ARGUMENT, "No gradients provided for any variable, check your graph for ops that do not support gradients, "
                                      "between variables [a, b] and loss Const:0.");
}
END_TEST

START_TEST(what_is_no_loss)
{
    tn_optimizer *optimizer = tn_adam();
    tn_variable *none = NULL;
    tn_output loss = loss_of();
    ck_assert_ptr_null(tn_minimize(optimizer, (tn_output){ NULL, 0 }));
    ck_assert_ptr_null(tn_minimize(NULL, loss));
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_OK);
    ck_assert_ptr_null(tn_minimize(optimizer, loss, .variables = &none, .num_variables = 1));
    expect_error(TN_INVALID_ARGUMENT, "variable 0 to optimize is NULL");
    WITH_GRAPH(g) {
        ck_assert_ptr_null(tn_minimize(optimizer, loss_of()));
        expect_error(TN_INVALID_ARGUMENT, "different graphs");
    }
}
END_TEST

static tn_status build_step(void *owner)
{
    (void)owner;
    tn_output initial = tn_vector(1.0f, 2.0f);
    tn_variable *v = initial.op ? tn_variable_new(initial, .name = "v") : NULL;
    tn_output loss = v ? tn_reduce_sum(tn_square(tn_read(v))) : initial;
    tn_optimizer *optimizer = v && loss.op ? tn_adam() : NULL;
    return optimizer && tn_minimize(optimizer, loss) ? TN_OK : tn_last_error()->code;
}

START_TEST(survives_oom)
{
    expect_survives_oom(build_step);
}
END_TEST

TN_SUITE("train optimizer", gradient_descent, momentum, momentum_nesterov, adam, names, slots_are_shared, only_some_variables,
         untrainable_and_unconnected, double_precision, nothing_to_do, what_is_no_loss, survives_oom)
