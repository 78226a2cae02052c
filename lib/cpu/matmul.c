/* MatMul: the product of gemm.h. */
#include "core/alloc.h"
#include "cpu/gemm.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

typedef struct matmul_args {
    tn_gemm gemm;
} matmul_args;

static tn_status run_matmul(const tn_step *step, const tn_frame *frame)
{
    const matmul_args *a = step->args;
    tn_gemm_run(&a->gemm, frame->pool,
                &(tn_gemm_operands){ .a = tn_in(step, frame, 0),
                                     .b = tn_in(step, frame, 1),
                                     .c = tn_out(step, frame, 0),
                                     .workspace = a->gemm.workspace ? tn_workspace(step, frame) : NULL });
    return TN_OK;
}

tn_status tn_prepare_matmul(tn_prepare *p)
{
    bool ta = tn_op_bool(p->op, "transpose_a"), tb = tn_op_bool(p->op, "transpose_b");
    tn_gemm g = tn_gemm_new(tn_isa_best(), p->in[0].dtype, ta, tb, p->out[0].dims.dim[0], p->out[0].dims.dim[1], p->in[0].dims.dim[!ta],
                            p->threads > 1 ? p->threads : 1);
    if (!g.kernels)
        return tn_no_kernel(p, p->in[0].dtype);
    matmul_args *args = TN_NEW(p->owner, matmul_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    args->gemm = g;
    p->args = args;
    p->run = run_matmul;
    p->workspace = g.workspace;
    p->work = 2.0 * (double)g.m * (double)g.n * (double)g.k;
    return TN_OK;
}
