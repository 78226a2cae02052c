/* Shapes: asking for them, changing them, and tensors made to one. */
#include "ops/shape.h"

#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/gradient.h"

/* ---- ExpandDims and Squeeze ---- */

static tn_status infer_expand_dims(tn_infer *c)
{
    const tn_dims *in = &c->in[0].dims;
    int64_t axis, size = tn_dims_size(&c->in[1].dims);
    if (size >= 0 && size != 1)
        return tn_infer_fail(c, "'dim' must be a tensor with a single value");
    if (in->rank < 0)
        return TN_OK;
    tn_status status = tn_expect_possible_rank(c, in->rank + 1);
    c->out[0] = tn_dims_unknown_of_rank(in->rank + 1);
    if (status || !tn_operand_int(&c->in[1], &axis))
        return status;
    int at = tn_dims_axis(&c->out[0], axis);
    if (at < 0)
        return tn_infer_fail(c, "Tried to expand dim index %lld for tensor with %d dimensions.", (long long)axis, in->rank);
    for (int i = 0; i < in->rank; i++)
        c->out[0].dim[i + (i >= at)] = in->dim[i];
    c->out[0].dim[at] = 1;
    return TN_OK;
}

/* The axes asked for, as a set of bits. */
static tn_status squeezed_axes(const tn_infer *c, const int64_t *axes, size_t n, unsigned *set)
{
    const tn_dims *in = &c->in[0].dims;
    *set = 0;
    for (size_t i = 0; i < n; i++) {
        int axis = tn_dims_axis(in, axes[i]);
        if (axis < 0)
            return tn_infer_fail(c, "Tried to squeeze dim index %lld for tensor with %d dimensions.", (long long)axes[i], in->rank);
        if (in->dim[axis] >= 0 && in->dim[axis] != 1)
            return tn_infer_fail(c, "Can not squeeze dim[%d], expected a dimension of 1, got %lld", axis, (long long)in->dim[axis]);
        *set |= 1u << axis;
    }
    return TN_OK;
}

static tn_status infer_squeeze(tn_infer *c)
{
    size_t n;
    unsigned set;
    const int64_t *axes = tn_op_ints(c->op, "squeeze_dims", &n);
    const tn_dims *in = &c->in[0].dims;
    if (in->rank < 0 || (n == 0 && !tn_dims_known(in)))
        return TN_OK;
    tn_status status = squeezed_axes(c, axes, n, &set);
    if (status)
        return status;
    c->out[0] = tn_dims_scalar();
    for (int i = 0; i < in->rank; i++)
        if (n ? !(set >> i & 1) : in->dim[i] != 1)
            c->out[0].dim[c->out[0].rank++] = in->dim[i];
    return TN_OK;
}

static tn_status reshape_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, tn_grad_reshape_like(g->dy[0], tn_op_input(g->op, 0)));
}

/* ---- Tensors made to a shape ---- */

static tn_status infer_shape(tn_infer *c)
{
    c->out[0] = tn_dims_vector(c->in[0].dims.rank);
    return TN_OK;
}

static tn_status infer_fill(tn_infer *c)
{
    tn_status status = tn_expect_rank(c, 1, 0);
    return status ? status : tn_expect_shape(c, 0, &c->out[0]);
}

static tn_status fill_gradient(tn_gradient *g)
{
    tn_output dy = g->dy[0], axes;
    int rank = tn_output_rank(dy);
    if (rank >= 0) {
        static const int64_t all[TN_MAX_RANK] = { 0, 1, 2, 3, 4, 5, 6, 7 };
        axes = tn_grad_ints(rank, all);
    } else {
        axes = TN_GRAD("Range", tn_grad_scalar(TN_INT32, 0), TN_GRAD("Rank", dy), tn_grad_scalar(TN_INT32, 1));
    }
    return tn_grad_give(g, 1, TN_GRAD("Sum", dy, axes));
}

