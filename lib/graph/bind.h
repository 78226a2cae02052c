/*
 * Building operations, in three steps: graph/bind.c matches inputs and attributes with the signature, graph/op.c and graph/attr.c lay the
 * operation out, graph/known.c works out small integer values.
 */
#ifndef TN_GRAPH_BIND_H
#define TN_GRAPH_BIND_H

#include "graph/graph.h"

/* A call of a constructor matched with its signature. Everything is borrowed. */
typedef struct tn_binding {
    const tn_op_def *def;
    const tn_signature *sig;
    const char *name; /* as asked for: for messages */
    tn_outputs inputs;
    tn_attr attrs[TN_SIG_ATTRS];    /* by index in the signature; a list of types from inputs has p NULL, q its first tn_output */
    const char *from[TN_SIG_ATTRS]; /* the argument that determined the attribute, or NULL */
    int num_outputs;
} tn_binding;

/* Fills in attrs and num_outputs. TN_INVALID_ARGUMENT in TensorFlow's words. */
tn_status tn_bind(tn_binding *b, tn_attrs given);
/* How many inputs or outputs an argument stands for; -1 while the attribute that says so is not known. */
int64_t tn_bound_count(const tn_binding *b, const tn_sig_arg *arg);
/* The dtype of item j of an argument. */
tn_dtype tn_bound_dtype(const tn_binding *b, const tn_sig_arg *arg, int64_t j);

/* Stores an attribute, but for a tensor, which the caller is to share. false: memory ran out. */
bool tn_attr_store(tn_room *room, const tn_attr *from, tn_attr_value *to);

/* Gives the outputs of an operation their known values, where they are small and follow from the inputs'. Fails never: memory running
 * out leaves them unknown. in are the operands that inference saw. */
void tn_known_values(tn_op *op, const tn_operand *in);

#endif
