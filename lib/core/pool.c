/*
 * Threads of a session: see pool.h, and worker.h for what a run is.
 *
 * On a busy machine a worker may lose its processor in the middle of a task. The caller, which then spins in vain, has it run on its own
 * processor instead: that costs some 30 microseconds, and to wait until its turn comes again, milliseconds. If it happens again and again,
 * workers rest: see backoff.h.
 */
#include <unistd.h>
#include "core/alloc.h"
#include "core/annotate.h"
#include "core/processor.h"
#include "core/uncancelled.h"
#include "core/worker.h"

enum { CALLER_SPINS_NS = 20000 };

/* ---- Pools ---- */

static int pool_destroy(tn_pool *pool)
{
    TN_UNCANCELLED;
    if (pool->started && pool->process != getpid())
        return 0; /* the threads stayed in the parent of a fork, and so did whoever holds the mutexes */
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->opened);
    pthread_cond_broadcast(&pool->rested);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->num_workers; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->left);
    pthread_cond_destroy(&pool->rested);
    pthread_cond_destroy(&pool->opened);
    pthread_mutex_destroy(&pool->mutex);
    pthread_mutex_destroy(&pool->turn);
    return 0;
}

tn_pool *tn_pool_new(const void *owner, int threads)
{
    tn_pool *pool = TN_NEW(owner, tn_pool);
    if (!pool)
        return NULL;
    pool->threads = threads < 1 ? 1 : threads > TN_MOST_THREADS ? TN_MOST_THREADS : threads;
    pool->watched = TN_UNDER_VALGRIND;
    pool->workers = TN_NEW_ARRAY(pool, tn_worker, (size_t)pool->threads);
    pool->shares = TN_NEW_ARRAY(pool, tn_share, (size_t)pool->threads);
    pool->backoff.rests = TN_NEW_ARRAY(pool, tn_rest, (size_t)pool->threads);
    if (!pool->workers || !pool->shares || !pool->backoff.rests) {
        talloc_free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->turn, NULL);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->opened, NULL);
    pthread_cond_init(&pool->rested, NULL);
    pthread_cond_init(&pool->left, NULL);
    talloc_set_destructor(pool, pool_destroy);
    return pool;
}

int tn_pool_threads(const tn_pool *pool)
{
    return pool ? pool->threads : 1;
}

bool tn_pool_awake(const tn_pool *pool)
{
    return pool && (pool->watched || atomic_load_explicit(&pool->awake, memory_order_relaxed) > 0);
}

/* ---- Rests ---- */

/* Of the caller: workers keep out of its way. */
static void tell_processor(tn_pool *pool)
{
    atomic_store_explicit(&pool->processor, tn_processor(), memory_order_relaxed);
}

/* Whether no worker may take part. In the child of a fork the mutex may be nobody's for ever. */
static bool all_rest(tn_pool *pool)
{
    if (!atomic_load_explicit(&pool->some_rest, memory_order_relaxed))
        return false;
    if (!pthread_mutex_trylock(&pool->mutex)) {
        if (tn_backoff_wakes(&pool->backoff, tn_now_ns())) {
            tell_processor(pool);
            pthread_cond_broadcast(&pool->rested);
            pthread_cond_broadcast(&pool->opened); /* it may have slept already when it was sent to rest */
        }
        pthread_mutex_unlock(&pool->mutex);
    }
    return !atomic_load(&pool->allowed);
}

tn_pool *tn_pool_worth(tn_pool *pool, double work)
{
    if (!pool || work < TN_WORTH_SPLITTING || all_rest(pool))
        return NULL;
    return work >= TN_WORTH_WAKING || tn_pool_awake(pool) ? pool : NULL;
}

/* ---- Runs ---- */

/* Workers enough to do without those that sleep. */
static bool enough_awake(tn_pool *pool)
{
    return atomic_load(&pool->awake) >= atomic_load(&pool->allowed);
}

/* Under the mutex. */
static void wake(tn_pool *pool, int workers)
{
    for (int i = 0; i < workers; i++)
        pthread_cond_signal(&pool->opened);
}

static void deal(tn_pool *pool, int64_t n)
{
    const int shares = pool->num_shares = 1 + atomic_load(&pool->allowed);
    for (int i = 0; i < shares; i++) {
        atomic_store_explicit(&pool->shares[i].next, n * i / shares, memory_order_relaxed);
        pool->shares[i].end = n * (i + 1) / shares;
    }
}

