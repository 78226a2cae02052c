/*
 * The matrix product, for each instruction set that this processor has. Its claim is strong: every element is one chain of roundings,
 * however the product is cut. So the oracle is that chain, written with the C library's fma, and results must equal it to the bit.
 */
#include "cpu/gemm.h"
#include "harness.h"

#include <float.h>
#include <math.h>

static const tn_dtype dtypes[] = { TN_FLOAT32, TN_FLOAT64, TN_INT32, TN_INT64 };
enum { NUM_DTYPES = sizeof dtypes / sizeof dtypes[0] };

/* ---- Products to be tried ---- */

typedef struct product {
    const tn_isa *isa;
    tn_dtype dtype;
    bool ta, tb;
    int64_t m, n, k;
    void *a, *b; /* exactly as long as needed, so that memory checkers see what is outside */
} product;

/* How a product may be cut: as is chosen, and as no sizes of a test would make it. */
typedef enum way { CHOSEN, PACKED, DIRECT, COPIED, SMALL_BLOCKS, ONE_STRIP_TASKS, PACKED_BEFORE, ALONE, NUM_WAYS } way;

static tn_gemm gemm_of(const product *x, way how, int threads)
{
    tn_gemm g = tn_gemm_new(x->isa, x->dtype, x->ta, x->tb, x->m, x->n, x->k, threads);
    if (how == PACKED || how == SMALL_BLOCKS || how == PACKED_BEFORE)
        g.pack = true;
    if (how == DIRECT)
        g.pack = x->tb, g.copy = false;
    g.alone = how == ALONE || (how == CHOSEN && g.alone);
    if (how == ALONE)
        g.pack = true, g.block_k = g.phase_k = 7;
    if (how == COPIED || how == SMALL_BLOCKS)
        g.copy = true;
    if (how == SMALL_BLOCKS || how == PACKED_BEFORE)
        g.block_k = 7, g.phase_k = 14, g.phase_n = 2 * g.kernels->columns;
    if (how == ONE_STRIP_TASKS || how == SMALL_BLOCKS)
        g.task_strips = 1, g.task_columns = g.kernels->columns;
    tn_gemm_lay_out(&g, threads);
    return g;
}

static void *bytes(size_t n)
{
    return talloc_size(root, n + !n);
}

static void *aligned(size_t n)
{
    return (void *)(((uintptr_t)bytes(n + 63) + 63) & ~(uintptr_t)63);
}

/* The product of x, cut so; on root. */
static void *multiply(const product *x, way how, tn_pool *pool)
{
    tn_gemm g = gemm_of(x, how, tn_pool_threads(pool));
    void *c = bytes((size_t)(x->m * x->n) * tn_dtype_size(x->dtype)), *packed = NULL;
    memset(c, 0x7e, talloc_get_size(c));
    if (how == PACKED_BEFORE) {
        packed = aligned((size_t)tn_gemm_packed_size(&g) * tn_dtype_size(x->dtype));
        tn_gemm_pack(&g, x->b, packed);
    }
    tn_gemm_run(&g, pool,
                &(tn_gemm_operands){ .a = x->a, .b = packed ? NULL : x->b, .packed = packed, .c = c, .workspace = aligned(g.workspace) });
    return c;
}

/* ---- The definition ---- */

static bool fuses(const product *x)
{
    return strcmp(x->isa->name, "baseline") != 0;
}

#define CHAIN(name, T, U, link)                                                                                                            \
    static void name(const product *x, void *into)                                                                                         \
    {                                                                                                                                      \
        T *c = into;                                                                                                                       \
        const bool fused = fuses(x);                                                                                                       \
        for (int64_t i = 0; i < x->m; i++)                                                                                                 \
            for (int64_t j = 0; j < x->n; j++) {                                                                                           \
                U sum = 0;                                                                                                                 \
                for (int64_t p = 0; p < x->k; p++) {                                                                                       \
                    const U a = (U)((const T *)x->a)[x->ta ? p * x->m + i : i * x->k + p];                                                 \
                    const U b = (U)((const T *)x->b)[x->tb ? j * x->k + p : p * x->n + j];                                                 \
                    sum = link;                                                                                                            \
                }                                                                                                                          \
                c[i * x->n + j] = (T)sum;                                                                                                  \
            }                                                                                                                              \
        (void)fused;                                                                                                                       \
    }
CHAIN(chain_f32, float, float, fused ? fmaf(a, b, sum) : sum + a * b)
CHAIN(chain_f64, double, double, fused ? fma(a, b, sum) : sum + a * b)
CHAIN(chain_i32, int32_t, uint32_t, sum + a * b)
CHAIN(chain_i64, int64_t, uint64_t, sum + a * b)

