/* Kernels that put tensors together and take them apart: ConcatV2, ConcatOffset, Pack, Unpack, Split. */
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "cpu/copy.h"
#include "cpu/divide.h"
#include "cpu/gather.h"
#include "cpu/kernels.h"
#include "ops/operand.h"

/* ---- Parts of a whole ---- */

/*
 * Seen as bytes, the whole is `rows` rows, each made of a stretch of every part in turn; a part is its stretches one after the other.
 * So it is along any axis: rows run over the axes before it, stretches over the axis and those after it.
 */
typedef struct parts_args {
    tn_divided divided; /* by bands of the rows */
    int64_t rows, band;
    uint32_t n;
    size_t row_bytes; /* of the whole */
    size_t stretch[]; /* bytes in a row, by part */
} parts_args;

static tn_status join_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const parts_args *a = step->args;
    const int64_t first = range.first * a->band, end = tn_range_end(range, a->band, a->rows);
    char *to = tn_out(step, frame, 0);
    for (uint32_t i = 0; i < a->n; to += a->stretch[i++]) {
        const char *from = tn_in(step, frame, i);
        const size_t n = a->stretch[i];
        for (int64_t row = first; row < end && n; row++)
            memcpy(to + (size_t)row * a->row_bytes, from + (size_t)row * n, n);
    }
    return TN_OK;
}

/* The whole is the last input. A part that nobody wants has no memory. */
static tn_status cut_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const parts_args *a = step->args;
    const int64_t first = range.first * a->band, end = tn_range_end(range, a->band, a->rows);
    const char *from = tn_in(step, frame, step->num_inputs - 1);
    for (uint32_t i = 0; i < a->n; from += a->stretch[i++]) {
        char *to = tn_out(step, frame, i);
        const size_t n = a->stretch[i];
        for (int64_t row = first; row < end && n && to; row++)
            memcpy(to + (size_t)row * n, from + (size_t)row * a->row_bytes, n);
    }
    return TN_OK;
}

/* Rows of which a band is about as many bytes. */
enum { BAND_BYTES = 1 << 15 };

/* parts are n operands, cut along axis; in the case of a new axis (Pack, Unpack) each is one index of it. */
static tn_status prepare_parts(tn_prepare *p, tn_part part, int n, const tn_operand *parts, int axis)
{
    size_t element, size;
    tn_status status = tn_copy_check(p, &element);
    if (status)
        return status;
    if (!tn_mul_size((size_t)n, sizeof(size_t), &size) || !tn_add_size(size, sizeof(parts_args), &size))
        return TN_RESOURCE_EXHAUSTED;
    parts_args *a = tn_alloc(p->owner, size, "parts_args");
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    a->n = (uint32_t)n;
    for (int i = 0; i < n; i++) {
        if (tn_dims_size(&parts[i].dims) == 0)
            continue;
        a->rows = tn_dims_product(&parts[i].dims, 0, axis);
        a->stretch[i] = (size_t)tn_dims_product(&parts[i].dims, axis, parts[i].dims.rank) * element;
        a->row_bytes += a->stretch[i];
    }
    a->band = a->row_bytes < BAND_BYTES ? BAND_BYTES / (int64_t)(a->row_bytes + 1) : 1;
    tn_divide(p, &a->divided, part, tn_units_of(a->rows, a->band));
    return TN_OK;
}

tn_status tn_prepare_concat_v2(tn_prepare *p)
{
    int n = p->num_inputs - 1;
    int64_t asked;
    if (!tn_operand_int(&p->in[n], &asked))
        return TN_UNAVAILABLE;
    int axis = tn_dims_axis(&p->out[0].dims, asked);
    if (axis < 0)
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "the axis is out of range");
    return prepare_parts(p, join_part, n, p->in, axis);
}

tn_status tn_prepare_split(tn_prepare *p)
{
    int64_t asked;
    if (!tn_operand_int(&p->in[0], &asked))
        return TN_UNAVAILABLE;
    int axis = tn_dims_axis(&p->in[1].dims, asked);
    if (axis < 0)
        return tn_fail_node(TN_INVALID_ARGUMENT, tn_op_type(p->op), tn_op_name(p->op), "the axis is out of range");
    return prepare_parts(p, cut_part, p->num_outputs, p->out, axis);
}

tn_status tn_prepare_pack(tn_prepare *p)
{
    return prepare_parts(p, join_part, p->num_inputs, p->in, tn_dims_axis(&p->out[0].dims, tn_op_int(p->op, "axis")));
}

tn_status tn_prepare_unpack(tn_prepare *p)
{
    if (p->num_outputs == 0) {
        p->run = tn_run_nothing;
        return TN_OK;
    }
    return prepare_parts(p, cut_part, p->num_outputs, p->out, tn_dims_axis(&p->in[0].dims, tn_op_int(p->op, "axis")));
}

/* ---- ConcatOffset ---- */

typedef struct offset_args {
    int rank;
} offset_args;

static tn_status run_concat_offset(const tn_step *step, const tn_frame *frame)
{
    const offset_args *a = step->args;
    const int64_t asked = *(const int32_t *)tn_in(step, frame, 0);
    const int64_t axis = asked < 0 ? asked + a->rank : asked;
    int64_t sum = 0;
    if (axis < 0 || axis >= a->rank)
        return tn_step_fail(step, TN_INVALID_ARGUMENT, "Concat dim is out of range: %lld vs. %d", (long long)asked, a->rank);
    for (uint32_t i = 0; i < step->num_outputs; i++) {
        int32_t *out = tn_out(step, frame, i);
        for (int k = 0; k < a->rank && out; k++)
            out[k] = k == axis ? (int32_t)sum : 0;
        sum += ((const int32_t *)tn_in(step, frame, i + 1))[axis];
        if (sum < INT32_MIN || sum > INT32_MAX)
            return tn_step_fail(step, TN_INVALID_ARGUMENT, "the offset of input %u does not fit 32 bits", i + 1);
    }
    return TN_OK;
}

tn_status tn_prepare_concat_offset(tn_prepare *p)
{
    offset_args *a = TN_NEW(p->owner, offset_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    a->rank = (int)p->out[0].dims.dim[0];
    p->run = run_concat_offset;
    p->args = a;
    return TN_OK;
}
