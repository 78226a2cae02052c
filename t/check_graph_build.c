/* Constructors written by hand: names and operations as TensorFlow 1's Python makes them, values, and refusals. */
#include "core/alloc.h"
#include "graph/graph.h"
#include "harness.h"

static tn_session *session;
static tn_graph *graph;
static tn_scope as_default;
static const tn_output none;

static void open_graph(void)
{
    graph = tn_graph_new(root);
    as_default = tn_enter_default_graph(graph);
    session = tn_session_open(.parent = root);
}

static void close_graph(void)
{
    ck_assert_int_eq(graph->core->num_scopes, 1);
    tn_session_close(session);
    ck_assert_int_eq(tn_leave(as_default), TN_OK);
    talloc_free(graph);
}

/* The operations made since, as "name Type, name Type". */
static void expect_ops(size_t from, const char *text)
{
    char *got = talloc_strdup(root, "");
    for (size_t i = from; i < tn_graph_num_ops(graph); i++) {
        const tn_op *op = tn_graph_op_at(graph, i);
        got = talloc_asprintf_append(got, "%s%s %s", i > from ? ", " : "", tn_op_name(op), tn_op_type(op));
    }
    ck_assert_str_eq(got, text);
    talloc_free(got);
}

static void expect_value(tn_output y, const char *text)
{
    ck_assert_msg(y.op != NULL, "%s", tn_last_error()->message);
    expect_text(tn_run(session, y), text);
}

START_TEST(constants)
{
    open_graph();
    const float data[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    const int64_t dims[] = { 2, 2, 2 };
    tn_tensor *t = tn_tensor_new(root, TN_INT64, 1, (const int64_t[]){ 2 }, (const int64_t[]){ 5, 6 });
    tn_output c = tn_constant(t, .name = "c");
    talloc_free(t);
    expect_value(c, "[5 6]");
    ck_assert_str_eq(tn_op_name(c.op), "c");
    expect_value(tn_const_new(TN_FLOAT32, 3, dims, data, NULL), "[[[1. 2.]\n  [3. 4.]]\n\n [[5. 6.]\n  [7. 8.]]]");
    expect_value(tn_scalar(2.5, .name = "s"), "2.5");
    expect_value(tn_scalar((bool)true), "True");
    expect_value(tn_vector(1, 2, 3), "[1 2 3]");
    expect_value(tn_matrix(2, 2, 1.0, 2.0, 3.0, 4.0), "[[1. 2.]\n [3. 4.]]");
    ck_assert_int_eq(tn_output_dtype(tn_vector((int64_t)1)), TN_INT64);
    ck_assert_int_eq(tn_output_dtype(tn_scalar((uint8_t)1)), TN_UINT8);
    close_graph();
}
END_TEST

START_TEST(refused_constants)
{
    open_graph();
    ck_assert_ptr_null(tn_matrix(2, 2, 1.0f, 2.0f, 3.0f).op);
    expect_error(TN_INVALID_ARGUMENT, "3 values do not fill 2 rows of 2");
    ck_assert_int_eq(tn_graph_status(graph), TN_INVALID_ARGUMENT);
    ck_assert_ptr_null(tn_const_matrix(TN_FLOAT32, INT64_MAX, 3, 3, NULL).op);
    ck_assert_ptr_null(tn_const_matrix(TN_FLOAT32, -1, -3, 3, NULL).op);
    ck_assert_ptr_null(tn_constant(NULL).op);
    ck_assert_ptr_null(tn_constant_with(NULL).op);
    ck_assert_ptr_null(tn_const_new(TN_FLOAT32, 9, NULL, NULL, NULL).op);
    ck_assert_ptr_null(tn_const_new(TN_RESOURCE, 0, NULL, NULL, NULL).op);
    ck_assert_ptr_null(tn_zeros(TN_FLOAT32, TN_SHAPE(2, -1)).op);
    ck_assert_ptr_null(tn_scalar(1.0f, .name = "bad name").op);
    ck_assert_uint_eq(tn_graph_num_ops(graph), 0);
    close_graph();
}
END_TEST

START_TEST(filled)
{
    open_graph();
    tn_output z = tn_zeros(TN_FLOAT32, TN_SHAPE(2)), o = tn_ones(TN_INT64, TN_SHAPE(1, 2)), f = tn_fill(3.0f, TN_SHAPE(2));
    expect_ops(0, "zeros Const, ones Const, Const Const, Fill/dims Const, Fill Fill");
    expect_value(z, "[0. 0.]");
    expect_value(o, "[[1 1]]");
    expect_value(f, "[3. 3.]");
    expect_value(tn_ones(TN_BOOL, TN_SHAPE(2)), "[ True  True]");
    expect_value(tn_zeros(TN_BOOL, TN_SHAPE()), "False");
    expect_value(tn_ones(TN_FLOAT64, TN_SHAPE(0)), "[]");
    expect_value(tn_fill(tn_scalar(1), TN_SHAPE()), "1");
    ck_assert_int_eq(tn_output_dtype(tn_ones(TN_FLOAT16, TN_SHAPE(2))), TN_FLOAT16);
    ck_assert_ptr_null(tn_fill(none, TN_SHAPE(2)).op);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_fill(1.0f, (tn_shape){ NULL, -1 }).op);
    expect_error(TN_INVALID_ARGUMENT, "known rank");
    close_graph();
}
END_TEST

