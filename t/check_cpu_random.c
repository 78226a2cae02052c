/*
 * The random kernels, against TensorFlow 2.21's on a CPU, to the last bit: two runs of one operation with seed 87654321 and seed2 5, of a
 * size that is no multiple of a group; and a checksum of 100,000 elements with seeds that do not fit in 32 bits.
 */
#include "values.h"

static tn_output make(const char *type, tn_dtype dtype, int32_t size, int64_t seed, int64_t seed2)
{
    tn_output shape = tn_vector(size);
    if (!strcmp(type, "RandomUniformInt")) {
        tn_output low = dtype == TN_INT32 ? tn_scalar((int32_t)-5) : tn_scalar((int64_t)-5);
        tn_output high = dtype == TN_INT32 ? tn_scalar((int32_t)1000) : tn_scalar((int64_t)1000000000000);
        return tn_op_output(
            tn_op_new(NULL, type, TN_OUTPUTS(shape, low, high), .attrs = TN_ATTRS(TN_INT_ATTR("seed", seed), TN_INT_ATTR("seed2", seed2))),
            0);
    }
    tn_attrs attrs = TN_ATTRS(TN_INT_ATTR("seed", seed), TN_INT_ATTR("seed2", seed2), TN_TYPE_ATTR("dtype", dtype));
    return tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(shape), .attrs = attrs), 0);
}

static void expect_runs(const char *type, tn_tensor *first, tn_tensor *second)
{
    tn_output x = make(type, tn_tensor_dtype(first), (int32_t)tn_tensor_size(first), 87654321, 5);
    for (int sessions = 0; sessions < 2; sessions++) /* each session begins the stream anew */
        WITH_SESSION(s) {
            expect_values(type, tn_run(s, x), first, 0);
            expect_values(type, tn_run(s, x), second, 0);
        }
    talloc_free(first);
    talloc_free(second);
}

/* FNV-1a over the elements' little-endian bytes. */
static uint64_t checksum(tn_tensor *t)
{
    const uint16_t one = 1;
    bool little = *(const uint8_t *)&one;
    size_t size = tn_dtype_size(tn_tensor_dtype(t));
    const uint8_t *bytes = tn_tensor_data(t);
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < tn_tensor_bytes(t); i++)
        h = (h ^ bytes[little ? i : i - i % size + (size - 1 - i % size)]) * UINT64_C(0x100000001b3);
    return h;
}

static void expect_checksum(uint64_t want, const char *type, tn_dtype dtype)
{
    tn_output x = make(type, dtype, 100000, -3, (INT64_C(1) << 40) + 1);
    WITH_SESSION(s) {
        tn_tensor *t = tn_run(s, x);
        ck_assert_msg(t != NULL, "%s", tn_last_error()->message);
        ck_assert_uint_eq(checksum(t), want);
    }
}

START_TEST(uniform)
{
    expect_runs("RandomUniform", F32S(0x1.8da178p-2f, 0x1.53ce3cp-1f, 0x1.89088p-3f, 0x1.697fbcp-1f, 0x1.ed266p-1f),
                F32S(0x1.f7cddp-2f, 0x1.e1a308p-1f, 0x1.47df9p-2f, 0x1.621f3p-3f, 0x1.421c68p-2f));
    expect_runs("RandomUniform",
                F64S(0x1.b42fa6d4f38f0p-4, 0x1.121114fb4bfdep-1, 0x1.69331b253874cp-1, 0x1.5aa520ba5e3bap-1, 0x1.1780f7c967df0p-4),
                F64S(0x1.df3755df0d184p-1, 0x1.1f7e5612c43e6p-1, 0x1.0871bf95b30e8p-1, 0x1.19b26f2c3fd7ep-1, 0x1.23a6a1c9caae6p-1));
    expect_checksum(UINT64_C(0xd6e1cb67772337fb), "RandomUniform", TN_FLOAT32);
    expect_checksum(UINT64_C(0x51fee571e6a9c9bc), "RandomUniform", TN_FLOAT64);
}
END_TEST

START_TEST(uniform_int)
{
    expect_runs("RandomUniformInt", I32S(476, 594, 574, 999, 912), I32S(209, 775, 978, 657, 124));
    expect_runs("RandomUniformInt", I64S(104372877625, 231774484578, 500437130146, 650651558041, 405585960615),
                I64S(341747871959, 127575818390, 494579885752, 49186733686, 318191109965));
    expect_checksum(UINT64_C(0xe897e05b9ef2be93), "RandomUniformInt", TN_INT32);
    expect_checksum(UINT64_C(0x258aeb5945d9b9), "RandomUniformInt", TN_INT64);
}
END_TEST

