/* Planted for check-gates: a tensor that nobody owns and nobody frees. */
#include "harness.h"

START_TEST(forgets_a_tensor)
{
    tn_tensor *t = tn_tensor_new(NULL, TN_FLOAT32, 0, NULL, NULL);
    ck_assert_ptr_nonnull(t);
}
END_TEST

TN_SUITE("planted: leak", forgets_a_tensor)
