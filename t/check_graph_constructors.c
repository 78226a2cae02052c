/* The generated constructors: every one of them makes its operation, and one of each shape that the generator knows, all it is given. */
#include "core/alloc.h"
#include "harness.h"
#include "ops/op_def.h"

static const tn_output none = { NULL, 0 };

static tn_output named(tn_dtype dtype, const char *name)
{
    return tn_placeholder(dtype, .name = name);
}

static tn_attr attr(tn_op *op, const char *name)
{
    tn_attr a = { .name = NULL };
    ck_assert_msg(op != NULL, "%s", tn_last_error()->message);
    ck_assert_int_eq(tn_op_attr(op, name, &a), TN_OK);
    return a;
}

/* The names of an operation's inputs, in order. */
static void expect_inputs(tn_op *op, const char *expected)
{
    char *got = talloc_strdup(root, "");
    ck_assert_msg(op != NULL, "%s", tn_last_error()->message);
    for (int i = 0; i < tn_op_num_inputs(op); i++)
        got = talloc_asprintf_append(got, "%s%s", i ? " " : "", tn_op_name(tn_op_input(op, i).op));
    ck_assert_str_eq(got, expected);
    talloc_free(got);
}

/* ---- All of them ---- */

typedef struct made {
    const char *type;
    tn_op *op;
} made;

/* Whether the row has a constructor here, by the list; makes sure that the operation is one of it. */
static void expect_made(const tn_op_def *def, const made *all, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].type, def->name) != 0)
            continue;
        found++;
        ck_assert_msg(all[i].op != NULL, "%s: %s", def->name, tn_last_error()->message);
        ck_assert_str_eq(tn_op_type(all[i].op), def->name);
    }
    size_t expected = !def->constructor || *def->constructor;
    ck_assert_msg(found == expected, "%s: %zu constructors, not %zu", def->name, found, expected);
}

static void expect_all_made(const made *all, size_t n)
{
    size_t rows = 0;
    for (size_t i = 0; i < tn_registry_count(); i++) {
        const tn_op_def *def = tn_registry_at(i);
        rows += !def->constructor || *def->constructor;
        expect_made(def, all, n);
    }
    ck_assert_uint_eq(rows, n);
}

#define CONV .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME"

