/*
 * Constructors written by hand, named as people know them from Python: constants, variables, and the calls that make several
 * operations. One constructor for each operation type: <tenure/ops.h>. All build in the graph of their inputs, else in the default
 * graph; give an empty output when they fail or an input is empty; the graph keeps its first error. Included by <tenure.h>.
 */
#ifndef TENURE_BUILD_H
#define TENURE_BUILD_H

#include <tenure/base.h>
#include <tenure/graph.h>
#include <tenure/tensor.h>

TN_BEGIN_C

/** What tn_constant takes. */
typedef struct tn_constant_args {
    const tn_tensor *tensor;
    const char *name; /**< default "Const" */
} tn_constant_args;

/** A constant with a tensor's value. The tensor is counted, not copied: do not write to it afterwards. It may be freed at once. */
TN_API tn_output tn_constant_with(const tn_constant_args *args);

/** What tn_scalar takes beside the value. */
typedef struct tn_const_options {
    int unused_;
    const char *name; /**< default "Const" */
} tn_const_options;

/** Beneath tn_scalar, tn_vector and tn_matrix: a constant of rank 0 to 8 with a copy of data; options may be NULL. */
TN_API tn_output tn_const_new(tn_dtype dtype, int rank, const int64_t *dims, const void *data, const tn_const_options *options);
/** Beneath tn_vector: a constant of shape [n]. */
TN_API tn_output tn_const_vector(tn_dtype dtype, int64_t n, const void *data);
/** Beneath tn_matrix: TN_INVALID_ARGUMENT when n is not rows * cols. */
TN_API tn_output tn_const_matrix(tn_dtype dtype, int64_t rows, int64_t cols, int64_t n, const void *data);

/** What tn_zeros and tn_ones take beside the dtype. */
typedef struct tn_shape_args {
    tn_shape shape;
    const char *name;
} tn_shape_args;

/** A constant of zeros; every dimension must be known. Also for TN_BOOL: false. */
TN_API tn_output tn_zeros_with(tn_dtype dtype, const tn_shape_args *args);
/** A constant of ones; for TN_BOOL: true. */
TN_API tn_output tn_ones_with(tn_dtype dtype, const tn_shape_args *args);
/** An output of that shape filled with a scalar output (operation Fill). */
TN_API tn_output tn_fill_with(tn_output value, const tn_shape_args *args);

/** What tn_placeholder takes beside the dtype. */
typedef struct tn_placeholder_options {
    int unused_;
    tn_shape shape;   /**< default: unknown rank; -1: unknown length */
    const char *name; /**< default "Placeholder" */
} tn_placeholder_options;

/** A value that each run must feed. */
TN_API tn_output tn_placeholder_with(tn_dtype dtype, const tn_placeholder_options *options);

/** What the reductions take. */
typedef struct tn_reduce_args {
    tn_output x;
    tn_axes axes;     /**< default: all */
    bool keep_dims;   /**< keep each reduced axis with length 1 */
    const char *name; /**< default the operation's type */
} tn_reduce_args;

/** Sum over axes (Sum); 0 for no elements. */
TN_API tn_output tn_reduce_sum_with(const tn_reduce_args *args);
/** Mean over axes (Mean); NaN for no elements. */
TN_API tn_output tn_reduce_mean_with(const tn_reduce_args *args);
/** Product over axes (Prod); 1 for no elements. */
TN_API tn_output tn_reduce_prod_with(const tn_reduce_args *args);
/** Largest over axes (Max); the lowest value of the dtype for no elements; NaN wins. */
TN_API tn_output tn_reduce_max_with(const tn_reduce_args *args);
/** Smallest over axes (Min); the highest value of the dtype for no elements; NaN wins. */
TN_API tn_output tn_reduce_min_with(const tn_reduce_args *args);
/** Whether all are true, over axes (All); true for no elements. */
TN_API tn_output tn_reduce_all_with(const tn_reduce_args *args);
/** Whether any is true, over axes (Any); false for no elements. */
TN_API tn_output tn_reduce_any_with(const tn_reduce_args *args);

/** What tn_concat takes beside the values. */
typedef struct tn_concat_args {
    int axis;
    const char *name;
} tn_concat_args;
/** The values one after the other along an axis (ConcatV2; a single value is passed on by Identity). */
TN_API tn_output tn_concat_with(tn_outputs values, const tn_concat_args *args);

/** What tn_gather takes beside params. */
typedef struct tn_gather_args {
    tn_output indices;
    int axis;
    const char *name;
} tn_gather_args;
/** Slices of params at indices along an axis (GatherV2). An index outside is TN_INVALID_ARGUMENT when run. */
TN_API tn_output tn_gather_with(tn_output params, const tn_gather_args *args);

/** What tn_transpose takes. */
typedef struct tn_transpose_args {
    tn_output x;
    tn_axes perm; /**< default: the axes reversed (the rank must then be known) */
    const char *name;
} tn_transpose_args;
/** The axes in another order (Transpose). */
TN_API tn_output tn_transpose_with(const tn_transpose_args *args);

