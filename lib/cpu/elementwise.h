/*
 * Elementwise kernels over broadcast operands: one way to prepare and to walk them all.
 *
 * Preparing collapses the dimensions of the output as far as every input allows; what is left is a row, along which each input moves on
 * by one element or stays, inside of at most seven loops. An operation is then one function over a row, and, for operands of one shape,
 * a kernel of its own that has nothing but a loop.
 */
#ifndef TN_CPU_ELEMENTWISE_H
#define TN_CPU_ELEMENTWISE_H

#include "ops/kernel.h"

enum { TN_MAX_OPERANDS = 3 };

/* Before a loop whose arrays are the same or apart, never shifted: it may become vector code whatever the compiler can prove. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed" /* clang warns of each such loop that stays scalar: those that call libm, divisions */
#define TN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define TN_INDEPENDENT _Pragma("GCC ivdep")
#endif

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

/* Computes out[0..n) from rows of the inputs; stride[i] is 1, or 0 when the one element in[i][0] stands for all. n is at least 1.
 * NULL, or the text of what is wrong with the data (TN_INVALID_ARGUMENT). */
typedef const char *(*tn_row)(void *out, const void *const *in, const int64_t *stride, int64_t n);

/* What prepare leaves for the kernel. */
typedef struct tn_rows {
    int64_t n; /* elements of a row; 0: the output is empty */
    int64_t stride[TN_MAX_OPERANDS];
    int64_t out_bytes; /* of a row */
    tn_row row;
    tn_loops loops;
} tn_rows;

/* The functions of an operation for one dtype of its inputs. */
typedef struct tn_elementwise {
    tn_dtype dtype;
    tn_kernel flat; /* when every input has the shape of the output: reads tn_rows.n only. NULL: the row function does it */
    tn_row row;
} tn_elementwise;

/* Chooses among n by the dtype of the last input (that of Select's condition is always bool), and prepares p. */
tn_status tn_prepare_elementwise(tn_prepare *p, const tn_elementwise *choices, size_t n);
/* The same with dims other than the operands' own: dims[i] broadcasts to the output. */
tn_status tn_prepare_rows(tn_prepare *p, const tn_elementwise *choice, const tn_dims *dims);

/* The status for what a row function gave. */
static inline tn_status tn_row_status(const tn_step *step, const char *wrong)
{
    return wrong ? tn_step_fail(step, TN_INVALID_ARGUMENT, "%s", wrong) : TN_OK;
}

#define TN_PREPARE_ELEMENTWISE(name, choices)                                                                                              \
    tn_status name(tn_prepare *p)                                                                                                          \
    {                                                                                                                                      \
        return tn_prepare_elementwise(p, choices, sizeof choices / sizeof choices[0]);                                                     \
    }

/*
 * An operation of one input x of type T: out = value, an expression of x. Defines NAME_flat.
 */
#define TN_UNARY(name, T, R, value)                                                                                                        \
    static tn_status name##_flat(const tn_step *step, const tn_frame *frame)                                                               \
    {                                                                                                                                      \
        const T *in = tn_in(step, frame, 0);                                                                                               \
        R *out = tn_out(step, frame, 0);                                                                                                   \
        int64_t n = ((const tn_rows *)step->args)->n;                                                                                      \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                                                                  \
            const T x = in[i];                                                                                                             \
            out[i] = (R)(value);                                                                                                           \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }

/*
 * An operation of two inputs x and y of type T: out = value, an expression of x and y; when `wrong` holds for a pair, the text is the
 * error. Defines NAME_flat and NAME_row.
 */
#define TN_BINARY_CHECKED(name, T, R, value, wrong, text)                                                                                  \
    TN_ALWAYS_INLINE const char *name##_loop(R *out, const T *a, const T *b, bool many_a, bool many_b, int64_t n)                          \
    {                                                                                                                                      \
        const T x0 = many_a ? (T)0 : *a, y0 = many_b ? (T)0 : *b;                                                                          \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                                                                  \
            const T x = many_a ? a[i] : x0, y = many_b ? b[i] : y0;                                                                        \
            if (wrong)                                                                                                                     \
                return text;                                                                                                               \
            out[i] = (R)(value);                                                                                                           \
        }                                                                                                                                  \
        return NULL;                                                                                                                       \
    }                                                                                                                                      \
    static const char *name##_row(void *out, const void *const *in, const int64_t *stride, int64_t n)                                      \
    {                                                                                                                                      \
        if (!stride[0])                                                                                                                    \
            return name##_loop(out, in[0], in[1], false, true, n);                                                                         \
        if (!stride[1])                                                                                                                    \
            return name##_loop(out, in[0], in[1], true, false, n);                                                                         \
        return name##_loop(out, in[0], in[1], true, true, n);                                                                              \
    }                                                                                                                                      \
    static tn_status name##_flat(const tn_step *step, const tn_frame *frame)                                                               \
    {                                                                                                                                      \
        const tn_rows *rows = step->args;                                                                                                  \
        const char *bad = name##_loop(tn_out(step, frame, 0), tn_in(step, frame, 0), tn_in(step, frame, 1), true, true, rows->n);          \
        return tn_row_status(step, bad);                                                                                                   \
    }
#define TN_BINARY(name, T, R, value) TN_BINARY_CHECKED(name, T, R, value, false, NULL)

#endif
