/*
 * Threads of a session: see pool.h.
 *
 * One word says all about the run that is going on: its number, whether workers may still enter it, and how many are inside. A worker
 * enters by exchanging the word, so none can after the caller has closed the run; the caller then waits for those inside and for nobody
 * else. Who sleeps does so on a condition; whoever would wake him looks for sleepers after it has changed the word, and the sleeper looks
 * at the word after it has said that it sleeps.
 *
 * On a busy machine a worker may lose its processor in the middle of a task. The caller, which then spins in vain, has it run on its own
 * processor instead: that costs some 30 microseconds, and to wait until its turn comes again, milliseconds.
 *
 * Helgrind and drd follow mutexes, not atomics: under valgrind nobody spins, and the word is touched under the mutex only.
 */
#include "core/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#include "core/alloc.h"
#include "core/annotate.h"
#include "core/processor.h"
#include "core/uncancelled.h"

#define OPEN       UINT64_C(1)
#define ONE_INSIDE UINT64_C(2)
#define INSIDE     (UINT64_C(0xffffffff) - OPEN)
#define ONE_RUN    (UINT64_C(1) << 32)

/* A worker spins for longer than the steps of a run that are not divided take one after the other: to wake one takes longer than they. */
enum { WORKER_SPINS_NS = 100000, CALLER_SPINS_NS = 20000 };

typedef struct worker {
    tn_pool *pool;
    pthread_t thread;
    int number;
    uint32_t seen; /* the last run that it was in */
    atomic_bool inside;
} worker;

/* The tasks that a thread begins with; then it goes on with what others have left of theirs. So the same part of the data falls to the same
 * thread in one step after the other, as long as none is late, and is still in its processor's caches. */
typedef struct share {
    atomic_int_fast64_t next; /* task */
    int64_t end;
    char apart[112]; /* each is written all the time, by its own thread */
} share;

struct tn_pool {
    int threads;
    bool watched;         /* by valgrind */
    pthread_mutex_t turn; /* of the thread whose run has the workers; guards what follows */
    worker *workers;
    int num_workers;
    bool started;
    pid_t process; /* that has the workers */
    tn_task task;  /* the run: written before it is opened, read by those inside */
    void *arg;
    share *shares;         /* by thread; the caller's is the first */
    pthread_mutex_t mutex; /* of those who sleep */
    pthread_cond_t opened, left;
    unsigned calls; /* of wake_all */
    bool ending;
    char apart[64]; /* what follows is written all the time */
    atomic_uint_fast64_t word;
    atomic_int awake;     /* workers */
    atomic_bool waiting;  /* the caller, for those inside */
    atomic_int processor; /* of the caller of the last run */
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pause_briefly(void)
{
    for (int i = 0; i < 16; i++) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#else
        __asm__ volatile("" ::: "memory");
#endif
    }
}

static void guard(tn_pool *pool)
{
    if (pool->watched)
        pthread_mutex_lock(&pool->mutex);
}

static void unguard(tn_pool *pool)
{
    if (pool->watched)
        pthread_mutex_unlock(&pool->mutex);
}

/* -1: none is left. */
static int64_t take(share *s)
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
    guard(pool);
    while (*finished < pool->threads && (i = take(&pool->shares[(number + *finished) % pool->threads])) < 0)
        ++*finished;
    unguard(pool);
    return i;
}

static void do_tasks(tn_pool *pool, int number)
{
    tn_task task = pool->task;
    int finished = 0;
    for (int64_t i; (i = next_task(pool, number, &finished)) >= 0;)
        task(pool->arg, i, number);
}

/* ---- Workers ---- */

/* Enters the run that is open, unless the worker has already been in it. */
static bool enter(tn_pool *pool, worker *w)
{
    uint64_t word = atomic_load(&pool->word);
    while ((word & OPEN) && (uint32_t)(word >> 32) != w->seen)
        if (atomic_compare_exchange_weak(&pool->word, &word, word + ONE_INSIDE)) {
            w->seen = (uint32_t)(word >> 32);
            atomic_store(&w->inside, true);
            return true;
        }
    return false;
}

/* Linux may wake a worker on the caller's processor, where it is in the way: it goes to another. False: it has to stay. */
static bool leave_caller(tn_pool *pool)
{
    return !pool->watched && tn_processor_leave(atomic_load_explicit(&pool->processor, memory_order_relaxed));
}

static bool spin_until_entered(tn_pool *pool, worker *w)
{
    if (!leave_caller(pool))
        return false;
    for (int64_t until = now_ns() + WORKER_SPINS_NS; now_ns() < until; pause_briefly())
        if (enter(pool, w))
            return true;
    return false;
}

/* Until it has entered a run, or is called to spin for one. False: the pool is ending. */
static bool sleep_until_called(tn_pool *pool, worker *w, bool *entered)
{
    pthread_mutex_lock(&pool->mutex);
    const unsigned calls = pool->calls;
    atomic_fetch_sub(&pool->awake, 1);
    while (!(*entered = enter(pool, w)) && !pool->ending && pool->calls == calls) {
        pthread_cond_wait(&pool->opened, &pool->mutex);
        (void)leave_caller(pool);
    }
    atomic_fetch_add(&pool->awake, 1);
    const bool ending = pool->ending && !*entered;
    pthread_mutex_unlock(&pool->mutex);
    return !ending;
}

