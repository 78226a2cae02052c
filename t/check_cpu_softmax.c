/* Softmax and LogSoftmax, against TensorFlow's values, and where plain exponentials would overflow. */
#include "values.h"

#define X F64S(1, 2, 3, -1, 0.5, 1000)

START_TEST(values)
{
    EXPECT_ULPS(4, SHAPED(F64S(0.09003057317038046, 0.2447284710547976, 0.6652409557748219, 0, 0, 1), 2, 3), "Softmax", SHAPED(X, 2, 3));
    EXPECT_ULPS(4, SHAPED(F64S(-2.4076059644443806, -1.4076059644443804, -0.4076059644443804, -1001, -999.5, 0), 2, 3), "LogSoftmax",
                SHAPED(X, 2, 3));
    EXPECT_ULPS(4, SHAPED(F32S(0.09003057f, 0.24472847f, 0.66524096f), 1, 1, 3), "Softmax", SHAPED(F32S(101, 102, 103), 1, 1, 3));
    EXPECT_ULPS(4, SHAPED(F32S(-2.4076059f, -1.4076059f, -0.4076059f), 1, 1, 3), "LogSoftmax", SHAPED(F32S(101, 102, 103), 1, 1, 3));
    EXPECT(F32S(0.5f, 0.5f), "Softmax", F32S(-3e38f, -3e38f));
    EXPECT(F32S(1), "Softmax", F32S(7));
}
END_TEST

START_TEST(infinities_and_nan)
{
    EXPECT(F32S(0, 1), "Softmax", F32S(-INFINITY, 0));
    EXPECT(F32S(-INFINITY, 0), "LogSoftmax", F32S(-INFINITY, 0));
    EXPECT(F32S(NAN, NAN), "Softmax", F32S(-INFINITY, -INFINITY));
    EXPECT(F32S(NAN, NAN), "Softmax", F32S(NAN, 0));
    EXPECT(F32S(NAN, NAN), "LogSoftmax", F32S(1, NAN));
}
END_TEST

START_TEST(sizes_of_zero)
{
    EXPECT(EMPTY(TN_FLOAT32, 0, 3), "Softmax", EMPTY(TN_FLOAT32, 0, 3));
    EXPECT(EMPTY(TN_FLOAT64, 3, 0), "LogSoftmax", EMPTY(TN_FLOAT64, 3, 0));
    EXPECT(EMPTY(TN_FLOAT32, 0), "Softmax", EMPTY(TN_FLOAT32, 0));
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR(TN_UNIMPLEMENTED, "half", "Softmax", EMPTY(TN_FLOAT16, 1));
}
END_TEST

TN_SUITE("cpu softmax", values, infinities_and_nan, sizes_of_zero, no_kernel)
