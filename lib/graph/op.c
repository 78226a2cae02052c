/*
 * Making operations. An operation lies in the graph's room with its name, inputs, attributes and outputs; it is built there and inferred,
 * then published by steps that cannot fail. When one fails before, the room is as it was.
 */
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "graph/bind.h"
#include "graph/names.h"

/* What one call of tn_op_new works with. */
typedef struct build {
    tn_graph_core *core;
    const tn_op_args *args;
    tn_binding bound;
    const char *prefix; /* of the name: "" when the name is absolute */
    size_t name_length; /* of the name asked for, the slash of an absolute one not counted */
    bool absolute;      /* "scope/": the very name of the scope */
    const char *device;
    tn_op **controls; /* as they will stand in the operation */
    int num_controls;
} build;

static tn_status __attribute__((__format__(__printf__, 2, 3))) fail(const build *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_status status = tn_vfail_node(TN_INVALID_ARGUMENT, b->bound.def->name, b->bound.name, format, args);
    va_end(args);
    return status;
}

/* ---- What the caller gave ---- */

static tn_status check_inputs(const build *b)
{
    const tn_outputs inputs = b->args->inputs;
    for (size_t i = 0; i < inputs.n; i++) {
        tn_output in = inputs.items[i];
        if (in.op->graph != b->core) {
            const tn_op *first = inputs.items[0].op;
            return i && first->graph == b->core
                       ? fail(b, "'%s:%d' must be from the same graph as '%s:%d'.", in.op->name, in.index, first->name,
                              inputs.items[0].index)
                       : fail(b, "'%s:%d' is not from the passed-in graph: it must be from the same graph as the operation.", in.op->name,
                              in.index);
        }
        if (in.index < 0 || in.index >= in.op->num_outputs)
            return fail(b, "Connecting to invalid output %d of source node %s which has %d outputs", in.index, in.op->name,
                        in.op->num_outputs);
    }
    for (size_t i = 0; i < b->args->controls.n; i++)
        if (b->args->controls.items[i]->graph != b->core)
            return fail(b, "the control input '%s' must be from the same graph as the operation.", b->args->controls.items[i]->name);
    return TN_OK;
}

static tn_status take_name(build *b)
{
    const tn_scope_state *top = &b->core->scopes[b->core->num_scopes - 1];
    const char *name = b->bound.name;
    b->name_length = strlen(name);
    b->absolute = b->name_length && name[b->name_length - 1] == '/';
    b->name_length -= b->absolute;
    b->prefix = b->absolute ? "" : top->prefix;
    if (!b->name_length || !tn_names_valid(name, *b->prefix != '\0'))
        return fail(b, "'%s%s' is not a valid node name", b->prefix, name);
    return TN_OK;
}

static tn_status take_device(build *b)
{
    const char *outer = b->core->scopes[b->core->num_scopes - 1].device, *inner = b->args->device;
    b->device = inner && *inner ? tn_device_merge(b->core, outer, inner) : outer;
    if (!b->device && tn_last_error()->code == TN_INVALID_ARGUMENT)
        return fail(b, "%s", tn_last_error()->message);
    return b->device ? TN_OK : tn_last_error()->code;
}

/* ---- Control inputs ---- */

static void add_control(build *b, tn_op *control)
{
    for (size_t i = 0; i < b->args->inputs.n; i++)
        if (b->args->inputs.items[i].op == control)
            return;
    for (int i = 0; i < b->num_controls; i++)
        if (b->controls[i] == control)
            return;
    b->controls[b->num_controls++] = control;
}

/* An operation that takes something made inside a block already runs after what the block waits for. */
static bool made_since(const tn_outputs inputs, uint32_t first_op)
{
    for (size_t i = 0; i < inputs.n; i++)
        if (inputs.items[i].op->id >= first_op)
            return true;
    return false;
}

