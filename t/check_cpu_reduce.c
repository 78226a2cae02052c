/* Values of lib/cpu/reduce.c: every way axes can lie, empty tensors, NaN, wrapping, and the error of long sums. */
#include "core/tensor.h"
#include "values.h"

static tn_attrs keep(bool on, tn_attr *attr)
{
    *attr = TN_BOOL_ATTR("keep_dims", on);
    return (tn_attrs){ attr, 1 };
}

START_TEST(some_axes)
{
#define X SHAPED(F32S(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 2, 3, 2)
    EXPECT(SHAPED(F32S(8, 10, 12, 14, 16, 18), 3, 2), "Sum", X, I32S(0));
    EXPECT(SHAPED(F32S(9, 12, 27, 30), 2, 2), "Sum", X, I32S(1));
    EXPECT(SHAPED(F32S(3, 7, 11, 15, 19, 23), 2, 3), "Sum", X, I32S(2));
    EXPECT(SHAPED(F32S(3, 7, 11, 15, 19, 23), 2, 3), "Sum", X, I64(-1));
    EXPECT(F32S(36, 42), "Sum", X, I32S(0, 1));
    EXPECT(F32S(18, 26, 34), "Sum", X, I32S(-1, 0));
    EXPECT(F32S(21, 57), "Sum", X, I32S(1, 2));
    EXPECT(F32(78), "Sum", X, I32S(2, 0, 1));
    EXPECT(X, "Sum", X, EMPTY(TN_INT32, 0));
    EXPECT(F32(3), "Sum", F32(3), EMPTY(TN_INT64, 0));
    tn_attr attr;
    EXPECT_WITH(0, SHAPED(F32S(9, 12, 27, 30), 2, 1, 2), "Sum", keep(true, &attr), X, I32(1));
    EXPECT_WITH(0, SHAPED(F32S(78), 1, 1, 1), "Sum", keep(true, &attr), X, I32S(0, 1, 2));
    EXPECT_WITH(0, SHAPED(F32S(3, 7), 1, 2, 1), "Sum", keep(true, &attr), SHAPED(F32S(1, 2, 3, 4), 1, 2, 2), I32S(2));
}
END_TEST

START_TEST(all_of_them)
{
    EXPECT(F32S(2.5f, 6), "Mean", SHAPED(F32S(2, 3, 5, 7), 2, 2), I32(1));
    EXPECT(F64S(3.5, 5), "Mean", SHAPED(F64S(2, 3, 5, 7), 2, 2), I32(0));
    EXPECT(F32S(6, 35), "Prod", SHAPED(F32S(2, 3, 5, 7), 2, 2), I32(1));
    EXPECT(F64(210), "Prod", SHAPED(F64S(2, 3, 5, 7), 2, 2), I32S(0, 1));
    EXPECT(F32S(3, 9), "Max", SHAPED(F32S(2, 3, 9, -7), 2, 2), I32(1));
    EXPECT(F64S(9, 3), "Max", SHAPED(F64S(2, 3, 9, -7), 2, 2), I32(0));
    EXPECT(I32S(9, 3), "Max", SHAPED(I32S(2, 3, 9, -7), 2, 2), I32(0));
    EXPECT(I64(9), "Max", SHAPED(I64S(2, 3, 9, -7), 2, 2), I32S(0, 1));
    EXPECT(F32S(2, -7), "Min", SHAPED(F32S(2, 3, 9, -7), 2, 2), I32(1));
    EXPECT(F64S(2, -7), "Min", SHAPED(F64S(2, 3, 9, -7), 2, 2), I32(0));
    EXPECT(I32S(2, -7), "Min", SHAPED(I32S(2, 3, 9, -7), 2, 2), I32(1));
    EXPECT(I64(-7), "Min", SHAPED(I64S(2, 3, 9, -7), 2, 2), I32S(0, 1));
    EXPECT(BOOLS(false, true), "All", SHAPED(BOOLS(true, false, true, true), 2, 2), I32(1));
    EXPECT(BOOLS(true, false), "Any", SHAPED(BOOLS(true, false, true, false), 2, 2), I32(0));
    EXPECT(BOOLS(true, false), "Any", SHAPED(BOOLS(true, false, false, false), 2, 2), I32(1));
}
END_TEST

