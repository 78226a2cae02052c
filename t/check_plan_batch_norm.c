/* Batch normalisation behind convolutions: when it is split into elementwise operations, with the same bits, and folded into filters, at
 * the fast level alone, with other rounding (plan/batch_norm.c, fold_batch_norm.c, split_batch_norm.c). */
#include "plan_driver.h"
#include "values.h"

enum { CHANNELS = 6, TAPS = 3 * 3 * 2, SIDE = 5 };

static tn_tensor *random_floats(int rank, const int64_t *dims, double low, double high)
{
    static uint32_t seed = 3;
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, rank, dims, NULL);
    for (int64_t i = 0; i < tn_tensor_size(t); i++) {
        seed = seed * 1664525 + 1013904223;
        tn_f32(t)[i] = (float)(low + (high - low) * (double)(seed >> 8) * 0x1p-24);
    }
    return t;
}

static tn_output known(int rank, const int64_t *dims, double low, double high)
{
    tn_tensor *t = random_floats(rank, dims, low, high);
    tn_output y = tn_constant(t);
    talloc_free(t);
    return y;
}

/* ---- Graphs ---- */

typedef struct model {
    const char *format;
    bool depthwise;
    tn_output x, filter, conv, y;
    tn_op *norm;
    tn_tensor *images;
} model;

static tn_output vector(double low, double high)
{
    const int64_t dims[] = { CHANNELS };
    return known(1, dims, low, high);
}

static bool is_nchw(const model *m)
{
    return !strcmp(m->format, "NCHW");
}

/* A convolution of [2,5,5,2] by 3x3 with six channels, then a normalisation with these operands. */
static model open_model(const char *format, bool depthwise)
{
    model m = { .format = format, .depthwise = depthwise };
    const int64_t nhwc[] = { 2, SIDE, SIDE, 2 }, nchw[] = { 2, 2, SIDE, SIDE };
    const int64_t dense[] = { 3, 3, 2, CHANNELS }, deep[] = { 3, 3, 2, CHANNELS / 2 };
    m.images = random_floats(4, is_nchw(&m) ? nchw : nhwc, -1, 1);
    m.x = tn_placeholder(TN_FLOAT32);
    m.filter = known(4, depthwise ? deep : dense, -1, 1);
    return m;
}

static tn_output convolve(const model *m, tn_output filter)
{
    const tn_axes ones = TN_AXES(1, 1, 1, 1);
    if (m->depthwise)
        return tn_depthwise_conv2d_native(m->x, filter, .strides = ones, .padding = "SAME", .data_format = m->format);
    return tn_conv2d(m->x, filter, .strides = ones, .padding = "SAME", .data_format = m->format);
}

static void normalize(model *m, tn_output variance, bool training)
{
    m->conv = convolve(m, m->filter);
    m->norm = tn_fused_batch_norm_v3(m->conv, vector(0.5, 2), vector(-1, 1), vector(-1, 1), variance, .epsilon = 0.01,
                                     .data_format = m->format, .is_training = training ? TN_ON : TN_OFF);
    m->y = tn_op_output(m->norm, 0);
}

/* Whether no step of a plan of these fetches normalises. */
static bool splits_at(const model *m, tn_outputs fetches, tn_optimize optimize)
{
    tn_plan *plan = plan_of(fetches, TN_FEEDS({ m->x, m->images }), optimize);
    const bool splits = !steps_of(plan, "FusedBatchNormV3");
    talloc_free(plan);
    return splits;
}

/* ---- Values ---- */

static tn_tensor *run_at(const model *m, tn_optimize optimize)
{
    tn_tensor *y = NULL;
    WITH_SESSION(s, .parent = root, .optimize = optimize) {
        y = tn_keep(root, tn_run(s, m->y, .feeds = TN_FEEDS({ m->x, m->images })));
    }
    ck_assert_msg(y != NULL, "%s", tn_last_error()->message);
    return y;
}

/*
 * With u = 2^-24, either way adds up at most TAPS products of filter * x, each at most 1, times a factor s of at most 2 / sqrt(0.51) < 2.9:
 * (TAPS + 2) u * TAPS * s for the sums, s u more for each filter element folded, and a few u of the largest value there is for what
 * follows, twice.
 */
