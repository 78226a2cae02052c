/* Inference and gradients of the softmax family. */
#include "dims_check.h"
#include "gradient_check.h"

#define DENSE  "SoftmaxCrossEntropyWithLogits"
#define SPARSE "SparseSoftmaxCrossEntropyWithLogits"

START_TEST(softmax_shapes)
{
    EXPECT_DIMS("[2,?]", "Softmax", OF("[2,?]"));
    EXPECT_DIMS("[5]", "LogSoftmax", OF("[5]"));
    EXPECT_DIMS("<unknown>", "Softmax", OF("<unknown>"));
    EXPECT_REFUSED("Shape must be at least rank 1 but is rank 0", "Softmax", OF("[]"));
    EXPECT_REFUSED("Shape must be at least rank 1 but is rank 0", "LogSoftmax", OF("[]"));
    EXPECT_REFUSED("", "Softmax", INTS("[2]"));
}
END_TEST

static void expect_both(const char *loss, const char *backprop, const char *type, tn_output x, tn_output labels)
{
    tn_op *op = tn_op_new(NULL, type, TN_OUTPUTS(x, labels));
    ck_assert_msg(op != NULL, "%s", tn_last_error()->message);
    expect_dims(tn_op_output(op, 0), loss);
    expect_dims(tn_op_output(op, 1), backprop);
}

START_TEST(entropy_shapes)
{
    expect_both("[2]", "[2,3]", DENSE, OF("[2,?]"), OF("[?,3]"));
    expect_both("[2]", "[2,3]", DENSE, OF("[2,3]"), OF("[1,3]"));
    expect_both("[2]", "[2,3]", DENSE, OF("[3]"), OF("[2,1]"));
    expect_both("[?]", "[?,?]", DENSE, OF("<unknown>"), OF("[2,3]"));
    expect_both("[2]", "[2,3]", SPARSE, OF("[?,3]"), INTS("[2]"));
    expect_both("[2]", "[2,?]", SPARSE, OF("<unknown>"), LONGS("[2]"));
    expect_both("[4]", "[4,3]", SPARSE, OF("[4,3]"), LONGS("<unknown>"));
}
END_TEST

START_TEST(entropy_refuses)
{
    EXPECT_REFUSED("Dimensions must be equal, but are 3 and 4", DENSE, OF("[2,3]"), OF("[2,4]"));
    EXPECT_REFUSED("Shape must be broadcasted with rank 2, but is rank 1", DENSE, OF("[3]"), OF("[3]"));
    EXPECT_REFUSED("Shape must be broadcasted with rank 2, but is rank 3", DENSE, OF("[2,2,3]"), OF("[2,2,3]"));
    EXPECT_REFUSED("Dimensions must be equal, but are 2 and 3", SPARSE, OF("[2,3]"), INTS("[3]"));
    EXPECT_REFUSED("Shape must be rank 2 but is rank 1", SPARSE, OF("[2]"), INTS("[2]"));
    EXPECT_REFUSED("Shape must be rank 1 but is rank 2", SPARSE, OF("[2,3]"), INTS("[2,1]"));
}
END_TEST

static tn_output loss_of(tn_output x, tn_output labels)
{
    return tn_op_output(tn_op_new(NULL, DENSE, TN_OUTPUTS(x, labels)), 0);
}

static tn_output dense(const tn_output *x)
{
    return loss_of(x[0], x[1]);
}

static tn_output backprop(const tn_output *x)
{
    return tn_op_output(tn_op_new(NULL, DENSE, TN_OUTPUTS(x[0], x[1])), 1);
}

static tn_output sparse_backprop(const tn_output *x)
{
    return tn_op_output(tn_op_new(NULL, SPARSE, TN_OUTPUTS(x[0], tn_vector(2, 0))), 1);
}

static tn_output both(const tn_output *x)
{
    tn_op *op = tn_op_new(NULL, DENSE, TN_OUTPUTS(x[0], x[1]));
    return tn_mul(tn_expand_dims(tn_op_output(op, 0), 1), tn_op_output(op, 1));
}

static tn_output log_softmax(const tn_output *x)
{
    return tn_op_output(tn_op_new(NULL, "LogSoftmax", TN_OUTPUTS(x[0])), 0);
}

#define X SHAPED(F64S(1, 2, 0.5, -1, 0.25, 1.5), 2, 3)

START_TEST(gradients)
{
    EXPECT_GRADIENTS(dense, X, SHAPED(F64S(0.2, 0.3, 0.5, 0, 1, 0), 2, 3));
    EXPECT_GRADIENTS(backprop, X, SHAPED(F64S(0.2, 0.3, 0.5, 0, 1, 0), 2, 3));
    EXPECT_GRADIENTS(both, X, SHAPED(F64S(0.2, 0.3, 0.5, 0, 1, 0), 2, 3));
    EXPECT_GRADIENTS(sparse_backprop, X);
    EXPECT_GRADIENTS(log_softmax, SHAPED(F64S(1, 2, 0.5, -1), 1, 2, 2));
}
END_TEST

START_TEST(gradients_of_what_was_broadcast)
{
    EXPECT_GRADIENTS(dense, X, SHAPED(F64S(0.2, 0.3, 0.5), 1, 3));
    EXPECT_GRADIENTS(dense, SHAPED(F64S(1, 2, 0.5), 1, 3), SHAPED(F64S(0.2, 0.3, 0.5, 0, 1, 0), 2, 3));
    EXPECT_GRADIENTS(backprop, X, SHAPED(F64S(0.2, 0.3), 2, 1));
}
END_TEST

/* Labels that are numbers of classes have no gradient. */
START_TEST(sparse_labels)
{
    tn_output x = OF("[2,3]"), labels = INTS("[2]"), dx[2];
    tn_output loss = tn_op_output(tn_op_new(NULL, SPARSE, TN_OUTPUTS(x, labels)), 0);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(loss), TN_OUTPUTS(x, labels), dx), TN_OK);
    expect_dims(dx[0], "[2,3]");
    ck_assert_ptr_null(dx[1].op);
}
END_TEST

TN_SUITE("ops nn", softmax_shapes, entropy_shapes, entropy_refuses, gradients, gradients_of_what_was_broadcast, sparse_labels)
