/*
 * Hostile input for every row of the registry: random operands (all dtypes, ranks and zero sizes, unknown shapes, empty outputs, outputs of
 * another graph), random attributes and names, gradients, and runs under a memory limit, with wrong feeds and tiny time limits. Nothing is
 * known of what comes out but this: no crash and no leak; what fails says why and names its operation; what succeeds has the inferred dtype
 * and shape, and is the same, to the last bit, however much of the graph is optimised.
 *
 * Each turn depends on its number alone. FUZZ_TURNS=100000 makes a long test of it, FUZZ_SEED=N starts at another turn, FUZZ_TRACE=1 tells
 * what each turn does (with CK_FORK=no and FUZZ_TURNS=1 under a debugger).
 */
#include <float.h>
#include <math.h>
#include <time.h>
#include "core/dims.h"
#include "core/dtype.h"
#include "graph/graph.h"
#include "harness.h"

enum { TURNS = 1500, OPERATIONS = 3, MOST_INPUTS = 16, MOST_OUTPUTS = 64, MOST_FEEDS = 64, MOST_ATTRS = TN_SIG_ATTRS + 1, SECONDS = 20 };

static uint64_t state;
static bool trace;

static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static bool chance(uint32_t percent)
{
    return draw(100) < percent;
}

#define TELL(...)   ((void)(trace && fprintf(stderr, __VA_ARGS__)))
#define PICK(items) ((items)[draw(sizeof(items) / sizeof *(items))])

/* What a turn has built so far. Everything it allocates hangs on `memory`. */
typedef struct fuzz {
    void *memory;
    tn_graph *graph, *other;
    tn_dims base; /* what most operands of the turn look like */
    tn_output pool[MOST_OUTPUTS];
    uint32_t num_pool;
    tn_feed feeds[MOST_FEEDS];
    uint32_t num_feeds;
    tn_op *initializers[MOST_FEEDS];
    uint32_t num_initializers;
    bool incomparable; /* variables change, and what reads them depends on the order; random numbers are not seeded; a limit was reached */
} fuzz;

/* ---- Errors ---- */

static void expect_told(tn_status status, const char *what)
{
    const tn_error *e = tn_last_error();
    TELL("  %s: %s\n", tn_status_name(status), e->message);
    ck_assert_msg(status != TN_OK && e->code == status, "%s: returned %s, told %s", what, tn_status_name(status), tn_status_name(e->code));
    ck_assert_msg(e->message[0], "%s: no message", what);
    ck_assert_msg(status != TN_INTERNAL && status != TN_UNKNOWN, "%s: %s", what, e->message);
}

/* ---- Values ---- */

static const int64_t extremes[] = { INT64_MIN,
                                    INT64_MIN + 1,
                                    INT64_MAX,
                                    INT32_MIN,
                                    INT32_MAX,
                                    (int64_t)1 << 31,
                                    (int64_t)1 << 32,
                                    (int64_t)1 << 40,
                                    (int64_t)1 << 61,
                                    (int64_t)1 << 62,
                                    -((int64_t)1 << 33),
                                    65536,
                                    46341,
                                    3037000500,
                                    255,
                                    256,
                                    -128,
                                    -2 };
static const double reals[] = { 0,
                                -0.0,
                                1,
                                -1,
                                0.5,
                                -2.5,
                                3.75,
                                1e-40,
                                1e-310,
                                FLT_MAX,
                                -FLT_MAX,
                                DBL_MAX,
                                1e10,
                                -1e19,
                                2147483648.0,
                                9223372036854775808.0,
                                4,
                                2,
                                1.5,
                                0.1,
                                (double)NAN,
                                (double)INFINITY,
                                -(double)INFINITY };
static const tn_dtype common[] = { TN_FLOAT32, TN_FLOAT32, TN_FLOAT64, TN_INT32, TN_INT64, TN_BOOL };
static const tn_dtype every[] = { TN_FLOAT32,    TN_FLOAT64,   TN_INT32,    TN_UINT8,   TN_INT16,    TN_INT8,
                                  TN_STRING,     TN_COMPLEX64, TN_INT64,    TN_BOOL,    TN_BFLOAT16, TN_UINT16,
                                  TN_COMPLEX128, TN_FLOAT16,   TN_RESOURCE, TN_VARIANT, TN_UINT32,   TN_UINT64 };

static int64_t small(int64_t low, int64_t high)
{
    return low + (int64_t)draw((uint32_t)(high - low + 1));
}

