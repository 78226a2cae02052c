/* The graph core and its handles. */
#include "core/status.h"
#include "graph/graph.h"
#include "harness.h"

static tn_op *no_op(tn_graph *g, const char *name)
{
    return tn_op_new(g, "NoOp", TN_OUTPUTS(), .name = name);
}

START_TEST(a_new_graph_is_empty)
{
    tn_graph *g = tn_graph_new(root);
    ck_assert_uint_eq(tn_graph_num_ops(g), 0);
    ck_assert_ptr_null(tn_graph_op_at(g, 0));
    ck_assert_int_eq(tn_graph_status(g), TN_OK);
    ck_assert_str_eq(g->core->scopes[0].prefix, "");
    talloc_free(g);
}
END_TEST

START_TEST(null_is_no_graph)
{
    ck_assert_uint_eq(tn_graph_num_ops(NULL), 0);
    ck_assert_ptr_null(tn_graph_op_at(NULL, 0));
    ck_assert_int_eq(tn_graph_status(NULL), TN_INVALID_ARGUMENT);
    ck_assert_ptr_null(tn_graph_op(NULL, "x"));
    ck_assert_ptr_null(tn_graph_output(NULL, "x").op);
    tn_graph_set_seed(NULL, 1);
    tn_graph_finalize(NULL);
}
END_TEST

START_TEST(operations_in_order_of_creation)
{
    tn_graph *g = tn_graph_new(root);
    tn_op *a = no_op(g, "a"), *b = no_op(g, "b");
    ck_assert_uint_eq(tn_graph_num_ops(g), 2);
    ck_assert_ptr_eq(tn_graph_op_at(g, 0), a);
    ck_assert_ptr_eq(tn_graph_op_at(g, 1), b);
    ck_assert_ptr_null(tn_graph_op_at(g, 2));
    ck_assert_uint_eq(b->id, 1);
    talloc_free(g);
}
END_TEST

START_TEST(operations_by_name)
{
    tn_graph *g = tn_graph_new(root);
    tn_op *a = no_op(g, "a");
    ck_assert_ptr_eq(tn_graph_op(g, "a"), a);
    ck_assert_ptr_null(tn_graph_op(g, "b"));
    expect_error(TN_NOT_FOUND, "The name 'b' refers to an Operation not in the graph.");
    ck_assert_ptr_null(tn_graph_op(g, "a:0"));
    expect_error(TN_NOT_FOUND, "Name 'a:0' appears to refer to a Tensor, not a Operation.");
    talloc_free(g);
}
END_TEST

START_TEST(outputs_by_name)
{
    tn_graph *g = tn_graph_new(root);
    tn_op *p = tn_op_new(g, "Placeholder", TN_OUTPUTS(), .name = "x", .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32)));
    ck_assert_ptr_eq(tn_graph_output(g, "x").op, p);
    ck_assert_ptr_eq(tn_graph_output(g, "x:0").op, p);
    ck_assert_ptr_null(tn_graph_output(g, "x:1").op);
    expect_error(TN_NOT_FOUND, "The operation, 'x', exists but only has 1 outputs.");
    ck_assert_ptr_null(tn_graph_output(g, "y:0").op);
    expect_error(TN_NOT_FOUND, "The operation, 'y', does not exist in the graph.");
    static const char *const bad[] = { "x:", "x:a", "x:-1", "x:0:0", "x:99999999999999999999" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_ptr_null(tn_graph_output(g, bad[i]).op);
        expect_error(TN_INVALID_ARGUMENT, "\"<op_name>:<output_index>\"");
    }
    talloc_free(g);
}
END_TEST

START_TEST(the_first_error_is_kept)
{
    tn_graph *g = tn_graph_new(root);
    ck_assert_ptr_null(tn_op_new(g, "NoSuch", TN_OUTPUTS()));
    ck_assert_ptr_null(no_op(g, "bad name"));
    tn_fail(TN_INTERNAL, "something else");
    ck_assert_int_eq(tn_graph_status(g), TN_NOT_FOUND);
    expect_error(TN_NOT_FOUND, "Op type not registered 'NoSuch'");
    tn_fail(TN_INTERNAL, "something else");
    ck_assert_int_eq(tn_graph_raise(g->core), TN_NOT_FOUND);
    expect_error(TN_NOT_FOUND, "NoSuch");
    ck_assert_ptr_nonnull(no_op(g, "good"));
    talloc_free(g);
}
END_TEST

