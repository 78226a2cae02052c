/*
 * The plan cache: bounded, the plan used longest ago goes first.
 *
 * A request finds its plan in whatever order its feeds, fetches and targets come: the hash is a sum, and the comparison looks at the same
 * place first and then everywhere. Entries hang on the core, plans on their entry, frames on their plan.
 */
#include "core/alloc.h"
#include "core/pool.h"
#include "core/status.h"
#include "session/session.h"

/* ---- Hash ---- */

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

static uint64_t hash_end(tn_output output, uint64_t salt)
{
    return mix((uint64_t)(uintptr_t)output.op * 0xD6E8FEB86659FD93u + (uint64_t)(uint32_t)output.index + salt);
}

static uint64_t hash_feed(const tn_feed *feed)
{
    uint64_t h = hash_end(feed->output, 1u << 16);
    if (!feed->value)
        return h;
    const tn_dims *d = &feed->value->dims;
    h = mix(h + (uint64_t)feed->value->dtype * 16 + (uint64_t)(uint32_t)d->rank);
    for (int i = 0; i < d->rank; i++)
        h = mix(h + (uint64_t)d->dim[i]);
    return h;
}

static uint64_t hash_request(const tn_request *r)
{
    size_t targets = tn_request_num_targets(r);
    uint64_t h = r->feeds.n + (r->fetches.n << 20) + ((uint64_t)targets << 40);
    for (size_t i = 0; i < r->feeds.n; i++)
        h += hash_feed(&r->feeds.items[i]);
    for (size_t i = 0; i < r->fetches.n; i++)
        h += hash_end(r->fetches.items[i], 2u << 16);
    for (size_t i = 0; i < targets; i++)
        h += hash_end((tn_output){ tn_request_target(r, i), 0 }, 3u << 16);
    return h;
}

/* ---- Comparison ---- */

static bool same_output(tn_output a, tn_output b)
{
    return a.op == b.op && a.index == b.index;
}

size_t tn_plan_find(const tn_plan_end *ends, size_t n, tn_output output, size_t hint)
{
    if (hint < n && same_output(ends[hint].output, output))
        return hint;
    for (size_t i = 0; i < n; i++)
        if (same_output(ends[i].output, output))
            return i;
    return SIZE_MAX;
}

/* Each feed is one of the plan's, with its type. */
static bool same_feeds(const tn_plan_entry *e, const tn_feeds *feeds)
{
    const tn_plan *plan = e->plan;
    if (feeds->n != plan->num_feeds)
        return false;
    for (size_t i = 0; i < feeds->n; i++) {
        const tn_feed *feed = &feeds->items[i];
        size_t at = tn_plan_find(plan->feeds, plan->num_feeds, feed->output, i);
        if (at == SIZE_MAX || !feed->value || feed->value->dtype != e->feed_types[at].dtype ||
            !tn_dims_equal(&feed->value->dims, &e->feed_types[at].dims))
            return false;
    }
    return true;
}

static bool feeds_hold(const tn_feeds *feeds, tn_output output, size_t hint)
{
    bool found = same_output(feeds->items[hint].output, output);
    for (size_t i = 0; i < feeds->n && !found; i++)
        found = same_output(feeds->items[i].output, output);
    return found;
}

static bool fetches_hold(const tn_outputs *fetches, tn_output output, size_t hint)
{
    bool found = same_output(fetches->items[hint], output);
    for (size_t i = 0; i < fetches->n && !found; i++)
        found = same_output(fetches->items[i], output);
    return found;
}

/* As many, each of them asked for, and each that is asked for among them: then nothing is fed twice, and nothing runs in vain. */
static bool same_ends(const tn_plan_entry *e, const tn_request *r)
{
    const tn_plan *plan = e->plan;
    if (r->fetches.n != plan->num_fetches || !same_feeds(e, &r->feeds))
        return false;
    for (size_t i = 0; i < plan->num_feeds; i++)
        if (!feeds_hold(&r->feeds, plan->feeds[i].output, i))
            return false;
    for (size_t i = 0; i < plan->num_fetches; i++)
        if (tn_plan_find(plan->fetches, plan->num_fetches, r->fetches.items[i], i) == SIZE_MAX ||
            !fetches_hold(&r->fetches, plan->fetches[i].output, i))
            return false;
    return true;
}