START_TEST(integers)
{
    EXPECT(I32(INT32_MIN), "Sum", I32S(INT32_MAX, 1), I32(0));
    EXPECT(I64(INT64_MIN), "Sum", I64S(INT64_MAX, 1), I32(0));
    EXPECT(I32(-3), "Mean", I32S(-3, -4), I32(0));
    EXPECT(I32(INT32_MAX), "Mean", I32S(INT32_MAX, INT32_MAX), I32(0));
    EXPECT(I64(2), "Mean", I64S(1, 2, 4), I32(0));
    EXPECT(I32(0), "Mean", EMPTY(TN_INT32, 0), I32(0));
    EXPECT(I64(0), "Mean", EMPTY(TN_INT64, 0), I32(0));
    EXPECT(I32(0), "Prod", I32S(65536, 65536), I32(0));
    EXPECT(I32(-6), "Prod", I32S(-3, 2), I32(0));
    EXPECT(I64(INT64_C(4294967296)), "Prod", I64S(65536, 65536), I32(0));
}
END_TEST

START_TEST(nothing_to_reduce)
{
    EXPECT(F32(0), "Sum", EMPTY(TN_FLOAT32, 0), I32(0));
    EXPECT(F64S(0, 0), "Sum", EMPTY(TN_FLOAT64, 0, 2), I32(0));
    EXPECT(F32S(NAN, NAN), "Mean", EMPTY(TN_FLOAT32, 0, 2), I32(0));
    EXPECT(F64S(NAN, NAN), "Mean", EMPTY(TN_FLOAT64, 2, 0), I32(1));
    EXPECT(F32S(1, 1), "Prod", EMPTY(TN_FLOAT32, 2, 0), I32(1));
    EXPECT(F32(-INFINITY), "Max", EMPTY(TN_FLOAT32, 0), I32(0));
    EXPECT(I32(INT32_MIN), "Max", EMPTY(TN_INT32, 0), I32(0));
    EXPECT(F64(INFINITY), "Min", EMPTY(TN_FLOAT64, 0), I32(0));
    EXPECT(I64(INT64_MAX), "Min", EMPTY(TN_INT64, 0), I32(0));
    EXPECT(BOOLS(true, true), "All", EMPTY(TN_BOOL, 2, 0), I32(1));
    EXPECT(BOOL(false), "Any", EMPTY(TN_BOOL, 0), I32(0));
    EXPECT(EMPTY(TN_FLOAT32, 0), "Sum", EMPTY(TN_FLOAT32, 0, 2), I32(1));
    EXPECT(EMPTY(TN_FLOAT32, 0), "Max", EMPTY(TN_FLOAT32, 0, 0), I32(1));
}
END_TEST

START_TEST(nan_wins)
{
    EXPECT(F32S(NAN, NAN, 5), "Max", SHAPED(F32S(NAN, 1, 2, NAN, 4, 5), 3, 2), I32(1));
    EXPECT(F32S(NAN, NAN), "Min", SHAPED(F32S(NAN, 1, 2, NAN, 4, 5), 3, 2), I32(0));
    EXPECT(F64(NAN), "Max", F64S(NAN, INFINITY), I32(0));
    EXPECT(F64(NAN), "Min", F64S(-INFINITY, NAN), I32(0));
}
END_TEST

START_TEST(infinities)
{
    EXPECT(F64(INFINITY), "Sum", F64S(1, INFINITY, 2), I32(0));
    EXPECT(F64(NAN), "Sum", F64S(-INFINITY, INFINITY, 2), I32(0));
    EXPECT(F32(-INFINITY), "Sum", F32S(1, -INFINITY, 2), I32(0));
    EXPECT(F64(INFINITY), "Sum", F64S(1.7e308, 1.7e308), I32(0));
    EXPECT(F64(NAN), "Mean", F64S(NAN, 1), I32(0));
    EXPECT(F32(INFINITY), "Sum", F32S(3e38f, 3e38f), I32(0));
}
END_TEST

