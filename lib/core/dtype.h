/* What is known of each dtype: one table. */
#ifndef TN_CORE_DTYPE_H
#define TN_CORE_DTYPE_H

#include <tenure/tensor.h>

/* Kinds that generic code branches on. */
typedef enum tn_dtype_kind {
    TN_KIND_NONE,
    TN_KIND_BOOL,
    TN_KIND_INT,
    TN_KIND_UINT,
    TN_KIND_FLOAT,
    TN_KIND_COMPLEX,
    TN_KIND_OTHER
} tn_dtype_kind;

tn_dtype_kind tn_dtype_kind_of(tn_dtype dtype);
/* The dtype of TensorFlow's name ("float", "int32", …) of n characters; 0 when there is none. */
tn_dtype tn_dtype_of_name(const char *name, size_t n);
bool tn_dtype_valid(tn_dtype dtype);
bool tn_dtype_is_integer(tn_dtype dtype);  /* signed or unsigned, not bool */
bool tn_dtype_is_floating(tn_dtype dtype); /* half, bfloat16, float, double */

#endif
