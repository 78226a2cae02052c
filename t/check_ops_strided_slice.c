/* StridedSlice: static shapes under every mask, what is refused, gradients. */
#include "dims_check.h"
#include "gradient_check.h"

#define MASKS(b, e, l, n, s)                                                                                                               \
    TN_ATTRS(TN_INT_ATTR("begin_mask", b), TN_INT_ATTR("end_mask", e), TN_INT_ATTR("ellipsis_mask", l), TN_INT_ATTR("new_axis_mask", n),   \
             TN_INT_ATTR("shrink_axis_mask", s))
#define SLICE(dims, of, masks, begin, end, strides)  EXPECT_DIMS_WITH(dims, "StridedSlice", masks, OF(of), begin, end, strides)
#define REFUSE(text, of, masks, begin, end, strides) EXPECT_REFUSED_WITH(text, "StridedSlice", masks, OF(of), begin, end, strides)
#define NONE                                         MASKS(0, 0, 0, 0, 0)

START_TEST(ranges)
{
    SLICE("[2]", "[5]", NONE, tn_vector(1), tn_vector(3), tn_vector(1));
    SLICE("[3]", "[5]", NONE, tn_vector(0), tn_vector(5), tn_vector(2));
    SLICE("[3,7]", "[5,7]", NONE, tn_vector(-3), tn_vector(100), tn_vector(1));
    SLICE("[0]", "[5]", NONE, tn_vector(3), tn_vector(1), tn_vector(1));
    SLICE("[2]", "[5]", NONE, tn_vector(3), tn_vector(1), tn_vector(-1));
    SLICE("[5]", "[5]", MASKS(1, 1, 0, 0, 0), tn_vector(3), tn_vector(1), tn_vector(-1));
    SLICE("[1]", "[5]", NONE, tn_vector(INT32_MIN), tn_vector(INT32_MAX), tn_vector(INT32_MAX));
    SLICE("[1]", "[5]", NONE, tn_vector((long)INT64_MAX), tn_vector((long)INT64_MIN), tn_vector((long)INT64_MIN));
    SLICE("[0]", "[0]", NONE, tn_vector(0), tn_vector(5), tn_vector(1));
}
END_TEST

START_TEST(under_masks)
{
    SLICE("[4,5]", "[3,4,5]", MASKS(0, 0, 0, 0, 1), tn_vector(1), tn_vector(2), tn_vector(1));
    SLICE("[1,3,4]", "[3,4]", MASKS(0, 0, 0, 1, 0), tn_vector(0), tn_vector(0), tn_vector(1));
    SLICE("[3,4]", "[3,4,5]", MASKS(0, 0, 1, 0, 2), tn_vector(0, -1), tn_vector(0, 0), tn_vector(1, 1));
    SLICE("[3,4,1,2]", "[3,4,5]", MASKS(0, 0, 1, 2, 0), tn_vector(0, 0, 1), tn_vector(0, 0, 3), tn_vector(1, 1, 1));
    SLICE("[]", "[3]", MASKS(1, 0, 0, 0, 1), tn_vector(1), tn_vector(0), tn_vector(1));
}
END_TEST

START_TEST(unknowns)
{
    SLICE("[?,2]", "[?,4]", NONE, tn_vector(0, 1), tn_vector(9, 3), tn_vector(1, 1));
    SLICE("[?,4]", "[3,4]", MASKS(2, 2, 0, 0, 0), INTS("[2]"), INTS("[2]"), tn_vector(1, 1));
    SLICE("[4]", "[3,4]", MASKS(0, 0, 0, 0, 1), INTS("[1]"), INTS("[1]"), tn_vector(1));
    SLICE("<unknown>", "[3,4]", NONE, tn_vector(0), tn_vector(1), INTS("[1]"));
    SLICE("<unknown>", "<unknown>", NONE, tn_vector(0), tn_vector(1), tn_vector(1));
}
END_TEST

