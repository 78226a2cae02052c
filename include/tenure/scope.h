/*
 * Scopes: WITH_ blocks, and declarations that last to the end of the enclosing block. Included by <tenure.h>.
 *
 * A block is left in one of these ways, and closes what it opened in each of them:
 *   falling through, return (its value is computed first), break and continue (they leave the block they stand in, whatever loop is
 *   round it: inside a loop of yours use the declaration, where they act on the loop), goto out.
 *   pthread_cancel, pthread_exit, a C++ exception: when the file that holds the block is built with -fexceptions (on glibc).
 * It is not closed by longjmp (the state of the scopes is right again when an outer one ends; give a session a .parent that is
 * freed), exit() (return from main instead), or asynchronous cancellation. goto or case into a block is an error: clang says so, and
 * gcc with -Wjump-misses-init.
 *
 * WITH_SESSION, WITH_GRAPH and WITH_TEMP skip their block when opening fails, and allow `else`.
 */
#ifndef TENURE_SCOPE_H
#define TENURE_SCOPE_H

/* gcc judges the `if` that ends a macro as if it stood in the caller's line: blocks that hold each other without braces, or stand on one
 * line, would be a dangling else and a misleading indentation. Clang takes a label for the end of that, see TN_SCOPE_. */
#pragma GCC system_header

#include <tenure/base.h>
#include <tenure/graph.h>
#include <tenure/session.h>

TN_BEGIN_C

/** The state to go back to when a scope ends: absolute, so that ends that were skipped are made good. Not to be looked into. */
typedef struct tn_scope {
    int kind;
    int depth;
    uint64_t serial;
    void *place;
} tn_scope;

/** Beneath WITH_DEFAULT_GRAPH: makes a graph this thread's default. */
TN_API tn_scope tn_enter_default_graph(tn_graph *graph);
/** Beneath WITH_DEFAULT_SESSION: makes a session this thread's default. */
TN_API tn_scope tn_enter_default_session(tn_session *session);
/**
 * Beneath WITH_NAME_SCOPE: new operations of the default graph are named "text/…", text made unique; one that ends in "/" is entered
 * again as it is; NULL or "" is the root. A bad name is the graph's error, and nothing can be built inside: so it is with every scope of
 * a graph that could not be entered.
 */
TN_API tn_scope tn_enter_name_scope(const char *text);
/** Beneath WITH_DEVICE: "/cpu:0" or "/job:a/replica:0/task:1/device:CPU:0", the inner winning field by field; NULL or "" clears. */
TN_API tn_scope tn_enter_device(const char *text);
/** Beneath WITH_CONTROL_DEPENDENCIES: new operations run after these. Those of an outer block are kept; an empty list is allowed. */
TN_API tn_scope tn_enter_control_dependencies(tn_ops ops);
/**
 * Ends a scope, and with it the scopes of any kind that this thread has entered since. TN_FAILED_PRECONDITION "Nesting violated …" when
 * there were any, or this one had ended; the state is then what it was before the outermost of the two.
 */
TN_API tn_status tn_leave(tn_scope scope);

/** Beneath WITH_SESSION: opens a session, makes its graph and it the defaults. */
TN_API tn_session *tn_session_enter(const tn_session_options *options);
/** Beneath WITH_SESSION: ends the defaults, then closes. */
TN_API void tn_session_exit(tn_session *session);

/** Options of WITH_GRAPH. */
typedef struct tn_graph_options {
    const char *file;
    int line;
    const void *owner; /**< talloc owner, default none */
    int64_t seed;      /**< as tn_graph_set_seed, when not 0 */
} tn_graph_options;

/** Beneath WITH_GRAPH: a new graph that is the default graph. NULL with TN_RESOURCE_EXHAUSTED. */
TN_API tn_graph *tn_graph_enter(const tn_graph_options *options);
/** Beneath WITH_GRAPH: ends the default, then frees. */
TN_API void tn_graph_exit(tn_graph *graph);

/** Beneath WITH_TEMP: a talloc context for scratch. NULL with TN_RESOURCE_EXHAUSTED. */
TN_API void *tn_temp_new(void);

/* Closers of the cleanup attribute: each takes the address of the variable. The test for NULL lets the compiler drop the call. */
static inline void tn_session_exitp_(tn_session **s)
{
    if (*s)
        tn_session_exit(*s);
}
static inline void tn_graph_exitp_(tn_graph **g)
{
    if (*g)
        tn_graph_exit(*g);
}
static inline void tn_temp_freep_(void **p)
{
    if (*p)
        talloc_free(*p);
}
static inline void tn_leavep_(tn_scope *scope)
{
    (void)tn_leave(*scope);
}

