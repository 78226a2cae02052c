/* Planted for check-gates: an allocation whose failure nobody looks at. */
#include "harness.h"
#include "core/alloc.h"

static tn_status unchecked(void *owner)
{
    int *value = TN_NEW(owner, int);
    *value = 1;
    talloc_free(value);
    return TN_OK;
}

START_TEST(does_not_check_its_allocation)
{
    expect_survives_oom(unchecked);
}
END_TEST

TN_SUITE("planted: unchecked allocation", does_not_check_its_allocation)
