/*
 * On which processors threads are. Linux leaves a thread that has work to do waiting behind another program, or behind the very thread that
 * has woken it, though some other processor be free or its owner be waiting for that thread. Here a thread is moved at once. Where it may
 * be is as before when the call returns. On other systems nothing is known and nothing moves.
 */
#ifndef TN_CORE_PROCESSOR_H
#define TN_CORE_PROCESSOR_H

#include <pthread.h>
#include <stdbool.h>

/* The calling thread's; -1: not known. */
int tn_processor(void);

/* Moves the calling thread to another processor when it is on this one. False: it may not be elsewhere. */
bool tn_processor_leave(int processor);

/* Whether a thread is being run. One that sleeps is not. Looks for some microseconds. */
bool tn_thread_runs(pthread_t thread);

/* Moves a thread to the caller's processor, where it is run as soon as the caller sleeps. False: it may not be there. */
bool tn_thread_bring(pthread_t thread);

#endif
