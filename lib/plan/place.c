/*
 * Place: how long each value's bytes are needed, where they are, and where an output may be written over an input. Then the instructions
 * that let go of buffers come in, and those that look whether the run may go on.
 */
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"
#include "plan/compile.h"
#include "plan/offsets.h"
#include "plan/pack.h"

enum { TO_THE_END = UINT32_MAX };

/* ---- Homes ---- */

static tn_home home_of(const tn_compile *c, const tn_plan_value *value)
{
    tn_role role = c->nodes[value->node].role;
    if (value->home != TN_HOME_NONE)
        return value->home; /* a feed, or read from a variable */
    if (value->known && role == TN_ROLE_ORDER)
        return TN_HOME_CONST;
    if (role != TN_ROLE_STEP || value->is_ref || value->dtype == TN_RESOURCE)
        return TN_HOME_NONE;
    return tn_dims_known(value->dims) ? TN_HOME_ARENA : TN_HOME_HEAP;
}

static void find_homes(tn_compile *c)
{
    for (uint32_t v = 0; v < c->num_values; v++)
        if (c->values[v].root == v && c->values[v].canon == v)
            c->values[v].home = home_of(c, &c->values[v]);
}

/* ---- Lifetimes ---- */

static void use(tn_compile *c, uint32_t v, uint32_t position)
{
    c->values[c->values[v].root].last_use = position;
}

static void find_last_uses(tn_compile *c)
{
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        const tn_instr *instr = &c->instrs[p];
        if (instr->value != TN_NONE)
            use(c, instr->value, p);
        if (!tn_is_step(instr))
            continue;
        const tn_node *node = &c->nodes[instr->writes];
        for (uint32_t i = 0; i < instr->num_operands; i++)
            if (tn_operand_of(c, instr, i) != TN_NONE)
                use(c, tn_operand_of(c, instr, i), p);
        for (int i = 0; i < node->op->num_outputs; i++)
            use(c, tn_value_made(c, node, i), p);
        if (instr->workspace != TN_NONE)
            use(c, instr->workspace, p);
    }
    for (uint32_t v = 0; v < c->num_values; v++)
        if (c->values[v].fetched)
            use(c, v, TO_THE_END);
}

/* For each position the roots that end there: lists through value.next. */
static tn_status find_ends(tn_compile *c, uint32_t **ends)
{
    uint32_t *first = TN_NEW_ARRAY(c, uint32_t, c->num_instrs);
    if (!first)
        return TN_RESOURCE_EXHAUSTED;
    for (uint32_t p = 0; p < c->num_instrs; p++)
        first[p] = TN_NONE;
    for (uint32_t v = 0; v < c->num_values; v++) {
        tn_plan_value *value = &c->values[v];
        bool ends_in_run = value->home == TN_HOME_ARENA || value->home == TN_HOME_HELD || value->home == TN_HOME_HEAP;
        value->next = TN_NONE;
        if (value->root != v || value->canon != v || value->last_use == TO_THE_END || !ends_in_run)
            continue;
        value->next = first[value->last_use];
        first[value->last_use] = v;
    }
    *ends = first;
    return TN_OK;
}

/* ---- In place ---- */

static size_t bytes_of(const tn_plan_value *value)
{
    size_t bytes = 0;
    (void)tn_dims_bytes(value->dims, value->dtype, &bytes);
    return bytes;
}

/* Whether output 0 of a step may be written over input i: the input's bytes end here, are as many, and every operand that uses them is
 * read element by element. */
static bool may_overwrite(const tn_compile *c, const tn_instr *instr, uint32_t position, uint32_t i)
{
    const tn_node *node = &c->nodes[instr->writes];
    uint32_t v = tn_operand_of(c, instr, i);
    if (!(instr->in_place & 1u << i) || v == TN_NONE)
        return false;
    uint32_t root = c->values[v].root;
    const tn_plan_value *r = &c->values[root];
    if (r->home != TN_HOME_ARENA || r->last_use != position || bytes_of(r) != bytes_of(&c->values[tn_value_made(c, node, 0)]))
        return false;
    for (uint32_t j = 0; j < instr->num_operands; j++) {
        uint32_t other = tn_operand_of(c, instr, j);
        if (other != TN_NONE && c->values[other].root == root && (j >= 32 || !(instr->in_place & 1u << j)))
            return false;
    }
    return true;
}

/* The input that output 0 of a step may be written over, as its root; TN_NONE: none. */
static uint32_t overwritten(const tn_compile *c, const tn_instr *instr, uint32_t position)
{
    for (uint32_t i = 0; i < instr->num_operands && i < 32; i++)
        if (may_overwrite(c, instr, position, i))
            return c->values[tn_operand_of(c, instr, i)].root;
    return TN_NONE;
}

/* ---- Results ---- */

/* What is large and would be copied out of the arena has a buffer of its own instead. Small values are copied faster than that. */
static void find_results(tn_compile *c)
{
    enum { LARGE = 64 << 10 };
    for (uint32_t v = 0; v < c->num_values; v++) {
        tn_plan_value *value = &c->values[v];
        if (value->root != v || value->canon != v || value->home != TN_HOME_ARENA || value->last_use != TO_THE_END ||
            value->dtype == TN_STRING || bytes_of(value) < LARGE)
            continue;
        value->home = TN_HOME_RESULT;
        value->offset = c->plan->num_results++;
    }
}

