/* Default graphs and sessions. */
#include <pthread.h>
#include "core/alloc.h"
#include "graph/default.h"
#include "harness.h"

START_TEST(process_graph_is_made_once_for_all_threads)
{
    tn_graph *graph = tn_default_graph();
    ck_assert_ptr_nonnull(graph);
    ck_assert_ptr_eq(tn_default_graph(), graph);
}
END_TEST

static void *ask(void *unused)
{
    (void)unused;
    return tn_default_graph();
}

START_TEST(threads_share_the_graph_of_the_process_and_nothing_else)
{
    enum { N = 4 };
    pthread_t threads[N];
    void *seen[N];
    tn_graph *mine = tn_graph_new(root);
    tn_scope scope = tn_enter_default_graph(mine);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask, NULL), 0);
    for (int i = 0; i < N; i++)
        pthread_join(threads[i], &seen[i]);
    for (int i = 0; i < N; i++)
        ck_assert(seen[i] && seen[i] != mine && seen[i] == seen[0]);
    ck_assert_int_eq(tn_leave(scope), TN_OK);
    ck_assert_ptr_eq(tn_default_graph(), seen[0]);
    talloc_free(mine);
}
END_TEST

START_TEST(reset_replaces)
{
    tn_output x = tn_scalar(1.0f);
    tn_session *s = tn_session_open(.parent = root);
    ck_assert_int_eq(tn_reset_default_graph(), TN_OK);
    ck_assert_uint_eq(tn_graph_num_ops(tn_default_graph()), 0);
    expect_text(tn_run(s, x), "1.0"); /* the session keeps the old one */
    tn_session_close(s);
}
END_TEST

START_TEST(reset_is_refused_inside)
{
    tn_graph *g = tn_graph_new(root);
    tn_scope scope = tn_enter_default_graph(g);
    ck_assert_int_eq(tn_reset_default_graph(), TN_FAILED_PRECONDITION);
    expect_error(TN_FAILED_PRECONDITION, "to clear nested graphs. If you need a cleared graph, exit the nesting and create a new graph.");
    ck_assert_ptr_eq(tn_default_graph(), g);
    ck_assert_int_eq(tn_leave(scope), TN_OK);
    talloc_free(g);
    ck_assert_int_eq(tn_reset_default_graph(), TN_OK);
}
END_TEST

START_TEST(wrong_order_is_told_and_made_good)
{
    tn_graph *a = tn_graph_new(root), *b = tn_graph_new(root), *before = tn_default_graph();
    tn_scope outer = tn_enter_default_graph(a), inner = tn_enter_default_graph(b);
    ck_assert_int_eq(tn_leave(outer), TN_FAILED_PRECONDITION);
    expect_error(TN_FAILED_PRECONDITION, "Nesting violated for default stack of <class 'Graph'> objects");
    ck_assert_ptr_eq(tn_default_graph(), before);
    ck_assert_int_eq(tn_leave(inner), TN_FAILED_PRECONDITION);
    ck_assert_ptr_eq(tn_default_graph(), before);
    talloc_free(a);
    talloc_free(b);
}
END_TEST

START_TEST(leaving_twice_is_told)
{
    tn_session *s = tn_session_open(.parent = root);
    tn_scope scope = tn_enter_default_session(s);
    ck_assert_ptr_eq(tn_default_session(), s);
    ck_assert_int_eq(tn_leave(scope), TN_OK);
    ck_assert_int_eq(tn_leave(scope), TN_FAILED_PRECONDITION);
    expect_error(TN_FAILED_PRECONDITION, "Nesting violated for default stack of <class 'Session'> objects");
    tn_session_close(s);
}
END_TEST

START_TEST(token_of_nothing)
{
    ck_assert_int_eq(tn_leave((tn_scope){ .kind = 0 }), TN_OK);
}
END_TEST

START_TEST(same_graph_many_times)
{
    enum { N = 100 };
    tn_scope scopes[N];
    tn_graph *a = tn_graph_new(root), *b = tn_graph_new(root), *before = tn_default_graph();
    for (int i = 0; i < N; i++)
        scopes[i] = tn_enter_default_graph(i % 3 ? a : b);
    for (int i = N - 1; i >= 0; i--) {
        ck_assert_ptr_eq(tn_default_graph(), i % 3 ? a : b);
        ck_assert_int_eq(tn_leave(scopes[i]), TN_OK);
    }
    ck_assert_ptr_eq(tn_default_graph(), before);
    talloc_free(a);
    talloc_free(b);
}
END_TEST

START_TEST(graph_freed_inside_hides_the_outer_one)
{
    tn_graph *outer = tn_graph_new(root), *g = tn_graph_new(root);
    tn_scope first = tn_enter_default_graph(outer), second = tn_enter_default_graph(g);
    talloc_free(g);
    ck_assert_ptr_null(tn_default_graph());
    expect_error(TN_FAILED_PRECONDITION, "was freed");
    ck_assert_ptr_null(tn_scalar(1.0f).op);
    ck_assert_uint_eq(tn_graph_num_ops(outer), 0);
    ck_assert_int_eq(tn_leave(second), TN_OK);
    ck_assert_ptr_eq(tn_default_graph(), outer);
    ck_assert_int_eq(tn_leave(first), TN_OK);
    talloc_free(outer);
}
END_TEST

static void *free_it(void *graph)
{
    talloc_free(graph);
    return NULL;
}

