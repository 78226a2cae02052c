/* Emit: numbers the slots that are really used and writes the steps. */
#include "core/alloc.h"
#include "core/pool.h"
#include "core/status.h"
#include "plan/compile.h"
#include "plan/modules.h"

/* At most so many slots: what steps make, their workspaces, the constants they take, what is read, fed and fetched, and slot 0. */
static size_t most_slots(const tn_compile *c)
{
    size_t n = 1 + c->request->num_feeds + c->request->num_fetches;
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        const tn_instr *instr = &c->instrs[p];
        n += tn_is_step(instr) ? (size_t)c->nodes[instr->writes].op->num_outputs + 1 : 1;
        for (uint32_t i = 0; i < instr->num_operands; i++) {
            uint32_t v = tn_operand_of(c, instr, i);
            n += v != TN_NONE && tn_value_is_const(c, v);
        }
    }
    return n;
}

/* Slot 0 stands for every operand that carries no data. */
static tn_status open_slots(tn_compile *c)
{
    tn_plan *plan = c->plan;
    size_t most = c->max_slots = most_slots(c);
    plan->slots = TN_NEW_ARRAY(plan, tn_slot, most);
    plan->holders = TN_NEW_ARRAY(plan, tn_variable_state *, most);
    plan->result_bytes = TN_NEW_ARRAY(plan, size_t, plan->num_results);
    if (!plan->slots || !plan->holders || !plan->result_bytes)
        return TN_RESOURCE_EXHAUSTED;
    plan->slots[0] = (tn_slot){ .home = TN_HOME_NONE, .extra = TN_NONE };
    plan->num_slots = 1;
    return TN_OK;
}

/* A slot of the value's own. */
static uint32_t new_slot(tn_compile *c, uint32_t v)
{
    tn_plan *plan = c->plan;
    tn_plan_value *value = &c->values[v], *root = &c->values[value->root];
    if (plan->num_slots == c->max_slots) {
        c->out_of_slots = true; /* most_slots has missed a use: tn_pass_emit then fails */
        return 0;
    }
    bool is_const = tn_value_is_const(c, v);
    tn_slot slot = { .home = is_const ? TN_HOME_CONST : value->home, .dtype = value->dtype, .dims = value->dims, .extra = TN_NONE };
    if (is_const)
        slot.data = value->known;
    if (is_const && root->folded)
        tn_move(plan, root->folded); /* it outlives the compilation */
    if (slot.home == TN_HOME_ARENA)
        slot.offset = value->offset;
    if (slot.home == TN_HOME_RESULT) {
        slot.extra = (uint32_t)value->offset;
        (void)tn_dims_bytes(value->dims, value->dtype, &plan->result_bytes[slot.extra]);
        plan->num_result_slots++;
    }
    bool dynamic = !tn_dims_known(value->dims);
    if (dynamic)
        slot.dims = NULL;
    if (dynamic || slot.home == TN_HOME_HELD || slot.home == TN_HOME_HEAP)
        slot.extra = (uint32_t)plan->num_buffers++;
    value->slot = (uint32_t)plan->num_slots++;
    plan->slots[value->slot] = slot;
    return value->slot;
}

/* The slot that holds a value's elements: a static view shares its root's. */
static uint32_t slot_of(tn_compile *c, uint32_t v)
{
    if (v == TN_NONE)
        return 0;
    if (c->values[v].slot != TN_NONE)
        return c->values[v].slot;
    if (tn_value_is_static_view(c, v) && !tn_value_is_const(c, v))
        return slot_of(c, c->values[v].root);
    return new_slot(c, v);
}

static uint32_t output_slot(tn_compile *c, uint32_t v)
{
    const tn_plan_value *value = &c->values[v];
    return value->is_ref || value->dtype == TN_RESOURCE || value->fed ? 0 : slot_of(c, v);
}

/* A slot that a dynamic step points at the workspace its kernel turns out to want. */
static uint32_t late_slot(tn_compile *c)
{
    tn_plan *plan = c->plan;
    if (plan->num_slots == c->max_slots) {
        c->out_of_slots = true;
        return 0;
    }
    plan->slots[plan->num_slots] = (tn_slot){ .home = TN_HOME_NONE, .extra = TN_NONE };
    return (uint32_t)plan->num_slots++;
}

