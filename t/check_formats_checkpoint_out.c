/* Checkpoints written: TensorFlow's bytes, what is refused, and what is left behind then. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "checkpoint_folder.h"
#include "core/alloc.h"
#include "core/tensor.h"
#include "formats/checkpoint.h"

/* Three tensors, not in the order of their names. */
static tn_status write_three(const void *owner, const char *prefix)
{
    const int64_t dims[] = { 2, 3 }, none[] = { 0 };
    const float w[] = { 1, 2, 3, 4, 5, 6 };
    const int64_t step = -7;
    tn_checkpoint_item items[] = { { "w", tn_tensor_new(owner, TN_FLOAT32, 2, dims, w) },
                                   { "a/step", tn_tensor_new(owner, TN_INT64, 0, NULL, &step) },
                                   { "none", tn_tensor_new(owner, TN_FLOAT64, 1, none, NULL) } };
    tn_status status = TN_RESOURCE_EXHAUSTED;
    if (items[0].tensor && items[1].tensor && items[2].tensor)
        status = tn_checkpoint_write(prefix, items, 3);
    for (int i = 0; i < 3; i++)
        talloc_free(items[i].tensor);
    return status;
}

START_TEST(writes_and_reads)
{
    open_folder();
    for (int round = 0; round < 2; round++) /* the second over the first */
        ck_assert_int_eq(write_three(root, path_of("c")), TN_OK);
    expect_text(read_one(path_of("c"), "w"), "[[1. 2. 3.]\n [4. 5. 6.]]");
    expect_text(read_one(path_of("c"), "a/step"), "-7");
    expect_text(read_one(path_of("c"), "none"), "[]");
    close_folder();
}
END_TEST

/* The whole of a small file. */
static size_t slurp(const char *path, char *bytes, size_t room)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size_t n = fread(bytes, 1, room, file);
    fclose(file);
    return n;
}

/* The same tensors give the bytes that TensorFlow writes, but for the short key it gives the index's last block. */
START_TEST(data_is_tensorflows)
{
    static const char *const names[] = { "count", "empty", "flag", "layer/b", "layer/w", "step" };
    tn_checkpoint_item items[6];
    char ours[72], theirs[72];
    open_folder();
    for (int i = 0; i < 6; i++)
        items[i] = (tn_checkpoint_item){ names[i], read_one(THEIRS, names[i]) };
    ck_assert_int_eq(tn_checkpoint_write(path_of("c"), items, 6), TN_OK);
    size_t n = slurp(path_of("c.data-00000-of-00001"), ours, sizeof ours);
    ck_assert_uint_eq(n, 59);
    ck_assert_uint_ge(slurp(THEIRS ".data-00000-of-00001", theirs, sizeof theirs), n);
    ck_assert_mem_eq(ours, theirs, n);
    for (int i = 0; i < 6; i++)
        talloc_free(items[i].tensor);
    close_folder();
}
END_TEST

/* The entries, one after the other in the order of the names, are TensorFlow's to the byte. */
START_TEST(entries_are_tensorflows)
{
    static const char *const names[] = { "step", "layer/w", "count", "empty", "flag", "layer/b" };
    tn_checkpoint_item items[6];
    open_folder();
    for (int i = 0; i < 6; i++)
        items[i] = (tn_checkpoint_item){ names[i], read_one(THEIRS, names[i]) };
    ck_assert_int_eq(tn_checkpoint_write(path_of("c"), items, 6), TN_OK);
    tn_checkpoint *ours = tn_checkpoint_open(root, path_of("c")), *theirs = tn_checkpoint_open(root, THEIRS);
    for (int i = 0; i < 6; i++) {
        tn_checkpoint_entry a, b;
        ck_assert_int_eq(tn_checkpoint_find(ours, items[i].name, &a), TN_OK);
        ck_assert_int_eq(tn_checkpoint_find(theirs, items[i].name, &b), TN_OK);
        ck_assert(a.dtype == b.dtype && a.offset == b.offset && a.size == b.size && a.crc == b.crc && !a.sliced && !a.shard);
        ck_assert(tn_dims_equal(&a.dims, &b.dims));
        ck_assert(!i || strcmp(items[i - 1].name, items[i].name) < 0);
        talloc_free(items[i].tensor);
    }
    talloc_free(ours);
    talloc_free(theirs);
    close_folder();
}
END_TEST

START_TEST(nothing_to_write)
{
    struct stat data;
    open_folder();
    ck_assert_int_eq(tn_checkpoint_write(path_of("c"), NULL, 0), TN_OK);
    ck_assert_ptr_null(read_one(path_of("c"), "w"));
    expect_error(TN_NOT_FOUND, "Key w not found in checkpoint");
    ck_assert_int_eq(stat(path_of("c.data-00000-of-00001"), &data), 0);
    ck_assert_int_eq((int)data.st_size, 0);
    close_folder();
}
END_TEST

