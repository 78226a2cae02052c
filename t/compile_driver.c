/* See compile_driver.h. */
#include "compile_driver.h"

#include "core/alloc.h"

tn_compile *compile_until_pass(tn_outputs fetches, tn_feeds feeds, tn_optimize optimize, compile_until last)
{
    static tn_plan_request request;
    static tn_feed fed[16];
    static tn_output fetched[16];
    tn_status (*const passes[])(tn_compile *) = { tn_pass_prune, tn_pass_infer, tn_pass_schedule, tn_pass_batch_norm, tn_pass_lower };
    ck_assert(feeds.n <= 16 && fetches.n <= 16);
    for (size_t i = 0; i < feeds.n; i++)
        fed[i] = feeds.items[i];
    for (size_t i = 0; i < fetches.n; i++)
        fetched[i] = fetches.items[i];
    request = (tn_plan_request){ .graph = tn_default_graph()->core,
                                 .feeds = fed,
                                 .num_feeds = feeds.n,
                                 .fetches = fetched,
                                 .num_fetches = fetches.n,
                                 .optimize = optimize };
    tn_compile *c = TN_NEW(root, tn_compile);
    c->request = &request;
    c->plan = TN_NEW(c, tn_plan);
    tn_graph_lock(request.graph);
    for (int i = 0; i < (last == COMPILE_SCHEDULED ? 3 : 5); i++)
        ck_assert_int_eq(passes[i](c), TN_OK);
    tn_graph_unlock(request.graph);
    return c;
}

tn_node *node_of(const tn_compile *c, tn_output output)
{
    const uint32_t n = c->node_of[output.op->id];
    ck_assert_uint_ne(n, TN_NONE);
    return &c->nodes[n];
}

uint32_t instruction_of(const tn_compile *c, tn_output output)
{
    for (uint32_t p = 0; p < c->num_instrs; p++)
        if (c->instrs[p].node != TN_NONE && c->nodes[c->instrs[p].node].op == output.op)
            return p;
    ck_abort_msg("%s is no instruction", tn_op_name(output.op));
}
