/* Values of lib/cpu/compare.c: every pair of below, equal, above and NaN, for each dtype. */
#include "values.h"

/* x below, equal to, above y; and then NaN on the left, on the right, on both sides. */
static void check(const char *type, bool below, bool same, bool above, bool nan)
{
    EXPECT(BOOLS(below, same, above, nan, nan, nan), type, F32S(1, 2, 3, NAN, 1, NAN), F32S(2, 2, 2, 1, NAN, NAN));
    EXPECT(BOOLS(below, same, above, nan, nan, nan), type, F64S(1, 2, 3, NAN, 1, NAN), F64S(2, 2, 2, 1, NAN, NAN));
    EXPECT(BOOLS(below, same, above), type, I32S(INT32_MIN, 2, INT32_MAX), I32S(INT32_MAX, 2, INT32_MIN));
    EXPECT(BOOLS(below, same, above), type, I64S(INT64_MIN, 2, INT64_MAX), I64S(INT64_MAX, 2, INT64_MIN));
    EXPECT(BOOLS(below, same, above), type, F32S(1, 2, 3), F32(2));
    EXPECT(BOOLS(above, same, below), type, F32(2), F32S(1, 2, 3));
}

START_TEST(comparisons)
{
    check("Less", true, false, false, false);
    check("LessEqual", true, true, false, false);
    check("Greater", false, false, true, false);
    check("GreaterEqual", false, true, true, false);
    check("Equal", false, true, false, false);
    check("NotEqual", true, false, true, true);
}
END_TEST

START_TEST(zeros_are_equal)
{
    EXPECT(BOOLS(true, false), "Equal", F32S(0, 1e-45f), F32S(-0.0f, 0));
}
END_TEST

START_TEST(logic)
{
    EXPECT(BOOLS(false, false, false, true), "LogicalAnd", BOOLS(false, false, true, true), BOOLS(false, true, false, true));
    EXPECT(BOOLS(false, true, true, true), "LogicalOr", BOOLS(false, false, true, true), BOOLS(false, true, false, true));
    EXPECT(BOOLS(true, false, false, true), "Equal", BOOLS(false, false, true, true), BOOLS(false, true, false, true));
    EXPECT(BOOLS(false, true, true, false), "NotEqual", BOOLS(false, false, true, true), BOOLS(false, true, false, true));
    EXPECT(BOOLS(false, true), "LogicalAnd", BOOLS(false, true), BOOL(true));
    EXPECT(BOOLS(false, false), "LogicalAnd", BOOL(false), BOOLS(false, true));
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for uint16", "Less", EMPTY(TN_UINT16, 2), EMPTY(TN_UINT16, 2));
}
END_TEST

TN_SUITE("cpu compare", comparisons, zeros_are_equal, logic, no_kernel)
