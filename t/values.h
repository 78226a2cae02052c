/*
 * Values for tests of operations: tensors written in a line, and one call that runs an operation and compares.
 *
 *   EXPECT(F32S(3, 5), "Add", F32S(1, 2), F32S(2, 3));
 *   EXPECT_ULPS(2, F32S(2.7182818f), "Exp", F32S(1));
 *   EXPECT_ERROR(TN_INVALID_ARGUMENT, "Integer division by zero", "FloorDiv", I32S(1), I32S(0));
 *
 * All tensors are made under root, and freed by the call they are given to.
 */
#ifndef TN_T_VALUES_H
#define TN_T_VALUES_H

#include <math.h>
#include "harness.h"
#include "kernel_driver.h"

#define COUNT_OF(T, ...)         ((int64_t)(sizeof((T[]){ __VA_ARGS__ }) / sizeof(T)))
#define VECTOR_OF(dtype, T, ...) tn_tensor_new(root, dtype, 1, (int64_t[]){ COUNT_OF(T, __VA_ARGS__) }, (T[]){ __VA_ARGS__ })
#define F32S(...)                VECTOR_OF(TN_FLOAT32, float, __VA_ARGS__)
#define F64S(...)                VECTOR_OF(TN_FLOAT64, double, __VA_ARGS__)
#define I32S(...)                VECTOR_OF(TN_INT32, int32_t, __VA_ARGS__)
#define I64S(...)                VECTOR_OF(TN_INT64, int64_t, __VA_ARGS__)
#define BOOLS(...)               VECTOR_OF(TN_BOOL, bool, __VA_ARGS__)
#define F32(v)                   tn_tensor_new(root, TN_FLOAT32, 0, NULL, (float[]){ v })
#define F64(v)                   tn_tensor_new(root, TN_FLOAT64, 0, NULL, (double[]){ v })
#define I32(v)                   tn_tensor_new(root, TN_INT32, 0, NULL, (int32_t[]){ v })
#define I64(v)                   tn_tensor_new(root, TN_INT64, 0, NULL, (int64_t[]){ v })
#define BOOL(v)                  tn_tensor_new(root, TN_BOOL, 0, NULL, (bool[]){ v })

/* The same elements in another shape: SHAPED(F32S(1, 2, 3, 4), 2, 2). Frees the tensor it is given. */
#define SHAPED(tensor, ...) values_shaped(tensor, (int)COUNT_OF(int64_t, __VA_ARGS__), (int64_t[]){ __VA_ARGS__ })
tn_tensor *values_shaped(tn_tensor *tensor, int rank, const int64_t *dims);
/* No elements, in a shape with a 0 in it: EMPTY(TN_FLOAT32, 0, 3). */
#define EMPTY(dtype, ...) tn_tensor_new(root, dtype, (int)COUNT_OF(int64_t, __VA_ARGS__), (int64_t[]){ __VA_ARGS__ }, NULL)

/* Asserts dtype, shape and elements, floats to within so many units in the last place; NaN is NaN. Frees nothing. */
void expect_values(const char *what, tn_tensor *got, tn_tensor *want, int ulps);

/* Runs the operation on in[], which ends with NULL, with an output of its own and then over each input that it may be written over, and
 * compares. Frees all. */
void expect_op(tn_tensor *want, int ulps, const char *type, tn_attrs attrs, tn_tensor **in);
/* Asserts that the operation fails. Frees all. */
void expect_op_error(tn_status code, const char *text, const char *type, tn_attrs attrs, tn_tensor **in);

#define EXPECT_WITH(ulps, want, type, attrs, ...)       expect_op(want, ulps, type, attrs, (tn_tensor *[]){ __VA_ARGS__, NULL })
#define EXPECT_ULPS(ulps, want, type, ...)              EXPECT_WITH(ulps, want, type, ((tn_attrs){ NULL, 0 }), __VA_ARGS__)
#define EXPECT(want, type, ...)                         EXPECT_ULPS(0, want, type, __VA_ARGS__)
#define EXPECT_ERROR_WITH(code, text, type, attrs, ...) expect_op_error(code, text, type, attrs, (tn_tensor *[]){ __VA_ARGS__, NULL })
#define EXPECT_ERROR(code, text, type, ...)             EXPECT_ERROR_WITH(code, text, type, ((tn_attrs){ NULL, 0 }), __VA_ARGS__)

#endif
