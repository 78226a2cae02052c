/* lib/core/backoff.c: which workers rest, told what time it is. */
#include "core/backoff.h"
#include "harness.h"

enum { WORKERS = 3 };

static const int64_t ms = 1000000, start = INT64_C(5000000000);

static tn_backoff made(tn_rest *rests)
{
    memset(rests, 0, WORKERS * sizeof *rests);
    return (tn_backoff){ .workers = WORKERS, .rests = rests };
}

/* Two interruptions within a moment, the second of so many workers. When the rest begins. */
static int64_t disturb(tn_backoff *b, int workers, int64_t now)
{
    tn_backoff_interrupted(b, 1, now);
    tn_backoff_interrupted(b, workers, now + ms);
    return now + ms;
}

/* A rest of so long from now on, then a trial. When it ends. */
static int64_t rest_and_try(tn_backoff *b, int64_t now, int64_t length, bool left_alone)
{
    const int worker = WORKERS - b->resting + 1;
    ck_assert(!length || !tn_backoff_wakes(b, now + length - 1));
    ck_assert(!tn_backoff_begin(b, worker)); /* not due */
    ck_assert(tn_backoff_wakes(b, now + length));
    ck_assert(!tn_backoff_wakes(b, now + length)); /* once */
    ck_assert(!tn_backoff_begin(b, worker - 1));
    ck_assert(!tn_backoff_begin(b, worker + 1));
    ck_assert(tn_backoff_begin(b, worker));
    ck_assert(!tn_backoff_begin(b, worker));
    now += length + TN_TRIAL_NS;
    ck_assert(!tn_backoff_wakes(b, now)); /* one at a time */
    tn_backoff_end(b, left_alone, now);
    return now;
}

START_TEST(nobody_rests_while_nothing_happens)
{
    tn_rest rests[WORKERS];
    tn_backoff b = made(rests);
    ck_assert_int_eq(b.resting, 0);
    ck_assert(!tn_backoff_wakes(&b, start));
    ck_assert(!tn_backoff_begin(&b, WORKERS));
}
END_TEST

START_TEST(one_interruption_is_an_accident)
{
    tn_rest rests[WORKERS];
    tn_backoff b = made(rests);
    int64_t now = start;
    for (int i = 0; i < 20; i++, now += TN_AGAIN_NS + 1) {
        tn_backoff_interrupted(&b, WORKERS, now);
        ck_assert_int_eq(b.resting, 0);
        ck_assert(!tn_backoff_wakes(&b, now + ms));
    }
    tn_backoff_interrupted(&b, 1, now - 1);
    ck_assert_int_eq(b.resting, 1);
}
END_TEST

START_TEST(no_more_rest_than_there_are)
{
    tn_rest rests[WORKERS];
    tn_backoff b = made(rests);
    int64_t now = disturb(&b, 2, start);
    ck_assert_int_eq(b.resting, 2);
    tn_backoff_interrupted(&b, 2, now + ms);
    ck_assert_int_eq(b.resting, WORKERS);
    tn_backoff_interrupted(&b, INT32_MAX, now + 2 * ms);
    ck_assert_int_eq(b.resting, WORKERS);
}
END_TEST

START_TEST(rests_become_longer_while_trials_fail)
{
    tn_rest rests[WORKERS];
    tn_backoff b = made(rests);
    int64_t now = disturb(&b, 1, start), length = TN_REST_NS;
    for (int i = 0; i < 40; i++) {
        now = rest_and_try(&b, now, length, false);
        ck_assert_int_eq(b.resting, 1);
        length = 2 * length < TN_REST_MOST_NS ? 2 * length : TN_REST_MOST_NS;
    }
    ck_assert_int_eq(length, TN_REST_MOST_NS);
}
END_TEST

/* The first that rests comes back first. */
START_TEST(workers_come_back_one_by_one)
{
    tn_rest rests[WORKERS];
    tn_backoff b = made(rests);
    int64_t now = disturb(&b, WORKERS, start);
    for (int left = WORKERS; left > 0; left--) {
        ck_assert_int_eq(b.resting, left);
        now = rest_and_try(&b, now, left == WORKERS ? TN_REST_NS : 0, true);
    }
    ck_assert_int_eq(b.resting, 0);
    ck_assert(!tn_backoff_wakes(&b, now + TN_REST_MOST_NS));
}
END_TEST

/* After a rest of some length the worker has to be left alone for as long, or the next is twice as long; else it begins anew. */
START_TEST(who_is_interrupted_soon_again_rests_longer)
{
    for (int soon = 0; soon < 2; soon++) {
        tn_rest rests[WORKERS];
        tn_backoff b = made(rests);
        int64_t now = disturb(&b, 1, start), length = TN_REST_NS;
        for (int i = 0; i < 4; i++, length *= 2)
            now = rest_and_try(&b, now, length, false);
        now = rest_and_try(&b, now, length, true);
        ck_assert_int_eq(b.resting, 0);
        now = disturb(&b, 1, now + length - ms - soon);
        ck_assert_int_eq(b.resting, 1);
        rest_and_try(&b, now, soon ? 2 * length : TN_REST_NS, false);
    }
}
END_TEST

/* One that is in the way of others while it is on trial goes on resting; the others do not pay for it. */
START_TEST(trials_disturb_nobody)
{
    tn_rest rests[WORKERS];
    tn_backoff b = made(rests);
    int64_t now = disturb(&b, 1, start) + TN_REST_NS;
    ck_assert(tn_backoff_wakes(&b, now));
    ck_assert(tn_backoff_begin(&b, WORKERS));
    tn_backoff_interrupted(&b, 1, now += ms);
    tn_backoff_interrupted(&b, 1, now += ms);
    ck_assert_int_eq(b.resting, 1);
    tn_backoff_end(&b, true, now += ms);
    ck_assert_int_eq(b.resting, 1);
    now = rest_and_try(&b, now, 2 * TN_REST_NS, true); /* what was seen then is forgotten */
    ck_assert_int_eq(b.resting, 0);
}
END_TEST

/* Each has its own rest: one for whom there is no processor does not keep another from coming back soon. */
START_TEST(each_rests_for_itself)
{
    tn_rest rests[WORKERS];
    tn_backoff b = made(rests);
    int64_t now = disturb(&b, 1, start), length = TN_REST_NS;
    for (int i = 0; i < 5; i++, length *= 2)
        now = rest_and_try(&b, now, length, false);
    int64_t later = disturb(&b, 1, now);
    ck_assert_int_eq(b.resting, 2);
    later = rest_and_try(&b, later, TN_REST_NS, true);
    ck_assert_int_eq(b.resting, 1);
    rest_and_try(&b, later, now + length - later, true);
    ck_assert_int_eq(b.resting, 0);
}
END_TEST

TN_SUITE("core backoff", nobody_rests_while_nothing_happens, one_interruption_is_an_accident, no_more_rest_than_there_are,
         rests_become_longer_while_trials_fail, workers_come_back_one_by_one, who_is_interrupted_soon_again_rests_longer,
         trials_disturb_nobody, each_rests_for_itself)
