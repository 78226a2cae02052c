/*
 * Constructors that make several operations: the parts stand in a name scope of the last one's name, which has the very name of the scope,
 * as TensorFlow's do ("Sum/reduction_indices", "Sum").
 */
#ifndef TN_GRAPH_COMPOUND_H
#define TN_GRAPH_COMPOUND_H

#include "graph/graph.h"

typedef struct tn_compound {
    tn_graph graph; /* a handle of its own, for parts without inputs */
    tn_scope scope;
    const char *name; /* for the last part: "NAME/"; valid until the end */
} tn_compound;

/* Locks the graph and enters the scope. false when core is NULL. When the scope cannot be entered, no part can be made. */
bool tn_compound_begin(tn_compound *c, tn_graph_core *core, const char *name);
/* Leaves and unlocks. */
void tn_compound_end(tn_compound *c);

/* The name of the whole, without the slash, as errors say it. */
enum { TN_COMPOUND_NAME = 256 };
void tn_compound_name(const tn_compound *c, char name[TN_COMPOUND_NAME]);

/* Constants: one element of a dtype; and a vector, or a scalar when n is -1, int64 when int32 does not hold it. */
tn_output tn_compound_number(const tn_compound *c, const char *name, tn_dtype dtype, double value);
tn_output tn_compound_ints(const tn_compound *c, const char *name, int n, const int64_t *items);
/* A shape as a vector; an empty output when it is unknown. */
tn_output tn_compound_shape(const tn_compound *c, const char *name, tn_shape shape);
/* Axes as an int32 vector. */
tn_output tn_compound_axes(const tn_compound *c, const char *name, tn_axes axes);
/* Output 0 of a new part. */
tn_output tn_compound_op(const tn_compound *c, const char *type, const char *name, tn_outputs inputs, tn_attrs attrs);

/* A constant with a copy of data, in a graph. The graph keeps the error. */
tn_output tn_const_in(tn_graph_core *core, tn_dtype dtype, int rank, const int64_t *dims, const void *data, const char *name);
/* A constant of one value repeated. */
tn_output tn_const_filled(tn_graph_core *core, tn_dtype dtype, tn_shape shape, double value, const char *name);

/* The core of the default graph; NULL with the thread's error. */
static inline tn_graph_core *tn_graph_core_default(void)
{
    return tn_graph_core_of(NULL, (tn_outputs){ NULL, 0 }, (tn_ops){ NULL, 0 });
}

#define TN_NO_ATTRS ((tn_attrs){ NULL, 0 })

#endif
