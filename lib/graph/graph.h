/*
 * The graph core: a top-level talloc tree of its own, counted by the user's handle and by sessions; the last to let go frees it.
 *
 * Invariants: operations, with all that belongs to them, lie in the core's room; ops[i]->id == i; the inputs and control inputs of an
 * operation have smaller ids, so the order of creation is a topological order. An operation never changes once it is in ops[].
 * Everything else of the core is touched under its mutex (recursive, since gradients and constructors nest).
 */
#ifndef TN_GRAPH_GRAPH_H
#define TN_GRAPH_GRAPH_H

#include <pthread.h>
#include "core/live.h"
#include "core/room.h"
#include "core/tensor.h"
#include "ops/op_def.h"
#include <tenure/graph.h>
#include <tenure/scope.h>
#include <tenure/train.h>

typedef struct tn_graph_core tn_graph_core;

/* What the user holds: one talloc chunk under its owner; its destructor lets go of the core. */
struct tn_graph {
    tn_graph_core *core;
    tn_scope scope; /* of WITH_GRAPH: what to go back to */
};

typedef struct tn_attr_value {
    tn_attr_kind kind;
    int64_t i; /* int, bool, type; number of items of a list; length of a string */
    union {
        double f;      /* float */
        const void *p; /* string (zero-terminated), tn_dims *, const tn_tensor *, or items */
    };
} tn_attr_value;

/* One output. */
typedef struct tn_value {
    tn_dtype dtype;
    bool is_ref;            /* refers to the variable `variable` */
    const tn_dims *dims;    /* static; those of an input where they are the same */
    tn_op *variable;        /* the TN_OP_VARIABLE operation it refers to (references and resources), else NULL */
    const tn_tensor *known; /* the value of a small integer output that does not depend on any run, else NULL */
} tn_value;

struct tn_op {
    tn_graph_core *graph;
    const tn_op_def *def;
    const tn_signature *signature;
    const char *name;
    const char *device; /* "" when none */
    uint32_t id;        /* place in ops[] */
    int num_inputs, num_controls, num_outputs;
    tn_output *inputs;
    tn_op **controls;
    tn_value *outputs;
    tn_attr_value *attrs; /* by index in the signature */
};

/* The scope state: a stack of whole states, so that leaving sets a depth and nothing else. */
typedef struct tn_scope_state {
    const char *prefix; /* "" or "a/b/" */
    const char *device;
    tn_op **controls;
    int num_controls;
    uint32_t first_op;  /* operations from this id on were made inside the control dependency block */
    uint64_t serial;    /* of the scope's token */
    const void *thread; /* which thread entered it */
    void *owned;        /* the one of the above that this state does not share with the state beneath it */
} tn_scope_state;

struct tn_graph_core {
    tn_live live;
    atomic_long refs;
    pthread_mutex_t mutex;
    tn_graph *handle; /* the user's, while it lives */
    tn_room *room;    /* operations lie here */
    tn_op **ops;
    size_t num_ops, max_ops;
    struct tn_name_table *names; /* operation and scope names in use */
    tn_scope_state *scopes;
    int num_scopes, max_scopes; /* scopes[0] is the root */
    int failed_scopes;          /* open above those, but not entered: nothing is built inside one (graph/scope.h) */
    tn_variable **variables;
    size_t num_variables, max_variables;
    int64_t seed;
    bool has_seed, finalized;
    tn_status status; /* the first error */
    char *status_op, *status_message;
};

tn_graph_core *tn_graph_core_ref(tn_graph_core *core);
void tn_graph_core_unref(tn_graph_core *core);
void tn_graph_lock(tn_graph_core *core);
void tn_graph_unlock(tn_graph_core *core);
/* Another handle on a core, under owner. */
tn_graph *tn_graph_handle_new(const void *owner, tn_graph_core *core);
/* Keeps the thread's error as the graph's first, when it has none yet; returns the code. */
tn_status tn_graph_note_error(tn_graph_core *core);
/* Sets the thread's error to the graph's first (TN_INVALID_ARGUMENT "… empty output" when it has none); returns its code. */
tn_status tn_graph_raise(tn_graph_core *core);

/* Whether an output is one of this graph. */
bool tn_graph_owns(const tn_graph_core *core, tn_output output);
static inline const tn_value *tn_value_of(tn_output output)
{
    return &output.op->outputs[output.index];
}

/* The core that a constructor builds in: that of graph, else of the first output that has one, else the default graph's. NULL with the
 * thread's error. */
tn_graph_core *tn_graph_core_of(const tn_graph *graph, tn_outputs inputs, tn_ops controls);

/* Devices: inner over outer, field by field, in canonical form ("/cpu:0" is "/device:CPU:0"). NULL with TN_INVALID_ARGUMENT "Unknown
 * attribute: …", or TN_RESOURCE_EXHAUSTED. An empty or NULL inner gives outer. */
const char *tn_device_merge(const void *owner, const char *outer, const char *inner);

/* Names: an unused one made from base ("base", "base_1", …, case-insensitively), marked as used when mark. NULL: memory ran out. */
const char *tn_names_unique(const void *owner, tn_graph_core *core, const char *base, bool mark);
bool tn_names_valid(const char *name, bool in_scope);

/* The seeds of the next random operation, as TensorFlow's get_seed: from the graph's seed and the operation's (has_op_seed). */
void tn_graph_seeds(tn_graph_core *core, bool has_op_seed, int64_t op_seed, int64_t seeds[2]);

struct tn_variable {
    tn_op *op;          /* VariableV2 */
    tn_op *initializer; /* Assign */
    tn_output read;     /* Identity */
    bool trainable;
};

#endif
