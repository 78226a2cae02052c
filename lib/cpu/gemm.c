/* Matrix products: see gemm.h. The product itself is in gemm_body.h, once for all element types. */
#include "cpu/gemm.h"

#include <string.h>

/* Tiles are 4 rows of 64 bytes: 16 floats, 8 doubles. A block of op(B) of KC rows and 1 KiB columns takes 128 KiB of stack. */
enum { TN_GEMM_MR = 4, TN_GEMM_ROW_BYTES = 64, TN_GEMM_KC = 128, TN_GEMM_NC_BYTES = 1024, TN_GEMM_SMALL = 2048 };

/* 32-byte vectors where the processor has them. No fused multiply-add: results are the same on every processor. */
#if defined(__x86_64__)
#define TN_GEMM_WIDE __attribute__((target("avx2")))
#endif

#define T       float
#define NAME(x) f32_##x
#include "cpu/gemm_body.h"

#define T       double
#define NAME(x) f64_##x
#include "cpu/gemm_body.h"

#define T       uint32_t
#define NAME(x) i32_##x
#include "cpu/gemm_body.h"

#define T       uint64_t
#define NAME(x) i64_##x
#include "cpu/gemm_body.h"

tn_gemm tn_gemm_of(tn_dtype dtype)
{
    switch (dtype) {
    case TN_FLOAT32:
        return f32_gemm;
    case TN_FLOAT64:
        return f64_gemm;
    case TN_INT32:
        return i32_gemm;
    case TN_INT64:
        return i64_gemm;
    default:
        return NULL;
    }
}
