/* Softmax, its logarithm, and the two cross entropies. */
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"

static tn_status infer_softmax(tn_infer *c)
{
    c->out[0] = c->in[0].dims;
    return tn_expect_min_rank(c, 0, 1);
}

static tn_output sum_last_axis(tn_output x)
{
    const int64_t last[] = { -1 };
    tn_attrs keep = TN_ATTRS(TN_BOOL_ATTR("keep_dims", true));
    return tn_op_output(tn_op_new(NULL, "Sum", TN_OUTPUTS(x, tn_grad_ints(1, last)), .attrs = keep), 0);
}

/* (v - sum(v * p)) * p: what a change v of the logits does to their softmax p. */
static tn_output through_softmax(tn_output v, tn_output p)
{
    return TN_GRAD("Mul", TN_GRAD("Sub", v, sum_last_axis(TN_GRAD("Mul", v, p))), p);
}

static tn_status softmax_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, through_softmax(g->dy[0], tn_op_output(g->op, 0)));
}

static tn_status log_softmax_gradient(tn_gradient *g)
{
    tn_output p = TN_GRAD("Exp", tn_op_output(g->op, 0));
    return tn_grad_give(g, 0, TN_GRAD("Sub", g->dy[0], TN_GRAD("Mul", sum_last_axis(g->dy[0]), p)));
}

static tn_status infer_cross_entropy(tn_infer *c)
{
    tn_dims both;
    if (!tn_dims_broadcast(&c->in[0].dims, &c->in[1].dims, &both))
        return tn_infer_broadcast(c);
    if (both.rank >= 0 && both.rank != 2)
        return tn_infer_fail(c, "Shape must be broadcasted with rank 2, but is rank %d", both.rank);
    c->out[1] = both.rank < 0 ? tn_dims_unknown_of_rank(2) : both;
    c->out[0] = tn_dims_vector(c->out[1].dim[0]);
    return TN_OK;
}

/* The gradient of the loss, one for each row, times what is there for each class. */
static tn_output times_rows(tn_output rows, tn_output x)
{
    const int32_t last = -1;
    return TN_GRAD("Mul", TN_GRAD("ExpandDims", rows, tn_const_new(TN_INT32, 0, NULL, &last, NULL)), x);
}

/* d loss/d logits is the second output; that of the second output, softmax - labels, is softmax's. NULL op when neither is asked for. */
static tn_output logits_gradient(const tn_gradient *g)
{
    tn_output loss = g->dy[0], backprop = g->dy[1], dx = TN_ZERO_OUTPUT_;
    if (loss.op)
        dx = times_rows(loss, tn_op_output(g->op, 1));
    if (!backprop.op)
        return dx;
    tn_output second = through_softmax(backprop, TN_GRAD("Softmax", tn_op_input(g->op, 0)));
    return loss.op ? TN_GRAD("Add", dx, second) : second;
}

static tn_output labels_gradient(const tn_gradient *g)
{
    tn_output loss = g->dy[0], backprop = g->dy[1], dx = TN_ZERO_OUTPUT_;
    if (loss.op)
        dx = times_rows(loss, TN_GRAD("Neg", TN_GRAD("LogSoftmax", tn_op_input(g->op, 0))));
    if (!backprop.op)
        return dx;
    return loss.op ? TN_GRAD("Sub", dx, backprop) : TN_GRAD("Neg", backprop);
}

static tn_status cross_entropy_gradient(tn_gradient *g)
{
    tn_status status = tn_grad_give(g, 0, tn_grad_unbroadcast(g, logits_gradient(g), tn_op_input(g->op, 0)));
    return status ? status : tn_grad_give(g, 1, tn_grad_unbroadcast(g, labels_gradient(g), tn_op_input(g->op, 1)));
}

static tn_status infer_sparse_cross_entropy(tn_infer *c)
{
    tn_status status = tn_expect_rank(c, 0, 2);
    if (!status)
        status = tn_expect_rank(c, 1, 1);
    if (status)
        return status;
    tn_dims logits = c->in[0].dims.rank < 0 ? tn_dims_unknown_of_rank(2) : c->in[0].dims;
    status = tn_expect_dim(c, logits.dim[0], c->in[1].dims.rank < 0 ? -1 : c->in[1].dims.dim[0], &logits.dim[0]);
    if (status)
        return status;
    c->out[0] = tn_dims_vector(logits.dim[0]);
    c->out[1] = logits;
    return TN_OK;
}

static tn_status sparse_cross_entropy_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, logits_gradient(g));
}

#define FLOATS "T: {half, bfloat16, float, double}"

const tn_op_def tn_ops_nn[] = {
    { .name = "Softmax",
      .signature = "logits: T; " FLOATS " -> softmax: T",
      .infer = infer_softmax,
      .gradient = softmax_gradient,
      .prepare = tn_prepare_softmax,
      .formula = "exp(logits) / sum(exp(logits)) over the last axis" },
    { .name = "LogSoftmax",
      .signature = "logits: T; " FLOATS " -> logsoftmax: T",
      .infer = infer_softmax,
      .gradient = log_softmax_gradient,
      .prepare = tn_prepare_log_softmax,
      .formula = "logits - log(sum(exp(logits))) over the last axis" },
    { .name = "SoftmaxCrossEntropyWithLogits",
      .signature = "features: T, labels: T; " FLOATS " -> loss: T, backprop: T",
      .infer = infer_cross_entropy,
      .gradient = cross_entropy_gradient,
      .prepare = tn_prepare_cross_entropy,
      .formula = "loss = -sum(labels * log(softmax(features))) of each row; backprop = softmax(features) - labels" },
    { .name = "SparseSoftmaxCrossEntropyWithLogits",
      .signature = "features: T, labels: Tlabels; " FLOATS "; Tlabels: {int32, int64} = int64 -> loss: T, backprop: T",
      .infer = infer_sparse_cross_entropy,
      .gradient = sparse_cross_entropy_gradient,
      .prepare = tn_prepare_sparse_cross_entropy,
      .formula = "loss = -log(softmax(features))[label] of each row; backprop = softmax(features) - one_hot(labels)" },
};
const size_t tn_num_ops_nn = sizeof tn_ops_nn / sizeof tn_ops_nn[0];