static void emit_step(tn_compile *c, const tn_instr *instr, tn_step *step, uint32_t *slots)
{
    const tn_node *made = &c->nodes[instr->writes];
    uint32_t n = 0;
    for (uint32_t i = 0; i < instr->num_operands; i++)
        slots[n++] = slot_of(c, tn_operand_of(c, instr, i));
    for (int i = 0; i < made->op->num_outputs; i++)
        slots[n++] = output_slot(c, tn_value_made(c, made, i));
    slots[n] = instr->workspace != TN_NONE ? slot_of(c, instr->workspace) : instr->kind == TN_INSTR_DYNAMIC ? late_slot(c) : 0;
    *step = (tn_step){ .run = instr->kind == TN_INSTR_KERNEL ? instr->run : tn_run_dynamic,
                       .slots = slots,
                       .args = instr->args,
                       .num_inputs = instr->num_operands,
                       .num_outputs = (uint32_t)made->op->num_outputs,
                       .op = c->nodes[instr->node].op };
}

/* READ and RELEASE name a variable and a slot; they are reported as the operation that made the value. */
static tn_status emit_buffer_step(tn_compile *c, const tn_instr *instr, tn_step *step)
{
    tn_buffer_args *args = TN_NEW(c->plan, tn_buffer_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    uint32_t slot = slot_of(c, instr->value);
    const tn_plan_value *value = &c->values[instr->value];
    args->slot = slot;
    args->extra = c->plan->slots[slot].extra;
    args->dims = tn_dims_known(value->dims) ? *value->dims : tn_dims_unknown();
    if (value->home == TN_HOME_HELD && !(args->variable = c->request->variable(c->request->session, value->variable)))
        return tn_last_error()->code;
    c->plan->holders[args->extra] = args->variable;
    step->run = instr->kind == TN_INSTR_READ ? tn_run_read : tn_run_release;
    step->args = args;
    step->op = c->nodes[value->node].op;
    return TN_OK;
}

static void emit_alias(tn_compile *c, const tn_instr *instr, tn_step *step, uint32_t *slots)
{
    slots[0] = slot_of(c, c->values[instr->value].root);
    slots[1] = c->values[instr->value].slot != TN_NONE ? c->values[instr->value].slot : new_slot(c, instr->value);
    *step = (tn_step){
        .run = tn_run_alias, .slots = slots, .num_inputs = 1, .num_outputs = 1, .op = c->nodes[c->values[instr->value].node].op
    };
}

static size_t slots_of_instr(const tn_compile *c, const tn_instr *instr)
{
    if (instr->kind == TN_INSTR_ALIAS)
        return 2;
    return tn_is_step(instr) ? (size_t)instr->num_operands + (size_t)c->nodes[instr->writes].op->num_outputs + 1 : 0;
}

static tn_status emit_instr(tn_compile *c, const tn_instr *instr, tn_step *step, uint32_t *slots)
{
    switch (instr->kind) {
    case TN_INSTR_CHECK:
        step->run = tn_run_check;
        return TN_OK;
    case TN_INSTR_READ:
    case TN_INSTR_RELEASE:
        return emit_buffer_step(c, instr, step);
    case TN_INSTR_ALIAS:
        emit_alias(c, instr, step, slots);
        return TN_OK;
    case TN_INSTR_WAITING:
    case TN_INSTR_KERNEL:
    case TN_INSTR_DYNAMIC:
        break;
    }
    emit_step(c, instr, step, slots);
    return TN_OK;
}

static tn_status emit_notes(tn_compile *c)
{
    tn_plan *plan = c->plan;
    plan->notes = c->notes ? TN_NEW_ARRAY(plan, tn_note, c->num_instrs) : NULL;
    if (c->notes && !plan->notes)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t p = 0; c->notes && p < c->num_instrs; p++) {
        const tn_instr *instr = &c->instrs[p];
        if (!instr->note)
            continue;
        plan->notes[p] = c->notes[instr->note - 1];
        plan->notes[p].may_divide = instr->may_divide;
        plan->notes[p].divided = instr->divided;
        plan->notes[p].module = tn_modules_name(instr->module);
        plan->notes[p].work = (double)instr->work;
    }
    return TN_OK;
}

