/* Checkpoints read: TensorFlow's own, and damaged ones. */
#include <stdio.h>
#include "checkpoint_folder.h"
#include "core/tensor.h"
#include "formats/checkpoint.h"

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
    expect_survives_oom(read_it);
}
END_TEST

TN_SUITE("formats checkpoint", reads_tensorflows, refuses_what_it_cannot, damaged_index, damaged_data, survives_oom)
