/*
 * Matrix products: C[m,n] = op(A)[m,k] op(B)[k,n], row-major; op transposes when asked: A is then stored [k,m], B [n,k].
 *
 * A product is prepared once, which chooses kernels and blocks, and then run often, on any thread, with the threads of a pool. Every
 * element is the chain of cpu/gemm_kernels.h over the whole of k: its bits do not depend on blocks, paths, threads, or on whether B was
 * packed before.
 *
 *   tn_gemm g = tn_gemm_new(tn_isa_best(), TN_FLOAT32, false, false, m, n, k, threads);
 *   tn_gemm_run(&g, pool, &(tn_gemm_operands){ .a = a, .b = b, .c = c, .workspace = bytes });      g.workspace of them
 */
#ifndef TN_CPU_GEMM_H
#define TN_CPU_GEMM_H

#include "core/pool.h"
#include "cpu/gemm_kernels.h"
#include "cpu/isa.h"
#include <tenure/tensor.h>

typedef struct tn_gemm {
    const tn_gemm_kernels *kernels; /* NULL: no product for this dtype */
    tn_transpose_of transpose;      /* for elements of their size */
    bool transpose_a, transpose_b;
    int64_t m, n, k;
    /* Elements from one row as it is stored to the next. As if nothing lay between the rows; the caller may widen them. */
    int64_t a_step, b_step, c_step;
    size_t workspace; /* bytes, 64-byte aligned, that a run needs */
    /* How it is cut. Whoever changes one of these calls tn_gemm_lay_out. */
    bool pack;                         /* B is packed: it is read often, or lies badly. It must be when it is transposed */
    bool alone;                        /* then: by each task for itself, a panel at a time, rather than by all threads before */
    bool copy;                         /* strips of A are copied: they lie badly, or are nowhere yet */
    int64_t phase_k, phase_n;          /* of B that is packed before it is multiplied */
    int64_t block_k;                   /* of a phase; what a kernel multiplies at once */
    int64_t strips;                    /* that A and C are cut into, about equally high, at most as high as a kernel */
    int64_t task_strips, task_columns; /* of C in one task of the pool */
    /* By tn_gemm_lay_out: */
    size_t panel;       /* bytes of one */
    size_t packed;      /* bytes for the B of a phase, at the start of the workspace */
    size_t strip;       /* bytes for a worker's copy of a strip, behind it */
    int64_t strip_step; /* elements from one row of a strip to the next */
} tn_gemm;

/* What a run reads and writes. C overlaps neither operand nor the workspace. */
typedef struct tn_gemm_operands {
    const void *a, *b;
    const void *packed; /* of tn_gemm_pack, in place of b; or NULL */
    void *c;
    void *workspace;
    /* In place of a: writes op(A)[row … row + rows - 1, p … p + k - 1] to into[i * step + q]. For A that is nowhere as a matrix, such as
     * the patches of a convolution. Called from several threads. Needs `copy`, and A must not be transposed. */
    void (*load)(const void *arg, int64_t row, int64_t rows, int64_t p, int64_t k, void *into, int64_t step);
    /* Called for each rectangle of C once, by the thread that has just made its elements final. */
    void (*finish)(const void *arg, int64_t row, int64_t rows, int64_t column, int64_t columns);
    const void *load_arg, *finish_arg;
} tn_gemm_operands;

/* threads: the most that run it at once (of the pool that it is given). */
tn_gemm tn_gemm_new(const tn_isa *isa, tn_dtype dtype, bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, int threads);
/* The workspace, after how it is cut was changed. */
void tn_gemm_lay_out(tn_gemm *g, int threads);

void tn_gemm_run(const tn_gemm *g, tn_pool *pool, const tn_gemm_operands *operands);

/* B packed whole, once for many runs: how many elements that takes, and the packing. For whom it pays: `pack`. */
int64_t tn_gemm_packed_size(const tn_gemm *g);
void tn_gemm_pack(const tn_gemm *g, const void *b, void *packed);

#endif
