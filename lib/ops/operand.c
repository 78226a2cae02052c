/* Operands whose values steer shapes: see operand.h. */
#include "ops/operand.h"

#include "ops/expect.h"

tn_status tn_expect_ints(const tn_infer *c, int i, tn_int_list *list)
{
    const tn_dims *dims = &c->in[i].dims;
    int64_t n;
    tn_status status = tn_expect_rank(c, i, 1);
    list->n = -1;
    list->known = false;
    if (status || dims->rank < 0 || dims->dim[0] < 0)
        return status;
    if (dims->dim[0] > TN_MOST_INTS)
        return tn_infer_fail(c, "Input %d has %lld items, the most are %d", i, (long long)dims->dim[0], TN_MOST_INTS);
    list->n = (int)dims->dim[0];
    list->known = !list->n || tn_operand_ints(&c->in[i], list->item, TN_MOST_INTS, &n); /* no items have no other values */
    return TN_OK;
}

tn_status tn_expect_possible_rank(const tn_infer *c, int rank)
{
    if (rank > TN_MAX_RANK)
        return tn_infer_fail(c, "a tensor of rank %d cannot be made: the highest rank is %d", rank, TN_MAX_RANK);
    return TN_OK;
}

tn_status tn_expect_possible_size(const tn_infer *c, const tn_dims *dims)
{
    char text[TN_DIMS_TEXT];
    if (tn_dims_size(dims) == -2)
        return tn_infer_fail(c, "Shape %s would have more than 2**63 - 1 elements", tn_dims_text(dims, text));
    return TN_OK;
}

tn_status tn_expect_shape(const tn_infer *c, int i, tn_dims *out)
{
    tn_int_list list;
    tn_status status = tn_expect_ints(c, i, &list);
    if (!status)
        status = tn_expect_possible_rank(c, list.n);
    if (status)
        return status;
    *out = tn_dims_unknown_of_rank(list.n);
    if (!list.known)
        return TN_OK;
    for (int k = 0; k < list.n; k++)
        if (list.item[k] < 0)
            return tn_infer_fail(c, "Dimension %lld must be >= 0", (long long)list.item[k]);
    *out = tn_dims_of(list.n, list.item);
    return tn_expect_possible_size(c, out);
}

bool tn_operand_int(const tn_operand *operand, int64_t *value)
{
    int64_t n;
    return tn_operand_ints(operand, value, 1, &n) && n == 1;
}
