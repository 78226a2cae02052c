/* Tensors put together and taken apart: static shapes, what is refused, gradients. */
#include "dims_check.h"
#include "gradient_check.h"

START_TEST(concat)
{
    EXPECT_DIMS("[5,3]", "ConcatV2", OF("[2,?]"), OF("[3,3]"), tn_scalar(0));
    EXPECT_DIMS("[2,?]", "ConcatV2", OF("[2,?]"), OF("[2,3]"), tn_scalar(-1));
    EXPECT_DIMS("[?,?]", "ConcatV2", OF("[2,?]"), OF("[2,3]"), INTS("[]"));
    EXPECT_DIMS("[?,3]", "ConcatV2", OF("<unknown>"), OF("[2,3]"), tn_scalar(0));
    EXPECT_DIMS("<unknown>", "ConcatV2", OF("<unknown>"), OF("<unknown>"), tn_scalar(0));
    EXPECT_DIMS("[0]", "ConcatV2", OF("[0]"), OF("[0]"), tn_scalar(0));
    EXPECT_REFUSED("ConcatOp : Expected concatenating dimensions in the range [-1, 1), but got 1", "ConcatV2", OF("[1]"), OF("[1]"),
                   tn_scalar(1));
    EXPECT_REFUSED("but got -2147483648", "ConcatV2", OF("[1]"), OF("[1]"), tn_scalar(INT32_MIN));
    EXPECT_REFUSED("ConcatOp : Dimensions of inputs should match: shape[0] = [1,1] vs. shape[1] = [1,2]", "ConcatV2", OF("[1,1]"),
                   OF("[1,2]"), tn_scalar(0));
    EXPECT_REFUSED("ConcatOp : Ranks of all input tensors should match: shape[0] = [1,1] vs. shape[1] = [2]", "ConcatV2", OF("[1,1]"),
                   OF("[2]"), tn_scalar(0));
    EXPECT_REFUSED("ConcatOp : Can't concatenate scalars (use tf.stack instead)", "ConcatV2", OF("[]"), OF("[]"), tn_scalar(0));
    EXPECT_REFUSED("more than 2**63 - 1", "ConcatV2", OF("[9223372036854775807]"), OF("[1]"), tn_scalar(0));
}
END_TEST

START_TEST(concat_offset)
{
    EXPECT_DIMS("[2]", "ConcatOffset", tn_scalar(0), tn_vector(1, 2), INTS("[2]"));
    EXPECT_REFUSED("Concat dim is out of range: 3 vs. 2", "ConcatOffset", tn_scalar(3), tn_vector(1, 2), tn_vector(1, 2));
    EXPECT_REFUSED("All dimensions except 0 must match. Input 1", "ConcatOffset", tn_scalar(0), tn_vector(1, 2), tn_vector(1, 3));
    EXPECT_REFUSED("input 1 should contain 2 elements, but got 1", "ConcatOffset", tn_scalar(0), tn_vector(1, 2), tn_vector(1));
    EXPECT_REFUSED("input 1 should contain 3 elements, but got 2", "ConcatOffset", INTS("[]"), INTS("[3]"), INTS("[2]"));
    EXPECT_REFUSED("Shape must be rank 1 but is rank 0", "ConcatOffset", INTS("[]"), INTS("[3]"), INTS("[]"));
}
END_TEST

#define AXIS(n)   TN_ATTRS(TN_INT_ATTR("axis", n))
#define NUM(n, a) TN_ATTRS(TN_INT_ATTR("num", n), TN_INT_ATTR("axis", a))

