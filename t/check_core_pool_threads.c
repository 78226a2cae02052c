/* Threads of a session: every task is done once, whoever does it, and nobody waits for who does not come. Under helgrind and drd, too. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/worker.h"
#include "harness.h"

enum { MOST = 2000, CALLERS = 4, RUNS = 30 };

/* What tasks write, each its own place. */
typedef struct board {
    tn_pool *pool;
    int done[MOST]; /* how often */
    int worker[MOST];
} board;

static void mark(void *arg, int64_t i, int worker)
{
    board *b = arg;
    b->done[i]++;
    b->worker[i] = worker;
}

static int times_done(const board *b, int64_t n)
{
    for (int64_t i = 1; i < n; i++)
        if (b->done[i] != b->done[0])
            return -1;
    return n ? b->done[0] : 0;
}

static void expect_done(const board *b, int64_t n, int times)
{
    ck_assert_int_eq(times_done(b, n), times);
    for (int64_t i = n; i < MOST; i++)
        ck_assert_int_eq(b->done[i], 0);
}

START_TEST(every_task_is_done_once)
{
    for (int threads = 1; threads <= 8; threads++) {
        tn_pool *pool = tn_pool_new(root, threads);
        ck_assert_int_eq(tn_pool_threads(pool), threads);
        for (int64_t n = 0; n <= MOST; n = n < 20 ? n + 1 : n * 3) {
            board b = { .pool = pool };
            for (int run = 1; run <= 3; run++) {
                tn_pool_run(pool, n, mark, &b);
                expect_done(&b, n, n ? run : 0);
            }
            for (int64_t i = 0; i < n; i++)
                ck_assert(b.worker[i] >= 0 && b.worker[i] < threads);
        }
        talloc_free(pool);
    }
}
END_TEST

START_TEST(without_a_pool_the_caller_does_it)
{
    board b = { 0 };
    tn_pool_run(NULL, 20, mark, &b);
    expect_done(&b, 20, 1);
    ck_assert_int_eq(tn_pool_threads(NULL), 1);
    ck_assert(!tn_pool_awake(NULL));
}
END_TEST

START_TEST(nobody_has_less_than_one_thread_or_too_many)
{
    tn_pool *none = tn_pool_new(root, -3), *many = tn_pool_new(root, INT32_MAX);
    ck_assert_int_eq(tn_pool_threads(none), 1);
    ck_assert_int_eq(tn_pool_threads(many), TN_MOST_THREADS);
    talloc_free(none); /* no thread was ever started */
    talloc_free(many);
}
END_TEST

/* Only so many tasks as there are processors in it at once: each worker has its own counter. */
typedef struct exclusive {
    atomic_int inside[8];
    atomic_int clashes;
} exclusive;

static void be_alone(void *arg, int64_t i, int worker)
{
    exclusive *e = arg;
    (void)i;
    if (atomic_fetch_add(&e->inside[worker], 1))
        atomic_fetch_add(&e->clashes, 1);
    sched_yield();
    atomic_fetch_sub(&e->inside[worker], 1);
}

START_TEST(tasks_at_once_have_different_workers)
{
    tn_pool *pool = tn_pool_new(root, 8);
    exclusive e = { 0 };
    for (int run = 0; run < RUNS; run++)
        tn_pool_run(pool, 100, be_alone, &e);
    ck_assert_int_eq(atomic_load(&e.clashes), 0);
    talloc_free(pool);
}
END_TEST

/* What the caller wrote is seen by the tasks, what they wrote by the caller, run after run. */
typedef struct sums {
    int64_t in[64], out[64];
} sums;

static void add_one(void *arg, int64_t i, int worker)
{
    sums *s = arg;
    (void)worker;
    s->out[i] = s->in[i] + 1;
}

START_TEST(runs_follow_each_other)
{
    tn_pool *pool = tn_pool_new(root, 3);
    sums s = { 0 };
    for (int run = 1; run <= 200; run++) {
        tn_pool_run(pool, 64, add_one, &s);
        for (int i = 0; i < 64; i++)
            ck_assert_int_eq(s.out[i], run);
        memcpy(s.in, s.out, sizeof s.in);
        if (run % 50 == 0)
            usleep(2000); /* they fall asleep */
    }
    talloc_free(pool);
}
END_TEST

static void run_inner(void *arg, int64_t i, int worker)
{
    board *outer = arg, *inner = calloc(1, sizeof *inner);
    tn_pool_run(outer->pool, 50, mark, inner);
    outer->done[i] = times_done(inner, 50);
    outer->worker[i] = worker;
    free(inner);
}

