/* MatMul, BiasAdd and its gradient, AddN. */
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"

#include <string.h>

static tn_status infer_matmul(tn_infer *c)
{
    int ta = tn_op_bool(c->op, "transpose_a"), tb = tn_op_bool(c->op, "transpose_b");
    tn_status status = tn_expect_rank(c, 0, 2);
    if (!status)
        status = tn_expect_rank(c, 1, 2);
    if (status)
        return status;
    tn_dims a = c->in[0].dims, b = c->in[1].dims;
    if (a.rank < 0)
        a = tn_dims_unknown_of_rank(2);
    if (b.rank < 0)
        b = tn_dims_unknown_of_rank(2);
    int64_t inner;
    status = tn_expect_dim(c, a.dim[!ta], b.dim[tb], &inner);
    if (!status)
        c->out[0] = tn_dims_of(2, (const int64_t[]){ a.dim[ta], b.dim[!tb] });
    return status;
}

static tn_output product(tn_output a, bool transpose_a, tn_output b, bool transpose_b)
{
    tn_attrs attrs = TN_ATTRS(TN_BOOL_ATTR("transpose_a", transpose_a), TN_BOOL_ATTR("transpose_b", transpose_b));
    return tn_op_output(tn_op_new(NULL, "MatMul", TN_OUTPUTS(a, b), .attrs = attrs), 0);
}

/* With A' = op(A), B' = op(B): dA' = dC B'^T and dB' = A'^T dC; where op transposes, the whole product is transposed instead. */
static tn_status matmul_gradient(tn_gradient *g)
{
    bool ta = tn_op_bool(g->op, "transpose_a"), tb = tn_op_bool(g->op, "transpose_b");
    tn_output a = tn_op_input(g->op, 0), b = tn_op_input(g->op, 1), dy = g->dy[0];
    tn_status status = tn_grad_give(g, 0, ta ? product(b, tb, dy, true) : product(dy, false, b, !tb));
    return status ? status : tn_grad_give(g, 1, tb ? product(dy, true, a, ta) : product(a, !ta, dy, false));
}

static bool is_nchw(const tn_op *op)
{
    return !strcmp(tn_op_string(op, "data_format"), "NCHW");
}

static tn_status infer_bias_add(tn_infer *c)
{
    bool nchw = is_nchw(c->op);
    tn_status status = tn_expect_min_rank(c, 0, nchw ? 3 : 2);
    if (!status)
        status = tn_expect_rank(c, 1, 1);
    if (status || c->in[0].dims.rank < 0)
        return status;
    tn_dims out = c->in[0].dims;
    int channel = nchw ? 1 : out.rank - 1;
    if (c->in[1].dims.rank == 1)
        status = tn_expect_dim(c, out.dim[channel], c->in[1].dims.dim[0], &out.dim[channel]);
    if (!status)
        c->out[0] = out;
    return status;
}

static tn_output with_format(const char *type, const tn_op *like, tn_outputs inputs)
{
    return tn_op_output(tn_op_new(NULL, type, inputs, .attrs = TN_ATTRS(TN_STRING_ATTR("data_format", tn_op_string(like, "data_format")))),
                        0);
}

static tn_status bias_add_gradient(tn_gradient *g)
{
    tn_status status = tn_grad_give(g, 0, g->dy[0]);
    return status ? status : tn_grad_give(g, 1, with_format("BiasAddGrad", g->op, TN_OUTPUTS(g->dy[0])));
}

static tn_status infer_bias_add_grad(tn_infer *c)
{
    const tn_dims *d = &c->in[0].dims;
    bool nchw = is_nchw(c->op);
    tn_status status = tn_expect_min_rank(c, 0, nchw ? 3 : 2);
    if (!status)
        c->out[0] = tn_dims_vector(d->rank < 0 ? -1 : d->dim[nchw ? 1 : d->rank - 1]);
    return status;
}

/* The sum's gradient repeats dy along every axis but the channels'. */
static tn_status bias_add_grad_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, with_format("BiasAdd", g->op, TN_OUTPUTS(tn_grad_zeros_like(tn_op_input(g->op, 0)), g->dy[0])));
}

static tn_status infer_add_n(tn_infer *c)
{
    tn_dims sum = c->in[0].dims;
    tn_status status = TN_OK;
    for (int i = 1; i < c->num_inputs && !status; i++)
        status = tn_expect_same(c, &sum, &c->in[i].dims, &sum);
    if (!status)
        c->out[0] = sum;
    return status;
}

static tn_status add_n_gradient(tn_gradient *g)
{
    tn_status status = TN_OK;
    for (int i = 0; i < tn_op_num_inputs(g->op) && !status; i++)
        status = tn_grad_give(g, i, g->dy[0]);
    return status;
}

const tn_op_def tn_ops_linear[] = {
    { .name = "MatMul",
      .signature = "a: T, b: T; transpose_a: bool = false; transpose_b: bool = false; "
                   "T: {bfloat16, half, float, double, int32, int64, complex64, complex128} -> product: T",
      .infer = infer_matmul,
      .gradient = matmul_gradient,
      .prepare = tn_prepare_matmul,
      .flags = TN_OP_FINISHES,
      .constructor = "matmul",
      .formula = "product[i,j] = sum over k of a[i,k] * b[k,j]; transpose_a reads a[k,i], transpose_b reads b[j,k]" },
    { .name = "BiasAdd",
      .signature = "value: T, bias: T; T: numbertype; data_format: {'NHWC', 'NCHW'} = 'NHWC' -> output: T",
      .infer = infer_bias_add,
      .gradient = bias_add_gradient,
      .prepare = tn_prepare_bias_add,
      .formula = "value + bias along the channels: the last axis, or axis 1 for NCHW" },
    { .name = "BiasAddGrad",
      .signature = "out_backprop: T; T: numbertype; data_format: {'NHWC', 'NCHW'} = 'NHWC' -> output: T",
      .infer = infer_bias_add_grad,
      .gradient = bias_add_grad_gradient,
      .prepare = tn_prepare_bias_add_grad,
      .source = 1,
      .formula = "the sum over all axes but the channels': the last axis, or axis 1 for NCHW" },
    { .name = "AddN",
      .signature = "inputs: N * T; N: int >= 1; T: {numbertype, variant} -> sum: T",
      .infer = infer_add_n,
      .gradient = add_n_gradient,
      .prepare = tn_prepare_add_n,
      .formula = "the sum of all inputs, which have one shape" },
};
const size_t tn_num_ops_linear = sizeof tn_ops_linear / sizeof tn_ops_linear[0];