/* The values that a result may be written over are in its buffer, too, and so are those before them: a chain works in one place. */
static void draw_in_chains(tn_compile *c)
{
    for (uint32_t p = c->num_instrs; p-- > 0;) {
        const tn_instr *instr = &c->instrs[p];
        if (!tn_is_step(instr) || !c->nodes[instr->writes].op->num_outputs)
            continue;
        const tn_plan_value *to = &c->values[tn_value_made(c, &c->nodes[instr->writes], 0)];
        uint32_t from = to->home == TN_HOME_RESULT ? overwritten(c, instr, p) : TN_NONE;
        if (from == TN_NONE)
            continue;
        c->values[from].home = TN_HOME_RESULT;
        c->values[from].offset = to->offset;
    }
}

/* ---- The arena ---- */

/* In the making. A value's block is blocks[range]; values that are written over each other share one. */
typedef struct arena {
    tn_offsets *offsets;
    tn_block *blocks; /* outside talloc: there are as many as values */
    uint32_t num_blocks;
    size_t live, needed; /* bytes now, and at most */
} arena;

static int arena_destroy(arena *a)
{
    tn_bytes_free(a->blocks);
    return 0;
}

static arena *arena_new(tn_compile *c)
{
    size_t n = 0;
    for (uint32_t v = 0; v < c->num_values; v++) {
        c->values[v].range = TN_NONE; /* until something writes it */
        n += c->values[v].home == TN_HOME_ARENA;
    }
    arena *a = TN_NEW(c, arena);
    if (!a)
        return NULL;
    talloc_set_destructor(a, arena_destroy);
    a->offsets = tn_offsets_new(a);
    a->blocks = tn_bytes_new(n * sizeof *a->blocks);
    if (a->offsets && a->blocks)
        return a;
    talloc_free(a);
    return NULL;
}

/* Hands the bytes of a dying input to output 0. */
static bool place_over_input(tn_compile *c, arena *a, const tn_instr *instr, uint32_t position)
{
    uint32_t root = overwritten(c, instr, position);
    if (root == TN_NONE)
        return false;
    tn_plan_value *from = &c->values[root], *to = &c->values[tn_value_made(c, &c->nodes[instr->writes], 0)];
    to->range = from->range;
    a->blocks[to->range].last = to->last_use;
    return true;
}

tn_status tn_value_too_large(const tn_compile *c, uint32_t v)
{
    const tn_plan_value *value = &c->values[v];
    const tn_op *op = c->nodes[value->node].op;
    char text[TN_DIMS_TEXT];
    return tn_fail_node(TN_RESOURCE_EXHAUSTED, op->def->name, op->name, "OOM when allocating tensor with shape%s and type %s",
                        tn_dims_text(value->dims, text), tn_dtype_name(value->dtype));
}

static tn_status place(tn_compile *c, arena *a, uint32_t v, uint32_t position)
{
    enum { UNIT = 64 };
    tn_plan_value *value = &c->values[v];
    tn_block block = { .size = bytes_of(value), .first = position, .last = value->last_use };
    block.range = tn_offsets_take(a->offsets, block.size, &block.at);
    if (block.range == TN_NONE)
        return tn_value_too_large(c, v);
    block.size = block.size ? (block.size + UNIT - 1) / UNIT * UNIT : UNIT;
    a->live += block.size;
    a->needed = a->live > a->needed ? a->live : a->needed;
    value->range = a->num_blocks++;
    a->blocks[value->range] = block;
    return TN_OK;
}

/* For the notes: what became of the first input that the kernel may write over. */
static tn_over what_of_inputs(const tn_compile *c, const tn_instr *instr, uint32_t position)
{
    const tn_plan_value *to = &c->values[tn_value_made(c, &c->nodes[instr->writes], 0)];
    for (uint32_t i = 0; i < instr->num_operands && i < 32; i++) {
        if (!(instr->in_place & 1u << i) || tn_operand_of(c, instr, i) == TN_NONE)
            continue;
        const tn_plan_value *from = &c->values[c->values[tn_operand_of(c, instr, i)].root];
        if (from->home == TN_HOME_RESULT && to->home == TN_HOME_RESULT && from->offset == to->offset)
            return TN_OVER_INPUT;
        return from->home != TN_HOME_ARENA && from->home != TN_HOME_RESULT ? TN_OVER_OWNER
               : from->last_use != position                                ? TN_OVER_LATER
                                                                           : TN_OVER_OTHERWISE;
    }
    return TN_OVER_KERNEL;
}

static void note_place(const tn_compile *c, const tn_instr *instr, uint32_t position)
{
    if (!c->notes || !instr->note || !c->nodes[instr->writes].op->num_outputs)
        return;
    bool over =
        overwritten(c, instr, position) != TN_NONE && c->values[tn_value_made(c, &c->nodes[instr->writes], 0)].home == TN_HOME_ARENA;
    c->notes[instr->note - 1].over = over ? TN_OVER_INPUT : what_of_inputs(c, instr, position);
}

