/* The rows of lib/ops/binary.c: shapes, and gradients with broadcasting, at ties and where logarithms do not exist. */
#include "gradient_check.h"

#define OF_TWO(name, type)                                                                                                                 \
    static tn_output name(const tn_output *x)                                                                                              \
    {                                                                                                                                      \
        return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(x[0], x[1])), 0);                                                             \
    }
OF_TWO(add, "Add")
OF_TWO(add_v2, "AddV2")
OF_TWO(sub, "Sub")
OF_TWO(mul, "Mul")
OF_TWO(division, "Div")
OF_TWO(real_div, "RealDiv")
OF_TWO(floor_mod, "FloorMod")
OF_TWO(power, "Pow")
OF_TWO(maximum, "Maximum")
OF_TWO(minimum, "Minimum")
OF_TWO(squared_difference, "SquaredDifference")

static const gradient_function functions[] = { add,       add_v2, sub,     mul,     division,          real_div,
                                               floor_mod, power,  maximum, minimum, squared_difference };
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

START_TEST(shapes)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 1, 3)), y = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(5, 1));
    tn_output z = tn_add(x, y);
    ck_assert_int_eq(tn_output_rank(z), 3);
    ck_assert_int_eq(tn_output_dim(z, 0), -1);
    ck_assert_int_eq(tn_output_dim(z, 1), 5);
    ck_assert_int_eq(tn_output_dim(z, 2), 3);
    ck_assert_ptr_null(tn_mul(tn_zeros(TN_FLOAT32, TN_SHAPE(3, 2)), tn_zeros(TN_FLOAT32, TN_SHAPE(4)), .name = "late").op);
    expect_error(TN_INVALID_ARGUMENT, "Mul 'late': Dimensions must be equal, but are 2 and 4 for 'late' (op: 'Mul') with input shapes: "
                                      "[3,2], [4].");
}
END_TEST

START_TEST(gradients_of_one_shape)
{
    for (int i = 0; i < FUNCTIONS; i++)
        EXPECT_GRADIENTS(functions[i], F64S(0.7, 1.5, 2.6), F64S(1.2, 0.4, 1.1));
}
END_TEST

START_TEST(gradients_of_broadcasting)
{
    for (int i = 0; i < FUNCTIONS; i++) {
        EXPECT_GRADIENTS(functions[i], SHAPED(F64S(0.7, 1.5, 2.6, 3.1), 2, 2), F64S(1.2, 0.4));
        EXPECT_GRADIENTS(functions[i], F64(1.7), SHAPED(F64S(0.7, 1.5, 2.6, 3.1), 2, 2));
        EXPECT_GRADIENTS(functions[i], SHAPED(F64S(0.7, 1.5), 2, 1), SHAPED(F64S(1.1, 2.6, 3.1), 1, 3));
    }
    EXPECT_GRADIENTS(mul, SHAPED(F64S(1, 2, 3, 4, 5, 6), 1, 3, 1, 2), SHAPED(F64S(1, 2, 3, 4), 2, 1, 2, 1));
    EXPECT_GRADIENTS(mul, SHAPED(F64S(2), 1, 1), F64S(1, 2, 3));
    EXPECT_GRADIENTS(add, SHAPED(F64S(1, 2, 3), 3, 1, 1), SHAPED(F64S(1, 2), 2, 1));
}
END_TEST

static tn_output twice(const tn_output *x)
{
    return tn_mul(x[0], x[0]);
}

START_TEST(gradients_of_one_input_twice)
{
    EXPECT_GRADIENTS(twice, F64S(1, 2, 3));
}
END_TEST

static tn_output derivative(gradient_function f, const tn_output *x)
{
    tn_output dx[2] = { { NULL, 0 }, { NULL, 0 } };
    (void)tn_gradients(TN_OUTPUTS(f(x)), TN_OUTPUTS(x[0], x[1]), dx, .grad_ys = TN_OUTPUTS(x[2]));
    return tn_add(dx[0], dx[1]);
}
static tn_output mul_grad(const tn_output *x)
{
    return derivative(mul, x);
}
static tn_output div_grad(const tn_output *x)
{
    return derivative(real_div, x);
}
static tn_output pow_grad(const tn_output *x)
{
    return derivative(power, x);
}

START_TEST(second_derivatives)
{
    EXPECT_GRADIENTS(mul_grad, F64S(0.7, 1.5), F64S(1.2, 0.4), F64S(1, 2));
    EXPECT_GRADIENTS(div_grad, F64S(0.7, 1.5), F64S(1.2, 0.8), F64S(1, 2));
    EXPECT_GRADIENTS(pow_grad, F64S(0.7, 1.5), F64S(1.2, 2.4), F64S(1, 2));
}
END_TEST

/* The gradients of type with respect to both inputs, as text; frees the inputs. */
static void check_values(const char *type, tn_tensor *a, tn_tensor *b, const char *da, const char *db)
{
    WITH_GRAPH(g) {
        tn_output x = tn_constant(a), y = tn_constant(b), dx[2];
        tn_output z = tn_op_output(tn_op_new(g, type, TN_OUTPUTS(x, y)), 0);
        ck_assert_int_eq(tn_gradients(TN_OUTPUTS(z), TN_OUTPUTS(x, y), dx), TN_OK);
        WITH_SESSION(s) {
            expect_text(tn_run(s, dx[0]), da);
            expect_text(tn_run(s, dx[1]), db);
        }
    }
    talloc_free(a);
    talloc_free(b);
}

START_TEST(ties_go_to_the_first)
{
    check_values("Maximum", F32S(1, 2, 3), F32S(2, 2, 2), "[0. 1. 1.]", "[1. 0. 0.]");
    check_values("Minimum", F32S(1, 2, 3), F32S(2, 2, 2), "[1. 1. 0.]", "[0. 0. 1.]");
}
END_TEST

/* No NaN of the logarithm of 0 or of what lies below. */
START_TEST(powers_of_what_is_not_positive)
{
    check_values("Pow", F32S(0, -2, 0), F32S(2, 2, 1), "[ 0. -4.  1.]", "[0. 0. 0.]");
}
END_TEST

START_TEST(quotients_without_gradients)
{
    tn_output x = tn_vector(1.0f, 2.0f), y = tn_vector(3.0f, 4.0f), dx[2];
    tn_output z = tn_op_output(tn_op_new(NULL, "FloorDiv", TN_OUTPUTS(x, y)), 0);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(z), TN_OUTPUTS(x, y), dx), TN_OK);
    ck_assert_ptr_null(dx[0].op);
    ck_assert_ptr_null(dx[1].op);
}
END_TEST

TN_SUITE("ops binary", shapes, gradients_of_one_shape, gradients_of_broadcasting, gradients_of_one_input_twice, second_derivatives,
         ties_go_to_the_first, powers_of_what_is_not_positive, quotients_without_gradients)
