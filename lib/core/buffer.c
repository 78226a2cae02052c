/* Counted, metered bytes: see buffer.h. */
#include "core/buffer.h"

#include "core/alloc.h"
#include "core/annotate.h"
#include "core/status.h"

struct tn_meter {
    atomic_long refs;
    atomic_size_t used;
    size_t limit;
};

struct tn_buffer {
    atomic_long refs;
    size_t size;
    tn_meter *meter;
};

_Static_assert(sizeof(struct tn_buffer) <= 64, "the data of a buffer follows its header at 64 bytes");

tn_meter *tn_meter_new(size_t limit)
{
    tn_meter *meter = tn_bytes_new(sizeof *meter);
    if (!meter)
        return NULL;
    atomic_init(&meter->refs, 1);
    atomic_init(&meter->used, 0);
    meter->limit = limit;
    TN_ATOMIC_HERE(&meter->refs, sizeof meter->refs);
    TN_ATOMIC_HERE(&meter->used, sizeof meter->used);
    return meter;
}

tn_meter *tn_meter_ref(tn_meter *meter)
{
    if (meter)
        atomic_fetch_add_explicit(&meter->refs, 1, memory_order_relaxed);
    return meter;
}

void tn_meter_unref(tn_meter *meter)
{
    if (!meter)
        return;
    TN_HAPPENS_BEFORE(meter);
    if (atomic_fetch_sub_explicit(&meter->refs, 1, memory_order_acq_rel) > 1)
        return;
    TN_HAPPENS_AFTER(meter);
    tn_bytes_free(meter);
}

size_t tn_meter_used(const tn_meter *meter)
{
    return meter ? atomic_load(&meter->used) : 0;
}

/* Takes size bytes of the meter, or none. */
static bool meter_take(tn_meter *meter, size_t size)
{
    size_t before = atomic_fetch_add(&meter->used, size);
    if (!meter->limit || (size <= meter->limit && before <= meter->limit - size))
        return true;
    atomic_fetch_sub(&meter->used, size);
    tn_fail(TN_RESOURCE_EXHAUSTED, "OOM when allocating %zu bytes: %zu of the session's memory limit of %zu bytes are in use", size, before,
            meter->limit);
    return false;
}

static void meter_give(tn_meter *meter, size_t size)
{
    if (meter)
        atomic_fetch_sub(&meter->used, size);
}

tn_buffer *tn_buffer_new(tn_meter *meter, size_t size)
{
    size_t whole;
    if (!tn_add_size(size, 64, &whole)) {
        tn_fail(TN_RESOURCE_EXHAUSTED, "OOM when allocating %zu bytes", size);
        return NULL;
    }
    if (meter && !meter_take(meter, size))
        return NULL;
    tn_buffer *buffer = tn_bytes_new(whole);
    if (!buffer) {
        meter_give(meter, size);
        return NULL;
    }
    atomic_init(&buffer->refs, 1);
    TN_ATOMIC_HERE(&buffer->refs, sizeof buffer->refs);
    buffer->size = size;
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
    meter_give(meter, buffer->size);
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
