/* Making operations. */
#include <pthread.h>
#include "graph/graph.h"
#include "harness.h"

static tn_graph *graph;

static tn_output placeholder(const char *name)
{
    return tn_op_output(tn_op_new(graph, "Placeholder", TN_OUTPUTS(), .name = name, .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32))),
                        0);
}

static tn_op *no_op(const char *name)
{
    return tn_op_new(graph, "NoOp", TN_OUTPUTS(), .name = name);
}

START_TEST(an_operation_and_what_is_known_of_it)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder("x"), y = placeholder("y");
    tn_op *sum = tn_op_new(NULL, "AddV2", TN_OUTPUTS(x, y), .name = "sum", .controls = TN_OPS(x.op));
    ck_assert_str_eq(tn_op_name(sum), "sum");
    ck_assert_str_eq(tn_op_type(sum), "AddV2");
    ck_assert_str_eq(tn_op_device(sum), "");
    ck_assert_int_eq(tn_op_num_inputs(sum), 2);
    ck_assert_int_eq(tn_op_num_outputs(sum), 1);
    ck_assert_ptr_eq(tn_op_input(sum, 1).op, y.op);
    ck_assert_ptr_null(tn_op_input(sum, 2).op);
    ck_assert_ptr_null(tn_op_input(sum, -1).op);
    ck_assert_ptr_null(tn_op_output(sum, 1).op);
    ck_assert_int_eq(tn_op_num_controls(sum), 0); /* it is an input already */
    ck_assert_ptr_null(tn_op_control(sum, 0));
    ck_assert_int_eq(tn_output_dtype(tn_op_output(sum, 0)), TN_FLOAT32);
    ck_assert_int_eq(tn_output_rank(tn_op_output(sum, 0)), -1);
    talloc_free(graph);
}
END_TEST

START_TEST(null_is_no_operation)
{
    const tn_output none = { NULL, 0 };
    ck_assert_ptr_null(tn_op_name(NULL));
    ck_assert_ptr_null(tn_op_type(NULL));
    ck_assert_ptr_null(tn_op_device(NULL));
    ck_assert_int_eq(tn_op_num_inputs(NULL) + tn_op_num_outputs(NULL) + tn_op_num_controls(NULL), 0);
    ck_assert_ptr_null(tn_op_output(NULL, 0).op);
    ck_assert_ptr_null(tn_op_input(NULL, 0).op);
    ck_assert_ptr_null(tn_op_control(NULL, 0));
    ck_assert_int_eq(tn_output_dtype(none), 0);
    ck_assert_int_eq(tn_output_rank(none), -1);
    ck_assert_int_eq(tn_output_dim(none, 0), -1);
}
END_TEST

START_TEST(dims_of_outputs)
{
    graph = tn_graph_new(root);
    const int64_t dims[] = { 2, -1, 5 };
    tn_output x = tn_op_output(
        tn_op_new(graph, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT32), TN_SHAPE_ATTR("shape", 3, dims))),
        0);
    ck_assert_int_eq(tn_output_rank(x), 3);
    ck_assert_int_eq(tn_output_dim(x, 0), 2);
    ck_assert_int_eq(tn_output_dim(x, 1), -1);
    ck_assert_int_eq(tn_output_dim(x, -1), 5);
    ck_assert_int_eq(tn_output_dim(x, 3), -1);
    ck_assert_int_eq(tn_output_dim(x, -4), -1);
    ck_assert_int_eq(tn_output_rank((tn_output){ x.op, 7 }), -1);
    talloc_free(graph);
}
END_TEST

START_TEST(names)
{
    graph = tn_graph_new(root);
    ck_assert_str_eq(tn_op_name(no_op(NULL)), "NoOp");
    ck_assert_str_eq(tn_op_name(no_op(NULL)), "NoOp_1");
    ck_assert_str_eq(tn_op_name(no_op("a/b")), "a/b");
    ck_assert_str_eq(tn_op_name(no_op("A/B")), "A/B_1");
    ck_assert_ptr_null(no_op("a b"));
    expect_error(TN_INVALID_ARGUMENT, "NoOp 'a b': 'a b' is not a valid node name");
    ck_assert_ptr_null(no_op(""));
    ck_assert_ptr_null(no_op("/"));
    ck_assert_ptr_null(no_op("_x"));
    talloc_free(graph);
}
END_TEST

