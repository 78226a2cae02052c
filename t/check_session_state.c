/* State of a session: variables read by snapshot and written in place or aside, and random streams. */
#include <pthread.h>
#include "core/alloc.h"
#include "graph/graph.h"
#include "harness.h"
#include "session/session.h"

static tn_op *variable_op(const char *type, const char *name, const char *shared, tn_dtype dtype, int rank)
{
    return tn_op_new(NULL, type, TN_OUTPUTS(), .name = name,
                     .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", dtype), TN_SHAPE_ATTR("shape", rank, ((const int64_t[]){ 2, 2 })),
                                       TN_STRING_ATTR("shared_name", shared)));
}

START_TEST(read_before_initialized)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_op *handle = variable_op("VarHandleOp", "h", "", TN_FLOAT32, 1);
    tn_output read = {
        tn_op_new(NULL, "ReadVariableOp", TN_OUTPUTS(tn_op_output(handle, 0)), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32))), 0
    };
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, tn_read(v)));
        expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized value v");
        ck_assert_ptr_nonnull(tn_last_error()->op);
        ck_assert_ptr_null(tn_run(s, tn_assign_add(v, tn_vector(1.0f, 1.0f))));
        expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized parameters: v");
        ck_assert_ptr_null(tn_run(s, read));
        expect_error(TN_FAILED_PRECONDITION, "Error while reading resource variable h from Container: localhost. This could mean that the "
                                             "variable was uninitialized. Not found: Container localhost does not exist. (Could not find "
                                             "resource: localhost/h)");
        expect_text(tn_run(s, tn_is_initialized(v)), "False");
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        expect_text(tn_run(s, tn_is_initialized(v)), "True");
    }
}
END_TEST

START_TEST(assignment_gives_the_new_value)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_output sum = tn_add(tn_read(v), tn_assign(v, tn_vector(5.0f, 6.0f)));
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        expect_text(tn_run(s, tn_assign_sub(v, tn_vector(1.0f, 1.0f))), "[0. 1.]");
        ck_assert_ptr_nonnull(tn_run(s, sum));
        expect_text(tn_run(s, tn_read(v)), "[5. 6.]");
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        expect_text(tn_run(s, tn_read(v)), "[1. 2.]");
    }
}
END_TEST

START_TEST(shared_by_name)
{
    tn_op *a = variable_op("VariableV2", "a", "common", TN_FLOAT32, 0), *b = variable_op("VariableV2", "b", "common", TN_FLOAT32, 0);
    tn_op *other = variable_op("VariableV2", "common", "", TN_INT32, 0), *shape = variable_op("VariableV2", "d", "common", TN_FLOAT32, 1);
    tn_op *handle = variable_op("VarHandleOp", "c", "common", TN_FLOAT32, 0);
    WITH_SESSION(s) {
        tn_variable_state *v = tn_session_variable(s->core, a);
        ck_assert_ptr_nonnull(v);
        ck_assert_ptr_eq(tn_session_variable(s->core, a), v);
        ck_assert_ptr_eq(tn_session_variable(s->core, b), v);
        ck_assert_ptr_null(tn_session_variable(s->core, other));
        expect_error(TN_INVALID_ARGUMENT, "Trying to share variable common, but specified dtype int32 and found dtype float.");
        ck_assert_ptr_null(tn_session_variable(s->core, shape));
        expect_error(TN_INVALID_ARGUMENT, "Trying to share variable common, but specified shape [2] and found shape [].");
        ck_assert_ptr_nonnull(tn_session_variable(s->core, handle));
        ck_assert_ptr_ne(tn_session_variable(s->core, handle), v);
    }
}
END_TEST

