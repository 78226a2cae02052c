/*
 * FusedBatchNorm and its gradient, of all versions. A tensor is taken as [outer, channels, inner]: inner is 1 when the channels are the
 * last axis.
 *
 * The sums over a channel are made in float64, of chunks of `outer` that depend on nothing but the shape, and added up in their order: the
 * same bits whatever the threads. One pass over x gives mean and variance: what is summed is d = x - x[0] and its square. x[0] is one of
 * the n values, so the square of its distance from the mean is at most n times the variance, and of the 53 bits no more than those of n are
 * lost.
 */
#include <math.h>
#include <string.h>
#include "core/alloc.h"
#include "core/pool.h"
#include "cpu/isa.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

enum {
    MOST_CHUNKS = 64,
    CHUNK = 16384,      /* elements of a chunk, at least, and about as many of what else is divided */
    NARROW = 32,        /* rows of fewer channels are taken together, until they are a multiple of this */
    MOST_PERIOD = 1024, /* of such rows */
    NUM_PARAMS = 4
};

typedef struct norm_args {
    int64_t outer, channels, inner;
    int64_t period;        /* of the loops: see norm.h */
    int64_t lanes;         /* of each parameter: the period, or all channels when that is 1 */
    int64_t chunk, chunks; /* of outer */
    int64_t units, unit;   /* what elements are written by, rows or planes, and their elements */
    float epsilon, average;
    bool training;
} norm_args;

/* One run of a kernel. */
typedef struct norm_run {
    const norm_args *a;
    const float *x, *dy; /* dy NULL: forward */
    float *out;
    double *partial;           /* of each chunk: a sum, then a product, for each channel */
    float *params[NUM_PARAMS]; /* of the loops: mean, factor, then offset, or mean_dy and slope */
} norm_run;

enum { MEAN, FACTOR, OFFSET, MEAN_DY = OFFSET, SLOPE };

/* A parameter of all channels, as often as the loops want it. */
static void spread(const norm_args *a, float *param)
{
    for (int64_t i = a->channels; i < a->lanes; i++)
        param[i] = param[i - a->channels];
}

/* ---- Sums ---- */

static void sum_narrow_rows(const norm_run *r, int64_t first, int64_t rows, double *sum, double *product)
{
    const norm_args *a = r->a;
    const int64_t at = first * a->channels;
    double s[MOST_PERIOD] = { 0 }, p[MOST_PERIOD] = { 0 };
    tn_isa_best()->norm->sums(s, p, r->dy ? r->dy + at : NULL, r->x + at, r->params[MEAN], rows * a->channels, a->period);
    for (int64_t i = 0; i < a->period; i++) {
        sum[i % a->channels] += s[i];
        product[i % a->channels] += p[i];
    }
}

static void sum_planes(const norm_run *r, int64_t first, int64_t images, double *sum, double *product)
{
    const norm_args *a = r->a;
    int64_t at = first * a->channels * a->inner;
    for (int64_t i = 0; i < images; i++)
        for (int64_t c = 0; c < a->channels; c++, at += a->inner)
            tn_isa_best()->norm->sums(sum + c, product + c, r->dy ? r->dy + at : NULL, r->x + at, r->params[MEAN] + c, a->inner, 1);
}

static void sum_chunk(void *arg, int64_t i, int worker)
{
    (void)worker;
    const norm_run *r = arg;
    const norm_args *a = r->a;
    const int64_t first = i * a->chunk, n = a->outer - first < a->chunk ? a->outer - first : a->chunk, at = first * a->channels;
    double *sum = r->partial + i * 2 * a->channels, *product = sum + a->channels;
    memset(sum, 0, (size_t)a->channels * 2 * sizeof *sum);
    if (a->inner > 1)
        sum_planes(r, first, n, sum, product);
    else if (a->period == a->channels)
        tn_isa_best()->norm->sums(sum, product, r->dy ? r->dy + at : NULL, r->x + at, r->params[MEAN], n * a->channels, a->period);
    else
        sum_narrow_rows(r, first, n, sum, product);
}

