/* lib/core/room.c: many small things in few blocks. */
#include "harness.h"

#include <stdint.h>
#include "core/alloc.h"
#include "core/annotate.h"
#include "core/room.h"

START_TEST(what_is_taken_lies_apart)
{
    enum { N = 5000 };
    tn_room *room = tn_room_new(root);
    static unsigned char *taken[N];
    for (size_t i = 0; i < N; i++) {
        taken[i] = tn_room_take(room, i % 200);
        ck_assert_uint_eq((uintptr_t)taken[i] % 8, 0);
        memset(taken[i], (int)(i % 251), i % 200);
    }
    for (size_t i = 0; i < N; i++) {
        unsigned char as_written[200];
        memset(as_written, (int)(i % 251), sizeof as_written);
        ck_assert_mem_eq(taken[i], as_written, i % 200);
    }
    talloc_free(room);
}
END_TEST

START_TEST(something_larger_than_a_block)
{
    tn_room *room = tn_room_new(root);
    char *small = tn_room_take(room, 8), *large = tn_room_take(room, 5 << 20);
    memset(small, 1, 8);
    memset(large, 2, 5 << 20);
    ck_assert_int_eq(small[7], 1);
    talloc_free(room);
}
END_TEST

START_TEST(going_back)
{
    tn_room *room = tn_room_new(root);
    tn_room_mark empty = tn_room_mark_here(room);
    ck_assert_ptr_nonnull(tn_room_take(room, 100));
    tn_room_back_to(room, empty);
    char *first = tn_room_take(room, 16);
    strcpy(first, "stays");
    tn_room_mark mark = tn_room_mark_here(room);
    char *second = tn_room_take(room, 16);
    ck_assert_ptr_nonnull(tn_room_take(room, 1 << 20)); /* another block */
    tn_room_back_to(room, mark);
    ck_assert_ptr_eq(tn_room_take(room, 16), second);
    ck_assert_str_eq(first, "stays");
    talloc_free(room);
}
END_TEST

START_TEST(sizes_that_are_too_large)
{
    tn_room *room = tn_room_new(root);
    const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 7, SIZE_MAX - 64, SIZE_MAX / 2, SIZE_MAX / 2 + 1 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        ck_assert_ptr_null(tn_room_take(room, sizes[i]));
        ck_assert_int_eq(tn_last_error()->code, TN_RESOURCE_EXHAUSTED);
    }
    ck_assert_ptr_nonnull(tn_room_take(room, 0));
    talloc_free(room);
}
END_TEST

#ifdef HAVE_VALGRIND_HELGRIND_H
/* 1: memcheck knows the byte, 3: nobody may touch it, 0: memcheck does not run. */
static unsigned access_to(const char *byte)
{
    unsigned char bits;
    return VALGRIND_GET_VBITS(byte, &bits, 1);
}

START_TEST(memcheck_sees_an_overflow)
{
    tn_room *room = tn_room_new(root);
    const char *a = tn_room_take(room, 13), *b = tn_room_take(room, 8);
    const bool watched = access_to(a) == 1;
    ck_assert_uint_eq(access_to(a + 12), watched ? 1 : 0);
    ck_assert_uint_eq(access_to(a + 13), watched ? 3 : 0);
    ck_assert_uint_eq(access_to(b - 1), watched ? 3 : 0);
    ck_assert_uint_eq(access_to(b + 8), watched ? 3 : 0);
    talloc_free(room);
}
END_TEST
#else
START_TEST(memcheck_sees_an_overflow)
{
}
END_TEST
#endif

static tn_status take_some(void *owner)
{
    tn_room *room = tn_room_new(owner);
    tn_status status = room ? TN_OK : TN_RESOURCE_EXHAUSTED;
    for (int i = 0; i < 100 && !status; i++)
        status = tn_room_take(room, 1000) ? TN_OK : tn_last_error()->code;
    talloc_free(room);
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(take_some);
}
END_TEST

TN_SUITE("core room", what_is_taken_lies_apart, something_larger_than_a_block, going_back, sizes_that_are_too_large,
         memcheck_sees_an_overflow, memory_may_run_out)
