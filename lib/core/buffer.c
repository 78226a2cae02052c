/* Counted, metered bytes: see buffer.h. */
#include "core/buffer.h"

#include "core/alloc.h"
#include "core/annotate.h"
#include "core/status.h"

struct tn_buffer {
    atomic_long refs;
    size_t size;
    size_t block; /* bytes of the block: more than are needed when it was kept from an earlier buffer */
    tn_meter *meter;
};

_Static_assert(sizeof(struct tn_buffer) <= 64, "the data of a buffer follows its header at 64 bytes");

/* When memory is short, what is kept is given up. */
static void *new_block(tn_meter *meter, size_t size)
{
    void *block = tn_bytes_new(size);
    return !block && tn_meter_flush(meter) ? tn_bytes_new(size) : block;
}

/* A block of whole bytes, or more of those that are kept, of which size are on the meter. */
static void *metered_block(tn_meter *meter, size_t size, size_t *whole)
{
    void *block = *whole >= TN_KEPT_FROM ? tn_meter_reuse(meter, whole) : NULL;
    if (!tn_meter_take(meter, size)) {
        tn_bytes_free(block);
        return NULL;
    }
    if (!block && !(block = new_block(meter, *whole)))
        tn_meter_give(meter, size);
    return block;
}

tn_buffer *tn_buffer_new(tn_meter *meter, size_t size)
{
    size_t whole = size + 64;
    if (size > TN_METERED_MOST) {
        tn_fail(TN_RESOURCE_EXHAUSTED, "OOM when allocating %zu bytes", size);
        return NULL;
    }
    if (!size)
        meter = NULL; /* nothing to be counted */
    tn_buffer *buffer = meter ? metered_block(meter, size, &whole) : tn_bytes_new(whole);
    if (!buffer)
        return NULL;
    atomic_init(&buffer->refs, 1);
    TN_ATOMIC_HERE(&buffer->refs, sizeof buffer->refs);
    buffer->size = size;
    buffer->block = whole;
    buffer->meter = meter;
    return buffer;
}

tn_buffer *tn_buffer_ref(tn_buffer *buffer)
{
    atomic_fetch_add_explicit(&buffer->refs, 1, memory_order_relaxed);
    return buffer;
}

static void free_metered(tn_buffer *buffer, tn_meter *meter)
{
    size_t size = buffer->size;
    if (buffer->block < TN_KEPT_FROM || !tn_meter_keep(meter, buffer, buffer->block, size))
        tn_bytes_free(buffer);
    tn_meter_give(meter, size);
}

/* Who holds the only reference need not count it down: nobody can take another one. */
void tn_buffer_unref(tn_buffer *buffer)
{
    if (!buffer)
        return;
    TN_HAPPENS_BEFORE(buffer);
    if (!tn_buffer_sole(buffer) && atomic_fetch_sub_explicit(&buffer->refs, 1, memory_order_acq_rel) > 1)
        return;
    TN_HAPPENS_AFTER(buffer);
    if (buffer->meter)
        free_metered(buffer, buffer->meter);
    else
        tn_bytes_free(buffer);
}

size_t tn_buffer_size(const tn_buffer *buffer)
{
    return buffer->size;
}

bool tn_buffer_sole(const tn_buffer *buffer)
{
    return atomic_load_explicit(&buffer->refs, memory_order_acquire) == 1;
}
