/* Values of lib/cpu/unary_grad.c, by their formulas. */
#include "values.h"

START_TEST(relu_grad)
{
    EXPECT(F32S(0, 1, 0, 0, NAN), "ReluGrad", F32S(1, 1, 1, NAN, NAN), F32S(NAN, 1, 0, -1, 1));
    EXPECT(F64S(0, 2), "ReluGrad", F64S(1, 2), F64S(-1, 1));
    EXPECT(I32S(0, 2), "ReluGrad", I32S(1, 2), I32S(-1, 1));
    EXPECT(I64S(0, 2), "ReluGrad", I64S(1, 2), I64S(-1, 1));
}
END_TEST

START_TEST(of_the_result)
{
    EXPECT(F32S(0.75f, 0), "SigmoidGrad", F32S(0.25f, 1), F32S(4, 4));
    EXPECT(F64S(0.75), "SigmoidGrad", F64S(0.25), F64S(4));
    EXPECT(F32S(3, 0), "TanhGrad", F32S(0.5f, -1), F32S(4, 4));
    EXPECT(F64S(3), "TanhGrad", F64S(-0.5), F64S(4));
    EXPECT(F32S(4, INFINITY), "SqrtGrad", F32S(0.5f, 0), F32S(4, 4));
    EXPECT(F64S(4), "SqrtGrad", F64S(0.5), F64S(4));
    EXPECT(F32S(-16), "RsqrtGrad", F32S(2), F32S(4));
    EXPECT(F64S(-16), "RsqrtGrad", F64S(2), F64S(4));
    EXPECT(F32S(-16), "ReciprocalGrad", F32S(2), F32S(4));
    EXPECT(F64S(-16), "ReciprocalGrad", F64S(2), F64S(4));
}
END_TEST

/* However steep it is there: sqrt(relu(x)) trains at 0. As in TensorFlow, whatever the sign of the zero. */
START_TEST(nothing_from_above_is_nothing_below)
{
    static const char *const types[] = { "SqrtGrad", "RsqrtGrad", "InvGrad", "ReciprocalGrad" };
    for (int i = 0; i < 4; i++) {
        EXPECT(F32S(0, 0, 0, 0), types[i], F32S(0, INFINITY, NAN, 2), F32S(0, 0, -0.0f, -0.0f));
        EXPECT(F64S(0, 0, 0, 0), types[i], F64S(0, (double)INFINITY, (double)NAN, 2), F64S(0, 0, -0.0, -0.0));
        EXPECT(F32S(NAN, NAN), types[i], F32S(2, 0), F32S(NAN, NAN));
    }
}
END_TEST

START_TEST(softplus_grad)
{
    EXPECT_ULPS(3, F32S(1, 1.4621172f, 0.26894143f, 2, 0, NAN), "SoftplusGrad", F32S(2, 2, 1, 2, 2, 2), F32S(0, 1, -1, 1000, -1000, NAN));
    EXPECT_ULPS(3, F64S(1, 1.4621171572600098, 0.26894142136999512), "SoftplusGrad", F64S(2, 2, 1), F64S(0, 1, -1));
}
END_TEST

TN_SUITE("cpu unary_grad", relu_grad, of_the_result, nothing_from_above_is_nothing_below, softplus_grad)