static bool plan_has_target(const tn_plan *plan, const tn_op *op, size_t hint)
{
    bool found = plan->targets[hint] == op;
    for (size_t i = 0; i < plan->num_targets && !found; i++)
        found = plan->targets[i] == op;
    return found;
}

static bool request_has_target(const tn_request *r, const tn_op *op, size_t hint)
{
    bool found = tn_request_target(r, hint) == op;
    for (size_t i = 0; i < tn_request_num_targets(r) && !found; i++)
        found = tn_request_target(r, i) == op;
    return found;
}

static bool same_targets(const tn_plan *plan, const tn_request *r)
{
    if (plan->num_targets != tn_request_num_targets(r))
        return false;
    for (size_t i = 0; i < plan->num_targets; i++)
        if (!plan_has_target(plan, tn_request_target(r, i), i) || !request_has_target(r, plan->targets[i], i))
            return false;
    return true;
}

static tn_plan_entry **bucket_of(tn_session_core *core, uint64_t hash)
{
    return &core->plans[hash % TN_MAX_PLANS];
}

static tn_plan_entry *find(tn_session_core *core, const tn_request *r, uint64_t hash)
{
    for (tn_plan_entry *e = *bucket_of(core, hash); e; e = e->next)
        if (e->hash == hash && same_ends(e, r) && same_targets(e->plan, r)) {
            e->last_use = ++core->uses;
            return e;
        }
    return NULL;
}

/* ---- Frames ---- */

static bool trim(tn_session_core *core)
{
    bool any = false;
    for (int i = 0; i < TN_MAX_PLANS; i++)
        for (tn_plan_entry *e = core->plans[i]; e; e = e->next)
            while (e->idle) {
                tn_run_frame *frame = e->idle;
                e->idle = frame->next;
                talloc_free(frame);
                any = true;
            }
    return any;
}

bool tn_plans_trim(tn_session_core *core)
{
    pthread_mutex_lock(&core->mutex);
    bool any = trim(core);
    pthread_mutex_unlock(&core->mutex);
    return any;
}

/* When memory is short, what other plans keep for their next run is given up. */
static tn_run_frame *new_frame(tn_session_core *core, const tn_plan_entry *e)
{
    tn_run_frame *frame = tn_run_frame_new(e->plan, e->plan);
    return !frame && trim(core) ? tn_run_frame_new(e->plan, e->plan) : frame;
}

static tn_run_frame *take_frame(tn_session_core *core, tn_plan_entry *e)
{
    tn_run_frame *frame = e->idle;
    if (frame)
        e->idle = frame->next;
    else if ((frame = new_frame(core, e)))
        frame->base.pool = core->pool;
    e->frames_out += frame != NULL;
    return frame;
}

void tn_plans_give(tn_session_core *core, tn_plan_entry *e, tn_run_frame *frame)
{
    pthread_mutex_lock(&core->mutex);
    frame->next = e->idle;
    e->idle = frame;
    e->frames_out--;
    if (e->evicted && !e->frames_out)
        talloc_free(e);
    pthread_mutex_unlock(&core->mutex);
}

/* ---- Insertion ---- */

static tn_plan_entry **oldest(tn_session_core *core)
{
    tn_plan_entry **found = NULL;
    for (int i = 0; i < TN_MAX_PLANS; i++)
        for (tn_plan_entry **link = &core->plans[i]; *link; link = &(*link)->next)
            if (!found || (*link)->last_use < (*found)->last_use)
                found = link;
    return found;
}

static void evict(tn_session_core *core)
{
    tn_plan_entry **link = oldest(core), *e = *link;
    *link = e->next;
    core->num_plans--;
    e->evicted = true;
    if (!e->frames_out)
        talloc_free(e);
}

static void insert(tn_session_core *core, tn_plan_entry *e, uint64_t hash)
{
    if (core->num_plans == TN_MAX_PLANS)
        evict(core);
    e->hash = hash;
    e->last_use = ++core->uses;
    e->next = *bucket_of(core, hash);
    *bucket_of(core, hash) = e;
    core->num_plans++;
}

/* ---- Compilation, with the mutex free: the entry is this thread's until it is inserted ---- */

static tn_op **all_targets(const void *owner, const tn_request *r)
{
    size_t n = tn_request_num_targets(r);
    tn_op **targets = TN_NEW_ARRAY(owner, tn_op *, n);
    for (size_t i = 0; targets && i < n; i++)
        targets[i] = tn_request_target(r, i);
    return targets;
}

