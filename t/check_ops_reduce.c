/* The rows of lib/ops/reduce.c: axes that are wrong, shapes that are not known yet, gradients at zeros and ties. */
#include "gradient_check.h"

static tn_output reduce(const char *type, tn_output x, tn_output axes, bool keep)
{
    return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(x, axes), .attrs = TN_ATTRS(TN_BOOL_ATTR("keep_dims", keep))), 0);
}

START_TEST(wrong_axes)
{
    tn_output x = tn_zeros(TN_FLOAT32, TN_SHAPE(2, 3));
    ck_assert_ptr_null(reduce("Sum", x, tn_vector(3), false).op);
    expect_error(TN_INVALID_ARGUMENT, "Invalid reduction dimension (3 for input with 2 dimension(s)");
    ck_assert_ptr_null(reduce("Max", x, tn_vector((int64_t)-3), false).op);
    expect_error(TN_INVALID_ARGUMENT, "Invalid reduction dimension (-3 for input with 2 dimension(s)");
    ck_assert_ptr_null(reduce("Sum", x, tn_vector(0, 0), false).op);
    expect_error(TN_INVALID_ARGUMENT, "Invalid reduction arguments: Axes contains duplicate dimension: 0");
    ck_assert_ptr_null(reduce("All", tn_zeros(TN_BOOL, TN_SHAPE(2, 3)), tn_vector(1, -1), false).op);
    expect_error(TN_INVALID_ARGUMENT, "Invalid reduction arguments: Axes contains duplicate dimension: 1");
    ck_assert_ptr_null(reduce("Sum", x, tn_vector(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1), false).op);
    expect_error(TN_INVALID_ARGUMENT, "duplicate dimension: 0");
    ck_assert_ptr_null(reduce("Sum", x, tn_matrix(1, 1, 0), false).op);
    expect_error(TN_INVALID_ARGUMENT, "Shape must be at most rank 1 but is rank 2");
    ck_assert_ptr_null(reduce("Sum", tn_scalar(1.0f), tn_scalar(0), false).op);
    expect_error(TN_INVALID_ARGUMENT, "Invalid reduction dimension (0 for input with 0 dimension(s)");
}
END_TEST

START_TEST(wrong_axes_of_places)
{
    tn_output x = tn_zeros(TN_FLOAT32, TN_SHAPE(2, 3));
    ck_assert_ptr_null(tn_argmax(x, 5).op);
    expect_error(TN_INVALID_ARGUMENT, "Expected dimension in the range [-2, 2), but got 5");
    ck_assert_ptr_null(tn_argmin(tn_scalar(1.0f), 0).op);
    expect_error(TN_INVALID_ARGUMENT, "Expected dimension in the range [0, 0), but got 0");
    ck_assert_ptr_null(tn_op_new(NULL, "ArgMax", TN_OUTPUTS(x, tn_vector(0))));
    expect_error(TN_INVALID_ARGUMENT, "Shape must be rank 0 but is rank 1");
}
END_TEST

/* What a run finds out. */
START_TEST(wrong_axes_when_run)
{
    tn_tensor *x = EMPTY(TN_FLOAT32, 2, 3), *axes = I32S(3), *axis = I32(5);
    tn_output in = tn_placeholder(TN_FLOAT32), at = tn_placeholder(TN_INT32), y = reduce("Sum", in, at, false);
    tn_output place = tn_op_output(tn_op_new(NULL, "ArgMax", TN_OUTPUTS(in, at)), 0);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ in, x }, { at, axes })));
        expect_error(TN_INVALID_ARGUMENT, "Sum 'Sum': Invalid reduction dimension (3 for input with 2 dimension(s)");
        ck_assert_ptr_null(tn_run(s, place, .feeds = TN_FEEDS({ in, x }, { at, axis })));
        expect_error(TN_INVALID_ARGUMENT, "ArgMax 'ArgMax': Expected dimension in the range [-2, 2), but got 5");
    }
    talloc_free(x);
    talloc_free(axes);
    talloc_free(axis);
}
END_TEST

START_TEST(axes_that_are_fed)
{
    tn_tensor *x = SHAPED(F32S(1, 2, 3, 4, 5, 6), 2, 3), *first = I32S(0), *last = I32S(-1);
    tn_output in = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(2, 3)), axes = tn_placeholder(TN_INT32), y = reduce("Sum", in, axes, false);
    WITH_SESSION(s) {
        expect_text(tn_run(s, y, .feeds = TN_FEEDS({ in, x }, { axes, first })), "[5. 7. 9.]");
        expect_text(tn_run(s, y, .feeds = TN_FEEDS({ in, x }, { axes, last })), "[ 6. 15.]");
        expect_text(tn_run(s, y, .feeds = TN_FEEDS({ in, x }, { axes, first })), "[5. 7. 9.]");
    }
    talloc_free(x);
    talloc_free(first);
    talloc_free(last);
}
END_TEST

