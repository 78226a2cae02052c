/* Operands whose values steer shapes: what inference and prepare read of them. Unknown lengths and values are no errors. */
#ifndef TN_OPS_OPERAND_H
#define TN_OPS_OPERAND_H

#include "ops/op_def.h"

enum { TN_MOST_INTS = 32 };

/* A vector of integers: its length when the shape tells it, its items when the value is known. */
typedef struct tn_int_list {
    int n; /* -1: not known */
    bool known;
    int64_t item[TN_MOST_INTS];
} tn_int_list;

/* Input i as a vector; "Shape must be rank 1 but is rank 0", and an error for more items than TN_MOST_INTS. */
tn_status tn_expect_ints(const tn_infer *c, int i, tn_int_list *list);
/* Input i as a shape without unknowns: "Dimension -1 must be >= 0". *out is as exact as what is known of it. */
tn_status tn_expect_shape(const tn_infer *c, int i, tn_dims *out);
/* Reads an operand of one integer, of any rank. False: not known. */
bool tn_operand_int(const tn_operand *operand, int64_t *value);
/* Fails for a rank that is more than tensors have. */
tn_status tn_expect_possible_rank(const tn_infer *c, int rank);
/* Fails for known dims whose product is more than an int64 holds. */
tn_status tn_expect_possible_size(const tn_infer *c, const tn_dims *dims);

#endif