static const double tolerance = 2 * (TAPS + 8) * 0x1p-24 * TAPS * 2.9;

static void expect_by_level(const char *format, bool depthwise)
{
    model m = open_model(format, depthwise);
    normalize(&m, vector(0.5, 2), false);
    tn_tensor *plain = run_at(&m, TN_OPTIMIZE_NONE), *same = run_at(&m, TN_OPTIMIZE_DEFAULT), *fast = run_at(&m, TN_OPTIMIZE_FAST);
    ck_assert_mem_eq(tn_f32(plain), tn_f32(same), tn_tensor_bytes(plain));
    ck_assert_mem_ne(tn_f32(plain), tn_f32(fast), tn_tensor_bytes(plain));
    double largest = 0;
    for (int64_t i = 0; i < tn_tensor_size(plain); i++) {
        ck_assert_double_eq_tol((double)tn_f32(fast)[i], (double)tn_f32(plain)[i], tolerance);
        largest = fmax(largest, fabs((double)tn_f32(plain)[i]));
    }
    ck_assert_double_gt(largest, 1);
    talloc_free(plain);
    talloc_free(same);
    talloc_free(fast);
    talloc_free(m.images);
}

START_TEST(default_is_the_same_and_fast_rounds)
{
    expect_by_level("NHWC", false);
    expect_by_level("NCHW", false);
    expect_by_level("NHWC", true);
    expect_by_level("NCHW", true);
}
END_TEST

START_TEST(none_leaves_it)
{
    model m = open_model("NHWC", false);
    normalize(&m, vector(0.5, 2), false);
    ck_assert(splits_at(&m, TN_OUTPUTS(m.y), TN_OPTIMIZE_FAST));
    ck_assert(splits_at(&m, TN_OUTPUTS(m.y), TN_OPTIMIZE_DEFAULT));
    ck_assert(!splits_at(&m, TN_OUTPUTS(m.y), TN_OPTIMIZE_NONE));
    talloc_free(m.images);
}
END_TEST

START_TEST(not_when_the_convolution_is_wanted)
{
    model m = open_model("NHWC", false);
    normalize(&m, vector(0.5, 2), false);
    const tn_optimize levels[] = { TN_OPTIMIZE_DEFAULT, TN_OPTIMIZE_FAST };
    tn_output relu = tn_relu(m.conv), flat = tn_reshape(m.conv, tn_vector(-1));
    for (int i = 0; i < 2; i++) {
        ck_assert(!splits_at(&m, TN_OUTPUTS(m.y, m.conv), levels[i]));
        ck_assert(!splits_at(&m, TN_OUTPUTS(m.y, relu), levels[i]));
        ck_assert(!splits_at(&m, TN_OUTPUTS(m.y, flat), levels[i]));
        ck_assert(!splits_at(&m, TN_OUTPUTS(m.y, tn_op_output(m.norm, 1)), levels[i]));
        ck_assert(splits_at(&m, TN_OUTPUTS(m.y), levels[i]));
    }
    talloc_free(m.images);
}
END_TEST

static void expect_normalizes(const model *m, tn_output fed, tn_tensor *value)
{
    tn_plan *plan = plan_of(TN_OUTPUTS(m->y), TN_FEEDS({ m->x, m->images }, { fed, value }), TN_OPTIMIZE_FAST);
    ck_assert_uint_eq(steps_of(plan, "FusedBatchNormV3"), 1);
    talloc_free(plan);
}

START_TEST(not_when_something_is_not_known)
{
    model m = open_model("NHWC", false);
    tn_tensor *v = random_floats(1, (int64_t[]){ CHANNELS }, 1, 2);
    tn_output fed = tn_placeholder(TN_FLOAT32);
    normalize(&m, fed, false);
    expect_normalizes(&m, fed, v);
    normalize(&m, vector(0.5, 2), false);
    expect_normalizes(&m, tn_op_input(m.norm, 4), v); /* a constant, but fed */
    normalize(&m, vector(0.5, 2), true);
    ck_assert(!splits_at(&m, TN_OUTPUTS(m.y), TN_OPTIMIZE_FAST));
    talloc_free(v);
    talloc_free(m.images);
}
END_TEST

