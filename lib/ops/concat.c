/* Tensors put together and taken apart: ConcatV2, ConcatOffset, Pack, Unpack, Split. */
#include "core/alloc.h"
#include "ops/expect.h"
#include "ops/gradient.h"
#include "ops/layout.h"
#include "ops/operand.h"

/* ---- ConcatV2 ---- */

/* The rank of all n values; -1 when none is known. */
static tn_status common_rank(const tn_infer *c, int n, int *rank)
{
    char a[TN_DIMS_TEXT], b[TN_DIMS_TEXT];
    int first = -1;
    *rank = -1;
    for (int i = 0; i < n; i++) {
        const tn_dims *d = &c->in[i].dims;
        if (d->rank >= 0 && first >= 0 && d->rank != *rank)
            return tn_infer_fail(c, "ConcatOp : Ranks of all input tensors should match: shape[%d] = %s vs. shape[%d] = %s", first,
                                 tn_dims_text(&c->in[first].dims, a), i, tn_dims_text(d, b));
        if (d->rank >= 0 && first < 0) {
            first = i;
            *rank = d->rank;
        }
    }
    return *rank == 0 ? tn_infer_fail(c, "ConcatOp : Can't concatenate scalars (use tf.stack instead)") : TN_OK;
}

/* Adds one value to the result: its other axes must fit, its length along the axis is counted. */
static tn_status join(const tn_infer *c, int i, int axis, tn_dims *out)
{
    char a[TN_DIMS_TEXT], b[TN_DIMS_TEXT];
    tn_dims next = c->in[i].dims;
    int64_t sum = out->dim[axis], more = next.rank < 0 ? -1 : next.dim[axis];
    if (next.rank >= 0)
        next.dim[axis] = sum;
    if (!tn_dims_merge(out, &next, out))
        return tn_infer_fail(c, "ConcatOp : Dimensions of inputs should match: shape[0] = %s vs. shape[%d] = %s",
                             tn_dims_text(&c->in[0].dims, a), i, tn_dims_text(&c->in[i].dims, b));
    out->dim[axis] = sum < 0 || more < 0 ? -1 : sum;
    if (out->dim[axis] >= 0 && __builtin_add_overflow(sum, more, &out->dim[axis]))
        return tn_infer_fail(c, "ConcatOp : the length along axis %d is more than 2**63 - 1", axis);
    return TN_OK;
}

tn_status tn_infer_concat(tn_infer *c)
{
    int n = c->num_inputs - 1, rank;
    int64_t asked, size = tn_dims_size(&c->in[n].dims);
    tn_status status =
        size >= 0 && size != 1 ? tn_infer_fail(c, "ConcatOp : Expected concat axis to be a scalar") : common_rank(c, n, &rank);
    if (status || rank < 0)
        return status;
    c->out[0] = tn_dims_unknown_of_rank(rank);
    if (!tn_operand_int(&c->in[n], &asked))
        return TN_OK;
    int axis = tn_dims_axis(&c->out[0], asked);
    if (axis < 0)
        return tn_infer_fail(c, "ConcatOp : Expected concatenating dimensions in the range [%d, %d), but got %lld", -rank, rank,
                             (long long)asked);
    c->out[0].dim[axis] = 0;
    for (int i = 0; i < n && !status; i++)
        status = join(c, i, axis, &c->out[0]);
    return status ? status : tn_expect_possible_size(c, &c->out[0]);
}

/* Each value's part of dy, cut out by its own shape. */
tn_status tn_gradient_concat(tn_gradient *g)
{
    int n = tn_op_num_inputs(g->op) - 1;
    tn_output dy = g->dy[0], axis = tn_op_input(g->op, n);
    tn_output *in = TN_NEW_ARRAY(NULL, tn_output, (size_t)n + 1);
    if (!in)
        return TN_RESOURCE_EXHAUSTED;
    in[0] = TN_GRAD("Reshape", tn_grad_as_int32(axis), tn_grad_ints(0, NULL));
    for (int i = 0; i < n; i++)
        in[i + 1] = TN_GRAD("Shape", tn_op_input(g->op, i));
    tn_op *offsets = tn_op_new(NULL, "ConcatOffset", ((tn_outputs){ in, (size_t)n + 1 }));
    tn_status status = TN_OK;
    for (int i = 0; i < n && !status; i++)
        status = tn_grad_give(g, i, TN_GRAD("Slice", dy, tn_op_output(offsets, i), in[i + 1]));
    talloc_free(in);
    return status;
}