/* Leaves the sums of all chunks in those of the first. */
static void sum_all(norm_run *r, const tn_frame *frame)
{
    const norm_args *a = r->a;
    tn_pool_run(frame->pool, a->chunks, sum_chunk, r);
    for (int64_t i = 1; i < a->chunks; i++)
        for (int64_t c = 0; c < 2 * a->channels; c++)
            r->partial[c] += r->partial[i * 2 * a->channels + c];
}

/* ---- Elements ---- */

static void write_flat(const norm_run *r, int64_t at, int64_t n, int64_t period, int64_t lane)
{
    const tn_norm_f32 *norm = tn_isa_best()->norm;
    float *const *p = r->params;
    if (!r->dy)
        norm->scale(r->out + at, r->x + at, p[MEAN] + lane, p[FACTOR] + lane, p[OFFSET] + lane, n, period);
    else if (!r->a->training) /* dy * factor: mean and offset are zeros */
        norm->scale(r->out + at, r->dy + at, p[MEAN_DY] + lane, p[FACTOR] + lane, p[MEAN_DY] + lane, n, period);
    else
        norm->backward(r->out + at, r->dy + at, r->x + at,
                       &(tn_norm_backward){ p[MEAN] + lane, p[FACTOR] + lane, p[MEAN_DY] + lane, p[SLOPE] + lane }, n, period);
}

static void write_units(const norm_run *r, int64_t first, int64_t last)
{
    const norm_args *a = r->a;
    if (a->inner == 1)
        write_flat(r, first * a->unit, (last - first) * a->unit, a->period, 0);
    else
        for (int64_t u = first; u < last; u++)
            write_flat(r, u * a->unit, a->unit, 1, u % a->channels);
}

static int64_t units_of_piece(const norm_args *a)
{
    return a->unit < CHUNK ? CHUNK / a->unit : 1;
}

static void write_piece(void *arg, int64_t i, int worker)
{
    (void)worker;
    const norm_run *r = arg;
    const int64_t many = units_of_piece(r->a), first = i * many, end = first + many;
    write_units(r, first, end < r->a->units ? end : r->a->units);
}

static void write_all(norm_run *r, const tn_frame *frame)
{
    const int64_t many = units_of_piece(r->a);
    for (int i = 0; i < NUM_PARAMS; i++)
        spread(r->a, r->params[i]);
    tn_pool_run(frame->pool, (r->a->units + many - 1) / many, write_piece, r);
}

/* ---- Forward ---- */

/* plan/split_batch_norm.c works it out in the same way. */
static float factor_of(const norm_args *a, float scale, float variance)
{
    return scale * (1.0f / sqrtf(variance + a->epsilon));
}

/* The outputs but for y, of a channel: what the running averages become, and what the gradient will ask for. */
static void write_statistics(const tn_step *step, const tn_frame *frame, int64_t c, const float *running, float mean, float variance)
{
    for (uint32_t i = 0; i < 2; i++)
        ((float *)tn_out(step, frame, 1 + i))[c] = running[i];
    ((float *)tn_out(step, frame, 3))[c] = mean;
    ((float *)tn_out(step, frame, 4))[c] = variance;
}

/* Version 3 has one more output, which holds nothing on a CPU. */
static void write_rest(const tn_step *step, const tn_frame *frame)
{
    if (step->num_outputs > 5)
        *(float *)tn_out(step, frame, 5) = 0;
}

static tn_status run_empty(const tn_step *step, const tn_frame *frame)
{
    const norm_args *a = step->args;
    for (int64_t c = 0; c < a->channels; c++)
        write_statistics(step, frame, c, (const float[]){ NAN, NAN }, NAN, NAN);
    write_rest(step, frame);
    return TN_OK;
}

