/* Constants, placeholders, Fill and groups: see <tenure/build.h>. */
#include <tenure/build.h>

#include <string.h>
#include "core/alloc.h"
#include "core/element.h"
#include "core/status.h"
#include "graph/compound.h"

static const tn_output empty = { NULL, 0 };

static tn_output fail(tn_graph_core *core)
{
    tn_graph_note_error(core);
    return empty;
}

/* ---- Constants ---- */

static tn_output constant(tn_graph_core *core, const tn_tensor *tensor, const char *name)
{
    tn_graph graph = { .core = core };
    tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", tensor->dtype), TN_TENSOR_ATTR("value", tensor));
    return tn_op_output(tn_op_new(&graph, "Const", TN_OUTPUTS(), .name = name, .attrs = attrs), 0);
}

/* The operation shares the tensor, so the handle is of no more use. */
static tn_output constant_of(tn_graph_core *core, tn_tensor *tensor, const char *name)
{
    if (!tensor)
        return fail(core);
    tn_output output = constant(core, tensor, name);
    talloc_free(tensor);
    return output;
}

tn_output tn_const_in(tn_graph_core *core, tn_dtype dtype, int rank, const int64_t *dims, const void *data, const char *name)
{
    return constant_of(core, tn_tensor_new(NULL, dtype, rank, dims, data), name);
}

tn_output tn_constant_with(const tn_constant_args *args)
{
    tn_graph_core *core = tn_graph_core_default();
    if (!core)
        return empty;
    if (args && args->tensor)
        return constant(core, args->tensor, args->name);
    tn_fail(TN_INVALID_ARGUMENT, "tn_constant: the tensor is NULL");
    return fail(core);
}

tn_output tn_const_new(tn_dtype dtype, int rank, const int64_t *dims, const void *data, const tn_const_options *options)
{
    tn_graph_core *core = tn_graph_core_default();
    return core ? tn_const_in(core, dtype, rank, dims, data, options ? options->name : NULL) : empty;
}

tn_output tn_const_vector(tn_dtype dtype, int64_t n, const void *data)
{
    return tn_const_new(dtype, 1, (const int64_t[]){ n }, data, NULL);
}

tn_output tn_const_matrix(tn_dtype dtype, int64_t rows, int64_t cols, int64_t n, const void *data)
{
    tn_graph_core *core = tn_graph_core_default();
    int64_t size;
    if (!core)
        return empty;
    if (rows >= 0 && cols >= 0 && !__builtin_mul_overflow(rows, cols, &size) && size == n)
        return tn_const_in(core, dtype, 2, (const int64_t[]){ rows, cols }, data, NULL);
    tn_fail(TN_INVALID_ARGUMENT, "tn_matrix: %lld values do not fill %lld rows of %lld", (long long)n, (long long)rows, (long long)cols);
    return fail(core);
}

tn_output tn_const_filled(tn_graph_core *core, tn_dtype dtype, tn_shape shape, double value, const char *name)
{
    tn_element element;
    tn_tensor *tensor = tn_tensor_new(NULL, dtype, shape.rank, shape.dims, NULL);
    size_t size = tn_dtype_size(dtype);
    tn_element_store(&element, dtype, value);
    if (tensor && value != 0)
        for (int64_t i = 0; i < tensor->size; i++)
            memcpy((char *)tensor->data + (size_t)i * size, &element, size);
    return constant_of(core, tensor, name);
}

static tn_output filled(tn_dtype dtype, const tn_shape_args *args, double value, const char *name)
{
    static const tn_shape_args none;
    const tn_shape_args *a = args ? args : &none;
    tn_graph_core *core = tn_graph_core_default();
    return core ? tn_const_filled(core, dtype, a->shape, value, a->name ? a->name : name) : empty;
}

tn_output tn_zeros_with(tn_dtype dtype, const tn_shape_args *args)
{
    return filled(dtype, args, 0, "zeros");
}

tn_output tn_ones_with(tn_dtype dtype, const tn_shape_args *args)
{
    return filled(dtype, args, 1, "ones");
}

/* ---- Fill, placeholders, groups ---- */

tn_output tn_fill_with(tn_output value, const tn_shape_args *args)
{
    static const tn_shape_args none;
    const tn_shape_args *a = args ? args : &none;
    tn_compound c;
    if (!value.op || !tn_compound_begin(&c, value.op->graph, a->name ? a->name : "Fill"))
        return empty;
    tn_output dims = tn_compound_shape(&c, "dims", a->shape);
    tn_output y = tn_compound_op(&c, "Fill", c.name, TN_OUTPUTS(dims, value), TN_NO_ATTRS);
    tn_compound_end(&c);
    return y;
}

tn_output tn_placeholder_with(tn_dtype dtype, const tn_placeholder_options *options)
{
    static const tn_placeholder_options none;
    const tn_placeholder_options *o = options ? options : &none;
    tn_graph_core *core = tn_graph_core_default();
    tn_graph graph = { .core = core };
    int rank = o->shape.dims ? o->shape.rank : -1;
    tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", dtype), TN_SHAPE_ATTR("shape", rank, o->shape.dims));
    return core ? tn_op_output(tn_op_new(&graph, "Placeholder", TN_OUTPUTS(), .name = o->name, .attrs = attrs), 0) : empty;
}

tn_op *tn_group_with(const tn_group_args *args)
{
    static const tn_group_args none;
    const tn_group_args *a = args ? args : &none;
    return tn_op_new(NULL, "NoOp", TN_OUTPUTS(), .name = a->name, .controls = a->ops);
}
