/*
 * Fold batch normalisation: where a convolution with a filter that is known is followed by a FusedBatchNorm of inference whose operands are
 * known, the filter takes in the factors, and an addition of a bias remains:
 *
 *   s = scale / sqrt(variance + epsilon),   filter'[…, c] = filter[…, c] * s[c],   bias[c] = offset[c] - mean[c] * s[c]
 *
 * This rounds at other places, so it is done only at TN_OPTIMIZE_FAST.
 */
#include <math.h>
#include <string.h>
#include "core/alloc.h"
#include "plan/compile.h"

enum { X, SCALE, OFFSET, MEAN, VARIANCE, NORM_INPUTS };
enum { IMAGES, FILTER, CONV_INPUTS };

/* A pair that is one: nodes. */
typedef struct pair {
    tn_node *conv, *norm;
} pair;

static uint32_t operand(const tn_compile *c, const tn_node *node, int i)
{
    return c->operands[node->first_operand + (uint32_t)i];
}

/* ---- What can be folded ---- */

/* How many steps and fetches take what a root's bytes hold, by root. */
static uint32_t *count_uses(const tn_compile *c)
{
    uint32_t *uses = TN_NEW_ARRAY(c, uint32_t, c->num_values);
    for (uint32_t v = 0; uses && v < c->num_values; v++)
        uses[c->values[v].root] += c->values[v].fetched;
    for (uint32_t n = 0; uses && n < c->num_nodes; n++)
        for (int i = 0; c->nodes[n].role == TN_ROLE_STEP && i < c->nodes[n].op->num_inputs; i++)
            if (operand(c, &c->nodes[n], i) != TN_NONE)
                uses[c->values[operand(c, &c->nodes[n], i)].root]++;
    return uses;
}

static bool is_known(const tn_compile *c, uint32_t v)
{
    return v != TN_NONE && c->values[v].dtype == TN_FLOAT32 && tn_value_is_const(c, v);
}

/* A step whose first output goes where it goes, and whose others go nowhere. */
static bool has_one_output(const tn_compile *c, const tn_node *node, const uint32_t *uses)
{
    const tn_plan_value *first = &c->values[node->first_value];
    for (int i = 1; i < node->op->num_outputs; i++)
        if (uses[node->first_value + (uint32_t)i] || c->values[node->first_value + (uint32_t)i].fed)
            return false;
    return node->role == TN_ROLE_STEP && !first->fed && first->root == node->first_value && first->made == node->first_value;
}

static bool is_inference(const tn_compile *c, const tn_node *node, const uint32_t *uses)
{
    if (strncmp(node->op->def->name, "FusedBatchNorm", 14) != 0 || node->op->num_inputs != NORM_INPUTS || !has_one_output(c, node, uses) ||
        tn_op_bool(node->op, "is_training"))
        return false;
    for (int i = SCALE; i <= VARIANCE; i++)
        if (!is_known(c, operand(c, node, i)))
            return false;
    return true;
}

static bool is_convolution(const tn_compile *c, const tn_node *node, const uint32_t *uses)
{
    const char *type = node->op->def->name;
    return (!strcmp(type, "Conv2D") || !strcmp(type, "DepthwiseConv2dNative")) && has_one_output(c, node, uses) &&
           is_known(c, operand(c, node, FILTER));
}

/* The convolution that nobody but this normalisation takes, as *found. */
static bool find_pair(const tn_compile *c, tn_node *norm, const uint32_t *uses, pair *found)
{
    if (!is_inference(c, norm, uses) || operand(c, norm, X) == TN_NONE)
        return false;
    const uint32_t x = operand(c, norm, X), channels = operand(c, norm, SCALE);
    tn_node *conv = &c->nodes[c->values[x].node];
    *found = (pair){ conv, norm };
    return conv->first_value == x && uses[x] == 1 && is_convolution(c, conv, uses) && tn_dims_size(c->values[channels].dims) > 0 &&
           !strcmp(tn_op_string(conv->op, "data_format"), tn_op_string(norm->op, "data_format"));
}

/* ---- The new constants ---- */

static const float *elements(const tn_compile *c, const tn_node *node, int i)
{
    return c->values[operand(c, node, i)].known;
}

static double factor_of(const tn_compile *c, const tn_node *norm, int64_t channel)
{
    const float epsilon = (float)tn_op_float(norm->op, "epsilon");
    return (double)elements(c, norm, SCALE)[channel] / sqrt((double)elements(c, norm, VARIANCE)[channel] + (double)epsilon);
}

