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
#include "core/pool.h"
#include "cpu/divide.h"
#include "cpu/isa.h"
#include "cpu/kernels.h"
#include "cpu/philox.h"
#include "session/state.h"

enum { RESERVED = 256, WORDS = 4 };
/* Groups that are made at once, and those that a thread makes at once. */
enum { BATCH = 64, CHUNK = 64 * BATCH };

/* The integers of RandomUniformInt: low + bits % range. */
typedef struct bounds {
    int64_t low;
    uint64_t range;
} bounds;

/* Makes groups of as many blocks, one after the other. */
typedef void (*blocks_maker)(const uint32_t *bits, int64_t blocks, const bounds *in, void *out);
/* Makes one group, drawing as often as it needs. */
typedef void (*group_maker)(tn_philox *generator, void *out);

typedef struct distribution {
    blocks_maker make; /* NULL: redraw does it */
    group_maker redraw;
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

static void make_uniform_float(const uint32_t *bits, int64_t blocks, const bounds *in, void *out)
{
    (void)in;
    for (int64_t i = 0; i < WORDS * blocks; i++)
        ((float *)out)[i] = uniform_float(bits[i]);
}

static void make_uniform_double(const uint32_t *bits, int64_t blocks, const bounds *in, void *out)
{
    (void)in;
    for (int64_t i = 0; i < 2 * blocks; i++)
        ((double *)out)[i] = uniform_double(bits[2 * i], bits[2 * i + 1]);
}

static void make_uniform_int32(const uint32_t *bits, int64_t blocks, const bounds *in, void *out)
{
    for (int64_t i = 0; i < WORDS * blocks; i++)
        ((uint32_t *)out)[i] = (uint32_t)in->low + bits[i] % (uint32_t)in->range;
}

static void make_uniform_int64(const uint32_t *bits, int64_t blocks, const bounds *in, void *out)
{
    for (int64_t i = 0; i < 2 * blocks; i++)
        ((uint64_t *)out)[i] = (uint64_t)in->low + (bits[2 * i] | (uint64_t)bits[2 * i + 1] << 32) % in->range;
}

static void make_normal_float(const uint32_t *bits, int64_t blocks, const bounds *in, void *out)
{
    (void)in;
    for (int64_t i = 0; i < WORDS * blocks; i += 2)
        normal_float(bits + i, (float *)out + i);
}

static void make_normal_double(const uint32_t *bits, int64_t blocks, const bounds *in, void *out)
{
    (void)in;
    for (int64_t i = 0; i < blocks; i++)
        normal_double(bits + WORDS * i, (double *)out + 2 * i);
}

static void redraw_truncated_float(tn_philox *generator, void *out)
{
    uint32_t bits[WORDS];
    float pair[2];
    for (int n = 0, word = 0; n < WORDS; word ^= 2) {
        if (word == 0)
            tn_philox_next(generator, bits);
        normal_float(bits + word, pair);
        for (int i = 0; i < 2 && n < WORDS; i++)
            if (fabsf(pair[i]) < 2.0f)
                ((float *)out)[n++] = pair[i];
    }
}

static void redraw_truncated_double(tn_philox *generator, void *out)
{
    uint32_t bits[WORDS];
    double pair[2];
    for (int n = 0; n < 2;) {
        tn_philox_next(generator, bits);
        normal_double(bits, pair);
        for (int i = 0; i < 2 && n < 2; i++)
            if (fabs(pair[i]) < 2.0)
                ((double *)out)[n++] = pair[i];
    }
}

/* One run: the generator stands where the run's blocks start. */
typedef struct filling {
    const random_args *a;
    const bounds *in;
    char *out;
    tn_philox start;
} filling;

/* n groups from group `first` on. */
static void make_groups(const filling *f, int64_t first, int64_t n, void *out)
{
    const distribution *how = f->a->how;
    uint32_t bits[BATCH * WORDS];
    if (how->make) {
        tn_philox generator = tn_philox_skip(f->start, (uint64_t)first);
        (*tn_isa_best()->philox)(&generator, bits, n);
        how->make(bits, n, f->in, out);
        return;
    }
    const size_t bytes = (size_t)how->group * how->size;
    for (int64_t i = 0; i < n; i++) {
        tn_philox generator = tn_philox_skip(f->start, (uint64_t)((first + i) * how->group) * RESERVED / WORDS);
        how->redraw(&generator, (char *)out + (size_t)i * bytes);
    }
}

static void fill_task(void *arg, int64_t i, int worker)
{
    const filling *f = arg;
    const distribution *how = f->a->how;
    const int64_t whole = f->a->size / how->group, first = i * CHUNK, end = first + CHUNK < whole ? first + CHUNK : whole;
    const size_t bytes = (size_t)how->group * how->size;
    uint64_t last[2]; /* the last group, of which only a part may be wanted */
    (void)worker;
    for (int64_t at = first; at < end; at += BATCH)
        make_groups(f, at, end - at < BATCH ? end - at : BATCH, f->out + (size_t)at * bytes);
    if (end == whole && f->a->size % how->group) {
        make_groups(f, whole, 1, last);
        memcpy(f->out + (size_t)whole * bytes, last, (size_t)(f->a->size % how->group) * how->size);
    }
}

static void fill(const tn_frame *frame, const random_args *a, const bounds *in, void *out)
{
    filling f = { .a = a, .in = in, .out = out };
    tn_random_reserve(a->state, (uint64_t)a->size * RESERVED, &f.start.key, f.start.counter);
    const int64_t chunks = tn_units_of(a->size / a->how->group, CHUNK);
    tn_pool_run(tn_pool_worth(frame->pool, 16.0 * (double)a->size), chunks ? chunks : 1, fill_task, &f);
}

static tn_status run_random(const tn_step *step, const tn_frame *frame)
{
    const bounds none = { 0, 1 };
    fill(frame, step->args, &none, tn_out(step, frame, 0));
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
    fill(frame, a, &in, tn_out(step, frame, 0));
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
    static const distribution narrow = { make_uniform_float, NULL, 4, sizeof(float) };
    static const distribution wide = { make_uniform_double, NULL, 2, sizeof(double) };
    return prepare(p, run_random, &narrow, &wide);
}

tn_status tn_prepare_random_uniform_int(tn_prepare *p)
{
    static const distribution narrow = { make_uniform_int32, NULL, 4, sizeof(int32_t) };
    static const distribution wide = { make_uniform_int64, NULL, 2, sizeof(int64_t) };
    return prepare(p, run_random_int, &narrow, &wide);
}

tn_status tn_prepare_random_standard_normal(tn_prepare *p)
{
    static const distribution narrow = { make_normal_float, NULL, 4, sizeof(float) };
    static const distribution wide = { make_normal_double, NULL, 2, sizeof(double) };
    return prepare(p, run_random, &narrow, &wide);
}

tn_status tn_prepare_truncated_normal(tn_prepare *p)
{
    static const distribution narrow = { NULL, redraw_truncated_float, 4, sizeof(float) };
    static const distribution wide = { NULL, redraw_truncated_double, 2, sizeof(double) };
    return prepare(p, run_random, &narrow, &wide);
}
