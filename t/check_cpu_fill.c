/* Kernels that make a tensor to a shape; values are NumPy's and TensorFlow's. */
#include "values.h"

START_TEST(fill)
{
    EXPECT(SHAPED(F32S(7, 7, 7, 7, 7, 7), 2, 3), "Fill", I32S(2, 3), F32(7));
    EXPECT(BOOLS(true, true), "Fill", I64S(2), BOOL(true));
    EXPECT(F64(3), "Fill", EMPTY(TN_INT32, 0), F64(3));
    EXPECT(EMPTY(TN_FLOAT32, 0, 5), "Fill", I32S(0, 5), F32(1));
    EXPECT(EMPTY(TN_FLOAT32, 0, 1L << 40), "Fill", I64S(0, 1L << 40), F32(1));
    EXPECT_ERROR(TN_RESOURCE_EXHAUSTED, "OOM when allocating tensor with shape[1073741824,1073741824,4]", "Fill",
                 I64S(1L << 30, 1L << 30, 4), F32(1));
}
END_TEST

START_TEST(zeros_and_ones)
{
    EXPECT(F32S(0, 0), "ZerosLike", F32S(1, NAN));
    EXPECT(I64S(1, 1), "OnesLike", I64S(5, 6));
    EXPECT(F64S(1, 1), "OnesLike", F64S(5, 6));
    EXPECT(BOOLS(true, true), "OnesLike", BOOLS(false, true));
    EXPECT(EMPTY(TN_INT32, 2, 0), "OnesLike", EMPTY(TN_INT32, 2, 0));
    tn_tensor *half = tn_tensor_new(root, TN_FLOAT16, 1, (int64_t[]){ 2 }, NULL);
    EXPECT(tn_tensor_new(root, TN_FLOAT16, 1, (int64_t[]){ 2 }, (uint16_t[]){ 0x3c00, 0x3c00 }), "OnesLike", half);
    tn_tensor *complex = tn_tensor_new(root, TN_COMPLEX64, 1, (int64_t[]){ 2 }, NULL);
    EXPECT(tn_tensor_new(root, TN_COMPLEX64, 1, (int64_t[]){ 2 }, (float[]){ 1, 0, 1, 0 }), "OnesLike", complex);
}
END_TEST

START_TEST(range)
{
    EXPECT(I32S(1, 4), "Range", I32(1), I32(5), I32(3));
    EXPECT(I64S(5, 3), "Range", I64(5), I64(1), I64(-2));
    EXPECT(EMPTY(TN_INT32, 0), "Range", I32(5), I32(5), I32(1));
    EXPECT(F64S(0, -0.4, -0.8), "Range", F64(0), F64(-1), F64(-0.4));
    EXPECT(F32S(0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.70000005f, 0.8000001f, 0.9000001f), "Range", F32(0), F32(1), F32(0.1f));
    EXPECT(I32S(INT32_MIN, -1, INT32_MAX - 1), "Range", I32(INT32_MIN), I32(INT32_MAX), I32(INT32_MAX));
}
END_TEST

START_TEST(ranges_that_do_not_end)
{
    const char *most = "Requires ((limit - start) / delta) <= 9223372036854775807";
    EXPECT(EMPTY(TN_FLOAT32, 0), "Range", F32(0), F32(1), F32(INFINITY));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, most, "Range", F32(0), F32(INFINITY), F32(1));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, most, "Range", F64(0), F64(1), F64(NAN));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, most, "Range", F64(NAN), F64(1), F64(1));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Requires delta != 0: 0", "Range", F32(0), F32(1), F32(0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Requires start <= limit when delta > 0: 2.5/1", "Range", F64(2.5), F64(1), F64(1));
    EXPECT_ERROR(TN_RESOURCE_EXHAUSTED, "OOM when allocating", "Range", I64(0), I64(INT64_MAX), I64(1));
}
END_TEST

START_TEST(broadcast_to)
{
    EXPECT(SHAPED(I32S(1, 2, 1, 2, 1, 2), 3, 2), "BroadcastTo", I32S(1, 2), I32S(3, 2));
    EXPECT(SHAPED(I32S(1, 1, 1, 2, 2, 2), 2, 3), "BroadcastTo", SHAPED(I32S(1, 2), 2, 1), I32S(2, 3));
    EXPECT(SHAPED(F64S(5, 5, 5, 5), 2, 2), "BroadcastTo", F64(5), I32S(2, 2));
    EXPECT(EMPTY(TN_FLOAT32, 0, 3), "BroadcastTo", F32S(1), I32S(0, 3));
    EXPECT_ERROR(TN_RESOURCE_EXHAUSTED, "OOM when allocating", "BroadcastTo", F32S(1), I64S(INT64_MAX));
}
END_TEST

TN_SUITE("cpu fill", fill, zeros_and_ones, range, ranges_that_do_not_end, broadcast_to)
