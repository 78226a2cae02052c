/* Inference and gradients of convolutions. The texts were seen in TensorFlow 2.21. */
#include "dims_check.h"
#include "gradient_check.h"

static const int64_t ones[] = { 1, 1, 1, 1 }, twos[] = { 1, 2, 2, 1 }, no_stride[] = { 1, 0, 1, 1 }, batch[] = { 2, 1, 1, 1 },
                     nchw[] = { 1, 1, 2, 3 }, negative[] = { 0, 0, 1, -1, 0, 0, 0, 0 }, pads[] = { 0, 0, 1, 2, 0, 3, 0, 0 },
                     of_batch[] = { 1, 0, 0, 0, 0, 0, 0, 0 }, threes[] = { 1, 3, 3, 1 };

#define STRIDES(n, v)   TN_INTS_ATTR("strides", n, v)
#define DILATIONS(n, v) TN_INTS_ATTR("dilations", n, v)
#define PADS(v)         TN_INTS_ATTR("explicit_paddings", 8, v)
#define PADDING(text)   TN_STRING_ATTR("padding", text)
#define NCHW            TN_STRING_ATTR("data_format", "NCHW")
#define VALID           TN_ATTRS(STRIDES(4, ones), PADDING("VALID"))

START_TEST(shapes)
{
    EXPECT_DIMS_WITH("[1,6,6,3]", "Conv2D", VALID, OF("[1,8,8,4]"), OF("[3,3,4,3]"));
    EXPECT_DIMS_WITH("[?,4,?,3]", "Conv2D", TN_ATTRS(STRIDES(4, twos), PADDING("SAME")), OF("[?,8,?,4]"), OF("[3,?,4,3]"));
    EXPECT_DIMS_WITH("[?,?,?,3]", "Conv2D", VALID, OF("<unknown>"), OF("[3,3,4,3]"));
    EXPECT_DIMS_WITH("[1,?,?,?]", "Conv2D", VALID, OF("[1,8,8,4]"), OF("<unknown>"));
    EXPECT_DIMS_WITH("[1,3,3,4]", "Conv2D", TN_ATTRS(STRIDES(4, nchw), PADDING("SAME"), NCHW), OF("[1,4,6,12]"), OF("[5,5,4,3]"));
    EXPECT_DIMS_WITH("[1,9,9,3]", "Conv2D", TN_ATTRS(STRIDES(4, ones), PADDING("EXPLICIT"), PADS(pads)), OF("[1,8,8,4]"), OF("[3,3,4,3]"));
    EXPECT_DIMS_WITH("[1,4,4,3]", "Conv2D", TN_ATTRS(STRIDES(4, ones), PADDING("VALID"), DILATIONS(4, twos)), OF("[1,8,8,4]"),
                     OF("[3,3,4,3]"));
    EXPECT_DIMS_WITH("[1,6,6,4]", "Conv2D", VALID, OF("[1,8,8,4]"), OF("[3,3,2,4]")); /* groups have a shape, but no kernel */
    EXPECT_DIMS_WITH("[1,6,6,12]", "DepthwiseConv2dNative", VALID, OF("[1,8,8,4]"), OF("[3,3,4,3]"));
    EXPECT_DIMS_WITH("[1,6,6,12]", "DepthwiseConv2dNative", VALID, OF("[1,8,8,4]"), OF("[3,3,?,3]"));
    EXPECT_DIMS_WITH("[1,6,6,?]", "DepthwiseConv2dNative", VALID, OF("[1,8,8,?]"), OF("[3,3,?,?]"));
}
END_TEST

START_TEST(shapes_of_gradients)
{
    EXPECT_DIMS_WITH("[1,8,8,4]", "Conv2DBackpropInput", VALID, tn_vector(1, 8, 8, 4), OF("[3,3,4,3]"), OF("[1,6,6,3]"));
    EXPECT_DIMS_WITH("[?,?,?,?]", "Conv2DBackpropInput", VALID, INTS("[4]"), OF("[3,3,4,3]"), OF("[1,6,6,3]"));
    EXPECT_DIMS_WITH("[3,3,4,3]", "Conv2DBackpropFilter", VALID, OF("<unknown>"), tn_vector(3, 3, 4, 3), OF("[1,6,?,3]"));
    EXPECT_DIMS_WITH("[2,8,8,4]", "DepthwiseConv2dNativeBackpropInput", VALID, tn_vector(2, 8, 8, 4), OF("[3,3,4,3]"), OF("[2,6,6,12]"));
    EXPECT_DIMS_WITH("[3,3,4,3]", "DepthwiseConv2dNativeBackpropFilter", VALID, OF("[2,8,8,4]"), tn_vector(3, 3, 4, 3), OF("[2,6,6,12]"));
}
END_TEST

