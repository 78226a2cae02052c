/* Kernels that put tensors together and take them apart; values are NumPy's. */
#include "values.h"

#define AXIS(n) TN_ATTRS(TN_INT_ATTR("axis", n))

/* Runs an operation with several outputs; frees all. */
static void expect_outputs(const char *type, tn_attrs attrs, int n, tn_tensor **in, int m, tn_tensor **want)
{
    tn_tensor *out[DRIVE_OUTPUTS];
    ck_assert_msg(drive_all(type, attrs, n, in, m, out) == TN_OK, "%s", tn_last_error()->message);
    for (int i = 0; i < m; i++) {
        expect_values(type, out[i], want[i], 0);
        talloc_free(out[i]);
        talloc_free(want[i]);
    }
    for (int i = 0; i < n; i++)
        talloc_free(in[i]);
}
#define LIST(...)                                                                                                                          \
    (int)COUNT_OF(tn_tensor *, __VA_ARGS__), (tn_tensor *[])                                                                               \
    {                                                                                                                                      \
        __VA_ARGS__                                                                                                                        \
    }
#define EXPECT_ALL(type, attrs, in, ...) expect_outputs(type, attrs, in, LIST(__VA_ARGS__))

START_TEST(concat)
{
    EXPECT(I32S(1, 2, 3), "ConcatV2", I32S(1), I32S(2, 3), I32(0));
    EXPECT(SHAPED(I32S(1, 2, 5, 3, 4, 6), 2, 3), "ConcatV2", SHAPED(I32S(1, 2, 3, 4), 2, 2), SHAPED(I32S(5, 6), 2, 1), I32(-1));
    EXPECT(F64S(1, 2), "ConcatV2", EMPTY(TN_FLOAT64, 0), F64S(1, 2), EMPTY(TN_FLOAT64, 0), I64(0));
    EXPECT(EMPTY(TN_FLOAT64, 0, 5), "ConcatV2", EMPTY(TN_FLOAT64, 0, 2), EMPTY(TN_FLOAT64, 0, 3), I32(1));
    EXPECT(SHAPED(I32S(1, 2), 2, 1), "ConcatV2", SHAPED(I32S(1, 2), 2, 1), EMPTY(TN_INT32, 2, 0), I32(1));
}
END_TEST

START_TEST(pack)
{
    EXPECT(SHAPED(I32S(1, 2, 3, 4), 2, 2), "Pack", I32S(1, 2), I32S(3, 4));
    EXPECT_WITH(0, SHAPED(I32S(1, 3, 2, 4), 2, 2), "Pack", AXIS(-1), I32S(1, 2), I32S(3, 4));
    EXPECT(BOOLS(true, false), "Pack", BOOL(true), BOOL(false));
    EXPECT(EMPTY(TN_FLOAT32, 2, 0), "Pack", EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0));
}
END_TEST

START_TEST(unpack)
{
    tn_attrs two = TN_ATTRS(TN_INT_ATTR("num", 2), TN_INT_ATTR("axis", 1));
    EXPECT_ALL("Unpack", two, LIST(SHAPED(I32S(1, 2, 3, 4), 2, 2)), I32S(1, 3), I32S(2, 4));
    EXPECT_ALL("Unpack", TN_ATTRS(TN_INT_ATTR("num", 2)), LIST(F32S(1, 2)), F32(1), F32(2));
    EXPECT_ALL("Unpack", two, LIST(EMPTY(TN_FLOAT32, 0, 2)), EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0));
}
END_TEST

START_TEST(split)
{
    tn_attrs two = TN_ATTRS(TN_INT_ATTR("num_split", 2));
    EXPECT_ALL("Split", two, LIST(I32(1), SHAPED(I32S(1, 2, 3, 4), 2, 2)), SHAPED(I32S(1, 3), 2, 1), SHAPED(I32S(2, 4), 2, 1));
    EXPECT_ALL("Split", two, LIST(I32(-1), F32S(1, 2, 3, 4)), F32S(1, 2), F32S(3, 4));
    EXPECT_ALL("Split", two, LIST(I32(0), EMPTY(TN_FLOAT32, 0)), EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0));
}
END_TEST

START_TEST(concat_offset)
{
    EXPECT_ALL("ConcatOffset", TN_ATTRS(), LIST(I32(1), I32S(2, 2), I32S(2, 3), I32S(2, 4)), I32S(0, 0), I32S(0, 2), I32S(0, 5));
    EXPECT_ALL("ConcatOffset", TN_ATTRS(), LIST(I32(-2), I32S(1, 2), I32S(7, 2)), I32S(0, 0), I32S(1, 0));
    EXPECT_ERROR(TN_INVALID_ARGUMENT, "the offset of input 2 does not fit 32 bits", "ConcatOffset", I32(0), I32S(INT32_MAX),
                 I32S(INT32_MAX));
}
END_TEST

TN_SUITE("cpu concat", concat, pack, unpack, split, concat_offset)
