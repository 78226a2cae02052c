/* Broadcasting and the walking of loops, lib/cpu/elementwise.c, through operations of two and three inputs. */
#include "values.h"

START_TEST(operands_of_one_shape)
{
    EXPECT(SHAPED(F32S(11, 22, 33, 44), 2, 2), "Add", SHAPED(F32S(1, 2, 3, 4), 2, 2), SHAPED(F32S(10, 20, 30, 40), 2, 2));
    EXPECT(F32(5), "Add", F32(2), F32(3));
    EXPECT(SHAPED(F32S(5), 1, 1, 1), "Add", F32(2), SHAPED(F32S(3), 1, 1, 1));
}
END_TEST

START_TEST(scalar_operands)
{
    EXPECT(F32S(9, 8, 7), "Sub", F32(10), F32S(1, 2, 3));
    EXPECT(F32S(-9, -8, -7), "Sub", F32S(1, 2, 3), F32(10));
    EXPECT(SHAPED(F32S(9, 8), 1, 2), "Sub", SHAPED(F32S(10), 1, 1), F32S(1, 2));
}
END_TEST

START_TEST(rows_and_columns)
{
    EXPECT(SHAPED(F32S(9, 18, 8, 17, 7, 16), 3, 2), "Sub", F32S(10, 20), SHAPED(F32S(1, 2, 2, 3, 3, 4), 3, 2));
    EXPECT(SHAPED(F32S(11, 21, 31, 12, 22, 32), 2, 3), "Add", SHAPED(F32S(1, 2), 2, 1), F32S(10, 20, 30));
    EXPECT(SHAPED(F32S(11, 21, 31, 12, 22, 32), 2, 3), "Add", F32S(10, 20, 30), SHAPED(F32S(1, 2), 2, 1));
    EXPECT(SHAPED(F32S(0, 1, 2, 2, 3, 4), 2, 3), "Sub", SHAPED(F32S(1, 2, 3, 4, 5, 6), 2, 3), SHAPED(F32S(1, 2), 2, 1));
}
END_TEST

/* What broadcasting means, one element at a time. */
static int64_t at(const tn_tensor *t, const int64_t *index, int rank)
{
    int64_t i = 0;
    int own = tn_tensor_rank(t);
    for (int d = 0; d < own; d++)
        i = i * tn_tensor_dim(t, d) + (tn_tensor_dim(t, d) == 1 ? 0 : index[rank - own + d]);
    return i;
}

/* Inputs 1, 2, 3 … of two shapes of rank 8 to 0, the result made by hand. */
static void check_shapes(int rank, const int64_t *out, tn_tensor *a, tn_tensor *b)
{
    int64_t index[TN_MAX_RANK] = { 0 };
    tn_tensor *want = tn_tensor_new(root, TN_INT32, rank, out, NULL);
    for (int64_t i = 0; i < tn_tensor_size(a); i++)
        tn_i32(a)[i] = (int32_t)(i * 1000);
    for (int64_t i = 0; i < tn_tensor_size(b); i++)
        tn_i32(b)[i] = (int32_t)i;
    for (int64_t i = 0; i < tn_tensor_size(want); i++) {
        tn_i32(want)[i] = tn_i32(a)[at(a, index, rank)] - tn_i32(b)[at(b, index, rank)];
        for (int d = rank - 1; d >= 0 && ++index[d] == out[d]; d--)
            index[d] = 0;
    }
    EXPECT(want, "Sub", a, b);
}

START_TEST(eight_dimensions)
{
    const int64_t out[] = { 2, 3, 2, 1, 3, 2, 2, 3 };
    check_shapes(8, out, EMPTY(TN_INT32, 2, 1, 2, 1, 3, 1, 2, 1), EMPTY(TN_INT32, 1, 3, 1, 1, 1, 2, 1, 3));
    check_shapes(8, out, EMPTY(TN_INT32, 2, 3, 2, 1, 3, 2, 2, 3), EMPTY(TN_INT32, 3, 1, 2, 1));
    check_shapes(8, out, EMPTY(TN_INT32, 2, 3), EMPTY(TN_INT32, 2, 3, 2, 1, 3, 2, 2, 1));
    check_shapes(8, out, EMPTY(TN_INT32, 2, 3, 2, 1, 3, 2, 1, 1), EMPTY(TN_INT32, 1, 1, 2, 1, 1, 2, 2, 3));
}
END_TEST

START_TEST(three_dimensions)
{
    const int64_t out[] = { 4, 5, 7 };
    check_shapes(3, out, EMPTY(TN_INT32, 4, 1, 7), EMPTY(TN_INT32, 5, 1));
    check_shapes(3, out, EMPTY(TN_INT32, 4, 5, 1), EMPTY(TN_INT32, 1, 1, 7));
    check_shapes(3, out, EMPTY(TN_INT32, 4, 5, 7), EMPTY(TN_INT32, 4, 1, 1));
    check_shapes(3, out, EMPTY(TN_INT32, 1), EMPTY(TN_INT32, 4, 5, 7));
}
END_TEST

START_TEST(empty_operands)
{
    EXPECT(EMPTY(TN_FLOAT32, 0), "Add", EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0));
    EXPECT(EMPTY(TN_FLOAT32, 0), "Add", EMPTY(TN_FLOAT32, 0), F32(1));
    EXPECT(EMPTY(TN_FLOAT32, 3, 0), "Add", SHAPED(F32S(1, 2, 3), 3, 1), EMPTY(TN_FLOAT32, 0));
    EXPECT(EMPTY(TN_BOOL, 0, 2), "Less", EMPTY(TN_FLOAT32, 0, 2), F32S(1, 2));
}
END_TEST

START_TEST(shapes_that_do_not_fit)
{
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Dimensions must be equal, but are 3 and 4", "Add", EMPTY(TN_FLOAT32, 2, 3), EMPTY(TN_FLOAT32, 4));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "with input shapes: [2,3], [0].", "Add", EMPTY(TN_FLOAT32, 2, 3), EMPTY(TN_FLOAT32, 0));
}
END_TEST

/* Only an input of the output's shape, with elements of its size, may be written over. */
START_TEST(in_place)
{
    tn_tensor *a = SHAPED(F32S(1, 2, 3, 4), 2, 2), *b = F32S(1, 2);
    talloc_free(DRIVE("Add", a, b));
    ck_assert_uint_eq(drive_in_place_bits, 1);
    talloc_free(DRIVE("Add", b, a));
    ck_assert_uint_eq(drive_in_place_bits, 2);
    talloc_free(DRIVE("Add", a, a));
    ck_assert_uint_eq(drive_in_place_bits, 3);
    talloc_free(DRIVE("Less", a, a));
    ck_assert_uint_eq(drive_in_place_bits, 0);
    talloc_free(a);
    talloc_free(b);
}
END_TEST

static tn_status prepare_and_run(void *owner)
{
    tn_tensor *a = tn_tensor_new(owner, TN_FLOAT32, 1, (int64_t[]){ 2 }, (float[]){ 1, 2 }), *y = NULL;
    tn_status status = TN_RESOURCE_EXHAUSTED;
    if (a)
        status = drive_all("Add", (tn_attrs){ NULL, 0 }, 2, (tn_tensor *[]){ a, a }, 1, &y);
    talloc_free(y);
    talloc_free(a);
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(prepare_and_run);
}
END_TEST

TN_SUITE("cpu elementwise", operands_of_one_shape, scalar_operands, rows_and_columns, eight_dimensions, three_dimensions, empty_operands,
         shapes_that_do_not_fit, in_place, memory_may_run_out)