START_TEST(every_row_has_its_constructor)
{
    tn_output x = named(TN_FLOAT32, "x"), y = named(TN_FLOAT32, "y"), s = tn_scalar(1.0f), b = named(TN_BOOL, "b"), i = tn_vector(1, 1);
    tn_output zero = tn_scalar(0), m = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 3)), l = named(TN_INT32, "l");
    tn_output v = tn_variable_v2(TN_SHAPE(2), TN_FLOAT32), w = tn_variable_v2(TN_SHAPE(2), TN_FLOAT32),
              u = tn_variable_v2(TN_SHAPE(2), TN_FLOAT32);
    tn_output r = tn_var_handle_op(TN_FLOAT32, TN_SHAPE(2)), q = tn_var_handle_op(TN_FLOAT32, TN_SHAPE(2)),
              p = tn_var_handle_op(TN_FLOAT32, TN_SHAPE(2));
    tn_output im = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, -1, -1, -1)), size = tn_vector(1, 1, 1, 1);
    tn_axes ones = TN_AXES(1, 1, 1, 1);
    const made all[] = {
        { "PlaceholderWithDefault", tn_placeholder_with_default(x, TN_SHAPE(-1)).op },
        { "Identity", tn_identity(x).op },
        { "StopGradient", tn_stop_gradient(x).op },
        { "NoOp", tn_no_op() },
        { "VariableV2", v.op },
        { "IsVariableInitialized", tn_is_variable_initialized(v).op },
        { "VarHandleOp", r.op },
        { "ReadVariableOp", tn_read_variable_op(r, TN_FLOAT32).op },
        { "AssignVariableOp", tn_assign_variable_op(r, x) },
        { "AssignAddVariableOp", tn_assign_add_variable_op(r, x) },
        { "AssignSubVariableOp", tn_assign_sub_variable_op(r, x) },
        { "VarIsInitializedOp", tn_var_is_initialized_op(r).op },
        { "Neg", tn_neg(x).op },
        { "Abs", tn_abs(x).op },
        { "Sign", tn_sign(x).op },
        { "Square", tn_square(x).op },
        { "Sqrt", tn_sqrt(x).op },
        { "Rsqrt", tn_rsqrt(x).op },
        { "Exp", tn_exp(x).op },
        { "Log", tn_log(x).op },
        { "Tanh", tn_tanh(x).op },
        { "Sigmoid", tn_sigmoid(x).op },
        { "Reciprocal", tn_reciprocal(x).op },
        { "Inv", tn_inv(x).op },
        { "Relu", tn_relu(x).op },
        { "Softplus", tn_softplus(x).op },
        { "ReluGrad", tn_relu_grad(x, y).op },
        { "SoftplusGrad", tn_softplus_grad(x, y).op },
        { "SigmoidGrad", tn_sigmoid_grad(x, y).op },
        { "TanhGrad", tn_tanh_grad(x, y).op },
        { "SqrtGrad", tn_sqrt_grad(x, y).op },
        { "RsqrtGrad", tn_rsqrt_grad(x, y).op },
        { "InvGrad", tn_inv_grad(x, y).op },
        { "ReciprocalGrad", tn_reciprocal_grad(x, y).op },
        { "Add", tn_add(x, y).op },
        { "AddV2", tn_add_v2(x, y).op },
        { "Sub", tn_sub(x, y).op },
        { "Mul", tn_mul(x, y).op },
        { "Div", tn_div(x, y).op },
        { "RealDiv", tn_real_div(x, y).op },
        { "FloorDiv", tn_floor_div(x, y).op },
        { "FloorMod", tn_floor_mod(x, y).op },
        { "Pow", tn_pow(x, y).op },
        { "Maximum", tn_maximum(x, y).op },
        { "Minimum", tn_minimum(x, y).op },
        { "SquaredDifference", tn_squared_difference(x, y).op },
        { "Less", tn_less(x, y).op },
        { "LessEqual", tn_less_equal(x, y).op },
        { "Greater", tn_greater(x, y).op },
        { "GreaterEqual", tn_greater_equal(x, y).op },
        { "Equal", tn_equal(x, y).op },
        { "NotEqual", tn_not_equal(x, y).op },
        { "LogicalAnd", tn_logical_and(b, b).op },
        { "LogicalOr", tn_logical_or(b, b).op },
        { "LogicalNot", tn_logical_not(b).op },
        { "Select", tn_select(b, x, y).op },
        { "SelectV2", tn_select_v2(b, x, y).op },
        { "Cast", tn_cast(x, TN_INT64).op },
        { "Reshape", tn_reshape(x, i).op },
        { "Squeeze", tn_squeeze(x).op },
        { "Shape", tn_shape_of(x).op },
        { "Rank", tn_rank(x).op },
        { "Size", tn_size(x).op },
        { "ZerosLike", tn_zeros_like(x).op },
        { "OnesLike", tn_ones_like(x).op },
        { "Range", tn_range(zero, zero, tn_scalar(1)).op },
        { "BroadcastTo", tn_broadcast_to(x, i).op },
        { "BroadcastGradientArgs", tn_broadcast_gradient_args(i, i) },
        { "InvertPermutation", tn_invert_permutation(l).op },
        { "ConcatOffset", tn_concat_offset(zero, TN_OUTPUTS(i, i)) },
        { "Slice", tn_slice(x, i, i).op },
        { "StridedSlice", tn_strided_slice(x, i, i, i).op },
        { "StridedSliceGrad", tn_strided_slice_grad(l, l, l, l, x).op },
        { "Pack", tn_pack(TN_OUTPUTS(x, y)).op },
        { "Unpack", tn_unpack(x, 2) },
        { "Split", tn_split(zero, x, 2) },
        { "Tile", tn_tile(x, i).op },
        { "Pad", tn_pad(x, tn_matrix(1, 2, 1, 1)).op },
        { "UnsortedSegmentSum", tn_unsorted_segment_sum(x, l, tn_scalar(2)).op },
        { "MatMul", tn_matmul(x, y).op },
        { "BiasAdd", tn_bias_add(m, y).op },
        { "BiasAddGrad", tn_bias_add_grad(m).op },
        { "AddN", tn_add_n(TN_OUTPUTS(x, y)).op },
        { "Conv2D", tn_conv2d(x, y, CONV).op },
        { "Conv2DBackpropInput", tn_conv2d_backprop_input(l, x, y, CONV).op },
        { "Conv2DBackpropFilter", tn_conv2d_backprop_filter(x, l, y, CONV).op },
        { "DepthwiseConv2dNative", tn_depthwise_conv2d_native(x, y, CONV).op },
        { "DepthwiseConv2dNativeBackpropInput", tn_depthwise_conv2d_native_backprop_input(l, x, y, CONV).op },
        { "DepthwiseConv2dNativeBackpropFilter", tn_depthwise_conv2d_native_backprop_filter(x, l, y, CONV).op },
        { "Softmax", tn_softmax(m).op },
        { "LogSoftmax", tn_log_softmax(m).op },
        { "SoftmaxCrossEntropyWithLogits", tn_softmax_cross_entropy_with_logits(m, m) },
        { "SparseSoftmaxCrossEntropyWithLogits", tn_sparse_softmax_cross_entropy_with_logits(m, l) },
        { "FusedBatchNorm", tn_fused_batch_norm(im, x, x, x, x) },
        { "FusedBatchNormV2", tn_fused_batch_norm_v2(im, x, x, x, x) },
        { "FusedBatchNormV3", tn_fused_batch_norm_v3(im, x, x, x, x) },
        { "FusedBatchNormGrad", tn_fused_batch_norm_grad(im, im, x, x, x) },
        { "FusedBatchNormGradV2", tn_fused_batch_norm_grad_v2(im, im, x, x, x) },
        { "FusedBatchNormGradV3", tn_fused_batch_norm_grad_v3(im, im, x, x, x, x) },
        { "MaxPool", tn_max_pool(im, .ksize = ones, .strides = ones, .padding = "SAME").op },
        { "MaxPoolGrad", tn_max_pool_grad(im, im, im, .ksize = ones, .strides = ones, .padding = "SAME").op },
        { "MaxPoolGradGrad", tn_max_pool_grad_grad(im, im, im, .ksize = ones, .strides = ones, .padding = "SAME").op },
        { "MaxPoolV2", tn_max_pool_v2(im, size, size, .padding = "SAME").op },
        { "MaxPoolGradV2", tn_max_pool_grad_v2(im, im, im, size, size, .padding = "SAME").op },
        { "MaxPoolGradGradV2", tn_max_pool_grad_grad_v2(im, im, im, size, size, .padding = "SAME").op },
        { "AvgPool", tn_avg_pool(im, .ksize = ones, .strides = ones, .padding = "SAME").op },
        { "AvgPoolGrad", tn_avg_pool_grad(size, im, .ksize = ones, .strides = ones, .padding = "SAME").op },
        { "RandomUniformInt", tn_random_uniform_int(i, zero, tn_scalar(2)).op },
        { "RandomStandardNormal", tn_random_standard_normal(i, TN_FLOAT32).op },
        { "ApplyGradientDescent", tn_apply_gradient_descent(v, s, x).op },
        { "ApplyMomentum", tn_apply_momentum(v, w, s, x, s).op },
        { "ApplyAdam", tn_apply_adam(v, w, u, s, s, s, s, s, s, x).op },
        { "ResourceApplyGradientDescent", tn_resource_apply_gradient_descent(r, s, x) },
        { "ResourceApplyMomentum", tn_resource_apply_momentum(r, q, s, x, s) },
        { "ResourceApplyAdam", tn_resource_apply_adam(r, q, p, s, s, s, s, s, s, x) },
    };
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_OK);
    expect_all_made(all, sizeof all / sizeof all[0]);
}
END_TEST

