/* Tensors: see tensor.h and <tenure/tensor.h>. */
#include "core/tensor.h"

#include <string.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"

static int tensor_destroy(tn_tensor *tensor)
{
    tn_buffer_unref(tensor->buffer);
    return 0;
}

tn_tensor *tn_tensor_over(const void *owner, tn_dtype dtype, const tn_dims *dims, tn_buffer *buffer)
{
    tn_tensor *tensor = TN_NEW(owner, tn_tensor);
    if (!tensor)
        return NULL;
    tensor->dtype = dtype;
    tensor->dims = *dims;
    tensor->size = tn_dims_size(dims);
    tensor->buffer = buffer;
    tensor->data = tn_buffer_data(buffer);
    talloc_set_destructor(tensor, tensor_destroy);
    return tensor;
}

tn_tensor *tn_tensor_raw(const void *owner, tn_dtype dtype, const tn_dims *dims, tn_meter *meter)
{
    size_t bytes;
    char text[TN_DIMS_TEXT];
    if (!tn_dims_bytes(dims, dtype, &bytes)) {
        tn_fail(TN_INVALID_ARGUMENT, "a tensor of %s and shape %s is too large", tn_dtype_name(dtype), tn_dims_text(dims, text));
        return NULL;
    }
    tn_buffer *buffer = tn_buffer_new(meter, bytes);
    tn_tensor *tensor = buffer ? tn_tensor_over(owner, dtype, dims, buffer) : NULL;
    if (!tensor)
        tn_buffer_unref(buffer);
    return tensor;
}

tn_tensor *tn_tensor_share(const void *owner, const tn_tensor *tensor)
{
    tn_tensor *other = tn_tensor_over(owner, tensor->dtype, &tensor->dims, tensor->buffer);
    if (other)
        tn_buffer_ref(other->buffer);
    return other;
}

/* Checks rank and dimensions given from outside. */
static bool dims_from(int rank, const int64_t *dims, tn_dims *out)
{
    if (rank < 0 || rank > TN_MAX_RANK || (rank > 0 && !dims)) {
        tn_fail(TN_INVALID_ARGUMENT, "a tensor of rank %d: ranks are 0 to %d, with dimensions given", rank, TN_MAX_RANK);
        return false;
    }
    char text[TN_DIMS_TEXT];
    tn_dims d = tn_dims_of(rank, dims);
    if (tn_dims_size(&d) < 0) {
        tn_fail(TN_INVALID_ARGUMENT, "a tensor of shape %s: a dimension is negative, or the size overflows", tn_dims_text(&d, text));
        return false;
    }
    *out = d;
    return true;
}

tn_tensor *tn_tensor_new(const void *owner, tn_dtype dtype, int rank, const int64_t *dims, const void *data)
{
    tn_dims d;
    if (!tn_dtype_size(dtype)) {
        tn_fail(TN_INVALID_ARGUMENT, "a tensor of dtype %s: its elements have no fixed size", tn_dtype_name(dtype));
        return NULL;
    }
    tn_tensor *tensor = dims_from(rank, dims, &d) ? tn_tensor_raw(owner, dtype, &d, NULL) : NULL;
    if (!tensor)
        return NULL;
    size_t bytes = tn_tensor_bytes(tensor);
    if (data && bytes)
        memcpy(tensor->data, data, bytes);
    else
        memset(tensor->data, 0, bytes);
    return tensor;
}

/* The bytes of a string tensor's buffer: offsets, then each element and its zero byte. */
static bool string_bytes(size_t n, const size_t *lengths, size_t *bytes)
{
    if (!tn_mul_size(n + 1, sizeof(uint64_t), bytes))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!tn_add_size(*bytes, lengths[i], bytes) || !tn_add_size(*bytes, 1, bytes))
            return false;
    return true;
}

static void fill_strings(tn_buffer *buffer, size_t n, const char *const *bytes, const size_t *lengths)
{
    uint64_t *offsets = tn_buffer_data(buffer);
    char *base = (char *)(offsets + n + 1);
    uint64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        offsets[i] = at;
        if (lengths[i])
            memcpy(base + at, bytes[i], lengths[i]);
        base[at + lengths[i]] = 0;
        at += lengths[i] + 1;
    }
    offsets[n] = at;
}

