/* Runs: what tn_run, tn_run_all, tn_run_op, tn_eval and tn_op_run give. */
#include "core/alloc.h"
#include "graph/graph.h"
#include "harness.h"
#include "session/session.h"

static tn_tensor *vector(int64_t n, const float *values)
{
    return tn_tensor_new(root, TN_FLOAT32, 1, &n, values);
}

START_TEST(feeds_a_placeholder)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1)), y = tn_add(x, tn_scalar(1.0f));
    tn_tensor *two = vector(2, (float[]){ 1, 2 }), *three = vector(3, (float[]){ 5, 6, 7 });
    WITH_SESSION(s)
        for (int again = 0; again < 2; again++) {
            expect_text(tn_run(s, y, .feeds = TN_FEEDS({ x, two })), "[2. 3.]");
            expect_text(tn_run(s, y, .feeds = TN_FEEDS({ x, three })), "[6. 7. 8.]");
        }
    ck_assert_float_eq(tn_f32(two)[0], 1); /* a run never changes what it was fed */
    talloc_free(two);
    talloc_free(three);
}
END_TEST

START_TEST(feeds_any_output)
{
    tn_output a = tn_scalar(1.0f), b = tn_add(a, tn_scalar(2.0f)), c = tn_mul(b, b);
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 0, NULL, (float[]){ 16 });
    WITH_SESSION(s) {
        expect_text(tn_run(s, c), "9.0");
        expect_text(tn_run(s, c, .feeds = TN_FEEDS({ b, t })), "256.0");
        expect_text(tn_run(s, c, .feeds = TN_FEEDS({ a, t })), "324.0");
        expect_text(tn_run(s, c), "9.0");
    }
    talloc_free(t);
}
END_TEST

START_TEST(fed_and_fetched)
{
    tn_output x = tn_placeholder(TN_INT64), y = tn_identity(x);
    tn_tensor *t = tn_tensor_new(root, TN_INT64, 1, (int64_t[]){ 2 }, (int64_t[]){ 7, -1 }), *results[2];
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(x, y), results, .feeds = TN_FEEDS({ x, t })), TN_OK);
        ck_assert_ptr_ne(tn_tensor_data(results[0]), tn_tensor_data(t));
        ck_assert_ptr_ne(tn_tensor_data(results[0]), tn_tensor_data(results[1]));
        expect_text(results[0], "[ 7 -1]");
        expect_text(results[1], "[ 7 -1]");
    }
    talloc_free(t);
}
END_TEST

START_TEST(feed_and_fetch_of_every_kind)
{
    static const tn_dtype dtypes[] = { TN_FLOAT16, TN_BFLOAT16, TN_FLOAT32, TN_FLOAT64, TN_INT8, TN_INT16,     TN_INT32,     TN_INT64,
                                       TN_UINT8,   TN_UINT16,   TN_UINT32,  TN_UINT64,  TN_BOOL, TN_COMPLEX64, TN_COMPLEX128 };
    static const int64_t shapes[][3] = { { 3, 4, 5 }, { 2, 0, 6 }, { 0, 0, 0 } };
    for (size_t d = 0; d < sizeof dtypes / sizeof dtypes[0]; d++)
        for (int i = 0; i < 3; i++) {
            tn_graph *g = tn_graph_new(root);
            tn_output x = { tn_op_new(g, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", dtypes[d]))), 0 };
            tn_output y = { tn_op_new(g, "Identity", TN_OUTPUTS(x)), 0 };
            tn_tensor *t = tn_tensor_new(root, dtypes[d], 3, shapes[i], NULL), *r[2];
            memset(tn_tensor_data(t), 1, tn_tensor_bytes(t));
            tn_session *s = tn_session_open(.graph = g);
            ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y, x), r, .feeds = TN_FEEDS({ x, t })), TN_OK);
            for (int k = 0; k < 2; k++) {
                ck_assert_int_eq(tn_tensor_dtype(r[k]), dtypes[d]);
                ck_assert_int_eq(tn_tensor_rank(r[k]), 3);
                ck_assert_ptr_nonnull(tn_tensor_data(r[k]));
                ck_assert_int_eq(memcmp(tn_tensor_data(r[k]), tn_tensor_data(t), tn_tensor_bytes(t)), 0);
            }
            tn_session_close(s);
            talloc_free(t);
            talloc_free(g);
        }
}
END_TEST

