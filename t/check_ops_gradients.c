/*
 * Every gradient against finite differences in float64: for each row that has one, a case that builds a small expression of it. Each case
 * is run twice, with static shapes and with none known, since gradients are built differently then.
 */
#include "gradient_check.h"
#include "ops/op_def.h"

enum { MOST_INPUTS = 4 };

typedef struct grad_input {
    int rank;
    int64_t dims[4];
    double low, high; /* elements are spread between these, no two alike */
} grad_input;

typedef struct grad_case {
    const char *type; /* the row that it stands for */
    tn_output (*build)(const tn_output *x);
    int n;
    grad_input in[MOST_INPUTS];
} grad_case;

/* ---- Building ---- */

static tn_output make(const char *type, tn_outputs inputs, tn_attrs attrs)
{
    return tn_op_output(tn_op_new(NULL, type, inputs, .attrs = attrs), 0);
}

#define PLAIN1(Type)                                                                                                                       \
    static tn_output build_##Type(const tn_output *x)                                                                                      \
    {                                                                                                                                      \
        return make(#Type, TN_OUTPUTS(x[0]), (tn_attrs){ 0 });                                                                             \
    }
#define PLAIN2(Type)                                                                                                                       \
    static tn_output build_##Type(const tn_output *x)                                                                                      \
    {                                                                                                                                      \
        return make(#Type, TN_OUTPUTS(x[0], x[1]), (tn_attrs){ 0 });                                                                       \
    }
#define WITH_AXES(Type, attrs, ...)                                                                                                        \
    static tn_output build_##Type(const tn_output *x)                                                                                      \
    {                                                                                                                                      \
        return make(#Type, TN_OUTPUTS(x[0], tn_vector(__VA_ARGS__)), attrs);                                                               \
    }
#define KEEP TN_ATTRS(TN_BOOL_ATTR("keep_dims", true))
#define NONE ((tn_attrs){ 0 })

PLAIN1(Identity)
PLAIN1(Neg)
PLAIN1(Abs)
PLAIN1(Sign)
PLAIN1(Square)
PLAIN1(Sqrt)
PLAIN1(Rsqrt)
PLAIN1(Exp)
PLAIN1(Log)
PLAIN1(Tanh)
PLAIN1(Sigmoid)
PLAIN1(Relu)
PLAIN1(Softplus)
PLAIN1(Reciprocal)
PLAIN1(Inv)
PLAIN1(Softmax)
PLAIN1(LogSoftmax)
PLAIN2(Add)
PLAIN2(AddV2)
PLAIN2(Sub)
PLAIN2(Mul)
PLAIN2(Div)
PLAIN2(RealDiv)
PLAIN2(FloorMod)
PLAIN2(Pow)
PLAIN2(Maximum)
PLAIN2(Minimum)
PLAIN2(SquaredDifference)
PLAIN2(BiasAdd)
PLAIN2(ReluGrad)
PLAIN2(TanhGrad)
PLAIN2(SigmoidGrad)
PLAIN2(SqrtGrad)
PLAIN2(RsqrtGrad)
PLAIN2(SoftplusGrad)
PLAIN2(InvGrad)
PLAIN2(ReciprocalGrad)
PLAIN1(BiasAddGrad)
WITH_AXES(Sum, NONE, 0, 2)
WITH_AXES(Mean, KEEP, 1)
WITH_AXES(Max, NONE, 1)
WITH_AXES(Min, KEEP, 0)
WITH_AXES(Prod, NONE, 0, 2)
WITH_AXES(Reshape, NONE, 3, -1)
WITH_AXES(Transpose, NONE, 2, 0, 1)
WITH_AXES(Tile, NONE, 2, 1, 3)
WITH_AXES(BroadcastTo, NONE, 4, 2, 3)

static tn_output build_PlaceholderWithDefault(const tn_output *x)
{
    return make("PlaceholderWithDefault", TN_OUTPUTS(x[0]), TN_ATTRS(TN_SHAPE_ATTR("shape", -1, NULL)));
}

static tn_output build_FloorDiv(const tn_output *x)
{
    return tn_add(make("FloorDiv", TN_OUTPUTS(x[0], x[1]), NONE), x[0]);
}

static tn_output build_Cast(const tn_output *x)
{
    tn_output same = make("Cast", TN_OUTPUTS(x[0]), TN_ATTRS(TN_TYPE_ATTR("DstT", TN_FLOAT64)));
    return tn_mul(same, same);
}

static tn_output build_Select(const tn_output *x)
{
    return make("Select", TN_OUTPUTS(make("Greater", TN_OUTPUTS(x[0], x[1]), NONE), x[0], x[1]), NONE);
}

static tn_output build_SelectV2(const tn_output *x)
{
    bool pattern[] = { true, false, true };
    tn_output condition = tn_const_vector(TN_BOOL, 3, pattern);
    return make("SelectV2", TN_OUTPUTS(condition, x[0], x[1]), NONE);
}

static tn_output build_MatMul(const tn_output *x)
{
    tn_output ab = make("MatMul", TN_OUTPUTS(x[0], x[1]), NONE);
    tn_output tb = make("MatMul", TN_OUTPUTS(x[0], ab), TN_ATTRS(TN_BOOL_ATTR("transpose_a", true)));
    tn_output bt = make("MatMul", TN_OUTPUTS(tb, x[1]), TN_ATTRS(TN_BOOL_ATTR("transpose_b", true)));
    return make("MatMul", TN_OUTPUTS(bt, x[0]), TN_ATTRS(TN_BOOL_ATTR("transpose_a", true), TN_BOOL_ATTR("transpose_b", true)));
}

static tn_output build_AddN(const tn_output *x)
{
    return make("AddN", TN_OUTPUTS(x[0], x[1], tn_mul(x[0], x[1])), NONE);
}

static tn_output build_SoftmaxCrossEntropyWithLogits(const tn_output *x)
{
    return make("SoftmaxCrossEntropyWithLogits", TN_OUTPUTS(x[0], make("Softmax", TN_OUTPUTS(x[1]), NONE)), NONE);
}

static tn_output build_SparseSoftmaxCrossEntropyWithLogits(const tn_output *x)
{
    return make("SparseSoftmaxCrossEntropyWithLogits", TN_OUTPUTS(x[0], tn_vector(2, 0)), NONE);
}

static tn_output build_ExpandDims(const tn_output *x)
{
    return make("ExpandDims", TN_OUTPUTS(x[0], tn_scalar(-2)), NONE);
}

static tn_output build_Squeeze(const tn_output *x)
{
    return make("Squeeze", TN_OUTPUTS(x[0]), TN_ATTRS(TN_INTS_ATTR("squeeze_dims", 1, ((int64_t[]){ 1 }))));
}

static tn_output build_Fill(const tn_output *x)
{
    return make("Fill", TN_OUTPUTS(tn_vector(2, 3), x[0]), NONE);
}

static tn_output build_ConcatV2(const tn_output *x)
{
    return make("ConcatV2", TN_OUTPUTS(x[0], x[1], x[0], tn_scalar(-1)), NONE);
}

static tn_output build_Slice(const tn_output *x)
{
    return make("Slice", TN_OUTPUTS(x[0], tn_vector(1, 0), tn_vector(2, -1)), NONE);
}

static tn_output build_StridedSlice(const tn_output *x)
{
    tn_attrs masks = TN_ATTRS(TN_INT_ATTR("begin_mask", 1), TN_INT_ATTR("shrink_axis_mask", 4), TN_INT_ATTR("new_axis_mask", 2));
    return make("StridedSlice", TN_OUTPUTS(x[0], tn_vector(0, 0, 1), tn_vector(-1, 0, 2), tn_vector(2, 1, 1)), masks);
}

static tn_output build_StridedSliceGrad(const tn_output *x)
{
    return make("StridedSliceGrad", TN_OUTPUTS(tn_vector(5), tn_vector(4), tn_vector(0), tn_vector(-2), x[0]), NONE);
}

static tn_output build_Pack(const tn_output *x)
{
    return make("Pack", TN_OUTPUTS(x[0], x[1]), TN_ATTRS(TN_INT_ATTR("axis", 1)));
}

static tn_output build_Unpack(const tn_output *x)
{
    tn_op *op = tn_op_new(NULL, "Unpack", TN_OUTPUTS(x[0]), .attrs = TN_ATTRS(TN_INT_ATTR("num", 3), TN_INT_ATTR("axis", 1)));
    return tn_mul(tn_op_output(op, 0), tn_op_output(op, 2)); /* output 1 is not used: its gradient is zeros */
}

static tn_output build_Split(const tn_output *x)
{
    tn_op *op = tn_op_new(NULL, "Split", TN_OUTPUTS(tn_scalar(1), x[0]), .attrs = TN_ATTRS(TN_INT_ATTR("num_split", 3)));
    return tn_mul(tn_op_output(op, 0), tn_op_output(op, 2));
}

static tn_output build_Pad(const tn_output *x)
{
    return make("Pad", TN_OUTPUTS(x[0], tn_matrix(2, 2, 1, 0, 0, 2)), NONE);
}

static tn_output build_GatherV2(const tn_output *x)
{
    return make("GatherV2", TN_OUTPUTS(x[0], tn_matrix(2, 2, 0, 2, 2, 1), tn_scalar(1)), NONE);
}

static tn_output build_UnsortedSegmentSum(const tn_output *x)
{
    return make("UnsortedSegmentSum", TN_OUTPUTS(x[0], tn_vector(2, 0, 2), tn_scalar(4)), NONE);
}

/* Images [1,4,3,2], a filter [2,2,2,2] (depthwise: of multiplier 2), and the gradients of a result of stride 2. */
static tn_output conv_like(const char *type, tn_outputs inputs)
{
    static const int64_t strides[] = { 1, 2, 1, 1 }, dilations[] = { 1, 1, 2, 1 };
    return make(type, inputs,
                TN_ATTRS(TN_INTS_ATTR("strides", 4, strides), TN_INTS_ATTR("dilations", 4, dilations), TN_STRING_ATTR("padding", "SAME")));
}

static tn_output build_Conv2D(const tn_output *x)
{
    return conv_like("Conv2D", TN_OUTPUTS(x[0], x[1]));
}

static tn_output build_Conv2DBackpropInput(const tn_output *x)
{
    return conv_like("Conv2DBackpropInput", TN_OUTPUTS(tn_vector(1, 4, 3, 2), x[0], x[1]));
}

static tn_output build_Conv2DBackpropFilter(const tn_output *x)
{
    return conv_like("Conv2DBackpropFilter", TN_OUTPUTS(x[0], tn_vector(2, 2, 2, 2), x[1]));
}

static tn_output build_DepthwiseConv2dNative(const tn_output *x)
{
    return conv_like("DepthwiseConv2dNative", TN_OUTPUTS(x[0], x[1]));
}

static tn_output build_DepthwiseConv2dNativeBackpropInput(const tn_output *x)
{
    return conv_like("DepthwiseConv2dNativeBackpropInput", TN_OUTPUTS(tn_vector(1, 4, 3, 2), x[0], x[1]));
}

static tn_output build_DepthwiseConv2dNativeBackpropFilter(const tn_output *x)
{
    return conv_like("DepthwiseConv2dNativeBackpropFilter", TN_OUTPUTS(x[0], tn_vector(2, 2, 2, 2), x[1]));
}

/* Pooling of overlapping windows, two by three, some of them at an edge. */
#define POOL                                                                                                                               \
    TN_ATTRS(TN_INTS_ATTR("ksize", 4, ((const int64_t[]){ 1, 2, 3, 1 })), TN_INTS_ATTR("strides", 4, ((const int64_t[]){ 1, 1, 2, 1 })),   \
             TN_STRING_ATTR("padding", "SAME"))
#define POOL_V2   TN_ATTRS(TN_STRING_ATTR("padding", "SAME"))
#define POOL_SIZE tn_vector(1, 2, 3, 1), tn_vector(1, 1, 2, 1)

static tn_output build_MaxPool(const tn_output *x)
{
    return make("MaxPool", TN_OUTPUTS(x[0]), POOL);
}

static tn_output build_MaxPoolGrad(const tn_output *x)
{
    return make("MaxPoolGrad", TN_OUTPUTS(x[0], build_MaxPool(x), x[1]), POOL);
}

static tn_output build_MaxPoolGradGrad(const tn_output *x)
{
    return make("MaxPoolGradGrad", TN_OUTPUTS(x[0], build_MaxPool(x), x[1]), POOL);
}

static tn_output build_MaxPoolV2(const tn_output *x)
{
    return make("MaxPoolV2", TN_OUTPUTS(x[0], POOL_SIZE), POOL_V2);
}

static tn_output build_MaxPoolGradV2(const tn_output *x)
{
    return make("MaxPoolGradV2", TN_OUTPUTS(x[0], build_MaxPool(x), x[1], POOL_SIZE), POOL_V2);
}

static tn_output build_MaxPoolGradGradV2(const tn_output *x)
{
    return make("MaxPoolGradGradV2", TN_OUTPUTS(x[0], build_MaxPool(x), x[1], POOL_SIZE), POOL_V2);
}

static tn_output build_AvgPool(const tn_output *x)
{
    return make("AvgPool", TN_OUTPUTS(x[0]), POOL);
}

static tn_output build_AvgPoolGrad(const tn_output *x)
{
    return make("AvgPoolGrad", TN_OUTPUTS(tn_vector(1, 3, 4, 2), x[0]), POOL);
}

#define ROW(Type) #Type, build_##Type
#define IMAGES                                                                                                                             \
    {                                                                                                                                      \
        4, { 1, 4, 3, 2 }, -2, 2                                                                                                           \
    }
#define FILTER                                                                                                                             \
    {                                                                                                                                      \
        4, { 2, 2, 2, 2 }, -1, 2                                                                                                           \
    }
#define RESULT(c)                                                                                                                          \
    {                                                                                                                                      \
        4, { 1, 2, 3, c }, -2, 1                                                                                                           \
    }

static const grad_case cases[] = {
    { ROW(Identity), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(PlaceholderWithDefault), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(Neg), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(Abs), 1, { { 1, { 4 }, -2, 2 } } },
    { ROW(Sign), 1, { { 1, { 4 }, -2, 2 } } },
    { ROW(Square), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Sqrt), 1, { { 1, { 3 }, 0.5, 4 } } },
    { ROW(Rsqrt), 1, { { 1, { 3 }, 0.5, 4 } } },
    { ROW(Exp), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(Log), 1, { { 1, { 3 }, 0.5, 4 } } },
    { ROW(Tanh), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(Sigmoid), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(Relu), 1, { { 1, { 4 }, -2, 2 } } },
    { ROW(Softplus), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(Reciprocal), 1, { { 1, { 3 }, 0.5, 4 } } },
    { ROW(Inv), 1, { { 1, { 3 }, 0.5, 4 } } },
    { ROW(ReluGrad), 2, { { 1, { 4 }, -2, 2 }, { 1, { 4 }, -1.9, 2.3 } } },
    { ROW(TanhGrad), 2, { { 1, { 3 }, -0.9, 0.9 }, { 1, { 3 }, -2, 2 } } },
    { ROW(SigmoidGrad), 2, { { 1, { 3 }, 0.1, 0.9 }, { 1, { 3 }, -2, 2 } } },
    { ROW(SqrtGrad), 2, { { 1, { 3 }, 0.5, 4 }, { 1, { 3 }, -2, 2 } } },
    { ROW(RsqrtGrad), 2, { { 1, { 3 }, 0.5, 4 }, { 1, { 3 }, -2, 2 } } },
    { ROW(SoftplusGrad), 2, { { 1, { 3 }, -2, 2 }, { 1, { 3 }, -2, 2 } } },
    { ROW(InvGrad), 2, { { 1, { 3 }, 0.5, 4 }, { 1, { 3 }, -2, 2 } } },
    { ROW(ReciprocalGrad), 2, { { 1, { 3 }, 0.5, 4 }, { 1, { 3 }, -2, 2 } } },
    { ROW(Add), 2, { { 2, { 2, 3 }, -2, 2 }, { 1, { 3 }, -2, 2 } } },
    { ROW(AddV2), 2, { { 2, { 2, 1 }, -2, 2 }, { 2, { 1, 3 }, -2, 2 } } },
    { ROW(Sub), 2, { { 0, { 0 }, -2, 2 }, { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Mul), 2, { { 2, { 2, 3 }, -2, 2 }, { 2, { 2, 1 }, -2, 2 } } },
    { ROW(Div), 2, { { 1, { 3 }, -2, 2 }, { 2, { 2, 3 }, 0.5, 4 } } },
    { ROW(RealDiv), 2, { { 2, { 2, 3 }, -2, 2 }, { 1, { 3 }, 0.5, 4 } } },
    { ROW(FloorDiv), 2, { { 1, { 3 }, 1.1, 7.3 }, { 1, { 3 }, 0.7, 1.9 } } },
    { ROW(FloorMod), 2, { { 1, { 3 }, 1.1, 7.3 }, { 1, { 3 }, 0.7, 1.9 } } },
    { ROW(Pow), 2, { { 2, { 2, 3 }, 0.5, 3 }, { 1, { 3 }, -2, 2 } } },
    { ROW(Maximum), 2, { { 2, { 2, 3 }, -2, 2 }, { 1, { 3 }, -1.9, 2.3 } } },
    { ROW(Minimum), 2, { { 2, { 2, 3 }, -2, 2 }, { 1, { 3 }, -1.9, 2.3 } } },
    { ROW(SquaredDifference), 2, { { 2, { 2, 3 }, -2, 2 }, { 1, { 3 }, -2, 2 } } },
    { ROW(Cast), 1, { { 1, { 3 }, -2, 2 } } },
    { ROW(Select), 2, { { 1, { 4 }, -2, 2 }, { 1, { 4 }, 1.9, -2.3 } } },
    { ROW(SelectV2), 2, { { 2, { 2, 3 }, -2, 2 }, { 1, { 1 }, -2, 2 } } },
    { ROW(Sum), 1, { { 3, { 2, 3, 2 }, -2, 2 } } },
    { ROW(Mean), 1, { { 3, { 2, 3, 2 }, -2, 2 } } },
    { ROW(Max), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Min), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Prod), 1, { { 3, { 2, 2, 3 }, -2, 2 } } },
    { ROW(MatMul), 2, { { 2, { 2, 3 }, -1, 1 }, { 2, { 3, 4 }, -1, 1 } } },
    { ROW(BiasAdd), 2, { { 2, { 2, 3 }, -2, 2 }, { 1, { 3 }, -2, 2 } } },
    { ROW(BiasAddGrad), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(AddN), 2, { { 1, { 3 }, -2, 2 }, { 1, { 3 }, -2, 2 } } },
    { ROW(Softmax), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(LogSoftmax), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(SoftmaxCrossEntropyWithLogits), 2, { { 2, { 2, 3 }, -2, 2 }, { 2, { 2, 3 }, -1, 2 } } },
    { ROW(SparseSoftmaxCrossEntropyWithLogits), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Reshape), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(ExpandDims), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Squeeze), 1, { { 3, { 2, 1, 3 }, -2, 2 } } },
    { ROW(Fill), 1, { { 0, { 0 }, -2, 2 } } },
    { ROW(BroadcastTo), 1, { { 2, { 2, 1 }, -2, 2 } } },
    { ROW(Transpose), 1, { { 3, { 2, 3, 2 }, -2, 2 } } },
    { ROW(ConcatV2), 2, { { 2, { 2, 1 }, -2, 2 }, { 2, { 2, 2 }, -2, 2 } } },
    { ROW(Slice), 1, { { 2, { 3, 2 }, -2, 2 } } },
    { ROW(StridedSlice), 1, { { 2, { 5, 3 }, -2, 2 } } },
    { ROW(StridedSliceGrad), 1, { { 1, { 2 }, -2, 2 } } },
    { ROW(Pack), 2, { { 2, { 2, 2 }, -2, 2 }, { 2, { 2, 2 }, -2, 2 } } },
    { ROW(Unpack), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Split), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(Tile), 1, { { 3, { 1, 2, 2 }, -2, 2 } } },
    { ROW(Pad), 1, { { 2, { 2, 2 }, -2, 2 } } },
    { ROW(GatherV2), 1, { { 2, { 2, 3 }, -2, 2 } } },
    { ROW(UnsortedSegmentSum), 1, { { 2, { 3, 2 }, -2, 2 } } },
    { ROW(Conv2D), 2, { IMAGES, FILTER } },
    { ROW(Conv2DBackpropInput), 2, { FILTER, RESULT(2) } },
    { ROW(Conv2DBackpropFilter), 2, { IMAGES, RESULT(2) } },
    { ROW(DepthwiseConv2dNative), 2, { IMAGES, FILTER } },
    { ROW(DepthwiseConv2dNativeBackpropInput), 2, { FILTER, RESULT(4) } },
    { ROW(DepthwiseConv2dNativeBackpropFilter), 2, { IMAGES, RESULT(4) } },
    { ROW(MaxPool), 1, { { 4, { 1, 3, 4, 2 }, -2, 2 } } },
    { ROW(MaxPoolGrad), 2, { { 4, { 1, 3, 4, 2 }, -2, 2 }, { 4, { 1, 3, 2, 2 }, -2, 2 } } },
    { ROW(MaxPoolGradGrad), 2, { { 4, { 1, 3, 4, 2 }, -2, 2 }, { 4, { 1, 3, 4, 2 }, -2, 2 } } },
    { ROW(MaxPoolV2), 1, { { 4, { 1, 3, 4, 2 }, -2, 2 } } },
    { ROW(MaxPoolGradV2), 2, { { 4, { 1, 3, 4, 2 }, -2, 2 }, { 4, { 1, 3, 2, 2 }, -2, 2 } } },
    { ROW(MaxPoolGradGradV2), 2, { { 4, { 1, 3, 4, 2 }, -2, 2 }, { 4, { 1, 3, 4, 2 }, -2, 2 } } },
    { ROW(AvgPool), 1, { { 4, { 1, 3, 4, 2 }, -2, 2 } } },
    { ROW(AvgPoolGrad), 1, { { 4, { 1, 3, 2, 2 }, -2, 2 } } },
};