/* More names than one block of the index holds, with dims and a name of every size. */
START_TEST(many)
{
    enum { MANY = 500 };
    tn_checkpoint_item items[MANY];
    char *names = tn_alloc(root, MANY * 200, "names");
    open_folder();
    for (int i = 0; i < MANY; i++) {
        const int64_t dims[] = { i % 3, 1, i % 2 + 1 };
        char *name = names + (size_t)i * 200;
        int32_t values[] = { i, -i, i + 1, i + 2 };
        snprintf(name, 200, "v%0*d", 1 + i % 190, i * 7 % MANY);
        items[i] = (tn_checkpoint_item){ name, tn_tensor_new(root, TN_INT32, 3, dims, values) };
    }
    ck_assert_int_eq(tn_checkpoint_write(path_of("c"), items, MANY), TN_OK);
    for (int i = 0; i < MANY; i++) {
        tn_tensor *t = read_one(path_of("c"), items[i].name);
        ck_assert_msg(t != NULL, "%s", tn_last_error()->message);
        ck_assert(tn_dims_equal(&t->dims, &items[i].tensor->dims));
        if (tn_tensor_bytes(t))
            ck_assert_mem_eq(t->data, items[i].tensor->data, tn_tensor_bytes(t));
        talloc_free(t);
        talloc_free(items[i].tensor);
    }
    talloc_free(names);
    close_folder();
}
END_TEST

START_TEST(every_dtype_of_fixed_size)
{
    static const tn_dtype dtypes[] = { TN_FLOAT32, TN_FLOAT64, TN_INT32,      TN_UINT8,   TN_INT16,    TN_INT8,   TN_COMPLEX64, TN_INT64,
                                       TN_BOOL,    TN_UINT16,  TN_COMPLEX128, TN_FLOAT16, TN_BFLOAT16, TN_UINT32, TN_UINT64 };
    open_folder();
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++) {
        tn_tensor *t = tn_tensor_new(root, dtypes[i], 1, (const int64_t[]){ 3 }, NULL), *got;
        memset(t->data, 1, tn_tensor_bytes(t));
        ck_assert_int_eq(tn_checkpoint_write(path_of("c"), &(tn_checkpoint_item){ "x", t }, 1), TN_OK);
        got = read_one(path_of("c"), "x");
        ck_assert_ptr_nonnull(got);
        ck_assert_int_eq(got->dtype, dtypes[i]);
        ck_assert_mem_eq(got->data, t->data, tn_tensor_bytes(t));
        talloc_free(t);
        talloc_free(got);
    }
    close_folder();
}
END_TEST

START_TEST(refuses_to_write)
{
    const char *const bytes[] = { "x" };
    const size_t lengths[] = { 1 };
    tn_tensor *text = tn_string_tensor_new(root, 0, NULL, bytes, lengths), *number = tn_tensor_new(root, TN_INT32, 0, NULL, NULL);
    tn_checkpoint_item twice[] = { { "b", number }, { "a", number }, { "b", number } }, strings[] = { { "s", text } };
    open_folder();
    ck_assert_int_eq(tn_checkpoint_write(path_of("c"), twice, 3), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "At least two variables have the same name: b");
    ck_assert_int_eq(tn_checkpoint_write(path_of("c"), strings, 1), TN_UNIMPLEMENTED);
    expect_error(TN_UNIMPLEMENTED, "'s' is string, which cannot be saved");
    ck_assert_int_eq(tn_checkpoint_write(path_of("no/such/c"), twice, 2), TN_NOT_FOUND);
    talloc_free(text);
    talloc_free(number);
    close_folder();
}
END_TEST

/* What fails while it is written leaves the checkpoint that was there, and nothing beside it. */
START_TEST(the_old_one_stays)
{
    tn_tensor *number = tn_tensor_new(root, TN_INT32, 0, NULL, NULL);
    tn_checkpoint_item item = { "w", number };
    open_folder();
    ck_assert_int_eq(write_three(root, path_of("c")), TN_OK);
    ck_assert_int_eq(mkdir(path_of("d.index"), 0700), 0);
    ck_assert_int_ne(tn_checkpoint_write(path_of("d"), &item, 1), TN_OK);
    ck_assert_int_eq(rmdir(path_of("d.index")), 0);
    tn_alloc_fail_at(4, true);
    ck_assert_int_eq(tn_checkpoint_write(path_of("c"), &item, 1), TN_RESOURCE_EXHAUSTED);
    tn_alloc_fail_at(0, false);
    expect_text(read_one(path_of("c"), "w"), "[[1. 2. 3.]\n [4. 5. 6.]]");
    talloc_free(number);
    close_folder();
}
END_TEST

static tn_status write_it(void *owner)
{
    return write_three(owner, path_of("c"));
}

START_TEST(survives_oom)
{
    open_folder();
    expect_survives_oom(write_it);
    close_folder();
}
END_TEST

TN_SUITE("formats checkpoint_out", writes_and_reads, data_is_tensorflows, entries_are_tensorflows, nothing_to_write, many,
         every_dtype_of_fixed_size, refuses_to_write, the_old_one_stays, survives_oom)
