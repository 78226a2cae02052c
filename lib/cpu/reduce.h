/*
 * Reducers: what a reduction does to elements, compiled for each instruction set (isa/reduce.c); cpu/reduce.c walks the axes.
 *
 * Elements go into lanes of accumulators side by side. Where the innermost axis is kept, each lane makes one result; where it is reduced,
 * TN_STRIP lanes share one and are folded at the end. Either way memory is read in order, by vectors.
 */
#ifndef TN_CPU_REDUCE_H
#define TN_CPU_REDUCE_H

#include "core/dtype.h"

enum { TN_LANES = 128, TN_STRIP = 32 };

/* Accumulators of any kind: `low` is what double sums lost. */
typedef struct tn_lanes {
    union {
        float f32[TN_LANES];
        double f64[TN_LANES];
        uint64_t u64[TN_LANES];
        int32_t i32[TN_LANES];
        int64_t i64[TN_LANES];
        bool b[TN_LANES];
    };
    double low[TN_LANES];
} tn_lanes;

/* One reduction for one dtype; w is at most TN_LANES. */
typedef struct tn_reducer {
    tn_dtype dtype;
    /* Sets the first w lanes to what nothing reduces to. */
    void (*start)(tn_lanes *acc, int64_t w);
    /* Adds rows of w elements, `stride` elements apart, to the first w lanes. */
    void (*add)(tn_lanes *acc, const void *in, int64_t w, int64_t rows, int64_t stride);
    /* Adds w lanes of others, from lane `first` on, to the first w; others may be acc. */
    void (*merge)(tn_lanes *acc, const tn_lanes *others, int64_t first, int64_t w);
    /* Makes results of the first w lanes, of `count` elements each. */
    void (*finish)(const tn_lanes *acc, void *out, int64_t w, int64_t count);
} tn_reducer;

typedef enum tn_reduction { TN_SUM, TN_MEAN, TN_PROD, TN_MAX, TN_MIN, TN_ALL, TN_ANY, TN_REDUCTIONS } tn_reduction;

/* By reduction; of each the dtypes that there are, float32, float64, int32 and int64 or bool alone. */
enum { TN_REDUCED_DTYPES = 4 };
typedef tn_reducer tn_reducers[TN_REDUCTIONS][TN_REDUCED_DTYPES];

#endif
