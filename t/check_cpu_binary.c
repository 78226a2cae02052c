/* Values of lib/cpu/binary.c: rounding, signs, wrapping, NaN, and what may not be divided. */
#include "values.h"

START_TEST(add_sub_mul)
{
    EXPECT(F32S(3, 5), "Add", F32S(1, 2), F32S(2, 3));
    EXPECT(F64S(3, 5), "AddV2", F64S(1, 2), F64S(2, 3));
    EXPECT(I32S(INT32_MIN, 1), "Add", I32S(INT32_MAX, -1), I32S(1, 2));
    EXPECT(I64S(INT64_MIN), "Add", I64S(INT64_MAX), I64S(1));
    EXPECT(F32S(-1, NAN), "Sub", F32S(1, INFINITY), F32S(2, INFINITY));
    EXPECT(F64S(-1), "Sub", F64S(1), F64S(2));
    EXPECT(I32S(INT32_MAX), "Sub", I32S(INT32_MIN), I32S(1));
    EXPECT(I64S(INT64_MAX), "Sub", I64S(INT64_MIN), I64S(1));
    EXPECT(F32S(2, NAN, 1e-40f), "Mul", F32S(1, 0, 1e-20f), F32S(2, INFINITY, 1e-20f));
    EXPECT(F64S(6), "Mul", F64S(2), F64S(3));
    EXPECT(I32S(-2), "Mul", I32S(INT32_MAX), I32S(2));
    EXPECT(I64S(-2), "Mul", I64S(INT64_MAX), I64S(2));
}
END_TEST

START_TEST(division)
{
    EXPECT(F32S(0.5f, INFINITY, -INFINITY, NAN), "RealDiv", F32S(1, 1, -1, 0), F32S(2, 0, 0, 0));
    EXPECT(F64S(0.5), "RealDiv", F64S(1), F64S(2));
    EXPECT(F32S(0.5f), "Div", F32S(1), F32S(2));
    EXPECT(I32S(3, -3, -3, 3, INT32_MIN), "Div", I32S(7, -7, 7, -7, INT32_MIN), I32S(2, 2, -2, -2, -1));
    EXPECT(I64S(3, -3, INT64_MIN), "Div", I64S(7, -7, INT64_MIN), I64S(2, 2, -1));
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for int32", "RealDiv", I32S(1), I32S(2));
}
END_TEST

/* Python's // and %, and NumPy's and TensorFlow's for floats. */
START_TEST(floor_division)
{
    EXPECT(I32S(3, -4, -4, 3, -4, INT32_MIN, 0), "FloorDiv", I32S(7, -7, 7, -7, -8, INT32_MIN, 0), I32S(2, 2, -2, -2, 2, -1, 5));
    EXPECT(I32S(1, 1, -1, -1, 0, 0, 1, -1), "FloorMod", I32S(7, -7, 7, -7, -8, INT32_MIN, -7, 7), I32S(2, 2, -2, -2, 2, -1, 4, -4));
    EXPECT(I32S(INT32_MAX - 1, -1), "FloorMod", I32S(-1, INT32_MAX), I32S(INT32_MAX, INT32_MIN));
    EXPECT(I64S(-4, INT64_MIN, 3), "FloorDiv", I64S(-7, INT64_MIN, 7), I64S(2, -1, 2));
    EXPECT(I64S(1, 0), "FloorMod", I64S(-7, INT64_MIN), I64S(2, -1));
    EXPECT(F32S(10, -4, -4, NAN, INFINITY), "FloorDiv", F32S(1, -7, 7, NAN, 1), F32S(0.1f, 2, -2, 1, 0));
    EXPECT(F64S(-4), "FloorDiv", F64S(-7), F64S(2));
    EXPECT_ULPS(1, F32S(0.09999999f, 1, -1, NAN, NAN, 5, INFINITY, -0.0f, 0), "FloorMod", F32S(1, -7, 7, NAN, 1, 5, -5, -0.0f, 6),
                F32S(0.1f, 2, -2, 1, 0, INFINITY, INFINITY, 3, -3));
    EXPECT(F64S(1, -1), "FloorMod", F64S(-7, 7), F64S(2, -2));
}
END_TEST

