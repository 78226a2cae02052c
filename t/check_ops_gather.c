/* The family gather: static shapes, what is refused, gradients. */
#include "dims_check.h"
#include "gradient_check.h"

#define BATCH(n) TN_ATTRS(TN_INT_ATTR("batch_dims", n))

START_TEST(gather)
{
    EXPECT_DIMS("[2,4]", "GatherV2", OF("[3,4]"), INTS("[2]"), tn_scalar(0));
    EXPECT_DIMS("[3,2,?]", "GatherV2", OF("[3,4]"), INTS("[2,?]"), tn_scalar(-1));
    EXPECT_DIMS("[?,?]", "GatherV2", OF("[3,4]"), INTS("[2]"), INTS("[]"));
    EXPECT_DIMS("<unknown>", "GatherV2", OF("<unknown>"), INTS("[2]"), tn_scalar(0));
    EXPECT_DIMS_WITH("[3,2]", "GatherV2", BATCH(1), OF("[?,4]"), INTS("[3,2]"), tn_scalar(1));
    EXPECT_DIMS_WITH("[3,5,2]", "GatherV2", BATCH(-1), OF("[3,5,4]"), INTS("[3,2]"), tn_scalar(2));
    EXPECT_REFUSED("Expected axis in the range [-1, 1), but got 1", "GatherV2", OF("[3]"), INTS("[]"), tn_scalar(1));
    EXPECT_REFUSED("params must be at least 1 dimensional", "GatherV2", OF("[]"), INTS("[]"), tn_scalar(0));
    EXPECT_REFUSED("axis must be scalar", "GatherV2", OF("[3]"), INTS("[]"), tn_vector(0));
    EXPECT_REFUSED_WITH("batch_dims (2) must be less than rank(params) (2).", "GatherV2", BATCH(2), OF("[1,3]"), INTS("[1,1]"),
                        tn_scalar(1));
    EXPECT_REFUSED_WITH("batch_dims (1) must be less than or equal to axis (0).", "GatherV2", BATCH(1), OF("[1,3]"), INTS("[1,1]"),
                        tn_scalar(0));
    EXPECT_REFUSED_WITH("params.shape[0]: 1 should be equal to indices.shape[0]: 2", "GatherV2", BATCH(1), OF("[1,3]"), INTS("[2,1]"),
                        tn_scalar(1));
    EXPECT_REFUSED_WITH("Expected batch_dims in the range [-1, 1], but got -3", "GatherV2", BATCH(-3), OF("[3]"), INTS("[1]"),
                        tn_scalar(0));
    EXPECT_REFUSED("the highest rank is 8", "GatherV2", OF("[1,1,1,1,1]"), INTS("[1,1,1,1,1]"), tn_scalar(0));
}
END_TEST

#define AXIS(n) TN_ATTRS(TN_INT_ATTR("axis", n))

START_TEST(one_hot)
{
    tn_output on = tn_scalar(1.0f), off = tn_scalar(0.0f);
    EXPECT_DIMS("[2,3]", "OneHot", INTS("[2]"), tn_scalar(3), on, off);
    EXPECT_DIMS("[2,?]", "OneHot", INTS("[2]"), INTS("[]"), on, off);
    EXPECT_DIMS_WITH("[3,2]", "OneHot", AXIS(0), INTS("[2]"), tn_scalar(3), on, off);
    EXPECT_REFUSED("depth must be non-negative, got: -1", "OneHot", INTS("[1]"), tn_scalar(-1), on, off);
    EXPECT_REFUSED("depth must be a scalar, but got: [1]", "OneHot", INTS("[1]"), tn_vector(2), on, off);
    EXPECT_REFUSED("on_value must be a scalar, but got: [1]", "OneHot", INTS("[1]"), tn_scalar(2), tn_vector(1.0f), off);
    EXPECT_REFUSED_WITH("Expected axis to be -1 or between [0, 2).  But received: 3", "OneHot", AXIS(3), INTS("[1]"), tn_scalar(2), on,
                        off);
}
END_TEST

START_TEST(segment_sum)
{
    EXPECT_DIMS("[4,3]", "UnsortedSegmentSum", OF("[2,3]"), INTS("[2]"), tn_scalar(4));
    EXPECT_DIMS("[?]", "UnsortedSegmentSum", OF("[2,3]"), INTS("[2,3]"), INTS("[]"));
    EXPECT_REFUSED("data.shape = [2] does not start with segment_ids.shape = [1]", "UnsortedSegmentSum", OF("[2]"), INTS("[1]"),
                   tn_scalar(2));
    EXPECT_REFUSED("does not start with", "UnsortedSegmentSum", OF("[]"), INTS("[1]"), tn_scalar(2));
    EXPECT_REFUSED("Input num_segments == -2 must not be negative.", "UnsortedSegmentSum", OF("[2]"), INTS("[2]"), tn_scalar(-2));
    EXPECT_REFUSED("num_segments should be a scalar, not shape [1]", "UnsortedSegmentSum", OF("[2]"), INTS("[2]"), tn_vector(2));
}
END_TEST

static tn_output rows(const tn_output *x)
{
    return tn_square(tn_gather(x[0], tn_vector(2, 0, 2)));
}
static tn_output columns(const tn_output *x)
{
    return tn_square(tn_gather(x[0], tn_matrix(2, 2, 1L, 0L, 1L, 1L), .axis = -1));
}
static tn_output batches(const tn_output *x)
{
    tn_output indices = tn_matrix(2, 2, 1, 1, 0, 2), axis = tn_scalar(2);
    return tn_square(tn_op_output(tn_op_new(NULL, "GatherV2", TN_OUTPUTS(x[0], indices, axis), .attrs = BATCH(1)), 0));
}
static tn_output long_batches(const tn_output *x)
{
    tn_output indices = tn_matrix(2, 2, 1L, 1L, 0L, 2L), axis = tn_scalar(-1);
    return tn_square(tn_op_output(tn_op_new(NULL, "GatherV2", TN_OUTPUTS(x[0], indices, axis), .attrs = BATCH(-1)), 0));
}
static tn_output segments(const tn_output *x)
{
    return tn_square(tn_unsorted_segment_sum(x[0], tn_vector(2, -1, 2), tn_scalar(3)));
}

START_TEST(gradients)
{
    EXPECT_GRADIENTS(rows, SHAPED(F64S(1, 2, 3, 4, 5, 6), 3, 2));
    EXPECT_GRADIENTS(columns, SHAPED(F64S(1, 2, 3, 4), 2, 2));
    EXPECT_GRADIENTS(batches, SHAPED(F64S(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 2, 2, 3));
    EXPECT_GRADIENTS(long_batches, SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT_GRADIENTS(segments, SHAPED(F64S(1, 2, 3, 4, 5, 6), 3, 2));
    EXPECT_GRADIENTS(segments, F64S(1, 2, 3));
}
END_TEST

TN_SUITE("ops gather", gather, one_hot, segment_sum, gradients)
