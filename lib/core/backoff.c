/* Which workers rest: see backoff.h. */
#include "core/backoff.h"

/* A worker's, by its number. */
static tn_rest *rest_of(const tn_backoff *b, int worker)
{
    return &b->rests[worker - 1];
}

/* The first that rests. */
static int first_resting(const tn_backoff *b)
{
    return b->workers - b->resting + 1;
}

static void lie_down(tn_rest *r, int64_t length, int64_t now)
{
    r->length = length < TN_REST_MOST_NS ? length : TN_REST_MOST_NS;
    r->until = now + r->length;
}

void tn_backoff_interrupted(tn_backoff *b, int workers, int64_t now)
{
    if (b->trial == TN_ON_TRIAL) {
        b->in_the_way = true;
        return;
    }
    const bool by_accident = now - b->interrupted > TN_AGAIN_NS;
    b->interrupted = now;
    for (int i = 0; !by_accident && i < workers && b->resting < b->workers; i++) {
        b->resting++;
        tn_rest *r = rest_of(b, first_resting(b));
        lie_down(r, now - r->returned < r->length ? 2 * r->length : TN_REST_NS, now);
    }
}

bool tn_backoff_wakes(tn_backoff *b, int64_t now)
{
    if (b->trial != TN_NO_TRIAL || !b->resting || now < rest_of(b, first_resting(b))->until)
        return false;
    b->trial = TN_TRIAL_DUE;
    return true;
}

bool tn_backoff_begin(tn_backoff *b, int worker)
{
    if (b->trial != TN_TRIAL_DUE || worker != first_resting(b))
        return false;
    b->trial = TN_ON_TRIAL;
    b->in_the_way = false;
    return true;
}

void tn_backoff_end(tn_backoff *b, bool left_alone, int64_t now)
{
    tn_rest *r = rest_of(b, first_resting(b));
    b->trial = TN_NO_TRIAL;
    if (left_alone && !b->in_the_way) {
        r->returned = now;
        b->resting--;
    } else {
        lie_down(r, 2 * r->length, now);
    }
}
