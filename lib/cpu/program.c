/* Writing programs: see program.h. */
#include "cpu/program.h"

#include <string.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "cpu/isa.h"

/* ---- Operands ---- */

static void append(tn_spread *s, int64_t dim, int64_t stride)
{
    int last = s->rank - 1;
    if (dim == 1)
        return;
    if (last >= 0 && s->stride[last] == stride * dim) { /* one loop goes through both */
        s->dim[last] *= dim;
        s->stride[last] = stride;
        return;
    }
    s->dim[s->rank] = dim;
    s->stride[s->rank++] = stride;
}

tn_spread tn_spread_of(const tn_dims *out, const tn_dims *in)
{
    tn_spread s = { .period = 1 };
    int64_t strides[TN_MAX_RANK];
    tn_dims_strides(in, strides);
    for (int d = 0; d < out->rank; d++) {
        int axis = d - (out->rank - in->rank);
        append(&s, out->dim[d], axis >= 0 && in->dim[axis] != 1 ? strides[axis] : 0);
    }
    for (int d = s.stride[0] ? 0 : 1; d < s.rank; d++)
        s.period *= s.dim[d];
    return s;
}

/* Whether element i of an operand goes with element i of the output. */
static bool is_whole(const tn_spread *s, int64_t n)
{
    return n <= 1 || (s->rank == 1 && s->stride[0] == 1);
}

/* ---- Building ---- */

/* What an operation has become while the program is written. */
typedef struct draft {
    int uses;                                                              /* of its result by others */
    int last_use;                                                          /* the last of them */
    int place;                                                             /* of its result */
    int size;                                                              /* bytes of its elements */
    bool joined;                                                           /* done by the superinstruction of another one */
    bool is_pair;                                                          /* does another one's work */
    int sources;                                                           /* what it reads, the joined one's included: */
    int from[TN_MAX_OPERANDS], of[TN_MAX_OPERANDS], side[TN_MAX_OPERANDS]; /* operand side[k] of operation of[k] is from[k] */
    tn_row row;
} draft;

typedef struct builder {
    const tn_group *group;
    tn_program *p;
    draft drafts[TN_GROUP_OPS];
    int free_places[TN_GROUP_OPS + 1], num_free;
    int num_rooms;
    int room_size; /* bytes of the largest element in a room */
} builder;

static void draft_op(builder *b, int j)
{
    const tn_group_op *op = &b->group->ops[j];
    draft *d = &b->drafts[j];
    *d = (draft){ .row = op->map.row, .sources = op->num_inputs, .size = (int)tn_dtype_size(op->out.dtype) };
    for (int i = 0; i < op->num_inputs; i++) {
        d->from[i] = op->from[i];
        d->of[i] = j;
        d->side[i] = i;
        if (op->from[i] < 0)
            b->drafts[~op->from[i]].uses++;
    }
}

/* Lets operation j do the work of the operation behind its operand `side`, where nobody else wants that one's result. */
static bool join(builder *b, int j, int side)
{
    const tn_group_op *op = &b->group->ops[j];
    if (side >= op->num_inputs || op->from[side] >= 0 || !op->map.super)
        return false;
    draft *second = &b->drafts[j], *first = &b->drafts[~op->from[side]];
    int f = b->group->ops[~op->from[side]].map.super;
    tn_row pair = f ? tn_isa_best()->super->pair[f - 1][op->map.super - 1][side] : NULL;
    if (!pair || first->uses != 1 || first->is_pair)
        return false;
    draft both = *first;
    for (int i = 0; i < op->num_inputs; i++) {
        if (i == side)
            continue;
        both.from[both.sources] = op->from[i];
        both.of[both.sources] = j;
        both.side[both.sources++] = i;
    }
    both.row = pair;
    both.is_pair = true;
    both.uses = second->uses;
    both.size = second->size;
    *second = both;
    first->joined = true;
    return true;
}

static bool same_spread(const tn_spread *a, const tn_spread *b)
{
    if (!a || !b || a->rank != b->rank)
        return a == b;
    for (int d = 0; d < a->rank; d++)
        if (a->dim[d] != b->dim[d] || a->stride[d] != b->stride[d])
            return false;
    return true;
}

