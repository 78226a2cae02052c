/* lib/core/buffer.c: counted, metered bytes. */
#include "harness.h"

#include <pthread.h>
#include <stdint.h>
#include "core/alloc.h"
#include "core/buffer.h"

START_TEST(a_buffer_is_counted)
{
    tn_buffer *b = tn_buffer_new(NULL, 100);
    ck_assert_uint_eq((uintptr_t)tn_buffer_data(b) % 64, 0);
    ck_assert_uint_eq(tn_buffer_size(b), 100);
    memset(tn_buffer_data(b), 1, 100);
    ck_assert(tn_buffer_sole(b));
    ck_assert_ptr_eq(tn_buffer_ref(b), b);
    ck_assert(!tn_buffer_sole(b));
    tn_buffer_unref(b);
    ck_assert(tn_buffer_sole(b));
    tn_buffer_unref(b);
    tn_buffer_unref(NULL);
}
END_TEST

START_TEST(a_meter_outlives_its_session)
{
    tn_meter *meter = tn_meter_new(0);
    tn_buffer *a = tn_buffer_new(meter, 100), *b = tn_buffer_new(meter, 0), *c = tn_buffer_new(meter, 1);
    ck_assert_uint_eq(tn_meter_used(meter), 101);
    tn_meter_release(meter);
    tn_buffer_unref(c);
    ck_assert_uint_eq(tn_meter_used(meter), 100); /* a holds it */
    tn_buffer_unref(a);
    tn_buffer_unref(b); /* has no bytes, and needs none */
    tn_meter_release(NULL);
    ck_assert_uint_eq(tn_meter_used(NULL), 0);
}
END_TEST

static void *unref(void *buffer)
{
    tn_buffer_unref(buffer);
    return NULL;
}

START_TEST(whoever_is_last_frees_the_meter)
{
    pthread_t threads[4];
    tn_meter *meter = tn_meter_new(1 << 20);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, unref, tn_buffer_new(meter, 1000)), 0);
    tn_meter_release(meter);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

START_TEST(the_limit_is_kept)
{
    tn_meter *meter = tn_meter_new(100);
    tn_buffer *a = tn_buffer_new(meter, 60), *b = tn_buffer_new(meter, 40);
    ck_assert(a && b);
    ck_assert_ptr_null(tn_buffer_new(meter, 1));
    expect_error(TN_RESOURCE_EXHAUSTED, "OOM when allocating 1 bytes");
    tn_buffer_unref(a);
    ck_assert_ptr_null(tn_buffer_new(meter, 61));
    ck_assert_ptr_null(tn_buffer_new(meter, 150));
    ck_assert_ptr_null(tn_buffer_new(meter, SIZE_MAX - 70));
    ck_assert_ptr_null(tn_buffer_new(meter, SIZE_MAX));
    ck_assert_uint_eq(tn_meter_used(meter), 40);
    a = tn_buffer_new(meter, 60);
    ck_assert_uint_eq(tn_meter_used(meter), 100);
    tn_buffer_unref(a);
    tn_buffer_unref(b);
    ck_assert_uint_eq(tn_meter_used(meter), 0);
    tn_meter_release(meter);
}
END_TEST

START_TEST(memory_that_runs_out_leaves_the_meter)
{
    tn_meter *meter = tn_meter_new(0);
    tn_alloc_fail_at(1, false);
    ck_assert_ptr_null(tn_buffer_new(meter, 10));
    expect_error(TN_RESOURCE_EXHAUSTED, "");
    ck_assert_uint_eq(tn_meter_used(meter), 0);
    tn_meter_release(meter);
    tn_alloc_fail_at(1, false);
    ck_assert_ptr_null(tn_meter_new(0));
    ck_assert_ptr_null(tn_buffer_new(NULL, SIZE_MAX));
}
END_TEST

static void *share(void *arg)
{
    for (int i = 0; i < 2000; i++)
        tn_buffer_unref(tn_buffer_ref(arg));
    tn_buffer_unref(arg);
    return NULL;
}

START_TEST(threads_share_a_buffer)
{
    pthread_t threads[4];
    tn_meter *meter = tn_meter_new(0);
    tn_buffer *b = tn_buffer_new(meter, 10);
    for (int i = 0; i < 4; i++) {
        tn_buffer_ref(b);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, share, b), 0);
    }
    tn_buffer_unref(b);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_eq(tn_meter_used(meter), 0);
    tn_meter_release(meter);
}
END_TEST

TN_SUITE("core buffer", a_buffer_is_counted, a_meter_outlives_its_session, whoever_is_last_frees_the_meter, the_limit_is_kept,
         memory_that_runs_out_leaves_the_meter, threads_share_a_buffer)
