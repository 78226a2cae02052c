/* The scopes of a graph, and leaving scopes of every kind: see scope.h. */
#include "graph/scope.h"

#include <stdatomic.h>
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "graph/default.h"

/* Its address tells threads apart. */
static _Thread_local char this_thread;

uint64_t tn_scope_serial(void)
{
    static atomic_uint_fast64_t last;
    return (uint64_t)atomic_fetch_add(&last, 1) + 1;
}

tn_status tn_scope_violated(int kind)
{
    static const char *const texts[] = {
        [TN_SCOPE_GRAPH] = "Nesting violated for default stack of <class 'Graph'> objects",
        [TN_SCOPE_SESSION] = "Nesting violated for default stack of <class 'Session'> objects",
        [TN_SCOPE_NAME] = "Nesting violated for name scopes",
        [TN_SCOPE_DEVICE] = "Nesting violated: Exiting device scope without proper scope nesting.",
        [TN_SCOPE_CONTROLS] = "Nesting violated for control dependencies",
    };
    return tn_fail(TN_FAILED_PRECONDITION, "%s", texts[kind]);
}

/* ---- The stack of states ---- */

static bool reserve(tn_graph_core *core)
{
    if (core->num_scopes < core->max_scopes)
        return true;
    tn_scope_state *grown = TN_GROW_ARRAY(core, core->scopes, tn_scope_state, (size_t)core->max_scopes * 2);
    if (!grown)
        return false;
    core->scopes = grown;
    core->max_scopes *= 2;
    return true;
}

static const tn_scope_state *top(const tn_graph_core *core)
{
    return &core->scopes[core->num_scopes - 1];
}

static tn_scope push(tn_graph_core *core, int kind, tn_scope_state state)
{
    tn_scope scope = { .kind = kind, .depth = core->num_scopes, .serial = tn_scope_serial(), .place = NULL };
    state.serial = scope.serial;
    state.thread = &this_thread;
    core->scopes[core->num_scopes++] = state;
    return scope;
}

/* The thread's error becomes the graph's; inside the scope nothing is built. */
static tn_scope fail(tn_graph_core *core, int kind)
{
    tn_graph_note_error(core);
    return (tn_scope){ .kind = kind, .depth = core->num_scopes + core->failed_scopes++, .serial = 0, .place = NULL };
}

static void drop_to(tn_graph_core *core, int depth)
{
    core->failed_scopes = 0;
    while (core->num_scopes > depth)
        talloc_free(core->scopes[--core->num_scopes].owned);
}

bool tn_scope_unwind(tn_graph_core *core, uint64_t serial)
{
    tn_graph_lock(core);
    int to = core->num_scopes;
    while (to > 1 && core->scopes[to - 1].thread == &this_thread && core->scopes[to - 1].serial > serial)
        to--;
    bool any = to < core->num_scopes;
    if (any)
        drop_to(core, to);
    tn_graph_unlock(core);
    return any;
}

/* This thread's default graph, locked; NULL with the thread's error. */
static tn_graph *lock_default(void)
{
    tn_graph *graph = tn_default_graph();
    if (graph)
        tn_graph_lock(graph->core);
    return graph;
}

/* Unlocks, and makes a token that can find the graph again. */
static tn_scope entered(tn_graph *graph, tn_scope scope)
{
    tn_graph_unlock(graph->core);
    scope.place = graph;
    return scope;
}

/* ---- Name scopes ---- */

static bool is_root(const char *text)
{
    return !text || !*text || !strcmp(text, "/");
}

/* "a/" as it is, "a" below the prefix and unique, with a slash. A talloc child of the core. */
static char *new_prefix(tn_graph_core *core, const char *prefix, const char *text)
{
    if (text[strlen(text) - 1] == '/')
        return tn_strdup(core, text);
    char *full = tn_sprintf(core, "%s%s", prefix, text);
    const char *unique = full ? tn_names_unique(full, core, full, true) : NULL;
    char *made = unique ? tn_sprintf(core, "%s/", unique) : NULL;
    talloc_free(full);
    return made;
}

tn_scope tn_scope_enter_name(tn_graph_core *core, const char *text)
{
    tn_scope_state state = *top(core);
    state.owned = NULL;
    if (core->failed_scopes)
        return fail(core, TN_SCOPE_NAME);
    if (text && *text && !tn_names_valid(text, *state.prefix != '\0')) {
        tn_fail(TN_INVALID_ARGUMENT, "'%s' is not a valid scope name", text);
        return fail(core, TN_SCOPE_NAME);
    }
    if (!reserve(core))
        return fail(core, TN_SCOPE_NAME);
    state.prefix = is_root(text) ? "" : (state.owned = new_prefix(core, state.prefix, text));
    return state.prefix ? push(core, TN_SCOPE_NAME, state) : fail(core, TN_SCOPE_NAME);
}

tn_scope tn_enter_name_scope(const char *text)
{
    tn_graph *graph = lock_default();
    return graph ? entered(graph, tn_scope_enter_name(graph->core, text)) : (tn_scope){ .kind = TN_SCOPE_NONE };
}

/* ---- Devices ---- */

static tn_scope enter_device(tn_graph_core *core, const char *text)
{
    tn_scope_state state = *top(core);
    state.owned = NULL;
    if (core->failed_scopes || !reserve(core))
        return fail(core, TN_SCOPE_DEVICE);
    state.device = "";
    if (text && *text) {
        state.device = tn_device_merge(core, top(core)->device, text);
        state.owned = (void *)(uintptr_t)state.device;
    }
    return state.device ? push(core, TN_SCOPE_DEVICE, state) : fail(core, TN_SCOPE_DEVICE);
}