START_TEST(placeholders)
{
    open_graph();
    tn_output p = tn_placeholder(TN_FLOAT32), q = tn_placeholder(TN_INT32, .shape = TN_SHAPE(-1, 3), .name = "q"),
              s = tn_placeholder(TN_BOOL, .shape = TN_SHAPE());
    expect_ops(0, "Placeholder Placeholder, q Placeholder, Placeholder_1 Placeholder");
    ck_assert_int_eq(tn_output_rank(p), -1);
    ck_assert_int_eq(tn_output_rank(q), 2);
    ck_assert_int_eq((int)tn_output_dim(q, 0), -1);
    ck_assert_int_eq((int)tn_output_dim(q, -1), 3);
    ck_assert_int_eq(tn_output_rank(s), 0);
    ck_assert_ptr_null(tn_placeholder((tn_dtype)0).op);
    close_graph();
}
END_TEST

START_TEST(groups)
{
    open_graph();
    tn_output a = tn_scalar(1.0f), b = tn_scalar(2.0f);
    tn_op *g = tn_group(TN_OPS(a.op, b.op), .name = "g");
    ck_assert_int_eq(tn_op_num_controls(g), 2);
    ck_assert_str_eq(tn_op_name(tn_group(TN_OPS())), "NoOp");
    ck_assert_ptr_null(tn_group(TN_OPS(a.op, NULL)));
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    close_graph();
}
END_TEST

/* ---- Reductions ---- */

START_TEST(reductions)
{
    open_graph();
    tn_output x = tn_matrix(2, 3, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f), b = tn_vector((bool)true, (bool)false);
    size_t from = tn_graph_num_ops(graph);
    tn_output sum = tn_reduce_sum(x, .axes = TN_AXES(0)), again = tn_reduce_sum(x, .name = "total");
    expect_ops(from, "Sum/reduction_indices Const, Sum Sum, total/reduction_indices Const, total Sum");
    expect_value(sum, "[5. 7. 9.]");
    expect_value(again, "21.0");
    expect_value(tn_reduce_mean(x, .axes = TN_AXES(-1), .keep_dims = true), "[[2.]\n [5.]]");
    expect_value(tn_reduce_prod(x, .axes = TN_AXES(0, 1)), "720.0");
    expect_value(tn_reduce_max(x, .axes = TN_AXES(1)), "[3. 6.]");
    expect_value(tn_reduce_min(x), "1.0");
    expect_value(tn_reduce_all(b), "False");
    expect_value(tn_reduce_any(b), "True");
    expect_value(tn_reduce_sum(x, .axes = TN_AXES()), "[[1. 2. 3.]\n [4. 5. 6.]]");
    expect_value(tn_reduce_sum(tn_scalar(2.0f)), "2.0");
    ck_assert_ptr_null(tn_reduce_sum(none).op);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_reduce_sum(x, .axes = TN_AXES(2)).op);
    expect_error(TN_INVALID_ARGUMENT, "");
    close_graph();
}
END_TEST

START_TEST(reduction_of_unknown_rank)
{
    open_graph();
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_reduce_sum(x);
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (const int64_t[]){ 1, 2 }, (const float[]){ 1, 2 });
    expect_text(tn_run(session, y, .feeds = TN_FEEDS({ x, t })), "3.0");
    talloc_free(t);
    close_graph();
}
END_TEST

/* ---- Layout ---- */