/** What tn_reshape_to takes beside x. */
TN_API tn_output tn_reshape_to_with(tn_output x, const tn_shape_args *args);
/** The same elements in another shape, one dimension of which may be -1 (Reshape): tn_reshape_to(x, TN_SHAPE(-1, 784)). */
#ifndef __cplusplus
#define tn_reshape_to(x, ...) tn_reshape_to_with(x, &(const tn_shape_args){ .shape = __VA_ARGS__ })
#endif

/** What tn_expand_dims and tn_argmax take beside x: an axis, negative ones counted from the end. */
typedef struct tn_axis_args {
    int axis;
    const char *name;
} tn_axis_args;
/** A new axis of length 1 (ExpandDims). */
TN_API tn_output tn_expand_dims_with(tn_output x, const tn_axis_args *args);
/** The index of the largest along an axis (ArgMax), int64; of the first when several are. */
TN_API tn_output tn_argmax_with(tn_output x, const tn_axis_args *args);
/** The index of the smallest along an axis (ArgMin), int64. */
TN_API tn_output tn_argmin_with(tn_output x, const tn_axis_args *args);

/** What tn_one_hot takes beside the indices. */
typedef struct tn_one_hot_args {
    int64_t depth;
    tn_dtype dtype; /**< default TN_FLOAT32 */
    tn_axes axis;   /**< default: a new last axis */
    const char *name;
} tn_one_hot_args;
/** 1 at each index, 0 elsewhere, along a new axis of length depth (OneHot). */
TN_API tn_output tn_one_hot_with(tn_output indices, const tn_one_hot_args *args);

/** What the random constructors take beside the shape. */
typedef struct tn_random_args {
    tn_shape shape;
    tn_dtype dtype; /**< default TN_FLOAT32 */
    double a;       /**< uniform: the low end, default 0; normal: the mean, default 0 */
    double b;       /**< uniform: the high end; normal: the standard deviation; 0 stands for 1 */
    int64_t seed;   /**< operation seed; 0: none, see tn_graph_set_seed */
    const char *name;
} tn_random_args;
/** Uniform in [.a, .b) (RandomUniform). */
TN_API tn_output tn_random_uniform_with(const tn_random_args *args);
/** Normal with mean .a and standard deviation .b (RandomStandardNormal). */
TN_API tn_output tn_random_normal_with(const tn_random_args *args);
/** Normal, redrawn until within two standard deviations (TruncatedNormal). */
TN_API tn_output tn_truncated_normal_with(const tn_random_args *args);

/** What tn_group takes beside the operations. */
typedef struct tn_group_args {
    tn_ops ops;
    const char *name; /**< default "NoOp" */
} tn_group_args;
/** An operation that runs after all of these, as tf.group (NoOp). NULL on failure. */
TN_API tn_op *tn_group_with(const tn_group_args *args);

#ifndef __cplusplus
/* The dtype of a C value. `true` is an int in C11: write (bool)true. */
/* the formatter has no idea of _Generic */
/* clang-format off */
#define TN_DTYPE_OF(v)                                                                                                  \
    _Generic((v), float: TN_FLOAT32, double: TN_FLOAT64, _Bool: TN_BOOL, signed char: TN_INT8, unsigned char: TN_UINT8, \
             short: TN_INT16, unsigned short: TN_UINT16, int: TN_INT32, unsigned: TN_UINT32, long: TN_INT64,            \
             unsigned long: TN_UINT64, long long: TN_INT64, unsigned long long: TN_UINT64)
/* clang-format on */
#define TN_VALUES_(...)     ((const __typeof__(TN_FIRST(__VA_ARGS__))[]){ __VA_ARGS__ })
#define TN_NUM_VALUES_(...) ((int64_t)(sizeof(TN_VALUES_(__VA_ARGS__)) / sizeof(TN_FIRST(__VA_ARGS__))))
/** A scalar constant of the value's C type: tn_scalar(1.0f, .name = "one"). */
#define tn_scalar(...)                                                                                                                     \
    tn_const_new(TN_DTYPE_OF(TN_FIRST(__VA_ARGS__)), 0, NULL, TN_VALUES_(TN_FIRST(__VA_ARGS__)),                                           \
                 &(const tn_const_options){ 0, TN_REST_(__VA_ARGS__, ) })
/** A constant of rank 1; the first value's C type gives the dtype. */
#define tn_vector(...) tn_const_vector(TN_DTYPE_OF(TN_FIRST(__VA_ARGS__)), TN_NUM_VALUES_(__VA_ARGS__), TN_VALUES_(__VA_ARGS__))
/** A constant of shape [rows, cols], in row-major order. */
#define tn_matrix(rows, cols, ...)                                                                                                         \
    tn_const_matrix(TN_DTYPE_OF(TN_FIRST(__VA_ARGS__)), rows, cols, TN_NUM_VALUES_(__VA_ARGS__), TN_VALUES_(__VA_ARGS__))
