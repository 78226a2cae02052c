/*
 * Reverse-mode gradients. The ids of operations are a topological order, so two walks over them do: upwards from the xs to mark what
 * depends on them, downwards from the ys to hand gradients on. Linear in the operations between; nothing recurses.
 */
#include <stdio.h>
#include <string.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"
#include "graph/compound.h"
#include "graph/default.h"
#include "graph/scope.h"

enum { NONE = UINT32_MAX };

/* One of several gradients of an output, in the order in which they came. */
typedef struct contribution {
    tn_output dy;
    uint32_t next;
} contribution;

typedef struct output_state {
    uint32_t first, last; /* contributions */
    bool stop;
} output_state;

/* Invariants: outputs of operation id are outputs[start[id]…]; only operations with depends[id] get contributions. */
typedef struct backprop {
    tn_graph_core *core;
    tn_outputs ys, xs;
    const tn_gradients_args *args;
    uint32_t num_ops; /* those that were there before the gradients */
    bool *depends;    /* by id: on one of the xs, or is one */
    uint32_t *start;
    output_state *outputs;
    contribution *contributions;
    uint32_t num_contributions, max_contributions;
    tn_output *scratch; /* the contributions of one output, or the gradients of one operation's outputs, then inputs */
    size_t max_scratch;
} backprop;

static output_state *state_of(const backprop *b, tn_output output)
{
    return &b->outputs[b->start[output.op->id] + (uint32_t)output.index];
}

/* ---- Checking ---- */

static tn_status check_outputs(const backprop *b, tn_outputs list, const char *what, bool may_be_empty)
{
    for (size_t i = 0; i < list.n; i++) {
        tn_output o = list.items[i];
        if (!o.op && !may_be_empty)
            return tn_fail(TN_INVALID_ARGUMENT, "%s[%zu] is an empty output", what, i);
        if (o.op && o.op->graph != b->core)
            return tn_fail(TN_INVALID_ARGUMENT, "%s[%zu] '%s:%d' must be from the same graph as '%s:%d'.", what, i, o.op->name, o.index,
                           b->ys.items[0].op->name, b->ys.items[0].index);
        if (o.op && !tn_graph_owns(b->core, o))
            return tn_fail(TN_INVALID_ARGUMENT, "%s[%zu] is output %d of '%s', which has %d outputs", what, i, o.index, o.op->name,
                           o.op->num_outputs);
    }
    return TN_OK;
}

static tn_status check_grad_y(tn_output y, tn_output grad_y)
{
    char a[TN_DIMS_TEXT], b[TN_DIMS_TEXT];
    const tn_value *v = tn_value_of(y), *g = tn_value_of(grad_y);
    if (v->dtype != g->dtype)
        return tn_fail(TN_INVALID_ARGUMENT, "Gradient type %s generated for tensor '%s:%d' with type %s must be the same",
                       tn_dtype_name(g->dtype), y.op->name, y.index, tn_dtype_name(v->dtype));
    if (!tn_dims_compatible(v->dims, g->dims))
        return tn_fail(TN_INVALID_ARGUMENT, "Gradient of shape %s for tensor '%s:%d' of shape %s", tn_dims_text(g->dims, a), y.op->name,
                       y.index, tn_dims_text(v->dims, b));
    return TN_OK;
}

static tn_output grad_y_of(const backprop *b, size_t i)
{
    return b->args->grad_ys.n ? b->args->grad_ys.items[i] : (tn_output){ NULL, 0 };
}

static tn_status check_y(const backprop *b, size_t i)
{
    tn_output y = b->ys.items[i], grad_y = grad_y_of(b, i);
    if (grad_y.op)
        return check_grad_y(y, grad_y);
    if (tn_dtype_kind_of(tn_output_dtype(y)) == TN_KIND_COMPLEX)
        return tn_fail(TN_INVALID_ARGUMENT, "Gradients of complex tensors must set grad_ys ('%s:%d', y.dtype = %s)", y.op->name, y.index,
                       tn_dtype_name(tn_output_dtype(y)));
    return TN_OK;
}