/* ---- Inputs ---- */

START_TEST(inputs_stand_in_their_order)
{
    tn_output b = named(TN_BOOL, "b"), x = named(TN_FLOAT32, "x"), y = named(TN_FLOAT32, "y");
    expect_inputs(tn_select(b, x, y).op, "b x y");
    expect_inputs(tn_sub(y, x).op, "y x");
    expect_inputs(tn_relu(x).op, "x");
    expect_inputs(tn_no_op(), "");
}
END_TEST

START_TEST(ten_inputs)
{
    static const char names[][2] = { "c", "d", "e", "f", "g", "h", "i" };
    tn_output s[7];
    for (int i = 0; i < 7; i++)
        s[i] = named(TN_FLOAT32, names[i]);
    tn_output v = tn_variable_v2(TN_SHAPE(2), TN_FLOAT32, .name = "v"), m = tn_variable_v2(TN_SHAPE(2), TN_FLOAT32, .name = "m"),
              n = tn_variable_v2(TN_SHAPE(2), TN_FLOAT32, .name = "n");
    tn_op *op = tn_apply_adam(v, m, n, s[0], s[1], s[2], s[3], s[4], s[5], s[6], .use_nesterov = true, .name = "a").op;
    expect_inputs(op, "v m n c d e f g h i");
    ck_assert_str_eq(tn_op_name(op), "a");
    ck_assert_int_eq((int)attr(op, "use_nesterov").i, 1);
    ck_assert_int_eq((int)attr(op, "use_locking").i, 0);
}
END_TEST

