/* The rows of lib/ops/compare.c: the shapes that Select takes, and the gradients of choices and conversions. */
#include "gradient_check.h"

static tn_output select_of(const char *type, tn_output condition, tn_output t, tn_output e)
{
    return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(condition, t, e)), 0);
}

static tn_output zeros(tn_shape shape)
{
    return tn_zeros_with(TN_FLOAT32, &(tn_shape_args){ .shape = shape });
}

static tn_output condition(tn_shape shape)
{
    return tn_zeros_with(TN_BOOL, &(tn_shape_args){ .shape = shape });
}

START_TEST(select_shapes)
{
    tn_output x = zeros(TN_SHAPE(3, 2));
    ck_assert_ptr_nonnull(select_of("Select", condition(TN_SHAPE(3)), x, x).op);
    ck_assert_ptr_nonnull(select_of("Select", condition(TN_SHAPE()), x, x).op);
    ck_assert_ptr_nonnull(select_of("Select", condition(TN_SHAPE(3, 2)), x, x).op);
    ck_assert_ptr_null(select_of("Select", condition(TN_SHAPE(2)), x, x).op);
    expect_error(TN_INVALID_ARGUMENT, "Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2] and [3].");
    ck_assert_ptr_null(select_of("Select", condition(TN_SHAPE(1, 2)), x, x).op);
    expect_error(TN_INVALID_ARGUMENT, "Dimension 0 in both shapes must be equal, but are 1 and 3. Shapes are [1,2] and [3,2].");
    ck_assert_ptr_null(select_of("Select", condition(TN_SHAPE(1)), zeros(TN_SHAPE()), zeros(TN_SHAPE())).op);
    expect_error(TN_INVALID_ARGUMENT, "Shapes must be equal rank, but are 1 and 0");
    ck_assert_ptr_null(select_of("Select", condition(TN_SHAPE(3)), x, zeros(TN_SHAPE(3, 3))).op);
    expect_error(TN_INVALID_ARGUMENT, "Dimension 1 in both shapes must be equal, but are 2 and 3. Shapes are [3,2] and [3,3].");
    tn_output some = tn_placeholder(TN_BOOL), unknown = select_of("Select", some, tn_placeholder(TN_FLOAT32), x);
    ck_assert_int_eq(tn_output_dim(unknown, 0), 3);
}
END_TEST

START_TEST(select_v2_shapes)
{
    tn_output y = select_of("SelectV2", condition(TN_SHAPE(4, 1, 1)), zeros(TN_SHAPE(3, 1)), zeros(TN_SHAPE(2)));
    ck_assert_int_eq(tn_output_dim(y, 0), 4);
    ck_assert_int_eq(tn_output_dim(y, 1), 3);
    ck_assert_int_eq(tn_output_dim(y, 2), 2);
    ck_assert_ptr_null(select_of("SelectV2", condition(TN_SHAPE(2)), zeros(TN_SHAPE(2, 2)), zeros(TN_SHAPE(3, 2))).op);
    expect_error(TN_INVALID_ARGUMENT, "condition [2], then [2,2], and else [3,2] must be broadcastable");
    ck_assert_int_eq(tn_output_rank(select_of("SelectV2", condition(TN_SHAPE(2)), tn_placeholder(TN_FLOAT32), zeros(TN_SHAPE(2)))), -1);
}
END_TEST

static tn_output where_greater(const tn_output *x)
{
    return select_of("Select", tn_greater(x[0], x[1]), x[0], x[1]);
}
static tn_output by_slice(const tn_output *x)
{
    return select_of("Select", tn_vector((bool)true, (bool)false), x[0], x[1]);
}
static tn_output broadcasting(const tn_output *x)
{
    return select_of("SelectV2", tn_vector((bool)true, (bool)false), x[0], x[1]);
}
static tn_output by_column(const tn_output *x)
{
    return select_of("SelectV2", tn_matrix(2, 1, (bool)true, (bool)false), x[0], x[1]);
}

START_TEST(gradients_of_choices)
{
    EXPECT_GRADIENTS(where_greater, F64S(1, 2, 3), F64S(3, 2.5, 1));
    EXPECT_GRADIENTS(by_slice, SHAPED(F64S(1, 2, 3, 4), 2, 2), SHAPED(F64S(5, 6, 7, 8), 2, 2));
    EXPECT_GRADIENTS(broadcasting, SHAPED(F64S(1, 2, 3, 4), 2, 2), F64(5));
    EXPECT_GRADIENTS(broadcasting, F64S(1, 2), SHAPED(F64S(1, 2, 3), 3, 1));
    EXPECT_GRADIENTS(by_column, F64S(1, 2, 3), F64S(4, 5, 6));
}
END_TEST

static tn_output cast(tn_output x, tn_dtype to)
{
    return tn_op_output(tn_op_new(NULL, "Cast", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("DstT", to))), 0);
}

static tn_output there_and_back(const tn_output *x)
{
    return cast(cast(x[0], TN_FLOAT64), TN_FLOAT64);
}

START_TEST(gradients_of_casts)
{
    EXPECT_GRADIENTS(there_and_back, F64S(1, 2));
    tn_output x = tn_vector(1.0f, 2.0f), dx;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(cast(x, TN_FLOAT64)), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_int_eq(tn_output_dtype(dx), TN_FLOAT32);
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(cast(cast(x, TN_INT32), TN_FLOAT32)), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_ptr_null(dx.op);
}
END_TEST

START_TEST(comparisons_have_none)
{
    tn_output x = tn_vector(1.0f, 2.0f), y = cast(tn_less(x, tn_square(x)), TN_FLOAT32), dx;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_ptr_null(dx.op);
}
END_TEST

TN_SUITE("ops compare", select_shapes, select_v2_shapes, gradients_of_choices, gradients_of_casts, comparisons_have_none)
