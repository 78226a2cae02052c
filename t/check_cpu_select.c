/* Values of lib/cpu/select.c: conditions of every kind, elements of every size. */
#include "values.h"

START_TEST(same_shape)
{
    EXPECT(F32S(1, 20, 3), "Select", BOOLS(true, false, true), F32S(1, 2, 3), F32S(10, 20, 30));
    EXPECT(I64S(1, 20), "Select", BOOLS(true, false), I64S(1, 2), I64S(10, 20));
    EXPECT(BOOLS(true, true), "Select", BOOLS(true, false), BOOLS(true, false), BOOLS(false, true));
    EXPECT(F32(1), "Select", BOOL(true), F32(1), F32(2));
    EXPECT(EMPTY(TN_FLOAT32, 0), "Select", EMPTY(TN_BOOL, 0), EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0));
}
END_TEST

START_TEST(one_condition_for_all)
{
    EXPECT(I32S(1, 2), "Select", BOOL(true), I32S(1, 2), I32S(3, 4));
    EXPECT(I32S(3, 4), "Select", BOOL(false), I32S(1, 2), I32S(3, 4));
}
END_TEST

START_TEST(a_condition_for_each_slice)
{
    EXPECT(SHAPED(F32S(1, 2, 30, 40, 5, 6), 3, 2), "Select", BOOLS(true, false, true), SHAPED(F32S(1, 2, 3, 4, 5, 6), 3, 2),
           SHAPED(F32S(10, 20, 30, 40, 50, 60), 3, 2));
    EXPECT(SHAPED(I32S(1, 2, 30, 40), 2, 1, 2), "Select", BOOLS(true, false), SHAPED(I32S(1, 2, 3, 4), 2, 1, 2),
           SHAPED(I32S(10, 20, 30, 40), 2, 1, 2));
    EXPECT(EMPTY(TN_FLOAT32, 2, 0), "Select", BOOLS(true, false), EMPTY(TN_FLOAT32, 2, 0), EMPTY(TN_FLOAT32, 2, 0));
}
END_TEST

START_TEST(broadcasting)
{
    EXPECT(SHAPED(F32S(1, 20, 1, 20), 2, 2), "SelectV2", BOOLS(true, false), SHAPED(F32S(1, 1), 2, 1), F32S(10, 20));
    EXPECT(F32S(0, 5, 0), "SelectV2", BOOLS(false, true, false), F32(5), F32(0));
    EXPECT(F32S(1, 0, 3), "SelectV2", BOOLS(true, false, true), F32S(1, 2, 3), F32(0));
    EXPECT(F32S(0, 2, 0), "SelectV2", BOOLS(true, false, true), F32(0), F32S(1, 2, 3));
    EXPECT(SHAPED(F32S(1, 2, 9, 9), 2, 2), "SelectV2", SHAPED(BOOLS(true, false), 2, 1), F32S(1, 2), F32(9));
    EXPECT(F32S(7, 7), "SelectV2", BOOL(true), F32(7), F32S(1, 2));
}
END_TEST

/* NaN where it is not chosen does not show. */
START_TEST(the_other_side_does_not_show)
{
    EXPECT(F32S(1, 2), "Select", BOOLS(true, false), F32S(1, NAN), F32S(NAN, 2));
}
END_TEST

static void check_size(tn_dtype dtype)
{
    uint8_t a[32], b[32];
    const int64_t two = 2;
    size_t size = tn_dtype_size(dtype);
    memset(a, 0, sizeof a);
    memset(b, 1, sizeof b);
    tn_tensor *want = tn_tensor_new(root, dtype, 1, &two, a);
    memcpy((char *)tn_tensor_data(want) + size, b, size);
    EXPECT(want, "Select", BOOLS(true, false), tn_tensor_new(root, dtype, 1, &two, a), tn_tensor_new(root, dtype, 1, &two, b));
}

START_TEST(every_size)
{
    static const tn_dtype dtypes[] = { TN_INT8,    TN_UINT16, TN_FLOAT16,   TN_BFLOAT16,  TN_UINT32,
                                       TN_FLOAT64, TN_UINT64, TN_COMPLEX64, TN_COMPLEX128 };
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++)
        check_size(dtypes[i]);
}
END_TEST

TN_SUITE("cpu select", same_shape, one_condition_for_all, a_condition_for_each_slice, broadcasting, the_other_side_does_not_show,
         every_size)
