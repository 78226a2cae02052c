/*
 * Threads of a session: see pool.h.
 *
 * One word says all about the run that is going on: its number, whether workers may still enter it, and how many are inside. A worker
 * enters by exchanging the word, so none can after the caller has closed the run; the caller then waits for those inside and for nobody
 * else. Who sleeps does so on a condition; whoever would wake him looks for sleepers after it has changed the word, and the sleeper looks
 * at the word after it has said that it sleeps.
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
#include "core/uncancelled.h"

#define OPEN       UINT64_C(1)
#define ONE_INSIDE UINT64_C(2)
#define INSIDE     (UINT64_C(0xffffffff) - OPEN)
#define ONE_RUN    (UINT64_C(1) << 32)

enum { WORKER_SPINS_NS = 20000, CALLER_SPINS_NS = 20000 };
/* A worker that takes so much longer than others for a task has lost its processor. Runs are then their callers' alone for a while, longer
 * each time it happens again soon after. */
enum { HELD_UP_NS = 100000, SHORTEST_REST_NS = 5000000, LONGEST_REST_NS = 160000000 };

typedef struct worker {
    tn_pool *pool;
    pthread_t thread;
    int number;
    uint32_t seen; /* the last run that it was in */
} worker;

struct tn_pool {
    int threads;
    bool watched;         /* by valgrind */
    pthread_mutex_t turn; /* of the thread whose run has the workers; guards what follows */
    worker *workers;
    int num_workers;
    bool started;
    pid_t process; /* that has the workers */
    int64_t rests_until, rest;
    tn_task task; /* the run: written before it is opened, read by those inside */
    void *arg;
    int64_t n;
    pthread_mutex_t mutex; /* of those who sleep */
    pthread_cond_t opened, left;
    bool ending;
    char apart[64]; /* what follows is written all the time */
    atomic_uint_fast64_t word;
    atomic_int awake;    /* workers */
    atomic_bool waiting; /* the caller, for those inside */
    char next_apart[64];
    atomic_int_fast64_t next; /* task */
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

static void do_tasks(tn_pool *pool, int number)
{
    tn_task task = pool->task;
    for (;;) {
        guard(pool);
        int64_t i = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        unguard(pool);
        if (i >= pool->n)
            return;
        task(pool->arg, i, number);
    }
}

/* ---- Workers ---- */

/* Enters the run that is open, unless the worker has already been in it. */
static bool enter(tn_pool *pool, worker *w)
{
    uint64_t word = atomic_load(&pool->word);
    while ((word & OPEN) && (uint32_t)(word >> 32) != w->seen)
        if (atomic_compare_exchange_weak(&pool->word, &word, word + ONE_INSIDE)) {
            w->seen = (uint32_t)(word >> 32);
            return true;
        }
    return false;
}

static bool spin_until_entered(tn_pool *pool, worker *w)
{
    for (int64_t until = now_ns() + WORKER_SPINS_NS; !pool->watched && now_ns() < until; pause_briefly())
        if (enter(pool, w))
            return true;
    return false;
}

/* false: the pool is ending. */
static bool sleep_until_entered(tn_pool *pool, worker *w)
{
    bool entered;
    pthread_mutex_lock(&pool->mutex);
    atomic_fetch_sub(&pool->awake, 1);
    while (!(entered = enter(pool, w)) && !pool->ending)
        pthread_cond_wait(&pool->opened, &pool->mutex);
    atomic_fetch_add(&pool->awake, 1);
    pthread_mutex_unlock(&pool->mutex);
    return entered;
}

static void leave(tn_pool *pool)
{
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
    while (spin_until_entered(w->pool, w) || sleep_until_entered(w->pool, w)) {
        do_tasks(w->pool, w->number);
        leave(w->pool);
    }
    return NULL;
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
    if (!pool->workers) {
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

static void open_run(tn_pool *pool, int64_t n, tn_task task, void *arg)
{
    guard(pool);
    pool->task = task;
    pool->arg = arg;
    pool->n = n;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    atomic_store(&pool->word, (atomic_load(&pool->word) + ONE_RUN) | OPEN);
    unguard(pool);
    if (!pool->watched && all_awake(pool))
        return;
    pthread_mutex_lock(&pool->mutex);
    for (int64_t i = 1; i < n && i < pool->threads; i++)
        pthread_cond_signal(&pool->opened);
    pthread_mutex_unlock(&pool->mutex);
}

/* Nobody can enter any more; waits for those who have. */
static void close_run(tn_pool *pool)
{
    guard(pool);
    bool alone = !(atomic_fetch_and(&pool->word, ~OPEN) & INSIDE);
    unguard(pool);
    if (alone)
        return;
    for (int64_t until = now_ns() + CALLER_SPINS_NS; !pool->watched && now_ns() < until; pause_briefly())
        if (!(atomic_load(&pool->word) & INSIDE))
            return;
    pthread_mutex_lock(&pool->mutex);
    atomic_store(&pool->waiting, true);
    while (atomic_load(&pool->word) & INSIDE)
        pthread_cond_wait(&pool->left, &pool->mutex);
    atomic_store(&pool->waiting, false);
    pthread_mutex_unlock(&pool->mutex);
}

/* What the caller waited tells whether the workers have processors of their own. A worker's last task may be as long as any. */
static void judge(tn_pool *pool, int64_t n, int64_t began, int64_t closed)
{
    int64_t now = now_ns(), task = (closed - began) / n * pool->threads;
    if (pool->watched || now - closed < HELD_UP_NS + 2 * task)
        return;
    bool again = now < pool->rests_until + 4 * pool->rest;
    pool->rest = !again ? SHORTEST_REST_NS : pool->rest < LONGEST_REST_NS / 2 ? pool->rest * 2 : LONGEST_REST_NS;
    pool->rests_until = now + pool->rest;
}

/* The turn, or none when the workers are at another run, or had better be left alone. */
static bool take_turn(tn_pool *pool, int64_t *began)
{
    if (pthread_mutex_trylock(&pool->turn))
        return false;
    *began = now_ns();
    if (!pool->started)
        start_workers(pool);
    if (pool->num_workers && *began >= pool->rests_until && (all_awake(pool) || pool->process == getpid()))
        return true;
    pthread_mutex_unlock(&pool->turn);
    return false;
}

/* false: the caller has to do it. */
static bool run_together(tn_pool *pool, int64_t n, tn_task task, void *arg)
{
    TN_UNCANCELLED;
    int64_t began;
    if (!take_turn(pool, &began))
        return false;
    open_run(pool, n, task, arg);
    do_tasks(pool, 0);
    int64_t closed = now_ns();
    close_run(pool);
    judge(pool, n, began, closed);
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
