/* Operations on each element of one tensor, and the rows that compute their gradients. */
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"

#define SIGNED_NUMBERS "{bfloat16, half, float, double, int32, int64, complex64, complex128}"
#define REAL_NUMBERS   "{bfloat16, half, float, double, int32, int64}"
#define INEXACT        "{bfloat16, half, float, double, complex64, complex128}"
#define FLOATS         "{half, bfloat16, float, double}"

/* The two inputs of a gradient row have one shape, and so has the output. */
static tn_status infer_pair(tn_infer *c)
{
    return tn_expect_same(c, &c->in[0].dims, &c->in[1].dims, &c->out[0]);
}

static tn_output input(const tn_gradient *g, int i)
{
    return tn_op_input(g->op, i);
}

static tn_output result(const tn_gradient *g)
{
    return tn_op_output(g->op, 0);
}

static tn_status neg_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("Neg", g->dy[0]));
}

static tn_status abs_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("Mul", g->dy[0], TN_GRAD("Sign", input(g, 0))));
}

static tn_status sign_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, tn_grad_zeros_like(input(g, 0)));
}

static tn_status square_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("Mul", g->dy[0], tn_grad_scale(input(g, 0), 2)));
}

static tn_status sqrt_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("SqrtGrad", result(g), g->dy[0]));
}

static tn_status rsqrt_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("RsqrtGrad", result(g), g->dy[0]));
}

static tn_status exp_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("Mul", g->dy[0], result(g)));
}

static tn_status log_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("RealDiv", g->dy[0], input(g, 0)));
}

static tn_status tanh_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("TanhGrad", result(g), g->dy[0]));
}

static tn_status sigmoid_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("SigmoidGrad", result(g), g->dy[0]));
}

static tn_status relu_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("ReluGrad", g->dy[0], result(g)));
}

static tn_status softplus_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("SoftplusGrad", g->dy[0], input(g, 0)));
}

static tn_status reciprocal_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("ReciprocalGrad", result(g), g->dy[0]));
}

/* Gradients of gradients. Of f(y, dy), linear in dy, both parts at once. */
static tn_status give_two(tn_gradient *g, tn_output first, tn_output second)
{
    tn_status status = tn_grad_give(g, 0, first);
    return status ? status : tn_grad_give(g, 1, second);
}

static tn_status relu_grad_gradient(tn_gradient *g)
{
    return give_two(g, TN_GRAD("ReluGrad", g->dy[0], input(g, 1)), tn_grad_zeros_like(input(g, 1)));
}

/* d(dy y (1 - y))/dy = dy - 2 dy y */
static tn_status sigmoid_grad_gradient(tn_gradient *g)
{
    tn_output y = input(g, 0), both = TN_GRAD("Mul", g->dy[0], input(g, 1));
    tn_output first = TN_GRAD("Sub", both, tn_grad_scale(TN_GRAD("Mul", both, y), 2));
    return give_two(g, first, TN_GRAD("SigmoidGrad", y, g->dy[0]));
}

/* d(dy (1 - y²))/dy = -2 dy y */
static tn_status tanh_grad_gradient(tn_gradient *g)
{
    tn_output y = input(g, 0), both = TN_GRAD("Mul", g->dy[0], input(g, 1));
    return give_two(g, tn_grad_scale(TN_GRAD("Mul", both, y), -2), TN_GRAD("TanhGrad", y, g->dy[0]));
}

/* d(dy / 2y)/dy = -(dy / 2y) / y */
static tn_status sqrt_grad_gradient(tn_gradient *g)
{
    tn_output ratio = TN_GRAD("RealDiv", g->dy[0], input(g, 0));
    return give_two(g, TN_GRAD("Neg", TN_GRAD("Mul", ratio, result(g))), tn_grad_scale(ratio, 0.5));
}

/* d(-dy y³ / 2)/dy = -3/2 dy y² */
static tn_status rsqrt_grad_gradient(tn_gradient *g)
{
    tn_output y = input(g, 0), both = TN_GRAD("Mul", g->dy[0], input(g, 1));
    tn_output first = TN_GRAD("Mul", tn_grad_scale(both, -1.5), TN_GRAD("Square", y));
    return give_two(g, first, TN_GRAD("RsqrtGrad", y, g->dy[0]));
}

/* d sigmoid(x)/dx, as SigmoidGrad makes it of the sigmoid and what comes in */
static tn_status softplus_grad_gradient(tn_gradient *g)
{
    tn_output x = input(g, 1), both = TN_GRAD("Mul", g->dy[0], input(g, 0));
    tn_output second = TN_GRAD("SigmoidGrad", TN_GRAD("Sigmoid", x), both);
    return give_two(g, TN_GRAD("SoftplusGrad", g->dy[0], x), second);
}

