/*
 * Buffers: aligned bytes, counted and metered. A buffer is one block: a header of 64 bytes, then the data.
 *
 * Invariants: the count is atomic and at least 1 while anybody holds the buffer; bytes are on the meter from creation to the last
 * unref, which may happen on any thread and after the session that owns the meter is gone: a meter stays as long as its buffers.
 * talloc is kept out: tensor bytes may be larger than it allows.
 */
#ifndef TN_CORE_BUFFER_H
#define TN_CORE_BUFFER_H

#include <stdatomic.h>
#include <tenure/base.h>

/* Bytes in use against a limit. One for each session. */
typedef struct tn_meter tn_meter;
/* limit 0: none. NULL when memory ran out. */
tn_meter *tn_meter_new(size_t limit);
/* Its owner lets go of it: it is freed with the last of its buffers. NULL is fine. */
void tn_meter_release(tn_meter *meter);
/* By buffers. What is kept for the next ones is not counted, but never makes that the limit would be passed either. NULL: 0. */
size_t tn_meter_used(const tn_meter *meter);

/*
 * Large blocks that were freed are kept for the next ones: to touch fresh pages takes five times as long as to compute what is written to
 * them. At most a few are kept, and none when memory is short, under a checker of memory, and after tn_meter_close.
 */
enum { TN_KEPT_FROM = 1 << 20 };
/* The session is closed: nothing is kept any more. */
void tn_meter_close(tn_meter *meter);
/* Frees what is kept; whether there was anything. NULL is fine. */
bool tn_meter_flush(tn_meter *meter);
/* For buffers: counts bytes, 1 to TN_METERED_MOST, against the limit; false with the thread's error. */
#define TN_METERED_MOST ((uint64_t)1 << 52)
bool tn_meter_take(tn_meter *meter, size_t size);
/* For buffers: the last use of the meter by whom it counted these bytes for. */
void tn_meter_give(tn_meter *meter, size_t size);
/* For buffers: a kept block of at least *size bytes, whose bytes *size then are; NULL: none that is not much too large. */
void *tn_meter_reuse(tn_meter *meter, size_t *size);
/* For buffers: keeps a block of tn_bytes_new, of which `used` bytes are about to be given; false: it is still the caller's. */
bool tn_meter_keep(tn_meter *meter, void *block, size_t size, size_t used);

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
