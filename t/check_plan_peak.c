/*
 * The memory of a run: an arena is hardly larger than the most that is needed at one step, for random graphs and for nets that train or
 * infer. What is needed is found from the plan alone: the bytes that live slots cover, so that values in one place count once.
 */
#include "plan_driver.h"
#include "session/session.h"

enum { GRAPHS = 200, OPERATIONS = 60, FETCHES = 3, ALIGNMENT = 64 };

/* ---- What a plan needs ---- */

typedef struct span {
    size_t first, last; /* steps */
    size_t at, end;     /* bytes of the arena */
} span;

static int compare_places(const void *a, const void *b)
{
    size_t x = (*(const span *const *)a)->at, y = (*(const span *const *)b)->at;
    return (x > y) - (x < y);
}

static span *spans_of(const tn_plan *plan)
{
    span *spans = talloc_zero_array(root, span, (unsigned)plan->num_slots);
    for (size_t i = 0; i < plan->num_slots; i++) {
        const tn_slot *slot = &plan->slots[i];
        size_t bytes = 0;
        spans[i].first = SIZE_MAX;
        if (slot->home != TN_HOME_ARENA || !tn_dims_bytes(slot->dims, slot->dtype, &bytes))
            continue;
        spans[i].at = slot->offset;
        spans[i].end = slot->offset + (bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT);
    }
    for (size_t p = 0; p < plan->num_steps; p++) {
        const tn_step *step = &plan->steps[p];
        uint32_t n = step->slots ? step->num_inputs + step->num_outputs + (step->num_outputs || step->num_inputs ? 1 : 0) : 0;
        for (uint32_t i = 0; i < n; i++) {
            span *s = &spans[step->slots[i]];
            s->first = p < s->first ? p : s->first;
            s->last = p;
        }
    }
    for (size_t i = 0; i < plan->num_fetches; i++)
        spans[plan->fetches[i].slot].last = plan->num_steps;
    return spans;
}

static size_t covered(const span **live, size_t n)
{
    size_t bytes = 0, end = 0;
    qsort(live, n, sizeof *live, compare_places);
    for (size_t i = 0; i < n; i++) {
        size_t from = live[i]->at > end ? live[i]->at : end;
        bytes += live[i]->end > from ? live[i]->end - from : 0;
        end = live[i]->end > end ? live[i]->end : end;
    }
    return bytes;
}

static size_t most_needed(const tn_plan *plan)
{
    span *spans = spans_of(plan);
    const span **live = talloc_array(spans, const span *, (unsigned)plan->num_slots);
    size_t most = 0;
    for (size_t p = 0; p < plan->num_steps; p++) {
        size_t n = 0;
        for (size_t i = 0; i < plan->num_slots; i++)
            if (spans[i].end > spans[i].at && spans[i].first <= p && p <= spans[i].last)
                live[n++] = &spans[i];
        size_t bytes = covered(live, n);
        most = bytes > most ? bytes : most;
    }
    talloc_free(spans);
    return most;
}

/* ---- Random graphs ---- */

static uint32_t state;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static tn_output made[OPERATIONS + 8];
static uint32_t num_made;

static tn_output any(void)
{
    return made[num_made - 1 - draw(num_made < 10 ? num_made : 10)];
}

static int rows_of(tn_output x)
{
    return (int)tn_output_dim(x, 0);
}

static int columns_of(tn_output x)
{
    return (int)tn_output_dim(x, 1);
}

static tn_output other_size(tn_output x)
{
    switch (draw(4)) {
    case 0:
        return tn_slice(x, tn_vector(0, 0), tn_vector(1 + (int)draw((uint32_t)rows_of(x)), -1));
    case 1:
        return rows_of(x) < 2000 ? tn_concat(TN_OUTPUTS(x, tn_neg(x)), 0) : tn_slice(x, tn_vector(3, 0), tn_vector(300, -1));
    case 2:
        return rows_of(x) < 600 ? tn_matmul(x, x, .transpose_b = true) : tn_square(x);
    default:
        return columns_of(x) > 40 ? tn_slice(x, tn_vector(0, 0), tn_vector(-1, 20 + (int)draw(20)))
                                  : tn_concat(TN_OUTPUTS(x, tn_neg(x)), 1);
    }
}

