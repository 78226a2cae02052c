/* Inference of Reshape: what the requested shape must be, in TensorFlow's words. */
#include <stdio.h>
#include "ops/shape.h"

/* What the requested shape says beside its dims. */
typedef struct request {
    tn_dims dims;    /* -1 where it is to be inferred */
    int missing;     /* that dimension, -1 when there is none */
    int64_t product; /* of the others */
} request;

static const char *list_text(const tn_int_list *list, char *to, size_t size)
{
    size_t n = 0;
    to[0] = '\0';
    for (int i = 0; i < list->n && n < size - 1; i++) {
        int wrote = snprintf(to + n, size - n, "%s%lld", i ? ", " : "", (long long)list->item[i]);
        n += wrote > 0 ? (size_t)wrote : 0;
    }
    return to;
}

static tn_status read_request(const tn_infer *c, const tn_int_list *list, request *r)
{
    char text[TN_DIMS_TEXT];
    for (int i = 0; i < list->n; i++) {
        if (list->item[i] < -1)
            return tn_infer_fail(c, "Size %d must be non-negative, not %lld", i, (long long)list->item[i]);
        if (list->item[i] == -1 && r->missing >= 0)
            return tn_infer_fail(c, "Only one input size may be -1, not both %d and %d", r->missing, i);
        if (list->item[i] == -1)
            r->missing = i;
    }
    r->dims = tn_dims_of(list->n, list->item);
    tn_dims others = r->dims;
    if (r->missing >= 0)
        others.dim[r->missing] = 1;
    r->product = tn_dims_size(&others);
    if (r->product < 0)
        return tn_infer_fail(c, "Shape [%s] has too many elements", list_text(list, text, sizeof text));
    return TN_OK;
}

static tn_status fit_request(const tn_infer *c, request *r, int64_t size)
{
    if (r->missing < 0) {
        if (r->product != size)
            return tn_infer_fail(c, "Input to reshape is a tensor with %lld values, but the requested shape has %lld", (long long)size,
                                 (long long)r->product);
        return TN_OK;
    }
    if (r->product == 0)
        return tn_infer_fail(c, "Reshape cannot infer the missing input size for an empty tensor unless all specified input sizes are "
                                "non-zero");
    if (size % r->product)
        return tn_infer_fail(c, "Input to reshape is a tensor with %lld values, but the requested shape requires a multiple of %lld",
                             (long long)size, (long long)r->product);
    r->dims.dim[r->missing] = size / r->product;
    return TN_OK;
}

tn_status tn_infer_reshape(tn_infer *c)
{
    tn_int_list list;
    request r = { .missing = -1 };
    tn_status status = tn_expect_ints(c, 1, &list);
    if (!status)
        status = tn_expect_possible_rank(c, list.n);
    if (status)
        return status;
    c->out[0] = tn_dims_unknown_of_rank(list.n);
    if (!list.known)
        return TN_OK;
    status = read_request(c, &list, &r);
    if (!status && tn_dims_known(&c->in[0].dims))
        status = fit_request(c, &r, tn_dims_size(&c->in[0].dims));
    c->out[0] = r.dims;
    return status;
}
