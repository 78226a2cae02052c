/* lib/core/report.c: what hangs where. */
#include "harness.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/alloc.h"
#include "core/live.h"

static char text[8192];

static const char *report_of(const void *ctx)
{
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    tn_report(ctx, file);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

START_TEST(a_tree_is_listed_with_bytes)
{
    void *session = tn_alloc(root, 10, "tn_session");
    tn_tensor *t = tn_tensor_new(session, TN_FLOAT32, 2, (int64_t[]){ 2, 3 }, NULL);
    tn_live live;
    tn_live_add(&live, TN_LIVE_SESSION, session, "program.c", 42);
    char expected[256];
    snprintf(
        expected, sizeof expected,
        "%zu bytes in all\ntn_session 10 bytes: session opened at program.c:42\n  tn_tensor %zu bytes: float [2,3], 24 bytes of elements\n",
        34 + talloc_get_size(t), talloc_get_size(t));
    ck_assert_str_eq(report_of(session), expected);
    ck_assert_str_eq(report_of(session), expected); /* reporting leaves no trace */
    tn_live_remove(&live);
    ck_assert_ptr_null(strstr(report_of(session), "program.c"));
    talloc_free(session);
}
END_TEST

START_TEST(what_is_open_is_listed)
{
    tn_live session, graph;
    ck_assert_str_eq(report_of(NULL), "");
    tn_live_add(&session, TN_LIVE_SESSION, &session, "program.c", 42);
    tn_live_add(&graph, TN_LIVE_GRAPH, &graph, NULL, 0);
    ck_assert_ptr_nonnull(strstr(report_of(NULL), "session opened at program.c:42\n"));
    ck_assert_ptr_nonnull(strstr(report_of(NULL), "graph\n"));
    tn_live_remove(&session);
    tn_live_remove(&graph);
}
END_TEST

/* A child that ends with a session open. The entry is static: it is looked at after main. */
static void end_with_one_open(const char *path)
{
    static tn_live live;
    talloc_free(root);
    setenv("TENURE_REPORT", path, 1);
    tn_live_add(&live, TN_LIVE_SESSION, &live, "forgetful.c", 7);
    exit(0);
}

START_TEST(the_end_of_a_program_is_reported)
{
    char path[64];
    int status = 0;
    snprintf(path, sizeof path, "check_report-%ld.txt", (long)getpid());
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        end_with_one_open(path);
    waitpid(child, &status, 0);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    unlink(path);
    ck_assert_str_eq(text, "session opened at forgetful.c:7\n");
}
END_TEST

TN_SUITE("core report", a_tree_is_listed_with_bytes, what_is_open_is_listed, the_end_of_a_program_is_reported)
