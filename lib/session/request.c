/*
 * Requests, checked: what a run that has no plan yet may have wrong, in TensorFlow's order and words. A run whose plan is in the cache
 * needs none of this: nothing wrong ever gets into the cache.
 */
#include "core/alloc.h"
#include "core/status.h"
#include "session/session.h"

static tn_status fail_at(tn_output output, const char *format, ...) TN_PRINTF_(2, 3);

static tn_status fail_at(tn_output output, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_vfail_node(TN_INVALID_ARGUMENT, output.op->def->name, output.op->name, format, args);
    va_end(args);
    return TN_INVALID_ARGUMENT;
}

static bool is_ours(const tn_session_core *core, const tn_op *op)
{
    return op->graph == core->graph->core;
}

/* ---- As a whole ---- */

tn_status tn_request_check_lists(const tn_request *r)
{
    bool lost = (r->feeds.n && !r->feeds.items) || (r->fetches.n && !r->fetches.items) || (r->targets.n && !r->targets.items);
    if (lost)
        return tn_fail(TN_INVALID_ARGUMENT, "a list of %zu feeds, %zu fetches or %zu targets is NULL", r->feeds.n, r->fetches.n,
                       r->targets.n);
    if (r->fetches.n && !r->results && !r->print)
        return tn_fail(TN_INVALID_ARGUMENT, "%zu fetches, but nowhere to put the results", r->fetches.n);
    if (r->timeout_ms < 0)
        return tn_fail(TN_INVALID_ARGUMENT, "a run with a negative time limit: %lld ms", (long long)r->timeout_ms);
    return TN_OK;
}

static const tn_op *first_asked(const tn_request *r)
{
    return r->fetches.n ? r->fetches.items[0].op : tn_request_num_targets(r) ? tn_request_target(r, 0) : NULL;
}

/* tn_eval and tn_op_run say it in their own words. */
static tn_status check_session_of(const tn_session_core *core, const tn_request *r)
{
    const tn_op *op = first_asked(r);
    if (r->asked == TN_ASKED_RUN || !op || is_ours(core, op))
        return TN_OK;
    bool given = r->asked == TN_ASKED_GIVEN_SESSION, eval = r->fetches.n > 0;
    return tn_fail_node(TN_INVALID_ARGUMENT, op->def->name, op->name,
                        "Cannot use the %s session to %s: the %s's graph is different from the session's graph.%s",
                        given ? "given" : "default", eval ? "evaluate tensor" : "execute operation", eval ? "tensor" : "operation",
                        given  ? ""
                        : eval ? " Pass an explicit session to `tn_eval(output, .session = s)`."
                               : " Pass an explicit session to `tn_op_run(op, .session = s)`.");
}

/* A graph that stayed empty because its first constructor failed tells that error. */
static tn_status check_graph(const tn_session_core *core)
{
    tn_graph_core *graph = core->graph->core;
    tn_graph_lock(graph);
    bool empty = graph->num_ops == 0, failed = graph->status != TN_OK;
    tn_graph_unlock(graph);
    if (empty && !failed)
        return tn_fail(TN_INVALID_ARGUMENT, "The Session graph is empty.  Add operations to the graph before calling run().");
    return empty ? tn_graph_raise(graph) : TN_OK;
}

/* ---- Feeds ---- */

/* A shape as Python writes a tuple: "(3,)", "(?, 2)". */
static const char *tuple_text(const tn_dims *d, char *buffer)
{
    size_t n = 0;
    if (d->rank < 0)
        return "<unknown>";
    buffer[n++] = '(';
    for (int i = 0; i < d->rank; i++) {
        n += (size_t)(d->dim[i] < 0 ? snprintf(buffer + n, 24, "?") : snprintf(buffer + n, 24, "%lld", (long long)d->dim[i]));
        n += (size_t)snprintf(buffer + n, 3, i + 1 < d->rank ? ", " : d->rank == 1 ? "," : "");
    }
    snprintf(buffer + n, 2, ")");
    return buffer;
}

static tn_status check_fed_value(const tn_feed *feed, size_t i)
{
    enum { TUPLE_TEXT = TN_DIMS_TEXT + 2 * TN_MAX_RANK };
    const tn_value *to = tn_value_of(feed->output);
    const tn_tensor *value = feed->value;
    char is[TUPLE_TEXT], has[TUPLE_TEXT];
    const char *name = feed->output.op->name;
    int index = feed->output.index;
    if (!value)
        return fail_at(feed->output, "The value of feed %zu, for Tensor '%s:%d', is NULL", i, name, index);
    if (to->dtype == TN_RESOURCE || to->dtype == TN_VARIANT)
        return fail_at(feed->output, "Tensor %s:%d may not be fed.", name, index);
    if (value->dtype != to->dtype)
        return fail_at(feed->output, "Expects arg[%zu] to be %s but %s is provided: the feed of Tensor '%s:%d'", i,
                       tn_dtype_name(to->dtype), tn_dtype_name(value->dtype), name, index);
    if (!tn_dims_compatible(&value->dims, to->dims))
        return fail_at(feed->output, "Cannot feed value of shape %s for Tensor '%s:%d', which has shape '%s'", tuple_text(&value->dims, is),
                       name, index, tuple_text(to->dims, has));
    return TN_OK;
}

