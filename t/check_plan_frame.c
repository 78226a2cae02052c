/* Frames: the memory of a run, the checks between steps. */
#include <time.h>
#include "plan_driver.h"

static tn_output x;

static tn_plan *chain(tn_tensor *t, int length)
{
    x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2));
    tn_output y = x;
    for (int i = 0; i < length; i++)
        y = tn_add(y, x);
    return plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_NONE);
}

static tn_status execute(const tn_plan *plan, tn_tensor *t, const tn_run_control *control)
{
    tn_run_frame *frame = tn_run_frame_new(root, plan);
    ck_assert_ptr_nonnull(frame);
    tn_run_frame_bind(frame, plan->feeds[0].slot, t->data);
    tn_status status = tn_run_frame_execute(frame, control);
    tn_run_frame_release(frame);
    talloc_free(frame);
    return status;
}

START_TEST(two_frames_of_one_plan_do_not_meet)
{
    tn_tensor *one = floats(2, (float[]){ 1, 2 }), *two = floats(2, (float[]){ 3, 4 });
    tn_plan *plan = chain(one, 1);
    tn_run_frame *a = tn_run_frame_new(root, plan), *b = tn_run_frame_new(root, plan);
    tn_run_frame_bind(a, plan->feeds[0].slot, one->data);
    tn_run_frame_bind(b, plan->feeds[0].slot, two->data);
    ck_assert_int_eq(tn_run_frame_execute(a, NULL), TN_OK);
    ck_assert_int_eq(tn_run_frame_execute(b, NULL), TN_OK);
    ck_assert_float_eq(((float *)a->base.data[plan->fetches[0].slot])[1], 4);
    ck_assert_float_eq(((float *)b->base.data[plan->fetches[0].slot])[1], 8);
    talloc_free(a);
    talloc_free(b);
    talloc_free(plan);
    talloc_free(one);
    talloc_free(two);
}
END_TEST

START_TEST(a_run_stops_when_cancelled)
{
    atomic_bool stop = false;
    tn_tensor *t = floats(2, NULL);
    tn_plan *plan = chain(t, 3);
    tn_run_control by_caller = { .cancel = &stop }, by_session = { .closing = &stop };
    ck_assert_int_eq(execute(plan, t, &by_caller), TN_OK);
    atomic_store(&stop, true);
    ck_assert_int_eq(execute(plan, t, &by_caller), TN_CANCELLED);
    expect_error(TN_CANCELLED, "Run call was cancelled");
    ck_assert_int_eq(execute(plan, t, &by_session), TN_CANCELLED);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(a_run_stops_at_its_deadline_between_steps)
{
    struct timespec now;
    tn_tensor *t = floats(2, NULL);
    tn_plan *plan = chain(t, 200000);
    clock_gettime(CLOCK_MONOTONIC, &now);
    tn_run_control control = { .deadline_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec + 100000 };
    ck_assert_int_eq(execute(plan, t, &control), TN_DEADLINE_EXCEEDED);
    expect_error(TN_DEADLINE_EXCEEDED, "Timed out");
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(the_arena_is_metered)
{
    tn_tensor *t = floats(2, NULL);
    tn_plan *plan = chain(t, 3);
    plan->meter = tn_meter_new(32);
    ck_assert_ptr_null(tn_run_frame_new(root, plan));
    expect_error(TN_RESOURCE_EXHAUSTED, "memory limit");
    ck_assert_uint_eq(tn_meter_used(plan->meter), 0);
    tn_meter_release(plan->meter);
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

TN_SUITE("plan frame", two_frames_of_one_plan_do_not_meet, a_run_stops_when_cancelled, a_run_stops_at_its_deadline_between_steps,
         the_arena_is_metered)