START_TEST(lists_of_inputs)
{
    tn_output x = named(TN_FLOAT32, "x"), y = named(TN_FLOAT32, "y"), dim = named(TN_INT32, "dim"), shape = named(TN_INT32, "s"), many[20];
    for (int i = 0; i < 20; i++)
        many[i] = shape;
    expect_inputs(tn_add_n(TN_OUTPUTS(x, y, x)).op, "x y x");
    tn_op *pack = tn_pack(TN_OUTPUTS(y, x), .axis = -1).op, *offsets = tn_concat_offset(dim, ((tn_outputs){ many, 20 }));
    expect_inputs(pack, "y x");
    ck_assert_int_eq((int)attr(pack, "axis").i, -1);
    ck_assert_int_eq((int)attr(pack, "N").i, 2);
    expect_inputs(tn_concat_offset(dim, TN_OUTPUTS(shape, shape)), "dim s s");
    ck_assert_int_eq(tn_op_num_inputs(offsets), 21);
    ck_assert_int_eq(tn_op_num_outputs(offsets), 20);
    ck_assert_ptr_null(tn_add_n(TN_OUTPUTS()).op);
    expect_error(TN_INVALID_ARGUMENT, "AddN");
}
END_TEST

START_TEST(several_outputs)
{
    tn_output x = named(TN_FLOAT32, "x"), dim = named(TN_INT32, "dim"), labels = named(TN_INT64, "labels");
    tn_op *parts = tn_unpack(x, 3, .axis = 1), *split = tn_split(dim, x, 4), *xent = tn_sparse_softmax_cross_entropy_with_logits(x, labels);
    ck_assert_int_eq(tn_op_num_outputs(parts), 3);
    ck_assert_int_eq((int)attr(parts, "axis").i, 1);
    ck_assert_int_eq(tn_op_num_outputs(split), 4);
    expect_inputs(split, "dim x");
    ck_assert_int_eq(tn_op_num_outputs(xent), 2);
    ck_assert_int_eq(tn_op_num_outputs(tn_no_op()), 0);
    ck_assert_int_eq(tn_op_num_outputs(tn_unpack(x, 0)), 0);
    ck_assert_ptr_null(tn_unpack(x, -1));
    expect_error(TN_INVALID_ARGUMENT, "Unpack");
}
END_TEST

/* ---- Attributes ---- */