/* Its operands may be known all the same: the same bits at both levels then. */
START_TEST(a_filter_that_is_not_known)
{
    model m = open_model("NHWC", false);
    tn_output zero = tn_placeholder(TN_FLOAT32);
    m.filter = tn_add(m.filter, zero);
    normalize(&m, vector(0.5, 2), false);
    tn_tensor *none = F32(0), *y[2];
    for (int i = 0; i < 2; i++)
        WITH_SESSION(s, .parent = root, .optimize = i ? TN_OPTIMIZE_FAST : TN_OPTIMIZE_NONE)
            y[i] = tn_keep(root, tn_run(s, m.y, .feeds = TN_FEEDS({ m.x, m.images }, { zero, none })));
    ck_assert_mem_eq(tn_f32(y[0]), tn_f32(y[1]), tn_tensor_bytes(y[0]));
    talloc_free(y[0]);
    talloc_free(y[1]);
    talloc_free(none);
    talloc_free(m.images);
}
END_TEST

START_TEST(not_when_another_thing_is_between)
{
    model m = open_model("NHWC", false);
    normalize(&m, vector(0.5, 2), false);
    m.norm = tn_fused_batch_norm_v3(tn_relu(m.conv), vector(0.5, 2), vector(-1, 1), vector(-1, 1), vector(0.5, 2), .is_training = TN_OFF);
    m.y = tn_op_output(m.norm, 0);
    ck_assert(!splits_at(&m, TN_OUTPUTS(m.y), TN_OPTIMIZE_FAST));
    talloc_free(m.images);
}
END_TEST

/* Two of one filter and one behind another, joined behind. */
START_TEST(several)
{
    model m = open_model("NHWC", false);
    normalize(&m, vector(0.5, 2), false);
    tn_output one = m.y, x = m.x;
    m.x = tn_add(x, x);
    normalize(&m, vector(0.5, 2), false);
    m.y = tn_relu(tn_add(one, m.y));
    m.x = x;
    ck_assert(splits_at(&m, TN_OUTPUTS(m.y), TN_OPTIMIZE_FAST));
    tn_tensor *plain = run_at(&m, TN_OPTIMIZE_NONE), *same = run_at(&m, TN_OPTIMIZE_DEFAULT), *fast = run_at(&m, TN_OPTIMIZE_FAST);
    ck_assert_mem_eq(tn_f32(plain), tn_f32(same), tn_tensor_bytes(plain));
    for (int64_t i = 0; i < tn_tensor_size(plain); i++)
        ck_assert_double_eq_tol((double)tn_f32(fast)[i], (double)tn_f32(plain)[i], 3 * tolerance);
    talloc_free(plain);
    talloc_free(same);
    talloc_free(fast);
    talloc_free(m.images);
}
END_TEST

static tn_status run_once(void *owner)
{
    tn_status status = TN_RESOURCE_EXHAUSTED;
    WITH_GRAPH(g, .owner = owner) {
        tn_output x = tn_placeholder(TN_FLOAT32), w = tn_fill(0.5f, TN_SHAPE(1, 1, 1, 2)), v = tn_vector(1.0f, 2.0f);
        tn_output conv = tn_conv2d(x, w, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME");
        tn_op *norm = tn_fused_batch_norm_v3(conv, v, v, v, v, .is_training = TN_OFF);
        tn_tensor *image = tn_tensor_new(owner, TN_FLOAT32, 4, (int64_t[]){ 1, 1, 1, 1 }, NULL);
        for (int level = TN_OPTIMIZE_DEFAULT; level <= TN_OPTIMIZE_FAST && norm && image; level++)
            WITH_SESSION(s, .parent = owner, .optimize = (tn_optimize)level) {
                tn_tensor *y = tn_run(s, tn_op_output(norm, 0), .feeds = TN_FEEDS({ x, image }));
                status = y ? TN_OK : tn_last_error()->code;
                talloc_free(y);
                if (status)
                    break;
            }
        talloc_free(image);
    }
    return status;
}

START_TEST(memory_runs_out)
{
    expect_survives_oom(run_once);
}
END_TEST

TN_SUITE("plan batch_norm", default_is_the_same_and_fast_rounds, none_leaves_it, not_when_the_convolution_is_wanted,
         not_when_something_is_not_known, a_filter_that_is_not_known, not_when_another_thing_is_between, several, memory_runs_out)
