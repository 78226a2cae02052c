/*
 * Hostile input for every row of the registry: random operands (all dtypes, ranks and zero sizes, unknown shapes, empty outputs, outputs of
 * another graph), random attributes and names, gradients, and runs under a memory limit, with wrong feeds and tiny time limits. Nothing is
 * known of what comes out but this: no crash and no leak; what fails says why and names its operation; what succeeds has the inferred dtype
 * and shape, and is the same, to the last bit, however much of the graph is optimised.
 *
 * Each turn depends on its number alone. FUZZ_TURNS=100000 makes a long test of it, FUZZ_SEED=N starts at another turn, FUZZ_TRACE=1 tells
 * what each turn does (with CK_FORK=no and FUZZ_TURNS=1 under a debugger).
 */
#include <math.h>
#include <time.h>
#include "fuzz.h"

enum { TURNS = 1500, OPERATIONS = 3, SECONDS = 20 };

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
            feeds[n].value = chance(20) ? NULL : data_tensor(f, chance(70) ? tn_output_dtype(feeds[n].output) : common_dtype());
        n += !chance(5);
    }
    if (chance(30))
        feeds[n++] = (tn_feed){ f->pool[draw(f->num_pool)], data_tensor(f, common_dtype()) };
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
    fuzz_seed(number);
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
    fuzz_trace = number_of("FUZZ_TRACE", 0) != 0;
    for (uint64_t i = first; i < first + turns; i++)
        turn(i);
}
END_TEST

TN_SUITE("fuzz ops", no_operation_can_be_broken)
