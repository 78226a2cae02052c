/* Plans as a whole: great depth, every allocation failing. */
#include "plan_driver.h"

START_TEST(a_million_operations_deep)
{
    enum { DEPTH = 1000000 };
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(1)), y = x;
    for (int i = 0; i < DEPTH; i++)
        y = tn_add(y, x);
    tn_tensor *t = floats(1, (float[]){ 1 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_DEFAULT);
    ck_assert_uint_eq(plan->arena_bytes, 64);
    expect_floats(plan, TN_FEEDS({ x, t }), 1, (float[]){ DEPTH + 1 });
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

static tn_status compile_something(void *ctx)
{
    WITH_GRAPH(g, .owner = ctx) {
        tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2)), a = tn_neg(x);
        tn_output y = tn_add(tn_square(a), tn_mul(tn_reshape_to(tn_vector(1.0f, 2.0f), TN_SHAPE(2)), tn_neg(x)));
        tn_tensor *t = tn_tensor_new(ctx, TN_FLOAT32, 1, (int64_t[]){ 2 }, NULL);
        if (!y.op || !t) {
            talloc_free(t);
            return tn_last_error()->code;
        }
        const tn_feed feed = { x, t };
        tn_plan_request request = { .graph = g->core, .feeds = &feed, .num_feeds = 1, .fetches = &y, .num_fetches = 1 };
        tn_plan *plan = NULL;
        tn_status status = tn_plan_new(ctx, &request, &plan);
        talloc_free(plan);
        talloc_free(t);
        return status;
    }
    return tn_last_error()->code;
}

START_TEST(every_allocation_may_fail)
{
    expect_survives_oom(compile_something);
}
END_TEST

TN_SUITE("plan plan", a_million_operations_deep, every_allocation_may_fail)
