/* MaxPool, AvgPool and their gradients as kernels: data formats, windows at the edges, sizes of zero. The loops have a suite of their own,
 * t/check_cpu_pooling.c, and TensorFlow's values are in t/check_ops_tensorflow.c. */
#include "values.h"

#define LIST(...) ((const int64_t[]){ __VA_ARGS__ })
/* Windows of ksize by strides, four each, and what else there is. */
#define WINDOWS(ksize, strides, padding, ...)                                                                                              \
    TN_ATTRS(TN_INTS_ATTR("ksize", 4, ksize), TN_INTS_ATTR("strides", 4, strides), TN_STRING_ATTR("padding", padding), __VA_ARGS__)
#define FORMAT(format) TN_STRING_ATTR("data_format", format)
#define ONES           LIST(1, 1, 1, 1)

START_TEST(max_and_average)
{
    tn_attrs halves = WINDOWS(LIST(1, 2, 2, 1), LIST(1, 2, 2, 1), "SAME", FORMAT("NHWC"));
    EXPECT_WITH(0, SHAPED(F32S(5, 3, 8, 9), 1, 2, 2, 1), "MaxPool", halves, SHAPED(F32S(1, 2, 3, 4, 5, -6, 7, 8, 9), 1, 3, 3, 1));
    EXPECT_WITH(0, SHAPED(F64S(0.5, -1.5, 7.5, 9), 1, 2, 2, 1), "AvgPool", halves, SHAPED(F64S(1, 2, 3, 4, -5, -6, 7, 8, 9), 1, 3, 3, 1));
    EXPECT_WITH(0, SHAPED(F32S(4, 40), 1, 2, 1, 1), "MaxPool", WINDOWS(LIST(1, 1, 2, 2), ONES, "VALID", FORMAT("NCHW")),
                SHAPED(F32S(1, 2, 3, 4, 10, 20, 30, 40), 1, 2, 2, 2));
}
END_TEST

/* The rows that follow are of the same windows in both formats. */
START_TEST(formats_agree)
{
    tn_attrs last = WINDOWS(LIST(1, 3, 2, 1), LIST(1, 2, 1, 1), "SAME", FORMAT("NHWC"));
    tn_attrs first = WINDOWS(LIST(1, 1, 3, 2), LIST(1, 1, 2, 1), "SAME", FORMAT("NCHW"));
    EXPECT_WITH(0, SHAPED(F32S(4, 6, 4, -2), 1, 1, 2, 2), "MaxPool", last, SHAPED(F32S(1, 6, 4, -2), 1, 1, 2, 2));
    EXPECT_WITH(0, SHAPED(F32S(4, 4, 6, -2), 1, 2, 1, 2), "MaxPool", first, SHAPED(F32S(1, 4, 6, -2), 1, 2, 1, 2));
}
END_TEST

START_TEST(explicit_padding)
{
    tn_attrs a = WINDOWS(LIST(1, 2, 2, 1), ONES, "EXPLICIT", TN_INTS_ATTR("explicit_paddings", 8, LIST(0, 0, 1, 0, 0, 1, 0, 0)));
    EXPECT_WITH(0, SHAPED(F32S(2, 2, 4, 4), 1, 2, 2, 1), "MaxPool", a, SHAPED(F32S(1, 2, 3, 4), 1, 2, 2, 1));
    EXPECT_WITH(0, SHAPED(F32S(0, 110, 0, 1100), 1, 2, 2, 1), "MaxPoolGrad", a, SHAPED(F32S(1, 2, 3, 4), 1, 2, 2, 1),
                SHAPED(F32S(2, 2, 4, 4), 1, 2, 2, 1), SHAPED(F32S(10, 100, 100, 1000), 1, 2, 2, 1));
}
END_TEST

START_TEST(across_channels)
{
    EXPECT_WITH(0, SHAPED(F32S(2, 4, 7, 9), 1, 1, 2, 2), "MaxPool", WINDOWS(LIST(1, 1, 1, 2), LIST(1, 1, 1, 2), "VALID", FORMAT("NHWC")),
                SHAPED(F32S(1, 2, 4, 3, 7, 5, 8, 9), 1, 1, 2, 4));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "evenly divide", "MaxPool", WINDOWS(LIST(1, 1, 1, 2), LIST(1, 1, 1, 2), "VALID", FORMAT("NHWC")),
                      EMPTY(TN_FLOAT32, 1, 1, 2, 3));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "exactly one of", "MaxPool", WINDOWS(LIST(1, 2, 1, 2), LIST(1, 1, 1, 2), "VALID", FORMAT("NHWC")),
                      EMPTY(TN_FLOAT32, 1, 2, 2, 4));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "equal the depth stride", "MaxPool", WINDOWS(LIST(1, 1, 1, 2), ONES, "VALID", FORMAT("NHWC")),
                      EMPTY(TN_FLOAT32, 1, 2, 2, 4));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "NHWC only", "MaxPool", WINDOWS(LIST(1, 2, 1, 1), LIST(1, 2, 1, 1), "VALID", FORMAT("NCHW")),
                      EMPTY(TN_FLOAT32, 1, 2, 2, 4));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "depth dimension", "AvgPool", WINDOWS(LIST(1, 1, 1, 2), LIST(1, 1, 1, 2), "VALID", FORMAT("NHWC")),
                      EMPTY(TN_FLOAT32, 1, 1, 2, 4));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "batch dimension", "MaxPool", WINDOWS(LIST(2, 1, 1, 1), ONES, "VALID", FORMAT("NHWC")),
                      EMPTY(TN_FLOAT32, 2, 1, 2, 4));
}
END_TEST

