/* StridedSlice: see slicing.h. The words of the errors, and what clamps and what does not, are TensorFlow's. */
#include "ops/slicing.h"

#include <stdio.h>
#include "ops/expect.h"
#include "ops/gradient.h"

/* What becomes of one place of the specification in the result's shape. */
enum { NEW_AXIS = -1, SHRUNK = -2 };

/* One axis of the input, as specified. */
typedef struct axis_spec {
    int64_t begin, end, stride;
    bool begin_masked, end_masked, shrinks;
} axis_spec;

typedef struct spec {
    const tn_int_list *begin, *end, *strides;
    uint64_t begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_mask;
    int n;                                      /* places, with the ellipsis that is there or implied */
    int new_axes_after;                         /* new axes after the ellipsis */
    int places[TN_MOST_INTS + TN_MAX_RANK + 1]; /* axes of the input, or NEW_AXIS or SHRUNK, in order */
    int num_places;
    axis_spec axis[TN_MAX_RANK];
} spec;

#define FAIL(out, ...) (snprintf((out)->error, sizeof(out)->error, __VA_ARGS__), false)

static uint64_t mask(const tn_op *op, const char *name)
{
    return (uint64_t)tn_op_int(op, name) & UINT32_MAX;
}

static bool has(uint64_t mask, int i)
{
    return mask >> i & 1;
}

static bool read_masks(const tn_op *op, spec *s, tn_slicing *out)
{
    s->begin_mask = mask(op, "begin_mask");
    s->end_mask = mask(op, "end_mask");
    s->ellipsis_mask = mask(op, "ellipsis_mask");
    s->new_axis_mask = mask(op, "new_axis_mask");
    s->shrink_mask = mask(op, "shrink_axis_mask");
    bool seen = false;
    for (int i = 0; i < s->n; i++) {
        if (has(s->ellipsis_mask, i)) {
            if (seen)
                return FAIL(out, "Multiple ellipses in slice spec not allowed");
            seen = true;
        } else if (seen && has(s->new_axis_mask, i)) {
            s->new_axes_after++;
        }
    }
    if (!seen)
        s->ellipsis_mask |= UINT64_C(1) << s->n++;
    return true;
}

static void add_place(spec *s, int place)
{
    s->places[s->num_places++] = place;
}

/* The ellipsis takes every axis that the places after it leave. */
static int spread_ellipsis(spec *s, int i, int axis, int rank)
{
    int next = rank - (s->n - i) + 1 + s->new_axes_after;
    for (next = next < rank ? next : rank; axis < next; axis++) {
        s->axis[axis] = (axis_spec){ .stride = 1, .begin_masked = true, .end_masked = true };
        add_place(s, axis);
    }
    return axis;
}

static void take_axis(spec *s, int i, int axis)
{
    s->axis[axis] = (axis_spec){ .begin = s->begin->known ? s->begin->item[i] : 0,
                                 .end = s->end->known ? s->end->item[i] : 0,
                                 .stride = s->strides->item[i],
                                 .begin_masked = has(s->begin_mask, i),
                                 .end_masked = has(s->end_mask, i),
                                 .shrinks = has(s->shrink_mask, i) };
    add_place(s, s->axis[axis].shrinks ? SHRUNK : axis);
}

/* One range for each axis of the input. */
static bool make_dense(spec *s, tn_slicing *out)
{
    int axis = 0;
    for (int i = 0; i < s->n; i++) {
        if (has(s->ellipsis_mask, i))
            axis = spread_ellipsis(s, i, axis, out->rank);
        else if (has(s->new_axis_mask, i))
            add_place(s, NEW_AXIS);
        else if (axis == out->rank)
            return FAIL(out, "Index out of range using input dim %d; input has only %d dims", axis, out->rank);
        else
            take_axis(s, i, axis++);
    }
    return true;
}

/* One end of a range, counted from the front and clamped, as Python does. */
static int64_t clamp(int64_t at, bool masked, bool is_end, int64_t stride, int64_t dim)
{
    int64_t low = stride > 0 ? 0 : -1, high = stride > 0 ? dim : dim - 1;
    if (masked)
        return is_end == (stride > 0) ? high : low;
    if (at < 0)
        at += dim;
    return at < low ? low : at > high ? high : at;
}

static int64_t range_length(int64_t interval, int64_t stride)
{
    if (interval == 0 || (interval < 0) != (stride < 0))
        return 0;
    return interval / stride + (interval % stride != 0);
}

static bool shrink_axis(const axis_spec *a, int i, int64_t dim, bool known, tn_slicing *out)
{
    int64_t at = a->begin < 0 && dim >= 0 ? a->begin + dim : a->begin;
    if (a->stride <= 0)
        return FAIL(out, "only stride 1 allowed on non-range indexing.");
    if (known && dim >= 0 && (at < 0 || at >= dim))
        return FAIL(out, "slice index %lld of dimension %d out of bounds.", (long long)a->begin, i);
    out->begin[i] = at;
    out->length[i] = 1;
    return true;
}

static bool range_axis(const axis_spec *a, int i, int64_t dim, const spec *s, tn_slicing *out)
{
    bool known = (s->begin->known || a->begin_masked) && (s->end->known || a->end_masked);
    out->length[i] = -1;
    if (dim < 0 || !known)
        return true;
    int64_t begin = clamp(a->begin, a->begin_masked, false, a->stride, dim);
    int64_t end = clamp(a->end, a->end_masked, true, a->stride, dim);
    out->begin[i] = begin;
    out->length[i] = range_length(end - begin, a->stride);
    return true;
}

