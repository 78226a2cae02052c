/* Graphs and operations. A graph is built first and computes nothing. Included by <tenure.h>. */
#ifndef TENURE_GRAPH_H
#define TENURE_GRAPH_H

#include <tenure/base.h>
#include <tenure/tensor.h>

TN_BEGIN_C

/**
 * A new, empty graph. Owner: a talloc context, or NULL; talloc_free(graph) gives it back, in any order with its sessions.
 * Operations belong to the graph. NULL with TN_RESOURCE_EXHAUSTED when memory ran out.
 * A graph may be built by several threads, one call at a time being served; scopes entered on it are shared by them.
 */
TN_API tn_graph *tn_graph_new(const void *owner);
/** As tn_graph_new, noting where it was opened (file is kept, not copied). The macro tn_graph_new notes its own line. */
TN_API tn_graph *tn_graph_new_at(const void *owner, const char *file, int line);
#define tn_graph_new(owner) tn_graph_new_at(owner, __FILE__, __LINE__)

/**
 * The graph that constructors build in: the innermost default graph of this thread, else the one of the process, which is made
 * when first asked for and freed at exit. NULL with TN_RESOURCE_EXHAUSTED when it could not be made or entered, with
 * TN_FAILED_PRECONDITION when the innermost one is NULL or was freed: what is inside a block is never built in a graph outside of it.
 */
TN_API tn_graph *tn_default_graph(void);

/**
 * Replaces the default graph of the process by a fresh one; sessions on the old one keep it.
 * TN_FAILED_PRECONDITION inside a block that made another graph this thread's default.
 */
TN_API tn_status tn_reset_default_graph(void);

/**
 * TN_OK, or the first error that a constructor met in this graph; tn_last_error then tells it. TN_INVALID_ARGUMENT for NULL.
 */
TN_API tn_status tn_graph_status(const tn_graph *graph);
/** The number of operations; 0 for NULL. */
TN_API size_t tn_graph_num_ops(const tn_graph *graph);
/** Operation i in the order of creation; NULL outside. */
TN_API tn_op *tn_graph_op_at(const tn_graph *graph, size_t i);
/** The operation of that name; NULL with TN_NOT_FOUND. */
TN_API tn_op *tn_graph_op(tn_graph *graph, const char *name);
/** "x:0", or "x" for output 0; an empty output with TN_NOT_FOUND, or with TN_INVALID_ARGUMENT for what is no such name. */
TN_API tn_output tn_graph_output(tn_graph *graph, const char *name);
/** Sets the graph's seed: random operations built from now on are seeded as TensorFlow's are after tf.set_random_seed. */
TN_API void tn_graph_set_seed(tn_graph *graph, int64_t seed);
/** From now on building fails with TN_FAILED_PRECONDITION; running goes on. */
TN_API void tn_graph_finalize(tn_graph *graph);

/** The value of an attribute, as an argument. Names, arrays and texts are borrowed until the call returns, tensors are counted. */
typedef enum tn_attr_kind {
    TN_ATTR_NONE,
    TN_ATTR_INT,
    TN_ATTR_FLOAT,
    TN_ATTR_BOOL,
    TN_ATTR_STRING,
    TN_ATTR_TYPE,
    TN_ATTR_SHAPE,
    TN_ATTR_TENSOR,
    TN_ATTR_FUNC,
    TN_ATTR_INTS,
    TN_ATTR_FLOATS,
    TN_ATTR_BOOLS,
    TN_ATTR_STRINGS,
    TN_ATTR_TYPES,
    TN_ATTR_SHAPES
} tn_attr_kind;

/** One attribute: made by TN_INT_ATTR and its sisters. */
typedef struct tn_attr {
    const char *name;
    tn_attr_kind kind;
    int64_t i;     /**< int, bool, type; the length of a string; the rank of a shape */
    double f;      /**< float */
    const void *p; /**< string bytes, dims, tensor, or the items of a list */
    const void *q; /**< the dims of a list of shapes */
    size_t n;      /**< the items of a list */
} tn_attr;

