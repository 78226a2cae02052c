/*
 * Plans: what a session compiles for one set of feeds (with their dtypes and shapes), fetches and targets.
 *
 * Passes, each linear and without recursion: prune, infer and fold, merge, schedule, place, emit.
 * Invariants: a plan is immutable once it is made; steps[] are in order of execution; every slot has a home (below); what a frame holds
 * is private to one run. A value whose dims are known only while running lives on the frame's heap, all others at fixed offsets of one
 * arena. Nothing is allocated by a run but results and heap values.
 */
#ifndef TN_PLAN_PLAN_H
#define TN_PLAN_PLAN_H

#include <stdio.h>
#include "core/buffer.h"
#include "graph/graph.h"
#include <tenure/session.h>

/* What is to be compiled, and for whom. Everything is borrowed. */
typedef struct tn_plan_request {
    tn_graph_core *graph;
    const tn_feed *feeds; /* already checked: of this graph, each output once, dtype and static shape fit */
    size_t num_feeds;
    const tn_output *fetches; /* already checked: of this graph; may repeat */
    size_t num_fetches;
    tn_op *const *targets;
    size_t num_targets;
    tn_optimize optimize;
    bool soft_placement, log_placement;
    int threads;  /* that a run may use; 0 is 1 */
    bool explain; /* keep notes, for tn_plan_write */
    tn_meter *meter;
    /* The session's state for a TN_OP_VARIABLE or TN_OP_RANDOM operation, made when first asked for. NULL with the thread's error. */
    void *session;
    tn_variable_state *(*variable)(void *session, const tn_op *op);
    tn_random_state *(*random)(void *session, const tn_op *op);
} tn_plan_request;

/* Where the bytes of a slot are. */
typedef enum tn_home {
    TN_HOME_NONE,  /* no bytes: resources, outputs nobody reads */
    TN_HOME_ARENA, /* at an offset of the frame's arena */
    TN_HOME_CONST, /* known at plan time */
    TN_HOME_FEED,  /* the fed tensor's data, bound at each run */
    TN_HOME_HELD,  /* a variable's buffer, counted while the frame holds it */
    TN_HOME_HEAP,  /* a buffer of the frame's own, made while running */
    TN_HOME_RESULT /* a buffer that was taken before the run and becomes a fetched tensor's: large values are not copied */
} tn_home;

typedef struct tn_slot {
    tn_home home;
    tn_dtype dtype;
    const tn_dims *dims; /* NULL: known only while running */
    size_t offset;       /* in the arena */
    const void *data;    /* of a constant */
    uint32_t extra;      /* index into the frame's buffers[] (held, heap) and dims[] (when dims is NULL), or results[]; else UINT32_MAX */
} tn_slot;

/* One end of a plan: a feed or a fetch, in the order of the request that made it. */
typedef struct tn_plan_end {
    tn_output output;
    uint32_t slot; /* several outputs may share one */
    uint32_t root; /* of a fetch: the slot whose bytes these are, when they may be given away; else 0 */
} tn_plan_end;

/* Why a step was not joined with the one that takes its result. */
typedef enum tn_apart {
    TN_APART_NOT,
    TN_APART_OTHER,   /* it is not elementwise */
    TN_APART_NONE,    /* nobody takes the result */
    TN_APART_OFF,     /* TN_OPTIMIZE_NONE */
    TN_APART_DYNAMIC, /* its shapes are known only while running */
    TN_APART_FETCHED,
    TN_APART_SHARED, /* several steps take it */
    TN_APART_TAKER,  /* who takes it does not take it by parts */
    TN_APART_FAILS,  /* it may fail */
    TN_APART_DTYPE,
    TN_APART_SIZE, /* it is broadcast, or empty */
    TN_APART_FULL, /* the group is as large as groups may be */
    TN_APART_KEEPS /* its inputs would be kept, or a variable's value held, for longer */
} tn_apart;

/* Why a result was not written over an input, or that it was. */
typedef enum tn_over {
    TN_OVER_INPUT,    /* it was */
    TN_OVER_KERNEL,   /* the kernel could not */
    TN_OVER_OWNER,    /* the bytes are a feed's, a constant's or a variable's */
    TN_OVER_LATER,    /* they are needed later */
    TN_OVER_OTHERWISE /* they are read in another order, too, or are not as many */
} tn_over;

/* What tn_plan_write tells of a step beside what the step tells itself. */
typedef struct tn_note {
    const tn_op **members; /* elementwise operations that the step is made of, beside step->op or with it */
    uint32_t num_members;
    tn_apart apart;
    tn_over over;
    bool is_source, may_divide, divided;
    const char *module; /* that computes the step; NULL: the library itself */
    double work;
} tn_note;