static void *defined(const product *x)
{
    void *c = bytes((size_t)(x->m * x->n) * tn_dtype_size(x->dtype));
    (x->dtype == TN_FLOAT32 ? chain_f32 : x->dtype == TN_FLOAT64 ? chain_f64 : x->dtype == TN_INT32 ? chain_i32 : chain_i64)(x, c);
    return c;
}

/* ---- Elements ---- */

static uint64_t state;
static uint64_t random_bits(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state ^ state >> 29;
}

/* From -1 to 1; hostile: also denormal and huge numbers, zeros of both signs, infinities, NaN. */
static double random_real(bool hostile, double tiny, double huge)
{
    const double specials[] = { tiny, -tiny, huge, -huge, 0., -0., INFINITY, -INFINITY, NAN };
    const uint64_t r = random_bits();
    if (hostile && r % 8 == 0)
        return specials[(r >> 3) % 128 < 6 * 21 ? (r >> 3) % 6 : 6 + (r >> 11) % 3];
    return (double)(int64_t)random_bits() * 0x1p-63;
}

static void *elements(tn_dtype dtype, int64_t n, bool hostile)
{
    void *data = bytes((size_t)n * tn_dtype_size(dtype));
    for (int64_t i = 0; i < n; i++)
        if (dtype == TN_FLOAT32)
            ((float *)data)[i] = (float)random_real(hostile, FLT_TRUE_MIN, FLT_MAX);
        else if (dtype == TN_FLOAT64)
            ((double *)data)[i] = random_real(hostile, DBL_TRUE_MIN, DBL_MAX);
        else if (dtype == TN_INT32)
            ((uint32_t *)data)[i] = (uint32_t)random_bits();
        else
            ((uint64_t *)data)[i] = random_bits();
    return data;
}

static product product_of(const tn_isa *isa, tn_dtype dtype, int transposes, const int64_t *size, bool hostile)
{
    product x = { isa, dtype, transposes & 1, transposes >> 1, size[0], size[1], size[2], NULL, NULL };
    state = (uint64_t)(size[0] + 1000 * size[1] + 1000000 * size[2]);
    x.a = elements(dtype, x.m * x.k, hostile);
    x.b = elements(dtype, x.k * x.n, hostile);
    return x;
}

/* Bits, but any NaN for a NaN. */
static bool same(tn_dtype dtype, const void *x, const void *y, int64_t i)
{
    if (dtype == TN_FLOAT32 && isnan(((const float *)x)[i]))
        return isnan(((const float *)y)[i]);
    if (dtype == TN_FLOAT64 && isnan(((const double *)x)[i]))
        return isnan(((const double *)y)[i]);
    const size_t size = tn_dtype_size(dtype);
    return !memcmp((const char *)x + (size_t)i * size, (const char *)y + (size_t)i * size, size);
}

static void expect_same(const product *x, way how, const void *expected, const void *got)
{
    for (int64_t i = 0; i < x->m * x->n; i++)
        ck_assert_msg(same(x->dtype, expected, got, i), "%s %s, transposed %d %d, [%d,%d,%d], way %d: element %d differs", x->isa->name,
                      tn_dtype_name(x->dtype), x->ta, x->tb, (int)x->m, (int)x->n, (int)x->k, how, (int)i);
}

static void drop_all(void)
{
    talloc_free_children(root);
}

/* Under valgrind, which takes a hundred times as long, one product of so many is tried: a prime, so that all kinds are among those. */
static bool is_left_out(void)
{
    enum { TRIED_OF = 31 };
    static int turn;
    return getenv("TN_UNDER_VALGRIND") && turn++ % TRIED_OF != 0;
}

static void expect_chain(const tn_isa *isa, tn_dtype dtype, int transposes, const int64_t *size, bool hostile)
{
    if (is_left_out())
        return;
    const product x = product_of(isa, dtype, transposes, size, hostile);
    const void *expected = defined(&x);
    for (way how = CHOSEN; how < NUM_WAYS; how++)
        expect_same(&x, how, expected, multiply(&x, how, NULL));
    drop_all();
}

static void expect_chains(const tn_isa *isa, const int64_t *size, bool hostile)
{
    for (int d = 0; d < NUM_DTYPES; d++)
        for (int t = 0; t < 4; t++)
            expect_chain(isa, dtypes[d], t, size, hostile);
}

/* The instruction sets that this processor has; NULL after the last. */
static const tn_isa *nth_isa(int i)
{
    static const char *const names[] = { "baseline", "avx2", "avx512" };
    return i < 3 ? tn_isa_named(names[i]) : NULL;
}
#define FOR_EACH_ISA(isa, i)                                                                                                               \
    const tn_isa *isa;                                                                                                                     \
    for (int i = 0; (isa = nth_isa(i)); i++)

/* ---- Tests ---- */

