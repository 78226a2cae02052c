/* Sessions: they run graphs and hold every resource of the run. Included by <tenure.h>. */
#ifndef TENURE_SESSION_H
#define TENURE_SESSION_H

#include <stdio.h>
#include <tenure/base.h>
#include <tenure/graph.h>
#include <tenure/tensor.h>

TN_BEGIN_C

/** How much a session changes the graph it runs. */
typedef enum tn_optimize {
    TN_OPTIMIZE_DEFAULT = 0, /**< everything that leaves results the same to the last bit */
    TN_OPTIMIZE_NONE = 1,    /**< each operation is run on its own: nothing folded, merged or fused */
    TN_OPTIMIZE_FAST = 2     /**< also rewrites that change rounding: batch norm of inference folded into constant filters */
} tn_optimize;

/** Options of tn_session_open. Zero means the default. */
typedef struct tn_session_options {
    const char *file; /**< where it was opened; the macros fill this in */
    int line;
    tn_graph *graph;      /**< default: the default graph at opening */
    const void *parent;   /**< talloc owner, default none: its free closes the session */
    int threads;          /**< the most threads one run may use, its caller's included; 0: one, more than 256: 256. They start with the
                               first run that has much to do, block all signals, and end when the session is closed. Runs of several
                               threads at once do not wait for each other: those that find the threads at work do without them. While
                               other programs keep interrupting some of them, runs do without those */
    int64_t memory_limit; /**< bytes of tensors, 0: none; what would exceed it is refused with TN_RESOURCE_EXHAUSTED */
    int64_t timeout_ms;   /**< default time limit of each run, 0: none */
    const char *target;   /**< "" or NULL: this process, the only one there is */
    bool deterministic;   /**< the same bits whatever .threads is. They always are, at no cost: no sum is cut by the number of threads */
    tn_optimize optimize;
    bool log_placement;        /**< one line on stderr for each operation placed */
    bool allow_soft_placement; /**< run here what asks for a device that is not there */
} tn_session_options;

/**
 * Opens a session on a graph. Nothing is computed until the first run.
 * NULL with TN_RESOURCE_EXHAUSTED; TN_NOT_FOUND for a target that is not ""; TN_INVALID_ARGUMENT for a negative limit.
 * Owner: .parent. Close it with tn_session_close, or let WITH_SESSION do so.
 */
TN_API tn_session *tn_session_open_with(const tn_session_options *options);

/**
 * As tn_session_open, and makes the session this thread's default session until it is closed (with .graph: that graph its default
 * graph too). Interactive sessions may be closed in any order.
 */
TN_API tn_session *tn_interactive_session_open_with(const tn_session_options *options);

#ifndef __cplusplus
#define tn_session_open(...) tn_session_open_with(&(const tn_session_options){ .file = __FILE__, .line = __LINE__, __VA_ARGS__ })
#define tn_interactive_session_open(...)                                                                                                   \
    tn_interactive_session_open_with(&(const tn_session_options){ .file = __FILE__, .line = __LINE__, __VA_ARGS__ })
#endif

/**
 * Closes a session: cancels runs of other threads, waits for them, and frees everything the session holds. NULL is fine.
 * Results with another owner live on. A later run on it, from any thread, fails with TN_FAILED_PRECONDITION.
 */
TN_API void tn_session_close(tn_session *session);

/** The innermost default session of this thread; NULL when there is none, or it has been closed. */
TN_API tn_session *tn_default_session(void);
/** The session's graph; valid as long as the session. NULL for NULL and for a closed session. */
TN_API tn_graph *tn_session_graph(const tn_session *session);

/** A tensor put in place of an output. */
typedef struct tn_feed {
    tn_output output;
    tn_tensor *value;
} tn_feed;

/** A list of feeds, borrowed for the length of a call. */
typedef struct tn_feeds {
    const tn_feed *items;
    size_t n;
} tn_feeds;

#ifndef __cplusplus
#define TN_ZERO_FEED_                                                                                                                      \
    {                                                                                                                                      \
        { NULL, 0 }, NULL                                                                                                                  \
    }
#define TN_FEEDS(...)                                                                                                                      \
    ((tn_feeds){ (const tn_feed[]){ TN_ZERO_FEED_, __VA_ARGS__ } + 1,                                                                      \
                 sizeof((tn_feed[]){ TN_ZERO_FEED_, __VA_ARGS__ }) / sizeof(tn_feed) - 1 })
#endif

/** A request to stop, shared by any number of runs. */
typedef struct tn_cancel tn_cancel;
/** A new token, not cancelled. Owner: `owner`; it must outlive the runs it is given to. NULL with TN_RESOURCE_EXHAUSTED. */
TN_API tn_cancel *tn_cancel_new(const void *owner);
/** Stops the runs that hold the token, from any thread: they return TN_CANCELLED at the next step. NULL is fine. */
TN_API void tn_cancel_request(tn_cancel *cancel);

/** What tn_run and tn_eval take. */
typedef struct tn_run_args {
    tn_output fetch;
    tn_feeds feeds;     /**< any output may be fed; nothing above it is then run for it */
    tn_ops targets;     /**< run beside the fetch */
    const void *owner;  /**< talloc parent of the result, default the session */
    tn_tensor *into;    /**< a tensor of the caller's that receives the value, and is returned */
    int64_t timeout_ms; /**< time limit of this run, 0: the session's */
    tn_cancel *cancel;
    tn_session *session; /**< of tn_eval: default the default session */
} tn_run_args;

