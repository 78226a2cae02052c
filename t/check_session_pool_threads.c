/*
 * Sessions with several threads: what they compute is, to the last bit, what one thread computes; they may be used by many threads at
 * once, closed while they run, and run out of memory. Values are large enough for their steps to be divided. Run under helgrind and drd,
 * too.
 */
#include <pthread.h>
#include "harness.h"

enum { ROWS = 300, COLUMNS = 500, OPERATIONS = 40, FETCHES = 10, STEPS = 6, SESSIONS = 4 };

static const int threads_of[SESSIONS] = { 1, 2, 3, 8 };

/* Under valgrind a fiftieth of the speed is left. */
static int fewer(int n)
{
    return getenv("TN_UNDER_VALGRIND") ? 1 : n;
}

static uint32_t state;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static tn_tensor *random_tensor(int64_t rows, int64_t columns)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ rows, columns }, NULL);
    for (int64_t i = 0; i < tn_tensor_size(t); i++)
        tn_f32(t)[i] = (float)draw(2001) / 500.0f - 2.0f;
    return t;
}

/* ---- Random graphs of matrices ---- */

static tn_output made[OPERATIONS + 4];
static uint32_t num_made;

static tn_output any(void)
{
    return made[num_made - 1 - draw(num_made < 8 ? num_made : 8)];
}

static tn_output unary(tn_output x)
{
    switch (draw(9)) {
    case 0:
        return tn_exp(tn_neg(tn_abs(x)));
    case 1:
        return tn_tanh(x);
    case 2:
        return tn_sigmoid(x);
    case 3:
        return tn_relu(x);
    case 4:
        return tn_softmax(x);
    case 5:
        return tn_log_softmax(x);
    case 6:
        return tn_cast(tn_cast(x, TN_FLOAT64), TN_FLOAT32);
    case 7:
        return tn_transpose(tn_neg(tn_transpose(x)));
    default:
        return tn_square(tn_tanh(x));
    }
}

static tn_output broadcast(tn_output x)
{
    switch (draw(6)) {
    case 0:
        return tn_sub(x, tn_reduce_mean(x, .axes = TN_AXES(1), .keep_dims = true));
    case 1:
        return tn_sub(x, tn_reduce_sum(tn_tanh(x), .axes = TN_AXES(0), .keep_dims = true));
    case 2:
        return tn_tanh(tn_sub(x, tn_reduce_max(x, .axes = TN_AXES(1), .keep_dims = true)));
    case 3:
        return tn_add(x, tn_reduce_mean(x, .axes = TN_AXES(0, 1), .keep_dims = true));
    case 4:
        return tn_tanh(tn_matmul(tn_matmul(x, any(), .transpose_b = true), x));
    default:
        return tn_slice(tn_concat(TN_OUTPUTS(x, any()), 0), tn_vector((int)draw(ROWS), 0), tn_vector(ROWS, COLUMNS));
    }
}

static tn_output binary(tn_output x)
{
    tn_output y = any();
    switch (draw(4)) {
    case 0:
        return tn_add(x, y);
    case 1:
        return tn_tanh(tn_mul(x, y));
    case 2:
        return tn_maximum(x, y);
    default:
        return tn_select_v2(tn_less(x, y), x, y);
    }
}

static tn_output one_more(void)
{
    uint32_t kind = draw(9);
    tn_output x = any();
    return kind < 3 ? binary(x) : kind < 6 ? unary(x) : broadcast(x);
}

static tn_output build_random(void)
{
    num_made = 0;
    tn_output x = made[num_made++] = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(ROWS, COLUMNS));
    for (int i = 0; i < fewer(OPERATIONS) + 3; i++) {
        made[num_made] = one_more();
        ck_assert_msg(made[num_made].op != NULL, "%s", tn_last_error()->message);
        num_made++;
    }
    return x;
}

