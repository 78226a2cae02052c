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

tn_buffer *tn_buffer_new(tn_meter *meter, size_t size)
{
    size_t whole;
    if (!tn_add_size(size, 64, &whole)) {
        tn_fail(TN_RESOURCE_EXHAUSTED, "OOM when allocating %zu bytes", size);
        return NULL;
    }
    tn_buffer *buffer = meter && whole >= TN_KEPT_FROM ? tn_meter_reuse(meter, &whole) : NULL;
    if (meter && !tn_meter_take(meter, size)) {
        tn_bytes_free(buffer);
        return NULL;
    }
    if (!buffer && !(buffer = new_block(meter, whole))) {
        if (meter)
            tn_meter_give(meter, size);
        return NULL;
    }
    atomic_init(&buffer->refs, 1);
    TN_ATOMIC_HERE(&buffer->refs, sizeof buffer->refs);
    buffer->size = size;
    buffer->block = whole;
    buffer->meter = tn_meter_ref(meter);
    return buffer;
}

tn_buffer *tn_buffer_ref(tn_buffer *buffer)
{
    atomic_fetch_add_explicit(&buffer->refs, 1, memory_order_relaxed);
    return buffer;
}

void tn_buffer_unref(tn_buffer *buffer)
{
    if (!buffer)
        return;
    TN_HAPPENS_BEFORE(buffer);
    if (atomic_fetch_sub_explicit(&buffer->refs, 1, memory_order_acq_rel) > 1)
        return;
    TN_HAPPENS_AFTER(buffer);
    tn_meter *meter = buffer->meter;
    if (meter)
        tn_meter_give(meter, buffer->size);
    if (!meter || buffer->block < TN_KEPT_FROM || !tn_meter_keep(meter, buffer, buffer->block))
        tn_bytes_free(buffer);
    tn_meter_unref(meter);
}

size_t tn_buffer_size(const tn_buffer *buffer)
{
    return buffer->size;
}

bool tn_buffer_sole(const tn_buffer *buffer)
{
    return atomic_load_explicit(&buffer->refs, memory_order_acquire) == 1;
}
