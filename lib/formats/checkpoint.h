/*
 * TensorFlow's V2 checkpoints (tensor bundles): PREFIX.index, a sorted table that says of each name its dtype, its shape and where its
 * bytes are, and PREFIX.data-NNNNN-of-NNNNN, the bytes.
 */
#ifndef TN_FORMATS_CHECKPOINT_H
#define TN_FORMATS_CHECKPOINT_H

#include "core/dims.h"
#include <tenure/tensor.h>

typedef struct tn_checkpoint tn_checkpoint;

/* What the index says of a tensor. */
typedef struct tn_checkpoint_entry {
    tn_dtype dtype;
    tn_dims dims;
    uint64_t shard, offset, size;
    uint32_t crc;
    bool sliced; /* saved in parts */
} tn_checkpoint_entry;

/* Reads the index. Owner: owner. NULL with TN_NOT_FOUND, TN_PERMISSION_DENIED, TN_UNAVAILABLE, TN_DATA_LOSS, TN_RESOURCE_EXHAUSTED. */
tn_checkpoint *tn_checkpoint_open(const void *owner, const char *prefix);
/* The entry of a name: TN_NOT_FOUND "Key x not found in checkpoint", TN_DATA_LOSS. */
tn_status tn_checkpoint_find(const tn_checkpoint *checkpoint, const char *name, tn_checkpoint_entry *entry);
/* The tensor of an entry; the checksum of its bytes is verified. TN_UNIMPLEMENTED for strings and for what was saved in parts. */
tn_tensor *tn_checkpoint_read(const void *owner, const tn_checkpoint *checkpoint, const char *name, const tn_checkpoint_entry *entry);

/* One tensor to be written. */
typedef struct tn_checkpoint_item {
    const char *name;
    tn_tensor *tensor;
} tn_checkpoint_item;

/* Writes a checkpoint; sorts items by name. TN_INVALID_ARGUMENT for a name that is there twice, TN_UNIMPLEMENTED for strings, and the
 * path's. The files appear when all is written. */
tn_status tn_checkpoint_write(const char *prefix, tn_checkpoint_item *items, size_t n);

#endif
