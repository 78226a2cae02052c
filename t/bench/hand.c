/*
 * The benchmark's contestant in plain C: the loops that one writes first, on one thread, left to the compiler's -O3 -march=native.
 * See contest.h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "contest.h"

enum { MAX_ARRAYS = 5, MAX_LAYERS = 10 };

typedef struct work {
    const contest_row *row;
    float *in[MAX_ARRAYS], *out;
    size_t out_size;
} work;

static float *new_array(int64_t n)
{
    float *data = calloc((size_t)n, sizeof *data);
    if (!data) {
        fprintf(stderr, "hand: no memory\n");
        exit(EXIT_FAILURE);
    }
    return data;
}

static float *new_filled(int64_t n, float scale)
{
    float *data = new_array(n);
    contest_fill(data, n, scale);
    return data;
}

/* ---- One operation ---- */

/* c (m x n) += a (m x k) b (k x n) */
static void multiply(int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *restrict c)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t p = 0; p < k; p++)
            for (int64_t j = 0; j < n; j++)
                c[i * n + j] += a[i * k + p] * b[p * n + j];
}

/* c (m x n) += the transpose of a (k x m), times b (k x n) */
static void multiply_transposed_a(int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *restrict c)
{
    for (int64_t p = 0; p < k; p++)
        for (int64_t i = 0; i < m; i++)
            for (int64_t j = 0; j < n; j++)
                c[i * n + j] += a[p * m + i] * b[p * n + j];
}

/* c (m x n) += a (m x k) times the transpose of b (n x k) */
static void multiply_transposed_b(int64_t m, int64_t n, int64_t k, const float *a, const float *b, float *restrict c)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            float sum = 0;
            for (int64_t p = 0; p < k; p++)
                sum += a[i * k + p] * b[j * k + p];
            c[i * n + j] += sum;
        }
}

static bool run_gemm(void *state)
{
    work *w = state;
    int64_t n = w->row->n;
    memset(w->out, 0, (size_t)(n * n) * sizeof *w->out);
    multiply(n, n, n, w->in[0], w->in[1], w->out);
    return true;
}

static bool run_elementwise(void *state)
{
    work *w = state;
    const float *a = w->in[0], *b = w->in[1], *c = w->in[2], *d = w->in[3], *e = w->in[4];
    float *restrict out = w->out;
    for (int64_t i = 0; i < w->row->n; i++) {
        float x = a[i] * b[i] + c[i];
        out[i] = (x > 0 ? x : 0) * d[i] - e[i];
    }
    return true;
}

static void softmax(const float *x, int64_t n, float *restrict y)
{
    float most = x[0], sum = 0;
    for (int64_t i = 1; i < n; i++)
        most = x[i] > most ? x[i] : most;
    for (int64_t i = 0; i < n; i++)
        sum += y[i] = expf(x[i] - most);
    for (int64_t i = 0; i < n; i++)
        y[i] /= sum;
}

static bool run_softmax(void *state)
{
    work *w = state;
    for (int64_t i = 0; i < w->row->n; i++)
        softmax(w->in[0] + i * CONTEST_COLUMNS, CONTEST_COLUMNS, w->out + i * CONTEST_COLUMNS);
    return true;
}

static bool run_exp(void *state)
{
    work *w = state;
    for (int64_t i = 0; i < w->row->n; i++)
        w->out[i] = expf(w->in[0][i]);
    return true;
}

static bool run_tanh(void *state)
{
    work *w = state;
    for (int64_t i = 0; i < w->row->n; i++)
        w->out[i] = tanhf(w->in[0][i]);
    return true;
}

/* ---- Networks ---- */

typedef struct layer layer;
struct layer {
    enum { DENSE, CONV, RELU, POOL } kind;
    int64_t side, inputs, outputs; /* the side of an image, and its channels */
    int64_t in_size, out_size;     /* elements of one example */
    int64_t kernel;                /* its side; of a dense layer 1 */
    float *weights, *biases, *d_weights, *d_biases;
    float *moments[2][2]; /* Adam's: first and second, of weights and biases */
    float *y, *dy;        /* what it gives for a batch, and the gradient of that */
};

typedef struct network {
    layer layers[MAX_LAYERS];
    int n;
    int64_t batch, step;
    float *x, *labels;
    bool adam;
    float loss;
} network;

static int64_t num_weights(const layer *l)
{
    return l->kernel * l->kernel * l->inputs * l->outputs;
}

static layer *add_layer(network *net, layer l)
{
    l.y = new_array(net->batch * l.out_size);
    l.dy = new_array(net->batch * l.out_size);
    return memcpy(&net->layers[net->n++], &l, sizeof l);
}

