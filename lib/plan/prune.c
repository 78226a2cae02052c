/* Prune: which operations a run needs, cut at the feeds. Then nodes and values for them, in the order of the graph. */
#include "plan/compile.h"

#include <stdlib.h>
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "plan/device.h"

enum { MARK_FED = 1, MARK_RUN = 2 };

static int compare_outputs(tn_output a, tn_output b)
{
    if (a.op->id != b.op->id)
        return a.op->id < b.op->id ? -1 : 1;
    return (a.index > b.index) - (a.index < b.index);
}

static int compare_feeds(const void *a, const void *b, void *feeds)
{
    const tn_feed *f = feeds;
    return compare_outputs(f[*(const uint32_t *)a].output, f[*(const uint32_t *)b].output);
}

uint32_t tn_feed_of(const tn_compile *c, tn_output output)
{
    if (!(c->marks[output.op->id] & MARK_FED))
        return TN_NONE;
    size_t low = 0, high = c->request->num_feeds;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare_outputs(output, c->request->feeds[c->sorted_feeds[middle]].output);
        if (!order)
            return c->sorted_feeds[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return TN_NONE;
}

static tn_status sort_feeds(tn_compile *c)
{
    size_t n = c->request->num_feeds;
    c->sorted_feeds = TN_NEW_ARRAY(c, uint32_t, n);
    if (!c->sorted_feeds)
        return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < n; i++) {
        c->sorted_feeds[i] = (uint32_t)i;
        c->marks[c->request->feeds[i].output.op->id] |= MARK_FED;
    }
    qsort_r(c->sorted_feeds, n, sizeof *c->sorted_feeds, compare_feeds, (void *)c->request->feeds);
    return TN_OK;
}

/* The worklist: each operation is pushed at most once. */
typedef struct worklist {
    const tn_op **ops;
    size_t n;
} worklist;

static void need(tn_compile *c, worklist *work, const tn_op *op)
{
    if (c->marks[op->id] & MARK_RUN)
        return;
    c->marks[op->id] |= MARK_RUN;
    work->ops[work->n++] = op;
}

static void need_output(tn_compile *c, worklist *work, tn_output output)
{
    if (tn_feed_of(c, output) == TN_NONE)
        need(c, work, output.op);
}

/* As in TensorFlow, control edges of a fed placeholder go to its feed; any other fed operation still runs for them. */
static void need_control(tn_compile *c, worklist *work, tn_op *op)
{
    bool is_source = op->num_inputs == 0 && op->num_outputs == 1 && !op->def->prepare;
    if (!is_source || tn_feed_of(c, (tn_output){ op, 0 }) == TN_NONE)
        need(c, work, op);
}

static tn_status mark(tn_compile *c)
{
    const tn_plan_request *r = c->request;
    worklist work = { TN_NEW_ARRAY(c, const tn_op *, r->graph->num_ops), 0 };
    if (!work.ops)
        return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < r->num_fetches; i++)
        need_output(c, &work, r->fetches[i]);
    for (size_t i = 0; i < r->num_targets; i++)
        need(c, &work, r->targets[i]);
    while (work.n) {
        const tn_op *op = work.ops[--work.n];
        for (int i = 0; i < op->num_inputs; i++)
            need_output(c, &work, op->inputs[i]);
        for (int i = 0; i < op->num_controls; i++)
            need_control(c, &work, op->controls[i]);
    }
    talloc_free(work.ops);
    return TN_OK;
}

static void count(tn_compile *c, uint32_t *num_values)
{
    for (size_t id = 0; id < c->request->graph->num_ops; id++) {
        c->node_of[id] = TN_NONE;
        if (!c->marks[id])
            continue;
        const tn_op *op = c->request->graph->ops[id];
        c->node_of[id] = c->num_nodes++;
        *num_values += (uint32_t)op->num_outputs;
        c->num_operands += (uint32_t)op->num_inputs;
        c->max_inputs = op->num_inputs > c->max_inputs ? op->num_inputs : c->max_inputs;
        c->max_outputs = op->num_outputs > c->max_outputs ? op->num_outputs : c->max_outputs;
    }
}

static bool grow_values(tn_compile *c)
{
    uint32_t max = c->max_values + c->max_values / 2 + 16;
    tn_plan_value *before = c->values, *values = tn_bytes_new(max * sizeof *values);
    if (!values)
        return false;
    memcpy(values, before, c->num_values * sizeof *values);
    c->values = values;
    c->max_values = max;
    tn_bytes_free(before);
    return true;
}