static tn_feed_type *feed_types(const void *owner, const tn_feeds *feeds)
{
    tn_feed_type *types = TN_NEW_ARRAY(owner, tn_feed_type, feeds->n);
    for (size_t i = 0; types && i < feeds->n; i++)
        types[i] = (tn_feed_type){ feeds->items[i].value->dtype, feeds->items[i].value->dims };
    return types;
}

static tn_status compile(tn_session_core *core, const tn_request *r, tn_plan_entry *e)
{
    tn_op **targets = all_targets(e, r);
    e->feed_types = feed_types(e, &r->feeds);
    if (!targets || !e->feed_types)
        return TN_RESOURCE_EXHAUSTED;
    const tn_plan_request request = { .graph = core->graph->core,
                                      .feeds = r->feeds.items,
                                      .num_feeds = r->feeds.n,
                                      .fetches = r->fetches.items,
                                      .num_fetches = r->fetches.n,
                                      .targets = targets,
                                      .num_targets = tn_request_num_targets(r),
                                      .optimize = core->optimize,
                                      .soft_placement = core->soft_placement,
                                      .log_placement = core->log_placement,
                                      .explain = r->print != NULL,
                                      .threads = tn_pool_threads(core->pool),
                                      .meter = core->meter,
                                      .session = core,
                                      .variable = tn_session_variable,
                                      .random = tn_session_random };
    tn_status status = tn_plan_new(e, &request, &e->plan);
    talloc_free(targets);
    return status;
}

static tn_status make_entry(tn_session_core *core, const tn_request *r, tn_plan_entry **entry)
{
    pthread_mutex_lock(&core->mutex);
    *entry = TN_NEW(core, tn_plan_entry);
    pthread_mutex_unlock(&core->mutex);
    if (!*entry)
        return TN_RESOURCE_EXHAUSTED;
    tn_status status = compile(core, r, *entry);
    if (status == TN_OK)
        return TN_OK;
    pthread_mutex_lock(&core->mutex);
    talloc_free(*entry);
    pthread_mutex_unlock(&core->mutex);
    return status;
}

/* Two threads may have compiled the same: the first one's stays. */
static tn_status settle(tn_session_core *core, const tn_request *r, uint64_t hash, tn_plan_entry **entry, tn_run_frame **frame)
{
    pthread_mutex_lock(&core->mutex);
    tn_plan_entry *there = find(core, r, hash);
    if (there)
        talloc_free(*entry);
    else
        insert(core, *entry, hash);
    *entry = there ? there : *entry;
    *frame = take_frame(core, *entry);
    pthread_mutex_unlock(&core->mutex);
    return *frame ? TN_OK : TN_RESOURCE_EXHAUSTED;
}

static tn_status take_new(tn_session_core *core, const tn_request *r, uint64_t hash, tn_plan_entry **entry, tn_run_frame **frame)
{
    tn_status status = tn_request_check(core, r);
    if (status)
        return status;
    status = make_entry(core, r, entry);
    if (status == TN_RESOURCE_EXHAUSTED && tn_plans_trim(core))
        status = make_entry(core, r, entry);
    return status ? status : settle(core, r, hash, entry, frame);
}

tn_status tn_plans_take(tn_session_core *core, const tn_request *r, tn_plan_entry **entry, tn_run_frame **frame)
{
    tn_status status = tn_request_check_lists(r);
    if (status)
        return status;
    uint64_t hash = hash_request(r);
    pthread_mutex_lock(&core->mutex);
    *entry = find(core, r, hash);
    *frame = *entry ? take_frame(core, *entry) : NULL;
    pthread_mutex_unlock(&core->mutex);
    if (*frame)
        return TN_OK;
    return *entry ? TN_RESOURCE_EXHAUSTED : take_new(core, r, hash, entry, frame);
}

tn_status tn_plans_print(tn_session_core *core, const tn_request *r)
{
    tn_plan_entry *entry;
    tn_status status = tn_request_check_lists(r);
    if (!status)
        status = tn_request_check(core, r);
    if (!status)
        status = make_entry(core, r, &entry);
    if (status)
        return status;
    status = tn_plan_write(entry->plan, r->print);
    pthread_mutex_lock(&core->mutex);
    talloc_free(entry);
    pthread_mutex_unlock(&core->mutex);
    return status;
}
