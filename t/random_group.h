/*
 * Random groups of elementwise operations, with their operands' elements, for tests of programs: what they compute is worked out operation
 * by operation and element by element, by rows of one element.
 */
#ifndef TN_T_RANDOM_GROUP_H
#define TN_T_RANDOM_GROUP_H

#include "cpu/isa.h"
#include "cpu/program.h"
#include "harness.h"

enum { GROUP_MOST = 2200 }; /* elements */

/* A number below another, of a sequence that is the same in each run. */
uint32_t draw(uint32_t below);
/* Dims that broadcast to others: some axes are 1, and some of the first may not be there. */
tn_dims narrower(const tn_dims *out);
/* Where element i of `out` finds its operand, by the definition of broadcasting. */
int64_t place_in(const tn_dims *out, const tn_dims *in, int64_t i);

/* What the operations of groups are. */
typedef struct group_kind {
    int row, num_inputs, super;
    tn_dtype in[TN_MAX_OPERANDS], out;
} group_kind;
extern const group_kind group_kinds[];
enum { GROUP_ADD, GROUP_SUB, GROUP_MUL, GROUP_MAXIMUM, GROUP_MINIMUM, GROUP_RELU, GROUP_SQUARE, GROUP_NEG, GROUP_ABS };

typedef struct random_group {
    tn_group group;
    tn_dims dims;
    tn_operand in[TN_GROUP_INPUTS], anchor;
    tn_group_op ops[TN_GROUP_OPS];
    const group_kind *kinds[TN_GROUP_OPS];
    tn_dims by_column[2]; /* how BiasAdd takes a vector: by other dims than it has */
} random_group;

/* The elements of the inputs, and of the anchor. */
extern char group_data[TN_GROUP_INPUTS][GROUP_MOST * 8], group_anchor[GROUP_MOST * 8];

/* So many operations, the last of which gives float32; input 0 of the group is the step's input `first`. */
void random_group_of(random_group *g, int n, bool anchored, int first);
/* Takes the rows of an instruction set. */
void random_group_use(random_group *g, const tn_isa *isa);
/* What it computes. */
const char *random_group_result(const random_group *g);

#endif
