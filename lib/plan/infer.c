/* Infer: exact dims for every value, from the feeds down. Folds what is known, merges what is equal, and says what becomes of each node. */
#include "plan/compile.h"

#include "core/alloc.h"
#include "core/dtype.h"
#include "core/status.h"

/* A place for dims that the graph's own inference does not have. In blocks: a plan may need a million. */
static tn_dims *new_dims(tn_compile *c, const tn_dims *dims)
{
    enum { BLOCK = 64 };
    if (!c->dims_left) {
        c->dims_block = TN_NEW_ARRAY(c->plan, tn_dims, BLOCK);
        if (!c->dims_block)
            return NULL;
        c->dims_left = BLOCK;
    }
    c->dims_left--;
    *c->dims_block = *dims;
    return c->dims_block++;
}

/* ---- Operands ---- */

/* Whether input i of an operation takes a reference. */
static bool takes_ref(const tn_op *op, int i)
{
    const tn_signature *s = op->signature;
    for (int arg = 0, at = 0; arg < s->num_inputs; arg++) {
        const tn_sig_arg *a = &s->inputs[arg];
        int64_t n = a->type_list ? op->attrs[a->type_attr].i : a->number_attr >= 0 ? op->attrs[a->number_attr].i : 1;
        if (i < at + n)
            return a->is_ref;
        at += (int)n;
    }
    return false;
}

/* The value of a variable, as it is just before node n. */
static uint32_t read_before(tn_compile *c, uint32_t n, tn_op *variable)
{
    uint32_t v = tn_value_new(c, n, variable->outputs[0].dtype, variable->outputs[0].dims);
    if (v == TN_NONE)
        return v;
    c->values[v].home = TN_HOME_HELD;
    c->values[v].variable = variable;
    c->values[v].next = c->nodes[n].reads;
    c->nodes[n].reads = v;
    return v;
}

/* The value of a reference just after its maker: what an assignment assigned. */
static uint32_t read_after(tn_compile *c, uint32_t v)
{
    if (c->values[v].deref != TN_NONE)
        return c->values[v].deref;
    tn_op *variable = c->values[v].variable;
    uint32_t read = tn_value_new(c, c->values[v].node, c->values[v].dtype, variable->outputs[0].dims);
    if (read == TN_NONE)
        return read;
    c->values[read].home = TN_HOME_HELD;
    c->values[read].variable = variable;
    return c->values[v].deref = read;
}

uint32_t tn_value_to_read(tn_compile *c, tn_output output)
{
    uint32_t v = c->values[tn_value_at(c, output)].canon;
    return c->values[v].is_ref ? read_after(c, v) : v;
}

static bool carries_data(tn_dtype dtype)
{
    return dtype != TN_RESOURCE && dtype != TN_VARIANT;
}

/* Finds the value of input i of node n: TN_NONE for what is no data (references as such, resources). */
static tn_status find_operand(tn_compile *c, uint32_t n, int i, uint32_t *operand)
{
    const tn_op *op = c->nodes[n].op;
    tn_output input = op->inputs[i];
    uint32_t v = c->values[tn_value_at(c, input)].canon;
    const tn_plan_value *value = &c->values[v];
    bool made_ref = tn_value_of(input)->is_ref, wants_ref = made_ref && takes_ref(op, i);
    *operand = TN_NONE;
    if (!carries_data(value->dtype) || (wants_ref && !value->fed))
        return TN_OK;
    if (wants_ref)
        return tn_fail_node(TN_INVALID_ARGUMENT, op->def->name, op->name,
                            "Input %d of %s was passed %s from %s:%d incompatible with expected %s_ref.", i, op->def->name,
                            tn_dtype_name(value->dtype), input.op->name, input.index, tn_dtype_name(value->dtype));
    if (!value->is_ref)
        *operand = v;
    else if (c->nodes[value->node].op->def->flags & TN_OP_VARIABLE)
        *operand = read_before(c, n, value->variable);
    else
        *operand = read_after(c, v);
    return *operand == TN_NONE ? TN_RESOURCE_EXHAUSTED : TN_OK;
}

static tn_status find_operands(tn_compile *c, uint32_t n)
{
    const tn_op *op = c->nodes[n].op;
    for (int i = 0; i < op->num_inputs; i++) {
        uint32_t v;
        tn_status status = find_operand(c, n, i, &v);
        if (status)
            return status;
        c->operands[c->nodes[n].first_operand + (uint32_t)i] = v;
        const tn_value *given = tn_value_of(op->inputs[i]);
        c->in[i] = v == TN_NONE ? (tn_operand){ given->dtype, *given->dims, NULL }
                                : (tn_operand){ c->values[v].dtype, *c->values[v].dims, c->values[v].known };
    }
    return TN_OK;
}

/* ---- Dims ---- */