START_TEST(graph_freed_by_another_thread)
{
    pthread_t thread;
    tn_graph *g = tn_graph_new(NULL);
    tn_scope scope = tn_enter_default_graph(g);
    ck_assert_int_eq(pthread_create(&thread, NULL, free_it, g), 0);
    pthread_join(thread, NULL);
    ck_assert_ptr_null(tn_default_graph());
    ck_assert_int_eq(tn_leave(scope), TN_OK);
}
END_TEST

START_TEST(null_is_no_default)
{
    tn_graph *before = tn_default_graph();
    tn_scope g = tn_enter_default_graph(NULL), s = tn_enter_default_session(NULL);
    ck_assert_ptr_null(tn_default_graph());
    ck_assert_ptr_null(tn_default_session());
    ck_assert_int_eq(tn_leave(s), TN_OK);
    ck_assert_int_eq(tn_leave(g), TN_OK);
    ck_assert_ptr_eq(tn_default_graph(), before);
}
END_TEST

START_TEST(interactive_sessions_close_in_any_order)
{
    tn_session *a = tn_interactive_session_open(.parent = root), *b = tn_interactive_session_open(.parent = root),
               *c = tn_interactive_session_open(.parent = root);
    ck_assert_ptr_eq(tn_default_session(), c);
    tn_session_close(b);
    ck_assert_ptr_eq(tn_default_session(), c);
    tn_session_close(c);
    ck_assert_ptr_eq(tn_default_session(), a);
    tn_session_close(a);
    ck_assert_ptr_null(tn_default_session());
}
END_TEST

START_TEST(interactive_session_brings_its_graph)
{
    tn_graph *g = tn_graph_new(root), *before = tn_default_graph();
    tn_session *s = tn_interactive_session_open(.graph = g, .parent = root);
    ck_assert_ptr_eq(tn_default_graph(), g);
    expect_text(tn_eval(tn_scalar(3)), "3");
    tn_session_close(s);
    ck_assert_ptr_eq(tn_default_graph(), before);
    talloc_free(g);
}
END_TEST

START_TEST(interactive_session_opened_inside_outlives_the_scope)
{
    tn_session *s = tn_session_open(.parent = root), *i = NULL;
    WITH_DEFAULT_SESSION(s) {
        i = tn_interactive_session_open(.parent = root);
        ck_assert_ptr_eq(tn_default_session(), i);
    }
    ck_assert_ptr_eq(tn_default_session(), i);
    tn_session_close(i);
    ck_assert_ptr_null(tn_default_session());
    tn_session_close(s);
}
END_TEST

START_TEST(session_closed_inside)
{
    tn_session *outer = tn_session_open(.parent = root), *s = tn_session_open(.parent = root);
    WITH_DEFAULT_SESSION(outer) {
        WITH_DEFAULT_SESSION(s) {
            tn_session_close(s);
            ck_assert_ptr_null(tn_default_session());
            ck_assert_ptr_null(tn_eval(tn_scalar(1)));
        }
        ck_assert_ptr_eq(tn_default_session(), outer);
    }
    tn_session_close(outer);
}
END_TEST

/* Without memory for the stack the scope is entered all the same, and nothing is built in the wrong graph. */
START_TEST(memory_runs_out_at_entering)
{
    enum { N = 8 };
    tn_scope scopes[N];
    tn_graph *a = tn_graph_new(root), *b = tn_graph_new(root);
    for (int i = 0; i < N; i++)
        scopes[i] = tn_enter_default_graph(a);
    tn_alloc_fail_at(1, true);
    tn_scope failed = tn_enter_default_graph(b), above = tn_enter_default_graph(b);
    tn_alloc_fail_at(0, false);
    ck_assert_ptr_null(tn_default_graph());
    expect_error(TN_RESOURCE_EXHAUSTED, "");
    ck_assert_ptr_null(tn_scalar(1.0f).op);
    ck_assert_int_eq(tn_leave(above), TN_OK);
    ck_assert_ptr_null(tn_default_graph());
    ck_assert_int_eq(tn_leave(failed), TN_OK);
    ck_assert_int_eq(tn_leave(failed), TN_FAILED_PRECONDITION);
    ck_assert_ptr_eq(tn_default_graph(), a);
    ck_assert_int_eq(tn_leave(scopes[0]), TN_FAILED_PRECONDITION); /* ends the inner ones, too */
    ck_assert_ptr_ne(tn_default_graph(), a);
    talloc_free(a);
    talloc_free(b);
}
END_TEST

static tn_status graph_block(void *owner)
{
    tn_status status = TN_RESOURCE_EXHAUSTED;
    WITH_GRAPH(g, .owner = owner) {
        WITH_DEFAULT_GRAPH(g)
            status = tn_scalar(1.0f).op ? TN_OK : tn_last_error()->code;
    }
    return status;
}

START_TEST(survives_oom)
{
    expect_survives_oom(graph_block);
}
END_TEST

TN_SUITE("graph default", process_graph_is_made_once_for_all_threads, threads_share_the_graph_of_the_process_and_nothing_else,
         reset_replaces, reset_is_refused_inside, wrong_order_is_told_and_made_good, leaving_twice_is_told, token_of_nothing,
         same_graph_many_times, graph_freed_inside_hides_the_outer_one, graph_freed_by_another_thread, null_is_no_default,
         interactive_sessions_close_in_any_order, interactive_session_brings_its_graph,
         interactive_session_opened_inside_outlives_the_scope, session_closed_inside, memory_runs_out_at_entering, survives_oom)
