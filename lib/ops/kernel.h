/*
 * Between plan and kernels: how a step is prepared once and run often.
 *
 * prepare sees one operation with concrete dtypes and dimensions, chooses a function and works out everything that does not depend on
 * the data (strides, counts) into `args`. The function then runs any number of times, on any thread, on the pointers of a frame.
 * A step whose shapes are known only while running is prepared by the same function, at that moment.
 */
#ifndef TN_OPS_KERNEL_H
#define TN_OPS_KERNEL_H

#include "core/dims.h"
#include <tenure/graph.h>

/* What is known of an input or output. */
typedef struct tn_operand {
    tn_dtype dtype;
    tn_dims dims;      /* may have unknowns while a graph is built; concrete in prepare */
    const void *value; /* the elements when they are known, else NULL. In dims-known operands only */
} tn_operand;

typedef struct tn_step tn_step;
typedef struct tn_frame tn_frame;
typedef struct tn_pool tn_pool;                     /* core/pool.h: the threads of a session */
typedef struct tn_meter tn_meter;                   /* core/buffer.h: a session's bytes */
typedef struct tn_variable_state tn_variable_state; /* session/state.h: a variable's value in one session */
typedef struct tn_random_state tn_random_state;     /* session/state.h: an operation's random stream in one session */

/* Computes; an error (division by zero, index out of range) is set with tn_step_fail and returned. Outputs may then be half written. */
typedef tn_status (*tn_kernel)(const tn_step *step, const tn_frame *frame);

/* Some of a step's units, for a kernel that can be divided. */
typedef struct tn_range {
    int64_t first, last; /* units first … last - 1; never empty */
    int worker;          /* which of the run's threads this is, 0 … threads - 1: for scratch of its own */
} tn_range;
/* Computes the units of a range. Ranges run at once, on different threads and in any order, and share nothing that they write. Where a
 * step is cut must not change its results. */
typedef tn_status (*tn_part)(const tn_step *step, const tn_frame *frame, tn_range range);

struct tn_step {
    tn_kernel run;
    const uint32_t *slots; /* of the inputs, then of the outputs, then of the workspace when there is one: indices into frame->data */
    const void *args;      /* of prepare */
    uint32_t num_inputs;
    uint32_t num_outputs;
    const tn_op *op; /* for messages */
};

/* The memory of one run, as kernels see it. The session's struct opens with it. */
struct tn_frame {
    void **data;   /* by slot: the elements of each value */
    tn_pool *pool; /* NULL: one thread */
};

static inline const void *tn_in(const tn_step *step, const tn_frame *frame, uint32_t i)
{
    return frame->data[step->slots[i]];
}
static inline void *tn_out(const tn_step *step, const tn_frame *frame, uint32_t i)
{
    return frame->data[step->slots[step->num_inputs + i]];
}
/* The bytes that prepare asked for in `workspace`: not initialised, 64-byte aligned, this step's alone while it runs. */
static inline void *tn_workspace(const tn_step *step, const tn_frame *frame)
{
    return frame->data[step->slots[step->num_inputs + step->num_outputs]];
}

/*
 * What the plan joins to a kernel so that elements need not travel through memory twice. Both are elementwise programs that the plan has
 * compiled (cpu/fused.c); what they read beside the kernel's own operands are further inputs of the step, behind the kernel's.
 *
 * A finish changes output 0 in place. The output is seen as a matrix whose columns are its last dimension (a scalar is 1 by 1); the kernel
 * calls it once for every rectangle of it, from the thread that made it, when the elements are final but still in a cache. Rows that name
 * TN_OP_FINISHES do so when `finish` is there. A source stands for an input that was never written: the kernel asks for its elements
 * [first, first + n) in row-major order, at most TN_SOURCE_MOST at a time, as often as it likes. Rows say with .source which input it may
 * be.
 */
enum { TN_SOURCE_MOST = 512 };
typedef struct tn_finish tn_finish;
struct tn_finish {
    void (*run)(const tn_finish *finish, const tn_step *step, const tn_frame *frame, int64_t row, int64_t rows, int64_t column,
                int64_t columns);
};
typedef struct tn_source tn_source;
struct tn_source {
    void (*load)(const tn_source *source, const tn_step *step, const tn_frame *frame, int64_t first, int64_t n, void *into);
};

/*
 * Elementwise operations. prepare says what such an operation is by its `map`; several of them make a group, which the plan has made one
 * step of, or a finish, or a source (cpu/fused.c). An operand of a group is whole (it has as many elements as the output, in the same
 * order) or broadcasts to the output of its operation; results that stay inside are whole.
 */