START_TEST(strings_feed_and_fetch)
{
    const char *bytes[] = { "a\0b", "", "\xc3\xa9t\xc3\xa9" };
    tn_tensor *t = tn_string_tensor_new(root, 1, (int64_t[]){ 3 }, bytes, (size_t[]){ 3, 0, 5 });
    tn_tensor *none = tn_string_tensor_new(root, 2, (int64_t[]){ 2, 0 }, NULL, NULL);
    tn_output x = tn_placeholder(TN_STRING), y = tn_identity(x), c = tn_constant(t);
    WITH_SESSION(s) {
        tn_tensor *results[2];
        size_t n;
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y, c), results, .feeds = TN_FEEDS({ x, t })), TN_OK);
        for (int k = 0; k < 2; k++) {
            ck_assert_int_eq(memcmp(tn_string_at(results[k], 0, &n), "a\0b", 4), 0);
            ck_assert_uint_eq(n, 3);
            ck_assert_str_eq(tn_string_at(results[k], 1, NULL), "");
            ck_assert_str_eq(tn_string_at(results[k], 2, NULL), bytes[2]);
        }
        tn_tensor *empty = tn_run(s, y, .feeds = TN_FEEDS({ x, none }));
        ck_assert_ptr_nonnull(empty);
        ck_assert_int_eq(tn_tensor_size(empty), 0);
    }
    talloc_free(t);
    talloc_free(none);
}
END_TEST

START_TEST(one_fetch_named_twice)
{
    tn_output a = tn_scalar(5), b = tn_scalar(6);
    tn_tensor *r[3];
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(a, b, a), r), TN_OK);
        ck_assert_ptr_ne(r[0], r[2]);
        *tn_i32(r[0]) = 0;
        expect_text(r[2], "5");
        expect_text(r[1], "6");
    }
}
END_TEST

START_TEST(more_fetches_than_fit_on_the_stack)
{
    enum { N = 40 };
    tn_output fetches[N];
    tn_tensor *results[N];
    for (int i = 0; i < N; i++)
        fetches[i] = tn_scalar(i);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_all(s, ((tn_outputs){ fetches, N }), results), TN_OK);
        for (int i = 0; i < N; i++)
            ck_assert_int_eq(*tn_i32(results[i]), i);
    }
}
END_TEST

START_TEST(targets_run_beside_the_fetch)
{
    tn_variable *v = tn_variable_new(tn_scalar(1.0f), .name = "v");
    tn_output plus = tn_assign_add(v, tn_scalar(2.0f)), one = tn_scalar(7);
    tn_tensor *none;
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        expect_text(tn_run(s, one, .targets = TN_OPS(plus.op)), "7");
        expect_text(tn_run(s, tn_read(v)), "3.0");
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(), &none, .targets = TN_OPS(plus.op)), TN_OK);
        ck_assert_int_eq(tn_run_op(s, one.op, .targets = TN_OPS(plus.op, plus.op)), TN_OK);
        expect_text(tn_run(s, tn_read(v)), "7.0");
    }
}
END_TEST

START_TEST(op_run_and_eval_on_the_default_session)
{
    tn_output b = tn_scalar(3.0f, .name = "b");
    tn_variable *v = tn_variable_new(tn_scalar(1.0f), .name = "v");
    tn_output assign = tn_assign(v, b);
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 0, NULL, (float[]){ 3.5f });
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_op_run(tn_initializer(v)), TN_OK);
        expect_text(tn_eval(tn_read(v)), "1.0");
        ck_assert_int_eq(tn_op_run(assign.op), TN_OK);
        expect_text(tn_eval(tn_read(v)), "3.0");
        ck_assert_int_eq(tn_op_run(assign.op, .feeds = TN_FEEDS({ b, t })), TN_OK);
        expect_text(tn_eval(tn_read(v), .session = s), "3.5");
    }
    talloc_free(t);
}
END_TEST

START_TEST(without_a_default_session)
{
    tn_output c = tn_scalar(1.0f);
    tn_session *s = tn_session_open();
    ck_assert_ptr_null(tn_eval(c));
    expect_error(TN_FAILED_PRECONDITION, "Cannot evaluate tensor using `eval()`: No default session is registered.");
    ck_assert_int_eq(tn_op_run(c.op), TN_FAILED_PRECONDITION);
    expect_error(TN_FAILED_PRECONDITION, "Cannot execute operation using `run()`: No default session is registered.");
    expect_text(tn_run(s, c), "1.0");
    tn_session_close(s);
}
END_TEST

