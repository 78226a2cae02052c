/* TensorFlow's V2 checkpoints, written: one shard, the host's byte order. See checkpoint.h. */
#include <stdlib.h>
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "core/tensor.h"
#include "formats/checkpoint.h"
#include "formats/crc32c.h"
#include "formats/file.h"
#include "formats/table.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(((const tn_checkpoint_item *)a)->name, ((const tn_checkpoint_item *)b)->name);
}

static tn_status check_items(const tn_checkpoint_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!tn_dtype_size(tn_tensor_dtype(items[i].tensor)))
            return tn_fail(TN_UNIMPLEMENTED, "'%s' is %s, which cannot be saved", items[i].name,
                           tn_dtype_name(tn_tensor_dtype(items[i].tensor)));
        if (i && !strcmp(items[i].name, items[i - 1].name))
            return tn_fail(TN_INVALID_ARGUMENT, "At least two variables have the same name: %s", items[i].name);
    }
    return TN_OK;
}

/* BundleHeaderProto: one shard, the byte order, version 1. */
static void put_header(tn_table_out *index, tn_wire_out *scratch)
{
    static const uint8_t version[] = { 1 << 3, 1 };
    const uint16_t one = 1;
    scratch->n = 0;
    tn_put_number_field(scratch, 1, 1);
    tn_put_number_field(scratch, 2, !*(const uint8_t *)&one);
    tn_put_bytes_field(scratch, 3, version, sizeof version);
    tn_table_put(index, "", scratch->data, scratch->n);
}

/* TensorShapeProto. */
static void put_shape(tn_wire_out *entry, const tn_dims *dims, const void *owner)
{
    tn_wire_out shape = { .owner = owner };
    for (int i = 0; i < dims->rank; i++) {
        tn_wire_out dim = { .owner = owner };
        tn_put_number_field(&dim, 1, (uint64_t)dims->dim[i]);
        tn_put_bytes_field(&shape, 2, dim.data, dim.n);
        shape.failed |= dim.failed;
        talloc_free(dim.data);
    }
    tn_put_bytes_field(entry, 2, shape.data, shape.n);
    entry->failed |= shape.failed;
    talloc_free(shape.data);
}

/* BundleEntryProto. */
static void put_entry(tn_table_out *index, tn_wire_out *scratch, const tn_checkpoint_item *item, uint64_t offset)
{
    const tn_tensor *t = item->tensor;
    size_t bytes = tn_tensor_bytes(t);
    scratch->n = 0;
    tn_put_number_field(scratch, 1, t->dtype);
    put_shape(scratch, &t->dims, scratch->owner);
    tn_put_number_field(scratch, 4, offset);
    tn_put_number_field(scratch, 5, bytes);
    tn_put_fixed32_field(scratch, 6, tn_crc32c_mask(tn_crc32c(0, t->data, bytes)));
    tn_table_put(index, item->name, scratch->data, scratch->n);
}

static tn_status make_index(tn_table_out *index, const void *owner, const tn_checkpoint_item *items, size_t n)
{
    uint64_t offset = 0;
    tn_wire_out scratch = { .owner = owner };
    tn_table_begin(index, owner);
    put_header(index, &scratch);
    for (size_t i = 0; i < n; offset += tn_tensor_bytes(items[i++].tensor))
        put_entry(index, &scratch, &items[i], offset);
    tn_status status = tn_table_end(index);
    return scratch.failed ? TN_RESOURCE_EXHAUSTED : status;
}

static tn_new_file *open_part(const void *owner, const char *prefix, const char *suffix)
{
    const char *path = tn_sprintf(owner, "%s.%s", prefix, suffix);
    return path ? tn_new_file_open(owner, path) : NULL;
}

static tn_status write_data(tn_new_file *file, const tn_checkpoint_item *items, size_t n)
{
    tn_status status = TN_OK;
    for (size_t i = 0; i < n && !status; i++)
        status = tn_new_file_write(file, items[i].tensor->data, tn_tensor_bytes(items[i].tensor));
    return status ? status : tn_new_file_close(file);
}

static tn_status write_parts(const void *owner, const char *prefix, const tn_checkpoint_item *items, size_t n)
{
    tn_table_out table;
    tn_status status = make_index(&table, owner, items, n);
    if (status)
        return status;
    tn_new_file *data = open_part(owner, prefix, "data-00000-of-00001"), *index = data ? open_part(owner, prefix, "index") : NULL;
    if (!index)
        return tn_last_error()->code;
    status = write_data(data, items, n);
    if (!status)
        status = tn_new_file_write(index, table.file.data, table.file.n);
    if (!status)
        status = tn_new_file_close(index);
    if (!status)
        status = tn_new_file_publish(data);
    return status ? status : tn_new_file_publish(index); /* last: a checkpoint is there when its index is */
}

tn_status tn_checkpoint_write(const char *prefix, tn_checkpoint_item *items, size_t n)
{
    if (n) /* qsort wants an array even for nothing */
        qsort(items, n, sizeof *items, by_name);
    tn_status status = check_items(items, n);
    if (status)
        return status;
    char *owner = tn_strdup(NULL, prefix); /* what the rest hangs on */
    if (!owner)
        return TN_RESOURCE_EXHAUSTED;
    status = write_parts(owner, prefix, items, n);
    talloc_free(owner);
    return status;
}