typedef struct tn_plan {
    tn_plan_end *feeds;
    size_t num_feeds;
    tn_plan_end *fetches;
    size_t num_fetches;
    tn_op **targets;
    size_t num_targets;
    tn_step *steps;
    size_t num_steps;
    double large_work; /* of the steps that threads may share: see core/pool.h */
    tn_slot *slots;
    size_t num_slots;
    size_t num_buffers;          /* held and heap slots, and those whose dims are known only while running */
    tn_variable_state **holders; /* by slot->extra: whose buffer a held slot holds, else NULL */
    size_t arena_bytes;
    size_t live_bytes;      /* the most that values in the arena need at one time */
    tn_note *notes;         /* by step; NULL when they were not asked for */
    size_t num_results;     /* buffers of result slots: a value that was written over another shares its one */
    size_t *result_bytes;   /* by slot->extra */
    uint32_t *result_slots; /* all slots with this home */
    size_t num_result_slots;
    tn_tensor **constants; /* folded values, children of the plan */
    tn_meter *meter;
} tn_plan;

/* Compiles. The graph is locked inside. On success *plan is a talloc child of owner; untouched on failure. */
tn_status tn_plan_new(const void *owner, const tn_plan_request *request, tn_plan **plan);

/* Writes what a plan that was compiled with .explain does, for people. TN_UNAVAILABLE when the file takes it not. */
tn_status tn_plan_write(const tn_plan *plan, FILE *to);

/* What may end a run between two steps; checked about every 10 microseconds of work. NULL and 0: never. */
typedef struct tn_run_control {
    const atomic_bool *closing; /* the session's */
    const atomic_bool *cancel;  /* the caller's token */
    int64_t deadline_ns;        /* CLOCK_MONOTONIC, 0: none */
} tn_run_control;

/* The memory of one run. Invariant between runs: no buffer is held, heap is empty; results are those that nobody was given. */
typedef struct tn_run_frame {
    tn_frame base; /* first: kernels see this */
    const tn_plan *plan;
    tn_tensor *arena;    /* its bytes, as a tensor of uint8: so reports count them */
    tn_buffer **buffers; /* by slot->extra: held or heap, NULL when empty */
    tn_buffer **results; /* by slot->extra of result slots, NULL when given away */
    tn_dims *dims;       /* by slot->extra: of values whose dims are known only while running */
    const tn_run_control *control;
    struct tn_run_frame *next; /* in the session's list of free frames */
} tn_run_frame;

/* A frame for a plan: arena on the plan's meter. NULL with TN_RESOURCE_EXHAUSTED. */
tn_run_frame *tn_run_frame_new(const void *owner, const tn_plan *plan);
/* Points a feed's slot at the elements of a fed tensor of the dtype and dims the plan was made for. */
static inline void tn_run_frame_bind(tn_run_frame *frame, uint32_t slot, void *data)
{
    frame->base.data[slot] = data;
}
/* Takes buffers for the results that the last run gave away. TN_RESOURCE_EXHAUSTED: no memory, or the meter's limit; nothing has run. */
tn_status tn_run_frame_take_results(tn_run_frame *frame);
static inline tn_status tn_run_frame_open(tn_run_frame *frame)
{
    return frame->plan->num_results ? tn_run_frame_take_results(frame) : TN_OK;
}
/* Opens the frame and walks the steps. Afterwards the fetches' slots can be read, until tn_run_frame_release. */
tn_status tn_run_frame_execute(tn_run_frame *frame, const tn_run_control *control);
/* Lets go of what the run held (variables' buffers, heap). After success and after failure alike. */
void tn_run_frame_release(tn_run_frame *frame);
/* The buffer of a value that was computed for this run alone, which a result may have when it is the only one; else NULL. */
static inline tn_buffer *tn_run_frame_buffer(const tn_run_frame *frame, uint32_t slot)
{
    const tn_slot *s = &frame->plan->slots[slot];
    return s->home == TN_HOME_RESULT ? frame->results[s->extra] : s->home == TN_HOME_HEAP ? frame->buffers[s->extra] : NULL;
}
/* The dims of a slot after a run. */
static inline const tn_dims *tn_run_frame_dims(const tn_run_frame *frame, uint32_t slot)
{
    const tn_slot *s = &frame->plan->slots[slot];
    return s->dims ? s->dims : &frame->dims[s->extra];
}

#endif