/* The place of operand k of a draft that is in memory: one for each way in which an input is taken. -1: memory ran out. */
static int load(builder *b, const draft *d, int k)
{
    tn_program *p = b->p;
    const tn_group_op *op = &b->group->ops[d->of[k]];
    bool anchor = d->from[k] == TN_FROM_ANCHOR;
    const tn_operand *in = anchor ? b->group->anchor : &b->group->in[d->from[k]];
    const tn_dims *dims = op->map.dims ? &op->map.dims[d->side[k]] : &in->dims;
    tn_spread s = { 0 };
    bool whole = anchor || tn_dims_size(dims) == p->n;
    if (!whole)
        s = tn_spread_of(&op->out.dims, dims);
    tn_load wanted = { .input = anchor ? TN_FROM_ANCHOR : b->group->first_input + d->from[k],
                       .size = (int32_t)tn_dtype_size(in->dtype),
                       .spread = whole || is_whole(&s, p->n) ? NULL : &s,
                       .full = d->is_pair };
    for (int l = 0; l < p->num_loads; l++)
        if (p->loads[l].input == wanted.input && same_spread(p->loads[l].spread, wanted.spread)) {
            p->loads[l].full |= wanted.full;
            return l;
        }
    if (wanted.spread) {
        tn_spread *kept = TN_NEW(p, tn_spread);
        if (!kept)
            return -1;
        *kept = s;
        wanted.spread = kept;
    }
    p->loads[p->num_loads] = wanted;
    return p->num_loads++;
}

/* A room takes elements of any size that the program has: rooms are as long as the largest make them. */
static void count_room(builder *b, int size)
{
    b->num_rooms++;
    b->room_size = size > b->room_size ? size : b->room_size;
}

static void find_last_uses(builder *b)
{
    for (int j = 0; j < b->group->num_ops; j++)
        for (int k = 0; !b->drafts[j].joined && k < b->drafts[j].sources; k++)
            if (b->drafts[j].from[k] < 0)
                b->drafts[~b->drafts[j].from[k]].last_use = j;
}

/* Registers whose last use this is are free, for the result too when its elements are as large. */
static int take_register(builder *b, const draft *d, int j)
{
    int later[TN_MAX_OPERANDS], num_later = 0;
    for (int k = 0; k < d->sources; k++) {
        draft *from = d->from[k] < 0 ? &b->drafts[~d->from[k]] : NULL;
        if (!from || from->last_use != j)
            continue;
        from->last_use = -1; /* it may be two operands */
        if (from->size == d->size)
            b->free_places[b->num_free++] = from->place;
        else
            later[num_later++] = from->place;
    }
    int place = -1;
    if (j < b->group->num_ops - 1 || b->p->stream)
        place = b->num_free ? b->free_places[--b->num_free] : b->p->num_places++;
    for (int i = 0; i < num_later; i++)
        b->free_places[b->num_free++] = later[i];
    return place;
}

static void write_instruction(builder *b, int j, const uint8_t *loads)
{
    draft *d = &b->drafts[j];
    tn_instruction *instruction = &b->p->instructions[b->p->num_instructions++];
    instruction->row = d->row;
    for (int k = 0; k < d->sources; k++)
        instruction->in[k] = d->from[k] < 0 ? (uint8_t)b->drafts[~d->from[k]].place : loads[k];
    int before = b->p->num_places, place = take_register(b, d, j);
    if (b->p->num_places > before)
        count_room(b, d->size);
    if (place >= 0 && d->size > b->room_size)
        b->room_size = d->size;
    d->place = place < 0 ? b->p->num_places : place; /* the output's place is behind all others */
    instruction->out = (uint8_t)d->place;
}

static bool write_instructions(builder *b)
{
    uint8_t loads[TN_GROUP_OPS][TN_MAX_OPERANDS] = { { 0 } };
    tn_program *p = b->p;
    for (int j = 0; j < b->group->num_ops; j++)
        for (int k = 0; !b->drafts[j].joined && k < b->drafts[j].sources; k++) {
            int place = b->drafts[j].from[k] < 0 ? 0 : load(b, &b->drafts[j], k);
            if (place < 0)
                return false;
            loads[j][k] = (uint8_t)place;
        }
    p->num_places = p->num_loads;
    for (int l = 0; l < p->num_loads; l++)
        if (p->loads[l].spread)
            count_room(b, p->loads[l].size);
    find_last_uses(b);
    for (int j = 0; j < b->group->num_ops; j++)
        if (!b->drafts[j].joined)
            write_instruction(b, j, loads[j]);
    return true;
}

/* ---- Tiles ---- */

