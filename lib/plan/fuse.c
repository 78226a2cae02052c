/*
 * Fuse: elementwise operations whose results nobody else takes become one step with those who take them, and what follows a matrix product,
 * or comes before a reduction, becomes part of that.
 *
 * The instructions are gone through from the last to the first, so that all who take a value have been seen before its maker: it joins
 * their group when they are all in one. Nothing but the last result leaves a group, so no path can leave it and come back. A group is run
 * where its last member was; what it reads is kept until then.
 */
#include "plan/group.h"

#include "core/alloc.h"

/* ---- Who may be in a group ---- */

static bool is_map(const tn_instr *instr)
{
    return instr->kind == TN_INSTR_WAITING && instr->row;
}

static bool is_common(tn_dtype dtype)
{
    return dtype == TN_FLOAT32 || dtype == TN_FLOAT64 || dtype == TN_INT32 || dtype == TN_INT64 || dtype == TN_BOOL;
}

static uint32_t result_of(const tn_compile *c, const tn_instr *instr)
{
    return tn_value_made(c, &c->nodes[instr->node], 0);
}

static int64_t size_of(const tn_compile *c, uint32_t v)
{
    return tn_dims_size(c->values[v].dims);
}

/* Whether an instruction may be in any group: TN_APART_NOT, or why not. */
static tn_apart fitness(const tn_compile *c, const tn_instr *instr)
{
    if (!is_map(instr))
        return TN_APART_OTHER;
    if (instr->super == TN_MAP_MAY_FAIL)
        return TN_APART_FAILS;
    if (!is_common(c->values[result_of(c, instr)].dtype))
        return TN_APART_DTYPE;
    for (uint32_t i = 0; i < instr->num_operands; i++)
        if (!is_common(c->values[tn_operand_of(c, instr, i)].dtype))
            return TN_APART_DTYPE;
    return TN_APART_NOT;
}

/* The input that a kernel may take from a group, or TN_NONE. */
static uint32_t source_input(const tn_compile *c, const tn_instr *instr)
{
    const tn_op_def *def = instr->kind == TN_INSTR_KERNEL ? c->nodes[instr->node].op->def : NULL;
    return def && def->source ? (uint32_t)def->source - 1 : TN_NONE;
}

/* Elements of what a group computes. */
static int64_t size_of_group(const tn_compile *c, uint32_t leader)
{
    const tn_instr *instr = &c->instrs[leader];
    uint32_t input = source_input(c, instr);
    return size_of(c, input == TN_NONE ? result_of(c, instr) : tn_operand_of(c, instr, input));
}

/* Operands that are computed, and as large as the result: when it is computed later, as many have to be kept for longer. */
static int large_operands(const tn_fusing *f, const tn_instr *instr)
{
    int n = 0;
    for (uint32_t i = 0; i < instr->num_operands; i++) {
        uint32_t v = tn_operand_of(f->c, instr, i);
        n += tn_maker_of(f, v) != TN_NONE && size_of(f->c, v) == size_of(f->c, result_of(f->c, instr));
    }
    return n;
}

/* Values read from a variable would be held while the leader writes the variable. */
static bool would_hold(const tn_compile *c, uint32_t leader, const tn_instr *instr)
{
    if (!(c->nodes[c->instrs[leader].node].op->def->flags & TN_OP_WRITES))
        return false;
    for (uint32_t i = 0; i < instr->num_operands; i++)
        if (c->values[c->values[tn_operand_of(c, instr, i)].root].home == TN_HOME_HELD)
            return true;
    return false;
}

/* How many more inputs a group has with an operation whose result was one of them. */
static int new_inputs(const tn_fusing *f, const tn_instr *instr, uint32_t leader)
{
    int n = f->members[leader].num_ops ? -1 : 0;
    for (uint32_t i = 0; i < instr->num_operands; i++)
        n += f->counted[tn_operand_of(f->c, instr, i)] != leader;
    return n;
}

