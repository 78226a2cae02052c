/* Attributes as an operation keeps them: storing, and access by name. */
#include "graph/bind.h"

#include <string.h>
#include "core/status.h"

/* n bytes and a zero after them. */
static const char *store_bytes(tn_room *room, const void *bytes, size_t n)
{
    char *copy = tn_room_take(room, n + 1);
    if (!copy)
        return NULL;
    if (n)
        memcpy(copy, bytes, n);
    copy[n] = '\0';
    return copy;
}

static const void *store_items(tn_room *room, const void *items, size_t n, size_t size)
{
    void *copy = tn_room_take(room, n * size);
    if (copy && n)
        memcpy(copy, items, n * size);
    return copy;
}

static const void *store_types(tn_room *room, const tn_attr *from)
{
    tn_dtype *types = tn_room_take(room, from->n * sizeof *types);
    for (size_t i = 0; types && i < from->n; i++)
        types[i] = from->p ? ((const tn_dtype *)from->p)[i] : tn_output_dtype(((const tn_output *)from->q)[i]);
    return types;
}

/* From int64_t in p, or from int in q. */
static const void *store_ints(tn_room *room, const tn_attr *from)
{
    int64_t *ints = tn_room_take(room, from->n * sizeof *ints);
    for (size_t i = 0; ints && i < from->n; i++)
        ints[i] = from->p ? ((const int64_t *)from->p)[i] : ((const int *)from->q)[i];
    return ints;
}

static const void *store_strings(tn_room *room, const tn_attr *from)
{
    const char **copies = tn_room_take(room, from->n * sizeof *copies);
    for (size_t i = 0; copies && i < from->n; i++) {
        const char *text = ((const char *const *)from->p)[i];
        copies[i] = store_bytes(room, text, strlen(text));
        if (!copies[i])
            return NULL;
    }
    return copies;
}

static const void *store_shape(tn_room *room, int64_t rank, const int64_t *dims)
{
    tn_dims *shape = tn_room_take(room, sizeof *shape);
    if (shape)
        *shape = tn_dims_of(rank < 0 ? -1 : (int)rank, dims);
    return shape;
}

/* A list of shapes as tn_op_attr gives it back: dims, and beside them the ranks and the pointers. */
typedef struct shape_list {
    const int *ranks;
    const int64_t *const *dims;
} shape_list;

static const void *store_shapes(tn_room *room, const tn_attr *from)
{
    shape_list *list = tn_room_take(room, sizeof *list);
    tn_dims *shapes = tn_room_take(room, from->n * sizeof *shapes);
    int *ranks = tn_room_take(room, from->n * sizeof *ranks);
    const int64_t **dims = tn_room_take(room, from->n * sizeof *dims);
    if (!list || !shapes || !ranks || !dims)
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

/* What p is to point to. NULL: memory ran out. */
static const void *store_payload(tn_room *room, const tn_attr *a)
{
    switch (a->kind) {
    case TN_ATTR_STRING:
        return store_bytes(room, a->p, (size_t)a->i);
    case TN_ATTR_FUNC:
        return store_bytes(room, a->p, strlen(a->p));
    case TN_ATTR_SHAPE:
        return store_shape(room, a->i, a->p);
    case TN_ATTR_INTS:
        return store_ints(room, a);
    case TN_ATTR_FLOATS:
        return store_items(room, a->p, a->n, sizeof(double));
    case TN_ATTR_BOOLS:
        return store_items(room, a->p, a->n, sizeof(bool));
    case TN_ATTR_TYPES:
        return store_types(room, a);
    case TN_ATTR_STRINGS:
        return store_strings(room, a);
    default:
        return store_shapes(room, a);
    }
}

static bool has_payload(tn_attr_kind kind)
{
    return kind == TN_ATTR_STRING || kind == TN_ATTR_SHAPE || kind >= TN_ATTR_FUNC;
}

bool tn_attr_store(tn_room *room, const tn_attr *from, tn_attr_value *to)
{
    *to = (tn_attr_value){ .kind = from->kind, .i = from->kind >= TN_ATTR_INTS ? (int64_t)from->n : from->i };
    if (from->kind == TN_ATTR_FLOAT)
        to->f = from->f;
    else if (from->kind == TN_ATTR_BOOL)
        to->i = from->i != 0;
    else if (from->kind == TN_ATTR_FUNC)
        to->i = (int64_t)strlen(from->p);
    if (!has_payload(from->kind))
        return true;
    to->p = store_payload(room, from);
    return to->p != NULL;
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
    if (from->kind == TN_ATTR_FLOAT)
        to->f = from->f;
    else
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
