/* What inference knows of variables that an operation refers to. */
#ifndef TN_OPS_VARIABLE_H
#define TN_OPS_VARIABLE_H

#include "ops/op_def.h"

/* The declared shape of the variable of input i: a reference's own, for a resource that of its handle; unknown where the handle is. */
tn_dims tn_variable_dims(const tn_infer *c, int i);
/* The shape of input i is that of the variable of input `variable`. What only a run can tell is the kernel's to say. */
tn_status tn_expect_variable_dims(const tn_infer *c, int variable, int i, tn_dims *out);
/* The variable of input i has this dtype: "Trying to read variable with wrong dtype. Expected float got int32". */
tn_status tn_expect_variable_dtype(const tn_infer *c, int i, tn_dtype dtype);

#endif
