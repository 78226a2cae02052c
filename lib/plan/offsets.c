/* Ranges of an arena: see offsets.h. */
#include "plan/offsets.h"

#include "core/alloc.h"

enum { NONE = UINT32_MAX, BINS = 512 };

/* A range, in units of 64 bytes. Free ones are in their bin's list. */
typedef struct range {
    uint64_t at, size;
    uint32_t before, after;  /* neighbours in the arena */
    uint32_t next, previous; /* in the bin; next links unused entries too */
    bool is_free;
} range;

struct tn_offsets {
    range *ranges;
    uint32_t num, max, unused; /* unused: entries that joining set free */
    uint32_t last;             /* the range at the end of the arena */
    uint64_t end;
    uint32_t bins[BINS];
    uint64_t filled[BINS / 64];
};

tn_offsets *tn_offsets_new(const void *owner)
{
    tn_offsets *o = TN_NEW(owner, tn_offsets);
    if (!o)
        return NULL;
    o->unused = o->last = NONE;
    for (int i = 0; i < BINS; i++)
        o->bins[i] = NONE;
    return o;
}

/* The bin of a size: its power of two and the three bits below. Sizes under 8 have a bin each. */
static uint32_t bin_of(uint64_t size)
{
    if (size < 8)
        return (uint32_t)size;
    uint32_t power = 63 - (uint32_t)__builtin_clzll(size);
    return (power - 2) * 8 + (uint32_t)(size >> (power - 3) & 7);
}

/* The first bin whose every range is at least this large. */
static uint32_t bin_for(uint64_t size)
{
    uint32_t bin = bin_of(size);
    if (size < 8)
        return bin;
    uint32_t shift = 63 - (uint32_t)__builtin_clzll(size) - 3;
    return size & ((1ull << shift) - 1) ? bin + 1 : bin;
}

static void bin_add(tn_offsets *o, uint32_t r)
{
    range *x = &o->ranges[r];
    uint32_t bin = bin_of(x->size);
    x->is_free = true;
    x->previous = NONE;
    x->next = o->bins[bin];
    if (x->next != NONE)
        o->ranges[x->next].previous = r;
    o->bins[bin] = r;
    o->filled[bin / 64] |= 1ull << bin % 64;
}

static void bin_remove(tn_offsets *o, uint32_t r)
{
    range *x = &o->ranges[r];
    uint32_t bin = bin_of(x->size);
    x->is_free = false;
    if (x->next != NONE)
        o->ranges[x->next].previous = x->previous;
    if (x->previous != NONE)
        o->ranges[x->previous].next = x->next;
    else if ((o->bins[bin] = x->next) == NONE)
        o->filled[bin / 64] &= ~(1ull << bin % 64);
}

static uint32_t find_free(const tn_offsets *o, uint64_t size)
{
    uint32_t bin = bin_for(size);
    uint32_t near = o->bins[bin_of(size)]; /* the newest of the size itself fits more often than not */
    if (near != NONE && o->ranges[near].size >= size)
        return near;
    for (uint32_t word = bin / 64; word < BINS / 64; word++) {
        uint64_t bits = o->filled[word];
        if (word == bin / 64)
            bits &= ~0ull << bin % 64;
        if (bits)
            return o->bins[word * 64 + (uint32_t)__builtin_ctzll(bits)];
    }
    /* It may be large enough, and in the bin behind another one that is not: extending must never make it smaller. */
    return o->last != NONE && o->ranges[o->last].is_free && o->ranges[o->last].size >= size ? o->last : NONE;
}

static uint32_t new_range(tn_offsets *o)
{
    if (o->unused != NONE) {
        uint32_t r = o->unused;
        o->unused = o->ranges[r].next;
        return r;
    }
    if (o->num == o->max) {
        uint32_t max = o->max * 2 + 64;
        range *ranges = TN_GROW_ARRAY(o, o->ranges, range, max);
        if (!ranges)
            return NONE;
        o->ranges = ranges;
        o->max = max;
    }
    return o->num++;
}

/* A new free-standing range between two neighbours. */
static uint32_t insert(tn_offsets *o, uint64_t at, uint64_t size, uint32_t before, uint32_t after)
{
    uint32_t r = new_range(o);
    if (r == NONE)
        return NONE;
    o->ranges[r] = (range){ .at = at, .size = size, .before = before, .after = after, .next = NONE, .previous = NONE };
    if (before != NONE)
        o->ranges[before].after = r;
    if (after != NONE)
        o->ranges[after].before = r;
    else
        o->last = r;
    return r;
}

/* At the end of the arena: a free last range grows, else a new one is added. */
static uint32_t extend(tn_offsets *o, uint64_t size)
{
    uint32_t r = o->last;
    if (r == NONE || !o->ranges[r].is_free) {
        r = insert(o, o->end, size, o->last, NONE);
        if (r != NONE)
            o->end += size;
        return r;
    }
    bin_remove(o, r);
    o->end += size - o->ranges[r].size;
    o->ranges[r].size = size;
    return r;
}

uint32_t tn_offsets_take(tn_offsets *o, size_t bytes, size_t *offset)
{
    uint64_t size = bytes ? ((uint64_t)bytes - 1) / 64 + 1 : 1;
    if (size > (uint64_t)1 << 50 || o->end > (uint64_t)1 << 50)
        return NONE;
    uint32_t r = find_free(o, size);
    if (r == NONE) {
        r = extend(o, size);
    } else {
        bin_remove(o, r);
        uint64_t rest = o->ranges[r].size - size;
        uint32_t tail = rest ? insert(o, o->ranges[r].at + size, rest, r, o->ranges[r].after) : NONE;
        if (tail != NONE) {
            o->ranges[r].size = size;
            bin_add(o, tail);
        }
    }
    if (r != NONE)
        *offset = (size_t)(o->ranges[r].at * 64);
    return r;
}

/* Joins a range with the one after it, which leaves the bins and the arena. */
static void join_after(tn_offsets *o, uint32_t r)
{
    uint32_t gone = o->ranges[r].after;
    bin_remove(o, gone);
    o->ranges[r].size += o->ranges[gone].size;
    o->ranges[r].after = o->ranges[gone].after;
    if (o->ranges[r].after != NONE)
        o->ranges[o->ranges[r].after].before = r;
    else
        o->last = r;
    o->ranges[gone].next = o->unused;
    o->unused = gone;
}

void tn_offsets_give(tn_offsets *o, uint32_t r)
{
    uint32_t after = o->ranges[r].after, before = o->ranges[r].before;
    if (after != NONE && o->ranges[after].is_free)
        join_after(o, r);
    if (before != NONE && o->ranges[before].is_free) {
        bin_add(o, r);
        bin_remove(o, before);
        join_after(o, before);
        r = before;
    }
    bin_add(o, r);
}

size_t tn_offsets_peak(const tn_offsets *o)
{
    return (size_t)(o->end * 64);
}
