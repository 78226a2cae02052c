/* The helpers of lib/ops/gradient.c. That they are right is seen by every gradient's test; here: that they make no more than is needed. */
#include "harness.h"
#include "ops/gradient.h"

/* What tn_grad_unbroadcast makes for input x of x + y: the number of operations, and the last of them. */
static size_t made_for(tn_shape x_shape, tn_shape y_shape, tn_output *dx)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = x_shape), z = tn_add(x, tn_placeholder(TN_FLOAT32, .shape = y_shape));
    size_t before = tn_graph_num_ops(tn_default_graph());
    tn_gradient g = { .op = z.op };
    *dx = tn_grad_unbroadcast(&g, z, x);
    return tn_graph_num_ops(tn_default_graph()) - before;
}

static void check_shape(tn_output x, int rank, const int64_t *dims)
{
    ck_assert_int_eq(tn_output_rank(x), rank);
    for (int i = 0; i < rank; i++)
        ck_assert_int_eq(tn_output_dim(x, i), dims[i]);
}

START_TEST(nothing_was_repeated)
{
    tn_output dx;
    ck_assert_uint_eq(made_for(TN_SHAPE(2, 3), TN_SHAPE(2, 3), &dx), 0);
    ck_assert_str_eq(tn_op_type(dx.op), "Add");
    ck_assert_uint_eq(made_for(TN_SHAPE(2, 3), TN_SHAPE(3), &dx), 0);
    ck_assert_uint_eq(made_for(TN_SHAPE(-1, 3), TN_SHAPE(3), &dx), 0);
    ck_assert_uint_eq(made_for(TN_SHAPE(-1, -1), TN_SHAPE(), &dx), 0);
    ck_assert_uint_eq(made_for((tn_shape){ NULL, 0 }, TN_SHAPE(), &dx), 0); /* of any rank, beside a scalar */
}
END_TEST

/* The axes and Sum. */
START_TEST(static_sums)
{
    tn_output dx;
    ck_assert_uint_eq(made_for(TN_SHAPE(3), TN_SHAPE(2, 3), &dx), 2);
    check_shape(dx, 1, (int64_t[]){ 3 });
    ck_assert_uint_eq(made_for(TN_SHAPE(3), TN_SHAPE(-1, 3), &dx), 2);
    check_shape(dx, 1, (int64_t[]){ 3 });
    ck_assert_uint_eq(made_for(TN_SHAPE(1, 3), TN_SHAPE(2, 3), &dx), 2);
    check_shape(dx, 2, (int64_t[]){ 1, 3 });
    ck_assert_uint_eq(made_for(TN_SHAPE(), TN_SHAPE(2, 3), &dx), 2);
    check_shape(dx, 0, NULL);
    ck_assert_uint_eq(made_for(TN_SHAPE(1, 3), TN_SHAPE(4, 2, 3), &dx), 4);
    ck_assert_str_eq(tn_op_type(dx.op), "Reshape");
    check_shape(dx, 2, (int64_t[]){ 1, 3 });
}
END_TEST

START_TEST(left_to_the_run)
{
    tn_output dx;
    ck_assert_uint_eq(made_for(TN_SHAPE(-1), TN_SHAPE(-1), &dx), 5);
    ck_assert_str_eq(tn_op_type(dx.op), "Reshape");
    made_for((tn_shape){ NULL, -1 }, TN_SHAPE(2, 3), &dx);
    ck_assert_str_eq(tn_op_type(dx.op), "Reshape");
}
END_TEST

START_TEST(constants)
{
    static const tn_dtype dtypes[] = { TN_FLOAT32, TN_FLOAT64, TN_FLOAT16, TN_BFLOAT16, TN_INT8, TN_UINT64, TN_COMPLEX64 };
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++)
        ck_assert_int_eq(tn_output_dtype(tn_grad_scalar(dtypes[i], 2)), dtypes[i]);
    tn_output x = tn_vector(1.0f, 2.0f), y = tn_grad_scale(x, 3);
    ck_assert_ptr_eq(tn_grad_scale(x, 1).op, x.op);
    WITH_SESSION(s) {
        expect_text(tn_run(s, y), "[3. 6.]");
        expect_text(tn_run(s, tn_grad_ints(2, (int64_t[]){ 5, -1 })), "[ 5 -1]");
        expect_text(tn_run(s, tn_grad_shape(tn_grad_zeros_like(x))), "[2]");
        expect_text(tn_run(s, tn_grad_ones_like(x)), "[1. 1.]");
    }
}
END_TEST

START_TEST(shapes_of_others)
{
    tn_output x = tn_zeros(TN_FLOAT32, TN_SHAPE(2, 3)), y = tn_zeros(TN_FLOAT32, TN_SHAPE(6));
    ck_assert_ptr_eq(tn_grad_reshape_like(x, x).op, x.op);
    check_shape(tn_grad_reshape_like(y, x), 2, (int64_t[]){ 2, 3 });
    ck_assert_str_eq(tn_op_type(tn_grad_shape(tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1))).op), "Shape");
    ck_assert_str_eq(tn_op_type(tn_grad_shape(x).op), "Const");
}
END_TEST

START_TEST(what_failed_is_told)
{
    tn_output dx[1] = { { NULL, 0 } };
    tn_gradient g = { .dx = dx };
    ck_assert_ptr_null(TN_GRAD("NoSuchType", tn_scalar(1.0f)).op);
    ck_assert_int_eq(tn_grad_give(&g, 0, (tn_output){ NULL, 0 }), TN_NOT_FOUND);
    ck_assert_ptr_null(dx[0].op);
    tn_output x = tn_scalar(1.0f);
    ck_assert_int_eq(tn_grad_give(&g, 0, x), TN_OK);
    ck_assert_ptr_eq(dx[0].op, x.op);
}
END_TEST

static tn_status build_and_differentiate(void *owner)
{
    tn_status status = TN_RESOURCE_EXHAUSTED;
    (void)owner;
    WITH_GRAPH(g) {
        tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 1)), y = tn_placeholder(TN_FLOAT32), dx[2];
        tn_output z = tn_reduce_mean(tn_sigmoid(tn_mul(x, y)), .axes = TN_AXES(0));
        status = z.op ? tn_gradients(TN_OUTPUTS(z), TN_OUTPUTS(x, y), dx) : tn_graph_status(g);
    }
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(build_and_differentiate);
}
END_TEST

TN_SUITE("ops gradient", nothing_was_repeated, static_sums, left_to_the_run, constants, shapes_of_others, what_failed_is_told,
         memory_may_run_out)
