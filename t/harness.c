/* See harness.h. */
#include <stdio.h>
#include "harness.h"
#include "core/alloc.h"
#include "core/live.h"

void *root;

typedef struct test_root {
    int sized; /* a context without a size looks lost to leak checkers */
} test_root;

static void setup(void)
{
    root = talloc_zero(NULL, test_root);
    ck_assert_ptr_nonnull(root);
}

static void describe(const tn_live *live, void *data)
{
    char *text = data;
    if (!text[0])
        snprintf(text, 256, "a %s opened at %s:%d is still open", live->kind == TN_LIVE_SESSION ? "session" : "graph",
                 live->file ? live->file : "?", live->line);
}

static void teardown(void)
{
    tn_alloc_fail_at(0, false);
    (void)tn_reset_default_graph();
    size_t blocks = talloc_total_blocks(root);
    char left[256] = "";
    if (blocks != 1)
        talloc_report_full(root, stderr);
    talloc_free(root);
    root = NULL;
    tn_live_each(describe, left);
    ck_assert_msg(blocks == 1, "the test left %zu blocks on its root", blocks - 1);
    ck_assert_msg(!left[0], "%s", left);
}

void expect_error(tn_status code, const char *part)
{
    const tn_error *e = tn_last_error();
    ck_assert_msg(e->code == code, "status %s, not %s: %s", tn_status_name(e->code), tn_status_name(code), e->message);
    ck_assert_msg(strstr(e->message, part) != NULL, "message \"%s\" does not hold \"%s\"", e->message, part);
}

void expect_text(tn_tensor *tensor, const char *text)
{
    ck_assert_msg(tensor != NULL, "no tensor: %s", tn_last_error()->message);
    char *got = tn_tensor_text(tensor, tensor);
    ck_assert_ptr_nonnull(got);
    ck_assert_str_eq(got, text);
    talloc_free(tensor);
}

static bool survives(tn_status (*body)(void *), long n, bool sticky)
{
    tn_alloc_fail_at(n, sticky);
    tn_status status = body(root);
    bool reached = tn_alloc_count() >= n;
    tn_alloc_fail_at(0, false);
    (void)tn_reset_default_graph();
    if (reached && status != TN_OK)
        ck_assert_msg(status == TN_RESOURCE_EXHAUSTED, "allocation %ld failing gave %s: %s", n, tn_status_name(status),
                      tn_last_error()->message);
    if (!reached)
        ck_assert_msg(status == TN_OK, "without a failure: %s", tn_last_error()->message);
    ck_assert_msg(talloc_total_blocks(root) == 1, "allocation %ld failing left something behind", n);
    return reached;
}

void expect_survives_oom(tn_status (*body)(void *))
{
    for (int sticky = 0; sticky < 2; sticky++)
        for (long n = 1; survives(body, n, sticky != 0); n++)
            ;
}

int tn_suite_main(const char *name, const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
