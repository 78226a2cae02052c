/*
 * The benchmark: `bench [ROW…]` prints one line `row value unit` per figure, for the named rows or for all.
 *
 * What is timed is a run as a user writes it: tn_run with feeds, and the result freed. A figure is the median of several batches of runs.
 * BENCH_THREADS=N in the environment sets the session's threads (default 1).
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tenure.h>

enum { MAX_FEEDS = 5, BATCHES = 7, CHAIN = 1000, EW_SIZE = 16 << 20, ROWS_1M = 1024, COLUMNS_1M = 1024, SIZE_1M = ROWS_1M * COLUMNS_1M };

/* What a row runs: an output to be fetched, or an operation. */
typedef struct subject {
    void *ctx; /* owns the fed tensors and the results */
    tn_output fetch;
    tn_op *op, *init;
    tn_feed feeds[MAX_FEEDS];
    size_t num_feeds;
} subject;

typedef struct row row;
struct row {
    const char *name, *unit;
    void (*build)(subject *s, int64_t n);
    int64_t n;
    double scale; /* units in a second; 0: the figure is a rate of n × n × n multiplications and additions */
    tn_optimize optimize;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int threads(void)
{
    const char *text = getenv("BENCH_THREADS");
    int n = text && *text ? atoi(text) : 1;
    return n > 0 ? n : 1;
}

static int fail(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, tn_last_error()->message);
    return EXIT_FAILURE;
}

/* ---- What the rows build ---- */

/* A placeholder that every run feeds with small numbers around zero. */
static tn_output fed(subject *s, int rank, const int64_t *dims)
{
    tn_tensor *value = tn_tensor_new(s->ctx, TN_FLOAT32, rank, dims, NULL);
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = { dims, rank });
    float *data = value ? tn_f32(value) : NULL;
    for (int64_t i = 0; data && i < tn_tensor_size(value); i++)
        data[i] = (float)(i % 97 - 48) / 50.0f;
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
    for (int i = 0; i < CHAIN; i++)
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
    s->fetch = tn_softmax(fed(s, 2, (int64_t[]){ n, COLUMNS_1M }));
}

static void build_exp(subject *s, int64_t n)
{
    s->fetch = tn_exp(fed(s, 1, &n));
}

static void build_tanh(subject *s, int64_t n)
{
    s->fetch = tn_tanh(fed(s, 1, &n));
}

static tn_output dense(tn_output x, int64_t inputs, int64_t outputs)
{
    tn_variable *weights = tn_variable_new(tn_truncated_normal(TN_SHAPE(inputs, outputs), .b = 0.05, .seed = 1));
    tn_variable *biases = tn_variable_new(tn_zeros(TN_FLOAT32, TN_SHAPE(outputs)));
    return tn_bias_add(tn_matmul(x, tn_read(weights)), tn_read(biases));
}

/* One step of gradient descent on a batch of n images of 784 pixels in 10 classes. */
static void build_mlp(subject *s, int64_t n)
{
    tn_output x = fed(s, 2, (int64_t[]){ n, 784 });
    tn_output labels = fed(s, 2, (int64_t[]){ n, 10 });
    float *one_hot = tn_f32(s->feeds[1].value);
    for (int64_t i = 0; one_hot && i < 10 * n; i++)
        one_hot[i] = i % 10 == i / 10 % 10 ? 1.0f : 0.0f;
    tn_output logits = dense(tn_relu(dense(x, 784, 128)), 128, 10);
    tn_op *entropy = tn_softmax_cross_entropy_with_logits(logits, labels);
    s->op = tn_minimize(tn_gradient_descent(.learning_rate = 0.01), tn_reduce_mean(tn_op_output(entropy, 0)));
    s->init = tn_global_initializer();
}

/* ---- Timing ---- */

