/* Small integer values that are known while a graph is built. */
#include "graph/graph.h"
#include "harness.h"

static tn_graph *graph;

static tn_output constant(tn_dtype dtype, int rank, const int64_t *dims, const void *data)
{
    tn_tensor *t = tn_tensor_new(root, dtype, rank, dims, data);
    tn_op *op = tn_op_new(graph, "Const", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", dtype), TN_TENSOR_ATTR("value", t)));
    talloc_free(t);
    return tn_op_output(op, 0);
}

static tn_output ints(int64_t n, const int32_t *values)
{
    return constant(TN_INT32, 1, &n, values);
}

static tn_output placeholder(int rank, const int64_t *dims)
{
    const tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", rank, dims));
    return tn_op_output(tn_op_new(graph, "Placeholder", TN_OUTPUTS(), .attrs = attrs), 0);
}

static tn_output apply(const char *type, tn_outputs inputs)
{
    tn_op *op = tn_op_new(graph, type, inputs);
    ck_assert_msg(op != NULL, "%s", tn_last_error()->message);
    return tn_op_output(op, 0);
}

static void expect_ints(tn_output output, int64_t n, const int32_t *values)
{
    const tn_tensor *known = tn_value_of(output)->known;
    ck_assert_ptr_nonnull(known);
    ck_assert_int_eq(known->dtype, TN_INT32);
    ck_assert_int_eq(known->size, n);
    ck_assert_mem_eq(known->data, values, (size_t)n * sizeof *values);
}

START_TEST(a_constant_is_known)
{
    graph = tn_graph_new(root);
    expect_ints(ints(2, (const int32_t[]){ 3, 4 }), 2, (const int32_t[]){ 3, 4 });
    ck_assert_ptr_null(tn_value_of(constant(TN_FLOAT32, 0, NULL, NULL))->known);
    const int64_t large = 65;
    ck_assert_ptr_null(tn_value_of(constant(TN_INT32, 1, &large, NULL))->known);
    talloc_free(graph);
}
END_TEST

START_TEST(shapes_are_known_when_dims_are)
{
    graph = tn_graph_new(root);
    const int64_t dims[] = { 2, 3 }, some[] = { 2, -1 };
    tn_output x = placeholder(2, dims), y = placeholder(2, some), z = placeholder(-1, NULL);
    expect_ints(apply("Shape", TN_OUTPUTS(x)), 2, (const int32_t[]){ 2, 3 });
    expect_ints(apply("Size", TN_OUTPUTS(x)), 1, (const int32_t[]){ 6 });
    expect_ints(apply("Rank", TN_OUTPUTS(x)), 1, (const int32_t[]){ 2 });
    expect_ints(apply("Rank", TN_OUTPUTS(y)), 1, (const int32_t[]){ 2 });
    ck_assert_ptr_null(tn_value_of(apply("Shape", TN_OUTPUTS(y)))->known);
    ck_assert_ptr_null(tn_value_of(apply("Size", TN_OUTPUTS(y)))->known);
    ck_assert_ptr_null(tn_value_of(apply("Rank", TN_OUTPUTS(z)))->known);
    tn_op *wide = tn_op_new(graph, "Shape", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("out_type", TN_INT64)));
    const int64_t expected[] = { 2, 3 };
    ck_assert_mem_eq(tn_value_of(tn_op_output(wide, 0))->known->data, expected, sizeof expected);
    talloc_free(graph);
}
END_TEST

START_TEST(what_is_computed_from_known_values)
{
    graph = tn_graph_new(root);
    const int64_t dims[] = { 2, 3 };
    tn_output shape = apply("Shape", TN_OUTPUTS(placeholder(2, dims)));
    tn_output two = ints(2, (const int32_t[]){ 2, 2 });
    expect_ints(apply("Mul", TN_OUTPUTS(shape, two)), 2, (const int32_t[]){ 4, 6 });
    expect_ints(apply("Neg", TN_OUTPUTS(apply("AddV2", TN_OUTPUTS(shape, two)))), 2, (const int32_t[]){ -4, -5 });
    expect_ints(apply("Identity", TN_OUTPUTS(two)), 2, (const int32_t[]){ 2, 2 });
    tn_output less = apply("Less", TN_OUTPUTS(two, shape));
    ck_assert(!((const bool *)tn_value_of(less)->known->data)[0]);
    ck_assert(((const bool *)tn_value_of(less)->known->data)[1]);
    talloc_free(graph);
}
END_TEST

