/*
 * A plan in the making: what the passes hand to each other. All of it lives on one scratch context and is freed with it.
 *
 * A node is an operation that the run needs, or one that merely has a fed output. A value is one output of a node, or the read of a
 * variable that stands where a reference is used as a value. Invariants:
 *  - nodes are in the order of the graph, so every operand is made by an earlier node;
 *  - operands name canonical values: merging and Identity are already seen through;
 *  - a value's root owns its bytes: a view's root is that of its input, any other value is its own root.
 */
#ifndef TN_PLAN_COMPILE_H
#define TN_PLAN_COMPILE_H

#include "plan/plan.h"

#define TN_NONE UINT32_MAX

/* What becomes of a node. */
typedef enum tn_role {
    TN_ROLE_FED,   /* not run: it is here for its fed outputs */
    TN_ROLE_ORDER, /* takes part in the order, makes no step: constants, variables, views, folded, merged and joined operations */
    TN_ROLE_STEP,
    TN_ROLE_READ /* its output is read from a variable: ReadVariableOp */
} tn_role;

typedef struct tn_node {
    const tn_op *op;
    uint32_t first_value;
    uint32_t first_operand; /* in operands[]; TN_NONE entries are references, which carry no data */
    uint32_t reads;         /* values read from variables just before this node: a list by value.next, or TN_NONE */
    uint32_t same;          /* the node it was merged into, or TN_NONE */
    tn_role role;
} tn_node;

typedef struct tn_plan_value {
    const tn_dims *dims; /* never NULL; with unknowns when known only while running */
    const void *known;   /* the elements, when they are known now */
    tn_tensor *folded;   /* owns them, when they were computed here */
    uint32_t uses;       /* by inputs of nodes that are not yet folded, and by fetches */
    tn_op *variable;     /* of references and resources, and of reads: whose value it is */
    uint32_t canon;      /* the value that stands for it; itself when canonical */
    uint32_t root;       /* whose bytes it uses */
    uint32_t made;       /* what its operation writes: itself, or, where it is fed, a value that nobody sees */
    uint32_t deref;      /* the read of a reference just after its maker, or TN_NONE */
    uint32_t next;       /* in its node's list of reads */
    uint32_t node;       /* its maker */
    uint32_t slot;       /* TN_NONE until it is needed */
    uint32_t last_use;   /* of a root: position of the last instruction that needs its bytes */
    size_t offset;       /* of a root in the arena; of one in a result, the number of that */
    uint32_t range;      /* while it is being placed: the number of its block, or TN_NONE */
    tn_dtype dtype;
    tn_home home;
    bool is_ref, fed, fetched;
} tn_plan_value;

/* What is executed, before it has slots. */
typedef enum tn_instr_kind {
    TN_INSTR_CHECK,   /* may the run go on? */
    TN_INSTR_READ,    /* take a variable's buffer */
    TN_INSTR_RELEASE, /* let go of a buffer */
    TN_INSTR_WAITING, /* a kernel that fuse prepares, alone or with what it joins to it: has a map, or TN_OP_FINISHES */
    TN_INSTR_KERNEL,  /* prepared now */
    TN_INSTR_DYNAMIC, /* prepared while running */
    TN_INSTR_ALIAS    /* a fetched view of bytes that are bound while running */
} tn_instr_kind;

enum { TN_MAP_MAY_FAIL = -1 };
typedef struct tn_instr {
    tn_instr_kind kind : 8;
    signed char super;                /* of a WAITING map; TN_MAP_MAY_FAIL: it joins nothing */
    bool may_divide : 1, divided : 1; /* of KERNEL */
    unsigned char module;             /* of KERNEL: as prepare says it */
    uint32_t node;                    /* of WAITING, KERNEL and DYNAMIC: the operation whose kernel it is */
    uint32_t writes;                  /* the node whose outputs it makes: the same one, or the last of those that finish it */
    uint32_t first_operand;           /* in operands[] */
    uint32_t num_operands;
    uint32_t value;     /* of READ, RELEASE, ALIAS */
    uint32_t workspace; /* of KERNEL: the value that its scratch is kept as, or TN_NONE */
    unsigned in_place;  /* of KERNEL */
    float work;
    uint32_t note; /* 1 + its place in notes[]; 0: none */
    union {
        tn_kernel run; /* of KERNEL */
        tn_row row;    /* of WAITING: NULL when it is no map */
    };
    union {
        const void *args;
        const tn_dims *dims; /* of a WAITING map */
    };
} tn_instr;

typedef struct tn_compile {
    const tn_plan_request *request;
    tn_plan *plan;          /* child of this until it is whole */
    uint32_t *node_of;      /* by operation id: node, or TN_NONE */
    uint8_t *marks;         /* by operation id */
    uint32_t *sorted_feeds; /* indices of request->feeds by output, for bsearch */
    tn_node *nodes;
    uint32_t num_nodes;
    tn_plan_value *values;
    uint32_t num_values, max_values;
    uint32_t *operands;
    uint32_t num_operands;
    tn_operand *in, *out; /* of the node at hand: as many as any node has */
    int max_inputs, max_outputs;
    tn_dims *dims_block; /* dims that inference found, children of the plan */
    size_t dims_left;
    bool trust_static; /* the graph's own inference holds: only placeholders are fed */
    uint32_t *table;   /* merging: hash table of nodes */
    uint32_t table_size;
    uint32_t *order; /* nodes as they will run */
    uint32_t num_ordered;
    tn_instr *instrs;
    uint32_t num_instrs, max_instrs;
    tn_note *notes; /* by instruction as lower left them; NULL when they were not asked for */
    bool has_writes;
    size_t max_slots; /* emit */
    bool out_of_slots;
} tn_compile;

