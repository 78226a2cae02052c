/* Values of lib/cpu/reduce.c: every way axes can lie, empty tensors, NaN, wrapping, and the error of long sums. */
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

TN_SUITE("cpu reduce", some_axes, all_of_them, integers, nothing_to_reduce, nan_wins, infinities, long_sums, every_set_of_axes, no_kernel,
         memory_may_run_out)
