/* Variables: their operations, and assigning. */
#include "graph/graph.h"
#include "harness.h"

static tn_session *session;

static tn_graph *open_graph(tn_scope *scope)
{
    tn_graph *graph = tn_graph_new(root);
    *scope = tn_enter_default_graph(graph);
    session = tn_session_open(.parent = root);
    return graph;
}

static void close_graph(tn_graph *graph, tn_scope scope)
{
    tn_session_close(session);
    ck_assert_int_eq(tn_leave(scope), TN_OK);
    talloc_free(graph);
}

START_TEST(three_operations)
{
    tn_scope scope;
    tn_graph *g = open_graph(&scope);
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v"), *w = NULL, *n = NULL;
    WITH_NAME_SCOPE("a")
        w = tn_variable_new(tn_scalar(3), .name = "v", .untrainable = true);
    n = tn_variable_new(tn_scalar((bool)true), .name = "v");
    ck_assert(v && w && n);
    ck_assert_str_eq(tn_variable_name(v), "v");
    ck_assert_str_eq(tn_op_type(tn_variable_ref(v).op), "VariableV2");
    ck_assert_str_eq(tn_op_name(tn_initializer(v)), "v/Assign");
    ck_assert_str_eq(tn_op_name(tn_read(v).op), "v/read");
    ck_assert_str_eq(tn_op_type(tn_read(v).op), "Identity");
    ck_assert_str_eq(tn_variable_name(w), "a/v");
    ck_assert_str_eq(tn_op_name(tn_read(w).op), "a/v/read");
    ck_assert_str_eq(tn_variable_name(n), "v_1");
    ck_assert_str_eq(tn_variable_name(tn_variable_new(tn_scalar(1))), "Variable");
    ck_assert_str_eq(tn_variable_name(tn_variable_new(tn_scalar(1))), "Variable_1");
    ck_assert_int_eq(tn_output_dtype(tn_read(v)), TN_FLOAT32);
    ck_assert_int_eq(tn_output_dtype(tn_variable_ref(v)), TN_FLOAT32);
    ck_assert_int_eq((int)tn_output_dim(tn_read(v), 0), 2);
    ck_assert(v->trainable && !w->trainable);
    ck_assert_uint_eq(tn_graph_num_variables(g), 5);
    ck_assert_ptr_eq(tn_graph_variable(g, 1), w);
    ck_assert_ptr_null(tn_graph_variable(g, 5));
    close_graph(g, scope);
}
END_TEST

START_TEST(nothing_of_nothing)
{
    tn_output none = { NULL, 0 };
    ck_assert_ptr_null(tn_read(NULL).op);
    ck_assert_ptr_null(tn_variable_ref(NULL).op);
    ck_assert_ptr_null(tn_initializer(NULL));
    ck_assert_ptr_null(tn_variable_name(NULL));
    ck_assert_ptr_null(tn_assign(NULL, none).op);
    ck_assert_ptr_null(tn_is_initialized(NULL).op);
    ck_assert_uint_eq(tn_graph_num_variables(NULL), 0);
    ck_assert_ptr_null(tn_graph_variable(NULL, 0));
    ck_assert_ptr_null(tn_variable_new(none));
    expect_error(TN_INVALID_ARGUMENT, "initial_value must be specified.");
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_OK);
}
END_TEST

START_TEST(shape_must_be_known)
{
    tn_scope scope;
    tn_graph *g = open_graph(&scope);
    ck_assert_ptr_null(tn_variable_new(tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2, -1))));
    expect_error(TN_INVALID_ARGUMENT, "initial_value must have a shape specified");
    ck_assert_int_eq(tn_graph_status(g), TN_INVALID_ARGUMENT);
    ck_assert_uint_eq(tn_graph_num_variables(g), 0);
    close_graph(g, scope);
}
END_TEST

START_TEST(assigning)
{
    tn_scope scope;
    tn_graph *g = open_graph(&scope);
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f));
    tn_output is = tn_is_initialized(v), add = tn_assign_add(v, tn_vector(10.0f, 20.0f)), sub = tn_assign_sub(v, tn_vector(1.0f, 1.0f)),
              set = tn_assign(v, tn_vector(7.0f, 8.0f), .name = "set");
    ck_assert_str_eq(tn_op_name(set.op), "set");
    expect_text(tn_run(session, is), "False");
    ck_assert_ptr_null(tn_run(session, tn_read(v)));
    expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized value Variable");
    ck_assert_ptr_null(tn_run(session, add));
    expect_error(TN_FAILED_PRECONDITION, "uninitialized");
    ck_assert_int_eq(tn_run_op(session, tn_initializer(v)), TN_OK);
    expect_text(tn_run(session, is), "True");
    expect_text(tn_run(session, add), "[11. 22.]");
    expect_text(tn_run(session, sub), "[10. 21.]");
    expect_text(tn_run(session, set), "[7. 8.]");
    expect_text(tn_run(session, tn_read(v)), "[7. 8.]");
    ck_assert_ptr_null(tn_assign(v, tn_scalar(1.0f)).op);
    expect_error(TN_INVALID_ARGUMENT, "");
    close_graph(g, scope);
}
END_TEST

START_TEST(initializing_all)
{
    tn_scope scope;
    tn_graph *g = open_graph(&scope);
    tn_op *none = tn_global_initializer();
    ck_assert_int_eq(tn_run_op(session, none), TN_OK);
    ck_assert_str_eq(tn_op_name(none), "init");
    tn_variable *v = tn_variable_new(tn_scalar(1.0f)), *w = tn_variable_new(tn_scalar(2.0f));
    tn_op *all = tn_global_initializer();
    ck_assert_int_eq(tn_op_num_controls(all), 2);
    ck_assert_int_eq(tn_run_op(session, all), TN_OK);
    expect_text(tn_run(session, tn_add(tn_read(v), tn_read(w))), "3.0");
    close_graph(g, scope);
}
END_TEST

static tn_status make(void *owner)
{
    tn_graph *g = tn_graph_new(owner);
    tn_status status = g ? TN_OK : tn_last_error()->code;
    bool right = true;
    WITH_DEFAULT_GRAPH(g) {
        for (int i = 0; i < 10 && !status; i++) {
            tn_output initial = tn_scalar(1.0f);
            size_t before = tn_graph_num_variables(g);
            tn_variable *v = initial.op ? tn_variable_new(initial) : NULL;
            status = v ? TN_OK : tn_last_error()->code;
            right = right && tn_graph_num_variables(g) == before + (v != NULL);
        }
        if (!status && !tn_global_initializer())
            status = tn_last_error()->code;
    }
    talloc_free(g);
    return right ? status : TN_INTERNAL;
}

START_TEST(survives_oom)
{
    expect_survives_oom(make);
}
END_TEST

TN_SUITE("graph variable", three_operations, nothing_of_nothing, shape_must_be_known, assigning, initializing_all, survives_oom)
