/* Sessions: opened, found, closed. */
#include "session/session.h"

#include "core/alloc.h"
#include "core/annotate.h"
#include "core/pool.h"
#include "core/status.h"
#include "graph/default.h"

/* ---- Where results hang ---- */

/* An address that stands for the calling thread as long as it lives. A later thread may get it: it then takes over what the earlier one
 * left, so that there are never more of them than threads at one time. */
static const void *this_thread(void)
{
    static _Thread_local char here;
    return &here;
}

static tn_thread_results *results_of(tn_session_core *core, const void *thread)
{
    tn_thread_results *results = core->results;
    while (results && results->thread != thread)
        results = results->next;
    if (results || !(results = TN_NEW(core, tn_thread_results)))
        return results;
    *results = (tn_thread_results){ thread, core->results };
    core->results = results;
    return results;
}

const void *tn_session_results(tn_session *session)
{
    static _Thread_local struct {
        uint64_t serial;
        tn_thread_results *results;
    } last;
    tn_session_core *core = session->core;
    if (core->thread == this_thread())
        return session;
    if (last.results && last.serial == session->live.serial)
        return last.results;
    pthread_mutex_lock(&core->mutex);
    tn_thread_results *results = results_of(core, this_thread());
    pthread_mutex_unlock(&core->mutex);
    if (results) {
        last.serial = session->live.serial;
        last.results = results;
    }
    return results;
}

/* ---- Opening ---- */

static int core_destroy(tn_session_core *core)
{
    pthread_mutex_destroy(&core->mutex);
    if (core->meter)
        tn_meter_close(core->meter);
    tn_meter_release(core->meter);
    return 0;
}

/* Runs in flight stop at their next step; what hangs on the session is freed after they have left. */
static int session_destroy(tn_session *session)
{
    atomic_store(&session->core->closing, true);
    tn_live_remove(&session->live);
    tn_default_purge_session(session);
    return 0;
}

static tn_status check_options(const tn_session_options *options)
{
    if (options->target && options->target[0])
        return tn_fail(TN_NOT_FOUND,
                       "No session factory registered for the given session options: {target: \"%s\" config: } Registered factories are "
                       "{DIRECT_SESSION}.",
                       options->target);
    if (options->threads < 0 || options->memory_limit < 0 || options->timeout_ms < 0)
        return tn_fail(TN_INVALID_ARGUMENT, "a session with a negative limit: threads %d, memory_limit %lld, timeout_ms %lld",
                       options->threads, (long long)options->memory_limit, (long long)options->timeout_ms);
    return TN_OK;
}

static tn_session_core *core_new(const void *owner, const tn_session_options *options, tn_graph_core *graph)
{
    tn_session_core *core = TN_NEW(owner, tn_session_core);
    if (!core)
        return NULL;
    pthread_mutex_init(&core->mutex, NULL);
    talloc_set_destructor(core, core_destroy);
    atomic_init(&core->closing, false);
    TN_ATOMIC_HERE(&core->closing, sizeof core->closing);
    core->thread = this_thread();
    core->timeout_ms = options->timeout_ms;
    core->optimize = options->optimize;
    core->log_placement = options->log_placement;
    core->soft_placement = options->allow_soft_placement;
    uint64_t limit = (uint64_t)options->memory_limit;
    core->meter = tn_meter_new(limit > SIZE_MAX ? SIZE_MAX : (size_t)limit);
    core->graph = core->meter ? tn_graph_handle_new(core, graph) : NULL;
    if (options->threads > 1)
        core->pool = tn_pool_new(core, options->threads);
    if (core->graph && (core->pool || options->threads <= 1))
        return core;
    talloc_free(core);
    return NULL;
}

static tn_session *session_new(const tn_session_options *options, tn_graph_core *graph)
{
    tn_session *session = TN_NEW(options->parent, tn_session);
    if (!session)
        return NULL;
    session->core = core_new(session, options, graph);
    if (!session->core) {
        talloc_free(session);
        return NULL;
    }
    talloc_set_destructor(session, session_destroy);
    tn_live_add(&session->live, TN_LIVE_SESSION, session, options->file, options->line);
    return session;
}

static const tn_session_options no_options;

tn_session *tn_session_open_with(const tn_session_options *options)
{
    options = options ? options : &no_options;
    if (check_options(options))
        return NULL;
    const tn_graph *graph = options->graph ? options->graph : tn_default_graph();
    return graph ? session_new(options, graph->core) : NULL;
}

tn_session *tn_interactive_session_open_with(const tn_session_options *options)
{
    options = options ? options : &no_options;
    tn_session *session = tn_session_open_with(options);
    if (!session || tn_default_install(session, options->graph) == TN_OK)
        return session;
    talloc_free(session);
    return NULL;
}

/* ---- Closing and looking ---- */

void tn_session_close(tn_session *session)
{
    tn_live *live = session ? tn_live_enter(TN_LIVE_SESSION, session) : NULL;
    if (!live)
        return;
    bool was_closing = atomic_exchange(&session->core->closing, true);
    tn_live_leave(live);
    if (!was_closing)
        talloc_free(session);
}

static tn_graph *graph_of(const tn_session_core *core)
{
    tn_graph_core *graph = core->graph->core;
    tn_graph_lock(graph);
    tn_graph *handle = graph->handle ? graph->handle : core->graph;
    tn_graph_unlock(graph);
    return handle;
}

tn_graph *tn_session_graph(const tn_session *session)
{
    tn_live *live = session ? tn_live_enter(TN_LIVE_SESSION, session) : NULL;
    if (!live)
        return NULL;
    tn_graph *graph = graph_of(session->core);
    tn_live_leave(live);
    return graph;
}

/* ---- WITH_SESSION ---- */

tn_session *tn_session_enter(const tn_session_options *options)
{
    tn_session *session = tn_session_open_with(options);
    if (!session || tn_default_enter(session, graph_of(session->core)) == TN_OK)
        return session;
    talloc_free(session);
    return NULL;
}

void tn_session_exit(tn_session *session)
{
    if (!session)
        return;
    tn_default_exit(session);
    tn_session_close(session);
}