static tn_status check(const backprop *b)
{
    const tn_outputs grad_ys = b->args->grad_ys;
    tn_status status = check_outputs(b, b->ys, "ys", false);
    if (!status)
        status = check_outputs(b, b->xs, "xs", false);
    if (!status)
        status = check_outputs(b, grad_ys, "grad_ys", true);
    if (!status)
        status = check_outputs(b, b->args->stop, "stop", false);
    if (!status && grad_ys.n && grad_ys.n != b->ys.n)
        status = tn_fail(TN_INVALID_ARGUMENT, "Length mismatch. Passed %zu grad_ys for %zu ys", grad_ys.n, b->ys.n);
    for (size_t i = 0; i < b->ys.n && !status; i++)
        status = check_y(b, i);
    return status;
}

/* ---- Memory ---- */

static uint32_t id_after(tn_outputs list, uint32_t id)
{
    for (size_t i = 0; i < list.n; i++)
        if (list.items[i].op->id >= id)
            id = list.items[i].op->id + 1;
    return id;
}

static void mark_dependent(backprop *b)
{
    for (size_t i = 0; i < b->xs.n; i++)
        b->depends[b->xs.items[i].op->id] = true;
    for (uint32_t id = 0; id < b->num_ops; id++) {
        const tn_op *op = b->core->ops[id];
        for (int i = 0; i < op->num_inputs && !b->depends[id]; i++)
            b->depends[id] = b->depends[op->inputs[i].op->id];
    }
}

static tn_status lay_out(const void *owner, backprop *b)
{
    uint32_t n = 0;
    b->num_ops = id_after(b->args->stop, id_after(b->xs, id_after(b->ys, 0)));
    b->depends = TN_NEW_ARRAY(owner, bool, b->num_ops);
    b->start = TN_NEW_ARRAY(owner, uint32_t, b->num_ops);
    if (!b->depends || !b->start)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t id = 0; id < b->num_ops; id++) {
        b->start[id] = n;
        n += (uint32_t)b->core->ops[id]->num_outputs;
    }
    b->outputs = TN_NEW_ARRAY(owner, output_state, n);
    if (!b->outputs)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t i = 0; i < n; i++)
        b->outputs[i] = (output_state){ .first = NONE, .last = NONE };
    for (size_t i = 0; i < b->args->stop.n; i++)
        state_of(b, b->args->stop.items[i])->stop = true;
    mark_dependent(b);
    return TN_OK;
}

static tn_output *scratch(backprop *b, size_t n)
{
    if (n <= b->max_scratch)
        return b->scratch;
    tn_output *grown = TN_GROW_ARRAY(talloc_parent(b->outputs), b->scratch, tn_output, n * 2);
    if (!grown)
        return NULL;
    b->scratch = grown;
    b->max_scratch = n * 2;
    return grown;
}

static bool reserve_contribution(backprop *b)
{
    if (b->num_contributions < b->max_contributions)
        return true;
    uint32_t max = b->max_contributions ? b->max_contributions * 2 : 64;
    contribution *grown = TN_GROW_ARRAY(talloc_parent(b->outputs), b->contributions, contribution, max);
    if (!grown)
        return false;
    b->contributions = grown;
    b->max_contributions = max;
    return true;
}

/* ---- Contributions ---- */

/* Only real and complex numbers have gradients, and handles, whose gradient is that of what they stand for; only what depends on an x
 * needs one. */
static bool takes_gradient(const backprop *b, tn_output output)
{
    tn_dtype dtype = tn_output_dtype(output);
    tn_dtype_kind kind = tn_dtype_kind_of(dtype);
    return b->depends[output.op->id] && (kind == TN_KIND_FLOAT || kind == TN_KIND_COMPLEX || dtype == TN_RESOURCE);
}

static tn_status contribute(backprop *b, tn_output output, tn_output dy)
{
    if (!takes_gradient(b, output))
        return TN_OK;
    if (!reserve_contribution(b))
        return TN_RESOURCE_EXHAUSTED;
    output_state *state = state_of(b, output);
    uint32_t at = b->num_contributions++;
    b->contributions[at] = (contribution){ dy, NONE };
    if (state->first == NONE)
        state->first = at;
    else
        b->contributions[state->last].next = at;
    state->last = at;
    return TN_OK;
}

