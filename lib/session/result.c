/* Results: each fetch its own tensor, copied from the frame or taken from it. All are there, or none. */
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "session/session.h"

/* One fetched value, as it lies in the frame. */
typedef struct value {
    tn_output fetch;
    tn_dtype dtype;
    const tn_dims *dims;
    const void *data;
    tn_home home;      /* of its root: a result's or a heap value's buffer may be given away */
    tn_buffer *buffer; /* this one; NULL: not there */
} value;

static value value_of(const tn_request *r, const tn_plan *plan, const tn_run_frame *frame, size_t i)
{
    tn_output fetch = r->fetches.items[i];
    const tn_plan_end *end = &plan->fetches[tn_plan_find(plan->fetches, plan->num_fetches, fetch, i)];
    return (value){ fetch,
                    plan->slots[end->slot].dtype,
                    tn_run_frame_dims(frame, end->slot),
                    frame->base.data[end->slot],
                    plan->slots[end->root].home,
                    tn_run_frame_buffer(frame, end->root) };
}

static tn_status no_memory(const value *v)
{
    char text[TN_DIMS_TEXT];
    tn_saved_error why;
    tn_error_save(&why);
    return tn_fail_node(TN_RESOURCE_EXHAUSTED, v->fetch.op->def->name, v->fetch.op->name,
                        "OOM when allocating tensor with shape%s and type %s: %s", tn_dims_text(v->dims, text), tn_dtype_name(v->dtype),
                        why.message);
}

/* When memory is short, what other plans keep for their next run is given up. */
tn_status tn_results_open(tn_session_core *core, const tn_request *r, const tn_plan *plan, tn_run_frame *frame)
{
    tn_status status = tn_run_frame_open(frame);
    if (status && tn_plans_trim(core))
        status = tn_run_frame_open(frame);
    for (size_t i = 0; status && i < r->fetches.n; i++) {
        const value v = value_of(r, plan, frame, i);
        if (!v.buffer && v.home == TN_HOME_RESULT)
            return no_memory(&v);
    }
    return status;
}

/* The run's own bytes for the first who asks, copies for the others: each result is its own. */
static tn_buffer *buffer_for(tn_meter *meter, const value *v)
{
    size_t bytes;
    if (v->buffer && tn_buffer_sole(v->buffer) && tn_buffer_data(v->buffer) == v->data)
        return tn_buffer_ref(v->buffer);
    tn_buffer *buffer = tn_elements_bytes(v->dtype, v->dims, v->data, &bytes) ? tn_buffer_new(meter, bytes) : NULL;
    if (buffer && bytes)
        memcpy(tn_buffer_data(buffer), v->data, bytes);
    return buffer;
}

static tn_tensor *new_result(tn_session_core *core, const void *owner, const value *v)
{
    tn_buffer *buffer = buffer_for(core->meter, v);
    if (!buffer && tn_plans_trim(core))
        buffer = buffer_for(core->meter, v);
    tn_tensor *tensor = buffer ? tn_tensor_over(owner, v->dtype, v->dims, buffer) : NULL;
    if (tensor)
        return tensor;
    tn_buffer_unref(buffer);
    no_memory(v);
    return NULL;
}

static tn_status check_into(const tn_tensor *into, const value *v)
{
    char is[TN_DIMS_TEXT], has[TN_DIMS_TEXT];
    if (v->dtype == TN_STRING)
        return tn_fail_node(TN_INVALID_ARGUMENT, v->fetch.op->def->name, v->fetch.op->name,
                            "Fetch '%s:%d' is of strings, whose bytes have no fixed place: it cannot be written .into a tensor",
                            v->fetch.op->name, v->fetch.index);
    if (into->dtype == v->dtype && tn_dims_equal(&into->dims, v->dims))
        return TN_OK;
    return tn_fail_node(TN_INVALID_ARGUMENT, v->fetch.op->def->name, v->fetch.op->name,
                        "Fetch '%s:%d' of type %s and shape %s does not fit .into, a tensor of type %s and shape %s", v->fetch.op->name,
                        v->fetch.index, tn_dtype_name(v->dtype), tn_dims_text(v->dims, is), tn_dtype_name(into->dtype),
                        tn_dims_text(&into->dims, has));
}

static tn_tensor *into_of(const tn_request *r, size_t i)
{
    return r->into ? r->into[i] : NULL;
}

/* New tensors first, in made[]; nothing of the caller's is written yet. */
static tn_status make(tn_session_core *core, const void *owner, const tn_request *r, const tn_plan *plan, const tn_run_frame *frame,
                      tn_tensor **made)
{
    for (size_t i = 0; i < r->fetches.n; i++) {
        const value v = value_of(r, plan, frame, i);
        made[i] = into_of(r, i);
        tn_status status = made[i] ? check_into(made[i], &v) : TN_OK;
        if (!status && !made[i] && !(made[i] = new_result(core, owner, &v)))
            status = TN_RESOURCE_EXHAUSTED;
        if (!status)
            continue;
        for (size_t j = 0; j < i; j++)
            if (!into_of(r, j))
                talloc_free(made[j]);
        return status;
    }
    return TN_OK;
}

/* memmove: the caller's tensor may be the one that was fed. */
static void hand_over(const tn_request *r, const tn_plan *plan, const tn_run_frame *frame, tn_tensor *const *made)
{
    for (size_t i = 0; i < r->fetches.n; i++) {
        if (into_of(r, i) && made[i]->size)
            memmove(made[i]->data, value_of(r, plan, frame, i).data, tn_tensor_bytes(made[i]));
        r->results[i] = made[i];
    }
}

tn_status tn_results_take(tn_session *session, const tn_request *r, const tn_plan *plan, const tn_run_frame *frame)
{
    enum { FEW = 16 };
    tn_tensor *few[FEW];
    if (!r->fetches.n)
        return TN_OK;
    const void *owner = r->owner ? r->owner : tn_session_results(session);
    tn_tensor **made = r->fetches.n <= FEW ? few : TN_NEW_ARRAY(frame, tn_tensor *, r->fetches.n);
    tn_status status = owner && made ? make(session->core, owner, r, plan, frame, made) : TN_RESOURCE_EXHAUSTED;
    if (!status)
        hand_over(r, plan, frame, made);
    if (made != few)
        talloc_free(made);
    return status;
}
