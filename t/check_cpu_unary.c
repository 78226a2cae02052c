/* Values of lib/cpu/unary.c. The expected ones are NumPy's in long double, rounded: right to half a unit in the last place. What is let
 * through is what doc/manual/numerics.md states, and half a unit. */
#include "values.h"

#define X32                                                                                                                                \
    0.0f, -0.0f, 1.0f, -1.0f, 0.5f, -2.5f, 3.25f, 10.0f, -10.0f, 0.001f, -0.001f, 88.0f, -88.0f, -104.0f, 1.0e-40f, INFINITY, -INFINITY, NAN
#define X64                                                                                                                                \
    0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.25, 10.0, -10.0, 0.001, -0.001, 88.0, -88.0, -104.0, 700.0, -745.0, 1.0e-310, INFINITY, -INFINITY,  \
        NAN

START_TEST(exp_values)
{
    EXPECT_ULPS(1,
                F32S(1.0f, 1.0f, 2.7182817f, 0.36787945f, 1.6487212f, 0.082085f, 25.79034f, 22026.465f, 4.539993e-05f, 1.0010005f,
                     0.9990005f, 1.6516363e+38f, 6.054601e-39f, 0.0f, 1.0f, INFINITY, 0.0f, NAN),
                "Exp", F32S(X32));
    EXPECT_ULPS(1,
                F64S(1.0, 1.0, 2.718281828459045, 0.36787944117144233, 1.6487212707001282, 0.0820849986238988, 25.790339917193062,
                     22026.465794806718, 4.5399929762484854e-05, 1.0010005001667084, 0.999000499833375, 1.6516362549940018e+38,
                     6.054601895401186e-39, 6.813556821545298e-46, 1.0142320547350045e+304, 5.0e-324, 1.0, INFINITY, 0.0, NAN),
                "Exp", F64S(X64));
}
END_TEST

START_TEST(log_values)
{
    EXPECT_ULPS(1,
                F32S(-INFINITY, -INFINITY, 0.0f, NAN, -0.6931472f, NAN, 1.178655f, 2.3025851f, NAN, -6.9077554f, NAN, 4.477337f, NAN, NAN,
                     -92.10341f, INFINITY, NAN, NAN),
                "Log", F32S(X32));
    EXPECT_ULPS(1,
                F64S(-INFINITY, -INFINITY, 0.0, NAN, -0.6931471805599453, NAN, 1.1786549963416462, 2.302585092994046, NAN,
                     -6.907755278982137, NAN, 4.477336814478207, NAN, NAN, 6.551080335043404, NAN, -713.8013788281542, INFINITY, NAN, NAN),
                "Log", F64S(X64));
}
END_TEST

START_TEST(tanh_values)
{
    EXPECT_ULPS(2,
                F32S(0.0f, -0.0f, 0.7615942f, -0.7615942f, 0.46211717f, -0.9866143f, 0.99699765f, 1.0f, -1.0f, 0.0009999997f,
                     -0.0009999997f, 1.0f, -1.0f, -1.0f, 1.0e-40f, 1.0f, -1.0f, NAN),
                "Tanh", F32S(X32));
    EXPECT_ULPS(2,
                F64S(0.0, -0.0, 0.7615941559557649, -0.7615941559557649, 0.46211715726000974, -0.9866142981514303, 0.996997635486526,
                     0.9999999958776927, -0.9999999958776927, 0.0009999996666668, -0.0009999996666668, 1.0, -1.0, -1.0, 1.0, -1.0, 1.0e-310,
                     1.0, -1.0, NAN),
                "Tanh", F64S(X64));
}
END_TEST

START_TEST(sigmoid_values)
{
    EXPECT_ULPS(3,
                F32S(0.5f, 0.5f, 0.7310586f, 0.26894143f, 0.62245935f, 0.07585818f, 0.9626731f, 0.9999546f, 4.539787e-05f, 0.50025f,
                     0.49975f, 1.0f, 6.054601e-39f, 0.0f, 0.5f, 1.0f, 0.0f, NAN),
                "Sigmoid", F32S(X32));
    EXPECT_ULPS(3,
                F64S(0.5, 0.5, 0.7310585786300049, 0.2689414213699951, 0.6224593312018546, 0.07585818002124355, 0.9626731126558705,
                     0.9999546021312976, 4.5397868702434395e-05, 0.5002499999791666, 0.4997500000208333, 1.0, 6.054601895401186e-39,
                     6.813556821545298e-46, 1.0, 5.0e-324, 0.5, 1.0, 0.0, NAN),
                "Sigmoid", F64S(X64));
}
END_TEST