static tn_output same_size(tn_output x)
{
    switch (draw(5)) {
    case 0:
        return tn_tanh(x);
    case 1:
        return tn_add(x, tn_reduce_sum(any(), .axes = TN_AXES(0, 1)));
    case 2:
        return tn_mul(x, tn_exp(tn_slice(x, tn_vector(0, 0), tn_vector(1, -1))));
    case 3:
        return tn_add(tn_transpose(tn_exp(tn_transpose(x))), x);
    default:
        return tn_sub(x, tn_reduce_max(x, .axes = TN_AXES(1), .keep_dims = true));
    }
}

static void build(uint32_t seed)
{
    state = seed * 7919 + 1;
    num_made = 0;
    made[num_made++] = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(50 + draw(500), 10 + draw(100)));
    for (uint32_t n = 10 + draw(OPERATIONS - 10); num_made <= n; num_made++) {
        made[num_made] = draw(2) ? same_size(any()) : other_size(any());
        ck_assert_msg(made[num_made].op != NULL, "%s", tn_last_error()->message);
    }
}

static void expect_tight(const tn_plan *plan, const char *what, uint32_t number)
{
    size_t needed = most_needed(plan);
    ck_assert_msg(plan->arena_bytes <= needed + needed / 20 && plan->arena_bytes >= needed, "%s %u: an arena of %zu bytes, %zu are needed",
                  what, number, plan->arena_bytes, needed);
}

static void check_graph(uint32_t seed)
{
    tn_output fetches[FETCHES];
    build(seed);
    for (int i = 0; i < FETCHES; i++)
        fetches[i] = made[num_made - 1 - draw(5)];
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ rows_of(made[0]), columns_of(made[0]) }, NULL);
    const tn_outputs all = { fetches, FETCHES };
    tn_plan *plan = plan_of(all, TN_FEEDS({ made[0], t }), seed % 2 ? TN_OPTIMIZE_NONE : TN_OPTIMIZE_DEFAULT);
    expect_tight(plan, "graph", seed);
    talloc_free(plan);
    talloc_free(t);
}

START_TEST(random_graphs_need_little_more_than_what_lives)
{
    uint32_t graphs = getenv("TN_UNDER_VALGRIND") ? 10 : GRAPHS;
    for (uint32_t seed = 0; seed < graphs; seed++)
        WITH_GRAPH(g, .owner = root)
            check_graph(seed);
}
END_TEST

/* ---- Nets ---- */

enum { SIDE = 28, CLASSES = 10 };

typedef struct net {
    tn_output x, labels, fetch;
    tn_op *step; /* NULL: it infers */
} net;

static tn_output weights(tn_shape shape)
{
    return tn_read(tn_variable_new(tn_truncated_normal(shape, .b = 0.1)));
}

static tn_output biases(int64_t n)
{
    return tn_read(tn_variable_new(tn_zeros(TN_FLOAT32, TN_SHAPE(n))));
}

static tn_output dense(tn_output x, int64_t inputs, int64_t outputs)
{
    return tn_bias_add(tn_matmul(x, weights(TN_SHAPE(inputs, outputs))), biases(outputs));
}

static net training(tn_output x, tn_output logits, tn_optimizer *optimizer)
{
    net n = { .x = x, .labels = tn_placeholder(TN_INT64, .shape = TN_SHAPE(-1)) };
    n.fetch = tn_reduce_mean(tn_op_output(tn_sparse_softmax_cross_entropy_with_logits(logits, n.labels), 0));
    n.step = tn_minimize(optimizer, n.fetch);
    return n;
}

/* The multilayer perceptron of the benchmarks. */
static net build_mlp(void)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, SIDE, SIDE, 1));
    tn_output y = tn_relu(dense(tn_reshape(x, tn_vector(-1, SIDE * SIDE)), SIDE * SIDE, 128));
    return training(x, dense(y, 128, CLASSES), tn_gradient_descent(.learning_rate = 0.01));
}

static tn_output convolve(tn_output x, int64_t size, int64_t inputs, int64_t outputs)
{
    return tn_conv2d(x, weights(TN_SHAPE(size, size, inputs, outputs)), .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME");
}

static tn_output halve(tn_output x)
{
    return tn_max_pool(x, .ksize = TN_AXES(1, 2, 2, 1), .strides = TN_AXES(1, 2, 2, 1), .padding = "SAME");
}

/* That of doc/examples/mnist.c. */
static net build_mnist(void)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, SIDE, SIDE, 1));
    tn_output y = halve(tn_relu(tn_bias_add(convolve(x, 5, 1, 8), biases(8))));
    y = halve(tn_relu(tn_bias_add(convolve(y, 5, 8, 16), biases(16))));
    y = tn_relu(dense(tn_reshape(y, tn_vector(-1, 7 * 7 * 16)), 7 * 7 * 16, 128));
    return training(x, dense(y, 128, CLASSES), tn_adam(.learning_rate = 0.003));
}

