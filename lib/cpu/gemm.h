/* Matrix products, plain blocked C. */
#ifndef TN_CPU_GEMM_H
#define TN_CPU_GEMM_H

#include <tenure/tensor.h>

/* C[m,n] = op(A)[m,k] op(B)[k,n], row-major; op transposes when asked: A is then stored [k,m], B [n,k]. k 0 gives zeros. C overlaps
 * neither operand. Integers wrap. */
typedef void (*tn_gemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const void *a, const void *b, void *c);

/* The product for float, double, int32 or int64; NULL for another dtype. */
tn_gemm tn_gemm_of(tn_dtype dtype);

#endif
