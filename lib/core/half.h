/*
 * The two 16-bit floats, as bits: half (IEEE binary16) and bfloat16 (the upper half of a float). Rounding is half to even, denormals are
 * kept, a NaN stays one.
 */
#ifndef TN_CORE_HALF_H
#define TN_CORE_HALF_H

#include <stdint.h>
#include <string.h>

static inline uint32_t tn_float_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

static inline float tn_float_of_bits(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}

static inline float tn_half_to_float(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff;
    if (rest >= 0x7c00) /* infinity and NaN */
        return tn_float_of_bits(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    if (rest >= 0x0400) /* normal: the exponent moves from bias 15 to bias 127 */
        return tn_float_of_bits(sign | ((rest << 13) + ((uint32_t)(127 - 15) << 23)));
    float magnitude = (float)rest * 0x1p-24f;
    return sign ? -magnitude : magnitude;
}

static inline uint16_t tn_half_of(float f)
{
    uint32_t u = tn_float_bits(f), sign = u >> 16 & 0x8000, rest = u & 0x7fffffff;
    if (rest > 0x7f800000)
        return (uint16_t)(sign | 0x7e00);
    if (rest >= 0x477ff000) /* 65520 and above round to infinity */
        return (uint16_t)(sign | 0x7c00);
    if (rest < 0x38800000) { /* below 2^-14: adding 0.5 leaves the rounded denormal in the low bits */
        uint32_t sum = tn_float_bits(tn_float_of_bits(rest) + 0.5f);
        return (uint16_t)(sign | (sum - 0x3f000000));
    }
    uint32_t odd = rest >> 13 & 1;
    return (uint16_t)(sign | (rest - ((uint32_t)(127 - 15) << 23) + 0xfff + odd) >> 13);
}

static inline float tn_bfloat16_to_float(uint16_t b)
{
    return tn_float_of_bits((uint32_t)b << 16);
}

static inline uint16_t tn_bfloat16_of(float f)
{
    uint32_t u = tn_float_bits(f);
    if ((u & 0x7fffffff) > 0x7f800000)
        return (uint16_t)(u >> 16 | 0x40);
    return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

#endif
