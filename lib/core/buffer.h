/*
 * Buffers: aligned bytes, counted and metered. A buffer is one block: a header of 64 bytes, then the data.
 *
 * Invariants: the count is atomic and at least 1 while anybody holds the buffer; bytes are on the meter from creation to the last
 * unref, which may happen on any thread and after the session that owns the meter is gone (meters are counted too).
 * talloc is kept out: tensor bytes may be larger than it allows.
 */
#ifndef TN_CORE_BUFFER_H
#define TN_CORE_BUFFER_H

#include <stdatomic.h>
#include <tenure/base.h>

/* Bytes in use against a limit; counted. One for each session. */
typedef struct tn_meter tn_meter;
/* limit 0: none. Count 1. NULL when memory ran out. */
tn_meter *tn_meter_new(size_t limit);
tn_meter *tn_meter_ref(tn_meter *meter); /* NULL is fine */
void tn_meter_unref(tn_meter *meter);    /* NULL is fine */
size_t tn_meter_used(const tn_meter *meter);

typedef struct tn_buffer tn_buffer;
/* size bytes, not initialised (size 0 is legal), count 1. meter NULL: not metered. NULL with TN_RESOURCE_EXHAUSTED: refused before the
 * limit would be exceeded ("OOM when allocating …"), or memory ran out. */
tn_buffer *tn_buffer_new(tn_meter *meter, size_t size);
tn_buffer *tn_buffer_ref(tn_buffer *buffer);
void tn_buffer_unref(tn_buffer *buffer); /* NULL is fine */
size_t tn_buffer_size(const tn_buffer *buffer);
/* Whether the caller holds the only reference. */
bool tn_buffer_sole(const tn_buffer *buffer);
static inline void *tn_buffer_data(tn_buffer *buffer)
{
    return (char *)buffer + 64;
}

#endif