/** A list of attributes, borrowed for the length of a call. */
typedef struct tn_attrs {
    const tn_attr *items;
    size_t n;
} tn_attrs;

/** Beneath TN_STRING_ATTR: the length of a text, 0 for NULL. */
static inline int64_t tn_attr_length_(const char *text)
{
    return text ? (int64_t)__builtin_strlen(text) : 0;
}

#ifndef __cplusplus
#define TN_INT_ATTR(nm, v)            ((tn_attr){ (nm), TN_ATTR_INT, (v), 0, NULL, NULL, 0 })
#define TN_FLOAT_ATTR(nm, v)          ((tn_attr){ (nm), TN_ATTR_FLOAT, 0, (v), NULL, NULL, 0 })
#define TN_BOOL_ATTR(nm, v)           ((tn_attr){ (nm), TN_ATTR_BOOL, (v) ? 1 : 0, 0, NULL, NULL, 0 })
#define TN_STRING_ATTR(nm, v)         tn_string_attr_((nm), (v))
#define TN_BYTES_ATTR(nm, v, len)     ((tn_attr){ (nm), TN_ATTR_STRING, (int64_t)(len), 0, (v), NULL, 0 })
#define TN_TYPE_ATTR(nm, v)           ((tn_attr){ (nm), TN_ATTR_TYPE, (v), 0, NULL, NULL, 0 })
#define TN_SHAPE_ATTR(nm, rank, dims) ((tn_attr){ (nm), TN_ATTR_SHAPE, (rank), 0, (dims), NULL, 0 })
#define TN_TENSOR_ATTR(nm, v)         ((tn_attr){ (nm), TN_ATTR_TENSOR, 0, 0, (const tn_tensor *)(v), NULL, 0 })
#define TN_FUNC_ATTR(nm, v)           ((tn_attr){ (nm), TN_ATTR_FUNC, 0, 0, (const char *)(v), NULL, 0 })
#define TN_INTS_ATTR(nm, len, v)      ((tn_attr){ (nm), TN_ATTR_INTS, 0, 0, (const int64_t *)(v), NULL, (len) })
#define TN_FLOATS_ATTR(nm, len, v)    ((tn_attr){ (nm), TN_ATTR_FLOATS, 0, 0, (const double *)(v), NULL, (len) })
#define TN_BOOLS_ATTR(nm, len, v)     ((tn_attr){ (nm), TN_ATTR_BOOLS, 0, 0, (const bool *)(v), NULL, (len) })
#define TN_TYPES_ATTR(nm, len, v)     ((tn_attr){ (nm), TN_ATTR_TYPES, 0, 0, (const tn_dtype *)(v), NULL, (len) })
#define TN_STRINGS_ATTR(nm, len, v)   ((tn_attr){ (nm), TN_ATTR_STRINGS, 0, 0, (const char *const *)(v), NULL, (len) })
#define TN_SHAPES_ATTR(nm, len, ranks, dims)                                                                                               \
    ((tn_attr){ (nm), TN_ATTR_SHAPES, 0, 0, (const int *)(ranks), (const int64_t *const *)(dims), (len) })
#define TN_ATTRS(...) ((tn_attrs){ TN_LIST_(tn_attr, { 0 }, __VA_ARGS__), TN_COUNT_(tn_attr, { 0 }, __VA_ARGS__) })

/** Beneath TN_STRING_ATTR. */
static inline tn_attr tn_string_attr_(const char *name, const char *text)
{
    return (tn_attr){ name, TN_ATTR_STRING, tn_attr_length_(text), 0, text, NULL, 0 };
}
#endif

/** What tn_op_new takes beside graph and type. */
typedef struct tn_op_args {
    tn_outputs inputs;  /**< flat: a list input is its elements in order */
    const char *name;   /**< default: the type, made unique */
    tn_attrs attrs;     /**< those that the inputs determine, and those with a default, may be left out */
    tn_ops controls;    /**< run before this one, beside those of the control dependency scopes */
    const char *device; /**< merged into the device scopes', field by field */
} tn_op_args;

