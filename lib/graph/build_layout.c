/* What moves elements and takes an axis or a shape: see <tenure/build.h>. */
#include <tenure/build.h>

#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "graph/compound.h"

static const tn_output empty = { NULL, 0 };

static bool begin(tn_compound *c, tn_output x, const char *name, const char *otherwise)
{
    return x.op && tn_compound_begin(c, x.op->graph, name ? name : otherwise);
}

static tn_output end(tn_compound *c, tn_output y)
{
    tn_compound_end(c);
    return y;
}

/* An int32 or int64 scalar. */
static tn_output scalar(const tn_compound *c, const char *name, int64_t value)
{
    return tn_compound_ints(c, name, -1, &value);
}

/* ---- Concat and gather ---- */

static tn_output concat(tn_compound *c, tn_outputs values, int axis)
{
    tn_output *inputs = TN_NEW_ARRAY(NULL, tn_output, values.n + 1);
    if (!inputs) {
        tn_graph_note_error(c->graph.core);
        return empty;
    }
    if (values.n)
        memcpy(inputs, values.items, values.n * sizeof *inputs);
    inputs[values.n] = scalar(c, "axis", axis);
    tn_output y = tn_compound_op(c, "ConcatV2", c->name, (tn_outputs){ inputs, values.n + 1 }, TN_NO_ATTRS);
    talloc_free(inputs);
    return y;
}

tn_output tn_concat_with(tn_outputs values, const tn_concat_args *args)
{
    static const tn_concat_args none;
    const tn_concat_args *a = args ? args : &none;
    const char *name = a->name ? a->name : "concat";
    tn_compound c;
    for (size_t i = 0; i < values.n; i++)
        if (!values.items[i].op)
            return empty;
    if (values.n == 1)
        return tn_op_output(tn_op_new(NULL, "Identity", values, .name = name), 0);
    tn_graph_core *core = tn_graph_core_of(NULL, values, (tn_ops){ NULL, 0 });
    return tn_compound_begin(&c, core, name) ? end(&c, concat(&c, values, a->axis)) : empty;
}

tn_output tn_gather_with(tn_output params, const tn_gather_args *args)
{
    tn_compound c;
    if (!args || !args->indices.op || !begin(&c, params, args->name, "GatherV2"))
        return empty;
    tn_output axis = scalar(&c, "axis", args->axis);
    return end(&c, tn_compound_op(&c, "GatherV2", c.name, TN_OUTPUTS(params, args->indices, axis), TN_NO_ATTRS));
}

/* ---- Transpose and reshape ---- */

static tn_output permutation(const tn_compound *c, const tn_transpose_args *a)
{
    int reversed[TN_MAX_RANK], rank = tn_output_rank(a->x);
    if (a->perm.items)
        return tn_compound_axes(c, "perm", a->perm);
    if (rank < 0) {
        char whole[TN_COMPOUND_NAME];
        tn_compound_name(c, whole);
        tn_fail_node(TN_INVALID_ARGUMENT, "Transpose", whole, "without .perm the rank of the input must be known");
        tn_graph_note_error(c->graph.core);
        return empty;
    }
    for (int i = 0; i < rank; i++)
        reversed[i] = rank - 1 - i;
    return tn_compound_axes(c, "perm", (tn_axes){ reversed, rank });
}

tn_output tn_transpose_with(const tn_transpose_args *args)
{
    tn_compound c;
    if (!args || !begin(&c, args->x, args->name, "transpose"))
        return empty;
    return end(&c, tn_compound_op(&c, "Transpose", c.name, TN_OUTPUTS(args->x, permutation(&c, args)), TN_NO_ATTRS));
}

tn_output tn_reshape_to_with(tn_output x, const tn_shape_args *args)
{
    static const tn_shape_args none;
    const tn_shape_args *a = args ? args : &none;
    tn_compound c;
    if (!begin(&c, x, a->name, "Reshape"))
        return empty;
    return end(&c, tn_compound_op(&c, "Reshape", c.name, TN_OUTPUTS(x, tn_compound_shape(&c, "shape", a->shape)), TN_NO_ATTRS));
}

/* ---- One axis ---- */

static tn_output along(const char *type, const char *part, tn_output x, const tn_axis_args *args)
{
    static const tn_axis_args none;
    const tn_axis_args *a = args ? args : &none;
    tn_compound c;
    if (!begin(&c, x, a->name, type))
        return empty;
    return end(&c, tn_compound_op(&c, type, c.name, TN_OUTPUTS(x, scalar(&c, part, a->axis)), TN_NO_ATTRS));
}

tn_output tn_expand_dims_with(tn_output x, const tn_axis_args *args)
{
    return along("ExpandDims", "dim", x, args);
}

tn_output tn_argmax_with(tn_output x, const tn_axis_args *args)
{
    return along("ArgMax", "dimension", x, args);
}

tn_output tn_argmin_with(tn_output x, const tn_axis_args *args)
{
    return along("ArgMin", "dimension", x, args);
}

tn_output tn_one_hot_with(tn_output indices, const tn_one_hot_args *args)
{
    static const tn_one_hot_args none;
    const tn_one_hot_args *a = args ? args : &none;
    tn_dtype dtype = a->dtype ? a->dtype : TN_FLOAT32;
    tn_compound c;
    if (!begin(&c, indices, a->name, "one_hot"))
        return empty;
    tn_output on = tn_compound_number(&c, "on_value", dtype, 1), off = tn_compound_number(&c, "off_value", dtype, 0);
    tn_output depth = scalar(&c, "depth", a->depth);
    tn_attrs attrs = TN_ATTRS(TN_INT_ATTR("axis", a->axis.n > 0 ? a->axis.items[0] : -1));
    return end(&c, tn_compound_op(&c, "OneHot", c.name, TN_OUTPUTS(indices, depth, on, off), attrs));
}
