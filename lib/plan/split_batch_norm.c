/*
 * Splitting: a normalisation becomes y = (x - mean) * factor + offset, three operations that can finish the kernel before them, with
 * factor = scale * (1 / sqrt(variance + epsilon)) worked out now. All in float32 and in the order of the normalisation's own kernel
 * (cpu/batch_norm.c): the same to the last bit.
 */
#include <math.h>
#include <string.h>
#include "core/alloc.h"
#include "plan/batch_norm.h"

/* One element for each channel, in a shape that broadcasts to the images': [c] where channels are last, else [c,1,1]. */
static const tn_dims *dims_of_channels(const tn_compile *c, const tn_node *norm)
{
    const char *format = tn_op_string(norm->op, "data_format");
    tn_dims *dims = TN_NEW(c->plan, tn_dims);
    if (!dims)
        return NULL;
    *dims = *c->values[tn_norm_operand(c, norm, TN_NORM_SCALE)].dims;
    for (size_t behind = strlen(strchr(format, 'C')); behind > 1; behind--)
        dims->dim[dims->rank++] = 1;
    return dims;
}

/* An operand that is known, in those dims: a view of it. */
static uint32_t view_of(tn_compile *c, uint32_t known, const tn_dims *dims)
{
    const uint32_t v = tn_value_new(c, c->values[known].node, TN_FLOAT32, dims);
    if (v == TN_NONE)
        return v;
    c->values[v].root = c->values[known].root;
    c->values[v].known = c->values[known].known;
    return v;
}

static uint32_t make_factor(tn_compile *c, const tn_node *norm, const tn_dims *dims)
{
    tn_tensor *made;
    const uint32_t v = tn_norm_constant(c, tn_norm_operand(c, norm, TN_NORM_SCALE), dims, &made);
    const float *scale = tn_norm_elements(c, norm, TN_NORM_SCALE), *variance = tn_norm_elements(c, norm, TN_NORM_VARIANCE);
    const float epsilon = (float)tn_op_float(norm->op, "epsilon");
    for (int64_t k = 0; v != TN_NONE && k < dims->dim[0]; k++)
        ((float *)made->data)[k] = scale[k] * (1.0f / sqrtf(variance[k] + epsilon));
    return v;
}

/* A new node of that type; its result, as large as the normalisation's, or TN_NONE. */
static uint32_t add_node(tn_compile *c, const tn_node *norm, const char *type, uint32_t x, uint32_t y)
{
    const tn_op *op = tn_norm_op_as(c, norm->op, type);
    const uint32_t v = op ? tn_value_new(c, c->num_nodes, TN_FLOAT32, c->values[norm->first_value].dims) : TN_NONE;
    if (v == TN_NONE)
        return v;
    c->nodes[c->num_nodes++] =
        (tn_node){ .op = op, .first_value = v, .first_operand = c->num_operands, .reads = TN_NONE, .same = TN_NONE, .role = TN_ROLE_STEP };
    c->operands[c->num_operands++] = x;
    c->operands[c->num_operands++] = y;
    return v;
}

tn_status tn_split_batch_norm(tn_compile *c, const tn_norm_pair *p)
{
    tn_node *norm = p->norm;
    const tn_dims *dims = dims_of_channels(c, norm);
    const tn_op *op = dims ? tn_norm_op_as(c, norm->op, "Add") : NULL;
    const uint32_t factor = op ? make_factor(c, norm, dims) : TN_NONE;
    const uint32_t mean = factor == TN_NONE ? TN_NONE : view_of(c, tn_norm_operand(c, norm, TN_NORM_MEAN), dims);
    const uint32_t offset = mean == TN_NONE ? TN_NONE : view_of(c, tn_norm_operand(c, norm, TN_NORM_OFFSET), dims);
    const uint32_t d = offset == TN_NONE ? TN_NONE : add_node(c, norm, "Sub", tn_norm_operand(c, norm, TN_NORM_X), mean);
    const uint32_t scaled = d == TN_NONE ? TN_NONE : add_node(c, norm, "Mul", d, factor);
    if (scaled == TN_NONE)
        return TN_RESOURCE_EXHAUSTED;
    c->operands[norm->first_operand] = scaled;
    c->operands[norm->first_operand + 1] = offset;
    tn_norm_become(c, norm, op);
    return TN_OK;
}