START_TEST(standard_normal)
{
    expect_runs("RandomStandardNormal", F32S(-0x1.2d96d6p+0f, -0x1.6b7d7p-1f, -0x1.bf8748p+0f, -0x1.fb42dep-2f, 0x1.f1be5ep-3f),
                F32S(-0x1.bc00a4p-2f, 0x1.1bfb98p+0f, 0x1.55e9ep+0f, 0x1.67cf4ap-1f, 0x1.31d142p+0f));
    expect_runs("RandomStandardNormal",
                F64S(-0x1.dc9445e3ed638p-2, -0x1.084685229fb57p+1, -0x1.7f8914be2b2d5p-1, -0x1.7a87dfe308b41p-2, -0x1.0c10491ac8e9fp+0),
                F64S(-0x1.18d58218bc90fp-3, -0x1.590c1ab233164p-2, -0x1.6d13eca434950p-2, -0x1.17c3cb1341d34p+0, -0x1.3a9c81648e5d8p-1));
}
END_TEST

START_TEST(truncated_normal)
{
    expect_runs("TruncatedNormal", F32S(-0x1.2d96d6p+0f, -0x1.6b7d7p-1f, -0x1.bf8748p+0f, -0x1.fb42dep-2f, -0x1.ba724cp-1f),
                F32S(-0x1.bc00a4p-2f, 0x1.1bfb98p+0f, 0x1.55e9ep+0f, 0x1.67cf4ap-1f, 0x1.372af4p+0f));
    expect_runs("TruncatedNormal",
                F64S(-0x1.dc9445e3ed638p-2, -0x1.7f8914be2b2d5p-1, -0x1.fc88a1bfd9336p-2, 0x1.b59da9a877bd8p-1, 0x1.7463016811c74p-4),
                F64S(-0x1.18d58218bc90fp-3, -0x1.590c1ab233164p-2, -0x1.09a2815277402p-5, 0x1.bf23c162a6231p-2, 0x1.93cdb649143a3p+0));
}
END_TEST

/* However many are drawn, none is outside, and they look like what they are. */
START_TEST(looks_normal)
{
    enum { N = 20001 };
    tn_output x = make("TruncatedNormal", TN_FLOAT32, N, 1, 1), y = make("RandomStandardNormal", TN_FLOAT64, N, 1, 1);
    WITH_SESSION(s) {
        const float *t = tn_f32(tn_run(s, x));
        const double *n = tn_f64(tn_run(s, y));
        double mean = 0, square = 0;
        for (int i = 0; i < N; i++) {
            ck_assert(t[i] > -2 && t[i] < 2);
            mean += n[i] / N;
            square += n[i] * n[i] / N;
        }
        ck_assert(fabs(mean) < 0.03 && fabs(square - 1) < 0.05);
    }
}
END_TEST

START_TEST(bounds)
{
    tn_output shape = tn_placeholder(TN_INT32, .shape = TN_SHAPE(1));
    tn_output x = tn_op_output(tn_op_new(NULL, "RandomUniformInt", TN_OUTPUTS(shape, tn_scalar((int32_t)5), tn_scalar((int32_t)5))), 0);
    tn_output wide = tn_op_output(
        tn_op_new(NULL, "RandomUniformInt", TN_OUTPUTS(tn_vector(1000), tn_scalar((int32_t)INT32_MIN), tn_scalar((int32_t)INT32_MAX))), 0);
    tn_tensor *two = I32S(2), *none = I32S(0);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, x, .feeds = TN_FEEDS({ shape, two })));
        expect_error(TN_INVALID_ARGUMENT, "Need minval < maxval, got 5 >= 5");
        ck_assert_int_eq(tn_tensor_size(tn_run(s, x, .feeds = TN_FEEDS({ shape, none }))), 0);
        const int32_t *v = tn_i32(tn_run(s, wide));
        bool negative = false, positive = false;
        for (int i = 0; i < 1000; i++) {
            negative |= v[i] < -1000000000;
            positive |= v[i] > 1000000000;
        }
        ck_assert(negative && positive);
    }
    talloc_free(two);
    talloc_free(none);
}
END_TEST

/* Without seeds the stream is anybody's guess, but another in each session. */
START_TEST(without_seeds)
{
    tn_output x = make("RandomUniform", TN_FLOAT64, 4, 0, 0);
    double first[4];
    for (int i = 0; i < 2; i++)
        WITH_SESSION(s) {
            const double *v = tn_f64(tn_run(s, x));
            ck_assert(i == 0 || memcmp(first, v, sizeof first) != 0);
            memcpy(first, v, sizeof first);
        }
}
END_TEST

START_TEST(sizes_of_zero)
{
    tn_output x = make("TruncatedNormal", TN_FLOAT32, 0, 1, 2), y = make("RandomUniform", TN_FLOAT64, 0, 1, 2);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_tensor_size(tn_run(s, x)), 0);
        ck_assert_int_eq(tn_tensor_size(tn_run(s, y)), 0);
    }
}
END_TEST

START_TEST(no_kernel)
{
    tn_output x = make("RandomUniform", TN_FLOAT16, 3, 1, 2);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, x));
        expect_error(TN_UNIMPLEMENTED, "half");
    }
}
END_TEST

TN_SUITE("cpu random", uniform, uniform_int, standard_normal, truncated_normal, looks_normal, bounds, without_seeds, sizes_of_zero,
         no_kernel)
