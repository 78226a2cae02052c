/*
 * StridedSlice and StridedSliceGrad: from begin, end, strides and the five masks to one range for each axis of the input. Shared by
 * inference, where some of it may be unknown, and by the kernels.
 */
#ifndef TN_OPS_SLICING_H
#define TN_OPS_SLICING_H

#include "ops/operand.h"

typedef struct tn_slicing {
    int rank;                   /* of the input */
    int64_t begin[TN_MAX_RANK]; /* first index along each axis of the input; valid where its length is known */
    int64_t stride[TN_MAX_RANK];
    int64_t length[TN_MAX_RANK]; /* items taken; -1: not known */
    tn_dims out;                 /* without the shrunk axes, with the new ones */
    char error[160];
} tn_slicing;

/*
 * begin, end and strides are those of op (begin and end may have unknown items); input is a known rank. False for what is no slice of
 * such an input: error then says why.
 */
bool tn_slicing_resolve(const tn_op *op, const tn_dims *input, const tn_int_list *begin, const tn_int_list *end, const tn_int_list *strides,
                        tn_slicing *out);

/* Rows of the family layout that have a file of their own. */
tn_status tn_infer_strided_slice(tn_infer *c);
tn_status tn_infer_strided_slice_grad(tn_infer *c);
tn_status tn_gradient_strided_slice(tn_gradient *g);
tn_status tn_gradient_strided_slice_grad(tn_gradient *g);

#endif
