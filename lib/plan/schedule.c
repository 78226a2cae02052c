/*
 * Schedule: the order of the graph, but with every operation that writes a variable as late as the others allow. What was read from the
 * variable has then been used and let go of, so that the write happens in place.
 */
#include "core/alloc.h"
#include "plan/compile.h"

/* Successors of each node, in one array; how many predecessors still wait; a heap of the ready ones. */
typedef struct schedule {
    uint32_t *first; /* by node: its successors are next[first[n] .. first[n + 1]) */
    uint32_t *next;
    uint32_t *waiting;
    uint64_t *heap;
    uint32_t heap_size;
} schedule;

static bool writes(const tn_compile *c, uint32_t n)
{
    return c->nodes[n].role == TN_ROLE_STEP && (c->nodes[n].op->def->flags & TN_OP_WRITES);
}

/* Least first: those that write come last, and otherwise the order of the graph decides. */
static uint64_t key(const tn_compile *c, uint32_t n)
{
    return (uint64_t)writes(c, n) << 32 | n;
}

static void push(schedule *s, uint64_t x)
{
    uint32_t i = s->heap_size++;
    for (; i && s->heap[(i - 1) / 2] > x; i = (i - 1) / 2)
        s->heap[i] = s->heap[(i - 1) / 2];
    s->heap[i] = x;
}

static uint64_t pop(schedule *s)
{
    uint64_t top = s->heap[0], x = s->heap[--s->heap_size];
    uint32_t i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= s->heap_size)
            break;
        child += child + 1 < s->heap_size && s->heap[child + 1] < s->heap[child];
        if (s->heap[child] >= x)
            break;
        s->heap[i] = s->heap[child];
        i = child;
    }
    s->heap[i] = x;
    return top;
}

typedef void (*edge_visitor)(schedule *s, uint32_t from, uint32_t to);

/* A node that is run, else TN_NONE: a fed operation makes nobody wait. */
static uint32_t running(const tn_compile *c, const tn_op *op)
{
    uint32_t n = c->node_of[op->id];
    return n == TN_NONE || c->nodes[n].role == TN_ROLE_FED ? TN_NONE : n;
}

static void visit_edge(const tn_compile *c, schedule *s, edge_visitor visit, const tn_op *from, uint32_t to)
{
    uint32_t n = running(c, from);
    if (n != TN_NONE)
        visit(s, n, to);
}

static void visit_edges(const tn_compile *c, schedule *s, edge_visitor visit)
{
    for (uint32_t n = 0; n < c->num_nodes; n++) {
        const tn_node *node = &c->nodes[n];
        if (node->role == TN_ROLE_FED)
            continue;
        for (int i = 0; i < node->op->num_inputs; i++)
            if (tn_feed_of(c, node->op->inputs[i]) == TN_NONE)
                visit_edge(c, s, visit, node->op->inputs[i].op, n);
        for (int i = 0; i < node->op->num_controls; i++)
            visit_edge(c, s, visit, node->op->controls[i], n);
        if (node->same != TN_NONE)
            visit(s, node->same, n);
    }
}

static void count_edge(schedule *s, uint32_t from, uint32_t to)
{
    s->first[from + 1]++;
    s->waiting[to]++;
}

/* first[from + 1] has become the end of what is filled in so far. */
static void fill_edge(schedule *s, uint32_t from, uint32_t to)
{
    s->next[s->first[from + 1]++] = to;
}

/* Turns counts in first[n + 1] into starts, also in first[n + 1]; filling moves them up to the ends, which are the next starts. */
static uint32_t starts_from_counts(schedule *s, uint32_t n)
{
    uint32_t total = 0;
    for (uint32_t i = 1; i <= n; i++) {
        uint32_t count = s->first[i];
        s->first[i] = total;
        total += count;
    }
    return total;
}

static tn_status find_successors(tn_compile *c, schedule *s)
{
    s->first = TN_NEW_ARRAY(s, uint32_t, (size_t)c->num_nodes + 1);
    s->waiting = TN_NEW_ARRAY(s, uint32_t, c->num_nodes);
    s->heap = TN_NEW_ARRAY(s, uint64_t, c->num_nodes);
    if (!s->first || !s->waiting || !s->heap)
        return TN_RESOURCE_EXHAUSTED;
    visit_edges(c, s, count_edge);
    s->next = TN_NEW_ARRAY(s, uint32_t, starts_from_counts(s, c->num_nodes));
    if (!s->next)
        return TN_RESOURCE_EXHAUSTED;
    visit_edges(c, s, fill_edge);
    return TN_OK;
}

static uint32_t order_by_heap(tn_compile *c, schedule *s)
{
    uint32_t done = 0;
    for (uint32_t n = 0; n < c->num_nodes; n++)
        if (c->nodes[n].role != TN_ROLE_FED && !s->waiting[n])
            push(s, key(c, n));
    while (s->heap_size) {
        uint32_t n = (uint32_t)pop(s);
        c->order[done++] = n;
        for (uint32_t i = s->first[n]; i < s->first[n + 1]; i++)
            if (!--s->waiting[s->next[i]])
                push(s, key(c, s->next[i]));
    }
    return done;
}

static uint32_t order_of_graph(tn_compile *c)
{
    uint32_t done = 0;
    for (uint32_t n = 0; n < c->num_nodes; n++)
        if (c->nodes[n].role != TN_ROLE_FED)
            c->order[done++] = n;
    return done;
}

tn_status tn_pass_schedule(tn_compile *c)
{
    c->order = TN_NEW_ARRAY(c, uint32_t, c->num_nodes);
    if (!c->order)
        return TN_RESOURCE_EXHAUSTED;
    if (!c->has_writes) {
        c->num_ordered = order_of_graph(c);
        return TN_OK;
    }
    schedule *s = TN_NEW(c, schedule);
    tn_status status = s ? find_successors(c, s) : TN_RESOURCE_EXHAUSTED;
    if (!status)
        c->num_ordered = order_by_heap(c, s);
    talloc_free(s);
    return status;
}