static void open_run(tn_pool *pool, int64_t n, tn_task task, void *arg)
{
    tn_guard(pool);
    pool->task = task;
    pool->arg = arg;
    deal(pool, n);
    tell_processor(pool);
    atomic_store(&pool->word, (atomic_load(&pool->word) + TN_ONE_RUN) | TN_OPEN);
    tn_unguard(pool);
    if (!pool->watched && enough_awake(pool))
        return;
    pthread_mutex_lock(&pool->mutex);
    wake(pool, n - 1 < pool->num_shares ? (int)n - 1 : pool->num_shares - 1);
    pthread_mutex_unlock(&pool->mutex);
}

static bool spin_until_left(const tn_pool *pool)
{
    for (int64_t until = tn_now_ns() + CALLER_SPINS_NS; tn_now_ns() < until; tn_pause())
        if (!(atomic_load(&pool->word) & TN_INSIDE))
            return true;
    return false;
}

/* Workers inside that have lost their processors may have the caller's, which has nothing to do but wait. False: there are none. */
static bool bring_who_waits(const tn_pool *pool, int *brought)
{
    bool waits = false;
    for (int i = 0; i < pool->num_workers; i++)
        if (atomic_load(&pool->workers[i].inside) && !tn_thread_runs(pool->workers[i].thread)) {
            *brought += tn_thread_bring(pool->workers[i].thread);
            waits = true;
        }
    return waits;
}

static void sleep_until_left(tn_pool *pool, int interrupted)
{
    pthread_mutex_lock(&pool->mutex);
    if (interrupted) {
        tn_backoff_interrupted(&pool->backoff, interrupted, tn_now_ns());
        tn_tell_who_rests(pool);
    }
    atomic_store(&pool->waiting, true);
    while (atomic_load(&pool->word) & TN_INSIDE)
        pthread_cond_wait(&pool->left, &pool->mutex);
    atomic_store(&pool->waiting, false);
    pthread_mutex_unlock(&pool->mutex);
}

/* Nobody can enter any more; waits for those who have. */
static void close_run(tn_pool *pool)
{
    int interrupted = 0;
    tn_guard(pool);
    bool alone = !(atomic_fetch_and(&pool->word, ~TN_OPEN) & TN_INSIDE);
    tn_unguard(pool);
    if (alone)
        return;
    while (!pool->watched) {
        if (spin_until_left(pool))
            return;
        if (bring_who_waits(pool, &interrupted))
            break;
    }
    sleep_until_left(pool, interrupted);
}

/* The turn, or none when the workers are at another run, or are not there. */
static bool take_turn(tn_pool *pool)
{
    if (all_rest(pool) || pthread_mutex_trylock(&pool->turn))
        return false;
    if (!pool->started)
        tn_start_workers(pool);
    if (pool->num_workers && (enough_awake(pool) || pool->process == getpid()))
        return true;
    pthread_mutex_unlock(&pool->turn);
    return false;
}

static void wake_all(tn_pool *pool)
{
    TN_UNCANCELLED;
    if (!take_turn(pool))
        return;
    if (!enough_awake(pool)) {
        pthread_mutex_lock(&pool->mutex);
        pool->calls++;
        tell_processor(pool);
        wake(pool, atomic_load(&pool->allowed));
        pthread_mutex_unlock(&pool->mutex);
    }
    pthread_mutex_unlock(&pool->turn);
}

void tn_pool_wake_for(tn_pool *pool, double work_ahead)
{
    if (pool && pool->threads > 1 && !pool->watched && work_ahead >= TN_WORTH_WAKING_AHEAD)
        wake_all(pool);
}

/* false: the caller has to do it. */
static bool run_together(tn_pool *pool, int64_t n, tn_task task, void *arg)
{
    TN_UNCANCELLED;
    if (!take_turn(pool))
        return false;
    open_run(pool, n, task, arg);
    tn_do_tasks(pool, 0);
    close_run(pool);
    pthread_mutex_unlock(&pool->turn);
    return true;
}

void tn_pool_run(tn_pool *pool, int64_t n, tn_task task, void *arg)
{
    if (n > 1 && pool && pool->threads > 1 && run_together(pool, n, task, arg))
        return;
    for (int64_t i = 0; i < n; i++)
        task(arg, i, 0);
}
