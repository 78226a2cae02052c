/*
 * What the tests of scopes look at: the state that scopes change, taken before and compared after; and for each kind of scope a body that
 * gives 42 when it stands inside.
 */
#ifndef TN_T_SCOPE_WATCH_H
#define TN_T_SCOPE_WATCH_H

#include "harness.h"

/* Things that every test of this kind uses, made on root before and freed after. */
typedef struct scope_things {
    tn_graph *outer, *other; /* outer is the default graph */
    tn_output one;           /* in outer */
    tn_session *session;     /* on outer */
    tn_scope scope;
} scope_things;

extern scope_things things;

void scope_things_open(void);
/* Asserts that every scope was closed, too. */
void scope_things_close(void);
/* Asserts that the state is that of scope_things_open. */
void expect_outside(void);

/* 42 when the scope is entered, from values of the session and the graph. */
int in_session(tn_session *s);
int in_graph(tn_graph *g);
int in_default_graph(void);
int in_default_session(void);
int in_name_scope(void);
int in_device(void);
int in_controls(void);
int in_temp(void *ctx);

/* Block, declaration, its argument, the body. */
#define FOR_EACH_SCOPE(X)                                                                                                                  \
    X(session, WITH_SESSION, SESSION_SCOPE, s, in_session(s))                                                                              \
    X(graph, WITH_GRAPH, GRAPH_SCOPE, g, in_graph(g))                                                                                      \
    X(default_graph, WITH_DEFAULT_GRAPH, DEFAULT_GRAPH_SCOPE, things.other, in_default_graph())                                            \
    X(default_session, WITH_DEFAULT_SESSION, DEFAULT_SESSION_SCOPE, things.session, in_default_session())                                  \
    X(name_scope, WITH_NAME_SCOPE, NAME_SCOPE, "n", in_name_scope())                                                                       \
    X(device, WITH_DEVICE, DEVICE_SCOPE, "/cpu:3", in_device())                                                                            \
    X(controls, WITH_CONTROL_DEPENDENCIES, CONTROL_DEPENDENCIES_SCOPE, things.one.op, in_controls())                                       \
    X(temp, WITH_TEMP, TEMP_SCOPE, t, in_temp(t))

#endif