START_TEST(partial_shapes)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 3, 4)), axes = tn_placeholder(TN_INT32, .shape = TN_SHAPE(2));
    tn_output y = reduce("Sum", x, tn_vector(1), false);
    ck_assert_int_eq(tn_output_rank(y), 2);
    ck_assert_int_eq(tn_output_dim(y, 0), -1);
    ck_assert_int_eq(tn_output_dim(y, 1), 4);
    ck_assert_int_eq(tn_output_dim(reduce("Sum", x, tn_vector(1), true), 1), 1);
    ck_assert_int_eq(tn_output_rank(reduce("Sum", x, axes, false)), 1);
    ck_assert_int_eq(tn_output_rank(reduce("Sum", x, axes, true)), 3);
    ck_assert_int_eq(tn_output_rank(reduce("Sum", x, tn_placeholder(TN_INT32), false)), -1);
    ck_assert_int_eq(tn_output_rank(reduce("Sum", tn_placeholder(TN_FLOAT32), tn_vector(1), false)), -1);
    tn_output place = tn_op_output(tn_op_new(NULL, "ArgMax", TN_OUTPUTS(x, tn_placeholder(TN_INT32))), 0);
    ck_assert_int_eq(tn_output_rank(place), 2);
    ck_assert_int_eq(tn_output_dtype(place), TN_INT64);
}
END_TEST

/* ---- Gradients ---- */

#define OVER(name, type, keep, ...)                                                                                                        \
    static tn_output name(const tn_output *x)                                                                                              \
    {                                                                                                                                      \
        return reduce(type, x[0], tn_vector(__VA_ARGS__), keep);                                                                           \
    }
#define OF_EACH(type)                                                                                                                      \
    OVER(type##_middle, #type, false, 1)                                                                                                   \
    OVER(type##_ends, #type, false, 0, -1)                                                                                                 \
    OVER(type##_kept, #type, true, 0, 1)                                                                                                   \
    OVER(type##_all, #type, false, 0, 1, 2)
OF_EACH(Sum)
OF_EACH(Mean)
OF_EACH(Max)
OF_EACH(Min)
OF_EACH(Prod)
#define LIST(type) type##_middle, type##_ends, type##_kept, type##_all

static const gradient_function reductions[] = { LIST(Sum), LIST(Mean), LIST(Max), LIST(Min), LIST(Prod) };

START_TEST(gradients)
{
    for (size_t i = 0; i < sizeof reductions / sizeof reductions[0]; i++)
        EXPECT_GRADIENTS(reductions[i], SHAPED(F64S(0.5, -1, 1.5, 0.7, 2, -0.3, 0.9, 1.1, -1.3, 0.6, 1.7, 0.8), 2, 3, 2));
}
END_TEST

/* One zero: only its own gradient is not zero. Two: none is. */
START_TEST(products_of_zeros)
{
    EXPECT_GRADIENTS(Prod_all, SHAPED(F64S(2, 0, 3, 4), 1, 2, 2));
    EXPECT_GRADIENTS(Prod_middle, SHAPED(F64S(2, 0, 0, 4, 0, 6), 1, 3, 2));
    EXPECT_GRADIENTS(Prod_all, SHAPED(F64S(2, 0, 0, 4), 1, 2, 2));
}
END_TEST

static tn_output of_nothing(const tn_output *x)
{
    return reduce("Sum", x[0], tn_fill(tn_scalar(0), TN_SHAPE(0)), false);
}

START_TEST(no_axes)
{
    EXPECT_GRADIENTS(of_nothing, F64S(1, 2, 3));
}
END_TEST

START_TEST(empty_inputs)
{
    EXPECT_GRADIENTS(Sum_middle, EMPTY(TN_FLOAT64, 2, 0, 3));
    EXPECT_GRADIENTS(Mean_ends, EMPTY(TN_FLOAT64, 2, 0, 3));
    EXPECT_GRADIENTS(Prod_all, EMPTY(TN_FLOAT64, 2, 0, 3));
}
END_TEST

START_TEST(ties_share)
{
    tn_output x = tn_vector(1.0f, 3.0f, 3.0f, 2.0f), y[] = { tn_reduce_max(x), tn_reduce_min(tn_neg(x)) }, dx;
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y[0]), TN_OUTPUTS(x), &dx), TN_OK);
        expect_text(tn_run(s, dx), "[0.  0.5 0.5 0. ]");
        ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y[1]), TN_OUTPUTS(x), &dx), TN_OK);
        expect_text(tn_run(s, dx), "[-0.  -0.5 -0.5 -0. ]");
    }
}
END_TEST

static tn_output squared_sums(const tn_output *x)
{
    tn_output dx = { NULL, 0 };
    (void)tn_gradients(TN_OUTPUTS(tn_square(reduce("Mean", x[0], tn_vector(0), false))), TN_OUTPUTS(x[0]), &dx);
    return dx;
}

START_TEST(second_derivatives)
{
    EXPECT_GRADIENTS(squared_sums, SHAPED(F64S(1, 2, 3, 4), 2, 2));
}
END_TEST

START_TEST(places_have_none)
{
    tn_output x = tn_vector(1.0f, 2.0f), dx;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_argmax(x, 0)), TN_OUTPUTS(x), &dx), TN_OK);
    ck_assert_ptr_null(dx.op);
}
END_TEST

TN_SUITE("ops reduce", wrong_axes, wrong_axes_of_places, wrong_axes_when_run, axes_that_are_fed, partial_shapes, gradients,
         products_of_zeros, no_axes, empty_inputs, ties_share, second_derivatives, places_have_none)
