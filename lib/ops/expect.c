/* What inference functions expect of shapes: see expect.h. */
#include "ops/expect.h"

tn_status tn_expect_rank(const tn_infer *c, int i, int rank)
{
    int is = c->in[i].dims.rank;
    if (is >= 0 && is != rank)
        return tn_infer_fail(c, "Shape must be rank %d but is rank %d", rank, is);
    return TN_OK;
}

tn_status tn_expect_min_rank(const tn_infer *c, int i, int rank)
{
    int is = c->in[i].dims.rank;
    if (is >= 0 && is < rank)
        return tn_infer_fail(c, "Shape must be at least rank %d but is rank %d", rank, is);
    return TN_OK;
}

tn_status tn_expect_dim(const tn_infer *c, int64_t a, int64_t b, int64_t *out)
{
    if (a >= 0 && b >= 0 && a != b)
        return tn_infer_fail(c, "Dimensions must be equal, but are %lld and %lld", (long long)a, (long long)b);
    *out = a >= 0 ? a : b;
    return TN_OK;
}

tn_status tn_expect_same(const tn_infer *c, const tn_dims *a, const tn_dims *b, tn_dims *out)
{
    char left[TN_DIMS_TEXT], right[TN_DIMS_TEXT];
    if (tn_dims_merge(a, b, out))
        return TN_OK;
    if (a->rank != b->rank)
        return tn_infer_fail(c, "Shapes must be equal rank, but are %d and %d", a->rank, b->rank);
    int i = 0;
    while (a->dim[i] == b->dim[i] || a->dim[i] < 0 || b->dim[i] < 0)
        i++;
    return tn_infer_fail(c, "Dimension %d in both shapes must be equal, but are %lld and %lld. Shapes are %s and %s.", i,
                         (long long)a->dim[i], (long long)b->dim[i], tn_dims_text(a, left), tn_dims_text(b, right));
}
