/* Merge: equal operations of equal operands are one (common subexpressions). A hash table of the nodes seen so far. */
#include "plan/compile.h"

#include <string.h>
#include "core/alloc.h"

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

static uint64_t hash_attr(uint64_t h, const tn_attr_value *a)
{
    return mix(mix(h, (uint64_t)a->kind), (uint64_t)a->i);
}

static uint64_t hash_node(const tn_compile *c, const tn_node *node)
{
    uint64_t h = mix(0, (uint64_t)(uintptr_t)node->op->def);
    for (int i = 0; i < node->op->num_inputs; i++)
        h = mix(h, c->operands[node->first_operand + (uint32_t)i]);
    for (int i = 0; i < node->op->signature->num_attrs; i++)
        h = hash_attr(h, &node->op->attrs[i]);
    return h;
}

/* Lists, texts, shapes and tensors are compared by what they hold only where that is cheap; else they differ. */
static bool same_attr(const tn_attr_value *a, const tn_attr_value *b)
{
    if (a->kind != b->kind || a->i != b->i)
        return false;
    switch (a->kind) {
    case TN_ATTR_FLOAT:
        return !memcmp(&a->f, &b->f, sizeof a->f);
    case TN_ATTR_STRING:
        return !memcmp(a->p, b->p, (size_t)a->i);
    case TN_ATTR_INTS:
        return !a->i || !memcmp(a->p, b->p, (size_t)a->i * sizeof(int64_t));
    case TN_ATTR_SHAPE:
        return tn_dims_equal(a->p, b->p);
    case TN_ATTR_INT:
    case TN_ATTR_BOOL:
    case TN_ATTR_TYPE:
        return true;
    default:
        return a->p == b->p;
    }
}

static bool same_node(const tn_compile *c, const tn_node *a, const tn_node *b)
{
    if (a->op->def != b->op->def || a->op->num_inputs != b->op->num_inputs)
        return false;
    for (int i = 0; i < a->op->num_inputs; i++)
        if (c->operands[a->first_operand + (uint32_t)i] != c->operands[b->first_operand + (uint32_t)i])
            return false;
    for (int i = 0; i < a->op->signature->num_attrs; i++)
        if (!same_attr(&a->op->attrs[i], &b->op->attrs[i]))
            return false;
    return !strcmp(a->op->device, b->op->device);
}

/* At least twice the nodes, a power of two. Without a table nothing is merged, and nothing else is lost. */
static bool have_table(tn_compile *c)
{
    if (c->table)
        return true;
    c->table_size = 16;
    while (c->table_size < 2 * (uint64_t)c->num_nodes)
        c->table_size *= 2;
    c->table = TN_NEW_ARRAY(c, uint32_t, c->table_size);
    return c->table != NULL;
}

uint32_t tn_merge(tn_compile *c, uint32_t n)
{
    if (!have_table(c))
        return TN_NONE;
    uint32_t mask = c->table_size - 1, at = (uint32_t)hash_node(c, &c->nodes[n]) & mask;
    for (; c->table[at]; at = (at + 1) & mask)
        if (same_node(c, &c->nodes[c->table[at] - 1], &c->nodes[n]))
            return c->table[at] - 1;
    c->table[at] = n + 1;
    return TN_NONE;
}
