/*
 * Room for many small things that live as long as their owner: a graph's operations. They lie one after the other in blocks, which grow as
 * more is taken, from 4 KiB to 2 MiB on a huge page: a chunk of talloc's for each would take 112 bytes more, and as many fresh pages.
 *
 * Invariants: what was taken stays where it is; nothing is given back but what came after a mark. Under valgrind a gap that nobody may
 * touch lies behind each thing, so that an overflow is seen as it would be between chunks.
 */
#ifndef TN_CORE_ROOM_H
#define TN_CORE_ROOM_H

#include <tenure/base.h>

typedef struct tn_room tn_room;

/* A talloc child of owner; its blocks are outside talloc. */
tn_room *tn_room_new(const void *owner);
/* size bytes, aligned to 8, not zeroed. NULL with TN_RESOURCE_EXHAUSTED. */
void *tn_room_take(tn_room *room, size_t size);

/* A place to go back to. */
typedef struct tn_room_mark {
    const void *block;
    char *at;
} tn_room_mark;
tn_room_mark tn_room_mark_here(const tn_room *room);
/* Gives back what was taken since. */
void tn_room_back_to(tn_room *room, tn_room_mark mark);

#endif
