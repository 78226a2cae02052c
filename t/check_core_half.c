/* lib/core/half.h: every one of the 65,536 values of both formats, and how floats round to them. */
#include <math.h>
#include "core/half.h"
#include "harness.h"

/* By the definition of the format: sign, five bits of exponent, ten of fraction. */
static double half_by_definition(unsigned h)
{
    int exponent = h >> 10 & 31;
    double fraction = h & 1023, sign = h >> 15 ? -1 : 1;
    if (exponent == 31)
        return (h & 1023) ? (double)NAN : sign * (double)INFINITY;
    return sign * (exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24));
}

START_TEST(half_there_and_back)
{
    for (unsigned h = 0; h < 65536; h++) {
        double want = half_by_definition(h), got = (double)tn_half_to_float((uint16_t)h);
        ck_assert_msg(got == want || (isnan(got) && isnan(want)), "half %04x is %g, not %g", h, got, want);
        ck_assert(isnan(got) ? isnan(tn_half_to_float(tn_half_of(tn_half_to_float((uint16_t)h)))) : tn_half_of((float)got) == h);
        ck_assert_int_eq(signbit(got) != 0, h >> 15);
    }
}
END_TEST

/* Between two neighbours: below the middle to the lower, above it to the upper, in the middle to the even one. */
START_TEST(half_rounds_to_even)
{
    for (unsigned h = 0; h < 0x7bff; h++) {
        double low = half_by_definition(h), high = half_by_definition(h + 1), middle = (low + high) / 2;
        ck_assert_uint_eq(tn_half_of((float)middle), h & 1 ? h + 1 : h);
        ck_assert_uint_eq(tn_half_of(nextafterf((float)middle, 0)), h);
        ck_assert_uint_eq(tn_half_of(nextafterf((float)middle, INFINITY)), h + 1);
        ck_assert_uint_eq(tn_half_of(-(float)middle), 0x8000 | (h & 1 ? h + 1 : h));
    }
    ck_assert_uint_eq(tn_half_of(65519.996f), 0x7bff);
    ck_assert_uint_eq(tn_half_of(65520), 0x7c00);
    ck_assert_uint_eq(tn_half_of(-INFINITY), 0xfc00);
    ck_assert_uint_eq(tn_half_of(1e-30f), 0);
}
END_TEST

START_TEST(bfloat16_there_and_back)
{
    for (unsigned b = 0; b < 65536; b++) {
        float f = tn_bfloat16_to_float((uint16_t)b);
        ck_assert_uint_eq(tn_float_bits(f), b << 16);
        ck_assert(isnan(f) ? isnan(tn_bfloat16_to_float(tn_bfloat16_of(f))) : tn_bfloat16_of(f) == b);
    }
}
END_TEST

START_TEST(bfloat16_rounds_to_even)
{
    ck_assert_uint_eq(tn_bfloat16_of(tn_float_of_bits(0x3f808000)), 0x3f80);
    ck_assert_uint_eq(tn_bfloat16_of(tn_float_of_bits(0x3f818000)), 0x3f82);
    ck_assert_uint_eq(tn_bfloat16_of(tn_float_of_bits(0x3f808001)), 0x3f81);
    ck_assert_uint_eq(tn_bfloat16_of(tn_float_of_bits(0x7f7fffff)), 0x7f80);
    ck_assert(isnan(tn_bfloat16_to_float(tn_bfloat16_of(tn_float_of_bits(0x7f800001)))));
}
END_TEST

TN_SUITE("core half", half_there_and_back, half_rounds_to_even, bfloat16_there_and_back, bfloat16_rounds_to_even)
