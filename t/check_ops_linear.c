/* Inference and gradients of MatMul, BiasAdd and AddN. */
#include "dims_check.h"
#include "gradient_check.h"

#define TRANSPOSE(a, b) TN_ATTRS(TN_BOOL_ATTR("transpose_a", a), TN_BOOL_ATTR("transpose_b", b))
#define NCHW            TN_ATTRS(TN_STRING_ATTR("data_format", "NCHW"))

START_TEST(matmul_shapes)
{
    EXPECT_DIMS("[2,4]", "MatMul", OF("[2,3]"), OF("[3,4]"));
    EXPECT_DIMS_WITH("[3,4]", "MatMul", TRANSPOSE(true, false), OF("[2,3]"), OF("[2,4]"));
    EXPECT_DIMS_WITH("[2,4]", "MatMul", TRANSPOSE(false, true), OF("[2,3]"), OF("[4,3]"));
    EXPECT_DIMS_WITH("[3,4]", "MatMul", TRANSPOSE(true, true), OF("[2,3]"), OF("[4,2]"));
    EXPECT_DIMS("[?,4]", "MatMul", OF("[?,?]"), OF("[3,4]"));
    EXPECT_DIMS("[?,4]", "MatMul", OF("<unknown>"), OF("[3,4]"));
    EXPECT_DIMS("[?,?]", "MatMul", OF("<unknown>"), OF("<unknown>"));
    EXPECT_DIMS("[0,4]", "MatMul", OF("[0,3]"), OF("[3,4]"));
}
END_TEST

START_TEST(matmul_refuses)
{
    EXPECT_REFUSED(
        "MatMul 'MatMul': Dimensions must be equal, but are 2 and 3 for 'MatMul' (op: 'MatMul') with input shapes: [1,2], [3,1].", "MatMul",
        OF("[1,2]"), OF("[3,1]"));
    EXPECT_REFUSED_WITH("Dimensions must be equal, but are 1 and 3", "MatMul", TRANSPOSE(true, false), OF("[1,2]"), OF("[3,1]"));
    EXPECT_REFUSED("Shape must be rank 2 but is rank 3", "MatMul", OF("[1,2,3]"), OF("[3,1]"));
    EXPECT_REFUSED("Shape must be rank 2 but is rank 1", "MatMul", OF("[1,2]"), OF("[2]"));
}
END_TEST

START_TEST(bias_shapes)
{
    EXPECT_DIMS("[2,3]", "BiasAdd", OF("[2,?]"), OF("[3]"));
    EXPECT_DIMS("[2,?]", "BiasAdd", OF("[2,?]"), OF("<unknown>"));
    EXPECT_DIMS("<unknown>", "BiasAdd", OF("<unknown>"), OF("[3]"));
    EXPECT_DIMS_WITH("[2,3,4,5]", "BiasAdd", NCHW, OF("[2,?,4,5]"), OF("[3]"));
    EXPECT_DIMS("[5]", "BiasAddGrad", OF("[2,3,4,5]"));
    EXPECT_DIMS_WITH("[3]", "BiasAddGrad", NCHW, OF("[2,3,4,5]"));
    EXPECT_DIMS("[?]", "BiasAddGrad", OF("<unknown>"));
}
END_TEST

START_TEST(bias_refuses)
{
    EXPECT_REFUSED("Dimensions must be equal, but are 3 and 2", "BiasAdd", OF("[2,3]"), OF("[2]"));
    EXPECT_REFUSED("Shape must be rank 1 but is rank 2", "BiasAdd", OF("[2,3]"), OF("[2,1]"));
    EXPECT_REFUSED("Shape must be at least rank 2 but is rank 1", "BiasAdd", OF("[3]"), OF("[3]"));
    EXPECT_REFUSED_WITH("Shape must be at least rank 3 but is rank 2", "BiasAdd", NCHW, OF("[2,3]"), OF("[3]"));
    EXPECT_REFUSED_WITH("Dimensions must be equal, but are 3 and 2", "BiasAdd", NCHW, OF("[2,3,4,2]"), OF("[2]"));
    EXPECT_REFUSED("Shape must be at least rank 2 but is rank 1", "BiasAddGrad", OF("[2]"));
    EXPECT_REFUSED_WITH("data_format", "BiasAdd", TN_ATTRS(TN_STRING_ATTR("data_format", "CHWN")), OF("[2,3]"), OF("[3]"));
}
END_TEST

START_TEST(add_n_shapes)
{
    EXPECT_DIMS("[2,3,4]", "AddN", OF("[2,?,?]"), OF("<unknown>"), OF("[?,3,?]"), OF("[?,?,4]"));
    EXPECT_DIMS("<unknown>", "AddN", OF("<unknown>"));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2] and [3].", "AddN", OF("[2]"), OF("[3]"));
    EXPECT_REFUSED("Shapes must be equal rank, but are 1 and 0", "AddN", OF("[2]"), OF("[]"));
    ck_assert_ptr_null(tn_op_new(NULL, "AddN", TN_OUTPUTS()));
}
END_TEST

static tn_output bias_nchw(const tn_output *x)
{
    return tn_op_output(tn_op_new(NULL, "BiasAdd", TN_OUTPUTS(x[0], x[1]), .attrs = NCHW), 0);
}

/* The gradient of a gradient. */
static tn_output bias_grad_nchw(const tn_output *x)
{
    return tn_op_output(tn_op_new(NULL, "BiasAddGrad", TN_OUTPUTS(x[0]), .attrs = NCHW), 0);
}

static tn_output matmul_both(const tn_output *x)
{
    return tn_matmul(x[0], x[1], .transpose_a = true, .transpose_b = true);
}

static tn_output matmul_with_itself(const tn_output *x)
{
    return tn_matmul(x[0], x[0], .transpose_b = true);
}

START_TEST(gradients)
{
    EXPECT_GRADIENTS(bias_nchw, SHAPED(F64S(1, 2, 3, 4, 5, 6), 1, 2, 3), F64S(-1, 2));
    EXPECT_GRADIENTS(bias_grad_nchw, SHAPED(F64S(1, 2, 3, 4, 5, 6), 1, 2, 3));
    EXPECT_GRADIENTS(matmul_both, SHAPED(F64S(1, 2, 3, -4, 5, 6), 3, 2), SHAPED(F64S(1, 2, 3, 4, -5, 6), 2, 3));
    EXPECT_GRADIENTS(matmul_with_itself, SHAPED(F64S(1, 2, 3, -4, 5, 6), 3, 2));
}
END_TEST

TN_SUITE("ops linear", matmul_shapes, matmul_refuses, bias_shapes, bias_refuses, add_n_shapes, gradients)
