/*
 * The test harness: every test runs with a root context in a checked fixture and ends with an empty tree.
 *
 *   START_TEST(adds) { … .parent = root … } END_TEST
 *   TN_SUITE("core alloc", adds, subtracts)
 *
 * A test frees what it made (or lets scopes do so); teardown asserts that root has no child left, that no session or graph of the test is
 * still open (the process-wide default graph is reset), and that no allocation failure is still armed. Failing tests leave by longjmp:
 * whatever hangs on root is freed all the same.
 */
#ifndef TN_T_HARNESS_H
#define TN_T_HARNESS_H

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <tenure.h>

/* The context of the running test. */
extern void *root;

/* Asserts the code and a part of the message of the thread's last error. */
void expect_error(tn_status code, const char *part);
/* Asserts that a tensor is there and has exactly this text when printed; frees it. */
void expect_text(tn_tensor *tensor, const char *text);

/* Runs body with every allocation failing in turn, one-shot and then from there on, until it gets through: body returns TN_OK or the
 * status it failed with, which must be TN_RESOURCE_EXHAUSTED, and leaves nothing behind. */
void expect_survives_oom(tn_status (*body)(void *root));

int tn_suite_main(const char *name, const TTest *const *tests, size_t n);

#define TN_SUITE(name, ...)                                                                                                                \
    int main(void)                                                                                                                         \
    {                                                                                                                                      \
        const TTest *const tests[] = { __VA_ARGS__ };                                                                                      \
        return tn_suite_main(name, tests, sizeof tests / sizeof tests[0]);                                                                 \
    }

#endif
