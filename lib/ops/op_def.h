/*
 * One operation, one row. Everything the library knows of an operation type comes from its row: constructor, inference, gradient,
 * kernel, manual. Rows stand in lib/ops/<family>.c; kernels in lib/cpu.
 *
 * signature is TensorFlow's registration grammar, "inputs; attributes -> outputs", as in
 *   "a: T, b: T; transpose_a: bool = false; transpose_b: bool = false; T: {bfloat16, half, float, double} -> product: T"
 *   "values: N * T, axis: Tidx; N: int >= 2; T: type; Tidx: {int32, int64} = int32 -> output: T"
 *   "ref: Ref(T), value: T; T: numbertype; use_locking: bool = false -> output_ref: Ref(T)"
 * numbertype and realnumbertype stand for TensorFlow's lists of those names. A part with nothing in it is left empty: "-> output: dtype".
 */
#ifndef TN_OPS_OP_DEF_H
#define TN_OPS_OP_DEF_H

#include "ops/kernel.h"

/* What inference sees and fills in. The outputs' dims come in as unknown rank. */
typedef struct tn_infer {
    const tn_op *op;
    int num_inputs, num_outputs;
    const tn_operand *in;
    tn_dims *out;
    bool building; /* a graph is being built: the dims are to hold for whatever will be fed */
} tn_infer;

/* What a gradient function sees and fills in. */
typedef struct tn_gradient {
    tn_op *op;
    const tn_output *dy; /* by output: empty when nothing depends on it. At least one is there */
    tn_output *dx;       /* by input: comes in empty; left empty where there is no gradient */
} tn_gradient;

enum {
    TN_OP_STATEFUL = 1 << 0,     /* never folded, merged or pruned when a target */
    TN_OP_COMMUTATIVE = 1 << 1,  /* the two inputs may change places */
    TN_OP_VIEW = 1 << 2,         /* output 0 has the elements of input 0, perhaps in another shape: no kernel */
    TN_OP_RANDOM = 1 << 3,       /* has a random stream per session */
    TN_OP_READS = 1 << 4,        /* output 0 is the value of the variable that input 0 refers to */
    TN_OP_WRITES = 1 << 5,       /* changes the variables of its reference or resource inputs */
    TN_OP_VARIABLE = 1 << 6,     /* stands for a variable: VariableV2, VarHandleOp */
    TN_OP_DIMS_ONLY = 1 << 8,    /* its outputs follow from the dims of its inputs alone: Shape, Size, Rank */
    TN_OP_CONST = 1 << 9,        /* Const: its value is its attribute */
    TN_OP_PLACEHOLDER = 1 << 10, /* Placeholder: must be fed */
    TN_OP_FINISHES = 1 << 11,    /* its kernel calls tn_prepare.finish */
    TN_OP_UNINIT_OK = 1 << 7     /* its variable may be uninitialised: Assign, IsVariableInitialized */
};

struct tn_op_def {
    const char *name;
    const char *signature;
    /* Output dims from input dims (and values, where known). Must be exact when the inputs' dims, and the values it needs, are. */
    tn_status (*infer)(tn_infer *c);
    /* Adds the operations that compute dx from dy. NULL: no gradient, asking for one is TN_NOT_FOUND. tn_no_gradient: none flows. */
    tn_status (*gradient)(tn_gradient *g);
    tn_status (*prepare)(tn_prepare *p); /* NULL with TN_OP_VIEW, and for what the plan or the session does itself */
    unsigned flags;
    int source;              /* 1 + the input that may be a tn_prepare.source; 0: none */
    const char *constructor; /* C name without tn_, default: the name in snake case; "" when build.h or train.h has one by hand */
    const char *formula;     /* one sentence or formula, for the manual */
};
typedef struct tn_op_def tn_op_def;

/* ---- Signatures, compiled once (graph/signature.c) ---- */
enum { TN_SIG_ARGS = 12, TN_SIG_ATTRS = 20, TN_SIG_OUTPUTS = 8, TN_SIG_INTS = 16 };

