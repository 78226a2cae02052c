/* Kernels of comparisons and of logic. A comparison with NaN is false, but for NotEqual. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

#define CHOICE(dtype, name)                                                                                                                \
    {                                                                                                                                      \
        dtype, name##_flat, name##_row                                                                                                     \
    }

#define COMPARISON(name, op)                                                                                                               \
    TN_BINARY(name##_f32, float, bool, x op y)                                                                                             \
    TN_BINARY(name##_f64, double, bool, x op y)                                                                                            \
    TN_BINARY(name##_i32, int32_t, bool, x op y)                                                                                           \
    TN_BINARY(name##_i64, int64_t, bool, x op y)
#define NUMBERS(name)                                                                                                                      \
    CHOICE(TN_FLOAT32, name##_f32), CHOICE(TN_FLOAT64, name##_f64), CHOICE(TN_INT32, name##_i32), CHOICE(TN_INT64, name##_i64)

COMPARISON(less, <)
static const tn_elementwise less[] = { NUMBERS(less) };
TN_PREPARE_ELEMENTWISE(tn_prepare_less, less)

COMPARISON(less_equal, <=)
static const tn_elementwise less_equal[] = { NUMBERS(less_equal) };
TN_PREPARE_ELEMENTWISE(tn_prepare_less_equal, less_equal)

COMPARISON(greater, >)
static const tn_elementwise greater[] = { NUMBERS(greater) };
TN_PREPARE_ELEMENTWISE(tn_prepare_greater, greater)

COMPARISON(greater_equal, >=)
static const tn_elementwise greater_equal[] = { NUMBERS(greater_equal) };
TN_PREPARE_ELEMENTWISE(tn_prepare_greater_equal, greater_equal)

COMPARISON(equal, ==)
TN_BINARY(equal_bool, bool, bool, x == y)
static const tn_elementwise equal[] = { NUMBERS(equal), CHOICE(TN_BOOL, equal_bool) };
TN_PREPARE_ELEMENTWISE(tn_prepare_equal, equal)

COMPARISON(not_equal, !=)
TN_BINARY(not_equal_bool, bool, bool, x != y)
static const tn_elementwise not_equal[] = { NUMBERS(not_equal), CHOICE(TN_BOOL, not_equal_bool) };
TN_PREPARE_ELEMENTWISE(tn_prepare_not_equal, not_equal)

TN_BINARY(logical_and, bool, bool, (x & y))
static const tn_elementwise logical_and[] = { CHOICE(TN_BOOL, logical_and) };
TN_PREPARE_ELEMENTWISE(tn_prepare_logical_and, logical_and)

TN_BINARY(logical_or, bool, bool, (x | y))
static const tn_elementwise logical_or[] = { CHOICE(TN_BOOL, logical_or) };
TN_PREPARE_ELEMENTWISE(tn_prepare_logical_or, logical_or)