/* Every number of rows and columns that a tile may have, and some more. */
START_TEST(edges)
{
    FOR_EACH_ISA(isa, s)
    {
        for (int i = 1; i <= 2 * (int)isa->gemm_f32->columns + 1; i++)
            for (int t = 0; t < 2 * NUM_DTYPES; t++)
                expect_chain(isa, dtypes[t / 2], t % 2 + i % 2 * 2, (int64_t[]){ i % (isa->gemm_f32->rows + 2) + 1, i, 1 + i % 17 },
                             i % 4 < 2);
    }
}
END_TEST

START_TEST(sizes)
{
    static const int64_t shapes[][3] = { { 1, 1, 1 },    { 1, 40, 33 }, { 40, 1, 33 }, { 25, 70, 45 },
                                         { 13, 33, 60 }, { 61, 5, 30 }, { 2, 3, 700 } };
    FOR_EACH_ISA(isa, s)
    {
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
            expect_chains(isa, shapes[i], i % 2);
    }
}
END_TEST

/* Blocks and phases as they are chosen, and rows that lie 4096 bytes apart. */
START_TEST(large)
{
    static const int64_t shapes[][3] = { { 14, 530, 530 }, { 14, 1024, 40 }, { 14, 40, 1024 }, { 1, 300, 1024 } };
    FOR_EACH_ISA(isa, s)
    {
        for (int i = 0; i < 4 * (int)(sizeof shapes / sizeof shapes[0]); i++)
            expect_chain(isa, i & 1 ? TN_FLOAT32 : TN_FLOAT64, i % 4, shapes[i / 4], false);
    }
}
END_TEST

/* The classical bound: |error| <= k u / (1 - k u) times the sum of |a b|; twice as many roundings where there is no fma. */
static void expect_bound(const product *x)
{
    const float *a = x->a, *b = x->b, *c = multiply(x, CHOSEN, NULL);
    const long double ku = (fuses(x) ? 1 : 2) * (long double)x->k * (long double)FLT_EPSILON / 2;
    for (int64_t i = 0; i < x->m; i++)
        for (int64_t j = 0; j < x->n; j++) {
            long double sum = 0, magnitude = 0;
            for (int64_t p = 0; p < x->k; p++) {
                const long double term = (long double)a[i * x->k + p] * (long double)b[p * x->n + j];
                sum += term;
                magnitude += fabsl(term);
            }
            ck_assert(fabsl(sum - (long double)c[i * x->n + j]) <= ku / (1 - ku) * magnitude);
        }
}

START_TEST(error_bound)
{
    FOR_EACH_ISA(isa, s)
    {
        const product x = product_of(isa, TN_FLOAT32, 0, (int64_t[]){ 17, 35, 500 }, false);
        expect_bound(&x);
        drop_all();
    }
}
END_TEST

START_TEST(avx2_and_avx512_agree)
{
    const tn_isa *avx2 = tn_isa_named("avx2"), *avx512 = tn_isa_named("avx512");
    const int64_t size[] = { 50, 70, 90 };
    for (int t = 0; avx2 && avx512 && t < 4; t++) {
        product x = product_of(avx2, TN_FLOAT32, t, size, true);
        const void *expected = multiply(&x, CHOSEN, NULL);
        x.isa = avx512;
        expect_same(&x, CHOSEN, expected, multiply(&x, CHOSEN, NULL));
        drop_all();
    }
}
END_TEST

START_TEST(threads)
{
    const bool slow = getenv("TN_UNDER_VALGRIND");
    const int64_t size[] = { 100, slow ? 70 : 200, slow ? 15 : 150 };
    for (int n = 1; n <= (slow ? 3 : 8); n += slow ? 2 : 1) {
        tn_pool *pool = tn_pool_new(root, n);
        for (int t = 0; t < 4; t++) {
            const product x = product_of(tn_isa_best(), TN_FLOAT32, t, size, false);
            const void *expected = multiply(&x, CHOSEN, NULL);
            for (way how = CHOSEN; how < NUM_WAYS; how++)
                expect_same(&x, how, expected, multiply(&x, how, pool));
        }
        talloc_free(pool);
        drop_all();
    }
}
END_TEST

START_TEST(nothing_to_multiply)
{
    for (int d = 0; d < NUM_DTYPES; d++)
        for (int t = 0; t < 4; t++) {
            expect_chain(tn_isa_best(), dtypes[d], t, (int64_t[]){ 5, 20, 0 }, false);
            expect_chain(tn_isa_best(), dtypes[d], t, (int64_t[]){ 0, 20, 3 }, false);
            expect_chain(tn_isa_best(), dtypes[d], t, (int64_t[]){ 5, 0, 3 }, false);
        }
}
END_TEST

/* ---- Finishing, loading, steps ---- */

