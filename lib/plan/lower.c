/*
 * Lower: from ordered nodes to instructions. Kernels are prepared here; a step that cannot be is left for the run (dynamic). What may be
 * joined with others waits for the next pass, fuse.
 */
#include "core/alloc.h"
#include "core/status.h"
#include "plan/compile.h"
#include "plan/modules.h"

static tn_instr *new_instr(tn_compile *c, tn_instr_kind kind)
{
    if (c->num_instrs == c->max_instrs) {
        uint32_t max = c->max_instrs + c->max_instrs / 2 + c->num_nodes + 16;
        tn_instr *instrs = TN_GROW_ARRAY(c, c->instrs, tn_instr, max);
        if (!instrs)
            return NULL;
        c->instrs = instrs;
        c->max_instrs = max;
    }
    tn_instr *instr = &c->instrs[c->num_instrs++];
    *instr = (tn_instr){ .kind = kind, .node = TN_NONE, .writes = TN_NONE, .value = TN_NONE, .workspace = TN_NONE };
    return instr;
}

static tn_status add_value_instr(tn_compile *c, tn_instr_kind kind, uint32_t value)
{
    tn_instr *instr = new_instr(c, kind);
    if (!instr)
        return TN_RESOURCE_EXHAUSTED;
    instr->value = value;
    return TN_OK;
}

/* Whether input i carries a variable: a reference or a resource. */
static bool carries_variable(const tn_op *op, int i)
{
    const tn_value *input = tn_value_of(op->inputs[i]);
    return input->is_ref || input->dtype == TN_RESOURCE;
}

tn_status tn_bind_state(const tn_plan_request *request, const tn_op *op, tn_variable_state **variables, tn_random_state **random)
{
    for (int i = 0; i < op->num_inputs; i++) {
        if (!carries_variable(op, i))
            continue;
        const tn_op *variable = tn_value_of(op->inputs[i])->variable;
        if (!variable)
            return tn_fail_node(TN_INVALID_ARGUMENT, op->def->name, op->name, "input %d of %s is no variable's handle", i, op->def->name);
        variables[i] = request->variable(request->session, variable);
        if (!variables[i])
            return tn_last_error()->code;
    }
    if (!(op->def->flags & TN_OP_RANDOM))
        return TN_OK;
    *random = request->random(request->session, op);
    return *random ? TN_OK : tn_last_error()->code;
}

static bool dims_all_known(const tn_operand *operands, int n)
{
    for (int i = 0; i < n; i++)
        if (!tn_dims_known(&operands[i].dims) && operands[i].dtype != TN_RESOURCE)
            return false;
    return true;
}

static void load_operands(tn_compile *c, const tn_node *node)
{
    for (int i = 0; i < node->op->num_inputs; i++) {
        uint32_t v = c->operands[node->first_operand + (uint32_t)i];
        const tn_value *given = tn_value_of(node->op->inputs[i]);
        c->in[i] = v == TN_NONE ? (tn_operand){ given->dtype, *given->dims, NULL }
                                : (tn_operand){ c->values[v].dtype, *c->values[v].dims, c->values[v].known };
    }
    for (int i = 0; i < node->op->num_outputs; i++) {
        const tn_plan_value *value = &c->values[tn_value_made(c, node, i)];
        c->out[i] = (tn_operand){ value->dtype, *value->dims, NULL };
    }
}

static bool has_state(const tn_op *op)
{
    if (op->def->flags & TN_OP_RANDOM)
        return true;
    for (int i = 0; i < op->num_inputs; i++)
        if (carries_variable(op, i))
            return true;
    return false;
}

/* A reference's output has no elements of its own: its dims need not be known. */
static bool can_prepare_now(const tn_compile *c, const tn_op *op)
{
    return op->def->prepare && dims_all_known(c->in, op->num_inputs) &&
           ((op->num_outputs && op->outputs[0].is_ref) || dims_all_known(c->out, op->num_outputs));
}

