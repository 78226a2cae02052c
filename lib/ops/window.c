/* Windows over images: see window.h. The words of the errors are TensorFlow's. */
#include "ops/window.h"

#include <stdio.h>
#include <string.h>

enum { AXES = 4 };

tn_padding tn_padding_of(const tn_op *op)
{
    const char *text = tn_op_string(op, "padding");
    return !strcmp(text, "SAME") ? TN_PADDING_SAME : !strcmp(text, "VALID") ? TN_PADDING_VALID : TN_PADDING_EXPLICIT;
}

tn_image_axes tn_image_axes_of(const tn_op *op)
{
    bool nchw = !strcmp(tn_op_string(op, "data_format"), "NCHW");
    return nchw ? (tn_image_axes){ 0, 2, 3, 1 } : (tn_image_axes){ 0, 1, 2, 3 };
}

/* ---- Sizes ---- */

#define FAIL(w, ...) (snprintf((w)->error, sizeof(w)->error, __VA_ARGS__), false)

/* a * b + c, all at least 0; false when it is more than an int64 holds. */
static bool multiply_add(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    int64_t product;
    return !__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(product, c, out);
}

/* The input positions from the first to the last that a window of a known size looks at. */
static bool reach_of(const tn_window *w, int64_t *reach)
{
    *reach = 0;
    return w->size == 0 || multiply_add(w->size - 1, w->dilation, 1, reach);
}

static bool resolve_same(tn_window *w, int64_t reach)
{
    int64_t last, pad;
    w->out = w->in / w->stride + (w->in % w->stride != 0);
    if (!multiply_add(w->out > 0 ? w->out - 1 : 0, w->stride, reach, &last))
        return FAIL(w, "the window is too large");
    pad = last > w->in ? last - w->in : 0;
    w->before = pad / 2;
    w->after = pad - w->before;
    return true;
}

static bool resolve_padded(tn_window *w, int64_t reach)
{
    int64_t padded;
    if (!multiply_add(1, w->before, w->after, &padded) || !multiply_add(1, padded, w->in, &padded))
        return FAIL(w, "the padding is too large");
    if (reach > padded)
        return FAIL(w, "Negative dimension size caused by subtracting %lld from %lld", (long long)reach, (long long)padded);
    w->out = (padded - reach) / w->stride + 1;
    return true;
}

bool tn_window_resolve(tn_window *w, tn_padding padding)
{
    int64_t reach;
    w->out = -1;
    if (w->stride <= 0)
        return FAIL(w, "Stride must be > 0, but got %lld", (long long)w->stride);
    if (w->dilation < 1)
        return FAIL(w, "Dilation rate must be >= 1, but got %lld", (long long)w->dilation);
    if (padding != TN_PADDING_EXPLICIT)
        w->before = w->after = 0;
    if (w->in < 0 || (w->size < 0 && padding != TN_PADDING_SAME))
        return true;
    if (!reach_of(w, &reach))
        return FAIL(w, "the window is too large");
    return padding == TN_PADDING_SAME ? resolve_same(w, w->size < 0 ? 0 : reach) : resolve_padded(w, reach);
}

/* ---- Attributes ---- */

void tn_window_attrs(const tn_op *op, unsigned has, tn_window *height, tn_window *width)
{
    size_t n;
    tn_image_axes at = tn_image_axes_of(op);
    const int64_t *strides = tn_op_ints(op, "strides", &n);
    const int64_t *dilations = has & TN_WINDOW_DILATIONS ? tn_op_ints(op, "dilations", &n) : NULL;
    const int64_t *paddings =
        has & TN_WINDOW_EXPLICIT && tn_padding_of(op) == TN_PADDING_EXPLICIT ? tn_op_ints(op, "explicit_paddings", &n) : NULL;
    const struct {
        tn_window *w;
        int axis;
    } each[] = { { height, at.height }, { width, at.width } };
    for (int i = 0; i < 2; i++) {
        int axis = each[i].axis;
        each[i].w->stride = strides[axis];
        each[i].w->dilation = dilations ? dilations[axis] : 1;
        each[i].w->before = paddings ? paddings[2 * axis] : 0;
        each[i].w->after = paddings ? paddings[2 * axis + 1] : 0;
    }
}

/* Four values, 1 for batch and channels. `called` is TensorFlow's word for the list, `plural` the one it has for the values. */
static tn_status expect_list(const tn_infer *c, const char *attr, const char *prefix, const char *called, const char *plural)
{
    size_t n;
    tn_image_axes at = tn_image_axes_of(c->op);
    const int64_t *items = tn_op_ints(c->op, attr, &n);
    if (n != AXES)
        return tn_infer_fail(c, "%s requires the %s attribute to contain 4 values, but got: %lld", prefix, called, (long long)n);
    if (items[at.batch] != 1 || items[at.channel] != 1)
        return tn_infer_fail(c, "Current implementation does not yet support %s in the batch and depth dimensions.", plural);
    return TN_OK;
}

tn_status tn_infer_paddings(const tn_infer *c)
{
    size_t n;
    tn_image_axes at = tn_image_axes_of(c->op);
    const int64_t *items = tn_op_ints(c->op, "explicit_paddings", &n);
    if (tn_padding_of(c->op) != TN_PADDING_EXPLICIT)
        return n ? tn_infer_fail(c, "explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT") : TN_OK;
    if (n != (size_t)2 * AXES)
        return tn_infer_fail(c, "explicit_paddings attribute must contain 8 values, but got: %lld", (long long)n);
    for (size_t i = 0; i < n; i++)
        if (items[i] < 0)
            return tn_infer_fail(c, "All elements of explicit_paddings must be nonnegative");
    if (items[2 * at.batch] || items[2 * at.batch + 1] || items[2 * at.channel] || items[2 * at.channel + 1])
        return tn_infer_fail(c, "Nonzero explicit padding in the batch or depth dimensions is not supported");
    return TN_OK;
}

tn_status tn_infer_window_attrs(const tn_infer *c, const char *who, unsigned has, tn_window *height, tn_window *width)
{
    bool dilated = has & TN_WINDOW_DILATIONS;
    tn_status status = dilated ? expect_list(c, "dilations", who, "dilation", "dilations") : TN_OK;
    if (!status)
        status = expect_list(c, "strides", who, "stride", "strides");
    if (!status && has & TN_WINDOW_EXPLICIT)
        status = tn_infer_paddings(c);
    if (!status)
        tn_window_attrs(c->op, has, height, width);
    return status;
}

tn_status tn_infer_window(const tn_infer *c, tn_window *w)
{
    return tn_window_resolve(w, tn_padding_of(c->op)) ? TN_OK : tn_infer_fail(c, "%s", w->error);
}