START_TEST(a_task_may_use_its_own_pool)
{
    tn_pool *pool = tn_pool_new(root, 3);
    board b = { .pool = pool };
    tn_pool_run(pool, 40, run_inner, &b);
    expect_done(&b, 40, 1);
    talloc_free(pool);
}
END_TEST

static void *call_often(void *arg)
{
    board *b = arg;
    for (int run = 0; run < RUNS; run++)
        tn_pool_run(b->pool, 100, mark, b);
    return NULL;
}

START_TEST(many_callers_share_a_pool)
{
    tn_pool *pool = tn_pool_new(root, 3);
    board *boards = calloc(CALLERS, sizeof *boards);
    pthread_t threads[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        boards[i].pool = pool;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, call_often, &boards[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        expect_done(&boards[i], 100, RUNS);
    }
    free(boards);
    talloc_free(pool);
}
END_TEST

/* Each waits until the other has come: with one thread it would wait for ever, so it gives up after a while. */
typedef struct meeting {
    pthread_mutex_t mutex;
    pthread_cond_t came;
    int there, met;
} meeting;

static void meet(void *arg, int64_t i, int worker)
{
    meeting *m = arg;
    struct timespec until;
    (void)i, (void)worker;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    pthread_mutex_lock(&m->mutex);
    m->there++;
    pthread_cond_broadcast(&m->came);
    while (m->there < 2 && !pthread_cond_timedwait(&m->came, &m->mutex, &until))
        continue;
    m->met += m->there == 2;
    pthread_mutex_unlock(&m->mutex);
}

START_TEST(two_threads_really_work_at_once)
{
    tn_pool *pool = tn_pool_new(root, 2);
    for (int run = 0; run < 3; run++) {
        meeting m = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 };
        tn_pool_run(pool, 2, meet, &m);
        ck_assert_int_eq(m.met, 2);
        usleep(20000); /* asleep; and to wait in a task looks like an interruption, of which there must not be two in a moment */
        pthread_cond_destroy(&m.came);
        pthread_mutex_destroy(&m.mutex);
    }
    talloc_free(pool);
}
END_TEST

static void ask_for_signals(void *arg, int64_t i, int worker)
{
    board *b = arg;
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    b->done[i] = sigismember(&mask, SIGTERM) && sigismember(&mask, SIGINT);
    b->worker[i] = worker;
    usleep(200);
}

START_TEST(workers_leave_signals_to_the_application)
{
    tn_pool *pool = tn_pool_new(root, 2);
    board b = { 0 };
    sigset_t mask;
    tn_pool_run(pool, 40, ask_for_signals, &b);
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(b.done[i], b.worker[i] != 0);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    ck_assert(!sigismember(&mask, SIGTERM));
    talloc_free(pool);
}
END_TEST

/* The child has no workers; it works alone, and its copy of the pool can be freed. */
START_TEST(the_child_of_a_fork_works_alone)
{
    if (getenv("TN_UNDER_VALGRIND"))
        return; /* valgrind would judge what the child leaves of the harness */
    tn_pool *pool = tn_pool_new(root, 3);
    board b = { 0 };
    tn_pool_run(pool, 100, mark, &b);
    for (int turn = 0; turn < 2; turn++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(20);
            tn_pool_run(pool, 100, mark, &b);
            talloc_free(pool);
            _exit(times_done(&b, 100) == turn + 2 ? 0 : 1);
        }
        int status = -1;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
        tn_pool_run(pool, 100, mark, &b);
        usleep(3000); /* next time they sleep */
    }
    expect_done(&b, 100, 3);
    talloc_free(pool);
}
END_TEST

static void run_pool(void *arg)
{
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    call_often(arg);
}

static void *be_cancelled(void *arg)
{
    pthread_cancel(pthread_self()); /* strikes at the first point that allows it */
    run_pool(arg);
    pthread_testcancel();
    return NULL;
}

START_TEST(a_caller_is_cancelled_after_its_run)
{
    tn_pool *pool = tn_pool_new(root, 3);
    board b = { .pool = pool };
    pthread_t thread;
    void *result;
    ck_assert_int_eq(pthread_create(&thread, NULL, be_cancelled, &b), 0);
    pthread_join(thread, &result);
    ck_assert_ptr_eq(result, PTHREAD_CANCELED);
    expect_done(&b, 100, RUNS);
    tn_pool_run(pool, 100, mark, &b); /* no lock was left */
    expect_done(&b, 100, RUNS + 1);
    talloc_free(pool);
}
END_TEST

static tn_status make_and_use(void *owner)
{
    board b = { 0 };
    tn_pool *pool = tn_pool_new(owner, 2);
    if (!pool)
        return tn_last_error()->code;
    tn_pool_run(pool, 10, mark, &b);
    int times = times_done(&b, 10);
    talloc_free(pool);
    return times == 1 ? TN_OK : TN_INTERNAL;
}

