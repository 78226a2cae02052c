/* The compiler's driver: see plan.h. */
#include "plan/compile.h"

#include "core/alloc.h"
#include "core/uncancelled.h"

static tn_status compile(tn_compile *c)
{
    tn_status (*const passes[])(tn_compile *) = { tn_pass_prune, tn_pass_infer, tn_pass_schedule, tn_pass_batch_norm,
                                                  tn_pass_lower, tn_pass_fuse,  tn_pass_place,    tn_pass_emit };
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        tn_status status = passes[i](c);
        if (status)
            return status;
    }
    return TN_OK;
}

tn_status tn_plan_new(const void *owner, const tn_plan_request *request, tn_plan **plan)
{
    TN_UNCANCELLED;
    tn_compile *c = TN_NEW(owner, tn_compile);
    if (!c)
        return TN_RESOURCE_EXHAUSTED;
    c->request = request;
    c->plan = TN_NEW(c, tn_plan);
    if (c->plan)
        c->plan->meter = request->meter;
    tn_graph_lock(request->graph);
    tn_status status = c->plan ? compile(c) : TN_RESOURCE_EXHAUSTED;
    tn_graph_unlock(request->graph);
    if (!status)
        *plan = tn_move(owner, c->plan);
    talloc_free(c);
    return status;
}
