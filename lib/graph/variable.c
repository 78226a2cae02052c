/* Variables as TensorFlow's VariableV1: NAME (VariableV2), NAME/Assign, NAME/read. See <tenure/train.h>. */
#include <tenure/train.h>

#include "core/alloc.h"
#include "core/status.h"
#include "graph/compound.h"
#include "graph/scope.h"

static const tn_output empty = { NULL, 0 };

static bool reserve(tn_graph_core *core)
{
    if (core->num_variables < core->max_variables)
        return true;
    size_t max = core->max_variables ? core->max_variables * 2 : 8;
    tn_variable **grown = TN_GROW_ARRAY(core, core->variables, tn_variable *, max);
    if (!grown)
        return false;
    core->variables = grown;
    core->max_variables = max;
    return true;
}

/* The three operations; false when one could not be made. */
static bool build(tn_compound *c, tn_variable *v, tn_output initial)
{
    const tn_dims *dims = tn_value_of(initial)->dims;
    tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", tn_output_dtype(initial)), TN_SHAPE_ATTR("shape", dims->rank, dims->dim));
    tn_output ref = tn_compound_op(c, "VariableV2", c->name, TN_OUTPUTS(), attrs);
    v->op = ref.op;
    v->initializer = tn_compound_op(c, "Assign", "Assign", TN_OUTPUTS(ref, initial), TN_NO_ATTRS).op;
    v->read = tn_compound_op(c, "Identity", "read", TN_OUTPUTS(ref), TN_NO_ATTRS);
    return v->initializer && v->read.op;
}

/* Variables stand outside of the control dependencies round them: their initial value does not wait for a step of training. */
static bool build_alone(tn_compound *c, tn_variable *v, tn_output initial)
{
    tn_scope alone = tn_scope_enter_no_controls(c->graph.core);
    bool built = build(c, v, initial);
    (void)tn_scope_leave(c->graph.core, alone);
    return built;
}

static tn_variable *new_variable(tn_compound *c, const tn_variable_args *args)
{
    tn_graph_core *core = c->graph.core;
    tn_variable *v = reserve(core) ? TN_NEW(core, tn_variable) : NULL;
    if (!v) {
        tn_graph_note_error(core);
        return NULL;
    }
    v->trainable = !args->untrainable;
    if (!build_alone(c, v, args->initial)) {
        talloc_free(v);
        return NULL;
    }
    core->variables[core->num_variables++] = v;
    return v;
}

tn_variable *tn_variable_new_with(const tn_variable_args *args)
{
    tn_compound c;
    if (!args || !args->initial.op) {
        tn_fail(TN_INVALID_ARGUMENT, "initial_value must be specified.");
        return NULL;
    }
    tn_graph_core *core = args->initial.op->graph;
    if (!tn_dims_known(tn_value_of(args->initial)->dims)) {
        tn_fail(TN_INVALID_ARGUMENT, "initial_value must have a shape specified: '%s:%d'", args->initial.op->name, args->initial.index);
        tn_graph_note_error(core);
        return NULL;
    }
    tn_compound_begin(&c, core, args->name ? args->name : "Variable");
    tn_variable *v = new_variable(&c, args);
    tn_compound_end(&c);
    return v;
}

/* ---- Access ---- */

tn_output tn_read(const tn_variable *variable)
{
    return variable ? variable->read : empty;
}

tn_output tn_variable_ref(const tn_variable *variable)
{
    return variable ? tn_op_output(variable->op, 0) : empty;
}

tn_op *tn_initializer(const tn_variable *variable)
{
    return variable ? variable->initializer : NULL;
}

const char *tn_variable_name(const tn_variable *variable)
{
    return variable ? variable->op->name : NULL;
}

size_t tn_graph_num_variables(const tn_graph *graph)
{
    if (!graph)
        return 0;
    tn_graph_lock(graph->core);
    size_t n = graph->core->num_variables;
    tn_graph_unlock(graph->core);
    return n;
}

tn_variable *tn_graph_variable(const tn_graph *graph, size_t i)
{
    if (!graph)
        return NULL;
    tn_graph_lock(graph->core);
    tn_variable *v = i < graph->core->num_variables ? graph->core->variables[i] : NULL;
    tn_graph_unlock(graph->core);
    return v;
}

/* ---- Initialising and assigning ---- */

static tn_op *initialize_all(tn_graph_core *core)
{
    tn_graph graph = { .core = core };
    tn_op **ops = TN_NEW_ARRAY(NULL, tn_op *, core->num_variables);
    if (!ops) {
        tn_graph_note_error(core);
        return NULL;
    }
    for (size_t i = 0; i < core->num_variables; i++)
        ops[i] = core->variables[i]->initializer;
    tn_op *all = tn_op_new(&graph, "NoOp", TN_OUTPUTS(), .name = "init", .controls = { ops, core->num_variables });
    talloc_free(ops);
    return all;
}

tn_op *tn_global_initializer(void)
{
    tn_graph_core *core = tn_graph_core_default();
    if (!core)
        return NULL;
    tn_graph_lock(core);
    tn_op *all = initialize_all(core);
    tn_graph_unlock(core);
    return all;
}

static tn_output assign(const char *type, const tn_variable *variable, const tn_assign_args *args)
{
    if (!variable || !args)
        return empty;
    return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(tn_variable_ref(variable), args->value), .name = args->name), 0);
}

tn_output tn_assign_with(tn_variable *variable, const tn_assign_args *args)
{
    return assign("Assign", variable, args);
}

tn_output tn_assign_add_with(tn_variable *variable, const tn_assign_args *args)
{
    return assign("AssignAdd", variable, args);
}

tn_output tn_assign_sub_with(tn_variable *variable, const tn_assign_args *args)
{
    return assign("AssignSub", variable, args);
}

tn_output tn_is_initialized(const tn_variable *variable)
{
    return variable ? tn_op_output(tn_op_new(NULL, "IsVariableInitialized", TN_OUTPUTS(tn_variable_ref(variable))), 0) : empty;
}
