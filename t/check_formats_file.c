/* Files: whole or not at all, and never past their end. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/alloc.h"
#include "formats/file.h"
#include "harness.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[128];
    if (!folder[0]) {
        strcpy(folder, "/tmp/tenure-file-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(folder));
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* Nothing but what the test knows of may be left: rmdir fails when there is. */
static void close_folder(void)
{
    ck_assert_msg(rmdir(folder) == 0, "%s is not empty", folder);
    folder[0] = '\0';
}

static void publish(const char *path, const char *text)
{
    tn_new_file *file = tn_new_file_open(root, path);
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(tn_new_file_write(file, text, strlen(text)), TN_OK);
    ck_assert_int_eq(tn_new_file_close(file), TN_OK);
    ck_assert_int_eq(tn_new_file_publish(file), TN_OK);
    talloc_free(file);
}

START_TEST(writes_and_reads)
{
    char text[8] = "";
    const char *path = in_folder("a");
    publish(path, "first");
    publish(path, "second");
    tn_file *file = tn_file_open(root, path);
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(file->size, 6);
    ck_assert_int_eq(tn_file_read(file, 2, text, 4), TN_OK);
    ck_assert_str_eq(text, "cond");
    ck_assert_int_eq(tn_file_read(file, 6, text, 0), TN_OK);
    ck_assert_int_eq(tn_file_read(file, 3, text, 4), TN_DATA_LOSS);
    ck_assert_int_eq(tn_file_read(file, UINT64_MAX, text, 1), TN_DATA_LOSS);
    ck_assert_int_eq(tn_file_read(file, 1, text, SIZE_MAX), TN_DATA_LOSS);
    talloc_free(file);
    unlink(path);
    close_folder();
}
END_TEST

START_TEST(nothing_until_published)
{
    const char *path = in_folder("a");
    tn_new_file *file = tn_new_file_open(root, path);
    ck_assert_int_eq(tn_new_file_write(file, "x", 1), TN_OK);
    ck_assert_int_eq(access(path, F_OK), -1);
    talloc_free(file); /* while open */
    file = tn_new_file_open(root, path);
    ck_assert_int_eq(tn_new_file_close(file), TN_OK);
    ck_assert_int_eq(access(path, F_OK), -1);
    talloc_free(file); /* closed, not published */
    close_folder();
}
END_TEST

START_TEST(paths_that_are_not)
{
    ck_assert_ptr_null(tn_file_open(root, in_folder("missing")));
    expect_error(TN_NOT_FOUND, "missing: No such file");
    ck_assert_ptr_null(tn_new_file_open(root, in_folder("no/such")));
    expect_error(TN_NOT_FOUND, "no/such: ");
    ck_assert_ptr_null(tn_file_open(root, folder));
    expect_error(TN_UNAVAILABLE, "not a regular file");
    close_folder();
}
END_TEST

START_TEST(error_codes)
{
    ck_assert_int_eq(tn_file_fail("f", EACCES), TN_PERMISSION_DENIED);
    ck_assert_int_eq(tn_file_fail("f", EROFS), TN_PERMISSION_DENIED);
    ck_assert_int_eq(tn_file_fail("f", ENOTDIR), TN_NOT_FOUND);
    ck_assert_int_eq(tn_file_fail("f", ENOSPC), TN_UNAVAILABLE);
    expect_error(TN_UNAVAILABLE, "f: No space left");
}
END_TEST

/* A full disk is noticed before anything is put in place. */
START_TEST(full_disk)
{
    char block[8192] = { 0 };
    FILE *full = fopen("/dev/full", "wb");
    if (!full)
        return;
    tn_new_file *file = tn_new_file_open(root, in_folder("a"));
    fclose(file->file);
    file->file = full;
    tn_status status = tn_new_file_write(file, block, sizeof block);
    ck_assert(status || tn_new_file_close(file));
    expect_error(TN_UNAVAILABLE, "No space left");
    talloc_free(file);
    close_folder();
}
END_TEST

static tn_status write_one(void *owner)
{
    tn_new_file *file = tn_new_file_open(owner, in_folder("a"));
    if (!file)
        return tn_last_error()->code;
    talloc_free(file);
    return TN_OK;
}

START_TEST(survives_oom)
{
    expect_survives_oom(write_one);
    close_folder();
}
END_TEST

START_TEST(a_device_is_not_replaced)
{
    ck_assert_ptr_null(tn_new_file_open(root, "/dev/null"));
    expect_error(TN_UNAVAILABLE, "/dev/null: not a regular file");
}
END_TEST

TN_SUITE("formats file", writes_and_reads, nothing_until_published, paths_that_are_not, error_codes, full_disk, survives_oom,
         a_device_is_not_replaced)