/* The mean and variance of a channel become parameters and outputs. */
static void finish_channel(const norm_run *r, const tn_step *step, const tn_frame *frame, int64_t c)
{
    const norm_args *a = r->a;
    const double n = (double)a->outer * (double)a->inner, from = (double)r->params[MEAN][c];
    const double d = r->partial[c] / n, exact = r->partial[a->channels + c] / n - d * d;
    const float mean = (float)(from + d), variance = (float)(exact < 0 ? 0 : exact);
    float running[] = { mean, variance * (float)(n / (n > 1 ? n - 1 : 1)) }; /* Bessel's correction */
    for (uint32_t i = 0; i < 2 && a->average != 1; i++)
        running[i] = (1 - a->average) * ((const float *)tn_in(step, frame, 3 + i))[c] + a->average * running[i];
    write_statistics(step, frame, c, running, mean, variance);
    r->params[MEAN][c] = mean;
    r->params[FACTOR][c] = factor_of(a, ((const float *)tn_in(step, frame, 1))[c], variance);
    r->params[OFFSET][c] = ((const float *)tn_in(step, frame, 2))[c];
}

static norm_run open_run(const tn_step *step, const tn_frame *frame, const float *x, const float *dy)
{
    const norm_args *a = step->args;
    norm_run r = { .a = a, .x = x, .dy = dy, .out = tn_out(step, frame, 0), .partial = tn_workspace(step, frame) };
    float *params = (float *)(r.partial + 2 * a->channels * a->chunks);
    for (int i = 0; i < NUM_PARAMS; i++)
        r.params[i] = params + i * a->lanes;
    return r;
}

static tn_status run_training(const tn_step *step, const tn_frame *frame)
{
    norm_run r = open_run(step, frame, tn_in(step, frame, 0), NULL);
    const norm_args *a = r.a;
    for (int64_t c = 0; c < a->channels; c++) {
        const float first = r.x[c * a->inner];
        r.params[MEAN][c] = isfinite(first) ? first : 0;
    }
    spread(a, r.params[MEAN]);
    sum_all(&r, frame);
    for (int64_t c = 0; c < a->channels; c++)
        finish_channel(&r, step, frame, c);
    write_rest(step, frame);
    write_all(&r, frame);
    return TN_OK;
}

/* With given mean and variance. Each worker makes parameters of its own: they are few beside what a range writes. */
static tn_status infer_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const norm_args *a = step->args;
    const float *in[] = { tn_in(step, frame, 1), tn_in(step, frame, 2), tn_in(step, frame, 3), tn_in(step, frame, 4) };
    norm_run r = { .a = a, .x = tn_in(step, frame, 0), .out = tn_out(step, frame, 0) };
    for (int i = 0; i < NUM_PARAMS; i++)
        r.params[i] = (float *)tn_workspace(step, frame) + (range.worker * NUM_PARAMS + i) * a->lanes;
    for (int64_t c = 0; c < a->channels; c++) {
        r.params[MEAN][c] = in[2][c];
        r.params[FACTOR][c] = factor_of(a, in[0][c], in[3][c]);
        r.params[OFFSET][c] = in[1][c];
        if (range.first == 0)
            write_statistics(step, frame, c, (const float[]){ in[2][c], in[3][c] }, in[2][c], in[3][c]);
    }
    if (range.first == 0)
        write_rest(step, frame);
    for (int i = 0; i <= OFFSET; i++)
        spread(a, r.params[i]);
    write_units(&r, range.first, range.last);
    return TN_OK;
}

static tn_status run_inference(const tn_step *step, const tn_frame *frame)
{
    const norm_args *a = step->args;
    return infer_part(step, frame, (tn_range){ 0, a->units, 0 });
}

/* ---- Backward ---- */

static tn_status run_grad(const tn_step *step, const tn_frame *frame)
{
    norm_run r = open_run(step, frame, tn_in(step, frame, 1), tn_in(step, frame, 0));
    const norm_args *a = r.a;
    const float *scale = tn_in(step, frame, 2), *variance = tn_in(step, frame, 4);
    const double n = (double)a->outer * (double)a->inner;
    memcpy(r.params[MEAN], tn_in(step, frame, 3), (size_t)a->channels * sizeof(float));
    spread(a, r.params[MEAN]);
    sum_all(&r, frame);
    for (int64_t c = 0; c < a->channels; c++) {
        const double sum = r.partial[c], product = r.partial[a->channels + c], square = (double)(variance[c] + a->epsilon);
        ((float *)tn_out(step, frame, 1))[c] = (float)(product / sqrt(square));
        ((float *)tn_out(step, frame, 2))[c] = (float)sum;
        r.params[FACTOR][c] = factor_of(a, scale[c], variance[c]);
        r.params[MEAN_DY][c] = a->training ? (float)(sum / n) : 0;
        r.params[SLOPE][c] = a->training ? (float)(product / n / square) : 0;
    }
    write_all(&r, frame);
    return TN_OK;
}

