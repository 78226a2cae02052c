/* The graph core and the handles on it: see graph.h. */
#include "graph/graph.h"

#include <inttypes.h>
#include <string.h>
#include "core/alloc.h"
#include "core/annotate.h"
#include "core/status.h"
#include "graph/default.h"
#include "graph/names.h"

/* ---- The core ---- */

static bool init_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    if (pthread_mutexattr_init(&attr))
        return false;
    bool done = !pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE) && !pthread_mutex_init(mutex, &attr);
    pthread_mutexattr_destroy(&attr);
    return done;
}

static int core_destructor(tn_graph_core *core)
{
    pthread_mutex_destroy(&core->mutex);
    return 0;
}

/* A core without a count of its own yet. */
static tn_graph_core *core_new(void)
{
    tn_graph_core *core = TN_NEW(NULL, tn_graph_core);
    if (!core)
        return NULL;
    core->names = tn_names_new(core);
    core->room = tn_room_new(core);
    core->scopes = TN_NEW_ARRAY(core, tn_scope_state, 4);
    if (!core->names || !core->room || !core->scopes) {
        talloc_free(core);
        return NULL;
    }
    core->max_scopes = 4;
    core->num_scopes = 1;
    core->scopes[0] = (tn_scope_state){ .prefix = "", .device = "" };
    if (!init_mutex(&core->mutex)) {
        talloc_free(core);
        tn_fail(TN_RESOURCE_EXHAUSTED, "no mutex could be made for a graph");
        return NULL;
    }
    TN_ATOMIC_HERE(&core->refs, sizeof core->refs);
    talloc_set_destructor(core, core_destructor);
    return core;
}

tn_graph_core *tn_graph_core_ref(tn_graph_core *core)
{
    atomic_fetch_add(&core->refs, 1);
    return core;
}

void tn_graph_core_unref(tn_graph_core *core)
{
    TN_HAPPENS_BEFORE(&core->refs);
    if (atomic_fetch_sub(&core->refs, 1) > 1)
        return;
    TN_HAPPENS_AFTER(&core->refs);
    talloc_free(core);
}

void tn_graph_lock(tn_graph_core *core)
{
    pthread_mutex_lock(&core->mutex);
}

void tn_graph_unlock(tn_graph_core *core)
{
    pthread_mutex_unlock(&core->mutex);
}

/* ---- Handles ---- */

/* The user's handle is on the register of what is open; others (of a session's graph) are not. */
static int handle_destructor(tn_graph *graph)
{
    tn_graph_core *core = graph->core;
    tn_default_purge_graph(graph);
    tn_graph_lock(core);
    bool of_user = core->handle == graph;
    if (of_user)
        core->handle = NULL;
    tn_graph_unlock(core);
    if (of_user)
        tn_live_remove(&core->live);
    tn_graph_core_unref(core);
    return 0;
}

tn_graph *tn_graph_handle_new(const void *owner, tn_graph_core *core)
{
    tn_graph *graph = TN_NEW(owner, tn_graph);
    if (!graph)
        return NULL;
    graph->core = tn_graph_core_ref(core);
    talloc_set_destructor(graph, handle_destructor);
    return graph;
}

tn_graph *(tn_graph_new)(const void *owner)
{
    return tn_graph_new_at(owner, NULL, 0);
}

tn_graph *tn_graph_new_at(const void *owner, const char *file, int line)
{
    tn_graph_core *core = core_new();
    if (!core)
        return NULL;
    tn_graph *graph = tn_graph_handle_new(owner, core);
    if (!graph) {
        talloc_free(core);
        return NULL;
    }
    core->handle = graph;
    tn_live_add(&core->live, TN_LIVE_GRAPH, graph, file, line);
    return graph;
}

tn_graph_core *tn_graph_core_of(const tn_graph *graph, tn_outputs inputs, tn_ops controls)
{
    if (graph)
        return graph->core;
    if (inputs.n)
        return inputs.items[0].op->graph;
    if (controls.n)
        return controls.items[0]->graph;
    graph = tn_default_graph();
    return graph ? graph->core : NULL;
}

/* ---- The first error ---- */

tn_status tn_graph_note_error(tn_graph_core *core)
{
    tn_status code = tn_last_error()->code;
    tn_graph_lock(core);
    if (!core->status && code) {
        tn_saved_error error;
        tn_error_save(&error);
        core->status = code;
        core->status_op = error.has_op ? tn_strdup(core, error.op) : NULL;
        core->status_message = tn_strdup(core, error.message);
        tn_error_restore(&error);
    }
    tn_graph_unlock(core);
    return code;
}

/* Without memory for the message the code is all that was kept. */
static tn_status tell(const tn_graph_core *core)
{
    return tn_fail_stored(core->status, core->status_op, core->status_message ? core->status_message : "a constructor failed");
}

tn_status tn_graph_raise(tn_graph_core *core)
{
    tn_graph_lock(core);
    tn_status status = core->status ? tell(core) : tn_fail(TN_INVALID_ARGUMENT, "an empty output was given, and its graph has no error");
    tn_graph_unlock(core);
    return status;
}