static bool static_dims_known(const tn_op *op)
{
    for (int i = 0; i < op->num_outputs; i++)
        if (!tn_dims_known(op->outputs[i].dims))
            return false;
    return true;
}

/* Whether the graph's own inference saw all that there is to see. Known outputs alone do not say so: [4] and an unknown shape make [4], yet
 * what is fed for the unknown one may not fit. Of values, only integers steer shapes. */
static bool inputs_were_known(const tn_compile *c, const tn_op *op)
{
    for (int i = 0; i < op->num_inputs; i++) {
        const tn_value *given = tn_value_of(op->inputs[i]);
        if (!tn_dims_known(given->dims) || (c->in[i].value && !given->known && tn_dtype_is_integer(given->dtype)))
            return false;
    }
    return true;
}

static tn_status infer_dims(tn_compile *c, uint32_t n)
{
    enum { FEW = 4 };
    const tn_op *op = c->nodes[n].op;
    if (c->trust_static && static_dims_known(op) && inputs_were_known(c, op))
        return TN_OK;
    tn_dims few[FEW];
    tn_dims *out = op->num_outputs <= FEW ? few : TN_NEW_ARRAY(c, tn_dims, (size_t)op->num_outputs);
    if (!out)
        return TN_RESOURCE_EXHAUSTED;
    for (int i = 0; i < op->num_outputs; i++)
        out[i] = tn_dims_unknown();
    tn_infer infer = { op, op->num_inputs, op->num_outputs, c->in, out, false };
    tn_status status = op->def->infer(&infer);
    for (int i = 0; i < op->num_outputs && !status; i++) {
        tn_plan_value *value = &c->values[tn_value_made(c, &c->nodes[n], i)];
        if (value->fed || tn_dims_equal(&out[i], value->dims))
            continue;
        value->dims = new_dims(c, &out[i]);
        status = value->dims ? TN_OK : TN_RESOURCE_EXHAUSTED;
    }
    if (out != few)
        talloc_free(out);
    return status;
}

/* ---- Roles ---- */

static bool all_known(const tn_compile *c, uint32_t n)
{
    const tn_op *op = c->nodes[n].op;
    bool dims_only = op->def->flags & TN_OP_DIMS_ONLY;
    for (int i = 0; i < op->num_inputs; i++)
        if (dims_only ? !tn_dims_known(&c->in[i].dims) : !c->in[i].value)
            return false;
    return op->num_inputs > 0;
}

/* Small integers steer shapes: their values are wanted even where folding is off. */
static bool steers_shapes(const tn_compile *c, uint32_t n)
{
    for (int i = 0; i < c->nodes[n].op->num_outputs; i++)
        if (!tn_dtype_is_integer(c->out[i].dtype) || tn_dims_size(&c->out[i].dims) > 64)
            return false;
    return true;
}

static bool is_pure(const tn_op *op)
{
    return !(op->def->flags & (TN_OP_STATEFUL | TN_OP_RANDOM | TN_OP_READS | TN_OP_WRITES | TN_OP_VARIABLE));
}

static bool out_dims_known(tn_compile *c, uint32_t n)
{
    const tn_node *node = &c->nodes[n];
    bool known = true;
    for (int i = 0; i < node->op->num_outputs; i++) {
        const tn_plan_value *value = &c->values[tn_value_made(c, node, i)];
        c->out[i] = (tn_operand){ value->dtype, *value->dims, NULL };
        known &= tn_dims_known(value->dims);
    }
    return known;
}

static tn_status unfed_placeholder(const tn_op *op)
{
    char text[TN_DIMS_TEXT];
    const tn_value *v = &op->outputs[0];
    const char *shape = v->dims->rank < 0 ? "" : " and shape ";
    return tn_fail_node(TN_INVALID_ARGUMENT, op->def->name, op->name, "You must feed a value for placeholder tensor '%s' with dtype %s%s%s",
                        op->name, tn_dtype_name(v->dtype), shape, v->dims->rank < 0 ? "" : tn_dims_text(v->dims, text));
}

/* A view of the same dims is its input; of other dims it uses the input's bytes; of dims unknown it is made while running. */
static void decide_view(tn_compile *c, uint32_t n)
{
    uint32_t v = c->nodes[n].first_value, input = c->operands[c->nodes[n].first_operand];
    tn_plan_value *value = &c->values[v];
    if (value->fed || input == TN_NONE)
        return;
    const tn_plan_value *from = &c->values[input];
    bool known = tn_dims_known(value->dims);
    value->root = from->root;
    value->known = known ? from->known : NULL;
    if (!known || !tn_dims_known(from->dims))
        c->nodes[n].role = TN_ROLE_STEP;
    else if (tn_dims_equal(value->dims, from->dims))
        value->canon = input;
    c->values[value->root].uses += value->uses;
}