static bool run_once(tn_session *session, const subject *s)
{
    tn_feeds feeds = { s->feeds, s->num_feeds };
    if (s->op)
        return tn_run_op(session, s->op, .feeds = feeds) == TN_OK;
    tn_tensor *result = tn_run(session, s->fetch, .feeds = feeds, .owner = s->ctx);
    talloc_free(result);
    return result != NULL;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Seconds of one run, or a negative number: batches of at least 30 ms each, after a first run that makes the plan. */
static double time_runs(tn_session *session, const subject *s)
{
    double batch[BATCHES];
    if (s->init && tn_run_op(session, s->init))
        return -1;
    if (!run_once(session, s))
        return -1;
    for (int i = 0; i < BATCHES; i++) {
        double start = now(), elapsed = 0;
        long runs = 0;
        for (long step = 1; elapsed < 0.03; step *= 2, elapsed = now() - start) {
            for (long j = 0; j < step; j++)
                if (!run_once(session, s))
                    return -1;
            runs += step;
        }
        batch[i] = elapsed / (double)runs;
    }
    qsort(batch, BATCHES, sizeof *batch, compare);
    return batch[BATCHES / 2];
}

static int measure(const row *r)
{
    double seconds = -1;
    WITH_TEMP(ctx) {
        WITH_GRAPH(g) {
            subject s = { .ctx = ctx };
            r->build(&s, r->n);
            WITH_SESSION(session, .threads = threads(), .optimize = r->optimize)
                seconds = time_runs(session, &s);
        }
    }
    if (seconds < 0)
        return fail(r->name);
    double n = (double)r->n;
    printf("%s %.4g %s\n", r->name, r->scale != 0 ? seconds * r->scale : 2e-9 * n * n * n / seconds, r->unit);
    return EXIT_SUCCESS;
}

/* A chain of n additions, built; then a session opened on it and run once. */
static int measure_big(const row *r)
{
    double start = now(), built = 0, run = -1;
    WITH_GRAPH(g) {
        tn_output x = tn_vector(1.0f, 2.0f, 3.0f, 4.0f), y = x;
        for (int64_t i = 0; i < r->n; i++)
            y = tn_add(y, x);
        built = now();
        WITH_SESSION(session, .threads = threads(), .optimize = r->optimize)
            run = tn_run(session, y) ? now() - built : -1;
    }
    if (run < 0)
        return fail(r->name);
    printf("%s %.4g %s build\n%s %.4g %s run\n", r->name, built - start, r->unit, r->name, run, r->unit);
    return EXIT_SUCCESS;
}

static const row rows[] = {
    { "call", "µs", build_call, 2, 1e6, TN_OPTIMIZE_DEFAULT },
    { "chain1000", "ns", build_chain, 4, 1e9 / CHAIN, TN_OPTIMIZE_NONE },
    { "chain1000_fused", "ns", build_chain, 4, 1e9 / CHAIN, TN_OPTIMIZE_DEFAULT },
    { "gemm256", "GF/s", build_gemm, 256, 0, TN_OPTIMIZE_DEFAULT },
    { "gemm512", "GF/s", build_gemm, 512, 0, TN_OPTIMIZE_DEFAULT },
    { "gemm1024", "GF/s", build_gemm, 1024, 0, TN_OPTIMIZE_DEFAULT },
    { "gemm2048", "GF/s", build_gemm, 2048, 0, TN_OPTIMIZE_DEFAULT },
    { "ew16M", "ms", build_elementwise, EW_SIZE, 1e3, TN_OPTIMIZE_DEFAULT },
    { "softmax1024", "µs", build_softmax, ROWS_1M, 1e6, TN_OPTIMIZE_DEFAULT },
    { "exp1M", "µs", build_exp, SIZE_1M, 1e6, TN_OPTIMIZE_DEFAULT },
    { "tanh1M", "µs", build_tanh, SIZE_1M, 1e6, TN_OPTIMIZE_DEFAULT },
    { "mlp", "µs", build_mlp, 64, 1e6, TN_OPTIMIZE_DEFAULT },
    { "big10000", "s", NULL, 10000, 1, TN_OPTIMIZE_DEFAULT },
    { "big100000", "s", NULL, 100000, 1, TN_OPTIMIZE_DEFAULT },
    { "big1000000", "s", NULL, 1000000, 1, TN_OPTIMIZE_DEFAULT },
};

enum { NUM_ROWS = sizeof rows / sizeof rows[0] };

static int measure_row(const row *r)
{
    int status = r->build ? measure(r) : measure_big(r);
    fflush(stdout);
    return status;
}

static int measure_named(const char *name)
{
    for (int i = 0; i < NUM_ROWS; i++)
        if (!strcmp(rows[i].name, name))
            return measure_row(&rows[i]);
    fprintf(stderr, "bench: no row %s\n", name);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    int status = EXIT_SUCCESS;
    for (int i = 1; i < argc; i++)
        status |= measure_named(argv[i]);
    for (int i = 0; argc < 2 && i < NUM_ROWS; i++)
        status |= measure_row(&rows[i]);
    return status;
}
