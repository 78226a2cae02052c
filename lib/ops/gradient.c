/* Building blocks of gradient functions: see gradient.h. */
#include "ops/gradient.h"

#include "core/element.h"
#include "core/status.h"

tn_status tn_grad_give(tn_gradient *g, int i, tn_output dx)
{
    if (!dx.op)
        return tn_last_error()->code;
    g->dx[i] = dx;
    return TN_OK;
}

tn_output tn_grad_scalar(tn_dtype dtype, double value)
{
    tn_element element;
    tn_element_store(&element, dtype, value);
    return tn_const_new(dtype, 0, NULL, &element, NULL);
}

tn_output tn_grad_ints(int n, const int64_t *items)
{
    int32_t data[TN_MAX_RANK] = { 0 };
    const int64_t dims[] = { n };
    for (int i = 0; i < n; i++)
        data[i] = (int32_t)items[i];
    return tn_const_new(TN_INT32, 1, dims, data, NULL);
}

tn_output tn_grad_int(int64_t item)
{
    return tn_grad_ints(1, &item);
}

tn_output tn_grad_as_int32(tn_output x)
{
    if (tn_output_dtype(x) == TN_INT32)
        return x;
    return tn_op_output(tn_op_new(NULL, "Cast", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("DstT", TN_INT32))), 0);
}

tn_output tn_grad_product(tn_output vector, tn_output begin, tn_output size)
{
    tn_output items = TN_GRAD("Slice", vector, begin, size);
    return TN_GRAD("Reshape", TN_GRAD("Prod", items, tn_grad_int(0)), tn_grad_int(1));
}

tn_dims tn_grad_dims(tn_output x)
{
    tn_dims d = tn_dims_unknown_of_rank(tn_output_rank(x));
    for (int i = 0; i < d.rank; i++)
        d.dim[i] = tn_output_dim(x, i);
    return d;
}

tn_output tn_grad_shape(tn_output x)
{
    tn_dims d = tn_grad_dims(x);
    if (!tn_dims_known(&d))
        return TN_GRAD("Shape", x);
    for (int i = 0; i < d.rank; i++)
        if (d.dim[i] > INT32_MAX)
            return tn_op_output(tn_op_new(NULL, "Shape", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("out_type", TN_INT64))), 0);
    return tn_grad_ints(d.rank, d.dim);
}

tn_output tn_grad_reshape_like(tn_output x, tn_output like)
{
    tn_dims a = tn_grad_dims(x), b = tn_grad_dims(like);
    if (tn_dims_known(&a) && tn_dims_equal(&a, &b))
        return x;
    return TN_GRAD("Reshape", x, tn_grad_shape(like));
}

tn_output tn_grad_zeros_like(tn_output x)
{
    return TN_GRAD("ZerosLike", x);
}

tn_output tn_grad_ones_like(tn_output x)
{
    return TN_GRAD("OnesLike", x);
}

tn_output tn_grad_scale(tn_output x, double value)
{
    if (value == 1)
        return x;
    return TN_GRAD("Mul", x, tn_grad_scalar(tn_output_dtype(x), value));
}

/* The length of x along the axis that is `from_end` before its last; 1 where x has no such axis. */
static int64_t dim_from_end(const tn_dims *d, int from_end)
{
    return from_end < d->rank ? d->dim[d->rank - 1 - from_end] : 1;
}

static bool same_output(tn_output a, tn_output b)
{
    return a.op == b.op && a.index == b.index;
}

/* Whether no other input of the operation can be longer than `like` along an axis, so that `like` is not repeated there. */
static bool only_like_spans(const tn_gradient *g, tn_output like, int from_end)
{
    for (int i = 0; i < tn_op_num_inputs(g->op); i++) {
        tn_output other = tn_op_input(g->op, i);
        tn_dims d = tn_grad_dims(other);
        if (!same_output(other, like) && (d.rank < 0 || dim_from_end(&d, from_end) != 1))
            return false;
    }
    return true;
}

/* Whether every other input is a scalar, so that the output has the shape of `like`, of whatever rank that is. */
static bool others_are_scalars(const tn_gradient *g, tn_output like)
{
    for (int i = 0; i < tn_op_num_inputs(g->op); i++) {
        tn_output other = tn_op_input(g->op, i);
        if (!same_output(other, like) && tn_output_rank(other) != 0)
            return false;
    }
    return true;
}

/* The axes of dx to sum, as far as static shapes tell; -1 when they do not. Those that dx has and `like` lacks come first. */
static int broadcast_axes(const tn_gradient *g, const tn_dims *dx, tn_output like, int64_t *axes)
{
    tn_dims to = tn_grad_dims(like);
    int n = 0;
    if (dx->rank < 0 || to.rank < 0 || to.rank > dx->rank)
        return -1;
    for (int i = 0; i < dx->rank; i++) {
        int from_end = dx->rank - 1 - i;
        bool missing = from_end >= to.rank;
        int64_t length = dim_from_end(&to, from_end);
        if (missing || (length == 1 && dx->dim[i] != 1))
            axes[n++] = i;
        else if (length < 0 && dx->dim[i] != 1 && !only_like_spans(g, like, from_end))
            return -1;
    }
    return n;
}

static tn_output sum_axes(tn_output x, int n, const int64_t *axes, bool keep_dims)
{
    tn_attrs attrs = TN_ATTRS(TN_BOOL_ATTR("keep_dims", keep_dims));
    return tn_op_output(tn_op_new(NULL, "Sum", TN_OUTPUTS(x, tn_grad_ints(n, axes)), .attrs = attrs), 0);
}

/* The same when only the run can tell. */
static tn_output unbroadcast_running(tn_output dx, tn_output like)
{
    tn_output shape = tn_grad_shape(like);
    tn_output axes = TN_GRAD("BroadcastGradientArgs", shape, tn_grad_shape(dx));
    return TN_GRAD("Reshape", TN_GRAD("Sum", dx, axes), shape);
}

tn_output tn_grad_unbroadcast(tn_gradient *g, tn_output dx, tn_output like)
{
    int64_t axes[TN_MAX_RANK];
    tn_dims from = tn_grad_dims(dx);
    if (others_are_scalars(g, like))
        return dx;
    int n = broadcast_axes(g, &from, like, axes), missing = from.rank - tn_output_rank(like);
    if (n < 0)
        return unbroadcast_running(dx, like);
    if (n == 0)
        return dx;
    if (missing == 0 || n == missing)
        return sum_axes(dx, n, axes, missing == 0);
    return TN_GRAD("Reshape", sum_axes(dx, n, axes, false), tn_grad_shape(like));
}
