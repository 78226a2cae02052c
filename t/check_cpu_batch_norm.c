/* FusedBatchNorm and its gradient as kernels, against plain loops in long double: many shapes, hard numbers, sizes of zero. The values of
 * TensorFlow are in t/check_ops_tensorflow.c. */
#include "values.h"

enum { NUM_OUTPUTS = 6, NUM_GRADS = 5 };

#define MODE(training, format)                                                                                                             \
    TN_ATTRS(TN_BOOL_ATTR("is_training", training), TN_FLOAT_ATTR("epsilon", 0.001), TN_STRING_ATTR("data_format", format))

static tn_tensor *random_floats(int rank, const int64_t *dims, float middle, float spread)
{
    static uint32_t seed = 7;
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, rank, dims, NULL);
    for (int64_t i = 0; i < tn_tensor_size(t); i++) {
        seed = seed * 1664525 + 1013904223;
        tn_f32(t)[i] = middle + spread * ((float)(seed >> 8) * 0x1p-23f - 1);
    }
    return t;
}

/* A tensor of images as [outer, channels, inner]. */
typedef struct layout {
    int rank;
    int64_t dims[5];
    const char *format;
    int64_t outer, channels, inner;
} layout;

static const layout layouts[] = {
    { 4, { 2, 3, 4, 5 }, "NHWC", 24, 5, 1 },       { 4, { 2, 5, 3, 4 }, "NCHW", 2, 5, 12 },
    { 4, { 1, 1, 1, 3 }, "NHWC", 1, 3, 1 },        { 4, { 3, 7, 1, 1 }, "NCHW", 3, 7, 1 },
    { 4, { 3, 9, 11, 1 }, "NHWC", 297, 1, 1 },     { 4, { 2, 1, 9, 41 }, "NCHW", 2, 1, 369 },
    { 4, { 5, 17, 13, 64 }, "NHWC", 1105, 64, 1 }, { 4, { 70, 3, 5, 48 }, "NHWC", 1050, 48, 1 },
    { 4, { 90, 3, 11, 20 }, "NCHW", 90, 3, 220 },  { 5, { 2, 3, 2, 2, 33 }, "NDHWC", 24, 33, 1 },
    { 5, { 2, 3, 2, 2, 33 }, "NCDHW", 2, 3, 132 }, { 4, { 1, 70, 70, 10 }, "NHWC", 4900, 10, 1 },
};
enum { NUM_LAYOUTS = sizeof layouts / sizeof layouts[0] };

/* ---- The plain loops ---- */

static float *at(tn_tensor *t, const layout *l, int64_t channel, int64_t i)
{
    return tn_f32(t) + ((i / l->inner) * l->channels + channel) * l->inner + i % l->inner;
}

typedef struct moments {
    long double mean, variance, sum, product; /* of x; of dy and dy * (x - mean) */
} moments;

static moments moments_of(const layout *l, tn_tensor *x, tn_tensor *dy, int64_t c)
{
    moments m = { 0, 0, 0, 0 };
    const int64_t n = l->outer * l->inner;
    for (int64_t i = 0; i < n; i++)
        m.mean += (long double)*at(x, l, c, i) / (long double)n;
    for (int64_t i = 0; i < n; i++) {
        long double d = (long double)*at(x, l, c, i) - m.mean, g = dy ? (long double)*at(dy, l, c, i) : 0;
        m.variance += d * d / (long double)n;
        m.sum += g;
        m.product += g * d;
    }
    return m;
}

static void expect_near(const char *what, const layout *l, float got, long double want, long double scale)
{
    if (!(fabsl((long double)got - want) <= scale * 0x1p-21L)) /* an assertion writes to a file each time */
        ck_abort_msg("%s, %s [%d,%d,%d]: %.9g, not %.9Lg", what, l->format, (int)l->outer, (int)l->channels, (int)l->inner, (double)got,
                     want);
}

