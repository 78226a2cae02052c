/* Philox: see philox.h. */
#include "cpu/philox.h"

tn_philox tn_philox_skip(tn_philox generator, uint64_t blocks)
{
    generator.counter[0] += blocks;
    generator.counter[1] += generator.counter[0] < blocks;
    return generator;
}

static void one_round(uint32_t x[4], uint32_t key0, uint32_t key1)
{
    uint64_t a = TN_PHILOX_MULTIPLIER_0 * x[0], b = TN_PHILOX_MULTIPLIER_1 * x[2];
    x[0] = (uint32_t)(b >> 32) ^ x[1] ^ key0;
    x[1] = (uint32_t)b;
    x[2] = (uint32_t)(a >> 32) ^ x[3] ^ key1;
    x[3] = (uint32_t)a;
}

void tn_philox_next(tn_philox *generator, uint32_t out[4])
{
    uint32_t key0 = (uint32_t)generator->key, key1 = (uint32_t)(generator->key >> 32);
    out[0] = (uint32_t)generator->counter[0];
    out[1] = (uint32_t)(generator->counter[0] >> 32);
    out[2] = (uint32_t)generator->counter[1];
    out[3] = (uint32_t)(generator->counter[1] >> 32);
    for (int i = 0; i < TN_PHILOX_ROUNDS; i++, key0 += TN_PHILOX_WEYL_0, key1 += TN_PHILOX_WEYL_1)
        one_round(out, key0, key1);
    *generator = tn_philox_skip(*generator, 1);
}
