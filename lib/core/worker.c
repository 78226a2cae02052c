/* Threads of a session: see worker.h. */
#include "core/worker.h"

#include <signal.h>
#include <unistd.h>
#include "core/processor.h"

/* A worker spins for longer than the steps of a run that are not divided take one after the other: to wake one takes longer than they. */
enum { SPINS_NS = 100000 };

/* ---- Tasks ---- */

/* -1: none is left. */
static int64_t take(tn_share *s)
{
    int64_t i = atomic_load_explicit(&s->next, memory_order_relaxed);
    if (i < s->end)
        i = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed);
    return i < s->end ? i : -1;
}

/* The next task for a thread, which has finished the shares of so many; -1: none is left. */
static int64_t next_task(tn_pool *pool, int number, int *finished)
{
    int64_t i = -1;
    tn_guard(pool);
    while (*finished < pool->num_shares && (i = take(&pool->shares[(number + *finished) % pool->num_shares])) < 0)
        ++*finished;
    tn_unguard(pool);
    return i;
}

void tn_do_tasks(tn_pool *pool, int number)
{
    tn_task task = pool->task;
    int finished = 0;
    for (int64_t i; (i = next_task(pool, number, &finished)) >= 0;)
        task(pool->arg, i, number);
}

/* ---- Runs ---- */

static bool rests(const tn_worker *w)
{
    return w->number > atomic_load_explicit(&w->pool->allowed, memory_order_relaxed);
}

/* A run that is open and that the worker has not been in. */
static bool may_enter(const tn_worker *w, uint64_t word)
{
    return (word & TN_OPEN) && (uint32_t)(word >> 32) != w->seen && !rests(w);
}

static bool enter(tn_pool *pool, tn_worker *w)
{
    uint64_t word = atomic_load(&pool->word);
    while (may_enter(w, word))
        if (atomic_compare_exchange_weak(&pool->word, &word, word + TN_ONE_INSIDE)) {
            w->seen = (uint32_t)(word >> 32);
            atomic_store(&w->inside, true);
            return true;
        }
    return false;
}

static void leave(tn_pool *pool, tn_worker *w)
{
    atomic_store(&w->inside, false);
    tn_guard(pool);
    uint64_t word = atomic_fetch_sub(&pool->word, TN_ONE_INSIDE) - TN_ONE_INSIDE;
    tn_unguard(pool);
    if (word & (TN_INSIDE | TN_OPEN) || !(pool->watched || atomic_load(&pool->waiting)))
        return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_signal(&pool->left);
    pthread_mutex_unlock(&pool->mutex);
}

/* ---- Between runs ---- */

/* Linux may wake a worker on the caller's processor, where it is in the way: it goes to another. False: it has to stay. */
static bool leave_caller(tn_pool *pool)
{
    return !pool->watched && tn_processor_leave(atomic_load_explicit(&pool->processor, memory_order_relaxed));
}

static bool spin_until_entered(tn_pool *pool, tn_worker *w)
{
    if (!leave_caller(pool))
        return false;
    for (int64_t until = tn_now_ns() + SPINS_NS; tn_now_ns() < until && !rests(w); tn_pause())
        if (enter(pool, w))
            return true;
    return false;
}

/* Whether the worker has been called, and for what. */
static bool called(tn_pool *pool, tn_worker *w, unsigned calls_before)
{
    if (!rests(w))
        return pool->calls != calls_before;
    return w->on_trial = tn_backoff_begin(&pool->backoff, w->number);
}

/* One that has been woken and rests hands on what may have been meant for another. */
static void sleep_for_a_while(tn_pool *pool, const tn_worker *w)
{
    const bool rested = rests(w);
    pthread_cond_wait(rested ? &pool->rested : &pool->opened, &pool->mutex);
    if (!rested && rests(w))
        pthread_cond_signal(&pool->opened);
}

/* Until it has entered a run, or is called. False: the pool is ending. */
static bool sleep_until_called(tn_pool *pool, tn_worker *w, bool *entered)
{
    pthread_mutex_lock(&pool->mutex);
    const unsigned calls = pool->calls;
    atomic_fetch_sub(&pool->awake, 1);
    while (!(*entered = enter(pool, w)) && !pool->ending && !called(pool, w, calls)) {
        sleep_for_a_while(pool, w);
        (void)leave_caller(pool);
    }
    atomic_fetch_add(&pool->awake, 1);
    const bool ending = pool->ending && !*entered;
    pthread_mutex_unlock(&pool->mutex);
    return !ending;
}

static bool spins_undisturbed(void)
{
    int64_t now = tn_now_ns(), before = now;
    for (const int64_t until = now + TN_TRIAL_NS; now < until && now - before < TN_GAP_NS; now = tn_now_ns()) {
        before = now;
        tn_pause();
    }
    return now - before < TN_GAP_NS;
}

/* Whether a worker that rests would be interrupted again. It spins outside of runs, so none is the longer for it. */
static void go_on_trial(tn_pool *pool, tn_worker *w)
{
    const bool left_alone = leave_caller(pool) && spins_undisturbed();
    pthread_mutex_lock(&pool->mutex);
    tn_backoff_end(&pool->backoff, left_alone, tn_now_ns());
    tn_tell_who_rests(pool);
    pthread_mutex_unlock(&pool->mutex);
    w->on_trial = false;
}

static void *work(void *data)
{
    tn_worker *w = data;
    for (;;) {
        bool entered = spin_until_entered(w->pool, w);
        if (!entered && !sleep_until_called(w->pool, w, &entered))
            return NULL;
        if (w->on_trial)
            go_on_trial(w->pool, w);
        if (!entered)
            continue;
        tn_do_tasks(w->pool, w->number);
        leave(w->pool, w);
    }
}

/* Signals are for the application's own threads. */
void tn_start_workers(tn_pool *pool)
{
    sigset_t all, before;
    pool->started = true;
    pool->process = getpid();
    atomic_store(&pool->allowed, pool->threads - 1);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 1; i < pool->threads; i++) {
        tn_worker *w = &pool->workers[pool->num_workers];
        *w = (tn_worker){ .pool = pool, .number = i };
        atomic_fetch_add(&pool->awake, 1);
        if (pthread_create(&w->thread, NULL, work, w)) {
            atomic_fetch_sub(&pool->awake, 1);
            break;
        }
        pool->num_workers++;
    }
    pool->backoff.workers = pool->num_workers;
    tn_guard(pool);
    atomic_store(&pool->allowed, pool->num_workers);
    tn_unguard(pool);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