/* ---- Checking ---- */

static void check_training(const layout *l, float middle)
{
    const int64_t c_dims[] = { l->channels }, n = l->outer * l->inner;
    tn_tensor *x = random_floats(l->rank, l->dims, middle, 2), *scale = random_floats(1, c_dims, 0, 2),
              *offset = random_floats(1, c_dims, 0, 1);
    tn_tensor *none = EMPTY(TN_FLOAT32, 0), *out[NUM_OUTPUTS];
    tn_tensor *const in[] = { x, scale, offset, none, none };
    ck_assert_int_eq(drive_all("FusedBatchNormV3", MODE(true, l->format), 5, in, NUM_OUTPUTS, out), TN_OK);
    for (int64_t c = 0; c < l->channels; c++) {
        const moments m = moments_of(l, x, NULL, c);
        const long double inverse = 1 / sqrtl(m.variance + 0.001L), s = (long double)tn_f32(scale)[c], o = (long double)tn_f32(offset)[c];
        expect_near("mean", l, tn_f32(out[1])[c], m.mean, fabsl(m.mean) + 1e-4L);
        expect_near("variance", l, tn_f32(out[2])[c], m.variance * (long double)n / (long double)(n > 1 ? n - 1 : 1), m.variance);
        expect_near("kept mean", l, tn_f32(out[3])[c], m.mean, fabsl(m.mean) + 1e-4L);
        expect_near("kept variance", l, tn_f32(out[4])[c], m.variance, m.variance);
        for (int64_t i = 0; i < n; i++) { /* x - mean is off by the rounding of mean */
            const long double d = (long double)*at(x, l, c, i) - m.mean;
            expect_near("y", l, *at(out[0], l, c, i), d * inverse * s + o, (fabsl(m.mean) + 2) * inverse * fabsl(s) + fabsl(o));
        }
    }
    ck_assert(tn_tensor_rank(out[5]) == 0 && tn_f32(out[5])[0] == 0);
    for (int i = 0; i < NUM_OUTPUTS; i++)
        talloc_free(out[i]);
    for (int i = 0; i < 4; i++)
        talloc_free(in[i]);
}

START_TEST(training)
{
    for (int i = 0; i < NUM_LAYOUTS; i++)
        check_training(&layouts[i], 0.5f);
}
END_TEST

/* The variance is lost where squares are subtracted in float32: here they are 2^26 times as large. */
START_TEST(far_from_zero)
{
    for (int i = 0; i < NUM_LAYOUTS; i++)
        check_training(&layouts[i], 10000);
}
END_TEST

static void check_grad(const layout *l, bool own_statistics)
{
    const int64_t c_dims[] = { l->channels }, n = l->outer * l->inner;
    tn_tensor *x = random_floats(l->rank, l->dims, 1, 2), *dy = random_floats(l->rank, l->dims, 0.25f, 1),
              *scale = random_floats(1, c_dims, 0, 2);
    tn_tensor *mean = random_floats(1, c_dims, 1, 1), *variance = random_floats(1, c_dims, 1, 0.5f), *none = EMPTY(TN_FLOAT32, 0);
    tn_tensor *out[NUM_GRADS], *const in[] = { dy, x, scale, mean, variance, none };
    for (int64_t c = 0; c < l->channels && own_statistics; c++) {
        const moments m = moments_of(l, x, dy, c);
        tn_f32(mean)[c] = (float)m.mean;
        tn_f32(variance)[c] = (float)m.variance;
    }
    ck_assert_int_eq(drive_all("FusedBatchNormGradV3", MODE(own_statistics, l->format), 6, in, NUM_GRADS, out), TN_OK);
    for (int64_t c = 0; c < l->channels; c++) {
        const moments own = moments_of(l, x, dy, c);
        const long double given = (long double)tn_f32(mean)[c], square = (long double)tn_f32(variance)[c] + 0.001L,
                          inverse = 1 / sqrtl(square);
        const long double product = own.product + own.sum * (own.mean - given), s = (long double)tn_f32(scale)[c],
                          sums = 8 * (long double)n;
        expect_near("scale's", l, tn_f32(out[1])[c], product * inverse, sums * inverse);
        expect_near("offset's", l, tn_f32(out[2])[c], own.sum, sums);
        for (int64_t i = 0; i < n; i++) {
            const long double g = (long double)*at(dy, l, c, i), d = (long double)*at(x, l, c, i) - given;
            const long double want = own_statistics ? g - own.sum / (long double)n - d * product / (long double)n / square : g;
            expect_near("x's", l, *at(out[0], l, c, i), s * inverse * want, 8 * fabsl(s) * inverse * (1 + 1 / square));
        }
    }
    ck_assert(tn_tensor_size(out[3]) == 0 && tn_tensor_size(out[4]) == 0);
    for (int i = 0; i < NUM_GRADS; i++)
        talloc_free(out[i]);
    for (int i = 0; i < 6; i++)
        talloc_free(in[i]);
}

