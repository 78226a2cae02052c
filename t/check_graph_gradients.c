/* Reverse-mode gradients. Values are TensorFlow's, or follow from the calculus. */
#include "core/alloc.h"
#include "graph/graph.h"
#include "harness.h"

static tn_session *session;
static tn_graph *graph;
static tn_scope as_default;

static void open_graph(void)
{
    graph = tn_graph_new(root);
    as_default = tn_enter_default_graph(graph);
    session = tn_session_open(.parent = root);
}

static void close_graph(void)
{
    tn_session_close(session);
    ck_assert_int_eq(tn_leave(as_default), TN_OK);
    talloc_free(graph);
}

static const tn_output untouched = { NULL, 77 };

START_TEST(product_and_sum)
{
    open_graph();
    tn_output x = tn_vector(2.0f, 3.0f), y = tn_vector(5.0f, 7.0f), dxs[2];
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_add(tn_mul(x, y), x)), TN_OUTPUTS(x, y), dxs), TN_OK);
    expect_text(tn_run(session, dxs[0]), "[6. 8.]");
    expect_text(tn_run(session, dxs[1]), "[2. 3.]");
    close_graph();
}
END_TEST

START_TEST(several_ys_and_y_that_is_x)
{
    open_graph();
    tn_output x = tn_scalar(3.0), y = tn_square(x), dx;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y, x, y), TN_OUTPUTS(x), &dx), TN_OK);
    expect_text(tn_run(session, dx), "13.0"); /* 2x + 1 + 2x */
    close_graph();
}
END_TEST

START_TEST(same_x_twice_and_x_on_the_way)
{
    open_graph();
    tn_output x = tn_scalar(3.0), m = tn_square(x), y = tn_square(m), dxs[3];
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x, m, x), dxs), TN_OK);
    expect_text(tn_run(session, dxs[0]), "108.0"); /* 4 x^3 */
    expect_text(tn_run(session, dxs[1]), "18.0");
    expect_text(tn_run(session, dxs[2]), "108.0");
    close_graph();
}
END_TEST

START_TEST(grad_ys)
{
    open_graph();
    tn_output x = tn_vector(2.0f, 3.0f), y = tn_square(x), z = tn_neg(x), dx;
    tn_output given = tn_vector(10.0f, 100.0f), none = { NULL, 0 };
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y, z), TN_OUTPUTS(x), &dx, .grad_ys = TN_OUTPUTS(given, none)), TN_OK);
    expect_text(tn_run(session, dx), "[ 39. 599.]");
    close_graph();
}
END_TEST

START_TEST(not_connected_is_empty)
{
    open_graph();
    tn_output x = tn_scalar(1.0f), other = tn_scalar(2.0f), y = tn_square(x), dxs[2] = { untouched, untouched };
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(other, tn_square(y)), dxs), TN_OK);
    ck_assert_ptr_null(dxs[0].op);
    ck_assert_ptr_null(dxs[1].op);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_stop_gradient(y)), TN_OUTPUTS(x), dxs), TN_OK);
    ck_assert_ptr_null(dxs[0].op);
    close_graph();
}
END_TEST

/* TensorFlow: what is no real or complex number has no gradient, and that is no error. */
START_TEST(integers_and_bools_have_none)
{
    open_graph();
    tn_output i = tn_vector(1, 2), b = tn_placeholder(TN_BOOL), x = tn_vector(1.0f, 2.0f), dx = untouched;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_mul(i, i)), TN_OUTPUTS(i), &dx), TN_OK);
    ck_assert_ptr_null(dx.op);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_logical_not(b)), TN_OUTPUTS(b), &dx), TN_OK);
    ck_assert_ptr_null(dx.op);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_cast(x, TN_INT32)), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_ptr_null(dx.op);
    close_graph();
}
END_TEST

START_TEST(stop)
{
    open_graph();
    tn_output x = tn_scalar(3.0), m = tn_square(x), y = tn_mul(m, x), dxs[2];
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x, m), dxs, .stop = TN_OUTPUTS(m)), TN_OK);
    expect_text(tn_run(session, dxs[0]), "9.0"); /* m held fast */
    expect_text(tn_run(session, dxs[1]), "3.0");
    close_graph();
}
END_TEST

START_TEST(names)
{
    open_graph();
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2), .name = "x"), y = tn_square(x, .name = "s/y"), dx;
    WITH_NAME_SCOPE("outer")
        ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_add(y, x)), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_str_eq(tn_op_name(dx.op), "outer/gradients/AddN");
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx, .name = "g"), TN_OK);
    ck_assert_ptr_nonnull(tn_graph_op(graph, "g/grad_ys_0"));
    ck_assert_int_eq(strncmp(tn_op_name(dx.op), "g/s/y_grad/", 11), 0);
    ck_assert_str_eq(tn_op_name(tn_scalar(1).op), "Const");
    close_graph();
}
END_TEST

