/*
 * Philox 4x32-10 (Salmon and others, 2011), a generator that counts: block number i of a stream is a function of the key and i alone.
 * The same blocks as TensorFlow's PhiloxRandom.
 */
#ifndef TN_CPU_PHILOX_H
#define TN_CPU_PHILOX_H

#include <stdint.h>

typedef struct tn_philox {
    uint64_t key;
    uint64_t counter[2]; /* of the next block: low, high */
} tn_philox;

#define TN_PHILOX_MULTIPLIER_0 UINT64_C(0xD2511F53)
#define TN_PHILOX_MULTIPLIER_1 UINT64_C(0xCD9E8D57)
#define TN_PHILOX_WEYL_0       0x9E3779B9u
#define TN_PHILOX_WEYL_1       0xBB67AE85u
enum { TN_PHILOX_ROUNDS = 10 };

/* The generator `blocks` further on. */
tn_philox tn_philox_skip(tn_philox generator, uint64_t blocks);
/* The next 128 bits. */
void tn_philox_next(tn_philox *generator, uint32_t out[4]);
/* The next n blocks, one after the other: tn_isa.philox, compiled for each instruction set. */
typedef void (*tn_philox_many)(tn_philox *generator, uint32_t *out, int64_t n);

#endif