START_TEST(gradients)
{
    for (int i = 0; i < NUM_LAYOUTS; i++) {
        check_grad(&layouts[i], true);
        check_grad(&layouts[i], false);
    }
}
END_TEST

/* Given mean and variance: exactly this, in float32. */
START_TEST(inference)
{
    for (int i = 0; i < NUM_LAYOUTS; i++) {
        const layout *l = &layouts[i];
        const int64_t c_dims[] = { l->channels };
        tn_tensor *in[] = { random_floats(l->rank, l->dims, 0, 2), random_floats(1, c_dims, 0, 2), random_floats(1, c_dims, 0, 2),
                            random_floats(1, c_dims, 0, 2), random_floats(1, c_dims, 1, 0.5f) };
        tn_tensor *out[NUM_OUTPUTS];
        ck_assert_int_eq(drive_all("FusedBatchNormV3", MODE(false, l->format), 5, in, NUM_OUTPUTS, out), TN_OK);
        for (int64_t c = 0; c < l->channels; c++) {
            const float factor = tn_f32(in[1])[c] * (1 / sqrtf(tn_f32(in[4])[c] + 0.001f));
            for (int64_t k = 0; k < l->outer * l->inner; k++)
                expect_near("y", l, *at(out[0], l, c, k),
                            (long double)((*at(in[0], l, c, k) - tn_f32(in[3])[c]) * factor + tn_f32(in[2])[c]), 0);
        }
        for (int k = 1; k < 5; k++)
            ck_assert_mem_eq(tn_f32(out[k]), tn_f32(in[k % 2 ? 3 : 4]), (size_t)l->channels * sizeof(float));
        for (int k = 0; k < NUM_OUTPUTS; k++)
            talloc_free(out[k]);
        for (int k = 0; k < 5; k++)
            talloc_free(in[k]);
    }
}
END_TEST

#define C2(a, b) F32S(a, b)
#define IMAGE    SHAPED(F32S(1, 2, 3, 6), 1, 1, 2, 2)

START_TEST(in_place_and_small)
{
    EXPECT_WITH(2, SHAPED(F32S(4, 3.5f, 6, 5.5f), 1, 1, 2, 2), "FusedBatchNormV3",
                TN_ATTRS(TN_BOOL_ATTR("is_training", false), TN_FLOAT_ATTR("epsilon", 1)), IMAGE, C2(1, 1), C2(3, 4), C2(0, 3), C2(0, 3));
    EXPECT_WITH(4, SHAPED(F32S(2, 6, 4, 2), 1, 1, 2, 2), "FusedBatchNormV3", TN_ATTRS(TN_FLOAT_ATTR("epsilon", 0)), IMAGE, C2(1, -2),
                C2(3, 4), F32S(1), F32S(1, 2, 3));
    EXPECT_WITH(4, SHAPED(F32S(2, -1, 6, -3), 1, 1, 2, 2), "FusedBatchNormGradV3",
                TN_ATTRS(TN_BOOL_ATTR("is_training", false), TN_FLOAT_ATTR("epsilon", 1)), SHAPED(F32S(1, 2, 3, 6), 1, 1, 2, 2), IMAGE,
                C2(2, -1), C2(0, 0), C2(0, 3), F32(0));
}
END_TEST