/**
 * Runs what one output needs and returns its value, a tensor of its own (owned by .owner, by default the session).
 * A session may be run by any number of threads at once. Each thread frees the results it was given, or leaves them to close.
 * NULL with
 *  - TN_FAILED_PRECONDITION: the session is closed; a variable was read before it was initialised;
 *  - TN_INVALID_ARGUMENT: the graph is empty, an output is of another graph, a feed has a wrong dtype or shape or comes twice, a
 *    placeholder was not fed, .into does not fit, a value is outside what an operation allows; what the graph's first error was, when
 *    the fetch is an empty output;
 *  - TN_RESOURCE_EXHAUSTED: memory, or the session's limit, is used up; the session stays usable;
 *  - TN_DEADLINE_EXCEEDED, TN_CANCELLED: between two steps;
 *  - TN_UNIMPLEMENTED: no kernel for a dtype;
 *  - and what an operation's own documentation says.
 * Nothing of .into is touched on failure. Variables that were assigned before the failure stay assigned.
 */
TN_API tn_tensor *tn_run_with(tn_session *session, const tn_run_args *args);

/** As tn_run, on .session or the default session: TN_FAILED_PRECONDITION when there is none. */
TN_API tn_tensor *tn_eval_with(const tn_run_args *args);

/** What tn_run_op and tn_op_run take. */
typedef struct tn_run_op_args {
    tn_op *op;
    tn_feeds feeds;
    tn_ops targets;
    int64_t timeout_ms;
    tn_cancel *cancel;
    tn_session *session; /**< of tn_op_run: default the default session */
} tn_run_op_args;

/** Runs an operation for its effect. Status as for tn_run. */
TN_API tn_status tn_run_op_with(tn_session *session, const tn_run_op_args *args);
/** As tn_run_op, on .session or the default session. */
TN_API tn_status tn_op_run_with(const tn_run_op_args *args);

/** What tn_run_all takes beside session and fetches. */
typedef struct tn_run_all_args {
    tn_tensor **results; /**< gets one tensor for each fetch, in order; untouched on failure */
    tn_feeds feeds;
    tn_ops targets;
    const void *owner;
    tn_tensor *const *into; /**< one tensor for each fetch, or NULL; single entries may be NULL */
    int64_t timeout_ms;
    tn_cancel *cancel;
} tn_run_all_args;

/** Runs what several outputs need, once. A fetch named twice gives two tensors. Status as for tn_run. */
TN_API tn_status tn_run_all_with(tn_session *session, tn_outputs fetches, const tn_run_all_args *args);

/**
 * Prints a line for each module that this process may use: its file, then its name and the operations that it computes, or why it is not
 * there. Modules are the installed ones, or those that TENURE_MODULES names in the environment; they are looked for once, when a graph
 * first has something large enough for them, or by this call. See the manual, modules.md.
 */
TN_API void tn_modules_report(FILE *file);

/** What tn_plan_print takes beside session and fetches. */
typedef struct tn_plan_print_args {
    FILE *to;
    tn_feeds feeds; /**< of each only the dtype and the shape matter */
    tn_ops targets;
} tn_plan_print_args;

/**
 * Prints how the session would run these fetches and targets with these feeds, for people to read; nothing is run. For each step of the
 * plan: the operation and its name; the module that computes it, where one does ("by oneDNN"); what was fused into it; dtype, shape, bytes
 * and place of its results; and, where it applies, why it was not fused with what takes its result, why the result was not written in place
 * of an input, and whether it is divided among threads. The first line says how many bytes a run's arena has, and how many the values in it
 * need at most at one time. The text is not made for programs: later versions may say it otherwise. Status as for tn_run's compilation:
 * TN_FAILED_PRECONDITION, TN_INVALID_ARGUMENT, TN_RESOURCE_EXHAUSTED, TN_UNIMPLEMENTED; TN_INVALID_ARGUMENT also when .to is NULL;
 * TN_UNAVAILABLE when the file does not take the text.
 */
TN_API tn_status tn_plan_print_with(tn_session *session, tn_outputs fetches, const tn_plan_print_args *args);

#ifndef __cplusplus
#define tn_plan_print(session, fetches, ...) tn_plan_print_with(session, fetches, &(const tn_plan_print_args){ .to = __VA_ARGS__ })
#define tn_run(session, ...)                 tn_run_with(session, &(const tn_run_args){ .fetch = __VA_ARGS__ })
#define tn_eval(...)                         tn_eval_with(&(const tn_run_args){ .fetch = __VA_ARGS__ })
#define tn_run_op(session, ...)              tn_run_op_with(session, &(const tn_run_op_args){ .op = __VA_ARGS__ })
#define tn_op_run(...)                       tn_op_run_with(&(const tn_run_op_args){ .op = __VA_ARGS__ })
#define tn_run_all(session, fetches, ...)    tn_run_all_with(session, fetches, &(const tn_run_all_args){ .results = __VA_ARGS__ })
#endif

TN_END_C
#endif
