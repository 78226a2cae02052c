/*
 * Concrete and partial shapes. rank -1: unknown rank; a dimension of -1: unknown length.
 */
#ifndef TN_CORE_DIMS_H
#define TN_CORE_DIMS_H

#include <tenure/base.h>
#include <tenure/tensor.h>

typedef struct tn_dims {
    int rank;
    int64_t dim[TN_MAX_RANK];
} tn_dims;

/* Room for any text of tn_dims_text. */
enum { TN_DIMS_TEXT = 24 * TN_MAX_RANK };

tn_dims tn_dims_unknown(void);             /* rank -1 */
tn_dims tn_dims_unknown_of_rank(int rank); /* every dimension -1 */
tn_dims tn_dims_scalar(void);
tn_dims tn_dims_vector(int64_t n);
tn_dims tn_dims_of(int rank, const int64_t *dims); /* a rank above 8 or below -1 gives rank -1: check before */
bool tn_dims_known(const tn_dims *d);              /* rank and every dimension */
bool tn_dims_equal(const tn_dims *a, const tn_dims *b);
bool tn_dims_compatible(const tn_dims *a, const tn_dims *b); /* could be the same shape: unknowns match anything */
/* The more exact of two compatible shapes; false (and *out untouched) when they are not. */
bool tn_dims_merge(const tn_dims *a, const tn_dims *b, tn_dims *out);
/* NumPy's broadcasting of two shapes; unknowns stay unknown. false when they do not fit. */
bool tn_dims_broadcast(const tn_dims *a, const tn_dims *b, tn_dims *out);
/* Elements, -1 when unknown; -2 on overflow of int64, also where an empty shape's other dimensions overflow: no product of dimensions of a
 * shape with a size does. */
int64_t tn_dims_size(const tn_dims *d);
/* Bytes of a tensor; false on overflow of int64 (as in tn_dims_size) or unknown. */
bool tn_dims_bytes(const tn_dims *d, tn_dtype dtype, size_t *bytes);
/* "[2,3]", "[?,3]", "[]", "<unknown>" into buffer (of TN_DIMS_TEXT bytes), which is returned. */
const char *tn_dims_text(const tn_dims *d, char *buffer);
/* Row-major strides in elements. */
void tn_dims_strides(const tn_dims *d, int64_t *strides);
/* axis in [-rank, rank) to [0, rank); -1 when outside. */
int tn_dims_axis(const tn_dims *d, int64_t axis);

#endif
