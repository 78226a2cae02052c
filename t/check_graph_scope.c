/* Name scopes, devices, control dependencies, and their tokens. */
#include "core/alloc.h"
#include "graph/scope.h"
#include "harness.h"

static tn_graph *graph;
static tn_scope as_default;

static void open_graph(void)
{
    graph = tn_graph_new(root);
    as_default = tn_enter_default_graph(graph);
}

static void close_graph(void)
{
    ck_assert_int_eq(graph->core->num_scopes, 1);
    ck_assert_int_eq(tn_leave(as_default), TN_OK);
    talloc_free(graph);
}

static const char *name_of_new(const char *name)
{
    return tn_op_name(tn_scalar(1.0f, .name = name).op);
}

static const char *device_of_new(void)
{
    return tn_op_device(tn_scalar(1.0f).op);
}

/* ---- Names ---- */

START_TEST(names)
{
    open_graph();
    WITH_NAME_SCOPE("a") {
        ck_assert_str_eq(name_of_new("x"), "a/x");
        WITH_NAME_SCOPE("b")
            ck_assert_str_eq(name_of_new("x"), "a/b/x");
        WITH_NAME_SCOPE("b")
            ck_assert_str_eq(name_of_new("x"), "a/b_1/x");
        WITH_NAME_SCOPE("a/b/")
            ck_assert_str_eq(name_of_new("y"), "a/b/y");
        WITH_NAME_SCOPE(NULL)
            ck_assert_str_eq(name_of_new("x"), "x");
        WITH_NAME_SCOPE("")
            ck_assert_str_eq(name_of_new("x"), "x_1");
        WITH_NAME_SCOPE("/")
            ck_assert_str_eq(name_of_new("x"), "x_2");
        ck_assert_str_eq(name_of_new("x"), "a/x_1");
    }
    WITH_NAME_SCOPE("A")
        ck_assert_str_eq(name_of_new("x"), "A_1/x");
    ck_assert_str_eq(name_of_new("a"), "a_2");
    close_graph();
}
END_TEST

START_TEST(scope_names_and_operation_names_are_of_one_kind)
{
    open_graph();
    ck_assert_str_eq(name_of_new("a"), "a");
    WITH_NAME_SCOPE("a")
        ck_assert_str_eq(name_of_new("x"), "a_1/x");
    ck_assert_str_eq(name_of_new("a"), "a_2");
    close_graph();
}
END_TEST

START_TEST(what_a_scope_may_be_called)
{
    open_graph();
    static const char *const bad[] = { "_a", "-a", "/a", "a b", "a:0", "\xc3\xa4", "a\n" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        WITH_NAME_SCOPE(bad[i]) {
            expect_error(TN_INVALID_ARGUMENT, "is not a valid scope name");
            ck_assert_ptr_null(tn_scalar(1.0f).op); /* nothing is built where it was not meant to be */
            WITH_NAME_SCOPE("inner")
                ck_assert_ptr_null(tn_scalar(1.0f).op);
        }
    }
    ck_assert_int_eq(tn_graph_status(graph), TN_INVALID_ARGUMENT);
    WITH_NAME_SCOPE("a.B-c_9") {
        WITH_NAME_SCOPE("_inner")
            ck_assert_str_eq(name_of_new("x"), "a.B-c_9/_inner/x");
    }
    close_graph();
}
END_TEST

/* ---- Devices ---- */

START_TEST(devices_merge_field_by_field)
{
    open_graph();
    ck_assert_str_eq(device_of_new(), "");
    WITH_DEVICE("/job:a/replica:1/task:2/device:GPU:3") {
        ck_assert_str_eq(device_of_new(), "/job:a/replica:1/task:2/device:GPU:3");
        WITH_DEVICE("/task:5/cpu:0")
            ck_assert_str_eq(device_of_new(), "/job:a/replica:1/task:5/device:CPU:0");
        WITH_DEVICE("/job:b")
            ck_assert_str_eq(device_of_new(), "/job:b/replica:1/task:2/device:GPU:3");
        WITH_DEVICE("")
            ck_assert_str_eq(device_of_new(), "");
        WITH_DEVICE(NULL) {
            WITH_DEVICE("/cpu:1")
                ck_assert_str_eq(device_of_new(), "/device:CPU:1");
        }
        ck_assert_str_eq(device_of_new(), "/job:a/replica:1/task:2/device:GPU:3");
    }
    ck_assert_str_eq(device_of_new(), "");
    close_graph();
}
END_TEST