/* What was read stays as it was; a buffer that nobody else holds is written in place. */
START_TEST(snapshots)
{
    tn_op *op = variable_op("VariableV2", "v", "", TN_FLOAT32, 1);
    WITH_SESSION(s) {
        tn_variable_state *v = tn_session_variable(s->core, op);
        const tn_dims two = tn_dims_vector(2);
        tn_buffer *read;
        tn_dims dims;
        void *first, *now;
        ck_assert_int_eq(tn_variable_read(v, NULL, &read, &dims), TN_FAILED_PRECONDITION);
        ck_assert_int_eq(tn_variables_edit(&v, 1, NULL, "uninitialized: %s!", &now), TN_FAILED_PRECONDITION);
        expect_error(TN_FAILED_PRECONDITION, "uninitialized: v");
        ck_assert_int_eq(tn_variable_set(v, NULL, &two, (float[]){ 1, 2 }, true), TN_OK);
        ck_assert_int_eq(tn_variables_edit(&v, 1, NULL, "%s", &first), TN_OK);
        tn_variables_done(&v, 1);
        ck_assert_int_eq(tn_variable_set(v, NULL, &two, (float[]){ 3, 4 }, true), TN_OK);
        ck_assert_int_eq(tn_variable_read(v, NULL, &read, &dims), TN_OK);
        ck_assert_ptr_eq(tn_buffer_data(read), first);
        ck_assert(tn_dims_equal(&dims, &two));
        ck_assert_int_eq(tn_variables_edit(&v, 1, NULL, "%s", &now), TN_OK);
        ck_assert_ptr_ne(now, first);
        ((float *)now)[0] = 9;
        tn_variables_done(&v, 1);
        ck_assert_float_eq(((float *)tn_buffer_data(read))[0], 3);
        tn_variable_release(v, read);
        ck_assert_int_eq(tn_variables_edit(&v, 1, NULL, "%s", &first), TN_OK);
        ck_assert_ptr_eq(now, first);
        tn_variables_done(&v, 1);
        ck_assert_int_eq(tn_variable_read(v, NULL, &read, &dims), TN_OK);
        ck_assert_int_eq(tn_variable_set(v, NULL, &two, tn_buffer_data(read), true), TN_OK); /* v = v */
        tn_variable_release(v, read);
    }
}
END_TEST

START_TEST(set_checks_the_shape)
{
    tn_op *op = variable_op("VariableV2", "v", "", TN_INT32, 1);
    WITH_SESSION(s) {
        tn_variable_state *v = tn_session_variable(s->core, op);
        const tn_dims three = tn_dims_vector(3), none = tn_dims_vector(0), huge = tn_dims_vector(INT64_MAX);
        ck_assert_int_eq(tn_variable_set(v, NULL, &three, (int32_t[]){ 1, 2, 3 }, true), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "Assign requires shapes of both tensors to match. lhs shape= [2] rhs shape= [3]");
        ck_assert(!tn_variable_initialized(v));
        ck_assert_int_eq(tn_variable_set(v, NULL, &three, (int32_t[]){ 1, 2, 3 }, false), TN_OK);
        ck_assert(tn_dims_equal(&v->value->dims, &three));
        ck_assert_int_eq(tn_variable_set(v, NULL, &none, NULL, false), TN_OK);
        ck_assert(tn_variable_initialized(v));
        ck_assert_int_eq(tn_variable_set(v, NULL, &huge, NULL, false), TN_RESOURCE_EXHAUSTED);
        ck_assert(tn_dims_equal(&v->value->dims, &none));
    }
}
END_TEST

START_TEST(edits_several_one_of_them_twice)
{
    tn_op *a = variable_op("VariableV2", "a", "", TN_FLOAT32, 0), *b = variable_op("VariableV2", "b", "", TN_FLOAT32, 0);
    WITH_SESSION(s) {
        tn_variable_state *v[] = { tn_session_variable(s->core, b), tn_session_variable(s->core, a), tn_session_variable(s->core, b) };
        const tn_dims scalar = tn_dims_scalar();
        void *data[3];
        ck_assert_int_eq(tn_variable_set(v[0], NULL, &scalar, (float[]){ 1 }, true), TN_OK);
        ck_assert_int_eq(tn_variables_edit(v, 3, NULL, "%s", data), TN_FAILED_PRECONDITION); /* and nothing is locked: */
        ck_assert_int_eq(tn_variable_set(v[1], NULL, &scalar, (float[]){ 1 }, true), TN_OK);
        ck_assert_int_eq(tn_variables_edit(v, 3, NULL, "%s", data), TN_OK);
        ck_assert_ptr_eq(data[0], data[2]);
        ck_assert_ptr_ne(data[0], data[1]);
        tn_variables_done(v, 3);
        ck_assert(tn_variable_initialized(v[0]));
    }
}
END_TEST

