/* BiasAdd and BiasAddGrad, channels last and second. */
#include "values.h"

#define NCHW TN_ATTRS(TN_STRING_ATTR("data_format", "NCHW"))

START_TEST(channels_last)
{
    EXPECT(SHAPED(F32S(11, 22, 33, 14, 25, 36), 2, 3), "BiasAdd", SHAPED(F32S(1, 2, 3, 4, 5, 6), 2, 3), F32S(10, 20, 30));
    EXPECT(SHAPED(I64S(11, 22, 13, 24), 1, 2, 1, 2), "BiasAdd", SHAPED(I64S(1, 2, 3, 4), 1, 2, 1, 2), I64S(10, 20));
    EXPECT(F64S(5, 7, 9), "BiasAddGrad", SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT(I32S(4, 6), "BiasAddGrad", SHAPED(I32S(1, 2, 3, 4), 1, 2, 2));
}
END_TEST

START_TEST(channels_second)
{
    EXPECT_WITH(0, SHAPED(F32S(11, 12, 23, 24, 15, 16, 27, 28), 2, 2, 2), "BiasAdd", NCHW, SHAPED(F32S(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2),
                F32S(10, 20));
    EXPECT_WITH(0, F32S(14, 22), "BiasAddGrad", NCHW, SHAPED(F32S(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2));
    EXPECT_WITH(0, SHAPED(I32S(11, 22), 1, 2, 1, 1), "BiasAdd", NCHW, SHAPED(I32S(1, 2), 1, 2, 1, 1), I32S(10, 20));
}
END_TEST

START_TEST(sizes_of_zero)
{
    EXPECT(EMPTY(TN_FLOAT32, 0, 3), "BiasAdd", EMPTY(TN_FLOAT32, 0, 3), F32S(1, 2, 3));
    EXPECT(F32S(0, 0, 0), "BiasAddGrad", EMPTY(TN_FLOAT32, 0, 3));
    EXPECT(EMPTY(TN_FLOAT32, 0), "BiasAddGrad", EMPTY(TN_FLOAT32, 3, 0));
    /* Rows of nothing take no time. */
    EXPECT(EMPTY(TN_FLOAT32, (int64_t)1 << 57, 0), "BiasAdd", EMPTY(TN_FLOAT32, (int64_t)1 << 57, 0), EMPTY(TN_FLOAT32, 0));
    EXPECT(EMPTY(TN_FLOAT32, 0), "BiasAddGrad", EMPTY(TN_FLOAT32, (int64_t)1 << 57, 0));
}
END_TEST

START_TEST(integers_wrap)
{
    EXPECT(SHAPED(I32S(INT32_MIN), 1, 1), "BiasAdd", SHAPED(I32S(INT32_MAX), 1, 1), I32S(1));
    EXPECT(I64S(INT64_MIN), "BiasAddGrad", SHAPED(I64S(INT64_MAX, 1), 2, 1));
}
END_TEST

TN_SUITE("cpu bias", channels_last, channels_second, sizes_of_zero, integers_wrap)
