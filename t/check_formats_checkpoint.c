/* Checkpoints: TensorFlow's own, ours, and damaged ones. */
#include <sys/stat.h>
#include <unistd.h>
#include "core/tensor.h"
#include "formats/checkpoint.h"
#include "harness.h"

/* Written by TensorFlow 2.21's Saver: t/data/checkpoint/README says how. */
#define THEIRS TN_T_DATA "/checkpoint/tf"

static char folder[64];

static void open_folder(void)
{
    strcpy(folder, "/tmp/tenure-checkpoint-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Fails when more than a checkpoint's two files is there. */
static void close_folder(void)
{
    unlink(path_of("c.index"));
    unlink(path_of("c.data-00000-of-00001"));
    ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
}

static tn_tensor *read_one(const char *prefix, const char *name)
{
    tn_checkpoint_entry entry;
    tn_checkpoint *c = tn_checkpoint_open(root, prefix);
    tn_tensor *tensor = c && !tn_checkpoint_find(c, name, &entry) ? tn_checkpoint_read(root, c, name, &entry) : NULL;
    talloc_free(c);
    return tensor;
}

START_TEST(reads_tensorflows)
{
    expect_text(read_one(THEIRS, "layer/w"), "[[0.   0.25 0.5 ]\n [0.75 1.   1.25]]");
    expect_text(read_one(THEIRS, "layer/b"), "[ 1.0e-300 -2.5e+000]");
    expect_text(read_one(THEIRS, "step"), "1234567890123");
    expect_text(read_one(THEIRS, "count"), "[ 7 -8]");
    expect_text(read_one(THEIRS, "flag"), "[ True False  True]");
    tn_tensor *empty = read_one(THEIRS, "empty");
    ck_assert(tn_tensor_rank(empty) == 2 && tn_tensor_dim(empty, 0) == 0 && tn_tensor_dim(empty, 1) == 3);
    talloc_free(empty);
}
END_TEST

START_TEST(refuses_what_it_cannot)
{
    ck_assert_ptr_null(read_one(THEIRS, "words"));
    expect_error(TN_UNIMPLEMENTED, "'words' is string");
    ck_assert_ptr_null(read_one(THEIRS, "nothing"));
    expect_error(TN_NOT_FOUND, "Key nothing not found in checkpoint");
    ck_assert_ptr_null(read_one(THEIRS, ""));
    expect_error(TN_NOT_FOUND, "Key  not found in checkpoint");
    ck_assert_ptr_null(tn_checkpoint_open(root, "/nowhere/at/all"));
    expect_error(TN_NOT_FOUND, "/nowhere/at/all.index");
}
END_TEST

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
    FILE *a = fopen(path_of("c.data-00000-of-00001"), "rb"), *b = fopen(THEIRS ".data-00000-of-00001", "rb");
    size_t n = fread(ours, 1, sizeof ours, a);
    ck_assert_uint_eq(n, 59);
    ck_assert_uint_eq(fread(theirs, 1, n, b), n);
    ck_assert_mem_eq(ours, theirs, n);
    fclose(a);
    fclose(b);
    for (int i = 0; i < 6; i++)
        talloc_free(items[i].tensor);
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
    ck_assert_int_eq(tn_checkpoint_write(path_of("no/such/c"), twice, 2), TN_NOT_FOUND);
    talloc_free(text);
    talloc_free(number);
    close_folder();
}
END_TEST

static void copy_damaged(const char *from, const char *to, size_t at, int bit, size_t keep)
{
    char bytes[4096];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    size_t n = fread(bytes, 1, sizeof bytes, in);
    if (at < n)
        bytes[at] = (char)(bytes[at] ^ 1 << bit);
    fwrite(bytes, 1, keep < n ? keep : n, out);
    fclose(in);
    fclose(out);
}

/* Any flipped bit of the index is seen, or leaves what is read as it was. */
START_TEST(damaged_index)
{
    open_folder();
    copy_damaged(THEIRS ".data-00000-of-00001", path_of("c.data-00000-of-00001"), SIZE_MAX, 0, SIZE_MAX);
    for (size_t at = 0; at < 272; at++) {
        copy_damaged(THEIRS ".index", path_of("c.index"), at, (int)(at % 8), SIZE_MAX);
        tn_tensor *t = read_one(path_of("c"), "layer/w");
        if (t)
            expect_text(t, "[[0.   0.25 0.5 ]\n [0.75 1.   1.25]]");
        else
            ck_assert(tn_last_error()->code == TN_DATA_LOSS || tn_last_error()->code == TN_UNIMPLEMENTED);
    }
    for (size_t keep = 0; keep < 272; keep++) {
        copy_damaged(THEIRS ".index", path_of("c.index"), SIZE_MAX, 0, keep);
        ck_assert_ptr_null(read_one(path_of("c"), "layer/w"));
        expect_error(TN_DATA_LOSS, "c.index: damaged");
    }
    close_folder();
}
END_TEST

START_TEST(damaged_data)
{
    open_folder();
    copy_damaged(THEIRS ".index", path_of("c.index"), SIZE_MAX, 0, SIZE_MAX);
    ck_assert_ptr_null(read_one(path_of("c"), "layer/w"));
    expect_error(TN_NOT_FOUND, "c.data-00000-of-00001");
    copy_damaged(THEIRS ".data-00000-of-00001", path_of("c.data-00000-of-00001"), 30, 3, SIZE_MAX);
    ck_assert_ptr_null(read_one(path_of("c"), "layer/w"));
    expect_error(TN_DATA_LOSS, "Checksum does not match: stored ");
    copy_damaged(THEIRS ".data-00000-of-00001", path_of("c.data-00000-of-00001"), SIZE_MAX, 0, 40);
    ck_assert_ptr_null(read_one(path_of("c"), "layer/w"));
    expect_error(TN_DATA_LOSS, "cut short");
    expect_text(read_one(path_of("c"), "count"), "[ 7 -8]"); /* it stands before the cut */
    close_folder();
}
END_TEST

static tn_status write_it(void *owner)
{
    return write_three(owner, path_of("c"));
}

static tn_status read_it(void *owner)
{
    tn_checkpoint_entry entry;
    tn_checkpoint *c = tn_checkpoint_open(owner, THEIRS);
    tn_status status = c ? tn_checkpoint_find(c, "layer/w", &entry) : tn_last_error()->code;
    tn_tensor *tensor = status ? NULL : tn_checkpoint_read(owner, c, "layer/w", &entry);
    if (!status && !tensor)
        status = tn_last_error()->code;
    talloc_free(tensor);
    talloc_free(c);
    return status;
}

START_TEST(survives_oom)
{
    open_folder();
    expect_survives_oom(write_it);
    expect_survives_oom(read_it);
    close_folder();
}
END_TEST

TN_SUITE("formats checkpoint", reads_tensorflows, refuses_what_it_cannot, writes_and_reads, data_is_tensorflows, refuses_to_write,
         damaged_index, damaged_data, survives_oom)
