/* The gradient of Tile: by all axes at once, by one after the other where twice the rank is too much, and for what is not known. */
#include "dims_check.h"
#include "gradient_check.h"

static tn_output tiled(const tn_output *x)
{
    return tn_square(tn_tile(x[0], tn_vector(2, 3)));
}
static tn_output tiled_by_longs(const tn_output *x)
{
    return tn_square(tn_tile(x[0], tn_vector(2L, 1L)));
}
static tn_output tiled_four(const tn_output *x)
{
    return tn_square(tn_tile(x[0], tn_vector(1, 2, 1, 3)));
}
static tn_output tiled_five(const tn_output *x)
{
    return tn_square(tn_tile(x[0], tn_vector(2, 1, 3, 1, 2)));
}
static tn_output tiled_eight(const tn_output *x)
{
    return tn_square(tn_tile(x[0], tn_vector(1, 2, 1, 1, 1, 1, 1, 3)));
}
static tn_output tiled_away(const tn_output *x)
{
    return tn_square(tn_tile(x[0], tn_vector(2, 0)));
}

START_TEST(gradients)
{
    EXPECT_GRADIENTS(tiled, SHAPED(F64S(1, 2, 3, 4), 2, 2));
    EXPECT_GRADIENTS(tiled_by_longs, SHAPED(F64S(1, 2, 3, 4), 2, 2));
    EXPECT_GRADIENTS(tiled_four, SHAPED(F64S(1, 2, 3, 4), 1, 2, 2, 1));
}
END_TEST

/* dx of sum(f(x)), x a placeholder of these dims that gets the values; frees both tensors. */
static void expect_dx(gradient_function f, const char *dims, tn_tensor *value, tn_tensor *want)
{
    tn_output x = placeholder_of(TN_FLOAT64, dims), dx;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(f(&x)), TN_OUTPUTS(x), &dx), TN_OK);
    WITH_SESSION(s, .parent = root) {
        tn_tensor *got = tn_run(s, dx, .feeds = TN_FEEDS({ x, value }));
        ck_assert_msg(got != NULL, "%s", tn_last_error()->message);
        expect_values(dims, got, want, 0);
        talloc_free(got);
    }
    talloc_free(value);
    talloc_free(want);
}

START_TEST(ranks_whose_double_is_too_much)
{
    expect_dx(tiled_five, "[1,2,1,2,1]", SHAPED(F64S(1, 2, 3, 4), 1, 2, 1, 2, 1), SHAPED(F64S(24, 48, 72, 96), 1, 2, 1, 2, 1));
    expect_dx(tiled_five, "[?,2,1,?,1]", SHAPED(F64S(1, 2, 3, 4), 1, 2, 1, 2, 1), SHAPED(F64S(24, 48, 72, 96), 1, 2, 1, 2, 1));
    expect_dx(tiled_eight, "[1,2,1,1,1,1,1,1]", SHAPED(F64S(1, 2), 1, 2, 1, 1, 1, 1, 1, 1), SHAPED(F64S(12, 24), 1, 2, 1, 1, 1, 1, 1, 1));
}
END_TEST

START_TEST(shapes_with_a_zero)
{
    expect_dx(tiled_away, "[1,2]", SHAPED(F64S(1, 2), 1, 2), SHAPED(F64S(0, 0), 1, 2));
    expect_dx(tiled, "[0,2]", EMPTY(TN_FLOAT64, 0, 2), EMPTY(TN_FLOAT64, 0, 2));
    expect_dx(tiled, "[?,2]", EMPTY(TN_FLOAT64, 0, 2), EMPTY(TN_FLOAT64, 0, 2));
}
END_TEST

START_TEST(a_scalar)
{
    tn_output x = placeholder_of(TN_FLOAT64, "[]"), dx;
    tn_output y = tn_square(tn_tile(x, tn_zeros(TN_INT32, TN_SHAPE(0))));
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx), TN_OK);
    WITH_SESSION(s, .parent = root) {
        tn_tensor *three = F64(3);
        expect_text(tn_run(s, dx, .feeds = TN_FEEDS({ x, three })), "6.0");
        talloc_free(three);
    }
}
END_TEST

/* Repetitions that are fed: the graph of the gradient is the same for whatever they are. */
START_TEST(multiples_that_are_fed)
{
    tn_output x = placeholder_of(TN_FLOAT64, "[2]"), m = LONGS("[1]"), dx;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_tile(x, m)), TN_OUTPUTS(x), &dx), TN_OK);
    WITH_SESSION(s, .parent = root) {
        tn_tensor *v = F64S(1, 2), *five = I64S(5), *none = I64S(0);
        expect_text(tn_run(s, dx, .feeds = TN_FEEDS({ x, v }, { m, five })), "[5. 5.]");
        expect_text(tn_run(s, dx, .feeds = TN_FEEDS({ x, v }, { m, none })), "[0. 0.]");
        talloc_free(v);
        talloc_free(five);
        talloc_free(none);
    }
}
END_TEST

/* No gradient goes to the multiples. */
START_TEST(multiples_have_none)
{
    tn_output m = tn_vector(2), dm;
    ck_assert_int_eq(tn_gradients(TN_OUTPUTS(tn_tile(tn_vector(1.0), m)), TN_OUTPUTS(m), &dm), TN_OK);
    ck_assert_ptr_null(dm.op);
}
END_TEST

static tn_status differentiate(int rank)
{
    tn_output x = tn_ones(TN_FLOAT32, ((tn_shape){ (const int64_t[]){ 1, 1, 1, 1, 1 }, rank }));
    tn_output m = tn_ones(TN_INT32, TN_SHAPE(rank)), y = tn_tile(x, m), dx;
    return y.op ? tn_gradients(TN_OUTPUTS(y), TN_OUTPUTS(x), &dx) : tn_last_error()->code;
}
static tn_status at_once(void *owner)
{
    (void)owner;
    return differentiate(1);
}
static tn_status one_by_one(void *owner)
{
    (void)owner;
    return differentiate(5);
}

START_TEST(survives_oom)
{
    expect_survives_oom(at_once);
    expect_survives_oom(one_by_one);
}
END_TEST

TN_SUITE("ops tile", gradients, ranks_whose_double_is_too_much, shapes_with_a_zero, a_scalar, multiples_that_are_fed, multiples_have_none,
         survives_oom)
