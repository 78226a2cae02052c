/* Requests to stop: one atomic flag that runs look at between steps. */
#include "core/alloc.h"
#include "core/annotate.h"
#include "session/session.h"

struct tn_cancel {
    atomic_bool requested;
};

tn_cancel *tn_cancel_new(const void *owner)
{
    tn_cancel *cancel = TN_NEW(owner, tn_cancel);
    if (!cancel)
        return NULL;
    atomic_init(&cancel->requested, false);
    TN_ATOMIC_HERE(&cancel->requested, sizeof cancel->requested);
    return cancel;
}

void tn_cancel_request(tn_cancel *cancel)
{
    if (cancel)
        atomic_store(&cancel->requested, true);
}

const atomic_bool *tn_cancel_flag(const tn_cancel *cancel)
{
    return cancel ? &cancel->requested : NULL;
}