/* What plain addition would lose. */
START_TEST(long_sums)
{
    enum { N = 1 << 16 };
    const int64_t n = N, two[] = { N / 2, 2 };
    tn_tensor *a = tn_tensor_new(root, TN_FLOAT32, 1, &n, NULL), *b = tn_tensor_new(root, TN_FLOAT64, 2, two, NULL);
    for (int i = 0; i < N; i++) {
        tn_f32(a)[i] = 0.1f;
        tn_f64(b)[i] = 0.1;
    }
    EXPECT(F32((float)(N * (double)0.1f)), "Sum", a, I32(0));
    EXPECT(F64S(3276.8, 3276.8), "Sum", b, I32(0));
    EXPECT(F64(2), "Sum", F64S(1, 1e100, 1, -1e100), I32(0));
    EXPECT(F64S(2, 0), "Sum", SHAPED(F64S(1, 0, 1e100, 0, 1, 0, -1e100, 0), 4, 2), I32(0));
    EXPECT(F32(102), "Sum", F32S(1e8f, 102, -1e8f), I32(0));
    EXPECT(F32(1e30f), "Prod", F32S(1e30f, 1e30f, 1e-30f), I32(0));
}
END_TEST

/* Every set of axes of a shape of rank 8, counted by hand in integers. */
static tn_tensor *sum_by_hand(tn_tensor *x, unsigned bits)
{
    int64_t dims[8], rank = 0, index[8] = { 0 };
    for (int d = 0; d < 8; d++)
        if (!(bits >> d & 1))
            dims[rank++] = tn_tensor_dim(x, d);
    tn_tensor *y = tn_tensor_new(root, TN_INT64, (int)rank, dims, NULL);
    for (int64_t i = 0; i < tn_tensor_size(x); i++) {
        int64_t at = 0;
        for (int d = 0; d < 8; d++)
            at = bits >> d & 1 ? at : at * tn_tensor_dim(x, d) + index[d];
        tn_i64(y)[at] += tn_i64(x)[i];
        for (int d = 7; d >= 0 && ++index[d] == tn_tensor_dim(x, d); d--)
            index[d] = 0;
    }
    return y;
}

static void check_axes(const int64_t *dims, unsigned bits)
{
    tn_tensor *x = tn_tensor_new(root, TN_INT64, 8, dims, NULL);
    int32_t axes[8];
    int64_t n = 0;
    for (int64_t i = 0; i < tn_tensor_size(x); i++)
        tn_i64(x)[i] = i * i;
    for (int d = 0; d < 8; d++)
        if (bits >> d & 1)
            axes[n++] = d;
    tn_tensor *want = sum_by_hand(x, bits);
    EXPECT(want, "Sum", x, tn_tensor_new(root, TN_INT32, 1, &n, axes));
}

START_TEST(every_set_of_axes)
{
    for (unsigned bits = 0; bits < 256; bits++) {
        check_axes((const int64_t[]){ 2, 3, 1, 2, 2, 1, 3, 2 }, bits);
        if (bits % 16 == 5)
            check_axes((const int64_t[]){ 2, 2, 35, 1, 2, 1, 1, 67 }, bits);
    }
}
END_TEST

/* ---- Sources, and long reductions ---- */

static const tn_tensor *behind; /* what the source's elements are copied from */

static void load_copies(const tn_source *source, const tn_step *step, const tn_frame *frame, int64_t first, int64_t n, void *into)
{
    const size_t size = tn_dtype_size(behind->dtype);
    (void)source;
    (void)step;
    (void)frame;
    ck_assert(first >= 0 && n > 0 && n <= TN_SOURCE_MOST && first + n <= tn_tensor_size(behind));
    memcpy(into, (const char *)behind->data + (size_t)first * size, (size_t)n * size);
}

/* Reduces, from memory as a whole and in pieces, and from a source: all must be the same. */
static tn_tensor *reduce_in_every_way(const char *type, tn_tensor *x, tn_tensor *axes)
{
    static const tn_source source = { load_copies };
    tn_tensor *cut = DRIVE(type, x, axes);
    drive_pieces = 0;
    tn_tensor *whole = DRIVE(type, x, axes);
    behind = x;
    drive_source = &source;
    tn_tensor *loaded = DRIVE(type, x, axes);
    drive_source = NULL;
    drive_pieces = 3;
    ck_assert_msg(cut && whole && loaded, "%s: %s", type, tn_last_error()->message);
    ck_assert_mem_eq(tn_tensor_data(whole), tn_tensor_data(cut), tn_tensor_bytes(cut));
    ck_assert_mem_eq(tn_tensor_data(whole), tn_tensor_data(loaded), tn_tensor_bytes(loaded));
    talloc_free(cut);
    talloc_free(loaded);
    return whole;
}

