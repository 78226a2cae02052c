/* Transposes of matrices of 4-byte and 8-byte elements: by squares in registers where there are vectors, else element by element. */
#include "cpu/transpose.h"

#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

/* Squares of 16 elements a side: a cache line of 4-byte elements, so that a line is read once and written once. */
enum { SQUARE = 16 };

TN_ALWAYS_INLINE void by_elements(const char *from, char *to, int64_t from_stride, int64_t to_stride, int64_t rows, int64_t columns,
                                  size_t size)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            memcpy(to + r * to_stride + c * (int64_t)size, from + c * from_stride + r * (int64_t)size, size);
}

#ifdef __AVX2__
#include <immintrin.h>

/* 4 by 4. */
TN_ALWAYS_INLINE void block_8(const char *from, char *to, int64_t from_stride, int64_t to_stride)
{
    __m256d a[4], b[4];
    for (int i = 0; i < 4; i++)
        a[i] = _mm256_loadu_pd((const double *)(from + i * from_stride));
    for (int i = 0; i < 4; i += 2) {
        b[i] = _mm256_unpacklo_pd(a[i], a[i + 1]);
        b[i + 1] = _mm256_unpackhi_pd(a[i], a[i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        _mm256_storeu_pd((double *)(to + i * to_stride), _mm256_permute2f128_pd(b[i], b[i + 2], 0x20));
        _mm256_storeu_pd((double *)(to + (i + 2) * to_stride), _mm256_permute2f128_pd(b[i], b[i + 2], 0x31));
    }
}

#define DEFINE_SQUARE(size, side)                                                                                                          \
    TN_ALWAYS_INLINE void square_##size(const char *from, char *to, int64_t from_stride, int64_t to_stride)                                \
    {                                                                                                                                      \
        for (int c = 0; c < SQUARE; c += side)                                                                                             \
            for (int r = 0; r < SQUARE; r += side)                                                                                         \
                block_##size(from + c * from_stride + r * size, to + r * to_stride + c * size, from_stride, to_stride);                    \
    }
DEFINE_SQUARE(8, 4)

#ifdef __AVX512F__
/* Neighbours of two rows, then of four; then quarters of vectors, each of four rows, change places. */
TN_ALWAYS_INLINE void square_4(const char *from, char *to, int64_t from_stride, int64_t to_stride)
{
    __m512i a[SQUARE], b[SQUARE];
    for (int i = 0; i < SQUARE; i++)
        a[i] = _mm512_loadu_si512(from + i * from_stride);
    for (int i = 0; i < SQUARE; i += 2) {
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
    for (int i = 0; i < SQUARE; i += 4)
        for (int k = 0; k < 2; k++) {
            a[i + 2 * k] = _mm512_unpacklo_epi64(b[i + k], b[i + 2 + k]);
            a[i + 2 * k + 1] = _mm512_unpackhi_epi64(b[i + k], b[i + 2 + k]);
        }
    for (int i = 0; i < 4; i++, to += to_stride) {
        const __m512i even = _mm512_shuffle_i32x4(a[i], a[4 + i], 0x88), odd = _mm512_shuffle_i32x4(a[i], a[4 + i], 0xdd);
        const __m512i next_even = _mm512_shuffle_i32x4(a[8 + i], a[12 + i], 0x88),
                      next_odd = _mm512_shuffle_i32x4(a[8 + i], a[12 + i], 0xdd);
        _mm512_storeu_si512(to, _mm512_shuffle_i32x4(even, next_even, 0x88));
        _mm512_storeu_si512(to + 4 * to_stride, _mm512_shuffle_i32x4(odd, next_odd, 0x88));
        _mm512_storeu_si512(to + 8 * to_stride, _mm512_shuffle_i32x4(even, next_even, 0xdd));
        _mm512_storeu_si512(to + 12 * to_stride, _mm512_shuffle_i32x4(odd, next_odd, 0xdd));
    }
}
#else
/* 8 by 8: neighbours of two rows, then of four, then of all. */
TN_ALWAYS_INLINE void block_4(const char *from, char *to, int64_t from_stride, int64_t to_stride)
{
    __m256 a[8], b[8];
    for (int i = 0; i < 8; i++)
        a[i] = _mm256_loadu_ps((const float *)(from + i * from_stride));
    for (int i = 0; i < 8; i += 2) {
        b[i] = _mm256_unpacklo_ps(a[i], a[i + 1]);
        b[i + 1] = _mm256_unpackhi_ps(a[i], a[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int k = 0; k < 2; k++) {
            a[i + 2 * k] = _mm256_shuffle_ps(b[i + k], b[i + 2 + k], 0x44);
            a[i + 2 * k + 1] = _mm256_shuffle_ps(b[i + k], b[i + 2 + k], 0xee);
        }
    for (int i = 0; i < 4; i++) {
        _mm256_storeu_ps((float *)(to + i * to_stride), _mm256_permute2f128_ps(a[i], a[i + 4], 0x20));
        _mm256_storeu_ps((float *)(to + (i + 4) * to_stride), _mm256_permute2f128_ps(a[i], a[i + 4], 0x31));
    }
}
DEFINE_SQUARE(4, 8)
#endif
#else
#define DEFINE_SQUARE(size)                                                                                                                \
    TN_ALWAYS_INLINE void square_##size(const char *from, char *to, int64_t from_stride, int64_t to_stride)                                \
    {                                                                                                                                      \
        by_elements(from, to, from_stride, to_stride, SQUARE, SQUARE, size);                                                               \
    }
DEFINE_SQUARE(4)
DEFINE_SQUARE(8)
#endif

/* A column of squares after another, along the rows of `from`: what is read lies in as many streams as a square has rows. */
#define DEFINE_TRANSPOSE(size)                                                                                                             \
    static void transpose_##size(const char *from, char *to, int64_t from_stride, int64_t to_stride, int64_t rows, int64_t columns)        \
    {                                                                                                                                      \
        const int64_t whole = rows - rows % SQUARE;                                                                                        \
        for (int64_t c = 0, n; c < columns; c += n, from += n * from_stride, to += n * size) {                                             \
            n = columns - c < SQUARE ? columns - c : SQUARE;                                                                               \
            for (int64_t r = 0; r < whole; r += SQUARE)                                                                                    \
                if (n == SQUARE)                                                                                                           \
                    square_##size(from + r * size, to + r * to_stride, from_stride, to_stride);                                            \
                else                                                                                                                       \
                    by_elements(from + r * size, to + r * to_stride, from_stride, to_stride, SQUARE, n, size);                             \
            by_elements(from + whole * size, to + whole * to_stride, from_stride, to_stride, rows - whole, n, size);                       \
        }                                                                                                                                  \
    }
DEFINE_TRANSPOSE(4)
DEFINE_TRANSPOSE(8)
const tn_transposes TN_ISA_NAME(tn_transposes) = { transpose_4, transpose_8 };