tn_scope tn_enter_device(const char *text)
{
    tn_graph *graph = lock_default();
    return graph ? entered(graph, enter_device(graph->core, text)) : (tn_scope){ .kind = TN_SCOPE_NONE };
}

/* ---- Control dependencies ---- */

static bool holds(tn_op *const *ops, int n, const tn_op *op)
{
    for (int i = 0; i < n; i++)
        if (ops[i] == op)
            return true;
    return false;
}

/* Those of the block round it first, then the new ones, each once. */
static bool add_controls(tn_graph_core *core, tn_scope_state *state, tn_ops ops)
{
    tn_op **controls = TN_NEW_ARRAY(core, tn_op *, (size_t)state->num_controls + ops.n);
    if (!controls)
        return false;
    if (state->num_controls)
        memcpy(controls, state->controls, (size_t)state->num_controls * sizeof *controls);
    for (size_t i = 0; i < ops.n; i++)
        if (!holds(controls, state->num_controls, ops.items[i]))
            controls[state->num_controls++] = ops.items[i];
    state->controls = controls;
    state->owned = controls;
    state->first_op = (uint32_t)core->num_ops;
    return true;
}

/* TN_OK when all are operations of the graph. An operation that could not be made is the graph's error already. */
static tn_status check_controls(tn_graph_core *core, tn_ops ops)
{
    for (size_t i = 0; i < ops.n; i++) {
        if (!ops.items[i])
            return tn_graph_raise(core);
        if (ops.items[i]->graph != core)
            return tn_fail(TN_INVALID_ARGUMENT, "the control input '%s' must be from the same graph as the operations of the block.",
                           ops.items[i]->name);
    }
    return TN_OK;
}

static tn_scope enter_controls(tn_graph_core *core, tn_ops ops)
{
    tn_scope_state state = *top(core);
    state.owned = NULL;
    if (core->failed_scopes || check_controls(core, ops) || !reserve(core))
        return fail(core, TN_SCOPE_CONTROLS);
    if (ops.n && !add_controls(core, &state, ops))
        return fail(core, TN_SCOPE_CONTROLS);
    return push(core, TN_SCOPE_CONTROLS, state);
}

tn_scope tn_enter_control_dependencies(tn_ops ops)
{
    tn_graph *graph = lock_default();
    return graph ? entered(graph, enter_controls(graph->core, ops)) : (tn_scope){ .kind = TN_SCOPE_NONE };
}

tn_scope tn_scope_enter_no_controls(tn_graph_core *core)
{
    tn_scope_state state = *top(core);
    if (core->failed_scopes || !reserve(core))
        return fail(core, TN_SCOPE_CONTROLS);
    state.owned = NULL;
    state.controls = NULL;
    state.num_controls = 0;
    return push(core, TN_SCOPE_CONTROLS, state);
}

/* ---- Leaving ---- */

static tn_status leave_failed(tn_graph_core *core, tn_scope scope)
{
    int left = scope.depth - core->num_scopes;
    if (left < 0 || left >= core->failed_scopes)
        return tn_scope_violated(scope.kind);
    bool innermost = left == core->failed_scopes - 1;
    core->failed_scopes = left;
    return innermost ? TN_OK : tn_scope_violated(scope.kind);
}

tn_status tn_scope_leave(tn_graph_core *core, tn_scope scope)
{
    int i = core->num_scopes - 1;
    if (!scope.serial)
        return leave_failed(core, scope);
    while (i > 0 && core->scopes[i].serial != scope.serial)
        i--;
    bool innermost = i == core->num_scopes - 1 && !core->failed_scopes;
    if (i > 0)
        drop_to(core, i);
    return i > 0 && innermost ? TN_OK : tn_scope_violated(scope.kind);
}

static tn_status leave_locked(tn_graph_core *core, tn_scope scope)
{
    tn_graph_lock(core);
    tn_status status = tn_scope_leave(core, scope);
    tn_graph_unlock(core);
    return status;
}

/* The graph may have been freed inside the scope: then nothing is left to go back to. */
static tn_status leave_graph_scope(tn_scope scope)
{
    bool inner = scope.serial && tn_default_unwind(scope.serial);
    tn_live *live = tn_live_enter(TN_LIVE_GRAPH, scope.place);
    tn_graph_core *core = live ? ((tn_graph *)live->thing)->core : tn_default_core_of(scope.place);
    tn_status status = core ? leave_locked(core, scope) : TN_OK;
    if (live)
        tn_live_leave(live);
    return inner ? tn_scope_violated(scope.kind) : status;
}

tn_status tn_leave(tn_scope scope)
{
    if (scope.kind == TN_SCOPE_GRAPH || scope.kind == TN_SCOPE_SESSION)
        return tn_default_leave(scope);
    return scope.kind == TN_SCOPE_NONE ? TN_OK : leave_graph_scope(scope);
}

/* ---- Blocks that own what they open ---- */

tn_graph *tn_graph_enter(const tn_graph_options *options)
{
    static const tn_graph_options none;
    const tn_graph_options *o = options ? options : &none;
    tn_graph *graph = tn_graph_new_at(o->owner, o->file, o->line);
    if (!graph)
        return NULL;
    if (o->seed)
        tn_graph_set_seed(graph, o->seed);
    if (tn_default_push_graph(graph, &graph->scope)) {
        talloc_free(graph);
        return NULL;
    }
    return graph;
}

void tn_graph_exit(tn_graph *graph)
{
    if (!graph)
        return;
    (void)tn_leave(graph->scope);
    talloc_free(graph);
}

/* A context without a size looks lost to leak checkers. */
typedef struct tn_temp {
    char sized;
} tn_temp;

void *tn_temp_new(void)
{
    return TN_NEW(NULL, tn_temp);
}