static tn_tensor *some_numbers(tn_dtype dtype, int rank, const int64_t *dims)
{
    tn_tensor *x = tn_tensor_new(root, dtype, rank, dims, NULL);
    uint32_t seed = 1;
    for (int64_t i = 0; i < tn_tensor_size(x); i++) {
        seed = seed * 1664525 + 1013904223;
        const double value = 1 + ((double)(seed >> 8) - (1 << 23)) / (1 << 24);
        if (dtype == TN_FLOAT32)
            tn_f32(x)[i] = (float)value;
        else
            tn_f64(x)[i] = value;
    }
    return x;
}

/* Under valgrind one of so many is tried. */
static size_t one_in(size_t n)
{
    return getenv("TN_UNDER_VALGRIND") ? n : 1;
}

START_TEST(sources_and_pieces)
{
    static const int64_t shapes[][3] = { { 7, 9, 3 },    { 5, 70, 33 },   { 3, 5, 517 },   { 2, 1100, 1 },  { 3, 40, 600 },
                                         { 1, 9, 5000 }, { 40000, 1, 3 }, { 2, 3, 30011 }, { 90, 1000, 1 }, { 700, 2, 90 } };
    static const char *const types[] = { "Sum", "Mean", "Max", "Min", "Prod" };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i += one_in(3))
        for (int dtype = 0; dtype < 2; dtype++) {
            tn_tensor *x = some_numbers(dtype ? TN_FLOAT64 : TN_FLOAT32, 3, shapes[i]);
            for (int type = 0; type < 5; type++)
                for (int bits = 0; bits < 8; bits++) {
                    int32_t list[3];
                    int64_t n = 0;
                    for (int d = 0; d < 3; d++)
                        if (bits >> d & 1)
                            list[n++] = d;
                    tn_tensor *axes = tn_tensor_new(root, TN_INT32, 1, &n, list);
                    talloc_free(reduce_in_every_way(types[type], x, axes));
                    talloc_free(axes);
                }
            talloc_free(x);
        }
}
END_TEST

/* Long sums, each in another way through memory, against long double: half a unit, and what double loses. */
START_TEST(long_sums_are_exact)
{
    static const int64_t shapes[][2] = { { 1, 300001 }, { 300001, 1 }, { 100000, 3 }, { 20000, 200 }, { 9, 40000 } };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i += one_in(4))
        for (int axis = 0; axis < 2; axis++) {
            tn_tensor *x = some_numbers(TN_FLOAT32, 2, shapes[i]), *axes = I32(axis);
            tn_tensor *got = reduce_in_every_way("Sum", x, axes);
            const int64_t columns = shapes[i][1];
            for (int64_t k = 0; k < tn_tensor_size(got); k++) {
                long double sum = 0;
                for (int64_t j = 0; j < shapes[i][axis]; j++)
                    sum += tn_f32(x)[axis ? k * columns + j : j * columns + k];
                ck_assert_msg(fabsl(tn_f32(got)[k] - sum) <= fabsl(sum) * 0x1.0001p-24L, "%a is not %La", (double)tn_f32(got)[k], sum);
            }
            talloc_free(got);
            talloc_free(axes);
            talloc_free(x);
        }
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for half", "Sum", EMPTY(TN_FLOAT16, 2), I32(0));
}
END_TEST

static tn_status prepare_and_run(void *owner)
{
    tn_tensor *x = tn_tensor_new(owner, TN_FLOAT32, 1, (int64_t[]){ 2 }, NULL),
              *axes = x ? tn_tensor_new(owner, TN_INT32, 0, NULL, NULL) : NULL;
    tn_tensor *y = NULL;
    tn_status status = TN_RESOURCE_EXHAUSTED;
    if (axes)
        status = drive_all("Sum", (tn_attrs){ NULL, 0 }, 2, (tn_tensor *[]){ x, axes }, 1, &y);
    talloc_free(y);
    talloc_free(axes);
    talloc_free(x);
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(prepare_and_run);
}
END_TEST

TN_SUITE("cpu reduce", some_axes, all_of_them, integers, nothing_to_reduce, nan_wins, infinities, long_sums, every_set_of_axes,
         sources_and_pieces, long_sums_are_exact, no_kernel, memory_may_run_out)
