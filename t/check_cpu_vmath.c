/*
 * The functions of lib/cpu/vmath.h, against the C library's in long double. Everything is done for both element types and for every set
 * of functions that this processor has. What fused multiply-add is used in must agree in every bit on all that have it, the rest on all.
 */
#include "cpu/isa.h"
#include <float.h>
#include <math.h>
#include "harness.h"

typedef long double (*oracle)(long double);

static long double sigmoidl(long double x)
{
    long double e = expl(-fabsl(x));
    return (x > 0 ? 1 : e) / (1 + e);
}

static long double softplusl(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
}

static const struct {
    const char *title;
    oracle oracle;
    double most_f32, most_f64; /* units in the last place that are let through: doc/manual/numerics.md */
} functions[] = {
    { "exp", expl, 1.0, 1.0 },         { "log", logl, 1.0, 1.0 },           { "tanh", tanhl, 3.0, 3.0 },
    { "sigmoid", sigmoidl, 2.5, 2.5 }, { "softplus", softplusl, 2.0, 2.0 },
};
enum { EXP, LOG, TANH, SIGMOID, SOFTPLUS, FUNCTIONS };

/* The set that is tested. */
static const tn_isa *set;

static void with_each_set(void (*test)(void))
{
    static const char *const names[] = { "baseline", "avx2", "avx512" };
    for (int i = 0; i < 3; i++)
        if ((set = tn_isa_named(names[i])))
            test();
}

/* How far a result is from the exact one, in units of the last of that many digits; the unit of what is not normal is the least. */
static long double distance(long double got, long double exact, int digits, int least_exponent)
{
    int exponent;
    frexpl(exact, &exponent);
    exponent = exponent < least_exponent ? least_exponent : exponent;
    return fabsl(got - exact) / ldexpl(1, exponent - digits);
}

/* A step through all bit patterns that meets every exponent many times, and no pattern of low bits in particular. */
enum { SAMPLES = 150 * 1000, MARGIN = 4, LENGTHS = 70, START = 9 };

