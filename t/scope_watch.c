/* See scope_watch.h. */
#include "scope_watch.h"

#include "core/live.h"
#include "graph/graph.h"

scope_things things;

typedef struct watched_state {
    tn_graph *graph;
    tn_session *session;
    int scopes, open;
} watched_state;

static watched_state before;
static int temps; /* chunks in temporary contexts */

static void count_open(const tn_live *live, void *data)
{
    (void)live;
    ++*(int *)data;
}

static watched_state look(void)
{
    watched_state w = { tn_default_graph(), tn_default_session(), 0, 0 };
    w.scopes = w.graph->core->num_scopes + w.graph->core->failed_scopes;
    tn_live_each(count_open, &w.open);
    return w;
}

void expect_outside(void)
{
    watched_state now = look();
    ck_assert_ptr_eq(now.graph, before.graph);
    ck_assert_ptr_eq(now.session, before.session);
    ck_assert_int_eq(now.scopes, before.scopes);
    ck_assert_int_eq(now.open, before.open);
    ck_assert_int_eq(temps, 0);
}

void scope_things_open(void)
{
    things.outer = tn_graph_new(root);
    things.other = tn_graph_new(root);
    ck_assert(things.outer && things.other);
    things.scope = tn_enter_default_graph(things.outer);
    things.one = tn_scalar(1.0f);
    things.session = tn_session_open(.parent = root);
    ck_assert_ptr_nonnull(things.session);
    before = look();
}

void scope_things_close(void)
{
    expect_outside();
    tn_session_close(things.session);
    ck_assert_int_eq(tn_leave(things.scope), TN_OK);
    talloc_free(things.outer);
    talloc_free(things.other);
}

int in_session(tn_session *s)
{
    tn_tensor *y = tn_run(s, things.one);
    bool inside = tn_default_session() == s && tn_default_graph() == things.outer;
    return y && inside ? (int)tn_f32(y)[0] + 41 : -2;
}

int in_graph(tn_graph *g)
{
    tn_output x = tn_scalar(1.0f);
    return g != things.outer && tn_default_graph() == g && tn_graph_op_at(g, tn_graph_num_ops(g) - 1) == x.op ? 42 : -2;
}

int in_default_graph(void)
{
    return tn_default_graph() == things.other ? 42 : -2;
}

int in_default_session(void)
{
    tn_tensor *y = tn_eval(things.one);
    return y && tn_default_session() == things.session ? (int)tn_f32(y)[0] + 41 : -2;
}

int in_name_scope(void)
{
    const char *name = tn_op_name(tn_scalar(1.0f).op);
    return name && name[0] == 'n' && strchr(name, '/') ? 42 : -2;
}

int in_device(void)
{
    const char *device = tn_op_device(tn_scalar(1.0f).op);
    return device && !strcmp(device, "/device:CPU:3") ? 42 : -2;
}

int in_controls(void)
{
    const tn_op *op = tn_scalar(1.0f).op;
    return tn_op_num_controls(op) == 1 && tn_op_control(op, 0) == things.one.op ? 42 : -2;
}

static int gone(int *chunk)
{
    temps--;
    return *chunk - 42;
}

int in_temp(void *ctx)
{
    int *chunk = talloc(ctx, int);
    if (!chunk)
        return -2;
    *chunk = 42;
    temps++;
    talloc_set_destructor(chunk, gone);
    return *chunk;
}