START_TEST(refused)
{
    REFUSE("strides[0] must be non-zero", "[3]", NONE, tn_vector(0), tn_vector(2), tn_vector(0));
    REFUSE("slice index 5 of dimension 0 out of bounds.", "[3]", MASKS(0, 0, 0, 0, 1), tn_vector(5), tn_vector(6), tn_vector(1));
    REFUSE("slice index -4 of dimension 0 out of bounds.", "[3]", MASKS(0, 0, 0, 0, 1), tn_vector(-4), tn_vector(6), tn_vector(1));
    REFUSE("only stride 1 allowed on non-range indexing.", "[3]", MASKS(0, 0, 0, 0, 1), tn_vector(0), tn_vector(2), tn_vector(-1));
    REFUSE("Index out of range using input dim 1; input has only 1 dims", "[3]", NONE, tn_vector(0, 0), tn_vector(2, 2), tn_vector(1, 1));
    REFUSE("Multiple ellipses in slice spec not allowed", "[3]", MASKS(0, 0, 3, 0, 0), tn_vector(0, 0), tn_vector(2, 2), tn_vector(1, 1));
    REFUSE("Expected begin, end, and strides to be 1D equal size tensors, but got shapes [2], [1], and [2] instead.", "[3]", NONE,
           tn_vector(0, 0), tn_vector(2), tn_vector(1, 1));
    REFUSE("but got shapes [], [], and [] instead.", "[3]", NONE, tn_scalar(0), tn_scalar(2), tn_scalar(1));
    REFUSE("the slice has more than 8 dimensions", "[3]", MASKS(0, 0, 0, 255, 0), tn_vector(0, 0, 0, 0, 0, 0, 0, 0),
           tn_vector(0, 0, 0, 0, 0, 0, 0, 0), tn_vector(1, 1, 1, 1, 1, 1, 1, 1));
}
END_TEST

START_TEST(the_gradients_operation)
{
    tn_output one = tn_vector(1), zero = tn_vector(0), two = tn_vector(2);
    EXPECT_DIMS("[3]", "StridedSliceGrad", tn_vector(3), zero, two, one, OF("[2]"));
    EXPECT_DIMS("[?]", "StridedSliceGrad", INTS("[1]"), zero, two, one, OF("[2]"));
    EXPECT_REFUSED("shape of dy was [3] instead of [2]", "StridedSliceGrad", tn_vector(3), zero, two, one, OF("[3]"));
    EXPECT_REFUSED("Dimension -3 must be >= 0", "StridedSliceGrad", tn_vector(-3), zero, two, one, OF("[2]"));
    EXPECT_REFUSED("shape must be 1-D, got shape.shape = [1,1]", "StridedSliceGrad", tn_matrix(1, 1, 3), zero, two, one, OF("[2]"));
}
END_TEST

static tn_output slice_of(tn_output x, tn_attrs masks)
{
    return tn_op_output(tn_op_new(NULL, "StridedSlice", TN_OUTPUTS(x, tn_vector(-1, 0), tn_vector(0, 3), tn_vector(-1, 2)), .attrs = masks),
                        0);
}
static tn_output strided(const tn_output *x)
{
    return tn_square(slice_of(x[0], NONE));
}
static tn_output whole_rows(const tn_output *x)
{
    return tn_square(slice_of(x[0], MASKS(0, 1, 0, 0, 0)));
}
static tn_output slice_grad(const tn_output *x)
{
    tn_attrs shrink = MASKS(0, 0, 0, 0, 1);
    tn_op *op =
        tn_op_new(NULL, "StridedSliceGrad", TN_OUTPUTS(tn_vector(2, 3), tn_vector(1), tn_vector(2), tn_vector(1), x[0]), .attrs = shrink);
    return tn_square(tn_op_output(op, 0));
}

START_TEST(gradients)
{
    EXPECT_GRADIENTS(strided, SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT_GRADIENTS(whole_rows, SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT_GRADIENTS(slice_grad, F64S(1, 2, 3));
}
END_TEST

TN_SUITE("ops strided_slice", ranges, under_masks, unknowns, refused, the_gradients_operation, gradients)
