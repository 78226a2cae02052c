/* The loops of batch normalisation of each instruction set, against plain ones. */
#include "cpu/isa.h"
#include "values.h"

enum { MOST = 4096 };
static const int64_t periods[] = { 1, 2, 7, 8, 9, 32, 33, 40, 64, 100, 257 };
enum { NUM_PERIODS = sizeof periods / sizeof periods[0] };
static const char *const set_names[] = { "baseline", "avx2", "avx512" };

static float x[MOST], dy[MOST], mean[MOST], factor[MOST], offset[MOST], slope[MOST], got[MOST];

/* Small multiples of 1/8, so that sums of them and of their products are exact. */
static void fill(void)
{
    uint32_t seed = 1;
    float *const all[] = { x, dy, mean, factor, offset, slope };
    for (int a = 0; a < 6; a++)
        for (int i = 0; i < MOST; i++) {
            seed = seed * 1664525 + 1013904223;
            all[a][i] = (float)((int)(seed >> 20) % 64 - 32) / 8;
        }
}

/* An assertion writes its place to a file each time: too slow for every element. */
static void expect(bool holds, int64_t i, int64_t period)
{
    if (!holds)
        ck_abort_msg("element %d of period %d", (int)i, (int)period);
}

static void each(void (*check)(const tn_norm_f32 *norm, int64_t n, int64_t period))
{
    static const int64_t lengths[] = { 0, 1, 5, 31, 64, 65, 300, 1000, MOST };
    fill();
    for (int i = 0; i < 3; i++)
        for (int p = 0; p < NUM_PERIODS && tn_isa_named(set_names[i]); p++)
            for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
                check(tn_isa_named(set_names[i])->norm, lengths[l], periods[p]);
}

static void expect_sums(const tn_norm_f32 *norm, const float *given, int64_t n, int64_t period)
{
    double sum[257], product[257], want_sum[257], want_product[257];
    for (int64_t j = 0; j < period; j++) {
        sum[j] = want_sum[j] = 3;
        product[j] = want_product[j] = 5;
    }
    for (int64_t i = 0; i < n; i++) {
        double d = (double)x[i] - (double)mean[i % period], v = given ? (double)given[i] : d;
        want_sum[i % period] += v;
        want_product[i % period] += v * d;
    }
    norm->sums(sum, product, given, x, mean, n, period);
    for (int64_t j = 0; j < period; j++)
        if (sum[j] != want_sum[j] || product[j] != want_product[j])
            ck_abort_msg("%d elements, period %d, %d: %g %g, not %g %g", (int)n, (int)period, (int)j, sum[j], product[j], want_sum[j],
                         want_product[j]);
}

static void check_sums(const tn_norm_f32 *norm, int64_t n, int64_t period)
{
    expect_sums(norm, NULL, n, period);
    expect_sums(norm, dy, n, period);
}

START_TEST(sums)
{
    each(check_sums);
}
END_TEST

static void check_scale(const tn_norm_f32 *norm, int64_t n, int64_t period)
{
    memset(got, 1, sizeof got);
    norm->scale(got, x, mean, factor, offset, n, period);
    for (int64_t i = 0; i < n; i++)
        expect(got[i] == (x[i] - mean[i % period]) * factor[i % period] + offset[i % period], i, period);
    for (int64_t i = n; i < MOST; i++)
        expect(got[i] != 0 && got[i] < 1e-30f, i, period);
}

START_TEST(scale)
{
    each(check_scale);
}
END_TEST

static void check_backward(const tn_norm_f32 *norm, int64_t n, int64_t period)
{
    memcpy(got, dy, sizeof got); /* in place */
    norm->backward(got, got, x, &(tn_norm_backward){ mean, factor, offset, slope }, n, period);
    for (int64_t i = 0; i < n; i++) {
        const int64_t j = i % period;
        expect(got[i] == factor[j] * (dy[i] - offset[j] - (x[i] - mean[j]) * slope[j]), i, period);
    }
    ck_assert(!memcmp(got + n, dy + n, (size_t)(MOST - n) * sizeof *got));
}

START_TEST(backward)
{
    each(check_backward);
}
END_TEST

TN_SUITE("cpu norm", sums, scale, backward)
