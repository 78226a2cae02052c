/* Opening and closing sessions: options, defaults, order of closing. */
#include "core/live.h"
#include "graph/graph.h"
#include "harness.h"
#include "session/session.h"

static tn_output forty_two(void)
{
    return tn_add(tn_scalar(40.0f), tn_scalar(2.0f));
}

START_TEST(opens_runs_closes)
{
    tn_output y = tn_add(tn_vector(1.0f, 2.0f), tn_vector(2.0f, 3.0f));
    tn_session *s = tn_session_open();
    ck_assert_ptr_nonnull(s);
    ck_assert_ptr_null(tn_default_session());
    expect_text(tn_run(s, y), "[3. 5.]");
    tn_session_close(s);
}
END_TEST

START_TEST(closes_without_a_run)
{
    tn_session_close(tn_session_open(.parent = root));
    tn_session_close(NULL);
}
END_TEST

START_TEST(closing_twice_does_nothing)
{
    tn_session *s = tn_session_open();
    tn_session_close(s);
    tn_session_close(s);
    ck_assert(!tn_live_has(TN_LIVE_SESSION, s));
}
END_TEST

START_TEST(parent_closes)
{
    void *parent = talloc_size(root, 1);
    tn_output y = forty_two();
    tn_session *s = tn_session_open(.parent = parent);
    ck_assert_ptr_nonnull(tn_run(s, y));
    talloc_free(parent);
    ck_assert_ptr_null(tn_run(s, y));
    expect_error(TN_FAILED_PRECONDITION, "Attempted to use a closed Session.");
}
END_TEST

START_TEST(use_after_close)
{
    tn_output y = forty_two();
    tn_session *s = tn_session_open();
    tn_session_close(s);
    tn_tensor *results[1];
    ck_assert_ptr_null(tn_run(s, y));
    expect_error(TN_FAILED_PRECONDITION, "Attempted to use a closed Session.");
    ck_assert_int_eq(tn_run_op(s, y.op), TN_FAILED_PRECONDITION);
    ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y), results), TN_FAILED_PRECONDITION);
    ck_assert_ptr_null(tn_eval(y, .session = s));
    ck_assert_int_eq(tn_op_run(y.op, .session = s), TN_FAILED_PRECONDITION);
    ck_assert_ptr_null(tn_session_graph(s));
    ck_assert_ptr_null(tn_run(NULL, y));
    expect_error(TN_FAILED_PRECONDITION, "closed");
}
END_TEST

START_TEST(unknown_target)
{
    ck_assert_ptr_null(tn_session_open(.target = "INVALID_TARGET"));
    expect_error(TN_NOT_FOUND, "No session factory registered for the given session options: {target: \"INVALID_TARGET\" config: } "
                               "Registered factories are {DIRECT_SESSION}.");
    tn_session *s = tn_session_open(.target = "", .parent = root);
    ck_assert_ptr_nonnull(s);
    tn_session_close(s);
}
END_TEST

START_TEST(negative_limits)
{
    ck_assert_ptr_null(tn_session_open(.threads = -1));
    expect_error(TN_INVALID_ARGUMENT, "threads -1");
    ck_assert_ptr_null(tn_session_open(.memory_limit = INT64_MIN));
    expect_error(TN_INVALID_ARGUMENT, "memory_limit -9223372036854775808");
    ck_assert_ptr_null(tn_interactive_session_open(.timeout_ms = -5));
    expect_error(TN_INVALID_ARGUMENT, "timeout_ms -5");
    ck_assert_ptr_null(tn_default_session());
}
END_TEST

START_TEST(open_without_options)
{
    tn_session *s = tn_session_open_with(NULL);
    ck_assert_ptr_nonnull(s);
    ck_assert_ptr_eq(tn_session_graph(s), tn_default_graph());
    tn_session_close(s);
    s = tn_interactive_session_open_with(NULL);
    ck_assert_ptr_eq(tn_default_session(), s);
    tn_session_close(s);
    s = tn_session_enter(NULL);
    ck_assert_ptr_eq(tn_default_session(), s);
    tn_session_exit(s);
    tn_session_exit(s);
    tn_session_exit(NULL);
    ck_assert_ptr_null(tn_default_session());
}
END_TEST