START_TEST(integers_are_not_divided_by_zero)
{
    static const char *const types[] = { "Div", "FloorDiv", "FloorMod" };
    for (int i = 0; i < 3; i++) {
        EXPECT_ERROR(TN_INVALID_ARGUMENT, "Integer division by zero", types[i], I32S(1, 2), I32S(1, 0));
        EXPECT_ERROR(TN_INVALID_ARGUMENT, "Integer division by zero", types[i], I64S(1, 2), I64(0));
        EXPECT_ERROR(TN_INVALID_ARGUMENT, "Integer division by zero", types[i], I64(1), I64S(3, 0));
        EXPECT_ERROR(TN_INVALID_ARGUMENT, "Integer division by zero", types[i], SHAPED(I32S(1, 2), 2, 1), I32S(1, 0));
        EXPECT(EMPTY(TN_INT32, 0), types[i], EMPTY(TN_INT32, 0), I32(0));
    }
}
END_TEST

START_TEST(power)
{
    EXPECT_ULPS(1, F32S(1024.0f, -8.0f, 2.828427f, NAN, 1.0f, INFINITY, 0.0f, 1.0f, 1.0f, 1.0f, 1.0e-40f, 0.0f, 2.755676f, NAN), "Pow",
                F32S(2.0f, -2.0f, 0.5f, -8.0f, 0.0f, 0.0f, 0.0f, 1.0f, NAN, -1.0f, 10.0f, INFINITY, 1.5f, -2.0f),
                F32S(10.0f, 3.0f, -1.5f, 0.33333334f, 0.0f, -1.0f, 2.0f, NAN, 0.0f, INFINITY, -40.0f, -1.0f, 2.5f, 0.5f));
    EXPECT_ULPS(1, F64S(1024, -8, 2.8284271247461903, NAN, 1, INFINITY, 0, 1, 1, 1, 1e-40, 0, 2.7556759606310752), "Pow",
                F64S(2, -2, 0.5, -2, 0, 0, 0, 1, NAN, -1, 10, INFINITY, 1.5),
                F64S(10, 3, -1.5, 0.5, 0, -1, 2, NAN, 0, INFINITY, -40, -1, 2.5));
    EXPECT(I32S(1870418611, INT32_MIN, 1, 1, 0, -1, 1), "Pow", I32S(3, -2, 0, 7, 0, -1, -1),
           I32S(21, 31, 0, 0, 5, INT32_MAX, INT32_MAX - 1));
    EXPECT(I64S(INT64_C(10460353203), INT64_MIN, 0), "Pow", I64S(3, -2, 2), I64S(21, 63, 64));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Integers to negative integer powers are not allowed", "Pow", I32S(2), I32S(-1));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Integers to negative integer powers are not allowed", "Pow", I64S(2, 3), I64(-1));
}
END_TEST

START_TEST(maximum_and_minimum)
{
    EXPECT(F32S(NAN, NAN, NAN, 4, INFINITY), "Maximum", F32S(1, NAN, NAN, 3, -INFINITY), F32S(NAN, 1, NAN, 4, INFINITY));
    EXPECT(F32S(NAN, NAN, NAN, 3, -INFINITY), "Minimum", F32S(1, NAN, NAN, 3, -INFINITY), F32S(NAN, 1, NAN, 4, INFINITY));
    EXPECT(F64S(NAN, NAN, 4), "Maximum", F64S(1, NAN, 3), F64S(NAN, 1, 4));
    EXPECT(F64S(NAN, NAN, 3), "Minimum", F64S(1, NAN, 3), F64S(NAN, 1, 4));
    EXPECT(I32S(INT32_MAX, 2), "Maximum", I32S(INT32_MIN, 2), I32S(INT32_MAX, 1));
    EXPECT(I32S(INT32_MIN, 1), "Minimum", I32S(INT32_MIN, 2), I32S(INT32_MAX, 1));
    EXPECT(I64S(INT64_MAX, 2), "Maximum", I64S(INT64_MIN, 2), I64S(INT64_MAX, 1));
    EXPECT(I64S(INT64_MIN, 1), "Minimum", I64S(INT64_MIN, 2), I64S(INT64_MAX, 1));
    EXPECT(F32S(NAN, NAN), "Maximum", F32S(1, 2), F32(NAN));
    EXPECT(F32S(0, 2), "Maximum", F32S(-1, 2), F32(0));
}
END_TEST

START_TEST(squared_difference)
{
    EXPECT(F32S(4, 1), "SquaredDifference", F32S(1, 2), F32S(3, 3));
    EXPECT(F64S(4), "SquaredDifference", F64S(1), F64S(3));
    EXPECT(I32S(4, 1), "SquaredDifference", I32S(1, INT32_MIN), I32S(3, INT32_MAX));
    EXPECT(I64S(4), "SquaredDifference", I64S(1), I64S(3));
}
END_TEST

TN_SUITE("cpu binary", add_sub_mul, division, floor_division, integers_are_not_divided_by_zero, power, maximum_and_minimum,
         squared_difference)
