/*
 * Batch norm: a normalisation of inference whose operands are known, behind a kernel that takes finishes, becomes something that can be
 * one. At TN_OPTIMIZE_FAST a known filter takes in the factors; else it becomes a subtraction, a product and an addition.
 */
#include "plan/batch_norm.h"

#include <string.h>
#include "core/alloc.h"

/* ---- What can be changed ---- */

/* How many steps and fetches take what a root's bytes hold, by root. */
static uint32_t *count_uses(const tn_compile *c)
{
    uint32_t *uses = TN_NEW_ARRAY(c, uint32_t, c->num_values);
    for (uint32_t v = 0; uses && v < c->num_values; v++)
        uses[c->values[v].root] += c->values[v].fetched;
    for (uint32_t n = 0; uses && n < c->num_nodes; n++)
        for (int i = 0; c->nodes[n].role == TN_ROLE_STEP && i < c->nodes[n].op->num_inputs; i++)
            if (tn_norm_operand(c, &c->nodes[n], i) != TN_NONE)
                uses[c->values[tn_norm_operand(c, &c->nodes[n], i)].root]++;
    return uses;
}

static bool is_known(const tn_compile *c, uint32_t v)
{
    return v != TN_NONE && c->values[v].dtype == TN_FLOAT32 && tn_value_is_const(c, v);
}

/* A step whose first output is made where it seems to be, and whose others are not wanted. */
static bool has_one_output(const tn_compile *c, const tn_node *node, const uint32_t *uses)
{
    const tn_plan_value *first = &c->values[node->first_value];
    for (int i = 1; i < node->op->num_outputs; i++)
        if (uses[node->first_value + (uint32_t)i] || c->values[node->first_value + (uint32_t)i].fed)
            return false;
    return node->role == TN_ROLE_STEP && !first->fed && first->root == node->first_value && first->made == node->first_value;
}

static bool is_norm(const tn_node *node)
{
    return node->role == TN_ROLE_STEP && !strncmp(node->op->def->name, "FusedBatchNorm", 14) && node->op->num_inputs == TN_NORM_INPUTS;
}

static bool is_inference(const tn_compile *c, const tn_node *node, const uint32_t *uses)
{
    if (!is_norm(node) || !has_one_output(c, node, uses) || tn_op_bool(node->op, "is_training"))
        return false;
    for (int i = TN_NORM_SCALE; i < TN_NORM_INPUTS; i++)
        if (!is_known(c, tn_norm_operand(c, node, i)))
            return false;
    return tn_dims_known(c->values[node->first_value].dims) && tn_dims_size(c->values[node->first_value].dims) > 0;
}

static bool find_pair(const tn_compile *c, uint32_t n, const uint32_t *uses, tn_norm_pair *found)
{
    tn_node *norm = &c->nodes[n];
    if (!is_inference(c, norm, uses) || tn_norm_operand(c, norm, TN_NORM_X) == TN_NONE)
        return false;
    const uint32_t x = tn_norm_operand(c, norm, TN_NORM_X);
    tn_node *conv = &c->nodes[c->values[x].node];
    *found = (tn_norm_pair){ conv, norm };
    return conv->first_value == x && uses[x] == 1 && has_one_output(c, conv, uses) && conv->op->def->flags & TN_OP_FINISHES;
}

static bool can_fold(const tn_compile *c, const tn_norm_pair *p)
{
    const char *type = p->conv->op->def->name;
    return c->request->optimize == TN_OPTIMIZE_FAST && (!strcmp(type, "Conv2D") || !strcmp(type, "DepthwiseConv2dNative")) &&
           is_known(c, tn_norm_operand(c, p->conv, TN_CONV_FILTER)) &&
           !strcmp(tn_op_string(p->conv->op, "data_format"), tn_op_string(p->norm->op, "data_format"));
}

/* ---- What both ways need ---- */

uint32_t tn_norm_constant(tn_compile *c, uint32_t known, const tn_dims *dims, tn_tensor **made)
{
    *made = tn_tensor_raw(c, TN_FLOAT32, dims, c->request->meter);
    const uint32_t v = *made ? tn_value_new(c, c->values[c->values[known].root].node, TN_FLOAT32, dims) : TN_NONE;
    if (v == TN_NONE)
        return v;
    c->values[v].folded = *made;
    c->values[v].known = (*made)->data;
    return v;
}

