/* lib/core/processor.c: where threads run. What Linux does with a thread in the next moment is its own affair, so most of it is waited for.
 */
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
#include "core/processor.h"
#include "harness.h"

#ifdef __linux__

/* A thread that is busy, or asks a mutex that it does not get. */
typedef struct other {
    pthread_t thread;
    pthread_mutex_t mutex;
    atomic_bool sleeps, ends;
    atomic_int processor; /* where it was last */
} other;

static void *be_busy(void *arg)
{
    other *o = arg;
    while (!atomic_load(&o->ends)) {
        atomic_store(&o->processor, tn_processor());
        if (atomic_load(&o->sleeps)) {
            pthread_mutex_lock(&o->mutex);
            pthread_mutex_unlock(&o->mutex);
        }
    }
    return NULL;
}

static void start(other *o)
{
    pthread_mutex_init(&o->mutex, NULL);
    pthread_mutex_lock(&o->mutex);
    ck_assert_int_eq(pthread_create(&o->thread, NULL, be_busy, o), 0);
}

static void end(other *o)
{
    atomic_store(&o->ends, true);
    pthread_mutex_unlock(&o->mutex);
    pthread_join(o->thread, NULL);
    pthread_mutex_destroy(&o->mutex);
}

static void expect_allowed(pthread_t thread, const cpu_set_t *allowed)
{
    cpu_set_t now;
    ck_assert_int_eq(pthread_getaffinity_np(thread, sizeof now, &now), 0);
    ck_assert(CPU_EQUAL(&now, allowed));
}

/* Allows the calling thread the processor where it is, and no other. */
static int stay(void)
{
    cpu_set_t here;
    int processor = tn_processor();
    CPU_ZERO(&here);
    CPU_SET((size_t)processor, &here);
    ck_assert_int_eq(sched_setaffinity(0, sizeof here, &here), 0);
    return processor;
}

START_TEST(a_thread_leaves_a_processor_when_it_may)
{
    cpu_set_t allowed;
    ck_assert_int_eq(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    ck_assert(tn_processor_leave(-1));
    for (int i = 0; i < 100; i++)
        (void)tn_processor_leave(tn_processor());
    expect_allowed(pthread_self(), &allowed);
    int processor = stay();
    ck_assert_int_eq(tn_processor(), processor);
    ck_assert(!tn_processor_leave(processor));
    ck_assert(tn_processor_leave(processor + 1));
    ck_assert_int_eq(sched_setaffinity(0, sizeof allowed, &allowed), 0);
}
END_TEST

START_TEST(it_is_known_whether_a_thread_runs)
{
    other o = { .processor = -1 };
    if (getenv("TN_UNDER_VALGRIND"))
        return; /* one thread at a time */
    start(&o);
    bool ran = false;
    for (int i = 0; i < 10000 && !ran; i++, usleep(1000))
        ran = tn_thread_runs(o.thread);
    ck_assert(ran);
    atomic_store(&o.sleeps, true);
    for (int i = 0; i < 10000 && tn_thread_runs(o.thread); i++)
        usleep(1000);
    for (int i = 0; i < 100; i++)
        ck_assert(!tn_thread_runs(o.thread));
    end(&o);
}
END_TEST

START_TEST(a_thread_is_brought_here)
{
    cpu_set_t allowed;
    other o = { .processor = -1 };
    ck_assert_int_eq(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    start(&o);
    int here = stay();
    for (int i = 0; i < 10000 && atomic_load(&o.processor) != here; i++) {
        ck_assert(tn_thread_bring(o.thread));
        usleep(1000);
    }
    ck_assert_int_eq(atomic_load(&o.processor), here);
    expect_allowed(o.thread, &allowed);
    ck_assert_int_eq(sched_setaffinity(0, sizeof allowed, &allowed), 0);
    end(&o);
}
END_TEST

#else

START_TEST(nothing_is_known)
{
    ck_assert_int_eq(tn_processor(), -1);
    ck_assert(tn_processor_leave(0));
    ck_assert(!tn_thread_runs(pthread_self()));
    ck_assert(!tn_thread_bring(pthread_self()));
}
END_TEST

#endif

#ifdef __linux__
TN_SUITE("core processor", a_thread_leaves_a_processor_when_it_may, it_is_known_whether_a_thread_runs, a_thread_is_brought_here)
#else
TN_SUITE("core processor", nothing_is_known)
#endif
