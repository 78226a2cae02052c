/*
 * Dynamic steps: operations whose shapes, or whose needed values, are known only while running. Dims are inferred, memory is taken and the
 * kernel is prepared each time, by the same functions as at plan time.
 */
#include "core/alloc.h"
#include "core/pool.h"
#include "core/status.h"
#include "core/tensor.h"
#include "plan/compile.h"

/* One execution of a dynamic step; owner of all that it needs. */
typedef struct dynamic {
    const tn_step *step;
    tn_run_frame *frame;
    tn_operand *in, *out;
    tn_dims *dims;
} dynamic;

static const tn_slot *slot_at(const dynamic *d, uint32_t i)
{
    return &d->frame->plan->slots[d->step->slots[i]];
}

static void load_inputs(dynamic *d)
{
    const tn_dynamic_args *args = d->step->args;
    for (uint32_t i = 0; i < d->step->num_inputs; i++) {
        const tn_value *given = tn_value_of(d->step->op->inputs[i]);
        uint32_t slot = d->step->slots[i];
        if (slot)
            d->in[i] = (tn_operand){ given->dtype, args->in_dims[i] ? *args->in_dims[i] : *tn_run_frame_dims(d->frame, slot),
                                     d->frame->base.data[slot] };
        else
            d->in[i] = (tn_operand){ given->dtype, *given->dims, NULL };
    }
}

static tn_status infer(dynamic *d)
{
    const tn_op *op = d->step->op;
    for (int i = 0; i < op->num_outputs; i++)
        d->dims[i] = tn_dims_unknown();
    tn_infer c = { op, op->num_inputs, op->num_outputs, d->in, d->dims, false };
    tn_status status = op->def->infer(&c);
    for (int i = 0; i < op->num_outputs && !status; i++) {
        d->out[i] = (tn_operand){ op->outputs[i].dtype, d->dims[i], NULL };
        if (d->step->slots[op->num_inputs + i] && !tn_dims_known(&d->dims[i]))
            status = tn_step_fail(d->step, TN_INTERNAL, "the shape of output %d is not known even now", i);
    }
    return status;
}

/* A heap slot gets a buffer; a fixed one must have come out as planned. */
static tn_status take_memory(dynamic *d, uint32_t i)
{
    const tn_slot *slot = slot_at(d, d->step->num_inputs + i);
    char is[TN_DIMS_TEXT], was[TN_DIMS_TEXT];
    size_t bytes = 0;
    if (slot->dims && !tn_dims_equal(slot->dims, &d->dims[i]))
        return tn_step_fail(d->step, TN_INVALID_ARGUMENT, "output %u has shape %s, not %s as inferred", i, tn_dims_text(&d->dims[i], is),
                            tn_dims_text(slot->dims, was));
    if (!slot->dims)
        d->frame->dims[slot->extra] = d->dims[i];
    if (slot->home != TN_HOME_HEAP)
        return TN_OK;
    if (!tn_dims_bytes(&d->dims[i], slot->dtype, &bytes))
        return tn_step_fail(d->step, TN_RESOURCE_EXHAUSTED, "OOM when allocating tensor with shape%s and type %s",
                            tn_dims_text(&d->dims[i], is), tn_dtype_name(slot->dtype));
    tn_buffer *buffer = tn_buffer_new(d->frame->plan->meter, bytes);
    if (!buffer)
        return TN_RESOURCE_EXHAUSTED;
    d->frame->buffers[slot->extra] = buffer;
    d->frame->base.data[d->step->slots[d->step->num_inputs + i]] = tn_buffer_data(buffer);
    return TN_OK;
}

static tn_status take_all_memory(dynamic *d)
{
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < d->step->num_outputs && !status; i++)
        if (d->step->slots[d->step->num_inputs + i])
            status = take_memory(d, i);
    return status;
}

/* Freed with all that the step needed. */
static tn_status take_workspace(dynamic *d, size_t bytes)
{
    const tn_dims dims = tn_dims_vector((int64_t)bytes);
    const tn_tensor *workspace = tn_tensor_raw(d, TN_UINT8, &dims, d->frame->plan->meter);
    if (!workspace)
        return TN_RESOURCE_EXHAUSTED;
    d->frame->base.data[d->step->slots[d->step->num_inputs + d->step->num_outputs]] = workspace->data;
    return TN_OK;
}

static tn_status run_kernel(dynamic *d)
{
    const tn_op *op = d->step->op;
    const tn_dynamic_args *args = d->step->args;
    if (op->def->flags & TN_OP_VIEW) {
        d->frame->base.data[d->step->slots[d->step->num_inputs]] = d->frame->base.data[d->step->slots[0]];
        return TN_OK;
    }
    tn_prepare p = { .owner = d,
                     .op = op,
                     .num_inputs = op->num_inputs,
                     .num_outputs = op->num_outputs,
                     .in = d->in,
                     .out = d->out,
                     .variables = args->variables,
                     .random = args->random,
                     .threads = tn_pool_threads(d->frame->base.pool),
                     .meter = d->frame->plan->meter,
                     .once = true };
    tn_status status = op->def->prepare(&p);
    if (!status)
        status = tn_split_step(&p, tn_work_of(&p));
    if (!status && p.workspace)
        status = take_workspace(d, p.workspace);
    if (status)
        return status;
    tn_step step = *d->step;
    step.run = p.run;
    step.args = p.args;
    return step.run(&step, &d->frame->base);
}

tn_status tn_run_dynamic(const tn_step *step, const tn_frame *base)
{
    tn_run_frame *frame = (tn_run_frame *)base;
    dynamic *d = TN_NEW(frame, dynamic);
    if (!d)
        return TN_RESOURCE_EXHAUSTED;
    *d = (dynamic){ .step = step, .frame = frame };
    d->in = TN_NEW_ARRAY(d, tn_operand, step->num_inputs);
    d->out = TN_NEW_ARRAY(d, tn_operand, step->num_outputs);
    d->dims = TN_NEW_ARRAY(d, tn_dims, step->num_outputs);
    tn_status status = d->in && d->out && d->dims ? TN_OK : TN_RESOURCE_EXHAUSTED;
    if (!status) {
        load_inputs(d);
        status = infer(d);
    }
    if (!status)
        status = take_all_memory(d);
    if (!status)
        status = run_kernel(d);
    talloc_free(d);
    return status;
}