#define TN_CLEANUP_(f) __attribute__((__cleanup__(f)))
#define TN_UNUSED_     __attribute__((__unused__))

/* What may fail to open: the body is skipped then, and an else may follow. */
#define TN_WITH_(T, v, closer, once, init)                                                                                                 \
    for (T v TN_CLEANUP_(closer) = (init), *once = &v; once; once = NULL)                                                                  \
        if (v)
/* What cannot fail: the compiler knows that the body runs exactly once. */
#define TN_SCOPE_(v, label, init)                                                                                                          \
    for (tn_scope v TN_CLEANUP_(tn_leavep_) TN_UNUSED_ = (init);; __extension__({ goto label; }))                                          \
        TN_CAT(label, _begin) : if (0)                                                                                                     \
        {                                                                                                                                  \
            goto TN_CAT(label, _begin);                                                                                                    \
        label:                                                                                                                             \
            break;                                                                                                                         \
        }                                                                                                                                  \
    else
#define TN_DECLARE_(T, v, closer, init) T v TN_CLEANUP_(closer) TN_UNUSED_ = (init)

typedef tn_session *tn_session_ptr_;
typedef tn_graph *tn_graph_ptr_;
typedef void *tn_void_ptr_;

#ifndef __cplusplus
#define TN_ENTER_SESSION_(...)    tn_session_enter(&(const tn_session_options){ .file = __FILE__, .line = __LINE__, __VA_ARGS__ })
#define TN_ENTER_GRAPH_(...)      tn_graph_enter(&(const tn_graph_options){ .file = __FILE__, .line = __LINE__, __VA_ARGS__ })
#define TN_WITH_SESSION_(s, ...)  TN_WITH_(tn_session_ptr_, s, tn_session_exitp_, TN_UNIQUE_(tn_once_), TN_ENTER_SESSION_(__VA_ARGS__))
#define TN_WITH_GRAPH_(g, ...)    TN_WITH_(tn_graph_ptr_, g, tn_graph_exitp_, TN_UNIQUE_(tn_once_), TN_ENTER_GRAPH_(__VA_ARGS__))
#define TN_SESSION_SCOPE_(s, ...) TN_DECLARE_(tn_session_ptr_, s, tn_session_exitp_, TN_ENTER_SESSION_(__VA_ARGS__))
#define TN_GRAPH_SCOPE_(g, ...)   TN_DECLARE_(tn_graph_ptr_, g, tn_graph_exitp_, TN_ENTER_GRAPH_(__VA_ARGS__))
/** Opens `s` on the default graph (or .graph = g), makes it the default session, runs the block, closes it. */
#define TN_WITH_SESSION(...) TN_WITH_SESSION_(TN_FIRST(__VA_ARGS__), TN_REST_(__VA_ARGS__, ))
/** Makes a new graph `g`, the default graph inside the block; frees it at its end. */
#define TN_WITH_GRAPH(...) TN_WITH_GRAPH_(TN_FIRST(__VA_ARGS__), TN_REST_(__VA_ARGS__, ))
/** TN_WITH_SESSION to the end of the enclosing block. `s` is NULL when opening failed. */
#define TN_SESSION_SCOPE(...) TN_SESSION_SCOPE_(TN_FIRST(__VA_ARGS__), TN_REST_(__VA_ARGS__, ))
/** TN_WITH_GRAPH to the end of the enclosing block. `g` is NULL when memory ran out. */
#define TN_GRAPH_SCOPE(...) TN_GRAPH_SCOPE_(TN_FIRST(__VA_ARGS__), TN_REST_(__VA_ARGS__, ))
/** New operations of the block run after these operations. */
#define TN_WITH_CONTROL_DEPENDENCIES(...)                                                                                                  \
    TN_SCOPE_(TN_UNIQUE_(tn_scope_), TN_UNIQUE_(tn_end_), tn_enter_control_dependencies(TN_OPS(__VA_ARGS__)))
/** The same to the end of the enclosing block. */
#define TN_CONTROL_DEPENDENCIES_SCOPE(...)                                                                                                 \
    TN_DECLARE_(tn_scope, TN_UNIQUE_(tn_scope_), tn_leavep_, tn_enter_control_dependencies(TN_OPS(__VA_ARGS__)))
