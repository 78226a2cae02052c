/* On which processors threads are: see processor.h. */
#include "core/processor.h"

#ifdef __linux__

#include <sched.h>
#include <time.h>

int tn_processor(void)
{
    return sched_getcpu();
}

/* Moves the thread to where it has to go, then allows it again all that it was allowed: it stays where it is. False: it was not moved. */
static bool move(pthread_t thread, const cpu_set_t *to, const cpu_set_t *allowed)
{
    return !pthread_setaffinity_np(thread, sizeof *to, to) && !pthread_setaffinity_np(thread, sizeof *allowed, allowed);
}

bool tn_processor_leave(int processor)
{
    cpu_set_t allowed, others;
    if (processor < 0 || processor != sched_getcpu())
        return true;
    if (pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed))
        return false;
    others = allowed;
    CPU_CLR((size_t)processor, &others);
    return CPU_COUNT(&others) && move(pthread_self(), &others, &allowed);
}

/* Its own clock goes on only while it is run. */
bool tn_thread_runs(pthread_t thread)
{
    clockid_t clock;
    struct timespec before, after;
    if (pthread_getcpuclockid(thread, &clock) || clock_gettime(clock, &before))
        return false;
    for (int i = 0; i < 64; i++)
        __asm__ volatile("" ::: "memory");
    return !clock_gettime(clock, &after) && (before.tv_nsec != after.tv_nsec || before.tv_sec != after.tv_sec);
}

bool tn_thread_bring(pthread_t thread)
{
    cpu_set_t allowed, here;
    const int processor = sched_getcpu();
    if (processor < 0 || pthread_getaffinity_np(thread, sizeof allowed, &allowed) || !CPU_ISSET((size_t)processor, &allowed))
        return false;
    CPU_ZERO(&here);
    CPU_SET((size_t)processor, &here);
    return move(thread, &here, &allowed);
}

#else

int tn_processor(void)
{
    return -1;
}

bool tn_processor_leave(int processor)
{
    (void)processor;
    return true;
}

bool tn_thread_runs(pthread_t thread)
{
    (void)thread;
    return false;
}

bool tn_thread_bring(pthread_t thread)
{
    (void)thread;
    return false;
}

#endif
