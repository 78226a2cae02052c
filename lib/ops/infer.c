/* What rows of every family use: common inference, errors that name the operation, gradients that are none. See op_def.h, kernel.h. */
#include <stdarg.h>
#include "core/dtype.h"
#include "core/status.h"
#include "graph/graph.h"

/* ---- Errors ---- */

enum { SHAPES_TEXT = 768, MESSAGE_TEXT = 1024 };

/* "[1,2], [3,1]", cut where the buffer ends. */
static void list_shapes(const tn_infer *c, char *to)
{
    size_t n = 0;
    char one[TN_DIMS_TEXT];
    to[0] = '\0';
    for (int i = 0; i < c->num_inputs && n < SHAPES_TEXT - 1; i++) {
        int wrote = snprintf(to + n, SHAPES_TEXT - n, "%s%s", i ? ", " : "", tn_dims_text(&c->in[i].dims, one));
        n += wrote > 0 ? (size_t)wrote : 0;
    }
}

tn_status tn_infer_fail(const tn_infer *c, const char *format, ...)
{
    char text[MESSAGE_TEXT], shapes[SHAPES_TEXT];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    list_shapes(c, shapes);
    const char *type = tn_op_type(c->op), *name = tn_op_name(c->op);
    return tn_fail_node(TN_INVALID_ARGUMENT, type, name, "%s for '%s' (op: '%s') with input shapes: %s.", text, name, type, shapes);
}

tn_status tn_no_kernel(const tn_prepare *p, tn_dtype dtype)
{
    return tn_fail_node(TN_UNIMPLEMENTED, tn_op_type(p->op), tn_op_name(p->op), "no kernel for %s", tn_dtype_name(dtype));
}

tn_status tn_step_fail(const tn_step *step, tn_status code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_status status = tn_vfail_node(code, tn_op_type(step->op), tn_op_name(step->op), format, args);
    va_end(args);
    return status;
}

/* ---- Values ---- */

bool tn_operand_ints(const tn_operand *operand, int64_t *out, int64_t max, int64_t *n)
{
    int64_t size = tn_dims_size(&operand->dims);
    if (!operand->value || size < 0 || size > max || (operand->dtype != TN_INT32 && operand->dtype != TN_INT64))
        return false;
    for (int64_t i = 0; i < size; i++)
        out[i] = operand->dtype == TN_INT32 ? ((const int32_t *)operand->value)[i] : ((const int64_t *)operand->value)[i];
    *n = size;
    return true;
}

/* ---- Inference ---- */

tn_status tn_infer_same(tn_infer *c)
{
    c->out[0] = c->in[0].dims;
    return TN_OK;
}

tn_status tn_infer_scalar(tn_infer *c)
{
    c->out[0] = tn_dims_scalar();
    return TN_OK;
}

/* The first pair of lengths, from the right, that do not fit. */
static tn_status not_broadcast(const tn_infer *c)
{
    const tn_dims *a = &c->in[0].dims, *b = &c->in[1].dims;
    for (int i = a->rank - 1, j = b->rank - 1; i >= 0 && j >= 0; i--, j--) {
        int64_t x = a->dim[i], y = b->dim[j];
        if (x != y && x >= 0 && y >= 0 && x != 1 && y != 1)
            return tn_infer_fail(c, "Dimensions must be equal, but are %lld and %lld", (long long)x, (long long)y);
    }
    return tn_infer_fail(c, "Incompatible shapes");
}

tn_status tn_infer_broadcast(tn_infer *c)
{
    return tn_dims_broadcast(&c->in[0].dims, &c->in[1].dims, &c->out[0]) ? TN_OK : not_broadcast(c);
}

tn_status tn_infer_nothing(tn_infer *c)
{
    (void)c;
    return TN_OK;
}

/* ---- Gradients ---- */

tn_status tn_no_gradient(tn_gradient *g)
{
    (void)g;
    return TN_OK;
}