static tn_status infer_broadcast_to(tn_infer *c)
{
    char from[TN_DIMS_TEXT], to[TN_DIMS_TEXT];
    const tn_dims *in = &c->in[0].dims;
    tn_dims *out = &c->out[0], both;
    tn_status status = tn_expect_shape(c, 1, out);
    if (status || in->rank < 0 || out->rank < 0)
        return status;
    if (in->rank > out->rank)
        return tn_infer_fail(c, "Rank of input (%d) must be no greater than rank of output shape (%d).", in->rank, out->rank);
    tn_dims_text(in, from);
    tn_dims_text(out, to);
    if (!tn_dims_broadcast(in, out, &both))
        return tn_infer_fail(c, "Incompatible shapes: %s vs. %s", from, to);
    if (tn_dims_known(in) && tn_dims_known(out) && !tn_dims_equal(&both, out))
        return tn_infer_fail(c, "Unable to broadcast tensor of shape %s to tensor of shape %s", from, to);
    return TN_OK;
}

static tn_status broadcast_to_gradient(tn_gradient *g)
{
    tn_output x = tn_op_input(g->op, 0), dy = g->dy[0];
    tn_dims from = tn_grad_dims(x), to = tn_grad_dims(dy);
    if (tn_dims_known(&from) && tn_dims_known(&to))
        return tn_grad_give(g, 0, tn_grad_unbroadcast(g, dy, x));
    tn_output shape = TN_GRAD("Shape", x), axes = TN_GRAD("BroadcastGradientArgs", shape, TN_GRAD("Shape", dy));
    return tn_grad_give(g, 0, TN_GRAD("Reshape", TN_GRAD("Sum", dy, axes), shape));
}

/* ---- Lists of axes ---- */

/* Item i from the end, in a list that is filled up with ones. */
static int64_t from_end(const tn_int_list *list, int i)
{
    return i < list->n ? list->item[list->n - 1 - i] : 1;
}

static bool same_lists(const tn_int_list *a, const tn_int_list *b)
{
    bool same = a->n == b->n;
    for (int i = 0; i < a->n && same; i++)
        same = a->item[i] == b->item[i];
    return same;
}

bool tn_repeated_axes(const tn_int_list *a, const tn_int_list *b, tn_int_list *of_a, tn_int_list *of_b)
{
    int n = a->n > b->n ? a->n : b->n;
    of_a->n = of_b->n = 0;
    if (same_lists(a, b))
        return true;
    for (int axis = 0; axis < n; axis++) {
        int64_t x = from_end(a, n - 1 - axis), y = from_end(b, n - 1 - axis);
        if (x != y && x != 1 && y != 1)
            return false;
        if (x == 1)
            of_a->item[of_a->n++] = axis;
        if (y == 1)
            of_b->item[of_b->n++] = axis;
    }
    return true;
}

static const char *shape_text(const tn_int_list *list, char *to)
{
    tn_dims dims = tn_dims_of(list->n, list->item);
    return tn_dims_text(&dims, to);
}

static tn_status infer_broadcast_gradient_args(tn_infer *c)
{
    tn_int_list in[2], axes[2];
    char a[TN_DIMS_TEXT], b[TN_DIMS_TEXT];
    for (int i = 0; i < 2; i++) {
        tn_status status = tn_expect_ints(c, i, &in[i]);
        if (status)
            return status;
        c->out[i] = tn_dims_vector(-1);
    }
    if (!in[0].known || !in[1].known)
        return TN_OK;
    if (!tn_repeated_axes(&in[0], &in[1], &axes[0], &axes[1]))
        return tn_infer_fail(c, "Incompatible shapes: %s vs. %s", shape_text(&in[0], a), shape_text(&in[1], b));
    for (int i = 0; i < 2; i++)
        c->out[i] = tn_dims_vector(axes[i].n);
    return TN_OK;
}

static tn_status infer_invert_permutation(tn_infer *c)
{
    tn_status status = tn_expect_rank(c, 0, 1);
    c->out[0] = c->in[0].dims.rank < 0 ? tn_dims_vector(-1) : c->in[0].dims;
    return status;
}

#define INDEX_TYPE "{int32, int64}"