START_TEST(nan_wins)
{
    tn_attrs a = WINDOWS(LIST(1, 1, 2, 1), ONES, "VALID", FORMAT("NHWC"));
    EXPECT_WITH(0, SHAPED(F32S(NAN, NAN, 3, -INFINITY), 1, 1, 4, 1), "MaxPool", a,
                SHAPED(F32S(1, NAN, 3, -INFINITY, -INFINITY), 1, 1, 5, 1));
    EXPECT_WITH(0, SHAPED(F32S(0, 3, 4, 8, 0), 1, 1, 5, 1), "MaxPoolGrad", a, SHAPED(F32S(1, NAN, 3, -INFINITY, -INFINITY), 1, 1, 5, 1),
                SHAPED(F32S(0, 0, 0, 0), 1, 1, 4, 1), SHAPED(F32S(1, 2, 4, 8), 1, 1, 4, 1));
    EXPECT_WITH(0, SHAPED(F32S(NAN, INFINITY), 1, 1, 2, 1), "AvgPool", a, SHAPED(F32S(NAN, 1, INFINITY), 1, 1, 3, 1));
}
END_TEST

/* What no window looks at gets nothing. */
START_TEST(strides_beyond_the_window)
{
    tn_attrs a = WINDOWS(LIST(1, 1, 1, 1), LIST(1, 1, 3, 1), "SAME", FORMAT("NHWC"));
    EXPECT_WITH(0, SHAPED(F32S(5, 0, 0, 7, 0), 1, 1, 5, 1), "MaxPoolGrad", a, SHAPED(F32S(1, 2, 3, 4, 5), 1, 1, 5, 1),
                SHAPED(F32S(1, 4), 1, 1, 2, 1), SHAPED(F32S(5, 7), 1, 1, 2, 1));
    EXPECT_WITH(0, SHAPED(F32S(5, 0, 0, 7, 0), 1, 1, 5, 1), "AvgPoolGrad", a, I32S(1, 1, 5, 1), SHAPED(F32S(5, 7), 1, 1, 2, 1));
}
END_TEST

START_TEST(windows_larger_than_images)
{
    tn_attrs a =
        WINDOWS(LIST(1, INT64_C(1) << 40, INT64_C(1) << 40, 1), LIST(1, INT64_C(1) << 40, INT64_C(1) << 40, 1), "SAME", FORMAT("NHWC"));
    EXPECT_WITH(0, SHAPED(F32S(4), 1, 1, 1, 1), "MaxPool", a, SHAPED(F32S(1, 2, 3, 4), 1, 2, 2, 1));
    EXPECT_WITH(0, SHAPED(F32S(2.5f), 1, 1, 1, 1), "AvgPool", a, SHAPED(F32S(1, 2, 3, 4), 1, 2, 2, 1));
}
END_TEST

START_TEST(sizes_of_zero)
{
    tn_attrs a = WINDOWS(LIST(1, 2, 2, 1), ONES, "SAME", FORMAT("NHWC"));
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 0, 3, 3, 2), "MaxPool", a, EMPTY(TN_FLOAT32, 0, 3, 3, 2));
    EXPECT_WITH(0, EMPTY(TN_FLOAT64, 2, 0, 3, 2), "AvgPool", a, EMPTY(TN_FLOAT64, 2, 0, 3, 2));
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 2, INT64_C(1) << 40, 3, 0), "MaxPool", a, EMPTY(TN_FLOAT32, 2, INT64_C(1) << 40, 3, 0));
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 2, 3, 0, 2), "AvgPoolGrad", a, I32S(2, 3, 0, 2), EMPTY(TN_FLOAT32, 2, 3, 0, 2));
}
END_TEST

START_TEST(no_kernel)
{
    tn_attrs a = WINDOWS(ONES, ONES, "SAME", FORMAT("NHWC"));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "half", "MaxPool", a, EMPTY(TN_FLOAT16, 1, 1, 1, 1));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "half", "AvgPoolGrad", a, I32S(1, 1, 1, 1), EMPTY(TN_FLOAT16, 1, 1, 1, 1));
}
END_TEST

TN_SUITE("cpu pool", max_and_average, formats_agree, explicit_padding, across_channels, nan_wins, strides_beyond_the_window,
         windows_larger_than_images, sizes_of_zero, no_kernel)
