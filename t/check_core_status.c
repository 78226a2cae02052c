/* lib/core/status.c: the last error of a thread. */
#include "harness.h"

#include <pthread.h>
#include "core/alloc.h"
#include "core/status.h"

START_TEST(an_error_is_kept_until_the_next)
{
    ck_assert_int_eq(tn_fail(TN_NOT_FOUND, "no %s of %d", "file", 7), TN_NOT_FOUND);
    const tn_error *e = tn_last_error();
    ck_assert_int_eq(e->code, TN_NOT_FOUND);
    ck_assert_ptr_null(e->op);
    ck_assert_str_eq(e->message, "no file of 7");
    talloc_free(tn_strdup(root, "success leaves it"));
    ck_assert_str_eq(tn_last_error()->message, "no file of 7");
    tn_fail(TN_ABORTED, "again: %s", tn_last_error()->message);
    ck_assert_str_eq(tn_last_error()->message, "again: no file of 7");
}
END_TEST

START_TEST(an_error_names_its_node)
{
    ck_assert_int_eq(tn_fail_node(TN_INVALID_ARGUMENT, "MatMul", "a/late", "inner %d", 3), TN_INVALID_ARGUMENT);
    ck_assert_str_eq(tn_last_error()->message, "MatMul 'a/late': inner 3");
    ck_assert_str_eq(tn_last_error()->op, "a/late");
    tn_fail_node(TN_INTERNAL, "MatMul", tn_last_error()->op, "twice");
    ck_assert_str_eq(tn_last_error()->op, "a/late");
    tn_fail(TN_INTERNAL, "no node");
    ck_assert_ptr_null(tn_last_error()->op);
}
END_TEST

START_TEST(long_texts_are_cut)
{
    char *longest = tn_alloc(root, 100001, "text");
    memset(longest, 'x', 100000);
    tn_fail_node(TN_INTERNAL, "Add", longest, "%s", longest);
    ck_assert_uint_eq(strlen(tn_last_error()->op), sizeof((tn_saved_error *)NULL)->op - 1);
    ck_assert_uint_eq(strlen(tn_last_error()->message), sizeof((tn_saved_error *)NULL)->message - 1);
    tn_fail_stored(TN_INTERNAL, longest, longest);
    ck_assert_uint_eq(strlen(tn_last_error()->message), sizeof((tn_saved_error *)NULL)->message - 1);
    talloc_free(longest);
}
END_TEST

START_TEST(an_error_is_stored_and_restored)
{
    tn_saved_error saved;
    tn_fail_stored(TN_ABORTED, "node", "a whole message, 100%");
    ck_assert_str_eq(tn_last_error()->message, "a whole message, 100%");
    ck_assert_str_eq(tn_last_error()->op, "node");
    tn_error_save(&saved);
    tn_fail_stored(TN_INTERNAL, "", "other");
    ck_assert_ptr_null(tn_last_error()->op);
    tn_fail_stored(TN_INTERNAL, NULL, "other");
    ck_assert_ptr_null(tn_last_error()->op);
    tn_error_restore(&saved);
    ck_assert_int_eq(tn_last_error()->code, TN_ABORTED);
    ck_assert_str_eq(tn_last_error()->op, "node");
    ck_assert_str_eq(tn_last_error()->message, "a whole message, 100%");
}
END_TEST

static void *other_thread(void *arg)
{
    (void)arg;
    ck_assert_int_eq(tn_last_error()->code, TN_OK);
    ck_assert_str_eq(tn_last_error()->message, "");
    tn_fail(TN_ABORTED, "of the other thread");
    return NULL;
}

START_TEST(each_thread_has_its_own)
{
    pthread_t thread;
    tn_fail(TN_NOT_FOUND, "of this thread");
    ck_assert_int_eq(pthread_create(&thread, NULL, other_thread, NULL), 0);
    pthread_join(thread, NULL);
    ck_assert_str_eq(tn_last_error()->message, "of this thread");
}
END_TEST

START_TEST(no_error_allocates)
{
    tn_alloc_fail_at(1, true);
    tn_fail_node(TN_INTERNAL, "Add", "a", "x");
    ck_assert_int_eq(tn_alloc_count(), 0);
}
END_TEST

START_TEST(statuses_have_names)
{
    ck_assert_str_eq(tn_status_name(TN_OK), "OK");
    ck_assert_str_eq(tn_status_name(TN_FAILED_PRECONDITION), "FAILED_PRECONDITION");
    ck_assert_str_eq(tn_status_name(TN_UNAUTHENTICATED), "UNAUTHENTICATED");
    ck_assert_str_eq(tn_status_name((tn_status)17), "UNKNOWN");
    ck_assert_str_eq(tn_status_name((tn_status)-1), "UNKNOWN");
    int major, minor, patch, end = 0;
    ck_assert_int_eq(sscanf(tn_version(), "%d.%d.%d%n", &major, &minor, &patch, &end), 3);
    ck_assert_int_eq(tn_version()[end], 0);
}
END_TEST

TN_SUITE("core status", an_error_is_kept_until_the_next, an_error_names_its_node, long_texts_are_cut, an_error_is_stored_and_restored,
         each_thread_has_its_own, no_error_allocates, statuses_have_names)