START_TEST(pack_and_unpack)
{
    EXPECT_DIMS("[2,3,?]", "Pack", OF("[3,?]"), OF("<unknown>"));
    EXPECT_DIMS_WITH("[3,4,2]", "Pack", AXIS(-1), OF("[3,?]"), OF("[?,4]"));
    EXPECT_DIMS_WITH("[1]", "Pack", AXIS(0), OF("[]"));
    EXPECT_REFUSED("Shapes of all inputs must match: values[0].shape = [1] != values[1].shape = [2]", "Pack", OF("[1]"), OF("[2]"));
    EXPECT_REFUSED_WITH("axis = 2 not in [-2, 2)", "Pack", AXIS(2), OF("[1]"), OF("[1]"));
    EXPECT_REFUSED_WITH("axis = -9223372036854775808 not in", "Pack", AXIS(INT64_MIN), OF("[1]"), OF("[1]"));
    EXPECT_REFUSED("the highest rank is 8", "Pack", OF("[1,1,1,1,1,1,1,1]"));
    EXPECT_DIMS_WITH("[3]", "Unpack", NUM(2, -1), OF("[3,?]"));
    EXPECT_DIMS_WITH("<unknown>", "Unpack", NUM(2, 0), OF("<unknown>"));
    EXPECT_REFUSED_WITH("Input shape axis 0 must equal 3, got shape [2]", "Unpack", NUM(3, 0), OF("[2]"));
    EXPECT_REFUSED_WITH("axis = 1 not in [-1, 1)", "Unpack", NUM(2, 1), OF("[2]"));
    EXPECT_REFUSED_WITH("axis = 0 not in [0, 0)", "Unpack", NUM(2, 0), OF("[]"));
}
END_TEST

#define WAYS(n) TN_ATTRS(TN_INT_ATTR("num_split", n))

START_TEST(split)
{
    EXPECT_DIMS_WITH("[2,?]", "Split", WAYS(2), tn_scalar(0), OF("[4,?]"));
    EXPECT_DIMS_WITH("[4,?]", "Split", WAYS(2), tn_scalar(-1), OF("[4,?]"));
    EXPECT_DIMS_WITH("[?,?]", "Split", WAYS(2), INTS("[]"), OF("[4,4]"));
    EXPECT_REFUSED_WITH("Number of ways to split should evenly divide the split dimension, but got split_dim 0 (size = 3) and num_split 2",
                        "Split", WAYS(2), tn_scalar(0), OF("[3]"));
    EXPECT_REFUSED_WITH("-input rank(-1) <= split_dim < input rank (1), but got 1", "Split", WAYS(2), tn_scalar(1), OF("[3]"));
    EXPECT_REFUSED_WITH("split_dim must be a scalar but has rank 1", "Split", WAYS(2), tn_vector(0), OF("[4]"));
}
END_TEST

static tn_output joined(const tn_output *x)
{
    return tn_square(tn_concat(TN_OUTPUTS(x[0], x[1]), -1));
}
static tn_output packed(const tn_output *x)
{
    return tn_square(tn_op_output(tn_op_new(NULL, "Pack", TN_OUTPUTS(x[0], x[1]), .attrs = AXIS(1)), 0));
}
static tn_output unpacked(const tn_output *x)
{
    tn_op *parts = tn_op_new(NULL, "Unpack", TN_OUTPUTS(x[0]), .attrs = NUM(3, 1));
    return tn_mul(tn_op_output(parts, 0), tn_op_output(parts, 2));
}
static tn_output halves(const tn_output *x)
{
    tn_op *parts = tn_op_new(NULL, "Split", TN_OUTPUTS(tn_scalar(1), x[0]), .attrs = WAYS(2));
    return tn_square(tn_op_output(parts, 1));
}
static tn_output whole(const tn_output *x)
{
    return tn_square(tn_op_output(tn_op_new(NULL, "Split", TN_OUTPUTS(tn_scalar(0), x[0]), .attrs = WAYS(1)), 0));
}

START_TEST(gradients)
{
    EXPECT_GRADIENTS(joined, SHAPED(F64S(1, 2, 3, 4), 2, 2), SHAPED(F64S(5, 6), 2, 1));
    EXPECT_GRADIENTS(packed, F64S(1, 2), F64S(3, 4));
    EXPECT_GRADIENTS(unpacked, SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT_GRADIENTS(halves, SHAPED(F64S(1, 2, 3, 4), 1, 4));
    EXPECT_GRADIENTS(whole, F64S(1, 2));
}
END_TEST

TN_SUITE("ops concat", concat, concat_offset, pack_and_unpack, split, gradients)