static int64_t integer(int64_t low, int64_t high)
{
    return chance(4) ? PICK(extremes) : small(low, high);
}

static tn_dims random_dims(void)
{
    tn_dims d = tn_dims_unknown_of_rank(chance(10) ? (int)draw(TN_MAX_RANK + 1) : (int)draw(4));
    for (int i = 0; i < d.rank; i++)
        d.dim[i] = d.rank > 4 ? small(chance(5) ? 0 : 1, 2) : chance(7) ? 0 : small(1, chance(3) ? 40 : 4);
    if (chance(2) && d.rank > 1) { /* nothing, but far more than fits beside it */
        for (int i = 0; i < d.rank; i++)
            d.dim[i] = (int64_t)1 << draw(63);
        d.dim[draw((uint32_t)d.rank)] = 0;
    }
    return d;
}

/* Elements of any bit pattern that the dtype has, mostly of a mild size. */
static void fill(tn_tensor *t, int64_t low, int64_t high)
{
    tn_dtype dtype = tn_tensor_dtype(t);
    size_t size = tn_dtype_size(dtype);
    for (int64_t i = 0; i < tn_tensor_size(t); i++) {
        char *at = (char *)tn_tensor_data(t) + (size_t)i * size;
        int64_t n = integer(low, high);
        double x = chance(50) ? PICK(reals) : (double)draw(4001) / 500 - 4;
        if (dtype == TN_BOOL)
            *(bool *)at = n & 1;
        else if (dtype == TN_FLOAT32)
            *(float *)at = fabs(x) <= (double)FLT_MAX || !isfinite(x) ? (float)x : 1.0f;
        else if (dtype == TN_FLOAT64)
            *(double *)at = x;
        else
            for (size_t b = 0; b < size; b++)
                at[b] = b < 8 ? ((const char *)&n)[b] : 0;
    }
}

static tn_tensor *random_tensor(fuzz *f, tn_dtype dtype, const tn_dims *d, int64_t low, int64_t high)
{
    enum { MOST = 4096 };
    tn_tensor *t = NULL;
    if (tn_dims_size(d) < 0 || tn_dims_size(d) > MOST)
        return NULL;
    if (dtype == TN_STRING) {
        static const char *bytes[MOST];
        static size_t lengths[MOST];
        for (int i = 0; i < MOST; i++) {
            bytes[i] = "text";
            lengths[i] = draw(5);
        }
        t = tn_string_tensor_new(f->memory, d->rank, d->dim, bytes, lengths);
    } else {
        t = tn_tensor_new(f->memory, dtype, d->rank, d->dim, NULL);
        if (t)
            fill(t, low, high);
    }
    return t;
}

/* ---- Operands ---- */

static tn_output placeholder(fuzz *f, tn_tensor *t)
{
    tn_dims d = tn_dims_of(tn_tensor_rank(t), t->dims.dim);
    for (int i = 0; i < d.rank; i++)
        if (chance(30))
            d.dim[i] = -1;
    if (chance(25))
        d.rank = -1;
    tn_output out = tn_placeholder(tn_tensor_dtype(t), .shape = { d.rank < 0 ? NULL : d.dim, d.rank });
    ck_assert_ptr_nonnull(out.op);
    f->feeds[f->num_feeds++] = (tn_feed){ out, t };
    return out;
}

static tn_output tensor_operand(fuzz *f, tn_tensor *t)
{
    if (!t)
        return (tn_output){ 0 };
    return chance(50) || f->num_feeds == MOST_FEEDS ? tn_constant(t) : placeholder(f, t);
}

static tn_output from_pool(fuzz *f, tn_dtype dtype)
{
    for (int i = 0; i < 6 && f->num_pool; i++) {
        tn_output out = f->pool[draw(f->num_pool)];
        if (tn_output_dtype(out) == dtype)
            return out;
    }
    return (tn_output){ 0 };
}

static bool one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name))
        names++;
    return *names != NULL;
}

/* Operands with a part of the shape of the others. */
static tn_tensor *like_the_base(fuzz *f, const char *name, tn_dtype dtype)
{
    tn_dims rows = f->base, last = f->base.rank > 0 ? tn_dims_vector(f->base.dim[f->base.rank - 1]) : tn_dims_scalar();
    rows.rank -= rows.rank > 0;
    static const char *const vectors[] = { "bias", "scale", "offset", "mean", "variance", "reserve_space_1", "reserve_space_2", NULL };
    if (one_of(name, vectors))
        return random_tensor(f, dtype, &last, -3, 5);
    return !strcmp(name, "labels") && tn_dtype_is_integer(dtype) ? random_tensor(f, dtype, &rows, 0, 3) : NULL;
}