START_TEST(malformed_devices)
{
    static const char *const bad[] = { "/foo:1", "cpu;0", "/job", "/task:x", "/cpu:-1", "/device:", "/replica:" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        open_graph();
        WITH_DEVICE(bad[i]) {
            expect_error(TN_INVALID_ARGUMENT, "Unknown attribute");
            ck_assert_ptr_null(tn_scalar(1.0f).op);
        }
        ck_assert_int_eq(tn_graph_status(graph), TN_INVALID_ARGUMENT);
        ck_assert_str_eq(device_of_new(), "");
        close_graph();
    }
}
END_TEST

/* ---- Control dependencies ---- */

static void expect_controls(tn_output x, int n, const tn_op *const *controls)
{
    ck_assert_ptr_nonnull(x.op);
    ck_assert_int_eq(tn_op_num_controls(x.op), n);
    for (int i = 0; i < n; i++)
        ck_assert_ptr_eq(tn_op_control(x.op, i), controls[i]);
}

START_TEST(controls)
{
    open_graph();
    tn_output a = tn_scalar(1.0f), b = tn_scalar(2.0f), c = tn_scalar(3.0f);
    const tn_op *const all[] = { a.op, b.op, c.op };
    WITH_CONTROL_DEPENDENCIES(a.op) {
        tn_output in_a = tn_scalar(1.0f);
        expect_controls(in_a, 1, all);
        expect_controls(tn_add(in_a, b), 0, NULL); /* runs after a through its input */
        expect_controls(tn_add(a, b), 0, NULL);    /* takes a itself */
        expect_controls(tn_add(b, c), 1, all);
        WITH_CONTROL_DEPENDENCIES(b.op, c.op) {
            expect_controls(tn_scalar(1.0f), 3, all);
            expect_controls(tn_neg(in_a), 2, all + 1); /* made inside the outer block only */
        }
        WITH_CONTROL_DEPENDENCIES()
            expect_controls(tn_scalar(1.0f), 1, all);
        WITH_NAME_SCOPE("n")
            expect_controls(tn_scalar(1.0f), 1, all);
        WITH_CONTROL_DEPENDENCIES(a.op, a.op)
            expect_controls(tn_scalar(1.0f), 1, all);
    }
    expect_controls(tn_scalar(1.0f), 0, NULL);
    close_graph();
}
END_TEST

START_TEST(variables_stand_outside_of_controls)
{
    open_graph();
    tn_output a = tn_scalar(1.0f);
    WITH_CONTROL_DEPENDENCIES(a.op) {
        tn_output initial = tn_scalar(2.0f);
        tn_variable *v = tn_variable_new(initial);
        ck_assert_ptr_nonnull(v);
        ck_assert_int_eq(tn_op_num_controls(initial.op), 1);
        ck_assert_int_eq(tn_op_num_controls(tn_initializer(v)), 0);
        ck_assert_int_eq(tn_op_num_controls(tn_read(v).op), 0);
        ck_assert_int_eq(tn_op_num_controls(tn_scalar(1.0f).op), 1);
    }
    close_graph();
}
END_TEST

START_TEST(wrong_controls)
{
    open_graph();
    tn_graph *other = tn_graph_new(root);
    tn_op *elsewhere = tn_op_new(other, "NoOp", TN_OUTPUTS());
    WITH_CONTROL_DEPENDENCIES(elsewhere) {
        expect_error(TN_INVALID_ARGUMENT, "must be from the same graph");
        ck_assert_ptr_null(tn_scalar(1.0f).op);
    }
    WITH_CONTROL_DEPENDENCIES((tn_op *)NULL)
        ck_assert_ptr_null(tn_scalar(1.0f).op);
    ck_assert_ptr_nonnull(tn_scalar(1.0f).op);
    talloc_free(other);
    close_graph();
}
END_TEST

/* ---- Tokens ---- */

