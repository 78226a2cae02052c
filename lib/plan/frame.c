/* Frames, and the steps that are no operation's kernel: see plan.h. */
#include "plan/compile.h"

#include <time.h>
#include "core/pool.h"
#include "core/alloc.h"
#include "core/pool.h"
#include "core/status.h"
#include "session/state.h"

static int frame_destroy(tn_run_frame *frame)
{
    if (!frame->buffers || !frame->results)
        return 0; /* it has not been whole */
    tn_run_frame_release(frame);
    for (size_t i = 0; i < frame->plan->num_results; i++)
        tn_buffer_unref(frame->results[i]);
    return 0;
}

static void point_at_homes(tn_run_frame *frame)
{
    const tn_plan *plan = frame->plan;
    char *arena = frame->arena->data;
    for (size_t i = 0; i < plan->num_slots; i++) {
        const tn_slot *slot = &plan->slots[i];
        if (slot->home == TN_HOME_ARENA)
            frame->base.data[i] = arena + slot->offset;
        else if (slot->home == TN_HOME_CONST)
            frame->base.data[i] = (void *)slot->data;
    }
}

tn_run_frame *tn_run_frame_new(const void *owner, const tn_plan *plan)
{
    tn_run_frame *frame = TN_NEW(owner, tn_run_frame);
    if (!frame)
        return NULL;
    frame->plan = plan;
    talloc_set_destructor(frame, frame_destroy);
    frame->base.data = TN_NEW_ARRAY(frame, void *, plan->num_slots);
    frame->dims = TN_NEW_ARRAY(frame, tn_dims, plan->num_buffers);
    const tn_dims bytes = tn_dims_vector((int64_t)plan->arena_bytes);
    frame->arena = tn_tensor_raw(frame, TN_UINT8, &bytes, plan->meter);
    frame->results = TN_NEW_ARRAY(frame, tn_buffer *, plan->num_results);
    frame->buffers = TN_NEW_ARRAY(frame, tn_buffer *, plan->num_buffers);
    if (!frame->base.data || !frame->dims || !frame->arena || !frame->buffers || !frame->results) {
        talloc_free(frame);
        return NULL;
    }
    point_at_homes(frame);
    return frame;
}

tn_status tn_run_frame_take_results(tn_run_frame *frame)
{
    const tn_plan *plan = frame->plan;
    for (size_t i = 0; i < plan->num_results; i++)
        if (!frame->results[i] && !(frame->results[i] = tn_buffer_new(plan->meter, plan->result_bytes[i])))
            return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < plan->num_result_slots; i++) {
        uint32_t slot = plan->result_slots[i];
        frame->base.data[slot] = tn_buffer_data(frame->results[plan->slots[slot].extra]);
    }
    return TN_OK;
}

tn_status tn_run_frame_execute(tn_run_frame *frame, const tn_run_control *control)
{
    const tn_plan *plan = frame->plan;
    frame->control = control;
    tn_status opened = tn_run_frame_open(frame);
    if (opened)
        return opened;
    tn_pool_wake_for(frame->base.pool, plan->large_work);
    for (const tn_step *step = plan->steps, *end = step + plan->num_steps; step < end; step++) {
        tn_status status = step->run(step, &frame->base);
        if (status)
            return status;
    }
    return TN_OK;
}

/* Gives back one buffer: a variable's under the variable's mutex, the frame's own at once. */
static void release(const tn_run_frame *frame, size_t i)
{
    tn_buffer *buffer = frame->buffers[i];
    frame->buffers[i] = NULL;
    if (buffer && frame->plan->holders[i])
        tn_variable_release(frame->plan->holders[i], buffer);
    else
        tn_buffer_unref(buffer);
}

void tn_run_frame_release(tn_run_frame *frame)
{
    for (size_t i = 0; i < frame->plan->num_buffers; i++)
        release(frame, i);
    for (size_t i = 0; i < frame->plan->num_results; i++)
        if (frame->results[i] && !tn_buffer_sole(frame->results[i])) {
            tn_buffer_unref(frame->results[i]);
            frame->results[i] = NULL;
        }
}

/* ---- Steps ---- */

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

tn_status tn_run_check(const tn_step *step, const tn_frame *base)
{
    (void)step;
    const tn_run_control *control = ((const tn_run_frame *)base)->control;
    if (!control)
        return TN_OK;
    if ((control->closing && atomic_load_explicit(control->closing, memory_order_relaxed)) ||
        (control->cancel && atomic_load_explicit(control->cancel, memory_order_relaxed)))
        return tn_fail(TN_CANCELLED, "Run call was cancelled");
    if (control->deadline_ns && now_ns() >= control->deadline_ns)
        return tn_fail(TN_DEADLINE_EXCEEDED, "Timed out waiting for notification");
    return TN_OK;
}

tn_status tn_run_read(const tn_step *step, const tn_frame *base)
{
    const tn_run_frame *frame = (const tn_run_frame *)base;
    const tn_buffer_args *args = step->args;
    tn_buffer *buffer;
    tn_dims dims;
    char was[TN_DIMS_TEXT], is[TN_DIMS_TEXT];
    tn_status status = tn_variable_read(args->variable, step, &buffer, &dims);
    if (status)
        return status;
    if (args->dims.rank >= 0 && !tn_dims_equal(&args->dims, &dims)) {
        tn_variable_release(args->variable, buffer);
        return tn_step_fail(step, TN_INVALID_ARGUMENT, "the variable %s has shape %s, not %s as declared", args->variable->name,
                            tn_dims_text(&dims, is), tn_dims_text(&args->dims, was));
    }
    frame->buffers[args->extra] = buffer;
    frame->dims[args->extra] = dims;
    base->data[args->slot] = tn_buffer_data(buffer);
    return TN_OK;
}

tn_status tn_run_release(const tn_step *step, const tn_frame *base)
{
    const tn_buffer_args *args = step->args;
    release((const tn_run_frame *)base, args->extra);
    return TN_OK;
}

tn_status tn_run_alias(const tn_step *step, const tn_frame *base)
{
    base->data[step->slots[1]] = base->data[step->slots[0]];
    return TN_OK;
}
