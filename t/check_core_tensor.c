/* lib/core/tensor.c: values. */
#include "harness.h"

#include <limits.h>
#include <stdint.h>
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/tensor.h"

START_TEST(a_tensor_holds_a_copy)
{
    float data[6] = { 1, 2, 3, 4, 5, 6 };
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ 2, 3 }, data);
    data[0] = 9;
    ck_assert_ptr_eq(talloc_parent(t), root);
    ck_assert(tn_tensor_dtype(t) == TN_FLOAT32 && tn_tensor_rank(t) == 2 && tn_tensor_size(t) == 6 && tn_tensor_bytes(t) == 24);
    ck_assert(tn_tensor_dim(t, 0) == 2 && tn_tensor_dim(t, 1) == 3 && tn_tensor_dim(t, -1) == 3 && tn_tensor_dim(t, -2) == 2);
    ck_assert(tn_tensor_dim(t, 2) == -1 && tn_tensor_dim(t, -3) == -1);
    ck_assert(tn_f32(t)[0] == 1 && tn_f32(t)[5] == 6);
    ck_assert_ptr_eq(tn_tensor_data(t), tn_f32(t));
    ck_assert_uint_eq((uintptr_t)tn_tensor_data(t) % 64, 0);
    talloc_free(t);
}
END_TEST

START_TEST(without_data_there_are_zeros)
{
    int64_t dims[TN_MAX_RANK] = { 2, 2, 2, 2, 2, 2, 2, 2 };
    tn_tensor *t = tn_tensor_new(root, TN_INT64, TN_MAX_RANK, dims, NULL);
    for (int i = 0; i < 256; i++)
        ck_assert_int_eq(tn_i64(t)[i], 0);
    talloc_free(t);
    t = tn_tensor_new(root, TN_FLOAT64, 0, NULL, NULL);
    ck_assert(tn_tensor_size(t) == 1 && tn_tensor_rank(t) == 0 && tn_f64(t)[0] == 0);
    talloc_free(t);
}
END_TEST

START_TEST(empty_tensors_are_legal)
{
    tn_tensor *t = tn_tensor_new(root, TN_INT32, 3, (int64_t[]){ 3, 0, INT32_MAX }, NULL);
    ck_assert(t && tn_tensor_size(t) == 0 && tn_tensor_bytes(t) == 0 && tn_tensor_data(t) && tn_i32(t));
    talloc_free(t);
    t = tn_string_tensor_new(root, 1, (int64_t[]){ 0 }, NULL, NULL);
    ck_assert(t && tn_tensor_size(t) == 0 && tn_tensor_bytes(t) == 0);
    talloc_free(t);
}
END_TEST

static void expect_refused(tn_dtype dtype, int rank, const int64_t *dims)
{
    ck_assert_ptr_null(tn_tensor_new(root, dtype, rank, dims, NULL));
    expect_error(TN_INVALID_ARGUMENT, "a tensor of ");
}

START_TEST(bad_arguments_are_refused)
{
    int64_t nine[9] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    expect_refused(TN_STRING, 0, NULL);
    expect_refused(TN_RESOURCE, 0, NULL);
    expect_refused((tn_dtype)0, 0, NULL);
    expect_refused((tn_dtype)-1, 0, NULL);
    expect_refused(TN_FLOAT32, 9, nine);
    expect_refused(TN_FLOAT32, -1, NULL);
    expect_refused(TN_FLOAT32, INT_MIN, nine);
    expect_refused(TN_FLOAT32, 1, NULL);
    expect_refused(TN_FLOAT32, 1, (int64_t[]){ -1 });
    expect_refused(TN_FLOAT32, 2, (int64_t[]){ -1, 0 });
    expect_refused(TN_FLOAT32, 1, (int64_t[]){ INT64_MIN });
    expect_refused(TN_FLOAT32, 2, (int64_t[]){ INT64_MAX, 2 });
    expect_refused(TN_FLOAT64, 1, (int64_t[]){ INT64_MAX });
    ck_assert_ptr_null(tn_string_tensor_new(root, 1, (int64_t[]){ 1 }, NULL, (size_t[]){ 1 }));
    expect_error(TN_INVALID_ARGUMENT, "without bytes or lengths");
    ck_assert_ptr_null(tn_string_tensor_new(root, 1, (int64_t[]){ 1 }, (const char *[]){ "" }, (size_t[]){ SIZE_MAX }));
    expect_error(TN_INVALID_ARGUMENT, "too large");
}
END_TEST