static tn_output normalize(tn_output x, int64_t channels, bool trains)
{
    tn_output one = tn_fill(1.0f, TN_SHAPE(channels)), none = tn_fill(0.0f, TN_SHAPE(channels));
    tn_output mean = trains ? tn_fill(0.0f, TN_SHAPE(0)) : none, variance = trains ? mean : one;
    return tn_op_output(tn_fused_batch_norm_v3(x, one, none, mean, variance, .is_training = trains ? TN_ON : TN_OFF), 0);
}

/* Two convolutions with what goes past them added. */
static tn_output residual(tn_output x, int64_t channels, bool trains)
{
    tn_output y = tn_relu(normalize(convolve(x, 3, channels, channels), channels, trains));
    y = normalize(convolve(y, 3, channels, channels), channels, trains);
    return tn_relu(tn_add(x, y));
}

/* Eight residual blocks, in two widths. */
static net build_residual(bool trains)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, SIDE, SIDE, 1));
    tn_output y = tn_relu(normalize(convolve(x, 3, 1, 8), 8, trains));
    for (int i = 0; i < 4; i++)
        y = residual(y, 8, trains);
    y = halve(convolve(y, 1, 8, 16));
    for (int i = 0; i < 4; i++)
        y = residual(y, 16, trains);
    y = dense(tn_reduce_mean(y, .axes = TN_AXES(1, 2)), 16, CLASSES);
    return trains ? training(x, y, tn_gradient_descent(.learning_rate = 0.01)) : (net){ .x = x, .fetch = tn_softmax(y) };
}

static net build_residual_inference(void)
{
    return build_residual(false);
}

static net build_residual_training(void)
{
    return build_residual(true);
}

/* The others are of initialisers. */
static const tn_plan *plan_that_fetches(const tn_session *s, tn_output fetch)
{
    for (int i = 0; i < TN_MAX_PLANS; i++)
        for (const tn_plan_entry *e = s->core->plans[i]; e; e = e->next)
            if (e->plan->num_fetches && e->plan->fetches[0].output.op == fetch.op)
                return e->plan;
    ck_abort_msg("no plan");
}

static void run_net(tn_session *s, const net *n, int64_t images)
{
    const int64_t dims[] = { images, SIDE, SIDE, 1 };
    tn_tensor *x = tn_tensor_new(root, TN_FLOAT32, 4, dims, NULL), *labels = tn_tensor_new(root, TN_INT64, 1, &images, NULL);
    const tn_feed feeds[] = { { n->x, x }, { n->labels, labels } };
    tn_op *target = n->step;
    ck_assert_int_eq(tn_run_op(s, tn_global_initializer()), TN_OK);
    tn_tensor *y = tn_run(s, n->fetch, .feeds = { feeds, n->step ? 2 : 1 }, .targets = { &target, n->step ? 1 : 0 });
    ck_assert_msg(y != NULL, "%s", tn_last_error()->message);
    talloc_free(x);
    talloc_free(labels);
}

static void check_net(net (*build_net)(void), const char *name)
{
    static const tn_optimize levels[] = { TN_OPTIMIZE_NONE, TN_OPTIMIZE_DEFAULT, TN_OPTIMIZE_FAST };
    static const int64_t batches[] = { 1, 3, 8 };
    const int last = getenv("TN_UNDER_VALGRIND") ? 1 : 9;
    WITH_GRAPH(g, .owner = root) {
        const net n = build_net();
        for (int i = 0; i < last; i++)
            WITH_SESSION(s, .parent = root, .optimize = levels[(i + 1) % 3], .threads = 1 + i % 2) {
                run_net(s, &n, batches[i / 3]);
                expect_tight(plan_that_fetches(s, n.fetch), name, (uint32_t)batches[i / 3]);
            }
    }
}

START_TEST(nets_need_little_more_than_what_lives)
{
    check_net(build_mlp, "mlp, batch");
    check_net(build_mnist, "mnist, batch");
    check_net(build_residual_inference, "residual, batch");
    check_net(build_residual_training, "residual that trains, batch");
}
END_TEST

TN_SUITE("plan peak", random_graphs_need_little_more_than_what_lives, nets_need_little_more_than_what_lives)