static void expect_equal(tn_tensor *const *a, tn_tensor *const *b, size_t n, int threads, uint32_t seed)
{
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(tn_tensor_bytes(a[i]), tn_tensor_bytes(b[i]));
        ck_assert_msg(!memcmp(tn_tensor_data(a[i]), tn_tensor_data(b[i]), tn_tensor_bytes(a[i])),
                      "graph %u: result %zu of %d threads differs from that of one", seed, i, threads);
    }
}

static void check_graph(uint32_t seed)
{
    tn_output fetches[FETCHES];
    tn_tensor *results[SESSIONS][FETCHES];
    const tn_outputs all = { fetches, FETCHES };
    state = seed * 7919 + 1;
    WITH_GRAPH(g, .owner = root) {
        tn_output x = build_random();
        tn_tensor *value = random_tensor(ROWS, COLUMNS);
        for (int i = 0; i < FETCHES; i++)
            fetches[i] = made[draw(num_made)];
        for (int i = 0; i < SESSIONS; i++)
            WITH_SESSION(s, .threads = threads_of[i], .deterministic = true) {
                tn_status status = tn_run_all(s, all, results[i], .feeds = TN_FEEDS({ x, value }), .owner = g);
                ck_assert_msg(status == TN_OK, "%s", tn_last_error()->message);
                expect_equal(results[i], results[0], FETCHES, threads_of[i], seed);
            }
        talloc_free(value);
    }
}

START_TEST(the_same_bits_for_any_number_of_threads)
{
    for (int seed = 0; seed < fewer(12); seed++)
        check_graph((uint32_t)seed);
}
END_TEST

/* ---- Training ---- */

typedef struct net {
    tn_output x, labels, loss, weights[2];
    tn_op *train, *init;
} net;

static tn_output dense(net *n, int layer, tn_output x, int64_t in, int64_t out)
{
    tn_variable *w = tn_variable_new(tn_random_normal(TN_SHAPE(in, out), .b = 0.1, .seed = 7)),
                *b = tn_variable_new(tn_fill(0.0f, TN_SHAPE(out)));
    n->weights[layer] = tn_read(w);
    return tn_add(tn_matmul(x, n->weights[layer]), tn_read(b));
}

static net new_net(void)
{
    net n = { .x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, COLUMNS)),
              .labels = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 10)) };
    tn_output logits = dense(&n, 1, tn_relu(dense(&n, 0, n.x, COLUMNS, 300)), 300, 10);
    n.loss = tn_reduce_mean(tn_op_output(tn_softmax_cross_entropy_with_logits(logits, n.labels), 0));
    n.train = tn_minimize(tn_adam(.learning_rate = 0.01), n.loss);
    n.init = tn_global_initializer();
    ck_assert_msg(n.init != NULL, "%s", tn_last_error()->message);
    return n;
}

static void train(tn_session *s, const net *n, tn_tensor *x, tn_tensor *labels, tn_tensor **results)
{
    ck_assert_int_eq(tn_run_op(s, n->init), TN_OK);
    for (int i = 0; i < fewer(STEPS); i++)
        ck_assert_int_eq(tn_run_op(s, n->train, .feeds = TN_FEEDS({ n->x, x }, { n->labels, labels })), TN_OK);
    ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(n->loss, n->weights[0], n->weights[1]), results,
                                .feeds = TN_FEEDS({ n->x, x }, { n->labels, labels }), .owner = root),
                     TN_OK);
}

START_TEST(training_is_the_same_for_any_number_of_threads)
{
    net n = new_net();
    tn_tensor *results[SESSIONS][3];
    state = 3;
    tn_tensor *x = random_tensor(ROWS, COLUMNS), *labels = random_tensor(ROWS, 10);
    for (int i = 0; i < 10 * ROWS; i++)
        tn_f32(labels)[i] = i % 10 == i / 10 % 10 ? 1.0f : 0.0f;
    for (int i = 0; i < SESSIONS; i++)
        WITH_SESSION(s, .threads = threads_of[i], .deterministic = true) {
            train(s, &n, x, labels, results[i]);
            expect_equal(results[i], results[0], 3, threads_of[i], 0);
        }
    for (int i = 0; i < SESSIONS; i++)
        for (int j = 0; j < 3; j++)
            talloc_free(results[i][j]);
    talloc_free(x);
    talloc_free(labels);
}
END_TEST

