/* Groups: from the members that fuse has found to one prepared instruction. */
#include "plan/group.h"

#include "core/alloc.h"
#include "core/status.h"

typedef struct group {
    tn_group_op ops[TN_GROUP_OPS];
    tn_operand in[TN_GROUP_INPUTS], anchor;
    uint32_t inputs[TN_GROUP_INPUTS]; /* the values that they are */
    tn_group is;
} group;

uint32_t tn_maker_of(const tn_fusing *f, uint32_t v)
{
    const tn_compile *c = f->c;
    uint32_t root = c->values[v].root, n = c->values[root].node;
    const tn_node *node = &c->nodes[n];
    return node->op->num_outputs && tn_value_made(c, node, 0) == root ? f->maker[n] : TN_NONE;
}

static tn_operand operand_of(const tn_compile *c, uint32_t v)
{
    return (tn_operand){ c->values[v].dtype, *c->values[v].dims, NULL };
}

/* The number of an input of the group: each value is one. */
static int input_of(group *g, const tn_compile *c, uint32_t v)
{
    int i = 0;
    while (i < g->is.num_inputs && g->inputs[i] != v)
        i++;
    if (i == g->is.num_inputs) {
        g->inputs[i] = v;
        g->in[i] = operand_of(c, v);
        g->is.num_inputs++;
    }
    return i;
}

static void add_op(group *g, const tn_fusing *f, uint32_t leader, uint32_t p)
{
    const tn_compile *c = f->c;
    const tn_instr *instr = &c->instrs[p];
    tn_group_op *op = &g->ops[g->is.num_ops];
    *op = (tn_group_op){ .map = { .row = instr->row, .dims = instr->dims, .super = instr->super },
                         .num_inputs = (int)instr->num_operands,
                         .out = operand_of(c, tn_value_made(c, &c->nodes[instr->node], 0)) };
    for (uint32_t i = 0; i < instr->num_operands; i++) {
        uint32_t v = tn_operand_of(c, instr, i), maker = tn_maker_of(f, v);
        bool inside = maker != TN_NONE && maker != leader && f->members[maker].leader == leader;
        if (!inside)
            op->from[i] = input_of(g, c, v);
        else
            op->from[i] = maker == f->members[leader].anchor ? TN_FROM_ANCHOR : ~(int)f->members[maker].index;
    }
    f->members[p].index = (uint32_t)g->is.num_ops++;
}

static void collect(group *g, const tn_fusing *f, uint32_t leader)
{
    const tn_compile *c = f->c;
    uint32_t anchor = f->members[leader].anchor;
    g->is = (tn_group){ .ops = g->ops, .in = g->in };
    if (anchor != TN_NONE) {
        g->anchor = operand_of(c, tn_value_made(c, &c->nodes[c->instrs[anchor].node], 0));
        g->is.anchor = &g->anchor;
    }
    for (uint32_t p = f->members[leader].first; p != TN_NONE; p = f->members[p].next)
        add_op(g, f, leader, p);
}

/* The operands of the kernel that the group is joined to (NULL: none), then the group's inputs. `without` is what it does not take. */
static void set_operands(tn_fusing *f, tn_instr *made, const tn_instr *kernel, uint32_t without, group *g)
{
    tn_compile *c = f->c;
    uint32_t *to = c->operands + f->joined, n = 0;
    for (uint32_t i = 0; kernel && i < kernel->num_operands; i++)
        to[n++] = i == without ? TN_NONE : tn_operand_of(c, kernel, i);
    g->is.first_input = (int)n;
    for (int i = 0; i < g->is.num_inputs; i++)
        to[n++] = g->inputs[i];
    made->first_operand = f->joined;
    made->num_operands = n;
    f->joined += n;
}

static tn_status prepare_alone(tn_fusing *f, group *g, uint32_t leader, tn_instr *made)
{
    tn_compile *c = f->c;
    const tn_operand out = g->ops[g->is.num_ops - 1].out;
    tn_prepare p = { .owner = c->plan,
                     .op = c->nodes[made->node].op,
                     .num_inputs = g->is.num_inputs,
                     .num_outputs = 1,
                     .in = g->in,
                     .out = &out,
                     .threads = c->request->threads,
                     .meter = c->request->meter };
    set_operands(f, made, NULL, 0, g);
    g->is.stream = c->values[tn_value_made(c, &c->nodes[c->instrs[leader].node], 0)].fetched;
    tn_status status = tn_prepare_group(&p, &g->is);
    double work = tn_work_of(&p);
    tn_kernel whole = p.run;
    if (!status)
        status = tn_split_step(&p, work);
    if (status)
        return status;
    made->kind = TN_INSTR_KERNEL;
    made->may_divide = p.part != NULL;
    made->divided = p.run != whole;
    made->run = p.run;
    made->args = p.args;
    made->in_place = p.in_place;
    made->work = (float)work;
    return TN_OK;
}

static tn_status prepare_finish(tn_fusing *f, group *g, uint32_t leader, tn_instr *made)
{
    tn_compile *c = f->c;
    const tn_instr *kernel = &c->instrs[f->members[leader].anchor];
    made->node = kernel->node;
    set_operands(f, made, kernel, TN_NONE, g);
    const tn_finish *finish = tn_finish_new(c->plan, &g->is);
    return finish ? tn_prepare_instr(c, made, &(tn_prepare){ .finish = finish }) : TN_RESOURCE_EXHAUSTED;
}

static tn_status prepare_source(tn_fusing *f, group *g, tn_instr *made)
{
    tn_compile *c = f->c;
    const tn_instr kernel = *made;
    set_operands(f, made, &kernel, (uint32_t)c->nodes[made->node].op->def->source - 1, g);
    const tn_source *source = tn_source_new(c->plan, &g->is);
    return source ? tn_prepare_instr(c, made, &(tn_prepare){ .source = source }) : TN_RESOURCE_EXHAUSTED;
}

/* The operations of a group, for who asks what was fused. */
static tn_status note_members(tn_fusing *f, uint32_t leader, tn_instr *made)
{
    tn_compile *c = f->c;
    const tn_member *m = &f->members[leader];
    if (!c->notes)
        return TN_OK;
    tn_note *note = &c->notes[leader];
    note->members = TN_NEW_ARRAY(c->plan, const tn_op *, m->num_ops);
    if (!note->members)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t p = m->first; p != TN_NONE; p = f->members[p].next)
        note->members[note->num_members++] = c->nodes[c->instrs[p].node].op;
    note->is_source = made->kind == TN_INSTR_KERNEL;
    return TN_OK;
}

tn_status tn_group_prepare(tn_fusing *f, uint32_t leader, tn_instr *made)
{
    const tn_member *m = &f->members[leader];
    bool is_source = f->c->instrs[leader].kind == TN_INSTR_KERNEL;
    group g;
    *made = f->c->instrs[leader];
    if (is_source ? !m->num_ops : m->num_ops <= 1 && m->anchor == TN_NONE)
        return is_source ? TN_OK : tn_prepare_instr(f->c, made, &(tn_prepare){ 0 });
    tn_status status = note_members(f, leader, made);
    if (status)
        return status;
    collect(&g, f, leader);
    if (is_source)
        return prepare_source(f, &g, made);
    return m->anchor != TN_NONE ? prepare_finish(f, &g, leader, made) : prepare_alone(f, &g, leader, made);
}
