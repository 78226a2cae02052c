/* Rows picked by index, and summed by index: GatherV2, OneHot, UnsortedSegmentSum. */
#include "cpu/kernels.h"
#include "graph/graph.h"
#include "ops/expect.h"
#include "ops/gradient.h"
#include "ops/operand.h"

/* ---- GatherV2 ---- */

/* Appends dims first up to, not including, last. */
static void append(tn_dims *to, const tn_dims *from, int first, int last)
{
    for (int i = first; i < last; i++)
        to->dim[to->rank++] = from->dim[i];
}

/* The batch axes, which params and indices have in common. */
static tn_status read_batch_dims(const tn_infer *c, const tn_dims *params, const tn_dims *indices, int *batch)
{
    int64_t asked = tn_op_int(c->op, "batch_dims");
    if (asked < -(int64_t)indices->rank || asked > indices->rank)
        return tn_infer_fail(c, "Expected batch_dims in the range [%d, %d], but got %lld", -indices->rank, indices->rank, (long long)asked);
    *batch = (int)(asked < 0 ? asked + indices->rank : asked);
    if (*batch >= params->rank)
        return tn_infer_fail(c, "batch_dims (%d) must be less than rank(params) (%d).", *batch, params->rank);
    for (int i = 0; i < *batch; i++)
        if (params->dim[i] >= 0 && indices->dim[i] >= 0 && params->dim[i] != indices->dim[i])
            return tn_infer_fail(c, "params.shape[%d]: %lld should be equal to indices.shape[%d]: %lld", i, (long long)params->dim[i], i,
                                 (long long)indices->dim[i]);
    return TN_OK;
}

static tn_status gather_along(tn_infer *c, int64_t asked, int batch)
{
    const tn_dims *params = &c->in[0].dims, *indices = &c->in[1].dims;
    int axis = tn_dims_axis(params, asked);
    if (axis < 0)
        return tn_infer_fail(c, "Expected axis in the range [%d, %d), but got %lld", -params->rank, params->rank, (long long)asked);
    if (batch > axis)
        return tn_infer_fail(c, "batch_dims (%d) must be less than or equal to axis (%d).", batch, axis);
    tn_dims out = tn_dims_scalar();
    append(&out, params, 0, axis);
    for (int i = 0; i < batch; i++)
        if (out.dim[i] < 0)
            out.dim[i] = indices->dim[i];
    append(&out, indices, batch, indices->rank);
    append(&out, params, axis + 1, params->rank);
    c->out[0] = out;
    return tn_expect_possible_size(c, &out);
}

static tn_status infer_gather(tn_infer *c)
{
    const tn_dims *params = &c->in[0].dims, *indices = &c->in[1].dims;
    int64_t axis;
    int batch = 0;
    if (c->in[2].dims.rank > 0)
        return tn_infer_fail(c, "axis must be scalar");
    if (params->rank == 0)
        return tn_infer_fail(c, "params must be at least 1 dimensional");
    if (params->rank < 0 || indices->rank < 0)
        return TN_OK;
    tn_status status = read_batch_dims(c, params, indices, &batch);
    int rank = params->rank - 1 + indices->rank - batch;
    if (!status)
        status = tn_expect_possible_rank(c, rank);
    if (status)
        return status;
    c->out[0] = tn_dims_unknown_of_rank(rank);
    return tn_operand_int(&c->in[2], &axis) ? gather_along(c, axis, batch) : TN_OK;
}

/* ---- The gradient of GatherV2 ---- */

/*
 * Seen in blocks, params is [batch, outer, n, inner] and dy is [batch, outer, m, inner]. With the indices in front, as
 * [batch * m, outer, inner], dy is summed by index into [batch * n, outer, inner]. The numbers are int32 vectors of one element, constants
 * where shapes are static.
 */
typedef struct gather_blocks {
    tn_output batch, outer, n, m, inner;
} gather_blocks;

static tn_output join(tn_outputs vectors)
{
    tn_output in[8];
    size_t n = vectors.n;
    for (size_t i = 0; i < n; i++)
        in[i] = vectors.items[i];
    in[n] = tn_grad_scalar(TN_INT32, 0);
    return tn_op_output(tn_op_new(NULL, "ConcatV2", ((tn_outputs){ in, n + 1 })), 0);
}

/* A count of axes, given as an attribute or an input, as a vector of one that is not negative. */
static tn_output count_from_front(tn_output count, tn_output of)
{
    return TN_GRAD("Reshape", TN_GRAD("FloorMod", count, TN_GRAD("Rank", of)), tn_grad_int(1));
}

