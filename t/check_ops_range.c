/* Inference of Range: the number of items. */
#include "dims_check.h"

START_TEST(counts)
{
    EXPECT_DIMS("[4]", "Range", tn_scalar(1), tn_scalar(5), tn_scalar(1));
    EXPECT_DIMS("[2]", "Range", tn_scalar(1), tn_scalar(5), tn_scalar(3));
    EXPECT_DIMS("[2]", "Range", tn_scalar(5), tn_scalar(1), tn_scalar(-2));
    EXPECT_DIMS("[0]", "Range", tn_scalar(5), tn_scalar(5), tn_scalar(-2));
    EXPECT_DIMS("[?]", "Range", INTS("[]"), tn_scalar(5), tn_scalar(1));
    EXPECT_DIMS("[?]", "Range", tn_scalar(0.0f), tn_scalar(1.0f), tn_scalar(0.1f));
    EXPECT_DIMS("[3]", "Range", tn_scalar((long)INT64_MIN), tn_scalar((long)INT64_MAX), tn_scalar((long)INT64_MAX - 1));
    EXPECT_DIMS("[1]", "Range", tn_scalar(0L), tn_scalar((long)INT64_MIN), tn_scalar((long)INT64_MIN));
}
END_TEST

START_TEST(refused)
{
    EXPECT_REFUSED("Requires delta != 0: 0", "Range", tn_scalar(1), tn_scalar(5), tn_scalar(0));
    EXPECT_REFUSED("Requires start <= limit when delta > 0: 5/1", "Range", tn_scalar(5), tn_scalar(1), tn_scalar(1));
    EXPECT_REFUSED("Requires start >= limit when delta < 0: 1/5", "Range", tn_scalar(1), tn_scalar(5), tn_scalar(-1));
    EXPECT_REFUSED("Shape must be rank 0 but is rank 1", "Range", tn_vector(1), tn_scalar(5), tn_scalar(1));
    EXPECT_REFUSED("<= 9223372036854775807", "Range", tn_scalar((long)INT64_MIN), tn_scalar((long)INT64_MAX), tn_scalar(1L));
}
END_TEST

TN_SUITE("ops range", counts, refused)