START_TEST(a_slash_at_the_end_makes_a_name_absolute)
{
    graph = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(graph)
        WITH_NAME_SCOPE("s") {
            ck_assert_str_eq(tn_op_name(no_op("x")), "s/x");
            ck_assert_str_eq(tn_op_name(no_op("_x")), "s/_x");
            ck_assert_str_eq(tn_op_name(no_op("s/")), "s");
        }
    ck_assert_ptr_eq(tn_graph_op(graph, "s")->def, tn_registry_find("NoOp"));
    ck_assert_ptr_null(no_op("s/"));
    expect_error(TN_INVALID_ARGUMENT, "Duplicate node name in graph: 's'");
    ck_assert_str_eq(tn_op_name(no_op("s")), "s_1");
    talloc_free(graph);
}
END_TEST

START_TEST(types_that_do_not_exist)
{
    graph = tn_graph_new(root);
    ck_assert_ptr_null(tn_op_new(graph, "Frobnicate", TN_OUTPUTS()));
    expect_error(TN_NOT_FOUND, "Op type not registered 'Frobnicate'");
    ck_assert_ptr_null(tn_op_new(graph, NULL, TN_OUTPUTS()));
    expect_error(TN_NOT_FOUND, "Op type not registered ''");
    talloc_free(graph);
}
END_TEST

START_TEST(empty_inputs_change_no_error)
{
    graph = tn_graph_new(root);
    const tn_output none = { NULL, 0 };
    tn_output x = placeholder("x");
    ck_assert_ptr_null(no_op("bad name"));
    ck_assert_ptr_null(tn_op_new(graph, "AddV2", TN_OUTPUTS(x, none)));
    ck_assert_ptr_null(tn_op_new(graph, "NoOp", TN_OUTPUTS(), .controls = TN_OPS(NULL)));
    expect_error(TN_INVALID_ARGUMENT, "not a valid node name");
    ck_assert_int_eq(tn_graph_status(graph), TN_INVALID_ARGUMENT);
    talloc_free(graph);
}
END_TEST

START_TEST(inputs_of_another_graph)
{
    graph = tn_graph_new(root);
    tn_output here = placeholder("here");
    tn_graph *first = graph;
    graph = tn_graph_new(root);
    tn_output there = placeholder("there");
    ck_assert_ptr_null(tn_op_new(NULL, "AddV2", TN_OUTPUTS(here, there), .name = "sum"));
    expect_error(TN_INVALID_ARGUMENT, "AddV2 'sum': 'there:0' must be from the same graph as 'here:0'.");
    ck_assert_ptr_null(tn_op_new(first, "AddV2", TN_OUTPUTS(there, there)));
    expect_error(TN_INVALID_ARGUMENT, "'there:0' is not from the passed-in graph");
    ck_assert_ptr_null(tn_op_new(first, "NoOp", TN_OUTPUTS(), .controls = TN_OPS(there.op)));
    expect_error(TN_INVALID_ARGUMENT, "must be from the same graph");
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    talloc_free(first);
    talloc_free(graph);
}
END_TEST

START_TEST(outputs_that_do_not_exist)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder("x");
    ck_assert_ptr_null(tn_op_new(graph, "Identity", TN_OUTPUTS(((tn_output){ x.op, 3 }))));
    expect_error(TN_INVALID_ARGUMENT, "Connecting to invalid output 3 of source node x which has 1 outputs");
    ck_assert_ptr_null(tn_op_new(graph, "Identity", TN_OUTPUTS(((tn_output){ x.op, -1 }))));
    talloc_free(graph);
}
END_TEST