static gather_blocks find_blocks(const tn_op *op)
{
    tn_output params = tn_op_input(op, 0), indices = tn_op_input(op, 1);
    tn_output shape = TN_GRAD("Shape", params), index_shape = TN_GRAD("Shape", indices);
    tn_output axis = count_from_front(tn_grad_as_int32(tn_op_input(op, 2)), params);
    int64_t asked = tn_op_int(op, "batch_dims");
    tn_output batch =
        asked >= 0 ? tn_grad_int(asked) : TN_GRAD("Add", TN_GRAD("Reshape", TN_GRAD("Rank", indices), tn_grad_int(1)), tn_grad_int(asked));
    return (gather_blocks){ .batch = tn_grad_product(shape, tn_grad_int(0), batch),
                            .outer = tn_grad_product(shape, batch, TN_GRAD("Sub", axis, batch)),
                            .n = TN_GRAD("Slice", shape, axis, tn_grad_int(1)),
                            .m = tn_grad_product(index_shape, batch, tn_grad_int(-1)),
                            .inner = tn_grad_product(shape, TN_GRAD("Add", axis, tn_grad_int(1)), tn_grad_int(-1)) };
}

/* The indices as a vector, each batch's own into a range of its own. */
static tn_output spread_indices(const tn_op *op, const gather_blocks *b)
{
    tn_output indices = tn_op_input(op, 1), zero = tn_grad_scalar(TN_INT32, 0), one = tn_grad_scalar(TN_INT32, 1);
    if (tn_op_int(op, "batch_dims") == 0)
        return TN_GRAD("Reshape", indices, tn_grad_int(-1));
    tn_output count = TN_GRAD("Reshape", b->batch, tn_grad_ints(0, NULL));
    tn_output first = TN_GRAD("Mul", TN_GRAD("Range", zero, count, one), b->n);
    if (tn_output_dtype(indices) != TN_INT32)
        first = tn_op_output(tn_op_new(NULL, "Cast", TN_OUTPUTS(first), .attrs = TN_ATTRS(TN_TYPE_ATTR("DstT", TN_INT64))), 0);
    tn_output rows = TN_GRAD("Reshape", indices, join(TN_OUTPUTS(b->batch, b->m)));
    tn_output column = TN_GRAD("Reshape", first, join(TN_OUTPUTS(b->batch, tn_grad_int(1))));
    return TN_GRAD("Reshape", TN_GRAD("Add", rows, column), tn_grad_int(-1));
}

/* From [batch, outer, m, inner] to [batch, m, outer, inner], or back: the two axes in the middle change places. */
static tn_output swap_middle(tn_output x, tn_outputs shape)
{
    static const int64_t swapped[] = { 0, 2, 1, 3 };
    return TN_GRAD("Transpose", TN_GRAD("Reshape", x, join(shape)), tn_grad_ints(4, swapped));
}

/* Whether the axis is known to be the first, and the only one taken: dy has the indices in front as it is. */
static bool gathers_rows(const tn_op *op)
{
    const tn_tensor *known = tn_value_of(tn_op_input(op, 2))->known;
    const tn_operand axis = { .dtype = tn_output_dtype(tn_op_input(op, 2)), .dims = tn_dims_scalar(), .value = known ? known->data : NULL };
    int64_t value;
    return tn_op_int(op, "batch_dims") == 0 && tn_operand_int(&axis, &value) && value == 0;
}

static tn_output sum_rows(tn_output dy, tn_output indices, tn_output params)
{
    int64_t n = tn_output_dim(params, 0);
    if (n >= 0 && n <= INT32_MAX)
        return TN_GRAD("UnsortedSegmentSum", dy, indices, tn_grad_scalar(TN_INT32, (double)n));
    tn_output first = TN_GRAD("Slice", TN_GRAD("Shape", params), tn_grad_int(0), tn_grad_int(1));
    return TN_GRAD("UnsortedSegmentSum", dy, indices, TN_GRAD("Reshape", first, tn_grad_ints(0, NULL)));
}

static tn_status gather_gradient(tn_gradient *g)
{
    tn_output params = tn_op_input(g->op, 0);
    if (gathers_rows(g->op))
        return tn_grad_give(g, 0, sum_rows(g->dy[0], tn_op_input(g->op, 1), params));
    gather_blocks b = find_blocks(g->op);
    tn_output none = tn_grad_ints(0, NULL);
    tn_output front = swap_middle(g->dy[0], TN_OUTPUTS(b.batch, b.outer, b.m, b.inner));
    tn_output rows = TN_GRAD("Reshape", front, join(TN_OUTPUTS(TN_GRAD("Mul", b.batch, b.m), b.outer, b.inner)));
    tn_output segments = TN_GRAD("Reshape", TN_GRAD("Mul", b.batch, b.n), none);
    tn_output sums = TN_GRAD("UnsortedSegmentSum", rows, spread_indices(g->op, &b), segments);
    tn_output back = swap_middle(sums, TN_OUTPUTS(b.batch, b.n, b.outer, b.inner));
    return tn_grad_give(g, 0, TN_GRAD("Reshape", back, tn_grad_shape(params)));
}

/* ---- OneHot ---- */

