/*
 * Saving variables and restoring them. Values are read and written as any user would: by runs of the session. A variable is restored by
 * running its initializer with the value fed.
 */
#include "core/alloc.h"
#include "core/status.h"
#include "core/uncancelled.h"
#include "core/tensor.h"
#include "formats/checkpoint.h"
#include <tenure.h>

/* One call; freed at its end. The arrays run over the variables. */
typedef struct saver {
    tn_session *session;
    const char *path;
    tn_variable **variables;
    size_t n;
    tn_output *outputs; /* to fetch */
    tn_tensor **tensors;
    tn_checkpoint_item *items;
    tn_feed *feeds;
    tn_op **initializers;
    bool *restored;
} saver;

static tn_status take_variables(saver *s, const tn_saver_args *args)
{
    const tn_graph *graph = tn_session_graph(s->session);
    if (!graph)
        return tn_fail(TN_FAILED_PRECONDITION, "Attempted to use a closed Session.");
    s->n = args->variables ? args->num_variables : tn_graph_num_variables(graph);
    if (!s->n)
        return tn_fail(TN_INVALID_ARGUMENT, "No variables to save");
    s->variables = TN_NEW_ARRAY(s, tn_variable *, s->n);
    if (!s->variables)
        return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < s->n; i++) {
        s->variables[i] = args->variables ? args->variables[i] : tn_graph_variable(graph, i);
        if (!s->variables[i])
            return tn_fail(TN_INVALID_ARGUMENT, "variable %zu to save is NULL", i);
    }
    return TN_OK;
}

/* Runs a part of a call on a saver of its own. */
static tn_status with_saver(tn_session *session, const tn_saver_args *args, tn_status (*part)(saver *s))
{
    TN_UNCANCELLED;
    if (!session || !args->path)
        return tn_fail(TN_INVALID_ARGUMENT, "a checkpoint needs a session and a path");
    saver *s = TN_NEW(NULL, saver);
    if (!s)
        return TN_RESOURCE_EXHAUSTED;
    s->session = session;
    s->path = args->path;
    tn_status status = take_variables(s, args);
    if (!status)
        status = part(s);
    talloc_free(s);
    return status;
}

static tn_status save(saver *s)
{
    s->outputs = TN_NEW_ARRAY(s, tn_output, s->n);
    s->tensors = TN_NEW_ARRAY(s, tn_tensor *, s->n);
    s->items = TN_NEW_ARRAY(s, tn_checkpoint_item, s->n);
    if (!s->outputs || !s->tensors || !s->items)
        return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < s->n; i++)
        s->outputs[i] = tn_read(s->variables[i]);
    tn_status status = tn_run_all(s->session, ((tn_outputs){ s->outputs, s->n }), s->tensors, .owner = s);
    if (status)
        return status;
    for (size_t i = 0; i < s->n; i++)
        s->items[i] = (tn_checkpoint_item){ tn_variable_name(s->variables[i]), s->tensors[i] };
    return tn_checkpoint_write(s->path, s->items, s->n);
}

tn_status tn_save_with(tn_session *session, const tn_saver_args *args)
{
    return with_saver(session, args, save);
}

/* The checkpoint's entry fits the variable. */
static tn_status check_entry(const tn_variable *variable, const tn_checkpoint_entry *entry)
{
    tn_output value = tn_read(variable);
    char is[TN_DIMS_TEXT], saved[TN_DIMS_TEXT];
    tn_dims dims = { .rank = tn_output_rank(value) };
    for (int i = 0; i < dims.rank; i++)
        dims.dim[i] = tn_output_dim(value, i);
    if (tn_output_dtype(value) != entry->dtype)
        return tn_fail(TN_INVALID_ARGUMENT, "tensor_name = %s; expected dtype %s does not equal original dtype %s",
                       tn_variable_name(variable), tn_dtype_name(tn_output_dtype(value)), tn_dtype_name(entry->dtype));
    if (!tn_dims_compatible(&dims, &entry->dims))
        return tn_fail(TN_INVALID_ARGUMENT, "'%s': Assign requires shapes of both tensors to match. lhs shape= %s rhs shape= %s",
                       tn_variable_name(variable), tn_dims_text(&dims, is), tn_dims_text(&entry->dims, saved));
    return TN_OK;
}

/* Every value is read and checked before any variable is changed. */
static tn_status read_values(saver *s)
{
    tn_checkpoint *checkpoint = tn_checkpoint_open(s, s->path);
    if (!checkpoint)
        return tn_last_error()->code;
    for (size_t i = 0; i < s->n; i++) {
        const char *name = tn_variable_name(s->variables[i]);
        tn_checkpoint_entry entry;
        tn_status status = tn_checkpoint_find(checkpoint, name, &entry);
        if (!status)
            status = check_entry(s->variables[i], &entry);
        if (status)
            return status;
        s->tensors[i] = tn_checkpoint_read(s, checkpoint, name, &entry);
        if (!s->tensors[i])
            return tn_last_error()->code;
    }
    return TN_OK;
}

static bool is_fed(const saver *s, size_t n, tn_output output)
{
    for (size_t i = 0; i < n; i++)
        if (s->feeds[i].output.op == output.op && s->feeds[i].output.index == output.index)
            return true;
    return false;
}

/* Restores in one run all variables that do not share their initial value with one before; those are left to the next. */
static tn_status restore_some(saver *s, size_t *left)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        tn_output initial = tn_op_input(tn_initializer(s->variables[i]), 1);
        if (s->restored[i] || is_fed(s, n, initial))
            continue;
        s->feeds[n] = (tn_feed){ initial, s->tensors[i] };
        s->initializers[n++] = tn_initializer(s->variables[i]);
        s->restored[i] = true;
    }
    *left -= n;
    return tn_run_all(s->session, ((tn_outputs){ NULL, 0 }), NULL, .feeds = { s->feeds, n }, .targets = { s->initializers, n });
}

static tn_status restore(saver *s)
{
    s->tensors = TN_NEW_ARRAY(s, tn_tensor *, s->n);
    s->feeds = TN_NEW_ARRAY(s, tn_feed, s->n);
    s->initializers = TN_NEW_ARRAY(s, tn_op *, s->n);
    s->restored = TN_NEW_ARRAY(s, bool, s->n);
    if (!s->tensors || !s->feeds || !s->initializers || !s->restored)
        return TN_RESOURCE_EXHAUSTED;
    tn_status status = read_values(s);
    for (size_t left = s->n; left && !status;)
        status = restore_some(s, &left);
    return status;
}

tn_status tn_restore_with(tn_session *session, const tn_saver_args *args)
{
    return with_saver(session, args, restore);
}
