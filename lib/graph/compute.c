/* One kernel, run once: see compute.h. */
#include "graph/compute.h"

#include "core/alloc.h"
#include "core/status.h"

/* What running one kernel needs, in one chunk: slots are 0, 1, 2 … for the inputs, the outputs, the workspace. */
typedef struct trial {
    tn_prepare prepare;
    tn_step step;
    tn_frame frame;
    void *data[];
} trial;

static trial *trial_new(const void *owner, const tn_op *op, const tn_operand *in, const tn_operand *out)
{
    size_t n = (size_t)op->num_inputs, m = (size_t)op->num_outputs, each = sizeof(void *) + sizeof(uint32_t);
    trial *t = tn_alloc(owner, sizeof *t + (n + m + 1) * each, "trial");
    if (!t)
        return NULL;
    uint32_t *slots = (uint32_t *)(t->data + n + m + 1);
    for (size_t i = 0; i < n + m + 1; i++)
        slots[i] = (uint32_t)i;
    for (size_t i = 0; i < n; i++)
        t->data[i] = (void *)(uintptr_t)in[i].value;
    t->prepare = (tn_prepare){ .owner = t, .op = op, .num_inputs = op->num_inputs, .num_outputs = op->num_outputs, .in = in, .out = out };
    t->step = (tn_step){ .slots = slots, .num_inputs = (uint32_t)n, .num_outputs = (uint32_t)m, .op = op };
    t->frame.data = t->data;
    return t;
}

static bool take_workspace(trial *t)
{
    const tn_dims dims = tn_dims_vector((int64_t)t->prepare.workspace);
    const tn_tensor *workspace = tn_tensor_raw(t, TN_UINT8, &dims, t->prepare.meter);
    t->data[t->prepare.num_inputs + t->prepare.num_outputs] = workspace ? workspace->data : NULL;
    return workspace;
}

static bool run(trial *t)
{
    const tn_op_def *def = t->step.op->def;
    if (!def->prepare || def->prepare(&t->prepare) != TN_OK || (t->prepare.workspace && !take_workspace(t)))
        return false;
    t->step.run = t->prepare.run;
    t->step.args = t->prepare.args;
    return t->step.run(&t->step, &t->frame) == TN_OK;
}

static bool make_results(trial *t, tn_tensor **made)
{
    for (int i = 0; i < t->prepare.num_outputs; i++) {
        made[i] = tn_tensor_raw(t, t->prepare.out[i].dtype, &t->prepare.out[i].dims, t->prepare.meter);
        if (!made[i])
            return false;
        t->data[t->prepare.num_inputs + i] = made[i]->data;
    }
    return true;
}

static bool compute(const void *owner, trial *t, tn_tensor **results)
{
    enum { FEW = 4 };
    int n = t->prepare.num_outputs;
    tn_tensor *few[FEW], **made = n <= FEW ? few : TN_NEW_ARRAY(t, tn_tensor *, (size_t)n);
    if (!made || !make_results(t, made) || !run(t))
        return false;
    for (int i = 0; i < n; i++)
        results[i] = tn_move(owner, made[i]);
    return true;
}

bool tn_compute(const void *owner, tn_meter *meter, const tn_op *op, const tn_operand *in, const tn_operand *out, tn_tensor **results)
{
    tn_saved_error saved;
    tn_error_save(&saved);
    trial *t = trial_new(owner, op, in, out);
    if (t)
        t->prepare.meter = meter;
    bool done = t && compute(owner, t, results);
    talloc_free(t);
    tn_error_restore(&saved);
    return done;
}