static void refuse(const char *text, tn_attrs attrs, const char *images, const char *filter)
{
    expect_op_refused(text, "Conv2D", attrs, TN_OUTPUTS(OF(images), OF(filter)));
}

START_TEST(attributes_are_checked)
{
    refuse("Conv2D requires the stride attribute to contain 4 values, but got: 3", TN_ATTRS(STRIDES(3, ones), PADDING("VALID")),
           "[1,3,3,1]", "[3,3,1,1]");
    refuse("Conv2D requires the dilation attribute to contain 4 values, but got: 2",
           TN_ATTRS(STRIDES(4, ones), PADDING("VALID"), DILATIONS(2, ones)), "[1,3,3,1]", "[3,3,1,1]");
    refuse("Stride must be > 0, but got 0", TN_ATTRS(STRIDES(4, no_stride), PADDING("VALID")), "[1,3,3,1]", "[3,3,1,1]");
    refuse("Dilation rate must be >= 1, but got 0", TN_ATTRS(STRIDES(4, ones), PADDING("VALID"), DILATIONS(4, no_stride)), "[1,3,3,1]",
           "[3,3,1,1]");
    refuse("Current implementation does not yet support strides in the batch and depth dimensions.",
           TN_ATTRS(STRIDES(4, batch), PADDING("VALID")), "[1,3,3,1]", "[3,3,1,1]");
    refuse("Current implementation does not yet support dilations in the batch and depth dimensions.",
           TN_ATTRS(STRIDES(4, ones), PADDING("VALID"), DILATIONS(4, batch)), "[1,3,3,1]", "[3,3,1,1]");
    refuse("explicit_paddings attribute must contain 8 values, but got: 0", TN_ATTRS(STRIDES(4, ones), PADDING("EXPLICIT")), "[1,3,3,1]",
           "[3,3,1,1]");
    refuse("All elements of explicit_paddings must be nonnegative", TN_ATTRS(STRIDES(4, ones), PADDING("EXPLICIT"), PADS(negative)),
           "[1,3,3,1]", "[3,3,1,1]");
    refuse("Nonzero explicit padding in the batch or depth dimensions is not supported",
           TN_ATTRS(STRIDES(4, ones), PADDING("EXPLICIT"), PADS(of_batch)), "[1,3,3,1]", "[3,3,1,1]");
    refuse("explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT",
           TN_ATTRS(STRIDES(4, ones), PADDING("SAME"), PADS(pads)), "[1,3,3,1]", "[3,3,1,1]");
    refuse("padding", TN_ATTRS(STRIDES(4, ones), PADDING("OTHER")), "[1,3,3,1]", "[3,3,1,1]");
    refuse("strides", TN_ATTRS(PADDING("SAME")), "[1,3,3,1]", "[3,3,1,1]");
}
END_TEST

START_TEST(operands_are_checked)
{
    refuse("Conv2D 'Conv2D': Negative dimension size caused by subtracting 5 from 3 for 'Conv2D' (op: 'Conv2D') with input shapes: "
           "[1,3,3,1], [5,5,1,1].",
           VALID, "[1,3,3,1]", "[5,5,1,1]");
    refuse("Negative dimension size caused by subtracting 13 from 8", TN_ATTRS(STRIDES(4, ones), PADDING("VALID"), DILATIONS(4, threes)),
           "[1,8,8,4]", "[5,5,4,3]");
    refuse("Depth of input (3) is not a multiple of input depth of filter (2)", VALID, "[1,3,3,3]", "[3,3,2,1]");
    refuse("Depth of output (3) is not a multiple of the number of groups (2)", VALID, "[1,3,3,4]", "[3,3,2,3]");
    refuse("Depth of filter must not be 0", VALID, "[1,3,3,0]", "[3,3,0,3]");
    refuse("Depth of input (0) is not a multiple", VALID, "[1,3,3,0]", "[3,3,2,3]");
    refuse("Shape must be rank 4 but is rank 3", VALID, "[1,3,3,4]", "[3,3,4]");
    refuse("Shape must be rank 4 but is rank 1", VALID, "[4]", "[3,3,4,1]");
    EXPECT_REFUSED_WITH("Dimensions must be equal, but are 4 and 3", "DepthwiseConv2dNative", VALID, OF("[1,8,8,4]"), OF("[3,3,3,3]"));
    EXPECT_REFUSED_WITH("DepthwiseConv2D requires the stride attribute to contain 4 values, but got: 3", "DepthwiseConv2dNative",
                        TN_ATTRS(STRIDES(3, ones), PADDING("VALID")), OF("[1,8,8,4]"), OF("[3,3,4,3]"));
}
END_TEST

