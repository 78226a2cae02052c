/* Running one operation's kernel outside any plan, on values that are known. */
#ifndef TN_GRAPH_COMPUTE_H
#define TN_GRAPH_COMPUTE_H

#include "graph/graph.h"

/* Computes the outputs of an operation without state from inputs whose values are all known, into new tensors of owner, on a meter (NULL:
 * none). out has the outputs' dtypes and whole dims. False when it cannot be done (no kernel, a division by zero, no memory): results is
 * then untouched, and so is the thread's error, in either case. */
bool tn_compute(const void *owner, tn_meter *meter, const tn_op *op, const tn_operand *in, const tn_operand *out, tn_tensor **results);

#endif
