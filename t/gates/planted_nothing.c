/* Planted for check-gates: a suite without a fault, that every gate must let through. */
#include <pthread.h>
#include "harness.h"
#include "core/alloc.h"

static void *add_one(void *data)
{
    int *value = data;
    ++*value;
    return NULL;
}

START_TEST(joins_before_reading)
{
    pthread_t thread;
    int value = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, add_one, &value), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(value, 1);
}
END_TEST

static tn_status checked(void *owner)
{
    int *value = TN_NEW(owner, int);
    if (!value)
        return TN_RESOURCE_EXHAUSTED;
    *value = 1;
    talloc_free(value);
    return TN_OK;
}

START_TEST(checks_its_allocation)
{
    expect_survives_oom(checked);
}
END_TEST

TN_SUITE("planted: nothing", joins_before_reading, checks_its_allocation)