/* Each open block adds its own operations to those of the blocks round it, as far out as one that has none. */
static void add_scope_controls(build *b)
{
    const tn_graph_core *core = b->core;
    int s = core->num_scopes;
    while (core->scopes[s - 1].num_controls)
        s--;
    for (; s < core->num_scopes; s++) {
        const tn_scope_state *outer = &core->scopes[s - 1], *block = &core->scopes[s];
        if (block->num_controls > outer->num_controls && !made_since(b->args->inputs, block->first_op))
            for (int i = outer->num_controls; i < block->num_controls; i++)
                add_control(b, block->controls[i]);
    }
}

static size_t most_controls(const build *b)
{
    return b->args->controls.n + (size_t)b->core->scopes[b->core->num_scopes - 1].num_controls;
}

/* ---- Its place in the room ---- */

/* The next piece of what was taken at once. */
static void *carve(char **at, size_t size)
{
    void *piece = *at;
    *at += size;
    return piece;
}

static void put_texts(const build *b, tn_op *op, char *device, char *name)
{
    size_t prefix = strlen(b->prefix);
    op->device = *b->device ? strcpy(device, b->device) : "";
    op->name = name;
    memcpy(name, b->prefix, prefix);
    memcpy(name + prefix, b->bound.name, b->name_length);
    name[prefix + b->name_length] = '\0';
}

/* An operation in one piece, texts last. NULL: memory ran out. */
static tn_op *lay_out(const build *b, char **name)
{
    const tn_signature *sig = b->bound.sig;
    const size_t inputs = b->args->inputs.n * sizeof(tn_output), outputs = (size_t)b->bound.num_outputs * sizeof(tn_value);
    const size_t attrs = (size_t)sig->num_attrs * sizeof(tn_attr_value), controls = most_controls(b) * sizeof(tn_op *);
    const size_t device = *b->device ? strlen(b->device) + 1 : 0, letters = strlen(b->prefix) + b->name_length + TN_NAME_SUFFIX;
    char *at = tn_room_take(b->core->room, sizeof(tn_op) + inputs + outputs + attrs + controls + device + letters);
    if (!at)
        return NULL;
    tn_op *op = carve(&at, sizeof *op);
    *op = (tn_op){ .graph = b->core,
                   .def = b->bound.def,
                   .signature = sig,
                   .id = (uint32_t)b->core->num_ops,
                   .num_inputs = (int)b->args->inputs.n,
                   .num_outputs = b->bound.num_outputs };
    op->inputs = carve(&at, inputs);
    op->outputs = carve(&at, outputs);
    op->attrs = carve(&at, attrs);
    op->controls = carve(&at, controls);
    *name = at + device;
    put_texts(b, op, at, *name);
    if (inputs)
        memcpy(op->inputs, b->args->inputs.items, inputs);
    return op;
}

static bool store_attrs(const build *b, tn_op *op)
{
    for (int i = 0; i < op->signature->num_attrs; i++)
        if (!tn_attr_store(b->core->room, &b->bound.attrs[i], &op->attrs[i]))
            return false;
    return true;
}

/* Tensors are the one kind of attribute outside the room: they are counted. */
static bool share_tensors(const build *b, tn_op *op)
{
    for (int i = 0; i < op->signature->num_attrs; i++) {
        if (op->attrs[i].kind != TN_ATTR_TENSOR)
            continue;
        op->attrs[i].p = tn_tensor_share(b->core, b->bound.attrs[i].p);
        if (!op->attrs[i].p)
            return false;
    }
    return true;
}

static void drop_tensors(tn_op *op)
{
    for (int i = 0; i < op->signature->num_attrs; i++)
        if (op->attrs[i].kind == TN_ATTR_TENSOR)
            talloc_free((void *)(uintptr_t)op->attrs[i].p);
}

/* ---- Outputs ---- */

/* The variable that a reference or a resource coming out of op stands for. References are handed on by what changes them, resources by
 * views alone: of what chooses between two of them nobody knows, before a run, which it is. */
static tn_op *variable_of(tn_op *op, bool is_ref, tn_dtype dtype)
{
    if (op->def->flags & TN_OP_VARIABLE)
        return op;
    if (!is_ref && !(op->def->flags & TN_OP_VIEW))
        return NULL;
    for (int i = 0; i < op->num_inputs; i++) {
        const tn_value *in = tn_value_of(op->inputs[i]);
        if (in->variable && (is_ref ? in->is_ref : in->dtype == dtype))
            return in->variable;
    }
    return NULL;
}

