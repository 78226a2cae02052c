/* A normalisation that a filter takes in: filter and bias are what the formula says, to the bit, and nothing else is changed. */
#include <math.h>
#include "compile_driver.h"
#include "core/alloc.h"
#include "plan/batch_norm.h"

enum { INPUTS = 2, OUTPUTS = 4, TAPS = 9, FILTER = TAPS * INPUTS * OUTPUTS, MOST_CHANNELS = INPUTS * OUTPUTS };

typedef struct model {
    tn_output x, filter, conv, norm;
    tn_tensor *images;
    float scale[MOST_CHANNELS], offset[MOST_CHANNELS], mean[MOST_CHANNELS], variance[MOST_CHANNELS], taps[FILTER];
    int64_t channels;
    tn_compile *c;
    tn_norm_pair pair;
} model;

static tn_output constant(int rank, const int64_t *dims, const float *values)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, rank, dims, values);
    tn_output x = tn_constant(t);
    talloc_free(t);
    return x;
}

static void fill(float *values, int64_t n, int seed, float least)
{
    for (int64_t i = 0; i < n; i++)
        values[i] = least + (float)((i + 1) * seed % 23) / 7;
}

static void convolve(model *m, bool depthwise, const char *format)
{
    const int64_t dims[] = { 3, 3, INPUTS, OUTPUTS };
    const tn_axes ones = TN_AXES(1, 1, 1, 1);
    m->x = tn_placeholder(TN_FLOAT32);
    m->images = tn_tensor_new(root, TN_FLOAT32, 4, (int64_t[]){ 1, INPUTS, INPUTS, INPUTS }, NULL); /* in either format */
    m->filter = constant(4, dims, m->taps);
    m->conv = depthwise ? tn_depthwise_conv2d_native(m->x, m->filter, .strides = ones, .padding = "SAME", .data_format = format)
                        : tn_conv2d(m->x, m->filter, .strides = ones, .padding = "SAME", .data_format = format);
    m->channels = depthwise ? INPUTS * OUTPUTS : OUTPUTS;
}

/* A convolution and a normalisation, in a plan that is scheduled. */
static model open_model(bool depthwise, const char *format, double epsilon)
{
    model m;
    fill(m.taps, FILTER, 5, -1);
    fill(m.scale, MOST_CHANNELS, 3, -1);
    fill(m.offset, MOST_CHANNELS, 7, -2);
    fill(m.mean, MOST_CHANNELS, 11, -1);
    fill(m.variance, MOST_CHANNELS, 2, 0);
    m.variance[1] = 0; /* epsilon alone is left */
    convolve(&m, depthwise, format);
    const int64_t c = m.channels;
    m.norm =
        tn_op_output(tn_fused_batch_norm_v3(m.conv, constant(1, &c, m.scale), constant(1, &c, m.offset), constant(1, &c, m.mean),
                                            constant(1, &c, m.variance), .epsilon = epsilon, .data_format = format, .is_training = TN_OFF),
                     0);
    m.c = compile_until_pass(TN_OUTPUTS(m.norm), TN_FEEDS({ m.x, m.images }), TN_OPTIMIZE_FAST, COMPILE_SCHEDULED);
    m.pair = (tn_norm_pair){ node_of(m.c, m.conv), node_of(m.c, m.norm) };
    return m;
}

static void close_model(model *m)
{
    talloc_free(m->c);
    talloc_free(m->images);
}

static double factor(const model *m, double epsilon, int64_t k)
{
    return (double)m->scale[k] / sqrt((double)m->variance[k] + epsilon);
}

/* Both are constants of the plan, and the formula's. */
static void expect_formula(const model *m, double epsilon)
{
    const tn_compile *c = m->c;
    const uint32_t filter = tn_norm_operand(c, m->pair.conv, TN_CONV_FILTER), bias = tn_norm_operand(c, m->pair.norm, 1);
    ck_assert(tn_value_is_const(c, filter) && tn_value_is_const(c, bias));
    ck_assert_int_eq(tn_dims_size(c->values[filter].dims), FILTER);
    ck_assert(c->values[bias].dims->rank == 1 && c->values[bias].dims->dim[0] == m->channels);
    const float *taps = c->values[filter].known, *sums = c->values[bias].known;
    for (int64_t i = 0; i < FILTER; i++)
        ck_assert_float_eq(taps[i], (float)((double)m->taps[i] * factor(m, epsilon, i % m->channels)));
    for (int64_t k = 0; k < m->channels; k++)
        ck_assert_float_eq(sums[k], (float)((double)m->offset[k] - (double)m->mean[k] * factor(m, epsilon, k)));
}

static void check_model(bool depthwise, const char *format, double epsilon)
{
    model m = open_model(depthwise, format, epsilon);
    const uint32_t filter = tn_norm_operand(m.c, m.pair.conv, TN_CONV_FILTER);
    ck_assert_int_eq(tn_fold_batch_norm(m.c, &m.pair), TN_OK);
    ck_assert_str_eq(tn_op_type(m.pair.norm->op), "BiasAdd");
    ck_assert_int_eq(m.pair.norm->op->num_inputs, 2);
    ck_assert_int_eq(m.pair.norm->op->num_outputs, 1);
    ck_assert_str_eq(tn_op_name(m.pair.norm->op), tn_op_name(m.norm.op));
    ck_assert_str_eq(tn_op_string(m.pair.norm->op, "data_format"), format);
    ck_assert_uint_eq(tn_norm_operand(m.c, m.pair.norm, 0), m.pair.conv->first_value);
    expect_formula(&m, epsilon);
    ck_assert_mem_eq(m.c->values[filter].known, m.taps, sizeof m.taps); /* others may take it */
    close_model(&m);
}

START_TEST(filter_and_bias_are_the_formula)
{
    const double epsilons[] = { 0.001, 0.25, (double)1e-4f };
    for (int i = 0; i < 12; i++)
        check_model(i & 1, i & 2 ? "NCHW" : "NHWC", (double)(float)epsilons[i / 4]);
}
END_TEST

/* Who else asks for the normalisation's other outputs gets none of the old ones. */
START_TEST(its_other_outputs_are_no_more)
{
    model m = open_model(false, "NHWC", 0.001);
    ck_assert_int_eq(tn_fold_batch_norm(m.c, &m.pair), TN_OK);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_uint_eq(m.c->values[m.pair.norm->first_value + i].canon, m.pair.norm->first_value);
    ck_assert_int_eq(tn_op_num_outputs(m.norm.op), 6); /* the graph is as it was */
    ck_assert_str_eq(tn_op_type(m.norm.op), "FusedBatchNormV3");
    close_model(&m);
}
END_TEST

START_TEST(memory_runs_out)
{
    for (long n = 1, reached = 1; reached; n++) {
        model m = open_model(false, "NHWC", 0.001);
        tn_alloc_fail_at(n, false);
        const tn_status status = tn_fold_batch_norm(m.c, &m.pair);
        reached = tn_alloc_count() >= n;
        tn_alloc_fail_at(0, false);
        ck_assert_int_eq(status, reached ? TN_RESOURCE_EXHAUSTED : TN_OK);
        ck_assert(!reached || !strcmp(tn_op_type(m.pair.norm->op), "FusedBatchNormV3"));
        close_model(&m);
    }
}
END_TEST

TN_SUITE("plan fold_batch_norm", filter_and_bias_are_the_formula, its_other_outputs_are_no_more, memory_runs_out)