/* ---- ConcatOffset ---- */

/* Input i is a shape that differs from the first along the axis only: -1 when that is not known. */
static tn_status expect_fitting_shape(const tn_infer *c, int i, int axis, const tn_int_list *first)
{
    tn_int_list shape;
    tn_status status = tn_expect_ints(c, i, &shape);
    if (status)
        return status;
    if (shape.n >= 0 && first->n >= 0 && shape.n != first->n)
        return tn_infer_fail(c, "input %d should contain %d elements, but got %d", i - 1, first->n, shape.n);
    for (int k = 0; axis >= 0 && shape.known && first->known && k < shape.n; k++)
        if (k != axis && shape.item[k] != first->item[k])
            return tn_infer_fail(c, "All dimensions except %d must match. Input %d has another length along %d than input 0.", axis, i - 1,
                                 k);
    return TN_OK;
}

tn_status tn_infer_concat_offset(tn_infer *c)
{
    tn_int_list first;
    int64_t asked;
    int axis = -1;
    tn_status status = tn_expect_rank(c, 0, 0);
    if (!status)
        status = tn_expect_ints(c, 1, &first);
    if (status)
        return status;
    for (int i = 0; i < c->num_outputs; i++)
        c->out[i] = tn_dims_vector(first.n);
    if (first.n >= 0 && tn_operand_int(&c->in[0], &asked)) {
        if (asked < -first.n || asked >= first.n)
            return tn_infer_fail(c, "Concat dim is out of range: %lld vs. %d", (long long)asked, first.n);
        axis = (int)(asked < 0 ? asked + first.n : asked);
    }
    for (int i = 2; i < c->num_inputs && !status; i++)
        status = expect_fitting_shape(c, i, axis, &first);
    return status;
}

/* ---- Pack ---- */

/* Where the attribute axis lies in a shape of that rank. */
static tn_status read_axis(const tn_infer *c, int rank, int *axis)
{
    int64_t asked = tn_op_int(c->op, "axis");
    tn_dims dims = { .rank = rank };
    *axis = tn_dims_axis(&dims, asked);
    if (*axis < 0)
        return tn_infer_fail(c, "axis = %lld not in [%d, %d)", (long long)asked, -rank, rank);
    return TN_OK;
}

tn_status tn_infer_pack(tn_infer *c)
{
    char a[TN_DIMS_TEXT], b[TN_DIMS_TEXT];
    tn_dims all = c->in[0].dims;
    int axis;
    for (int i = 1; i < c->num_inputs; i++)
        if (!tn_dims_merge(&all, &c->in[i].dims, &all))
            return tn_infer_fail(c, "Shapes of all inputs must match: values[0].shape = %s != values[%d].shape = %s",
                                 tn_dims_text(&c->in[0].dims, a), i, tn_dims_text(&c->in[i].dims, b));
    if (all.rank < 0)
        return TN_OK;
    tn_status status = tn_expect_possible_rank(c, all.rank + 1);
    if (!status)
        status = read_axis(c, all.rank + 1, &axis);
    if (status)
        return status;
    c->out[0] = tn_dims_unknown_of_rank(all.rank + 1);
    for (int i = 0; i < all.rank; i++)
        c->out[0].dim[i + (i >= axis)] = all.dim[i];
    c->out[0].dim[axis] = c->num_inputs;
    return tn_expect_possible_size(c, &c->out[0]);
}

tn_status tn_gradient_pack(tn_gradient *g)
{
    int n = tn_op_num_inputs(g->op);
    tn_attrs attrs = TN_ATTRS(TN_INT_ATTR("num", n), TN_INT_ATTR("axis", tn_op_int(g->op, "axis")));
    tn_op *parts = tn_op_new(NULL, "Unpack", TN_OUTPUTS(g->dy[0]), .attrs = attrs);
    tn_status status = TN_OK;
    for (int i = 0; i < n && !status; i++)
        status = tn_grad_give(g, i, tn_op_output(parts, i));
    return status;
}