static void add_weights(layer *l)
{
    l->weights = new_filled(num_weights(l), 0.1f);
    l->biases = new_array(l->outputs);
    l->d_weights = new_array(num_weights(l));
    l->d_biases = new_array(l->outputs);
    for (int i = 0; i < 2; i++) {
        l->moments[i][0] = new_array(num_weights(l));
        l->moments[i][1] = new_array(l->outputs);
    }
}

static void add_dense(network *net, int64_t inputs, int64_t outputs)
{
    add_weights(add_layer(
        net, (layer){ .kind = DENSE, .inputs = inputs, .outputs = outputs, .in_size = inputs, .out_size = outputs, .kernel = 1 }));
}

static void add_conv(network *net, int64_t side, int64_t inputs, int64_t outputs, int64_t kernel)
{
    add_weights(add_layer(net, (layer){ .kind = CONV,
                                        .side = side,
                                        .inputs = inputs,
                                        .outputs = outputs,
                                        .in_size = side * side * inputs,
                                        .out_size = side * side * outputs,
                                        .kernel = kernel }));
}

static void add_relu(network *net, int64_t size)
{
    add_layer(net, (layer){ .kind = RELU, .in_size = size, .out_size = size });
}

static void add_pool(network *net, int64_t side, int64_t channels)
{
    int64_t size = side * side * channels;
    add_layer(net, (layer){ .kind = POOL, .side = side, .outputs = channels, .in_size = size, .out_size = size / 4 });
}

static void add_biases(const layer *l, int64_t rows)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < l->outputs; j++)
            l->y[i * l->outputs + j] = l->biases[j];
}

/* What a kernel's tap and a place of the image have to do with each other. */
typedef void tap(const layer *l, const float *x, float *dx, const float *weights, float *d_weights, float *y);

static void tap_forward(const layer *l, const float *x, float *dx, const float *weights, float *d_weights, float *restrict y)
{
    (void)dx, (void)d_weights;
    multiply(1, l->outputs, l->inputs, x, weights, y);
}

static void tap_backward(const layer *l, const float *x, float *dx, const float *weights, float *d_weights, float *restrict dy)
{
    multiply_transposed_a(l->inputs, l->outputs, 1, x, dy, d_weights);
    if (dx)
        multiply_transposed_b(1, l->inputs, l->outputs, dy, weights, dx);
}

static void for_each_tap(const layer *l, int64_t example, const float *x, float *dx, float *y, tap *f)
{
    int64_t pad = l->kernel / 2, side = l->side, size = l->inputs * l->outputs;
    for (int64_t at = 0; at < side * side; at++)
        for (int64_t k = 0; k < l->kernel * l->kernel; k++) {
            int64_t row = at / side + k / l->kernel - pad, column = at % side + k % l->kernel - pad;
            if (row < 0 || row >= side || column < 0 || column >= side)
                continue;
            int64_t from = example * l->in_size + (row * side + column) * l->inputs;
            f(l, x + from, dx ? dx + from : NULL, l->weights + k * size, l->d_weights + k * size,
              y + example * l->out_size + at * l->outputs);
        }
}

/* The place of the largest of four. */
static int64_t largest(const layer *l, const float *x, int64_t i)
{
    int64_t row = i / (l->side / 2 * l->outputs), within = i % (l->side / 2 * l->outputs);
    int64_t line = l->side * l->outputs, best = 2 * row * line + within / l->outputs * 2 * l->outputs + within % l->outputs;
    int64_t others[] = { best + l->outputs, best + line, best + line + l->outputs };
    for (int j = 0; j < 3; j++)
        best = x[others[j]] > x[best] ? others[j] : best;
    return best;
}

static void forward(const layer *l, const float *x, int64_t batch)
{
    if (l->kind == DENSE) {
        add_biases(l, batch);
        multiply(batch, l->outputs, l->inputs, x, l->weights, l->y);
    } else if (l->kind == CONV) {
        add_biases(l, batch * l->side * l->side);
        for (int64_t i = 0; i < batch; i++)
            for_each_tap(l, i, x, NULL, l->y, tap_forward);
    } else if (l->kind == RELU) {
        for (int64_t i = 0; i < batch * l->out_size; i++)
            l->y[i] = x[i] > 0 ? x[i] : 0;
    } else {
        for (int64_t i = 0; i < batch; i++)
            for (int64_t j = 0; j < l->out_size; j++)
                l->y[i * l->out_size + j] = x[i * l->in_size + largest(l, x + i * l->in_size, j)];
    }
}

