/* Values: tensors, their dtypes, printing and .npy files. Included by <tenure.h>. */
#ifndef TENURE_TENSOR_H
#define TENURE_TENSOR_H

#include <tenure/base.h>

TN_BEGIN_C

/** Element types, with TensorFlow's numbers. */
typedef enum tn_dtype {
    TN_FLOAT32 = 1,
    TN_FLOAT64 = 2,
    TN_INT32 = 3,
    TN_UINT8 = 4,
    TN_INT16 = 5,
    TN_INT8 = 6,
    TN_STRING = 7,
    TN_COMPLEX64 = 8,
    TN_INT64 = 9,
    TN_BOOL = 10,
    TN_BFLOAT16 = 14,
    TN_UINT16 = 17,
    TN_COMPLEX128 = 18,
    TN_FLOAT16 = 19,
    TN_RESOURCE = 20,
    TN_VARIANT = 21,
    TN_UINT32 = 22,
    TN_UINT64 = 23
} tn_dtype;

/** Bytes of one element; 0 for TN_STRING, TN_RESOURCE, TN_VARIANT and for what is not a dtype. */
TN_API size_t tn_dtype_size(tn_dtype dtype);
/** TensorFlow's name, such as "float" or "int64"; "invalid" for what is not a dtype. Static. */
TN_API const char *tn_dtype_name(tn_dtype dtype);

/**
 * A new tensor: elements in row-major order, 64-byte aligned, copied from data, or zeros when data is NULL.
 * rank is 0 to 8 (dims may be NULL for 0), each dimension 0 or more; an empty tensor is legal and its data is not NULL.
 * Returns NULL with TN_INVALID_ARGUMENT for a dtype without a fixed size (strings: tn_string_tensor_new), a bad rank, a
 * negative dimension or a size that overflows, and with TN_RESOURCE_EXHAUSTED when memory ran out.
 * Owner: `owner`, a talloc context, or NULL; talloc_free releases it.
 */
TN_API tn_tensor *tn_tensor_new(const void *owner, tn_dtype dtype, int rank, const int64_t *dims, const void *data);

/**
 * A new tensor of strings: element i holds lengths[i] bytes copied from bytes[i]; zero bytes inside are kept.
 * Status, owner and shape as for tn_tensor_new; bytes and lengths may be NULL only when there is no element.
 */
TN_API tn_tensor *tn_string_tensor_new(const void *owner, int rank, const int64_t *dims, const char *const *bytes, const size_t *lengths);

/** The element type; 0 for NULL. */
TN_API tn_dtype tn_tensor_dtype(const tn_tensor *tensor);
/** The rank, 0 for a scalar; -1 for NULL. */
TN_API int tn_tensor_rank(const tn_tensor *tensor);
/** The length of one axis, negative axes counted from the end; -1 for an axis that is not there, and for NULL. */
TN_API int64_t tn_tensor_dim(const tn_tensor *tensor, int axis);
/** The number of elements, 1 for a scalar; 0 for NULL. */
TN_API int64_t tn_tensor_size(const tn_tensor *tensor);
/** The bytes of all elements; for strings the sum of their lengths; 0 for NULL. */
TN_API size_t tn_tensor_bytes(const tn_tensor *tensor);
/** The elements, writable; never NULL but for strings and for a NULL tensor. Valid as long as the tensor. */
TN_API void *tn_tensor_data(tn_tensor *tensor);

/** Typed access: NULL with TN_INVALID_ARGUMENT when the tensor has another dtype, NULL when it is NULL (the last error stays). */
TN_API float *tn_f32(tn_tensor *tensor);
/** As tn_f32, for TN_FLOAT64. */
TN_API double *tn_f64(tn_tensor *tensor);
/** As tn_f32, for TN_INT8. */
TN_API int8_t *tn_i8(tn_tensor *tensor);
/** As tn_f32, for TN_INT16. */
TN_API int16_t *tn_i16(tn_tensor *tensor);
/** As tn_f32, for TN_INT32. */
TN_API int32_t *tn_i32(tn_tensor *tensor);
/** As tn_f32, for TN_INT64. */
TN_API int64_t *tn_i64(tn_tensor *tensor);
/** As tn_f32, for TN_UINT8. */
TN_API uint8_t *tn_u8(tn_tensor *tensor);
/** As tn_f32, for TN_UINT16. */
TN_API uint16_t *tn_u16(tn_tensor *tensor);
/** As tn_f32, for TN_UINT32. */
TN_API uint32_t *tn_u32(tn_tensor *tensor);
/** As tn_f32, for TN_UINT64. */
TN_API uint64_t *tn_u64(tn_tensor *tensor);
/** As tn_f32, for TN_BOOL. */
TN_API bool *tn_bool(tn_tensor *tensor);

/**
 * The bytes of string element i in row-major order, with a zero byte after them; its length in *length unless NULL.
 * Returns NULL with TN_INVALID_ARGUMENT for another dtype, TN_OUT_OF_RANGE for an index outside; *length is then untouched.
 * Valid as long as the tensor.
 */
TN_API const char *tn_string_at(const tn_tensor *tensor, int64_t i, size_t *length);

/**
 * Moves a tensor to another owner (a talloc context, or NULL) and returns it; NULL stays NULL, with the last error as it was.
 * Both owners must be of the calling thread, or at rest. The one way to let a result outlive its session.
 */
TN_API tn_tensor *tn_keep(const void *owner, tn_tensor *tensor);

/**
 * Prints a tensor to stdout exactly as NumPy's print does, and a newline. More than 1,000 elements are summarised.
 * NULL prints the last error to stderr instead: tn_print(tn_run(s, y)) needs no check of its own.
 */
TN_API void tn_print(const tn_tensor *tensor);

/**
 * The text that tn_print prints, without the newline. Owner: `owner`.
 * NULL with TN_INVALID_ARGUMENT for a NULL tensor, TN_RESOURCE_EXHAUSTED when memory ran out.
 */
TN_API char *tn_tensor_text(const void *owner, const tn_tensor *tensor);

/**
 * Reads a NumPy .npy file (versions 1 to 3, either byte order, C or Fortran order) into a new tensor of `owner`.
 * NULL with TN_NOT_FOUND when there is no such file, TN_PERMISSION_DENIED when it may not be read, TN_DATA_LOSS when it is
 * damaged or cut short, TN_UNIMPLEMENTED for a type without a dtype here (objects, unicode), TN_RESOURCE_EXHAUSTED.
 */
TN_API tn_tensor *tn_npy_load(const void *owner, const char *path);
/**
 * Writes a tensor as a .npy file, version 1.0, native order. The file appears whole or not at all (written aside, then renamed).
 * TN_INVALID_ARGUMENT for NULL or a dtype that NumPy lacks, TN_NOT_FOUND or TN_PERMISSION_DENIED for the path,
 * TN_UNAVAILABLE when writing failed.
 */
TN_API tn_status tn_npy_save(const tn_tensor *tensor, const char *path);

/**
 * Prints the talloc tree under ctx with bytes (tensor data included), and for each session and graph where it was opened.
 * ctx NULL lists every open session and graph of the process. Not for a tree that another thread is changing.
 * With TENURE_REPORT=FILE in the environment, what is still open when the program ends is listed in that file.
 */
TN_API void tn_report(const void *ctx, FILE *file);

TN_END_C
#endif
