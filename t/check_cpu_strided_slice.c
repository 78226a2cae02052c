/* Kernels of StridedSlice and its gradient, exhaustively against Python's rule for one axis, and under masks; values are NumPy's. */
#include "values.h"

#define MASKS(b, e, l, n, s)                                                                                                               \
    TN_ATTRS(TN_INT_ATTR("begin_mask", b), TN_INT_ATTR("end_mask", e), TN_INT_ATTR("ellipsis_mask", l), TN_INT_ATTR("new_axis_mask", n),   \
             TN_INT_ATTR("shrink_axis_mask", s))
#define SIX  SHAPED(I32S(1, 2, 3, 4, 5, 6), 2, 3)
#define NONE MASKS(0, 0, 0, 0, 0)

START_TEST(slices)
{
    EXPECT_WITH(0, SHAPED(I32S(6, 5, 4, 3, 2, 1), 2, 3), "StridedSlice", MASKS(3, 3, 0, 0, 0), SIX, I32S(0, 0), I32S(0, 0), I32S(-1, -1));
    EXPECT_WITH(0, SHAPED(I32S(1, 3, 4, 6), 2, 2), "StridedSlice", MASKS(1, 1, 0, 0, 0), SIX, I32S(0, 0), I32S(0, 3), I32S(1, 2));
    EXPECT_WITH(0, I32S(2, 5), "StridedSlice", MASKS(1, 1, 0, 0, 2), SIX, I32S(0, 1), I32S(0, 2), I32S(1, 1));
    EXPECT_WITH(0, I32(6), "StridedSlice", MASKS(0, 0, 0, 0, 3), SIX, I64S(-1, -1), I64S(0, 0), I64S(1, 1));
    EXPECT_WITH(0, SHAPED(I32S(3, 6), 2, 1), "StridedSlice", MASKS(0, 0, 1, 0, 0), SIX, I32S(0, 2), I32S(0, 3), I32S(1, 1));
    EXPECT_WITH(0, SHAPED(I32S(4, 5, 6), 1, 3), "StridedSlice", MASKS(0, 0, 0, 1, 2), SIX, I32S(0, 1), I32S(0, 2), I32S(1, 1));
    EXPECT_WITH(0, EMPTY(TN_INT32, 0, 3), "StridedSlice", NONE, SIX, I32S(2), I32S(9), I32S(1));
    EXPECT_WITH(0, F32S(3), "StridedSlice", NONE, F32S(1, 2, 3), I64S(INT64_MAX), I64S(INT64_MIN), I64S(INT64_MIN));
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 0), "StridedSlice", NONE, EMPTY(TN_FLOAT32, 0), I32S(0), I32S(0), I32S(-1));
}
END_TEST

/* What Python's x[begin:end:stride] is for x = 0, 1, …, n - 1: the items between the ends, one by one. */
static int64_t python_slice(int n, int begin, int end, int stride, int32_t *items)
{
    int low = stride > 0 ? 0 : -1, high = stride > 0 ? n : n - 1;
    int64_t count = 0;
    begin += begin < 0 ? n : 0;
    end += end < 0 ? n : 0;
    begin = begin < low ? low : begin > high ? high : begin;
    end = end < low ? low : end > high ? high : end;
    for (int i = begin; stride > 0 ? i < end : i > end; i += stride)
        items[count++] = i;
    return count;
}

START_TEST(one_axis_as_python)
{
    int32_t items[8];
    for (int begin = -6; begin <= 6; begin++)
        for (int end = -6; end <= 6; end++)
            for (int stride = -3; stride <= 3; stride++) {
                if (stride == 0)
                    continue;
                int64_t n = python_slice(4, begin, end, stride, items);
                EXPECT_WITH(0, tn_tensor_new(root, TN_INT32, 1, &n, items), "StridedSlice", NONE, I32S(0, 1, 2, 3), I32S(begin), I32S(end),
                            I32S(stride));
            }
}
END_TEST

START_TEST(gradients)
{
    EXPECT_WITH(0, SHAPED(I32S(0, 0, 0, 8, 0, 7), 2, 3), "StridedSliceGrad", MASKS(0, 2, 0, 0, 1), I32S(2, 3), I32S(1, 2), I32S(2, 0),
                I32S(1, -2), I32S(7, 8));
    EXPECT_WITH(0, I32S(1, 2, 0), "StridedSliceGrad", NONE, I32S(3), I32S(0), I32S(2), I32S(1), I32S(1, 2));
    EXPECT_WITH(0, F32S(0, 0), "StridedSliceGrad", NONE, I64S(2), I64S(2), I64S(2), I64S(1), EMPTY(TN_FLOAT32, 0));
    EXPECT_WITH(0, F64S(0, 5, 0), "StridedSliceGrad", MASKS(0, 0, 0, 0, 1), I32S(3), I32S(-2), I32S(0), I32S(1), F64(5));
}
END_TEST

TN_SUITE("cpu strided_slice", slices, one_axis_as_python, gradients)