START_TEST(sessions_of_another_graph)
{
    tn_output here = tn_scalar(1.0f, .name = "c");
    tn_graph *g = tn_graph_new(root);
    WITH_SESSION(s, .graph = g) {
        ck_assert_ptr_null(tn_eval(here));
        expect_error(TN_INVALID_ARGUMENT, "Cannot use the default session to evaluate tensor: the tensor's graph is different from the "
                                          "session's graph. Pass an explicit session");
        ck_assert_ptr_null(tn_eval(here, .session = s));
        expect_error(TN_INVALID_ARGUMENT, "Cannot use the given session to evaluate tensor: the tensor's graph is different from the "
                                          "session's graph.");
        ck_assert_int_eq(tn_op_run(here.op), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT,
                     "Cannot use the default session to execute operation: the operation's graph is different from the "
                     "session's graph. Pass an explicit session");
        ck_assert_int_eq(tn_op_run(here.op, .session = s), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "Cannot use the given session to execute operation: the operation's graph is different from the "
                                          "session's graph.");
        ck_assert_str_eq(tn_last_error()->op, "c");
    }
    talloc_free(g);
}
END_TEST

START_TEST(graph_extended_between_runs)
{
    WITH_SESSION(s) {
        tn_output a = tn_scalar(1.0f), b = tn_add(a, tn_scalar(2.0f));
        expect_text(tn_run(s, b), "3.0");
        tn_variable *v = tn_variable_new(b, .name = "v");
        ck_assert_int_eq(tn_run_op(s, tn_global_initializer()), TN_OK);
        tn_output e = tn_mul(tn_add(b, tn_scalar(5.0f)), tn_read(v));
        expect_text(tn_run(s, e), "24.0");
        tn_output after = tn_add(tn_assign_add(v, a), e);
        expect_text(tn_run(s, tn_read(v)), "3.0");
        ck_assert_ptr_nonnull(tn_run(s, after));
        expect_text(tn_run(s, tn_read(v)), "4.0");
    }
}
END_TEST

START_TEST(a_failed_run_leaves_the_session_usable)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .name = "x"), y = tn_add(x, x);
    tn_tensor *t = vector(1, (float[]){ 4 });
    WITH_SESSION(s)
        for (int again = 0; again < 2; again++) {
            ck_assert_ptr_null(tn_run(s, y));
            expect_error(TN_INVALID_ARGUMENT, "You must feed a value for placeholder tensor 'x' with dtype float");
            ck_assert_str_eq(tn_last_error()->op, "x");
            expect_text(tn_run(s, y, .feeds = TN_FEEDS({ x, t })), "[8.]");
        }
    talloc_free(t);
}
END_TEST

START_TEST(memory_limit)
{
    enum { LIMIT = 1 << 16 };
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_add(x, x);
    tn_tensor *big = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 20000 }, NULL),
              *small = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 1000 }, NULL);
    tn_session *s = tn_session_open(.memory_limit = LIMIT);
    for (int again = 0; again < 3; again++) {
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, big })));
        expect_error(TN_RESOURCE_EXHAUSTED, "OOM when allocating");
        ck_assert_uint_le(tn_meter_used(s->core->meter), LIMIT);
        tn_tensor *r = tn_run(s, y, .feeds = TN_FEEDS({ x, small }));
        ck_assert_ptr_nonnull(r);
        talloc_free(r);
    }
    /* results count until they are freed; then there is room again */
    tn_tensor *kept[64];
    int n = 0;
    while (n < 64 && (kept[n] = tn_run(s, y, .feeds = TN_FEEDS({ x, small }))))
        n++;
    ck_assert_int_gt(n, 5);
    ck_assert_int_lt(n, 17);
    expect_error(TN_RESOURCE_EXHAUSTED, "OOM when allocating");
    talloc_free(kept[0]);
    ck_assert_ptr_nonnull(kept[0] = tn_run(s, y, .feeds = TN_FEEDS({ x, small })));
    tn_session_close(s);
    talloc_free(big);
    talloc_free(small);
}
END_TEST

START_TEST(a_cached_run_allocates_its_results_only)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2)), y = tn_add(x, tn_vector(1.0f, 2.0f));
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_output plus = tn_assign_add(v, x);
    tn_tensor *t = vector(2, (float[]){ 1, 2 }), *into = vector(2, NULL);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        ck_assert_int_eq(tn_run_op(s, plus.op, .feeds = TN_FEEDS({ x, t })), TN_OK);
        ck_assert_ptr_nonnull(tn_run(s, y, .feeds = TN_FEEDS({ x, t })));
        tn_alloc_fail_at(0, false);
        ck_assert_ptr_nonnull(tn_run(s, y, .feeds = TN_FEEDS({ x, t })));
        ck_assert_int_eq(tn_alloc_count(), 2); /* the buffer and its handle */
        ck_assert_ptr_eq(tn_run(s, y, .feeds = TN_FEEDS({ x, t }), .into = into), into);
        ck_assert_int_eq(tn_run_op(s, plus.op, .feeds = TN_FEEDS({ x, t })), TN_OK);
        ck_assert_int_eq(tn_alloc_count(), 2);
    }
    talloc_free(t);
    expect_text(into, "[2. 4.]");
}
END_TEST

