/*
 * Superinstructions: two float32 functions in one pass over memory, for fused steps; and copies past the caches. What a pair computes is
 * what its two functions compute one after the other, by the same expressions as in row_list.h.
 */
#include "cpu/super.h"

#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define DO_add(x, y)     ((x) + (y))
#define DO_sub(x, y)     ((x) - (y))
#define DO_mul(x, y)     ((x) * (y))
#define DO_maximum(x, y) ((x) > (y) || (x) != (x) ? (x) : (y))
#define DO_minimum(x, y) ((x) < (y) || (x) != (x) ? (x) : (y))
#define DO_relu(x)       ((x) < 0 ? 0 : (x))
#define DO_square(x)     ((x) * (x))
#define DO_neg(x)        (-(x))

#define LOOP(name, first, second)                                                                                                          \
    TN_ALWAYS_INLINE void name##_at(float *out, const float *a, const float *b, const float *c, int64_t i)                                 \
    {                                                                                                                                      \
        (void)b;                                                                                                                           \
        (void)c;                                                                                                                           \
        const float t = first;                                                                                                             \
        out[i] = second;                                                                                                                   \
    }                                                                                                                                      \
    static const char *name(void *to, const void *const *in, const int64_t *stride, int64_t n)                                             \
    {                                                                                                                                      \
        int64_t i = 0;                                                                                                                     \
        (void)stride;                                                                                                                      \
        for (; n < TN_FEW && i + 4 <= n; i += 4) {                                                                                         \
            TN_FOUR                                                                                                                        \
            for (int j = 0; j < 4; j++)                                                                                                    \
                name##_at(to, in[0], in[1], in[2], i + j);                                                                                 \
        }                                                                                                                                  \
        for (; n < TN_FEW && i < n; i++) {                                                                                                 \
            TN_ONE;                                                                                                                        \
            name##_at(to, in[0], in[1], in[2], i);                                                                                         \
        }                                                                                                                                  \
        TN_INDEPENDENT                                                                                                                     \
        for (; i < n; i++)                                                                                                                 \
            name##_at(to, in[0], in[1], in[2], i);                                                                                         \
        return NULL;                                                                                                                       \
    }

/* The rows of the second function's other operand come behind those of the first function. */
#define TWO_TWO(f, g)                                                                                                                      \
    LOOP(f##_##g##_left, DO_##f(a[i], b[i]), DO_##g(t, c[i]))                                                                              \
    LOOP(f##_##g##_right, DO_##f(a[i], b[i]), DO_##g(c[i], t))
#define TWO_ONE(f, g) LOOP(f##_##g, DO_##f(a[i], b[i]), DO_##g(t))
#define ONE_TWO(f, g)                                                                                                                      \
    LOOP(f##_##g##_left, DO_##f(a[i]), DO_##g(t, b[i]))                                                                                    \
    LOOP(f##_##g##_right, DO_##f(a[i]), DO_##g(b[i], t))

#define AFTER_TWO(f)                                                                                                                       \
    TWO_TWO(f, add)                                                                                                                        \
    TWO_TWO(f, sub)                                                                                                                        \
    TWO_TWO(f, mul)                                                                                                                        \
    TWO_TWO(f, maximum)                                                                                                                    \
    TWO_TWO(f, minimum)                                                                                                                    \
    TWO_ONE(f, relu)                                                                                                                       \
    TWO_ONE(f, square)                                                                                                                     \
    TWO_ONE(f, neg)
#define AFTER_ONE(f)                                                                                                                       \
    ONE_TWO(f, add)                                                                                                                        \
    ONE_TWO(f, sub)                                                                                                                        \
    ONE_TWO(f, mul)                                                                                                                        \
    ONE_TWO(f, maximum)                                                                                                                    \
    ONE_TWO(f, minimum)
AFTER_TWO(add)
AFTER_TWO(sub)
AFTER_TWO(mul)
AFTER_TWO(maximum)
AFTER_TWO(minimum)
AFTER_ONE(relu)
AFTER_ONE(square)
AFTER_ONE(neg)

/* Whole cache lines of the target go past the caches; what is before the first and after the last goes the usual way. */
static void stream(void *to, const void *from, size_t bytes)
{
#if defined(__SSE2__)
    char *out = to;
    const char *in = from;
    size_t head = (size_t)(-(uintptr_t)out & 63);
    if (head >= bytes)
        head = bytes;
    memcpy(out, in, head);
    size_t at = head;
    for (; at + 64 <= bytes; at += 64) {
#if defined(__AVX512F__)
        _mm512_stream_si512((void *)(out + at), _mm512_loadu_si512(in + at));
#elif defined(__AVX2__)
        for (size_t i = at; i < at + 64; i += 32)
            _mm256_stream_si256((__m256i *)(void *)(out + i), _mm256_loadu_si256((const __m256i *)(const void *)(in + i)));
#else
        for (size_t i = at; i < at + 64; i += 16)
            _mm_stream_si128((__m128i *)(void *)(out + i), _mm_loadu_si128((const __m128i *)(const void *)(in + i)));
#endif
    }
    memcpy(out + at, in + at, bytes - at);
#else
    memcpy(to, from, bytes);
#endif
}

static void stream_done(void)
{
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

#define PAIR(f, g)                                                                                                                         \
    {                                                                                                                                      \
        f##_##g##_left, f##_##g##_right                                                                                                    \
    }
#define BEFORE_TWO(f)                                                                                                                      \
    [TN_SUPER_add] = PAIR(f, add), [TN_SUPER_sub] = PAIR(f, sub), [TN_SUPER_mul] = PAIR(f, mul), [TN_SUPER_maximum] = PAIR(f, maximum),    \
    [TN_SUPER_minimum] = PAIR(f, minimum)
#define BEFORE_ONE(f) [TN_SUPER_relu] = { f##_relu }, [TN_SUPER_square] = { f##_square }, [TN_SUPER_neg] = { f##_neg }

const tn_super TN_ISA_NAME(tn_super) = {
    .pair = { [TN_SUPER_add] = { BEFORE_TWO(add), BEFORE_ONE(add) },
              [TN_SUPER_sub] = { BEFORE_TWO(sub), BEFORE_ONE(sub) },
              [TN_SUPER_mul] = { BEFORE_TWO(mul), BEFORE_ONE(mul) },
              [TN_SUPER_maximum] = { BEFORE_TWO(maximum), BEFORE_ONE(maximum) },
              [TN_SUPER_minimum] = { BEFORE_TWO(minimum), BEFORE_ONE(minimum) },
              [TN_SUPER_relu] = { BEFORE_TWO(relu) },
              [TN_SUPER_square] = { BEFORE_TWO(square) },
              [TN_SUPER_neg] = { BEFORE_TWO(neg) } },
    .stream = stream,
    .stream_done = stream_done,
};
