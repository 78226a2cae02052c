/* Meters: large blocks that were freed serve again, and no limit fails for it. */
#include "harness.h"

#include <pthread.h>
#include <stdint.h>
#include "core/alloc.h"
#include "core/buffer.h"

enum { MIB = 1 << 20, SIZE = 4 * MIB };

/* A meter of the test's own that keeps blocks: none do under a checker of memory, which tests of keeping then skip. */
static tn_meter *keeping_meter(size_t limit)
{
    tn_meter *meter = tn_meter_new(limit);
    tn_buffer_unref(tn_buffer_new(meter, TN_KEPT_FROM));
    if (tn_meter_flush(meter))
        return meter;
    tn_meter_release(meter);
    return NULL;
}

/* How many allocations a new buffer of a size costs; it is freed again. */
static long cost_of(tn_meter *meter, size_t size)
{
    tn_alloc_fail_at(0, false);
    tn_buffer *b = tn_buffer_new(meter, size);
    long cost = tn_alloc_count();
    ck_assert_ptr_nonnull(b);
    ck_assert_uint_eq(tn_buffer_size(b), size);
    memset(tn_buffer_data(b), 3, size);
    tn_buffer_unref(b);
    return cost;
}

START_TEST(a_freed_block_serves_again)
{
    tn_meter *meter = keeping_meter(0);
    if (!meter)
        return;
    ck_assert_int_eq(cost_of(meter, SIZE), 1);
    ck_assert_uint_eq(tn_meter_used(meter), 0);
    ck_assert_int_eq(cost_of(meter, SIZE), 0);
    ck_assert_int_eq(cost_of(meter, SIZE - 1000), 0); /* a little less */
    ck_assert_int_eq(cost_of(meter, SIZE / 2), 1);    /* half would be a waste */
    ck_assert_int_eq(cost_of(meter, SIZE + 1000), 1);
    ck_assert_int_eq(cost_of(meter, 1000), 1); /* small ones are malloc's */
    ck_assert_int_eq(cost_of(meter, 1000), 1);
    ck_assert(tn_meter_flush(meter));
    ck_assert(!tn_meter_flush(meter));
    ck_assert_int_eq(cost_of(meter, SIZE), 1);
    tn_meter_release(meter);
}
END_TEST

START_TEST(two_buffers_are_two_blocks)
{
    tn_meter *meter = tn_meter_new(0);
    for (int turn = 0; turn < 3; turn++) {
        tn_buffer *a = tn_buffer_new(meter, SIZE), *b = tn_buffer_new(meter, SIZE);
        ck_assert(a != b);
        ck_assert_uint_eq(tn_meter_used(meter), 2 * SIZE);
        memset(tn_buffer_data(a), 1, SIZE);
        memset(tn_buffer_data(b), 2, SIZE);
        ck_assert_int_eq(((char *)tn_buffer_data(a))[SIZE - 1], 1);
        tn_buffer_unref(a);
        tn_buffer_unref(b);
        ck_assert_uint_eq(tn_meter_used(meter), 0);
    }
    tn_meter_release(meter);
}
END_TEST

/* What is kept counts for nobody: whatever fits the limit without it fits. */
START_TEST(the_limit_is_as_if_nothing_were_kept)
{
    tn_meter *meter = tn_meter_new(2 * SIZE + 64);
    tn_buffer_unref(tn_buffer_new(meter, SIZE));
    tn_buffer_unref(tn_buffer_new(meter, SIZE + SIZE / 2));
    tn_buffer *all = tn_buffer_new(meter, 2 * SIZE);
    ck_assert_ptr_nonnull(all);
    ck_assert_uint_eq(tn_meter_used(meter), 2 * SIZE);
    ck_assert(!tn_meter_flush(meter)); /* nor do both together pass it */
    ck_assert_ptr_null(tn_buffer_new(meter, TN_KEPT_FROM));
    expect_error(TN_RESOURCE_EXHAUSTED, "limit");
    tn_buffer_unref(all);
    ck_assert_uint_eq(tn_meter_used(meter), 0);
    tn_buffer *small = tn_buffer_new(meter, 100);
    ck_assert(!tn_meter_flush(meter)); /* all of it and the small one would be too much */
    tn_buffer_unref(small);
    tn_meter_release(meter);
}
END_TEST

START_TEST(what_is_kept_is_given_up_when_memory_is_short)
{
    tn_meter *meter = keeping_meter(0);
    if (!meter)
        return;
    tn_buffer_unref(tn_buffer_new(meter, SIZE));
    tn_alloc_fail_at(1, false);
    tn_buffer *b = tn_buffer_new(meter, 100);
    ck_assert_ptr_nonnull(b); /* at the second attempt */
    ck_assert(!tn_meter_flush(meter));
    tn_buffer_unref(b);
    tn_alloc_fail_at(1, true);
    ck_assert_ptr_null(tn_buffer_new(meter, SIZE));
    tn_alloc_fail_at(0, false);
    ck_assert_uint_eq(tn_meter_used(meter), 0);
    tn_meter_release(meter);
}
END_TEST

/* At most 64 MiB, or two of the largest: the oldest go. */
START_TEST(not_much_is_kept)
{
    enum { MANY = 12 };
    tn_meter *meter = keeping_meter(0);
    tn_buffer *b[MANY];
    if (!meter)
        return;
    for (int i = 0; i < MANY; i++)
        b[i] = tn_buffer_new(meter, 10 * MIB);
    for (int i = 0; i < MANY; i++)
        tn_buffer_unref(b[i]);
    tn_alloc_fail_at(0, false);
    for (int i = 0; i < MANY; i++)
        b[i] = tn_buffer_new(meter, 10 * MIB);
    ck_assert_int_eq(tn_alloc_count(), MANY - 6);
    for (int i = 0; i < MANY; i++)
        tn_buffer_unref(b[i]);
    tn_meter_release(meter);
}
END_TEST

START_TEST(nothing_is_kept_after_the_session)
{
    tn_meter *meter = tn_meter_new(0);
    tn_buffer *later = tn_buffer_new(meter, SIZE);
    tn_buffer_unref(tn_buffer_new(meter, SIZE));
    tn_meter_close(meter);
    ck_assert(!tn_meter_flush(meter));
    tn_buffer_unref(later);
    ck_assert(!tn_meter_flush(meter));
    ck_assert(!tn_meter_flush(NULL));
    tn_meter_release(meter);
}
END_TEST

static void *take_and_give(void *meter)
{
    for (int i = 0; i < 200; i++) {
        tn_buffer *b = tn_buffer_new(meter, TN_KEPT_FROM + (size_t)(i % 3) * MIB);
        *(char *)tn_buffer_data(b) = 1;
        if (i % 50 == 0)
            tn_meter_flush(meter);
        tn_buffer_unref(b);
    }
    return NULL;
}

START_TEST(threads_take_and_give)
{
    pthread_t threads[4];
    tn_meter *meter = tn_meter_new(100 * MIB);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, take_and_give, meter), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_eq(tn_meter_used(meter), 0);
    tn_meter_release(meter);
}
END_TEST

TN_SUITE("core meter", a_freed_block_serves_again, two_buffers_are_two_blocks, the_limit_is_as_if_nothing_were_kept,
         what_is_kept_is_given_up_when_memory_is_short, not_much_is_kept, nothing_is_kept_after_the_session, threads_take_and_give)
