/*
 * Exponentials and logarithms over arrays: see vmath.h. The functions are in vmath_body.h, once for both element types; here are their
 * constants. No fused multiply-add: results are the same on every processor; but for exp, tanh and sigmoid of float32, which
 * isa/vmath_vector.h has for those with vectors, in ways that are twice as fast.
 *
 * The polynomials were fitted by Remez's algorithm in 250 bits, for the least relative error of the function. Stated with each is that
 * error, before the coefficients were rounded.
 */
#include "cpu/vmath.h"

#include <math.h>
#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"
#include "cpu/isa/vector.h"

/* Sums and maxima are made in lanes, always as many, whatever the vectors' width. */
enum { LANES = 16, MAX_LANES = 64 };

TN_ALWAYS_INLINE double lanes_sum(double *lane)
{
    for (int w = LANES / 2; w; w /= 2)
        for (int j = 0; j < w; j++)
            lane[j] += lane[j + w];
    return lane[0];
}

/* (exp(r) - 1 - r) / r² for |r| up to ln(2) / 2; 2^-28.1 of exp(r) */
TN_ALWAYS_INLINE float f32_exp_tail(float r)
{
    return 0.49999997053f + r * (0.166665164742f + r * (0.0416673174281f + r * (0.00836911828102f + r * 0.00138820255933f)));
}

/* The same; 2^-57.8 */
TN_ALWAYS_INLINE double f64_exp_tail(double r)
{
    double high = 0.000198412697109554786 + r * (0.0000248014897235711922 + r * (2.75573998993161098e-6));
    high += r * r * r * (2.76313780111144751e-7 + r * 2.50600024513824971e-8);
    double low = 0.00833333333340291601 + r * 0.00138888889471423802 + r * r * high;
    return 0.50000000000000126 + r * (0.16666666666666549 + r * (0.0416666666665154973 + r * low));
}

/* (2 atanh(s) - 2 s) / s³ for z = s², |s| up to (√2 - 1) / (√2 + 1); 2^-29.2 of z */
TN_ALWAYS_INLINE float f32_atanh_tail(float z)
{
    return 0.666667767034f + z * (0.399774968928f + z * 0.298730441889f);
}

/* The same; 2^-58.5 */
TN_ALWAYS_INLINE double f64_atanh_tail(double z)
{
    double high = 0.222221984799978671 + z * (0.181835695462690926 + z * (0.153139079227698004 + z * 0.147974630302701097));
    return 0.666666666666673485 + z * (0.399999999994113186 + z * (0.285714287432193826 + z * high));
}

/* LN2_HIGH has so many zeros at its end that its product by an exponent is exact. */
#define T            float
#define U            uint32_t
#define NAME(x)      f32_##x
#define TABLE        tn_vmath_f32
#define MANTISSA     23
#define BIAS         127
#define SHIFTER      0x1.8p23f
#define LOG2E        0x1.715476p0f
#define LN2_HIGH     0x1.62e4p-1f
#define LN2_LOW      0x1.7f7d1cp-20f
#define EXP_LEAST    (-104.0f)
#define EXP_MOST     89.0f
#define TANH_MOST    10.0f
#define NORMAL_LEAST 0x1p-126f
#define SQRT_HALF    0x1.6a09e6p-1f
#define LARGEST      0x1.fffffep127f
#ifdef TN_VECTORS
#define VECTORS "cpu/isa/vmath_vector.h"
#endif
#include "cpu/isa/vmath_body.h"
#undef VECTORS

#define T            double
#define U            uint64_t
#define NAME(x)      f64_##x
#define TABLE        tn_vmath_f64
#define MANTISSA     52
#define BIAS         1023
#define SHIFTER      0x1.8p52
#define LOG2E        0x1.71547652b82fep0
#define LN2_HIGH     0x1.62e42fefap-1
#define LN2_LOW      0x1.cf79abc9e3b3ap-40
#define EXP_LEAST    (-746.0)
#define EXP_MOST     710.0
#define TANH_MOST    20.0
#define NORMAL_LEAST 0x1p-1022
#define SQRT_HALF    0x1.6a09e667f3bcdp-1
#define LARGEST      0x1.fffffffffffffp1023
#include "cpu/isa/vmath_body.h"
