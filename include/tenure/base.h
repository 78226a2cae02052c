/* Tenure: what every other header stands on. Included by <tenure.h>. */
#ifndef TENURE_BASE_H
#define TENURE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

#if !defined(__GNUC__)
#error "Tenure needs a compiler with the cleanup attribute: gcc or clang."
#endif
#if defined(TN_REQUIRE_UNWIND) && !defined(__EXCEPTIONS) && !defined(__cplusplus)
#error "TN_REQUIRE_UNWIND: build this file with -fexceptions, so that thread cancellation closes its blocks."
#endif

#ifdef __cplusplus
#define TN_BEGIN_C extern "C" {
#define TN_END_C   }
#else
#define TN_BEGIN_C
#define TN_END_C
#endif

/* Everything that carries TN_API, and nothing else, is exported by the library. */
#define TN_API                  __attribute__((visibility("default")))
#define TN_PRINTF_(text, first) __attribute__((__format__(__printf__, text, first)))

/* The largest rank of a tensor. */
#define TN_MAX_RANK 8

/* Argument picking for the macros with options; no argument is evaluated twice. */
#define TN_FIRST_(a, ...) a
#define TN_FIRST(...)     TN_FIRST_(__VA_ARGS__, 0)
#define TN_REST_(a, ...)  __VA_ARGS__
#define TN_CAT_(a, b)     a##b
#define TN_CAT(a, b)      TN_CAT_(a, b)
#define TN_UNIQUE_(p)     TN_CAT(p, __COUNTER__)

TN_BEGIN_C

/** TensorFlow's canonical status codes. Zero is success. */
typedef enum tn_status {
    TN_OK = 0,
    TN_CANCELLED = 1, /**< the run was cancelled, or its session closed under it */
    TN_UNKNOWN = 2,
    TN_INVALID_ARGUMENT = 3,  /**< an argument, a shape, a dtype or an attribute is wrong */
    TN_DEADLINE_EXCEEDED = 4, /**< the run took longer than its time limit */
    TN_NOT_FOUND = 5,         /**< no operation type, node, file or key of that name */
    TN_ALREADY_EXISTS = 6,
    TN_PERMISSION_DENIED = 7,
    TN_RESOURCE_EXHAUSTED = 8,  /**< memory ran out, or a session's memory limit was reached */
    TN_FAILED_PRECONDITION = 9, /**< an uninitialised variable, a closed session */
    TN_ABORTED = 10,
    TN_OUT_OF_RANGE = 11,
    TN_UNIMPLEMENTED = 12, /**< a known operation that has no kernel for this dtype */
    TN_INTERNAL = 13,
    TN_UNAVAILABLE = 14,
    TN_DATA_LOSS = 15, /**< a file is damaged */
    TN_UNAUTHENTICATED = 16
} tn_status;

/** Why a call failed. */
typedef struct tn_error {
    tn_status code;
    const char *op;      /**< name of the node concerned, or NULL */
    const char *message; /**< names the operation, the input and the shapes; "" when none */
} tn_error;

/**
 * The last error of the calling thread.
 * Never NULL; its code is TN_OK when no call of this thread has failed yet. A call that succeeds leaves it as it was.
 * The strings belong to the library and are valid until this thread's next failing call.
 */
TN_API const tn_error *tn_last_error(void);

/** TensorFlow's name of a status, such as "INVALID_ARGUMENT"; "UNKNOWN" for a value outside the enumeration. Static. */
TN_API const char *tn_status_name(tn_status status);

/** The version of the library, "MAJOR.MINOR.PATCH". Static. */
TN_API const char *tn_version(void);

/** A session: see <tenure/session.h>. */
typedef struct tn_session tn_session;
/** A graph: see <tenure/graph.h>. */
typedef struct tn_graph tn_graph;
/** An operation, a node of a graph; belongs to its graph and dies with it. */
typedef struct tn_op tn_op;
/** A concrete value: see <tenure/tensor.h>. */
typedef struct tn_tensor tn_tensor;
/** State of a graph with one value per session: see <tenure/train.h>. */
typedef struct tn_variable tn_variable;

/** One output of an operation, by value; what TensorFlow calls a symbolic Tensor. op is NULL when its constructor failed. */
typedef struct tn_output {
    tn_op *op;
    int index;
} tn_output;

/** A list of outputs, borrowed for the length of a call. */
typedef struct tn_outputs {
    const tn_output *items;
    size_t n;
} tn_outputs;

/** A list of operations, borrowed for the length of a call. */
typedef struct tn_ops {
    tn_op *const *items;
    size_t n;
} tn_ops;

/** A shape as an argument: dims NULL is an unknown rank; a dimension of -1 is unknown. Borrowed for the length of a call. */
typedef struct tn_shape {
    const int64_t *dims;
    int rank;
} tn_shape;

/** A list of axes, negative ones counted from the end: items NULL means "not given". Borrowed for the length of a call. */
typedef struct tn_axes {
    const int *items;
    int n;
} tn_axes;

/** An option that is true unless it is switched off. */
typedef enum tn_switch {
    TN_SWITCH_DEFAULT = 0, /**< not given: on */
    TN_ON,
    TN_OFF
} tn_switch;

#ifndef __cplusplus
/* Each list opens with an element that is skipped, so that an empty list is legal C. */
#define TN_LIST_(type, zero, ...)  ((const type[]){ zero, __VA_ARGS__ } + 1)
#define TN_COUNT_(type, zero, ...) (sizeof((type[]){ zero, __VA_ARGS__ }) / sizeof(type) - 1)
#define TN_ZERO_OUTPUT_            ((tn_output){ NULL, 0 })
#define TN_OUTPUTS(...)                                                                                                                    \
    ((tn_outputs){ TN_LIST_(tn_output, TN_ZERO_OUTPUT_, __VA_ARGS__), TN_COUNT_(tn_output, TN_ZERO_OUTPUT_, __VA_ARGS__) })
#define TN_OPS(...)   ((tn_ops){ (tn_op *const[]){ NULL, __VA_ARGS__ } + 1, TN_COUNT_(tn_op *, NULL, __VA_ARGS__) })
#define TN_SHAPE(...) ((tn_shape){ TN_LIST_(int64_t, 0, __VA_ARGS__), (int)TN_COUNT_(int64_t, 0, __VA_ARGS__) })
#define TN_AXES(...)  ((tn_axes){ TN_LIST_(int, 0, __VA_ARGS__), (int)TN_COUNT_(int, 0, __VA_ARGS__) })
#endif

TN_END_C
#endif
