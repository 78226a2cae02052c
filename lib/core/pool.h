/*
 * A pool of threads, one for each session that asked for more than one.
 *
 * tn_pool_run cuts work into tasks; the caller takes part, and is never made to wait for a worker that has not begun. A pool that is busy
 * with another run does the work of this one on its caller's thread alone: so any number of threads may use one pool.
 */
#ifndef TN_CORE_POOL_H
#define TN_CORE_POOL_H

#include <tenure/base.h>

typedef struct tn_pool tn_pool;

/* A pool of `threads` threads, the caller's of each run included. Owner: `owner`, whose free ends the threads. NULL with the error. */
tn_pool *tn_pool_new(const void *owner, int threads);

/* How many tasks may run at once. 1 for NULL. */
int tn_pool_threads(const tn_pool *pool);

/* Task i of a run; worker is below tn_pool_threads, and no two tasks that run at once have the same. */
typedef void (*tn_task)(void *arg, int64_t i, int worker);

/* Runs tasks 0 … n - 1, in any order, on the caller's thread and as many workers as come in time; returns when all are done. What tasks
 * wrote is seen by the caller, and what the caller wrote before by the tasks. pool NULL: all on the caller's thread. */
void tn_pool_run(tn_pool *pool, int64_t n, tn_task task, void *arg);

#endif
