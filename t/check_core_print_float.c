/* Floating-point numbers as NumPy prints them, word by word. What is expected is what NumPy 2 and ml_dtypes print; whole arrays are
 * compared with t/data/print.txt in t/check_core_print.c. */
#include "harness.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include "core/half.h"
#include "core/print_float.h"

static void expect_word(const char *word, int n, const char *expected)
{
    ck_assert_int_le(n, TN_FLOAT_WORD);
    ck_assert_msg((size_t)n == strlen(expected) && !memcmp(word, expected, (size_t)n), "\"%.*s\", not \"%s\"", n, word, expected);
}

/* ---- Numbers by themselves ---- */

static void expect_scalar(tn_dtype dtype, double value, const char *expected)
{
    char word[TN_FLOAT_WORD];
    expect_word(word, tn_float_scalar(dtype, value, false, false, word), expected);
}

START_TEST(scalars)
{
    expect_scalar(TN_FLOAT64, 3, "3.0");
    expect_scalar(TN_FLOAT64, -0.0, "-0.0");
    expect_scalar(TN_FLOAT64, 0.1, "0.1");
    expect_scalar(TN_FLOAT64, 123456.789, "123456.789");
    expect_scalar(TN_FLOAT64, 9007199254740993.0, "9007199254740992.0");
    expect_scalar(TN_FLOAT64, 5e-324, "5e-324");
    expect_scalar(TN_FLOAT64, -1.7976931348623157e308, "-1.7976931348623157e+308");
    expect_scalar(TN_FLOAT32, (double)16777216.0f, "1.6777216e+07");
    expect_scalar(TN_FLOAT32, (double)0.1f, "0.1");
    expect_scalar(TN_FLOAT32, (double)1e-45f, "1e-45");
    expect_scalar(TN_FLOAT32, (double)3.4028235e38f, "3.4028235e+38");
    expect_scalar(TN_FLOAT16, 65504, "6.55e+04");
    expect_scalar(TN_FLOAT16, 5.9604644775390625e-08, "6e-08");
    expect_scalar(TN_FLOAT16, 0.0999755859375, "0.1");
}
END_TEST

START_TEST(scalars_where_exponents_begin)
{
    expect_scalar(TN_FLOAT64, 9999999999999998.0, "9999999999999998.0");
    expect_scalar(TN_FLOAT64, 1e16, "1e+16");
    expect_scalar(TN_FLOAT64, 1e-4, "0.0001");
    expect_scalar(TN_FLOAT64, 9.999e-5, "9.999e-05");
    expect_scalar(TN_FLOAT32, 999999, "999999.0");
    expect_scalar(TN_FLOAT32, 1e6, "1e+06");
    expect_scalar(TN_FLOAT32, (double)1e-4f, "1e-04"); /* a little less than 0.0001 */
    expect_scalar(TN_FLOAT16, 999, "999.0");
    expect_scalar(TN_FLOAT16, 1000, "1e+03");
}
END_TEST

/* Beside a power of two the number above the nearest one is the shorter. */
START_TEST(shortest_beside_a_power_of_two)
{
    expect_scalar(TN_FLOAT64, 0x1p-44, "5.684341886080802e-14");
    expect_scalar(TN_FLOAT32, 0x1p-44, "5.684342e-14");
    expect_scalar(TN_FLOAT64, 0x1p-1022, "2.2250738585072014e-308");
    expect_scalar(TN_FLOAT64, 9.5367431640625e-07, "9.5367431640625e-07");
}
END_TEST

START_TEST(infinities_and_nan)
{
    char word[TN_FLOAT_WORD];
    expect_scalar(TN_FLOAT64, INFINITY, "inf");
    expect_scalar(TN_FLOAT32, -INFINITY, "-inf");
    expect_scalar(TN_FLOAT16, NAN, "nan");
    expect_scalar(TN_FLOAT64, copysign(NAN, -1), "nan");
    expect_word(word, tn_float_scalar(TN_FLOAT64, NAN, true, true, word), "+nan");
    expect_word(word, tn_float_scalar(TN_FLOAT64, INFINITY, true, true, word), "+inf");
    expect_word(word, tn_float_scalar(TN_FLOAT64, -INFINITY, true, true, word), "-inf");
}
END_TEST