START_TEST(wrong_order)
{
    open_graph();
    tn_scope a = tn_enter_name_scope("a"), b = tn_enter_device("/cpu:0"), c = tn_enter_name_scope("c");
    ck_assert_int_eq(tn_leave(b), TN_FAILED_PRECONDITION);
    expect_error(TN_FAILED_PRECONDITION, "Exiting device scope without proper scope nesting.");
    ck_assert_str_eq(name_of_new("x"), "a/x");
    ck_assert_str_eq(device_of_new(), "");
    ck_assert_int_eq(tn_leave(c), TN_FAILED_PRECONDITION);
    expect_error(TN_FAILED_PRECONDITION, "Nesting violated");
    ck_assert_int_eq(tn_leave(a), TN_OK);
    ck_assert_int_eq(tn_leave(a), TN_FAILED_PRECONDITION);
    close_graph();
}
END_TEST

START_TEST(graph_freed_inside_its_scopes)
{
    tn_graph *g = tn_graph_new(root);
    tn_scope d = tn_enter_default_graph(g), n = tn_enter_name_scope("n");
    talloc_free(g);
    ck_assert_int_eq(tn_leave(n), TN_OK);
    ck_assert_int_eq(tn_leave(d), TN_OK);
}
END_TEST

/* The handle that tn_session_graph gives is not the one that the user freed. */
START_TEST(scopes_of_a_graph_that_a_session_keeps)
{
    tn_graph *g = tn_graph_new(root);
    tn_session *s = tn_session_open(.graph = g, .parent = root);
    talloc_free(g);
    WITH_DEFAULT_GRAPH(tn_session_graph(s)) {
        WITH_NAME_SCOPE("n")
            ck_assert_str_eq(name_of_new("x"), "n/x");
        ck_assert_str_eq(name_of_new("x"), "x");
    }
    tn_session_close(s);
}
END_TEST

START_TEST(leaving_another_graphs_scopes_alone)
{
    open_graph();
    tn_graph *other = tn_graph_new(root);
    WITH_NAME_SCOPE("a") {
        WITH_DEFAULT_GRAPH(other) {
            WITH_NAME_SCOPE("b")
                ck_assert_str_eq(name_of_new("x"), "b/x");
            ck_assert_str_eq(name_of_new("x"), "x");
        }
        ck_assert_str_eq(name_of_new("x"), "a/x");
    }
    talloc_free(other);
    close_graph();
}
END_TEST

START_TEST(many_scopes)
{
    enum { N = 300 };
    tn_scope scopes[N];
    open_graph();
    for (int i = 0; i < N; i++)
        scopes[i] = i % 2 ? tn_enter_device("/cpu:0") : tn_enter_name_scope("s");
    for (int i = N - 1; i >= 0; i--)
        ck_assert_int_eq(tn_leave(scopes[i]), TN_OK);
    close_graph();
}
END_TEST

static tn_status enter_all(void *owner)
{
    tn_graph *g = tn_graph_new(owner);
    tn_op *last = NULL;
    if (!g)
        return tn_last_error()->code;
    WITH_DEFAULT_GRAPH(g) {
        tn_output x = tn_scalar(1.0f);
        WITH_NAME_SCOPE("n") {
            WITH_DEVICE("/cpu:0") {
                WITH_CONTROL_DEPENDENCIES(x.op) {
                    NAME_SCOPE("m");
                    last = tn_scalar(1.0f).op;
                }
            }
        }
    }
    tn_status status = tn_graph_status(g);
    bool whole = !last || (!strcmp(tn_op_name(last), "n/m/Const") && tn_op_num_controls(last) == 1 && *tn_op_device(last));
    bool outside = g->core->num_scopes == 1 && !g->core->failed_scopes;
    talloc_free(g);
    return whole && outside && !status == !!last ? status : TN_INTERNAL;
}

START_TEST(survives_oom)
{
    expect_survives_oom(enter_all);
}
END_TEST

TN_SUITE("graph scope", names, scope_names_and_operation_names_are_of_one_kind, what_a_scope_may_be_called, devices_merge_field_by_field,
         malformed_devices, controls, variables_stand_outside_of_controls, wrong_controls, wrong_order, graph_freed_inside_its_scopes,
         scopes_of_a_graph_that_a_session_keeps, leaving_another_graphs_scopes_alone, many_scopes, survives_oom)
