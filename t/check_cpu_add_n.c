/* AddN. Every case is also run over each of its inputs. */
#include "values.h"

START_TEST(sums)
{
    EXPECT(F32S(1, 2), "AddN", F32S(1, 2));
    EXPECT(F32S(11, 22), "AddN", F32S(1, 2), F32S(10, 20));
    EXPECT(F64S(111, 222), "AddN", F64S(1, 2), F64S(10, 20), F64S(100, 200));
    EXPECT(I32(1111), "AddN", I32(1), I32(10), I32(100), I32(1000));
    EXPECT(SHAPED(I64S(3, 3), 1, 2), "AddN", SHAPED(I64S(1, 2), 1, 2), SHAPED(I64S(2, 1), 1, 2));
    EXPECT(EMPTY(TN_FLOAT32, 0, 2), "AddN", EMPTY(TN_FLOAT32, 0, 2), EMPTY(TN_FLOAT32, 0, 2));
}
END_TEST

/* More than one tile, and a part of one. */
START_TEST(many_elements)
{
    enum { N = 1300 };
    float x[N], sum[N];
    const int64_t dims[] = { N };
    for (int i = 0; i < N; i++) {
        x[i] = (float)i;
        sum[i] = 3 * (float)i;
    }
#define X tn_tensor_new(root, TN_FLOAT32, 1, dims, x)
    EXPECT(tn_tensor_new(root, TN_FLOAT32, 1, dims, sum), "AddN", X, X, X);
}
END_TEST

START_TEST(integers_wrap)
{
    EXPECT(I32S(INT32_MIN), "AddN", I32S(INT32_MAX), I32S(1));
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR(TN_UNIMPLEMENTED, "uint8", "AddN", EMPTY(TN_UINT8, 1));
}
END_TEST

TN_SUITE("cpu add_n", sums, many_elements, integers_wrap, no_kernel)
