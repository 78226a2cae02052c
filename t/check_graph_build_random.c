/* Random tensors: names, operations and seeds as TensorFlow 1's Python makes them, values, and refusals. */
#include "build_check.h"

static int64_t seed_of(const char *name, const char *attr)
{
    tn_attr a = { .name = NULL };
    ck_assert_int_eq(tn_op_attr(tn_graph_op(graph, name), attr, &a), TN_OK);
    return a.i;
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

START_TEST(without_any_seed)
{
    open_graph();
    (void)tn_random_uniform(TN_SHAPE(2));
    (void)tn_random_normal(TN_SHAPE(2), .seed = -4);
    ck_assert_int_eq((int)seed_of("random_uniform/RandomUniform", "seed"), 0);
    ck_assert_int_eq((int)seed_of("random_uniform/RandomUniform", "seed2"), 0);
    ck_assert_int_eq((int)seed_of("random_normal/RandomStandardNormal", "seed2"), INT32_MAX - 4); /* Python's -4 % (2**31 - 1) */
    close_graph();
}
END_TEST

START_TEST(parameters)
{
    open_graph();
    tn_output u = tn_random_uniform(TN_SHAPE(0, 3), .dtype = TN_FLOAT64, .a = 2, .b = 5, .name = "u"), d = tn_random_normal(TN_SHAPE());
    ck_assert_int_eq(tn_output_dtype(u), TN_FLOAT64);
    expect_value(tn_shape_of(u), "[0 3]");
    expect_value(tn_op_output(tn_graph_op(graph, "u/min"), 0), "2.0");
    expect_value(tn_op_output(tn_graph_op(graph, "u/max"), 0), "5.0");
    expect_value(tn_op_output(tn_graph_op(graph, "random_normal/mean"), 0), "0.0");
    expect_value(tn_op_output(tn_graph_op(graph, "random_normal/stddev"), 0), "1.0"); /* 0 stands for 1 */
    ck_assert_int_eq(tn_output_dtype(d), TN_FLOAT32);
    ck_assert_int_eq(tn_output_rank(d), 0);
    ck_assert_int_eq(tn_output_rank(tn_random_uniform_with(NULL)), 0);
    ck_assert_int_eq(tn_output_dtype(tn_random_uniform(TN_SHAPE(1), .dtype = TN_FLOAT16)), TN_FLOAT16);
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    close_graph();
}
END_TEST

START_TEST(integers_are_drawn_in_their_bounds)
{
    open_graph();
    tn_output i = tn_random_uniform(TN_SHAPE(1000), .dtype = TN_INT32, .a = -2, .b = 3, .seed = 1);
    expect_value(tn_reduce_min(i), "-2");
    expect_value(tn_reduce_max(i), "2");
    ck_assert_ptr_nonnull(tn_random_uniform(TN_SHAPE(2), .dtype = TN_INT64).op); /* [0, 1) */
    close_graph();
}
END_TEST

/* A run goes on in the stream, another session begins it anew. */
START_TEST(streams)
{
    open_graph();
    tn_output u = tn_random_uniform(TN_SHAPE(3), .seed = 5);
    tn_tensor *first = tn_run(session, u), *second = tn_run(session, u);
    ck_assert_mem_ne(tn_f32(first), tn_f32(second), 3 * sizeof(float));
    WITH_SESSION(other, .parent = root) {
        tn_tensor *again = tn_run(other, u);
        ck_assert_mem_eq(tn_f32(first), tn_f32(again), 3 * sizeof(float));
    }
    close_graph();
}
END_TEST

static void build_all(void)
{
    (void)tn_random_normal(TN_SHAPE(2));
    (void)tn_random_uniform(TN_SHAPE(2), .dtype = TN_INT32, .b = 4);
}

START_TEST(survives_oom)
{
    expect_build_survives_oom(build_all);
}
END_TEST

TN_SUITE("graph build_random", random_operations_and_seeds, random_values, refused_random, without_any_seed, parameters,
         integers_are_drawn_in_their_bounds, streams, survives_oom)
