/* Sorted tables: see table.h. */
#include "formats/table.h"

#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "formats/crc32c.h"

enum { TRAILER = 5, FOOTER = 48, BLOCK_BYTES = 256 * 1024, RESTART_INTERVAL = 16, UNCOMPRESSED = 0 };
static const uint64_t magic = UINT64_C(0xdb4775248b80fb57);

static tn_status damaged(const tn_table *table, const char *what)
{
    return tn_fail(TN_DATA_LOSS, "%s: damaged: %s", table->path, what);
}

/* The entries of the block that a handle names, without its restart offsets. */
static tn_status open_block(const tn_table *table, tn_wire *handle, tn_wire *entries)
{
    uint64_t offset, size;
    tn_wire file = table->bytes, before, block, trailer;
    uint32_t crc, restarts;
    if (!tn_wire_varint(handle, &offset) || !tn_wire_varint(handle, &size) || !tn_wire_take(&file, offset, &before) ||
        !tn_wire_take(&file, size, &block) || !tn_wire_take(&file, TRAILER, &trailer))
        return damaged(table, "a block is not there");
    uint8_t type = *trailer.p++;
    if (!tn_wire_fixed32(&trailer, &crc) || tn_crc32c_mask(tn_crc32c(0, block.p, (size_t)size + 1)) != crc)
        return damaged(table, "the checksum of a block does not match");
    if (type != UNCOMPRESSED)
        return tn_fail(TN_UNIMPLEMENTED, "%s: compressed tables are not supported", table->path);
    tn_wire count = { block.end - (size < 4 ? 0 : 4), block.end };
    if (!tn_wire_fixed32(&count, &restarts) || restarts > (size - 4) / 4)
        return damaged(table, "the restarts of a block");
    *entries = tn_wire_of(block.p, (size_t)size - 4 - 4 * (size_t)restarts);
    return TN_OK;
}

tn_status tn_table_open(tn_table *table, const char *path, tn_wire bytes)
{
    uint64_t mark, number;
    *table = (tn_table){ .path = path, .bytes = bytes };
    if (tn_wire_left(&bytes) < FOOTER)
        return damaged(table, "too short for a table");
    tn_wire footer = { bytes.end - FOOTER, bytes.end - 8 }, last = { bytes.end - 8, bytes.end };
    if (!tn_wire_fixed64(&last, &mark) || mark != magic)
        return damaged(table, "not a table");
    table->bytes.end -= FOOTER;
    if (!tn_wire_varint(&footer, &number) || !tn_wire_varint(&footer, &number)) /* the block of metadata, always empty */
        return damaged(table, "the footer");
    return open_block(table, &footer, &table->index);
}

/* Walks a block in search of a key. Keys share prefixes with those before them: of the current one no more is kept than is compared. */
typedef struct cursor {
    const char *key;
    size_t key_length;
    char *current;
    uint64_t length; /* of the whole current key */
    tn_wire value;
} cursor;

/* The next entry of a block; false when it is none. */
static bool next_entry(cursor *c, tn_wire *entries)
{
    uint64_t shared, unshared, value;
    tn_wire tail;
    if (!tn_wire_varint(entries, &shared) || !tn_wire_varint(entries, &unshared) || !tn_wire_varint(entries, &value) ||
        !tn_wire_take(entries, unshared, &tail) || !tn_wire_take(entries, value, &c->value) || shared > c->length)
        return false;
    c->length = shared + unshared;
    if (shared < c->key_length)
        memcpy(c->current + shared, tail.p, unshared < c->key_length - shared ? (size_t)unshared : c->key_length - (size_t)shared);
    return true;
}

/* The current key against the one that is looked for. */
static int compare(const cursor *c)
{
    size_t common = c->length < c->key_length ? (size_t)c->length : c->key_length;
    int order = common ? memcmp(c->current, c->key, common) : 0;
    return order ? order : c->length < c->key_length ? -1 : c->length > c->key_length;
}

/* Stops at the first entry that is not before the key; *order 0 when it is the key, and -1 when there is none such. */
static tn_status seek(const tn_table *table, cursor *c, tn_wire entries, int *order)
{
    *order = -1;
    c->length = 0;
    while (entries.p < entries.end && *order < 0) {
        if (!next_entry(c, &entries))
            return damaged(table, "an entry of a block");
        *order = compare(c);
    }
    return TN_OK;
}

