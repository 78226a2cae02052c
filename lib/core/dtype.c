/* The table of dtypes: see dtype.h. */
#include "core/dtype.h"

#include <string.h>

typedef struct dtype_row {
    const char *name;
    size_t size;
    tn_dtype_kind kind;
} dtype_row;

static const dtype_row rows[TN_UINT64 + 1] = {
    [TN_FLOAT32] = { "float", 4, TN_KIND_FLOAT },
    [TN_FLOAT64] = { "double", 8, TN_KIND_FLOAT },
    [TN_INT32] = { "int32", 4, TN_KIND_INT },
    [TN_UINT8] = { "uint8", 1, TN_KIND_UINT },
    [TN_INT16] = { "int16", 2, TN_KIND_INT },
    [TN_INT8] = { "int8", 1, TN_KIND_INT },
    [TN_STRING] = { "string", 0, TN_KIND_OTHER },
    [TN_COMPLEX64] = { "complex64", 8, TN_KIND_COMPLEX },
    [TN_INT64] = { "int64", 8, TN_KIND_INT },
    [TN_BOOL] = { "bool", 1, TN_KIND_BOOL },
    [TN_BFLOAT16] = { "bfloat16", 2, TN_KIND_FLOAT },
    [TN_UINT16] = { "uint16", 2, TN_KIND_UINT },
    [TN_COMPLEX128] = { "complex128", 16, TN_KIND_COMPLEX },
    [TN_FLOAT16] = { "half", 2, TN_KIND_FLOAT },
    [TN_RESOURCE] = { "resource", 0, TN_KIND_OTHER },
    [TN_VARIANT] = { "variant", 0, TN_KIND_OTHER },
    [TN_UINT32] = { "uint32", 4, TN_KIND_UINT },
    [TN_UINT64] = { "uint64", 8, TN_KIND_UINT },
};

static const dtype_row *row_of(tn_dtype dtype)
{
    return (unsigned)dtype <= TN_UINT64 ? &rows[dtype] : &rows[0];
}

size_t tn_dtype_size(tn_dtype dtype)
{
    return row_of(dtype)->size;
}

const char *tn_dtype_name(tn_dtype dtype)
{
    const char *name = row_of(dtype)->name;
    return name ? name : "invalid";
}

tn_dtype_kind tn_dtype_kind_of(tn_dtype dtype)
{
    return row_of(dtype)->kind;
}

tn_dtype tn_dtype_of_name(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].name && strlen(rows[i].name) == n && !memcmp(rows[i].name, name, n))
            return (tn_dtype)i;
    return (tn_dtype)0;
}

bool tn_dtype_valid(tn_dtype dtype)
{
    return row_of(dtype)->name != NULL;
}

bool tn_dtype_is_integer(tn_dtype dtype)
{
    tn_dtype_kind kind = tn_dtype_kind_of(dtype);
    return kind == TN_KIND_INT || kind == TN_KIND_UINT;
}

bool tn_dtype_is_floating(tn_dtype dtype)
{
    return tn_dtype_kind_of(dtype) == TN_KIND_FLOAT;
}