static tn_status add_up(backprop *b, output_state *state)
{
    size_t n = 0, at = 0;
    for (uint32_t i = state->first; i != NONE; i = b->contributions[i].next)
        n++;
    tn_output *all = scratch(b, n);
    if (!all)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t i = state->first; i != NONE; i = b->contributions[i].next)
        all[at++] = b->contributions[i].dy;
    tn_op *sum = tn_op_new(NULL, "AddN", { all, n });
    if (!sum)
        return tn_last_error()->code;
    b->contributions[state->first] = (contribution){ tn_op_output(sum, 0), NONE };
    state->last = state->first;
    return TN_OK;
}

/* The whole gradient of an output into *dy; empty when nothing depends on it. */
static tn_status total(backprop *b, output_state *state, tn_output *dy)
{
    tn_status status = state->first != state->last ? add_up(b, state) : TN_OK;
    if (!status)
        *dy = state->first == NONE ? (tn_output){ NULL, 0 } : b->contributions[state->first].dy;
    return status;
}

/* ---- The ys ---- */

static tn_output ones_like(const tn_graph *graph, tn_output y, const char *name)
{
    const tn_dims *dims = tn_value_of(y)->dims;
    tn_dtype dtype = tn_output_dtype(y);
    if (tn_dims_known(dims) && dims->rank == 0)
        return tn_const_filled(graph->core, dtype, (tn_shape){ NULL, 0 }, 1, name);
    tn_compound c;
    tn_compound_begin(&c, graph->core, name);
    tn_output shape = tn_dims_known(dims) ? tn_compound_ints(&c, "Shape", dims->rank, dims->dim)
                                          : tn_compound_op(&c, "Shape", "Shape", TN_OUTPUTS(y), TN_NO_ATTRS);
    tn_output one = tn_compound_number(&c, "Const", dtype, 1);
    tn_output ones = tn_compound_op(&c, "Fill", c.name, TN_OUTPUTS(shape, one), TN_NO_ATTRS);
    tn_compound_end(&c);
    return ones;
}

static tn_status start_at(backprop *b, const tn_graph *graph, size_t i)
{
    tn_output y = b->ys.items[i], dy = grad_y_of(b, i);
    char name[32];
    if (!takes_gradient(b, y))
        return TN_OK;
    snprintf(name, sizeof name, "grad_ys_%zu", i);
    if (!dy.op)
        dy = ones_like(graph, y, name);
    return dy.op ? contribute(b, y, dy) : tn_last_error()->code;
}

/* ---- Operations ---- */

static bool passes_on(const backprop *b, const tn_op *op)
{
    for (int i = 0; i < op->num_inputs; i++)
        if (takes_gradient(b, op->inputs[i]))
            return true;
    return false;
}

/* The gradients of the operation's outputs, those of constants left out; whether there is any. */
static tn_status gather_dy(backprop *b, const tn_op *op, tn_output *dy, bool *any)
{
    *any = false;
    for (int i = 0; i < op->num_outputs; i++) {
        output_state *state = &b->outputs[b->start[op->id] + (uint32_t)i];
        tn_status status = total(b, state, &dy[i]);
        if (status)
            return status;
        if (state->stop)
            dy[i] = (tn_output){ NULL, 0 };
        *any = *any || dy[i].op;
    }
    return TN_OK;
}

static tn_status call(backprop *b, tn_gradient *g, const char *scope_name)
{
    tn_scope scope = tn_scope_enter_name(b->core, scope_name);
    tn_status status = b->core->failed_scopes ? tn_last_error()->code : g->op->def->gradient(g);
    (void)tn_scope_leave(b->core, scope);
    for (int i = 0; i < g->op->num_inputs && !status; i++)
        if (g->dx[i].op)
            status = contribute(b, g->op->inputs[i], g->dx[i]);
    return status;
}

