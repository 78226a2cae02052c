/* The plan cache: what shares a plan, what is evicted, what is given up for memory. */
#include "core/alloc.h"
#include "harness.h"
#include "session/session.h"

static tn_tensor *vector(int64_t n)
{
    return tn_tensor_new(root, TN_FLOAT32, 1, &n, NULL);
}

START_TEST(same_request_same_plan)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_relu(x);
    tn_tensor *two = vector(2), *three = vector(3);
    WITH_SESSION(s) {
        for (int i = 0; i < 5; i++)
            ck_assert_ptr_nonnull(tn_run(s, y, .feeds = TN_FEEDS({ x, two })));
        ck_assert_int_eq(s->core->num_plans, 1);
        ck_assert_ptr_nonnull(tn_run(s, y, .feeds = TN_FEEDS({ x, three })));
        ck_assert_int_eq(s->core->num_plans, 2);
        ck_assert_int_eq(tn_run_op(s, y.op, .feeds = TN_FEEDS({ x, three })), TN_OK);
        ck_assert_int_eq(s->core->num_plans, 3);
    }
    talloc_free(two);
    talloc_free(three);
}
END_TEST

START_TEST(order_does_not_matter)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_placeholder(TN_FLOAT32), d = tn_sub(x, y), p = tn_add(x, y);
    tn_tensor *a = tn_tensor_new(root, TN_FLOAT32, 0, NULL, (float[]){ 5 }), *b = tn_tensor_new(root, TN_FLOAT32, 0, NULL, (float[]){ 3 });
    tn_tensor *r[2], *q[2];
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(d, p), r, .feeds = TN_FEEDS({ x, a }, { y, b }), .targets = TN_OPS(d.op, p.op)), TN_OK);
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(p, d), q, .feeds = TN_FEEDS({ y, b }, { x, a }), .targets = TN_OPS(p.op, d.op)), TN_OK);
        ck_assert_int_eq(s->core->num_plans, 1);
        ck_assert_float_eq(*tn_f32(r[0]), 2);
        ck_assert_float_eq(*tn_f32(r[1]), 8);
        ck_assert_float_eq(*tn_f32(q[0]), 8);
        ck_assert_float_eq(*tn_f32(q[1]), 2);
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(d, d), r, .feeds = TN_FEEDS({ x, a }, { y, b }), .targets = TN_OPS(d.op, p.op)), TN_OK);
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(d, p), r, .feeds = TN_FEEDS({ x, a }, { y, b }), .targets = TN_OPS(d.op, d.op)), TN_OK);
        ck_assert_int_eq(s->core->num_plans, 3);
    }
    talloc_free(a);
    talloc_free(b);
}
END_TEST

START_TEST(bounded)
{
    enum { N = 3 * TN_MAX_PLANS };
    tn_output outputs[N];
    for (int i = 0; i < N; i++)
        outputs[i] = tn_scalar(i);
    WITH_SESSION(s) {
        for (int i = 0; i < N; i++) {
            ck_assert_int_eq(*tn_i32(tn_run(s, outputs[i])), i);
            ck_assert_int_eq(*tn_i32(tn_run(s, outputs[0])), 0); /* used all the time: stays */
            ck_assert_int_le(s->core->num_plans, TN_MAX_PLANS);
        }
        ck_assert_int_eq(s->core->num_plans, TN_MAX_PLANS);
        tn_alloc_fail_at(0, false);
        ck_assert_ptr_nonnull(tn_run(s, outputs[0]));
        ck_assert_int_eq(tn_alloc_count(), 2);
        ck_assert_ptr_nonnull(tn_run(s, outputs[1]));
        ck_assert_int_gt(tn_alloc_count(), 4);
    }
}
END_TEST

/* A plan that loses its place while a frame of it is out lives until the frame comes back. */
START_TEST(evicted_in_use)
{
    tn_output c = tn_scalar(1), outputs[TN_MAX_PLANS];
    for (int i = 0; i < TN_MAX_PLANS; i++)
        outputs[i] = tn_scalar(i);
    WITH_SESSION(s) {
        tn_tensor *result;
        const tn_request r = { .fetches = { &c, 1 }, .results = &result };
        tn_plan_entry *e;
        tn_run_frame *frame;
        ck_assert_int_eq(tn_plans_take(s->core, &r, &e, &frame), TN_OK);
        for (int i = 0; i < TN_MAX_PLANS; i++)
            ck_assert_ptr_nonnull(tn_run(s, outputs[i]));
        ck_assert(e->evicted);
        ck_assert_int_eq(tn_run_frame_execute(frame, NULL), TN_OK);
        tn_run_frame_release(frame);
        size_t before = talloc_total_blocks(s->core);
        tn_plans_give(s->core, e, frame);
        ck_assert_uint_lt(talloc_total_blocks(s->core), before);
    }
}
END_TEST

START_TEST(idle_frames_are_given_up_for_memory)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_reduce_sum(tn_square(tn_square(x)));
    tn_tensor *a = vector(10000), *b = vector(10001);
    WITH_SESSION(s, .memory_limit = 70000) /* one arena fits, two do not */
        for (int i = 0; i < 4; i++) {
            ck_assert_msg(tn_run(s, y, .feeds = TN_FEEDS({ x, a })) != NULL, "%s", tn_last_error()->message);
            ck_assert_msg(tn_run(s, y, .feeds = TN_FEEDS({ x, b })) != NULL, "%s", tn_last_error()->message);
        }
    talloc_free(a);
    talloc_free(b);
}
END_TEST

START_TEST(nothing_wrong_is_cached)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_relu(x);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, y));
        ck_assert_ptr_null(tn_run(s, ((tn_output){ y.op, 3 })));
        ck_assert_int_eq(s->core->num_plans, 0);
    }
}
END_TEST

/* Every plan of every session reads a constant where the graph has it. */
START_TEST(constants_are_shared)
{
    enum { LARGE = 1 << 18 };
    tn_tensor *values = vector(LARGE), *at = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 5, LARGE - 1 });
    tn_f32(values)[5] = 7;
    tn_output x = tn_placeholder(TN_INT32), y = tn_gather(tn_constant(values), x);
    talloc_free(values);
    for (int turn = 0; turn < 2; turn++)
        WITH_SESSION(one)
            WITH_SESSION(other) {
                expect_text(tn_run(one, y, .feeds = TN_FEEDS({ x, at })), "[7. 0.]");
                expect_text(tn_run(other, y, .feeds = TN_FEEDS({ x, at })), "[7. 0.]");
                ck_assert_uint_lt(tn_meter_used(one->core->meter) + tn_meter_used(other->core->meter), 1000);
                ck_assert_uint_lt(talloc_total_size(one) + talloc_total_size(other), LARGE);
            }
    talloc_free(at);
}
END_TEST

TN_SUITE("session plans", same_request_same_plan, order_does_not_matter, bounded, evicted_in_use, idle_frames_are_given_up_for_memory,
         nothing_wrong_is_cached, constants_are_shared)