/* ---- Training with convolutions ---- */

enum { IMAGES = 12, SIDE = 20, CHANNELS = 3, MAPS = 16 };

static tn_output images;

static tn_output random_weights(tn_variable **v, tn_shape shape)
{
    *v = tn_variable_new(tn_random_normal(shape, .b = 0.1, .seed = 5));
    return tn_read(*v);
}

/* Convolution, batch norm, pooling; depthwise, and again in NCHW; dense. */
static tn_output convolutions(tn_variable **v)
{
    const tn_axes one = TN_AXES(1, 1, 1, 1), two = TN_AXES(1, 2, 2, 1);
    tn_output w = random_weights(&v[0], TN_SHAPE(5, 5, CHANNELS, MAPS)), scale = random_weights(&v[1], TN_SHAPE(MAPS));
    tn_output y = tn_conv2d(images, w, .strides = one, .padding = "SAME");
    tn_op *norm =
        tn_fused_batch_norm_v3(y, scale, tn_fill(0.5f, TN_SHAPE(MAPS)), tn_fill(0.0f, TN_SHAPE(MAPS)), tn_fill(1.0f, TN_SHAPE(MAPS)));
    y = tn_max_pool(tn_relu(tn_op_output(norm, 0)), .ksize = two, .strides = two, .padding = "SAME");
    y = tn_depthwise_conv2d_native(y, random_weights(&v[2], TN_SHAPE(3, 3, MAPS, 2)), .strides = one, .padding = "SAME");
    y = tn_transpose(tn_relu(y), TN_AXES(0, 3, 1, 2));
    w = random_weights(&v[3], TN_SHAPE(3, 3, 2 * MAPS, MAPS));
    y = tn_relu(tn_conv2d(y, w, .strides = one, .padding = "VALID", .data_format = "NCHW"));
    return tn_reduce_mean(tn_square(y));
}

START_TEST(convolutions_train_the_same_for_any_number_of_threads)
{
    tn_variable *v[4];
    tn_tensor *results[SESSIONS][5];
    state = 11;
    tn_tensor *x = tn_tensor_new(root, TN_FLOAT32, 4, (int64_t[]){ IMAGES, SIDE, SIDE, CHANNELS }, NULL);
    for (int64_t i = 0; i < tn_tensor_size(x); i++)
        tn_f32(x)[i] = (float)draw(2001) / 1000.0f - 1.0f;
    images = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, SIDE, SIDE, CHANNELS));
    tn_output loss = convolutions(v);
    tn_op *step = tn_minimize(tn_momentum(.learning_rate = 0.1, .momentum = 0.9), loss), *init = tn_global_initializer();
    ck_assert_msg(step && init, "%s", tn_last_error()->message);
    const tn_output fetches[] = { loss, tn_read(v[0]), tn_read(v[1]), tn_read(v[2]), tn_read(v[3]) };
    for (int i = 0; i < SESSIONS; i++)
        WITH_SESSION(s, .threads = threads_of[i]) {
            ck_assert_int_eq(tn_run_op(s, init), TN_OK);
            for (int j = 0; j < fewer(STEPS); j++)
                ck_assert_int_eq(tn_run_op(s, step, .feeds = TN_FEEDS({ images, x })), TN_OK);
            ck_assert_int_eq(tn_run_all(s, ((tn_outputs){ fetches, 5 }), results[i], .feeds = TN_FEEDS({ images, x }), .owner = root),
                             TN_OK);
            expect_equal(results[i], results[0], 5, threads_of[i], 1);
        }
    for (int i = 0; i < SESSIONS; i++)
        for (int j = 0; j < 5; j++)
            talloc_free(results[i][j]);
    talloc_free(x);
}
END_TEST