START_TEST(parts_of_complex_numbers)
{
    char word[TN_FLOAT_WORD];
    expect_word(word, tn_float_scalar(TN_FLOAT64, 3, true, true, word), "+3");
    expect_word(word, tn_float_scalar(TN_FLOAT64, -0.0, true, true, word), "-0");
    expect_word(word, tn_float_scalar(TN_FLOAT64, 0.5, true, false, word), "0.5");
    expect_word(word, tn_float_scalar(TN_FLOAT64, 1e16, true, true, word), "+1e+16");
    expect_word(word, tn_float_scalar(TN_FLOAT64, 9.999e-5, true, true, word), "+9.999e-05");
}
END_TEST

/* ---- Arrays ---- */

enum { MOST = 8 };

static void expect_words(tn_dtype dtype, const void *data, size_t n, bool plus, const char *expected)
{
    static const int64_t index[MOST] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    tn_floats floats = { dtype, data, 1, index, n };
    tn_float_format format = tn_float_format_of(&floats, plus);
    char got[MOST * TN_FLOAT_WORD] = "";
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        if (i)
            got[length++] = '|';
        length += (size_t)tn_float_word(&format, tn_floats_at(&floats, i), got + length);
    }
    ck_assert_msg(length == strlen(expected) && !memcmp(got, expected, length), "\"%.*s\", not \"%s\"", (int)length, got, expected);
}

#define EXPECT_F64(expected, ...)                                                                                                          \
    expect_words(TN_FLOAT64, (double[]){ __VA_ARGS__ }, sizeof((double[]){ __VA_ARGS__ }) / sizeof(double), false, expected)
#define EXPECT_F32(expected, ...)                                                                                                          \
    expect_words(TN_FLOAT32, (float[]){ __VA_ARGS__ }, sizeof((float[]){ __VA_ARGS__ }) / sizeof(float), false, expected)

START_TEST(one_layout_for_all)
{
    EXPECT_F64(" 0.|-0.", 0.0, -0.0);
    EXPECT_F64("-1.5 |10.25|  nan", -1.5, 10.25, NAN);
    EXPECT_F64("nan| 1.", NAN, 1);
    EXPECT_F64("-inf|  1.", -INFINITY, 1);
    EXPECT_F64("inf|1.5", INFINITY, 1.5);
    EXPECT_F64("nan", NAN);
    EXPECT_F64("inf|nan|inf", INFINITY, NAN, INFINITY);
    EXPECT_F64("0.33333333", 1.0 / 3);
    EXPECT_F64("0.|0.", 0, 0);
}
END_TEST

START_TEST(arrays_where_exponents_begin)
{
    EXPECT_F64("10000000.", 1e7);
    EXPECT_F64("99999999.", 99999999);
    EXPECT_F64("1.e+08|1.e+00", 1e8, 1);
    EXPECT_F64("0.0001", 0.0001);
    EXPECT_F64("9.999e-05", 0.00009999);
    EXPECT_F64("   1.|1000.", 1, 1000);
    EXPECT_F64("1.000e+00|1.001e+03", 1, 1001);
    EXPECT_F64(" 1.e-300|-1.e+100", 1e-300, -1e100);
    EXPECT_F64("5.e-324", 5e-324);
    EXPECT_F64("1.79769313e+308", 1.7976931348623157e308);
    EXPECT_F64("9.00719925e+15", 9007199254740993.0);
    EXPECT_F64("5.68434189e-14", 0x1p-44);
    EXPECT_F32("999999.", 999999);
    EXPECT_F32("1.e+06", 1e6f);
    EXPECT_F32("0.0001", 1e-4f);
    EXPECT_F32("1.6777216e+07", 16777216);
    EXPECT_F32("1.e-45", 1e-45f);
    EXPECT_F32("3.4028235e+38", 3.4028235e38f);
    EXPECT_F32("5.684342e-14", 0x1p-44f);
}
END_TEST

START_TEST(halves)
{
    const uint16_t large[] = { 0x63d0 }, below[] = { 0x63ce }, tenth[] = { 0x2e66 }, most[] = { 0x7bff }, least[] = { 0x0001 };
    expect_words(TN_FLOAT16, large, 1, false, "1.e+03");
    expect_words(TN_FLOAT16, below, 1, false, "999.");
    expect_words(TN_FLOAT16, tenth, 1, false, "0.1");
    expect_words(TN_FLOAT16, most, 1, false, "6.55e+04");
    expect_words(TN_FLOAT16, least, 1, false, "6.e-08");
}
END_TEST