#define DEFINE(name, T, U, DIGITS, LEAST_EXPONENT, LARGEST)                                                                                \
    typedef void (*map_##name)(T *, const T *, int64_t);                                                                                   \
    static map_##name function_##name(const tn_vmath_##name *table, int i)                                                                 \
    {                                                                                                                                      \
        const map_##name all[] = { table->exp, table->log, table->tanh, table->sigmoid, table->softplus };                                 \
        return all[i];                                                                                                                     \
    }                                                                                                                                      \
    static T sample_##name(U i)                                                                                                            \
    {                                                                                                                                      \
        const U bits = i * (((U) ~(U)0 / SAMPLES) | 1);                                                                                    \
        T x;                                                                                                                               \
        memcpy(&x, &bits, sizeof x);                                                                                                       \
        return x;                                                                                                                          \
    }                                                                                                                                      \
    static void expect_near_##name(int i, T x, T got)                                                                                      \
    {                                                                                                                                      \
        const long double exact = functions[i].oracle(x);                                                                                  \
        bool right;                                                                                                                        \
        if (exact != exact)                                                                                                                \
            right = got != got;                                                                                                            \
        else if (isinf((T)exact) || isinf(got))                                                                                            \
            right = got == (T)exact;                                                                                                       \
        else                                                                                                                               \
            right = !signbit(got) == !signbit((T)exact) && distance(got, exact, DIGITS, LEAST_EXPONENT) <= name##_most(i);                 \
        if (!right)                                                                                                                        \
            ck_abort_msg("%s(%a) is %a, not %La", functions[i].title, (double)x, (double)got, exact);                                      \
    }                                                                                                                                      \
    static void expect_accurate_##name(int i)                                                                                              \
    {                                                                                                                                      \
        for (U j = 0; j < SAMPLES; j++) {                                                                                                  \
            /* all bit patterns; the second time near zero, where the functions are curved */                                              \
            const T x[] = { sample_##name(j), ((T)j - SAMPLES / 2) * ((T)25 / SAMPLES) };                                                  \
            T y[2];                                                                                                                        \
            function_##name(set->name, i)(y, x, 2);                                                                                        \
            expect_near_##name(i, x[0], y[0]);                                                                                             \
            expect_near_##name(i, x[1], y[1]);                                                                                             \
        }                                                                                                                                  \
    }                                                                                                                                      \
    /* The set agrees with another: in all functions, or in those that are the same on every processor. */                                 \
    static void expect_agrees_##name(const tn_vmath_##name *other, bool all)                                                               \
    {                                                                                                                                      \
        enum { BLOCK = 1000 };                                                                                                             \
        T x[BLOCK], y[BLOCK], z[BLOCK];                                                                                                    \
        for (U first = 0; first < SAMPLES; first += BLOCK) {                                                                               \
            for (U j = 0; j < BLOCK; j++)                                                                                                  \
                x[j] = sample_##name(first + j);                                                                                           \
            for (int i = 0; i < FUNCTIONS; i++) {                                                                                          \
                if (!all && i != LOG && i != SOFTPLUS)                                                                                     \
                    continue;                                                                                                              \
                function_##name(other, i)(y, x, BLOCK);                                                                                    \
                function_##name(set->name, i)(z, x, BLOCK);                                                                                \
                ck_assert_mem_eq(y, z, sizeof y);                                                                                          \
            }                                                                                                                              \
            for (int j = 0; j < BLOCK; j++)                                                                                                \
                x[j] = (T)((j * 37) % 101) / 9;                                                                                            \
            if (!all)                                                                                                                      \
                continue;                                                                                                                  \
            ck_assert(other->exp_sum(y, x, 3, BLOCK) == set->name->exp_sum(z, x, 3, BLOCK));                                               \
            ck_assert_mem_eq(y, z, sizeof y);                                                                                              \
            other->softmax(y, x, 4, 250);                                                                                                  \
            set->name->softmax(z, x, 4, 250);                                                                                              \
            ck_assert_mem_eq(y, z, sizeof y);                                                                                              \
        }                                                                                                                                  \
    }                                                                                                                                      \
    /* Rows of a softmax are exp_sum's less the largest, times one part in the sum, whatever is beside them and also in place. */          \
    static void expect_softmax_##name(int64_t rows, int64_t n)                                                                             \
    {                                                                                                                                      \
        T x[4 * 3 * LENGTHS], y[4 * 3 * LENGTHS], z[4 * 3 * LENGTHS];                                                                      \
        for (int64_t i = 0; i < rows * n; i++)                                                                                             \
            x[i] = (T)((i * 37) % 101) / 16;                                                                                               \
        for (int64_t row = 0; row < rows; row++) {                                                                                         \
            T *to = z + row * n, part = (T)(1 / set->name->exp_sum(to, x + row * n, set->name->largest(x + row * n, n), n));               \
            for (int64_t i = 0; i < n; i++)                                                                                                \
                to[i] *= part;                                                                                                             \
        }                                                                                                                                  \
        set->name->softmax(y, x, rows, n);                                                                                                 \
        ck_assert_mem_eq(y, z, (size_t)(rows * n) * sizeof *z);                                                                            \
        set->name->softmax(x, x, rows, n);                                                                                                 \
        ck_assert_mem_eq(x, z, (size_t)(rows * n) * sizeof *z);                                                                            \
    }                                                                                                                                      \
    /* An element's value does not depend on where it is; what lies around the result is left alone; y may be x. */                        \
    static void expect_same_everywhere_##name(const tn_vmath_##name *table, int i, int64_t n, int start)                                   \
    {                                                                                                                                      \
        T x[LENGTHS + START], y[LENGTHS + START + MARGIN], one;                                                                            \
        bool same = true;                                                                                                                  \
        for (int j = 0; j < LENGTHS + START; j++)                                                                                          \
            x[j] = (T)(j - 30) / 4;                                                                                                        \
        for (int j = 0; j < LENGTHS + START + MARGIN; j++)                                                                                 \
            y[j] = 77;                                                                                                                     \
        function_##name(table, i)(y + start, x + start, n);                                                                                \
        for (int64_t j = 0; j < LENGTHS + START + MARGIN; j++)                                                                             \
            if (j < start || j >= start + n)                                                                                               \
                same = same && y[j] == 77;                                                                                                 \
            else {                                                                                                                         \
                function_##name(table, i)(&one, x + j, 1);                                                                                 \
                same = same && !memcmp(&one, y + j, sizeof one);                                                                           \
            }                                                                                                                              \
        function_##name(table, i)(x + start, x + start, n);                                                                                \
        same = same && !memcmp(x + start, y + start, (size_t)n * sizeof *x);                                                               \
        ck_assert_msg(same, "%s of %d from %d", functions[i].title, (int)n, start);                                                        \
    }                                                                                                                                      \
    static void expect_all_lengths_##name(const tn_vmath_##name *table)                                                                    \
    {                                                                                                                                      \
        for (int i = 0; i < FUNCTIONS; i++)                                                                                                \
            for (int64_t n = 0; n <= LENGTHS; n++)                                                                                         \
                for (int start = 0; start < START; start++)                                                                                \
                    expect_same_everywhere_##name(table, i, n, start);                                                                     \
    }                                                                                                                                      \
    static void expect_value_##name(int i, T x, T want)                                                                                    \
    {                                                                                                                                      \
        T got;                                                                                                                             \
        function_##name(set->name, i)(&got, &x, 1);                                                                                        \
        ck_assert_msg(want != want ? got != got : got == want && !signbit(got) == !signbit(want), "%s(%a) is %a, not %a",                  \
                      functions[i].title, (double)x, (double)got, (double)want);                                                           \
    }                                                                                                                                      \
    static void expect_special_##name(void)                                                                                                \
    {                                                                                                                                      \
        /* -NaN, NaN, -infinity, infinity, -0, 0 */                                                                                        \
        static const T x[] = { -(T)NAN, (T)NAN, -(T)INFINITY, (T)INFINITY, -(T)0, 0 };                                                     \
        static const T want[FUNCTIONS][6] = {                                                                                              \
            { (T)NAN, (T)NAN, 0, (T)INFINITY, 1, 1 },                                                                                      \
            { (T)NAN, (T)NAN, (T)NAN, (T)INFINITY, -(T)INFINITY, -(T)INFINITY },                                                           \
            { (T)NAN, (T)NAN, -1, 1, -(T)0, 0 },                                                                                           \
            { (T)NAN, (T)NAN, 0, 1, (T)0.5, (T)0.5 },                                                                                      \
            { (T)NAN, (T)NAN, 0, (T)INFINITY, (T)0.69314718055994530942L, (T)0.69314718055994530942L },                                    \
        };                                                                                                                                 \
        for (int i = 0; i < FUNCTIONS; i++)                                                                                                \
            for (int j = 0; j < 6; j++)                                                                                                    \
                expect_value_##name(i, x[j], want[i][j]);                                                                                  \
        expect_value_##name(EXP, LARGEST, (T)INFINITY);                                                                                    \
        expect_value_##name(EXP, -LARGEST, 0);                                                                                             \
        expect_value_##name(LOG, 1, 0);                                                                                                    \
        expect_value_##name(LOG, -LARGEST, (T)NAN);                                                                                        \
        expect_value_##name(TANH, LARGEST, 1);                                                                                             \
        expect_value_##name(TANH, -LARGEST, -1);                                                                                           \
        expect_value_##name(SIGMOID, LARGEST, 1);                                                                                          \
        expect_value_##name(SIGMOID, -LARGEST, 0);                                                                                         \
        expect_value_##name(SOFTPLUS, LARGEST, LARGEST);                                                                                   \
        expect_value_##name(SOFTPLUS, -LARGEST, 0);                                                                                        \
    }                                                                                                                                      \
    static void expect_largest_##name(const tn_vmath_##name *table)                                                                        \
    {                                                                                                                                      \
        T x[LENGTHS] = { 0 };                                                                                                              \
        ck_assert(table->largest(x, 0) == -(T)INFINITY);                                                                                   \
        for (int n = 1; n <= LENGTHS; n++)                                                                                                 \
            for (int at = 0; at < n; at++) {                                                                                               \
                for (int j = 0; j < n; j++)                                                                                                \
                    x[j] = j % 3 ? -(T)j - 9 : (T)NAN;                                                                                     \
                x[at] = -2;                                                                                                                \
                ck_assert(table->largest(x, n) == -2);                                                                                     \
            }                                                                                                                              \
        x[0] = (T)NAN;                                                                                                                     \
        ck_assert(table->largest(x, 1) == -(T)INFINITY);                                                                                   \
    }                                                                                                                                      \
    static void expect_sum_##name(const tn_vmath_##name *table, int64_t n)                                                                 \
    {                                                                                                                                      \
        T x[3 * LENGTHS] = { 0 }, y[3 * LENGTHS + 1], e;                                                                                   \
        long double sum = 0;                                                                                                               \
        bool same = true;                                                                                                                  \
        for (int64_t j = 0; j < n; j++)                                                                                                    \
            x[j] = (T)((j * 37) % 101) / 16;                                                                                               \
        y[n] = 77;                                                                                                                         \
        const double got = table->exp_sum(y, x, 4, n);                                                                                     \
        ck_assert(y[n] == 77);                                                                                                             \
        for (int64_t j = 0; j < n; j++, sum += e) {                                                                                        \
            const T shifted = x[j] - 4;                                                                                                    \
            table->exp(&e, &shifted, 1);                                                                                                   \
            same = same && !memcmp(&e, &y[j], sizeof e);                                                                                   \
        }                                                                                                                                  \
        ck_assert(same);                                                                                                                   \
        ck_assert(fabsl(got - sum) <= sum * LARGEST_ERROR(DIGITS));                                                                        \
        ck_assert(table->exp_sum(NULL, x, 4, n) == got);                                                                                   \
        ck_assert(table->exp_sum(x, x, 4, n) == got);                                                                                      \
        ck_assert_mem_eq(x, y, (size_t)n * sizeof *x);                                                                                     \
    }
/* Half a unit of the element type, for pairs are added in it. Sums of double round, and so do the oracle's where long double is no more. */
#define LARGEST_ERROR(digits) ldexpl(digits == DBL_MANT_DIG ? 64 : 1, -digits)
#define f32_most(i)           functions[i].most_f32
#define f64_most(i)           functions[i].most_f64
DEFINE(f32, float, uint32_t, FLT_MANT_DIG, FLT_MIN_EXP, FLT_MAX)
DEFINE(f64, double, uint64_t, DBL_MANT_DIG, DBL_MIN_EXP, DBL_MAX)

static void special(void)
{
    expect_special_f32();
    expect_special_f64();
}

START_TEST(special_values)
{
    with_each_set(special);
}
END_TEST

/* Whether the oracle has more digits than double: not on every machine, nor under valgrind. */
static bool extended(void)
{
    volatile long double one = 1, least = 0x1p-60L;
    return one + least != one;
}

static void near_f32(void)
{
    for (int i = 0; i < FUNCTIONS; i++)
        expect_accurate_f32(i);
}

START_TEST(accurate_f32)
{
    with_each_set(near_f32);
}
END_TEST

static void near_f64(void)
{
    for (int i = 0; i < FUNCTIONS && extended(); i++)
        expect_accurate_f64(i);
}

START_TEST(accurate_f64)
{
    with_each_set(near_f64);
}
END_TEST

/* Results that are not normal numbers keep what digits they have; where the exponential ends, and where it overflows. */
static void ends(void)
{
    expect_value_f32(EXP, -103.97f, 0x1p-149f);
    expect_value_f32(EXP, -103.98f, 0);
    expect_value_f32(EXP, 0x1.62e42ep6f, 0x1.ffff08p127f);
    expect_value_f32(EXP, 0x1.62e43p6f, INFINITY);
    expect_value_f32(LOG, 0x1p-149f, -103.278929903f);
    expect_value_f32(TANH, 0x1p-149f, 0x1p-149f);
    expect_value_f64(EXP, -745.13, 0x1p-1074);
    expect_value_f64(EXP, -745.14, 0);
    expect_value_f64(EXP, 0x1.62e42fefa39efp9, 0x1.fffffffffff2ap1023);
    expect_value_f64(EXP, 0x1.62e42fefa39fp9, INFINITY);
    expect_value_f64(LOG, 0x1p-1074, -744.44007192138126);
    expect_value_f64(TANH, 0x1p-1074, 0x1p-1074);
    for (int i = 0; i < 1000; i++) {
        const float x = -87 - (float)i / 58;
        const double z = -708 - (double)i / 26;
        float y;
        double u;
        set->f32->exp(&y, &x, 1);
        set->f64->exp(&u, &z, 1);
        expect_near_f32(EXP, x, y);
        if (extended())
            expect_near_f64(EXP, z, u);
    }
}

START_TEST(ends_of_the_range)
{
    with_each_set(ends);
}
END_TEST

static void agree(void)
{
    const tn_isa *avx2 = tn_isa_named("avx2"), *baseline = tn_isa_named("baseline");
    expect_agrees_f32(baseline->f32, false);
    expect_agrees_f64(baseline->f64, true);
    if (avx2 && set != baseline)
        expect_agrees_f32(avx2->f32, true);
}

START_TEST(versions_agree)
{
    with_each_set(agree);
}
END_TEST

static void lengths(void)
{
    expect_all_lengths_f32(set->f32);
    expect_all_lengths_f64(set->f64);
}

START_TEST(every_length_and_start)
{
    with_each_set(lengths);
}
END_TEST

static void find_largest(void)
{
    expect_largest_f32(set->f32);
    expect_largest_f64(set->f64);
}

START_TEST(largest)
{
    with_each_set(find_largest);
}
END_TEST

static void add_up(void)
{
    for (int64_t n = 0; n <= 3 * LENGTHS; n++) {
        expect_sum_f32(set->f32, n);
        expect_sum_f64(set->f64, n);
    }
}

START_TEST(sums)
{
    with_each_set(add_up);
}
END_TEST

static void softmaxes(void)
{
    for (int64_t n = 1; n <= 3 * LENGTHS; n++)
        for (int64_t rows = 0; rows <= 4; rows++) {
            expect_softmax_f32(rows, n);
            expect_softmax_f64(rows, n);
        }
}

START_TEST(softmax)
{
    with_each_set(softmaxes);
}
END_TEST

TN_SUITE("cpu vmath", special_values, accurate_f32, accurate_f64, ends_of_the_range, versions_agree, every_length_and_start, largest, sums,
         softmax)
