/* Steps that may be divided. */
#include "cpu/divide.h"
#include "harness.h"

static tn_status count(const tn_step *step, const tn_frame *frame, tn_range range)
{
    *(int64_t *)frame->data[0] += range.last - range.first;
    return step->op ? TN_INTERNAL : TN_OK;
}

START_TEST(the_whole_is_all_units)
{
    tn_prepare p = { 0 };
    tn_divided args;
    int64_t counted = 0;
    const tn_frame frame = { .data = (void *[]){ &counted } };
    tn_divide(&p, &args, count, 7);
    ck_assert(p.part == count && p.units == 7 && p.args == &args);
    const tn_step step = { .run = p.run, .args = p.args };
    ck_assert_int_eq(p.run(&step, &frame), TN_OK);
    ck_assert_int_eq(counted, 7);
    tn_divide(&p, &args, count, 0); /* an empty range is no range */
    ck_assert_int_eq(p.run(&step, &frame), TN_OK);
    ck_assert_int_eq(counted, 7);
}
END_TEST

START_TEST(units_of_several)
{
    ck_assert_int_eq(tn_units_of(0, 4), 0);
    ck_assert_int_eq(tn_units_of(8, 4), 2);
    ck_assert_int_eq(tn_units_of(9, 4), 3);
    ck_assert_int_eq(tn_range_end((tn_range){ 0, 2, 0 }, 4, 9), 8);
    ck_assert_int_eq(tn_range_end((tn_range){ 1, 3, 0 }, 4, 9), 9);
    ck_assert_int_eq(tn_units_of(INT64_MAX, 2), INT64_MAX / 2 + 1);
}
END_TEST

TN_SUITE("cpu divide", the_whole_is_all_units, units_of_several)