static tn_tensor *shape_of_base(fuzz *f)
{
    const tn_dims list = tn_dims_vector(f->base.rank);
    tn_tensor *t = random_tensor(f, TN_INT32, &list, 1, 1);
    for (int i = 0; i < f->base.rank; i++)
        tn_i32(t)[i] = (int32_t)f->base.dim[i];
    return t;
}

/* Operands that steer shapes get the form that their operation wants, most of the time. */
static tn_tensor *steering(fuzz *f, const char *name, tn_dtype dtype)
{
    static const char *const shapes[] = { "input_sizes", "filter_sizes", "orig_input_shape", NULL };
    static const char *const axes[] = { "axis", "dim", "dimension", "split_dim", "concat_dim", NULL };
    static const char *const lists[] = { "shape", "dims", "multiples", "begin", "end", "strides", "size", "ksize", "s0", "s1", NULL };
    static const char *const scalars[] = { "num_segments", "depth",    "start",       "limit",       "delta",   "minval",
                                           "maxval",       "on_value", "off_value",   "lr",          "alpha",   "momentum",
                                           "beta1",        "beta2",    "beta1_power", "beta2_power", "epsilon", NULL };
    tn_dims scalar = tn_dims_scalar(), list = tn_dims_vector(f->base.rank), pads = tn_dims_of(2, (int64_t[]){ f->base.rank, 2 });
    if (chance(10))
        list = tn_dims_vector(draw(11));
    if (one_of(name, axes))
        return random_tensor(f, dtype, &scalar, -f->base.rank, f->base.rank);
    if (!strcmp(name, "reduction_indices")) {
        tn_dims some = tn_dims_vector(draw(3));
        return random_tensor(f, dtype, chance(40) ? &scalar : &some, -f->base.rank, f->base.rank);
    }
    if (one_of(name, lists))
        return random_tensor(f, dtype, &list, chance(30) ? -2 : 0, 4);
    if (one_of(name, scalars))
        return random_tensor(f, dtype, &scalar, -1, 6);
    if (!strcmp(name, "paddings"))
        return random_tensor(f, dtype, &pads, chance(10) ? -1 : 0, 2);
    if (one_of(name, shapes) && dtype == TN_INT32 && chance(85))
        return shape_of_base(f);
    return like_the_base(f, name, dtype);
}

static tn_tensor *permutation(fuzz *f, tn_dtype dtype)
{
    tn_dims d = tn_dims_vector(f->base.rank);
    tn_tensor *t = random_tensor(f, dtype, &d, 0, 3);
    for (int64_t i = 0; t && tn_dtype_is_integer(dtype) && tn_dtype_size(dtype) >= 4 && i < d.dim[0]; i++) {
        int64_t v = d.dim[0] - 1 - i;
        memcpy((char *)tn_tensor_data(t) + (size_t)i * tn_dtype_size(dtype), &v, tn_dtype_size(dtype));
    }
    return t;
}

static tn_tensor *data_tensor(fuzz *f, tn_dtype dtype)
{
    tn_dims d = f->base;
    uint32_t kind = draw(20);
    if (kind == 0 && d.rank > 0)
        d.dim[draw((uint32_t)d.rank)] = 1;
    else if (kind == 1 && d.rank > 0)
        d.rank--;
    else if (kind == 2)
        d = random_dims();
    return random_tensor(f, dtype, &d, -3, 5);
}

static tn_output variable(fuzz *f, tn_dtype dtype, bool is_ref)
{
    tn_tensor *t = data_tensor(f, dtype);
    if (!t || f->num_initializers == MOST_FEEDS)
        return (tn_output){ 0 };
    bool open = chance(20);
    tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", dtype), TN_SHAPE_ATTR("shape", open ? -1 : t->dims.rank, open ? NULL : t->dims.dim),
                              TN_STRING_ATTR("shared_name", chance(10) ? "c" : ""));
    tn_op *op = tn_op_new(f->graph, is_ref ? "VariableV2" : "VarHandleOp", { 0 }, .attrs = attrs);
    tn_outputs operands = TN_OUTPUTS(tn_op_output(op, 0), tn_constant(t));
    tn_op *assign = op ? tn_op_new(f->graph, is_ref ? "Assign" : "AssignVariableOp", operands) : NULL;
    if (assign && !chance(5))
        f->initializers[f->num_initializers++] = assign;
    return tn_op_output(op, 0);
}

