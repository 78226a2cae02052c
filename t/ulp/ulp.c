/*
 * Measures the errors of lib/cpu/vmath.h, for doc/manual/numerics.md: make ulp, or t/ulp/ulp STRIDE SAMPLES.
 *
 * float32: every STRIDE-th of all 2^32 arguments (1: all), against the C library's functions in double, whose errors are a millionth of a
 * unit here; the worst is worked out again with MPFR in 120 bits. float64: SAMPLES arguments against MPFR: a third random bits, a third
 * over the range of ordinary results, a third with random exponents from 2^-16 to 2^7.
 */
#include "cpu/isa.h"
#include <float.h>
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, SETS = 3, BITS = 120 };

/* ---- What is measured ---- */

static double sigmoid_of(double x)
{
    return 1 / (1 + exp(-x));
}
static double softplus_of(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

static void exact_sigmoid(mpfr_t y, mpfr_t x)
{
    mpfr_neg(y, x, MPFR_RNDN);
    mpfr_exp(y, y, MPFR_RNDN);
    mpfr_add_ui(y, y, 1, MPFR_RNDN);
    mpfr_ui_div(y, 1, y, MPFR_RNDN);
}
static void exact_softplus(mpfr_t y, mpfr_t x)
{
    mpfr_abs(y, x, MPFR_RNDN);
    mpfr_neg(y, y, MPFR_RNDN);
    mpfr_exp(y, y, MPFR_RNDN);
    mpfr_log1p(y, y, MPFR_RNDN);
    if (mpfr_sgn(x) > 0)
        mpfr_add(y, y, x, MPFR_RNDN);
}
static void exact_exp(mpfr_t y, mpfr_t x)
{
    mpfr_exp(y, x, MPFR_RNDN);
}
static void exact_log(mpfr_t y, mpfr_t x)
{
    mpfr_log(y, x, MPFR_RNDN);
}
static void exact_tanh(mpfr_t y, mpfr_t x)
{
    mpfr_tanh(y, x, MPFR_RNDN);
}

static const struct {
    const char *title;
    double (*in_double)(double);
    void (*exact)(mpfr_t y, mpfr_t x);
} functions[] = { { "Exp", exp, exact_exp },
                  { "Log", log, exact_log },
                  { "Tanh", tanh, exact_tanh },
                  { "Sigmoid", sigmoid_of, exact_sigmoid },
                  { "Softplus", softplus_of, exact_softplus } };
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static const char *const sets[SETS] = { "baseline", "avx2", "avx512" };

static void map_f32(const tn_isa *isa, int function, float *y, const float *x, int64_t n)
{
    void (*const all[])(float *, const float *, int64_t) = { isa->f32->exp, isa->f32->log, isa->f32->tanh, isa->f32->sigmoid,
                                                             isa->f32->softplus };
    all[function](y, x, n);
}

static void map_f64(const tn_isa *isa, int function, double *y, const double *x, int64_t n)
{
    void (*const all[])(double *, const double *, int64_t) = { isa->f64->exp, isa->f64->log, isa->f64->tanh, isa->f64->sigmoid,
                                                               isa->f64->softplus };
    all[function](y, x, n);
}

/* ---- Distances ---- */

/* The exponent of the unit in the last of so many digits: below the normal numbers it is the least one's. */
static int unit_of(double exact, int digits, int least_exponent)
{
    int exponent;
    frexp(exact, &exponent);
    return (exponent < least_exponent ? least_exponent : exponent) - digits;
}

/* By MPFR. */
static double distance(int function, double x, double got, int digits, int least_exponent)
{
    mpfr_t exact, argument;
    mpfr_inits2(BITS, exact, argument, (mpfr_ptr)0);
    mpfr_set_d(argument, x, MPFR_RNDN);
    functions[function].exact(exact, argument);
    const double rounded = mpfr_get_d(exact, MPFR_RNDN);
    double d = 0;
    if (isfinite(rounded) && isfinite(got)) {
        mpfr_sub_d(exact, exact, got, MPFR_RNDN);
        mpfr_mul_2si(exact, exact, -unit_of(rounded, digits, least_exponent), MPFR_RNDN);
        d = fabs(mpfr_get_d(exact, MPFR_RNDN));
    } else if (!(rounded == got) && !(rounded != rounded && got != got))
        d = digits == FLT_MANT_DIG && fabs(rounded) > FLT_MAX && isinf(got) ? 0 : INFINITY;
    mpfr_clears(exact, argument, (mpfr_ptr)0);
    return d;
}

/* ---- float32 ---- */

typedef struct worst {
    double error, at, got;
} worst;

static void look_at(worst *w, float x, float got, double exact)
{
    double d = 0;
    if (isfinite((float)exact) && isfinite(got))
        d = fabs(got - exact) * ldexp(1, -unit_of(exact, FLT_MANT_DIG, FLT_MIN_EXP));
    else if (!(got == (float)exact) && !(got != got && exact != exact))
        d = INFINITY; /* infinite, or NaN, and should not be, or should and is not */
    if (d > w->error)
        *w = (worst){ d, x, got };
}

static void measure_f32(int function, uint64_t stride)
{
    worst w[SETS] = { { 0 } };
    float x[BLOCK], y[BLOCK];
    double exact[BLOCK];
    for (uint64_t bits = 0; bits < UINT64_C(1) << 32;) {
        int n = 0;
        for (; n < BLOCK && bits < UINT64_C(1) << 32; n++, bits += stride) {
            const uint32_t u = (uint32_t)bits;
            memcpy(&x[n], &u, sizeof u);
            exact[n] = functions[function].in_double(x[n]);
        }
        for (int s = 0; s < SETS; s++) {
            if (!tn_isa_named(sets[s]))
                continue;
            map_f32(tn_isa_named(sets[s]), function, y, x, n);
            for (int i = 0; i < n; i++)
                look_at(&w[s], x[i], y[i], exact[i]);
        }
    }
    for (int s = 0; s < SETS; s++)
        if (tn_isa_named(sets[s]))
            printf("float32 %-8s %-8s %.3f at %.9g\n", functions[function].title, sets[s],
                   distance(function, w[s].at, w[s].got, FLT_MANT_DIG, FLT_MIN_EXP), w[s].at);
}

/* ---- float64 ---- */

static uint64_t seed = 1;

static uint64_t draw(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return seed ^ seed >> 29;
}

static double draw_argument(long i)
{
    const double unit = (double)(draw() >> 11) * 0x1p-53;
    double x;
    const uint64_t bits = draw();
    memcpy(&x, &bits, sizeof x);
    if (i % 3 == 1)
        x = (unit - 0.5) * 40;
    else if (i % 3 == 2)
        x = ldexp(unit + 1, (int)(draw() % 24) - 17) * (draw() & 1 ? 1 : -1);
    return x;
}

static void measure_f64(int function, long samples)
{
    const tn_isa *best = tn_isa_best(), *baseline = tn_isa_named("baseline");
    worst w = { 0 };
    bool same = true;
    for (long i = 0; i < samples; i++) {
        double x = draw_argument(i), y, z;
        map_f64(best, function, &y, &x, 1);
        map_f64(baseline, function, &z, &x, 1);
        same = same && !memcmp(&y, &z, sizeof y);
        const double d = distance(function, x, y, DBL_MANT_DIG, DBL_MIN_EXP);
        if (d > w.error)
            w = (worst){ d, x, y };
    }
    printf("float64 %-8s %.3f at %.17g%s\n", functions[function].title, w.error, w.at, same ? "" : ", and the sets differ");
}

int main(int argc, char **argv)
{
    const long stride = argc > 1 ? atol(argv[1]) : 1, samples = argc > 2 ? atol(argv[2]) : 1000000;
    if (stride < 1 || samples < 0) {
        fprintf(stderr, "usage: %s [STRIDE [SAMPLES]]\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < FUNCTIONS; i++) {
        measure_f32(i, (uint64_t)stride);
        measure_f64(i, samples);
        fflush(stdout);
    }
    mpfr_free_cache();
    return 0;
}
