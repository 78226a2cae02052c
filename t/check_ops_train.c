/* Inference of the optimisers' operations. */
#include "dims_check.h"

static tn_output variable(const char *type, const char *name, tn_shape shape)
{
    return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(), .name = name,
                                  .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", shape.rank, shape.dims))),
                        0);
}

#define REF(name, ...)    variable("VariableV2", name, TN_SHAPE(__VA_ARGS__))
#define HANDLE(name, ...) variable("VarHandleOp", name, TN_SHAPE(__VA_ARGS__))
#define ONE               tn_scalar(1.0f)

START_TEST(shapes)
{
    tn_output v = REF("v", 2, 3), m = REF("m", 2, 3), w = REF("w", 2, 3);
    EXPECT_DIMS("[2,3]", "ApplyGradientDescent", v, ONE, OF("[2,?]"));
    EXPECT_DIMS("[2,3]", "ApplyGradientDescent", v, OF("<unknown>"), OF("<unknown>"));
    EXPECT_DIMS("[2,3]", "ApplyMomentum", v, m, ONE, OF("[2,3]"), ONE);
    EXPECT_DIMS("[2,3]", "ApplyAdam", v, m, w, ONE, ONE, ONE, ONE, ONE, ONE, OF("[?,3]"));
}
END_TEST

START_TEST(refuses)
{
    tn_output v = REF("v", 2), m = REF("m", 3), w = REF("w", 2);
    EXPECT_REFUSED("Shape must be rank 0 but is rank 1", "ApplyGradientDescent", v, OF("[1]"), OF("[2]"));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2] and [3].", "ApplyGradientDescent", v, ONE,
                   OF("[3]"));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3", "ApplyMomentum", v, m, ONE, OF("[2]"), ONE);
    EXPECT_REFUSED("Shape must be rank 0 but is rank 2", "ApplyMomentum", v, w, ONE, OF("[2]"), OF("[1,1]"));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3", "ApplyAdam", v, w, m, ONE, ONE, ONE, ONE, ONE, ONE,
                   OF("[2]"));
    EXPECT_REFUSED("Shape must be rank 0 but is rank 1", "ApplyAdam", v, w, w, ONE, ONE, ONE, ONE, ONE, OF("[1]"), OF("[2]"));
}
END_TEST

START_TEST(resources)
{
    tn_output v = HANDLE("v", 2), m = HANDLE("m", 3), w = HANDLE("w", 2);
    ck_assert_ptr_nonnull(tn_op_new(NULL, "ResourceApplyMomentum", TN_OUTPUTS(v, w, ONE, OF("[2]"), ONE)));
    ck_assert_int_eq(tn_op_num_outputs(tn_op_new(NULL, "ResourceApplyGradientDescent", TN_OUTPUTS(v, ONE, OF("[?]")))), 0);
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3", "ResourceApplyGradientDescent", v, ONE, OF("[3]"));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3", "ResourceApplyMomentum", v, m, ONE, OF("[2]"), ONE);
    EXPECT_REFUSED("Shape must be rank 0 but is rank 1", "ResourceApplyAdam", v, w, w, OF("[1]"), ONE, ONE, ONE, ONE, ONE, OF("[2]"));
    EXPECT_REFUSED("Trying to read variable with wrong dtype. Expected float got int32", "ResourceApplyGradientDescent", v, tn_scalar(1),
                   INTS("[2]"));
    EXPECT_REFUSED("Trying to read variable with wrong dtype. Expected float got double", "ResourceApplyMomentum", v, w, tn_scalar(1.0),
                   placeholder_of(TN_FLOAT64, "[2]"), tn_scalar(1.0));
}
END_TEST

TN_SUITE("ops train", shapes, refuses, resources)
