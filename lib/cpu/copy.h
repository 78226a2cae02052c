/*
 * Moving elements: one description for everything that copies a box of elements between two layouts (Transpose, Slice, Pad, Tile, …).
 *
 * A box has up to TN_COPY_RANK axes; an axis has a length and, for each side, the distance of neighbours in bytes (0 repeats, negative
 * runs backwards). Elements are opaque bytes. tn_copy_plan makes the box as small as it can be, and the last axis the longest run.
 */
#ifndef TN_CPU_COPY_H
#define TN_CPU_COPY_H

#include "cpu/divide.h"
#include "ops/op_def.h"

enum { TN_COPY_RANK = 2 * TN_MAX_RANK };

typedef struct tn_copy {
    tn_divided divided; /* of one that is a kernel */
    size_t run;         /* contiguous bytes moved at once */
    int rank;
    bool empty;
    int64_t length[TN_COPY_RANK];
    int64_t from[TN_COPY_RANK], to[TN_COPY_RANK];
    int64_t from_offset, to_offset; /* of the first element, in bytes */
} tn_copy;

/* Adds an axis inside those there are. */
void tn_copy_axis(tn_copy *copy, int64_t length, int64_t from, int64_t to);
/* Once all axes are there, run being the size of an element: drops, merges and lengthens. */
void tn_copy_plan(tn_copy *copy);
void tn_copy_run(const tn_copy *copy, const void *from, void *to);
void tn_copy_run_with(tn_pool *pool, const tn_copy *copy, const void *from, void *to);
/* A planned copy may be divided: it has so many units, of which these are some. */
int64_t tn_copy_units(const tn_copy *copy);
void tn_copy_part(const tn_copy *copy, const void *from, void *to, int64_t first, int64_t last);

/* Row-major distances in bytes. Those of a tensor without elements have no meaning, and do not overflow. */
void tn_copy_strides(const tn_dims *dims, size_t element, int64_t *strides);

/* What every kernel that moves elements needs first: dtype of a fixed size, all tensors of a size that memory could have. *element is the
 * size of an element of output 0. */
tn_status tn_copy_check(const tn_prepare *p, size_t *element);

/* Makes a planned copy, from input 0 to output 0, the kernel of p. copy is on p->owner. */
tn_status tn_copy_prepared(tn_prepare *p, tn_copy *copy);
/* A planned copy into a tensor of so many bytes that is zero elsewhere, with the frame's threads. */
void tn_copy_into_zeros(const tn_frame *frame, const tn_copy *copy, const void *from, void *to, size_t bytes);
/* Writes one element over and over, until that many bytes are full (a multiple of the element's). */
void tn_copy_fill(void *to, size_t bytes, size_t element, const void *value);
/* A kernel that does nothing: for outputs without elements. */
tn_status tn_run_nothing(const tn_step *step, const tn_frame *frame);

#endif
