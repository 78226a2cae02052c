/*
 * What the contestants of the benchmark share: Tenure (bench.c), plain C (hand.c), TensorFlow (peers_tf.c) and ONNX Runtime (peers_ort.c).
 * The rows, the numbers they are fed with, how a run is timed and what is printed are one thing for all, so that the figures compare.
 *
 * Each is a program `NAME [ROW…]` that prints one line `row value unit` per figure. The environment has more to say:
 *   BENCH_THREADS=N      threads of a session, default 1
 *   BENCH_MODE=samples   prints every batch's figure, not the median of them
 *   BENCH_MODE=check     prints `row size mean mean` of what a run gives, for comparison with the others, and times nothing
 *   BENCH_MODE=start     stops after the first run: prints when that was, on the monotonic clock, and the most memory held until then
 *   BENCH_MODE=pairs     of Tenure alone: runs of one thread and of N by turns, each timed by itself; see pairs.h
 */
#ifndef T_BENCH_CONTEST_H
#define T_BENCH_CONTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONTEST_CHAIN = 1000, CONTEST_COLUMNS = 1024, CONTEST_STEPS = 20 /* of training, when results are compared */ };

typedef struct contest_row {
    const char *name, *unit;
    int64_t n;
    double scale; /* units in a second; 0: the figure is a rate, GF/s of `work` */
    double work;  /* floating point operations, for a rate */
} contest_row;

/* A row made ready. */
typedef struct contest_trial {
    bool (*run)(void *state);                           /* one run, as a user writes it */
    bool (*check)(void *state, const contest_row *row); /* runs and hands the values to contest_digest */
    void *state;
} contest_trial;

/* The convolutional network of row `mnist`, as doc/examples/mnist.c has it; and the layer of row `conv3x3`. */
enum {
    MNIST_BATCH = 64,
    MNIST_SIDE = 28,
    MNIST_KERNEL = 5,
    MNIST_CHANNELS1 = 8,
    MNIST_CHANNELS2 = 16,
    MNIST_FLAT = 7 * 7 * MNIST_CHANNELS2,
    MNIST_HIDDEN = 128,
    CONV_SIDE = 56,
    CONV_CHANNELS = 64
};

typedef struct contestant {
    const char *name;
    /* Makes the row ready and gives it to contest_try; true without having done so for a row it has not. False: failed, and said why. */
    bool (*measure)(const contest_row *row);
} contestant;

double contest_now(void);
int contest_threads(void);
/* Small numbers around zero, at most `scale` in size. */
void contest_fill(float *data, int64_t n, float scale);
/* Row i of n is the class i modulo 10. */
void contest_one_hot(float *data, int64_t n);
/* Times or checks, as the mode is. False when a run failed. */
bool contest_try(const contest_row *row, const contest_trial *trial);
/* Prints what tells results apart: the mean of their sizes, their mean, and a mean with unequal weights. */
bool contest_digest(const contest_row *row, const float *values, size_t n);
/* Prints the two figures of a row big…: seconds to build the chain, negative when a contestant has no such thing, and to run it first. */
void contest_report_big(const contest_row *row, double built, double run);
/* The figures of the rows named on the command line, or of all. */
int contest_main(int argc, char **argv, const contestant *c);

#endif