/* Kernels are prepared for what has a size in bytes: their strides and counts then do not overflow. */
static tn_status expect_sizes(const tn_compile *c, const tn_node *node)
{
    size_t bytes;
    for (int i = 0; i < node->op->num_outputs; i++) {
        const tn_plan_value *value = &c->values[tn_value_made(c, node, i)];
        if (tn_dims_known(value->dims) && !tn_dims_bytes(value->dims, value->dtype, &bytes))
            return tn_value_too_large(c, tn_value_made(c, node, i));
    }
    return TN_OK;
}

enum { DYNAMIC_WORK = 16384 }; /* of a step of unknown size: enough for a check */

static double elements_of(const tn_operand *operands, int n)
{
    double elements = 0;
    for (int i = 0; i < n; i++)
        elements += (double)(tn_dims_known(&operands[i].dims) ? tn_dims_size(&operands[i].dims) : 0);
    return elements;
}

double tn_work_of(const tn_prepare *p)
{
    double work = 16 + elements_of(p->in, p->num_inputs) + elements_of(p->out, p->num_outputs);
    return work > p->work ? work : p->work;
}

static tn_status make_dynamic(tn_compile *c, const tn_node *node, tn_instr *instr, tn_variable_state **variables, tn_random_state *random)
{
    size_t n = (size_t)node->op->num_inputs;
    tn_dynamic_args *args = TN_NEW(c->plan, tn_dynamic_args);
    const tn_dims **in_dims = args ? TN_NEW_ARRAY(args, const tn_dims *, n) : NULL;
    if (!in_dims)
        return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < n; i++) {
        uint32_t v = c->operands[node->first_operand + i];
        if (v != TN_NONE && tn_dims_known(c->values[v].dims))
            in_dims[i] = c->values[v].dims;
    }
    *args = (tn_dynamic_args){ tn_move(args, variables), random, in_dims };
    instr->kind = TN_INSTR_DYNAMIC;
    instr->args = args;
    return TN_OK;
}

static void wait(tn_instr *instr, const tn_map *map)
{
    instr->kind = TN_INSTR_WAITING;
    instr->row = map->row;
    instr->dims = map->dims;
    instr->super = (signed char)(map->may_fail ? TN_MAP_MAY_FAIL : map->super);
}

/* Scratch is a value of the step's own, in the arena while the step runs. */
static tn_status add_workspace(tn_compile *c, tn_instr *instr, size_t bytes)
{
    tn_dims *dims = TN_NEW(c->plan, tn_dims);
    if (!dims)
        return TN_RESOURCE_EXHAUSTED;
    *dims = tn_dims_vector((int64_t)bytes);
    if (instr->workspace != TN_NONE) { /* it has been prepared before, alone */
        c->values[instr->workspace].dims = dims;
        return TN_OK;
    }
    instr->workspace = tn_value_new(c, instr->writes, TN_UINT8, dims);
    return instr->workspace == TN_NONE ? TN_RESOURCE_EXHAUSTED : TN_OK;
}

/* A module's kernel where one wants the step, else our own. */
static tn_status prepare_kernel(tn_prepare *p)
{
    tn_status status = tn_modules_prepare(p);
    return status == TN_UNAVAILABLE ? p->op->def->prepare(p) : status;
}

static tn_status unavailable(tn_compile *c, const tn_node *node, tn_instr *instr, const tn_prepare *p)
{
    if (p->finish || p->source)
        return tn_fail_node(TN_INTERNAL, p->op->def->name, p->op->name, "cannot be prepared together with what was joined to it");
    return make_dynamic(c, node, instr, (tn_variable_state **)p->variables, p->random);
}

