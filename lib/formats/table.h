/*
 * Sorted tables, LevelDB's file format as TensorFlow writes it: keys with values, in blocks with checksums, an index of the blocks, a
 * footer. Written without compression; a compressed block is TN_UNIMPLEMENTED.
 *
 * A table is read from bytes in memory that are not trusted: every offset and length is checked, and looking a key up needs memory for
 * that key only, whatever the file claims.
 */
#ifndef TN_FORMATS_TABLE_H
#define TN_FORMATS_TABLE_H

#include "formats/wire.h"

typedef struct tn_table {
    const char *path; /* for messages */
    tn_wire bytes;    /* of the file */
    tn_wire index;    /* contents of the index block, checked */
} tn_table;

/* Checks footer and index of a file's bytes, which must outlive the table. TN_DATA_LOSS when they are damaged. */
tn_status tn_table_open(tn_table *table, const char *path, tn_wire bytes);
/* The value of a key, *found telling whether it is there. TN_DATA_LOSS, TN_RESOURCE_EXHAUSTED. */
tn_status tn_table_find(const tn_table *table, const char *key, tn_wire *value, bool *found);

/* A table being written, to `file`. Set owner in all three to begin. */
typedef struct tn_table_out {
    tn_wire_out file, block, index;
    tn_wire_out last; /* the last key */
    tn_wire_out restarts, index_restarts;
    unsigned entries; /* of the block */
} tn_table_out;

void tn_table_begin(tn_table_out *table, const void *owner);
/* Adds a key that is greater than the last one. */
void tn_table_put(tn_table_out *table, const char *key, const void *value, size_t n);
/* Writes index and footer. TN_RESOURCE_EXHAUSTED when anything failed for memory since the beginning. */
tn_status tn_table_end(tn_table_out *table);

#endif