START_TEST(nothing_is_left_of_what_failed)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder("x");
    size_t blocks = talloc_total_blocks(graph->core);
    ck_assert_ptr_null(tn_op_new(graph, "MatMul", TN_OUTPUTS(x), .name = "m", .device = "/cpu:0"));
    ck_assert_uint_le(talloc_total_blocks(graph->core), blocks + 2); /* the graph's first error */
    ck_assert_uint_eq(tn_graph_num_ops(graph), 1);
    ck_assert_str_eq(tn_op_name(no_op("m")), "m");
    talloc_free(graph);
}
END_TEST

START_TEST(shapes_that_do_not_fit)
{
    graph = tn_graph_new(root);
    const int64_t a[] = { 2 }, b[] = { 3 };
    tn_attr dtype = TN_TYPE_ATTR("dtype", TN_FLOAT32);
    tn_output x = tn_op_output(tn_op_new(graph, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(dtype, TN_SHAPE_ATTR("shape", 1, a))), 0);
    tn_output y = tn_op_output(tn_op_new(graph, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(dtype, TN_SHAPE_ATTR("shape", 1, b))), 0);
    ck_assert_ptr_null(tn_op_new(graph, "Add", TN_OUTPUTS(x, y), .name = "add"));
    expect_error(TN_INVALID_ARGUMENT,
                 "Add 'add': Dimensions must be equal, but are 2 and 3 for 'add' (op: 'Add') with input shapes: [2], [3].");
    ck_assert_str_eq(tn_last_error()->op, "add");
    talloc_free(graph);
}
END_TEST

START_TEST(devices)
{
    graph = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(graph)
        WITH_DEVICE("/job:a/cpu:0") {
            ck_assert_str_eq(tn_op_device(no_op(NULL)), "/job:a/device:CPU:0");
            tn_op *op = tn_op_new(graph, "NoOp", TN_OUTPUTS(), .device = "/gpu:1");
            ck_assert_str_eq(tn_op_device(op), "/job:a/device:GPU:1");
            ck_assert_ptr_null(tn_op_new(graph, "NoOp", TN_OUTPUTS(), .device = "/what:1"));
            expect_error(TN_INVALID_ARGUMENT, "NoOp 'NoOp': Unknown attribute: 'what:1' in '/what:1'");
        }
    ck_assert_str_eq(tn_op_device(no_op(NULL)), "");
    talloc_free(graph);
}
END_TEST

START_TEST(control_inputs_are_named_once)
{
    graph = tn_graph_new(root);
    tn_op *a = no_op("a"), *b = no_op("b");
    tn_op *c = tn_op_new(graph, "NoOp", TN_OUTPUTS(), .controls = TN_OPS(a, b, a));
    ck_assert_int_eq(tn_op_num_controls(c), 2);
    ck_assert_ptr_eq(tn_op_control(c, 0), a);
    ck_assert_ptr_eq(tn_op_control(c, 1), b);
    talloc_free(graph);
}
END_TEST

/* What takes something made in the block runs after the block's operations anyway. */
START_TEST(control_dependencies_are_pruned)
{
    graph = tn_graph_new(root);
    tn_op *a = no_op("a"), *b = no_op("b");
    tn_output x = placeholder("x");
    WITH_DEFAULT_GRAPH(graph)
        WITH_CONTROL_DEPENDENCIES(a, x.op) {
            tn_op *first = tn_op_new(graph, "Identity", TN_OUTPUTS(x));
            ck_assert_int_eq(tn_op_num_controls(first), 1); /* x is an input */
            ck_assert_ptr_eq(tn_op_control(first, 0), a);
            tn_op *second = tn_op_new(graph, "Identity", TN_OUTPUTS(tn_op_output(first, 0)));
            ck_assert_int_eq(tn_op_num_controls(second), 0);
            WITH_CONTROL_DEPENDENCIES(b) {
                ck_assert_int_eq(tn_op_num_controls(no_op(NULL)), 3);
                tn_op *third = tn_op_new(graph, "Identity", TN_OUTPUTS(tn_op_output(second, 0)));
                ck_assert_int_eq(tn_op_num_controls(third), 1);
                ck_assert_ptr_eq(tn_op_control(third, 0), b);
            }
        }
    ck_assert_int_eq(tn_op_num_controls(no_op(NULL)), 0);
    talloc_free(graph);
}
END_TEST