/* Channels are the last axis of a filter; of a depthwise one the last two together. */
static void fold_filter(const tn_compile *c, const pair *p, int64_t channels, float *filter, int64_t n)
{
    for (int64_t k = 0; k < channels; k++) {
        const double factor = factor_of(c, p->norm, k);
        for (int64_t i = k; i < n; i += channels)
            filter[i] = (float)((double)elements(c, p->conv, FILTER)[i] * factor);
    }
}

static void fold_bias(const tn_compile *c, const pair *p, int64_t channels, float *bias)
{
    for (int64_t k = 0; k < channels; k++)
        bias[k] = (float)((double)elements(c, p->norm, OFFSET)[k] - (double)elements(c, p->norm, MEAN)[k] * factor_of(c, p->norm, k));
}

/* A constant in place of one that is known, with its dims: its value, or TN_NONE. */
static uint32_t constant_like(tn_compile *c, uint32_t known, tn_tensor **made)
{
    *made = tn_tensor_raw(c, TN_FLOAT32, c->values[known].dims, c->request->meter);
    const uint32_t v = *made ? tn_value_new(c, c->values[c->values[known].root].node, TN_FLOAT32, c->values[known].dims) : TN_NONE;
    if (v == TN_NONE)
        return v;
    c->values[v].folded = *made;
    c->values[v].known = (*made)->data;
    return v;
}

/* ---- The addition ---- */

static tn_attr_value attr_of(const tn_op *op, const char *name)
{
    for (int i = 0; i < op->signature->num_attrs; i++)
        if (!strcmp(op->signature->attrs[i].name, name))
            return op->attrs[i];
    return (tn_attr_value){ .kind = TN_ATTR_NONE };
}

/* The normalisation's operation as a BiasAdd of the same name. It is in no graph, and lives as long as the plan. */
static tn_op *bias_add_like(const tn_compile *c, const tn_op *norm)
{
    const tn_op_def *def = tn_registry_find("BiasAdd");
    tn_op *op = TN_NEW(c->plan, tn_op);
    if (!op)
        return NULL;
    *op = *norm;
    op->def = def;
    op->signature = tn_signature_of(def);
    op->num_inputs = 2;
    op->num_outputs = 1;
    op->attrs = TN_NEW_ARRAY(op, tn_attr_value, (size_t)op->signature->num_attrs);
    for (int i = 0; op->attrs && i < op->signature->num_attrs; i++)
        op->attrs[i] = attr_of(norm, op->signature->attrs[i].name);
    return op->attrs ? op : NULL;
}

static tn_status fold(tn_compile *c, const pair *p)
{
    tn_tensor *filter, *bias;
    const uint32_t old = operand(c, p->conv, FILTER), new_filter = constant_like(c, old, &filter);
    const uint32_t new_bias = new_filter == TN_NONE ? TN_NONE : constant_like(c, operand(c, p->norm, OFFSET), &bias);
    tn_op *op = new_bias == TN_NONE ? NULL : bias_add_like(c, p->norm->op);
    if (!op)
        return TN_RESOURCE_EXHAUSTED;
    const int64_t channels = bias->dims.dim[0];
    fold_filter(c, p, channels, filter->data, tn_dims_size(&filter->dims));
    fold_bias(c, p, channels, bias->data);
    c->operands[p->conv->first_operand + FILTER] = new_filter;
    c->operands[p->norm->first_operand + 1] = new_bias;
    for (int i = 1; i < p->norm->op->num_outputs; i++) /* which nobody takes, and nobody makes from now on */
        c->values[p->norm->first_value + (uint32_t)i].canon = p->norm->first_value;
    p->norm->op = op;
    return TN_OK;
}

tn_status tn_pass_fold_batch_norm(tn_compile *c)
{
    if (c->request->optimize != TN_OPTIMIZE_FAST)
        return TN_OK;
    uint32_t *uses = count_uses(c);
    tn_status status = uses ? TN_OK : TN_RESOURCE_EXHAUSTED;
    pair p;
    for (uint32_t n = 0; n < c->num_nodes && !status; n++)
        if (find_pair(c, &c->nodes[n], uses, &p))
            status = fold(c, &p);
    talloc_free(uses);
    return status;
}
