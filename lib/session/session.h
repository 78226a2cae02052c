/*
 * Sessions, inside.
 *
 * The tree: a tn_session is what the user holds; what hangs on it directly are results of the thread that opened it and what the
 * application hangs there. Everything that the library makes hangs on the core, a child of the session, so that runs of other threads
 * never touch the session's own list of children.
 *
 * Invariants: the core's mutex guards its fields and its talloc children (not what hangs on a frame in use, which belongs to its run, nor
 * on a tn_thread_results, which belongs to its thread). It is never held while the graph is locked for: graph before session. Whoever
 * uses a session has entered it in the register of what is open, so that close waits for it.
 */
#ifndef TN_SESSION_SESSION_H
#define TN_SESSION_SESSION_H

#include "core/live.h"
#include "plan/plan.h"
#include "session/state.h"
#include <tenure/scope.h>
#include <tenure/session.h>

enum { TN_MAX_PLANS = 64, TN_STATE_BUCKETS = 256 };

/* Where results of one thread hang that did not open the session. */
typedef struct tn_thread_results {
    const void *thread;
    struct tn_thread_results *next;
} tn_thread_results;

/* The dtype and shape that a plan was made for, of one feed. */
typedef struct tn_feed_type {
    tn_dtype dtype;
    tn_dims dims;
} tn_feed_type;

/* A plan in the cache, with its idle frames. One that was evicted lives until its last frame comes back. */
typedef struct tn_plan_entry {
    struct tn_plan_entry *next; /* of the same bucket */
    uint64_t hash, last_use;
    tn_plan *plan;
    tn_feed_type *feed_types;
    tn_run_frame *idle;
    int frames_out;
    bool evicted;
} tn_plan_entry;

typedef struct tn_session_core {
    pthread_mutex_t mutex;
    tn_graph *graph; /* a handle of its own: counts the graph core */
    tn_meter *meter;
    tn_pool *pool; /* NULL: one thread */
    atomic_bool closing;
    const void *thread; /* that opened it */
    int64_t timeout_ms;
    tn_optimize optimize;
    bool log_placement, soft_placement;
    tn_plan_entry *plans[TN_MAX_PLANS]; /* buckets */
    int num_plans;
    uint64_t uses;
    tn_variable_state *variables[TN_STATE_BUCKETS];
    tn_random_state *randoms[TN_STATE_BUCKETS];
    tn_thread_results *results;
} tn_session_core;

struct tn_session {
    tn_live live;
    tn_session_core *core;
};

/* Through which call a run was asked for; messages differ. */
typedef enum tn_asked { TN_ASKED_RUN, TN_ASKED_GIVEN_SESSION, TN_ASKED_DEFAULT_SESSION } tn_asked;

/* What a caller asks for. Everything is borrowed for the length of the call. */
typedef struct tn_request {
    tn_asked asked;
    tn_feeds feeds;
    tn_outputs fetches;
    bool has_target; /* a target beside targets */
    tn_op *target;
    tn_ops targets;
    const void *owner;
    tn_tensor *const *into;
    tn_tensor **results;
    int64_t timeout_ms;
    const tn_cancel *cancel;
    FILE *print; /* of tn_plan_print: nothing is run */
} tn_request;

static inline size_t tn_request_num_targets(const tn_request *r)
{
    return r->has_target + r->targets.n;
}
static inline tn_op *tn_request_target(const tn_request *r, size_t i)
{
    return r->has_target && i == 0 ? r->target : r->targets.items[i - r->has_target];
}

/* request.c: everything that may be wrong with a request, in TensorFlow's order and words. The lists are there: */
tn_status tn_request_check_lists(const tn_request *r);
tn_status tn_request_check(const tn_session_core *core, const tn_request *r);

/* plans.c. The index in a plan's feeds or fetches of an output, looked for from `hint` on; SIZE_MAX: none. */
size_t tn_plan_find(const tn_plan_end *ends, size_t n, tn_output output, size_t hint);
/* A plan for a request, compiled when there is none, and a frame of it. */
tn_status tn_plans_take(tn_session_core *core, const tn_request *r, tn_plan_entry **entry, tn_run_frame **frame);
void tn_plans_give(tn_session_core *core, tn_plan_entry *entry, tn_run_frame *frame);
/* Compiles a plan for a request, and writes it to r->print. */
tn_status tn_plans_print(tn_session_core *core, const tn_request *r);
/* Frees idle frames, for memory; whether there were any. */
bool tn_plans_trim(tn_session_core *core);

/* result.c: takes buffers for the large fetches of a frame that is to run. */
tn_status tn_results_open(tn_session_core *core, const tn_request *r, const tn_plan *plan, tn_run_frame *frame);
/* Hands over the fetches of a frame that has run, all or none. */
tn_status tn_results_take(tn_session *session, const tn_request *r, const tn_plan *plan, const tn_run_frame *frame);

/* session.c: where results of the calling thread hang by default. NULL with the thread's error. */
const void *tn_session_results(tn_session *session);

/* cancel.c: NULL for NULL. */
const atomic_bool *tn_cancel_flag(const tn_cancel *cancel);

/* state.c: the session's state for an operation, made when first asked for. session is a tn_session_core. */
tn_variable_state *tn_session_variable(void *session, const tn_op *op);
tn_random_state *tn_session_random(void *session, const tn_op *op);

#endif
