/* The family layout: static shapes as exact as what is known, what is refused, gradients. */
#include "dims_check.h"
#include "gradient_check.h"

START_TEST(transpose)
{
    EXPECT_DIMS("[?,2]", "Transpose", OF("[2,?]"), tn_vector(1, 0));
    EXPECT_DIMS("[3,2]", "Transpose", OF("[2,3]"), tn_vector(-1, 0));
    EXPECT_DIMS("[?,?]", "Transpose", OF("[2,3]"), INTS("[2]"));
    EXPECT_DIMS("[?,?]", "Transpose", OF("<unknown>"), INTS("[2]"));
    EXPECT_REFUSED("1 is missing from {0,0}.", "Transpose", OF("[1,1]"), tn_vector(0, 0));
    EXPECT_REFUSED("2 is out of range [0 .. 2)", "Transpose", OF("[1,1]"), tn_vector(0, 2));
    EXPECT_REFUSED("transpose expects a vector of size 2. But input(1) is a vector of size 1", "Transpose", OF("[1,1]"), tn_vector(0));
    EXPECT_REFUSED("-2147483648 is out of range", "Transpose", OF("[1,1]"), tn_vector(0, INT32_MIN));
}
END_TEST

START_TEST(slice)
{
    EXPECT_DIMS("[2,?]", "Slice", OF("[4,?]"), tn_vector(1, 0), tn_vector(2, -1));
    EXPECT_DIMS("[3]", "Slice", OF("[4]"), tn_vector(1), tn_vector(-1));
    EXPECT_DIMS("[2,?]", "Slice", OF("[4,4]"), INTS("[2]"), tn_vector(2, -1));
    EXPECT_DIMS("[?,?]", "Slice", OF("[4,4]"), tn_vector(0, 0), INTS("[2]"));
    EXPECT_DIMS("[2]", "Slice", OF("<unknown>"), tn_vector(1), tn_vector(2));
    EXPECT_DIMS("[0]", "Slice", OF("[4]"), tn_vector(4), tn_vector(-1));
    EXPECT_REFUSED("Expected begin[0] in [0, 4], but got 5", "Slice", OF("[4]"), tn_vector(5), tn_vector(1));
    EXPECT_REFUSED("Expected begin[0] in [0, 4], but got -1", "Slice", OF("[4]"), tn_vector(-1), tn_vector(1));
    EXPECT_REFUSED("Expected size[0] in [0, 3], but got 4", "Slice", OF("[4]"), tn_vector(1), tn_vector(4));
    EXPECT_REFUSED("Expected size[0] in [0, 3], but got -2", "Slice", OF("[4]"), tn_vector(1), tn_vector(-2));
    EXPECT_REFUSED("Expected size[0] in [0, 3], but got 9223372036854775807", "Slice", OF("[4]"), tn_vector(1L),
                   tn_vector((long)INT64_MAX));
    EXPECT_REFUSED("Expected begin and size arguments to be 1-D tensors of size 1, but got shapes [2] and [1] instead.", "Slice", OF("[4]"),
                   tn_vector(1, 2), tn_vector(-2));
}
END_TEST

START_TEST(tile)
{
    EXPECT_DIMS("[4,?]", "Tile", OF("[2,?]"), tn_vector(2, 3));
    EXPECT_DIMS("[4,0]", "Tile", OF("[2,?]"), tn_vector(2, 0));
    EXPECT_DIMS("[?,?]", "Tile", OF("[2,3]"), INTS("[2]"));
    EXPECT_REFUSED("Expected multiples[0] >= 0, but got -1", "Tile", OF("[2]"), tn_vector(-1));
    EXPECT_REFUSED("Expected multiples argument to be a vector of length 1 but got length 2", "Tile", OF("[2]"), tn_vector(1, 2));
    EXPECT_REFUSED("Expected multiples to be 1-D, but got shape []", "Tile", OF("[2]"), tn_scalar(2));
    EXPECT_REFUSED("longer than 2**63 - 1", "Tile", OF("[4]"), tn_vector((long)INT64_MAX));
    EXPECT_REFUSED("more than 2**63 - 1 elements", "Tile", OF("[2,2]"), tn_vector(1L << 40, 1L << 40));
}
END_TEST

START_TEST(pad)
{
    EXPECT_DIMS("[5,?]", "Pad", OF("[2,?]"), tn_matrix(2, 2, 1, 2, 0, 1));
    EXPECT_DIMS("[?,?]", "Pad", OF("<unknown>"), INTS("[2,2]"));
    EXPECT_DIMS("<unknown>", "Pad", OF("<unknown>"), INTS("[?,2]"));
    EXPECT_REFUSED("Paddings must be non-negative: -1 2", "Pad", OF("[2]"), tn_matrix(1, 2, -1, 2));
    EXPECT_REFUSED("The first dimension of paddings must be the rank of inputs[2,2] [2]", "Pad", OF("[2]"), tn_matrix(2, 2, 1, 2, 1, 2));
    EXPECT_REFUSED("paddings must be a matrix with 2 columns: [1,3]", "Pad", OF("[2]"), tn_matrix(1, 3, 1, 2, 3));
    EXPECT_REFUSED("longer than 2**63 - 1", "Pad", OF("[2]"), tn_matrix(1, 2, (long)INT64_MAX, (long)INT64_MAX));
}
END_TEST

START_TEST(a_view_steers_a_slice)
{
    tn_output begin = INTS("[2,1]"), y = tn_slice(tn_matrix(2, 2, 1, 2, 3, 4), tn_reshape_to(begin, TN_SHAPE(-1)), tn_vector(1, -1));
    WITH_SESSION(s, .parent = root) {
        tn_tensor *t = SHAPED(I32S(1, 0), 2, 1);
        expect_text(tn_run(s, y, .feeds = TN_FEEDS({ begin, t })), "[[3 4]]");
        talloc_free(t);
    }
}
END_TEST

static tn_output transposed(const tn_output *x)
{
    return tn_square(tn_transpose(x[0], .perm = TN_AXES(1, 2, 0)));
}
static tn_output sliced(const tn_output *x)
{
    return tn_square(tn_slice(x[0], tn_vector(1, 0), tn_vector(-1, 2)));
}
static tn_output padded(const tn_output *x)
{
    return tn_square(tn_pad(x[0], tn_matrix(2, 2, 1, 0, 0, 2)));
}

START_TEST(gradients)
{
    EXPECT_GRADIENTS(transposed, SHAPED(F64S(1, 2, 3, 4, 5, 6), 1, 2, 3));
    EXPECT_GRADIENTS(sliced, SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT_GRADIENTS(padded, SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3));
}
END_TEST

TN_SUITE("ops layout", transpose, slice, tile, pad, a_view_steers_a_slice, gradients)
