/* lib/core/alloc.c: the one place memory comes from. */
#include "harness.h"

#include <stdint.h>
#include "core/alloc.h"

START_TEST(memory_is_zeroed_and_owned)
{
    struct pair {
        int a, b;
    } *one = TN_NEW(root, struct pair);
    int64_t *many = TN_NEW_ARRAY(root, int64_t, 9);
    ck_assert_ptr_eq(talloc_parent(one), root);
    ck_assert_str_eq(talloc_get_name(one), "struct pair");
    ck_assert(!one->a && !one->b && !many[0] && !many[8]);
    ck_assert_ptr_nonnull(TN_NEW_ARRAY(root, int64_t, 0));
    talloc_free_children(root);
}
END_TEST

START_TEST(growing_keeps_what_is_there)
{
    int *old = NULL;
    for (int n = 1; n <= 100; n++) {
        old = TN_GROW_ARRAY(root, old, int, (size_t)n);
        old[n - 1] = n;
    }
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(old[i], i + 1);
    ck_assert_str_eq(talloc_get_name(old), "int");
    tn_alloc_fail_at(1, false);
    ck_assert_ptr_null(TN_GROW_ARRAY(root, old, int, 1000));
    expect_error(TN_RESOURCE_EXHAUSTED, "int");
    ck_assert_int_eq(old[99], 100);
    talloc_free(old);
}
END_TEST

/* From 2 MiB on on huge pages: the block's first one is whole. */
START_TEST(large_bytes_are_like_small_ones)
{
    for (size_t size = (2 << 20) - 1; size < 9 << 20; size = size * 2 + 1) {
        unsigned char *bytes = tn_bytes_new(size);
        ck_assert_uint_eq((uintptr_t)bytes % TN_ALIGNMENT, 0);
        ck_assert(size < 2 << 20 || (uintptr_t)bytes % (2 << 20) == TN_ALIGNMENT);
        memset(bytes, 7, size);
        ck_assert(bytes[0] == 7 && bytes[size - 1] == 7);
        tn_bytes_free(bytes);
    }
    tn_alloc_fail_at(1, false);
    ck_assert_ptr_null(tn_bytes_new(4 << 20));
    expect_error(TN_RESOURCE_EXHAUSTED, "4194304");
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    size_t out = 7;
    ck_assert_ptr_null(TN_NEW_ARRAY(root, int64_t, SIZE_MAX / 4));
    expect_error(TN_RESOURCE_EXHAUSTED, "int64_t");
    ck_assert_ptr_null(TN_GROW_ARRAY(root, NULL, int64_t, SIZE_MAX / 8 + 1));
    ck_assert_ptr_null(tn_bytes_new(SIZE_MAX));
    ck_assert_ptr_null(tn_bytes_new(SIZE_MAX - 64));
    ck_assert_ptr_null(tn_bytes_new((size_t)PTRDIFF_MAX));
    expect_error(TN_RESOURCE_EXHAUSTED, "bytes");
    ck_assert(!tn_mul_size(SIZE_MAX / 2 + 1, 2, &out) && !tn_add_size(SIZE_MAX, 1, &out));
    ck_assert_uint_eq(out, 7);
    ck_assert(tn_mul_size(SIZE_MAX, 1, &out) && out == SIZE_MAX);
    ck_assert(tn_mul_size(0, SIZE_MAX, &out) && out == 0);
    ck_assert(tn_add_size(SIZE_MAX - 1, 1, &out) && out == SIZE_MAX);
}
END_TEST

START_TEST(text_is_copied)
{
    ck_assert_str_eq(tn_strdup(root, "abc"), "abc");
    ck_assert_str_eq(tn_strndup(root, "abc", 2), "ab");
    ck_assert_str_eq(tn_strndup(root, "abc", 0), "");
    ck_assert_str_eq(tn_sprintf(root, "%d %s", 7, "x"), "7 x");
    ck_assert_str_eq(tn_sprintf(root, "%s", ""), "");
    talloc_free_children(root);
}
END_TEST

START_TEST(bytes_are_aligned)
{
    for (size_t size = 0; size < 300; size += 37) {
        char *bytes = tn_bytes_new(size);
        ck_assert_ptr_nonnull(bytes);
        ck_assert_uint_eq((uintptr_t)bytes % TN_ALIGNMENT, 0);
        memset(bytes, 1, size);
        tn_bytes_free(bytes);
    }
    tn_bytes_free(NULL);
}
END_TEST

START_TEST(chunks_move)
{
    void *a = tn_alloc(root, 1, "a"), *b = tn_alloc(root, 1, "b");
    ck_assert_ptr_eq(tn_move(a, b), b);
    ck_assert_ptr_eq(talloc_parent(b), a);
    ck_assert_ptr_null(tn_move(root, NULL));
    talloc_free(a);
}
END_TEST

static int tries(void)
{
    int got = 0;
    for (int i = 0; i < 5; i++) {
        void *chunk = tn_alloc(root, 1, "chunk");
        got = got * 2 + (chunk != NULL);
        talloc_free(chunk);
    }
    return got;
}

START_TEST(failures_are_injected)
{
    tn_alloc_fail_at(2, false);
    ck_assert_int_eq(tries(), 0x17); /* all but the second */
    ck_assert_int_eq(tn_alloc_count(), 5);
    tn_alloc_fail_at(3, true);
    ck_assert_int_eq(tries(), 0x18); /* the first two */
    tn_alloc_fail_at(1, true);
    ck_assert_ptr_null(tn_strdup(root, "a"));
    ck_assert_ptr_null(tn_sprintf(root, "a"));
    ck_assert_ptr_null(tn_bytes_new(1));
    ck_assert_ptr_null(TN_GROW_ARRAY(root, NULL, int, 1));
    expect_error(TN_RESOURCE_EXHAUSTED, "out of memory allocating 4 bytes for int");
    tn_alloc_fail_at(0, false);
    ck_assert_int_eq(tries(), 0x1f);
    ck_assert_int_eq(tn_alloc_count(), 5);
}
END_TEST

TN_SUITE("core alloc", memory_is_zeroed_and_owned, growing_keeps_what_is_there, large_bytes_are_like_small_ones,
         sizes_that_overflow_are_refused, text_is_copied, bytes_are_aligned, chunks_move, failures_are_injected)
