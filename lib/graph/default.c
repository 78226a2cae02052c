/* The default stacks of each thread and the default graph of the process: see default.h. */
#include "graph/default.h"

#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "graph/scope.h"
#include <tenure/session.h>

typedef struct entry {
    void *thing;            /* the handle; NULL: it has gone */
    tn_graph_core *core;    /* of a graph: counted */
    uint64_t live_serial;   /* of a handle that is on the register of what is open, else 0 */
    uint64_t serial;        /* of the scope's token */
    int graph_scopes;       /* of a graph: how many states its own scopes had */
    bool installed;         /* belongs to no scope */
    const tn_session *with; /* the session that brought it: entered by WITH_SESSION, or installed */
} entry;

/* Few scopes are open at a time: those need no memory. */
enum { NEAR = 8 };
typedef struct stack {
    entry near[NEAR];
    entry *far; /* instead of near[], when there were more; given back when the stack is empty */
    int n, max;
    int failed; /* open above the n, but not entered: memory ran out */
} stack;

static _Thread_local struct stacks {
    stack graphs, sessions;
    bool watched; /* the destructor for the end of the thread is set */
} mine;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_thread_end;
static bool have_key;

static pthread_mutex_t process_mutex = PTHREAD_MUTEX_INITIALIZER;
static tn_graph *process_graph;

static entry *items(stack *s)
{
    return s->far ? s->far : s->near;
}

static stack *stack_of(int kind)
{
    return kind == TN_SCOPE_GRAPH ? &mine.graphs : &mine.sessions;
}

/* ---- Memory ---- */

static void give_back(stack *s)
{
    if (s->n)
        return;
    talloc_free(s->far);
    s->far = NULL;
}

static void drop(entry *e)
{
    if (e->core)
        tn_graph_core_unref(e->core);
    *e = (entry){ .thing = NULL, .serial = e->serial, .with = e->with };
}

static void clear(stack *s)
{
    for (int i = 0; i < s->n; i++)
        drop(&items(s)[i]);
    s->n = 0;
    give_back(s);
}

/* A thread that ended inside its scopes (without -fexceptions, or by detour) leaves no memory behind. */
static void thread_ended(void *stacks)
{
    struct stacks *ended = stacks;
    clear(&ended->graphs);
    clear(&ended->sessions);
}

static void make_key(void)
{
    have_key = !pthread_key_create(&at_thread_end, thread_ended);
}

static void watch_thread(void)
{
    if (mine.watched)
        return;
    pthread_once(&once, make_key);
    mine.watched = have_key && !pthread_setspecific(at_thread_end, &mine);
}

static bool grow(stack *s)
{
    int max = s->far ? s->max * 2 : NEAR * 2;
    if (s->n < (s->far ? s->max : NEAR))
        return true;
    entry *far = TN_GROW_ARRAY(NULL, s->far, entry, (size_t)max);
    if (!far)
        return false;
    if (!s->far)
        memcpy(far, s->near, sizeof s->near);
    s->far = far;
    s->max = max;
    return true;
}

/* ---- Entering ---- */

/* The number under which a handle is on the register of what is open; 0 when it is not. */
static uint64_t live_serial(tn_live_kind kind, const void *thing)
{
    tn_live *live = tn_live_enter(kind, thing);
    uint64_t serial = live ? live->serial : 0;
    if (live)
        tn_live_leave(live);
    return serial;
}

static tn_status push(int kind, entry e, tn_scope *scope)
{
    stack *s = stack_of(kind);
    watch_thread();
    if (s->failed || !grow(s))
        return tn_fail(TN_RESOURCE_EXHAUSTED, "memory ran out where a default was entered");
    e.serial = tn_scope_serial();
    *scope = (tn_scope){ .kind = kind, .depth = s->n, .serial = e.serial, .place = NULL };
    items(s)[s->n++] = e;
    return TN_OK;
}

static entry graph_entry(tn_graph *graph)
{
    return (entry){ .thing = graph, .core = tn_graph_core_ref(graph->core), .live_serial = live_serial(TN_LIVE_GRAPH, graph) };
}