static tn_status run_empty_grad(const tn_step *step, const tn_frame *frame)
{
    const norm_args *a = step->args;
    for (uint32_t i = 1; i <= 2; i++)
        memset(tn_out(step, frame, i), 0, (size_t)a->channels * sizeof(float));
    return TN_OK;
}

/* ---- Prepare ---- */

static int64_t period_of(int64_t channels)
{
    int64_t period = channels;
    while (channels > 1 && channels < NARROW && period % NARROW)
        period += channels;
    return period;
}

static void measure(norm_args *a, const tn_dims *d, const char *format)
{
    const int channel = format[1] == 'C' ? 1 : d->rank - 1;
    *a = (norm_args){ .outer = 1, .channels = d->dim[channel], .inner = 1 };
    for (int i = 0; i < d->rank; i++)
        if (i != channel)
            *(i < channel ? &a->outer : &a->inner) *= d->dim[i];
    const int64_t row = a->channels * a->inner, least = row < CHUNK ? (row ? CHUNK / row : 1) : 1;
    a->period = a->inner == 1 ? period_of(a->channels) : 1;
    a->lanes = a->inner == 1 ? a->period : a->channels;
    a->chunk = (a->outer + MOST_CHUNKS - 1) / MOST_CHUNKS;
    a->chunk = a->chunk < least ? least : a->chunk;
    a->chunks = (a->outer + a->chunk - 1) / a->chunk;
    a->unit = a->inner == 1 ? a->channels : a->inner;
    a->units = a->inner == 1 ? a->outer : a->outer * a->channels;
}

static tn_status prepare(tn_prepare *p, norm_args **made)
{
    for (int i = 0; i < p->num_inputs; i++)
        if (p->in[i].dtype != TN_FLOAT32)
            return tn_no_kernel(p, p->in[i].dtype);
    norm_args *a = TN_NEW(p->owner, norm_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    measure(a, &p->out[0].dims, tn_op_string(p->op, "data_format"));
    a->epsilon = (float)tn_op_float(p->op, "epsilon");
    a->training = tn_op_bool(p->op, "is_training");
    p->args = *made = a;
    return TN_OK;
}

static size_t param_bytes(const norm_args *a)
{
    return NUM_PARAMS * sizeof(float) * (size_t)a->lanes;
}

static size_t sum_bytes(const norm_args *a)
{
    return 2 * sizeof(double) * (size_t)a->channels * (size_t)a->chunks;
}

tn_status tn_prepare_batch_norm(tn_prepare *p)
{
    norm_args *a;
    tn_status status = prepare(p, &a);
    if (status)
        return status;
    a->average = (float)tn_op_float(p->op, "exponential_avg_factor");
    p->in_place = 1;
    p->run = run_empty;
    if (!tn_dims_size(&p->out[0].dims))
        return TN_OK;
    if (a->training) {
        p->run = run_training;
        p->workspace = sum_bytes(a) + param_bytes(a);
        return TN_OK;
    }
    p->run = run_inference;
    p->part = infer_part;
    p->units = a->units;
    p->workspace = (p->threads > 1 ? (size_t)p->threads : 1) * param_bytes(a);
    return TN_OK;
}

tn_status tn_prepare_batch_norm_grad(tn_prepare *p)
{
    norm_args *a;
    tn_status status = prepare(p, &a);
    if (status)
        return status;
    p->in_place = 3;
    p->run = run_empty_grad;
    if (!tn_dims_size(&p->out[0].dims))
        return TN_OK;
    p->run = run_grad;
    p->workspace = sum_bytes(a) + param_bytes(a);
    return TN_OK;
}
