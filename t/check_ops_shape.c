/* The family shape: static shapes as exact as what is known, what is refused, gradients. */
#include "dims_check.h"
#include "gradient_check.h"

START_TEST(expand_dims_and_squeeze)
{
    EXPECT_DIMS("[1,2,?]", "ExpandDims", OF("[2,?]"), tn_scalar(0));
    EXPECT_DIMS("[2,?,1]", "ExpandDims", OF("[2,?]"), tn_scalar(-1));
    EXPECT_DIMS("[?,?,?]", "ExpandDims", OF("[2,?]"), INTS("[]"));
    EXPECT_DIMS("<unknown>", "ExpandDims", OF("<unknown>"), tn_scalar(0));
    EXPECT_REFUSED("Tried to expand dim index 2 for tensor with 1 dimensions.", "ExpandDims", OF("[1]"), tn_scalar(2));
    EXPECT_REFUSED("Tried to expand dim index -9223372036854775808 for", "ExpandDims", OF("[1]"), tn_scalar((long)INT64_MIN));
    EXPECT_REFUSED("'dim' must be a tensor with a single value", "ExpandDims", OF("[1]"), tn_vector(0, 1));
    EXPECT_REFUSED("the highest rank is 8", "ExpandDims", OF("[1,1,1,1,1,1,1,1]"), tn_scalar(0));
    EXPECT_DIMS("[2]", "Squeeze", OF("[1,2,1]"));
    EXPECT_DIMS("<unknown>", "Squeeze", OF("[1,?]"));
}
END_TEST

#define SQUEEZE(n, ...) TN_ATTRS(TN_INTS_ATTR("squeeze_dims", n, ((int64_t[]){ __VA_ARGS__ })))

START_TEST(squeeze_of_given_axes)
{
    EXPECT_DIMS_WITH("[?,1]", "Squeeze", SQUEEZE(1, 0), OF("[1,?,1]"));
    EXPECT_DIMS_WITH("[1]", "Squeeze", SQUEEZE(2, -1, 1), OF("[1,?,1]"));
    EXPECT_REFUSED_WITH("Can not squeeze dim[1], expected a dimension of 1, got 2", "Squeeze", SQUEEZE(1, 1), OF("[1,2]"));
    EXPECT_REFUSED_WITH("Tried to squeeze dim index 2 for tensor with 2 dimensions.", "Squeeze", SQUEEZE(1, 2), OF("[1,2]"));
}
END_TEST

START_TEST(shapes_of_shapes)
{
    EXPECT_DIMS("[3]", "Shape", OF("[?,?,2]"));
    EXPECT_DIMS("[?]", "Shape", OF("<unknown>"));
    EXPECT_DIMS("[]", "Rank", OF("<unknown>"));
    EXPECT_DIMS("[]", "Size", OF("[?]"));
}
END_TEST

START_TEST(fill_takes_its_shape_from_a_value)
{
    EXPECT_DIMS("[2,3]", "Fill", tn_vector(2, 3), tn_scalar(1.0f));
    EXPECT_DIMS("[?,?]", "Fill", INTS("[2]"), tn_scalar(1.0f));
    EXPECT_DIMS("<unknown>", "Fill", INTS("[?]"), tn_scalar(1.0f));
    EXPECT_DIMS("[4,5]", "Fill", tn_shape_of(OF("[4,5]")), tn_scalar(1.0f));
    EXPECT_REFUSED("Dimension -1 must be >= 0", "Fill", tn_vector(-1), tn_scalar(1.0f));
    EXPECT_REFUSED("Dimension -2147483648 must be >= 0", "Fill", tn_vector(INT32_MIN), tn_scalar(1.0f));
    EXPECT_REFUSED("Shape must be rank 1 but is rank 0", "Fill", tn_scalar(1), tn_scalar(1.0f));
    EXPECT_REFUSED("Shape must be rank 0 but is rank 1", "Fill", tn_vector(1), tn_vector(1.0f));
    EXPECT_REFUSED("would have more than 2**63 - 1 elements", "Fill", tn_vector(1L << 40, 1L << 40), tn_scalar(1.0f));
    EXPECT_REFUSED("the highest rank is 8", "Fill", INTS("[9]"), tn_scalar(1.0f));
    EXPECT_REFUSED("the most are 32", "Fill", INTS("[4000000000]"), tn_scalar(1.0f));
}
END_TEST

