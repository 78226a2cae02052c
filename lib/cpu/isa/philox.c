/* Philox blocks, many at a time: the rounds of philox.c side by side. */
#include "cpu/philox.h"

#include "cpu/isa.h"

enum { SIDE_BY_SIDE = 16 };

/* Word w of block i is x[w][i]. */
static void rounds(uint32_t x[4][SIDE_BY_SIDE], uint32_t key0, uint32_t key1)
{
    for (int round = 0; round < TN_PHILOX_ROUNDS; round++, key0 += TN_PHILOX_WEYL_0, key1 += TN_PHILOX_WEYL_1)
        for (int i = 0; i < SIDE_BY_SIDE; i++) {
            const uint64_t a = TN_PHILOX_MULTIPLIER_0 * x[0][i], b = TN_PHILOX_MULTIPLIER_1 * x[2][i];
            x[0][i] = (uint32_t)(b >> 32) ^ x[1][i] ^ key0;
            x[1][i] = (uint32_t)b;
            x[2][i] = (uint32_t)(a >> 32) ^ x[3][i] ^ key1;
            x[3][i] = (uint32_t)a;
        }
}

static void philox_blocks(tn_philox *generator, uint32_t *out, int64_t n)
{
    uint32_t x[4][SIDE_BY_SIDE];
    for (; n >= SIDE_BY_SIDE; n -= SIDE_BY_SIDE, out += 4 * SIDE_BY_SIDE) {
        for (uint64_t i = 0; i < SIDE_BY_SIDE; i++) {
            const uint64_t low = generator->counter[0] + i, high = generator->counter[1] + (low < i);
            x[0][i] = (uint32_t)low;
            x[1][i] = (uint32_t)(low >> 32);
            x[2][i] = (uint32_t)high;
            x[3][i] = (uint32_t)(high >> 32);
        }
        rounds(x, (uint32_t)generator->key, (uint32_t)(generator->key >> 32));
        for (int i = 0; i < SIDE_BY_SIDE; i++)
            for (int w = 0; w < 4; w++)
                out[4 * i + w] = x[w][i];
        *generator = tn_philox_skip(*generator, SIDE_BY_SIDE);
    }
    for (; n > 0; n--, out += 4)
        tn_philox_next(generator, out);
}

const tn_philox_many TN_ISA_NAME(tn_philox_many) = philox_blocks;
