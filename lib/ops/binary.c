/* Arithmetic on two tensors, element by element, with broadcasting. */
#include "cpu/kernels.h"
#include "ops/gradient.h"

#define SIGNATURE(dtypes) "x: T, y: T; T: {bfloat16, half, float, double, " dtypes "} -> z: T"
#define WIDE              "uint8, int8, uint16, int16, int32, int64, complex64, complex128"

static tn_output x_of(const tn_gradient *g)
{
    return tn_op_input(g->op, 0);
}

static tn_output y_of(const tn_gradient *g)
{
    return tn_op_input(g->op, 1);
}

/* Gives both gradients, each still in the shape of the output. */
static tn_status give_both(tn_gradient *g, tn_output dx, tn_output dy)
{
    if (!dx.op || !dy.op)
        return tn_last_error()->code;
    tn_status status = tn_grad_give(g, 0, tn_grad_unbroadcast(g, dx, x_of(g)));
    return status ? status : tn_grad_give(g, 1, tn_grad_unbroadcast(g, dy, y_of(g)));
}

static tn_status add_gradient(tn_gradient *g)
{
    return give_both(g, g->dy[0], g->dy[0]);
}

static tn_status sub_gradient(tn_gradient *g)
{
    tn_status status = tn_grad_give(g, 0, tn_grad_unbroadcast(g, g->dy[0], x_of(g)));
    return status ? status : tn_grad_give(g, 1, TN_GRAD("Neg", tn_grad_unbroadcast(g, g->dy[0], y_of(g))));
}

static tn_status mul_gradient(tn_gradient *g)
{
    return give_both(g, TN_GRAD("Mul", g->dy[0], y_of(g)), TN_GRAD("Mul", g->dy[0], x_of(g)));
}

/* d(x / y)/dy = -x / y / y */
static tn_status div_gradient(tn_gradient *g)
{
    const char *divide = tn_op_type(g->op);
    tn_output ratio = TN_GRAD(divide, TN_GRAD(divide, TN_GRAD("Neg", x_of(g)), y_of(g)), y_of(g));
    return give_both(g, TN_GRAD(divide, g->dy[0], y_of(g)), TN_GRAD("Mul", g->dy[0], ratio));
}

/* x - floor(x / y) * y */
static tn_status floor_mod_gradient(tn_gradient *g)
{
    tn_output quotient = TN_GRAD("FloorDiv", x_of(g), y_of(g));
    return give_both(g, g->dy[0], TN_GRAD("Mul", g->dy[0], TN_GRAD("Neg", quotient)));
}

/* log(x) where x is above 0, else 0: the exponent has no real gradient there, and no NaN may come of it. */
static tn_output guarded_log(tn_output x)
{
    tn_output zeros = tn_grad_zeros_like(x), positive = TN_GRAD("Greater", x, zeros);
    tn_output safe = TN_GRAD("Select", positive, x, tn_grad_ones_like(x));
    return TN_GRAD("Select", positive, TN_GRAD("Log", safe), zeros);
}

/* y x^(y - 1), and x^y log(x) */
static tn_status pow_gradient(tn_gradient *g)
{
    tn_output x = x_of(g), y = y_of(g);
    tn_output less = TN_GRAD("Sub", y, tn_grad_scalar(tn_output_dtype(y), 1));
    tn_output dx = TN_GRAD("Mul", TN_GRAD("Mul", g->dy[0], y), TN_GRAD("Pow", x, less));
    tn_output dy = TN_GRAD("Mul", TN_GRAD("Mul", g->dy[0], tn_op_output(g->op, 0)), guarded_log(x));
    return give_both(g, dx, dy);
}

/* All of it goes to the one that was taken; to x when they are equal. */
static tn_status choice_gradient(tn_gradient *g, const char *x_taken)
{
    tn_output taken = TN_GRAD(x_taken, x_of(g), y_of(g)), zero = tn_grad_scalar(tn_output_dtype(g->dy[0]), 0);
    return give_both(g, TN_GRAD("SelectV2", taken, g->dy[0], zero), TN_GRAD("SelectV2", taken, zero, g->dy[0]));
}

static tn_status maximum_gradient(tn_gradient *g)
{
    return choice_gradient(g, "GreaterEqual");
}

static tn_status minimum_gradient(tn_gradient *g)
{
    return choice_gradient(g, "LessEqual");
}

static tn_status squared_difference_gradient(tn_gradient *g)
{
    tn_output dx = TN_GRAD("Mul", tn_grad_scale(g->dy[0], 2), TN_GRAD("Sub", x_of(g), y_of(g)));
    return give_both(g, dx, TN_GRAD("Neg", dx));
}

#define BINARY(row, dtypes, lower, grad, text)                                                                                             \
    .name = row, .signature = SIGNATURE(dtypes), .infer = tn_infer_broadcast, .gradient = grad, .prepare = tn_prepare_##lower,             \
    .formula = text

/* clang-format off */
const tn_op_def tn_ops_binary[] = {
    { BINARY("Add", "uint8, int8, int16, int32, int64, complex64, complex128, string", add, add_gradient, "x + y") },
    { BINARY("AddV2", "uint8, int8, int16, int32, int64, complex64, complex128", add, add_gradient, "x + y"),
      .flags = TN_OP_COMMUTATIVE },
    { BINARY("Sub", WIDE, sub, sub_gradient, "x - y") },
    { BINARY("Mul", WIDE, mul, mul_gradient, "x * y"), .flags = TN_OP_COMMUTATIVE },
    { BINARY("Div", WIDE, div, div_gradient, "x / y; integers are rounded toward 0, and must not be divided by 0") },
    { BINARY("RealDiv", WIDE, real_div, div_gradient, "x / y of floating-point numbers") },
    { BINARY("FloorDiv", WIDE, floor_div, tn_no_gradient, "floor(x / y); integers must not be divided by 0") },
    { .name = "FloorMod", .signature = "x: T, y: T; T: {int32, int64, bfloat16, half, float, double} -> z: T",
      .infer = tn_infer_broadcast, .gradient = floor_mod_gradient, .prepare = tn_prepare_floor_mod,
      .formula = "x - floor(x / y) * y: the remainder with the sign of y" },
    { BINARY("Pow", "int32, int64, complex64, complex128", pow, pow_gradient,
             "x to the power of y; of integers, y must not be negative") },
    { BINARY("Maximum", "int32, int64", maximum, maximum_gradient, "the larger of x and y; NaN when one is NaN") },
    { BINARY("Minimum", "int32, int64", minimum, minimum_gradient, "the smaller of x and y; NaN when one is NaN") },
    { BINARY("SquaredDifference", "int32, int64, complex64, complex128", squared_difference, squared_difference_gradient,
             "(x - y) * (x - y)"),
      .flags = TN_OP_COMMUTATIVE },
};
/* clang-format on */
const size_t tn_num_ops_binary = sizeof tn_ops_binary / sizeof tn_ops_binary[0];
