/* Reductions, with their axes as a constant: see <tenure/build.h>. */
#include <tenure/build.h>

#include "graph/compound.h"

/* All axes, when the rank is known only while running. */
static tn_output running_axes(const tn_compound *c, tn_output x)
{
    static const int64_t zero = 0, one = 1;
    tn_output rank = tn_compound_op(c, "Rank", "Rank", TN_OUTPUTS(x), TN_NO_ATTRS);
    tn_output start = tn_compound_ints(c, "range/start", -1, &zero), delta = tn_compound_ints(c, "range/delta", -1, &one);
    return tn_compound_op(c, "Range", "range", TN_OUTPUTS(start, rank, delta), TN_NO_ATTRS);
}

static tn_output axes_of(const tn_compound *c, const tn_reduce_args *a)
{
    int all[TN_MAX_RANK], rank = tn_output_rank(a->x);
    if (a->axes.items)
        return tn_compound_axes(c, "reduction_indices", a->axes);
    if (rank < 0)
        return running_axes(c, a->x);
    for (int i = 0; i < rank; i++)
        all[i] = i;
    return tn_compound_axes(c, "reduction_indices", (tn_axes){ all, rank });
}

static tn_output reduce(const char *type, const tn_reduce_args *args)
{
    tn_compound c;
    if (!args || !args->x.op || !tn_compound_begin(&c, args->x.op->graph, args->name ? args->name : type))
        return (tn_output){ NULL, 0 };
    tn_attrs attrs = TN_ATTRS(TN_BOOL_ATTR("keep_dims", args->keep_dims));
    tn_output y = tn_compound_op(&c, type, c.name, TN_OUTPUTS(args->x, axes_of(&c, args)), attrs);
    tn_compound_end(&c);
    return y;
}

tn_output tn_reduce_sum_with(const tn_reduce_args *args)
{
    return reduce("Sum", args);
}

tn_output tn_reduce_mean_with(const tn_reduce_args *args)
{
    return reduce("Mean", args);
}

tn_output tn_reduce_prod_with(const tn_reduce_args *args)
{
    return reduce("Prod", args);
}

tn_output tn_reduce_max_with(const tn_reduce_args *args)
{
    return reduce("Max", args);
}

tn_output tn_reduce_min_with(const tn_reduce_args *args)
{
    return reduce("Min", args);
}

tn_output tn_reduce_all_with(const tn_reduce_args *args)
{
    return reduce("All", args);
}

tn_output tn_reduce_any_with(const tn_reduce_args *args)
{
    return reduce("Any", args);
}
