/* Transposes, compiled for each instruction set (isa/transpose.c). */
#ifndef TN_CPU_TRANSPOSE_H
#define TN_CPU_TRANSPOSE_H

#include <stdint.h>

/* Element [r][c] of `to` becomes element [c][r] of `from`; strides are in bytes from a row to the next, within a row elements are adjacent.
 */
typedef void (*tn_transpose_of)(const char *from, char *to, int64_t from_stride, int64_t to_stride, int64_t rows, int64_t columns);

/* By the size of an element. */
typedef struct tn_transposes {
    tn_transpose_of of_4, of_8;
} tn_transposes;

#endif
