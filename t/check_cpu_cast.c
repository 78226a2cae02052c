/* lib/cpu/cast.c against TensorFlow's own conversions, bit for bit, for every pair of dtypes: t/data/cast.txt. */
#include "core/dtype.h"
#include "values.h"

enum { LINE = 4096, MOST = 64 };

static tn_dtype dtype_of(const char *name)
{
    static const struct {
        const char *name;
        tn_dtype dtype;
    } all[] = { { "FLOAT32", TN_FLOAT32 }, { "FLOAT64", TN_FLOAT64 }, { "FLOAT16", TN_FLOAT16 }, { "BFLOAT16", TN_BFLOAT16 },
                { "INT8", TN_INT8 },       { "INT16", TN_INT16 },     { "INT32", TN_INT32 },     { "INT64", TN_INT64 },
                { "UINT8", TN_UINT8 },     { "UINT16", TN_UINT16 },   { "UINT32", TN_UINT32 },   { "UINT64", TN_UINT64 },
                { "BOOL", TN_BOOL } };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (!strcmp(all[i].name, name))
            return all[i].dtype;
    ck_abort_msg("no dtype %s", name);
    return TN_FLOAT32;
}

/* The low bytes of a number as an element of that size, whatever the byte order. */
static void put(void *to, size_t i, size_t size, uint64_t bits)
{
    const uint8_t u8 = (uint8_t)bits;
    const uint16_t u16 = (uint16_t)bits;
    const uint32_t u32 = (uint32_t)bits;
    const void *from = size == 1   ? (const void *)&u8
                       : size == 2 ? (const void *)&u16
                       : size == 4 ? (const void *)&u32
                                   : (const void *)&bits;
    memcpy((char *)to + i * size, from, size);
}

static tn_attrs to(tn_dtype dtype, tn_attr *attr)
{
    *attr = TN_TYPE_ATTR("DstT", dtype);
    return (tn_attrs){ attr, 1 };
}

/* One line: FROM TO in:out in:out … */
static void check_line(char *line)
{
    char *rest = NULL, what[64];
    uint64_t in[MOST], out[MOST];
    size_t n = 0;
    const char *from_name = strtok_r(line, " \n", &rest), *to_name = strtok_r(NULL, " \n", &rest);
    tn_dtype from = dtype_of(from_name), into = dtype_of(to_name);
    for (char *pair; n < MOST && (pair = strtok_r(NULL, " \n", &rest)); n++) {
        char *end;
        in[n] = strtoull(pair, &end, 16);
        out[n] = strtoull(end + 1, NULL, 16);
    }
    const int64_t dims[] = { (int64_t)n };
    tn_tensor *x = tn_tensor_new(root, from, 1, dims, NULL);
    for (size_t i = 0; i < n; i++)
        put(tn_tensor_data(x), i, tn_dtype_size(from), in[i]);
    tn_attr attr;
    tn_tensor *y = drive("Cast", to(into, &attr), 1, (tn_tensor *[]){ x });
    snprintf(what, sizeof what, "%s to %s", from_name, to_name);
    ck_assert_msg(y != NULL, "%s: %s", what, tn_last_error()->message);
    ck_assert_int_eq(tn_tensor_dtype(y), into);
    for (size_t i = 0; i < n; i++) {
        uint8_t want[8];
        put(want, 0, tn_dtype_size(into), out[i]);
        const char *got = (const char *)tn_tensor_data(y) + i * tn_dtype_size(into);
        ck_assert_msg(!memcmp(got, want, tn_dtype_size(into)), "%s: %llx does not give %llx", what, (unsigned long long)in[i],
                      (unsigned long long)out[i]);
    }
    talloc_free(x);
    talloc_free(y);
}

