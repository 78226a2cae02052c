/*
 * What programs rely on, seen from outside: only public headers, sentence by sentence what the contract promises about calls that several
 * parts of the library answer together.
 */
#include "harness.h"

static int calls;

#define COUNTED(T)                                                                                                                         \
    static T counted_##T(T value)                                                                                                          \
    {                                                                                                                                      \
        calls++;                                                                                                                           \
        return value;                                                                                                                      \
    }
COUNTED(tn_output)
COUNTED(float)
COUNTED(int64_t)
COUNTED(tn_dtype)
typedef const char *text;
COUNTED(text)
typedef tn_op *op;
COUNTED(op)
typedef tn_session *session;
COUNTED(session)

static void expect_calls(int n)
{
    ck_assert_int_eq(calls, n);
    calls = 0;
}

START_TEST(macros_evaluate_no_argument_twice)
{
    WITH_GRAPH(g) {
        SESSION_SCOPE(s);
        tn_output a = tn_vector(counted_float(1), counted_float(2)),
                  m = tn_ones(counted_tn_dtype(TN_FLOAT32), TN_SHAPE(counted_int64_t(2), 2));
        expect_calls(4);
        tn_scalar(counted_float(1), .name = counted_text("k"));
        expect_calls(2);
        tn_matmul(counted_tn_output(m), counted_tn_output(m), .name = counted_text("mm"));
        expect_calls(3);
        tn_reduce_sum(counted_tn_output(m), .axes = TN_AXES((int)counted_int64_t(1)));
        expect_calls(2);
        tn_fill(counted_float(2), TN_SHAPE(counted_int64_t(2)));
        expect_calls(2);
        tn_op_new(g, counted_text("AddV2"), TN_OUTPUTS(counted_tn_output(a), counted_tn_output(a)),
                  .attrs = TN_ATTRS(TN_TYPE_ATTR(counted_text("T"), counted_tn_dtype(TN_FLOAT32))), .controls = TN_OPS(counted_op(m.op)));
        expect_calls(6);
        talloc_free(tn_run(counted_session(s), counted_tn_output(a), .targets = TN_OPS(counted_op(m.op))));
        expect_calls(3);
        talloc_free(tn_eval(counted_tn_output(a), .session = counted_session(s)));
        expect_calls(2);
        ck_assert_int_eq(tn_op_run(counted_op(a.op)), TN_OK);
        expect_calls(1);
        WITH_NAME_SCOPE(counted_text("n"))
            WITH_CONTROL_DEPENDENCIES(counted_op(a.op), counted_op(m.op)) {}
        expect_calls(3);
    }
}
END_TEST

START_TEST(attributes_of_another_kind_are_refused)
{
    static const int64_t ints[] = { 0, 2 }, *const dims[] = { ints };
    static const struct {
        const char *type, *name;
        tn_attr_kind kind;
    } takers[] = { { "Squeeze", "squeeze_dims", TN_ATTR_INTS }, { "Squeeze", "T", TN_ATTR_TYPE }, { "AddN", "N", TN_ATTR_INT } };
    WITH_GRAPH(g) {
        tn_attr attrs[] = { TN_INT_ATTR("", 1),
                            TN_FLOAT_ATTR("", 1),
                            TN_BOOL_ATTR("", true),
                            TN_STRING_ATTR("", "s"),
                            TN_TYPE_ATTR("", TN_FLOAT32),
                            TN_SHAPE_ATTR("", 2, ints),
                            TN_TENSOR_ATTR("", NULL),
                            TN_INTS_ATTR("", 2, ints),
                            TN_FLOATS_ATTR("", 1, ((double[]){ 1 })),
                            TN_TYPES_ATTR("", 1, ((tn_dtype[]){ TN_INT8 })),
                            TN_STRINGS_ATTR("", 1, ((const char *[]){ "s" })),
                            TN_BOOLS_ATTR("", 1, ((bool[]){ true })),
                            TN_SHAPES_ATTR("", 1, ((int[]){ 2 }), dims),
                            TN_BYTES_ATTR("", "a\0b", 3),
                            TN_FUNC_ATTR("", "f") };
        tn_output x = tn_zeros(TN_FLOAT32, TN_SHAPE(1, 3, 1));
        for (size_t t = 0; t < sizeof takers / sizeof takers[0]; t++) {
            for (size_t i = 0; i < sizeof attrs / sizeof attrs[0]; i++) {
                attrs[i].name = takers[t].name;
                bool made = tn_op_new(g, takers[t].type, TN_OUTPUTS(x), .attrs = (tn_attrs){ &attrs[i], 1 });
                ck_assert_int_eq(made, attrs[i].kind == takers[t].kind);
                if (!made)
                    expect_error(TN_INVALID_ARGUMENT, takers[t].name);
            }
        }
    }
}
END_TEST

START_TEST(an_empty_output_passes_through_everything)
{
    const tn_output none = { NULL, 0 };
    WITH_GRAPH(g) {
        ck_assert_ptr_null(tn_op_new(g, "NoSuchType", TN_OUTPUTS(none)));
        ck_assert_ptr_null(tn_concat(TN_OUTPUTS(tn_scalar(1.0f), none), 0).op);
        ck_assert_ptr_null(tn_reduce_mean(tn_gather(none, tn_relu(none))).op);
        ck_assert_ptr_null(tn_variable_new(none));
        ck_assert_int_eq(tn_output_dtype(none), 0);
        ck_assert_int_eq(tn_output_rank(none), -1);
        ck_assert_int_eq(tn_graph_status(g), TN_OK);
    }
}
END_TEST

