/* Planted for check-gates: two threads that add to one int. */
#include <pthread.h>
#include "harness.h"

static int total;

static void *add(void *data)
{
    for (int i = 0; i < 100; i++)
        total++;
    return data;
}

START_TEST(adds_from_two_threads)
{
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, add, NULL), 0);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}
END_TEST

TN_SUITE("planted: race", adds_from_two_threads)