tn_status tn_prepare_instr(tn_compile *c, tn_instr *instr, const tn_prepare *with)
{
    const tn_node *node = &c->nodes[instr->node];
    const tn_op *op = node->op;
    tn_prepare p = *with;
    load_operands(c, node);
    p.owner = c->plan;
    p.op = op;
    p.num_inputs = op->num_inputs;
    p.num_outputs = op->num_outputs;
    p.in = c->in;
    p.out = c->out;
    p.threads = c->request->threads;
    p.meter = c->request->meter;
    if (has_state(op)) {
        tn_variable_state **variables = TN_NEW_ARRAY(c->plan, tn_variable_state *, (size_t)op->num_inputs);
        tn_status status = variables ? tn_bind_state(c->request, op, variables, &p.random) : TN_RESOURCE_EXHAUSTED;
        if (status)
            return status;
        p.variables = variables;
    }
    tn_status status = can_prepare_now(c, op) ? prepare_kernel(&p) : TN_UNAVAILABLE;
    if (status == TN_UNAVAILABLE)
        return unavailable(c, node, instr, &p);
    if (status)
        return status;
    double work = tn_work_of(&p);
    instr->work = (float)work;
    if (p.describe && p.map.row) {
        wait(instr, &p.map);
        return TN_OK;
    }
    tn_kernel whole = p.run;
    status = tn_split_step(&p, work);
    if (status)
        return status;
    instr->may_divide = p.part != NULL;
    instr->divided = p.run != whole;
    instr->module = (unsigned char)p.module;
    instr->kind = TN_INSTR_KERNEL;
    instr->run = p.run;
    instr->args = p.args;
    instr->in_place = p.in_place;
    return p.workspace ? add_workspace(c, instr, p.workspace) : TN_OK;
}

/* Packing of constant operands is not to be done twice, so what may be finished waits to be prepared. */
static bool may_be_finished(const tn_compile *c, const tn_op *op)
{
    return (op->def->flags & TN_OP_FINISHES) && op->num_outputs == 1 && can_prepare_now(c, op);
}

static tn_status add_step(tn_compile *c, uint32_t n)
{
    const tn_node *node = &c->nodes[n];
    bool optimize = c->request->optimize != TN_OPTIMIZE_NONE;
    tn_instr *instr = new_instr(c, TN_INSTR_KERNEL);
    if (!instr)
        return TN_RESOURCE_EXHAUSTED;
    instr->node = instr->writes = n;
    instr->first_operand = node->first_operand;
    instr->num_operands = (uint32_t)node->op->num_inputs;
    instr->work = DYNAMIC_WORK;
    tn_status status = expect_sizes(c, node);
    if (status)
        return status;
    load_operands(c, node);
    if (optimize && may_be_finished(c, node->op)) {
        wait(instr, &(tn_map){ 0 });
        return TN_OK;
    }
    return tn_prepare_instr(c, instr, &(tn_prepare){ .describe = optimize });
}

static tn_status lower_node(tn_compile *c, uint32_t n)
{
    const tn_node *node = &c->nodes[n];
    tn_status status = TN_OK;
    for (uint32_t v = node->reads; v != TN_NONE && !status; v = c->values[v].next)
        status = add_value_instr(c, TN_INSTR_READ, v);
    if (!status && node->role == TN_ROLE_READ)
        status = add_value_instr(c, TN_INSTR_READ, node->first_value);
    if (!status && node->role == TN_ROLE_STEP)
        status = add_step(c, n);
    for (int i = 0; i < node->op->num_outputs && !status; i++) {
        uint32_t deref = c->values[node->first_value + (uint32_t)i].deref;
        if (deref != TN_NONE)
            status = add_value_instr(c, TN_INSTR_READ, deref);
    }
    return status;
}

/* A fetched view of bytes whose place is known only while running gets a pointer of its own. */
static tn_status lower_fetched_views(tn_compile *c)
{
    for (size_t i = 0; i < c->request->num_fetches; i++) {
        uint32_t v = tn_value_to_read(c, c->request->fetches[i]);
        bool bound_late = tn_value_is_static_view(c, v) && !tn_value_is_const(c, v);
        tn_status status = bound_late ? add_value_instr(c, TN_INSTR_ALIAS, v) : TN_OK;
        if (status)
            return status;
    }
    return TN_OK;
}

tn_status tn_pass_lower(tn_compile *c)
{
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < c->num_ordered && !status; i++)
        status = lower_node(c, c->order[i]);
    return status ? status : lower_fetched_views(c);
}
