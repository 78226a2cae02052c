/* The loops of pooling: see pooling.h. They are in pooling_body.h, once for each element type. */
#include "cpu/pooling.h"

#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

/* The functions for AVX2 serve AVX-512, too: with its masks and longer vectors they were slower. */
#ifndef __AVX512F__

/* Bytes of a vector. */
#ifdef __AVX2__
#define VECTOR 32
#else
#define VECTOR 16
#endif

/* Of two vectors that overlap in one lane, the even ones of the first and the odd ones of the second. */
#define EVEN_2 0, 3
#define EVEN_4 0, 2, 5, 7
#define EVEN_8 0, 2, 4, 6, 9, 11, 13, 15

typedef struct span {
    int64_t first, last;
} span;

/* The inputs that output o looks at: never none, as padding is smaller than the window. */
static span window_of(const tn_pooling_axis *a, int64_t o)
{
    const int64_t at = o * a->stride - a->before;
    return (span){ at > 0 ? at : 0, at + a->size < a->in ? at + a->size : a->in };
}

/* The outputs that look at any of the inputs. */
static span outputs_over(const tn_pooling_axis *a, span inputs)
{
    const int64_t low = inputs.first + a->before - (a->size - 1), high = inputs.last - 1 + a->before;
    const int64_t first = low > 0 ? (low + a->stride - 1) / a->stride : 0, last = high / a->stride + 1;
    return (span){ first, last < a->out ? last : a->out };
}

/* The outputs whose window is whole. */
static span outputs_inside(const tn_pooling_axis *a)
{
    const int64_t first = (a->before + a->stride - 1) / a->stride, room = a->in + a->before - a->size;
    const int64_t last = room < 0 ? 0 : room / a->stride + 1;
    return (span){ first, last < first ? first : last < a->out ? last : a->out };
}

static span both(span a, span b)
{
    return (span){ a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last };
}

typedef enum task { MAX, AVERAGE, PICK, MAX_GRAD, AVERAGE_GRAD } task;

/* How a window's lanes lie. Constants, so that each shape has code of its own. */
typedef struct shape {
    int vectors; /* so many at a time */
    int step;    /* elements of the input from one lane to the next: 1 or 2 */
    bool whole;  /* else one lane alone */
    bool along;  /* lanes are outputs of a row; else channels of a pixel */
} shape;

/* A window: of an output pixel, or of the first one of a vector. */
typedef struct window {
    int64_t in, out;   /* places of its first element in the input, and of its output */
    int64_t rows, row; /* how many, and the elements from one to the next */
    int64_t columns, column;
    span own; /* of gradients: the rows that are to be written */
    int done; /* of the lanes, the first ones: they are not to be added again */
} window;

#define T       float
#define U       int32_t
#define NAME(x) f32_##x
#define TABLE   tn_pooling_f32
#if VECTOR == 32
#define EVEN EVEN_8
#else
#define EVEN EVEN_4
#endif
#include "cpu/isa/pooling_body.h"

#define T       double
#define U       int64_t
#define NAME(x) f64_##x
#define TABLE   tn_pooling_f64
#if VECTOR == 32
#define EVEN EVEN_4
#else
#define EVEN EVEN_2
#endif
#include "cpu/isa/pooling_body.h"
#endif
