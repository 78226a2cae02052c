/* See fuzz.h. */
#include "fuzz.h"

enum { MOST_ATTRS = TN_SIG_ATTRS + 1 };

/* ---- Errors ---- */

void expect_told(tn_status status, const char *what)
{
    const tn_error *e = tn_last_error();
    TELL("  %s: %s\n", tn_status_name(status), e->message);
    ck_assert_msg(status != TN_OK && e->code == status, "%s: returned %s, told %s", what, tn_status_name(status), tn_status_name(e->code));
    ck_assert_msg(e->message[0], "%s: no message", what);
    ck_assert_msg(status != TN_INTERNAL && status != TN_UNKNOWN, "%s: %s", what, e->message);
}

/* ---- Attributes ---- */

typedef struct attributes {
    tn_attr items[MOST_ATTRS];
    size_t n;
    tn_dtype types[TN_SIG_ATTRS]; /* by index in the signature */
    int64_t numbers[TN_SIG_ATTRS];
} attributes;

/* Strides and dilations have four items, of which two may be more than 1. */
static tn_attr window_attr(const char *name, int64_t *ints)
{
    bool nchw = chance(30);
    for (int i = 0; i < 4; i++)
        ints[i] = (i == (nchw ? 2 : 1) || i == (nchw ? 3 : 2)) && chance(60) ? integer(1, 3) : 1;
    return TN_INTS_ATTR(name, 4, ints);
}

static tn_attr random_attr(fuzz *f, const char *name, tn_attr_kind kind)
{
    static const char *const windows[] = { "ksize", "strides", "dilations", NULL };
    static const char *const paddings[] = { "SAME", "SAME", "VALID", "EXPLICIT" };
    tn_dims *d = talloc(f->memory, tn_dims);
    int64_t *ints = talloc_array(f->memory, int64_t, 4);
    *d = random_dims();
    for (int i = 0; i < 4; i++)
        ints[i] = integer(-3, 3);
    if (chance(15) && d->rank > 0)
        d->dim[draw((uint32_t)d->rank)] = chance(50) ? -1 : extreme();
    switch (kind) {
    case TN_ATTR_INT:
        return TN_INT_ATTR(name, integer(-2, 5));
    case TN_ATTR_FLOAT:
        return TN_FLOAT_ATTR(name, fuzz_real());
    case TN_ATTR_BOOL:
        return TN_BOOL_ATTR(name, chance(50));
    case TN_ATTR_STRING:
        if (!strcmp(name, "padding") && !chance(10))
            return TN_STRING_ATTR(name, PICK(paddings));
        return chance(50) ? TN_STRING_ATTR(name, chance(50) ? "NHWC" : "NCHW") : TN_STRING_ATTR(name, chance(50) ? "" : "odd \xff\n text");
    case TN_ATTR_TYPE:
        return TN_TYPE_ATTR(name, chance(80) ? any_dtype() : (int64_t)integer(-2, 30));
    case TN_ATTR_SHAPE:
        return chance(15) ? TN_SHAPE_ATTR(name, (int64_t)integer(-2, 10) <= 4 ? -1 : 9, NULL) : TN_SHAPE_ATTR(name, d->rank, d->dim);
    case TN_ATTR_TENSOR:
        *d = random_dims();
        return TN_TENSOR_ATTR(name, chance(10) ? NULL : random_tensor(f, common_dtype(), d, -3, 5));
    case TN_ATTR_INTS:
        return one_of(name, windows) && !chance(10) ? window_attr(name, ints) : TN_INTS_ATTR(name, draw(5), ints);
    default:
        return TN_BOOLS_ATTR(name, 0, NULL);
    }
}

static tn_dtype random_type(uint64_t allowed)
{
    for (int i = 0; i < 40; i++) {
        tn_dtype t = chance(85) ? common_dtype() : any_dtype();
        if (allowed >> t & 1)
            return t;
    }
    return common_dtype();
}

static void random_attrs(fuzz *f, const tn_signature *s, attributes *a)
{
    *a = (attributes){ 0 };
    for (int i = 0; i < s->num_attrs; i++) {
        const tn_sig_attr *attr = &s->attrs[i];
        a->types[i] = random_type(attr->kind == TN_ATTR_TYPE && !chance(1) ? attr->allowed : ~(uint64_t)0);
        a->numbers[i] = small(1, 3);
        if (chance(1) || (attr->has_default && chance(40)))
            continue;
        if (attr->kind == TN_ATTR_TYPE && !chance(1))
            a->items[a->n++] = TN_TYPE_ATTR(attr->name, a->types[i]);
        else if (attr->has_minimum && attr->kind == TN_ATTR_INT && !chance(5))
            a->items[a->n++] = TN_INT_ATTR(attr->name, a->numbers[i]);
        else
            a->items[a->n++] = random_attr(f, attr->name, chance(1) ? (tn_attr_kind)draw(TN_ATTR_SHAPES + 1) : attr->kind);
    }
    if (chance(1))
        a->items[a->n++] = TN_INT_ATTR("unheard_of", 1);
}