START_TEST(survives_oom)
{
    expect_survives_oom(make_and_use);
}
END_TEST

START_TEST(pools_are_for_large_work)
{
    ck_assert(!tn_pool_worth(NULL, 1e9));
    tn_pool *pool = tn_pool_new(root, 2);
    ck_assert(!tn_pool_worth(pool, 1000));
    ck_assert(tn_pool_worth(pool, 1e9) == pool);
    talloc_free(pool);
}
END_TEST

/* Again and again, since a worker falls asleep soon, perhaps while nobody looks. */
static bool wakes(tn_pool *pool)
{
    for (int64_t end = tn_now_ns() + INT64_C(20000000000); tn_now_ns() < end && !tn_pool_awake(pool);) {
        tn_pool_wake_for(pool, TN_WORTH_WAKING_AHEAD);
        for (int64_t until = tn_now_ns() + 1000000; tn_now_ns() < until && !tn_pool_awake(pool);)
            continue;
    }
    return tn_pool_awake(pool);
}

START_TEST(workers_wake_for_what_is_ahead)
{
    board b = { .pool = tn_pool_new(root, 2) };
    tn_pool_run(b.pool, 10, mark, &b);
    expect_done(&b, 10, 1);
    for (int i = 0; i < 1000 && tn_pool_awake(b.pool); i++)
        usleep(1000);
    if (!tn_pool_awake(b.pool)) { /* under valgrind it is as good as awake */
        const unsigned calls = b.pool->calls;
        tn_pool_wake_for(b.pool, TN_WORTH_WAKING_AHEAD - 1);
        ck_assert_uint_eq(b.pool->calls, calls);
        ck_assert(wakes(b.pool));
    }
    tn_pool_wake_for(NULL, TN_WORTH_WAKING_AHEAD);
    tn_pool_run(b.pool, 10, mark, &b);
    expect_done(&b, 10, 2);
    talloc_free(b.pool);
}
END_TEST

/* A worker that sleeps in its task looks like one that was interrupted. The caller gives it time to begin. */
static void sleep_at_work(void *arg, int64_t i, int worker)
{
    mark(arg, i, worker);
    usleep(worker ? 500 : 50);
}

/* Whether the pool's only worker rests at last. */
static bool drive_to_rest(board *b)
{
    for (int i = 0; i < 10000 && tn_pool_worth(b->pool, 1e9); i++)
        tn_pool_run(b->pool, 2, sleep_at_work, b);
    return !tn_pool_worth(b->pool, 1e9);
}

/* Whether the only worker's trial has ended, well or not. On a busy machine it does not come back, and that is as it should be. */
static bool was_tried(tn_pool *pool, bool *came_back)
{
    pthread_mutex_lock(&pool->mutex);
    const tn_rest rest = pool->backoff.rests[0];
    pthread_mutex_unlock(&pool->mutex);
    *came_back = rest.returned > 0;
    return *came_back || rest.length > TN_REST_NS;
}

START_TEST(interrupted_workers_rest_and_are_tried)
{
#ifdef __linux__
    if (getenv("TN_UNDER_VALGRIND"))
        return; /* nobody looks who is interrupted */
    board b = { .pool = tn_pool_new(root, 2) };
    ck_assert(drive_to_rest(&b));
    memset(b.done, 0, sizeof b.done);
    for (int run = 1; run <= 3 && !tn_pool_worth(b.pool, 1e9); run++) {
        tn_pool_run(b.pool, 100, mark, &b);
        expect_done(&b, 100, run);
    }
    bool came_back = false;
    for (int i = 0; i < 20000 && !was_tried(b.pool, &came_back); i++, usleep(1000))
        (void)tn_pool_worth(b.pool, 1e9); /* who asks wakes it when its rest is over */
    ck_assert(was_tried(b.pool, &came_back));
    ck_assert((tn_pool_worth(b.pool, 1e9) == b.pool) == came_back);
    memset(b.done, 0, sizeof b.done);
    tn_pool_run(b.pool, 100, mark, &b);
    expect_done(&b, 100, 1);
    talloc_free(b.pool);
#endif
}
END_TEST

/* All workers sleep; then those with the highest numbers are sent to rest. */
static tn_pool *with_resting(int threads, int resting)
{
    board b = { .pool = tn_pool_new(root, threads) };
    tn_pool_run(b.pool, 100, mark, &b);
    for (int i = 0; i < 10000 && atomic_load(&b.pool->awake); i++)
        usleep(1000);
    pthread_mutex_lock(&b.pool->mutex);
    for (int i = 0; i < 2; i++)
        tn_backoff_interrupted(&b.pool->backoff, resting, tn_now_ns());
    tn_tell_who_rests(b.pool);
    pthread_mutex_unlock(&b.pool->mutex);
    return b.pool;
}

