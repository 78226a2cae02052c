/*
 * What a matrix product is made of, compiled for each instruction set: kernels that multiply one tile of C, small enough for its sums to
 * stay in registers, and copies of blocks in an order that caches like. cpu/gemm.h makes whole products of them.
 *
 * Every element of a tile is one chain: sum = sum + a[i,p] * b[p,j] for p = 0 … k - 1, from 0 or from what C holds. So it does not matter
 * for a single bit how a product is cut into tiles and blocks of k. In avx2 and avx512 float32 and float64 round once for each link of the
 * chain (fused multiply-add), and their results are equal; baseline rounds the product, then the sum. Integers wrap.
 */
#ifndef TN_CPU_GEMM_KERNELS_H
#define TN_CPU_GEMM_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

/* One tile: C[rows, columns] = A[rows, k] B[k, columns], or added to what is there. Nothing outside of the three is read or written.
 * Steps are in elements, from one row as it lies in memory to the next. rows is 1 … the kernels' rows, columns 1 … their columns; k may
 * be 0. */
typedef struct tn_gemm_tile {
    const void *a, *b;
    void *c;
    int64_t a_step, b_step, c_step;
    int64_t k, rows, columns;
    bool add;
} tn_gemm_tile;

/* The kernels of one element type. */
typedef struct tn_gemm_kernels {
    int64_t rows, columns; /* of a full tile */
    int64_t size;          /* bytes of an element */
    /* a[i * a_step + p] is A[i,p]: a matrix as it lies, or a strip of it. */
    void (*by_rows)(const tn_gemm_tile *tile);
    /* a[p * a_step + i] is A[i,p]: a transposed matrix as it lies. */
    void (*by_columns)(const tn_gemm_tile *tile);
    /* Copies rows of `width` elements, at most `columns`: to[r * to_step + j] = from[r * from_step + j]. */
    void (*copy)(void *to, int64_t to_step, const void *from, int64_t from_step, int64_t rows, int64_t width);
} tn_gemm_kernels;

#endif