START_TEST(binds_the_default_graph_of_its_opening)
{
    tn_graph *g = tn_graph_new(root);
    tn_session *s;
    WITH_DEFAULT_GRAPH(g)
        s = tn_session_open(.parent = root);
    ck_assert_ptr_eq(tn_session_graph(s), g);
    ck_assert_ptr_ne(tn_default_graph(), g);
    tn_session *t = tn_session_open(.graph = g);
    ck_assert_ptr_eq(tn_session_graph(t), g);
    tn_session_close(t);
    tn_session_close(s);
    talloc_free(g);
    ck_assert_ptr_null(tn_session_graph(NULL));
}
END_TEST

START_TEST(graph_freed_first)
{
    tn_graph *g = tn_graph_new(root);
    tn_output y;
    WITH_DEFAULT_GRAPH(g)
        y = forty_two();
    tn_session *s = tn_session_open(.graph = g, .parent = root);
    talloc_free(g);
    expect_text(tn_run(s, y), "42.0");
    tn_graph *own = tn_session_graph(s);
    ck_assert_ptr_nonnull(own);
    ck_assert_uint_eq(tn_graph_num_ops(own), 3);
    WITH_DEFAULT_GRAPH(own)
        expect_text(tn_run(s, tn_square(y)), "1764.0");
    tn_session_close(s);
}
END_TEST

START_TEST(session_closed_first)
{
    tn_graph *g = tn_graph_new(root);
    tn_session *s = tn_session_open(.graph = g, .parent = g);
    tn_session_close(s);
    ck_assert_uint_eq(tn_graph_num_ops(g), 0);
    (void)tn_session_open(.graph = g, .parent = g);
    talloc_free(g); /* closes the second */
}
END_TEST

START_TEST(sessions_have_their_own_state)
{
    tn_variable *v = tn_variable_new(tn_scalar(10.0f), .name = "v");
    tn_output plus = tn_assign_add(v, tn_scalar(1.0f));
    tn_session *a = tn_session_open(), *b = tn_session_open();
    ck_assert_int_eq(tn_run_op(a, tn_initializer(v)), TN_OK);
    expect_text(tn_run(a, plus), "11.0");
    ck_assert_ptr_null(tn_run(b, tn_read(v)));
    expect_error(TN_FAILED_PRECONDITION, "Attempting to use uninitialized value v");
    ck_assert_int_eq(tn_run_op(b, tn_initializer(v)), TN_OK);
    expect_text(tn_run(b, tn_read(v)), "10.0");
    expect_text(tn_run(a, tn_read(v)), "11.0");
    tn_session_close(a);
    expect_text(tn_run(b, plus), "11.0");
    tn_session_close(b);
}
END_TEST

START_TEST(results_outlive_when_kept)
{
    tn_session *s = tn_session_open();
    tn_tensor *y = tn_run(s, forty_two()), *kept = tn_keep(root, tn_run(s, forty_two()));
    ck_assert_ptr_nonnull(y);
    ck_assert_ptr_eq(talloc_parent(y), s);
    tn_session_close(s);
    expect_text(kept, "42.0");
}
END_TEST

START_TEST(application_hangs_things_on_it)
{
    tn_session *s = tn_session_open();
    ck_assert_ptr_nonnull(talloc_strdup(s, "freed with the session"));
    ck_assert_ptr_nonnull(tn_run(s, forty_two(), .owner = talloc_size(s, 1)));
    tn_session_close(s);
}
END_TEST

/* ---- Blocks ---- */

static int leaves_early(tn_session **seen)
{
    WITH_SESSION(s) {
        *seen = s;
        if (tn_default_session() == s)
            return 1;
    }
    return 0;
}