START_TEST(references_lead_to_their_variable)
{
    graph = tn_graph_new(root);
    const int64_t dims[] = { 2 };
    const tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", 1, dims));
    tn_op *v = tn_op_new(graph, "VariableV2", TN_OUTPUTS(), .attrs = attrs);
    tn_op *set = tn_op_new(graph, "Assign", TN_OUTPUTS(tn_op_output(v, 0), placeholder("x")));
    tn_op *add = tn_op_new(graph, "AssignAdd", TN_OUTPUTS(tn_op_output(set, 0), placeholder("y")));
    ck_assert_ptr_eq(tn_value_of(tn_op_output(v, 0))->variable, v);
    ck_assert_ptr_eq(tn_value_of(tn_op_output(add, 0))->variable, v);
    ck_assert(tn_value_of(tn_op_output(add, 0))->is_ref);
    ck_assert_int_eq(tn_output_dtype(tn_op_output(v, 0)), TN_FLOAT32);
    tn_op *read = tn_op_new(graph, "Identity", TN_OUTPUTS(tn_op_output(add, 0)));
    ck_assert(!tn_value_of(tn_op_output(read, 0))->is_ref);
    ck_assert_ptr_null(tn_value_of(tn_op_output(read, 0))->variable);
    tn_op *h = tn_op_new(graph, "VarHandleOp", TN_OUTPUTS(), .attrs = attrs);
    tn_op *pass = tn_op_new(graph, "Identity", TN_OUTPUTS(tn_op_output(h, 0)));
    ck_assert_ptr_eq(tn_value_of(tn_op_output(pass, 0))->variable, h);
    talloc_free(graph);
}
END_TEST

static void *add_many(void *data)
{
    for (int i = 0; i < 500; i++)
        if (!tn_op_new(data, "NoOp", TN_OUTPUTS()))
            return data;
    return NULL;
}

START_TEST(several_threads_may_build)
{
    graph = tn_graph_new(root);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, add_many, graph), 0);
    for (int i = 0; i < 4; i++) {
        void *failed;
        ck_assert_int_eq(pthread_join(threads[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }
    ck_assert_uint_eq(tn_graph_num_ops(graph), 2000);
    for (size_t i = 0; i < 2000; i++)
        ck_assert_uint_eq(tn_graph_op_at(graph, i)->id, i);
    talloc_free(graph);
}
END_TEST

static tn_status build_some(void *owner)
{
    graph = tn_graph_new(owner);
    if (!graph)
        return tn_last_error()->code;
    tn_tensor *t = tn_tensor_new(owner, TN_INT32, 0, NULL, NULL);
    tn_op *c = t ? tn_op_new(graph, "Const", TN_OUTPUTS(), .device = "/cpu:0",
                             .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT32), TN_TENSOR_ATTR("value", t)))
                 : NULL;
    tn_output x = tn_op_output(c, 0);
    tn_op *sum = tn_op_new(graph, "AddN", TN_OUTPUTS(x, x, x, x, x, x, x, x, x, x));
    tn_status status = sum ? TN_OK : tn_last_error()->code;
    size_t made = tn_graph_num_ops(graph);
    ck_assert_uint_eq(made, (size_t)(c != NULL) + (sum != NULL));
    talloc_free(t);
    talloc_free(graph);
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(build_some);
}
END_TEST

TN_SUITE("graph op", an_operation_and_what_is_known_of_it, null_is_no_operation, dims_of_outputs, names,
         a_slash_at_the_end_makes_a_name_absolute, types_that_do_not_exist, empty_inputs_change_no_error, inputs_of_another_graph,
         outputs_that_do_not_exist, nothing_is_left_of_what_failed, shapes_that_do_not_fit, devices, control_inputs_are_named_once,
         control_dependencies_are_pruned, references_lead_to_their_variable, several_threads_may_build, memory_may_run_out)