typedef struct tn_sig_attr {
    const char *name;
    tn_attr_kind kind;
    bool has_default;
    bool has_minimum;
    int64_t minimum;
    uint64_t allowed;    /* of a type: bit d for dtype d; all bits when any */
    const char *choices; /* of a string: the text between the braces, or NULL */
    int64_t default_i;   /* int, bool, type */
    double default_f;
    const char *default_s;       /* of a string */
    const int64_t *default_ints; /* of a list(int); default_i is their number, 0 for every other list */
} tn_sig_attr;

typedef struct tn_sig_arg {
    const char *name;
    int type_attr;   /* index of the attribute that gives the dtype, or of the list of dtypes; -1: fixed */
    tn_dtype dtype;  /* when fixed */
    int number_attr; /* index of the attribute that gives the number, -1: one */
    bool type_list;  /* type_attr is a list: one input for each */
    bool is_ref;
} tn_sig_arg;

typedef struct tn_signature {
    int num_inputs, num_outputs, num_attrs; /* arguments, a list counting as one */
    tn_sig_arg inputs[TN_SIG_ARGS];
    tn_sig_arg outputs[TN_SIG_OUTPUTS];
    tn_sig_attr attrs[TN_SIG_ATTRS];
    int64_t ints[TN_SIG_INTS]; /* default lists point in here */
    int num_ints;
    char text[768]; /* the names point in here */
} tn_signature;

/* Compiles a signature; false when it is none (*out is then half filled). A shape may have the default {}: unknown rank. */
bool tn_signature_compile(const char *text, tn_signature *out);

/* The compiled signature of a row, made at the first call, kept in static memory. Any thread. Aborts never: a bad signature is
 * TN_INTERNAL and NULL, and t/check_graph_registry.c proves that there is none. */
const tn_signature *tn_signature_of(const tn_op_def *def);

/* ---- The registry (graph/registry.c) ---- */
const tn_op_def *tn_registry_find(const char *name); /* NULL when there is none; sets no error */
size_t tn_registry_count(void);
const tn_op_def *tn_registry_at(size_t i); /* in the order of the families */

/* ---- What rows use (ops/infer.c, graph/attr.c) ---- */
tn_status tn_no_gradient(tn_gradient *g);

/* Attributes, by name; the row's signature guarantees that they are there. */
int64_t tn_op_int(const tn_op *op, const char *name);
double tn_op_float(const tn_op *op, const char *name);
bool tn_op_bool(const tn_op *op, const char *name);
tn_dtype tn_op_dtype(const tn_op *op, const char *name);
tn_dims tn_op_dims(const tn_op *op, const char *name);
const char *tn_op_string(const tn_op *op, const char *name);
const tn_tensor *tn_op_tensor(const tn_op *op, const char *name);
const int64_t *tn_op_ints(const tn_op *op, const char *name, size_t *n);

/* TN_INVALID_ARGUMENT with a text that names the operation and the shapes of all its inputs, as TensorFlow's does:
 * "MatMul 'y': <text> for 'y' (op: 'MatMul') with input shapes: [1,2], [3,1]." */
tn_status tn_infer_fail(const tn_infer *c, const char *format, ...) TN_PRINTF_(2, 3);
/* Reads an int32 or int64 operand with a known value into out[0..n); false when the value is unknown. */
bool tn_operand_ints(const tn_operand *operand, int64_t *out, int64_t max, int64_t *n);
/* Common inference functions. */
tn_status tn_infer_same(tn_infer *c);      /* output 0 as input 0 */
tn_status tn_infer_scalar(tn_infer *c);    /* output 0 is a scalar */
tn_status tn_infer_broadcast(tn_infer *c); /* NumPy broadcasting of inputs 0 and 1 */
tn_status tn_infer_nothing(tn_infer *c);   /* no outputs, or unknown ones */

#endif