/* ---- Many callers of one session ---- */

enum { CALLERS = 3, RUNS = 8 };

typedef struct caller {
    tn_session *session;
    tn_output x, y;
    float number;
    int failures;
    bool until_closed;
} caller;

static tn_output some_work(tn_output x)
{
    return tn_add(tn_square(tn_tanh(tn_mul(x, tn_scalar(0.0f)))), tn_mul(x, x));
}

static bool run_once(const caller *c, const tn_tensor *t)
{
    tn_tensor *r = tn_run(c->session, c->y, .feeds = TN_FEEDS({ c->x, (tn_tensor *)t }));
    bool good = r != NULL;
    for (int64_t i = 0; good && i < tn_tensor_size(r); i += 997)
        good = tn_f32(r)[i] == c->number * c->number;
    talloc_free(r);
    return good;
}

static tn_tensor *filled(float number)
{
    tn_tensor *t = tn_tensor_new(NULL, TN_FLOAT32, 2, (int64_t[]){ ROWS, COLUMNS }, NULL);
    for (int64_t i = 0; i < tn_tensor_size(t); i++)
        tn_f32(t)[i] = number;
    return t;
}

static void *call_often(void *data)
{
    caller *c = data;
    tn_tensor *t = filled(c->number);
    for (int i = 0; i < fewer(RUNS) + 1 && !c->until_closed; i++)
        c->failures += !run_once(c, t);
    while (c->until_closed && tn_run_op(c->session, c->y.op, .feeds = TN_FEEDS({ c->x, t })) == TN_OK)
        sched_yield(); /* no results here: they would be freed while close frees them */
    tn_status last = tn_last_error()->code;
    c->failures += c->until_closed && last != TN_CANCELLED && last != TN_FAILED_PRECONDITION;
    talloc_free(t);
    return NULL;
}

static void start(pthread_t *threads, caller *callers, const caller *like)
{
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = *like;
        callers[i].number = (float)(i + 1);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, call_often, &callers[i]), 0);
    }
}

static void join(pthread_t *threads, const caller *callers)
{
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(callers[i].failures, 0);
    }
}

START_TEST(many_callers_share_the_sessions_threads)
{
    pthread_t threads[CALLERS];
    caller callers[CALLERS], like = { .x = tn_placeholder(TN_FLOAT32) };
    like.y = some_work(like.x);
    WITH_SESSION(s, .threads = 3) {
        like.session = s;
        start(threads, callers, &like);
        join(threads, callers);
    }
}
END_TEST

START_TEST(closed_while_its_threads_work)
{
    pthread_t threads[CALLERS];
    caller callers[CALLERS], like = { .x = tn_placeholder(TN_FLOAT32), .until_closed = true };
    like.y = some_work(like.x);
    tn_session *s = like.session = tn_session_open(.threads = 3);
    tn_tensor *t = filled(0);
    start(threads, callers, &like);
    ck_assert(run_once(&like, t));
    tn_session_close(s);
    join(threads, callers);
    talloc_free(t);
}
END_TEST

/* Threads start with the first run that has much to do, and none is left when the session is closed. */
START_TEST(sessions_come_and_go)
{
    caller like = { .x = tn_placeholder(TN_FLOAT32), .number = 2 };
    like.y = some_work(like.x);
    tn_tensor *t = filled(2);
    for (int i = 0; i < fewer(10); i++)
        WITH_SESSION(s, .threads = 2 + i % 3) {
            like.session = s;
            ck_assert(i % 2 || run_once(&like, t));
        }
    talloc_free(t);
}
END_TEST

TN_SUITE("session pool threads", the_same_bits_for_any_number_of_threads, training_is_the_same_for_any_number_of_threads,
         convolutions_train_the_same_for_any_number_of_threads, many_callers_share_the_sessions_threads, closed_while_its_threads_work,
         sessions_come_and_go)
