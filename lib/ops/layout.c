/* Elements moved about: Transpose, Slice, Tile, Pad, and the table of the family. */
#include "ops/layout.h"

#include <stdio.h>
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"
#include "ops/operand.h"
#include "ops/slicing.h"

/* ---- Transpose ---- */

static tn_status not_a_permutation(const tn_infer *c, const tn_int_list *perm, int missing)
{
    char text[64] = "";
    size_t n = 0;
    for (int i = 0; i < perm->n; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%lld", i ? "," : "", (long long)perm->item[i]);
    return tn_infer_fail(c, "%d is missing from {%s}.", missing, text);
}

/* Negative axes count from the end. */
static tn_status expect_permutation(const tn_infer *c, tn_int_list *perm)
{
    tn_dims dims = { .rank = perm->n };
    unsigned seen = 0;
    for (int i = 0; i < perm->n; i++) {
        int axis = tn_dims_axis(&dims, perm->item[i]);
        if (axis < 0)
            return tn_infer_fail(c, "%lld is out of range [0 .. %d)", (long long)perm->item[i], perm->n);
        perm->item[i] = axis;
        seen |= 1u << axis;
    }
    for (int i = 0; i < perm->n; i++)
        if (!(seen >> i & 1))
            return not_a_permutation(c, perm, i);
    return TN_OK;
}

static tn_status infer_transpose(tn_infer *c)
{
    const tn_dims *in = &c->in[0].dims;
    tn_int_list perm;
    tn_status status = tn_expect_ints(c, 1, &perm);
    if (!status)
        status = tn_expect_possible_rank(c, perm.n);
    if (status)
        return status;
    if (in->rank >= 0 && perm.n >= 0 && in->rank != perm.n)
        return tn_infer_fail(c, "transpose expects a vector of size %d. But input(1) is a vector of size %d", in->rank, perm.n);
    c->out[0] = tn_dims_unknown_of_rank(in->rank >= 0 ? in->rank : perm.n);
    if (!perm.known)
        return TN_OK;
    status = expect_permutation(c, &perm);
    for (int i = 0; i < in->rank && !status; i++)
        c->out[0].dim[i] = in->dim[perm.item[i]];
    return status;
}

static tn_status transpose_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, TN_GRAD("Transpose", g->dy[0], TN_GRAD("InvertPermutation", tn_op_input(g->op, 1))));
}

/* ---- Slice ---- */

static tn_status slice_axis(const tn_infer *c, int i, int64_t dim, const tn_int_list *begin, int64_t size, int64_t *out)
{
    int64_t rest = dim;
    if (begin->known) {
        int64_t at = begin->item[i];
        if (at < 0 || (dim >= 0 && at > dim))
            return tn_infer_fail(c, "Expected begin[%d] in [0, %lld], but got %lld", i, (long long)dim, (long long)at);
        rest = dim < 0 ? -1 : dim - at;
    }
    if (size < -1 || (rest >= 0 && size > rest))
        return tn_infer_fail(c, "Expected size[%d] in [0, %lld], but got %lld", i, (long long)rest, (long long)size);
    *out = size >= 0 ? size : begin->known ? rest : -1;
    return TN_OK;
}

static tn_status expect_slice_vectors(const tn_infer *c)
{
    char begin[TN_DIMS_TEXT], size[TN_DIMS_TEXT];
    tn_dims vector = tn_dims_vector(c->in[0].dims.rank);
    if (tn_dims_merge(&vector, &c->in[1].dims, &vector) && tn_dims_merge(&vector, &c->in[2].dims, &vector))
        return TN_OK;
    return tn_infer_fail(c, "Expected begin and size arguments to be 1-D tensors of size %d, but got shapes %s and %s instead.",
                         c->in[0].dims.rank, tn_dims_text(&c->in[1].dims, begin), tn_dims_text(&c->in[2].dims, size));
}

static tn_status infer_slice(tn_infer *c)
{
    tn_int_list begin, size;
    tn_status status = expect_slice_vectors(c);
    if (!status)
        status = tn_expect_ints(c, 1, &begin);
    if (!status)
        status = tn_expect_ints(c, 2, &size);
    int rank = c->in[0].dims.rank;
    if (!status && rank < 0)
        status = tn_expect_possible_rank(c, rank = begin.n >= 0 ? begin.n : size.n);
    if (status)
        return status;
    tn_dims in = c->in[0].dims.rank >= 0 ? c->in[0].dims : tn_dims_unknown_of_rank(rank);
    c->out[0] = tn_dims_unknown_of_rank(rank);
    for (int i = 0; size.known && i < rank && !status; i++)
        status = slice_axis(c, i, in.dim[i], &begin, size.item[i], &c->out[0].dim[i]);
    return status;
}

