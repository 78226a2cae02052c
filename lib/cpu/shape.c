/* Kernels whose results are shapes and axes: Shape, Rank, Size, BroadcastGradientArgs, InvertPermutation. */
#include "core/alloc.h"
#include "core/status.h"
#include "cpu/kernels.h"
#include "ops/shape.h"

/* ---- Numbers that follow from dims ---- */

typedef struct numbers {
    tn_dtype dtype;
    int n;
    int64_t item[TN_MAX_RANK];
} numbers;

static int64_t read_int(tn_dtype dtype, const void *from, int64_t i)
{
    return dtype == TN_INT32 ? ((const int32_t *)from)[i] : ((const int64_t *)from)[i];
}

static void write_int(tn_dtype dtype, void *to, int64_t i, int64_t value)
{
    if (dtype == TN_INT32)
        ((int32_t *)to)[i] = (int32_t)value;
    else
        ((int64_t *)to)[i] = value;
}

static tn_status run_numbers(const tn_step *step, const tn_frame *frame)
{
    const numbers *a = step->args;
    for (int i = 0; i < a->n; i++)
        write_int(a->dtype, tn_out(step, frame, 0), i, a->item[i]);
    return TN_OK;
}

static tn_status prepare_numbers(tn_prepare *p, int n, const int64_t *items)
{
    numbers *a = TN_NEW(p->owner, numbers);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    a->dtype = p->out[0].dtype;
    a->n = n;
    for (int i = 0; i < n; i++)
        a->item[i] = items[i];
    p->run = run_numbers;
    p->args = a;
    return TN_OK;
}

static bool fits(const tn_prepare *p, int64_t value)
{
    return p->out[0].dtype != TN_INT32 || value <= INT32_MAX;
}

tn_status tn_prepare_shape(tn_prepare *p)
{
    const tn_dims *in = &p->in[0].dims;
    for (int i = 0; i < in->rank; i++)
        if (!fits(p, in->dim[i]))
            return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op),
                                "Shape output type is 32-bit  but dim %d is %lld", i, (long long)in->dim[i]);
    return prepare_numbers(p, in->rank, in->dim);
}

tn_status tn_prepare_rank(tn_prepare *p)
{
    const int64_t rank = p->in[0].dims.rank;
    return prepare_numbers(p, 1, &rank);
}

tn_status tn_prepare_size(tn_prepare *p)
{
    const int64_t size = tn_dims_size(&p->in[0].dims);
    if (size < 0 || !fits(p, size))
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op),
                            "Number of elements was larger than representable by %d-bit output type",
                            p->out[0].dtype == TN_INT32 ? 32 : 64);
    return prepare_numbers(p, 1, &size);
}

/* ---- BroadcastGradientArgs ---- */

/* Two lists of axes, worked out from the values that inference had too: the outputs' lengths are theirs. */
typedef struct axes_args {
    tn_dtype dtype;
    tn_int_list axes[2];
} axes_args;

static tn_status run_axes(const tn_step *step, const tn_frame *frame)
{
    const axes_args *a = step->args;
    for (uint32_t i = 0; i < 2; i++)
        for (int k = 0; k < a->axes[i].n; k++)
            write_int(a->dtype, tn_out(step, frame, i), k, a->axes[i].item[k]);
    return TN_OK;
}

tn_status tn_prepare_broadcast_gradient_args(tn_prepare *p)
{
    tn_int_list in[2];
    for (int i = 0; i < 2; i++) {
        int64_t n;
        if (!tn_operand_ints(&p->in[i], in[i].item, TN_MOST_INTS, &n))
            return TN_UNAVAILABLE;
        in[i].n = (int)n;
    }
    axes_args *a = TN_NEW(p->owner, axes_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    a->dtype = p->out[0].dtype;
    if (!tn_repeated_axes(&in[0], &in[1], &a->axes[0], &a->axes[1]))
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "Incompatible shapes");
    p->run = run_axes;
    p->args = a;
    return TN_OK;
}

/* ---- InvertPermutation ---- */

typedef struct invert_args {
    tn_dtype dtype;
    int64_t n;
} invert_args;

static tn_status run_invert(const tn_step *step, const tn_frame *frame)
{
    const invert_args *a = step->args;
    const void *x = tn_in(step, frame, 0);
    void *y = tn_out(step, frame, 0);
    for (int64_t i = 0; i < a->n; i++)
        write_int(a->dtype, y, i, -1);
    for (int64_t i = 0; i < a->n; i++) {
        int64_t at = read_int(a->dtype, x, i);
        if (at < 0 || at >= a->n)
            return tn_step_fail(step, TN_INVALID_ARGUMENT, "%lld is not between 0 and %lld", (long long)at, (long long)a->n);
        if (read_int(a->dtype, y, at) != -1)
            return tn_step_fail(step, TN_INVALID_ARGUMENT, "%lld is duplicated in the input.", (long long)at);
        write_int(a->dtype, y, at, i);
    }
    return TN_OK;
}

tn_status tn_prepare_invert_permutation(tn_prepare *p)
{
    invert_args *a = TN_NEW(p->owner, invert_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    a->dtype = p->in[0].dtype;
    a->n = p->in[0].dims.dim[0];
    p->run = run_invert;
    p->args = a;
    return TN_OK;
}
