#include "contest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCHES = 7, ENOUGH = 2 /* seconds, after which no batch begins */, SIZE_1M = 1 << 20, SIZE_16M = 16 << 20 };

typedef enum mode { MEDIAN, SAMPLES, CHECK, START } mode;

#define GEMM_WORK(n) (2.0 * (n) * (n) * (n))

static const contest_row rows[] = {
    { "call", "µs", 2, 1e6, 0 },
    { "chain1000", "ns", 4, 1e9 / CONTEST_CHAIN, 0 },
    { "chain1000_fused", "ns", 4, 1e9 / CONTEST_CHAIN, 0 },
    { "gemm256", "GF/s", 256, 0, GEMM_WORK(256) },
    { "gemm512", "GF/s", 512, 0, GEMM_WORK(512) },
    { "gemm1024", "GF/s", 1024, 0, GEMM_WORK(1024) },
    { "gemm2048", "GF/s", 2048, 0, GEMM_WORK(2048) },
    { "ew16M", "ms", SIZE_16M, 1e3, 0 },
    { "softmax1024", "µs", SIZE_1M / CONTEST_COLUMNS, 1e6, 0 },
    { "exp1M", "µs", SIZE_1M, 1e6, 0 },
    { "tanh1M", "µs", SIZE_1M, 1e6, 0 },
    { "mlp", "µs", 64, 1e6, 0 },
    { "conv3x3", "GF/s", 1, 0, 2.0 * CONV_SIDE *CONV_SIDE *CONV_CHANNELS *CONV_CHANNELS * 9 },
    { "mnist", "µs", MNIST_BATCH, 1e6, 0 },
    { "big10000", "s", 10000, 1, 0 },
    { "big100000", "s", 100000, 1, 0 },
    { "big1000000", "s", 1000000, 1, 0 },
};

enum { NUM_ROWS = sizeof rows / sizeof rows[0] };

double contest_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int contest_threads(void)
{
    const char *text = getenv("BENCH_THREADS");
    int n = text && *text ? atoi(text) : 1;
    return n > 0 ? n : 1;
}

static mode wanted(void)
{
    static const char *const names[] = { "median", "samples", "check", "start" };
    const char *text = getenv("BENCH_MODE");
    for (int i = 0; text && i < 4; i++)
        if (!strcmp(text, names[i]))
            return (mode)i;
    return MEDIAN;
}

void contest_fill(float *data, int64_t n, float scale)
{
    for (int64_t i = 0; i < n; i++)
        data[i] = scale * (float)(i % 97 - 48) / 50.0f;
}

void contest_one_hot(float *data, int64_t n)
{
    for (int64_t i = 0; i < 10 * n; i++)
        data[i] = i % 10 == i / 10 % 10 ? 1.0f : 0.0f;
}

bool contest_digest(const contest_row *row, const float *values, size_t n)
{
    double size = 0, sum = 0, weighted = 0;
    for (size_t i = 0; i < n; i++) {
        double value = (double)values[i];
        size += value < 0 ? -value : value;
        sum += value;
        weighted += value * (double)(i % 31 + 1) / 31;
    }
    printf("%s %.9g %.9g %.9g\n", row->name, size / (double)n, sum / (double)n, weighted / (double)n);
    return true;
}

static void print_figure(const contest_row *row, double seconds)
{
    printf("%s %.4g %s\n", row->name, row->scale != 0 ? seconds * row->scale : 1e-9 * row->work / seconds, row->unit);
}

void contest_report_big(const contest_row *row, double built, double run)
{
    if (built >= 0)
        printf("%s %.4g %s build\n", row->name, built, row->unit);
    printf("%s %.4g %s run\n", row->name, run, row->unit);
}

/* Seconds of one run, by a batch of at least 30 ms; negative when one failed. */
static double time_batch(const contest_trial *trial)
{
    double start = contest_now(), elapsed = 0;
    long runs = 0;
    for (long step = 1; elapsed < 0.03; step *= 2, elapsed = contest_now() - start) {
        for (long j = 0; j < step; j++)
            if (!trial->run(trial->state))
                return -1;
        runs += step;
    }
    return elapsed / (double)runs;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Several batches, after a first run that makes plans and fills caches. */
static bool time_runs(const contest_row *row, const contest_trial *trial, mode m)
{
    double batch[BATCHES], start = contest_now();
    size_t n = 0;
    if (!trial->run(trial->state))
        return false;
    while (n < BATCHES && (n == 0 || contest_now() - start < ENOUGH)) {
        batch[n] = time_batch(trial);
        if (batch[n++] < 0)
            return false;
    }
    for (size_t i = 0; m == SAMPLES && i < n; i++)
        print_figure(row, batch[i]);
    qsort(batch, n, sizeof *batch, compare);
    if (m == MEDIAN)
        print_figure(row, batch[n / 2]);
    return true;
}

/* VmHWM, and not getrusage: that one counts what the process held before exec, which is its parent's. */
static void print_peak(void)
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) {
        long peak;
        if (sscanf(line, "VmHWM: %ld kB", &peak) == 1)
            printf("peak %.4g MB\n", (double)peak / 1024);
    }
    if (file)
        fclose(file);
}

static bool start(const contest_trial *trial)
{
    if (!trial->run(trial->state))
        return false;
    printf("start %.6f s\n", contest_now());
    print_peak();
    return true;
}

bool contest_try(const contest_row *row, const contest_trial *trial)
{
    mode m = wanted();
    if (m == CHECK)
        return trial->check(trial->state, row);
    return m == START ? start(trial) : time_runs(row, trial, m);
}

static int measure_row(const contestant *c, const contest_row *row)
{
    bool measured = c->measure(row);
    fflush(stdout);
    return measured ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int measure_named(const contestant *c, const char *name)
{
    for (int i = 0; i < NUM_ROWS; i++)
        if (!strcmp(rows[i].name, name))
            return measure_row(c, &rows[i]);
    fprintf(stderr, "%s: no row %s\n", c->name, name);
    return EXIT_FAILURE;
}

int contest_main(int argc, char **argv, const contestant *c)
{
    int status = EXIT_SUCCESS;
    for (int i = 1; i < argc; i++)
        status |= measure_named(c, argv[i]);
    for (int i = 0; argc < 2 && i < NUM_ROWS; i++)
        status |= measure_row(c, &rows[i]);
    return status;
}