tn_tensor *tn_string_tensor_new(const void *owner, int rank, const int64_t *dims, const char *const *bytes, const size_t *lengths)
{
    tn_dims d;
    if (!dims_from(rank, dims, &d))
        return NULL;
    size_t n = (size_t)tn_dims_size(&d), whole;
    if (n && (!bytes || !lengths)) {
        tn_fail(TN_INVALID_ARGUMENT, "a string tensor of %zu elements without bytes or lengths", n);
        return NULL;
    }
    if (n >= SIZE_MAX / sizeof(uint64_t) || !string_bytes(n, lengths, &whole)) {
        tn_fail(TN_INVALID_ARGUMENT, "a string tensor of %zu elements is too large", n);
        return NULL;
    }
    tn_buffer *buffer = tn_buffer_new(NULL, whole);
    tn_tensor *tensor = buffer ? tn_tensor_over(owner, TN_STRING, &d, buffer) : NULL;
    if (!tensor) {
        tn_buffer_unref(buffer);
        return NULL;
    }
    fill_strings(buffer, n, bytes, lengths);
    return tensor;
}

const char *tn_string_at(const tn_tensor *tensor, int64_t i, size_t *length)
{
    if (!tensor || tensor->dtype != TN_STRING) {
        tn_fail(TN_INVALID_ARGUMENT, "tn_string_at of a tensor of %s", tensor ? tn_dtype_name(tensor->dtype) : "no dtype (NULL)");
        return NULL;
    }
    if (i < 0 || i >= tensor->size) {
        tn_fail(TN_OUT_OF_RANGE, "string %lld of a tensor of %lld", (long long)i, (long long)tensor->size);
        return NULL;
    }
    const uint64_t *offsets = tensor->data;
    if (length)
        *length = (size_t)(offsets[i + 1] - offsets[i] - 1);
    return (const char *)(offsets + tensor->size + 1) + offsets[i];
}

tn_dtype tn_tensor_dtype(const tn_tensor *tensor)
{
    return tensor ? tensor->dtype : (tn_dtype)0;
}

int tn_tensor_rank(const tn_tensor *tensor)
{
    return tensor ? tensor->dims.rank : -1;
}

int64_t tn_tensor_dim(const tn_tensor *tensor, int axis)
{
    int i = tensor ? tn_dims_axis(&tensor->dims, axis) : -1;
    return i < 0 ? -1 : tensor->dims.dim[i];
}

int64_t tn_tensor_size(const tn_tensor *tensor)
{
    return tensor ? tensor->size : 0;
}

size_t tn_tensor_bytes(const tn_tensor *tensor)
{
    if (!tensor)
        return 0;
    if (tensor->dtype != TN_STRING)
        return (size_t)tensor->size * tn_dtype_size(tensor->dtype);
    const uint64_t *offsets = tensor->data;
    return (size_t)(offsets[tensor->size] - (uint64_t)tensor->size);
}

void *tn_tensor_data(tn_tensor *tensor)
{
    return tensor && tensor->dtype != TN_STRING ? tensor->data : NULL;
}

/* The elements, when the tensor has this dtype. */
static void *typed_data(tn_tensor *tensor, tn_dtype dtype)
{
    char text[TN_DIMS_TEXT];
    if (!tensor)
        return NULL;
    if (tensor->dtype == dtype)
        return tensor->data;
    tn_fail(TN_INVALID_ARGUMENT, "a tensor of %s and shape %s was asked for its elements as %s", tn_dtype_name(tensor->dtype),
            tn_dims_text(&tensor->dims, text), tn_dtype_name(dtype));
    return NULL;
}

#define TYPED_ACCESS(name, type, dtype)                                                                                                    \
    type *name(tn_tensor *tensor)                                                                                                          \
    {                                                                                                                                      \
        return typed_data(tensor, dtype);                                                                                                  \
    }
TYPED_ACCESS(tn_f32, float, TN_FLOAT32)
TYPED_ACCESS(tn_f64, double, TN_FLOAT64)
TYPED_ACCESS(tn_i8, int8_t, TN_INT8)
TYPED_ACCESS(tn_i16, int16_t, TN_INT16)
TYPED_ACCESS(tn_i32, int32_t, TN_INT32)
TYPED_ACCESS(tn_i64, int64_t, TN_INT64)
TYPED_ACCESS(tn_u8, uint8_t, TN_UINT8)
TYPED_ACCESS(tn_u16, uint16_t, TN_UINT16)
TYPED_ACCESS(tn_u32, uint32_t, TN_UINT32)
TYPED_ACCESS(tn_u64, uint64_t, TN_UINT64)
TYPED_ACCESS(tn_bool, bool, TN_BOOL)

tn_tensor *tn_keep(const void *owner, tn_tensor *tensor)
{
    return tn_move(owner, tensor);
}