static tn_status find(const tn_table *table, cursor *c, tn_wire *value, bool *found)
{
    int order;
    tn_wire entries;
    tn_status status = seek(table, c, table->index, &order);
    if (status || order < 0)
        return status;
    status = open_block(table, &c->value, &entries);
    if (!status)
        status = seek(table, c, entries, &order);
    if (status || order)
        return status;
    *value = c->value;
    *found = true;
    return TN_OK;
}

tn_status tn_table_find(const tn_table *table, const char *key, tn_wire *value, bool *found)
{
    cursor c = { .key = key, .key_length = strlen(key) };
    *found = false;
    c.current = TN_NEW_ARRAY(NULL, char, c.key_length + 1);
    if (!c.current)
        return TN_RESOURCE_EXHAUSTED;
    tn_status status = find(table, &c, value, found);
    talloc_free(c.current);
    return status;
}

void tn_table_begin(tn_table_out *table, const void *owner)
{
    *table = (tn_table_out){ .entries = 0 };
    table->file.owner = table->block.owner = table->index.owner = owner;
    table->last.owner = table->restarts.owner = table->index_restarts.owner = owner;
}

static void put_entry(tn_wire_out *block, size_t shared, const char *key, size_t n, const void *value, size_t value_length)
{
    tn_put_varint(block, shared);
    tn_put_varint(block, n - shared);
    tn_put_varint(block, value_length);
    tn_put_bytes(block, key + shared, n - shared);
    tn_put_bytes(block, value, value_length);
}

/* Ends a block with its restarts and adds it to the file; its handle (of at most 20 bytes) into `handle`. */
static void put_block(tn_table_out *table, tn_wire_out *block, tn_wire_out *restarts, tn_wire_out *handle)
{
    static const uint8_t type = UNCOMPRESSED;
    if (!restarts->n) /* a block without entries has one all the same */
        tn_put_fixed32(restarts, 0);
    tn_put_bytes(block, restarts->data, restarts->n);
    tn_put_fixed32(block, (uint32_t)(restarts->n / 4));
    tn_put_varint(handle, table->file.n);
    tn_put_varint(handle, block->n);
    tn_put_bytes(block, &type, 1);
    if (!block->failed)
        tn_put_fixed32(block, tn_crc32c_mask(tn_crc32c(0, block->data, block->n)));
    tn_put_bytes(&table->file, block->data, block->n);
    block->n = restarts->n = 0;
}

/* Ends the block of entries and indexes it by its last key. Keys of the index share nothing, so that each is a restart. */
static void flush(tn_table_out *table)
{
    tn_wire_out handle = { .owner = table->file.owner };
    if (!table->entries)
        return;
    put_block(table, &table->block, &table->restarts, &handle);
    tn_put_fixed32(&table->index_restarts, (uint32_t)table->index.n);
    put_entry(&table->index, 0, (const char *)table->last.data, table->last.n, handle.data, handle.n);
    table->index.failed |= handle.failed;
    talloc_free(handle.data);
    table->entries = 0;
}

void tn_table_put(tn_table_out *table, const char *key, const void *value, size_t n)
{
    size_t length = strlen(key), shared = 0;
    if (table->entries % RESTART_INTERVAL == 0)
        tn_put_fixed32(&table->restarts, (uint32_t)table->block.n);
    else
        while (shared < length && shared < table->last.n && (uint8_t)key[shared] == table->last.data[shared])
            shared++;
    put_entry(&table->block, shared, key, length, value, n);
    table->last.n = 0;
    tn_put_bytes(&table->last, key, length);
    table->entries++;
    if (table->block.n >= BLOCK_BYTES)
        flush(table);
}

tn_status tn_table_end(tn_table_out *table)
{
    tn_wire_out empty = { .owner = table->file.owner }, no_restarts = empty, footer = empty;
    flush(table);
    put_block(table, &empty, &no_restarts, &footer);
    put_block(table, &table->index, &table->index_restarts, &footer);
    while (footer.n < FOOTER - 8 && !footer.failed)
        tn_put_bytes(&footer, "", 1);
    tn_put_fixed64(&footer, magic);
    tn_put_bytes(&table->file, footer.data, footer.n);
    bool failed = table->file.failed || table->block.failed || table->index.failed || table->last.failed || table->restarts.failed ||
                  table->index_restarts.failed || empty.failed || no_restarts.failed || footer.failed;
    return failed ? TN_RESOURCE_EXHAUSTED : TN_OK;
}
