/*
 * Tiles of convolutions: see conv.h. A tile of ROWS rows by two vectors of columns is what fills the registers: as many sums as hide the
 * latency of a multiply-add and leave room for two vectors of b and one element of a. The functions are in conv_body.h.
 */
#include "cpu/conv.h"

#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64, ROWS = 14, DEPTHWISE_ROWS = 8 };
#elif defined(__AVX2__)
enum { VECTOR_BYTES = 32, ROWS = 6, DEPTHWISE_ROWS = 6 };
#else
enum { VECTOR_BYTES = 16, ROWS = 6, DEPTHWISE_ROWS = 6 };
#endif
typedef float f32_v __attribute__((vector_size(VECTOR_BYTES), may_alias, aligned(sizeof(float))));
typedef double f64_v __attribute__((vector_size(VECTOR_BYTES), may_alias, aligned(sizeof(double))));
#if defined(__AVX512F__)
typedef float f32_half_v __attribute__((vector_size(VECTOR_BYTES / 2), may_alias, aligned(sizeof(float))));
typedef double f64_half_v __attribute__((vector_size(VECTOR_BYTES / 2), may_alias, aligned(sizeof(double))));
#endif

/*
 * x * y + z, and the first n elements of a vector, n at least 1 and less than all. They are stored from a register: memcpy would take the
 * address of a sum, and sums whose address is taken are kept in memory all the time.
 */
#if defined(__AVX512F__)
#include <immintrin.h>
#define f32_fma(x, y, z)              ((f32_v)_mm512_fmadd_ps((__m512)(x), (__m512)(y), (__m512)(z)))
#define f64_fma(x, y, z)              ((f64_v)_mm512_fmadd_pd((__m512d)(x), (__m512d)(y), (__m512d)(z)))
#define f32_load_part(from, n)        ((f32_v)_mm512_maskz_loadu_ps((__mmask16)((1u << (n)) - 1), from))
#define f64_load_part(from, n)        ((f64_v)_mm512_maskz_loadu_pd((__mmask8)((1u << (n)) - 1), from))
#define f32_store_part(to, v, n)      _mm512_mask_storeu_ps(to, (__mmask16)((1u << (n)) - 1), (__m512)(v))
#define f64_store_part(to, v, n)      _mm512_mask_storeu_pd(to, (__mmask8)((1u << (n)) - 1), (__m512d)(v))
#define f32_half_fma(x, y, z)         ((f32_half_v)_mm256_fmadd_ps((__m256)(x), (__m256)(y), (__m256)(z)))
#define f64_half_fma(x, y, z)         ((f64_half_v)_mm256_fmadd_pd((__m256d)(x), (__m256d)(y), (__m256d)(z)))
#define f32_half_load_part(from, n)   ((f32_half_v)_mm256_maskz_loadu_ps((__mmask8)((1u << (n)) - 1), from))
#define f64_half_load_part(from, n)   ((f64_half_v)_mm256_maskz_loadu_pd((__mmask8)((1u << (n)) - 1), from))
#define f32_half_store_part(to, v, n) _mm256_mask_storeu_ps(to, (__mmask8)((1u << (n)) - 1), (__m256)(v))
#define f64_half_store_part(to, v, n) _mm256_mask_storeu_pd(to, (__mmask8)((1u << (n)) - 1), (__m256d)(v))
#elif defined(__AVX2__)
#include <immintrin.h>
#define f32_fma(x, y, z)         ((f32_v)_mm256_fmadd_ps((__m256)(x), (__m256)(y), (__m256)(z)))
#define f64_fma(x, y, z)         ((f64_v)_mm256_fmadd_pd((__m256d)(x), (__m256d)(y), (__m256d)(z)))
/* Ones, then zeros: read from the middle on, so that n ones are left. */
static const int32_t f32_mask[16] = { -1, -1, -1, -1, -1, -1, -1, -1 };
static const int64_t f64_mask[8] = { -1, -1, -1, -1 };
#define f32_first(n)             _mm256_loadu_si256((const __m256i *)(const void *)(f32_mask + 8 - (n)))
#define f64_first(n)             _mm256_loadu_si256((const __m256i *)(const void *)(f64_mask + 4 - (n)))
#define f32_load_part(from, n)   ((f32_v)_mm256_maskload_ps(from, f32_first(n)))
#define f64_load_part(from, n)   ((f64_v)_mm256_maskload_pd(from, f64_first(n)))
#define f32_store_part(to, v, n) _mm256_maskstore_ps(to, f32_first(n), (__m256)(v))
#define f64_store_part(to, v, n) _mm256_maskstore_pd(to, f64_first(n), (__m256d)(v))
#else
#define f32_fma(x, y, z) ((x) * (y) + (z))
#define f64_fma(x, y, z) ((x) * (y) + (z))
TN_ALWAYS_INLINE f32_v f32_load_part(const float *from, int64_t n)
{
    return (f32_v){ from[0], n > 1 ? from[1] : 0, n > 2 ? from[2] : 0, 0 };
}
TN_ALWAYS_INLINE f64_v f64_load_part(const double *from, int64_t n)
{
    (void)n;
    return (f64_v){ from[0], 0 };
}
TN_ALWAYS_INLINE void f32_store_part(float *to, f32_v v, int64_t n)
{
    to[0] = v[0];
    if (n > 1)
        to[1] = v[1];
    if (n > 2)
        to[2] = v[2];
}
TN_ALWAYS_INLINE void f64_store_part(double *to, f64_v v, int64_t n)
{
    (void)n;
    to[0] = v[0];
}
#endif

/* A vector that was loaded stays in its register: gcc would load it again for each use. */
#if defined(__AVX512F__)
#define KEEP(x) __asm__("" : "+v"(x))
#elif defined(__SSE2__)
#define KEEP(x) __asm__("" : "+x"(x))
#else
#define KEEP(x) ((void)0)
#endif

#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 32")
#endif

#if defined(__AVX512F__)
#define T       float
#define NAME(x) f32_half_##x
#include "cpu/isa/conv_dense.h"
#undef T
#undef NAME

#define T       double
#define NAME(x) f64_half_##x
#include "cpu/isa/conv_dense.h"
#undef T
#undef NAME
#endif

#define T       float
#define NAME(x) f32_##x
#define TABLE   tn_conv_f32
#include "cpu/isa/conv_dense.h"
#include "cpu/isa/conv_body.h"

#define T       double
#define NAME(x) f64_##x
#define TABLE   tn_conv_f64
#include "cpu/isa/conv_dense.h"
#include "cpu/isa/conv_body.h"