static tn_attr_value attr_of(const tn_op *op, const char *name)
{
    for (int i = 0; i < op->signature->num_attrs; i++)
        if (!strcmp(op->signature->attrs[i].name, name))
            return op->attrs[i];
    return (tn_attr_value){ .kind = TN_ATTR_NONE };
}

const tn_op *tn_norm_op_as(const tn_compile *c, const tn_op *norm, const char *type)
{
    tn_op *op = TN_NEW(c->plan, tn_op);
    if (!op)
        return NULL;
    *op = *norm;
    op->def = tn_registry_find(type);
    op->signature = tn_signature_of(op->def);
    op->num_inputs = 2;
    op->num_outputs = 1;
    op->attrs = TN_NEW_ARRAY(op, tn_attr_value, (size_t)op->signature->num_attrs);
    for (int i = 0; op->attrs && i < op->signature->num_attrs; i++)
        op->attrs[i] = attr_of(norm, op->signature->attrs[i].name);
    return op->attrs ? op : NULL;
}

void tn_norm_become(tn_compile *c, tn_node *norm, const tn_op *op)
{
    for (int i = 1; i < norm->op->num_outputs; i++) /* which nobody takes, and nobody makes from now on */
        c->values[norm->first_value + (uint32_t)i].canon = norm->first_value;
    norm->op = op;
}

/* ---- The pass ---- */

static bool has_norms(const tn_compile *c)
{
    for (uint32_t i = 0; i < c->num_ordered; i++)
        if (is_norm(&c->nodes[c->order[i]]))
            return true;
    return false;
}

static uint32_t count_pairs(const tn_compile *c, const uint32_t *uses)
{
    uint32_t n = 0;
    tn_norm_pair p;
    for (uint32_t i = 0; i < c->num_ordered; i++)
        n += find_pair(c, c->order[i], uses, &p);
    return n;
}

/* Room for what pairs become, so that nothing moves while they do. */
static tn_status make_room(tn_compile *c, uint32_t pairs)
{
    const size_t more = (size_t)pairs * TN_NORM_NEW_NODES;
    uint32_t *operands = TN_GROW_ARRAY(c, c->operands, uint32_t, c->num_operands + (size_t)pairs * TN_NORM_NEW_OPERANDS);
    if (operands)
        c->operands = operands;
    tn_node *nodes = operands ? tn_bytes_new((c->num_nodes + more) * sizeof *nodes) : NULL;
    if (!nodes)
        return TN_RESOURCE_EXHAUSTED;
    memcpy(nodes, c->nodes, c->num_nodes * sizeof *nodes);
    tn_bytes_free(c->nodes);
    c->nodes = nodes;
    return TN_OK;
}

/* Goes through the order of the old nodes; new ones come just before the one that they were made for. */
static tn_status change_pairs(tn_compile *c, const uint32_t *uses, uint32_t *order)
{
    tn_status status = TN_OK;
    uint32_t done = 0;
    for (uint32_t i = 0; i < c->num_ordered && !status; i++) {
        const uint32_t before = c->num_nodes;
        tn_norm_pair p;
        if (find_pair(c, c->order[i], uses, &p))
            status = can_fold(c, &p) ? tn_fold_batch_norm(c, &p) : tn_split_batch_norm(c, &p);
        for (uint32_t n = before; n < c->num_nodes; n++)
            order[done++] = n;
        order[done++] = c->order[i];
    }
    c->order = order;
    c->num_ordered = done;
    return status;
}

tn_status tn_pass_batch_norm(tn_compile *c)
{
    if (c->request->optimize == TN_OPTIMIZE_NONE || !has_norms(c))
        return TN_OK;
    uint32_t *uses = count_uses(c);
    const uint32_t pairs = uses ? count_pairs(c, uses) : 0;
    tn_status status = !uses ? TN_RESOURCE_EXHAUSTED : pairs ? make_room(c, pairs) : TN_OK;
    uint32_t *order = pairs && !status ? TN_NEW_ARRAY(c, uint32_t, c->num_ordered + (size_t)pairs * TN_NORM_NEW_NODES) : NULL;
    if (order)
        status = change_pairs(c, uses, order);
    else if (pairs)
        status = TN_RESOURCE_EXHAUSTED;
    talloc_free(uses);
    return status;
}
