/*
 * Every elementwise function, once: included several times, with UNARY, BINARY, CHECKED, VMATH and SELECT defined for what is wanted of the
 * list (names in rows.h, functions in isa/rows.c). No guard, for that reason.
 *
 *   UNARY(name, T, R, value)                out = value, an expression of x, of type T; out is of type R
 *   BINARY(name, T, R, value)               the same of x and y
 *   CHECKED(name, T, R, value, wrong, text) the same, and where `wrong` holds for a pair the text is the error
 *   VMATH(function, suffix)                 a function of vmath.h
 *   SELECT(name, T)                         x ? y : z, with elements of the size of T
 *
 * Integers wrap: they are added, subtracted and multiplied as unsigned ones. NaN in, NaN out; a comparison with NaN is false, but for
 * NotEqual. Floats are what C's operators make of them: no contraction, no reordering.
 */
#define FLOATS(KIND, name, value) KIND(name##_f32, float, float, value) KIND(name##_f64, double, double, value)
#define INTEGERS(KIND, name, value)                                                                                                        \
    KIND(name##_i32, int32_t, int32_t, value)                                                                                              \
    KIND(name##_i64, int64_t, int64_t, value)
#define WRAPPING(KIND, name, value)                                                                                                        \
    KIND(name##_i32, uint32_t, uint32_t, value)                                                                                            \
    KIND(name##_i64, uint64_t, uint64_t, value)
#define COMPARISON(name, value)                                                                                                            \
    BINARY(name##_f32, float, bool, value)                                                                                                 \
    BINARY(name##_f64, double, bool, value)                                                                                                \
    BINARY(name##_i32, int32_t, bool, value)                                                                                               \
    BINARY(name##_i64, int64_t, bool, value)
#define DIVISION(suffix, T)                                                                                                                \
    CHECKED(div_##suffix, T, T, quotient_##suffix(x, y), y == 0, by_zero)                                                                  \
    CHECKED(floor_div_##suffix, T, T, floor_quotient_##suffix(x, y), y == 0, by_zero)                                                      \
    CHECKED(floor_mod_##suffix, T, T, remainder_##suffix(x, y), y == 0, by_zero)

/* One input. */
FLOATS(UNARY, neg, -x)
WRAPPING(UNARY, neg, 0 - x)
UNARY(abs_f32, float, float, fabsf(x))
UNARY(abs_f64, double, double, fabs(x))
UNARY(abs_i32, int32_t, uint32_t, x < 0 ? 0 - (uint32_t)x : (uint32_t)x)
UNARY(abs_i64, int64_t, uint64_t, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)
UNARY(sign_f32, float, float, x != x ? x : (float)((x > 0) - (x < 0)))
UNARY(sign_f64, double, double, x != x ? x : (double)((x > 0) - (x < 0)))
INTEGERS(UNARY, sign, (x > 0) - (x < 0))
FLOATS(UNARY, square, (x * x))
WRAPPING(UNARY, square, (x * x))
UNARY(sqrt_f32, float, float, sqrtf(x))
UNARY(sqrt_f64, double, double, sqrt(x))
UNARY(rsqrt_f32, float, float, 1.0f / sqrtf(x))
UNARY(rsqrt_f64, double, double, 1.0 / sqrt(x))
UNARY(reciprocal_f32, float, float, 1.0f / x)
UNARY(reciprocal_f64, double, double, 1.0 / x)
FLOATS(UNARY, relu, x < 0 ? 0 : x) /* NaN is not below zero, and passes */
INTEGERS(UNARY, relu, x < 0 ? 0 : x)
UNARY(logical_not, bool, bool, !x)
VMATH(exp, f32)
VMATH(exp, f64)
VMATH(log, f32)
VMATH(log, f64)
VMATH(tanh, f32)
VMATH(tanh, f64)
VMATH(sigmoid, f32)
VMATH(sigmoid, f64)
VMATH(softplus, f32)
VMATH(softplus, f64)

/* Casts between the dtypes that are fused; cpu/cast.c has the others, and says what the values are. */
UNARY(f32_to_f64, float, double, x)
UNARY(f32_to_i32, float, int32_t, tn_int32_of(x))
UNARY(f32_to_i64, float, int64_t, tn_int64_of(x))
UNARY(f32_to_bool, float, bool, x != 0)
UNARY(f64_to_f32, double, float, x)
UNARY(f64_to_i32, double, int32_t, tn_int32_of(x))
UNARY(f64_to_i64, double, int64_t, tn_int64_of(x))
UNARY(f64_to_bool, double, bool, x != 0)
UNARY(i32_to_f32, int32_t, float, x)
UNARY(i32_to_f64, int32_t, double, x)
UNARY(i32_to_i64, int32_t, int64_t, x)
UNARY(i32_to_bool, int32_t, bool, x != 0)
UNARY(i64_to_f32, int64_t, float, x)
UNARY(i64_to_f64, int64_t, double, x)
UNARY(i64_to_i32, int64_t, uint32_t, x)
UNARY(i64_to_bool, int64_t, bool, x != 0)
UNARY(bool_to_f32, bool, float, x)
UNARY(bool_to_f64, bool, double, x)
UNARY(bool_to_i32, bool, int32_t, x)
UNARY(bool_to_i64, bool, int64_t, x)

/* Two inputs. */
FLOATS(BINARY, add, x + y)
WRAPPING(BINARY, add, x + y)
FLOATS(BINARY, sub, x - y)
WRAPPING(BINARY, sub, x - y)
FLOATS(BINARY, mul, (x * y))
WRAPPING(BINARY, mul, (x * y))
FLOATS(BINARY, div, x / y)
DIVISION(i32, int32_t)
DIVISION(i64, int64_t)
BINARY(floor_div_f32, float, float, floorf(x / y))
BINARY(floor_div_f64, double, double, floor(x / y))
BINARY(floor_mod_f32, float, float, remainder_f32(x, y))
BINARY(floor_mod_f64, double, double, remainder_f64(x, y))
BINARY(pow_f32, float, float, powf(x, y))
BINARY(pow_f64, double, double, pow(x, y))
CHECKED(pow_i32, int32_t, uint32_t, power((uint64_t)(int64_t)x, (uint64_t)y), y < 0, negative_power)
CHECKED(pow_i64, int64_t, uint64_t, power((uint64_t)x, (uint64_t)y), y < 0, negative_power)
/* NaN wins: y when it is one, for then x > y is false, and x when it is one. */
FLOATS(BINARY, maximum, x > y || x != x ? x : y)
INTEGERS(BINARY, maximum, x > y ? x : y)
FLOATS(BINARY, minimum, x < y || x != x ? x : y)
INTEGERS(BINARY, minimum, x < y ? x : y)
FLOATS(BINARY, squared_difference, (x - y) * (x - y))
WRAPPING(BINARY, squared_difference, (x - y) * (x - y))
COMPARISON(less, x < y)
COMPARISON(less_equal, x <= y)
COMPARISON(greater, x > y)
COMPARISON(greater_equal, x >= y)
COMPARISON(equal, x == y)
BINARY(equal_bool, bool, bool, x == y)
COMPARISON(not_equal, x != y)
BINARY(not_equal_bool, bool, bool, x != y)
BINARY(logical_and, bool, bool, (x & y))
BINARY(logical_or, bool, bool, (x | y))

/* Gradients of operations with one input: see their rows. Zero from above is zero below, be the slope infinite. */
FLOATS(BINARY, relu_grad, y > 0 ? x : 0)
INTEGERS(BINARY, relu_grad, y > 0 ? x : 0)
BINARY(sigmoid_grad_f32, float, float, (y * x * (1.0f - x)))
BINARY(sigmoid_grad_f64, double, double, (y * x * (1.0 - x)))
BINARY(tanh_grad_f32, float, float, y *(1.0f - x * x))
BINARY(tanh_grad_f64, double, double, y *(1.0 - x * x))
BINARY(sqrt_grad_f32, float, float, y == 0 ? 0 : y * 0.5f / x)
BINARY(sqrt_grad_f64, double, double, y == 0 ? 0 : y * 0.5 / x)
BINARY(rsqrt_grad_f32, float, float, y == 0 ? 0 : y * -0.5f * x * x * x)
BINARY(rsqrt_grad_f64, double, double, y == 0 ? 0 : y * -0.5 * x * x * x)
BINARY(softplus_grad_f32, float, float, softplus_grad_of_f32(x, y))
BINARY(softplus_grad_f64, double, double, softplus_grad_of_f64(x, y))
FLOATS(BINARY, reciprocal_grad, y == 0 ? 0 : -y * x * x)

/* Three. */
SELECT(select_1, uint8_t)
SELECT(select_2, uint16_t)
SELECT(select_4, uint32_t)
SELECT(select_8, uint64_t)
SELECT(select_16, bytes16)

#undef FLOATS
#undef INTEGERS
#undef WRAPPING
#undef COMPARISON
#undef DIVISION
