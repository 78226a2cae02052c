/* Kernels of StridedSlice and its gradient: the same box of elements, read from a tensor or written into zeros. */
#include "core/alloc.h"
#include "core/status.h"
#include "cpu/copy.h"
#include "cpu/kernels.h"
#include "ops/slicing.h"

/* Inputs first to first + 2 as values. */
static bool read_slice(const tn_prepare *p, int first, tn_int_list lists[3])
{
    for (int i = 0; i < 3; i++) {
        int64_t n;
        if (!tn_operand_ints(&p->in[first + i], lists[i].item, TN_MOST_INTS, &n))
            return false;
        lists[i].n = (int)n;
        lists[i].known = true;
    }
    return true;
}

static tn_status resolve(const tn_prepare *p, const tn_dims *whole, int first, tn_slicing *slicing)
{
    tn_int_list lists[3];
    if (!read_slice(p, first, lists))
        return TN_UNAVAILABLE;
    if (!tn_slicing_resolve(p->op, whole, &lists[0], &lists[1], &lists[2], slicing))
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "%s", slicing->error);
    return TN_OK;
}

/* Describes the copy from the slice's places in the whole to a packed tensor. */
static void plan_box(const tn_slicing *s, const tn_dims *whole, size_t element, tn_copy *copy)
{
    int64_t strides[TN_MAX_RANK];
    tn_dims box = { .rank = s->rank };
    for (int i = 0; i < s->rank; i++) {
        box.dim[i] = s->length[i];
        copy->empty |= s->length[i] == 0;
    }
    if (copy->empty)
        return;
    int64_t packed[TN_MAX_RANK];
    tn_copy_strides(whole, element, strides);
    tn_copy_strides(&box, element, packed);
    copy->run = element;
    for (int i = 0; i < s->rank; i++) {
        tn_copy_axis(copy, s->length[i], s->length[i] > 1 ? s->stride[i] * strides[i] : 0, packed[i]);
        copy->from_offset += s->begin[i] * strides[i];
    }
}

tn_status tn_prepare_strided_slice(tn_prepare *p)
{
    tn_slicing slicing;
    size_t element;
    tn_status status = tn_copy_check(p, &element);
    if (!status)
        status = resolve(p, &p->in[0].dims, 1, &slicing);
    tn_copy *copy = status ? NULL : TN_NEW(p->owner, tn_copy);
    if (!copy)
        return status ? status : TN_RESOURCE_EXHAUSTED;
    plan_box(&slicing, &p->in[0].dims, element, copy);
    return tn_copy_prepared(p, copy);
}

typedef struct grad_args {
    tn_copy copy;
    size_t bytes; /* of the output */
} grad_args;

static tn_status run_grad(const tn_step *step, const tn_frame *frame)
{
    const grad_args *a = step->args;
    tn_copy_into_zeros(frame, &a->copy, tn_in(step, frame, 4), tn_out(step, frame, 0), a->bytes);
    return TN_OK;
}

/* The box the other way round. */
static void turn(tn_copy *copy)
{
    for (int i = 0; i < copy->rank; i++) {
        int64_t from = copy->from[i];
        copy->from[i] = copy->to[i];
        copy->to[i] = from;
    }
    copy->to_offset = copy->from_offset;
    copy->from_offset = 0;
}

tn_status tn_prepare_strided_slice_grad(tn_prepare *p)
{
    const tn_dims *whole = &p->out[0].dims;
    tn_slicing slicing;
    size_t element;
    char is[TN_DIMS_TEXT], wanted[TN_DIMS_TEXT];
    tn_status status = tn_copy_check(p, &element);
    if (!status)
        status = resolve(p, whole, 1, &slicing);
    if (status)
        return status;
    if (!tn_dims_equal(&slicing.out, &p->in[4].dims))
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "shape of dy was %s instead of %s",
                            tn_dims_text(&p->in[4].dims, is), tn_dims_text(&slicing.out, wanted));
    grad_args *a = TN_NEW(p->owner, grad_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    plan_box(&slicing, whole, element, &a->copy);
    turn(&a->copy);
    tn_copy_plan(&a->copy);
    tn_dims_bytes(whole, p->out[0].dtype, &a->bytes);
    p->run = run_grad;
    p->args = a;
    return TN_OK;
}