START_TEST(raising_without_an_error)
{
    tn_graph *g = tn_graph_new(root);
    ck_assert_int_eq(tn_graph_raise(g->core), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "empty output");
    ck_assert_int_eq(tn_graph_status(g), TN_OK);
    talloc_free(g);
}
END_TEST

START_TEST(finalized)
{
    tn_graph *g = tn_graph_new(root);
    ck_assert_ptr_nonnull(no_op(g, "a"));
    tn_graph_finalize(g);
    ck_assert_ptr_null(no_op(g, "b"));
    expect_error(TN_FAILED_PRECONDITION, "Graph is finalized and cannot be modified.");
    ck_assert_ptr_nonnull(tn_graph_op(g, "a"));
    talloc_free(g);
}
END_TEST

static void expect_seeds(tn_graph *g, bool has, int64_t seed, int64_t first, int64_t second)
{
    int64_t seeds[2];
    tn_graph_seeds(g->core, has, seed, seeds);
    ck_assert_int_eq(seeds[0], first);
    ck_assert_int_eq(seeds[1], second);
}

/* tf.get_seed's table. */
START_TEST(seeds)
{
    tn_graph *g = tn_graph_new(root);
    expect_seeds(g, false, 0, 0, 0);
    expect_seeds(g, true, 5, 87654321, 5);
    expect_seeds(g, true, 0, 87654321, 0);
    tn_graph_set_seed(g, 7);
    no_op(g, "a");
    no_op(g, "b");
    expect_seeds(g, false, 0, 7, 2);
    expect_seeds(g, true, 9, 7, 9);
    expect_seeds(g, true, -1, 7, INT32_MAX - 1);
    expect_seeds(g, true, INT32_MAX, 7, 0);
    tn_graph_set_seed(g, 0);
    expect_seeds(g, true, 0, 0, INT32_MAX);
    talloc_free(g);
}
END_TEST

START_TEST(handles_share_a_core)
{
    tn_graph *g = tn_graph_new(root);
    tn_op *a = no_op(g, "a");
    tn_graph *h = tn_graph_handle_new(root, g->core);
    ck_assert(tn_live_has(TN_LIVE_GRAPH, g));
    ck_assert(!tn_live_has(TN_LIVE_GRAPH, h));
    talloc_free(g);
    ck_assert(!tn_live_has(TN_LIVE_GRAPH, g));
    ck_assert_ptr_eq(tn_graph_op(h, "a"), a);
    talloc_free(h);
}
END_TEST

START_TEST(owning)
{
    tn_graph *g = tn_graph_new(root), *h = tn_graph_new(root);
    tn_op *p = tn_op_new(g, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32)));
    ck_assert(tn_graph_owns(g->core, (tn_output){ p, 0 }));
    ck_assert(!tn_graph_owns(h->core, (tn_output){ p, 0 }));
    ck_assert(!tn_graph_owns(g->core, (tn_output){ p, 1 }));
    ck_assert(!tn_graph_owns(g->core, (tn_output){ p, -1 }));
    ck_assert(!tn_graph_owns(g->core, (tn_output){ NULL, 0 }));
    talloc_free(g);
    talloc_free(h);
}
END_TEST

static tn_status build_some(void *owner)
{
    tn_graph *g = tn_graph_new(owner);
    bool done = g && no_op(g, "a") && no_op(g, "a") && tn_graph_output(g, "a").op == NULL && tn_last_error()->code == TN_NOT_FOUND;
    tn_status status = done ? TN_OK : tn_last_error()->code;
    if (g && !done)
        ck_assert(tn_graph_status(g) == TN_RESOURCE_EXHAUSTED || tn_graph_num_ops(g) == 2);
    talloc_free(g);
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(build_some);
}
END_TEST

TN_SUITE("graph graph", a_new_graph_is_empty, null_is_no_graph, operations_in_order_of_creation, operations_by_name, outputs_by_name,
         the_first_error_is_kept, raising_without_an_error, finalized, seeds, handles_share_a_core, owning, memory_may_run_out)
