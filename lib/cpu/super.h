/* Superinstructions and streaming stores: what fused steps use beside the rows of rows.h. */
#ifndef TN_CPU_SUPER_H
#define TN_CPU_SUPER_H

#include "ops/kernel.h"

/* What pairs are made of, all of float32: first the functions of two inputs, then those of one. */
enum { TN_SUPER_add, TN_SUPER_sub, TN_SUPER_mul, TN_SUPER_maximum, TN_SUPER_minimum, TN_SUPER_relu, TN_SUPER_square, TN_SUPER_neg };
enum { TN_SUPER_TWO = TN_SUPER_relu, TN_NUM_SUPER = TN_SUPER_neg + 1 };

typedef struct tn_super {
    /* [first][second][1 where the first's result is the second's right operand]. Inputs: those of the first function, then the second's
     * other one; all with the stride 1. NULL: there is no such pair. */
    tn_row pair[TN_NUM_SUPER][TN_NUM_SUPER][2];
    void (*stream)(void *to, const void *from, size_t bytes); /* a copy past the caches */
    void (*stream_done)(void);                                /* before anybody else reads what was streamed */
} tn_super;

#endif