START_TEST(softplus_values)
{
    EXPECT_ULPS(3,
                F32S(0.6931472f, 0.6931472f, 1.3132616f, 0.3132617f, 0.974077f, 0.078889735f, 3.2880414f, 10.000046f, 4.5398898e-05f,
                     0.6936473f, 0.6926473f, 88.0f, 6.054601e-39f, 0.0f, 0.6931472f, INFINITY, 0.0f, NAN),
                "Softplus", F32S(X32));
    EXPECT_ULPS(3,
                F64S(0.6931471805599453, 0.6931471805599453, 1.3132616875182228, 0.3132616875182228, 0.9740769841801067,
                     0.07888973429254963, 3.288041371687783, 10.000045398899218, 4.539889921686465e-05, 0.6936473055599401,
                     0.6926473055599401, 88.0, 6.054601895401186e-39, 6.813556821545298e-46, 700.0, 5.0e-324, 0.6931471805599453, INFINITY,
                     0.0, NAN),
                "Softplus", F64S(X64));
}
END_TEST

START_TEST(rsqrt_values)
{
    EXPECT_ULPS(1,
                F32S(INFINITY, -INFINITY, 1.0f, NAN, 1.4142135f, NAN, 0.5547002f, 0.31622776f, NAN, 31.622776f, NAN, 0.10660036f, NAN, NAN,
                     1.0000027e+20f, 0.0f, NAN, NAN),
                "Rsqrt", F32S(X32));
    EXPECT_ULPS(1,
                F64S(INFINITY, -INFINITY, 1.0, NAN, 1.4142135623730951, NAN, 0.5547001962252291, 0.31622776601683794, NAN,
                     31.622776601683793, NAN, 0.10660035817780522, NAN, NAN, 0.03779644730092272, NAN, 1.0000000000000016e+155, 0.0, NAN,
                     NAN),
                "Rsqrt", F64S(X64));
}
END_TEST

START_TEST(sqrt_values)
{
    EXPECT_ULPS(0,
                F32S(0.0f, -0.0f, 1.0f, NAN, 0.70710677f, NAN, 1.8027756f, 3.1622777f, NAN, 0.03162278f, NAN, 9.380832f, NAN, NAN,
                     9.999973e-21f, INFINITY, NAN, NAN),
                "Sqrt", F32S(X32));
    EXPECT_ULPS(0,
                F64S(0.0, -0.0, 1.0, NAN, 0.7071067811865476, NAN, 1.8027756377319946, 3.1622776601683795, NAN, 0.03162277660168379, NAN,
                     9.38083151964686, NAN, NAN, 26.457513110645905, NAN, 9.999999999999986e-156, INFINITY, NAN, NAN),
                "Sqrt", F64S(X64));
}
END_TEST

START_TEST(reciprocal_values)
{
    EXPECT_ULPS(0,
                F32S(INFINITY, -INFINITY, 1.0f, -1.0f, 2.0f, -0.4f, 0.30769232f, 0.1f, -0.1f, 999.99994f, -999.99994f, 0.011363637f,
                     -0.011363637f, -0.009615385f, INFINITY, 0.0f, -0.0f, NAN),
                "Reciprocal", F32S(X32));
    EXPECT_ULPS(0,
                F64S(INFINITY, -INFINITY, 1.0, -1.0, 2.0, -0.4, 0.3076923076923077, 0.1, -0.1, 1000.0, -1000.0, 0.011363636363636364,
                     -0.011363636363636364, -0.009615384615384616, 0.0014285714285714286, -0.0013422818791946308, INFINITY, 0.0, -0.0, NAN),
                "Reciprocal", F64S(X64));
}
END_TEST

