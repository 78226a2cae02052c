/*
 * For tests of constructors: a graph of its own as the default one, a session on it, and what was built.
 *
 *   open_graph();
 *   expect_value(tn_reduce_sum(x), "3.0");
 *   expect_ops(0, "x Const, Sum/reduction_indices Const, Sum Sum");
 *   close_graph();
 */
#ifndef TN_T_BUILD_CHECK_H
#define TN_T_BUILD_CHECK_H

#include "harness.h"

/* What stands for an input that could not be built. */
#define NONE ((tn_output){ NULL, 0 })

extern tn_graph *graph;
extern tn_session *session;

void open_graph(void);
/* Asserts that every name scope was left. */
void close_graph(void);
/* Asserts the operations made since there were `from` of them, as "name Type, name Type". */
void expect_ops(size_t from, const char *text);
/* Asserts what a run gives. */
void expect_value(tn_output y, const char *text);
/* As expect_survives_oom, for a body that builds in the default graph: the graph's first error is the status, and no scope stays open. */
void expect_build_survives_oom(void (*build)(void));

#endif
