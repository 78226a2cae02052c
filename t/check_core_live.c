/* lib/core/live.c: who is open. */
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include "core/alloc.h"
#include "core/live.h"

static void count(const tn_live *live, void *data)
{
    (void)live;
    ++*(int *)data;
}

static int num_live(void)
{
    int n = 0;
    tn_live_each(count, &n);
    return n;
}

START_TEST(a_thing_is_found_while_it_lives)
{
    tn_live a, b;
    int x = 0, y = 0;
    ck_assert(!tn_live_has(TN_LIVE_SESSION, &x) && !tn_live_enter(TN_LIVE_SESSION, &x));
    tn_live_add(&a, TN_LIVE_SESSION, &x, "a.c", 7);
    tn_live_add(&b, TN_LIVE_GRAPH, &y, NULL, 0);
    ck_assert(tn_live_has(TN_LIVE_SESSION, &x) && tn_live_has(TN_LIVE_GRAPH, &y));
    ck_assert(!tn_live_has(TN_LIVE_GRAPH, &x) && !tn_live_has(TN_LIVE_SESSION, &y) && !tn_live_has(TN_LIVE_SESSION, NULL));
    ck_assert_int_eq(num_live(), 2);
    ck_assert_ptr_eq(tn_live_enter(TN_LIVE_SESSION, &x), &a);
    ck_assert(a.users == 1 && a.line == 7 && a.thing == &x && a.serial != b.serial);
    tn_live_leave(&a);
    tn_live_remove(&a);
    ck_assert(!tn_live_has(TN_LIVE_SESSION, &x) && !tn_live_enter(TN_LIVE_SESSION, &x) && num_live() == 1);
    tn_live_remove(&b);
    ck_assert_int_eq(num_live(), 0);
}
END_TEST

/* First, last and in between: 1,000 things fill every shard several times over. */
START_TEST(many_come_and_go_in_any_order)
{
    enum { MANY = 1000 };
    tn_live *live = TN_NEW_ARRAY(root, tn_live, MANY);
    for (int i = 0; i < MANY; i++)
        tn_live_add(&live[i], TN_LIVE_GRAPH, &live[i], "many.c", i);
    ck_assert_int_eq(num_live(), MANY);
    for (int i = 0; i < MANY; i++)
        tn_live_remove(&live[i * 7 % MANY]);
    ck_assert_int_eq(num_live(), 0);
    talloc_free(live);
}
END_TEST

/* An address that is used again is another thing. */
START_TEST(serials_are_never_used_twice)
{
    tn_live live;
    int x = 0;
    uint64_t last = 0;
    for (int i = 0; i < 100; i++) {
        tn_live_add(&live, TN_LIVE_SESSION, &x, NULL, 0);
        ck_assert_uint_gt(live.serial, last);
        last = live.serial;
        tn_live_remove(&live);
    }
}
END_TEST

/* A leak checker that looks for the addresses of entries must not find them. */
START_TEST(links_are_disguised)
{
    tn_live live[200];
    for (int i = 0; i < 200; i++)
        tn_live_add(&live[i], TN_LIVE_SESSION, &live[i], NULL, 0);
    int linked = 0;
    for (int i = 0; i < 200; i++) {
        linked += live[i].next != 0;
        for (int k = 0; k < 200; k++)
            ck_assert(live[i].next != (uintptr_t)&live[k] && live[i].previous != (uintptr_t)&live[k]);
    }
    ck_assert_int_gt(linked, 0);
    for (int i = 0; i < 200; i++)
        tn_live_remove(&live[i]);
}
END_TEST

typedef struct visitor {
    pthread_t thread;
    tn_live *live;
    const int *thing;
    int *left;
} visitor;

static void *stay_a_while(void *arg)
{
    visitor *v = arg;
    usleep(20000);
    *v->left = 1;
    tn_live_leave(v->live);
    return NULL;
}

START_TEST(removal_waits_for_those_inside)
{
    tn_live live;
    int thing = 0, left = 0;
    tn_live_add(&live, TN_LIVE_SESSION, &thing, NULL, 0);
    visitor v = { .live = tn_live_enter(TN_LIVE_SESSION, &thing), .left = &left };
    ck_assert_int_eq(pthread_create(&v.thread, NULL, stay_a_while, &v), 0);
    tn_live_remove(&live);
    ck_assert_int_eq(left, 1);
    pthread_join(v.thread, NULL);
}
END_TEST

/* Enters while it lasts; the thing is written after its removal, so that a call still inside would be a race. */
static void *knock(void *arg)
{
    visitor *v = arg;
    tn_live *live;
    long sum = 0;
    while ((live = tn_live_enter(TN_LIVE_SESSION, v->thing))) {
        sum += *v->thing;
        tn_live_leave(live);
    }
    return (void *)sum;
}

START_TEST(threads_come_and_go)
{
    visitor v[4];
    tn_live live, others[8];
    int thing = 1;
    tn_live_add(&live, TN_LIVE_SESSION, &thing, NULL, 0);
    for (int i = 0; i < 4; i++) {
        v[i].thing = &thing;
        ck_assert_int_eq(pthread_create(&v[i].thread, NULL, knock, &v[i]), 0);
    }
    for (int i = 0; i < 8; i++)
        tn_live_add(&others[i], TN_LIVE_GRAPH, &others[i], NULL, 0);
    usleep(2000);
    tn_live_remove(&live);
    thing = 0;
    for (int i = 0; i < 4; i++)
        pthread_join(v[i].thread, NULL);
    for (int i = 0; i < 8; i++)
        tn_live_remove(&others[i]);
    ck_assert_int_eq(num_live(), 0);
}
END_TEST

static void *remove_and_say_so(void *data)
{
    tn_live *live = data;
    tn_live_remove(live);
    live->line = 99; /* reached: the wait was not cut short */
    return NULL;
}

START_TEST(a_wait_is_not_cancelled)
{
    tn_live live, other;
    pthread_t thread;
    tn_live_add(&live, TN_LIVE_SESSION, &live, "program.c", 1);
    tn_live *inside = tn_live_enter(TN_LIVE_SESSION, &live);
    ck_assert_int_eq(pthread_create(&thread, NULL, remove_and_say_so, &live), 0);
    while (tn_live_has(TN_LIVE_SESSION, &live))
        sched_yield();
    pthread_cancel(thread);
    usleep(20000);
    tn_live_leave(inside);
    pthread_join(thread, NULL);
    ck_assert_int_eq(live.line, 99);
    tn_live_add(&other, TN_LIVE_SESSION, &live, NULL, 0); /* the shard's mutex is free */
    tn_live_remove(&other);
}
END_TEST

TN_SUITE("core live", a_thing_is_found_while_it_lives, many_come_and_go_in_any_order, serials_are_never_used_twice, links_are_disguised,
         removal_waits_for_those_inside, threads_come_and_go, a_wait_is_not_cancelled)