/**
 * A new operation of any registered type: tn_op_new(g, "MatMul", TN_OUTPUTS(a, b), .attrs = TN_ATTRS(TN_BOOL_ATTR("transpose_b", true))).
 * graph NULL: that of the inputs, else the default graph. The graph owns the operation. Shapes and dtypes are inferred now.
 * NULL with TN_NOT_FOUND for a type that is not registered; TN_INVALID_ARGUMENT for a wrong number or dtype of inputs, a missing or
 * wrong attribute, incompatible shapes, inputs of another graph, a bad name; TN_FAILED_PRECONDITION when the graph is finalised;
 * TN_RESOURCE_EXHAUSTED. The graph keeps its first error. An input that is an empty output gives NULL and changes no error.
 */
TN_API tn_op *tn_op_new_with(tn_graph *graph, const char *type, const tn_op_args *args);
#ifndef __cplusplus
#define tn_op_new(graph, type, ...) tn_op_new_with(graph, type, &(const tn_op_args){ .inputs = __VA_ARGS__ })
#endif

/** The name, unique in its graph; NULL for NULL. */
TN_API const char *tn_op_name(const tn_op *op);
/** TensorFlow's type, such as "MatMul"; NULL for NULL. */
TN_API const char *tn_op_type(const tn_op *op);
/** The device asked for, "" when none; NULL for NULL. */
TN_API const char *tn_op_device(const tn_op *op);
/** The number of outputs; 0 for NULL. */
TN_API int tn_op_num_outputs(const tn_op *op);
/** The number of inputs, control inputs not counted; 0 for NULL. */
TN_API int tn_op_num_inputs(const tn_op *op);
/** The number of control inputs; 0 for NULL. */
TN_API int tn_op_num_controls(const tn_op *op);
/** Output i of an operation; an empty output outside, and for NULL. */
TN_API tn_output tn_op_output(tn_op *op, int index);
/** What feeds input i; an empty output outside, and for NULL. */
TN_API tn_output tn_op_input(const tn_op *op, int index);
/** Control input i; NULL outside. */
TN_API tn_op *tn_op_control(const tn_op *op, int index);
/** Attribute of an operation into *value, which then borrows from the operation. TN_NOT_FOUND when there is none of that name. */
TN_API tn_status tn_op_attr(const tn_op *op, const char *name, tn_attr *value);
/** The dtype of an output, the base dtype for a variable's; 0 for an empty output. */
TN_API tn_dtype tn_output_dtype(tn_output output);
/** The static rank, -1 when unknown or empty. */
TN_API int tn_output_rank(tn_output output);
/** The static length of one axis, negative axes counted from the end; -1 when unknown, outside, or empty. */
TN_API int64_t tn_output_dim(tn_output output, int axis);

/** What tn_gradients takes beside ys and xs. */
typedef struct tn_gradients_args {
    tn_output *dxs;     /**< gets one output for each x; op NULL where no y depends on it */
    tn_outputs grad_ys; /**< one for each y, or none; an empty output stands for ones */
    tn_outputs stop;    /**< outputs taken as constants */
    const char *name;   /**< the name scope, default "gradients" */
} tn_gradients_args;

/**
 * Adds operations that compute d(sum of ys)/dx for each x, by the chain rule over the graph between them (reverse mode).
 * TN_NOT_FOUND when an operation on the way has no gradient (named in the error); TN_INVALID_ARGUMENT for empty outputs, several
 * graphs, or grad_ys of a wrong number, dtype or shape; TN_RESOURCE_EXHAUSTED. dxs is untouched on failure.
 */
TN_API tn_status tn_gradients_with(tn_outputs ys, tn_outputs xs, const tn_gradients_args *args);
#ifndef __cplusplus
#define tn_gradients(ys, xs, ...) tn_gradients_with(ys, xs, &(const tn_gradients_args){ .dxs = __VA_ARGS__ })
#endif

TN_END_C
#endif
