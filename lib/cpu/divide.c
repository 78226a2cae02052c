/* Steps that may be divided: see divide.h. */
#include "cpu/divide.h"

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
