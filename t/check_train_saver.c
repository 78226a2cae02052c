/* Saving and restoring variables. */
#include <unistd.h>
#include "harness.h"

static char folder[64];

static void open_folder(void)
{
    strcpy(folder, "/tmp/tenure-saver-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void close_folder(void)
{
    unlink(path_of("c.index"));
    unlink(path_of("c.data-00000-of-00001"));
    ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
}

START_TEST(saves_and_restores)
{
    tn_variable *w = tn_variable_new(tn_matrix(2, 2, 1.0f, 2.0f, 3.0f, 4.0f), .name = "layer/w");
    tn_variable *step = tn_variable_new(tn_scalar((int64_t)0), .name = "step");
    tn_output bumped = tn_assign_add(w, tn_ones(TN_FLOAT32, TN_SHAPE(2, 2))), counted = tn_assign_add(step, tn_scalar((int64_t)41));
    tn_op *init = tn_global_initializer();
    open_folder();
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, init), TN_OK);
        ck_assert_int_eq(tn_run_op(s, bumped.op, .targets = TN_OPS(counted.op)), TN_OK);
        ck_assert_msg(tn_save(s, path_of("c")) == TN_OK, "%s", tn_last_error()->message);
        ck_assert_int_eq(tn_run_op(s, bumped.op), TN_OK);
        ck_assert_int_eq(tn_restore(s, path_of("c")), TN_OK);
        expect_text(tn_run(s, tn_read(w)), "[[2. 3.]\n [4. 5.]]");
    }
    WITH_SESSION(s) { /* no initializer has run */
        ck_assert_int_eq(tn_restore(s, path_of("c")), TN_OK);
        expect_text(tn_run(s, tn_read(w)), "[[2. 3.]\n [4. 5.]]");
        expect_text(tn_run(s, tn_read(step)), "41");
    }
    close_folder();
}
END_TEST

START_TEST(some_variables)
{
    tn_variable *a = tn_variable_new(tn_scalar(1.0f), .name = "a"), *b = tn_variable_new(tn_scalar(2.0f), .name = "b");
    tn_op *init = tn_global_initializer();
    open_folder();
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, init), TN_OK);
        ck_assert_int_eq(tn_save(s, path_of("c"), .variables = &b, .num_variables = 1), TN_OK);
        expect_text(tn_run(s, tn_assign(a, tn_scalar(5.0f))), "5.0");
        expect_text(tn_run(s, tn_assign(b, tn_scalar(6.0f))), "6.0");
        ck_assert_int_eq(tn_restore(s, path_of("c")), TN_NOT_FOUND);
        expect_error(TN_NOT_FOUND, "Key a not found in checkpoint");
        expect_text(tn_run(s, tn_read(b)), "6.0"); /* none was changed */
        ck_assert_int_eq(tn_restore(s, path_of("c"), .variables = &b, .num_variables = 1), TN_OK);
        expect_text(tn_run(s, tn_read(a)), "5.0");
        expect_text(tn_run(s, tn_read(b)), "2.0");
    }
    close_folder();
}
END_TEST

/* Variables may share their initial value, or come from each other's. */
START_TEST(shared_initial_values)
{
    tn_output zero = tn_scalar(0.0f);
    tn_variable *a = tn_variable_new(zero, .name = "a"), *b = tn_variable_new(zero, .name = "b");
    tn_variable *c = tn_variable_new(tn_read(a), .name = "c");
    tn_op *init = tn_group(TN_OPS(tn_initializer(a), tn_initializer(b)));
    tn_op *set = tn_group(TN_OPS(tn_assign(a, tn_scalar(1.0f)).op, tn_assign(b, tn_scalar(2.0f)).op, tn_assign(c, tn_scalar(3.0f)).op));
    open_folder();
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, init), TN_OK);
        ck_assert_int_eq(tn_run_op(s, set), TN_OK);
        ck_assert_int_eq(tn_save(s, path_of("c")), TN_OK);
    }
    WITH_SESSION(s) {
        ck_assert_msg(tn_restore(s, path_of("c")) == TN_OK, "%s", tn_last_error()->message);
        expect_text(tn_run(s, tn_read(a)), "1.0");
        expect_text(tn_run(s, tn_read(b)), "2.0");
        expect_text(tn_run(s, tn_read(c)), "3.0");
    }
    close_folder();
}
END_TEST

