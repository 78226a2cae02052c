/*
 * The benchmark, Tenure's contestant: `bench [ROW…]` prints one line `row value unit` per figure, for the named rows or for all; see
 * contest.h.
 *
 * What is timed is a run as a user writes it: tn_run with feeds, and the result freed.
 */
#include <stdlib.h>
#include <string.h>
#include <tenure.h>
#include "contest.h"
#include "pairs.h"

enum { MAX_FEEDS = 5 };

/* What a row runs: an output to be fetched, or an operation. */
typedef struct subject {
    void *ctx; /* owns the fed tensors and the results */
    tn_session *session;
    tn_output fetch, loss;
    tn_op *op, *init;
    tn_feed feeds[MAX_FEEDS];
    size_t num_feeds;
} subject;

typedef struct builder {
    const char *name;
    void (*build)(subject *s, int64_t n);
    tn_optimize optimize;
} builder;

static bool fail(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, tn_last_error()->message);
    return false;
}

/* ---- What the rows build ---- */

/* A placeholder that every run feeds with small numbers around zero. */
static tn_output fed(subject *s, int rank, const int64_t *dims)
{
    tn_tensor *value = tn_tensor_new(s->ctx, TN_FLOAT32, rank, dims, NULL);
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = { dims, rank });
    if (value)
        contest_fill(tn_f32(value), tn_tensor_size(value), 1);
    s->feeds[s->num_feeds++] = (tn_feed){ x, value };
    return x;
}

static void build_call(subject *s, int64_t n)
{
    s->fetch = tn_add(fed(s, 1, &n), tn_vector(1.0f, 2.0f));
}

static void build_chain(subject *s, int64_t n)
{
    tn_output x = fed(s, 1, &n);
    s->fetch = x;
    for (int i = 0; i < CONTEST_CHAIN; i++)
        s->fetch = tn_add(s->fetch, x);
}

static void build_gemm(subject *s, int64_t n)
{
    tn_output a = fed(s, 2, (int64_t[]){ n, n });
    tn_output b = fed(s, 2, (int64_t[]){ n, n });
    s->fetch = tn_matmul(a, b);
}

static void build_elementwise(subject *s, int64_t n)
{
    tn_output x[5];
    for (int i = 0; i < 5; i++)
        x[i] = fed(s, 1, &n);
    s->fetch = tn_sub(tn_mul(tn_relu(tn_add(tn_mul(x[0], x[1]), x[2])), x[3]), x[4]);
}

static void build_softmax(subject *s, int64_t n)
{
    s->fetch = tn_softmax(fed(s, 2, (int64_t[]){ n, CONTEST_COLUMNS }));
}

static void build_exp(subject *s, int64_t n)
{
    s->fetch = tn_exp(fed(s, 1, &n));
}

static void build_tanh(subject *s, int64_t n)
{
    s->fetch = tn_tanh(fed(s, 1, &n));
}

/* Weights that every contestant can write down: then their losses can be compared. */
static tn_output weights(subject *s, int rank, const int64_t *dims)
{
    tn_tensor *start = tn_tensor_new(s->ctx, TN_FLOAT32, rank, dims, NULL);
    if (start)
        contest_fill(tn_f32(start), tn_tensor_size(start), 0.1f);
    return tn_read(tn_variable_new(tn_constant(start)));
}

static tn_output biases(int64_t n)
{
    return tn_read(tn_variable_new(tn_zeros(TN_FLOAT32, TN_SHAPE(n))));
}

static tn_output dense(subject *s, tn_output x, int64_t inputs, int64_t outputs)
{
    return tn_bias_add(tn_matmul(x, weights(s, 2, (int64_t[]){ inputs, outputs })), biases(outputs));
}

/* A step that makes the cross-entropy of n rows of ten logits smaller. */
static void build_step(subject *s, tn_output logits, int64_t n, tn_optimizer *optimizer)
{
    tn_output labels = fed(s, 2, (int64_t[]){ n, 10 });
    tn_tensor *value = s->feeds[s->num_feeds - 1].value;
    if (value)
        contest_one_hot(tn_f32(value), n);
    s->loss = tn_reduce_mean(tn_op_output(tn_softmax_cross_entropy_with_logits(logits, labels), 0));
    s->op = tn_minimize(optimizer, s->loss);
    s->init = tn_global_initializer();
}

/* One step of gradient descent on a batch of n images of 784 pixels in 10 classes. */
static void build_mlp(subject *s, int64_t n)
{
    tn_output x = fed(s, 2, (int64_t[]){ n, 784 });
    tn_output logits = dense(s, tn_relu(dense(s, x, 784, 128)), 128, 10);
    build_step(s, logits, n, tn_gradient_descent(.learning_rate = 0.01));
}

