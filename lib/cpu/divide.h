/*
 * Steps that may be divided: a kernel is written as a function over a range of units, and the step as a whole is that of all of them.
 * What prepare leaves for such a kernel has a tn_divided first.
 */
#ifndef TN_CPU_DIVIDE_H
#define TN_CPU_DIVIDE_H

#include "ops/kernel.h"

typedef struct tn_divided {
    tn_part part;
    int64_t units;
} tn_divided;

/* Makes part, of so many units (0: nothing is to be done), the kernel of p; args is what tn_step.args will be. */
void tn_divide(tn_prepare *p, tn_divided *args, tn_part part, int64_t units);

/* For kernels whose units would be too small to be handed about: n of them, or what is left, are one. */
static inline int64_t tn_units_of(int64_t total, int64_t n)
{
    return total / n + (total % n != 0);
}
/* The elements that a range of such units stands for: from first * n up to this. */
static inline int64_t tn_range_end(tn_range range, int64_t n, int64_t total)
{
    return range.last < tn_units_of(total, n) ? range.last * n : total;
}

#endif