static tn_status emit_steps(tn_compile *c)
{
    tn_plan *plan = c->plan;
    size_t total = 0;
    for (uint32_t p = 0; p < c->num_instrs; p++)
        total += slots_of_instr(c, &c->instrs[p]);
    uint32_t *slots = TN_NEW_ARRAY(plan, uint32_t, total);
    plan->steps = TN_NEW_ARRAY(plan, tn_step, c->num_instrs);
    if (!slots || !plan->steps)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        tn_status status = emit_instr(c, &c->instrs[p], &plan->steps[p], slots);
        if (status)
            return status;
        slots += slots_of_instr(c, &c->instrs[p]);
        if (c->instrs[p].work >= TN_WORTH_SPLITTING)
            plan->large_work += (double)c->instrs[p].work;
    }
    plan->num_steps = c->num_instrs;
    return TN_OK;
}

static uint32_t root_to_give(tn_compile *c, uint32_t v)
{
    uint32_t root = c->values[v].root;
    tn_home home = c->values[root].home;
    return home == TN_HOME_RESULT || home == TN_HOME_HEAP ? slot_of(c, root) : 0;
}

static tn_status emit_ends(tn_compile *c)
{
    const tn_plan_request *r = c->request;
    tn_plan *plan = c->plan;
    plan->feeds = TN_NEW_ARRAY(plan, tn_plan_end, r->num_feeds);
    plan->fetches = TN_NEW_ARRAY(plan, tn_plan_end, r->num_fetches);
    plan->targets = TN_NEW_ARRAY(plan, tn_op *, r->num_targets);
    if (!plan->feeds || !plan->fetches || !plan->targets)
        return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < r->num_feeds; i++)
        plan->feeds[i] = (tn_plan_end){ r->feeds[i].output, slot_of(c, tn_value_at(c, r->feeds[i].output)), 0 };
    for (size_t i = 0; i < r->num_fetches; i++) {
        uint32_t v = tn_value_to_read(c, r->fetches[i]);
        plan->fetches[i] = (tn_plan_end){ r->fetches[i], slot_of(c, v), root_to_give(c, v) };
    }
    for (size_t i = 0; i < r->num_targets; i++)
        plan->targets[i] = r->targets[i];
    plan->num_feeds = r->num_feeds;
    plan->num_fetches = r->num_fetches;
    plan->num_targets = r->num_targets;
    return TN_OK;
}

static tn_status list_results(tn_plan *plan)
{
    size_t n = 0;
    plan->result_slots = TN_NEW_ARRAY(plan, uint32_t, plan->num_result_slots);
    if (!plan->result_slots)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t i = 0; i < plan->num_slots; i++)
        if (plan->slots[i].home == TN_HOME_RESULT)
            plan->result_slots[n++] = i;
    return TN_OK;
}

/* What was taken for the worst case is cut to what is used. */
static tn_status shrink(tn_plan *plan)
{
    tn_slot *slots = TN_GROW_ARRAY(plan, plan->slots, tn_slot, plan->num_slots);
    if (!slots)
        return TN_RESOURCE_EXHAUSTED;
    plan->slots = slots;
    tn_variable_state **holders = TN_GROW_ARRAY(plan, plan->holders, tn_variable_state *, plan->num_buffers + 1);
    if (!holders)
        return TN_RESOURCE_EXHAUSTED;
    plan->holders = holders;
    return TN_OK;
}

tn_status tn_pass_emit(tn_compile *c)
{
    tn_status status = open_slots(c);
    if (!status)
        status = emit_steps(c);
    if (!status)
        status = emit_notes(c);
    if (!status)
        status = emit_ends(c);
    if (!status && c->out_of_slots)
        status = tn_fail(TN_INTERNAL, "a plan of %zu steps has more slots than its steps use", c->plan->num_steps);
    if (!status)
        status = list_results(c->plan);
    return status ? status : shrink(c->plan);
}
