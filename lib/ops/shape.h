/* Shape arithmetic that inference and kernels share. */
#ifndef TN_OPS_SHAPE_H
#define TN_OPS_SHAPE_H

#include "ops/operand.h"

/*
 * The axes along which two shapes that broadcast together are repeated (or could be), in ascending order, to sum a gradient over.
 * False when they do not fit. Each list has room for 32.
 */
bool tn_repeated_axes(const tn_int_list *a, const tn_int_list *b, tn_int_list *of_a, tn_int_list *of_b);

/* Rows of the family shape that have a file of their own. */
tn_status tn_infer_reshape(tn_infer *c);
tn_status tn_infer_range(tn_infer *c);

#endif