START_TEST(shapes_computed_from_shapes_are_static)
{
    graph = tn_graph_new(root);
    const int64_t dims[] = { 2, 3 };
    tn_output x = placeholder(2, dims), shape = apply("Shape", TN_OUTPUTS(x));
    tn_output doubled = apply("AddV2", TN_OUTPUTS(shape, shape)), one = constant(TN_FLOAT32, 0, NULL, NULL);
    tn_output filled = apply("Fill", TN_OUTPUTS(doubled, one));
    ck_assert_int_eq(tn_output_dim(filled, 0), 4);
    ck_assert_int_eq(tn_output_dim(filled, 1), 6);
    talloc_free(graph);
}
END_TEST

START_TEST(what_may_be_fed_is_not_known)
{
    graph = tn_graph_new(root);
    const int64_t dims[] = { 2 };
    tn_op *p = tn_op_new(graph, "PlaceholderWithDefault", TN_OUTPUTS(ints(2, (const int32_t[]){ 1, 2 })),
                         .attrs = TN_ATTRS(TN_SHAPE_ATTR("shape", 1, dims)));
    ck_assert_ptr_null(tn_value_of(tn_op_output(p, 0))->known);
    talloc_free(graph);
}
END_TEST

/* An operation that fails on these very values may never be run: building it is no error. */
START_TEST(a_failing_kernel_is_no_error)
{
    graph = tn_graph_new(root);
    tn_output one = ints(1, (const int32_t[]){ 1 }), zero = ints(1, (const int32_t[]){ 0 });
    tn_op *bad = tn_op_new(graph, "MatMul", TN_OUTPUTS(one));
    ck_assert_ptr_null(bad);
    tn_output divided = apply("FloorDiv", TN_OUTPUTS(one, zero));
    ck_assert_ptr_null(tn_value_of(divided)->known);
    expect_error(TN_INVALID_ARGUMENT, "inputs specified of"); /* the last error is the one before */
    talloc_free(graph);
}
END_TEST

START_TEST(nothing_of_the_trial_is_left)
{
    graph = tn_graph_new(root);
    tn_output two = ints(2, (const int32_t[]){ 2, 2 });
    size_t before = talloc_total_blocks(graph->core);
    apply("Mul", TN_OUTPUTS(two, two));
    ck_assert_uint_le(talloc_total_blocks(graph->core), before + 2);
    talloc_free(graph);
}
END_TEST

static tn_status build_some(void *owner)
{
    graph = tn_graph_new(owner);
    if (!graph)
        return tn_last_error()->code;
    const int64_t dims[] = { 2, 3 };
    tn_output x = placeholder(2, dims);
    tn_op *shape = tn_op_new(graph, "Shape", TN_OUTPUTS(x));
    tn_output s = tn_op_output(shape, 0);
    tn_op *sum = tn_op_new(graph, "AddV2", TN_OUTPUTS(s, s));
    tn_op *same = tn_op_new(graph, "Identity", TN_OUTPUTS(tn_op_output(sum, 0)));
    tn_status status = same ? TN_OK : tn_last_error()->code;
    talloc_free(graph);
    return status;
}

/* Cut off, it would be taken for another shape. */
START_TEST(a_shape_that_int32_does_not_hold_is_not_known)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder(2, (const int64_t[]){ (int64_t)1 << 40, 0 });
    ck_assert_ptr_null(tn_value_of(apply("Shape", TN_OUTPUTS(x)))->known);
    expect_ints(apply("Size", TN_OUTPUTS(x)), 1, (const int32_t[]){ 0 });
    talloc_free(graph);
}
END_TEST

START_TEST(memory_may_run_out)
{
    expect_survives_oom(build_some);
}
END_TEST

TN_SUITE("graph known", a_constant_is_known, shapes_are_known_when_dims_are, what_is_computed_from_known_values,
         shapes_computed_from_shapes_are_static, what_may_be_fed_is_not_known, a_failing_kernel_is_no_error, nothing_of_the_trial_is_left,
         a_shape_that_int32_does_not_hold_is_not_known, memory_may_run_out)