/* Tiles end where rows of a broadcast operand end, if that can be: it is then read where it lies, or spread out once for all. */
static int64_t tile_for(const tn_program *p, int64_t most)
{
    int64_t row = 0;
    for (int l = 0; l < p->num_loads; l++) {
        const tn_spread *s = p->loads[l].spread;
        if (s && s->rank > 1 && s->dim[s->rank - 1] > row)
            row = s->dim[s->rank - 1];
    }
    if (row > most) {
        int64_t pieces = (row + most - 1) / most;
        return row % pieces ? most : row / pieces;
    }
    return row ? most / row * row : most;
}

/* Whether memory is what a program takes its time for: it streams, only does sums and the like, and its data are larger than caches are. */
static bool waits_for_memory(const builder *b)
{
    enum { LARGER = 32 << 20 };
    const tn_program *p = b->p;
    int64_t bytes = p->out_size;
    for (int l = 0; l < p->num_loads; l++)
        bytes += p->loads[l].spread ? 0 : p->loads[l].size;
    for (int j = 0; j < b->group->num_ops; j++)
        if (!b->group->ops[j].map.super)
            return false;
    return p->stream && p->n > LARGER / bytes;
}

/*
 * Instructions come to their operands one after the other. Where those are in memory, and tiles small, the processor looks far enough ahead
 * to keep all of them coming: five operands of 64 MiB take 11 ms by tiles of 128 and 14 by tiles of 512. Elsewhere tiles cost time.
 */
static int64_t largest_tile(const builder *b)
{
    enum { SMALL_TILE = 128 };
    return waits_for_memory(b) ? SMALL_TILE : TN_TILE;
}

/* Rooms lie a cache line apart from multiples of 4096 bytes, or stores would look like the loads of another room. */
static void lay_out_rooms(builder *b)
{
    enum { APART = 64, LEAST = 16 };
    tn_program *p = b->p;
    int64_t most = largest_tile(b);
    if (b->num_rooms) {
        int64_t fit = (TN_ROOMS / b->num_rooms - APART) / b->room_size / LEAST * LEAST;
        most = fit < most ? fit : most;
    }
    p->tile = tile_for(p, most);
    uint32_t room = (uint32_t)(most * b->room_size + APART) & ~(uint32_t)(APART - 1), at = 0;
    for (int l = 0; l < p->num_loads; l++)
        if (p->loads[l].spread) {
            p->loads[l].room = at;
            at += room;
        }
    for (int i = p->num_loads; i < p->num_places; i++, at += room)
        p->rooms[i] = at;
}

static bool take_memory(tn_program *p, const tn_group *group)
{
    int operands = 0;
    for (int j = 0; j < group->num_ops; j++)
        operands += group->ops[j].num_inputs;
    p->loads = TN_NEW_ARRAY(p, tn_load, (size_t)operands);
    p->instructions = TN_NEW_ARRAY(p, tn_instruction, (size_t)group->num_ops);
    p->rooms = TN_NEW_ARRAY(p, uint32_t, (size_t)(operands + group->num_ops + 1));
    return p->loads && p->instructions && p->rooms;
}

/* Inputs that are only taken whole, with elements as large as the output's. */
static unsigned find_in_place(const tn_program *p)
{
    unsigned may = 0, may_not = 0;
    for (int l = 0; l < p->num_loads; l++) {
        const tn_load *load = &p->loads[l];
        if (load->input < 32)
            *(load->spread || load->size != p->out_size ? &may_not : &may) |= 1u << load->input;
    }
    return may & ~may_not;
}

/* Of the matrix that a finished kernel makes: the result of the group may have another shape. */
static int64_t columns_of(const tn_dims *dims)
{
    return dims->rank ? dims->dim[dims->rank - 1] : 1;
}

tn_program *tn_program_new(const void *owner, const tn_group *group, unsigned *in_place)
{
    const tn_operand *out = &group->ops[group->num_ops - 1].out;
    builder b = { .group = group, .p = TN_NEW(owner, tn_program) };
    tn_program *p = b.p;
    if (!p || !take_memory(p, group)) {
        talloc_free(p);
        return NULL;
    }
    p->n = tn_dims_size(&out->dims);
    p->columns = columns_of(group->anchor ? &group->anchor->dims : &out->dims);
    p->out_size = (int)tn_dtype_size(out->dtype);
    p->stream = group->stream;
    for (int j = 0; j < group->num_ops; j++)
        draft_op(&b, j);
    for (int j = 0; j < group->num_ops; j++)
        (void)(join(&b, j, 0) || join(&b, j, 1));
    if (!write_instructions(&b)) {
        talloc_free(p);
        return NULL;
    }
    lay_out_rooms(&b);
    if (in_place)
        *in_place = find_in_place(p);
    return p;
}