/* Zeros before and after, as many as were left out there. */
static tn_status slice_gradient(tn_gradient *g)
{
    tn_output x = tn_op_input(g->op, 0), begin = tn_op_input(g->op, 1);
    tn_attrs type = TN_ATTRS(TN_TYPE_ATTR("out_type", tn_output_dtype(begin)));
    tn_output whole = tn_op_output(tn_op_new(NULL, "Shape", TN_OUTPUTS(x), .attrs = type), 0);
    tn_output part = tn_op_output(tn_op_new(NULL, "Shape", TN_OUTPUTS(g->dy[0]), .attrs = type), 0);
    tn_output after = TN_GRAD("Sub", TN_GRAD("Sub", whole, part), begin);
    tn_op *paddings = tn_op_new(NULL, "Pack", TN_OUTPUTS(begin, after), .attrs = TN_ATTRS(TN_INT_ATTR("axis", 1)));
    return tn_grad_give(g, 0, TN_GRAD("Pad", g->dy[0], tn_op_output(paddings, 0)));
}

/* ---- Tile ---- */

static tn_status tile_axis(const tn_infer *c, int i, int64_t multiple, int64_t *dim)
{
    if (multiple < 0)
        return tn_infer_fail(c, "Expected multiples[%d] >= 0, but got %lld", i, (long long)multiple);
    if (*dim >= 0 && __builtin_mul_overflow(*dim, multiple, dim))
        return tn_infer_fail(c, "multiples[%d] = %lld makes the tensor longer than 2**63 - 1", i, (long long)multiple);
    if (multiple == 0)
        *dim = 0;
    return TN_OK;
}

static tn_status infer_tile(tn_infer *c)
{
    char text[TN_DIMS_TEXT];
    const tn_dims *in = &c->in[0].dims;
    tn_int_list multiples;
    if (c->in[1].dims.rank >= 0 && c->in[1].dims.rank != 1)
        return tn_infer_fail(c, "Expected multiples to be 1-D, but got shape %s", tn_dims_text(&c->in[1].dims, text));
    tn_status status = tn_expect_ints(c, 1, &multiples);
    if (status)
        return status;
    if (in->rank >= 0 && multiples.n >= 0 && in->rank != multiples.n)
        return tn_infer_fail(c, "Expected multiples argument to be a vector of length %d but got length %d", in->rank, multiples.n);
    int rank = in->rank >= 0 ? in->rank : multiples.n;
    status = tn_expect_possible_rank(c, rank);
    c->out[0] = in->rank >= 0 && multiples.known ? *in : tn_dims_unknown_of_rank(rank);
    for (int i = 0; i < rank && multiples.known && !status; i++)
        status = tile_axis(c, i, multiples.item[i], &c->out[0].dim[i]);
    return status ? status : tn_expect_possible_size(c, &c->out[0]);
}

/* ---- Pad ---- */

static tn_status expect_paddings(const tn_infer *c)
{
    char paddings[TN_DIMS_TEXT], inputs[TN_DIMS_TEXT];
    const tn_dims *p = &c->in[1].dims, *in = &c->in[0].dims;
    tn_dims_text(p, paddings);
    if (p->rank >= 0 && (p->rank != 2 || (p->dim[1] >= 0 && p->dim[1] != 2)))
        return tn_infer_fail(c, "paddings must be a matrix with 2 columns: %s", paddings);
    if (p->rank >= 0 && in->rank >= 0 && p->dim[0] >= 0 && p->dim[0] != in->rank)
        return tn_infer_fail(c, "The first dimension of paddings must be the rank of inputs%s %s", paddings, tn_dims_text(in, inputs));
    return p->rank >= 0 && p->dim[0] > TN_MAX_RANK ? tn_expect_possible_rank(c, TN_MAX_RANK + 1) : TN_OK;
}

static tn_status pad_axis(const tn_infer *c, int64_t before, int64_t after, int64_t *dim)
{
    int64_t padded;
    if (before < 0 || after < 0)
        return tn_infer_fail(c, "Paddings must be non-negative: %lld %lld", (long long)before, (long long)after);
    if (*dim < 0)
        return TN_OK;
    if (__builtin_add_overflow(*dim, before, &padded) || __builtin_add_overflow(padded, after, &padded))
        return tn_infer_fail(c, "paddings %lld %lld make the tensor longer than 2**63 - 1", (long long)before, (long long)after);
    *dim = padded;
    return TN_OK;
}

static tn_status infer_pad(tn_infer *c)
{
    int64_t paddings[2 * TN_MAX_RANK], n;
    const tn_dims *in = &c->in[0].dims, *p = &c->in[1].dims;
    int rank = in->rank >= 0 || p->rank < 0 ? in->rank : (int)p->dim[0];
    tn_status status = expect_paddings(c);
    if (status)
        return status;
    c->out[0] = tn_dims_unknown_of_rank(rank);
    if (in->rank < 0 || !tn_operand_ints(&c->in[1], paddings, 2 * TN_MAX_RANK, &n))
        return TN_OK;
    c->out[0] = *in;
    for (int i = 0; i < rank && !status; i++)
        status = pad_axis(c, paddings[2 * i], paddings[2 * i + 1], &c->out[0].dim[i]);
    return status ? status : tn_expect_possible_size(c, &c->out[0]);
}

