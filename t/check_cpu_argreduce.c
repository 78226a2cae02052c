/* Values of lib/cpu/argreduce.c, TensorFlow's own. */
#include "values.h"

START_TEST(places)
{
    EXPECT(I64S(2, 0), "ArgMax", SHAPED(F32S(1, 2, 3, 9, 5, 6), 2, 3), I32(1));
    EXPECT(I64S(1, 1, 1), "ArgMax", SHAPED(F32S(1, 2, 3, 9, 5, 6), 2, 3), I32(0));
    EXPECT(I64S(0, 1), "ArgMin", SHAPED(F64S(1, 2, 3, 9, 5, 6), 2, 3), I64(-1));
    EXPECT(I64(1), "ArgMax", I32S(INT32_MIN, INT32_MAX), I32(0));
    EXPECT(I64(0), "ArgMin", I64S(INT64_MIN, INT64_MAX), I32(0));
    EXPECT(SHAPED(I64S(1, 0, 1, 0), 2, 2), "ArgMax", SHAPED(I32S(1, 4, 3, 2, 5, 8, 7, 6), 2, 2, 2), I32(1));
}
END_TEST

START_TEST(the_first_of_equals)
{
    EXPECT(I64(1), "ArgMax", F32S(1, 3, 3, 3), I32(0));
    EXPECT(I64(0), "ArgMin", F32S(1, 1, 3), I32(0));
}
END_TEST

START_TEST(nan_is_passed_over)
{
    EXPECT(I64(2), "ArgMax", F32S(1, NAN, 3, NAN, 2), I32(0));
    EXPECT(I64(2), "ArgMax", F32S(NAN, 1, 3), I32(0));
    EXPECT(I64(2), "ArgMin", F64S(1, NAN, 0, NAN, 2), I32(0));
    EXPECT(I64(0), "ArgMax", F64S(NAN, NAN), I32(0));
    EXPECT(I64(0), "ArgMax", F32S(-INFINITY, NAN), I32(0));
}
END_TEST

START_TEST(narrow_results)
{
    tn_attr attr = TN_TYPE_ATTR("output_type", TN_INT32);
    const tn_attrs attrs = { &attr, 1 };
    EXPECT_WITH(0, I32(1), "ArgMax", attrs, F32S(1, 3), I32(0));
}
END_TEST

START_TEST(empty)
{
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "Reduction axis 0 is empty in shape [0,3]", "ArgMax", EMPTY(TN_FLOAT32, 0, 3), I32(0));
    EXPECT(EMPTY(TN_INT64, 0), "ArgMax", EMPTY(TN_FLOAT32, 0, 3), I32(1));
    /* Blocks of nothing take no time. */
    EXPECT(EMPTY(TN_INT64, (int64_t)1 << 55, 0), "ArgMax", EMPTY(TN_FLOAT32, (int64_t)1 << 55, 3, 0), I32(1));
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for half", "ArgMin", EMPTY(TN_FLOAT16, 3), I32(0));
}
END_TEST

/* Few different numbers, NaN among them; what is expected is found as it is said: the first of the largest that are none. */
static void check_many(int64_t n, int64_t columns, unsigned nans)
{
    tn_tensor *x = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ n, columns }, NULL);
    float *data = tn_f32(x);
    unsigned seed = 5;
    for (int64_t i = 0; i < n * columns; i++) {
        seed = seed * 1103515245 + 12345;
        data[i] = seed >> 16 & 7 ? (float)(seed >> 20 & 15) : (seed >> 24 & 15) < nans ? NAN : -INFINITY;
    }
    for (int least = 0; least < 2; least++) {
        tn_tensor *axis = I32(0), *at = DRIVE(least ? "ArgMin" : "ArgMax", x, axis);
        ck_assert_ptr_nonnull(at);
        for (int64_t j = 0; j < columns; j++) {
            int64_t found = -1;
            for (int64_t i = 0; i < n; i++) {
                float value = data[i * columns + j], best = found < 0 ? 0 : data[found * columns + j];
                if (value == value && (found < 0 || (least ? value < best : value > best)))
                    found = i;
            }
            ck_assert_msg(tn_i64(at)[j] == (found < 0 ? 0 : found), "%d columns of %d, column %d", (int)columns, (int)n, (int)j);
        }
        talloc_free(at);
        talloc_free(axis);
    }
    talloc_free(x);
}

START_TEST(long_rows_and_many_columns)
{
    for (unsigned nans = 0; nans < 17; nans += 8)
        for (int64_t n = 1; n < 300; n += n < 70 ? 7 : 61) {
            check_many(n, 1, nans);
            check_many(n, 2, nans);
            check_many(n, 63, nans);
            check_many(n, 200, nans);
        }
}
END_TEST

TN_SUITE("cpu argreduce", places, the_first_of_equals, nan_is_passed_over, narrow_results, empty, long_rows_and_many_columns)
