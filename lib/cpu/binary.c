/* Kernels of arithmetic on two inputs. Integers wrap: they are added, subtracted and multiplied as unsigned ones. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

#include <math.h>

#define CHOICE(dtype, name)                                                                                                                \
    {                                                                                                                                      \
        dtype, name##_flat, name##_row                                                                                                     \
    }
#define FLOATS(name)   CHOICE(TN_FLOAT32, name##_f32), CHOICE(TN_FLOAT64, name##_f64)
#define INTEGERS(name) CHOICE(TN_INT32, name##_i32), CHOICE(TN_INT64, name##_i64)

TN_BINARY(add_f32, float, float, x + y)
TN_BINARY(add_f64, double, double, x + y)
TN_BINARY(add_i32, uint32_t, uint32_t, x + y)
TN_BINARY(add_i64, uint64_t, uint64_t, x + y)
static const tn_elementwise add[] = { FLOATS(add), INTEGERS(add) };
TN_PREPARE_ELEMENTWISE(tn_prepare_add, add)

TN_BINARY(sub_f32, float, float, x - y)
TN_BINARY(sub_f64, double, double, x - y)
TN_BINARY(sub_i32, uint32_t, uint32_t, x - y)
TN_BINARY(sub_i64, uint64_t, uint64_t, x - y)
static const tn_elementwise sub[] = { FLOATS(sub), INTEGERS(sub) };
TN_PREPARE_ELEMENTWISE(tn_prepare_sub, sub)

TN_BINARY(mul_f32, float, float, (x * y))
TN_BINARY(mul_f64, double, double, (x * y))
TN_BINARY(mul_i32, uint32_t, uint32_t, (x * y))
TN_BINARY(mul_i64, uint64_t, uint64_t, (x * y))
static const tn_elementwise mul[] = { FLOATS(mul), INTEGERS(mul) };
TN_PREPARE_ELEMENTWISE(tn_prepare_mul, mul)

static const char by_zero[] = "Integer division by zero";

/* The lowest integer divided by -1 wraps, where C's operators trap. */
#define INTEGER_DIVISION(suffix, T, U)                                                                                                     \
    TN_ALWAYS_INLINE T div_of_##suffix(T x, T y)                                                                                           \
    {                                                                                                                                      \
        return y == -1 ? (T)(0 - (U)x) : (T)(x / y);                                                                                       \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE T mod_of_##suffix(T x, T y)                                                                                           \
    {                                                                                                                                      \
        T r = y == -1 ? 0 : (T)(x % y);                                                                                                    \
        return r && (r < 0) != (y < 0) ? (T)(r + y) : r;                                                                                   \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE T floor_of_##suffix(T x, T y)                                                                                         \
    {                                                                                                                                      \
        T q = div_of_##suffix(x, y);                                                                                                       \
        bool inexact = y != -1 && x % y != 0;                                                                                              \
        return inexact && (x < 0) != (y < 0) ? (T)(q - 1) : q;                                                                             \
    }                                                                                                                                      \
    TN_BINARY_CHECKED(div_##suffix, T, T, div_of_##suffix(x, y), y == 0, by_zero)                                                          \
    TN_BINARY_CHECKED(floor_div_##suffix, T, T, floor_of_##suffix(x, y), y == 0, by_zero)                                                  \
    TN_BINARY_CHECKED(floor_mod_##suffix, T, T, mod_of_##suffix(x, y), y == 0, by_zero)
INTEGER_DIVISION(i32, int32_t, uint32_t)
INTEGER_DIVISION(i64, int64_t, uint64_t)

TN_BINARY(div_f32, float, float, x / y)
TN_BINARY(div_f64, double, double, x / y)
static const tn_elementwise division[] = { FLOATS(div), INTEGERS(div) };
TN_PREPARE_ELEMENTWISE(tn_prepare_div, division)
static const tn_elementwise real_div[] = { FLOATS(div) };
TN_PREPARE_ELEMENTWISE(tn_prepare_real_div, real_div)

TN_BINARY(floor_div_f32, float, float, floorf(x / y))
TN_BINARY(floor_div_f64, double, double, floor(x / y))
static const tn_elementwise floor_div[] = { FLOATS(floor_div), INTEGERS(floor_div) };
TN_PREPARE_ELEMENTWISE(tn_prepare_floor_div, floor_div)

/* The remainder with the sign of the divisor. */
TN_ALWAYS_INLINE float mod_of_f32(float x, float y)
{
    float r = fmodf(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
TN_ALWAYS_INLINE double mod_of_f64(double x, double y)
{
    double r = fmod(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
TN_BINARY(floor_mod_f32, float, float, mod_of_f32(x, y))
TN_BINARY(floor_mod_f64, double, double, mod_of_f64(x, y))
static const tn_elementwise floor_mod[] = { FLOATS(floor_mod), INTEGERS(floor_mod) };
TN_PREPARE_ELEMENTWISE(tn_prepare_floor_mod, floor_mod)

/* By squaring, as far as the exponent has bits. */
static uint64_t power_of(uint64_t base, uint64_t exponent)
{
    uint64_t power = 1;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            power *= base;
        base *= base;
    }
    return power;
}
static const char negative_power[] = "Integers to negative integer powers are not allowed";
TN_BINARY(pow_f32, float, float, powf(x, y))
TN_BINARY(pow_f64, double, double, pow(x, y))
TN_BINARY_CHECKED(pow_i32, int32_t, uint32_t, power_of((uint64_t)(int64_t)x, (uint64_t)y), y < 0, negative_power)
TN_BINARY_CHECKED(pow_i64, int64_t, uint64_t, power_of((uint64_t)x, (uint64_t)y), y < 0, negative_power)
static const tn_elementwise power[] = { FLOATS(pow), INTEGERS(pow) };
TN_PREPARE_ELEMENTWISE(tn_prepare_pow, power)

/* NaN wins: y when it is one, for then x > y is false, and x when it is one. */
TN_BINARY(maximum_f32, float, float, x > y || x != x ? x : y)
TN_BINARY(maximum_f64, double, double, x > y || x != x ? x : y)
TN_BINARY(maximum_i32, int32_t, int32_t, x > y ? x : y)
TN_BINARY(maximum_i64, int64_t, int64_t, x > y ? x : y)
static const tn_elementwise maximum[] = { FLOATS(maximum), INTEGERS(maximum) };
TN_PREPARE_ELEMENTWISE(tn_prepare_maximum, maximum)

TN_BINARY(minimum_f32, float, float, x < y || x != x ? x : y)
TN_BINARY(minimum_f64, double, double, x < y || x != x ? x : y)
TN_BINARY(minimum_i32, int32_t, int32_t, x < y ? x : y)
TN_BINARY(minimum_i64, int64_t, int64_t, x < y ? x : y)
static const tn_elementwise minimum[] = { FLOATS(minimum), INTEGERS(minimum) };
TN_PREPARE_ELEMENTWISE(tn_prepare_minimum, minimum)

TN_BINARY(squared_difference_f32, float, float, (x - y) * (x - y))
TN_BINARY(squared_difference_f64, double, double, (x - y) * (x - y))
TN_BINARY(squared_difference_i32, uint32_t, uint32_t, (x - y) * (x - y))
TN_BINARY(squared_difference_i64, uint64_t, uint64_t, (x - y) * (x - y))
static const tn_elementwise squared_difference[] = { FLOATS(squared_difference), INTEGERS(squared_difference) };
TN_PREPARE_ELEMENTWISE(tn_prepare_squared_difference, squared_difference)
