/*
 * Hostile input, between the files of fuzz_ops: random numbers, dims and tensors (fuzz_values.c), operands (fuzz_operands.c), attributes
 * and whole operations (fuzz_operation.c), runs and turns (fuzz_ops.c).
 */
#ifndef TN_T_FUZZ_H
#define TN_T_FUZZ_H

#include "core/dims.h"
#include "core/dtype.h"
#include "graph/graph.h"
#include "harness.h"

enum { MOST_INPUTS = 16, MOST_OUTPUTS = 64, MOST_FEEDS = 64 };

/* What a turn has built so far. Everything it allocates hangs on `memory`. */
typedef struct fuzz {
    void *memory;
    tn_graph *graph, *other;
    tn_dims base; /* what most operands of the turn look like */
    tn_output pool[MOST_OUTPUTS];
    uint32_t num_pool;
    tn_feed feeds[MOST_FEEDS];
    uint32_t num_feeds;
    tn_op *initializers[MOST_FEEDS];
    uint32_t num_initializers;
    bool incomparable; /* variables change, and what reads them depends on the order; random numbers are not seeded; a limit was reached */
} fuzz;

/* ---- Random numbers ---- */

/* What each turn does is told to stderr. */
extern bool fuzz_trace;
/* The sequence of a turn. */
void fuzz_seed(uint64_t turn);
uint32_t draw(uint32_t below);
bool chance(uint32_t percent);
/* From low to high; integer() now and then anything at all. */
int64_t small(int64_t low, int64_t high);
int64_t integer(int64_t low, int64_t high);
/* One of the odd ones. */
int64_t extreme(void);
double fuzz_real(void);
/* One of those that most operations take, or of all. */
tn_dtype common_dtype(void);
tn_dtype any_dtype(void);

#define TELL(...)   ((void)(fuzz_trace && fprintf(stderr, __VA_ARGS__)))
#define PICK(items) ((items)[draw(sizeof(items) / sizeof *(items))])

/* ---- Values ---- */

tn_dims random_dims(void);
/* Elements of any bit pattern that the dtype has, mostly of a mild size. NULL when the dims are none, or too large. */
tn_tensor *random_tensor(fuzz *f, tn_dtype dtype, const tn_dims *d, int64_t low, int64_t high);

/* ---- Operands ---- */

bool one_of(const char *name, const char *const *names);
/* A tensor that looks like most operands of the turn. */
tn_tensor *data_tensor(fuzz *f, tn_dtype dtype);
/* An operand for that argument; an empty output now and then. `usual` is the dtype of a resource's variable. */
tn_output operand(fuzz *f, const tn_sig_arg *arg, tn_dtype dtype, tn_dtype usual);

/* ---- Operations ---- */

/* That a failure is told as it must be. */
void expect_told(tn_status status, const char *what);
/* Adds one of that type, with its outputs to the pool; NULL when it was refused. */
tn_op *add_operation(fuzz *f, const tn_op_def *def);

#endif
