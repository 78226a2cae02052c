/* Inference of variables' operations. */
#include "dims_check.h"

static tn_output ref_of(const char *name, tn_shape shape)
{
    return tn_op_output(tn_op_new(NULL, "VariableV2", TN_OUTPUTS(), .name = name,
                                  .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", shape.rank, shape.dims))),
                        0);
}

static tn_output handle_of(const char *name, tn_shape shape)
{
    return tn_op_output(tn_op_new(NULL, "VarHandleOp", TN_OUTPUTS(), .name = name,
                                  .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", shape.rank, shape.dims))),
                        0);
}

#define UNKNOWN ((tn_shape){ NULL, -1 })

START_TEST(references)
{
    tn_output v = ref_of("v", TN_SHAPE(2, 3));
    expect_dims(v, "[2,3]");
    ck_assert_int_eq(tn_output_dtype(v), TN_FLOAT32);
    EXPECT_DIMS("[2,3]", "Assign", v, OF("[2,?]"));
    EXPECT_DIMS("[2,3]", "Assign", v, OF("<unknown>"));
    EXPECT_DIMS_WITH("[7]", "Assign", TN_ATTRS(TN_BOOL_ATTR("validate_shape", false)), v, OF("[7]"));
    EXPECT_DIMS("[2,3]", "AssignAdd", v, OF("[2,3]"));
    EXPECT_DIMS("[2,3]", "AssignSub", v, OF("[?,3]"));
    EXPECT_DIMS("[]", "IsVariableInitialized", v);
}
END_TEST

START_TEST(references_refuse)
{
    tn_output v = ref_of("v", TN_SHAPE(2));
    EXPECT_REFUSED("Assign 'Assign': Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2] and [3]. for 'Assign' (op: "
                   "'Assign') with input shapes: [2], [3].",
                   "Assign", v, OF("[3]"));
    EXPECT_REFUSED("Shapes must be equal rank, but are 1 and 0", "Assign", v, OF("[]"));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3", "AssignAdd", v, OF("[3]"));
    EXPECT_REFUSED("", "Assign", v, INTS("[2]"));
    EXPECT_REFUSED("", "Assign", OF("[2]"), OF("[2]")); /* no reference */
}
END_TEST

#define FLOAT_READ TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32))

START_TEST(resources)
{
    tn_output h = handle_of("h", TN_SHAPE(2, 3)), any = handle_of("any", UNKNOWN);
    expect_dims(h, "[]");
    EXPECT_DIMS_WITH("[2,3]", "ReadVariableOp", FLOAT_READ, h);
    EXPECT_DIMS_WITH("<unknown>", "ReadVariableOp", FLOAT_READ, any);
    EXPECT_DIMS("[]", "VarIsInitializedOp", h);
    ck_assert_ptr_nonnull(tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(h, OF("[2,?]"))));
    ck_assert_ptr_nonnull(tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(any, OF("[2,?]"))));
    ck_assert_ptr_nonnull(tn_op_new(NULL, "AssignSubVariableOp", TN_OUTPUTS(h, OF("<unknown>"))));
}
END_TEST

START_TEST(resources_refuse)
{
    tn_output h = handle_of("h", TN_SHAPE(2));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2] and [3].", "AssignVariableOp", h, OF("[3]"));
    EXPECT_REFUSED("Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2] and [3].", "AssignAddVariableOp", h,
                   OF("[3]"));
    EXPECT_REFUSED_WITH("Trying to read variable with wrong dtype. Expected float got int32", "ReadVariableOp",
                        TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT32)), h);
    EXPECT_REFUSED("Trying to read variable with wrong dtype. Expected float got int32", "AssignVariableOp", h, INTS("[2]"));
}
END_TEST

/* The gradient of what is read is the gradient of the handle. */
START_TEST(gradient_of_a_read)
{
    tn_output h = handle_of("h", TN_SHAPE(2)), x = tn_op_output(tn_op_new(NULL, "ReadVariableOp", TN_OUTPUTS(h), .attrs = FLOAT_READ), 0);
    tn_output dx[2];
    tn_op *set = tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(h, tn_vector(3.0f, 5.0f)));
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_square(x)), TN_OUTPUTS(x, h), dx), TN_OK);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, set), TN_OK);
        expect_text(tn_run(s, dx[0]), "[ 6. 10.]");
        expect_text(tn_run(s, dx[1]), "[ 6. 10.]");
    }
}
END_TEST

static tn_output handle_named(const char *name)
{
    tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", 0, NULL));
    return tn_op_output(tn_op_new(NULL, "VarHandleOp", TN_OUTPUTS(), .name = name, .attrs = attrs), 0);
}

/* What chooses between handles gives one that stands for no variable: it is not taken for the first. */
START_TEST(a_chosen_handle_is_no_variables)
{
    tn_output chosen = tn_select(tn_const_new(TN_BOOL, 0, NULL, &(bool){ false }, NULL), handle_named("a"), handle_named("b"));
    tn_output same = tn_identity(handle_named("c"));
    tn_op *bad = tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(chosen, tn_scalar(1.0f)));
    tn_op *good = tn_op_new(NULL, "AssignVariableOp", TN_OUTPUTS(same, tn_scalar(1.0f)));
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, good), TN_OK);
        ck_assert_int_eq(tn_run_op(s, bad), TN_UNIMPLEMENTED);
        expect_error(TN_UNIMPLEMENTED, "no kernel for resource");
    }
}
END_TEST

TN_SUITE("ops state", references, references_refuse, resources, resources_refuse, gradient_of_a_read, a_chosen_handle_is_no_variables)
