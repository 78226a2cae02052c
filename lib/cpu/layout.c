/* Kernels that move a whole tensor: Transpose, Slice, Tile, Pad. */
#include "core/alloc.h"
#include "core/status.h"
#include "cpu/copy.h"
#include "cpu/kernels.h"

/* A copy to be described, and the distances of neighbours in input 0 and output 0. */
static tn_status begin_copy(tn_prepare *p, tn_copy **copy, int64_t *from, int64_t *to)
{
    size_t element;
    tn_status status = tn_copy_check(p, &element);
    if (status)
        return status;
    *copy = TN_NEW(p->owner, tn_copy);
    if (!*copy)
        return TN_RESOURCE_EXHAUSTED;
    (*copy)->run = element;
    tn_copy_strides(&p->in[0].dims, element, from);
    tn_copy_strides(&p->out[0].dims, element, to);
    return TN_OK;
}

static tn_status bad_value(const tn_prepare *p, int input)
{
    return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "the value of input %d is out of range", input);
}

tn_status tn_prepare_transpose(tn_prepare *p)
{
    const tn_dims *in = &p->in[0].dims;
    int64_t perm[TN_MAX_RANK], from[TN_MAX_RANK], to[TN_MAX_RANK], n;
    tn_copy *copy;
    if (!tn_operand_ints(&p->in[1], perm, TN_MAX_RANK, &n))
        return TN_UNAVAILABLE;
    tn_status status = begin_copy(p, &copy, from, to);
    for (int i = 0; i < in->rank && !status; i++) {
        int axis = tn_dims_axis(in, perm[i]);
        if (axis < 0)
            return bad_value(p, 1);
        tn_copy_axis(copy, in->dim[axis], from[axis], to[i]);
    }
    return status ? status : tn_copy_prepared(p, copy);
}

tn_status tn_prepare_slice(tn_prepare *p)
{
    const tn_dims *in = &p->in[0].dims, *out = &p->out[0].dims;
    int64_t begin[TN_MAX_RANK], from[TN_MAX_RANK], to[TN_MAX_RANK], n;
    tn_copy *copy;
    if (!tn_operand_ints(&p->in[1], begin, TN_MAX_RANK, &n))
        return TN_UNAVAILABLE;
    tn_status status = begin_copy(p, &copy, from, to);
    for (int i = 0; i < in->rank && !status; i++) {
        if (begin[i] < 0 || begin[i] > in->dim[i] - out->dim[i])
            return bad_value(p, 1);
        tn_copy_axis(copy, out->dim[i], from[i], to[i]);
        copy->from_offset += out->dim[i] ? begin[i] * from[i] : 0;
    }
    return status ? status : tn_copy_prepared(p, copy);
}

tn_status tn_prepare_tile(tn_prepare *p)
{
    const tn_dims *in = &p->in[0].dims, *out = &p->out[0].dims;
    int64_t from[TN_MAX_RANK], to[TN_MAX_RANK];
    tn_copy *copy;
    tn_status status = begin_copy(p, &copy, from, to);
    if (status)
        return status;
    copy->empty = tn_dims_size(out) == 0;
    for (int i = 0; i < in->rank && !copy->empty; i++) {
        tn_copy_axis(copy, out->dim[i] / in->dim[i], 0, to[i] * in->dim[i]);
        tn_copy_axis(copy, in->dim[i], from[i], to[i]);
    }
    return tn_copy_prepared(p, copy);
}

/* ---- Pad ---- */

typedef struct pad_args {
    tn_copy copy; /* of what is not padding */
    size_t bytes; /* of the output */
} pad_args;

static tn_status run_pad(const tn_step *step, const tn_frame *frame)
{
    const pad_args *a = step->args;
    tn_copy_into_zeros(frame, &a->copy, tn_in(step, frame, 0), tn_out(step, frame, 0), a->bytes);
    return TN_OK;
}

tn_status tn_prepare_pad(tn_prepare *p)
{
    const tn_dims *in = &p->in[0].dims, *out = &p->out[0].dims;
    int64_t paddings[2 * TN_MAX_RANK], from[TN_MAX_RANK], to[TN_MAX_RANK], n;
    size_t element;
    if (!tn_operand_ints(&p->in[1], paddings, 2 * TN_MAX_RANK, &n))
        return TN_UNAVAILABLE;
    tn_status status = tn_copy_check(p, &element);
    pad_args *a = status ? NULL : TN_NEW(p->owner, pad_args);
    if (!a)
        return status ? status : TN_RESOURCE_EXHAUSTED;
    a->copy.run = element;
    tn_copy_strides(in, element, from);
    tn_copy_strides(out, element, to);
    a->copy.empty = tn_dims_size(in) == 0;
    for (int i = 0; i < in->rank && !a->copy.empty; i++) {
        int64_t before = paddings[2 * i];
        if (before < 0 || before > out->dim[i] - in->dim[i])
            return bad_value(p, 1);
        tn_copy_axis(&a->copy, in->dim[i], from[i], to[i]);
        a->copy.to_offset += before * to[i];
    }
    tn_copy_plan(&a->copy);
    tn_dims_bytes(out, p->out[0].dtype, &a->bytes);
    p->run = run_pad;
    p->args = a;
    return TN_OK;
}
