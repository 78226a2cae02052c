/* Kernels of variables, behind references and resources alike. They give no output: who reads the variable afterwards, reads it. */
#include <string.h>
#include "core/alloc.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"
#include "session/state.h"

typedef struct state_args {
    tn_variable_state *variable;
    bool validate;
    tn_dims dims; /* of the value */
    int64_t size;
} state_args;

static tn_status run_assign(const tn_step *step, const tn_frame *frame)
{
    const state_args *a = step->args;
    return tn_variable_set(a->variable, step, &a->dims, tn_in(step, frame, 1), a->validate);
}

static tn_status run_is_initialized(const tn_step *step, const tn_frame *frame)
{
    const state_args *a = step->args;
    *(bool *)tn_out(step, frame, 0) = tn_variable_initialized(a->variable);
    return TN_OK;
}

static tn_status expect_dims(const tn_step *step, const state_args *a)
{
    char is[TN_DIMS_TEXT], value[TN_DIMS_TEXT];
    const tn_variable_state *v = a->variable;
    if (tn_dims_equal(&v->value->dims, &a->dims))
        return TN_OK;
    if (!v->is_resource)
        return tn_step_fail(step, TN_INVALID_ARGUMENT, "Parameters and update must be the same size");
    return tn_step_fail(step, TN_INVALID_ARGUMENT,
                        "Cannot update variable with shape %s using a Tensor with shape %s, shapes must be equal.",
                        tn_dims_text(&v->value->dims, is), tn_dims_text(&a->dims, value));
}

/* Opens the variable for one update by a value of its shape; closed again on failure. */
static tn_status open_variable(const tn_step *step, const state_args *a, void **data)
{
    tn_status status = tn_variables_edit(&a->variable, 1, step, "Attempting to use uninitialized parameters: %s", data);
    if (status)
        return status;
    status = expect_dims(step, a);
    if (status)
        tn_variables_done(&a->variable, 1);
    return status;
}

/* Integers as unsigned: they wrap. */
#define DEFINE_UPDATE(name, T, OP)                                                                                                         \
    static tn_status name(const tn_step *step, const tn_frame *frame)                                                                      \
    {                                                                                                                                      \
        const state_args *a = step->args;                                                                                                  \
        const T *value = tn_in(step, frame, 1);                                                                                            \
        void *data;                                                                                                                        \
        tn_status status = open_variable(step, a, &data);                                                                                  \
        if (status)                                                                                                                        \
            return status;                                                                                                                 \
        for (int64_t i = 0; i < a->size; i++)                                                                                              \
            ((T *)data)[i] = (T)(((T *)data)[i] OP value[i]);                                                                              \
        tn_variables_done(&a->variable, 1);                                                                                                \
        return TN_OK;                                                                                                                      \
    }
DEFINE_UPDATE(add_f32, float, +)
DEFINE_UPDATE(add_f64, double, +)
DEFINE_UPDATE(add_i32, uint32_t, +)
DEFINE_UPDATE(add_i64, uint64_t, +)
DEFINE_UPDATE(sub_f32, float, -)
DEFINE_UPDATE(sub_f64, double, -)
DEFINE_UPDATE(sub_i32, uint32_t, -)
DEFINE_UPDATE(sub_i64, uint64_t, -)

static state_args *prepare(tn_prepare *p, tn_kernel run)
{
    state_args *args = TN_NEW(p->owner, state_args);
    if (!args)
        return NULL;
    args->variable = p->variables[0];
    p->args = args;
    p->run = run;
    return args;
}

static tn_status prepare_value(tn_prepare *p, tn_kernel run, bool validate)
{
    state_args *args = prepare(p, run);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    args->validate = validate;
    args->dims = p->in[1].dims;
    args->size = tn_dims_size(&args->dims);
    return TN_OK;
}

tn_status tn_prepare_assign(tn_prepare *p)
{
    bool reference = !strcmp(tn_op_type(p->op), "Assign");
    return prepare_value(p, run_assign, !reference || tn_op_bool(p->op, "validate_shape"));
}

/* The kernel of the value's dtype; kernels in the order float, double, int32, int64. */
static tn_status prepare_update(tn_prepare *p, const tn_kernel *kernels)
{
    switch (p->in[1].dtype) {
    case TN_FLOAT32:
        return prepare_value(p, kernels[0], true);
    case TN_FLOAT64:
        return prepare_value(p, kernels[1], true);
    case TN_INT32:
        return prepare_value(p, kernels[2], true);
    case TN_INT64:
        return prepare_value(p, kernels[3], true);
    default:
        return tn_no_kernel(p, p->in[1].dtype);
    }
}

tn_status tn_prepare_assign_add(tn_prepare *p)
{
    static const tn_kernel kernels[] = { add_f32, add_f64, add_i32, add_i64 };
    return prepare_update(p, kernels);
}

tn_status tn_prepare_assign_sub(tn_prepare *p)
{
    static const tn_kernel kernels[] = { sub_f32, sub_f64, sub_i32, sub_i64 };
    return prepare_update(p, kernels);
}

tn_status tn_prepare_is_initialized(tn_prepare *p)
{
    return prepare(p, run_is_initialized) ? TN_OK : TN_RESOURCE_EXHAUSTED;
}
