/*
 * The scopes of a graph (names, devices, control dependencies), and the tokens of all scopes.
 *
 * A graph keeps a stack of whole states. A token names the state that its scope pushed; leaving drops that state and every one above it,
 * and whatever else this thread has entered since (serials grow), so that scopes which were jumped over are made good. A scope that could
 * not be entered (memory, a bad name) counts in failed_scopes: nothing can be built until it ends.
 */
#ifndef TN_GRAPH_SCOPE_H
#define TN_GRAPH_SCOPE_H

#include "graph/graph.h"

/* tn_scope.kind. A token of all zeros is of no scope, and leaving it is fine. */
enum { TN_SCOPE_NONE, TN_SCOPE_GRAPH, TN_SCOPE_SESSION, TN_SCOPE_NAME, TN_SCOPE_DEVICE, TN_SCOPE_CONTROLS };

/* A number for a new token: never 0, never used twice in a process. */
uint64_t tn_scope_serial(void);
/* TN_FAILED_PRECONDITION "Nesting violated …" for a kind of scope. */
tn_status tn_scope_violated(int kind);
/* Drops the innermost states that are this thread's and newer than a token; whether there were any. */
bool tn_scope_unwind(tn_graph_core *core, uint64_t serial);

/* As tn_enter_name_scope and tn_leave, on a graph that is locked. */
tn_scope tn_scope_enter_name(tn_graph_core *core, const char *text);
tn_status tn_scope_leave(tn_graph_core *core, tn_scope scope);
/* New operations have no control inputs of the blocks round this. */
tn_scope tn_scope_enter_no_controls(tn_graph_core *core);

#endif