enum { TN_MAX_OPERANDS = 3, TN_GROUP_OPS = 32, TN_GROUP_INPUTS = 16 };

/* Computes out[0..n) from rows of the inputs; stride[i] is 1, or 0 when the one element in[i][0] stands for all. n is at least 1. out may
 * be one of the rows. NULL, or the text of what is wrong with the data (TN_INVALID_ARGUMENT). */
typedef const char *(*tn_row)(void *out, const void *const *in, const int64_t *stride, int64_t n);

typedef struct tn_map {
    tn_row row;          /* NULL: the operation is not elementwise */
    const tn_dims *dims; /* by input: how each broadcasts to output 0. NULL: as it is */
    int super;           /* 1 + what it is in superinstructions (cpu/super.h); 0: it has no part in them */
    bool may_fail;       /* the row may give a text */
} tn_map;

enum { TN_FROM_ANCHOR = INT16_MAX }; /* among the operands of a group that finishes a kernel: the kernel's own output */
typedef struct tn_group_op {
    tn_map map;
    int num_inputs;
    int from[TN_MAX_OPERANDS]; /* input i of the group, ~j for the result of operation j, or TN_FROM_ANCHOR */
    tn_operand out;            /* its dtype and dims */
} tn_group_op;

typedef struct tn_group {
    const tn_group_op *ops; /* each behind those it takes results of; the last one's result is the group's */
    int num_ops;
    const tn_operand *in;
    int num_inputs;
    const tn_operand *anchor; /* the output of the kernel that it finishes, else NULL */
    int first_input;          /* of the step: that which input 0 of the group is */
    bool stream;              /* nobody reads the output soon: it need not go through the caches, where it is large */
} tn_group;

typedef struct tn_prepare {
    const void *owner; /* what args is allocated on: the plan, or the frame of a dynamic step */
    const tn_op *op;
    int num_inputs, num_outputs;
    const tn_operand *in, *out;
    tn_variable_state *const *variables; /* by input: that of a reference or resource input, else NULL */
    tn_random_state *random;             /* of a row with TN_OP_RANDOM, else NULL */
    int threads;                         /* the most that work on the step at once; 0 is 1 */
    tn_meter *meter;                     /* for bytes that prepare packs once for many runs; NULL: not metered */
    bool once;                           /* for a single run: nothing is packed for many */
    const tn_finish *finish;             /* NULL: none. Only for rows with TN_OP_FINISHES */
    const tn_source *source;             /* NULL: none. Only for rows with .source */
    bool describe;                       /* of an elementwise operation only `map` is wanted: nothing else need be filled in */
    /* filled in by prepare: */
    tn_kernel run; /* the whole step, on one thread unless it divides itself with tn_pool_run */
    const void *args;
    tn_part part;      /* NULL: the step cannot be divided. Else the plan may run ranges of the units in place of `run` */
    int64_t units;     /* of part; each is about as much work as any other */
    size_t workspace;  /* bytes of scratch; 0: none */
    tn_map map;        /* what an elementwise operation is, so that it may be joined with others */
    unsigned in_place; /* bit i: output 0 may be written over input i (they then have the same bytes) */
    int module;        /* whose kernel `run` is, for tn_modules_name; 0: the library's own */
    double work;       /* see core/pool.h; when it is much more than the elements of inputs and outputs: MatMul */
} tn_prepare;

/* The work of products: a processor does six multiplications with their additions while it does one elementary operation on elements. */
static inline double tn_work_of_products(double multiplications)
{
    return multiplications / 6;
}

/* Fills in run, args, part, units, work and in_place for a group as a step of its own, whose inputs and output p->in and p->out are. */
tn_status tn_prepare_group(tn_prepare *p, const tn_group *group);
/* A group behind a kernel, or before one, as a child of owner. NULL with TN_RESOURCE_EXHAUSTED. */
const tn_finish *tn_finish_new(const void *owner, const tn_group *group);
const tn_source *tn_source_new(const void *owner, const tn_group *group);

/* TN_UNIMPLEMENTED "no kernel for DTYPE" for the operation being prepared. */
tn_status tn_no_kernel(const tn_prepare *p, tn_dtype dtype);
/* An error of a running step, naming its operation. */
tn_status tn_step_fail(const tn_step *step, tn_status code, const char *format, ...) TN_PRINTF_(3, 4);

#endif