START_TEST(builds_in_the_graph_of_the_ys)
{
    open_graph();
    tn_output x = tn_scalar(3.0), y = tn_square(x), dx;
    tn_graph *other = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(other)
        ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_uint_eq(tn_graph_num_ops(other), 0);
    expect_text(tn_run(session, dx), "6.0");
    talloc_free(other);
    close_graph();
}
END_TEST

START_TEST(through_a_variable)
{
    open_graph();
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_output dxs[2];
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_square(tn_read(v))), TN_OUTPUTS(tn_read(v), tn_variable_ref(v)), dxs), TN_OK);
    ck_assert_int_eq(tn_run_op(session, tn_initializer(v)), TN_OK);
    expect_text(tn_run(session, dxs[0]), "[2. 4.]");
    expect_text(tn_run(session, dxs[1]), "[2. 4.]");
    close_graph();
}
END_TEST

static void expect_refused(tn_status status, const char *text, tn_output dx)
{
    ck_assert_int_eq(status, tn_last_error()->code);
    expect_error(status, text);
    ck_assert_int_ne(status, TN_OK);
    ck_assert_int_eq(dx.index, 77); /* untouched */
}

START_TEST(refusals)
{
    open_graph();
    tn_graph *other = tn_graph_new(root);
    tn_output x = tn_vector(2.0f, 3.0f), y = tn_square(x), none = { NULL, 0 }, dx = untouched, far;
    tn_output c = tn_placeholder(TN_COMPLEX64, .shape = TN_SHAPE(2));
    WITH_DEFAULT_GRAPH(other)
        far = tn_scalar(1.0f);
    expect_refused(tn_gradients(TN_OUTPUTS(none), TN_OUTPUTS(x), &dx), "empty output", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(), TN_OUTPUTS(x), &dx), "no ys", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(none), &dx), "xs[0] is an empty output", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(far), &dx), "must be from the same graph", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx, .grad_ys = TN_OUTPUTS(x, x)),
                   "Length mismatch. Passed 2 grad_ys for 1 ys", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx, .grad_ys = TN_OUTPUTS(tn_vector(1, 2))), "Gradient type int32", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx, .grad_ys = TN_OUTPUTS(tn_vector(1.0f, 2.0f, 3.0f))),
                   "Gradient of shape [3]", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(c), TN_OUTPUTS(c), &dx), "Gradients of complex tensors must set grad_ys", dx);
    expect_refused(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS((tn_output){ x.op, 4 }), &dx), "output 4", dx);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), NULL), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    talloc_free(other);
    close_graph();
}
END_TEST

START_TEST(no_gradient_defined)
{
    open_graph();
    tn_output x = tn_scalar(1.0f), dx = untouched;
    tn_variable *v = tn_variable_new(tn_scalar(2.0f));
    tn_op *step = tn_op_new(NULL, "ApplyGradientDescent", TN_OUTPUTS(tn_variable_ref(v), x, x), .name = "step");
    ck_assert_ptr_nonnull(step);
    tn_output y = tn_square(tn_op_output(step, 0));
    expect_refused(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx),
                   "No gradient defined for operation 'step' (op type: ApplyGradientDescent)", dx);
    expect_error(TN_NOT_FOUND, "");
    ck_assert_str_eq(tn_last_error()->op, "step");
    ck_assert_str_eq(tn_op_name(tn_scalar(1.0f, .name = "after").op), "after"); /* outside of every scope again */
    close_graph();
}
END_TEST

START_TEST(a_million_operations)
{
    const int n = getenv("CK_FORK") ? 20000 : 1000000; /* fewer under a leak checker, which is slow */
    open_graph();
    tn_output x = tn_scalar(1.0), y = x, dx;
    for (int i = 0; i < n; i++)
        y = tn_neg(y);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_ptr_nonnull(dx.op);
    ck_assert_uint_ge(tn_graph_num_ops(graph), 2 * (size_t)n);
    close_graph();
}
END_TEST

static tn_status differentiate(void *owner)
{
    tn_output dx = untouched;
    tn_graph *g = tn_graph_new(owner);
    tn_status status = g ? TN_OK : tn_last_error()->code;
    WITH_DEFAULT_GRAPH(g) {
        tn_output x = g ? tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2)) : untouched, y = tn_add(tn_mul(x, x), x);
        if (!status)
            status = y.op ? tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx) : tn_last_error()->code;
    }
    bool right = status ? dx.index == 77 : dx.op != NULL;
    if (g && (g->core->num_scopes != 1 || g->core->failed_scopes))
        right = false;
    talloc_free(g);
    return right ? status : TN_INTERNAL;
}

START_TEST(survives_oom)
{
    expect_survives_oom(differentiate);
}
END_TEST

TN_SUITE("graph gradients", product_and_sum, several_ys_and_y_that_is_x, same_x_twice_and_x_on_the_way, grad_ys, not_connected_is_empty,
         integers_and_bools_have_none, stop, names, builds_in_the_graph_of_the_ys, through_a_variable, refusals, no_gradient_defined,
         a_million_operations, survives_oom)