START_TEST(a_deep_graph)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2)), y = x;
    for (int i = 0; i < 20000; i++)
        y = tn_add(y, x);
    tn_tensor *t = vector(2, (float[]){ 1, -1 });
    WITH_SESSION(s)
        expect_text(tn_run(s, y, .feeds = TN_FEEDS({ x, t })), "[ 20001. -20001.]");
    talloc_free(t);
}
END_TEST

START_TEST(shape_known_only_while_running)
{
    tn_output x = tn_placeholder(TN_FLOAT32), n = tn_placeholder(TN_INT32),
              y = tn_op_output(tn_op_new(NULL, "Reshape", TN_OUTPUTS(x, n)), 0), z = tn_add(y, y);
    tn_tensor *t = vector(4, (float[]){ 1, 2, 3, 4 }), *two = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 2, 2 });
    tn_tensor *flat = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 1, -1 });
    WITH_SESSION(s) {
        expect_text(tn_run(s, z, .feeds = TN_FEEDS({ x, t }, { n, two })), "[[2. 4.]\n [6. 8.]]");
        expect_text(tn_run(s, z, .feeds = TN_FEEDS({ n, flat }, { x, t })), "[[2. 4. 6. 8.]]");
        expect_text(tn_run(s, y, .feeds = TN_FEEDS({ n, flat }, { x, t })), "[[1. 2. 3. 4.]]");
    }
    talloc_free(t);
    talloc_free(two);
    talloc_free(flat);
}
END_TEST

/* A fed shape goes on to what depends on it; what does not fit is the operation's error, while running. */
START_TEST(a_fed_shape_that_does_not_fit)
{
    tn_output some = tn_vector(2.0f, 2.0f, 2.0f, 2.0f), shape = tn_vector(2, 2);
    tn_output reshaped = tn_op_output(tn_op_new(NULL, "Reshape", TN_OUTPUTS(some, shape), .name = "r"), 0);
    tn_tensor *three = vector(3, NULL), *wrong = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 3, 7 });
    WITH_SESSION(s) {
        expect_text(tn_run(s, reshaped), "[[2. 2.]\n [2. 2.]]");
        ck_assert_ptr_null(tn_run(s, reshaped, .feeds = TN_FEEDS({ some, three })));
        expect_error(TN_INVALID_ARGUMENT, "Cannot feed value of shape (3,) for Tensor 'Const:0', which has shape '(4,)'");
        ck_assert_ptr_null(tn_run(s, reshaped, .feeds = TN_FEEDS({ shape, wrong })));
        expect_error(TN_INVALID_ARGUMENT, "Reshape 'r'");
        expect_text(tn_run(s, reshaped), "[[2. 2.]\n [2. 2.]]");
    }
    talloc_free(three);
    talloc_free(wrong);
}
END_TEST

START_TEST(an_operation_for_a_device_that_is_not_there)
{
    tn_output a = tn_scalar(1.0f), b;
    WITH_DEVICE("/device:GPU:0")
        b = tn_add(a, a);
    WITH_SESSION(s) {
        expect_text(tn_run(s, a), "1.0");
        ck_assert_ptr_null(tn_run(s, b));
        expect_error(TN_INVALID_ARGUMENT, "Add");
    }
    WITH_SESSION(s, .allow_soft_placement = true)
        expect_text(tn_run(s, b), "2.0");
}
END_TEST

START_TEST(nothing_optimised_gives_the_same)
{
    tn_output c = tn_add(tn_scalar(1.0f), tn_scalar(2.0f)), y = tn_mul(c, tn_add(tn_scalar(1.0f), tn_scalar(2.0f)));
    WITH_SESSION(s, .optimize = TN_OPTIMIZE_NONE, .deterministic = true, .threads = 4)
        expect_text(tn_run(s, y), "9.0");
}
END_TEST

TN_SUITE("session run", feeds_a_placeholder, feeds_any_output, fed_and_fetched, feed_and_fetch_of_every_kind, strings_feed_and_fetch,
         one_fetch_named_twice, more_fetches_than_fit_on_the_stack, targets_run_beside_the_fetch, op_run_and_eval_on_the_default_session,
         without_a_default_session, sessions_of_another_graph, graph_extended_between_runs, a_failed_run_leaves_the_session_usable,
         memory_limit, a_cached_run_allocates_its_results_only, a_deep_graph, shape_known_only_while_running, a_fed_shape_that_does_not_fit,
         an_operation_for_a_device_that_is_not_there, nothing_optimised_gives_the_same)