uint32_t tn_value_new(tn_compile *c, uint32_t node, tn_dtype dtype, const tn_dims *dims)
{
    if (c->num_values == c->max_values && !grow_values(c))
        return TN_NONE;
    uint32_t v = c->num_values++;
    c->values[v] = (tn_plan_value){
        .dims = dims, .canon = v, .root = v, .made = v, .deref = TN_NONE, .next = TN_NONE, .node = node, .slot = TN_NONE, .dtype = dtype
    };
    return v;
}

/* A node with its values, whose inputs' nodes are made; it must be one that can run here. */
static tn_status make_node(tn_compile *c, uint32_t n, const tn_op *op, uint32_t *operand)
{
    tn_role role = c->marks[op->id] & MARK_RUN ? TN_ROLE_ORDER : TN_ROLE_FED;
    c->nodes[n] =
        (tn_node){ .op = op, .first_value = c->num_values, .first_operand = *operand, .reads = TN_NONE, .same = TN_NONE, .role = role };
    *operand += (uint32_t)op->num_inputs;
    for (int i = 0; i < op->num_outputs; i++) {
        uint32_t v = tn_value_new(c, n, op->outputs[i].dtype, op->outputs[i].dims);
        c->values[v].is_ref = op->outputs[i].is_ref;
        c->values[v].variable = op->outputs[i].variable;
    }
    if (role == TN_ROLE_FED)
        return TN_OK;
    for (int i = 0; i < op->num_inputs; i++)
        c->values[tn_value_at(c, op->inputs[i])].uses++;
    return tn_device_place(c->request, op);
}

static int release_nodes(tn_compile *c)
{
    tn_bytes_free(c->nodes);
    tn_bytes_free(c->values);
    return 0;
}

/* Nodes and values stand outside talloc, whose chunks end at 256 MiB: the gradients of a million operations take more. */
static tn_status make_nodes(tn_compile *c)
{
    uint32_t num_values = 0, operand = 0;
    count(c, &num_values);
    talloc_set_destructor(c, release_nodes);
    c->nodes = tn_bytes_new(c->num_nodes * sizeof *c->nodes);
    c->values = tn_bytes_new(num_values * sizeof *c->values);
    c->operands = TN_NEW_ARRAY(c, uint32_t, c->num_operands);
    c->in = TN_NEW_ARRAY(c, tn_operand, (size_t)c->max_inputs);
    c->out = TN_NEW_ARRAY(c, tn_operand, (size_t)c->max_outputs);
    c->max_values = num_values;
    if (!c->nodes || !c->values || !c->operands || !c->in || !c->out)
        return TN_RESOURCE_EXHAUSTED;
    tn_status status = TN_OK;
    for (size_t id = 0; id < c->request->graph->num_ops && !status; id++)
        if (c->node_of[id] != TN_NONE)
            status = make_node(c, c->node_of[id], c->request->graph->ops[id], &operand);
    for (size_t i = 0; i < c->request->num_fetches && !status; i++)
        c->values[tn_value_at(c, c->request->fetches[i])].uses++;
    return status;
}

static tn_status make_feeds(tn_compile *c)
{
    for (size_t i = 0; i < c->request->num_feeds; i++) {
        const tn_feed *feed = &c->request->feeds[i];
        tn_plan_value *value = &c->values[tn_value_at(c, feed->output)];
        tn_dims *dims = TN_NEW(c->plan, tn_dims);
        if (!dims)
            return TN_RESOURCE_EXHAUSTED;
        *dims = feed->value->dims;
        value->dims = dims;
        value->fed = true;
        value->is_ref = false;
        value->home = TN_HOME_FEED;
    }
    return TN_OK;
}

tn_status tn_pass_prune(tn_compile *c)
{
    size_t num_ops = c->request->graph->num_ops;
    c->marks = TN_NEW_ARRAY(c, uint8_t, num_ops);
    c->node_of = TN_NEW_ARRAY(c, uint32_t, num_ops);
    if (!c->marks || !c->node_of)
        return TN_RESOURCE_EXHAUSTED;
    tn_status (*const passes[])(tn_compile *) = { sort_feeds, mark, make_nodes, make_feeds };
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        tn_status status = passes[i](c);
        if (status)
            return status;
    }
    return TN_OK;
}
