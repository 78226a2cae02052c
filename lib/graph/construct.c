/* Beneath the generated constructors: see construct.h. */
#include "graph/construct.h"

#include <string.h>
#include "core/alloc.h"
#include "graph/graph.h"

static size_t count_inputs(const tn_construction *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->num_parts; i++)
        n += c->parts[i].n;
    return n;
}

static tn_attrs given_attrs(const tn_construction *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->num_attrs; i++)
        if (c->attrs[i].kind != TN_ATTR_NONE)
            c->attrs[n++] = c->attrs[i];
    return (tn_attrs){ c->attrs, n };
}

static tn_op *construct_on(const tn_construction *c, const tn_output *inputs, size_t n)
{
    return tn_op_new_with(NULL, c->type, &(const tn_op_args){ .inputs = { inputs, n }, .name = c->name, .attrs = given_attrs(c) });
}

/* Puts the parts one after the other. */
static tn_op *construct_flat(const tn_construction *c, tn_output *flat)
{
    size_t n = 0;
    for (size_t i = 0; i < c->num_parts; i++) {
        if (c->parts[i].n)
            memcpy(flat + n, c->parts[i].items, c->parts[i].n * sizeof *flat);
        n += c->parts[i].n;
    }
    return construct_on(c, flat, n);
}

/* The graph of the inputs keeps that there was no memory for them. */
static tn_op *fail(const tn_construction *c)
{
    const tn_outputs *part = c->parts;
    while (!part->n)
        part++;
    if (part->items->op)
        tn_graph_note_error(part->items->op->graph);
    return NULL;
}

tn_op *tn_construct(const tn_construction *c)
{
    tn_output few[16];
    size_t n = count_inputs(c);
    if (c->num_parts == 1)
        return construct_on(c, c->parts->items, n);
    if (n <= sizeof few / sizeof few[0])
        return construct_flat(c, few);
    tn_output *flat = TN_NEW_ARRAY(NULL, tn_output, n);
    if (!flat)
        return fail(c);
    tn_op *op = construct_flat(c, flat);
    talloc_free(flat);
    return op;
}
