/* Attributes as an operation keeps them: storing, and access by name. */
#include "graph/bind.h"

#include <string.h>
#include "core/status.h"

/* n bytes and a zero after them. */
static const char *store_bytes(tn_layout *layout, const void *bytes, size_t n)
{
    char *copy = tn_carve(layout, n + 1);
    if (copy && n)
        memcpy(copy, bytes, n);
    return copy;
}

static const void *store_items(tn_layout *layout, const void *items, size_t n, size_t size)
{
    void *copy = tn_carve(layout, n * size);
    if (copy && n)
        memcpy(copy, items, n * size);
    return copy;
}

static const void *store_types(tn_layout *layout, const tn_attr *from)
{
    tn_dtype *types = tn_carve(layout, from->n * sizeof *types);
    for (size_t i = 0; types && i < from->n; i++)
        types[i] = from->p ? ((const tn_dtype *)from->p)[i] : tn_output_dtype(((const tn_output *)from->q)[i]);
    return types;
}

/* From int64_t in p, or from int in q. */
static const void *store_ints(tn_layout *layout, const tn_attr *from)
{
    int64_t *ints = tn_carve(layout, from->n * sizeof *ints);
    for (size_t i = 0; ints && i < from->n; i++)
        ints[i] = from->p ? ((const int64_t *)from->p)[i] : ((const int *)from->q)[i];
    return ints;
}

static const void *store_strings(tn_layout *layout, const tn_attr *from)
{
    const char **copies = tn_carve(layout, from->n * sizeof *copies);
    for (size_t i = 0; i < from->n; i++) {
        const char *text = ((const char *const *)from->p)[i], *copy = store_bytes(layout, text, strlen(text));
        if (copies)
            copies[i] = copy;
    }
    return copies;
}

static const void *store_shape(tn_layout *layout, int64_t rank, const int64_t *dims)
{
    tn_dims *shape = tn_carve(layout, sizeof *shape);
    if (shape)
        *shape = tn_dims_of(rank < 0 ? -1 : (int)rank, dims);
    return shape;
}

/* A list of shapes as tn_op_attr gives it back: dims, and beside them the ranks and the pointers. */
typedef struct shape_list {
    const int *ranks;
    const int64_t *const *dims;
} shape_list;

static const void *store_shapes(tn_layout *layout, const tn_attr *from)
{
    shape_list *list = tn_carve(layout, sizeof *list);
    tn_dims *shapes = tn_carve(layout, from->n * sizeof *shapes);
    int *ranks = tn_carve(layout, from->n * sizeof *ranks);
    const int64_t **dims = tn_carve(layout, from->n * sizeof *dims);
    if (!list)
        return NULL;
    for (size_t i = 0; i < from->n; i++) {
        int rank = ((const int *)from->p)[i];
        shapes[i] = tn_dims_of(rank < 0 ? -1 : rank, ((const int64_t *const *)from->q)[i]);
        ranks[i] = shapes[i].rank;
        dims[i] = shapes[i].dim;
    }
    *list = (shape_list){ ranks, dims };
    return list;
}

static const void *store_payload(tn_layout *layout, const tn_attr *a)
{
    switch (a->kind) {
    case TN_ATTR_STRING:
        return store_bytes(layout, a->p, (size_t)a->i);
    case TN_ATTR_FUNC:
        return store_bytes(layout, a->p, strlen(a->p));
    case TN_ATTR_SHAPE:
        return store_shape(layout, a->i, a->p);
    case TN_ATTR_INTS:
        return store_ints(layout, a);
    case TN_ATTR_FLOATS:
        return store_items(layout, a->p, a->n, sizeof(double));
    case TN_ATTR_BOOLS:
        return store_items(layout, a->p, a->n, sizeof(bool));
    case TN_ATTR_TYPES:
        return store_types(layout, a);
    case TN_ATTR_STRINGS:
        return store_strings(layout, a);
    case TN_ATTR_SHAPES:
        return store_shapes(layout, a);
    default:
        return NULL;
    }
}

void tn_attr_store(tn_layout *layout, const tn_attr *from, tn_attr_value *to)
{
    const void *p = store_payload(layout, from);
    if (!to)
        return;
    *to = (tn_attr_value){ .kind = from->kind, .i = from->kind >= TN_ATTR_INTS ? (int64_t)from->n : from->i, .f = from->f, .p = p };
    if (from->kind == TN_ATTR_FUNC)
        to->i = (int64_t)strlen(from->p);
    else if (from->kind == TN_ATTR_BOOL)
        to->i = from->i != 0;
}

/* ---- Access ---- */

static const tn_attr_value *find(const tn_op *op, const char *name)
{
    for (int i = 0; i < op->signature->num_attrs; i++)
        if (!strcmp(op->signature->attrs[i].name, name))
            return &op->attrs[i];
    return NULL;
}

int64_t tn_op_int(const tn_op *op, const char *name)
{
    return find(op, name)->i;
}

double tn_op_float(const tn_op *op, const char *name)
{
    return find(op, name)->f;
}

bool tn_op_bool(const tn_op *op, const char *name)
{
    return find(op, name)->i != 0;
}

tn_dtype tn_op_dtype(const tn_op *op, const char *name)
{
    return (tn_dtype)find(op, name)->i;
}

tn_dims tn_op_dims(const tn_op *op, const char *name)
{
    return *(const tn_dims *)find(op, name)->p;
}

const char *tn_op_string(const tn_op *op, const char *name)
{
    return find(op, name)->p;
}

const tn_tensor *tn_op_tensor(const tn_op *op, const char *name)
{
    return find(op, name)->p;
}

const int64_t *tn_op_ints(const tn_op *op, const char *name, size_t *n)
{
    const tn_attr_value *value = find(op, name);
    *n = (size_t)value->i;
    return value->p;
}

static void give_back(const tn_attr_value *from, tn_attr *to)
{
    to->i = from->i;
    to->f = from->f;
    to->p = from->p;
    if (from->kind >= TN_ATTR_INTS) {
        to->i = 0;
        to->n = (size_t)from->i;
    }
    if (from->kind == TN_ATTR_SHAPE) {
        const tn_dims *dims = from->p;
        to->i = dims->rank;
        to->p = dims->dim;
    } else if (from->kind == TN_ATTR_SHAPES) {
        const shape_list *list = from->p;
        to->p = list->ranks;
        to->q = list->dims;
    }
}

tn_status tn_op_attr(const tn_op *op, const char *name, tn_attr *value)
{
    if (!op || !name)
        return tn_fail(TN_INVALID_ARGUMENT, "no operation or no attribute's name was given");
    const tn_attr_value *found = find(op, name);
    if (!found)
        return tn_fail_node(TN_NOT_FOUND, op->def->name, op->name, "No attr named '%s'", name);
    *value = (tn_attr){ .name = op->signature->attrs[found - op->attrs].name, .kind = found->kind };
    give_back(found, value);
    return TN_OK;
}