/* d(-dy y²)/dy = -2 dy y */
static tn_status reciprocal_grad_gradient(tn_gradient *g)
{
    tn_output y = input(g, 0), both = TN_GRAD("Mul", g->dy[0], input(g, 1));
    return give_two(g, tn_grad_scale(TN_GRAD("Mul", both, y), -2), TN_GRAD("ReciprocalGrad", y, g->dy[0]));
}

#define UNARY(row, dtypes, lower, text)                                                                                                    \
    {                                                                                                                                      \
        .name = row, .signature = "x: T; T: " dtypes " -> y: T", .infer = tn_infer_same, .gradient = lower##_gradient,                     \
        .prepare = tn_prepare_##lower, .formula = text                                                                                     \
    }
#define ACTIVATION(row, dtypes, lower, text)                                                                                               \
    {                                                                                                                                      \
        .name = row, .signature = "features: T; T: " dtypes " -> activations: T", .infer = tn_infer_same, .gradient = lower##_gradient,    \
        .prepare = tn_prepare_##lower, .formula = text                                                                                     \
    }
/* Of the result y and what comes in, dy. */
#define UNARY_GRAD(row, lower, text)                                                                                                       \
    {                                                                                                                                      \
        .name = row, .signature = "y: T, dy: T; T: " INEXACT " -> z: T", .infer = infer_pair, .gradient = lower##_gradient,                \
        .prepare = tn_prepare_##lower, .formula = text                                                                                     \
    }
#define ACTIVATION_GRAD(row, dtypes, lower, text)                                                                                          \
    {                                                                                                                                      \
        .name = row, .signature = "gradients: T, features: T; T: " dtypes " -> backprops: T", .infer = infer_pair,                         \
        .gradient = lower##_gradient, .prepare = tn_prepare_##lower, .formula = text                                                       \
    }

/* clang-format off */
const tn_op_def tn_ops_unary[] = {
    UNARY("Neg", SIGNED_NUMBERS, neg, "-x"),
    UNARY("Abs", REAL_NUMBERS, abs, "|x|; the lowest integer wraps to itself"),
    UNARY("Sign", SIGNED_NUMBERS, sign, "-1, 0 or 1 as x is below, at or above 0; NaN for NaN"),
    UNARY("Square", SIGNED_NUMBERS, square, "x * x"),
    UNARY("Sqrt", INEXACT, sqrt, "the square root of x; NaN below 0"),
    UNARY("Rsqrt", INEXACT, rsqrt, "1 / sqrt(x)"),
    UNARY("Exp", INEXACT, exp, "e to the power of x"),
    UNARY("Log", INEXACT, log, "the natural logarithm of x; -inf at 0, NaN below"),
    UNARY("Tanh", INEXACT, tanh, "(exp(x) - exp(-x)) / (exp(x) + exp(-x))"),
    UNARY("Sigmoid", INEXACT, sigmoid, "1 / (1 + exp(-x))"),
    UNARY("Reciprocal", SIGNED_NUMBERS, reciprocal, "1 / x"),
    UNARY("Inv", SIGNED_NUMBERS, reciprocal, "1 / x; the old name of Reciprocal"),
    ACTIVATION("Relu", "{realnumbertype, qint8}", relu, "max(x, 0); NaN for NaN"),
    ACTIVATION("Softplus", FLOATS, softplus, "log(1 + exp(x))"),
    ACTIVATION_GRAD("ReluGrad", "realnumbertype", relu_grad, "gradients where features are above 0, else 0"),
    ACTIVATION_GRAD("SoftplusGrad", FLOATS, softplus_grad, "gradients / (1 + exp(-features))"),
    UNARY_GRAD("SigmoidGrad", sigmoid_grad, "dy * y * (1 - y): the gradient of y = sigmoid(x)"),
    UNARY_GRAD("TanhGrad", tanh_grad, "dy * (1 - y * y): the gradient of y = tanh(x)"),
    UNARY_GRAD("SqrtGrad", sqrt_grad, "dy * 0.5 / y, 0 where dy is 0: the gradient of y = sqrt(x)"),
    UNARY_GRAD("RsqrtGrad", rsqrt_grad, "dy * -0.5 * y^3, 0 where dy is 0: the gradient of y = 1 / sqrt(x)"),
    UNARY_GRAD("InvGrad", reciprocal_grad, "-dy * y * y, 0 where dy is 0; the old name of ReciprocalGrad"),
    UNARY_GRAD("ReciprocalGrad", reciprocal_grad, "-dy * y * y, 0 where dy is 0: the gradient of y = 1 / x"),
};
/* clang-format on */
const size_t tn_num_ops_unary = sizeof tn_ops_unary / sizeof tn_ops_unary[0];
