/* Runs: one path for every call that runs something. A run whose plan is in the cache allocates nothing but its results. */
#include <time.h>
#include "core/status.h"
#include "session/session.h"

/* When a run that may take so long must end; 0: never. */
static int64_t deadline_after(int64_t ms)
{
    struct timespec now;
    if (ms <= 0 || ms > INT64_MAX / 4000000)
        return 0;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec + ms * 1000000;
}

static void bind_feeds(tn_run_frame *frame, const tn_plan *plan, const tn_feeds *feeds)
{
    for (size_t i = 0; i < feeds->n; i++) {
        size_t at = tn_plan_find(plan->feeds, plan->num_feeds, feeds->items[i].output, i);
        tn_run_frame_bind(frame, plan->feeds[at].slot, feeds->items[i].value->data);
    }
}

static tn_status run_frame(tn_session *session, const tn_request *r, const tn_plan *plan, tn_run_frame *frame)
{
    const tn_session_core *core = session->core;
    const tn_run_control control = { .closing = &core->closing,
                                     .cancel = tn_cancel_flag(r->cancel),
                                     .deadline_ns = deadline_after(r->timeout_ms > 0 ? r->timeout_ms : core->timeout_ms) };
    bind_feeds(frame, plan, &r->feeds);
    tn_status status = plan->num_results ? tn_results_open(session->core, r, plan, frame) : TN_OK;
    if (!status)
        status = tn_run_frame_execute(frame, &control);
    if (!status)
        status = tn_results_take(session, r, plan, frame);
    tn_run_frame_release(frame);
    return status;
}

static tn_status run_entered(tn_session *session, const tn_request *r)
{
    tn_session_core *core = session->core;
    tn_plan_entry *entry;
    tn_run_frame *frame;
    if (atomic_load_explicit(&core->closing, memory_order_relaxed))
        return tn_fail(TN_FAILED_PRECONDITION, "Attempted to use a closed Session.");
    if (r->print)
        return tn_plans_print(core, r);
    tn_status status = tn_plans_take(core, r, &entry, &frame);
    if (status)
        return status;
    status = run_frame(session, r, entry->plan, frame);
    tn_plans_give(core, entry, frame);
    return status;
}

static tn_status run(tn_session *session, const tn_request *r)
{
    tn_live *live = tn_live_enter(TN_LIVE_SESSION, session);
    if (!live)
        return tn_fail(TN_FAILED_PRECONDITION, "Attempted to use a closed Session.");
    tn_status status = run_entered(session, r);
    tn_live_leave(live);
    return status;
}

/* ---- Public forms ---- */

static tn_tensor *run_one(tn_session *session, const tn_run_args *args, tn_asked asked)
{
    tn_tensor *result = NULL;
    const tn_request r = { .asked = asked,
                           .feeds = args->feeds,
                           .fetches = { &args->fetch, 1 },
                           .targets = args->targets,
                           .owner = args->owner,
                           .into = &args->into,
                           .results = &result,
                           .timeout_ms = args->timeout_ms,
                           .cancel = args->cancel };
    return run(session, &r) ? NULL : result;
}

tn_tensor *tn_run_with(tn_session *session, const tn_run_args *args)
{
    return run_one(session, args, TN_ASKED_RUN);
}

tn_tensor *tn_eval_with(const tn_run_args *args)
{
    tn_session *session = args->session ? args->session : tn_default_session();
    if (session)
        return run_one(session, args, args->session ? TN_ASKED_GIVEN_SESSION : TN_ASKED_DEFAULT_SESSION);
    tn_fail(TN_FAILED_PRECONDITION, "Cannot evaluate tensor using `eval()`: No default session is registered. Use "
                                    "`WITH_DEFAULT_SESSION(s)` or pass an explicit session to `tn_eval(output, .session = s)`");
    return NULL;
}

static tn_status run_target(tn_session *session, const tn_run_op_args *args, tn_asked asked)
{
    const tn_request r = { .asked = asked,
                           .feeds = args->feeds,
                           .has_target = true,
                           .target = args->op,
                           .targets = args->targets,
                           .timeout_ms = args->timeout_ms,
                           .cancel = args->cancel };
    return run(session, &r);
}

tn_status tn_run_op_with(tn_session *session, const tn_run_op_args *args)
{
    return run_target(session, args, TN_ASKED_RUN);
}

tn_status tn_op_run_with(const tn_run_op_args *args)
{
    tn_session *session = args->session ? args->session : tn_default_session();
    if (session)
        return run_target(session, args, args->session ? TN_ASKED_GIVEN_SESSION : TN_ASKED_DEFAULT_SESSION);
    return tn_fail(TN_FAILED_PRECONDITION, "Cannot execute operation using `run()`: No default session is registered. Use "
                                           "`WITH_DEFAULT_SESSION(s)` or pass an explicit session to `tn_op_run(op, .session = s)`");
}

tn_status tn_run_all_with(tn_session *session, tn_outputs fetches, const tn_run_all_args *args)
{
    const tn_request r = { .feeds = args->feeds,
                           .fetches = fetches,
                           .targets = args->targets,
                           .owner = args->owner,
                           .into = args->into,
                           .results = args->results,
                           .timeout_ms = args->timeout_ms,
                           .cancel = args->cancel };
    return run(session, &r);
}

tn_status tn_plan_print_with(tn_session *session, tn_outputs fetches, const tn_plan_print_args *args)
{
    const tn_request r = { .feeds = args->feeds, .fetches = fetches, .targets = args->targets, .print = args->to };
    return args->to ? run(session, &r) : tn_fail(TN_INVALID_ARGUMENT, "a plan is printed to a file, not to NULL");
}
