/*
 * Small integer values that follow from the graph alone: constants, shapes that are known, and what is computed from such. Inference uses
 * them, so that shapes computed from shapes are static. A kernel is run once, on a frame of its own.
 */
#include "graph/bind.h"

#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "graph/compute.h"

enum { MOST_ELEMENTS = 64 };

static bool is_small(const tn_value *value)
{
    if (value->dtype != TN_INT32 && value->dtype != TN_INT64 && value->dtype != TN_BOOL)
        return false;
    int64_t n = tn_dims_size(value->dims);
    return n >= 0 && n <= MOST_ELEMENTS;
}

static bool all_small(const tn_op *op)
{
    for (int i = 0; i < op->num_outputs; i++)
        if (!is_small(&op->outputs[i]))
            return false;
    return op->num_outputs > 0;
}

static bool all_known(const tn_op *op, const tn_operand *in)
{
    for (int i = 0; i < op->num_inputs; i++)
        if (!in[i].value)
            return false;
    return op->num_inputs > 0;
}

static bool fit(const tn_value *out, const int64_t *numbers)
{
    for (int64_t i = 0; i < tn_dims_size(out->dims); i++)
        if (out->dtype == TN_INT32 && numbers[i] > INT32_MAX)
            return false;
    return true;
}

/* A tensor of one integer for each of n numbers, with the dtype and dims of output 0. Where they do not fit, the run will say so. */
static void know_ints(tn_op *op, const int64_t *numbers)
{
    tn_value *out = op->outputs;
    if (!fit(out, numbers))
        return;
    tn_tensor *known = tn_tensor_raw(op->graph, out->dtype, out->dims, NULL);
    for (int64_t i = 0; known && i < known->size; i++)
        if (out->dtype == TN_INT32)
            ((int32_t *)known->data)[i] = (int32_t)numbers[i];
        else
            ((int64_t *)known->data)[i] = numbers[i];
    out->known = known;
}

/* Shape, Rank and Size need no value, only dims. */
static void know_from_dims(tn_op *op, const tn_operand *in)
{
    bool shape = !strcmp(op->def->name, "Shape"), rank = !strcmp(op->def->name, "Rank");
    int64_t one = rank ? in->dims.rank : tn_dims_size(&in->dims);
    if (rank ? one >= 0 : tn_dims_known(&in->dims) && (shape || one >= 0))
        know_ints(op, shape ? in->dims.dim : &one);
}

/* A row without a kernel whose output has the elements of its input. */
static void know_view(tn_op *op)
{
    const tn_tensor *from = tn_value_of(op->inputs[0])->known;
    tn_value *out = op->outputs;
    if (from->size != tn_dims_size(out->dims))
        return;
    tn_buffer *buffer = tn_buffer_ref(from->buffer);
    out->known = tn_tensor_over(op->graph, out->dtype, out->dims, buffer);
    if (!out->known)
        tn_buffer_unref(buffer);
}

static void know_by_kernel(tn_op *op, const tn_operand *in)
{
    enum { FEW = 16 };
    tn_operand out[FEW];
    tn_tensor *results[FEW];
    if (op->num_outputs > FEW)
        return;
    for (int i = 0; i < op->num_outputs; i++)
        out[i] = (tn_operand){ op->outputs[i].dtype, *op->outputs[i].dims, NULL };
    if (!tn_compute(op->graph, NULL, op, in, out, results))
        return;
    for (int i = 0; i < op->num_outputs; i++)
        op->outputs[i].known = results[i];
}

static void know(tn_op *op, const tn_operand *in)
{
    if (op->def->flags & TN_OP_DIMS_ONLY)
        know_from_dims(op, in);
    else if (!all_known(op, in))
        return;
    else if (!(op->def->flags & TN_OP_VIEW))
        know_by_kernel(op, in);
    else if (strcmp(op->def->name, "PlaceholderWithDefault") != 0) /* which is there to be fed */
        know_view(op);
}

void tn_known_values(tn_op *op, const tn_operand *in)
{
    const unsigned unknowable = TN_OP_STATEFUL | TN_OP_RANDOM | TN_OP_READS | TN_OP_WRITES | TN_OP_VARIABLE;
    if (op->def->flags & unknowable || !all_small(op))
        return;
    if (op->def->flags & TN_OP_CONST) {
        op->outputs[0].known = tn_op_tensor(op, "value");
        return;
    }
    tn_saved_error saved;
    tn_error_save(&saved);
    know(op, in);
    tn_error_restore(&saved);
}