START_TEST(block_closes)
{
    tn_session *seen = NULL;
    ck_assert_int_eq(leaves_early(&seen), 1);
    ck_assert_ptr_nonnull(seen);
    ck_assert(!tn_live_has(TN_LIVE_SESSION, seen));
    ck_assert_ptr_null(tn_default_session());
}
END_TEST

START_TEST(block_makes_defaults)
{
    tn_graph *g = tn_graph_new(root), *process = tn_default_graph();
    tn_session *outer = tn_session_open(.graph = g);
    WITH_DEFAULT_SESSION(outer)
        WITH_SESSION(s, .graph = g) {
            ck_assert_ptr_eq(tn_default_graph(), g);
            ck_assert_ptr_eq(tn_default_session(), s);
            expect_text(tn_eval(forty_two()), "42.0");
        }
    ck_assert_ptr_eq(tn_default_graph(), process);
    ck_assert(tn_live_has(TN_LIVE_SESSION, outer));
    tn_session_close(outer);
    talloc_free(g);
}
END_TEST

START_TEST(block_that_cannot_open)
{
    bool skipped = false;
    WITH_SESSION(s, .target = "grpc://nowhere")
        ck_abort();
    else
        skipped = true;
    ck_assert(skipped);
    expect_error(TN_NOT_FOUND, "grpc://nowhere");
}
END_TEST

START_TEST(closed_inside_its_block)
{
    WITH_SESSION(s) {
        tn_session_close(s);
        ck_assert_ptr_null(tn_default_session());
    }
    WITH_SESSION(again)
        expect_text(tn_eval(forty_two()), "42.0");
    ck_assert_ptr_null(tn_default_session());
}
END_TEST

/* ---- Interactive sessions ---- */

START_TEST(interactive_is_the_default_until_closed)
{
    tn_session *s = tn_interactive_session_open();
    ck_assert_ptr_eq(tn_default_session(), s);
    expect_text(tn_eval(forty_two()), "42.0");
    tn_session_close(s);
    ck_assert_ptr_null(tn_default_session());
}
END_TEST

START_TEST(interactive_closed_in_any_order)
{
    tn_session *a = tn_interactive_session_open(), *b = tn_interactive_session_open(), *c = tn_interactive_session_open();
    tn_session_close(b);
    ck_assert_ptr_eq(tn_default_session(), c);
    tn_session_close(c);
    ck_assert_ptr_eq(tn_default_session(), a);
    b = tn_interactive_session_open();
    tn_session_close(a);
    ck_assert_ptr_eq(tn_default_session(), b);
    talloc_free(b);
    ck_assert_ptr_null(tn_default_session());
}
END_TEST

START_TEST(interactive_with_a_graph)
{
    tn_graph *g = tn_graph_new(root), *process = tn_default_graph();
    tn_session *s = tn_interactive_session_open(.graph = g);
    ck_assert_ptr_eq(tn_default_graph(), g);
    expect_text(tn_eval(forty_two()), "42.0");
    tn_session_close(s);
    ck_assert_ptr_eq(tn_default_graph(), process);
    WITH_DEFAULT_GRAPH(g) {
        s = tn_interactive_session_open(.graph = g);
        tn_session_close(s);
        ck_assert_ptr_eq(tn_default_graph(), g);
    }
    talloc_free(g);
}
END_TEST

TN_SUITE("session session", opens_runs_closes, closes_without_a_run, closing_twice_does_nothing, parent_closes, use_after_close,
         unknown_target, negative_limits, open_without_options, binds_the_default_graph_of_its_opening, graph_freed_first,
         session_closed_first, sessions_have_their_own_state, results_outlive_when_kept, application_hangs_things_on_it, block_closes,
         block_makes_defaults, block_that_cannot_open, closed_inside_its_block, interactive_is_the_default_until_closed,
         interactive_closed_in_any_order, interactive_with_a_graph)
