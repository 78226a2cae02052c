/* Reductions over axes, and the places of the largest and the smallest. */
#include "cpu/kernels.h"
#include "graph/graph.h"
#include "ops/expect.h"
#include "ops/gradient.h"

/* ---- Inference ---- */

static int64_t axis_at(const tn_operand *axes, int64_t i)
{
    return axes->dtype == TN_INT32 ? ((const int32_t *)axes->value)[i] : ((const int64_t *)axes->value)[i];
}

/* The axes as bits. Each must be there, and once. */
static tn_status read_axes(const tn_infer *c, unsigned *bits)
{
    const tn_operand *axes = &c->in[1];
    const tn_dims *dims = &c->in[0].dims;
    unsigned seen = 0;
    for (int64_t i = 0, n = tn_dims_size(&axes->dims); i < n; i++) {
        int64_t value = axis_at(axes, i);
        int axis = tn_dims_axis(dims, value);
        if (axis < 0)
            return tn_infer_fail(c, "Invalid reduction dimension (%lld for input with %d dimension(s)", (long long)value, dims->rank);
        if (seen >> axis & 1)
            return tn_infer_fail(c, "Invalid reduction arguments: Axes contains duplicate dimension: %d", axis);
        seen |= 1u << axis;
    }
    *bits = seen;
    return TN_OK;
}

static tn_dims without_axes(const tn_dims *dims, unsigned bits, bool keep)
{
    tn_dims out = tn_dims_scalar();
    for (int i = 0; i < dims->rank; i++) {
        bool reduced = bits >> i & 1;
        if (!reduced || keep)
            out.dim[out.rank++] = reduced ? 1 : dims->dim[i];
    }
    return out;
}

/* When the axes are not known: the rank at most. */
static tn_dims some_rank(const tn_infer *c, bool keep)
{
    int rank = c->in[0].dims.rank;
    int64_t n = tn_dims_size(&c->in[1].dims);
    if (keep)
        return tn_dims_unknown_of_rank(rank);
    return rank >= 0 && n >= 0 && n <= rank ? tn_dims_unknown_of_rank(rank - (int)n) : tn_dims_unknown();
}

static tn_status infer_reduction(tn_infer *c)
{
    bool keep = tn_op_bool(c->op, "keep_dims");
    unsigned bits = 0;
    if (c->in[1].dims.rank > 1)
        return tn_infer_fail(c, "Shape must be at most rank 1 but is rank %d", c->in[1].dims.rank);
    if (c->in[0].dims.rank < 0 || !c->in[1].value) {
        c->out[0] = some_rank(c, keep);
        return TN_OK;
    }
    tn_status status = read_axes(c, &bits);
    if (!status)
        c->out[0] = without_axes(&c->in[0].dims, bits, keep);
    return status;
}

static tn_status infer_place(tn_infer *c)
{
    const tn_dims *dims = &c->in[0].dims;
    tn_status status = tn_expect_rank(c, 1, 0);
    if (status || dims->rank < 0)
        return status;
    if (!c->in[1].value) {
        c->out[0] = tn_dims_unknown_of_rank(dims->rank - 1);
        return TN_OK;
    }
    int64_t value = axis_at(&c->in[1], 0);
    int axis = tn_dims_axis(dims, value);
    if (axis < 0)
        return tn_infer_fail(c, "Expected dimension in the range [%d, %d), but got %lld", -dims->rank, dims->rank, (long long)value);
    c->out[0] = without_axes(dims, 1u << axis, false);
    return TN_OK;
}

/* ---- Gradients ---- */

static tn_output input(const tn_gradient *g)
{
    return tn_op_input(g->op, 0);
}

/* An operation as g's own, over the same axes, that keeps them with length 1. */
static tn_output reduce_keeping(const tn_gradient *g, const char *type, tn_output x)
{
    tn_attrs keep = TN_ATTRS(TN_BOOL_ATTR("keep_dims", true));
    return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(x, tn_op_input(g->op, 1)), .attrs = keep), 0);
}

/* The axes that are reduced, as bits; false when they, or the rank, are not static. */
static bool static_axes(const tn_gradient *g, unsigned *bits)
{
    const tn_tensor *axes = tn_value_of(tn_op_input(g->op, 1))->known;
    tn_dims dims = tn_grad_dims(input(g));
    if (!axes || dims.rank < 0)
        return false;
    tn_operand operand = { axes->dtype, axes->dims, axes->data };
    *bits = 0;
    for (int64_t i = 0; i < axes->size; i++)
        *bits |= 1u << tn_dims_axis(&dims, axis_at(&operand, i));
    return true;
}

/* Whether Reshape can be told these dims: at most one is unknown, and then it follows from the others. */
static bool can_reshape_to(const tn_dims *dims)
{
    int unknown = 0, zero = 0;
    for (int i = 0; i < dims->rank; i++) {
        unknown += dims->dim[i] < 0;
        zero += dims->dim[i] == 0;
    }
    return unknown == 0 || (unknown == 1 && zero == 0);
}

/* v, which has the shape of the result, with the reduced axes in it, of length 1: it then broadcasts to the input. */
static tn_output with_axes(const tn_gradient *g, tn_output v)
{
    unsigned bits;
    if (tn_op_bool(g->op, "keep_dims"))
        return v;
    if (static_axes(g, &bits)) {
        tn_dims dims = tn_grad_dims(input(g)), kept = without_axes(&dims, bits, true);
        if (can_reshape_to(&kept))
            return TN_GRAD("Reshape", v, tn_grad_ints(kept.rank, kept.dim));
    }
    return TN_GRAD("Reshape", v, tn_grad_shape(reduce_keeping(g, tn_op_type(g->op), input(g))));
}