static void sum_rows(const float *dy, int64_t rows, int64_t n, float *restrict sums)
{
    memset(sums, 0, (size_t)n * sizeof *sums);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < n; j++)
            sums[j] += dy[i * n + j];
}

/* The gradients of the weights, and of x into dx unless that is NULL. */
static void backward(const layer *l, const float *x, float *dx, int64_t batch)
{
    if (dx)
        memset(dx, 0, (size_t)(batch * l->in_size) * sizeof *dx);
    if (l->kind == DENSE || l->kind == CONV) {
        sum_rows(l->dy, batch * l->out_size / l->outputs, l->outputs, l->d_biases);
        memset(l->d_weights, 0, (size_t)num_weights(l) * sizeof *l->d_weights);
    }
    if (l->kind == DENSE) {
        multiply_transposed_a(l->inputs, l->outputs, batch, x, l->dy, l->d_weights);
        if (dx)
            multiply_transposed_b(batch, l->inputs, l->outputs, l->dy, l->weights, dx);
    } else if (l->kind == CONV) {
        for (int64_t i = 0; i < batch; i++)
            for_each_tap(l, i, x, dx, l->dy, tap_backward);
    } else if (l->kind == RELU) {
        for (int64_t i = 0; i < batch * l->out_size; i++)
            dx[i] = x[i] > 0 ? l->dy[i] : 0;
    } else {
        for (int64_t i = 0; i < batch; i++)
            for (int64_t j = 0; j < l->out_size; j++)
                dx[i * l->in_size + largest(l, x + i * l->in_size, j)] += l->dy[i * l->out_size + j];
    }
}

/* The mean cross-entropy of the softmax; its gradient goes to the last layer. */
static void cross_entropy(network *net)
{
    layer *last = &net->layers[net->n - 1];
    int64_t classes = last->out_size;
    net->loss = 0;
    for (int64_t i = 0; i < net->batch; i++) {
        float *dy = last->dy + i * classes;
        const float *labels = net->labels + i * classes;
        softmax(last->y + i * classes, classes, dy);
        for (int64_t j = 0; j < classes; j++) {
            if (labels[j] != 0)
                net->loss -= labels[j] * logf(dy[j]) / (float)net->batch;
            dy[j] = (dy[j] - labels[j]) / (float)net->batch;
        }
    }
}

static void descend(float *restrict weights, const float *gradient, int64_t n, float rate)
{
    for (int64_t i = 0; i < n; i++)
        weights[i] -= rate * gradient[i];
}

static void adapt(float *restrict weights, const float *gradient, float *restrict m, float *restrict v, int64_t n, float rate)
{
    for (int64_t i = 0; i < n; i++) {
        m[i] += 0.1f * (gradient[i] - m[i]);
        v[i] += 0.001f * (gradient[i] * gradient[i] - v[i]);
        weights[i] -= rate * m[i] / (sqrtf(v[i]) + 1e-8f);
    }
}

static void update(network *net)
{
    double step = (double)++net->step;
    float rate = net->adam ? (float)(0.001 * sqrt(1 - pow(0.999, step)) / (1 - pow(0.9, step))) : 0.01f;
    for (layer *l = net->layers; l < net->layers + net->n; l++) {
        if (!l->weights)
            continue;
        if (net->adam) {
            adapt(l->weights, l->d_weights, l->moments[0][0], l->moments[1][0], num_weights(l), rate);
            adapt(l->biases, l->d_biases, l->moments[0][1], l->moments[1][1], l->outputs, rate);
        } else {
            descend(l->weights, l->d_weights, num_weights(l), rate);
            descend(l->biases, l->d_biases, l->outputs, rate);
        }
    }
}

static bool run_step(void *state)
{
    network *net = state;
    for (int i = 0; i < net->n; i++)
        forward(&net->layers[i], i ? net->layers[i - 1].y : net->x, net->batch);
    cross_entropy(net);
    for (int i = net->n - 1; i >= 0; i--)
        backward(&net->layers[i], i ? net->layers[i - 1].y : net->x, i ? net->layers[i - 1].dy : NULL, net->batch);
    update(net);
    return true;
}

static bool run_conv(void *state)
{
    network *net = state;
    forward(&net->layers[0], net->x, net->batch);
    return true;
}

static bool check_conv(void *state, const contest_row *row)
{
    const network *net = state;
    run_conv(state);
    return contest_digest(row, net->layers[0].y, (size_t)(net->batch * net->layers[0].out_size));
}

