/* Steps that may be divided: see divide.h. */
#include "cpu/divide.h"

#include "core/pool.h"

/* As plan/split.c has it: a worker that is awake is worth its trouble from some microseconds of work on, one that sleeps from hundreds. */
enum { WORTH_SPLITTING = 1 << 17, WORTH_WAKING = 1 << 21 };

static tn_status run_all(const tn_step *step, const tn_frame *frame)
{
    const tn_divided *d = step->args;
    return d->units ? d->part(step, frame, (tn_range){ .last = d->units }) : TN_OK;
}

void tn_divide(tn_prepare *p, tn_divided *args, tn_part part, int64_t units)
{
    *args = (tn_divided){ part, units };
    p->args = args;
    p->run = run_all;
    p->part = part;
    p->units = units;
}

tn_pool *tn_pool_worth(const tn_frame *frame, double work)
{
    if (!frame->pool || work < WORTH_SPLITTING)
        return NULL;
    return work >= WORTH_WAKING || tn_pool_awake(frame->pool) ? frame->pool : NULL;
}