static tn_output spread(const tn_gradient *g, tn_output dy)
{
    return TN_GRAD("BroadcastTo", with_axes(g, dy), tn_grad_shape(input(g)));
}

static tn_status sum_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, spread(g, g->dy[0]));
}

/* The number of elements that make one of the mean's, when it is static; else -1. */
static int64_t static_count(const tn_gradient *g)
{
    unsigned bits;
    tn_dims dims = tn_grad_dims(input(g)), reduced = tn_dims_scalar();
    if (!static_axes(g, &bits))
        return -1;
    for (int i = 0; i < dims.rank; i++)
        if (bits >> i & 1)
            reduced.dim[reduced.rank++] = dims.dim[i];
    return tn_dims_size(&reduced);
}

static tn_output cast_to(tn_output x, tn_dtype dtype)
{
    return tn_op_output(tn_op_new(NULL, "Cast", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("DstT", dtype))), 0);
}

static tn_output count(const tn_gradient *g, tn_dtype dtype)
{
    int64_t n = static_count(g);
    if (n >= 0)
        return tn_grad_scalar(dtype, (double)n);
    tn_output results = TN_GRAD("Maximum", TN_GRAD("Size", tn_op_output(g->op, 0)), tn_grad_scalar(TN_INT32, 1));
    tn_output each = TN_GRAD("FloorDiv", TN_GRAD("Size", input(g)), results);
    return cast_to(each, dtype);
}

static tn_status mean_gradient(tn_gradient *g)
{
    tn_output share = TN_GRAD("RealDiv", g->dy[0], count(g, tn_output_dtype(g->dy[0])));
    return tn_grad_give(g, 0, spread(g, share));
}

/* Those that are the extreme share what comes in equally. */
static tn_status extreme_gradient(tn_gradient *g)
{
    tn_output x = input(g), chosen = TN_GRAD("Equal", with_axes(g, tn_op_output(g->op, 0)), x);
    tn_output ones = cast_to(chosen, tn_output_dtype(x));
    tn_output share = TN_GRAD("RealDiv", ones, reduce_keeping(g, "Sum", ones));
    return tn_grad_give(g, 0, TN_GRAD("Mul", share, with_axes(g, g->dy[0])));
}

/*
 * The product of all others, also where some are zero: zeros taken as ones, the product of the rest divided by the element itself, where
 * no other element is zero; else 0.
 */
static tn_status prod_gradient(tn_gradient *g)
{
    tn_output x = input(g), zero = tn_grad_scalar(tn_output_dtype(x), 0), is_zero = TN_GRAD("Equal", x, zero);
    tn_output nonzero = TN_GRAD("SelectV2", is_zero, tn_grad_scalar(tn_output_dtype(x), 1), x);
    tn_output others = TN_GRAD("RealDiv", reduce_keeping(g, "Prod", nonzero), nonzero);
    tn_output zeros = cast_to(is_zero, tn_output_dtype(x));
    tn_output other_zeros = TN_GRAD("Sub", reduce_keeping(g, "Sum", zeros), zeros);
    tn_output dx = TN_GRAD("Mul", others, with_axes(g, g->dy[0]));
    return tn_grad_give(g, 0, TN_GRAD("SelectV2", TN_GRAD("Equal", other_zeros, zero), dx, zero));
}

#define REDUCTION(row, lower, grad, text)                                                                                                  \
    {                                                                                                                                      \
        .name = row,                                                                                                                       \
        .signature = "input: T, reduction_indices: Tidx; keep_dims: bool = false; T: numbertype; "                                         \
                     "Tidx: {int32, int64} = int32 -> output: T",                                                                          \
        .infer = infer_reduction, .gradient = grad, .prepare = tn_prepare_##lower, .source = 1, .constructor = "", .formula = text         \
    }
#define LOGICAL(row, lower, text)                                                                                                          \
    {                                                                                                                                      \
        .name = row,                                                                                                                       \
        .signature = "input: bool, reduction_indices: Tidx; keep_dims: bool = false; Tidx: {int32, int64} = int32 -> output: bool",        \
        .infer = infer_reduction, .prepare = tn_prepare_##lower, .constructor = "", .formula = text                                        \
    }
#define PLACE(row, lower, text)                                                                                                            \
    {                                                                                                                                      \
        .name = row,                                                                                                                       \
        .signature = "input: T, dimension: Tidx; T: numbertype; Tidx: {int32, int64} = int32; "                                            \
                     "output_type: {int32, int64} = int64 -> output: output_type",                                                         \
        .infer = infer_place, .gradient = tn_no_gradient, .prepare = tn_prepare_##lower, .constructor = "", .formula = text                \
    }

/* clang-format off */
const tn_op_def tn_ops_reduce[] = {
    REDUCTION("Sum", sum, sum_gradient, "the sum over the axes; 0 for no elements"),
    REDUCTION("Mean", mean, mean_gradient, "the sum over the axes divided by the number of elements; NaN for none"),
    REDUCTION("Max", max, extreme_gradient, "the largest over the axes; the lowest value for no elements; NaN when one is NaN"),
    REDUCTION("Min", min, extreme_gradient, "the smallest over the axes; the highest value for no elements; NaN when one is NaN"),
    REDUCTION("Prod", prod, prod_gradient, "the product over the axes; 1 for no elements"),
    LOGICAL("All", all, "whether all are true over the axes; true for no elements"),
    LOGICAL("Any", any, "whether any is true over the axes; false for no elements"),
    PLACE("ArgMax", argmax, "the index of the largest along an axis, of the first when several are; NaN is passed over"),
    PLACE("ArgMin", argmin, "the index of the smallest along an axis, of the first when several are; NaN is passed over"),
};
/* clang-format on */
const size_t tn_num_ops_reduce = sizeof tn_ops_reduce / sizeof tn_ops_reduce[0];
