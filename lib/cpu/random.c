/*
 * Random kernels: TensorFlow's own distributions over Philox blocks, the same to the last bit.
 *
 * Elements are made in groups, one block of 128 bits a group (4 floats, 2 doubles). A distribution that draws again makes each group
 * from a stretch of its own, 256 blocks set aside for 4 words of each element, so that no element depends on how often another drew.
 * Every run sets aside 256 blocks for each element, however many it uses: so TensorFlow does, and the next run starts there.
 */
#include <math.h>
#include <string.h>
#include "core/alloc.h"
#include "cpu/kernels.h"
#include "cpu/philox.h"
#include "session/state.h"

enum { RESERVED = 256, WORDS = 4 };

/* The integers of RandomUniformInt: low + bits % range. */
typedef struct bounds {
    int64_t low;
    uint64_t range;
} bounds;

/* Makes one group at out. */
typedef void (*group_maker)(tn_philox *generator, const bounds *in, void *out);

typedef struct distribution {
    group_maker make;
    bool redraws;
    int64_t group; /* elements */
    size_t size;   /* of one */
} distribution;

typedef struct random_args {
    const distribution *how;
    tn_random_state *state;
    int64_t size;
} random_args;

/* In [0, 1): the bits become the fraction of a number in [1, 2). */
static float uniform_float(uint32_t bits)
{
    uint32_t pattern = UINT32_C(127) << 23 | (bits & 0x7fffff);
    float x;
    memcpy(&x, &pattern, sizeof x);
    return x - 1.0f;
}

static double uniform_double(uint32_t high, uint32_t low)
{
    uint64_t pattern = UINT64_C(1023) << 52 | (uint64_t)(high & 0xfffff) << 32 | low;
    double x;
    memcpy(&x, &pattern, sizeof x);
    return x - 1.0;
}

/* Two normals of two uniforms (Box and Muller). The first uniform is kept from 0, where the logarithm has no end. */
static void normal_float(const uint32_t *bits, float *out)
{
    const double tau = 6.283185307179586;
    float u = uniform_float(bits[0]);
    float angle = (float)(tau * uniform_float(bits[1])), radius = sqrtf(-2.0f * logf(u < 1.0e-7f ? 1.0e-7f : u));
    float sine, cosine;
    sincosf(angle, &sine, &cosine);
    out[0] = sine * radius;
    out[1] = cosine * radius;
}

static void normal_double(const uint32_t *bits, double *out)
{
    const double tau = 6.283185307179586;
    double u = uniform_double(bits[0], bits[1]);
    double angle = tau * uniform_double(bits[2], bits[3]), radius = sqrt(-2.0 * log(u < 1.0e-7 ? 1.0e-7 : u));
    double sine, cosine;
    sincos(angle, &sine, &cosine);
    out[0] = sine * radius;
    out[1] = cosine * radius;
}

static void make_uniform_float(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    (void)in;
    tn_philox_next(generator, bits);
    for (int i = 0; i < WORDS; i++)
        ((float *)out)[i] = uniform_float(bits[i]);
}

static void make_uniform_double(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    (void)in;
    tn_philox_next(generator, bits);
    ((double *)out)[0] = uniform_double(bits[0], bits[1]);
    ((double *)out)[1] = uniform_double(bits[2], bits[3]);
}

static void make_uniform_int32(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    tn_philox_next(generator, bits);
    for (int i = 0; i < WORDS; i++)
        ((uint32_t *)out)[i] = (uint32_t)in->low + bits[i] % (uint32_t)in->range;
}

static void make_uniform_int64(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    tn_philox_next(generator, bits);
    for (int i = 0; i < 2; i++)
        ((uint64_t *)out)[i] = (uint64_t)in->low + (bits[2 * i] | (uint64_t)bits[2 * i + 1] << 32) % in->range;
}

static void make_normal_float(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    (void)in;
    tn_philox_next(generator, bits);
    normal_float(bits, out);
    normal_float(bits + 2, (float *)out + 2);
}

static void make_normal_double(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    (void)in;
    tn_philox_next(generator, bits);
    normal_double(bits, out);
}

static void make_truncated_float(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    float pair[2];
    (void)in;
    for (int n = 0, word = 0; n < WORDS; word ^= 2) {
        if (word == 0)
            tn_philox_next(generator, bits);
        normal_float(bits + word, pair);
        for (int i = 0; i < 2 && n < WORDS; i++)
            if (fabsf(pair[i]) < 2.0f)
                ((float *)out)[n++] = pair[i];
    }
}