/* It waits where those wait who do not rest, and is found all the same. */
START_TEST(who_slept_before_it_rests_is_tried)
{
    if (getenv("TN_UNDER_VALGRIND"))
        return; /* nobody spins */
    tn_pool *pool = with_resting(2, 1);
    bool came_back = false;
    ck_assert(!tn_pool_worth(pool, 1e9));
    for (int i = 0; i < 20000 && !was_tried(pool, &came_back); i++, usleep(1000))
        (void)tn_pool_worth(pool, 1e9);
    ck_assert(was_tried(pool, &came_back));
    talloc_free(pool);
}
END_TEST

/* What wakes one that rests was meant for another, and reaches it. */
START_TEST(who_rests_keeps_nobody_from_waking)
{
    for (int i = 0; i < 8 && !getenv("TN_UNDER_VALGRIND"); i++) {
        tn_pool *pool = with_resting(8, 6);
        meeting m = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 };
        pthread_mutex_lock(&pool->mutex);
        pool->backoff.rests[1].until = INT64_MAX;
        pthread_mutex_unlock(&pool->mutex);
        tn_pool_run(pool, 2, meet, &m);
        ck_assert_int_eq(m.met, 2);
        pthread_cond_destroy(&m.came);
        pthread_mutex_destroy(&m.mutex);
        talloc_free(pool);
    }
}
END_TEST

/* How many workers are in a run at once. */
typedef struct crowd {
    atomic_int inside, most;
} crowd;

static void be_in_a_crowd(void *arg, int64_t i, int worker)
{
    crowd *c = arg;
    (void)i;
    const int inside = worker ? atomic_fetch_add(&c->inside, 1) + 1 : 0;
    if (inside > atomic_load(&c->most))
        atomic_store(&c->most, inside);
    for (int64_t until = tn_now_ns() + 50000; tn_now_ns() < until;)
        continue;
    if (worker)
        atomic_fetch_sub(&c->inside, 1);
}

START_TEST(the_others_work_while_some_rest)
{
    enum { WORKERS = 4 };
    const bool watched = getenv("TN_UNDER_VALGRIND") != NULL;
    tn_pool *pool = tn_pool_new(root, WORKERS + 1);
    int most = 0;
    for (int run = 0; run < (watched ? 8 : 200); run++) {
        const int resting = run % WORKERS;
        crowd c = { 0 };
        pool->backoff.interrupted = 0; /* so long ago that what happens now is an accident */
        if (pool->started)
            atomic_store(&pool->allowed, WORKERS - resting);
        tn_pool_run(pool, 20, be_in_a_crowd, &c);
        ck_assert_int_le(atomic_load(&c.most), run ? WORKERS - resting : WORKERS);
        most = atomic_load(&c.most) > most ? atomic_load(&c.most) : most;
    }
    ck_assert(watched || most > 0); /* valgrind has one thread run at a time */
    talloc_free(pool);
}
END_TEST

/* In the child no worker will ever come back; it does everything itself. */
START_TEST(the_child_of_a_fork_does_not_wait_for_who_rests)
{
#ifdef __linux__
    if (getenv("TN_UNDER_VALGRIND"))
        return;
    board b = { .pool = tn_pool_new(root, 2) };
    ck_assert(drive_to_rest(&b));
    memset(b.done, 0, sizeof b.done);
    pid_t child = fork();
    if (child == 0) {
        alarm(20);
        for (int run = 0; run < 40; run++, usleep(1000))
            tn_pool_run(tn_pool_worth(b.pool, 1e9), 100, mark, &b);
        talloc_free(b.pool);
        _exit(times_done(&b, 100) == 40 ? 0 : 1);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    talloc_free(b.pool);
#endif
}
END_TEST

TN_SUITE("core pool threads", every_task_is_done_once, without_a_pool_the_caller_does_it, nobody_has_less_than_one_thread_or_too_many,
         tasks_at_once_have_different_workers, runs_follow_each_other, a_task_may_use_its_own_pool, many_callers_share_a_pool,
         two_threads_really_work_at_once, workers_leave_signals_to_the_application, the_child_of_a_fork_works_alone,
         a_caller_is_cancelled_after_its_run, survives_oom, pools_are_for_large_work, workers_wake_for_what_is_ahead,
         interrupted_workers_rest_and_are_tried, who_slept_before_it_rests_is_tried, who_rests_keeps_nobody_from_waking,
         the_others_work_while_some_rest, the_child_of_a_fork_does_not_wait_for_who_rests)