START_TEST(strings_keep_zero_bytes)
{
    const char *bytes[] = { "a\0b", "", "long enough" };
    size_t lengths[] = { 3, 0, 11 }, n = 77;
    tn_tensor *t = tn_string_tensor_new(root, 1, (int64_t[]){ 3 }, bytes, lengths);
    ck_assert(tn_tensor_dtype(t) == TN_STRING && tn_tensor_bytes(t) == 14 && tn_tensor_data(t) == NULL);
    for (int i = 0; i < 3; i++) {
        const char *element = tn_string_at(t, i, &n);
        ck_assert_uint_eq(n, lengths[i]);
        ck_assert_int_eq(memcmp(element, bytes[i], n + 1), 0); /* and the zero byte */
    }
    n = 77;
    ck_assert_ptr_null(tn_string_at(t, 3, &n));
    expect_error(TN_OUT_OF_RANGE, "3");
    ck_assert_ptr_null(tn_string_at(t, -1, &n));
    ck_assert_ptr_null(tn_string_at(NULL, 0, &n));
    expect_error(TN_INVALID_ARGUMENT, "NULL");
    ck_assert_uint_eq(n, 77);
    ck_assert_str_eq(tn_string_at(t, 2, NULL), "long enough");
    talloc_free(t);
}
END_TEST

START_TEST(strings_are_asked_of_strings_only)
{
    size_t n = 77;
    tn_tensor *t = tn_tensor_new(root, TN_INT32, 0, NULL, NULL);
    ck_assert_ptr_null(tn_string_at(t, 0, &n));
    expect_error(TN_INVALID_ARGUMENT, "int32");
    ck_assert_uint_eq(n, 77);
    talloc_free(t);
}
END_TEST

/* How many of the typed accessors take a tensor. */
static int accessors(tn_tensor *t)
{
    return (tn_f32(t) != NULL) + (tn_f64(t) != NULL) + (tn_i8(t) != NULL) + (tn_i16(t) != NULL) + (tn_i32(t) != NULL) +
           (tn_i64(t) != NULL) + (tn_u8(t) != NULL) + (tn_u16(t) != NULL) + (tn_u32(t) != NULL) + (tn_u64(t) != NULL) +
           (tn_bool(t) != NULL);
}

START_TEST(typed_access_is_checked)
{
    int taken = 0;
    for (int dtype = TN_FLOAT32; dtype <= TN_UINT64; dtype++) {
        if (!tn_dtype_size((tn_dtype)dtype))
            continue;
        tn_tensor *t = tn_tensor_new(root, (tn_dtype)dtype, 0, NULL, NULL);
        ck_assert_int_le(accessors(t), 1);
        taken += accessors(t);
        talloc_free(t);
    }
    ck_assert_int_eq(taken, 11);
    tn_tensor *t = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, NULL);
    ck_assert_ptr_null(tn_f32(t));
    expect_error(TN_INVALID_ARGUMENT, "a tensor of int32 and shape [2] was asked for its elements as float");
    ck_assert_int_eq(accessors(NULL), 0);
    expect_error(TN_INVALID_ARGUMENT, "[2]"); /* NULL leaves it */
    talloc_free(t);
}
END_TEST

START_TEST(no_tensor_is_asked_safely)
{
    ck_assert(!tn_tensor_dtype(NULL) && tn_tensor_rank(NULL) == -1 && tn_tensor_dim(NULL, 0) == -1 && !tn_tensor_size(NULL));
    ck_assert(!tn_tensor_bytes(NULL) && !tn_tensor_data(NULL) && !tn_keep(root, NULL));
}
END_TEST

START_TEST(a_kept_tensor_outlives_its_owner)
{
    void *session = tn_alloc(root, 1, "session");
    tn_tensor *t = tn_tensor_new(session, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 7, 8 });
    ck_assert_ptr_eq(tn_keep(root, t), t);
    talloc_free(session);
    expect_text(t, "[7 8]");
}
END_TEST

START_TEST(handles_share_a_buffer)
{
    tn_tensor *a = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 7, 8 }), *b = tn_tensor_share(root, a);
    ck_assert(a->data == b->data && !tn_buffer_sole(a->buffer));
    tn_alloc_fail_at(1, false);
    ck_assert_ptr_null(tn_tensor_share(root, a));
    talloc_free(a);
    ck_assert(tn_buffer_sole(b->buffer));
    expect_text(b, "[7 8]");
}
END_TEST

static tn_status make_tensors(void *ctx)
{
    tn_tensor *a = tn_tensor_new(ctx, TN_FLOAT32, 1, (int64_t[]){ 3 }, NULL);
    tn_tensor *b = a ? tn_string_tensor_new(ctx, 0, NULL, (const char *[]){ "abc" }, (size_t[]){ 3 }) : NULL;
    tn_tensor *c = b ? tn_tensor_share(ctx, b) : NULL;
    tn_status status = c ? TN_OK : tn_last_error()->code;
    talloc_free(a);
    talloc_free(b);
    talloc_free(c);
    return status;
}

START_TEST(survives_memory_running_out)
{
    expect_survives_oom(make_tensors);
}
END_TEST

TN_SUITE("core tensor", a_tensor_holds_a_copy, without_data_there_are_zeros, empty_tensors_are_legal, bad_arguments_are_refused,
         strings_keep_zero_bytes, strings_are_asked_of_strings_only, typed_access_is_checked, no_tensor_is_asked_safely,
         a_kept_tensor_outlives_its_owner, handles_share_a_buffer, survives_memory_running_out)