static tn_output conv(tn_output x, tn_output filter)
{
    return tn_conv2d(x, filter, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME");
}

static void build_conv(subject *s, int64_t n)
{
    tn_tensor *filter = tn_tensor_new(s->ctx, TN_FLOAT32, 4, (int64_t[]){ 3, 3, CONV_CHANNELS, CONV_CHANNELS }, NULL);
    if (filter)
        contest_fill(tn_f32(filter), tn_tensor_size(filter), 0.1f);
    s->fetch = conv(fed(s, 4, (int64_t[]){ n, CONV_SIDE, CONV_SIDE, CONV_CHANNELS }), tn_constant(filter));
}

static tn_output conv_layer(subject *s, tn_output x, int64_t inputs, int64_t outputs)
{
    tn_output filter = weights(s, 4, (int64_t[]){ MNIST_KERNEL, MNIST_KERNEL, inputs, outputs });
    tn_output y = tn_relu(tn_bias_add(conv(x, filter), biases(outputs)));
    return tn_max_pool(y, .ksize = TN_AXES(1, 2, 2, 1), .strides = TN_AXES(1, 2, 2, 1), .padding = "SAME");
}

/* One step of Adam on a batch of n images: doc/examples/mnist.c's network. */
static void build_mnist(subject *s, int64_t n)
{
    tn_output x = fed(s, 4, (int64_t[]){ n, MNIST_SIDE, MNIST_SIDE, 1 });
    x = conv_layer(s, conv_layer(s, x, 1, MNIST_CHANNELS1), MNIST_CHANNELS1, MNIST_CHANNELS2);
    x = tn_reshape(x, tn_vector(-1, (int32_t)MNIST_FLAT));
    x = tn_relu(dense(s, x, MNIST_FLAT, MNIST_HIDDEN));
    build_step(s, dense(s, x, MNIST_HIDDEN, 10), n, tn_adam(.learning_rate = 0.001));
}

static const builder builders[] = {
    { "call", build_call, TN_OPTIMIZE_DEFAULT },
    { "chain1000", build_chain, TN_OPTIMIZE_NONE },
    { "chain1000_fused", build_chain, TN_OPTIMIZE_DEFAULT },
    { "gemm256", build_gemm, TN_OPTIMIZE_DEFAULT },
    { "gemm512", build_gemm, TN_OPTIMIZE_DEFAULT },
    { "gemm1024", build_gemm, TN_OPTIMIZE_DEFAULT },
    { "gemm2048", build_gemm, TN_OPTIMIZE_DEFAULT },
    { "ew16M", build_elementwise, TN_OPTIMIZE_DEFAULT },
    { "softmax1024", build_softmax, TN_OPTIMIZE_DEFAULT },
    { "exp1M", build_exp, TN_OPTIMIZE_DEFAULT },
    { "tanh1M", build_tanh, TN_OPTIMIZE_DEFAULT },
    { "mlp", build_mlp, TN_OPTIMIZE_DEFAULT },
    { "conv3x3", build_conv, TN_OPTIMIZE_DEFAULT },
    { "mnist", build_mnist, TN_OPTIMIZE_DEFAULT },
};

/* ---- Runs ---- */

static bool run_once(void *state)
{
    const subject *s = state;
    tn_feeds feeds = { s->feeds, s->num_feeds };
    if (s->op)
        return tn_run_op(s->session, s->op, .feeds = feeds) == TN_OK || fail("run");
    tn_tensor *result = tn_run(s->session, s->fetch, .feeds = feeds, .owner = s->ctx);
    talloc_free(result);
    return result || fail("run");
}

static bool check(void *state, const contest_row *row)
{
    const subject *s = state;
    tn_feeds feeds = { s->feeds, s->num_feeds };
    float losses[CONTEST_STEPS];
    if (!s->op) {
        tn_tensor *result = tn_run(s->session, s->fetch, .feeds = feeds, .owner = s->ctx);
        return result ? contest_digest(row, tn_f32(result), (size_t)tn_tensor_size(result)) : fail(row->name);
    }
    for (int i = 0; i < CONTEST_STEPS; i++) {
        tn_tensor *loss = tn_run(s->session, s->loss, .feeds = feeds, .targets = TN_OPS(s->op), .owner = s->ctx);
        if (!loss)
            return fail(row->name);
        losses[i] = tn_f32(loss)[0];
    }
    return contest_digest(row, losses, CONTEST_STEPS);
}

/* The subject in a session of its own. */
static bool open_in(subject *s, tn_session *session)
{
    s->session = session;
    return !s->init || !tn_run_op(session, s->init);
}

static bool measure_pairs(const contest_row *row, const builder *b, subject *several)
{
    subject one = *several;
    WITH_SESSION(session, .threads = 1, .optimize = b->optimize)
        return open_in(&one, session)
                   ? pairs_try(row, &(contest_trial){ run_once, check, &one }, &(contest_trial){ run_once, check, several })
                   : fail(row->name);
    return fail(row->name);
}

static bool measure_built(const contest_row *row, const builder *b)
{
    const char *mode = getenv("BENCH_MODE");
    WITH_TEMP(ctx) {
        WITH_GRAPH(g) {
            subject s = { .ctx = ctx };
            b->build(&s, row->n);
            WITH_SESSION(session, .threads = contest_threads(), .optimize = b->optimize) {
                if (!open_in(&s, session))
                    return fail(row->name);
                if (mode && !strcmp(mode, "pairs"))
                    return measure_pairs(row, b, &s);
                return contest_try(row, &(contest_trial){ run_once, check, &s });
            }
        }
    }
    return fail(row->name);
}

/* A chain of n additions, built; then a session opened on it and run once. */
static bool measure_big(const contest_row *row)
{
    double start = contest_now();
    WITH_GRAPH(g) {
        tn_output x = tn_vector(1.0f, 2.0f, 3.0f, 4.0f), y = x;
        for (int64_t i = 0; i < row->n; i++)
            y = tn_add(y, x);
        double built = contest_now();
        WITH_SESSION(session, .threads = contest_threads()) {
            if (!tn_run(session, y))
                return fail(row->name);
            contest_report_big(row, built - start, contest_now() - built);
            return true;
        }
    }
    return fail(row->name);
}

static bool measure(const contest_row *row)
{
    for (size_t i = 0; i < sizeof builders / sizeof builders[0]; i++)
        if (!strcmp(builders[i].name, row->name))
            return measure_built(row, &builders[i]);
    return strncmp(row->name, "big", 3) != 0 || measure_big(row);
}

int main(int argc, char **argv)
{
    return contest_main(argc, argv, &(contestant){ "bench", measure });
}
