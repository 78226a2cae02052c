/*
 * For tests of inference: operations built on placeholders of any partial shape, in a graph of their own.
 *
 *   EXPECT_DIMS("[?,2]", "Reshape", OF("[?,4]"), tn_vector(-1, 2));
 *   EXPECT_REFUSED("Only one input size", "Reshape", OF("[4]"), tn_vector(-1, -1));
 */
#ifndef TN_T_DIMS_CHECK_H
#define TN_T_DIMS_CHECK_H

#include "harness.h"

/* A placeholder of that shape, written as errors write it: "[2,?]", "[]", "<unknown>". */
tn_output placeholder_of(tn_dtype dtype, const char *dims);
#define OF(dims)    placeholder_of(TN_FLOAT32, dims)
#define INTS(dims)  placeholder_of(TN_INT32, dims)
#define LONGS(dims) placeholder_of(TN_INT64, dims)

/* Asserts the static shape of an output. */
void expect_dims(tn_output y, const char *dims);
/* Asserts the static shape of output 0 of an operation. */
void expect_op_dims(const char *dims, const char *type, tn_attrs attrs, tn_outputs in);
/* Asserts that the operation cannot be built, and why. */
void expect_op_refused(const char *part, const char *type, tn_attrs attrs, tn_outputs in);

#define EXPECT_DIMS_WITH(dims, type, attrs, ...)    expect_op_dims(dims, type, attrs, TN_OUTPUTS(__VA_ARGS__))
#define EXPECT_DIMS(dims, type, ...)                EXPECT_DIMS_WITH(dims, type, ((tn_attrs){ NULL, 0 }), __VA_ARGS__)
#define EXPECT_REFUSED_WITH(part, type, attrs, ...) expect_op_refused(part, type, attrs, TN_OUTPUTS(__VA_ARGS__))
#define EXPECT_REFUSED(part, type, ...)             EXPECT_REFUSED_WITH(part, type, ((tn_attrs){ NULL, 0 }), __VA_ARGS__)

#endif
