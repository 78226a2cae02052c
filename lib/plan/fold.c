/* Fold: computes what is known before any run, with the operation's own kernel. */
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"
#include "plan/compile.h"

/* As in TensorFlow, larger constants are not worth their memory. */
enum { FOLD_LIMIT = 10 << 20 };

typedef struct fold {
    tn_prepare prepare;
    uint32_t *slots;
    void **data;
    tn_tensor **results;
} fold;

static bool small_enough(const tn_op *op, const tn_operand *out)
{
    size_t total = 0;
    for (int i = 0; i < op->num_outputs; i++) {
        size_t bytes;
        if (!tn_dtype_size(out[i].dtype) || !tn_dims_bytes(&out[i].dims, out[i].dtype, &bytes) || !tn_add_size(total, bytes, &total))
            return false;
    }
    return total <= FOLD_LIMIT;
}

/* Slots 0, 1, 2 … for inputs, then outputs. */
static bool gather(fold *f, tn_compile *c, const tn_op *op, const tn_operand *in, const tn_operand *out)
{
    size_t n = (size_t)(op->num_inputs + op->num_outputs);
    const void *owner = f->prepare.owner;
    f->slots = TN_NEW_ARRAY(owner, uint32_t, n);
    f->data = TN_NEW_ARRAY(owner, void *, n);
    f->results = TN_NEW_ARRAY(owner, tn_tensor *, (size_t)op->num_outputs);
    if (!f->slots || !f->data || !f->results)
        return false;
    for (size_t i = 0; i < n; i++)
        f->slots[i] = (uint32_t)i;
    for (int i = 0; i < op->num_inputs; i++)
        f->data[i] = (void *)in[i].value;
    for (int i = 0; i < op->num_outputs; i++) {
        f->results[i] = tn_tensor_raw(owner, out[i].dtype, &out[i].dims, c->request->meter);
        if (!f->results[i])
            return false;
        f->data[op->num_inputs + i] = f->results[i]->data;
    }
    return true;
}

static bool compute(fold *f, const tn_op *op)
{
    if (op->def->prepare(&f->prepare))
        return false;
    tn_step step = { f->prepare.run, f->slots, f->prepare.args, (uint32_t)op->num_inputs, (uint32_t)op->num_outputs, op };
    tn_frame frame = { f->data };
    return f->prepare.run(&step, &frame) == TN_OK;
}

static void keep(tn_compile *c, uint32_t n, fold *f)
{
    tn_node *node = &c->nodes[n];
    for (int i = 0; i < node->op->num_outputs; i++) {
        tn_plan_value *value = &c->values[node->first_value + (uint32_t)i];
        value->folded = tn_move(c, f->results[i]);
        value->known = value->folded->data;
    }
    if (c->request->optimize != TN_OPTIMIZE_NONE)
        node->role = TN_ROLE_ORDER;
}

/* What cannot be computed now (no memory, a division by zero) is left to the run, which then says so. */
void tn_fold(tn_compile *c, uint32_t n, const tn_operand *in, const tn_operand *out)
{
    const tn_op *op = c->nodes[n].op;
    if (!small_enough(op, out))
        return;
    tn_saved_error saved;
    tn_error_save(&saved);
    fold *f = TN_NEW(c, fold);
    if (f)
        f->prepare =
            (tn_prepare){ .owner = f, .op = op, .num_inputs = op->num_inputs, .num_outputs = op->num_outputs, .in = in, .out = out };
    if (f && gather(f, c, op, in, out) && compute(f, op))
        keep(c, n, f);
    else
        tn_error_restore(&saved);
    talloc_free(f);
}
