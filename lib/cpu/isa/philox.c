/* Philox blocks, many at a time: the rounds of philox.c side by side. */
#include "cpu/philox.h"

#include "cpu/elementwise.h"
#include "cpu/isa.h"

/*
 * Words side by side, each in 64 bits of which the lower half counts, so that its product has room. What is above in x does not matter to
 * MULTIPLY.
 */
#if defined(__AVX512F__)
#include <immintrin.h>
typedef unsigned long long words __attribute__((vector_size(64)));
#define MULTIPLY(x, by) ((words)_mm512_mul_epu32((__m512i)(x), _mm512_set1_epi64((long long)(by))))
#elif defined(__AVX2__)
#include <immintrin.h>
typedef unsigned long long words __attribute__((vector_size(32)));
#define MULTIPLY(x, by) ((words)_mm256_mul_epu32((__m256i)(x), _mm256_set1_epi64x((long long)(by))))
#else
typedef uint64_t words;
#define MULTIPLY(x, by) ((uint64_t)(uint32_t)(x) * (by))
#endif
enum { WIDTH = sizeof(words) / sizeof(uint64_t), ABREAST = 4, SIDE_BY_SIDE = ABREAST * WIDTH };

/* Word w of the blocks: x[w][0] has the first WIDTH blocks', and so on. */
TN_ALWAYS_INLINE void rounds(words x[4][ABREAST], uint32_t key0, uint32_t key1)
{
    for (int round = 0; round < TN_PHILOX_ROUNDS; round++, key0 += TN_PHILOX_WEYL_0, key1 += TN_PHILOX_WEYL_1)
        for (int i = 0; i < ABREAST; i++) {
            const words a = MULTIPLY(x[0][i], TN_PHILOX_MULTIPLIER_0), b = MULTIPLY(x[2][i], TN_PHILOX_MULTIPLIER_1);
            x[0][i] = (b >> 32) ^ x[1][i] ^ key0;
            x[1][i] = b;
            x[2][i] = (a >> 32) ^ x[3][i] ^ key1;
            x[3][i] = a;
        }
}

static void many_blocks(const tn_philox *start, uint32_t *out)
{
    union {
        words vector[4][ABREAST];
        uint64_t word[4][SIDE_BY_SIDE];
    } x;
    for (uint64_t i = 0; i < SIDE_BY_SIDE; i++) {
        const uint64_t low = start->counter[0] + i, high = start->counter[1] + (low < i);
        x.word[0][i] = low;
        x.word[1][i] = low >> 32;
        x.word[2][i] = high;
        x.word[3][i] = high >> 32;
    }
    rounds(x.vector, (uint32_t)start->key, (uint32_t)(start->key >> 32));
    for (int i = 0; i < SIDE_BY_SIDE; i++)
        for (int w = 0; w < 4; w++)
            out[4 * i + w] = (uint32_t)x.word[w][i];
}

static void philox_blocks(tn_philox *generator, uint32_t *out, int64_t n)
{
    for (; n >= SIDE_BY_SIDE; n -= SIDE_BY_SIDE, out += 4 * SIDE_BY_SIDE) {
        many_blocks(generator, out);
        *generator = tn_philox_skip(*generator, SIDE_BY_SIDE);
    }
    for (; n > 0; n--, out += 4)
        tn_philox_next(generator, out);
}

const tn_philox_many TN_ISA_NAME(tn_philox_many) = philox_blocks;
