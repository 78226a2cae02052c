/*
 * Which workers of a pool rest while the machine is busy.
 *
 * Where other programs want the processors, a worker is interrupted every few milliseconds. The run that was under way then takes longer
 * than it would have taken with one thread, and so does the next, whose data lie in the caches of the processor that was lost. So when
 * workers are interrupted again within a moment, one of them rests, or as many as were interrupted at once. After its rest it goes on
 * trial: it spins, for nobody, and comes back when neither it nor any other was interrupted meanwhile. Else it rests twice as long. No run
 * pays for a trial; so what a program that stays on a processor costs is some runs at its beginning and now and then a few.
 *
 * Workers with the highest numbers rest; to their processors, if those are free, the system moves others. Nothing here knows what time it
 * is or how to wake anybody: the pool does, and calls under its mutex. Times are in nanoseconds.
 */
#ifndef TN_CORE_BACKOFF_H
#define TN_CORE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TN_AGAIN_NS = 10000000,       /* an interruption so soon after another is no accident */
    TN_REST_NS = 4000000,         /* the first rest */
    TN_REST_MOST_NS = 1000000000, /* the longest: so late, at most, is it seen that the machine is no longer busy */
    TN_TRIAL_NS = 8000000,        /* several of the time slices that Linux deals out */
    TN_GAP_NS = 500000            /* a worker that has not seen the clock for so long was interrupted */
};

/* Of one worker. */
typedef struct tn_rest {
    int64_t until;
    int64_t length;
    int64_t returned; /* when its last trial went well */
} tn_rest;

typedef struct tn_backoff {
    int workers;
    tn_rest *rests; /* of each, by number: the first is 1 */
    int resting;
    enum { TN_NO_TRIAL, TN_TRIAL_DUE, TN_ON_TRIAL } trial;
    bool in_the_way;     /* the one on trial: another was interrupted */
    int64_t interrupted; /* when somebody last was */
} tn_backoff;

/* So many were interrupted in the middle of a run. While one is on trial it speaks against that one. */
void tn_backoff_interrupted(tn_backoff *b, int workers, int64_t now);

/* Whether a rest is over and the first worker that rests has to be woken: true once for each trial. */
bool tn_backoff_wakes(tn_backoff *b, int64_t now);

/* Whether this worker's trial is due, which then begins. */
bool tn_backoff_begin(tn_backoff *b, int worker);

/* The end of the trial: the worker was left alone, or was not. */
void tn_backoff_end(tn_backoff *b, bool left_alone, int64_t now);

#endif
