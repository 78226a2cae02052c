/* Shapes: see dims.h. */
#include "core/dims.h"

#include <inttypes.h>
#include <string.h>
#include "core/alloc.h"

tn_dims tn_dims_unknown(void)
{
    return (tn_dims){ .rank = -1 };
}

tn_dims tn_dims_unknown_of_rank(int rank)
{
    tn_dims d = tn_dims_unknown();
    if (rank < 0 || rank > TN_MAX_RANK)
        return d;
    d.rank = rank;
    for (int i = 0; i < rank; i++)
        d.dim[i] = -1;
    return d;
}

tn_dims tn_dims_scalar(void)
{
    return (tn_dims){ .rank = 0 };
}

tn_dims tn_dims_vector(int64_t n)
{
    return (tn_dims){ .rank = 1, .dim = { n } };
}

tn_dims tn_dims_of(int rank, const int64_t *dims)
{
    tn_dims d = tn_dims_unknown();
    if (rank < 0 || rank > TN_MAX_RANK)
        return d;
    d.rank = rank;
    for (int i = 0; i < rank; i++)
        d.dim[i] = dims[i];
    return d;
}

bool tn_dims_known(const tn_dims *d)
{
    for (int i = 0; i < d->rank; i++)
        if (d->dim[i] < 0)
            return false;
    return d->rank >= 0;
}

bool tn_dims_equal(const tn_dims *a, const tn_dims *b)
{
    if (a->rank != b->rank)
        return false;
    for (int i = 0; i < a->rank; i++)
        if (a->dim[i] != b->dim[i])
            return false;
    return true;
}

bool tn_dims_merge(const tn_dims *a, const tn_dims *b, tn_dims *out)
{
    if (a->rank < 0 || b->rank < 0) {
        *out = a->rank < 0 ? *b : *a;
        return true;
    }
    if (a->rank != b->rank)
        return false;
    tn_dims merged = *a;
    for (int i = 0; i < a->rank; i++) {
        if (a->dim[i] >= 0 && b->dim[i] >= 0 && a->dim[i] != b->dim[i])
            return false;
        merged.dim[i] = a->dim[i] >= 0 ? a->dim[i] : b->dim[i];
    }
    *out = merged;
    return true;
}

bool tn_dims_compatible(const tn_dims *a, const tn_dims *b)
{
    tn_dims merged;
    return tn_dims_merge(a, b, &merged);
}

/* One dimension of a broadcast; -2 when they do not fit. An unknown beside anything but 1 can only turn out to be that. */
static int64_t broadcast_dim(int64_t a, int64_t b)
{
    if (a == 1)
        return b;
    if (b == 1)
        return a;
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a == b ? a : -2;
}

bool tn_dims_broadcast(const tn_dims *a, const tn_dims *b, tn_dims *out)
{
    if (a->rank < 0 || b->rank < 0) {
        *out = tn_dims_unknown();
        return true;
    }
    tn_dims result = { .rank = a->rank > b->rank ? a->rank : b->rank };
    for (int i = 1; i <= result.rank; i++) {
        int64_t da = i <= a->rank ? a->dim[a->rank - i] : 1, db = i <= b->rank ? b->dim[b->rank - i] : 1;
        int64_t d = broadcast_dim(da, db);
        if (d == -2)
            return false;
        result.dim[result.rank - i] = d;
    }
    *out = result;
    return true;
}

/* The product of the dimensions other than 0; -1 when one is unknown, -2 on overflow. Where it fits, so does every product of some of them:
 * strides, rows. */
static int64_t extent(const tn_dims *d, bool *empty)
{
    int64_t product = 1;
    bool overflow = false;
    *empty = false;
    for (int i = 0; i < d->rank; i++) {
        if (d->dim[i] < 0)
            return -1;
        if (d->dim[i] == 0)
            *empty = true;
        else
            overflow |= __builtin_mul_overflow(product, d->dim[i], &product);
    }
    return d->rank < 0 ? -1 : overflow ? -2 : product;
}

int64_t tn_dims_size(const tn_dims *d)
{
    bool empty;
    int64_t n = extent(d, &empty);
    return n >= 0 && empty ? 0 : n;
}

bool tn_dims_bytes(const tn_dims *d, tn_dtype dtype, size_t *bytes)
{
    bool empty;
    size_t all;
    int64_t n = extent(d, &empty);
    if (n < 0 || !tn_mul_size((size_t)n, tn_dtype_size(dtype), &all) || all > INT64_MAX)
        return false;
    *bytes = empty ? 0 : all;
    return true;
}

const char *tn_dims_text(const tn_dims *d, char *buffer)
{
    if (d->rank < 0)
        return strcpy(buffer, "<unknown>");
    char *at = buffer;
    *at++ = '[';
    for (int i = 0; i < d->rank; i++) {
        if (i)
            *at++ = ',';
        if (d->dim[i] < 0)
            *at++ = '?';
        else
            at += sprintf(at, "%" PRId64, d->dim[i]);
    }
    *at++ = ']';
    *at = 0;
    return buffer;
}

void tn_dims_strides(const tn_dims *d, int64_t *strides)
{
    int64_t stride = 1;
    for (int i = d->rank - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= d->dim[i];
    }
}

int tn_dims_axis(const tn_dims *d, int64_t axis)
{
    if (axis < -(int64_t)d->rank || axis >= d->rank)
        return -1;
    return (int)(axis < 0 ? axis + d->rank : axis);
}