static void make_truncated_double(tn_philox *generator, const bounds *in, void *out)
{
    uint32_t bits[WORDS];
    double pair[2];
    (void)in;
    for (int n = 0; n < 2;) {
        tn_philox_next(generator, bits);
        normal_double(bits, pair);
        for (int i = 0; i < 2 && n < 2; i++)
            if (fabs(pair[i]) < 2.0)
                ((double *)out)[n++] = pair[i];
    }
}

static void fill(const random_args *a, const bounds *in, char *out)
{
    const distribution *how = a->how;
    tn_philox generator;
    uint64_t last[2]; /* the last group, of which only a part may be wanted */
    tn_random_reserve(a->state, (uint64_t)a->size * RESERVED, &generator.key, generator.counter);
    const tn_philox start = generator;
    for (int64_t at = 0; at < a->size; at += how->group) {
        int64_t n = a->size - at < how->group ? a->size - at : how->group;
        if (how->redraws)
            generator = tn_philox_skip(start, (uint64_t)at * RESERVED / WORDS);
        how->make(&generator, in, n == how->group ? (void *)(out + (size_t)at * how->size) : last);
        if (n < how->group)
            memcpy(out + (size_t)at * how->size, last, (size_t)n * how->size);
    }
}

static tn_status run_random(const tn_step *step, const tn_frame *frame)
{
    const bounds none = { 0, 1 };
    fill(step->args, &none, tn_out(step, frame, 0));
    return TN_OK;
}

static tn_status run_random_int(const tn_step *step, const tn_frame *frame)
{
    const random_args *a = step->args;
    const void *low = tn_in(step, frame, 1), *high = tn_in(step, frame, 2);
    bool wide = a->how->size == sizeof(int64_t);
    int64_t from = wide ? *(const int64_t *)low : *(const int32_t *)low, to = wide ? *(const int64_t *)high : *(const int32_t *)high;
    if (a->size == 0)
        return TN_OK;
    if (from >= to)
        return tn_step_fail(step, TN_INVALID_ARGUMENT, "Need minval < maxval, got %lld >= %lld", (long long)from, (long long)to);
    const bounds in = { from, (uint64_t)to - (uint64_t)from };
    fill(a, &in, tn_out(step, frame, 0));
    return TN_OK;
}

static tn_status prepare(tn_prepare *p, tn_kernel run, const distribution *narrow, const distribution *wide)
{
    tn_dtype dtype = p->out[0].dtype;
    const distribution *how = dtype == TN_FLOAT32 || dtype == TN_INT32 ? narrow : dtype == TN_FLOAT64 || dtype == TN_INT64 ? wide : NULL;
    if (!how)
        return tn_no_kernel(p, dtype);
    random_args *args = TN_NEW(p->owner, random_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    *args = (random_args){ how, p->random, tn_dims_size(&p->out[0].dims) };
    p->args = args;
    p->run = run;
    p->work = 16.0 * (double)args->size;
    return TN_OK;
}

tn_status tn_prepare_random_uniform(tn_prepare *p)
{
    static const distribution narrow = { make_uniform_float, false, 4, sizeof(float) };
    static const distribution wide = { make_uniform_double, false, 2, sizeof(double) };
    return prepare(p, run_random, &narrow, &wide);
}

tn_status tn_prepare_random_uniform_int(tn_prepare *p)
{
    static const distribution narrow = { make_uniform_int32, false, 4, sizeof(int32_t) };
    static const distribution wide = { make_uniform_int64, false, 2, sizeof(int64_t) };
    return prepare(p, run_random_int, &narrow, &wide);
}

tn_status tn_prepare_random_standard_normal(tn_prepare *p)
{
    static const distribution narrow = { make_normal_float, false, 4, sizeof(float) };
    static const distribution wide = { make_normal_double, false, 2, sizeof(double) };
    return prepare(p, run_random, &narrow, &wide);
}

tn_status tn_prepare_truncated_normal(tn_prepare *p)
{
    static const distribution narrow = { make_truncated_float, true, 4, sizeof(float) };
    static const distribution wide = { make_truncated_double, true, 2, sizeof(double) };
    return prepare(p, run_random, &narrow, &wide);
}
