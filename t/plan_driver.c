/* See plan_driver.h. */
#include "plan_driver.h"

static tn_status compile(tn_outputs fetches, tn_feeds feeds, tn_optimize optimize, tn_plan **plan)
{
    tn_plan_request request = { .graph = tn_default_graph()->core,
                                .feeds = feeds.items,
                                .num_feeds = feeds.n,
                                .fetches = fetches.items,
                                .num_fetches = fetches.n,
                                .optimize = optimize };
    return tn_plan_new(root, &request, plan);
}

tn_plan *plan_of(tn_outputs fetches, tn_feeds feeds, tn_optimize optimize)
{
    tn_plan *plan = NULL;
    tn_status status = compile(fetches, feeds, optimize, &plan);
    ck_assert_msg(status == TN_OK, "no plan: %s", tn_last_error()->message);
    return plan;
}

void expect_no_plan(tn_outputs fetches, tn_feeds feeds, tn_status code, const char *part)
{
    tn_plan *plan = NULL;
    ck_assert_int_eq(compile(fetches, feeds, TN_OPTIMIZE_DEFAULT, &plan), code);
    ck_assert_ptr_null(plan);
    expect_error(code, part);
}

size_t steps_of(const tn_plan *plan, const char *type)
{
    size_t n = 0;
    for (size_t i = 0; i < plan->num_steps; i++)
        n += plan->steps[i].op && plan->steps[i].num_outputs && !strcmp(tn_op_type(plan->steps[i].op), type);
    return n;
}

void expect_floats(const tn_plan *plan, tn_feeds feeds, size_t n, const float *expected)
{
    tn_run_frame *frame = tn_run_frame_new(root, plan);
    ck_assert_ptr_nonnull(frame);
    for (size_t i = 0; i < feeds.n; i++)
        tn_run_frame_bind(frame, plan->feeds[i].slot, feeds.items[i].value->data);
    tn_status status = tn_run_frame_execute(frame, NULL);
    ck_assert_msg(status == TN_OK, "the run failed: %s", tn_last_error()->message);
    ck_assert_int_eq(tn_dims_size(tn_run_frame_dims(frame, plan->fetches[0].slot)), (int64_t)n);
    const float *got = frame->base.data[plan->fetches[0].slot];
    for (size_t i = 0; i < n; i++)
        ck_assert_float_eq(got[i], expected[i]);
    tn_run_frame_release(frame);
    talloc_free(frame);
}

size_t bytes_without_sharing(const tn_plan *plan)
{
    size_t total = 0;
    for (size_t i = 0; i < plan->num_slots; i++) {
        size_t bytes = 0;
        if (plan->slots[i].home == TN_HOME_ARENA && tn_dims_bytes(plan->slots[i].dims, plan->slots[i].dtype, &bytes))
            total += bytes;
    }
    return total;
}

tn_tensor *floats(int64_t n, const float *values)
{
    return tn_tensor_new(root, TN_FLOAT32, 1, &n, values);
}