static const tn_dims unknown_dims = { .rank = -1 };

static void describe_outputs(const build *b, tn_op *op)
{
    tn_value *value = op->outputs;
    for (int a = 0; a < op->signature->num_outputs; a++) {
        const tn_sig_arg *arg = &op->signature->outputs[a];
        int64_t n = tn_bound_count(&b->bound, arg);
        for (int64_t j = 0; j < n; j++, value++) {
            *value = (tn_value){ .dtype = tn_bound_dtype(&b->bound, arg, j), .is_ref = arg->is_ref, .dims = &unknown_dims };
            if (arg->is_ref || value->dtype == TN_RESOURCE)
                value->variable = variable_of(op, arg->is_ref, value->dtype);
        }
    }
}

/* Operands for inference: on the stack for the many operations that have few. */
typedef struct operands {
    tn_operand in[8];
    tn_dims out[4];
    tn_operand *many_in;
    tn_dims *many_out;
} operands;

static bool make_operands(operands *o, tn_op *op)
{
    o->many_in = op->num_inputs <= 8 ? o->in : TN_NEW_ARRAY(op->graph, tn_operand, (size_t)op->num_inputs);
    o->many_out = op->num_outputs <= 4 ? o->out : TN_NEW_ARRAY(op->graph, tn_dims, (size_t)op->num_outputs);
    if (!o->many_in || !o->many_out)
        return false;
    for (int i = 0; i < op->num_inputs; i++) {
        const tn_value *value = tn_value_of(op->inputs[i]);
        o->many_in[i] = (tn_operand){ value->dtype, *value->dims, value->known ? value->known->data : NULL };
    }
    for (int i = 0; i < op->num_outputs; i++)
        o->many_out[i] = tn_dims_unknown();
    return true;
}

static void drop_operands(operands *o)
{
    if (o->many_in != o->in)
        talloc_free(o->many_in);
    if (o->many_out != o->out)
        talloc_free(o->many_out);
}

/* Mostly they are those of an input, and stand there already. NULL: memory ran out. */
static const tn_dims *keep_dims(const tn_op *op, const tn_dims *dims)
{
    enum { LOOK_AT = 2 };
    if (dims->rank < 0)
        return &unknown_dims;
    for (int i = 0; i < op->num_inputs && i < LOOK_AT; i++)
        if (tn_dims_equal(tn_value_of(op->inputs[i])->dims, dims))
            return tn_value_of(op->inputs[i])->dims;
    tn_dims *own = tn_room_take(op->graph->room, sizeof *own);
    if (own)
        *own = *dims;
    return own;
}

static tn_status keep_all_dims(tn_op *op, const tn_dims *dims)
{
    for (int i = 0; i < op->num_outputs; i++)
        if (!(op->outputs[i].dims = keep_dims(op, &dims[i])))
            return TN_RESOURCE_EXHAUSTED;
    return TN_OK;
}

/* Dims and known values of the outputs. */
static tn_status infer(tn_op *op)
{
    operands o; /* not cleared: it is large, and few operations need all of it */
    tn_status status = make_operands(&o, op) ? TN_OK : TN_RESOURCE_EXHAUSTED;
    tn_infer c = { op, op->num_inputs, op->num_outputs, o.many_in, o.many_out, true };
    if (!status && op->def->infer)
        status = op->def->infer(&c);
    if (!status)
        status = keep_all_dims(op, o.many_out);
    if (!status)
        tn_known_values(op, o.many_in);
    drop_operands(&o);
    return status;
}

/* ---- Publishing ---- */

static bool reserve(tn_graph_core *core)
{
    if (core->num_ops < core->max_ops)
        return tn_names_reserve(core->names);
    size_t max = core->max_ops ? core->max_ops * 2 : 64;
    tn_op **grown = core->num_ops < UINT32_MAX ? TN_GROW_ARRAY(core, core->ops, tn_op *, max) : NULL;
    if (!grown)
        return false;
    core->ops = grown;
    core->max_ops = max;
    return tn_names_reserve(core->names);
}