/* Passes, in this order. Each returns TN_OK or the thread's error. */
tn_status tn_pass_prune(tn_compile *c);      /* marks, nodes, values, fed values; placement */
tn_status tn_pass_infer(tn_compile *c);      /* dims, operands, roles; folds and merges on the way */
tn_status tn_pass_schedule(tn_compile *c);   /* order */
tn_status tn_pass_batch_norm(tn_compile *c); /* what can finish a convolution, in place of a normalisation behind it */
tn_status tn_pass_lower(tn_compile *c);      /* instructions, kernels prepared */
tn_status tn_pass_fuse(tn_compile *c);       /* elementwise operations joined, all kernels prepared */
tn_status tn_pass_place(tn_compile *c);      /* homes and offsets */
tn_status tn_pass_emit(tn_compile *c);       /* slots and steps */

static inline bool tn_is_step(const tn_instr *instr)
{
    return instr->kind == TN_INSTR_WAITING || instr->kind == TN_INSTR_KERNEL || instr->kind == TN_INSTR_DYNAMIC;
}
static inline uint32_t tn_operand_of(const tn_compile *c, const tn_instr *instr, uint32_t i)
{
    return c->operands[instr->first_operand + i];
}
/* The value that a node's kernel writes as output i. */
static inline uint32_t tn_value_made(const tn_compile *c, const tn_node *node, int i)
{
    return c->values[node->first_value + (uint32_t)i].made;
}
/* TN_RESOURCE_EXHAUSTED "OOM when allocating tensor with shape[…]" for a value. */
tn_status tn_value_too_large(const tn_compile *c, uint32_t v);
/* The index in request->feeds of an output, or TN_NONE. */
uint32_t tn_feed_of(const tn_compile *c, tn_output output);
/* A new value of its own root; TN_NONE: memory ran out. */
uint32_t tn_value_new(tn_compile *c, uint32_t node, tn_dtype dtype, const tn_dims *dims);
/* The value of an output whose operation is a node. */
static inline uint32_t tn_value_at(const tn_compile *c, tn_output output)
{
    return c->nodes[c->node_of[output.op->id]].first_value + (uint32_t)output.index;
}
/* Whether a value is there before any run. */
static inline bool tn_value_is_const(const tn_compile *c, uint32_t v)
{
    return c->values[v].known && c->nodes[c->values[c->values[v].root].node].role == TN_ROLE_ORDER;
}
/* Whether a value's elements are its root's, with no step of its own. */
static inline bool tn_value_is_static_view(const tn_compile *c, uint32_t v)
{
    return c->values[v].root != v && c->nodes[c->values[v].node].role != TN_ROLE_STEP;
}
/* The value to fetch for an output: canonical, a reference read. TN_NONE: memory ran out. */
uint32_t tn_value_to_read(tn_compile *c, tn_output output);
/* The node that is equal to this one and came before it, or TN_NONE after entering it (merge.c). */
uint32_t tn_merge(tn_compile *c, uint32_t node);
/* Computes the outputs of a node whose inputs are all known (fold.c). Leaves it as it is when that cannot be. */
void tn_fold(tn_compile *c, uint32_t node, const tn_operand *in, const tn_operand *out);
/* Fills in a tn_prepare's variables and random state for an operation (lower.c); TN_OK or the thread's error. */
tn_status tn_bind_state(const tn_plan_request *request, const tn_op *op, tn_variable_state **variables, tn_random_state **random);

/* The elementary operations of a prepared step: what prepare says, or as many as there are elements (lower.c). */
double tn_work_of(const tn_prepare *p);
/* Where a prepared kernel can be divided, has much to do and threads to do it, puts in its place one that divides it (split.c). */
tn_status tn_split_step(tn_prepare *p, double work);
/* Prepares an instruction's operation, with what `with` says of finish, source and describe (lower.c). One that cannot be prepared now
 * becomes dynamic, one that is only described waits. */
tn_status tn_prepare_instr(tn_compile *c, tn_instr *instr, const tn_prepare *with);

/* Steps that are not kernels of operations (steps.c, dynamic.c). */
tn_status tn_run_check(const tn_step *step, const tn_frame *frame);
tn_status tn_run_read(const tn_step *step, const tn_frame *frame);
tn_status tn_run_release(const tn_step *step, const tn_frame *frame);
tn_status tn_run_alias(const tn_step *step, const tn_frame *frame);
tn_status tn_run_dynamic(const tn_step *step, const tn_frame *frame);

/* Arguments of these. */
typedef struct tn_buffer_args {
    tn_variable_state *variable; /* of a held slot, NULL for a heap slot */
    uint32_t slot, extra;
    tn_dims dims; /* what a read must find; rank -1: anything */
} tn_buffer_args;
typedef struct tn_dynamic_args {
    tn_variable_state **variables;
    tn_random_state *random;
    const tn_dims **in_dims; /* by input: NULL when only the run knows them. A view's own: it shares its slot with what it is a view of */
} tn_dynamic_args;

#endif