/* ---- Unpack ---- */

tn_status tn_infer_unpack(tn_infer *c)
{
    char text[TN_DIMS_TEXT];
    const tn_dims *in = &c->in[0].dims;
    int axis, n = c->num_outputs;
    if (in->rank < 0)
        return TN_OK;
    tn_status status = read_axis(c, in->rank, &axis);
    if (status)
        return status;
    if (in->dim[axis] >= 0 && in->dim[axis] != n)
        return tn_infer_fail(c, "Input shape axis %d must equal %d, got shape %s", axis, n, tn_dims_text(in, text));
    tn_dims part = tn_dims_unknown_of_rank(in->rank - 1);
    for (int i = 0; i < part.rank; i++)
        part.dim[i] = in->dim[i + (i >= axis)];
    for (int i = 0; i < n; i++)
        c->out[i] = part;
    return TN_OK;
}

/* The gradients of all outputs, zeros for those that nothing depends on. The caller frees them; NULL when memory ran out. */
static tn_output *all_gradients(const tn_gradient *g, int n, int room)
{
    tn_output *dy = TN_NEW_ARRAY(NULL, tn_output, (size_t)room);
    for (int i = 0; dy && i < n; i++)
        dy[i] = g->dy[i].op ? g->dy[i] : tn_grad_zeros_like(tn_op_output(g->op, i));
    return dy;
}

tn_status tn_gradient_unpack(tn_gradient *g)
{
    int n = tn_op_num_outputs(g->op);
    tn_output *dy = all_gradients(g, n, n);
    if (!dy)
        return TN_RESOURCE_EXHAUSTED;
    tn_attrs attrs = TN_ATTRS(TN_INT_ATTR("axis", tn_op_int(g->op, "axis")));
    tn_op *dx = tn_op_new(NULL, "Pack", ((tn_outputs){ dy, (size_t)n }), .attrs = attrs);
    talloc_free(dy);
    return tn_grad_give(g, 0, tn_op_output(dx, 0));
}

/* ---- Split ---- */

tn_status tn_infer_split(tn_infer *c)
{
    const tn_dims *in = &c->in[1].dims;
    int64_t asked;
    if (c->in[0].dims.rank > 0)
        return tn_infer_fail(c, "split_dim must be a scalar but has rank %d", c->in[0].dims.rank);
    if (in->rank < 0)
        return TN_OK;
    tn_dims part = tn_dims_unknown_of_rank(in->rank);
    if (tn_operand_int(&c->in[0], &asked)) {
        int axis = tn_dims_axis(in, asked);
        if (axis < 0)
            return tn_infer_fail(c, "-input rank(-%d) <= split_dim < input rank (%d), but got %lld", in->rank, in->rank, (long long)asked);
        if (in->dim[axis] >= 0 && in->dim[axis] % c->num_outputs)
            return tn_infer_fail(c,
                                 "Number of ways to split should evenly divide the split dimension, but got split_dim %d (size = %lld) and "
                                 "num_split %d",
                                 axis, (long long)in->dim[axis], c->num_outputs);
        part = *in;
        part.dim[axis] = in->dim[axis] < 0 ? -1 : in->dim[axis] / c->num_outputs;
    }
    for (int i = 0; i < c->num_outputs; i++)
        c->out[i] = part;
    return TN_OK;
}

tn_status tn_gradient_split(tn_gradient *g)
{
    int n = tn_op_num_outputs(g->op);
    if (n == 1)
        return tn_grad_give(g, 1, g->dy[0]);
    tn_output *dy = all_gradients(g, n, n + 1);
    if (!dy)
        return TN_RESOURCE_EXHAUSTED;
    dy[n] = tn_op_input(g->op, 0);
    tn_op *dx = tn_op_new(NULL, "ConcatV2", ((tn_outputs){ dy, (size_t)n + 1 }));
    talloc_free(dy);
    return tn_grad_give(g, 1, tn_op_output(dx, 0));
}
