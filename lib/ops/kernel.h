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
typedef struct tn_variable_state tn_variable_state; /* session/state.h: a variable's value in one session */
typedef struct tn_random_state tn_random_state;     /* session/state.h: an operation's random stream in one session */

/* Computes; an error (division by zero, index out of range) is set with tn_step_fail and returned. Outputs may then be half written. */
typedef tn_status (*tn_kernel)(const tn_step *step, const tn_frame *frame);

struct tn_step {
    tn_kernel run;
    const uint32_t *slots; /* of the inputs, then of the outputs: indices into frame->data */
    const void *args;      /* of prepare */
    uint32_t num_inputs;
    uint32_t num_outputs;
    const tn_op *op; /* for messages */
};

/* The memory of one run, as kernels see it. The session's struct opens with it. */
struct tn_frame {
    void **data; /* by slot: the elements of each value */
};

static inline const void *tn_in(const tn_step *step, const tn_frame *frame, uint32_t i)
{
    return frame->data[step->slots[i]];
}
static inline void *tn_out(const tn_step *step, const tn_frame *frame, uint32_t i)
{
    return frame->data[step->slots[step->num_inputs + i]];
}

typedef struct tn_prepare {
    const void *owner; /* what args is allocated on: the plan, or the frame of a dynamic step */
    const tn_op *op;
    int num_inputs, num_outputs;
    const tn_operand *in, *out;
    tn_variable_state *const *variables; /* by input: that of a reference or resource input, else NULL */
    tn_random_state *random;             /* of a row with TN_OP_RANDOM, else NULL */
    /* filled in by prepare: */
    tn_kernel run;
    const void *args;
    unsigned in_place; /* bit i: output 0 may be written over input i (they then have the same bytes) */
    double work;       /* elementary operations, when they are many more than the elements of inputs and outputs: MatMul */
} tn_prepare;

/* TN_UNIMPLEMENTED "no kernel for DTYPE" for the operation being prepared. */
tn_status tn_no_kernel(const tn_prepare *p, tn_dtype dtype);
/* An error of a running step, naming its operation. */
tn_status tn_step_fail(const tn_step *step, tn_status code, const char *format, ...) TN_PRINTF_(3, 4);

#endif