static bool resolve_axes(const spec *s, const tn_dims *input, tn_slicing *out)
{
    for (int i = 0; i < out->rank; i++) {
        const axis_spec *a = &s->axis[i];
        if (a->stride == 0)
            return FAIL(out, "strides[%d] must be non-zero", i);
        out->stride[i] = a->stride;
        if (a->shrinks ? !shrink_axis(a, i, input->dim[i], s->begin->known, out) : !range_axis(a, i, input->dim[i], s, out))
            return false;
    }
    return true;
}

static bool make_out(const spec *s, tn_slicing *out)
{
    out->out = tn_dims_scalar();
    for (int i = 0; i < s->num_places; i++) {
        if (s->places[i] == SHRUNK)
            continue;
        if (out->out.rank == TN_MAX_RANK)
            return FAIL(out, "the slice has more than %d dimensions", TN_MAX_RANK);
        out->out.dim[out->out.rank++] = s->places[i] == NEW_AXIS ? 1 : out->length[s->places[i]];
    }
    return true;
}

bool tn_slicing_resolve(const tn_op *op, const tn_dims *input, const tn_int_list *begin, const tn_int_list *end, const tn_int_list *strides,
                        tn_slicing *out)
{
    spec s = { .begin = begin, .end = end, .strides = strides, .n = strides->n };
    *out = (tn_slicing){ .rank = input->rank };
    return read_masks(op, &s, out) && make_dense(&s, out) && resolve_axes(&s, input, out) && make_out(&s, out);
}

/* ---- Inference ---- */

typedef struct slice_inputs {
    tn_int_list begin, end, strides;
} slice_inputs;

/* Inputs first to first + 2 are begin, end and strides: vectors of one length. */
static tn_status read_slice(const tn_infer *c, int first, slice_inputs *in)
{
    char texts[3][TN_DIMS_TEXT];
    const tn_dims *dims[3];
    tn_dims merged = tn_dims_unknown_of_rank(1);
    bool fit = true;
    for (int i = 0; i < 3; i++) {
        dims[i] = &c->in[first + i].dims;
        tn_dims_text(dims[i], texts[i]);
        fit = fit && tn_dims_merge(&merged, dims[i], &merged);
    }
    if (!fit)
        return tn_infer_fail(c, "Expected begin, end, and strides to be 1D equal size tensors, but got shapes %s, %s, and %s instead.",
                             texts[0], texts[1], texts[2]);
    tn_status status = tn_expect_ints(c, first, &in->begin);
    if (!status)
        status = tn_expect_ints(c, first + 1, &in->end);
    return status ? status : tn_expect_ints(c, first + 2, &in->strides);
}

tn_status tn_infer_strided_slice(tn_infer *c)
{
    slice_inputs in;
    tn_slicing slicing;
    tn_status status = read_slice(c, 1, &in);
    if (status || !in.strides.known || c->in[0].dims.rank < 0)
        return status;
    if (!tn_slicing_resolve(c->op, &c->in[0].dims, &in.begin, &in.end, &in.strides, &slicing))
        return tn_infer_fail(c, "%s", slicing.error);
    c->out[0] = slicing.out;
    return TN_OK;
}

tn_status tn_infer_strided_slice_grad(tn_infer *c)
{
    slice_inputs in;
    tn_slicing slicing;
    char is[TN_DIMS_TEXT], wanted[TN_DIMS_TEXT];
    tn_status status = c->in[0].dims.rank > 0 && c->in[0].dims.rank != 1
                           ? tn_infer_fail(c, "shape must be 1-D, got shape.shape = %s", tn_dims_text(&c->in[0].dims, is))
                           : tn_expect_shape(c, 0, &c->out[0]);
    if (!status)
        status = read_slice(c, 1, &in);
    if (status || !in.strides.known || c->out[0].rank < 0)
        return status;
    if (!tn_slicing_resolve(c->op, &c->out[0], &in.begin, &in.end, &in.strides, &slicing))
        return tn_infer_fail(c, "%s", slicing.error);
    if (!tn_dims_compatible(&slicing.out, &c->in[4].dims))
        return tn_infer_fail(c, "shape of dy was %s instead of %s", tn_dims_text(&c->in[4].dims, is), tn_dims_text(&slicing.out, wanted));
    return TN_OK;
}

/* ---- Gradients ---- */

enum { NUM_MASKS = 5 };

static void copy_masks(const tn_op *op, tn_attr *attrs)
{
    static const char *const names[NUM_MASKS] = { "begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask" };
    for (int i = 0; i < NUM_MASKS; i++)
        attrs[i] = TN_INT_ATTR(names[i], tn_op_int(op, names[i]));
}

tn_status tn_gradient_strided_slice(tn_gradient *g)
{
    tn_attr masks[NUM_MASKS];
    tn_output x = tn_op_input(g->op, 0), begin = tn_op_input(g->op, 1);
    tn_output shape =
        tn_op_output(tn_op_new(NULL, "Shape", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("out_type", tn_output_dtype(begin)))), 0);
    copy_masks(g->op, masks);
    tn_op *dx = tn_op_new(NULL, "StridedSliceGrad", TN_OUTPUTS(shape, begin, tn_op_input(g->op, 2), tn_op_input(g->op, 3), g->dy[0]),
                          .attrs = { masks, NUM_MASKS });
    return tn_grad_give(g, 0, tn_op_output(dx, 0));
}

tn_status tn_gradient_strided_slice_grad(tn_gradient *g)
{
    tn_attr masks[NUM_MASKS];
    copy_masks(g->op, masks);
    tn_op *dx = tn_op_new(NULL, "StridedSlice", TN_OUTPUTS(g->dy[0], tn_op_input(g->op, 1), tn_op_input(g->op, 2), tn_op_input(g->op, 3)),
                          .attrs = { masks, NUM_MASKS });
    return tn_grad_give(g, 4, tn_op_output(dx, 0));
}
