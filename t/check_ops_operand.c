/* Operands whose values steer shapes. */
#include "dims_check.h"
#include "ops/operand.h"

static const int64_t items[] = { 3, -1, 5 };

START_TEST(one_integer)
{
    int64_t value = 7;
    const tn_operand one = { .dtype = TN_INT64, .dims = tn_dims_vector(1), .value = &items[2] };
    const tn_operand three = { .dtype = TN_INT64, .dims = tn_dims_vector(3), .value = items };
    const tn_operand none = { .dtype = TN_INT64, .dims = tn_dims_vector(0), .value = items };
    const tn_operand unknown = { .dtype = TN_INT64, .dims = tn_dims_scalar() };
    ck_assert(!tn_operand_int(&three, &value) && !tn_operand_int(&none, &value) && !tn_operand_int(&unknown, &value));
    ck_assert(tn_operand_int(&one, &value));
    ck_assert_int_eq(value, 5);
}
END_TEST

/* Inference of one operand that stands for itself. */
static tn_infer infer_of(const tn_operand *operand, tn_dims *out)
{
    tn_infer c = { .op = tn_vector(1).op, .num_inputs = 1, .num_outputs = 1, .in = operand, .out = out };
    return c;
}

START_TEST(lists)
{
    tn_int_list list;
    tn_dims out;
    tn_operand operand = { .dtype = TN_INT64, .dims = tn_dims_vector(3), .value = items };
    tn_infer c = infer_of(&operand, &out);
    ck_assert_int_eq(tn_expect_ints(&c, 0, &list), TN_OK);
    ck_assert(list.known && list.n == 3 && list.item[1] == -1);
    operand.value = NULL;
    ck_assert_int_eq(tn_expect_ints(&c, 0, &list), TN_OK);
    ck_assert(!list.known && list.n == 3);
    operand.dims = tn_dims_unknown();
    ck_assert_int_eq(tn_expect_ints(&c, 0, &list), TN_OK);
    ck_assert(!list.known && list.n == -1);
    operand.dims = tn_dims_vector(TN_MOST_INTS + 1);
    ck_assert_int_eq(tn_expect_ints(&c, 0, &list), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Input 0 has 33 items, the most are 32");
    operand.dims = tn_dims_scalar();
    ck_assert_int_eq(tn_expect_ints(&c, 0, &list), TN_INVALID_ARGUMENT);
}
END_TEST

START_TEST(shapes)
{
    tn_dims out, shape;
    tn_operand operand = { .dtype = TN_INT64, .dims = tn_dims_vector(3), .value = items };
    tn_infer c = infer_of(&operand, &out);
    ck_assert_int_eq(tn_expect_shape(&c, 0, &shape), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Dimension -1 must be >= 0");
    operand.dims = tn_dims_vector(1);
    ck_assert_int_eq(tn_expect_shape(&c, 0, &shape), TN_OK);
    ck_assert(shape.rank == 1 && shape.dim[0] == 3);
    operand.dims = tn_dims_vector(9);
    operand.value = NULL;
    ck_assert_int_eq(tn_expect_shape(&c, 0, &shape), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "the highest rank is 8");
}
END_TEST

TN_SUITE("ops operand", one_integer, lists, shapes)
