/* MatMul: the product of gemm.h. */
#include "core/alloc.h"
#include "cpu/gemm.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

typedef struct matmul_args {
    tn_gemm gemm;
    bool transpose_a, transpose_b;
    int64_t m, n, k;
} matmul_args;

static tn_status run_matmul(const tn_step *step, const tn_frame *frame)
{
    const matmul_args *a = step->args;
    a->gemm(a->transpose_a, a->transpose_b, a->m, a->n, a->k, tn_in(step, frame, 0), tn_in(step, frame, 1), tn_out(step, frame, 0));
    return TN_OK;
}

tn_status tn_prepare_matmul(tn_prepare *p)
{
    tn_gemm gemm = tn_gemm_of(p->in[0].dtype);
    if (!gemm)
        return tn_no_kernel(p, p->in[0].dtype);
    matmul_args *args = TN_NEW(p->owner, matmul_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    bool ta = tn_op_bool(p->op, "transpose_a"), tb = tn_op_bool(p->op, "transpose_b");
    *args = (matmul_args){ gemm, ta, tb, p->out[0].dims.dim[0], p->out[0].dims.dim[1], p->in[0].dims.dim[!ta] };
    p->args = args;
    p->run = run_matmul;
    p->work = 2.0 * (double)args->m * (double)args->n * (double)args->k;
    return TN_OK;
}