START_TEST(neg_abs_sign_square)
{
    EXPECT(F32S(-1.5f, 2, -INFINITY, NAN), "Neg", F32S(1.5f, -2, INFINITY, NAN));
    EXPECT(F64S(-1.5, 2), "Neg", F64S(1.5, -2));
    EXPECT(I32S(-3, INT32_MIN, INT32_MIN + 1), "Neg", I32S(3, INT32_MIN, INT32_MAX));
    EXPECT(I64S(-3, INT64_MIN), "Neg", I64S(3, INT64_MIN));
    EXPECT(F32S(1.5f, 0, INFINITY, NAN, 1e-40f), "Abs", F32S(-1.5f, -0.0f, -INFINITY, NAN, -1e-40f));
    EXPECT(F64S(1.5), "Abs", F64S(-1.5));
    EXPECT(I32S(3, 4, INT32_MIN), "Abs", I32S(3, -4, INT32_MIN));
    EXPECT(I64S(3, INT64_MIN), "Abs", I64S(-3, INT64_MIN));
    EXPECT(F32S(1, -1, 0, 0, NAN, 1, -1), "Sign", F32S(3, -1e-40f, 0, -0.0f, NAN, INFINITY, -INFINITY));
    EXPECT(F64S(1, -1, 0, NAN), "Sign", F64S(3, -1e-310, 0, NAN));
    EXPECT(I32S(1, -1, 0), "Sign", I32S(INT32_MAX, INT32_MIN, 0));
    EXPECT(I64S(1, -1, 0), "Sign", I64S(INT64_MAX, INT64_MIN, 0));
    EXPECT(F32S(2.25f, INFINITY, NAN), "Square", F32S(-1.5f, 1e30f, NAN));
    EXPECT(F64S(2.25), "Square", F64S(-1.5));
    EXPECT(I32S(9, 0, 1), "Square", I32S(-3, 65536, INT32_MAX));
    EXPECT(I64S(9, 0), "Square", I64S(-3, INT64_C(1) << 32));
}
END_TEST

START_TEST(relu_passes_nan)
{
    EXPECT(F32S(0, 0, 2, NAN, INFINITY, 0), "Relu", F32S(-1, 0, 2, NAN, INFINITY, -INFINITY));
    EXPECT(F64S(0, 2, NAN), "Relu", F64S(-1, 2, NAN));
    EXPECT(I32S(0, 5, 0), "Relu", I32S(-5, 5, INT32_MIN));
    EXPECT(I64S(0, 5), "Relu", I64S(-5, 5));
}
END_TEST

START_TEST(logical_not)
{
    EXPECT(BOOLS(false, true), "LogicalNot", BOOLS(true, false));
}
END_TEST

START_TEST(inv_is_reciprocal)
{
    EXPECT(F32S(0.5f, -4), "Inv", F32S(2, -0.25f));
}
END_TEST

/* A length that leaves a rest whatever the width of a vector. */
START_TEST(long_and_empty)
{
    float x[1003], y[1003];
    const int64_t n = 1003;
    for (int i = 0; i < n; i++) {
        x[i] = (float)i - 500;
        y[i] = 500 - (float)i;
    }
    EXPECT(tn_tensor_new(root, TN_FLOAT32, 1, &n, y), "Neg", tn_tensor_new(root, TN_FLOAT32, 1, &n, x));
    EXPECT(EMPTY(TN_FLOAT32, 0), "Exp", EMPTY(TN_FLOAT32, 0));
    EXPECT(EMPTY(TN_FLOAT64, 3, 0, 2), "Tanh", EMPTY(TN_FLOAT64, 3, 0, 2));
    EXPECT(F32(-2), "Neg", F32(2));
    EXPECT(SHAPED(F32S(1, 4, 9, 16), 1, 2, 1, 2), "Square", SHAPED(F32S(1, 2, 3, 4), 1, 2, 1, 2));
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for half", "Neg", EMPTY(TN_FLOAT16, 2));
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for complex64", "Exp", EMPTY(TN_COMPLEX64, 2));
}
END_TEST

TN_SUITE("cpu unary", exp_values, log_values, tanh_values, sigmoid_values, softplus_values, rsqrt_values, sqrt_values, reciprocal_values,
         neg_abs_sign_square, relu_passes_nan, logical_not, inv_is_reciprocal, long_and_empty, no_kernel)
