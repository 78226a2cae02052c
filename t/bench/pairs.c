#include "pairs.h"
#include <stdio.h>
#include <stdlib.h>

enum { MOST_RUNS = 200000, ENOUGH = 8 };
#define STRETCH 0.05 /* seconds: many of the time slices that a busy processor deals out */

/* Runs of one of the two, each timed by itself. */
typedef struct timings {
    const contest_trial *trial;
    size_t n;
    double run[MOST_RUNS]; /* seconds */
} timings;

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The first run, which makes a plan or starts threads, is not kept. */
static bool time_stretch(timings *t)
{
    double start = contest_now(), before = start;
    bool ran = t->trial->run(t->trial->state);
    while (ran && before - start < STRETCH && t->n < MOST_RUNS) {
        before = contest_now();
        ran = t->trial->run(t->trial->state);
        t->run[t->n++] = contest_now() - before;
    }
    return ran;
}

static bool time_by_turns(timings *one, timings *several)
{
    for (double start = contest_now(); contest_now() - start < ENOUGH;)
        if (!time_stretch(one) || !time_stretch(several))
            return false;
    return one->n && several->n;
}

static double quantile(const timings *t, double q)
{
    return t->run[(size_t)(q * (double)(t->n - 1))];
}

/* A part of the runs, in percent. */
static double longer_than(const timings *sorted, double bound)
{
    size_t i = 0;
    while (i < sorted->n && sorted->run[i] <= bound)
        i++;
    return 100.0 * (double)(sorted->n - i) / (double)sorted->n;
}

static void report(const contest_row *row, const timings *one, const timings *several)
{
    static const double quantiles[] = { 0.5, 0.9, 0.99, 0.999, 1 };
    const double bound = 1.2 * quantile(one, 0.5);
    printf("%s: %zu, %zu runs", row->name, one->n, several->n);
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        const double a = quantile(one, quantiles[i]), b = quantile(several, quantiles[i]);
        printf("; %g %%: %.4g, %.4g µs (%.2f)", 100 * quantiles[i], 1e6 * a, 1e6 * b, b / a);
    }
    printf("; longer than 1.2 medians of one thread: %.2f, %.2f %%\n", longer_than(one, bound), longer_than(several, bound));
}

bool pairs_try(const contest_row *row, const contest_trial *one, const contest_trial *several)
{
    timings *t = calloc(2, sizeof *t);
    if (!t)
        return false;
    t[0].trial = one;
    t[1].trial = several;
    bool timed = time_by_turns(&t[0], &t[1]);
    for (int i = 0; timed && i < 2; i++)
        qsort(t[i].run, t[i].n, sizeof *t[i].run, compare);
    if (timed)
        report(row, &t[0], &t[1]);
    free(t);
    return timed;
}
