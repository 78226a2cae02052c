/* Room in blocks: see room.h. */
#include "core/room.h"

#include "core/alloc.h"
#include "core/annotate.h"

enum { FIRST_BLOCK = 4 << 10, LARGEST_BLOCK = 2 << 20, GAP = 16 };

typedef struct block {
    struct block *before;
    char *end;
    char bytes[];
} block;

struct tn_room {
    block *last;
    char *at;    /* in the last block: what is free begins here */
    size_t next; /* the size of the next block */
    size_t gap;  /* behind each thing */
};

static void drop_block(tn_room *room)
{
    block *last = room->last;
    room->last = last->before;
    tn_bytes_free(last);
}

static int release(tn_room *room)
{
    while (room->last)
        drop_block(room);
    return 0;
}

tn_room *tn_room_new(const void *owner)
{
    tn_room *room = TN_NEW(owner, tn_room);
    if (!room)
        return NULL;
    room->next = FIRST_BLOCK;
    room->gap = TN_UNDER_VALGRIND ? GAP : 0;
    talloc_set_destructor(room, release);
    return room;
}

/* What was left of the block before is lost: little, unless one thing is very large. */
static bool add_block(tn_room *room, size_t least)
{
    size_t size = room->next;
    if (least > size - sizeof(block) && !tn_add_size(least, sizeof(block), &size))
        size = SIZE_MAX;
    block *b = tn_bytes_new(size);
    if (!b)
        return false;
    b->before = room->last;
    b->end = (char *)b + size;
    room->last = b;
    room->at = b->bytes;
    if (room->next < LARGEST_BLOCK)
        room->next *= 2;
    TN_NO_ACCESS(b->bytes, size - sizeof *b);
    return true;
}

void *tn_room_take(tn_room *room, size_t size)
{
    size_t whole = size > SIZE_MAX / 2 ? size : ((size + 7) & ~(size_t)7) + room->gap;
    if ((!room->last || whole > (size_t)(room->last->end - room->at)) && !add_block(room, whole))
        return NULL;
    void *taken = room->at;
    room->at += whole;
    TN_UNDEFINED(taken, size);
    return taken;
}

tn_room_mark tn_room_mark_here(const tn_room *room)
{
    return (tn_room_mark){ room->last, room->at };
}

void tn_room_back_to(tn_room *room, tn_room_mark mark)
{
    while (room->last != mark.block)
        drop_block(room);
    room->at = mark.at;
    if (room->last)
        TN_NO_ACCESS(room->at, (size_t)(room->last->end - room->at));
}
