/* What the generated constructors (graph/constructors.c) are made of. */
#ifndef TN_GRAPH_CONSTRUCT_H
#define TN_GRAPH_CONSTRUCT_H

#include <tenure.h>

/* A constructor's call: inputs in parts, one for each list and for each run of single inputs. */
typedef struct tn_construction {
    const char *type, *name;
    const tn_outputs *parts;
    size_t num_parts;
    tn_attr *attrs; /* entries of kind TN_ATTR_NONE were not given, and are dropped */
    size_t num_attrs;
} tn_construction;

/* The operation; NULL when an input is empty or it fails. */
tn_op *tn_construct(const tn_construction *c);

/* Attributes of which some value stands for "not given". */
static inline tn_attr tn_given_type(const char *name, tn_dtype dtype)
{
    return dtype ? TN_TYPE_ATTR(name, dtype) : (tn_attr){ .kind = TN_ATTR_NONE };
}
static inline tn_attr tn_given_string(const char *name, const char *text)
{
    return text ? TN_STRING_ATTR(name, text) : (tn_attr){ .kind = TN_ATTR_NONE };
}
static inline tn_attr tn_given_float(const char *name, double v)
{
    return v != 0 ? TN_FLOAT_ATTR(name, v) : (tn_attr){ .kind = TN_ATTR_NONE };
}
/* An int whose default is not 0: the first item. */
static inline tn_attr tn_given_int(const char *name, tn_axes v)
{
    return v.n > 0 ? TN_INT_ATTR(name, v.items[0]) : (tn_attr){ .kind = TN_ATTR_NONE };
}
static inline tn_attr tn_given_switch(const char *name, tn_switch v)
{
    return v != TN_SWITCH_DEFAULT ? TN_BOOL_ATTR(name, v == TN_ON) : (tn_attr){ .kind = TN_ATTR_NONE };
}
/* A list of int where the library keeps int64_t: q instead of p. */
static inline tn_attr tn_given_ints(const char *name, tn_axes v)
{
    if (!v.items)
        return (tn_attr){ .kind = TN_ATTR_NONE };
    return (tn_attr){ .name = name, .kind = TN_ATTR_INTS, .q = v.items, .n = v.n > 0 ? (size_t)v.n : 0 };
}

#endif
