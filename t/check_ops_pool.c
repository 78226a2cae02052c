/* Inference of pooling, and what its gradients keep of the windows. That they are right is checked by t/check_ops_gradients.c. */
#include "dims_check.h"

#define LIST(...) ((const int64_t[]){ __VA_ARGS__ })
#define N_OF(...) (sizeof(LIST(__VA_ARGS__)) / sizeof(int64_t))
#define K(...)    TN_INTS_ATTR("ksize", N_OF(__VA_ARGS__), LIST(__VA_ARGS__))
#define S(...)    TN_INTS_ATTR("strides", N_OF(__VA_ARGS__), LIST(__VA_ARGS__))
#define P(...)    TN_INTS_ATTR("explicit_paddings", N_OF(__VA_ARGS__), LIST(__VA_ARGS__))
#define PAD(text) TN_STRING_ATTR("padding", text)
#define NCHW      TN_STRING_ATTR("data_format", "NCHW")
#define HALVES    TN_ATTRS(K(1, 2, 2, 1), S(1, 2, 2, 1), PAD("SAME"))
#define THREES    TN_ATTRS(K(1, 3, 3, 1), S(1, 1, 1, 1), PAD("VALID"))

START_TEST(shapes)
{
    EXPECT_DIMS_WITH("[2,3,2,7]", "MaxPool", HALVES, OF("[2,5,4,7]"));
    EXPECT_DIMS_WITH("[2,3,2,7]", "AvgPool", THREES, OF("[2,5,4,7]"));
    EXPECT_DIMS_WITH("[?,3,?,?]", "AvgPool", THREES, OF("[?,5,?,?]"));
    EXPECT_DIMS_WITH("[?,?,?,?]", "MaxPool", HALVES, OF("<unknown>"));
    EXPECT_DIMS_WITH("[0,3,2,0]", "MaxPool", HALVES, OF("[0,5,4,0]"));
    EXPECT_DIMS_WITH("[2,7,3,1]", "MaxPool", TN_ATTRS(K(1, 1, 3, 2), S(1, 1, 1, 3), PAD("VALID"), NCHW), OF("[2,7,5,4]"));
    EXPECT_DIMS_WITH("[2,6,5,7]", "MaxPool", TN_ATTRS(K(1, 3, 2, 1), S(1, 1, 1, 1), PAD("EXPLICIT"), P(0, 0, 2, 1, 1, 1, 0, 0)),
                     OF("[2,5,4,7]"));
    EXPECT_DIMS_WITH("[2,5,4,3]", "MaxPool", TN_ATTRS(K(1, 1, 1, 2), S(1, 1, 1, 2), PAD("VALID")), OF("[2,5,4,7]"));
}
END_TEST

START_TEST(sizes_that_are_inputs)
{
    tn_attrs same = TN_ATTRS(PAD("SAME"));
    EXPECT_DIMS_WITH("[2,3,2,7]", "MaxPoolV2", same, OF("[2,5,4,7]"), tn_vector(1, 2, 2, 1), tn_vector(1, 2, 2, 1));
    EXPECT_DIMS_WITH("[2,?,?,?]", "MaxPoolV2", same, OF("[2,5,4,7]"), INTS("[4]"), tn_vector(1, 2, 2, 1));
    EXPECT_DIMS_WITH("[?,?,?,?]", "MaxPoolV2", same, OF("<unknown>"), INTS("<unknown>"), INTS("<unknown>"));
    EXPECT_REFUSED_WITH("MaxPool requires the ksize attribute to contain 4 values, but got: 3", "MaxPoolV2", same, OF("[2,5,4,7]"),
                        INTS("[3]"), INTS("[4]"));
    EXPECT_REFUSED_WITH("MaxPool requires the stride attribute to contain 4 values, but got: 5", "MaxPoolV2", same, OF("[2,5,4,7]"),
                        INTS("[4]"), INTS("[5]"));
    EXPECT_REFUSED_WITH("Sliding window ksize must be positive. The specified or inferred ksize is: 1,0,2,1", "MaxPoolV2", same,
                        OF("[2,5,4,7]"), tn_vector(1, 0, 2, 1), tn_vector(1, 2, 2, 1));
}
END_TEST

