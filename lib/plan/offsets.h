/*
 * Offsets: hands out ranges of one arena that is as large as it has to be. Used at plan time only: nothing is written to the arena.
 *
 * Invariants: ranges are multiples of 64 bytes and do not overlap; neighbouring free ranges are joined; every free range is in the bin of
 * its size (eight bins to each power of two), so that taking and giving back cost the same however many ranges there are.
 */
#ifndef TN_PLAN_OFFSETS_H
#define TN_PLAN_OFFSETS_H

#include <tenure/base.h>

typedef struct tn_offsets tn_offsets;

tn_offsets *tn_offsets_new(const void *owner);
/* A range of size bytes: its number (for tn_offsets_give) and its offset. UINT32_MAX: memory ran out, or the arena would be too large. */
uint32_t tn_offsets_take(tn_offsets *o, size_t size, size_t *offset);
void tn_offsets_give(tn_offsets *o, uint32_t range);
/* The bytes of the arena: the end of the highest range ever taken. */
size_t tn_offsets_peak(const tn_offsets *o);

#endif
