/* The register of what is open: see live.h. */
#include "core/live.h"

#include <pthread.h>
#include <stdlib.h>
#include "core/uncancelled.h"
#include <tenure/tensor.h>

/* Shards keep threads with their own sessions from meeting on one mutex. */
enum { SHARD_BITS = 6, NUM_SHARDS = 1 << SHARD_BITS };

typedef struct shard {
    pthread_mutex_t mutex;
    pthread_cond_t left; /* somebody left one of its things */
    uintptr_t first;     /* disguised; 0: none */
    uint64_t num_serials;
} shard;

#define SHARD_                                                                                                                             \
    {                                                                                                                                      \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0                                                                          \
    }
#define SHARDS_8_ SHARD_, SHARD_, SHARD_, SHARD_, SHARD_, SHARD_, SHARD_, SHARD_
static shard shards[NUM_SHARDS] = { SHARDS_8_, SHARDS_8_, SHARDS_8_, SHARDS_8_, SHARDS_8_, SHARDS_8_, SHARDS_8_, SHARDS_8_ };

/* A pointer that a leak checker does not take for one. */
static uintptr_t disguise(const tn_live *live)
{
    return live ? ~(uintptr_t)live : 0;
}

static tn_live *reveal(uintptr_t link)
{
    return link ? (tn_live *)~link : NULL;
}

/* Things are talloc chunks: the low bits of their addresses say nothing. */
static size_t shard_index(const void *thing)
{
    return (size_t)((uint64_t)((uintptr_t)thing >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - SHARD_BITS));
}

static shard *lock_shard_of(const void *thing)
{
    shard *s = &shards[shard_index(thing)];
    pthread_mutex_lock(&s->mutex);
    return s;
}

static tn_live *find(const shard *s, tn_live_kind kind, const void *thing)
{
    tn_live *live = reveal(s->first);
    while (live && (live->thing != thing || live->kind != kind))
        live = reveal(live->next);
    return live;
}

void tn_live_add(tn_live *live, tn_live_kind kind, void *thing, const char *file, int line)
{
    shard *s = lock_shard_of(thing);
    *live = (tn_live){ .kind = kind, .thing = thing, .file = file, .line = line, .next = s->first };
    live->serial = ++s->num_serials * NUM_SHARDS + shard_index(thing);
    if (s->first)
        reveal(s->first)->previous = disguise(live);
    s->first = disguise(live);
    pthread_mutex_unlock(&s->mutex);
}

static void unlink_from(shard *s, tn_live *live)
{
    if (live->previous)
        reveal(live->previous)->next = live->next;
    else
        s->first = live->next;
    if (live->next)
        reveal(live->next)->previous = live->previous;
    live->next = live->previous = 0;
}

void tn_live_remove(tn_live *live)
{
    TN_UNCANCELLED;
    shard *s = lock_shard_of(live->thing);
    unlink_from(s, live);
    live->removed = true;
    while (live->users)
        pthread_cond_wait(&s->left, &s->mutex);
    pthread_mutex_unlock(&s->mutex);
}

tn_live *tn_live_enter(tn_live_kind kind, const void *thing)
{
    shard *s = lock_shard_of(thing);
    tn_live *live = find(s, kind, thing);
    if (live)
        live->users++;
    pthread_mutex_unlock(&s->mutex);
    return live;
}

void tn_live_leave(tn_live *live)
{
    shard *s = lock_shard_of(live->thing);
    if (!--live->users && live->removed)
        pthread_cond_broadcast(&s->left);
    pthread_mutex_unlock(&s->mutex);
}

bool tn_live_has(tn_live_kind kind, const void *thing)
{
    shard *s = lock_shard_of(thing);
    bool found = find(s, kind, thing) != NULL;
    pthread_mutex_unlock(&s->mutex);
    return found;
}

void tn_live_each(void (*visit)(const tn_live *live, void *data), void *data)
{
    for (size_t i = 0; i < NUM_SHARDS; i++) {
        pthread_mutex_lock(&shards[i].mutex);
        for (const tn_live *live = reveal(shards[i].first); live; live = reveal(live->next))
            visit(live, data);
        pthread_mutex_unlock(&shards[i].mutex);
    }
}

/* TENURE_REPORT=FILE: what is still open when the program ends. A program that leaves nothing open leaves an empty file.
 * Runs after the other destructors of the library, which close what it opened itself. It stands here and not with tn_report, since a static
 * archive gives a program only the objects that it names: this one is in every program that has a session. */
__attribute__((destructor(101))) static void report_at_end(void)
{
    const char *path = getenv("TENURE_REPORT");
    FILE *file = path && path[0] ? fopen(path, "w") : NULL;
    if (!file)
        return;
    tn_report(NULL, file);
    fclose(file);
}