START_TEST(broadcast_to)
{
    EXPECT_DIMS("[2,3]", "BroadcastTo", OF("[3]"), tn_vector(2, 3));
    EXPECT_DIMS("[0,3]", "BroadcastTo", OF("[1,?]"), tn_vector(0, 3));
    EXPECT_DIMS("[?,?]", "BroadcastTo", OF("[3]"), INTS("[2]"));
    EXPECT_REFUSED("Incompatible shapes: [2] vs. [3]", "BroadcastTo", OF("[2]"), tn_vector(3));
    EXPECT_REFUSED("Unable to broadcast tensor of shape [2] to tensor of shape [1]", "BroadcastTo", OF("[2]"), tn_vector(1));
    EXPECT_REFUSED("Rank of input (2) must be no greater than rank of output shape (1).", "BroadcastTo", OF("[2,3]"), tn_vector(3));
}
END_TEST

START_TEST(axes_to_sum_over)
{
    EXPECT_DIMS("[?]", "BroadcastGradientArgs", INTS("[2]"), INTS("[1]"));
    EXPECT_DIMS("[1]", "BroadcastGradientArgs", tn_vector(1, 3), tn_vector(2, 3));
    EXPECT_DIMS("[0]", "BroadcastGradientArgs", tn_vector(1, 3), tn_vector(1, 3));
    EXPECT_REFUSED("Incompatible shapes: [2] vs. [3]", "BroadcastGradientArgs", tn_vector(2), tn_vector(3));
    EXPECT_DIMS("[?]", "InvertPermutation", INTS("<unknown>"));
    EXPECT_REFUSED("Shape must be rank 1 but is rank 0", "InvertPermutation", tn_scalar(1));
}
END_TEST

static tn_output reshaped(const tn_output *x)
{
    return tn_square(tn_reshape_to(x[0], TN_SHAPE(-1, 2)));
}
static tn_output expanded(const tn_output *x)
{
    return tn_square(tn_expand_dims(x[0], -1));
}
static tn_output squeezed(const tn_output *x)
{
    return tn_square(tn_squeeze(x[0]));
}
static tn_output filled(const tn_output *x)
{
    return tn_square(tn_fill(x[0], TN_SHAPE(2, 3)));
}
static tn_output filled_like(const tn_output *x)
{
    return tn_mul(tn_op_output(tn_op_new(NULL, "Fill", TN_OUTPUTS(tn_shape_of(x[1]), x[0])), 0), x[1]);
}
static tn_output broadcast(const tn_output *x)
{
    return tn_square(tn_broadcast_to(x[0], tn_vector(2, 2, 3)));
}

START_TEST(gradients)
{
    EXPECT_GRADIENTS(reshaped, SHAPED(F64S(1, 2, 3, 4), 4));
    EXPECT_GRADIENTS(expanded, F64S(1, 2, 3));
    EXPECT_GRADIENTS(squeezed, SHAPED(F64S(1, 2, 3), 1, 3, 1));
    EXPECT_GRADIENTS(filled, F64(3));
    EXPECT_GRADIENTS(filled_like, F64(3), F64S(1, 2, 3));
    EXPECT_GRADIENTS(broadcast, F64S(1, 2, 3));
    EXPECT_GRADIENTS(broadcast, SHAPED(F64S(1, 2), 2, 1));
    EXPECT_GRADIENTS(broadcast, F64(2));
}
END_TEST

TN_SUITE("ops shape", expand_dims_and_squeeze, squeeze_of_given_axes, shapes_of_shapes, fill_takes_its_shape_from_a_value, broadcast_to,
         axes_to_sum_over, gradients)
