/*
 * The filter of a convolution as its tiles read it: in its place, or packed in blocks of columns as wide as a tile, for all runs when its
 * value is known, or in each run. For the gradients of images it is turned round, its channels in each other's place.
 */
#ifndef TN_CPU_CONV_PACK_H
#define TN_CPU_CONV_PACK_H

#include "cpu/conv_plan.h"

/* Of packed filter that are used together; a smaller one is not packed for one run. */
enum { TN_CONV_GROUP_BYTES = 256 << 10 };

typedef struct tn_conv_pack {
    bool packs;         /* in each run */
    const void *packed; /* when it was packed for all runs */
    size_t packed_at;   /* else, in the workspace */
    int64_t row_b;      /* elements of a row: of one tap and channel */
    int64_t tap_b;      /* of all the rows of a tap */
    int64_t block_b;    /* from one block of columns to the next */
    int64_t columns;    /* of a block */
    int64_t blocks;     /* of columns */
} tn_conv_pack;

/* How the filter of c is to be read; known: it can be packed once for all runs. */
void tn_conv_pack_init(tn_conv_pack *f, const tn_conv *c, bool known);

/* Packs the filter when its value is known, else reserves room for it in the workspace of c. Owner of what is packed: p->owner. NOT OK:
 * RESOURCE_EXHAUSTED. */
tn_status tn_conv_pack_prepare(tn_conv_pack *f, tn_conv *c, tn_prepare *p);

/* The packing, by units: one tap of one block each. */
int64_t tn_conv_pack_units(const tn_conv_pack *f, const tn_conv *c);
void tn_conv_pack_unit(const tn_conv_pack *f, const tn_conv *c, const void *filter, void *packed, int64_t i);

#endif
