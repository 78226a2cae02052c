/*
 * The default graphs and sessions: a stack of each for every thread, and one graph for the process beneath them.
 *
 * Invariants: an entry of a graph counts its core, so that what is built meanwhile has somewhere to go whoever frees the graph; an entry
 * of a session is looked up in the register of what is open each time. An entry whose graph or session has gone stays, and hides those
 * beneath it, until its scope ends; one that was installed (interactive sessions) is taken out of the middle.
 */
#ifndef TN_GRAPH_DEFAULT_H
#define TN_GRAPH_DEFAULT_H

#include "graph/graph.h"

/* As tn_enter_default_graph and tn_enter_default_session, for what must know whether memory ran out; *scope is untouched on failure. */
tn_status tn_default_push_graph(tn_graph *graph, tn_scope *scope);
tn_status tn_default_push_session(tn_session *session, tn_scope *scope);
/* tn_leave for the tokens of those. */
tn_status tn_default_leave(tn_scope scope);
/* Ends the scopes of this thread that are newer than a token, on the stacks and on the default graph; whether there were any. */
bool tn_default_unwind(uint64_t serial);

/* Makes a session this thread's default, and a graph too unless it is NULL, until they are purged. Nothing is installed on failure. */
tn_status tn_default_install(tn_session *session, tn_graph *graph);

/* WITH_SESSION: makes a session and its graph the defaults; exit ends that by the session's address, which may be all that is left of it.
 * Nothing is entered on failure. */
tn_status tn_default_enter(tn_session *session, tn_graph *graph);
void tn_default_exit(const tn_session *session);

/* To be called when a handle on a graph is freed, or a session closes: takes it out of the stacks of the calling thread. */
void tn_default_purge_graph(const tn_graph *graph);
void tn_default_purge_session(const tn_session *session);

/* The core of a handle in this thread's stack, which may be one that is not on the register of what is open; NULL when it is not there. */
tn_graph_core *tn_default_core_of(const tn_graph *graph);

#endif
