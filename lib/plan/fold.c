/* Fold: computes what is known before any run, with the operation's own kernel. */
#include "core/alloc.h"
#include "core/dtype.h"
#include "graph/compute.h"
#include "plan/compile.h"

/* As in TensorFlow, larger constants are not worth their memory. */
enum { FOLD_LIMIT = 10 << 20 };

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

/* An operand that was computed for nothing but what has now been computed itself is not kept: chains of constants may be long. */
static void release_operands(tn_compile *c, const tn_node *node)
{
    for (int i = 0; i < node->op->num_inputs; i++) {
        uint32_t v = c->operands[node->first_operand + (uint32_t)i];
        if (v == TN_NONE || !c->values[v].folded || --c->values[v].uses)
            continue;
        talloc_free(c->values[v].folded);
        c->values[v].folded = NULL;
        c->values[v].known = NULL;
    }
}

static void keep(tn_compile *c, uint32_t n, tn_tensor *const *results)
{
    tn_node *node = &c->nodes[n];
    for (int i = 0; i < node->op->num_outputs; i++) {
        tn_plan_value *value = &c->values[node->first_value + (uint32_t)i];
        value->folded = results[i];
        value->known = results[i]->data;
    }
    if (c->request->optimize == TN_OPTIMIZE_NONE)
        return;
    node->role = TN_ROLE_ORDER;
    release_operands(c, node);
}

/* What cannot be computed now (no memory, a division by zero) is left to the run, which then says so. */
void tn_fold(tn_compile *c, uint32_t n, const tn_operand *in, const tn_operand *out)
{
    enum { FEW = 4 };
    const tn_op *op = c->nodes[n].op;
    tn_tensor *few[FEW], **results = op->num_outputs <= FEW ? few : TN_NEW_ARRAY(c, tn_tensor *, (size_t)op->num_outputs);
    if (results && small_enough(op, out) && tn_compute(c, c->request->meter, op, in, out, results))
        keep(c, n, results);
    if (results != few)
        talloc_free(results);
}