static tn_status pick_name(const build *b, char *name, tn_name_pick *pick)
{
    size_t n = strlen(name);
    if (b->absolute && tn_names_op(b->core->names, name))
        return fail(b, "Duplicate node name in graph: '%s'", name);
    /* the scope of an absolute name is no obstacle */
    *pick = b->absolute ? tn_names_as_is(b->core->names, name, n) : tn_names_pick(b->core->names, name, n);
    return TN_OK;
}

/* Fills the chunk in; nothing of the graph changes before the last step. */
static tn_status complete(build *b, tn_op *op, char *name)
{
    tn_name_pick pick;
    tn_status status = pick_name(b, name, &pick);
    if (status)
        return status;
    b->controls = op->controls;
    for (size_t i = 0; i < b->args->controls.n; i++)
        add_control(b, b->args->controls.items[i]);
    add_scope_controls(b);
    op->num_controls = b->num_controls;
    if (!reserve(b->core) || !share_tensors(b, op))
        return TN_RESOURCE_EXHAUSTED;
    describe_outputs(b, op);
    status = infer(op);
    if (status)
        return status;
    tn_names_mark(b->core->names, &pick, name, op);
    b->core->ops[b->core->num_ops++] = op;
    return TN_OK;
}

static tn_op *build_op(build *b)
{
    char *name;
    tn_room_mark before = tn_room_mark_here(b->core->room);
    tn_op *op = lay_out(b, &name);
    const bool stored = op && store_attrs(b, op);
    if (stored && !complete(b, op, name))
        return op;
    if (stored)
        drop_tensors(op);
    tn_room_back_to(b->core->room, before);
    return NULL;
}

static bool prepare(build *b, const char *type)
{
    if (b->core->finalized) {
        tn_fail(TN_FAILED_PRECONDITION, "Graph is finalized and cannot be modified.");
        return false;
    }
    if (b->core->failed_scopes) {
        tn_graph_raise(b->core);
        return false;
    }
    b->bound.def = type ? tn_registry_find(type) : NULL;
    if (!b->bound.def) {
        tn_fail(TN_NOT_FOUND, "Op type not registered '%s' in this library.", type ? type : "");
        return false;
    }
    b->bound.sig = tn_signature_of(b->bound.def);
    b->bound.name = b->args->name ? b->args->name : type;
    b->bound.inputs = b->args->inputs;
    return b->bound.sig && !take_name(b) && !check_inputs(b) && !tn_bind(&b->bound, b->args->attrs) && !take_device(b);
}

static tn_op *new_op(tn_graph_core *core, const char *type, const tn_op_args *args)
{
    build b; /* not cleared: most of it is room for attributes that most types do not have */
    b.core = core;
    b.args = args;
    b.num_controls = 0;
    b.device = NULL;
    tn_op *op = prepare(&b, type) ? build_op(&b) : NULL;
    if (b.device && args->device && *args->device) /* merged: the operation has its own copy */
        talloc_free((void *)(uintptr_t)b.device);
    if (!op)
        tn_graph_note_error(core);
    return op;
}

static bool has_empty(const tn_op_args *args)
{
    for (size_t i = 0; i < args->inputs.n; i++)
        if (!args->inputs.items[i].op)
            return true;
    for (size_t i = 0; i < args->controls.n; i++)
        if (!args->controls.items[i])
            return true;
    return false;
}

tn_op *tn_op_new_with(tn_graph *graph, const char *type, const tn_op_args *args)
{
    static const tn_op_args none;
    if (!args)
        args = &none;
    if (has_empty(args))
        return NULL;
    tn_graph_core *core = tn_graph_core_of(graph, args->inputs, args->controls);
    if (!core)
        return NULL;
    tn_graph_lock(core);
    tn_op *op = new_op(core, type, args);
    tn_graph_unlock(core);
    return op;
}