static bool check_step(void *state, const contest_row *row)
{
    network *net = state;
    float losses[CONTEST_STEPS];
    for (int i = 0; i < CONTEST_STEPS; i++) {
        run_step(net);
        losses[i] = net->loss;
    }
    return contest_digest(row, losses, CONTEST_STEPS);
}

static void free_network(network *net)
{
    for (layer *l = net->layers; l < net->layers + net->n; l++) {
        float *arrays[] = { l->weights,       l->biases,        l->d_weights,     l->d_biases, l->moments[0][0],
                            l->moments[0][1], l->moments[1][0], l->moments[1][1], l->y,        l->dy };
        for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
            free(arrays[i]);
    }
    free(net->x);
    free(net->labels);
}

static void build_mlp(network *net)
{
    add_dense(net, 784, 128);
    add_relu(net, 128);
    add_dense(net, 128, 10);
}

static void build_mnist(network *net)
{
    net->adam = true;
    add_conv(net, MNIST_SIDE, 1, MNIST_CHANNELS1, MNIST_KERNEL);
    add_relu(net, MNIST_SIDE * MNIST_SIDE * MNIST_CHANNELS1);
    add_pool(net, MNIST_SIDE, MNIST_CHANNELS1);
    add_conv(net, MNIST_SIDE / 2, MNIST_CHANNELS1, MNIST_CHANNELS2, MNIST_KERNEL);
    add_relu(net, MNIST_SIDE * MNIST_SIDE / 4 * MNIST_CHANNELS2);
    add_pool(net, MNIST_SIDE / 2, MNIST_CHANNELS2);
    add_dense(net, MNIST_FLAT, MNIST_HIDDEN);
    add_relu(net, MNIST_HIDDEN);
    add_dense(net, MNIST_HIDDEN, 10);
}

static void build_conv(network *net)
{
    add_conv(net, CONV_SIDE, CONV_CHANNELS, CONV_CHANNELS, 3);
}

/* ---- Rows ---- */

typedef struct builder {
    const char *name;
    void (*build)(network *net); /* of a network, or */
    bool (*run)(void *state);    /* of one operation: */
    int arrays;                  /* its operands */
} builder;

static const builder builders[] = {
    { "gemm256", NULL, run_gemm, 2 },       { "gemm512", NULL, run_gemm, 2 },      { "gemm1024", NULL, run_gemm, 2 },
    { "gemm2048", NULL, run_gemm, 2 },      { "ew16M", NULL, run_elementwise, 5 }, { "softmax1024", NULL, run_softmax, 1 },
    { "exp1M", NULL, run_exp, 1 },          { "tanh1M", NULL, run_tanh, 1 },       { "mlp", build_mlp, run_step, 0 },
    { "conv3x3", build_conv, run_conv, 0 }, { "mnist", build_mnist, run_step, 0 },
};

static bool measure_network(const contest_row *row, const builder *b)
{
    network net = { .batch = row->n };
    b->build(&net);
    net.x = new_filled(net.batch * net.layers[0].in_size, 1);
    net.labels = new_array(10 * net.batch);
    contest_one_hot(net.labels, net.batch);
    bool tried = contest_try(row, &(contest_trial){ b->run, b->run == run_step ? check_step : check_conv, &net });
    free_network(&net);
    return tried;
}

static bool check(void *state, const contest_row *row)
{
    work *w = state;
    for (size_t i = 0; i < sizeof builders / sizeof builders[0]; i++)
        if (!strcmp(builders[i].name, row->name))
            builders[i].run(w);
    return contest_digest(row, w->out, w->out_size);
}

static bool measure_operation(const contest_row *row, const builder *b)
{
    work w = { .row = row };
    int64_t columns = b->run == run_gemm ? row->n : b->run == run_softmax ? CONTEST_COLUMNS : 1;
    w.out_size = (size_t)(row->n * columns);
    w.out = new_array(row->n * columns);
    for (int i = 0; i < b->arrays; i++)
        w.in[i] = new_filled(row->n * columns, 1);
    bool tried = contest_try(row, &(contest_trial){ b->run, check, &w });
    for (int i = 0; i < b->arrays; i++)
        free(w.in[i]);
    free(w.out);
    return tried;
}

static bool measure(const contest_row *row)
{
    for (size_t i = 0; i < sizeof builders / sizeof builders[0]; i++)
        if (!strcmp(builders[i].name, row->name))
            return builders[i].build ? measure_network(row, &builders[i]) : measure_operation(row, &builders[i]);
    return true;
}

int main(int argc, char **argv)
{
    return contest_main(argc, argv, &(contestant){ "hand", measure });
}
