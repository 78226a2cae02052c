/* Every allocation in the life of a graph and its session fails in turn: the status says so, and nothing is left behind. */
#include "harness.h"

static tn_status code(void)
{
    return tn_last_error()->code;
}

static tn_status whole_life(void *owner)
{
    tn_status status = TN_OK;
    WITH_GRAPH(g, .owner = owner) {
        tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2), .name = "x");
        tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
        tn_output y = tn_add(x, tn_read(v)), plus = tn_assign_add(v, x);
        status = tn_graph_status(g);
        if (status)
            return status;
        tn_tensor *t = tn_tensor_new(owner, TN_FLOAT32, 1, (int64_t[]){ 2 }, (float[]){ 1, 1 });
        WITH_SESSION(s) {
            tn_tensor *r[2];
            status = t ? tn_run_op(s, tn_initializer(v)) : TN_RESOURCE_EXHAUSTED;
            if (!status)
                status = tn_run_all(s, TN_OUTPUTS(y, y), r, .feeds = TN_FEEDS({ x, t }), .targets = TN_OPS(plus.op));
            if (!status && !tn_eval(plus, .feeds = TN_FEEDS({ x, t })))
                status = code();
        } else
            status = code();
        talloc_free(t);
    } else
        status = code();
    return status;
}

START_TEST(graph_session_run_variable)
{
    expect_survives_oom(whole_life);
}
END_TEST

/* The same with threads, large enough for steps to be divided and for a result to be handed over. */
static tn_status with_threads(void *owner)
{
    enum { ROWS = 400, COLUMNS = 500 };
    tn_status status = TN_OK;
    WITH_GRAPH(g, .owner = owner) {
        tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(ROWS, COLUMNS));
        tn_output y = tn_softmax(tn_tanh(tn_add(x, tn_reduce_sum(x, .axes = TN_AXES(1), .keep_dims = true))));
        status = tn_graph_status(g);
        if (status)
            return status;
        tn_tensor *t = tn_tensor_new(owner, TN_FLOAT32, 2, (int64_t[]){ ROWS, COLUMNS }, NULL);
        WITH_SESSION(s, .threads = 3)
            status = t && tn_run(s, y, .feeds = TN_FEEDS({ x, t })) ? TN_OK : code();
        else
            status = code();
        talloc_free(t);
    } else
        status = code();
    return status;
}

START_TEST(threads_and_large_results)
{
    expect_survives_oom(with_threads);
}
END_TEST

static tn_status interactive(void *owner)
{
    tn_graph *g = tn_graph_new(owner);
    tn_session *s = g ? tn_interactive_session_open(.graph = g) : NULL;
    tn_output y = s ? tn_add(tn_scalar(1.0f), tn_scalar(2.0f)) : (tn_output){ NULL, 0 };
    tn_status status = y.op && tn_eval(y) ? TN_OK : code();
    tn_session_close(s);
    talloc_free(g);
    return status;
}

START_TEST(interactive_session)
{
    expect_survives_oom(interactive);
}
END_TEST

/* A session that saw memory run out runs again when there is some. */
static tn_session *survivor;
static tn_output survivor_y;

static tn_status run_survivor(void *owner)
{
    tn_tensor *r = tn_run(survivor, survivor_y, .owner = owner);
    if (!r)
        return code();
    talloc_free(r);
    return TN_OK;
}

START_TEST(session_stays_usable)
{
    survivor_y = tn_relu(tn_add(tn_vector(1.0f, -2.0f), tn_random_uniform_with(&(const tn_random_args){ .shape = TN_SHAPE(2) })));
    survivor = tn_session_open();
    expect_survives_oom(run_survivor);
    tn_session_close(survivor);
}
END_TEST

TN_SUITE("session memory", graph_session_run_variable, threads_and_large_results, interactive_session, session_stays_usable)
