/*
 * Vectors of floats, for the instruction sets that have what the elementary functions need: fused multiply-add, and tables in registers.
 * TN_VECTORS says whether this one does. What is computed is the same to the last bit whatever the width.
 *
 * A vec takes + - * / as a float does. Where an operand may be NaN, vec_least and vec_most give their second one.
 */
#ifndef TN_CPU_ISA_VECTOR_H
#define TN_CPU_ISA_VECTOR_H

#include "cpu/elementwise.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#define TN_VECTORS   1
#define VEC_PS(name) _mm512_##name##_ps
typedef __m512 vec;
typedef __m512d vec_double;

/* 16 floats by the four lowest bits of an element: a number to which 1.5 · 2^23 was added carries its integer there. */
typedef __m512 vec_table;
TN_ALWAYS_INLINE vec_table vec_table_of(const float *t)
{
    return _mm512_loadu_ps(t);
}
TN_ALWAYS_INLINE vec vec_lookup(vec_table table, vec index)
{
    return _mm512_permutexvar_ps(_mm512_castps_si512(index), table);
}
/* p · 2^⌊k⌋, for |k| up to 250: rounded once, and so it may be infinite or not normal. */
TN_ALWAYS_INLINE vec vec_scale(vec p, vec k)
{
    return _mm512_scalef_ps(p, k);
}
TN_ALWAYS_INLINE vec vec_abs(vec x)
{
    return _mm512_abs_ps(x);
}
/* |magnitude| with the sign of another. */
TN_ALWAYS_INLINE vec vec_copysign(vec magnitude, vec sign)
{
    const __m512i bit = _mm512_set1_epi32(INT32_MIN);
    return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(bit, _mm512_castps_si512(sign), _mm512_castps_si512(magnitude), 0xca));
}
/* The first half of the elements, and the second, as double. */
TN_ALWAYS_INLINE vec_double vec_low_half(vec x)
{
    return _mm512_cvtps_pd(_mm512_castps512_ps256(x));
}
TN_ALWAYS_INLINE vec_double vec_high_half(vec x)
{
    return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1));
}
/* By element: yes where x > 0, else no. */
TN_ALWAYS_INLINE vec vec_positive(vec x, vec yes, vec no)
{
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ), no, yes);
}

#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define TN_VECTORS   1
#define VEC_PS(name) _mm256_##name##_ps
typedef __m256 vec;
typedef __m256d vec_double;

typedef struct vec_table {
    __m256 low, high;
} vec_table;
TN_ALWAYS_INLINE vec_table vec_table_of(const float *t)
{
    return (vec_table){ _mm256_loadu_ps(t), _mm256_loadu_ps(t + 8) };
}
TN_ALWAYS_INLINE vec vec_lookup(vec_table table, vec index)
{
    const __m256i i = _mm256_castps_si256(index);
    return _mm256_blendv_ps(_mm256_permutevar8x32_ps(table.low, i), _mm256_permutevar8x32_ps(table.high, i),
                            _mm256_castsi256_ps(_mm256_slli_epi32(i, 28)));
}
/* In two parts, so that the power of two may lie beyond the normal numbers. */
TN_ALWAYS_INLINE vec vec_scale(vec p, vec k)
{
    const __m256i n = _mm256_cvttps_epi32(_mm256_floor_ps(k)), half = _mm256_srai_epi32(n, 1), bias = _mm256_set1_epi32(127);
    const __m256i first = _mm256_slli_epi32(_mm256_add_epi32(half, bias), 23);
    const __m256i second = _mm256_slli_epi32(_mm256_add_epi32(_mm256_sub_epi32(n, half), bias), 23);
    return p * _mm256_castsi256_ps(first) * _mm256_castsi256_ps(second);
}
TN_ALWAYS_INLINE vec vec_abs(vec x)
{
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), x);
}
TN_ALWAYS_INLINE vec vec_copysign(vec magnitude, vec sign)
{
    const __m256 bit = _mm256_set1_ps(-0.0f);
    return _mm256_or_ps(_mm256_andnot_ps(bit, magnitude), _mm256_and_ps(bit, sign));
}
TN_ALWAYS_INLINE vec_double vec_low_half(vec x)
{
    return _mm256_cvtps_pd(_mm256_castps256_ps128(x));
}
TN_ALWAYS_INLINE vec_double vec_high_half(vec x)
{
    return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
}
TN_ALWAYS_INLINE vec vec_positive(vec x, vec yes, vec no)
{
    return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_GT_OQ));
}
#endif

#ifdef TN_VECTORS
/* Before a loop that goes over registers: these are arrays to the compiler until it is unrolled. */
#ifdef __clang__
#define TN_UNROLL _Pragma("unroll")
#else
#define TN_UNROLL _Pragma("GCC unroll 16")
#endif
enum { VEC_WIDTH = sizeof(vec) / sizeof(float) };

TN_ALWAYS_INLINE vec vec_load(const float *x)
{
    return VEC_PS(loadu)(x);
}
TN_ALWAYS_INLINE void vec_store(float *y, vec x)
{
    VEC_PS(storeu)(y, x);
}
TN_ALWAYS_INLINE vec vec_all(float x)
{
    return VEC_PS(set1)(x);
}
/* a · b + c, and c - a · b, rounded once. */
TN_ALWAYS_INLINE vec vec_madd(vec a, vec b, vec c)
{
    return VEC_PS(fmadd)(a, b, c);
}
TN_ALWAYS_INLINE vec vec_less_product(vec c, vec a, vec b)
{
    return VEC_PS(fnmadd)(a, b, c);
}
TN_ALWAYS_INLINE vec vec_least(vec a, vec b)
{
    return VEC_PS(min)(a, b);
}
TN_ALWAYS_INLINE vec vec_most(vec a, vec b)
{
    return VEC_PS(max)(a, b);
}
#endif
#endif