static tn_status pad_gradient(tn_gradient *g)
{
    static const int64_t zeros[] = { 0, 0 }, column[] = { -1, 1 }, flat[] = { -1 };
    tn_output x = tn_op_input(g->op, 0), paddings = tn_op_input(g->op, 1);
    tn_attrs type = TN_ATTRS(TN_TYPE_ATTR("out_type", tn_output_dtype(paddings)));
    tn_output shape = tn_op_output(tn_op_new(NULL, "Shape", TN_OUTPUTS(x), .attrs = type), 0);
    tn_output before = TN_GRAD("Slice", paddings, tn_grad_ints(2, zeros), tn_grad_ints(2, column));
    return tn_grad_give(g, 0, TN_GRAD("Slice", g->dy[0], TN_GRAD("Reshape", before, tn_grad_ints(1, flat)), shape));
}

/* ---- The family ---- */

#define INDEX_TYPE "{int32, int64}"
#define MASKS      "begin_mask: int = 0; end_mask: int = 0; ellipsis_mask: int = 0; new_axis_mask: int = 0; shrink_axis_mask: int = 0"

const tn_op_def tn_ops_layout[] = {
    { .name = "Transpose",
      .signature = "x: T, perm: Tperm; T: type; Tperm: " INDEX_TYPE " = int32 -> y: T",
      .infer = infer_transpose,
      .gradient = transpose_gradient,
      .prepare = tn_prepare_transpose,
      .constructor = "",
      .formula = "axis i of y is axis perm[i] of x" },
    { .name = "ConcatV2",
      .signature = "values: N * T, axis: Tidx; N: int >= 2; T: type; Tidx: " INDEX_TYPE " = int32 -> output: T",
      .infer = tn_infer_concat,
      .gradient = tn_gradient_concat,
      .prepare = tn_prepare_concat_v2,
      .constructor = "",
      .formula = "the values one after the other along axis" },
    { .name = "ConcatOffset",
      .signature = "concat_dim: int32, shape: N * int32; N: int >= 2 -> offset: N * int32",
      .infer = tn_infer_concat_offset,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_concat_offset,
      .formula = "where each of tensors of these shapes begins when they are concatenated along concat_dim" },
    { .name = "Slice",
      .signature = "input: T, begin: Index, size: Index; T: type; Index: " INDEX_TYPE " -> output: T",
      .infer = infer_slice,
      .gradient = slice_gradient,
      .prepare = tn_prepare_slice,
      .formula = "the size[i] elements from begin[i] on along each axis i; a size of -1 takes all the rest" },
    { .name = "StridedSlice",
      .signature = "input: T, begin: Index, end: Index, strides: Index; T: type; Index: " INDEX_TYPE "; " MASKS " -> output: T",
      .infer = tn_infer_strided_slice,
      .gradient = tn_gradient_strided_slice,
      .prepare = tn_prepare_strided_slice,
      .formula = "input[begin:end:strides], with a bit of a mask for each end left out, ellipsis, new axis and single index" },
    { .name = "StridedSliceGrad",
      .signature = "shape: Index, begin: Index, end: Index, strides: Index, dy: T; T: type; Index: " INDEX_TYPE "; " MASKS " -> output: T",
      .infer = tn_infer_strided_slice_grad,
      .gradient = tn_gradient_strided_slice_grad,
      .prepare = tn_prepare_strided_slice_grad,
      .formula = "zeros of that shape with dy where StridedSlice would have read" },
    { .name = "Pack",
      .signature = "values: N * T; N: int >= 1; T: type; axis: int = 0 -> output: T",
      .infer = tn_infer_pack,
      .gradient = tn_gradient_pack,
      .prepare = tn_prepare_pack,
      .formula = "the values, of one shape, side by side along a new axis" },
    { .name = "Unpack",
      .signature = "value: T; num: int >= 0; T: type; axis: int = 0 -> output: num * T",
      .infer = tn_infer_unpack,
      .gradient = tn_gradient_unpack,
      .prepare = tn_prepare_unpack,
      .formula = "output i is what value has at index i of axis" },
    { .name = "Split",
      .signature = "split_dim: int32, value: T; num_split: int >= 1; T: type -> output: num_split * T",
      .infer = tn_infer_split,
      .gradient = tn_gradient_split,
      .prepare = tn_prepare_split,
      .formula = "value cut along split_dim into num_split parts of one length" },
    { .name = "Tile",
      .signature = "input: T, multiples: Tmultiples; T: type; Tmultiples: " INDEX_TYPE " = int32 -> output: T",
      .infer = infer_tile,
      .gradient = tn_gradient_tile,
      .prepare = tn_prepare_tile,
      .formula = "input repeated multiples[i] times along each axis i" },
    { .name = "Pad",
      .signature = "input: T, paddings: Tpaddings; T: type; Tpaddings: " INDEX_TYPE " = int32 -> output: T",
      .infer = infer_pad,
      .gradient = pad_gradient,
      .prepare = tn_prepare_pad,
      .formula = "input with paddings[i][0] zeros before and paddings[i][1] zeros after it along each axis i" },
};
const size_t tn_num_ops_layout = sizeof tn_ops_layout / sizeof tn_ops_layout[0];
