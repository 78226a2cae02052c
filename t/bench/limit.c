/*
 * The benchmark's contestant that computes nothing: what this machine's arithmetic or memory alone would need for a row. See contest.h.
 *
 * Rows of products and convolutions count multiply-adds: as many are made here, in registers. Rows of elements count bytes: as many are
 * moved.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "contest.h"
#ifdef __SSE2__
#include <immintrin.h>
#endif

enum { MAX_THREADS = 64, LANES = 16, CHAINS = 12, OPERANDS = 5, ALIGNMENT = 64 };

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

typedef struct work work;
struct work {
    void (*part)(work *w, int thread, int threads);
    int64_t n; /* multiply-adds, or elements */
    float *in[OPERANDS], *out;
    int threads, started;
    pthread_t workers[MAX_THREADS];
    atomic_int turn, done;    /* workers spin: a turn may be a matter of microseconds */
    vector sums[MAX_THREADS]; /* so that the arithmetic is not in vain */
};

/* ---- What is counted ---- */

static void multiply_and_add(work *w, int thread, int threads)
{
    vector sums[CHAINS], x = { 0 }, sum = { 0 };
    x += 0.999f;
    for (int i = 0; i < CHAINS; i++)
        sums[i] = x * (float)i;
    for (int64_t left = w->n / threads; left > 0; left -= LANES * CHAINS)
        for (int i = 0; i < CHAINS; i++)
            sums[i] = sums[i] * x + x;
    for (int i = 0; i < CHAINS; i++)
        sum += sums[i];
    w->sums[thread] = sum;
}

static void copy(work *w, int thread, int threads)
{
    int64_t n = w->n / threads, from = n * thread;
    memcpy(w->out + from, w->in[0] + from, (size_t)n * sizeof *w->out);
}

/* (a * b + c) * d - e in one pass, past the caches: what is written need not be read first. */
static void stream(work *w, int thread, int threads)
{
    int64_t n = w->n / threads / LANES, from = n * thread * LANES;
    const vector *in[OPERANDS];
    vector *out = (vector *)(void *)(w->out + from);
    for (int i = 0; i < OPERANDS; i++)
        in[i] = (const vector *)(const void *)(w->in[i] + from);
    for (int64_t i = 0; i < n; i++) {
        vector x = (in[0][i] * in[1][i] + in[2][i]) * in[3][i] - in[4][i];
#ifdef __AVX512F__
        _mm512_stream_ps((float *)&out[i], (__m512)x);
#elif defined(__SSE2__)
        for (int j = 0; j < LANES; j += 4)
            _mm_stream_ps((float *)&out[i] + j, _mm_setr_ps(x[j], x[j + 1], x[j + 2], x[j + 3]));
#else
        out[i] = x;
#endif
    }
}

/* ---- Threads ---- */

typedef struct place {
    work *w;
    int thread;
} place;

static void *worker(void *argument)
{
    place p = *(place *)argument;
    free(argument);
    for (int turn = 1;; turn++) {
        int now;
        while ((now = atomic_load(&p.w->turn)) >= 0 && now < turn)
            ;
        if (now < 0)
            return NULL;
        p.w->part(p.w, p.thread, p.w->threads);
        atomic_fetch_add(&p.w->done, 1);
    }
}

static bool run(void *state)
{
    work *w = state;
    atomic_store(&w->done, 0);
    atomic_fetch_add(&w->turn, 1);
    w->part(w, 0, w->threads);
    while (atomic_load(&w->done) < w->started)
        ;
    return true;
}

static void start_workers(work *w)
{
    for (int i = 1; i < w->threads; i++) {
        place *p = malloc(sizeof *p);
        if (!p || pthread_create(&w->workers[i], NULL, worker, memcpy(p, &(place){ w, i }, sizeof *p))) {
            fprintf(stderr, "limit: no thread\n");
            exit(EXIT_FAILURE);
        }
        w->started++;
    }
}

static void stop_workers(work *w)
{
    atomic_store(&w->turn, -1);
    for (int i = 1; i < w->threads; i++)
        pthread_join(w->workers[i], NULL);
}

/* ---- Rows ---- */

/* Multiply-adds of a training step: of each layer's forward pass, its weights' gradient and, but in the first, its input's. */
static const int64_t mlp_work = 784 * 128 * 2 + 128 * 10 * 3;
static const int64_t mnist_work = MNIST_SIDE * MNIST_SIDE * MNIST_KERNEL * MNIST_KERNEL * MNIST_CHANNELS1 * 2 +
                                  MNIST_SIDE * MNIST_SIDE / 4 * MNIST_KERNEL * MNIST_KERNEL * MNIST_CHANNELS1 * MNIST_CHANNELS2 * 3 +
                                  MNIST_FLAT * MNIST_HIDDEN * 3 + MNIST_HIDDEN * 10 * 3;

static bool check(void *state, const contest_row *row)
{
    (void)state, (void)row; /* it gives nothing that could be compared */
    return true;
}

static float *new_array(int64_t n)
{
    float *data = aligned_alloc(ALIGNMENT, (size_t)n * sizeof *data);
    if (!data) {
        fprintf(stderr, "limit: no memory\n");
        exit(EXIT_FAILURE);
    }
    contest_fill(data, n, 1);
    return data;
}

static bool try(const contest_row *row, work *w)
{
    w->threads = contest_threads() < MAX_THREADS ? contest_threads() : MAX_THREADS;
    start_workers(w);
    bool tried = contest_try(row, &(contest_trial){ run, check, w });
    stop_workers(w);
    return tried;
}

static bool measure_arithmetic(const contest_row *row, double multiply_adds)
{
    return try(row, &(work){ .part = multiply_and_add, .n = (int64_t)multiply_adds });
}

static bool measure_memory(const contest_row *row, int64_t n, void (*part)(work *, int, int), int operands)
{
    work w = { .part = part, .n = n, .out = new_array(n) };
    for (int i = 0; i < operands; i++)
        w.in[i] = new_array(n);
    bool tried = try(row, &w);
    for (int i = 0; i < operands; i++)
        free(w.in[i]);
    free(w.out);
    return tried;
}

static bool measure(const contest_row *row)
{
    if (row->scale == 0)
        return measure_arithmetic(row, row->work / 2);
    if (!strcmp(row->name, "mlp"))
        return measure_arithmetic(row, (double)(row->n * mlp_work));
    if (!strcmp(row->name, "mnist"))
        return measure_arithmetic(row, (double)(row->n * mnist_work));
    if (!strcmp(row->name, "ew16M"))
        return measure_memory(row, row->n, stream, OPERANDS);
    if (!strcmp(row->name, "softmax1024"))
        return measure_memory(row, row->n * CONTEST_COLUMNS, copy, 1);
    if (!strcmp(row->name, "exp1M") || !strcmp(row->name, "tanh1M"))
        return measure_memory(row, row->n, copy, 1);
    return true;
}

int main(int argc, char **argv)
{
    return contest_main(argc, argv, &(contestant){ "limit", measure });
}
