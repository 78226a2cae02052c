/* Looking at operations and their outputs: nothing here changes anything, and NULL and empty outputs are fine everywhere. */
#include "graph/graph.h"

const char *tn_op_name(const tn_op *op)
{
    return op ? op->name : NULL;
}

const char *tn_op_type(const tn_op *op)
{
    return op ? op->def->name : NULL;
}

const char *tn_op_device(const tn_op *op)
{
    return op ? op->device : NULL;
}

int tn_op_num_outputs(const tn_op *op)
{
    return op ? op->num_outputs : 0;
}

int tn_op_num_inputs(const tn_op *op)
{
    return op ? op->num_inputs : 0;
}

int tn_op_num_controls(const tn_op *op)
{
    return op ? op->num_controls : 0;
}

tn_output tn_op_output(tn_op *op, int index)
{
    return op && index >= 0 && index < op->num_outputs ? (tn_output){ op, index } : (tn_output){ NULL, 0 };
}

tn_output tn_op_input(const tn_op *op, int index)
{
    return op && index >= 0 && index < op->num_inputs ? op->inputs[index] : (tn_output){ NULL, 0 };
}

tn_op *tn_op_control(const tn_op *op, int index)
{
    return op && index >= 0 && index < op->num_controls ? op->controls[index] : NULL;
}

static bool is_output(tn_output output)
{
    return output.op && output.index >= 0 && output.index < output.op->num_outputs;
}

tn_dtype tn_output_dtype(tn_output output)
{
    return is_output(output) ? tn_value_of(output)->dtype : (tn_dtype)0;
}

int tn_output_rank(tn_output output)
{
    return is_output(output) ? tn_value_of(output)->dims->rank : -1;
}

int64_t tn_output_dim(tn_output output, int axis)
{
    if (!is_output(output))
        return -1;
    const tn_dims *dims = tn_value_of(output)->dims;
    int at = dims->rank < 0 ? -1 : tn_dims_axis(dims, axis);
    return at < 0 ? -1 : dims->dim[at];
}
