/* Sources and passages: constants, placeholders, Identity and the like. None has a kernel: the plan knows what they are by their flags. */
#include "core/tensor.h"
#include "ops/gradient.h"

static tn_status infer_const(tn_infer *c)
{
    const tn_tensor *value = tn_op_tensor(c->op, "value");
    tn_dtype dtype = tn_op_dtype(c->op, "dtype");
    if (value->dtype != dtype)
        return tn_infer_fail(c, "Type mismatch between value (%s) and dtype (%s)", tn_dtype_name(value->dtype), tn_dtype_name(dtype));
    c->out[0] = value->dims;
    return TN_OK;
}

static tn_status infer_placeholder(tn_infer *c)
{
    c->out[0] = tn_op_dims(c->op, "shape");
    return TN_OK;
}

/* In the graph it is whatever may be fed; in a plan that does not feed it, its default. */
static tn_status infer_placeholder_with_default(tn_infer *c)
{
    char is[TN_DIMS_TEXT], may_be[TN_DIMS_TEXT];
    const tn_dims *given = &c->in[0].dims;
    tn_dims shape = tn_op_dims(c->op, "shape");
    if (!tn_dims_compatible(given, &shape))
        return tn_infer_fail(c, "the default has shape %s, which is not compatible with %s", tn_dims_text(given, is),
                             tn_dims_text(&shape, may_be));
    c->out[0] = shape;
    if (!c->building)
        tn_dims_merge(given, &shape, &c->out[0]);
    return TN_OK;
}

static tn_status pass_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, g->dy[0]);
}

const tn_op_def tn_ops_basic[] = {
    { .name = "Const",
      .signature = "; value: tensor; dtype: type -> output: dtype",
      .infer = infer_const,
      .gradient = tn_no_gradient,
      .flags = TN_OP_CONST,
      .constructor = "",
      .formula = "the value it was made with" },
    { .name = "Placeholder",
      .signature = "; dtype: type; shape: shape = { unknown_rank: true } -> output: dtype",
      .infer = infer_placeholder,
      .flags = TN_OP_PLACEHOLDER,
      .constructor = "",
      .formula = "the tensor that is fed; running it unfed is an error" },
    { .name = "PlaceholderWithDefault",
      .signature = "input: dtype; dtype: type; shape: shape -> output: dtype",
      .infer = infer_placeholder_with_default,
      .gradient = pass_gradient,
      .flags = TN_OP_VIEW,
      .formula = "the tensor that is fed, or input when none is" },
    { .name = "Identity",
      .signature = "input: T; T: type -> output: T",
      .infer = tn_infer_same,
      .gradient = pass_gradient,
      .flags = TN_OP_VIEW,
      .formula = "output = input" },
    { .name = "StopGradient",
      .signature = "input: T; T: type -> output: T",
      .infer = tn_infer_same,
      .gradient = tn_no_gradient,
      .flags = TN_OP_VIEW,
      .formula = "output = input; no gradient flows through it" },
    { .name = "NoOp", .signature = "->", .infer = tn_infer_nothing, .formula = "computes nothing: there to be waited for, or to wait" },
};
const size_t tn_num_ops_basic = sizeof tn_ops_basic / sizeof tn_ops_basic[0];