/* `usual` is the dtype of a resource's variable. */
static tn_output operand(fuzz *f, const tn_sig_arg *arg, tn_dtype dtype, tn_dtype usual)
{
    if (chance(1))
        return (tn_output){ 0 };
    if (chance(1)) {
        tn_output out = { 0 };
        WITH_DEFAULT_GRAPH(f->other)
            out = tn_scalar(1.0f);
        return out;
    }
    if (arg->is_ref || (dtype == TN_RESOURCE && !chance(10)))
        return variable(f, dtype != TN_RESOURCE ? dtype : chance(5) ? PICK(common) : usual, arg->is_ref);
    tn_output old = chance(25) ? from_pool(f, dtype) : (tn_output){ 0 };
    if (old.op)
        return old;
    if (dtype == TN_RESOURCE)
        return tn_placeholder(dtype);
    tn_tensor *t = chance(8) ? NULL : !strcmp(arg->name, "perm") ? permutation(f, dtype) : steering(f, arg->name, dtype);
    return tensor_operand(f, t ? t : data_tensor(f, dtype));
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
        d->dim[draw((uint32_t)d->rank)] = chance(50) ? -1 : PICK(extremes);
    switch (kind) {
    case TN_ATTR_INT:
        return TN_INT_ATTR(name, integer(-2, 5));
    case TN_ATTR_FLOAT:
        return TN_FLOAT_ATTR(name, PICK(reals));
    case TN_ATTR_BOOL:
        return TN_BOOL_ATTR(name, chance(50));
    case TN_ATTR_STRING:
        if (!strcmp(name, "padding") && !chance(10))
            return TN_STRING_ATTR(name, PICK(paddings));
        return chance(50) ? TN_STRING_ATTR(name, chance(50) ? "NHWC" : "NCHW") : TN_STRING_ATTR(name, chance(50) ? "" : "odd \xff\n text");
    case TN_ATTR_TYPE:
        return TN_TYPE_ATTR(name, chance(80) ? PICK(every) : (int64_t)integer(-2, 30));
    case TN_ATTR_SHAPE:
        return chance(15) ? TN_SHAPE_ATTR(name, (int64_t)integer(-2, 10) <= 4 ? -1 : 9, NULL) : TN_SHAPE_ATTR(name, d->rank, d->dim);
    case TN_ATTR_TENSOR:
        *d = random_dims();
        return TN_TENSOR_ATTR(name, chance(10) ? NULL : random_tensor(f, PICK(common), d, -3, 5));
    case TN_ATTR_INTS:
        return one_of(name, windows) && !chance(10) ? window_attr(name, ints) : TN_INTS_ATTR(name, draw(5), ints);
    default:
        return TN_BOOLS_ATTR(name, 0, NULL);
    }
}

static tn_dtype random_type(uint64_t allowed)
{
    for (int i = 0; i < 40; i++) {
        tn_dtype t = chance(85) ? PICK(common) : PICK(every);
        if (allowed >> t & 1)
            return t;
    }
    return PICK(common);
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
    return PICK(common);
}

