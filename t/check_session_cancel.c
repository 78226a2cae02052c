/* Runs that are stopped: by a token, by time, by close. */
#include <pthread.h>
#include <time.h>
#include "harness.h"

/* Some seconds of work, unless it is stopped. */
static tn_output long_work(tn_output x)
{
    tn_output y = x;
    for (int i = 0; i < 20000; i++)
        y = tn_mul(y, x);
    return y;
}

static tn_tensor *much(void)
{
    return tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 1 << 20 }, NULL);
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

START_TEST(requested_before)
{
    tn_output c = tn_scalar(1);
    tn_cancel *cancel = tn_cancel_new(root);
    WITH_SESSION(s) {
        expect_text(tn_run(s, c, .cancel = cancel), "1");
        tn_cancel_request(cancel);
        ck_assert_ptr_null(tn_run(s, c, .cancel = cancel));
        expect_error(TN_CANCELLED, "Run call was cancelled");
        expect_text(tn_run(s, c), "1");
    }
    tn_cancel_request(NULL);
    talloc_free(cancel);
}
END_TEST

typedef struct killer {
    tn_cancel *cancel;
    tn_session *session;
} killer;

static void *request_soon(void *data)
{
    killer *k = data;
    sleep_ms(30);
    tn_cancel_request(k->cancel);
    if (k->session)
        tn_session_close(k->session);
    return NULL;
}

START_TEST(requested_by_another_thread)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = long_work(x);
    tn_tensor *t = much();
    killer k = { tn_cancel_new(root), NULL };
    pthread_t thread;
    double start = seconds();
    WITH_SESSION(s) {
        ck_assert_int_eq(pthread_create(&thread, NULL, request_soon, &k), 0);
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, t }), .cancel = k.cancel));
        expect_error(TN_CANCELLED, "Run call was cancelled");
        pthread_join(thread, NULL);
    }
    ck_assert_double_lt(seconds() - start, 60);
    talloc_free(k.cancel);
    talloc_free(t);
}
END_TEST

START_TEST(closed_by_another_thread)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = long_work(x);
    tn_tensor *t = much();
    tn_session *s = tn_session_open();
    killer k = { NULL, s };
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, request_soon, &k), 0);
    ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, t })));
    expect_error(TN_CANCELLED, "Run call was cancelled");
    pthread_join(thread, NULL);
    ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, t })));
    expect_error(TN_FAILED_PRECONDITION, "closed Session");
    talloc_free(t);
}
END_TEST

START_TEST(time_limit_of_a_run)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = long_work(x);
    tn_tensor *t = much();
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, t }), .timeout_ms = 20));
        expect_error(TN_DEADLINE_EXCEEDED, "Timed out waiting for notification");
        expect_text(tn_run(s, tn_scalar(3), .timeout_ms = 10000), "3");
        expect_text(tn_run(s, tn_scalar(4), .timeout_ms = INT64_MAX), "4");
    }
    talloc_free(t);
}
END_TEST

START_TEST(time_limit_of_a_session)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = long_work(x);
    tn_tensor *t = much();
    WITH_SESSION(s, .timeout_ms = 20) {
        ck_assert_int_eq(tn_run_op(s, y.op, .feeds = TN_FEEDS({ x, t })), TN_DEADLINE_EXCEEDED);
        expect_text(tn_run(s, tn_scalar(3)), "3");
    }
    talloc_free(t);
}
END_TEST

TN_SUITE("session cancel", requested_before, requested_by_another_thread, closed_by_another_thread, time_limit_of_a_run,
         time_limit_of_a_session)