/* A channel with something that is no number spoils itself alone. */
START_TEST(infinities_and_nan)
{
    tn_tensor *out[NUM_OUTPUTS];
    tn_tensor *in[] = { SHAPED(F32S(INFINITY, 1, NAN, 1, 3, 2), 1, 1, 2, 3), F32S(1, 1, 1), F32S(0, 0, 0), F32S(0, 0, 0), F32S(1, 1, 1) };
    ck_assert_int_eq(drive_all("FusedBatchNormV3", MODE(true, "NHWC"), 5, in, NUM_OUTPUTS, out), TN_OK);
    ck_assert(tn_f32(out[1])[0] == INFINITY && tn_f32(out[1])[1] == 2 && isnan(tn_f32(out[1])[2]));
    ck_assert(isnan(tn_f32(out[2])[0]) && tn_f32(out[2])[1] == 2 && isnan(tn_f32(out[2])[2]));
    ck_assert(isnan(tn_f32(out[0])[0]) && tn_f32(out[0])[1] < -0.99f && isnan(tn_f32(out[0])[5]));
    for (int k = 0; k < NUM_OUTPUTS; k++)
        talloc_free(out[k]);
    for (int k = 0; k < 5; k++)
        talloc_free(in[k]);
}
END_TEST

START_TEST(sizes_of_zero)
{
    tn_tensor *out[NUM_OUTPUTS];
    tn_tensor *in[] = { EMPTY(TN_FLOAT32, 0, 2, 2, 1), F32S(2), F32S(3), F32S(4), F32S(5) };
    for (int mode = 0; mode < 2; mode++) {
        ck_assert_int_eq(drive_all("FusedBatchNormV3", MODE(mode, "NHWC"), 5, in, NUM_OUTPUTS, out), TN_OK);
        for (int k = 1; k < 5; k++)
            ck_assert(isnan(tn_f32(out[k])[0]));
        for (int k = 0; k < NUM_OUTPUTS; k++)
            talloc_free(out[k]);
    }
    for (int k = 0; k < 5; k++)
        talloc_free(in[k]);
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 2, INT64_C(1) << 30, 1, 0), "FusedBatchNormV3", MODE(true, "NHWC"),
                EMPTY(TN_FLOAT32, 2, INT64_C(1) << 30, 1, 0), EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0), EMPTY(TN_FLOAT32, 0),
                EMPTY(TN_FLOAT32, 0));
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 0, 1, 1, 1), "FusedBatchNormGradV3", MODE(true, "NHWC"), EMPTY(TN_FLOAT32, 0, 1, 1, 1),
                EMPTY(TN_FLOAT32, 0, 1, 1, 1), F32S(1), F32S(NAN), F32S(NAN), F32(0));
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "half", "FusedBatchNormV3", MODE(true, "NHWC"), EMPTY(TN_FLOAT16, 1, 1, 1, 1), F32S(1), F32S(1),
                      F32S(1), F32S(1));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "bfloat16", "FusedBatchNormV3", MODE(true, "NHWC"), SHAPED(F32S(1), 1, 1, 1, 1),
                      EMPTY(TN_BFLOAT16, 1), EMPTY(TN_BFLOAT16, 1), EMPTY(TN_BFLOAT16, 1), EMPTY(TN_BFLOAT16, 1));
}
END_TEST

TN_SUITE("cpu batch_norm", training, far_from_zero, gradients, inference, in_place_and_small, infinities_and_nan, sizes_of_zero, no_kernel)