static size_t random_operands(fuzz *f, const tn_signature *s, const attributes *a, tn_output *inputs)
{
    size_t n = 0;
    for (int i = 0; i < s->num_inputs; i++) {
        const tn_sig_arg *arg = &s->inputs[i];
        int64_t number = arg->number_attr >= 0 ? a->numbers[arg->number_attr] : 1;
        for (int64_t k = 0; k < number && n < MOST_INPUTS; k++)
            inputs[n++] = operand(f, arg,
                                  chance(1)             ? PICK(common)
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

static tn_op *add_operation(fuzz *f, const tn_op_def *def)
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
    for (size_t i = 0; trace && i < n; i++)
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

static void add_gradients(fuzz *f, tn_op *op)
{
    tn_output dxs[MOST_INPUTS + MOST_FEEDS] = { { 0 } }, xs[MOST_INPUTS + MOST_FEEDS];
    size_t n = 0;
    for (int i = 0; i < op->num_inputs && i < MOST_INPUTS; i++)
        xs[n++] = op->inputs[i];
    for (uint32_t i = 0; i < f->num_feeds && chance(50); i++)
        xs[n++] = f->feeds[i].output;
    tn_output y = tn_op_output(op, (int)draw((uint32_t)op->num_outputs));
    TELL(" gradients of %s:%d\n", tn_op_name(op), y.index);
    tn_status status = tn_gradients(TN_OUTPUTS(y), ((tn_outputs){ xs, n }), dxs);
    if (status)
        expect_told(status, "gradients");
    for (size_t i = 0; !status && i < n && f->num_pool < MOST_OUTPUTS; i++)
        if (dxs[i].op) {
            ck_assert(tn_output_dtype(xs[i]) == TN_RESOURCE || tn_output_dtype(dxs[i]) == tn_output_dtype(xs[i]));
            f->pool[f->num_pool++] = dxs[i];
        }
}

/* ---- Runs ---- */

static void expect_inferred(tn_output output, const tn_tensor *t)
{
    const tn_value *v = tn_value_of(output);
    char got[TN_DIMS_TEXT], wanted[TN_DIMS_TEXT];
    ck_assert_msg(t->dtype == v->dtype, "%s: %s", output.op->name, tn_dtype_name(t->dtype));
    ck_assert_msg(tn_dims_compatible(&t->dims, v->dims) || v->is_ref, "%s (%s): result %s, inferred %s", output.op->name,
                  output.op->def->name, tn_dims_text(&t->dims, got), tn_dims_text(v->dims, wanted));
}

static void initialise(fuzz *f, tn_session *s)
{
    for (uint32_t i = 0; i < f->num_initializers; i++) {
        tn_status status = tn_run_op(s, f->initializers[i]);
        if (status)
            expect_told(status, "initializer");
    }
}

static bool depends_on_limits(tn_status status)
{
    return status == TN_RESOURCE_EXHAUSTED || status == TN_DEADLINE_EXCEEDED;
}

/* The value of an output in a session; the status in *status. */
static tn_tensor *value_of(fuzz *f, tn_session *s, tn_output out, tn_status *status)
{
    tn_tensor *t = tn_run(s, out, .feeds = { f->feeds, f->num_feeds }, .owner = f->memory);
    *status = t ? TN_OK : tn_last_error()->code;
    if (t)
        expect_inferred(out, t);
    else
        expect_told(*status, out.op->def->name);
    return t;
}

/* To the bit; but which NaN an operation gives, a compiler may decide anew in each place: clang makes -(x * y) of (-x) * y. */
static bool same_values(tn_tensor *a, tn_tensor *b)
{
    const size_t bytes = tn_tensor_bytes(a);
    if (a->dtype != TN_FLOAT32 && a->dtype != TN_FLOAT64)
        return !memcmp(a->data, b->data, bytes);
    const size_t size = tn_dtype_size(a->dtype);
    for (size_t i = 0; i < bytes / size; i++) {
        bool both_nan = size == 4 ? isnan(tn_f32(a)[i]) && isnan(tn_f32(b)[i]) : isnan(tn_f64(a)[i]) && isnan(tn_f64(b)[i]);
        if (!both_nan && memcmp((char *)a->data + i * size, (char *)b->data + i * size, size))
            return false;
    }
    return true;
}

static void compare(fuzz *f, tn_session *fast, tn_session *plain, tn_output out)
{
    tn_status status[4];
    TELL(" run %s:%d (%s)\n", out.op->name, out.index, out.op->def->name);
    tn_tensor *a = value_of(f, fast, out, &status[0]), *b = value_of(f, plain, out, &status[1]);
    talloc_free(value_of(f, fast, out, &status[2]));
    talloc_free(value_of(f, plain, out, &status[3]));
    for (int i = 0; i < 4; i++)
        f->incomparable |= depends_on_limits(status[i]); /* random streams are then out of step, too */
    if (f->incomparable)
        return;
    ck_assert_msg(status[0] == status[1], "%s (%s): optimised %s, plain %s", out.op->name, out.op->def->name, tn_status_name(status[0]),
                  tn_status_name(status[1]));
    ck_assert_msg(status[2] == status[3], "%s: second runs are %s and %s", out.op->name, tn_status_name(status[2]),
                  tn_status_name(status[3]));
    if (!a || !b)
        return;
    ck_assert_msg(tn_dims_equal(&a->dims, &b->dims), "%s: shapes differ", out.op->name);
    ck_assert_msg(tn_tensor_bytes(a) == tn_tensor_bytes(b), "%s: sizes differ", out.op->name);
    if (a->dtype != TN_STRING)
        ck_assert_msg(same_values(a, b), "%s (%s): bits differ", out.op->name, out.op->def->name);
    talloc_free(a);
    talloc_free(b);
}

/* Feeds that lie: of another dtype or shape, twice, NULL, of the other graph, of anything in the middle. */
static void run_hostile(fuzz *f, tn_session *s, tn_output out)
{
    tn_feed feeds[MOST_FEEDS + 2];
    size_t n = 0;
    for (uint32_t i = 0; i < f->num_feeds; i++) {
        feeds[n] = f->feeds[i];
        if (chance(20))
            feeds[n].value = chance(20) ? NULL : data_tensor(f, chance(70) ? tn_output_dtype(feeds[n].output) : PICK(common));
        n += !chance(5);
    }
    if (chance(30))
        feeds[n++] = (tn_feed){ f->pool[draw(f->num_pool)], data_tensor(f, PICK(common)) };
    if (n && chance(5))
        feeds[n++] = feeds[0];
    TELL(" hostile run %s:%d\n", out.op->name, out.index);
    tn_tensor *t = tn_run(s, out, .feeds = { feeds, n }, .owner = f->memory, .timeout_ms = chance(20) ? 1 : 0);
    if (t)
        expect_inferred(out, t);
    else
        expect_told(tn_last_error()->code, "hostile run");
}

static void run_all(fuzz *f)
{
    int64_t limit = chance(30) ? small(1, 100000) : 1 << 22;
    tn_session *fast = tn_session_open(.parent = f->memory, .graph = f->graph, .memory_limit = limit, .threads = chance(20) ? 2 : 0);
    tn_session *plain = tn_session_open(.parent = f->memory, .graph = f->graph, .memory_limit = limit, .optimize = TN_OPTIMIZE_NONE);
    ck_assert_msg(fast && plain, "%s", tn_last_error()->message);
    initialise(f, fast);
    initialise(f, plain);
    for (uint32_t i = 0; i < f->num_pool; i++)
        if (i < 6 || chance(30))
            compare(f, fast, plain, f->pool[i]);
    for (uint32_t i = 0; f->num_pool && i < 3; i++)
        run_hostile(f, chance(50) ? fast : plain, f->pool[draw(f->num_pool)]);
    tn_session_close(fast);
    tn_session_close(plain);
}

/* ---- Turns ---- */

static void run_operations(fuzz *f, const tn_op_def *first)
{
    for (int i = 0; i < OPERATIONS; i++) {
        tn_op *op = add_operation(f, i ? tn_registry_at(draw((uint32_t)tn_registry_count())) : first);
        if (op && op->num_outputs && op->graph == f->graph->core && chance(50))
            add_gradients(f, op);
    }
    run_all(f);
    /* Effects without outputs: assignments, updates. */
    tn_op *last = tn_graph_op_at(f->graph, tn_graph_num_ops(f->graph) - 1);
    WITH_SESSION(s, .parent = f->memory, .graph = f->graph, .memory_limit = 1 << 22) {
        initialise(f, s);
        tn_status status = tn_run_op(s, last, .feeds = { f->feeds, f->num_feeds });
        if (status)
            expect_told(status, "operation");
    }
}

static void turn(uint64_t number)
{
    fuzz f = { .memory = talloc_named_const(root, 0, "turn") };
    time_t start = time(NULL);
    state = number * 0x9e3779b97f4a7c15u + 1;
    (void)draw(2);
    f.graph = tn_graph_new(f.memory);
    f.other = tn_graph_new(f.memory);
    tn_graph_set_seed(f.graph, (int64_t)number);
    const tn_op_def *def = tn_registry_at((size_t)(number % tn_registry_count()));
    TELL("turn %llu: %s\n", (unsigned long long)number, def->name);
    WITH_DEFAULT_GRAPH(f.graph)
        run_operations(&f, def);
    talloc_free(f.memory);
    ck_assert_msg(time(NULL) - start < SECONDS, "turn %llu took too long", (unsigned long long)number);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

START_TEST(no_operation_can_be_broken)
{
    uint64_t first = number_of("FUZZ_SEED", 0), turns = number_of("FUZZ_TURNS", TURNS);
    trace = number_of("FUZZ_TRACE", 0) != 0;
    for (uint64_t i = first; i < first + turns; i++)
        turn(i);
}
END_TEST

TN_SUITE("fuzz ops", no_operation_can_be_broken)