typedef struct finished {
    const tn_gemm *g;
    const float *c, *expected;
    int *times;
} finished;

static void count_finished(const void *arg, int64_t row, int64_t rows, int64_t column, int64_t columns)
{
    const finished *f = arg;
    for (int64_t i = row; i < row + rows; i++)
        for (int64_t j = column; j < column + columns; j++) {
            f->times[i * f->g->n + j]++;
            ck_assert(f->c[i * f->g->n + j] == f->expected[i * f->g->n + j]);
        }
}

static void expect_finished(const product *x)
{
    for (way how = CHOSEN; how < PACKED_BEFORE; how++) {
        const tn_gemm g = gemm_of(x, how, 1);
        float *c = bytes((size_t)(x->m * x->n) * sizeof *c);
        const finished f = { &g, c, defined(x), talloc_zero_array(root, int, (unsigned)(x->m * x->n)) };
        tn_gemm_run(
            &g, NULL,
            &(tn_gemm_operands){ x->a, x->b, .c = c, .workspace = aligned(g.workspace), .finish = count_finished, .finish_arg = &f });
        for (int64_t i = 0; i < x->m * x->n; i++)
            ck_assert_int_eq(f.times[i], 1);
    }
    drop_all();
}

START_TEST(finishes_once)
{
    for (int t = 0; t < 4; t++) {
        product x = product_of(tn_isa_best(), TN_FLOAT32, t, (int64_t[]){ 40, 90, 60 }, false);
        expect_finished(&x);
        x = product_of(tn_isa_best(), TN_FLOAT32, t, (int64_t[]){ 7, 9, 0 }, false);
        expect_finished(&x);
    }
}
END_TEST

static void load_rows(const void *arg, int64_t row, int64_t rows, int64_t p, int64_t k, void *into, int64_t step)
{
    const product *x = arg;
    for (int64_t i = 0; i < rows; i++)
        memcpy((float *)into + i * step, (const float *)x->a + (row + i) * x->k + p, (size_t)k * sizeof(float));
}

START_TEST(loads)
{
    const product x = product_of(tn_isa_best(), TN_FLOAT32, 0, (int64_t[]){ 40, 90, 60 }, false);
    for (way how = PACKED; how <= SMALL_BLOCKS; how++) {
        tn_gemm g = gemm_of(&x, how, 1);
        g.copy = true;
        tn_gemm_lay_out(&g, 1);
        float *c = bytes((size_t)(x.m * x.n) * sizeof *c);
        tn_gemm_run(&g, NULL,
                    &(tn_gemm_operands){ .b = x.b, .c = c, .workspace = aligned(g.workspace), .load = load_rows, .load_arg = &x });
        expect_same(&x, how, defined(&x), c);
    }
    drop_all();
}
END_TEST

/* Matrices inside of wider ones: what lies between the rows of C stays. */
START_TEST(steps)
{
    enum { M = 30, N = 45, K = 20, A = 23, B = 50, C = 47 };
    const float *a = elements(TN_FLOAT32, M * A, false), *b = elements(TN_FLOAT32, K * B, false);
    for (int pack = 0; pack < 2; pack++) {
        tn_gemm g = tn_gemm_new(tn_isa_best(), TN_FLOAT32, false, false, M, N, K, 1);
        g.a_step = A, g.b_step = B, g.c_step = C, g.pack = g.copy = pack;
        tn_gemm_lay_out(&g, 1);
        float *c = elements(TN_FLOAT32, M * C, false), *before = talloc_memdup(root, c, M * C * sizeof *c);
        tn_gemm_run(&g, NULL, &(tn_gemm_operands){ .a = a, .b = b, .c = c, .workspace = aligned(g.workspace) });
        for (int i = 0; i < M; i++)
            for (int j = 0; j < C; j++) {
                float sum = 0;
                for (int p = 0; p < K; p++)
                    sum =
                        strcmp(tn_isa_best()->name, "baseline") ? fmaf(a[i * A + p], b[p * B + j], sum) : sum + a[i * A + p] * b[p * B + j];
                ck_assert(c[i * C + j] == (j < N ? sum : before[i * C + j]));
            }
    }
    drop_all();
}
END_TEST

START_TEST(other_dtypes)
{
    ck_assert_ptr_null(tn_gemm_new(tn_isa_best(), TN_BOOL, false, false, 1, 1, 1, 1).kernels);
    ck_assert_ptr_null(tn_gemm_new(tn_isa_best(), TN_FLOAT16, false, false, 1, 1, 1, 1).kernels);
}
END_TEST

TN_SUITE("cpu gemm", edges, sizes, large, error_bound, avx2_and_avx512_agree, threads, nothing_to_multiply, finishes_once, loads, steps,
         other_dtypes)
