/* Names in use: TensorFlow's Graph.unique_name. */
#include "core/alloc.h"
#include "graph/names.h"
#include "harness.h"

static tn_graph *graph;

static const char *unique(const char *base, bool mark)
{
    return tn_names_unique(root, graph->core, base, mark);
}

/* Asks for a name, and frees what it got. */
static void expect_unique(const char *base, const char *got)
{
    const char *name = unique(base, true);
    ck_assert_str_eq(name, got);
    talloc_free((void *)(uintptr_t)name);
}

START_TEST(names_are_numbered)
{
    graph = tn_graph_new(root);
    expect_unique("foo", "foo");
    expect_unique("foo", "foo_1");
    expect_unique("foo", "foo_2");
    expect_unique("foo_1", "foo_1_1");
    expect_unique("foo_1", "foo_1_2");
    expect_unique("foo", "foo_3");
    talloc_free(graph);
}
END_TEST

START_TEST(numbers_that_are_taken_are_left_out)
{
    graph = tn_graph_new(root);
    expect_unique("foo_2", "foo_2");
    expect_unique("foo", "foo");
    expect_unique("foo", "foo_1");
    expect_unique("foo", "foo_3");
    talloc_free(graph);
}
END_TEST

START_TEST(case_makes_no_difference)
{
    graph = tn_graph_new(root);
    expect_unique("foo", "foo");
    expect_unique("Foo", "Foo_1");
    expect_unique("FOO_1", "FOO_1_1");
    talloc_free(graph);
}
END_TEST

START_TEST(a_name_that_is_not_marked_is_not_used)
{
    graph = tn_graph_new(root);
    const char *a = unique("x", false), *b = unique("x", false);
    ck_assert_str_eq(a, "x");
    ck_assert_str_eq(b, "x");
    expect_unique("x", "x");
    const char *c = unique("x", false);
    ck_assert_str_eq(c, "x_1");
    talloc_free((void *)(uintptr_t)a);
    talloc_free((void *)(uintptr_t)b);
    talloc_free((void *)(uintptr_t)c);
    talloc_free(graph);
}
END_TEST

START_TEST(many_names)
{
    graph = tn_graph_new(root);
    char expected[32] = "n";
    for (int i = 0; i < 5000; i++) {
        if (i)
            snprintf(expected, sizeof expected, "n_%d", i);
        expect_unique("n", expected);
    }
    expect_unique("n_4999", "n_4999_1");
    talloc_free(graph);
}
END_TEST

START_TEST(operations_are_found_by_their_exact_name)
{
    graph = tn_graph_new(root);
    tn_op *a = tn_op_new(graph, "NoOp", TN_OUTPUTS(), .name = "Here");
    expect_unique("scope", "scope");
    ck_assert_ptr_eq(tn_names_op(graph->core->names, "Here"), a);
    ck_assert_ptr_null(tn_names_op(graph->core->names, "here"));
    ck_assert_ptr_null(tn_names_op(graph->core->names, "scope"));
    talloc_free(graph);
}
END_TEST

START_TEST(what_is_a_name)
{
    ck_assert(tn_names_valid("a/B.c-d_0", false));
    ck_assert(tn_names_valid(".a", false));
    ck_assert(tn_names_valid("0", false));
    ck_assert(!tn_names_valid("", false));
    ck_assert(!tn_names_valid("_a", false));
    ck_assert(!tn_names_valid("-a", false));
    ck_assert(!tn_names_valid("/a", false));
    ck_assert(!tn_names_valid("a b", false));
    ck_assert(!tn_names_valid("a:0", false));
    ck_assert(!tn_names_valid("\xc3\xa4", false));
    ck_assert(tn_names_valid("_a", true));
    ck_assert(tn_names_valid("", true));
    ck_assert(!tn_names_valid("a^", true));
}
END_TEST

static tn_status name_some(void *owner)
{
    tn_status status = TN_OK;
    tn_graph *g = tn_graph_new(owner);
    for (int i = 0; g && i < 100 && !status; i++) {
        const char *name = tn_names_unique(owner, g->core, "a", true);
        if (!name)
            status = tn_last_error()->code;
        talloc_free((void *)(uintptr_t)name);
    }
    if (!g)
        status = tn_last_error()->code;
    talloc_free(g);
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(name_some);
}
END_TEST

TN_SUITE("graph names", names_are_numbered, numbers_that_are_taken_are_left_out, case_makes_no_difference,
         a_name_that_is_not_marked_is_not_used, many_names, operations_are_found_by_their_exact_name, what_is_a_name, memory_may_run_out)
