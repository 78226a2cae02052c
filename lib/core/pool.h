/*
 * A pool of threads, one for each session that asked for more than one.
 *
 * tn_pool_run cuts work into tasks; the caller takes part, and is never made to wait for a worker that has not begun. A pool that is busy
 * with another run does the work of this one on its caller's thread alone: so any number of threads may use one pool, and a task may use
 * the pool that runs it. So it is too when no thread can be started, and in the child of a fork. A worker that has begun and was
 * interrupted by another program gets the caller's processor, when that has nothing else to do; if it happens again soon, it rests, and
 * runs do without it until it is left alone.
 *
 * Workers start with the first run that has something for them. They spin for a tenth of a millisecond after a run, then sleep.
 */
#ifndef TN_CORE_POOL_H
#define TN_CORE_POOL_H

#include <tenure/base.h>

/* More threads are not asked for. */
enum { TN_MOST_THREADS = 256 };

typedef struct tn_pool tn_pool;

/* A pool of `threads` threads, the caller's of each run included. Owner: `owner`, whose free ends the threads. NULL with the error. */
tn_pool *tn_pool_new(const void *owner, int threads);

/* How many tasks may run at once. 1 for NULL. */
int tn_pool_threads(const tn_pool *pool);

/* Whether a worker is awake: handing it something then costs less than a microsecond, else it is tens until it begins. */
bool tn_pool_awake(const tn_pool *pool);

/*
 * Work, in elementary operations, of which a processor does some ten in a nanosecond (of multiplications in products 60: see
 * ops/kernel.h). A worker that is awake is worth its trouble from about 5 microseconds of work on; to wake one costs the caller some 10
 * microseconds, and it comes tens of them later.
 */
enum { TN_WORTH_SPLITTING = 1 << 16, TN_WORTH_WAKING = 1 << 21 };
/* Has workers that sleep spin for what is about to come, when so much work is ahead in pieces that are worth splitting: none of them may
 * be worth waking somebody for. */
enum { TN_WORTH_WAKING_AHEAD = 1 << 20 };
void tn_pool_wake_for(tn_pool *pool, double work_ahead);
/* The pool, when so much work is worth dividing now; else, or while all workers rest, NULL: the caller does it. NULL for NULL. */
tn_pool *tn_pool_worth(tn_pool *pool, double work);

/* Task i of a run; worker is below tn_pool_threads, and no two tasks of a run that are at work at once have the same. */
typedef void (*tn_task)(void *arg, int64_t i, int worker);

/* Runs tasks 0 … n - 1, in any order, on the caller's thread and as many workers as come in time; returns when all are done. What tasks
 * wrote is seen by the caller, and what the caller wrote before by the tasks. pool NULL: all on the caller's thread. Each thread begins
 * with its own part of the tasks, the same in every run of n, and then helps the others: data that is cut in the same way again and again
 * stays in the caches of the same processors. */
void tn_pool_run(tn_pool *pool, int64_t n, tn_task task, void *arg);

#endif
