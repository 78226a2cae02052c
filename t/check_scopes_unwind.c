/*
 * Scopes that are left from outside: thread cancellation, thread exit, longjmp. This file is built with -fexceptions (Makefile.am), as a
 * user's must be for the first two.
 */
#define TN_NO_SHORT_NAMES
#define TN_REQUIRE_UNWIND
#include <pthread.h>
#include <setjmp.h>
#include <unistd.h>

#include "graph/default.h"
#include "scope_watch.h"

#if defined(WITH_SESSION) || defined(SESSION_SCOPE) || defined(WITH_CONTROL_DEPENDENCIES)
#error "TN_NO_SHORT_NAMES leaves short names"
#endif

/* ---- Threads ---- */

static int entered; /* how deep a thread got */
static int entry_pipe[2];

static void wait_for_ever(void)
{
    char ready = 1;
    if (write(entry_pipe[1], &ready, 1) == 1)
        for (;;)
            pause(); /* a cancellation point */
}

static void leave_by_exit(void)
{
    pthread_exit(NULL);
}

/* Blocks and declarations, everything that can be open. */
static void *enter_everything(void *leave)
{
    TN_WITH_DEFAULT_GRAPH(things.outer) {
        TN_WITH_SESSION(s) {
            TN_WITH_GRAPH(g) {
                TN_TEMP_SCOPE(t);
                TN_NAME_SCOPE("n");
                TN_WITH_DEVICE("/cpu:3") {
                    TN_WITH_DEFAULT_SESSION(things.session) {
                        tn_output x = tn_scalar(1.0f);
                        TN_WITH_CONTROL_DEPENDENCIES(x.op) {
                            entered = in_temp(t) == 42 && in_name_scope() == 42 && in_device() == 42 && g && s;
                            ((void (*)(void))(uintptr_t)leave)();
                        }
                    }
                }
            }
        }
    }
    return NULL;
}

static pthread_t start(void (*leave)(void))
{
    pthread_t thread;
    entered = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, enter_everything, (void *)(uintptr_t)leave), 0);
    return thread;
}

START_TEST(cancelled_thread)
{
    char ready = 0;
    scope_things_open();
    ck_assert_int_eq(pipe(entry_pipe), 0);
    pthread_t thread = start(wait_for_ever);
    ck_assert_int_eq(read(entry_pipe[0], &ready, 1), 1);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
    close(entry_pipe[0]);
    close(entry_pipe[1]);
    ck_assert_int_eq(entered, 1);
    scope_things_close();
}
END_TEST

START_TEST(exiting_thread)
{
    scope_things_open();
    pthread_join(start(leave_by_exit), NULL);
    ck_assert_int_eq(entered, 1);
    scope_things_close();
}
END_TEST

/* What a thread leaves open on its stacks goes with the thread, more of it than stands in place too. */
static void *never_leaves(void *graph)
{
    for (int i = 0; i < 40; i++) {
        (void)tn_enter_default_graph(graph);
        (void)tn_enter_default_session(things.session);
    }
    return tn_default_graph();
}

START_TEST(thread_that_never_leaves)
{
    void *innermost;
    pthread_t thread;
    scope_things_open();
    tn_graph *graph = tn_graph_new(root);
    ck_assert_int_eq(pthread_create(&thread, NULL, never_leaves, graph), 0);
    pthread_join(thread, &innermost);
    ck_assert_ptr_eq(innermost, graph);
    ck_assert_int_eq((int)graph->core->refs, 1);
    talloc_free(graph);
    scope_things_close();
}
END_TEST

/* ---- longjmp ---- */

static jmp_buf back;

static void jump_from_deep_inside(void)
{
    TN_WITH_NAME_SCOPE("lost") {
        TN_WITH_DEVICE("/cpu:5") {
            TN_WITH_DEFAULT_GRAPH(things.other) {
                TN_WITH_NAME_SCOPE("elsewhere") {
                    longjmp(back, 1);
                }
            }
        }
    }
}

START_TEST(longjmp_past_scopes_of_a_name_scope)
{
    scope_things_open();
    TN_WITH_DEFAULT_GRAPH(things.outer) {
        TN_WITH_NAME_SCOPE("kept") {
            if (!setjmp(back))
                jump_from_deep_inside();
            ck_assert_ptr_eq(tn_default_graph(), things.other); /* not made good yet */
        }
        expect_outside();
    }
    ck_assert_str_eq(tn_op_name(tn_scalar(1.0f).op), "Const_1");
    TN_WITH_DEFAULT_GRAPH(things.other)
        ck_assert_str_eq(tn_op_name(tn_scalar(1.0f).op), "Const");
    scope_things_close();
}
END_TEST

START_TEST(longjmp_out_of_a_session_with_a_parent)
{
    scope_things_open();
    void *parent = talloc_named_const(root, 1, "parent");
    TN_WITH_DEFAULT_SESSION(things.session) {
        if (!setjmp(back)) {
            TN_WITH_SESSION(s, .parent = parent) {
                ck_assert_ptr_eq(tn_default_session(), s);
                longjmp(back, 1);
            }
        }
        talloc_free(parent); /* closes it */
        ck_assert_ptr_null(tn_default_session());
    }
    expect_outside();
    scope_things_close();
}
END_TEST

TN_SUITE("scopes unwind", cancelled_thread, exiting_thread, thread_that_never_leaves, longjmp_past_scopes_of_a_name_scope,
         longjmp_out_of_a_session_with_a_parent)
