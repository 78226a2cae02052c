/* What constructors of several operations are made of: see compound.h. */
#include "graph/compound.h"

#include <stdio.h>
#include <string.h>
#include "core/element.h"
#include "core/status.h"
#include "graph/scope.h"

bool tn_compound_begin(tn_compound *c, tn_graph_core *core, const char *name)
{
    *c = (tn_compound){ .graph = { .core = core } };
    if (!core)
        return false;
    tn_graph_lock(core);
    c->scope = tn_scope_enter_name(core, name);
    c->name = core->scopes[core->num_scopes - 1].prefix;
    return true;
}

void tn_compound_end(tn_compound *c)
{
    tn_graph_core *core = c->graph.core;
    (void)tn_scope_leave(core, c->scope);
    tn_graph_unlock(core);
}

void tn_compound_name(const tn_compound *c, char name[TN_COMPOUND_NAME])
{
    snprintf(name, TN_COMPOUND_NAME, "%.*s", (int)strlen(c->name) - 1, c->name);
}

tn_output tn_compound_op(const tn_compound *c, const char *type, const char *name, tn_outputs inputs, tn_attrs attrs)
{
    return tn_op_output(tn_op_new((tn_graph *)(uintptr_t)&c->graph, type, inputs, .name = name, .attrs = attrs), 0);
}

tn_output tn_compound_number(const tn_compound *c, const char *name, tn_dtype dtype, double value)
{
    tn_element element;
    tn_element_store(&element, dtype, value);
    return tn_const_in(c->graph.core, dtype, 0, NULL, &element, name);
}

static bool fit_int32(int n, const int64_t *items)
{
    for (int i = 0; i < n; i++)
        if (items[i] < INT32_MIN || items[i] > INT32_MAX)
            return false;
    return true;
}

tn_output tn_compound_ints(const tn_compound *c, const char *name, int n, const int64_t *items)
{
    const int count = n < 0 ? 1 : n, rank = n >= 0;
    const int64_t dims[] = { count };
    int32_t narrow[TN_MAX_RANK] = { 0 };
    if (count > TN_MAX_RANK || !fit_int32(count, items))
        return tn_const_in(c->graph.core, TN_INT64, rank, dims, items, name);
    for (int i = 0; i < count; i++)
        narrow[i] = (int32_t)items[i];
    return tn_const_in(c->graph.core, TN_INT32, rank, dims, narrow, name);
}

tn_output tn_compound_shape(const tn_compound *c, const char *name, tn_shape shape)
{
    char whole[TN_COMPOUND_NAME];
    if (shape.rank >= 0 && (shape.dims || !shape.rank))
        return tn_compound_ints(c, name, shape.rank, shape.dims);
    tn_compound_name(c, whole);
    tn_fail(TN_INVALID_ARGUMENT, "the shape of '%s' must have a known rank", whole);
    tn_graph_note_error(c->graph.core);
    return (tn_output){ NULL, 0 };
}

tn_output tn_compound_axes(const tn_compound *c, const char *name, tn_axes axes)
{
    _Static_assert(sizeof *axes.items == sizeof(int32_t), "axes are the elements of an int32 tensor");
    return tn_const_in(c->graph.core, TN_INT32, 1, (const int64_t[]){ axes.n }, axes.items, name);
}
