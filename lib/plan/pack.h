/*
 * Pack: puts blocks whose times are all known into one arena that is as small as may be. Better than what offsets.c does as time goes by,
 * and slower: for plans of some thousand values.
 */
#ifndef TN_PLAN_PACK_H
#define TN_PLAN_PACK_H

#include <tenure/base.h>

/* Bytes that are needed from one moment to another, both included. */
typedef struct tn_block {
    size_t at, size;
    uint32_t first, last;
    uint32_t range; /* of offsets.h, as long as it is taken */
} tn_block;

/* Moves the blocks to where the arena is smaller, when such places are found: *peak is its size then. needed: the most bytes at one moment,
 * than which no arena is smaller. TN_RESOURCE_EXHAUSTED: nothing was moved. */
tn_status tn_pack_blocks(const void *owner, tn_block *blocks, uint32_t n, size_t needed, size_t *peak);

#endif
