/* The table of names that a graph has in use: graph/names.c. */
#ifndef TN_GRAPH_NAMES_H
#define TN_GRAPH_NAMES_H

#include "graph/graph.h"

typedef struct tn_name_table tn_name_table;

/* Room that tn_names_pick needs after the name. */
enum { TN_NAME_SUFFIX = 12 };

/* A name that was found free, not yet marked as used. */
typedef struct tn_name_pick {
    uint32_t hash;
    uint32_t base; /* 1 + the entry of the name that was asked for; 0: there is none */
    bool numbered; /* that one was taken, and this has a number behind it */
} tn_name_pick;

/* A child of the core. */
tn_name_table *tn_names_new(tn_graph_core *core);
/* Makes room for one more name; false when memory ran out. */
bool tn_names_reserve(tn_name_table *names);
/* Appends to the n characters of name the "_1", "_2" … that makes it unused, when it needs one. */
tn_name_pick tn_names_pick(const tn_name_table *names, char *name, size_t n);
/* The n characters of name as they are, taken or not. */
tn_name_pick tn_names_as_is(const tn_name_table *names, const char *name, size_t n);
/* Marks a picked name as used, after tn_names_reserve. name must live as long as the table; op NULL: a scope. */
void tn_names_mark(tn_name_table *names, const tn_name_pick *pick, const char *name, const tn_op *op);
/* The operation of exactly this name, or NULL. */
tn_op *tn_names_op(const tn_name_table *names, const char *name);

#endif