static tn_status check_feed(const tn_session_core *core, const tn_feed *feed, size_t i)
{
    tn_output output = feed->output;
    if (!output.op)
        return tn_graph_raise(core->graph->core);
    if (!is_ours(core, output.op))
        return fail_at(output, "Cannot interpret feed_dict key as Tensor: Tensor %s:%d is not an element of this graph.", output.op->name,
                       output.index);
    if (output.index < 0 || output.index >= output.op->num_outputs)
        return fail_at(output, "FeedInputs: %s should have output index < %d, not %d", output.op->name, output.op->num_outputs,
                       output.index);
    return check_fed_value(feed, i);
}

static tn_status check_feeds(const tn_session_core *core, const tn_feeds *feeds)
{
    for (size_t i = 0; i < feeds->n; i++) {
        tn_status status = check_feed(core, &feeds->items[i], i);
        if (status)
            return status;
    }
    return TN_OK;
}

static int compare_feeds(const void *a, const void *b)
{
    tn_output x = (*(const tn_feed *const *)a)->output, y = (*(const tn_feed *const *)b)->output;
    if (x.op->id != y.op->id)
        return x.op->id < y.op->id ? -1 : 1;
    return (x.index > y.index) - (x.index < y.index);
}

/* Sorted, so that a thousand feeds are no quadratic search. */
static tn_status check_fed_once(const tn_feeds *feeds, const tn_feed **sorted)
{
    for (size_t i = 0; i < feeds->n; i++)
        sorted[i] = &feeds->items[i];
    qsort(sorted, feeds->n, sizeof *sorted, compare_feeds);
    for (size_t i = 1; i < feeds->n; i++)
        if (!compare_feeds(&sorted[i - 1], &sorted[i]))
            return fail_at(sorted[i]->output, "Endpoint \"%s:%d\" fed more than once.", sorted[i]->output.op->name,
                           sorted[i]->output.index);
    return TN_OK;
}

static tn_status check_duplicates(const tn_feeds *feeds)
{
    if (feeds->n < 2)
        return TN_OK;
    const tn_feed **sorted = TN_NEW_ARRAY(NULL, const tn_feed *, feeds->n);
    tn_status status = sorted ? check_fed_once(feeds, sorted) : TN_RESOURCE_EXHAUSTED;
    talloc_free(sorted);
    return status;
}

/* ---- Fetches and targets ---- */

static tn_status check_fetch(const tn_session_core *core, tn_output fetch)
{
    if (!fetch.op)
        return tn_graph_raise(core->graph->core);
    const char *name = fetch.op->name;
    if (!is_ours(core, fetch.op))
        return fail_at(fetch, "Fetch argument %s:%d cannot be interpreted as a Tensor. (Tensor %s:%d is not an element of this graph.)",
                       name, fetch.index, name, fetch.index);
    if (!fetch.op->num_outputs)
        return fail_at(fetch,
                       "Tried to fetch data for '%s:%d', which produces no output.  To run to a node but not fetch any data, pass '%s' "
                       "as a target.",
                       name, fetch.index, name);
    if (fetch.index < 0 || fetch.index >= fetch.op->num_outputs)
        return fail_at(fetch, "FetchOutputs %s:%d: output index too large, must be < %d", name, fetch.index, fetch.op->num_outputs);
    return TN_OK;
}

static tn_status check_target(const tn_session_core *core, tn_op *op)
{
    if (!op)
        return tn_graph_raise(core->graph->core);
    if (is_ours(core, op))
        return TN_OK;
    return fail_at((tn_output){ op, 0 },
                   "Fetch argument %s cannot be interpreted as a Tensor. (Operation %s is not an element of this graph.)", op->name,
                   op->name);
}

static tn_status check_ends(const tn_session_core *core, const tn_request *r)
{
    size_t targets = tn_request_num_targets(r);
    tn_status status = TN_OK;
    for (size_t i = 0; i < r->fetches.n && !status; i++)
        status = check_fetch(core, r->fetches.items[i]);
    for (size_t i = 0; i < targets && !status; i++)
        status = check_target(core, tn_request_target(r, i));
    if (!status && !r->fetches.n && !targets)
        return tn_fail(TN_INVALID_ARGUMENT, "Must specify at least one target to fetch or execute.");
    return status;
}

tn_status tn_request_check(const tn_session_core *core, const tn_request *r)
{
    tn_status status = check_session_of(core, r);
    if (!status)
        status = check_graph(core);
    if (!status)
        status = check_feeds(core, &r->feeds);
    if (!status)
        status = check_duplicates(&r->feeds);
    return status ? status : check_ends(core, r);
}
