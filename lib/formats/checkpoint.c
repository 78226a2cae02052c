/* TensorFlow's V2 checkpoints, read: see checkpoint.h. They are written in checkpoint_out.c. */
#include "formats/checkpoint.h"

#include <string.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"
#include "core/tensor.h"
#include "formats/crc32c.h"
#include "formats/file.h"
#include "formats/table.h"

/* Fields of BundleHeaderProto, BundleEntryProto and TensorShapeProto. */
enum { HEADER_SHARDS = 1, HEADER_ENDIANNESS = 2 };
enum { ENTRY_DTYPE = 1, ENTRY_SHAPE, ENTRY_SHARD, ENTRY_OFFSET, ENTRY_SIZE, ENTRY_CRC, ENTRY_SLICES };
enum { SHAPE_DIM = 2, SHAPE_UNKNOWN_RANK = 3, DIM_SIZE = 1 };

struct tn_checkpoint {
    char *prefix;
    tn_table table;
    uint64_t num_shards;
    bool big_endian;
};

/* The bytes of the index, outside talloc, which has a limit. */
typedef struct index_bytes {
    void *bytes;
} index_bytes;

static int free_index(index_bytes *index)
{
    tn_bytes_free(index->bytes);
    return 0;
}

static tn_status damaged(const tn_checkpoint *c, const char *name)
{
    return tn_fail(TN_DATA_LOSS, "%s.index: damaged: the entry of '%s'", c->prefix, name);
}

static tn_status read_header(tn_checkpoint *c)
{
    tn_wire value;
    tn_wire_field field;
    bool found, bad = false;
    tn_status status = tn_table_find(&c->table, "", &value, &found);
    if (status)
        return status;
    while (found && tn_wire_next(&value, &field, &bad)) {
        if (field.id == HEADER_SHARDS)
            c->num_shards = field.number;
        else if (field.id == HEADER_ENDIANNESS)
            c->big_endian = field.number == 1;
    }
    if (!found || bad || c->num_shards < 1 || c->num_shards > INT32_MAX)
        return tn_fail(TN_DATA_LOSS, "%s.index: damaged: no header", c->prefix);
    return TN_OK;
}

static tn_status read_index(tn_checkpoint *c, const char *path)
{
    index_bytes *index = TN_NEW(c, index_bytes);
    if (!index)
        return TN_RESOURCE_EXHAUSTED;
    talloc_set_destructor(index, free_index);
    tn_file *file = tn_file_open(c, path);
    if (!file)
        return tn_last_error()->code;
    index->bytes = tn_bytes_new((size_t)file->size);
    if (!index->bytes)
        return TN_RESOURCE_EXHAUSTED;
    tn_status status = tn_file_read(file, 0, index->bytes, (size_t)file->size);
    if (!status)
        status = tn_table_open(&c->table, path, tn_wire_of(index->bytes, (size_t)file->size));
    talloc_free(file);
    return status ? status : read_header(c);
}

tn_checkpoint *tn_checkpoint_open(const void *owner, const char *prefix)
{
    tn_checkpoint *c = TN_NEW(owner, tn_checkpoint);
    if (!c)
        return NULL;
    c->prefix = tn_strdup(c, prefix);
    const char *path = c->prefix ? tn_sprintf(c, "%s.index", prefix) : NULL;
    if (path && !read_index(c, path))
        return c;
    talloc_free(c);
    return NULL;
}

/* One dimension, a message of its own, onto the end of dims. */
static bool read_dim(tn_wire message, tn_dims *dims)
{
    uint64_t length = 0;
    tn_wire_field field;
    bool bad = false;
    while (tn_wire_next(&message, &field, &bad))
        if (field.id == DIM_SIZE)
            length = field.number;
    if (bad || length > INT64_MAX || dims->rank == TN_MAX_RANK)
        return false;
    dims->dim[dims->rank++] = (int64_t)length;
    return true;
}

static bool read_shape(tn_wire message, tn_dims *dims)
{
    tn_wire_field field;
    bool bad = false;
    while (tn_wire_next(&message, &field, &bad))
        if (field.id == SHAPE_UNKNOWN_RANK || (field.id == SHAPE_DIM && !read_dim(field.bytes, dims)))
            return false;
    return !bad;
}

static bool read_field(const tn_wire_field *field, tn_checkpoint_entry *entry)
{
    switch (field->id) {
    case ENTRY_DTYPE:
        entry->dtype = (tn_dtype)field->number;
        return field->number <= INT32_MAX && tn_dtype_valid(entry->dtype);
    case ENTRY_SHAPE:
        return field->type == TN_WIRE_BYTES && read_shape(field->bytes, &entry->dims);
    case ENTRY_SHARD:
        entry->shard = field->number;
        return true;
    case ENTRY_OFFSET:
        entry->offset = field->number;
        return true;
    case ENTRY_SIZE:
        entry->size = field->number;
        return true;
    case ENTRY_CRC:
        entry->crc = (uint32_t)field->number;
        return true;
    case ENTRY_SLICES:
        entry->sliced = true;
        return true;
    default:
        return true;
    }
}