/* t/data/checkpoint/README: what TensorFlow saved. */
START_TEST(restores_tensorflows)
{
    tn_variable *w = tn_variable_new(tn_zeros(TN_FLOAT32, TN_SHAPE(2, 3)), .name = "layer/w");
    tn_variable *b = tn_variable_new(tn_zeros(TN_FLOAT64, TN_SHAPE(2)), .name = "layer/b");
    tn_variable *flag = tn_variable_new(tn_zeros(TN_BOOL, TN_SHAPE(3)), .name = "flag");
    tn_variable *empty = tn_variable_new(tn_zeros(TN_FLOAT32, TN_SHAPE(0, 3)), .name = "empty");
    WITH_SESSION(s) {
        ck_assert_msg(tn_restore(s, TN_T_DATA "/checkpoint/tf") == TN_OK, "%s", tn_last_error()->message);
        expect_text(tn_run(s, tn_read(w)), "[[0.   0.25 0.5 ]\n [0.75 1.   1.25]]");
        expect_text(tn_run(s, tn_read(b)), "[ 1.0e-300 -2.5e+000]");
        expect_text(tn_run(s, tn_read(flag)), "[ True False  True]");
        ck_assert_int_eq(tn_tensor_size(tn_run(s, tn_read(empty))), 0);
    }
}
END_TEST

START_TEST(other_dtype_or_shape)
{
    tn_variable *count = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "count");
    tn_variable *b = tn_variable_new(tn_vector(1.0, 2.0, 3.0), .name = "layer/b");
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_restore(s, TN_T_DATA "/checkpoint/tf", .variables = &count, .num_variables = 1), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "tensor_name = count; expected dtype float does not equal original dtype int32");
        ck_assert_int_eq(tn_restore(s, TN_T_DATA "/checkpoint/tf", .variables = &b, .num_variables = 1), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "Assign requires shapes of both tensors to match. lhs shape= [3] rhs shape= [2]");
    }
}
END_TEST

START_TEST(what_cannot_be_saved)
{
    open_folder();
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_save(s, path_of("c")), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "No variables to save");
        tn_variable *v = tn_variable_new(tn_scalar(1.0f), .name = "v"), *twice[] = { v, v }, *none = NULL;
        ck_assert_int_eq(tn_save(s, path_of("c")), TN_FAILED_PRECONDITION);
        expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized value v");
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        ck_assert_int_eq(tn_save(s, path_of("c"), .variables = twice, .num_variables = 2), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "At least two variables have the same name: v");
        ck_assert_int_eq(tn_save(s, path_of("c"), .variables = &none, .num_variables = 1), TN_INVALID_ARGUMENT);
        ck_assert_int_eq(tn_save(s, path_of("no/such/c")), TN_NOT_FOUND);
        ck_assert_int_eq(tn_save(s, NULL), TN_INVALID_ARGUMENT);
        ck_assert_int_eq(tn_save(NULL, path_of("c")), TN_INVALID_ARGUMENT);
        ck_assert_int_eq(tn_restore(s, path_of("missing")), TN_NOT_FOUND);
    }
    close_folder();
}
END_TEST

START_TEST(closed_session)
{
    tn_variable_new(tn_scalar(1.0f), .name = "v");
    tn_session *s = tn_session_open();
    tn_session_close(s);
    ck_assert_int_eq(tn_save(s, "/tmp/never"), TN_FAILED_PRECONDITION);
    expect_error(TN_FAILED_PRECONDITION, "closed");
}
END_TEST

static tn_status round_trip(void *owner)
{
    tn_status status = TN_RESOURCE_EXHAUSTED;
    (void)owner;
    tn_output initial = tn_vector(1.0f, 2.0f);
    tn_variable *v = initial.op ? tn_variable_new(initial, .name = "v") : NULL;
    if (!v)
        return tn_last_error()->code;
    WITH_SESSION(s) {
        status = tn_run_op(s, tn_initializer(v));
        if (!status)
            status = tn_save(s, path_of("c"));
        if (!status)
            status = tn_restore(s, path_of("c"));
    }
    return status;
}

START_TEST(survives_oom)
{
    open_folder();
    expect_survives_oom(round_trip);
    close_folder();
}
END_TEST

TN_SUITE("train saver", saves_and_restores, some_variables, shared_initial_values, restores_tensorflows, other_dtype_or_shape,
         what_cannot_be_saved, closed_session, survives_oom)
