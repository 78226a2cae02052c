/* Kernels that go by index; values are NumPy's and TensorFlow's. */
#include "values.h"

#define SIX      SHAPED(I32S(1, 2, 3, 4, 5, 6), 2, 3)
#define BATCH(n) TN_ATTRS(TN_INT_ATTR("batch_dims", n))

START_TEST(gather)
{
    EXPECT(SHAPED(I32S(4, 5, 6, 1, 2, 3, 4, 5, 6), 3, 3), "GatherV2", SIX, I32S(1, 0, 1), I32(0));
    EXPECT(SHAPED(I32S(3, 1, 6, 4), 2, 2), "GatherV2", SIX, I64S(2, 0), I64(-1));
    EXPECT(I32S(2, 5), "GatherV2", SIX, I32(1), I32(1));
    EXPECT(SHAPED(I32S(3, 2, 3, 1), 2, 2), "GatherV2", I32S(1, 2, 3), SHAPED(I32S(2, 1, 2, 0), 2, 2), I32(0));
    EXPECT(EMPTY(TN_INT32, 0, 3), "GatherV2", SIX, EMPTY(TN_INT32, 0), I32(0));
    EXPECT(EMPTY(TN_FLOAT32, 2, 0), "GatherV2", EMPTY(TN_FLOAT32, 3, 0), I32S(9, 9), I32(0));
    EXPECT_WITH(0, SHAPED(I32S(3, 3, 4, 5), 2, 2), "GatherV2", BATCH(1), SIX, SHAPED(I32S(2, 2, 0, 1), 2, 2), I32(1));
    EXPECT_WITH(0, I32S(2, 6), "GatherV2", BATCH(1), SIX, I32S(1, 2), I32(1));
    EXPECT_WITH(0, SHAPED(I32S(2, 4, 5, 7), 2, 2, 1), "GatherV2", BATCH(-1), SHAPED(I32S(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2),
                SHAPED(I32S(1, 0), 2, 1), I32(2));
}
END_TEST

START_TEST(indices_outside)
{
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "indices[1] = 7 is not in [0, 3)", "GatherV2", I32S(1, 2, 3), I32S(0, 7), I32(0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "indices[1,0] = -1 is not in [0, 3)", "GatherV2", I32S(1, 2, 3), SHAPED(I32S(0, -1), 2, 1), I32(0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "indices = 7 is not in [0, 3)", "GatherV2", I32S(1, 2, 3), I64(7), I32(0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "indices[0] = -9223372036854775808 is not in [0, 3)", "GatherV2", I32S(1, 2, 3), I64S(INT64_MIN),
                 I32(0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "indices[0] = 0 is not in [0, 0)", "GatherV2", EMPTY(TN_INT32, 0), I64S(0), I32(0));
    EXPECT_ERROR_WITH(TN_INVALID_ARGUMENT, "indices[1,0] = 5 is not in [0, 3)", "GatherV2", BATCH(1), SIX, SHAPED(I32S(0, 5), 2, 1),
                      I32(1));
}
END_TEST

#define AXIS(n) TN_ATTRS(TN_INT_ATTR("axis", n))

START_TEST(one_hot)
{
    EXPECT(SHAPED(F32S(1, 0, 0, 0, 0, 1), 2, 3), "OneHot", I32S(0, 2), I32(3), F32(1), F32(0));
    EXPECT(SHAPED(I32S(7, 7, 7, 7), 2, 2), "OneHot", I64S(-1, 2), I32(2), I32(9), I32(7));
    EXPECT_WITH(0, SHAPED(BOOLS(true, false, false, true), 2, 2), "OneHot", AXIS(0), I32S(0, 1), I32(2), BOOL(true), BOOL(false));
    EXPECT(F64S(0, 1), "OneHot", I32(1), I32(2), F64(1), F64(0));
    EXPECT(EMPTY(TN_FLOAT32, 2, 0), "OneHot", I32S(0, 1), I32(0), F32(1), F32(0));
    tn_tensor *bytes = tn_tensor_new(root, TN_UINT8, 1, (int64_t[]){ 1 }, (uint8_t[]){ 1 });
    EXPECT(SHAPED(F32S(0, 1), 1, 2), "OneHot", bytes, I32(2), F32(1), F32(0));
}
END_TEST

TN_SUITE("cpu gather", gather, indices_outside, one_hot)