/* Why an elementwise operation cannot be in a group; TN_APART_NOT: it can. */
static tn_apart apart_from(const tn_fusing *f, uint32_t p, uint32_t leader)
{
    const tn_compile *c = f->c;
    const tn_instr *instr = &c->instrs[p];
    const tn_member *m = &f->members[leader];
    bool is_source = source_input(c, &c->instrs[leader]) != TN_NONE;
    tn_apart apart = fitness(c, instr);
    if (!apart && !is_source)
        apart = fitness(c, &c->instrs[leader]);
    if (apart)
        return apart;
    int64_t n = size_of(c, result_of(c, instr));
    if (n <= 0 || n != size_of_group(c, leader))
        return TN_APART_SIZE;
    if (m->num_ops == TN_GROUP_OPS || m->num_inputs + new_inputs(f, instr, leader) > TN_GROUP_INPUTS)
        return TN_APART_FULL;
    bool keeps = m->heavy != f->members[p].heavy && large_operands(f, instr) >= 2;
    return keeps || would_hold(c, leader, instr) ? TN_APART_KEEPS : TN_APART_NOT;
}

/* Whether the group may finish the kernel: it then changes the kernel's output in place. */
static bool can_finish(const tn_fusing *f, uint32_t p, uint32_t leader)
{
    const tn_compile *c = f->c;
    const tn_instr *last = &c->instrs[leader];
    if (fitness(c, last) || f->members[leader].anchor != TN_NONE)
        return false;
    const tn_plan_value *from = &c->values[result_of(c, &c->instrs[p])], *to = &c->values[result_of(c, last)];
    return is_common(from->dtype) && tn_dtype_size(from->dtype) == tn_dtype_size(to->dtype) && tn_dims_size(from->dims) > 0 &&
           tn_dims_size(from->dims) == tn_dims_size(to->dims);
}

/* ---- Finding groups ---- */

static void use(tn_fusing *f, uint32_t v, uint32_t user)
{
    if (v == TN_NONE)
        return;
    uint32_t *users = &f->users[f->c->values[v].root];
    *users = *users == TN_USERS_NONE || *users == user ? user : (uint32_t)TN_USERS_MANY;
}

static void count_inputs(tn_fusing *f, uint32_t p, uint32_t leader)
{
    const tn_instr *instr = &f->c->instrs[p];
    f->members[leader].num_inputs = (uint16_t)(f->members[leader].num_inputs + new_inputs(f, instr, leader));
    for (uint32_t i = 0; i < instr->num_operands; i++)
        f->counted[tn_operand_of(f->c, instr, i)] = leader;
}

static void lead(tn_fusing *f, uint32_t p)
{
    tn_member *m = &f->members[p];
    bool map = is_map(&f->c->instrs[p]);
    m->leader = p;
    m->first = map ? p : TN_NONE;
    if (map)
        count_inputs(f, p, p);
    m->num_ops = map;
}

static void join(tn_fusing *f, uint32_t p, uint32_t leader)
{
    tn_member *m = &f->members[leader];
    count_inputs(f, p, leader);
    m->num_ops++;
    f->members[p].next = m->first;
    f->members[p].leader = leader;
    m->first = p;
}

static tn_apart apart_from_users(const tn_fusing *f, uint32_t p, uint32_t users)
{
    const tn_instr *instr = &f->c->instrs[p];
    if (instr->kind == TN_INSTR_DYNAMIC)
        return TN_APART_DYNAMIC;
    if (users >= TN_USERS_MANY)
        return users == TN_USERS_NONE     ? TN_APART_NONE
               : users == TN_USERS_FETCH  ? TN_APART_FETCHED
               : users == TN_USERS_KERNEL ? TN_APART_TAKER
                                          : TN_APART_SHARED;
    if (is_map(instr))
        return apart_from(f, p, users);
    return instr->kind == TN_INSTR_WAITING && can_finish(f, p, users) ? TN_APART_NOT : TN_APART_OTHER;
}

static void find_group(tn_fusing *f, uint32_t p)
{
    const tn_instr *instr = &f->c->instrs[p];
    uint32_t users = f->c->nodes[instr->node].op->num_outputs ? f->users[result_of(f->c, instr)] : (uint32_t)TN_USERS_NONE;
    tn_apart apart = apart_from_users(f, p, users);
    if (f->c->notes)
        f->c->notes[p].apart = apart;
    if (apart) {
        lead(f, p);
    } else if (is_map(instr)) {
        join(f, p, users);
    } else {
        f->members[p].leader = users;
        f->members[users].anchor = p;
    }
}