/* Calls the row's gradient function in the name scope "OP_grad". */
static tn_status differentiate(backprop *b, tn_gradient *g)
{
    tn_op *op = g->op;
    if (!op->def->gradient)
        return tn_fail_node(TN_NOT_FOUND, op->def->name, op->name, "No gradient defined for operation '%s' (op type: %s)", op->name,
                            op->def->name);
    char *name = tn_sprintf(NULL, "%s_grad", op->name);
    if (!name)
        return TN_RESOURCE_EXHAUSTED;
    tn_status status = call(b, g, name);
    talloc_free(name);
    return status;
}

static tn_status hand_on(backprop *b, tn_op *op)
{
    bool any;
    size_t n = (size_t)op->num_outputs + (size_t)op->num_inputs;
    tn_output *dy = TN_NEW_ARRAY(NULL, tn_output, n);
    if (!dy)
        return TN_RESOURCE_EXHAUSTED;
    tn_status status = gather_dy(b, op, dy, &any);
    tn_gradient g = { .op = op, .dy = dy, .dx = dy + op->num_outputs };
    if (!status && any)
        status = differentiate(b, &g);
    talloc_free(dy);
    return status;
}

static bool has_contribution(const backprop *b, const tn_op *op)
{
    for (int i = 0; i < op->num_outputs; i++)
        if (b->outputs[b->start[op->id] + (uint32_t)i].first != NONE)
            return true;
    return false;
}

static tn_status walk_down(backprop *b)
{
    for (uint32_t id = b->num_ops; id-- > 0;) {
        tn_op *op = b->core->ops[id];
        if (!b->depends[id] || !has_contribution(b, op) || !passes_on(b, op))
            continue;
        tn_status status = hand_on(b, op);
        if (status)
            return status;
    }
    return TN_OK;
}

/* ---- The whole ---- */

/* The gradients of the xs stand in results when all went well. */
static tn_status propagate(backprop *b, const tn_graph *graph, tn_output *results)
{
    tn_status status = TN_OK;
    for (size_t i = 0; i < b->ys.n && !status; i++)
        status = start_at(b, graph, i);
    if (!status)
        status = walk_down(b);
    for (size_t i = 0; i < b->xs.n && !status; i++)
        status = total(b, state_of(b, b->xs.items[i]), &results[i]);
    return status;
}

/* Builds in the graph of the ys, whatever the default graph, under the name scope. */
static tn_status in_scopes(backprop *b, tn_output *results)
{
    tn_graph graph = { .core = b->core };
    tn_scope as_default;
    tn_status status = tn_default_push_graph(&graph, &as_default);
    if (status)
        return status;
    tn_scope scope = tn_scope_enter_name(b->core, b->args->name ? b->args->name : "gradients");
    status = b->core->failed_scopes ? tn_graph_raise(b->core) : propagate(b, &graph, results);
    (void)tn_scope_leave(b->core, scope);
    (void)tn_default_leave(as_default);
    return status;
}

typedef struct workspace {
    tn_output *results;
} workspace;

static tn_status compute(backprop *b)
{
    workspace *w = TN_NEW(NULL, workspace);
    tn_status status = w ? check(b) : TN_RESOURCE_EXHAUSTED;
    if (!status && !(w->results = TN_NEW_ARRAY(w, tn_output, b->xs.n)))
        status = TN_RESOURCE_EXHAUSTED;
    if (!status)
        status = lay_out(w, b);
    if (!status)
        status = in_scopes(b, w->results);
    if (!status && b->xs.n)
        memcpy(b->args->dxs, w->results, b->xs.n * sizeof *w->results);
    talloc_free(w);
    return status;
}

tn_status tn_gradients_with(tn_outputs ys, tn_outputs xs, const tn_gradients_args *args)
{
    if (!args || (xs.n && !args->dxs))
        return tn_fail(TN_INVALID_ARGUMENT, "tn_gradients: there is no place for the gradients");
    if (!ys.n || !ys.items[0].op)
        return tn_fail(TN_INVALID_ARGUMENT, ys.n ? "ys[0] is an empty output" : "there are no ys");
    backprop b = { .core = ys.items[0].op->graph, .ys = ys, .xs = xs, .args = args };
    tn_graph_lock(b.core);
    tn_status status = compute(&b);
    tn_graph_unlock(b.core);
    return status;
}
