/* Batch normalisation of inference behind a convolution: what batch_norm.c finds, and the two things that it becomes. */
#ifndef TN_PLAN_BATCH_NORM_H
#define TN_PLAN_BATCH_NORM_H

#include "plan/compile.h"

enum { TN_NORM_X, TN_NORM_SCALE, TN_NORM_OFFSET, TN_NORM_MEAN, TN_NORM_VARIANCE, TN_NORM_INPUTS };
enum { TN_CONV_FILTER = 1 };

/* A kernel whose output nobody but a normalisation takes. The normalisation's other operands are known, its other outputs not wanted. */
typedef struct tn_norm_pair {
    tn_node *conv, *norm;
} tn_norm_pair;

/* Nodes that a pair may need beside its own, and operands of these. */
enum { TN_NORM_NEW_NODES = 2, TN_NORM_NEW_OPERANDS = 6 };

/* Into the filter, which must be known (fold_batch_norm.c). */
tn_status tn_fold_batch_norm(tn_compile *c, const tn_norm_pair *pair);
/* Into three elementwise operations, the same to the last bit; the first two are new nodes at the end of c->nodes (split_batch_norm.c). */
tn_status tn_split_batch_norm(tn_compile *c, const tn_norm_pair *pair);

static inline uint32_t tn_norm_operand(const tn_compile *c, const tn_node *node, int i)
{
    return c->operands[node->first_operand + (uint32_t)i];
}
/* The elements of an operand that is known. */
static inline const float *tn_norm_elements(const tn_compile *c, const tn_node *node, int i)
{
    return c->values[tn_norm_operand(c, node, i)].known;
}
/* A constant of these dims, which must live as long as the plan, where a known value is one: TN_NONE when memory runs out. */
uint32_t tn_norm_constant(tn_compile *c, uint32_t known, const tn_dims *dims, tn_tensor **made);
/* A normalisation's operation as one of another type, of two inputs and one output, with the same name. It is in no graph, and lives as
 * long as the plan. NULL: memory ran out. */
const tn_op *tn_norm_op_as(const tn_compile *c, const tn_op *norm, const char *type);
/* The normalisation's node becomes one of that operation. */
void tn_norm_become(tn_compile *c, tn_node *norm, const tn_op *op);

#endif