tn_status tn_graph_status(const tn_graph *graph)
{
    if (!graph)
        return tn_fail(TN_INVALID_ARGUMENT, "the graph is NULL");
    tn_graph_lock(graph->core);
    tn_status status = graph->core->status ? tell(graph->core) : TN_OK;
    tn_graph_unlock(graph->core);
    return status;
}

/* ---- What is in it ---- */

bool tn_graph_owns(const tn_graph_core *core, tn_output output)
{
    return output.op && output.op->graph == core && output.index >= 0 && output.index < output.op->num_outputs;
}

size_t tn_graph_num_ops(const tn_graph *graph)
{
    if (!graph)
        return 0;
    tn_graph_lock(graph->core);
    size_t n = graph->core->num_ops;
    tn_graph_unlock(graph->core);
    return n;
}

tn_op *tn_graph_op_at(const tn_graph *graph, size_t i)
{
    if (!graph)
        return NULL;
    tn_graph_lock(graph->core);
    tn_op *op = i < graph->core->num_ops ? graph->core->ops[i] : NULL;
    tn_graph_unlock(graph->core);
    return op;
}

static tn_op *op_named(const tn_graph *graph, const char *name)
{
    tn_graph_lock(graph->core);
    tn_op *op = tn_names_op(graph->core->names, name);
    tn_graph_unlock(graph->core);
    return op;
}

tn_op *tn_graph_op(tn_graph *graph, const char *name)
{
    if (!graph || !name) {
        tn_fail(TN_NOT_FOUND, "no graph or no name was given");
        return NULL;
    }
    tn_op *op = op_named(graph, name);
    if (!op && strchr(name, ':'))
        tn_fail(TN_NOT_FOUND, "Name '%s' appears to refer to a Tensor, not a Operation.", name);
    else if (!op)
        tn_fail(TN_NOT_FOUND, "The name '%s' refers to an Operation not in the graph.", name);
    return op;
}

/* The number after the colon; -1 when it is none. */
static int output_index(const char *digits)
{
    int index = 0;
    if (!*digits || strlen(digits) > 9)
        return -1;
    for (; *digits; digits++) {
        if (*digits < '0' || *digits > '9')
            return -1;
        index = index * 10 + (*digits - '0');
    }
    return index;
}

static tn_output output_of(tn_op *op, const char *full, const char *name, int index)
{
    if (!op)
        tn_fail(TN_NOT_FOUND, "The name '%s' refers to a Tensor which does not exist. The operation, '%s', does not exist in the graph.",
                full, name);
    else if (index >= op->num_outputs)
        tn_fail(TN_NOT_FOUND, "The name '%s' refers to a Tensor which does not exist. The operation, '%s', exists but only has %d outputs.",
                full, name, op->num_outputs);
    else
        return (tn_output){ op, index };
    return (tn_output){ NULL, 0 };
}

tn_output tn_graph_output(tn_graph *graph, const char *name)
{
    const tn_output none = { NULL, 0 };
    const char *colon = name ? strchr(name, ':') : NULL;
    int index = colon ? output_index(colon + 1) : 0;
    if (!graph || !name) {
        tn_fail(TN_INVALID_ARGUMENT, "no graph or no name was given");
        return none;
    }
    if (index < 0) {
        tn_fail(TN_INVALID_ARGUMENT,
                "The name '%s' looks a like a Tensor name, but is not a valid one. Tensor names must be of the form "
                "\"<op_name>:<output_index>\".",
                name);
        return none;
    }
    char *base = tn_strndup(NULL, name, colon ? (size_t)(colon - name) : strlen(name));
    if (!base)
        return none;
    tn_output output = output_of(op_named(graph, base), name, base, index);
    talloc_free(base);
    return output;
}

/* ---- Settings ---- */

void tn_graph_set_seed(tn_graph *graph, int64_t seed)
{
    if (!graph)
        return;
    tn_graph_lock(graph->core);
    graph->core->seed = seed;
    graph->core->has_seed = true;
    tn_graph_unlock(graph->core);
}

void tn_graph_finalize(tn_graph *graph)
{
    if (!graph)
        return;
    tn_graph_lock(graph->core);
    graph->core->finalized = true;
    tn_graph_unlock(graph->core);
}

/* Python's % 2^31-1, as TensorFlow truncates seeds. */
static int64_t truncated(int64_t seed)
{
    int64_t r = seed % INT32_MAX;
    return r < 0 ? r + INT32_MAX : r;
}

void tn_graph_seeds(tn_graph_core *core, bool has_op_seed, int64_t op_seed, int64_t seeds[2])
{
    enum { DEFAULT_GRAPH_SEED = 87654321 };
    seeds[0] = seeds[1] = 0;
    if (!core->has_seed && !has_op_seed)
        return;
    seeds[0] = truncated(core->has_seed ? core->seed : DEFAULT_GRAPH_SEED);
    seeds[1] = truncated(has_op_seed ? op_seed : (int64_t)core->num_ops);
    if (!seeds[0] && !seeds[1]) /* which would mean: no seed */
        seeds[1] = INT32_MAX;
}