#define tn_constant(...)            tn_constant_with(&(const tn_constant_args){ .tensor = __VA_ARGS__ })
#define tn_zeros(dtype, ...)        tn_zeros_with(dtype, &(const tn_shape_args){ .shape = __VA_ARGS__ })
#define tn_ones(dtype, ...)         tn_ones_with(dtype, &(const tn_shape_args){ .shape = __VA_ARGS__ })
#define tn_fill(value, ...)         tn_fill_with(TN_AS_OUTPUT_(value), &(const tn_shape_args){ .shape = __VA_ARGS__ })
#define tn_placeholder(...)         TN_PLACEHOLDER_(TN_FIRST(__VA_ARGS__), TN_REST_(__VA_ARGS__, ))
#define TN_PLACEHOLDER_(dtype, ...) tn_placeholder_with(dtype, &(const tn_placeholder_options){ 0, __VA_ARGS__ })
#define TN_REDUCE_ARGS_(...)        (&(const tn_reduce_args){ .x = __VA_ARGS__ })
#define tn_reduce_sum(...)          tn_reduce_sum_with(TN_REDUCE_ARGS_(__VA_ARGS__))
#define tn_reduce_mean(...)         tn_reduce_mean_with(TN_REDUCE_ARGS_(__VA_ARGS__))
#define tn_reduce_prod(...)         tn_reduce_prod_with(TN_REDUCE_ARGS_(__VA_ARGS__))
#define tn_reduce_max(...)          tn_reduce_max_with(TN_REDUCE_ARGS_(__VA_ARGS__))
#define tn_reduce_min(...)          tn_reduce_min_with(TN_REDUCE_ARGS_(__VA_ARGS__))
#define tn_reduce_all(...)          tn_reduce_all_with(TN_REDUCE_ARGS_(__VA_ARGS__))
#define tn_reduce_any(...)          tn_reduce_any_with(TN_REDUCE_ARGS_(__VA_ARGS__))
#define tn_concat(values, ...)      tn_concat_with(values, &(const tn_concat_args){ .axis = __VA_ARGS__ })
#define tn_gather(params, ...)      tn_gather_with(params, &(const tn_gather_args){ .indices = __VA_ARGS__ })
#define tn_transpose(...)           tn_transpose_with(&(const tn_transpose_args){ .x = __VA_ARGS__ })
#define tn_expand_dims(x, ...)      tn_expand_dims_with(x, &(const tn_axis_args){ .axis = __VA_ARGS__ })
#define tn_argmax(x, ...)           tn_argmax_with(x, &(const tn_axis_args){ .axis = __VA_ARGS__ })
#define tn_argmin(x, ...)           tn_argmin_with(x, &(const tn_axis_args){ .axis = __VA_ARGS__ })
#define tn_one_hot(indices, ...)    tn_one_hot_with(indices, &(const tn_one_hot_args){ .depth = __VA_ARGS__ })
#define tn_random_uniform(...)      tn_random_uniform_with(&(const tn_random_args){ .shape = __VA_ARGS__ })
#define tn_random_normal(...)       tn_random_normal_with(&(const tn_random_args){ .shape = __VA_ARGS__ })
#define tn_truncated_normal(...)    tn_truncated_normal_with(&(const tn_random_args){ .shape = __VA_ARGS__ })
#define tn_group(...)               tn_group_with(&(const tn_group_args){ .ops = __VA_ARGS__ })

/* An output as it is, or a C value as a scalar constant. */
static inline tn_output tn_output_as_output_(tn_output v)
{
    return v;
}
static inline tn_output tn_float_as_output_(float v)
{
    return tn_const_new(TN_FLOAT32, 0, NULL, &v, NULL);
}
static inline tn_output tn_double_as_output_(double v)
{
    return tn_const_new(TN_FLOAT64, 0, NULL, &v, NULL);
}
static inline tn_output tn_int_as_output_(int v)
{
    return tn_const_new(TN_INT32, 0, NULL, &v, NULL);
}
static inline tn_output tn_long_as_output_(long v)
{
    return tn_const_new(TN_INT64, 0, NULL, &v, NULL);
}
static inline tn_output tn_bool_as_output_(bool v)
{
    return tn_const_new(TN_BOOL, 0, NULL, &v, NULL);
}
/* the formatter has no idea of _Generic */
/* clang-format off */
#define TN_AS_OUTPUT_(v)                                                                            \
    _Generic((v), tn_output: tn_output_as_output_, float: tn_float_as_output_,                      \
             double: tn_double_as_output_, int: tn_int_as_output_, long: tn_long_as_output_,        \
             _Bool: tn_bool_as_output_)(v)
/* clang-format on */
#endif

TN_END_C
#endif
