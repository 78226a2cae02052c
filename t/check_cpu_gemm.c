/* The matrix product, against the definition. */
#include "cpu/gemm.h"
#include "harness.h"

/* Small whole numbers: every product and sum is exact, so that the results must be equal, whatever their order. */
static double element(int64_t i)
{
    return (double)((i * 7 + i / 13) % 11 - 5);
}

static void store(tn_dtype dtype, void *data, int64_t i, double v)
{
    if (dtype == TN_FLOAT32)
        ((float *)data)[i] = (float)v;
    else if (dtype == TN_FLOAT64)
        ((double *)data)[i] = v;
    else if (dtype == TN_INT32)
        ((int32_t *)data)[i] = (int32_t)v;
    else
        ((int64_t *)data)[i] = (int64_t)v;
}

static double load(tn_dtype dtype, const void *data, int64_t i)
{
    return dtype == TN_FLOAT32   ? (double)((const float *)data)[i]
           : dtype == TN_FLOAT64 ? ((const double *)data)[i]
           : dtype == TN_INT32   ? (double)((const int32_t *)data)[i]
                                 : (double)((const int64_t *)data)[i];
}

/* A tensor's worth of memory, exactly as long as needed, so that memory checkers see what is outside. */
static void *filled(tn_dtype dtype, int64_t n, double scale)
{
    void *data = talloc_array_size(root, tn_dtype_size(dtype), (unsigned)n + !n);
    for (int64_t i = 0; i < n; i++)
        store(dtype, data, i, scale * element(i));
    return data;
}

static void expect_product(tn_dtype dtype, bool ta, bool tb, int64_t m, int64_t n, int64_t k)
{
    void *a = filled(dtype, m * k, 1), *b = filled(dtype, k * n, -1), *c = filled(dtype, m * n, 99);
    tn_gemm_of(dtype)(ta, tb, m, n, k, a, b, c);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t p = 0; p < k; p++)
                sum -= element(ta ? p * m + i : i * k + p) * element(tb ? j * k + p : p * n + j);
            double got = load(dtype, c, i * n + j);
            ck_assert_msg(got == sum, "%s %d%d [%d,%d,%d]: [%d,%d] is %g, not %g", tn_dtype_name(dtype), ta, tb, (int)m, (int)n, (int)k,
                          (int)i, (int)j, got, sum);
        }
    talloc_free(a);
    talloc_free(b);
    talloc_free(c);
}

static const tn_dtype dtypes[] = { TN_FLOAT32, TN_FLOAT64, TN_INT32, TN_INT64 };

/* Sizes on both sides of every edge: strip, panel, blocks of k and of n, and the small ones that are not packed. */
static void expect_products(const int64_t (*sizes)[3], size_t n)
{
    for (size_t d = 0; d < sizeof dtypes / sizeof dtypes[0]; d++)
        for (size_t s = 0; s < n; s++)
            for (int t = 0; t < 4; t++)
                expect_product(dtypes[d], t & 1, t >> 1, sizes[s][0], sizes[s][1], sizes[s][2]);
}

START_TEST(small)
{
    static const int64_t sizes[][3] = { { 1, 1, 1 }, { 1, 5, 3 }, { 5, 1, 3 }, { 2, 2, 2 }, { 3, 40, 60 }, { 8, 8, 8 }, { 4, 4, 400 } };
    expect_products(sizes, sizeof sizes / sizeof sizes[0]);
}
END_TEST

START_TEST(edges)
{
    static const int64_t sizes[][3] = { { 4, 16, 128 }, { 5, 17, 129 }, { 7, 15, 127 }, { 9, 33, 70 }, { 31, 70, 300 } };
    expect_products(sizes, sizeof sizes / sizeof sizes[0]);
}
END_TEST

START_TEST(several_blocks_of_columns)
{
    expect_product(TN_FLOAT32, false, false, 6, 261, 131);
    expect_product(TN_FLOAT32, true, true, 6, 257, 130);
    expect_product(TN_FLOAT64, false, true, 6, 131, 131);
}
END_TEST

START_TEST(nothing_to_multiply)
{
    float c[6] = { 1, 2, 3, 4, 5, 6 };
    tn_gemm gemm = tn_gemm_of(TN_FLOAT32);
    gemm(false, false, 2, 3, 0, c, c, c);
    for (int i = 0; i < 6; i++)
        ck_assert(c[i] == 0);
    c[0] = 7;
    gemm(false, false, 0, 3, 2, c, c, c);
    gemm(false, false, 3, 0, 2, c, c, c);
    ck_assert(c[0] == 7);
}
END_TEST

START_TEST(integers_wrap)
{
    int32_t a[] = { INT32_MAX, 2 }, b[] = { 2, INT32_MAX }, c;
    tn_gemm_of(TN_INT32)(false, false, 1, 1, 2, a, b, &c);
    ck_assert_int_eq(c, -4);
    int64_t d[] = { INT64_MIN, 3 }, e[] = { -1, 1 }, f;
    tn_gemm_of(TN_INT64)(false, false, 1, 1, 2, d, e, &f);
    ck_assert(f == INT64_MIN + 3);
}
END_TEST

/* Zeros are multiplied like all else: 0 * NaN and 0 * infinity are NaN. */
START_TEST(nan_comes_through)
{
    float a[20 * 20] = { 0 }, b[20 * 20] = { 0 }, c[20 * 20];
    b[0] = __builtin_nanf("");
    b[1] = __builtin_inff();
    tn_gemm_of(TN_FLOAT32)(false, false, 20, 20, 20, a, b, c);
    for (int i = 0; i < 20; i++)
        ck_assert(c[20 * i] != c[20 * i] && c[20 * i + 1] != c[20 * i + 1] && c[20 * i + 2] == 0);
}
END_TEST

START_TEST(other_dtypes)
{
    ck_assert_ptr_null(tn_gemm_of(TN_BOOL));
    ck_assert_ptr_null(tn_gemm_of(TN_FLOAT16));
}
END_TEST

TN_SUITE("cpu gemm", small, edges, several_blocks_of_columns, nothing_to_multiply, integers_wrap, nan_comes_through, other_dtypes)
