/*
 * Programs: a group of elementwise operations as instructions over tiles, a few hundred elements at a time, so that what one instruction
 * leaves is still in the nearest cache when the next one takes it. program.c writes them, fused.c runs them.
 *
 * An instruction reads and writes places. The first places are the operands: memory, as it is where an operand has the order of the output,
 * else spread out into a room. The others are registers, each a room of its own. Rooms are parts of one small scratch on the stack.
 */
#ifndef TN_CPU_PROGRAM_H
#define TN_CPU_PROGRAM_H

#include "ops/kernel.h"

enum {
    TN_TILE = TN_SOURCE_MOST, /* the most elements of a tile */
    TN_ROOMS = 32768,         /* bytes of all rooms */
    TN_MAX_LOADS = TN_GROUP_OPS * TN_MAX_OPERANDS,
    TN_MAX_PLACES = TN_MAX_LOADS + TN_GROUP_OPS + 1
};

/* How a broadcast operand lies in the order of the output, with as few dimensions as that takes. The innermost stride is 0 or 1. */
typedef struct tn_spread {
    int rank;
    int64_t dim[TN_MAX_RANK];
    int64_t stride[TN_MAX_RANK]; /* in elements of the operand */
    int64_t period;              /* after so many elements it begins again */
} tn_spread;

typedef struct tn_load {
    int32_t input;           /* of the step; TN_FROM_ANCHOR: its output */
    int32_t size;            /* bytes of an element */
    const tn_spread *spread; /* NULL: element i of the operand goes with element i of the output */
    bool full;               /* a row with the stride 0 will not do */
    uint32_t room;           /* of an operand that is spread */
} tn_load;

typedef struct tn_instruction {
    tn_row row;
    uint8_t in[TN_MAX_OPERANDS]; /* places; 0 where there are fewer operands */
    uint8_t out;                 /* a place; the last instruction's is the output itself, when that is not streamed */
} tn_instruction;

typedef struct tn_program {
    union { /* first: who holds one of these finds the program */
        tn_finish finish;
        tn_source source;
    } as;
    int num_loads, num_places, num_instructions;
    int64_t n, columns, tile; /* elements in all; in a row of what it finishes; in a tile */
    int out_size;             /* bytes of an element */
    bool stream;
    tn_load *loads;
    tn_instruction *instructions;
    uint32_t *rooms; /* by place: its offset in the scratch; of registers only */
} tn_program;

/* A child of owner. in_place (may be NULL): the inputs of the step that the output may be written over. NULL with TN_RESOURCE_EXHAUSTED. */
tn_program *tn_program_new(const void *owner, const tn_group *group, unsigned *in_place);

/* The spread of an operand of these dims over dims `out`, which it broadcasts to. */
tn_spread tn_spread_of(const tn_dims *out, const tn_dims *in);

#endif
