/* Split: a step with much work is cut into ranges of its units, which the session's threads take one after the other. */
#include <pthread.h>
#include "core/alloc.h"
#include "core/pool.h"
#include "core/status.h"
#include "plan/compile.h"

enum { SMALLEST_RANGE = 1 << 15 }; /* of work */
/* Ranges are taken as threads come to them: the smaller they are, the less one thread waits for another at the end. */
enum { RANGES_PER_THREAD = 16 };

typedef struct split {
    tn_kernel whole;
    tn_part part;
    const void *args; /* of both */
    int64_t units, ranges;
    double work;
} split;

/* One execution. Of the ranges that fail, the first one's error is the step's, whoever came to it when. */
typedef struct execution {
    const split *split;
    tn_step step; /* as the part expects it */
    const tn_frame *frame;
    pthread_mutex_t mutex;
    tn_status status;
    int64_t failed; /* range */
    tn_saved_error error;
} execution;

static void keep_error(execution *e, int64_t range, tn_status status)
{
    pthread_mutex_lock(&e->mutex);
    if (!e->status || range < e->failed) {
        e->status = status;
        e->failed = range;
        tn_error_save(&e->error);
    }
    pthread_mutex_unlock(&e->mutex);
}

/* Units are dealt out evenly: ranges differ by one at most. */
static int64_t first_unit(const split *s, int64_t range)
{
    int64_t each = s->units / s->ranges, over = s->units % s->ranges;
    return range * each + (range < over ? range : over);
}

static void run_range(void *arg, int64_t i, int worker)
{
    execution *e = arg;
    const tn_range range = { first_unit(e->split, i), first_unit(e->split, i + 1), worker };
    tn_status status = e->split->part(&e->step, e->frame, range);
    if (status)
        keep_error(e, i, status);
}

static tn_status run_ranges(const split *s, const tn_step *step, const tn_frame *frame)
{
    execution e;
    e.split = s;
    e.step = *step;
    e.frame = frame;
    e.status = TN_OK;
    pthread_mutex_init(&e.mutex, NULL);
    tn_pool_run(frame->pool, s->ranges, run_range, &e);
    pthread_mutex_destroy(&e.mutex);
    if (e.status)
        tn_error_restore(&e.error);
    return e.status;
}

static tn_status run_split(const tn_step *step, const tn_frame *frame)
{
    const split *s = step->args;
    tn_step inner = *step;
    inner.run = s->whole;
    inner.args = s->args;
    return tn_pool_worth(frame->pool, s->work) ? run_ranges(s, &inner, frame) : s->whole(&inner, frame);
}

static int64_t ranges_for(const tn_prepare *p, double work)
{
    int64_t most = (int64_t)RANGES_PER_THREAD * p->threads;
    int64_t ranges = work < (double)most * SMALLEST_RANGE ? (int64_t)(work / SMALLEST_RANGE) : most;
    return ranges < p->units ? ranges : p->units;
}

tn_status tn_split_step(tn_prepare *p, double work)
{
    if (!p->part || p->threads < 2 || work < TN_WORTH_SPLITTING || p->units < 2)
        return TN_OK;
    split *s = TN_NEW(p->owner, split);
    if (!s)
        return TN_RESOURCE_EXHAUSTED;
    *s = (split){ p->run, p->part, p->args, p->units, ranges_for(p, work), work };
    p->run = run_split;
    p->args = s;
    return TN_OK;
}