START_TEST(gradients_are_checked)
{
    EXPECT_REFUSED_WITH("Size of out_backprop doesn't match computed: actual = 5, computed = 6 spatial_dim: 2", "Conv2DBackpropInput",
                        VALID, tn_vector(1, 8, 8, 4), OF("[3,3,4,3]"), OF("[1,6,5,3]"));
    EXPECT_REFUSED_WITH("input and out_backprop must have the same batch size. Input batch: 2, outbackprop batch: 1, batch_dim: 0",
                        "Conv2DBackpropInput", VALID, tn_vector(2, 8, 8, 4), OF("[3,3,4,3]"), OF("[1,6,6,3]"));
    EXPECT_REFUSED_WITH("filter and out_backprop must have the same out_depth", "Conv2DBackpropFilter", VALID, OF("[1,8,8,4]"),
                        tn_vector(3, 3, 4, 3), OF("[1,6,6,2]"));
    EXPECT_REFUSED_WITH("Shape must be rank 4 but is rank 3", "Conv2DBackpropFilter", VALID, OF("[1,8,8,4]"), tn_vector(3, 3, 4),
                        OF("[1,6,6,2]"));
    EXPECT_REFUSED_WITH("Dimension -4 must be >= 0", "Conv2DBackpropFilter", VALID, OF("[1,8,8,4]"), tn_vector(3, 3, -4, 3),
                        OF("[1,6,6,3]"));
    EXPECT_REFUSED_WITH("Shape must be rank 1 but is rank 2", "Conv2DBackpropInput", VALID, INTS("[4,1]"), OF("[3,3,4,3]"),
                        OF("[1,6,6,3]"));
}
END_TEST

/* ---- Constructors and gradients ---- */

START_TEST(constructors_take_lists_by_name)
{
    WITH_GRAPH(g, .owner = root) {
        tn_output x = OF("[1,8,8,4]"), w = OF("[3,3,4,2]");
        expect_dims(tn_conv2d(x, w, .strides = TN_AXES(1, 2, 2, 1), .padding = "SAME"), "[1,4,4,2]");
        expect_dims(tn_conv2d(x, w, .strides = TN_AXES(1, 1, 1, 1), .padding = "VALID", .dilations = TN_AXES(1, 2, 2, 1)), "[1,4,4,2]");
        expect_dims(tn_depthwise_conv2d_native(x, w, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME", .name = "d"), "[1,8,8,8]");
        ck_assert_ptr_null(tn_conv2d(x, w, .padding = "SAME").op);
        expect_error(TN_INVALID_ARGUMENT, "missing attr 'strides'");
        ck_assert_ptr_null(tn_conv2d(x, w, .strides = TN_AXES(1, 1, 1, 1)).op);
        expect_error(TN_INVALID_ARGUMENT, "missing attr 'padding'");
    }
}
END_TEST

static tn_output explicit_nchw(const tn_output *x)
{
    return tn_conv2d(x[0], x[1], .strides = TN_AXES(1, 1, 1, 2), .padding = "EXPLICIT", .data_format = "NCHW",
                     .explicit_paddings = TN_AXES(0, 0, 0, 0, 1, 0, 0, 2));
}

static tn_output depthwise_nchw(const tn_output *x)
{
    return tn_depthwise_conv2d_native(x[0], x[1], .strides = TN_AXES(1, 1, 2, 2), .padding = "SAME", .data_format = "NCHW");
}

/* The gradient of a gradient takes all the attributes over, too. */
static tn_output squared_gradient(const tn_output *x)
{
    tn_output dx;
    tn_gradients(TN_OUTPUTS(tn_square(explicit_nchw(x))), TN_OUTPUTS(x[0]), &dx);
    return dx;
}

START_TEST(gradients)
{
    double images[12], filter[8];
    for (int i = 0; i < 12; i++)
        images[i] = (i * 5 % 12) * 0.3 - 1.4;
    for (int i = 0; i < 8; i++)
        filter[i] = (i * 3 % 8) * 0.4 - 1.1;
#define IMAGES    tn_tensor_new(root, TN_FLOAT64, 4, (int64_t[]){ 1, 2, 2, 3 }, images)
#define FILTER(k) tn_tensor_new(root, TN_FLOAT64, 4, (int64_t[]){ 2, k == 2 ? 1 : 2, 2, k }, filter)
    EXPECT_GRADIENTS(explicit_nchw, IMAGES, FILTER(2));
    EXPECT_GRADIENTS(depthwise_nchw, IMAGES, FILTER(1));
    EXPECT_GRADIENTS(squared_gradient, IMAGES, FILTER(1));
}
END_TEST

TN_SUITE("ops conv", shapes, shapes_of_gradients, attributes_are_checked, operands_are_checked, gradients_are_checked,
         constructors_take_lists_by_name, gradients)