/* What a map takes may be computed with it, what a kernel takes must be in memory, but for its source. */
static void use_operands(tn_fusing *f, uint32_t p)
{
    const tn_instr *instr = &f->c->instrs[p];
    uint32_t source = source_input(f->c, instr), leader = f->members[p].leader;
    for (uint32_t i = 0; i < instr->num_operands; i++)
        use(f, tn_operand_of(f->c, instr, i), is_map(instr) || i == source ? leader : (uint32_t)TN_USERS_KERNEL);
}

static void find_groups(tn_fusing *f)
{
    const tn_compile *c = f->c;
    for (uint32_t v = 0; v < c->num_values; v++)
        if (c->values[v].fetched)
            use(f, v, TN_USERS_FETCH);
    for (uint32_t p = c->num_instrs; p-- > 0;) {
        if (!tn_is_step(&c->instrs[p])) {
            use(f, c->instrs[p].value, TN_USERS_KERNEL);
            continue;
        }
        find_group(f, p);
        use_operands(f, p);
    }
}

/* ---- */

static tn_status open_fusing(tn_fusing *f)
{
    tn_compile *c = f->c;
    uint32_t heavy = 0;
    f->members = TN_NEW_ARRAY(f, tn_member, c->num_instrs);
    f->maker = TN_NEW_ARRAY(f, uint32_t, c->num_nodes);
    f->users = TN_NEW_ARRAY(f, uint32_t, c->num_values);
    f->counted = TN_NEW_ARRAY(f, uint32_t, c->num_values);
    uint32_t *operands = TN_GROW_ARRAY(c, c->operands, uint32_t, 2 * (size_t)c->num_operands + 1);
    if (!f->members || !f->maker || !f->users || !f->counted || !operands)
        return TN_RESOURCE_EXHAUSTED;
    c->operands = operands;
    f->joined = c->num_operands;
    for (uint32_t n = 0; n < c->num_nodes; n++)
        f->maker[n] = TN_NONE;
    for (uint32_t v = 0; v < c->num_values; v++)
        f->users[v] = f->counted[v] = TN_NONE;
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        f->members[p] = (tn_member){ .leader = p, .next = TN_NONE, .heavy = heavy, .first = TN_NONE, .anchor = TN_NONE };
        if (!tn_is_step(&c->instrs[p]))
            continue;
        f->maker[c->instrs[p].node] = p;
        heavy += !is_map(&c->instrs[p]);
    }
    return TN_OK;
}

static uint32_t count_leaders(const tn_fusing *f)
{
    uint32_t n = 0;
    for (uint32_t p = 0; p < f->c->num_instrs; p++)
        n += f->members[p].leader == p;
    return n;
}

/* Members go, leaders stay where they were, as the steps of their groups. */
static tn_status write_groups(tn_fusing *f)
{
    tn_compile *c = f->c;
    uint32_t most = count_leaders(f), n = 0;
    tn_instr *made = TN_NEW_ARRAY(c, tn_instr, most);
    if (!made)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        const tn_instr *instr = &c->instrs[p];
        if (f->members[p].leader != p) {
            c->nodes[instr->node].role = TN_ROLE_ORDER; /* its result has no bytes */
            continue;
        }
        made[n] = *instr;
        bool may_lead = instr->kind == TN_INSTR_WAITING || instr->kind == TN_INSTR_KERNEL;
        tn_status status = may_lead ? tn_group_prepare(f, p, &made[n]) : TN_OK;
        if (status)
            return status;
        n++;
    }
    talloc_free(c->instrs);
    c->instrs = made;
    c->num_instrs = c->max_instrs = n;
    return TN_OK;
}

static tn_status open_notes(tn_compile *c)
{
    c->notes = TN_NEW_ARRAY(c, tn_note, c->num_instrs);
    if (!c->notes)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        c->instrs[p].note = p + 1;
        c->notes[p].apart = TN_APART_OFF;
    }
    return TN_OK;
}

tn_status tn_pass_fuse(tn_compile *c)
{
    if (c->request->explain) {
        tn_status status = open_notes(c);
        if (status)
            return status;
    }
    if (c->request->optimize == TN_OPTIMIZE_NONE)
        return TN_OK;
    tn_fusing *f = TN_NEW(c, tn_fusing);
    if (!f)
        return TN_RESOURCE_EXHAUSTED;
    f->c = c;
    tn_status status = open_fusing(f);
    if (!status) {
        find_groups(f);
        status = write_groups(f);
    }
    talloc_free(f);
    return status;
}
