/* What kernels that go by index share. */
#ifndef TN_CPU_GATHER_H
#define TN_CPU_GATHER_H

#include "ops/op_def.h"

/* Element i of a tensor of indices: uint8, int32 or int64. */
static inline int64_t tn_index_at(tn_dtype dtype, const void *indices, int64_t i)
{
    if (dtype == TN_INT32)
        return ((const int32_t *)indices)[i];
    return dtype == TN_INT64 ? ((const int64_t *)indices)[i] : ((const uint8_t *)indices)[i];
}

/* "indices[1,0] = 7 is not in [0, 3)": the element at a flat place of a tensor of those dims. */
tn_status tn_index_fail(const tn_step *step, const char *name, const tn_dims *dims, int64_t at, int64_t value, const char *what,
                        int64_t limit);

/* The product of the lengths from axis first up to, not including, last. */
int64_t tn_dims_product(const tn_dims *dims, int first, int last);

#endif