static tn_status infer_one_hot(tn_infer *c)
{
    static const char *const names[] = { "", "depth", "on_value", "off_value" };
    char text[TN_DIMS_TEXT];
    const tn_dims *indices = &c->in[0].dims;
    int64_t axis = tn_op_int(c->op, "axis"), depth = -1;
    for (int i = 1; i < 4; i++)
        if (c->in[i].dims.rank > 0)
            return tn_infer_fail(c, "%s must be a scalar, but got: %s", names[i], tn_dims_text(&c->in[i].dims, text));
    if (tn_operand_int(&c->in[1], &depth) && depth < 0)
        return tn_infer_fail(c, "depth must be non-negative, got: %lld", (long long)depth);
    if (indices->rank < 0)
        return TN_OK;
    int rank = indices->rank + 1;
    if (axis < -1 || axis >= rank)
        return tn_infer_fail(c, "Expected axis to be -1 or between [0, %d).  But received: %lld", rank, (long long)axis);
    tn_status status = tn_expect_possible_rank(c, rank);
    if (status)
        return status;
    int at = axis < 0 ? indices->rank : (int)axis;
    c->out[0] = tn_dims_scalar();
    append(&c->out[0], indices, 0, at);
    c->out[0].dim[c->out[0].rank++] = depth;
    append(&c->out[0], indices, at, indices->rank);
    return tn_expect_possible_size(c, &c->out[0]);
}

/* ---- UnsortedSegmentSum ---- */

static tn_status expect_leading_shape(const tn_infer *c)
{
    char data[TN_DIMS_TEXT], ids[TN_DIMS_TEXT];
    const tn_dims *d = &c->in[0].dims, *s = &c->in[1].dims;
    if (d->rank < 0 || s->rank < 0)
        return TN_OK;
    tn_dims lead = *d;
    lead.rank = s->rank;
    if (s->rank > d->rank || !tn_dims_compatible(&lead, s))
        return tn_infer_fail(c, "data.shape = %s does not start with segment_ids.shape = %s", tn_dims_text(d, data), tn_dims_text(s, ids));
    return TN_OK;
}

static tn_status infer_segment_sum(tn_infer *c)
{
    char text[TN_DIMS_TEXT];
    const tn_dims *data = &c->in[0].dims, *ids = &c->in[1].dims;
    int64_t segments = -1;
    tn_status status = expect_leading_shape(c);
    if (status)
        return status;
    if (c->in[2].dims.rank > 0)
        return tn_infer_fail(c, "num_segments should be a scalar, not shape %s", tn_dims_text(&c->in[2].dims, text));
    if (tn_operand_int(&c->in[2], &segments) && segments < 0)
        return tn_infer_fail(c, "Input num_segments == %lld must not be negative.", (long long)segments);
    if (data->rank < 0 || ids->rank < 0)
        return TN_OK;
    status = tn_expect_possible_rank(c, data->rank - ids->rank + 1);
    if (status)
        return status;
    c->out[0] = tn_dims_vector(segments);
    append(&c->out[0], data, ids->rank, data->rank);
    return tn_expect_possible_size(c, &c->out[0]);
}

/* dy picked by id, and zeros for the ids that were dropped. */
static tn_status segment_sum_gradient(tn_gradient *g)
{
    tn_output ids = tn_op_input(g->op, 1), zero = tn_grad_scalar(tn_output_dtype(ids), 0), one = tn_grad_scalar(TN_INT32, 1);
    tn_output picked = TN_GRAD("GatherV2", g->dy[0], TN_GRAD("Maximum", ids, zero), tn_grad_scalar(TN_INT32, 0));
    tn_output more = TN_GRAD("Sub", TN_GRAD("Rank", picked), TN_GRAD("Rank", ids));
    tn_output ones = TN_GRAD("Fill", TN_GRAD("Reshape", more, tn_grad_int(1)), one);
    tn_output kept = TN_GRAD("Reshape", TN_GRAD("GreaterEqual", ids, zero), join(TN_OUTPUTS(TN_GRAD("Shape", ids), ones)));
    return tn_grad_give(g, 0, TN_GRAD("SelectV2", kept, picked, tn_grad_zeros_like(picked)));
}

const tn_op_def tn_ops_gather[] = {
    { .name = "GatherV2",
      .signature = "params: Tparams, indices: Tindices, axis: Taxis; batch_dims: int = 0; Tparams: type; Tindices: {int32, int64}; "
                   "Taxis: {int32, int64} -> output: Tparams",
      .infer = infer_gather,
      .gradient = gather_gradient,
      .prepare = tn_prepare_gather_v2,
      .constructor = "",
      .formula = "params at each of indices along axis; the first batch_dims axes are gone through together" },
    { .name = "OneHot",
      .signature = "indices: TI, depth: int32, on_value: T, off_value: T; axis: int = -1; T: type; TI: {uint8, int32, int64} = int64 "
                   "-> output: T",
      .infer = infer_one_hot,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_one_hot,
      .constructor = "",
      .formula = "on_value at each index along a new axis of length depth, off_value everywhere else" },
    { .name = "UnsortedSegmentSum",
      .signature = "data: T, segment_ids: Tindices, num_segments: Tnumsegments; T: numbertype; Tindices: {int32, int64}; "
                   "Tnumsegments: {int32, int64} = int32 -> output: T",
      .infer = infer_segment_sum,
      .gradient = segment_sum_gradient,
      .prepare = tn_prepare_unsorted_segment_sum,
      .formula = "output[i] is the sum of data wherever segment_ids is i; negative ids are dropped" },
};
const size_t tn_num_ops_gather = sizeof tn_ops_gather / sizeof tn_ops_gather[0];