enum { NUM_CASES = sizeof cases / sizeof cases[0] };

/* ---- Checking ---- */

/* Elements in a scrambled order, so that neighbours differ. */
static tn_tensor *spread(const grad_input *in)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT64, in->rank, in->dims, NULL);
    int64_t n = tn_tensor_size(t);
    for (int64_t i = 0; i < n; i++)
        tn_f64(t)[i] =
            in->low + (in->high - in->low) * ((double)((i * 7 + 3) % (n > 6 && n % 7 == 0 ? n + 1 : n)) + 0.37) / (double)(n + 1);
    return t;
}

static void check_case(const grad_case *c)
{
    tn_tensor *x[MOST_INPUTS + 1] = { NULL };
    for (int i = 0; i < c->n; i++)
        x[i] = spread(&c->in[i]);
    expect_gradients(c->type, c->build, x);
}

START_TEST(gradients_are_what_differences_say)
{
    for (int i = 0; i < NUM_CASES; i++)
        check_case(&cases[i]);
}
END_TEST

static bool has_case(const char *type)
{
    for (int i = 0; i < NUM_CASES; i++)
        if (!strcmp(cases[i].type, type))
            return true;
    return false;
}

START_TEST(every_gradient_has_a_case)
{
    for (size_t i = 0; i < tn_registry_count(); i++) {
        const tn_op_def *def = tn_registry_at(i);
        bool checked_elsewhere = def->flags & (TN_OP_READS | TN_OP_VARIABLE) || /* ReadVariableOp: t/check_graph_gradients.c */
                                 strstr(def->name, "BatchNorm");                /* float32 only: t/check_ops_batch_norm.c */
        if (def->gradient && def->gradient != tn_no_gradient && !checked_elsewhere)
            ck_assert_msg(has_case(def->name), "%s has a gradient that nothing checks", def->name);
    }
}
END_TEST

TN_SUITE("ops gradients", gradients_are_what_differences_say, every_gradient_has_a_case)