tn_status tn_checkpoint_find(const tn_checkpoint *c, const char *name, tn_checkpoint_entry *entry)
{
    tn_wire value;
    tn_wire_field field;
    bool found, bad = false;
    tn_checkpoint_entry read = { .dims = tn_dims_scalar() };
    tn_status status = tn_table_find(&c->table, name, &value, &found);
    if (status)
        return status;
    if (!found || !name[0]) /* the empty name is the header's */
        return tn_fail(TN_NOT_FOUND, "Key %s not found in checkpoint", name);
    while (tn_wire_next(&value, &field, &bad))
        if (!read_field(&field, &read))
            return damaged(c, name);
    if (bad || !read.dtype || read.shard >= c->num_shards)
        return damaged(c, name);
    *entry = read;
    return TN_OK;
}

static void swap_bytes(uint8_t *data, size_t n, size_t width)
{
    for (; n >= width; n -= width, data += width)
        for (size_t i = 0; i < width / 2; i++) {
            uint8_t byte = data[i];
            data[i] = data[width - 1 - i];
            data[width - 1 - i] = byte;
        }
}

/* The width of what has a byte order: the parts of a complex number, else the element. */
static size_t number_size(tn_dtype dtype)
{
    return tn_dtype_size(dtype) / (tn_dtype_kind_of(dtype) == TN_KIND_COMPLEX ? 2 : 1);
}

static tn_status read_bytes(const tn_checkpoint *c, tn_file *file, const char *name, const tn_checkpoint_entry *entry, tn_tensor *tensor)
{
    const uint16_t one = 1;
    bool big_endian = !*(const uint8_t *)&one;
    tn_status status = tn_file_read(file, entry->offset, tensor->data, (size_t)entry->size);
    if (status)
        return status;
    uint32_t crc = tn_crc32c_mask(tn_crc32c(0, tensor->data, (size_t)entry->size));
    if (crc != entry->crc)
        return tn_fail(TN_DATA_LOSS, "%s: Checksum does not match: stored %u vs. calculated on the restored bytes %u for '%s'", file->path,
                       entry->crc, crc, name);
    if (c->big_endian != big_endian)
        swap_bytes(tensor->data, (size_t)entry->size, number_size(entry->dtype));
    return TN_OK;
}

/* What the entry claims fits together and is in the file, so that no more is allocated than the file is long. */
static tn_status check_entry(const tn_checkpoint *c, const tn_file *file, const char *name, const tn_checkpoint_entry *entry)
{
    size_t bytes;
    if (!tn_dims_bytes(&entry->dims, entry->dtype, &bytes) || bytes != entry->size)
        return damaged(c, name);
    if (entry->offset > file->size || entry->size > file->size - entry->offset)
        return tn_fail(TN_DATA_LOSS, "%s: cut short: '%s' is not all there", file->path, name);
    return TN_OK;
}

static tn_status read_tensor(const void *owner, const tn_checkpoint *c, const char *path, const char *name,
                             const tn_checkpoint_entry *entry, tn_tensor **made)
{
    tn_file *file = tn_file_open(owner, path);
    if (!file)
        return tn_last_error()->code;
    tn_status status = check_entry(c, file, name, entry);
    tn_tensor *tensor = status ? NULL : tn_tensor_raw(owner, entry->dtype, &entry->dims, NULL);
    if (!status)
        status = tensor ? read_bytes(c, file, name, entry, tensor) : TN_RESOURCE_EXHAUSTED;
    talloc_free(file);
    if (status && tensor)
        talloc_free(tensor);
    if (!status)
        *made = tensor;
    return status;
}

tn_tensor *tn_checkpoint_read(const void *owner, const tn_checkpoint *c, const char *name, const tn_checkpoint_entry *entry)
{
    tn_tensor *tensor = NULL;
    if (entry->sliced || !tn_dtype_size(entry->dtype)) {
        tn_fail(TN_UNIMPLEMENTED, "%s: '%s' is %s, which cannot be read", c->prefix, name,
                entry->sliced ? "saved in parts" : tn_dtype_name(entry->dtype));
        return NULL;
    }
    char *path = tn_sprintf(owner, "%s.data-%05d-of-%05d", c->prefix, (int)entry->shard, (int)c->num_shards);
    if (!path)
        return NULL;
    tn_status status = read_tensor(owner, c, path, name, entry, &tensor);
    talloc_free(path);
    return status ? NULL : tensor;
}
