/*
 * What convolutions are made of: a tile of an output that stays in registers while three nested loops go over what is summed into it.
 *
 *   dense       out[i, j] = sum over u, v, k of a[u, v, k, i] * b[u, v, k, j]     rows of a are single elements, repeated along j
 *   depthwise   out[i, c] = sum over u, v, k of a[u, v, k, i, c] * b[u, v, k, c]   both have elements for each column c
 *
 * Each element of out is one chain of fused multiply-adds in the order of the loops (on a baseline without them: of products and sums),
 * so its bits depend on nothing but the loops: not on the tile, not on the width of vectors.
 */
#ifndef TN_CPU_CONV_H
#define TN_CPU_CONV_H

#include <stdbool.h>
#include <stdint.h>

/* A loop: how often, and by how many elements a and b move on each time. */
typedef struct tn_conv_loop {
    int64_t n, a, b;
} tn_conv_loop;

typedef struct tn_conv_tile {
    const void *a, *b;
    void *out;
    tn_conv_loop loops[3]; /* the outermost first */
    int64_t rows;          /* dense: 1 to that of the table; depthwise: any number */
    int64_t a_row;         /* elements from one row of the tile to the next, in a */
    int64_t out_row;       /* in out */
    int64_t columns;       /* dense: 1 to that of the table; depthwise: any number */
    bool add;              /* to what out has, rather than in place of it */
} tn_conv_tile;

/* For one element type. Nothing is read or written outside of the rows and columns of the tile. */
typedef struct tn_conv_table {
    int64_t rows, columns; /* the most of a dense tile */
    void (*dense)(const tn_conv_tile *tile);
    void (*depthwise)(const tn_conv_tile *tile);
} tn_conv_table;

#endif
