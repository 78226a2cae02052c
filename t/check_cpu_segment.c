/* UnsortedSegmentSum; values are TensorFlow's. */
#include "values.h"

START_TEST(sums)
{
    EXPECT(SHAPED(F32S(6, 8, 0, 0, 3, 4), 3, 2), "UnsortedSegmentSum", SHAPED(F32S(1, 2, 3, 4, 5, 6), 3, 2), I32S(0, 2, 0), I32(3));
    EXPECT(F64S(3, 3), "UnsortedSegmentSum", SHAPED(F64S(1, 2, 3, 4), 2, 2), SHAPED(I64S(0, 0, 1, -1), 2, 2), I64(2));
    EXPECT(I32S(INT32_MIN, 0), "UnsortedSegmentSum", I32S(INT32_MAX, 1), I32S(0, 0), I32(2));
    EXPECT(I64S(5, 0), "UnsortedSegmentSum", I64(5), I32(0), I32(2));
    EXPECT(F32S(0, 0), "UnsortedSegmentSum", EMPTY(TN_FLOAT32, 0), EMPTY(TN_INT32, 0), I32(2));
    EXPECT(EMPTY(TN_FLOAT32, 2, 0), "UnsortedSegmentSum", EMPTY(TN_FLOAT32, 3, 0), I32S(0, 1, 1), I32(2));
    EXPECT(EMPTY(TN_FLOAT32, 0), "UnsortedSegmentSum", F32S(1), I32S(-1), I32(0));
}
END_TEST

START_TEST(ids_outside)
{
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "segment_ids[1] = 5 is out of range [0, 2)", "UnsortedSegmentSum", I32S(1, 2), I32S(0, 5), I32(2));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "segment_ids[1,0] = 5 is out of range [0, 2)", "UnsortedSegmentSum", SHAPED(I32S(1, 2), 2, 1),
                 SHAPED(I64S(0, 5), 2, 1), I32(2));
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for bfloat16", "UnsortedSegmentSum",
                 tn_tensor_new(root, TN_BFLOAT16, 1, (int64_t[]){ 1 }, NULL), I32S(0), I32(1));
}
END_TEST

TN_SUITE("cpu segment", sums, ids_outside)
