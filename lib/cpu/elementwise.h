/*
 * Elementwise kernels over broadcast operands: one way to prepare them all. What they compute is in row_list.h; an operation on its own is
 * one call of its row where no operand has to be walked through in another order than the output, else a program of one instruction.
 */
#ifndef TN_CPU_ELEMENTWISE_H
#define TN_CPU_ELEMENTWISE_H

/* clang warns of each loop that stays scalar, such as those that call libm, at the list of functions: as it is included first. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed"
#endif
#include "cpu/rows.h"

/* Before a loop whose arrays are the same or apart, never shifted: it may become vector code whatever the compiler can prove. */
#if defined(__clang__)
#define TN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define TN_INDEPENDENT _Pragma("GCC ivdep")
#endif

/* Rows of a few elements: vector code for many takes longer to get into than they take. First by fours, each loop over which has TN_FOUR
 * before it and becomes one vector; then one by one, TN_ONE in the body keeping it from becoming anything else. */
enum { TN_FEW = 16 };
#if defined(__clang__)
#define TN_FOUR TN_INDEPENDENT
#else
#define TN_FOUR _Pragma("GCC unroll 1") _Pragma("GCC ivdep")
#endif
#define TN_ONE __asm__ volatile("")

#define TN_ALWAYS_INLINE static inline __attribute__((always_inline))

/* Nested loops, the outermost first, that move several pointers: advance[d][i] bytes for input i when loop d goes on and all loops
 * inside of it start again. */
typedef struct tn_loops {
    int rank;
    int64_t count[TN_MAX_RANK];
    int64_t advance[TN_MAX_RANK][TN_MAX_OPERANDS];
} tn_loops;

/* Adds an innermost loop, with the bytes that each of n inputs moves on in it. */
void tn_loops_add(tn_loops *loops, int64_t count, const int64_t *strides, int n);

/* To the next step: index (zeros at first) and the n pointers move on; false after the last. */
static inline bool tn_loops_next(const tn_loops *loops, int64_t *index, const char **at, int n)
{
    int d = loops->rank - 1;
    while (d >= 0 && ++index[d] == loops->count[d])
        index[d--] = 0;
    if (d < 0)
        return false;
    for (int i = 0; i < n; i++)
        at[i] += loops->advance[d][i];
    return true;
}

/* What prepare leaves for an operation that is one call of its row. */
typedef struct tn_call {
    int64_t n, stride[TN_MAX_OPERANDS];
    tn_row row;
    uint32_t input[TN_MAX_OPERANDS]; /* 0 where there are fewer */
    int size[TN_MAX_OPERANDS], out_size;
} tn_call;

/* The functions of an operation, one for each dtype of its inputs: TN_ROW_… of rows.h. */
typedef struct tn_elementwise {
    tn_dtype dtype;
    int row;
} tn_elementwise;

/* Chooses among n by the dtype of the last input (that of Select's condition is always bool), and prepares p. */
tn_status tn_prepare_elementwise(tn_prepare *p, const tn_elementwise *choices, size_t n);
/* Prepares p for a row, or only describes it: dims[i] is what input i broadcasts to the output by, NULL its own dims. The dims must live
 * as long as p->owner. */
tn_status tn_prepare_row(tn_prepare *p, int row, const tn_dims *dims);

/* The status for what a row function gave. */
static inline tn_status tn_row_status(const tn_step *step, const char *wrong)
{
    return wrong ? tn_step_fail(step, TN_INVALID_ARGUMENT, "%s", wrong) : TN_OK;
}

/* The prepare of an operation, by the names of its rows. */
#define TN_ROW_CHOICE(dtype, name)                                                                                                         \
    {                                                                                                                                      \
        dtype, TN_ROW_##name                                                                                                               \
    }
#define TN_ROWS_OF_FLOATS(name)   TN_ROW_CHOICE(TN_FLOAT32, name##_f32), TN_ROW_CHOICE(TN_FLOAT64, name##_f64)
#define TN_ROWS_OF_INTEGERS(name) TN_ROW_CHOICE(TN_INT32, name##_i32), TN_ROW_CHOICE(TN_INT64, name##_i64)
#define TN_PREPARE_ELEMENTWISE(name, ...)                                                                                                  \
    tn_status tn_prepare_##name(tn_prepare *p)                                                                                             \
    {                                                                                                                                      \
        static const tn_elementwise choices[] = { __VA_ARGS__ };                                                                           \
        return tn_prepare_elementwise(p, choices, sizeof choices / sizeof choices[0]);                                                     \
    }
#define TN_PREPARE_FLOATS(name)  TN_PREPARE_ELEMENTWISE(name, TN_ROWS_OF_FLOATS(name))
#define TN_PREPARE_NUMBERS(name) TN_PREPARE_ELEMENTWISE(name, TN_ROWS_OF_FLOATS(name), TN_ROWS_OF_INTEGERS(name))

#endif