START_TEST(an_error_names_its_node_and_type)
{
    WITH_GRAPH(g) {
        tn_output x = tn_zeros(TN_FLOAT32, TN_SHAPE(2, 3));
        tn_output bad = tn_relu(tn_matmul(x, x, .name = "late"));
        tn_op_new(g, "NoSuchType", TN_OUTPUTS(x)); /* not the first error */
        WITH_SESSION(s) {
            ck_assert_ptr_null(tn_run(s, bad));
            expect_error(TN_INVALID_ARGUMENT, "MatMul 'late': ");
            ck_assert_str_eq(tn_last_error()->op, "late");
            expect_text(tn_run(s, tn_shape_of(x)), "[2 3]");
        }
        ck_assert_ptr_null(tn_op_new(g, "Relu", TN_OUTPUTS(x), .name = "placed", .device = "no device"));
        expect_error(TN_INVALID_ARGUMENT, "Relu 'placed': ");
        ck_assert_str_eq(tn_last_error()->op, "placed");
    }
}
END_TEST

START_TEST(no_result_shares_its_bytes)
{
    WITH_GRAPH(g) {
        tn_output x = tn_placeholder(TN_FLOAT32), k = tn_vector(1.0f, 2.0f);
        tn_variable *v = tn_variable_new(k);
        SESSION_SCOPE(s);
        tn_tensor *fed = tn_tensor_new(s, TN_FLOAT32, 1, (int64_t[]){ 2 }, (float[]){ 5, 6 }), *r[5];
        ck_assert_int_eq(tn_run_op(s, tn_assign(v, x).op, .feeds = TN_FEEDS({ x, fed })), TN_OK);
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(x, x, k, tn_read(v), tn_identity(x)), r, .feeds = TN_FEEDS({ x, fed })), TN_OK);
        for (int i = 0; i < 5; i++)
            tn_f32(r[i])[0] = -1;
        tn_f32(r[0])[1] = -2;
        ck_assert_float_eq(tn_f32(r[1])[1], 6);
        expect_text(tn_run(s, k), "[1. 2.]");
        expect_text(tn_run(s, tn_read(v)), "[5. 6.]");
        expect_text(tn_run(s, x, .feeds = TN_FEEDS({ x, fed })), "[5. 6.]");
    }
}
END_TEST

START_TEST(an_update_that_is_fetched_twice_is_made_once)
{
    WITH_GRAPH(g) {
        tn_variable *v = tn_variable_new(tn_scalar(1));
        tn_output up = tn_assign_add(v, tn_scalar(1)), other = tn_assign_add(v, tn_scalar(1));
        tn_tensor *r[2];
        SESSION_SCOPE(s);
        ck_assert_int_eq(tn_run_op(s, tn_global_initializer()), TN_OK);
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(up, up), r, .targets = TN_OPS(up.op)), TN_OK);
        expect_text(r[0], "2");
        expect_text(r[1], "2");
        ck_assert_int_eq(tn_run_op(s, up.op, .targets = TN_OPS(other.op)), TN_OK); /* two equal updates are two */
        expect_text(tn_run(s, tn_read(v)), "4");
    }
}
END_TEST

START_TEST(interactive_sessions_close_in_any_order)
{
    static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    for (int k = 0; k < 6; k++) {
        tn_session *s[3];
        bool open[3] = { true, true, true };
        for (int i = 0; i < 3; i++)
            s[i] = tn_interactive_session_open();
        for (int i = 0; i < 3; i++) {
            tn_session_close(s[orders[k][i]]);
            open[orders[k][i]] = false;
            ck_assert_ptr_eq(tn_default_session(), open[2] ? s[2] : open[1] ? s[1] : open[0] ? s[0] : NULL);
        }
    }
}
END_TEST

START_TEST(results_count_against_the_memory_limit)
{
    enum { N = 10000, LIMIT = 1 << 20 };
    WITH_GRAPH(g) {
        tn_output x = tn_placeholder(TN_FLOAT32), y = tn_sqrt(x);
        tn_tensor *fed = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ N }, NULL), *held[LIMIT / (N * 4) + 1];
        SESSION_SCOPE(s, .memory_limit = LIMIT);
        size_t n = 0;
        while (n < sizeof held / sizeof held[0] && (held[n] = tn_run(s, y, .feeds = TN_FEEDS({ x, fed }))))
            n++;
        ck_assert_uint_lt(n, sizeof held / sizeof held[0]);
        expect_error(TN_RESOURCE_EXHAUSTED, "limit");
        talloc_free(held[0]);
        ck_assert_ptr_nonnull(tn_run(s, y, .feeds = TN_FEEDS({ x, fed })));
        talloc_free(fed);
    }
}
END_TEST

TN_SUITE("contract", macros_evaluate_no_argument_twice, attributes_of_another_kind_are_refused, an_empty_output_passes_through_everything,
         an_error_names_its_node_and_type, no_result_shares_its_bytes, an_update_that_is_fetched_twice_is_made_once,
         interactive_sessions_close_in_any_order, results_count_against_the_memory_limit)
