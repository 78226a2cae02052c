/*
 * The kernels of gemm_kernels.h. What they have in common is in gemm_body.h, once for all element types; here is what the instruction sets
 * differ in: vectors, how many rows of them fit in the registers, and how a part of a vector is read and written.
 *
 * A tile is two vectors wide. With 32 registers (AVX-512) twelve rows of sums leave eight for B and A; with 16, six rows leave four (AVX2),
 * and four rows leave eight, which multiplication and addition apart need.
 */
#include "cpu/gemm_kernels.h"

#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
enum { BYTES = 64, ROWS = 12 };
#elif defined(__AVX2__)
enum { BYTES = 32, ROWS = 6 };
#else
enum { BYTES = 16, ROWS = 4 };
#endif

/* Unrolls the loop that follows, whose count is a constant, so that its vectors become registers. */
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

typedef float f32_vector __attribute__((vector_size(BYTES), aligned(4), may_alias));
typedef double f64_vector __attribute__((vector_size(BYTES), aligned(8), may_alias));
typedef uint32_t i32_vector __attribute__((vector_size(BYTES), aligned(4), may_alias));
typedef uint64_t i64_vector __attribute__((vector_size(BYTES), aligned(8), may_alias));

/* NAME_add_product(sum, x, y) is sum + x * y; NAME_part reads the first n elements, NAME_put_part writes them. */
#if defined(__AVX512F__)
#define PARTS(name, mask, load, store, V)                                                                                                  \
    TN_ALWAYS_INLINE name##_vector name##_part(const void *p, int64_t n)                                                                   \
    {                                                                                                                                      \
        return (name##_vector)load((mask)((1u << n) - 1), p);                                                                              \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE void name##_put_part(void *p, name##_vector v, int64_t n)                                                             \
    {                                                                                                                                      \
        store(p, (mask)((1u << n) - 1), (V)v);                                                                                             \
    }
PARTS(f32, __mmask16, _mm512_maskz_loadu_ps, _mm512_mask_storeu_ps, __m512)
PARTS(f64, __mmask8, _mm512_maskz_loadu_pd, _mm512_mask_storeu_pd, __m512d)
PARTS(i32, __mmask16, _mm512_maskz_loadu_epi32, _mm512_mask_storeu_epi32, __m512i)
PARTS(i64, __mmask8, _mm512_maskz_loadu_epi64, _mm512_mask_storeu_epi64, __m512i)
#elif defined(__AVX2__)
TN_ALWAYS_INLINE __m256i first_4_bytes(int64_t n)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
TN_ALWAYS_INLINE __m256i first_8_bytes(int64_t n)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
#define PARTS(name, mask, load, store, E, V)                                                                                               \
    TN_ALWAYS_INLINE name##_vector name##_part(const void *p, int64_t n)                                                                   \
    {                                                                                                                                      \
        return (name##_vector)load((const E *)p, mask(n));                                                                                 \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE void name##_put_part(void *p, name##_vector v, int64_t n)                                                             \
    {                                                                                                                                      \
        store((E *)p, mask(n), (V)v);                                                                                                      \
    }
PARTS(f32, first_4_bytes, _mm256_maskload_ps, _mm256_maskstore_ps, float, __m256)
PARTS(f64, first_8_bytes, _mm256_maskload_pd, _mm256_maskstore_pd, double, __m256d)
PARTS(i32, first_4_bytes, _mm256_maskload_epi32, _mm256_maskstore_epi32, int, __m256i)
PARTS(i64, first_8_bytes, _mm256_maskload_epi64, _mm256_maskstore_epi64, long long, __m256i)
#else
#define PARTS(name, T)                                                                                                                     \
    TN_ALWAYS_INLINE name##_vector name##_part(const T *p, int64_t n)                                                                      \
    {                                                                                                                                      \
        name##_vector v = { 0 };                                                                                                           \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            v[i] = p[i];                                                                                                                   \
        return v;                                                                                                                          \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE void name##_put_part(T *p, name##_vector v, int64_t n)                                                                \
    {                                                                                                                                      \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            p[i] = v[i];                                                                                                                   \
    }
PARTS(f32, float)
PARTS(f64, double)
PARTS(i32, uint32_t)
PARTS(i64, uint64_t)
#endif

#define ADD_PRODUCT(name, T, value)                                                                                                        \
    TN_ALWAYS_INLINE name##_vector name##_add_product(name##_vector sum, T x, name##_vector y)                                             \
    {                                                                                                                                      \
        return (name##_vector)(value);                                                                                                     \
    }
#if defined(__AVX512F__)
ADD_PRODUCT(f32, float, _mm512_fmadd_ps(_mm512_set1_ps(x), (__m512)y, (__m512)sum))
ADD_PRODUCT(f64, double, _mm512_fmadd_pd(_mm512_set1_pd(x), (__m512d)y, (__m512d)sum))
#elif defined(__AVX2__)
ADD_PRODUCT(f32, float, _mm256_fmadd_ps(_mm256_set1_ps(x), (__m256)y, (__m256)sum))
ADD_PRODUCT(f64, double, _mm256_fmadd_pd(_mm256_set1_pd(x), (__m256d)y, (__m256d)sum))
#else
ADD_PRODUCT(f32, float, sum + y * x)
ADD_PRODUCT(f64, double, sum + y * x)
#endif
ADD_PRODUCT(i32, uint32_t, sum + y * x)
ADD_PRODUCT(i64, uint64_t, sum + y * x)

#define T       float
#define NAME(x) f32_##x
#define TABLE   tn_gemm_f32
#include "cpu/isa/gemm_body.h"

#define T       double
#define NAME(x) f64_##x
#define TABLE   tn_gemm_f64
#include "cpu/isa/gemm_body.h"

#define T       uint32_t
#define NAME(x) i32_##x
#define TABLE   tn_gemm_i32
#include "cpu/isa/gemm_body.h"

#define T       uint64_t
#define NAME(x) i64_##x
#define TABLE   tn_gemm_i64
#include "cpu/isa/gemm_body.h"