START_TEST(flags_and_numbers)
{
    tn_output x = named(TN_FLOAT32, "x"), i = named(TN_INT32, "i");
    tn_op *plain = tn_matmul(x, x).op, *turned = tn_matmul(x, x, .transpose_b = true, .name = "mm").op;
    ck_assert_int_eq((int)attr(plain, "transpose_b").i, 0);
    ck_assert_int_eq((int)attr(turned, "transpose_a").i, 0);
    ck_assert_int_eq((int)attr(turned, "transpose_b").i, 1);
    tn_op *strided =
        tn_strided_slice(x, i, i, i, .begin_mask = 1, .end_mask = 2, .ellipsis_mask = 4, .new_axis_mask = 8, .shrink_axis_mask = 16).op;
    const char *const masks[] = { "begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask" };
    for (int k = 0; k < 5; k++)
        ck_assert_int_eq((int)attr(strided, masks[k]).i, 1 << k);
    tn_op *random = tn_random_standard_normal(i, TN_FLOAT64, .seed = INT64_MAX, .seed2 = -1).op;
    tn_output im = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, -1, -1, -1));
    ck_assert_int_eq((int)attr(tn_fused_batch_norm_v3(im, x, x, x, x), "is_training").i, 1);
    ck_assert_int_eq((int)attr(tn_fused_batch_norm_v3(im, x, x, x, x, .is_training = TN_OFF), "is_training").i, 0);
    ck_assert(attr(random, "seed").i == INT64_MAX && attr(random, "seed2").i == -1);
    ck_assert_int_eq((int)attr(random, "dtype").i, TN_FLOAT64);
}
END_TEST

START_TEST(types_and_strings)
{
    tn_output x = named(TN_FLOAT32, "x");
    ck_assert_int_eq((int)attr(tn_shape_of(x).op, "out_type").i, TN_INT32);
    ck_assert_int_eq((int)attr(tn_shape_of(x, .out_type = TN_INT64).op, "out_type").i, TN_INT64);
    ck_assert_ptr_null(tn_shape_of(x, .out_type = TN_FLOAT32).op);
    expect_error(TN_INVALID_ARGUMENT, "out_type");
    ck_assert_str_eq(attr(tn_bias_add_grad(x).op, "data_format").p, "NHWC");
    ck_assert_str_eq(attr(tn_bias_add_grad(x, .data_format = "NCHW").op, "data_format").p, "NCHW");
    ck_assert_ptr_null(tn_bias_add_grad(x, .data_format = "ABC").op);
    expect_error(TN_INVALID_ARGUMENT, "data_format");
    ck_assert_ptr_null(tn_cast(x, (tn_dtype)0).op); /* it has no default */
    expect_error(TN_INVALID_ARGUMENT, "DstT");
    tn_op *v = tn_variable_v2(TN_SHAPE(2), TN_INT32, .container = "c", .shared_name = "s").op;
    ck_assert_str_eq(attr(v, "container").p, "c");
    ck_assert_str_eq(attr(v, "shared_name").p, "s");
    ck_assert_str_eq(attr(tn_var_handle_op(TN_INT32, TN_SHAPE(2)).op, "shared_name").p, "");
}
END_TEST

START_TEST(lists_and_shapes)
{
    tn_output x = named(TN_FLOAT32, "x");
    tn_attr dims = attr(tn_squeeze(x, .squeeze_dims = TN_AXES(0, -1)).op, "squeeze_dims");
    ck_assert_uint_eq(dims.n, 2);
    ck_assert_int_eq((int)((const int64_t *)dims.p)[1], -1);
    ck_assert_uint_eq(attr(tn_squeeze(x).op, "squeeze_dims").n, 0);
    ck_assert_uint_eq(attr(tn_squeeze(x, .squeeze_dims = TN_AXES()).op, "squeeze_dims").n, 0);
    tn_output d = tn_placeholder_with_default(x, TN_SHAPE(-1, 2)), unknown = tn_placeholder_with_default(x, (tn_shape){ NULL, -1 });
    ck_assert_int_eq((int)tn_output_dim(d, 0), -1);
    ck_assert_int_eq((int)tn_output_dim(d, 1), 2);
    ck_assert_int_eq(tn_output_rank(unknown), -1);
    ck_assert_int_eq(tn_output_rank(tn_placeholder_with_default(tn_scalar(1), TN_SHAPE())), 0);
}
END_TEST