/* As the imaginary parts of complex numbers. */
START_TEST(signs_on_all)
{
    expect_words(TN_FLOAT64, (double[]){ 1, -2.5, 0 }, 3, true, "+1. |-2.5|+0. ");
    expect_words(TN_FLOAT64, (double[]){ NAN, 1 }, 2, true, "+nan| +1.");
}
END_TEST

START_TEST(numbers_are_picked)
{
    const double data[] = { 1, 100, 2, 1e9, 3, -100 };
    const int64_t index[] = { 0, 2 };
    tn_floats floats = { TN_FLOAT64, data, 2, index, 2 };
    char word[TN_FLOAT_WORD];
    ck_assert(tn_floats_at(&floats, 0) == 1 && tn_floats_at(&floats, 1) == 3);
    tn_float_format format = tn_float_format_of(&floats, false);
    ck_assert(!format.exponential); /* what is not picked does not count */
    expect_word(word, tn_float_word(&format, 3, word), "3.");
    floats.n = 0;
    format = tn_float_format_of(&floats, false);
    ck_assert(!format.exponential);
    ck_assert_int_eq(format.left, 0);
}
END_TEST

START_TEST(elements_of_every_dtype)
{
    const uint16_t half[] = { 0x3e00 }, brain[] = { 0x3fc0 };
    const float single[] = { 1.5f };
    const int64_t index[] = { 0 };
    ck_assert(tn_floats_at(&(tn_floats){ TN_FLOAT16, half, 1, index, 1 }, 0) == 1.5);
    ck_assert(tn_floats_at(&(tn_floats){ TN_BFLOAT16, brain, 1, index, 1 }, 0) == 1.5);
    ck_assert(tn_floats_at(&(tn_floats){ TN_FLOAT32, single, 1, index, 1 }, 0) == 1.5);
}
END_TEST

/* ---- bfloat16 ---- */

static void expect_bfloat16(double value, const char *expected)
{
    char word[TN_FLOAT_WORD];
    expect_word(word, tn_bfloat16_word(value, word), expected);
}

START_TEST(bfloat16)
{
    expect_bfloat16(1, "1");
    expect_bfloat16(-0.0, "-0");
    expect_bfloat16(0.10009765625, "0.100098");
    expect_bfloat16(999424, "999424");
    expect_bfloat16(1003520, "1.00352e+06");
    expect_bfloat16(0x1p-14, "6.10352e-05");
    expect_bfloat16(NAN, "nan");
    expect_bfloat16(-INFINITY, "-inf");
}
END_TEST

/* ---- All of them ---- */

/* Every half reads back from its text, and no text has more than five digits. */
START_TEST(every_half_reads_back)
{
    for (uint32_t bits = 0; bits < 0x7c00; bits++) {
        char word[TN_FLOAT_WORD + 1];
        int digits = 0, n = tn_float_scalar(TN_FLOAT16, (double)tn_half_to_float((uint16_t)bits), false, false, word);
        word[n] = 0;
        for (const char *c = word + strspn(word, "0."); *c && *c != 'e'; c++)
            digits += isdigit((unsigned char)*c) != 0;
        ck_assert_msg(tn_half_of(strtof(word, NULL)) == bits, "%04x printed as %s", bits, word);
        ck_assert_msg(digits <= 5, "%04x printed as %s", bits, word);
    }
}
END_TEST

/* A program may have set its locale to one with a decimal comma. */
START_TEST(ignores_the_locale)
{
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") || setlocale(LC_NUMERIC, "fr_FR.UTF-8")) {
        EXPECT_F64("2.5e-01|1.0e-07", 0.25, 1e-7);
        expect_scalar(TN_FLOAT64, 0.5, "0.5");
        expect_bfloat16(0.5, "0.5");
    }
    setlocale(LC_NUMERIC, "C");
}
END_TEST

TN_SUITE("core print_float", scalars, scalars_where_exponents_begin, shortest_beside_a_power_of_two, infinities_and_nan,
         parts_of_complex_numbers, one_layout_for_all, arrays_where_exponents_begin, halves, signs_on_all, numbers_are_picked,
         elements_of_every_dtype, bfloat16, every_half_reads_back, ignores_the_locale)
