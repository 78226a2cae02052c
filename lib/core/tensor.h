/*
 * Tensors: a talloc handle {dtype, dims} over a counted buffer. The handle's destructor drops the count.
 *
 * Invariants: data points into the buffer and is 64-byte aligned; size is the product of the dimensions. A TN_STRING tensor's buffer
 * holds size + 1 uint64 offsets, then the bytes, each element followed by a zero byte.
 */
#ifndef TN_CORE_TENSOR_H
#define TN_CORE_TENSOR_H

#include "core/buffer.h"
#include "core/dims.h"
#include <tenure/tensor.h>

struct tn_tensor {
    tn_dtype dtype;
    tn_dims dims;
    int64_t size;
    void *data;
    tn_buffer *buffer;
};

/* A tensor whose elements are not initialised, on a meter (NULL: none). NULL with the thread's error. dims must be known. */
tn_tensor *tn_tensor_raw(const void *owner, tn_dtype dtype, const tn_dims *dims, tn_meter *meter);
/* A handle over a buffer that is already there: takes one count of it on success, none on failure. */
tn_tensor *tn_tensor_over(const void *owner, tn_dtype dtype, const tn_dims *dims, tn_buffer *buffer);
/* Another handle over the same buffer (counted, not copied). */
tn_tensor *tn_tensor_share(const void *owner, const tn_tensor *tensor);

#endif