static void decide_read(tn_compile *c, uint32_t n)
{
    tn_plan_value *value = &c->values[c->nodes[n].first_value];
    if (value->fed)
        return;
    c->nodes[n].role = TN_ROLE_READ;
    value->home = TN_HOME_HELD;
    value->variable = tn_value_of(c->nodes[n].op->inputs[0])->variable;
}

static void merge_with(tn_compile *c, uint32_t n, uint32_t same)
{
    tn_node *node = &c->nodes[n];
    node->same = same;
    node->role = TN_ROLE_ORDER;
    for (uint32_t i = 0; i < (uint32_t)node->op->num_outputs; i++) {
        tn_plan_value *value = &c->values[node->first_value + i];
        value->canon = c->values[c->nodes[same].first_value + i].canon;
        c->values[value->canon].uses += value->uses;
    }
}

static bool has_fed_output(const tn_compile *c, uint32_t n)
{
    for (int i = 0; i < c->nodes[n].op->num_outputs; i++)
        if (c->values[c->nodes[n].first_value + (uint32_t)i].fed)
            return true;
    return false;
}

static void decide_kernel(tn_compile *c, uint32_t n)
{
    tn_node *node = &c->nodes[n];
    node->role = TN_ROLE_STEP;
    bool known = out_dims_known(c, n);
    if (!is_pure(node->op) || has_fed_output(c, n))
        return;
    bool optimize = c->request->optimize != TN_OPTIMIZE_NONE;
    if (known && all_known(c, n) && (optimize || steers_shapes(c, n)))
        tn_fold(c, n, c->in, c->out);
    if (!optimize || node->op->num_controls || node->role != TN_ROLE_STEP)
        return;
    uint32_t same = tn_merge(c, n);
    if (same != TN_NONE)
        merge_with(c, n, same);
}

static tn_status decide(tn_compile *c, uint32_t n)
{
    const tn_op *op = c->nodes[n].op;
    tn_plan_value *first = op->num_outputs ? &c->values[c->nodes[n].first_value] : NULL;
    unsigned flags = op->def->flags;
    if (flags & TN_OP_CONST) {
        const tn_tensor *tensor = tn_op_tensor(op, "value");
        first->known = first->fed ? NULL : tensor->data;
    } else if (flags & TN_OP_PLACEHOLDER) {
        return first->fed ? TN_OK : unfed_placeholder(op);
    } else if (flags & TN_OP_READS) {
        decide_read(c, n);
    } else if (flags & TN_OP_VIEW) {
        decide_view(c, n);
    } else if (op->def->prepare) {
        decide_kernel(c, n);
    }
    return TN_OK;
}

/* An operation with a fed output runs for its other outputs, or for who waits for it: it must not write to the feed. */
static tn_status set_feeds_apart(tn_compile *c, uint32_t n)
{
    const tn_op *op = c->nodes[n].op;
    for (int i = 0; i < op->num_outputs && op->def->prepare; i++) {
        uint32_t v = c->nodes[n].first_value + (uint32_t)i;
        if (!c->values[v].fed || c->values[v].is_ref)
            continue;
        uint32_t made = tn_value_new(c, n, c->values[v].dtype, op->outputs[i].dims);
        if (made == TN_NONE)
            return TN_RESOURCE_EXHAUSTED;
        c->values[v].made = made;
    }
    return TN_OK;
}

static tn_status infer_node(tn_compile *c, uint32_t n)
{
    tn_status status = find_operands(c, n);
    if (!status)
        status = set_feeds_apart(c, n);
    if (!status)
        status = infer_dims(c, n);
    return status ? status : decide(c, n);
}

static bool feeds_only_placeholders(const tn_plan_request *r)
{
    for (size_t i = 0; i < r->num_feeds; i++)
        if (!(r->feeds[i].output.op->def->flags & TN_OP_PLACEHOLDER))
            return false;
    return true;
}

/* What is fetched is needed to the end of the run. */
static tn_status mark_fetches(tn_compile *c)
{
    for (size_t i = 0; i < c->request->num_fetches; i++) {
        tn_output fetch = c->request->fetches[i];
        uint32_t v = tn_value_to_read(c, fetch);
        if (v == TN_NONE)
            return TN_RESOURCE_EXHAUSTED;
        if (!carries_data(c->values[v].dtype))
            return tn_fail_node(TN_INVALID_ARGUMENT, fetch.op->def->name, fetch.op->name, "a %s cannot be fetched",
                                tn_dtype_name(c->values[v].dtype));
        c->values[v].fetched = true;
    }
    return TN_OK;
}

tn_status tn_pass_infer(tn_compile *c)
{
    c->trust_static = feeds_only_placeholders(c->request);
    for (uint32_t n = 0; n < c->num_nodes; n++) {
        tn_status status = c->nodes[n].role == TN_ROLE_FED ? TN_OK : infer_node(c, n);
        if (status)
            return status;
        c->has_writes |= (c->nodes[n].op->def->flags & TN_OP_WRITES) != 0;
    }
    return mark_fetches(c);
}