/* A tensor attribute has the dtype of its operation, and a string attribute one of the choices, most of the time. */
static void suit(fuzz *f, const tn_signature *s, attributes *a)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->items[i].kind == TN_ATTR_TENSOR && chance(95)) {
            tn_dims d = random_dims();
            tn_tensor *t = random_tensor(f, a->types[0] && s->attrs[0].kind == TN_ATTR_TYPE ? a->types[0] : a->types[1], &d, -3, 5);
            a->items[i] = TN_TENSOR_ATTR(a->items[i].name, t);
        }
        if (!strcmp(a->items[i].name, "container") || !strcmp(a->items[i].name, "shared_name"))
            a->items[i] = TN_STRING_ATTR(a->items[i].name, chance(95) ? "" : "c");
    }
}

/* ---- One operation ---- */

static const char *random_name(void)
{
    static const char *const names[] = { "x", "y", "a/b",  "Late.1", "_bad", "",   "a b",  "x/",  "/",
                                         "-", "0", "\xff", "_",      "x:0",  "^x", "%s%n", "x//y" };
    return chance(90) ? NULL : PICK(names);
}

static tn_dtype type_of(const tn_signature *s, const attributes *a)
{
    for (int i = 0; i < s->num_attrs; i++)
        if (s->attrs[i].kind == TN_ATTR_TYPE)
            return a->types[i];
    return common_dtype();
}

static size_t random_operands(fuzz *f, const tn_signature *s, const attributes *a, tn_output *inputs)
{
    size_t n = 0;
    for (int i = 0; i < s->num_inputs; i++) {
        const tn_sig_arg *arg = &s->inputs[i];
        int64_t number = arg->number_attr >= 0 ? a->numbers[arg->number_attr] : 1;
        for (int64_t k = 0; k < number && n < MOST_INPUTS; k++)
            inputs[n++] = operand(f, arg,
                                  chance(1)             ? common_dtype()
                                  : arg->type_attr >= 0 ? a->types[arg->type_attr]
                                                        : arg->dtype,
                                  type_of(s, a));
    }
    if (chance(1) && n < MOST_INPUTS)
        inputs[n++] = tn_scalar(1);
    return n && chance(1) ? n - 1 : n;
}

static void add_to_pool(fuzz *f, tn_op *op)
{
    for (int i = 0; i < tn_op_num_outputs(op) && i < 6 && f->num_pool < MOST_OUTPUTS; i++)
        f->pool[f->num_pool++] = tn_op_output(op, i);
}

static void tell_operand(tn_output x)
{
    char text[TN_DIMS_TEXT];
    if (x.op)
        TELL("    %s:%d %s %s\n", x.op->name, x.index, tn_dtype_name(tn_value_of(x)->dtype), tn_dims_text(tn_value_of(x)->dims, text));
}

/* Each session then has numbers of its own. */
static bool is_unseeded(const tn_op *op)
{
    return op->def->flags & TN_OP_RANDOM && !tn_op_int(op, "seed") && !tn_op_int(op, "seed2");
}

tn_op *add_operation(fuzz *f, const tn_op_def *def)
{
    const tn_signature *s = tn_signature_of(def);
    tn_output inputs[MOST_INPUTS];
    attributes a;
    f->base = random_dims();
    if (!strcmp(def->name, "MatMul") && chance(70))
        f->base = tn_dims_of(2, (int64_t[]){ f->base.rank, f->base.rank });
    if ((strstr(def->name, "onv2") || strstr(def->name, "Pool") || strstr(def->name, "BatchNorm")) && chance(80))
        /* images and filters of one shape fit each other */
        f->base = tn_dims_of(4, (int64_t[]){ f->base.rank, f->base.rank, f->base.rank, f->base.rank });
    random_attrs(f, s, &a);
    suit(f, s, &a);
    size_t n = random_operands(f, s, &a, inputs);
    bool empty = false;
    for (size_t i = 0; i < n; i++)
        empty |= !inputs[i].op;
    tn_op *op = tn_op_new(chance(90) ? f->graph : NULL, def->name, { inputs, n }, .name = random_name(), .attrs = { a.items, a.n },
                          .device = chance(97)   ? NULL
                                    : chance(50) ? "/cpu:0"
                                                 : "/nonsense");
    TELL(" %s %s\n", def->name, op ? tn_op_name(op) : "-");
    for (size_t i = 0; fuzz_trace && i < n; i++)
        tell_operand(inputs[i]);
    if (!op && !empty) {
        tn_status status = tn_last_error()->code;
        expect_told(status, def->name);
        ck_assert_msg(status == TN_RESOURCE_EXHAUSTED || strstr(tn_last_error()->message, def->name) || tn_last_error()->op, "%s: %s",
                      def->name, tn_last_error()->message);
    }
    f->incomparable |= op && (def->flags & TN_OP_WRITES || is_unseeded(op));
    if (op && op->graph == f->graph->core)
        add_to_pool(f, op);
    return op;
}