/* ---- Names, and what is not given ---- */

START_TEST(names)
{
    tn_output x = named(TN_FLOAT32, "x");
    ck_assert_str_eq(tn_op_name(tn_relu(x).op), "Relu");
    ck_assert_str_eq(tn_op_name(tn_relu(x).op), "Relu_1");
    ck_assert_str_eq(tn_op_name(tn_relu(x, .name = "mine").op), "mine");
    ck_assert_str_eq(tn_op_name(tn_no_op(.name = "mine")), "mine_1");
    ck_assert_ptr_null(tn_relu(x, .name = "not a name").op);
    expect_error(TN_INVALID_ARGUMENT, "not a name");
}
END_TEST

START_TEST(empty_inputs_give_nothing)
{
    tn_output x = named(TN_FLOAT32, "x");
    ck_assert_ptr_null(tn_add(x, none).op);
    ck_assert_ptr_null(tn_add(none, x).op);
    ck_assert_ptr_null(tn_relu(none).op);
    ck_assert_ptr_null(tn_add_n(TN_OUTPUTS(x, none)).op);
    ck_assert_ptr_null(tn_unpack(none, 2));
    ck_assert_ptr_null(tn_concat_offset(none, TN_OUTPUTS(x)));
    ck_assert_ptr_null(tn_assign_variable_op(none, x));
    ck_assert_uint_eq(tn_graph_num_ops(tn_default_graph()), 1);
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_OK);
}
END_TEST

/* As bindings may call: no options at all. The last input is one of them. */
START_TEST(no_args)
{
    tn_output x = named(TN_FLOAT32, "x");
    ck_assert_str_eq(tn_op_name(tn_no_op_with(NULL)), "NoOp");
    ck_assert_int_eq(tn_output_rank(tn_placeholder_with_default_with(x, NULL)), -1);
    ck_assert_int_eq(tn_op_dims(tn_var_handle_op_with(TN_INT32, NULL).op, "shape").rank, -1);
    ck_assert_ptr_null(tn_relu_with(NULL).op);
    ck_assert_ptr_null(tn_add_with(x, NULL).op);
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_OK);
    ck_assert_ptr_null(tn_cast_with(x, NULL).op);
    expect_error(TN_INVALID_ARGUMENT, "DstT");
    ck_assert_ptr_null(tn_pack_with(NULL).op);
    expect_error(TN_INVALID_ARGUMENT, "Pack");
}
END_TEST

/* All build where their inputs are. */
START_TEST(the_graph_is_that_of_the_inputs)
{
    tn_graph *own = tn_graph_new(root);
    tn_output x = none;
    WITH_DEFAULT_GRAPH(own) {
        x = named(TN_FLOAT32, "x");
    }
    ck_assert_ptr_nonnull(tn_square(x).op);
    ck_assert_ptr_nonnull(tn_unpack(x, 2));
    ck_assert_uint_eq(tn_graph_num_ops(own), 3);
    ck_assert_ptr_null(tn_add(x, tn_scalar(1.0f)).op);
    expect_error(TN_INVALID_ARGUMENT, "must be from the same graph");
    talloc_free(own);
}
END_TEST

static tn_status build_some(void *owner)
{
    (void)owner;
    tn_output x = tn_zeros(TN_FLOAT32, TN_SHAPE(2, 2)), squeezed = tn_squeeze(x, .squeeze_dims = TN_AXES());
    tn_op *parts = tn_unpack(tn_bias_add(squeezed, tn_vector(1.0f, 2.0f), .data_format = "NHWC"), 2);
    return parts ? TN_OK : tn_last_error()->code;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(build_some);
}
END_TEST

TN_SUITE("graph constructors", every_row_has_its_constructor, inputs_stand_in_their_order, ten_inputs, lists_of_inputs, several_outputs,
         flags_and_numbers, types_and_strings, lists_and_shapes, names, empty_inputs_give_nothing, no_args, the_graph_is_that_of_the_inputs,
         memory_may_run_out)
