/* Comparisons, logic, the choice between two tensors, and conversion between dtypes. */
#include "core/dtype.h"
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"

/* A condition that is neither a scalar nor of the shape of the two chooses along axis 0. */
static tn_status infer_select(tn_infer *c)
{
    const tn_dims *condition = &c->in[0].dims;
    tn_dims both, whole;
    tn_status status = tn_expect_same(c, &c->in[1].dims, &c->in[2].dims, &both);
    if (status)
        return status;
    c->out[0] = both;
    if (condition->rank <= 0 || both.rank < 0)
        return TN_OK;
    if (condition->rank != 1 || both.rank == 0)
        return tn_expect_same(c, condition, &both, &whole);
    tn_dims first = tn_dims_vector(both.dim[0]);
    return tn_expect_same(c, condition, &first, &whole);
}

static tn_status infer_select_v2(tn_infer *c)
{
    const tn_dims *in[] = { &c->in[0].dims, &c->in[1].dims, &c->in[2].dims };
    char text[3][TN_DIMS_TEXT];
    tn_dims both, all;
    if (!tn_dims_broadcast(in[1], in[2], &both) || !tn_dims_broadcast(in[0], &both, &all))
        return tn_infer_fail(c, "condition %s, then %s, and else %s must be broadcastable", tn_dims_text(in[0], text[0]),
                             tn_dims_text(in[1], text[1]), tn_dims_text(in[2], text[2]));
    c->out[0] = all;
    return TN_OK;
}

static tn_status select_gradient(tn_gradient *g)
{
    tn_output condition = tn_op_input(g->op, 0), zeros = tn_grad_zeros_like(g->dy[0]);
    tn_status status = tn_grad_give(g, 1, TN_GRAD("Select", condition, g->dy[0], zeros));
    return status ? status : tn_grad_give(g, 2, TN_GRAD("Select", condition, zeros, g->dy[0]));
}

/* Of one side: what comes in where it was chosen, summed to its shape. The other side of the choice is a scalar 0. */
static tn_status give_chosen(tn_gradient *g, int side)
{
    tn_output zero = tn_grad_scalar(tn_output_dtype(g->dy[0]), 0), condition = tn_op_input(g->op, 0);
    tn_output dx = TN_GRAD("SelectV2", condition, side == 1 ? g->dy[0] : zero, side == 1 ? zero : g->dy[0]);
    return dx.op ? tn_grad_give(g, side, tn_grad_unbroadcast(g, dx, tn_op_input(g->op, side))) : tn_last_error()->code;
}

static tn_status select_v2_gradient(tn_gradient *g)
{
    tn_status status = give_chosen(g, 1);
    return status ? status : give_chosen(g, 2);
}

static bool is_continuous(tn_dtype dtype)
{
    return tn_dtype_is_floating(dtype) || tn_dtype_kind_of(dtype) == TN_KIND_COMPLEX;
}

/* Back again, between floating dtypes; there is none through the others. */
static tn_status cast_gradient(tn_gradient *g)
{
    tn_dtype from = tn_output_dtype(tn_op_input(g->op, 0));
    if (!is_continuous(from) || !is_continuous(tn_output_dtype(g->dy[0])))
        return TN_OK;
    tn_attrs to = TN_ATTRS(TN_TYPE_ATTR("DstT", from));
    return tn_grad_give(g, 0, tn_op_output(tn_op_new(NULL, "Cast", TN_OUTPUTS(g->dy[0]), .attrs = to), 0));
}

#define EQUALITY                                                                                                                           \
    "x: T, y: T; T: {bfloat16, half, float, double, uint8, int8, int16, int32, int64, complex64, quint8, qint8, qint32, string, bool, "    \
    "complex128} -> z: bool"
#define COMPARISON(row, lower, text)                                                                                                       \
    {                                                                                                                                      \
        .name = row, .signature = "x: T, y: T; T: realnumbertype -> z: bool", .infer = tn_infer_broadcast, .gradient = tn_no_gradient,     \
        .prepare = tn_prepare_##lower, .formula = text                                                                                     \
    }
#define COMMUTATIVE(row, inputs, lower, text)                                                                                              \
    {                                                                                                                                      \
        .name = row, .signature = inputs, .infer = tn_infer_broadcast, .gradient = tn_no_gradient, .prepare = tn_prepare_##lower,          \
        .flags = TN_OP_COMMUTATIVE, .formula = text                                                                                        \
    }

/* clang-format off */
const tn_op_def tn_ops_compare[] = {
    COMPARISON("Less", less, "x < y"),
    COMPARISON("LessEqual", less_equal, "x <= y"),
    COMPARISON("Greater", greater, "x > y"),
    COMPARISON("GreaterEqual", greater_equal, "x >= y"),
    COMMUTATIVE("Equal", EQUALITY, equal, "x == y; false when one is NaN"),
    COMMUTATIVE("NotEqual", EQUALITY, not_equal, "x != y; true when one is NaN"),
    COMMUTATIVE("LogicalAnd", "x: bool, y: bool -> z: bool", logical_and, "x and y"),
    COMMUTATIVE("LogicalOr", "x: bool, y: bool -> z: bool", logical_or, "x or y"),
    { .name = "LogicalNot", .signature = "x: bool -> y: bool", .infer = tn_infer_same, .gradient = tn_no_gradient,
      .prepare = tn_prepare_logical_not, .formula = "not x" },
    { .name = "Select", .signature = "condition: bool, t: T, e: T; T: type -> output: T", .infer = infer_select,
      .gradient = select_gradient, .prepare = tn_prepare_select,
      .formula = "t where the condition is true, else e; a vector condition chooses among whole slices along axis 0" },
    { .name = "SelectV2", .signature = "condition: bool, t: T, e: T; T: type -> output: T", .infer = infer_select_v2,
      .gradient = select_v2_gradient, .prepare = tn_prepare_select_v2,
      .formula = "t where the condition is true, else e; all three broadcast" },
    { .name = "Cast", .signature = "x: SrcT; SrcT: type; DstT: type; Truncate: bool = false -> y: DstT", .infer = tn_infer_same,
      .gradient = cast_gradient, .prepare = tn_prepare_cast,
      .formula = "x as another dtype: floats are rounded half to even, and truncated toward 0 when they become integers" },
};
/* clang-format on */
const size_t tn_num_ops_compare = sizeof tn_ops_compare / sizeof tn_ops_compare[0];