START_TEST(memory_refused_leaves_the_value)
{
    tn_op *op = variable_op("VariableV2", "v", "", TN_FLOAT32, 1);
    WITH_SESSION(s) {
        tn_variable_state *v = tn_session_variable(s->core, op);
        const tn_dims two = tn_dims_vector(2), four = tn_dims_vector(4);
        tn_buffer *read;
        tn_dims dims;
        void *data;
        ck_assert_int_eq(tn_variable_set(v, NULL, &two, (float[]){ 1, 2 }, true), TN_OK);
        ck_assert_int_eq(tn_variable_read(v, NULL, &read, &dims), TN_OK);
        tn_alloc_fail_at(1, true);
        ck_assert_int_eq(tn_variable_set(v, NULL, &four, (float[]){ 1, 2, 3, 4 }, false), TN_RESOURCE_EXHAUSTED);
        ck_assert_int_eq(tn_variables_edit(&v, 1, NULL, "%s", &data), TN_RESOURCE_EXHAUSTED);
        tn_alloc_fail_at(0, false);
        ck_assert(tn_dims_equal(&v->value->dims, &two));
        ck_assert_float_eq(((float *)v->value->data)[1], 2);
        tn_variable_release(v, read);
    }
}
END_TEST

/* ---- Random ---- */

static tn_op *random_op(int64_t seed, int64_t seed2)
{
    return tn_op_new(NULL, "RandomUniform", TN_OUTPUTS(tn_vector(4)),
                     .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_INT_ATTR("seed", seed), TN_INT_ATTR("seed2", seed2)));
}

START_TEST(random_stream)
{
    tn_op *op = random_op(7, 9);
    WITH_SESSION(s) {
        tn_random_state *r = tn_session_random(s->core, op);
        uint64_t key, counter[2];
        ck_assert_ptr_nonnull(r);
        ck_assert_ptr_eq(tn_session_random(s->core, op), r);
        tn_random_reserve(r, UINT64_MAX, &key, counter);
        ck_assert_uint_eq(key, 7);
        ck_assert_uint_eq(counter[0], 0);
        ck_assert_uint_eq(counter[1], 9);
        tn_random_reserve(r, 2, &key, counter);
        ck_assert_uint_eq(counter[0], UINT64_MAX);
        tn_random_reserve(r, 0, &key, counter);
        ck_assert_uint_eq(counter[0], 1);
        ck_assert_uint_eq(counter[1], 10);
    }
}
END_TEST

START_TEST(random_without_a_seed)
{
    tn_op *a = random_op(0, 0), *b = random_op(0, 0);
    WITH_SESSION(s) {
        tn_random_state *x = tn_session_random(s->core, a), *y = tn_session_random(s->core, b);
        ck_assert(x->key != y->key || x->counter[1] != y->counter[1]);
    }
}
END_TEST

START_TEST(random_goes_on_and_starts_again)
{
    tn_output x = { random_op(1, 2), 0 };
    tn_tensor *kept[2];
    for (int i = 0; i < 2; i++)
        WITH_SESSION(s) {
            kept[i] = tn_run(s, x, .owner = root);
            tn_tensor *next = tn_run(s, x);
            ck_assert_int_ne(memcmp(tn_f32(kept[i]), tn_f32(next), 16), 0);
        }
    ck_assert_int_eq(memcmp(tn_f32(kept[0]), tn_f32(kept[1]), 16), 0);
    talloc_free(kept[0]);
    talloc_free(kept[1]);
}
END_TEST

TN_SUITE("session state", read_before_initialized, assignment_gives_the_new_value, shared_by_name, snapshots, set_checks_the_shape,
         edits_several_one_of_them_twice, memory_refused_leaves_the_value, random_stream, random_without_a_seed,
         random_goes_on_and_starts_again)
