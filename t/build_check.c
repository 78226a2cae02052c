/* See build_check.h. */
#include "build_check.h"

#include "core/alloc.h"
#include "graph/graph.h"

tn_graph *graph;
tn_session *session;

static tn_scope as_default;
static void (*builds)(void);

void open_graph(void)
{
    graph = tn_graph_new(root);
    as_default = tn_enter_default_graph(graph);
    session = tn_session_open(.parent = root);
}

void close_graph(void)
{
    ck_assert_int_eq(graph->core->num_scopes, 1);
    tn_session_close(session);
    ck_assert_int_eq(tn_leave(as_default), TN_OK);
    talloc_free(graph);
}

void expect_ops(size_t from, const char *text)
{
    char *got = talloc_strdup(root, "");
    for (size_t i = from; i < tn_graph_num_ops(graph); i++) {
        const tn_op *op = tn_graph_op_at(graph, i);
        got = talloc_asprintf_append(got, "%s%s %s", i > from ? ", " : "", tn_op_name(op), tn_op_type(op));
    }
    ck_assert_str_eq(got, text);
    talloc_free(got);
}

void expect_value(tn_output y, const char *text)
{
    ck_assert_msg(y.op != NULL, "%s", tn_last_error()->message);
    expect_text(tn_run(session, y), text);
}

static tn_status build_in_own_graph(void *owner)
{
    tn_graph *own = tn_graph_new(owner);
    if (!own)
        return tn_last_error()->code;
    tn_scope scope = tn_enter_default_graph(own);
    builds();
    (void)tn_leave(scope);
    tn_status status = tn_graph_status(own);
    if (own->core->num_scopes != 1 || own->core->failed_scopes)
        status = TN_INTERNAL;
    talloc_free(own);
    return status;
}

void expect_build_survives_oom(void (*build)(void))
{
    builds = build;
    expect_survives_oom(build_in_own_graph);
}
