/* MatMul as an operation; the product itself is tested in check_cpu_gemm.c. */
#include "values.h"

#define TRANSPOSE(a, b) TN_ATTRS(TN_BOOL_ATTR("transpose_a", a), TN_BOOL_ATTR("transpose_b", b))

START_TEST(transposes)
{
    EXPECT(SHAPED(F32S(22, 28, 49, 64), 2, 2), "MatMul", SHAPED(F32S(1, 2, 3, 4, 5, 6), 2, 3), SHAPED(F32S(1, 2, 3, 4, 5, 6), 3, 2));
    EXPECT_WITH(0, SHAPED(F32S(22, 28, 49, 64), 2, 2), "MatMul", TRANSPOSE(true, false), SHAPED(F32S(1, 4, 2, 5, 3, 6), 3, 2),
                SHAPED(F32S(1, 2, 3, 4, 5, 6), 3, 2));
    EXPECT_WITH(0, SHAPED(F64S(22, 28, 49, 64), 2, 2), "MatMul", TRANSPOSE(false, true), SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3),
                SHAPED(F64S(1, 3, 5, 2, 4, 6), 2, 3));
    EXPECT_WITH(0, SHAPED(I32S(22, 28, 49, 64), 2, 2), "MatMul", TRANSPOSE(true, true), SHAPED(I32S(1, 4, 2, 5, 3, 6), 3, 2),
                SHAPED(I32S(1, 3, 5, 2, 4, 6), 2, 3));
    EXPECT(SHAPED(I64S(-6), 1, 1), "MatMul", SHAPED(I64S(2), 1, 1), SHAPED(I64S(-3), 1, 1));
}
END_TEST

START_TEST(sizes_of_zero)
{
    EXPECT(SHAPED(F32S(0, 0, 0, 0, 0, 0), 2, 3), "MatMul", EMPTY(TN_FLOAT32, 2, 0), EMPTY(TN_FLOAT32, 0, 3));
    EXPECT(EMPTY(TN_FLOAT32, 0, 3), "MatMul", EMPTY(TN_FLOAT32, 0, 2), SHAPED(F32S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT(EMPTY(TN_INT32, 2, 0), "MatMul", SHAPED(I32S(1, 2), 2, 1), EMPTY(TN_INT32, 1, 0));
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR(TN_UNIMPLEMENTED, "half", "MatMul", EMPTY(TN_FLOAT16, 1, 1), EMPTY(TN_FLOAT16, 1, 1));
}
END_TEST

TN_SUITE("cpu matmul", transposes, sizes_of_zero, no_kernel)
