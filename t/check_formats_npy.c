/* lib/formats/npy.c: files of NumPy's in t/data/npy.txt (made by t/data/make_npy.py), and files that nobody should have written. */
#include "harness.h"

#include <ctype.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/alloc.h"

static char path[64];

/* A path of this process; the file is removed by drop_path. */
static void make_path(void)
{
    snprintf(path, sizeof path, "check_npy-%ld.npy", (long)getpid());
}

static void drop_path(void)
{
    unlink(path);
}

static void write_bytes(const void *bytes, size_t n)
{
    make_path();
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static size_t unhex(const char *hex, char *bytes)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    for (; isxdigit((unsigned char)hex[0]); hex += 2)
        bytes[n++] = (char)((strchr(digits, hex[0]) - digits) << 4 | (strchr(digits, hex[1]) - digits));
    return n;
}

static void expect_bytes(const char *bytes, size_t n)
{
    FILE *file = fopen(path, "rb");
    char *got = tn_alloc(root, n + 1, "bytes");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(got, 1, n + 1, file), n);
    fclose(file);
    ck_assert_mem_eq(got, bytes, n);
    talloc_free(got);
}

static bool check_case(FILE *file, char **line, size_t *room)
{
    if (getline(line, room, file) < 0)
        return false;
    char *bytes = tn_alloc(root, *room, "bytes"), *expected = tn_strdup(root, "");
    size_t n = unhex(*line, bytes);
    int same = 0, lines = 0;
    ck_assert_int_eq(sscanf(strchr(*line, ' '), "%d %d", &same, &lines), 2);
    while (lines--) {
        ck_assert_int_gt(getline(line, room, file), 0);
        expected = talloc_strdup_append(expected, *line);
    }
    expected[strlen(expected) - 1] = 0;
    write_bytes(bytes, n);
    tn_tensor *t = tn_npy_load(root, path);
    ck_assert_msg(t != NULL, "%s", tn_last_error()->message);
    ck_assert_int_eq(tn_npy_save(t, path), TN_OK);
    if (same && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        expect_bytes(bytes, n);
    tn_tensor *again = tn_npy_load(root, path);
    ck_assert_uint_eq(tn_tensor_bytes(again), tn_tensor_bytes(t));
    ck_assert_int_eq(memcmp(tn_tensor_data(again), tn_tensor_data(t), tn_tensor_bytes(t)), 0);
    expect_text(again, expected);
    expect_text(t, expected);
    talloc_free(bytes);
    talloc_free(expected);
    return true;
}

START_TEST(reads_and_writes_as_numpy)
{
    FILE *file = fopen(TN_T_DATA "/npy.txt", "r");
    char *line = NULL;
    size_t room = 0;
    int n = 0;
    ck_assert_ptr_nonnull(file);
    while (check_case(file, &line, &room))
        n++;
    ck_assert_int_gt(n, 50);
    free(line);
    fclose(file);
    drop_path();
}
END_TEST

/* A version 1 file of this header and n zero bytes of elements; returns its size. */
static size_t write_file(const char *header, size_t n)
{
    char bytes[1024] = "\x93NUMPY\x01";
    size_t length = strlen(header);
    bytes[8] = (char)(length & 255);
    bytes[9] = (char)(length >> 8);
    memcpy(bytes + 10, header, length);
    write_bytes(bytes, 10 + length + n);
    return 10 + length + n;
}

static void expect_refused(tn_status code, const char *header, size_t n)
{
    write_file(header, n);
    ck_assert_msg(tn_npy_load(root, path) == NULL, "read: %s", header);
    ck_assert_msg(tn_last_error()->code == code, "%s: %s", header, tn_last_error()->message);
    drop_path();
}

#define HEAD(descr, order, shape) "{'descr': " descr ", 'fortran_order': " order ", 'shape': " shape ", }\n"

START_TEST(refuses_types_without_a_dtype)
{
    static const char *const descrs[] = { "|O", "<U5", "|S5", "<M8[ns]", "<f16", "<c32", "|V2", "<i3", "<f44", "<b2" };
    for (size_t i = 0; i < sizeof descrs / sizeof descrs[0]; i++) {
        char header[128];
        snprintf(header, sizeof header, HEAD("'%s'", "False", "(1,)"), descrs[i]);
        expect_refused(TN_UNIMPLEMENTED, header, 64);
    }
    expect_refused(TN_UNIMPLEMENTED, HEAD("[('a', '<f4'), ('b', '<i4')]", "False", "(1,)"), 64);
    expect_refused(TN_UNIMPLEMENTED, HEAD("'<f4'", "False", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), 64);
}
END_TEST

START_TEST(refuses_damaged_headers)
{
    static const char *const headers[] = {
        "",
        "{}",
        "[]",
        "{'descr': '<f4'}",
        HEAD("'<f4'", "False", "(1,)") "x",
        HEAD("'<f4'", "Maybe", "(1,)"),
        HEAD("'<f4'", "False", "1"),
        HEAD("'<f4'", "False", "(1"),
        HEAD("'<f4'", "False", "(-1,)"),
        HEAD("'<f4'", "False", "(a,)"),
        HEAD("'<f4'", "False", "(1 1)"),
        HEAD("'<f4'", "False", "(99999999999999999999,)"),
        HEAD("'<f4'", "False", "(1,), 'shape': (1,)"),
        HEAD("'<f4'", "False", "(1,), 'extra': 1"),
        HEAD("'f'", "False", "(1,)"),
        HEAD("'?f4'", "False", "(1,)"),
        HEAD("'<f\\x34'", "False", "(1,)"),
        HEAD("4", "False", "(1,)"),
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)",
        "{'descr'",
        "{'descr':",
        "{'descr': '",
        "{",
        "{'a",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        expect_refused(TN_DATA_LOSS, headers[i], 0);
}
END_TEST

/* A few bytes that claim to be a terabyte are refused before memory is asked for. */
START_TEST(trusts_no_size)
{
    tn_alloc_fail_at(0, false);
    expect_refused(TN_DATA_LOSS, HEAD("'<f8'", "False", "(1000000, 1000000)"), 64);
    expect_refused(TN_DATA_LOSS, HEAD("'<f8'", "True", "(4294967296, 4294967296)"), 64);
    expect_refused(TN_DATA_LOSS, HEAD("'<c16'", "False", "(9223372036854775807, 2)"), 64);
    ck_assert_int_lt(tn_alloc_count(), 20);
    write_bytes("\x93NUMPY\x02\x00\xff\xff\xff\xff{", 13);
    ck_assert_ptr_null(tn_npy_load(root, path));
    expect_error(TN_DATA_LOSS, "too long");
    write_bytes("\x93NUMPY\x04\x00\x00\x00{}{}", 14);
    ck_assert_ptr_null(tn_npy_load(root, path));
    expect_error(TN_DATA_LOSS, "does not begin");
    drop_path();
}
END_TEST

/* Every file that is cut short is refused, wherever it was cut; bytes after the elements are none of ours. */
START_TEST(refuses_every_truncation)
{
    char bytes[512] = "";
    size_t n = write_file(HEAD("'<f4'", "True", "(2, 3)"), 24);
    FILE *file = fopen(path, "rb");
    ck_assert_uint_eq(fread(bytes, 1, sizeof bytes, file), n);
    fclose(file);
    for (size_t cut = 0; cut < n; cut++) {
        write_bytes(bytes, cut);
        ck_assert_msg(tn_npy_load(root, path) == NULL, "cut at %zu", cut);
        ck_assert_int_eq(tn_last_error()->code, TN_DATA_LOSS);
    }
    write_bytes(bytes, n + 7);
    expect_text(tn_npy_load(root, path), "[[0. 0. 0.]\n [0. 0. 0.]]");
    drop_path();
}
END_TEST

/* Flips every byte to a few others: whatever comes back, it comes back in order. */
START_TEST(survives_flipped_bytes)
{
    char bytes[512];
    size_t n = write_file(HEAD("'>i2'", "True", "(2, 3)"), 12);
    FILE *file = fopen(path, "rb");
    ck_assert_uint_eq(fread(bytes, 1, sizeof bytes, file), n);
    fclose(file);
    for (size_t i = 0; i < n; i++)
        for (int flip = 1; flip < 256; flip *= 2) {
            bytes[i] = (char)(bytes[i] ^ flip);
            write_bytes(bytes, n);
            talloc_free(tn_npy_load(root, path));
            bytes[i] = (char)(bytes[i] ^ flip);
        }
    drop_path();
}
END_TEST

START_TEST(makes_bools_of_any_byte)
{
    write_bytes("\x93NUMPY\x01\x00\x3f\x00{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }     \n\x00\x01\x02\xff", 77);
    tn_tensor *t = tn_npy_load(root, path);
    ck_assert_msg(t != NULL, "%s", tn_last_error()->message);
    ck_assert_mem_eq(tn_bool(t), "\x00\x01\x01\x01", 4);
    talloc_free(t);
    drop_path();
}
END_TEST

START_TEST(names_what_is_wrong_with_a_path)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 0, NULL, NULL), *b = tn_tensor_new(root, TN_BFLOAT16, 0, NULL, NULL);
    tn_tensor *s = tn_string_tensor_new(root, 0, NULL, (const char *[]){ "" }, (size_t[]){ 0 });
    ck_assert_ptr_null(tn_npy_load(root, "no/such/file.npy"));
    expect_error(TN_NOT_FOUND, "no/such/file.npy");
    ck_assert_ptr_null(tn_npy_load(root, NULL));
    ck_assert_int_eq(tn_npy_save(t, "no/such/folder.npy"), TN_NOT_FOUND);
    ck_assert_int_eq(tn_npy_save(NULL, "x.npy"), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(tn_npy_save(t, NULL), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(tn_npy_save(b, "x.npy"), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "bfloat16");
    ck_assert_int_eq(tn_npy_save(s, "x.npy"), TN_INVALID_ARGUMENT);
    ck_assert_int_ne(access("x.npy", F_OK), 0);
    ck_assert_int_eq(tn_npy_save(t, "/dev/null"), TN_UNAVAILABLE);
    talloc_free_children(root);
}
END_TEST

START_TEST(refuses_what_may_not_be_read)
{
    make_path();
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 0, NULL, NULL);
    ck_assert_int_eq(tn_npy_save(t, path), TN_OK);
    chmod(path, 0);
    if (access(path, R_OK) != 0) { /* not for the superuser */
        ck_assert_ptr_null(tn_npy_load(root, path));
        expect_error(TN_PERMISSION_DENIED, path);
    }
    drop_path();
    talloc_free(t);
}
END_TEST

static tn_status load_and_save(void *ctx)
{
    tn_tensor *t = tn_npy_load(ctx, path);
    tn_status status = t ? tn_npy_save(t, path) : tn_last_error()->code;
    talloc_free(t);
    return status;
}

START_TEST(survives_memory_running_out)
{
    write_file(HEAD("'>i4'", "True", "(2, 2)"), 16);
    expect_survives_oom(load_and_save);
    drop_path();
}
END_TEST

TN_SUITE("formats npy", reads_and_writes_as_numpy, refuses_types_without_a_dtype, refuses_damaged_headers, trusts_no_size,
         refuses_every_truncation, survives_flipped_bytes, makes_bools_of_any_byte, names_what_is_wrong_with_a_path,
         refuses_what_may_not_be_read, survives_memory_running_out)