static void leave(tn_pool *pool, worker *w)
{
    atomic_store(&w->inside, false);
    guard(pool);
    uint64_t word = atomic_fetch_sub(&pool->word, ONE_INSIDE) - ONE_INSIDE;
    unguard(pool);
    if (word & (INSIDE | OPEN) || !(pool->watched || atomic_load(&pool->waiting)))
        return;
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_signal(&pool->left);
    pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *data)
{
    worker *w = data;
    for (;;) {
        bool entered = spin_until_entered(w->pool, w);
        if (!entered && !sleep_until_called(w->pool, w, &entered))
            return NULL;
        if (!entered)
            continue;
        do_tasks(w->pool, w->number);
        leave(w->pool, w);
    }
}

/* Signals are for the application's own threads. */
static void start_workers(tn_pool *pool)
{
    sigset_t all, before;
    pool->started = true;
    pool->process = getpid();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 1; i < pool->threads; i++) {
        worker *w = &pool->workers[pool->num_workers];
        *w = (worker){ .pool = pool, .number = i };
        atomic_fetch_add(&pool->awake, 1);
        if (pthread_create(&w->thread, NULL, work, w)) {
            atomic_fetch_sub(&pool->awake, 1);
            break;
        }
        pool->num_workers++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* ---- Pools ---- */

static int pool_destroy(tn_pool *pool)
{
    TN_UNCANCELLED;
    if (pool->started && pool->process != getpid())
        return 0; /* the threads stayed in the parent of a fork, and so did whoever holds the mutexes */
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->opened);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->num_workers; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->left);
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
    pool->workers = TN_NEW_ARRAY(pool, worker, (size_t)pool->threads);
    pool->shares = TN_NEW_ARRAY(pool, share, (size_t)pool->threads);
    if (!pool->workers || !pool->shares) {
        talloc_free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->turn, NULL);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->opened, NULL);
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

tn_pool *tn_pool_worth(tn_pool *pool, double work)
{
    if (!pool || work < TN_WORTH_SPLITTING)
        return NULL;
    return work >= TN_WORTH_WAKING || tn_pool_awake(pool) ? pool : NULL;
}

/* ---- Runs ---- */

static bool all_awake(tn_pool *pool)
{
    return atomic_load(&pool->awake) == pool->num_workers;
}

static void deal(tn_pool *pool, int64_t n)
{
    for (int i = 0; i < pool->threads; i++) {
        atomic_store_explicit(&pool->shares[i].next, n * i / pool->threads, memory_order_relaxed);
        pool->shares[i].end = n * (i + 1) / pool->threads;
    }
}

static void open_run(tn_pool *pool, int64_t n, tn_task task, void *arg)
{
    guard(pool);
    pool->task = task;
    pool->arg = arg;
    deal(pool, n);
    atomic_store_explicit(&pool->processor, tn_processor(), memory_order_relaxed);
    atomic_store(&pool->word, (atomic_load(&pool->word) + ONE_RUN) | OPEN);
    unguard(pool);
    if (!pool->watched && all_awake(pool))
        return;
    pthread_mutex_lock(&pool->mutex);
    for (int64_t i = 1; i < n && i < pool->threads; i++)
        pthread_cond_signal(&pool->opened);
    pthread_mutex_unlock(&pool->mutex);
}

static bool spin_until_left(const tn_pool *pool)
{
    for (int64_t until = now_ns() + CALLER_SPINS_NS; now_ns() < until; pause_briefly())
        if (!(atomic_load(&pool->word) & INSIDE))
            return true;
    return false;
}

/* Workers inside that have lost their processors may have the caller's, which has nothing to do but wait. False: there are none. */
static bool bring_who_waits(const tn_pool *pool)
{
    bool brought = false;
    for (int i = 0; i < pool->num_workers; i++)
        if (atomic_load(&pool->workers[i].inside) && !tn_thread_runs(pool->workers[i].thread)) {
            tn_thread_bring(pool->workers[i].thread);
            brought = true;
        }
    return brought;
}

/* Nobody can enter any more; waits for those who have. */
static void close_run(tn_pool *pool)
{
    guard(pool);
    bool alone = !(atomic_fetch_and(&pool->word, ~OPEN) & INSIDE);
    unguard(pool);
    if (alone)
        return;
    while (!pool->watched) {
        if (spin_until_left(pool))
            return;
        if (bring_who_waits(pool))
            break;
    }
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&pool->waiting, true);
    while (atomic_load(&pool->word) & INSIDE)
        pthread_cond_wait(&pool->left, &pool->mutex);
    atomic_store(&pool->waiting, false);
    pthread_mutex_unlock(&pool->mutex);
}

/* The turn, or none when the workers are at another run, or are not there. */
static bool take_turn(tn_pool *pool)
{
    if (pthread_mutex_trylock(&pool->turn))
        return false;
    if (!pool->started)
        start_workers(pool);
    if (pool->num_workers && (all_awake(pool) || pool->process == getpid()))
        return true;
    pthread_mutex_unlock(&pool->turn);
    return false;
}

static void wake_all(tn_pool *pool)
{
    TN_UNCANCELLED;
    if (!take_turn(pool))
        return;
    if (!all_awake(pool)) {
        pthread_mutex_lock(&pool->mutex);
        pool->calls++;
        atomic_store_explicit(&pool->processor, tn_processor(), memory_order_relaxed);
        pthread_cond_broadcast(&pool->opened);
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
    do_tasks(pool, 0);
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