#else
/* C++ has no designated options: open with options by a tn_session_options of your own and tn_session_enter. */
#define TN_WITH_SESSION(s)  TN_WITH_(tn_session_ptr_, s, tn_session_exitp_, TN_UNIQUE_(tn_once_), tn_session_enter(NULL))
#define TN_WITH_GRAPH(g)    TN_WITH_(tn_graph_ptr_, g, tn_graph_exitp_, TN_UNIQUE_(tn_once_), tn_graph_enter(NULL))
#define TN_SESSION_SCOPE(s) TN_DECLARE_(tn_session_ptr_, s, tn_session_exitp_, tn_session_enter(NULL))
#define TN_GRAPH_SCOPE(g)   TN_DECLARE_(tn_graph_ptr_, g, tn_graph_exitp_, tn_graph_enter(NULL))
#endif

/** Makes `g` the default graph inside the block; frees nothing. */
#define TN_WITH_DEFAULT_GRAPH(g) TN_SCOPE_(TN_UNIQUE_(tn_scope_), TN_UNIQUE_(tn_end_), tn_enter_default_graph(g))
/** Makes `s` the default session inside the block; closes nothing. */
#define TN_WITH_DEFAULT_SESSION(s) TN_SCOPE_(TN_UNIQUE_(tn_scope_), TN_UNIQUE_(tn_end_), tn_enter_default_session(s))
/** New operations of the default graph are named "text/…" inside the block. */
#define TN_WITH_NAME_SCOPE(text) TN_SCOPE_(TN_UNIQUE_(tn_scope_), TN_UNIQUE_(tn_end_), tn_enter_name_scope(text))
/** New operations of the default graph ask for that device inside the block. */
#define TN_WITH_DEVICE(text) TN_SCOPE_(TN_UNIQUE_(tn_scope_), TN_UNIQUE_(tn_end_), tn_enter_device(text))
/** A talloc context `ctx` (void *), freed with all it holds at the end of the block. */
#define TN_WITH_TEMP(ctx) TN_WITH_(tn_void_ptr_, ctx, tn_temp_freep_, TN_UNIQUE_(tn_once_), tn_temp_new())

/* The same, to the end of the enclosing block. */
#define TN_DEFAULT_GRAPH_SCOPE(g)   TN_DECLARE_(tn_scope, TN_UNIQUE_(tn_scope_), tn_leavep_, tn_enter_default_graph(g))
#define TN_DEFAULT_SESSION_SCOPE(s) TN_DECLARE_(tn_scope, TN_UNIQUE_(tn_scope_), tn_leavep_, tn_enter_default_session(s))
#define TN_NAME_SCOPE(text)         TN_DECLARE_(tn_scope, TN_UNIQUE_(tn_scope_), tn_leavep_, tn_enter_name_scope(text))
#define TN_DEVICE_SCOPE(text)       TN_DECLARE_(tn_scope, TN_UNIQUE_(tn_scope_), tn_leavep_, tn_enter_device(text))
#define TN_TEMP_SCOPE(ctx)          TN_DECLARE_(tn_void_ptr_, ctx, tn_temp_freep_, tn_temp_new())

#ifndef TN_NO_SHORT_NAMES
#define WITH_SESSION          TN_WITH_SESSION
#define WITH_GRAPH            TN_WITH_GRAPH
#define WITH_DEFAULT_GRAPH    TN_WITH_DEFAULT_GRAPH
#define WITH_DEFAULT_SESSION  TN_WITH_DEFAULT_SESSION
#define WITH_NAME_SCOPE       TN_WITH_NAME_SCOPE
#define WITH_DEVICE           TN_WITH_DEVICE
#define WITH_TEMP             TN_WITH_TEMP
#define SESSION_SCOPE         TN_SESSION_SCOPE
#define GRAPH_SCOPE           TN_GRAPH_SCOPE
#define DEFAULT_GRAPH_SCOPE   TN_DEFAULT_GRAPH_SCOPE
#define DEFAULT_SESSION_SCOPE TN_DEFAULT_SESSION_SCOPE
#define NAME_SCOPE            TN_NAME_SCOPE
#define DEVICE_SCOPE          TN_DEVICE_SCOPE
#define TEMP_SCOPE            TN_TEMP_SCOPE
#ifndef __cplusplus
#define WITH_CONTROL_DEPENDENCIES  TN_WITH_CONTROL_DEPENDENCIES
#define CONTROL_DEPENDENCIES_SCOPE TN_CONTROL_DEPENDENCIES_SCOPE
#endif
#endif

TN_END_C
#endif
