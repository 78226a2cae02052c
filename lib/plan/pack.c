/* Blocks in an arena: see pack.h. The largest first, each at the lowest place that is free all its time. */
#include "plan/pack.h"

#include <stdlib.h>
#include <string.h>
#include "core/alloc.h"

/* Attempts end when a 64th more is used than must be, or some million pairs of blocks have been looked at: a few milliseconds. */
enum { CLOSE_ENOUGH = 64, MOST_PAIRS = 1 << 20, MOST_ATTEMPTS = 1000, MOST_BLOCKS = 4096 };

typedef struct attempt {
    const tn_block *blocks;
    uint32_t n;
    uint32_t *order;  /* in which they are placed */
    uint32_t *placed; /* from the lowest up */
    size_t *at, *best;
    uint32_t top; /* the place in order of the block that ends highest */
} attempt;

static bool at_one_time(const tn_block *a, const tn_block *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest place for a block above those, of the placed ones, that it must not meet. */
static size_t lowest(const attempt *a, uint32_t num_placed, const tn_block *block)
{
    size_t at = 0;
    for (uint32_t i = 0; i < num_placed; i++) {
        uint32_t other = a->placed[i];
        if (!at_one_time(block, &a->blocks[other]))
            continue;
        if (a->at[other] >= at + block->size)
            break;
        size_t end = a->at[other] + a->blocks[other].size;
        at = end > at ? end : at;
    }
    return at;
}

static void insert(attempt *a, uint32_t num_placed, uint32_t block)
{
    uint32_t i = num_placed;
    for (; i > 0 && a->at[a->placed[i - 1]] > a->at[block]; i--)
        a->placed[i] = a->placed[i - 1];
    a->placed[i] = block;
}

/* Places all; the bytes of the arena. */
static size_t place_all(attempt *a)
{
    size_t peak = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        uint32_t block = a->order[i];
        a->at[block] = lowest(a, i, &a->blocks[block]);
        insert(a, i, block);
        size_t end = a->at[block] + a->blocks[block].size;
        if (end > peak) {
            peak = end;
            a->top = i;
        }
    }
    return peak;
}

/* The next attempt places what was on top earlier. How much earlier changes, lest the same orders come again. */
static void reorder(attempt *a, uint32_t turn)
{
    uint32_t to = a->top / (2 + turn % 3), block = a->order[a->top];
    memmove(&a->order[to + 1], &a->order[to], (a->top - to) * sizeof *a->order);
    a->order[to] = block;
}

typedef struct sized {
    double size;
    uint32_t block;
} sized;

static int compare_sizes(const void *x, const void *y)
{
    const sized *a = x, *b = y;
    if (a->size != b->size)
        return a->size < b->size ? 1 : -1;
    return (a->block > b->block) - (a->block < b->block);
}

/* By their bytes, or by those times how long they are needed. */
static bool sort(attempt *a, bool by_time)
{
    sized *all = TN_NEW_ARRAY(a, sized, a->n);
    if (!all)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        all[i] = (sized){ (double)a->blocks[i].size * (by_time ? 1.0 + a->blocks[i].last - a->blocks[i].first : 1.0), i };
    qsort(all, a->n, sizeof *all, compare_sizes);
    for (uint32_t i = 0; i < a->n; i++)
        a->order[i] = all[i].block;
    talloc_free(all);
    return true;
}

static void improve(attempt *a, uint32_t attempts, size_t needed, size_t *peak)
{
    const size_t enough = needed + needed / CLOSE_ENOUGH;
    for (uint32_t i = 0; i < attempts; i++) {
        if (*peak <= enough)
            return;
        size_t found = place_all(a);
        if (found < *peak) {
            *peak = found;
            memcpy(a->best, a->at, a->n * sizeof *a->at);
        }
        reorder(a, i);
    }
}

static uint32_t attempts_for(uint32_t n)
{
    uint64_t pairs = (uint64_t)n * n / 2 + 1, attempts = MOST_PAIRS / pairs;
    return n > MOST_BLOCKS ? 0 : attempts < 1 ? 1 : attempts > MOST_ATTEMPTS ? MOST_ATTEMPTS : (uint32_t)attempts;
}

tn_status tn_pack_blocks(const void *owner, tn_block *blocks, uint32_t n, size_t needed, size_t *peak)
{
    uint32_t attempts = attempts_for(n);
    if (!attempts || *peak <= needed + needed / CLOSE_ENOUGH)
        return TN_OK;
    attempt *a = TN_NEW(owner, attempt);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    *a = (attempt){ .blocks = blocks, .n = n };
    a->order = TN_NEW_ARRAY(a, uint32_t, n);
    a->placed = TN_NEW_ARRAY(a, uint32_t, n);
    a->at = TN_NEW_ARRAY(a, size_t, n);
    a->best = TN_NEW_ARRAY(a, size_t, n);
    bool ready = a->order && a->placed && a->at && a->best;
    size_t before = *peak;
    for (int by_time = 0; by_time < 2 && ready; by_time++)
        if ((ready = sort(a, by_time)))
            improve(a, attempts, needed, peak);
    if (!ready)
        *peak = before;
    for (uint32_t i = 0; *peak < before && i < n; i++)
        blocks[i].at = a->best[i];
    talloc_free(a);
    return ready ? TN_OK : TN_RESOURCE_EXHAUSTED;
}
