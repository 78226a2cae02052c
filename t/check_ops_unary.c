/* The rows of lib/ops/unary.c: shapes, and gradients, their own gradients among them. */
#include "gradient_check.h"

START_TEST(shapes)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 3)), y = tn_exp(x);
    ck_assert_int_eq(tn_output_rank(y), 2);
    ck_assert_int_eq(tn_output_dim(y, 0), -1);
    ck_assert_int_eq(tn_output_dim(y, 1), 3);
    ck_assert_int_eq(tn_output_rank(tn_exp(tn_placeholder(TN_FLOAT32))), -1);
    tn_output both = tn_op_output(tn_op_new(NULL, "ReluGrad", TN_OUTPUTS(tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2, -1)), x)), 0);
    ck_assert_int_eq(tn_output_dim(both, 0), 2);
    ck_assert_int_eq(tn_output_dim(both, 1), 3);
}
END_TEST

START_TEST(gradient_rows_take_one_shape)
{
    tn_output a = tn_zeros(TN_FLOAT32, TN_SHAPE(3, 2)), b = tn_zeros(TN_FLOAT32, TN_SHAPE(3, 1)), c = tn_zeros(TN_FLOAT32, TN_SHAPE(4));
    ck_assert_ptr_null(tn_op_new(NULL, "ReluGrad", TN_OUTPUTS(a, b)));
    expect_error(TN_INVALID_ARGUMENT, "Dimension 1 in both shapes must be equal, but are 2 and 1. Shapes are [3,2] and [3,1].");
    ck_assert_ptr_null(tn_op_new(NULL, "SigmoidGrad", TN_OUTPUTS(a, c)));
    expect_error(TN_INVALID_ARGUMENT, "SigmoidGrad 'SigmoidGrad': Shapes must be equal rank, but are 2 and 1");
}
END_TEST

#define OF_ONE(name, type)                                                                                                                 \
    static tn_output name(const tn_output *x)                                                                                              \
    {                                                                                                                                      \
        return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(x[0])), 0);                                                                   \
    }
OF_ONE(neg, "Neg")
OF_ONE(absolute, "Abs")
OF_ONE(sign, "Sign")
OF_ONE(square, "Square")
OF_ONE(square_root, "Sqrt")
OF_ONE(rsqrt, "Rsqrt")
OF_ONE(exponential, "Exp")
OF_ONE(logarithm, "Log")
OF_ONE(hyperbolic, "Tanh")
OF_ONE(sigmoid, "Sigmoid")
OF_ONE(relu, "Relu")
OF_ONE(softplus, "Softplus")
OF_ONE(reciprocal, "Reciprocal")
OF_ONE(inv, "Inv")

START_TEST(first_derivatives)
{
    static const gradient_function anywhere[] = { neg, absolute, sign, square, exponential, hyperbolic, sigmoid, relu, softplus };
    static const gradient_function above_zero[] = { square_root, rsqrt, logarithm, reciprocal, inv };
    for (size_t i = 0; i < sizeof anywhere / sizeof anywhere[0]; i++)
        EXPECT_GRADIENTS(anywhere[i], SHAPED(F64S(-2.5, -0.3, 0.2, 1.4, 3, -1), 2, 3));
    for (size_t i = 0; i < sizeof above_zero / sizeof above_zero[0]; i++)
        EXPECT_GRADIENTS(above_zero[i], F64S(0.3, 1, 2.5));
}
END_TEST

/* The gradient of f at x[0], times x[1], as a function of both: its gradient is that of the gradient rows. */
static tn_output derivative(gradient_function f, const tn_output *x)
{
    tn_output dx = { NULL, 0 };
    (void)tn_gradients(TN_OUTPUTS(f(x)), TN_OUTPUTS(x[0]), &dx, .grad_ys = TN_OUTPUTS(x[1]));
    return dx;
}
#define OF_DERIVATIVE(name, f)                                                                                                             \
    static tn_output name(const tn_output *x)                                                                                              \
    {                                                                                                                                      \
        return derivative(f, x);                                                                                                           \
    }
OF_DERIVATIVE(sigmoid_grad, sigmoid)
OF_DERIVATIVE(tanh_grad, hyperbolic)
OF_DERIVATIVE(relu_grad, relu)
OF_DERIVATIVE(softplus_grad, softplus)
OF_DERIVATIVE(sqrt_grad, square_root)
OF_DERIVATIVE(rsqrt_grad, rsqrt)
OF_DERIVATIVE(reciprocal_grad, reciprocal)
OF_DERIVATIVE(exp_grad, exponential)
OF_DERIVATIVE(square_grad, square)
OF_DERIVATIVE(log_grad, logarithm)

START_TEST(second_derivatives)
{
    static const gradient_function functions[] = { sigmoid_grad, tanh_grad,       relu_grad, softplus_grad, sqrt_grad,
                                                   rsqrt_grad,   reciprocal_grad, exp_grad,  square_grad,   log_grad };
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        EXPECT_GRADIENTS(functions[i], F64S(0.4, 1, 2.3), F64S(1.5, -0.7, 0.9));
}
END_TEST

/* The rows whose gradients TensorFlow makes of the result, under their own names. */
START_TEST(gradients_are_short)
{
    static const struct {
        gradient_function f;
        const char *type;
    } cases[] = { { sigmoid, "SigmoidGrad" },      { hyperbolic, "TanhGrad" },  { relu, "ReluGrad" },
                  { softplus, "SoftplusGrad" },    { square_root, "SqrtGrad" }, { rsqrt, "RsqrtGrad" },
                  { reciprocal, "ReciprocalGrad" } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        WITH_GRAPH(g) {
            tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(3)), y = cases[i].f(&x), dx;
            ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx), TN_OK);
            ck_assert_str_eq(tn_op_type(dx.op), cases[i].type);
        }
}
END_TEST

TN_SUITE("ops unary", shapes, gradient_rows_take_one_shape, first_derivatives, second_derivatives, gradients_are_short)
