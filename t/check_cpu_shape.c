/* Kernels whose results are shapes and axes; values are TensorFlow's. */
#include "values.h"

#define LONG TN_ATTRS(TN_TYPE_ATTR("out_type", TN_INT64))

START_TEST(shapes)
{
    EXPECT(I32S(2, 3), "Shape", EMPTY(TN_FLOAT32, 2, 3));
    EXPECT_WITH(0, I64S(0, 1L << 40), "Shape", LONG, EMPTY(TN_FLOAT32, 0, 1L << 40));
    EXPECT(EMPTY(TN_INT32, 0), "Shape", F32(1));
    EXPECT(I32(2), "Rank", EMPTY(TN_BOOL, 0, 3));
    EXPECT(I32(6), "Size", EMPTY(TN_FLOAT32, 2, 3));
    EXPECT_WITH(0, I64(1), "Size", LONG, F32(1));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Shape output type is 32-bit  but dim 1 is 4294967296", "Shape", EMPTY(TN_FLOAT32, 0, 1L << 32));
}
END_TEST

static void axes(tn_tensor *a, tn_tensor *b, tn_tensor *want_a, tn_tensor *want_b)
{
    tn_tensor *out[2];
    ck_assert_int_eq(drive_all("BroadcastGradientArgs", TN_ATTRS(), 2, (tn_tensor *[]){ a, b }, 2, out), TN_OK);
    expect_values("r0", out[0], want_a, 0);
    expect_values("r1", out[1], want_b, 0);
    tn_tensor *all[] = { a, b, want_a, want_b, out[0], out[1] };
    for (int i = 0; i < 6; i++)
        talloc_free(all[i]);
}

START_TEST(axes_of_broadcasts)
{
    axes(I32S(1, 3), I32S(1, 3), EMPTY(TN_INT32, 0), EMPTY(TN_INT32, 0));
    axes(I32S(3), I32S(1, 3), I32S(0), I32S(0));
    axes(I64S(2, 1, 3), I64S(1, 3), I64S(1), I64S(0, 1));
    axes(EMPTY(TN_INT32, 0), I32S(2, 1), I32S(0, 1), I32S(1));
    axes(I32S(0), I32S(1), EMPTY(TN_INT32, 0), I32S(0));
    axes(I32S(2, 1), I32S(1, 3), I32S(1), I32S(0));
}
END_TEST

START_TEST(inverted_permutations)
{
    EXPECT(I32S(2, 0, 1), "InvertPermutation", I32S(1, 2, 0));
    EXPECT(EMPTY(TN_INT64, 0), "InvertPermutation", EMPTY(TN_INT64, 0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "0 is duplicated in the input.", "InvertPermutation", I32S(0, 0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "2 is not between 0 and 2", "InvertPermutation", I64S(0, 2));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "-2147483648 is not between 0 and 2", "InvertPermutation", I32S(0, INT32_MIN));
}
END_TEST

TN_SUITE("cpu shape", shapes, axes_of_broadcasts, inverted_permutations)
