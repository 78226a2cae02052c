/*
 * The workers of a pool, and the pool as they see it: what pool.c, which runs, and worker.c share.
 *
 * One word says all about the run that is going on: its number, whether workers may still enter it, and how many are inside. A worker
 * enters by exchanging the word, so none can after the caller has closed the run; the caller then waits for those inside and for nobody
 * else. Who sleeps does so on a condition; whoever would wake him looks for sleepers after it has changed the word, and the sleeper looks
 * at the word after it has said that it sleeps.
 *
 * Helgrind and drd follow mutexes, not atomics: under valgrind nobody spins, and the word is touched under the mutex only.
 */
#ifndef TN_CORE_WORKER_H
#define TN_CORE_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <time.h>
#include "core/backoff.h"
#include "core/pool.h"

#define TN_OPEN       UINT64_C(1)
#define TN_ONE_INSIDE UINT64_C(2)
#define TN_INSIDE     (UINT64_C(0xffffffff) - TN_OPEN)
#define TN_ONE_RUN    (UINT64_C(1) << 32)

typedef struct tn_worker {
    tn_pool *pool;
    pthread_t thread;
    int number;    /* from 1; the caller is 0 */
    uint32_t seen; /* the last run that it was in */
    bool on_trial;
    atomic_bool inside;
} tn_worker;

/* The tasks that a thread begins with; then it goes on with what others have left of theirs. So the same part of the data falls to the same
 * thread in one step after the other, as long as none is late, and is still in its processor's caches. */
typedef struct tn_share {
    atomic_int_fast64_t next; /* task */
    int64_t end;
    char apart[112]; /* each is written all the time, by its own thread */
} tn_share;

struct tn_pool {
    int threads;
    bool watched;         /* by valgrind */
    pthread_mutex_t turn; /* of the thread whose run has the workers; guards what follows */
    tn_worker *workers;
    int num_workers;
    bool started;
    pid_t process; /* that has the workers */
    tn_task task;  /* the run: written before it is opened, read by those inside */
    void *arg;
    tn_share *shares; /* by thread; the caller's is the first */
    int num_shares;
    pthread_mutex_t mutex; /* of those who sleep */
    pthread_cond_t opened, rested, left;
    unsigned calls; /* to spin for what is about to come */
    bool ending;
    tn_backoff backoff;
    char apart[64]; /* what follows is written all the time */
    atomic_uint_fast64_t word;
    atomic_int allowed; /* the first so many workers; the others rest */
    atomic_bool some_rest;
    atomic_int awake;     /* workers */
    atomic_bool waiting;  /* the caller, for those inside */
    atomic_int processor; /* of the caller of the last run */
};

static inline int64_t tn_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline void tn_pause(void)
{
    for (int i = 0; i < 16; i++) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#else
        __asm__ volatile("" ::: "memory");
#endif
    }
}

static inline void tn_guard(tn_pool *pool)
{
    if (pool->watched)
        pthread_mutex_lock(&pool->mutex);
}

static inline void tn_unguard(tn_pool *pool)
{
    if (pool->watched)
        pthread_mutex_unlock(&pool->mutex);
}

/* Says, under the mutex, who rests from now on. */
static inline void tn_tell_who_rests(tn_pool *pool)
{
    atomic_store(&pool->allowed, pool->backoff.workers - pool->backoff.resting);
    atomic_store(&pool->some_rest, pool->backoff.resting > 0);
}

/* Does tasks of the run that is going on, beginning with the own share, until none is left. */
void tn_do_tasks(tn_pool *pool, int number);

/* As many as can be started. Only the holder of the turn calls it, once. */
void tn_start_workers(tn_pool *pool);

#endif