START_TEST(as_tensorflow)
{
    char line[LINE];
    int lines = 0;
    FILE *file = fopen(TN_T_DATA "/cast.txt", "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file))
        if (line[0] != '#') {
            check_line(line);
            lines++;
        }
    fclose(file);
    ck_assert_int_eq(lines, 13 * 13);
}
END_TEST

START_TEST(nan_stays)
{
    tn_attr attr;
    EXPECT_WITH(0, F64S(NAN), "Cast", to(TN_FLOAT64, &attr), F32S(NAN));
    EXPECT_WITH(0, F32S(NAN), "Cast", to(TN_FLOAT32, &attr), F64S(NAN));
    tn_tensor *x = F32S(NAN), *half = drive("Cast", to(TN_FLOAT16, &attr), 1, &x), *brain = drive("Cast", to(TN_BFLOAT16, &attr), 1, &x);
    EXPECT_WITH(0, F32S(NAN), "Cast", to(TN_FLOAT32, &attr), half);
    EXPECT_WITH(0, F32S(NAN), "Cast", to(TN_FLOAT32, &attr), brain);
    talloc_free(x);
}
END_TEST

/* What has no place in an integer becomes the lowest int32, or int64, and narrower and unsigned integers take its low bits. */
START_TEST(floats_that_do_not_fit)
{
    tn_attr attr;
#define LOST F32S(NAN, INFINITY, -INFINITY, 1e20f, -1e20f, 3e9f, -1.5f, 300)
    EXPECT_WITH(0, I32S(INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, -1, 300), "Cast", to(TN_INT32, &attr), LOST);
    EXPECT_WITH(0, I64S(INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, 3000000000, -1, 300), "Cast", to(TN_INT64, &attr), LOST);
    EXPECT_WITH(0, VECTOR_OF(TN_UINT8, uint8_t, 0, 0, 0, 0, 0, 0, 255, 44), "Cast", to(TN_UINT8, &attr), LOST);
    EXPECT_WITH(0, VECTOR_OF(TN_INT8, int8_t, 0, 0, 0, 0, 0, 0, -1, 44), "Cast", to(TN_INT8, &attr), LOST);
    EXPECT_WITH(0, VECTOR_OF(TN_UINT16, uint16_t, 0, 0, 0, 0, 0, 0, 65535, 300), "Cast", to(TN_UINT16, &attr), LOST);
    EXPECT_WITH(0, VECTOR_OF(TN_UINT32, uint32_t, 0, 0, 0, 0, 0, 3000000000u, UINT32_MAX, 300), "Cast", to(TN_UINT32, &attr), LOST);
    const uint64_t lowest = (uint64_t)1 << 63;
    EXPECT_WITH(0, VECTOR_OF(TN_UINT64, uint64_t, lowest, lowest, lowest, lowest, lowest, 3000000000u, UINT64_MAX, 300), "Cast",
                to(TN_UINT64, &attr), LOST);
    EXPECT_WITH(0, VECTOR_OF(TN_UINT64, uint64_t, UINT64_MAX - 2047, lowest), "Cast", to(TN_UINT64, &attr),
                F64S(18446744073709549568.0, 18446744073709551616.0));
}
END_TEST

/* More than one block, and a rest. */
START_TEST(many)
{
    enum { N = 1000 };
    const int64_t n = N;
    float x[N];
    int32_t y[N];
    tn_attr attr;
    for (int i = 0; i < N; i++) {
        x[i] = (float)i + 0.75f;
        y[i] = i;
    }
    EXPECT_WITH(0, tn_tensor_new(root, TN_INT32, 1, &n, y), "Cast", to(TN_INT32, &attr), tn_tensor_new(root, TN_FLOAT32, 1, &n, x));
    EXPECT_WITH(0, EMPTY(TN_BOOL, 2, 0), "Cast", to(TN_BOOL, &attr), EMPTY(TN_FLOAT32, 2, 0));
    EXPECT_WITH(0, F64(2), "Cast", to(TN_FLOAT64, &attr), I64(2));
}
END_TEST

START_TEST(refused)
{
    tn_attr attr, truncate[] = { TN_TYPE_ATTR("DstT", TN_BFLOAT16), TN_BOOL_ATTR("Truncate", true) };
    const tn_attrs attrs = { truncate, 2 };
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "no kernel for complex64", "Cast", to(TN_COMPLEX64, &attr), F32S(1));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "no kernel for complex64", "Cast", to(TN_FLOAT32, &attr), EMPTY(TN_COMPLEX64, 1));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "no kernel for bfloat16", "Cast", attrs, F32S(1));
    EXPECT_WITH(0, EMPTY(TN_COMPLEX64, 2), "Cast", to(TN_COMPLEX64, &attr), EMPTY(TN_COMPLEX64, 2));
}
END_TEST

TN_SUITE("cpu cast", as_tensorflow, nan_stays, floats_that_do_not_fit, many, refused)
