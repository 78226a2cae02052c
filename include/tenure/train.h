/* Variables, optimisers, saving. Included by <tenure.h>. */
#ifndef TENURE_TRAIN_H
#define TENURE_TRAIN_H

#include <tenure/base.h>
#include <tenure/graph.h>
#include <tenure/session.h>

TN_BEGIN_C

/** What tn_variable_new takes. */
typedef struct tn_variable_args {
    tn_output initial; /**< its dtype and shape are the variable's; the shape must be known */
    const char *name;  /**< default "Variable" */
    bool untrainable;  /**< leave it out of what tn_minimize changes */
} tn_variable_args;

/**
 * A variable of the initial value's graph: operations NAME (VariableV2), NAME/Assign (its initializer) and NAME/read.
 * It has a value of its own in each session, from the run of its initializer on. Owner: the graph.
 * NULL with TN_INVALID_ARGUMENT for an empty initial output or one of unknown shape, TN_RESOURCE_EXHAUSTED.
 */
TN_API tn_variable *tn_variable_new_with(const tn_variable_args *args);
/** The value, as an output; empty for NULL. Read before the variable is initialised it is TN_FAILED_PRECONDITION. */
TN_API tn_output tn_read(const tn_variable *variable);
/** The VariableV2 operation's output, for operations that take a reference (tn_op_new); empty for NULL. */
TN_API tn_output tn_variable_ref(const tn_variable *variable);
/** The operation that gives it its initial value; NULL for NULL. */
TN_API tn_op *tn_initializer(const tn_variable *variable);
/** Its name; NULL for NULL. */
TN_API const char *tn_variable_name(const tn_variable *variable);
/** The number of variables of a graph, trainable or not. */
TN_API size_t tn_graph_num_variables(const tn_graph *graph);
/** Variable i in the order of creation; NULL outside. */
TN_API tn_variable *tn_graph_variable(const tn_graph *graph, size_t i);
/** An operation that initialises every variable that the default graph has now. NULL on failure. */
TN_API tn_op *tn_global_initializer(void);

/** What tn_assign and its sisters take beside the variable. */
typedef struct tn_assign_args {
    tn_output value;
    const char *name;
} tn_assign_args;
/** Gives the variable a value of its shape (Assign). The output is the new value. */
TN_API tn_output tn_assign_with(tn_variable *variable, const tn_assign_args *args);
/** Adds to the variable (AssignAdd). The output is the new value. */
TN_API tn_output tn_assign_add_with(tn_variable *variable, const tn_assign_args *args);
/** Subtracts from the variable (AssignSub). The output is the new value. */
TN_API tn_output tn_assign_sub_with(tn_variable *variable, const tn_assign_args *args);
/** Whether the variable is initialised in the session that runs it (IsVariableInitialized), a bool scalar. */
TN_API tn_output tn_is_initialized(const tn_variable *variable);

/** How to make a loss smaller; hangs on the default graph. */
typedef struct tn_optimizer tn_optimizer;

/** Options of the optimisers. Zero means the default, which is TensorFlow's. */
typedef struct tn_optimizer_options {
    int unused_;
    double learning_rate; /**< default 0.001 for Adam, 0.01 for the others */
    double momentum;      /**< Momentum, default 0.9 */
    bool use_nesterov;    /**< Momentum and Adam */
    double beta1;         /**< Adam, default 0.9 */
    double beta2;         /**< Adam, default 0.999 */
    double epsilon;       /**< Adam, default 1e-8 */
    const char *name;
} tn_optimizer_options;

/** var -= learning_rate * gradient. NULL with TN_RESOURCE_EXHAUSTED. */
TN_API tn_optimizer *tn_gradient_descent_with(const tn_optimizer_options *options);
/** accum = momentum * accum + gradient; var -= learning_rate * accum. */
TN_API tn_optimizer *tn_momentum_with(const tn_optimizer_options *options);
/** Adam (Kingma and Ba, 2014), section 2's formulation with lr_t = lr * sqrt(1 - beta2^t) / (1 - beta1^t), as TensorFlow's ApplyAdam. */
TN_API tn_optimizer *tn_adam_with(const tn_optimizer_options *options);

/** What tn_minimize takes beside the optimiser. */
typedef struct tn_minimize_args {
    tn_output loss;
    tn_variable *const *variables; /**< default: every trainable variable of the graph */
    size_t num_variables;
    const char *name; /**< default the optimiser's */
} tn_minimize_args;
/**
 * The operation of one training step: gradients of the loss, and the optimiser's update of each variable that has one. The optimiser's
 * own state is made of variables too: build before tn_global_initializer. NULL with TN_INVALID_ARGUMENT "No gradients provided for any
 * variable …", "No variables to optimize.", and as tn_gradients.
 */
TN_API tn_op *tn_minimize_with(tn_optimizer *optimizer, const tn_minimize_args *args);

/** What tn_save and tn_restore take beside the session. */
typedef struct tn_saver_args {
    const char *path;              /**< prefix of the files: PATH.index, PATH.data-00000-of-00001 */
    tn_variable *const *variables; /**< default: every variable of the session's graph */
    size_t num_variables;
} tn_saver_args;
/**
 * Writes the values of the variables as a TensorFlow V2 checkpoint. Files appear whole or not at all.
 * TN_INVALID_ARGUMENT "No variables to save"; TN_FAILED_PRECONDITION for an uninitialised one; TN_NOT_FOUND, TN_PERMISSION_DENIED or
 * TN_UNAVAILABLE for the path.
 */
TN_API tn_status tn_save_with(tn_session *session, const tn_saver_args *args);
/**
 * Reads the variables from a TensorFlow V2 checkpoint; no initializer need have run. TN_NOT_FOUND when there is no such file, or "Key x
 * not found in checkpoint"; TN_INVALID_ARGUMENT for another dtype or shape; TN_DATA_LOSS when damaged. No variable is changed on failure.
 */
TN_API tn_status tn_restore_with(tn_session *session, const tn_saver_args *args);

#ifndef __cplusplus
#define tn_variable_new(...)         tn_variable_new_with(&(const tn_variable_args){ .initial = __VA_ARGS__ })
#define tn_assign(variable, ...)     tn_assign_with(variable, &(const tn_assign_args){ .value = __VA_ARGS__ })
#define tn_assign_add(variable, ...) tn_assign_add_with(variable, &(const tn_assign_args){ .value = __VA_ARGS__ })
#define tn_assign_sub(variable, ...) tn_assign_sub_with(variable, &(const tn_assign_args){ .value = __VA_ARGS__ })
#define tn_gradient_descent(...)     tn_gradient_descent_with(&(const tn_optimizer_options){ 0, __VA_ARGS__ })
#define tn_momentum(...)             tn_momentum_with(&(const tn_optimizer_options){ 0, __VA_ARGS__ })
#define tn_adam(...)                 tn_adam_with(&(const tn_optimizer_options){ 0, __VA_ARGS__ })
#define tn_minimize(optimizer, ...)  tn_minimize_with(optimizer, &(const tn_minimize_args){ .loss = __VA_ARGS__ })
#define tn_save(session, ...)        tn_save_with(session, &(const tn_saver_args){ .path = __VA_ARGS__ })
#define tn_restore(session, ...)     tn_restore_with(session, &(const tn_saver_args){ .path = __VA_ARGS__ })
#endif

TN_END_C
#endif
