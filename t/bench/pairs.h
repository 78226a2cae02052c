/*
 * Runs timed one by one, for what batches hide: stretches of runs of one thread and of several by turns, in one process. Both are
 * interrupted when the machine is busy, so their distributions are compared at the same quantile.
 */
#ifndef T_BENCH_PAIRS_H
#define T_BENCH_PAIRS_H

#include "contest.h"

/* Prints for the median, 90 %, 99 %, 99.9 % and the longest what one thread took, what several, and the ratio; then what part of the runs
 * of each took more than 1.2 times one thread's median. False when a run failed. */
bool pairs_try(const contest_row *row, const contest_trial *one, const contest_trial *several);

#endif
