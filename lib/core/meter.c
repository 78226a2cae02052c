/* Meters: bytes in use against a limit, and large blocks kept for the next buffers: see buffer.h. */
#include <pthread.h>
#include "core/alloc.h"
#include "core/annotate.h"
#include "core/buffer.h"
#include "core/status.h"

/* A block that is kept: its first bytes say so. */
typedef struct kept {
    struct kept *next; /* kept longer */
    size_t size;
} kept;

/* A large number beside the bytes in use: the owner holds the meter. It goes when nothing is left of either. One counter, since each result
 * of a run is counted in and out. */
#define HELD ((uint64_t)1 << 63)

struct tn_meter {
    _Atomic uint64_t used; /* bytes of buffers, and HELD */
    atomic_size_t idle;    /* bytes of what is kept */
    size_t limit;
    pthread_mutex_t mutex; /* guards what follows, and changes of idle */
    kept *newest;
    bool closed;
};

/* Who frees the largest block may have another one kept beside it; and so much is nobody's trouble. */
enum { KEPT_ANYWAY = 64 << 20 };

#if defined __SANITIZE_ADDRESS__
#define CHECKED true
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define CHECKED true
#endif
#endif
#ifndef CHECKED
#define CHECKED TN_UNDER_VALGRIND
#endif

tn_meter *tn_meter_new(size_t limit)
{
    tn_meter *meter = tn_bytes_new(sizeof *meter);
    if (!meter)
        return NULL;
    atomic_init(&meter->used, HELD);
    atomic_init(&meter->idle, 0);
    meter->limit = limit;
    pthread_mutex_init(&meter->mutex, NULL);
    meter->newest = NULL;
    meter->closed = CHECKED; /* a checker finds uses of what was freed only when it is */
    TN_ATOMIC_HERE(&meter->used, sizeof meter->used);
    TN_ATOMIC_HERE(&meter->idle, sizeof meter->idle);
    return meter;
}

/* ---- In use ---- */

static size_t bytes_of(uint64_t used)
{
    return (size_t)(used & ~HELD);
}

size_t tn_meter_used(const tn_meter *meter)
{
    return meter ? bytes_of(atomic_load(&meter->used)) : 0;
}

/* Takes size bytes of the meter, or none. */
bool tn_meter_take(tn_meter *meter, size_t size)
{
    size_t before = bytes_of(atomic_fetch_add(&meter->used, size));
    if (!meter->limit)
        return true;
    if (size <= meter->limit && before <= meter->limit - size) {
        if (atomic_load(&meter->idle) > meter->limit - size - before)
            tn_meter_flush(meter);
        return true;
    }
    atomic_fetch_sub(&meter->used, size);
    tn_fail(TN_RESOURCE_EXHAUSTED, "OOM when allocating %zu bytes: %zu of the session's memory limit of %zu bytes are in use", size, before,
            meter->limit);
    return false;
}

static void give(tn_meter *meter, uint64_t n)
{
    TN_HAPPENS_BEFORE(meter);
    if (atomic_fetch_sub(&meter->used, n) > n)
        return;
    TN_HAPPENS_AFTER(meter);
    tn_meter_flush(meter);
    pthread_mutex_destroy(&meter->mutex);
    tn_bytes_free(meter);
}

void tn_meter_give(tn_meter *meter, size_t size)
{
    give(meter, size);
}

void tn_meter_release(tn_meter *meter)
{
    if (meter)
        give(meter, HELD);
}

/* ---- Kept ---- */

static kept *take_out(tn_meter *meter, kept **link)
{
    kept *block = *link;
    *link = block->next;
    atomic_fetch_sub(&meter->idle, block->size);
    return block;
}

static void free_all(kept *block)
{
    while (block) {
        kept *next = block->next;
        tn_bytes_free(block);
        block = next;
    }
}

bool tn_meter_flush(tn_meter *meter)
{
    if (!meter)
        return false;
    pthread_mutex_lock(&meter->mutex);
    kept *all = meter->newest;
    meter->newest = NULL;
    atomic_store(&meter->idle, 0);
    pthread_mutex_unlock(&meter->mutex);
    free_all(all);
    return all != NULL;
}

void tn_meter_close(tn_meter *meter)
{
    pthread_mutex_lock(&meter->mutex);
    meter->closed = true;
    pthread_mutex_unlock(&meter->mutex);
    tn_meter_flush(meter);
}

void *tn_meter_reuse(tn_meter *meter, size_t *size)
{
    kept **best = NULL, *block = NULL;
    size_t most = *size + *size / 16;
    pthread_mutex_lock(&meter->mutex);
    for (kept **link = &meter->newest; *link; link = &(*link)->next)
        if ((*link)->size >= *size && (*link)->size <= most) {
            best = link;
            most = (*link)->size - 1;
        }
    if (best)
        block = take_out(meter, best);
    pthread_mutex_unlock(&meter->mutex);
    if (block)
        *size = block->size;
    return block;
}

/* Room for a block of this size among those that may be kept, beside `used` bytes in use: the ones that have been there longest leave.
 * They go to *leaving. */
static bool make_room(tn_meter *meter, size_t size, size_t used, kept **leaving)
{
    size_t most = size > KEPT_ANYWAY / 2 ? 2 * size : KEPT_ANYWAY;
    if (meter->closed || (meter->limit && (used > meter->limit || size > meter->limit - used)))
        return false;
    if (meter->limit && most > meter->limit - used)
        most = meter->limit - used;
    while (meter->newest && atomic_load(&meter->idle) > most - size) {
        kept **last = &meter->newest;
        while ((*last)->next)
            last = &(*last)->next;
        kept *block = take_out(meter, last);
        block->next = *leaving;
        *leaving = block;
    }
    return true;
}

bool tn_meter_keep(tn_meter *meter, void *bytes, size_t size, size_t used)
{
    kept *block = bytes, *leaving = NULL;
    pthread_mutex_lock(&meter->mutex);
    bool room = make_room(meter, size, tn_meter_used(meter) - used, &leaving);
    if (room) {
        *block = (kept){ meter->newest, size };
        meter->newest = block;
        atomic_fetch_add(&meter->idle, size);
    }
    pthread_mutex_unlock(&meter->mutex);
    free_all(leaving);
    return room;
}
