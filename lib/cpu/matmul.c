/* MatMul: the product of gemm.h. */
#include "core/alloc.h"
#include "core/tensor.h"
#include "cpu/gemm.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

/* Rows: with more of them, packing a constant in each run is little beside the product, and saves its copy. */
enum { PACK_FOR_UP_TO = 512 };

typedef struct matmul_args {
    tn_gemm gemm;
    bool swapped;       /* the first operand of the product is input 1 */
    const void *packed; /* the second one, when it is a constant; or NULL */
    const tn_finish *finish;
    double work;
} matmul_args;

/* A run of a step, for its finish. */
typedef struct matmul_run {
    const tn_finish *finish;
    const tn_step *step;
    const tn_frame *frame;
} matmul_run;

static void finish_rectangle(const void *arg, int64_t row, int64_t rows, int64_t column, int64_t columns)
{
    const matmul_run *r = arg;
    r->finish->run(r->finish, r->step, r->frame, row, rows, column, columns);
}

/* The product of a column was made as one of a row. */
static void finish_swapped(const void *arg, int64_t row, int64_t rows, int64_t column, int64_t columns)
{
    finish_rectangle(arg, column, columns, row, rows);
}

static tn_status run_matmul(const tn_step *step, const tn_frame *frame)
{
    const matmul_args *a = step->args;
    const matmul_run run = { a->finish, step, frame };
    tn_gemm_operands o = { .a = tn_in(step, frame, a->swapped),
                           .b = tn_in(step, frame, !a->swapped),
                           .packed = a->packed,
                           .c = tn_out(step, frame, 0),
                           .workspace = a->gemm.workspace ? tn_workspace(step, frame) : NULL };
    if (a->finish) {
        o.finish = a->swapped ? finish_swapped : finish_rectangle;
        o.finish_arg = &run;
    }
    tn_gemm_run(&a->gemm, tn_pool_worth(frame->pool, a->work), &o);
    return TN_OK;
}

/* Packs a constant second operand for good. */
static tn_status pack_constant(tn_prepare *p, matmul_args *args)
{
    const tn_operand *b = &p->in[!args->swapped];
    if (!b->value || p->once || !args->gemm.pack || args->gemm.m > PACK_FOR_UP_TO)
        return TN_OK;
    const tn_dims dims = tn_dims_vector(tn_gemm_packed_size(&args->gemm));
    tn_tensor *packed = tn_tensor_raw(p->owner, b->dtype, &dims, p->meter);
    if (!packed)
        return tn_last_error()->code;
    tn_gemm_pack(&args->gemm, b->value, packed->data);
    args->packed = packed->data;
    args->gemm.workspace -= args->gemm.packed;
    args->gemm.packed = 0;
    return TN_OK;
}

tn_status tn_prepare_matmul(tn_prepare *p)
{
    bool ta = tn_op_bool(p->op, "transpose_a"), tb = tn_op_bool(p->op, "transpose_b");
    int64_t m = p->out[0].dims.dim[0], n = p->out[0].dims.dim[1], k = p->in[0].dims.dim[!ta];
    matmul_args *args = TN_NEW(p->owner, matmul_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    p->work = args->work = tn_work_of_products((double)m * (double)n * (double)k);
    int threads = args->work < TN_WORTH_SPLITTING || p->threads < 1 ? 1 : p->threads;
    args->finish = p->finish;
    /* A matrix by a column is the row by the transposed matrix: kernels are good at rows. */
    args->swapped = n == 1 && m > 1;
    args->gemm = args->swapped ? tn_gemm_new(tn_isa_best(), p->in[0].dtype, !tb, !ta, n, m, k, threads)
                               : tn_gemm_new(tn_isa_best(), p->in[0].dtype, ta, tb, m, n, k, threads);
    if (!args->gemm.kernels)
        return tn_no_kernel(p, p->in[0].dtype);
    tn_status status = pack_constant(p, args);
    p->args = args;
    p->run = run_matmul;
    p->workspace = args->gemm.workspace;
    return status;
}
