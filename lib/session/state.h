/*
 * State that lives as long as a session: variables' values and random streams, as kernels see them.
 *
 * A variable's value is a counted buffer. Reading takes a count: what was read stays as it was, whatever is written afterwards.
 * Writing happens under the variable's mutex, in place when nobody else holds the buffer, else in a copy. So updates are atomic, reads
 * are snapshots, and a training step copies nothing when the plan has let go of its reads in time.
 */
#ifndef TN_SESSION_STATE_H
#define TN_SESSION_STATE_H

#include <pthread.h>
#include "core/buffer.h"
#include "core/tensor.h"
#include "ops/kernel.h"

struct tn_variable_state {
    pthread_mutex_t mutex;
    const char *name, *container; /* of the operation that was first */
    bool is_resource;             /* VarHandleOp: other error texts */
    tn_dtype dtype;
    tn_dims declared; /* the operation's shape attribute */
    tn_meter *meter;
    tn_tensor *value; /* child of this; NULL: not initialised */
    struct tn_variable_state *next;
};

/* The bytes of elements that lie somewhere; of strings as a tensor holds them. false on overflow. */
bool tn_elements_bytes(tn_dtype dtype, const tn_dims *dims, const void *data, size_t *bytes);

/* The value, counted: give it back with tn_variable_release. TN_FAILED_PRECONDITION in TensorFlow's words when not initialised. */
tn_status tn_variable_read(tn_variable_state *v, const tn_step *step, tn_buffer **buffer, tn_dims *dims);
void tn_variable_release(tn_variable_state *v, tn_buffer *buffer);
bool tn_variable_initialized(tn_variable_state *v);
/* Sets the value (copied). validate: TN_INVALID_ARGUMENT "Assign requires shapes of both tensors to match. …" when dims are not the
 * declared ones. */
tn_status tn_variable_set(tn_variable_state *v, const tn_step *step, const tn_dims *dims, const void *data, bool validate);

/* Opens n variables (at most 8; one may stand there twice) for writing in place: locks them in a fixed order, makes their buffers
 * sole, and gives their elements. TN_FAILED_PRECONDITION when one is not initialised (format takes its name, as in
 * "Attempting to use uninitialized parameters: %s"); nothing is then locked. */
tn_status tn_variables_edit(tn_variable_state *const *v, int n, const tn_step *step, const char *format, void **data);
void tn_variables_done(tn_variable_state *const *v, int n);

/* An operation's random stream: a Philox generator that goes on from run to run of the session. */
struct tn_random_state {
    pthread_mutex_t mutex;
    const tn_op *op;
    uint64_t key;
    uint64_t counter[2];
    struct tn_random_state *next;
};

/* Sets aside `blocks` 128-bit blocks of the stream and gives the state at their start, as TensorFlow's GuardedPhiloxRandom. */
void tn_random_reserve(tn_random_state *r, uint64_t blocks, uint64_t *key, uint64_t counter[2]);

#endif