static tn_status place_outputs(tn_compile *c, arena *a, const tn_instr *instr, uint32_t position)
{
    const tn_node *node = &c->nodes[instr->writes];
    for (int i = 0; i < node->op->num_outputs; i++) {
        uint32_t v = tn_value_made(c, node, i);
        const tn_plan_value *value = &c->values[v];
        if (value->home != TN_HOME_ARENA || value->root != v || (i == 0 && place_over_input(c, a, instr, position)))
            continue;
        tn_status status = place(c, a, v, position);
        if (status)
            return status;
    }
    return instr->workspace == TN_NONE ? TN_OK : place(c, a, instr->workspace, position);
}

/* A block is over when the last of its values is. */
static void give_back(tn_compile *c, arena *a, uint32_t first, uint32_t position)
{
    for (uint32_t v = first; v != TN_NONE; v = c->values[v].next) {
        tn_block *block = c->values[v].range != TN_NONE ? &a->blocks[c->values[v].range] : NULL;
        if (!block || block->last != position || block->range == TN_NONE)
            continue;
        tn_offsets_give(a->offsets, block->range);
        block->range = TN_NONE;
        a->live -= block->size;
    }
}

static tn_status settle(tn_compile *c, arena *a)
{
    size_t peak = tn_offsets_peak(a->offsets);
    tn_status status = tn_pack_blocks(a, a->blocks, a->num_blocks, a->needed, &peak);
    for (uint32_t v = 0; v < c->num_values && !status; v++)
        if (c->values[v].range != TN_NONE)
            c->values[v].offset = a->blocks[c->values[v].range].at;
    c->plan->arena_bytes = peak;
    c->plan->live_bytes = a->needed;
    return status;
}

static tn_status find_offsets(tn_compile *c, const uint32_t *ends)
{
    arena *a = arena_new(c);
    tn_status status = a ? TN_OK : TN_RESOURCE_EXHAUSTED;
    for (uint32_t p = 0; p < c->num_instrs && !status; p++) {
        if (tn_is_step(&c->instrs[p])) {
            note_place(c, &c->instrs[p], p);
            status = place_outputs(c, a, &c->instrs[p], p);
        }
        if (!status) /* else what ends here may have no place yet */
            give_back(c, a, ends[p], p);
    }
    if (!status)
        status = settle(c, a);
    talloc_free(a);
    return status;
}

/* ---- Releases and checks ---- */

/* Heap values end early to save memory; a variable's buffer so that a write of this plan finds it free. */
static bool wants_release(const tn_compile *c, const tn_plan_value *value)
{
    return value->home == TN_HOME_HELD ? c->has_writes : value->home == TN_HOME_HEAP;
}

/* Whether it is to be seen if the run may go on: before each step that comes after much work. */
static bool wants_check(const tn_instr *instr, double *since)
{
    enum { CHECK_EVERY = 16384 };
    bool wanted = tn_is_step(instr) && *since >= CHECK_EVERY;
    *since = (wanted ? 0 : *since) + (double)instr->work;
    return wanted;
}

/* Writes an instruction that is no operation's, or only counts it when `to` is NULL. */
static uint32_t write_extra(tn_instr *to, uint32_t n, tn_instr_kind kind, uint32_t value)
{
    if (to)
        to[n] = (tn_instr){ .kind = kind, .node = TN_NONE, .writes = TN_NONE, .value = value, .workspace = TN_NONE };
    return n + 1;
}

static uint32_t write_all(const tn_compile *c, const uint32_t *ends, tn_instr *to)
{
    double since = 0;
    uint32_t n = write_extra(to, 0, TN_INSTR_CHECK, TN_NONE);
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        if (wants_check(&c->instrs[p], &since))
            n = write_extra(to, n, TN_INSTR_CHECK, TN_NONE);
        if (to)
            to[n] = c->instrs[p];
        n++;
        for (uint32_t v = ends[p]; v != TN_NONE; v = c->values[v].next)
            if (wants_release(c, &c->values[v]))
                n = write_extra(to, n, TN_INSTR_RELEASE, v);
    }
    return n;
}

static tn_status insert_releases_and_checks(tn_compile *c, const uint32_t *ends)
{
    uint32_t n = write_all(c, ends, NULL);
    tn_instr *instrs = TN_NEW_ARRAY(c, tn_instr, n);
    if (!instrs)
        return TN_RESOURCE_EXHAUSTED;
    write_all(c, ends, instrs);
    talloc_free(c->instrs);
    c->instrs = instrs;
    c->num_instrs = c->max_instrs = n;
    return TN_OK;
}

tn_status tn_pass_place(tn_compile *c)
{
    uint32_t *ends;
    find_homes(c);
    find_last_uses(c);
    find_results(c);
    draw_in_chains(c);
    tn_status status = find_ends(c, &ends);
    if (status)
        return status;
    status = find_offsets(c, ends);
    return status ? status : insert_releases_and_checks(c, ends);
}