START_TEST(layout)
{
    open_graph();
    tn_output x = tn_matrix(2, 3, 1, 2, 3, 4, 5, 6), i = tn_vector(2, 0);
    size_t from = tn_graph_num_ops(graph);
    tn_output cat = tn_concat(TN_OUTPUTS(x, x), 1), one = tn_concat(TN_OUTPUTS(x), 0), gather = tn_gather(x, i, .axis = 1),
              turned = tn_transpose(x), kept = tn_transpose(x, .perm = TN_AXES(0, 1)), flat = tn_reshape_to(x, TN_SHAPE(-1)),
              wide = tn_expand_dims(x, -1), most = tn_argmax(x, 1), least = tn_argmin(x, 0), hot = tn_one_hot(i, 3);
    expect_ops(from, "concat/axis Const, concat ConcatV2, concat_1 Identity, GatherV2/axis Const, GatherV2 GatherV2, "
                     "transpose/perm Const, transpose Transpose, transpose_1/perm Const, transpose_1 Transpose, "
                     "Reshape/shape Const, Reshape Reshape, ExpandDims/dim Const, ExpandDims ExpandDims, "
                     "ArgMax/dimension Const, ArgMax ArgMax, ArgMin/dimension Const, ArgMin ArgMin, "
                     "one_hot/on_value Const, one_hot/off_value Const, one_hot/depth Const, one_hot OneHot");
    expect_value(cat, "[[1 2 3 1 2 3]\n [4 5 6 4 5 6]]");
    expect_value(one, "[[1 2 3]\n [4 5 6]]");
    expect_value(gather, "[[3 1]\n [6 4]]");
    expect_value(turned, "[[1 4]\n [2 5]\n [3 6]]");
    expect_value(kept, "[[1 2 3]\n [4 5 6]]");
    expect_value(flat, "[1 2 3 4 5 6]");
    ck_assert_int_eq(tn_output_rank(wide), 3);
    expect_value(most, "[2 2]");
    expect_value(least, "[0 0 0]");
    expect_value(hot, "[[0. 0. 1.]\n [1. 0. 0.]]");
    expect_value(tn_one_hot(i, 3, .dtype = TN_INT32, .axis = TN_AXES(0)), "[[0 1]\n [0 0]\n [1 0]]");
    close_graph();
}
END_TEST

START_TEST(refused_layout)
{
    open_graph();
    tn_output x = tn_placeholder(TN_FLOAT32);
    ck_assert_ptr_null(tn_concat(TN_OUTPUTS(none, x), 0).op);
    ck_assert_ptr_null(tn_gather(x, none).op);
    ck_assert_ptr_null(tn_gather(none, x).op);
    ck_assert_ptr_null(tn_transpose(none).op);
    ck_assert_ptr_null(tn_reshape_to(none, TN_SHAPE(1)).op);
    ck_assert_ptr_null(tn_argmax(none, 1).op);
    ck_assert_ptr_null(tn_one_hot(none, 1).op);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_transpose(x).op);
    expect_error(TN_INVALID_ARGUMENT, "the rank of the input must be known");
    ck_assert_ptr_null(tn_concat(TN_OUTPUTS(), 0).op);
    expect_error(TN_INVALID_ARGUMENT, "");
    ck_assert_ptr_null(tn_reshape_to(tn_vector(1, 2), TN_SHAPE(3)).op);
    expect_error(TN_INVALID_ARGUMENT, "Reshape");
    close_graph();
}
END_TEST

/* Parts are built where the inputs are, whatever the default graph. */
START_TEST(parts_go_to_the_graph_of_the_inputs)
{
    open_graph();
    tn_output x = tn_vector(1.0f, 2.0f);
    tn_graph *other = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(other) {
        ck_assert_ptr_nonnull(tn_reduce_sum(x).op);
        ck_assert_ptr_nonnull(tn_concat(TN_OUTPUTS(x, x), 0).op);
        ck_assert_ptr_nonnull(tn_expand_dims(x, 0).op);
        ck_assert_ptr_nonnull(tn_fill(tn_reduce_max(x), TN_SHAPE(2)).op);
    }
    ck_assert_uint_eq(tn_graph_num_ops(other), 0);
    talloc_free(other);
    close_graph();
}
END_TEST

/* ---- Random ---- */

static int64_t seed_of(const char *name, const char *attr)
{
    return tn_op_int(tn_graph_op(graph, name), attr);
}