tn_status tn_default_push_graph(tn_graph *graph, tn_scope *scope)
{
    entry e = graph ? graph_entry(graph) : (entry){ .thing = NULL };
    tn_status status = push(TN_SCOPE_GRAPH, e, scope);
    if (status)
        drop(&e);
    return status;
}

tn_status tn_default_push_session(tn_session *session, tn_scope *scope)
{
    return push(TN_SCOPE_SESSION, (entry){ .thing = session, .live_serial = live_serial(TN_LIVE_SESSION, session) }, scope);
}

/* Without memory the scope counts all the same, and hides what is beneath. */
static tn_scope failed_scope(int kind)
{
    stack *s = stack_of(kind);
    return (tn_scope){ .kind = kind, .depth = s->n + s->failed++, .serial = 0, .place = NULL };
}

tn_scope tn_enter_default_graph(tn_graph *graph)
{
    tn_scope scope;
    return tn_default_push_graph(graph, &scope) ? failed_scope(TN_SCOPE_GRAPH) : scope;
}

tn_scope tn_enter_default_session(tn_session *session)
{
    tn_scope scope;
    return tn_default_push_session(session, &scope) ? failed_scope(TN_SCOPE_SESSION) : scope;
}

/* ---- Leaving ---- */

/* NULL when the process has no default graph yet. */
static tn_graph_core *core_of_process(void)
{
    pthread_mutex_lock(&process_mutex);
    tn_graph_core *core = process_graph ? process_graph->core : NULL;
    pthread_mutex_unlock(&process_mutex);
    return core;
}

static void take_out(stack *s, int i)
{
    entry *all = items(s);
    drop(&all[i]);
    memmove(&all[i], &all[i + 1], (size_t)(s->n - i - 1) * sizeof *all);
    s->n--;
    give_back(s);
}

static tn_status leave_failed(stack *s, tn_scope scope)
{
    int left = scope.depth - s->n;
    if (left < 0 || left >= s->failed)
        return tn_scope_violated(scope.kind);
    bool innermost = left == s->failed - 1;
    s->failed = left;
    return innermost ? TN_OK : tn_scope_violated(scope.kind);
}

/* Takes out what scopes newer than a token have entered; whether there was any. */
static bool unwind(stack *s, uint64_t serial)
{
    bool any = false;
    for (int i = s->n - 1; i >= 0; i--) {
        const entry *e = &items(s)[i];
        if (e->installed || e->serial <= serial)
            continue;
        if (e->core)
            (void)tn_scope_unwind(e->core, serial);
        take_out(s, i);
        any = true;
    }
    return any;
}

bool tn_default_unwind(uint64_t serial)
{
    bool any = unwind(&mine.sessions, serial);
    any |= unwind(&mine.graphs, serial);
    stack *s = &mine.graphs;
    tn_graph_core *core = s->n ? items(s)[s->n - 1].core : core_of_process();
    return (core && tn_scope_unwind(core, serial)) || any;
}

static int index_of(stack *s, uint64_t serial)
{
    int i = s->n - 1;
    while (i >= 0 && items(s)[i].serial != serial)
        i--;
    return i;
}

/* Ends entry i, and what is newer. */
static tn_status leave_entry(stack *s, int i, int kind)
{
    if (i < 0)
        return tn_scope_violated(kind);
    uint64_t serial = items(s)[i].serial;
    bool inner = tn_default_unwind(serial) || s->failed;
    s->failed = 0;
    take_out(s, index_of(s, serial));
    return inner ? tn_scope_violated(kind) : TN_OK;
}

tn_status tn_default_leave(tn_scope scope)
{
    stack *s = stack_of(scope.kind);
    return scope.serial ? leave_entry(s, index_of(s, scope.serial), scope.kind) : leave_failed(s, scope);
}

/* ---- Interactive sessions, and what closes ---- */

/* Pushes a session, and a graph unless it is NULL; nothing on failure. */
static tn_status bring(tn_session *session, tn_graph *graph, bool installed)
{
    tn_scope scope;
    tn_status status = graph ? tn_default_push_graph(graph, &scope) : TN_OK;
    if (!status && (status = tn_default_push_session(session, &scope)) && graph)
        take_out(&mine.graphs, mine.graphs.n - 1);
    if (status)
        return status;
    stack *const stacks[] = { &mine.sessions, graph ? &mine.graphs : &mine.sessions };
    for (int i = 0; i < 2; i++) {
        entry *e = &items(stacks[i])[stacks[i]->n - 1];
        e->installed = installed;
        e->with = session;
    }
    return TN_OK;
}