const tn_op_def tn_ops_shape[] = {
    { .name = "Reshape",
      .signature = "tensor: T, shape: Tshape; T: type; Tshape: " INDEX_TYPE " = int32 -> output: T",
      .infer = tn_infer_reshape,
      .gradient = reshape_gradient,
      .flags = TN_OP_VIEW,
      .formula = "the same elements in another shape, one dimension of which may be -1: what the others leave" },
    { .name = "ExpandDims",
      .signature = "input: T, dim: Tdim; T: type; Tdim: " INDEX_TYPE " = int32 -> output: T",
      .infer = infer_expand_dims,
      .gradient = reshape_gradient,
      .flags = TN_OP_VIEW,
      .constructor = "",
      .formula = "the same elements with a new axis of length 1 at dim" },
    { .name = "Squeeze",
      .signature = "input: T; T: type; squeeze_dims: list(int) >= 0 = [] -> output: T",
      .infer = infer_squeeze,
      .gradient = reshape_gradient,
      .flags = TN_OP_VIEW,
      .formula = "the same elements without the axes of length 1: those of squeeze_dims, or all" },
    { .name = "Shape",
      .signature = "input: T; T: type; out_type: " INDEX_TYPE " = int32 -> output: out_type",
      .infer = infer_shape,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_shape,
      .flags = TN_OP_DIMS_ONLY,
      .constructor = "shape_of", /* tn_shape is a type */
      .formula = "the length of each axis" },
    { .name = "Rank",
      .signature = "input: T; T: type -> output: int32",
      .infer = tn_infer_scalar,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_rank,
      .flags = TN_OP_DIMS_ONLY,
      .formula = "the number of axes" },
    { .name = "Size",
      .signature = "input: T; T: type; out_type: " INDEX_TYPE " = int32 -> output: out_type",
      .infer = tn_infer_scalar,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_size,
      .flags = TN_OP_DIMS_ONLY,
      .formula = "the number of elements" },
    { .name = "Fill",
      .signature = "dims: index_type, value: T; T: type; index_type: " INDEX_TYPE " = int32 -> output: T",
      .infer = infer_fill,
      .gradient = fill_gradient,
      .prepare = tn_prepare_fill,
      .constructor = "",
      .formula = "a tensor of shape dims with value everywhere" },
    { .name = "ZerosLike",
      .signature = "x: T; T: type -> y: T",
      .infer = tn_infer_same,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_zeros_like,
      .formula = "y = 0, in the shape of x" },
    { .name = "OnesLike",
      .signature =
          "x: T; T: {bfloat16, half, float, double, int8, uint8, int16, uint16, int32, int64, complex64, complex128, bool} -> y: T",
      .infer = tn_infer_same,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_ones_like,
      .formula = "y = 1, in the shape of x" },
    { .name = "Range",
      .signature = "start: Tidx, limit: Tidx, delta: Tidx; Tidx: {bfloat16, float, double, int32, int64} = int32 -> output: Tidx",
      .infer = tn_infer_range,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_range,
      .formula = "start, start + delta, start + delta + delta, … up to limit, which is left out" },
    { .name = "BroadcastTo",
      .signature = "input: T, shape: Tidx; T: type; Tidx: " INDEX_TYPE " = int32 -> output: T",
      .infer = infer_broadcast_to,
      .gradient = broadcast_to_gradient,
      .prepare = tn_prepare_broadcast_to,
      .formula = "input repeated along new axes and axes of length 1 until it has that shape" },
    { .name = "BroadcastGradientArgs",
      .signature = "s0: T, s1: T; T: " INDEX_TYPE " = int32 -> r0: T, r1: T",
      .infer = infer_broadcast_gradient_args,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_broadcast_gradient_args,
      .formula = "the axes along which tensors of shapes s0 and s1 are repeated when they are broadcast together" },
    { .name = "InvertPermutation",
      .signature = "x: T; T: " INDEX_TYPE " = int32 -> y: T",
      .infer = infer_invert_permutation,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_invert_permutation,
      .formula = "y[x[i]] = i" },
};
const size_t tn_num_ops_shape = sizeof tn_ops_shape / sizeof tn_ops_shape[0];