START_TEST(random_operations_and_seeds)
{
    open_graph();
    (void)tn_random_uniform(TN_SHAPE(2), .seed = 3);
    expect_ops(
        0, "random_uniform/shape Const, random_uniform/min Const, random_uniform/max Const, random_uniform/RandomUniform RandomUniform, "
           "random_uniform/sub Sub, random_uniform/mul Mul, random_uniform AddV2");
    ck_assert_int_eq((int)seed_of("random_uniform/RandomUniform", "seed"), 87654321);
    ck_assert_int_eq((int)seed_of("random_uniform/RandomUniform", "seed2"), 3);
    tn_graph_set_seed(graph, 7);
    size_t from = tn_graph_num_ops(graph);
    (void)tn_random_normal(TN_SHAPE(2));
    expect_ops(from, "random_normal/shape Const, random_normal/mean Const, random_normal/stddev Const, "
                     "random_normal/RandomStandardNormal RandomStandardNormal, random_normal/mul Mul, random_normal AddV2");
    ck_assert_int_eq((int)seed_of("random_normal/RandomStandardNormal", "seed"), 7);
    ck_assert_int_eq((int)seed_of("random_normal/RandomStandardNormal", "seed2"), 10); /* TensorFlow 1: the last id */
    from = tn_graph_num_ops(graph);
    (void)tn_random_uniform(TN_SHAPE(2), .dtype = TN_INT32, .a = 1, .b = 5, .name = "i");
    expect_ops(from, "i/shape Const, i/min Const, i/max Const, i RandomUniformInt");
    ck_assert_str_eq(tn_op_name(tn_truncated_normal(TN_SHAPE(2)).op), "truncated_normal");
    close_graph();
}
END_TEST

/* TensorFlow 2.21: tf.random.uniform and its sisters with op seed 5, in a graph without a seed, first run. */
START_TEST(random_values)
{
    open_graph();
    expect_value(tn_random_uniform(TN_SHAPE(4), .seed = 5, .a = -1, .b = 3), "[ 0.55324507  1.6547313  -0.23235703  1.8242106 ]");
    expect_value(tn_random_normal(TN_SHAPE(4), .seed = 5, .a = 1, .b = 2), "[-1.3561656  -0.41988277 -2.496316    0.00925547]");
    expect_value(tn_truncated_normal(TN_SHAPE(4), .seed = 5), "[-1.1780828  -0.7099414  -1.748158   -0.49537227]");
    expect_value(tn_random_uniform(TN_SHAPE(4), .seed = 5, .dtype = TN_INT64, .a = -3, .b = 100), "[85 51 29  7]");
    close_graph();
}
END_TEST

START_TEST(refused_random)
{
    open_graph();
    ck_assert_ptr_null(tn_random_uniform((tn_shape){ NULL, -1 }).op);
    expect_error(TN_INVALID_ARGUMENT, "known rank");
    ck_assert_ptr_null(tn_random_normal(TN_SHAPE(2), .dtype = TN_INT32).op);
    ck_assert_ptr_null(tn_random_uniform(TN_SHAPE(-2)).op);
    close_graph();
}
END_TEST

static tn_status build_all(void *owner)
{
    tn_graph *g = tn_graph_new(owner);
    tn_status status = g ? TN_OK : tn_last_error()->code;
    WITH_DEFAULT_GRAPH(g) {
        tn_output x = g ? tn_vector(1.0f, 2.0f) : none;
        tn_output all[] = { tn_reduce_sum(x), tn_concat(TN_OUTPUTS(x, x), 0), tn_transpose(x), tn_expand_dims(x, 0),
                            tn_fill(tn_reduce_max(x), TN_SHAPE(2)) };
        (void)all;
        if (g)
            (void)tn_random_normal(TN_SHAPE(2));
    }
    if (g)
        status = tn_graph_status(g);
    if (g && (g->core->num_scopes != 1 || g->core->failed_scopes))
        status = TN_INTERNAL;
    talloc_free(g);
    return status;
}

START_TEST(survives_oom)
{
    expect_survives_oom(build_all);
}
END_TEST

TN_SUITE("graph build", constants, refused_constants, filled, placeholders, groups, reductions, reduction_of_unknown_rank, layout,
         refused_layout, parts_go_to_the_graph_of_the_inputs, random_operations_and_seeds, random_values, refused_random, survives_oom)