tn_status tn_default_install(tn_session *session, tn_graph *graph)
{
    return bring(session, graph, true);
}

tn_status tn_default_enter(tn_session *session, tn_graph *graph)
{
    return bring(session, graph, false);
}

static int index_with(stack *s, const tn_session *session)
{
    int i = s->n - 1;
    while (i >= 0 && (items(s)[i].installed || items(s)[i].with != session))
        i--;
    return i;
}

void tn_default_exit(const tn_session *session)
{
    (void)leave_entry(&mine.sessions, index_with(&mine.sessions, session), TN_SCOPE_SESSION);
    (void)leave_entry(&mine.graphs, index_with(&mine.graphs, session), TN_SCOPE_GRAPH);
}

static void purge(stack *s, const void *thing)
{
    for (int i = s->n - 1; i >= 0; i--) {
        if (items(s)[i].thing != thing)
            continue;
        if (items(s)[i].installed)
            take_out(s, i);
        else
            drop(&items(s)[i]);
    }
}

void tn_default_purge_graph(const tn_graph *graph)
{
    purge(&mine.graphs, graph);
}

void tn_default_purge_session(const tn_session *session)
{
    purge(&mine.sessions, session);
    for (int i = mine.graphs.n - 1; i >= 0; i--)
        if (items(&mine.graphs)[i].installed && items(&mine.graphs)[i].with == session)
            take_out(&mine.graphs, i);
}

/* ---- Asking ---- */

/* The innermost handle; NULL when it has gone, and when there is none. */
static void *innermost(stack *s, tn_live_kind kind)
{
    if (s->failed || !s->n)
        return NULL;
    const entry *e = &items(s)[s->n - 1];
    bool gone = e->live_serial && e->thing && live_serial(kind, e->thing) != e->live_serial;
    return gone ? NULL : e->thing;
}

static tn_graph *graph_of_process(void)
{
    pthread_mutex_lock(&process_mutex);
    if (!process_graph)
        process_graph = tn_graph_new_at(NULL, "the default graph", 0);
    tn_graph *graph = process_graph;
    pthread_mutex_unlock(&process_mutex);
    return graph;
}

tn_graph *tn_default_graph(void)
{
    stack *s = &mine.graphs;
    if (!s->failed && !s->n)
        return graph_of_process();
    tn_graph *graph = innermost(s, TN_LIVE_GRAPH);
    if (!graph && s->failed)
        tn_fail(TN_RESOURCE_EXHAUSTED, "memory ran out where the default graph was entered");
    else if (!graph)
        tn_fail(TN_FAILED_PRECONDITION, "the default graph is NULL or was freed");
    return graph;
}

tn_graph_core *tn_default_core_of(const tn_graph *graph)
{
    stack *s = &mine.graphs;
    for (int i = s->n - 1; i >= 0; i--)
        if (items(s)[i].thing == graph)
            return items(s)[i].core;
    return NULL;
}

tn_session *tn_default_session(void)
{
    return innermost(&mine.sessions, TN_LIVE_SESSION);
}

static void free_process_graph(void)
{
    pthread_mutex_lock(&process_mutex);
    tn_graph *graph = process_graph;
    process_graph = NULL;
    pthread_mutex_unlock(&process_mutex);
    talloc_free(graph);
}

tn_status tn_reset_default_graph(void)
{
    if (mine.graphs.n || mine.graphs.failed)
        return tn_fail(TN_FAILED_PRECONDITION, "Do not use tn_reset_default_graph() to clear nested graphs. If you need a cleared graph, "
                                               "exit the nesting and create a new graph.");
    free_process_graph();
    return TN_OK;
}

/* A program that returns from main leaves no memory behind. */
__attribute__((destructor)) static void library_ends(void)
{
    thread_ended(&mine);
    free_process_graph();
    if (have_key)
        pthread_key_delete(at_thread_end);
}