START_TEST(refused)
{
    EXPECT_REFUSED_WITH("Shape must be rank 4 but is rank 3", "MaxPool", HALVES, OF("[2,5,4]"));
    EXPECT_REFUSED_WITH("MaxPool requires the ksize attribute to contain 4 values, but got: 5", "MaxPool",
                        TN_ATTRS(K(1, 2, 2, 1, 1), S(1, 2, 2, 1), PAD("SAME")), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("AvgPool requires the stride attribute to contain 4 values, but got: 5", "AvgPool",
                        TN_ATTRS(K(1, 2, 2, 1), S(1, 2, 2, 1, 1), PAD("SAME")), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("minimum 4", "AvgPool", TN_ATTRS(K(1, 2, 2), S(1, 2, 2, 1), PAD("SAME")), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("The specified or inferred ksize is: 1,-1,2,1", "AvgPool", TN_ATTRS(K(1, -1, 2, 1), S(1, 2, 2, 1), PAD("SAME")),
                        OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("Stride must be > 0, but got 0", "MaxPool", TN_ATTRS(K(1, 1, 2, 1), S(1, 2, 0, 1), PAD("SAME")), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("Negative dimension size caused by subtracting 3 from 2", "AvgPool", THREES, OF("[2,5,2,7]"));
    EXPECT_REFUSED_WITH(
        "too large", "MaxPool",
        TN_ATTRS(K(1, INT64_MAX, 1, 1), S(1, INT64_MAX, 1, 1), PAD("EXPLICIT"), P(0, 0, INT64_MAX - 1, INT64_MAX - 1, 0, 0, 0, 0)),
        OF("[2,5,2,7]"));
}
END_TEST

#define EXPLICIT(...) TN_ATTRS(K(1, 2, 2, 1), S(1, 1, 1, 1), PAD("EXPLICIT"), P(__VA_ARGS__))

START_TEST(explicit_paddings)
{
    EXPECT_REFUSED_WITH("explicit_paddings attribute must contain 8 values, but got: 4", "MaxPool", EXPLICIT(0, 0, 1, 1), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("Top padding 2 needs to be smaller than the window size 2", "MaxPool", EXPLICIT(0, 0, 2, 1, 0, 0, 0, 0),
                        OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("Right padding 2 needs to be smaller", "MaxPool", EXPLICIT(0, 0, 1, 1, 0, 2, 0, 0), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("must be nonnegative", "MaxPool", EXPLICIT(0, 0, -1, 1, 0, 0, 0, 0), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("batch or depth dimensions", "MaxPool", EXPLICIT(0, 1, 0, 1, 0, 0, 0, 0), OF("[2,5,4,7]"));
    EXPECT_REFUSED_WITH("EXPLICIT", "AvgPool", TN_ATTRS(K(1, 2, 2, 1), S(1, 1, 1, 1), PAD("EXPLICIT")), OF("[2,5,4,7]"));
}
END_TEST

START_TEST(gradients_shapes)
{
    EXPECT_DIMS_WITH("[2,5,4,7]", "MaxPoolGrad", HALVES, OF("[2,5,4,7]"), OF("[2,3,2,7]"), OF("<unknown>"));
    EXPECT_DIMS_WITH("[?,?,?,?]", "MaxPoolGrad", HALVES, OF("<unknown>"), OF("[2,3,2,7]"), OF("<unknown>"));
    EXPECT_DIMS_WITH("[2,3,2,7]", "MaxPoolGradGrad", HALVES, OF("[2,5,4,?]"), OF("[2,3,2,7]"), OF("<unknown>"));
    EXPECT_DIMS_WITH("[2,5,4,7]", "AvgPoolGrad", HALVES, tn_vector(2, 5, 4, 7), OF("[?,3,2,7]"));
    EXPECT_DIMS_WITH("[?,?,?,?]", "AvgPoolGrad", HALVES, INTS("[4]"), OF("[2,3,2,7]"));
    EXPECT_REFUSED_WITH("Expected orig_output shape to be [2,3,2,7], but got [2,3,3,7]", "MaxPoolGrad", HALVES, OF("[2,5,4,7]"),
                        OF("[2,3,3,7]"), OF("[2,3,2,7]"));
    EXPECT_REFUSED_WITH("Expected grad shape to be [2,3,2,7], but got [2,3,3,7]", "MaxPoolGrad", HALVES, OF("[2,5,4,7]"), OF("[2,3,2,7]"),
                        OF("[2,3,3,7]"));
    EXPECT_REFUSED_WITH("Expected grad shape to be [2,5,4,7], but got [2,3,2,7]", "MaxPoolGradGrad", HALVES, OF("[2,5,4,7]"),
                        OF("[2,3,2,7]"), OF("[2,3,2,7]"));
    EXPECT_REFUSED_WITH("Expected grad shape to be [2,3,2,7], but got [2,3,2,8]", "AvgPoolGrad", HALVES, tn_vector(2, 5, 4, 7),
                        OF("[2,3,2,8]"));
    EXPECT_REFUSED_WITH("Shape must be rank 4 but is rank 3", "AvgPoolGrad", HALVES, tn_vector(2, 5, 4), OF("[2,3,2,8]"));
}
END_TEST

START_TEST(another_format)
{
    ck_assert_ptr_null(tn_max_pool(OF("[2,5,4,7]"), .ksize = TN_AXES(1, 1, 1, 1), .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME",
                                   .data_format = "NCHW_VECT_C")
                           .op);
    expect_error(TN_UNIMPLEMENTED, "NCHW_VECT_C");
}
END_TEST

/* The gradient has the windows of its operation. */
START_TEST(gradients_keep_the_windows)
{
    tn_output x = OF("[2,5,4,7]"), dx;
    tn_output y = tn_max_pool(x, .ksize = TN_AXES(1, 3, 2, 1), .strides = TN_AXES(1, 2, 1, 1), .padding = "EXPLICIT",
                              .explicit_paddings = TN_AXES(0, 0, 2, 1, 0, 1, 0, 0));
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_str_eq(tn_op_type(dx.op), "MaxPoolGrad");
    tn_attr paddings;
    ck_assert_int_eq(tn_op_attr(dx.op, "explicit_paddings", &paddings), TN_OK);
    ck_assert_uint_eq(paddings.n, 8);
    ck_assert_int_eq(((const int64_t *)paddings.p)[2], 2);
    expect_dims(dx, "[2,5,4,7]");
}
END_TEST

TN_SUITE("ops pool", shapes, sizes_that_are_inputs, refused, explicit_paddings, gradients_shapes, another_format,
         gradients_keep_the_windows)
