/* Kernels of the optimisers. All variables of a step are open for writing at once, so that an update is seen whole or not at all. */
#include <math.h>
#include "core/alloc.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"
#include "session/state.h"

enum { MAX_VARIABLES = 3 };

typedef struct apply_args {
    tn_variable_state *variables[MAX_VARIABLES];
    int num_variables;
    uint32_t gradient; /* its input */
    bool nesterov;
    tn_dims dims; /* of the gradient */
    int64_t size;
} apply_args;

static tn_status expect_dims(const tn_step *step, const apply_args *a)
{
    static const char *const names[2][MAX_VARIABLES] = { { "var", "accum", "" }, { "var", "m", "v" } };
    char is[TN_DIMS_TEXT], gradient[TN_DIMS_TEXT];
    for (int i = 0; i < a->num_variables; i++)
        if (!tn_dims_equal(&a->variables[i]->value->dims, &a->dims))
            return tn_step_fail(step, TN_INVALID_ARGUMENT, "%s and %s do not have the same shape%s %s", names[a->num_variables == 3][i],
                                a->num_variables == 1 ? "delta" : "grad", tn_dims_text(&a->variables[i]->value->dims, is),
                                tn_dims_text(&a->dims, gradient));
    return TN_OK;
}

static tn_status open_variables(const tn_step *step, const apply_args *a, void **data)
{
    tn_status status = tn_variables_edit(a->variables, a->num_variables, step, "Attempting to use uninitialized variables: %s", data);
    if (status)
        return status;
    status = expect_dims(step, a);
    if (status)
        tn_variables_done(a->variables, a->num_variables);
    return status;
}

#define SCALAR(T, i) (*(const T *)tn_in(step, frame, i))

#define DEFINE_APPLY(name, T, SQRT)                                                                                                        \
    static void descend_##name(const tn_step *step, const tn_frame *frame, void *const *data)                                              \
    {                                                                                                                                      \
        const apply_args *a = step->args;                                                                                                  \
        const T *delta = tn_in(step, frame, a->gradient), alpha = SCALAR(T, 1);                                                            \
        T *var = data[0];                                                                                                                  \
        for (int64_t i = 0; i < a->size; i++)                                                                                              \
            var[i] -= alpha * delta[i];                                                                                                    \
    }                                                                                                                                      \
    static void momentum_##name(const tn_step *step, const tn_frame *frame, void *const *data)                                             \
    {                                                                                                                                      \
        const apply_args *a = step->args;                                                                                                  \
        const T *grad = tn_in(step, frame, a->gradient), lr = SCALAR(T, 2), momentum = SCALAR(T, 4);                                       \
        T *var = data[0], *accum = data[1];                                                                                                \
        for (int64_t i = 0; i < a->size; i++) {                                                                                            \
            accum[i] = accum[i] * momentum + grad[i];                                                                                      \
            var[i] -= a->nesterov ? grad[i] * lr + accum[i] * momentum * lr : accum[i] * lr;                                               \
        }                                                                                                                                  \
    }                                                                                                                                      \
    static void adam_##name(const tn_step *step, const tn_frame *frame, void *const *data)                                                 \
    {                                                                                                                                      \
        const apply_args *a = step->args;                                                                                                  \
        const T *grad = tn_in(step, frame, a->gradient), lr = SCALAR(T, 5), beta1 = SCALAR(T, 6), beta2 = SCALAR(T, 7);                    \
        const T epsilon = SCALAR(T, 8), alpha = lr * SQRT(1 - SCALAR(T, 4)) / (1 - SCALAR(T, 3));                                          \
        T *var = data[0], *m = data[1], *v = data[2];                                                                                      \
        for (int64_t i = 0; i < a->size; i++) {                                                                                            \
            m[i] += (grad[i] - m[i]) * (1 - beta1);                                                                                        \
            v[i] += (grad[i] * grad[i] - v[i]) * (1 - beta2);                                                                              \
            T step_of = a->nesterov ? grad[i] * (1 - beta1) + beta1 * m[i] : m[i];                                                         \
            var[i] -= step_of * alpha / (SQRT(v[i]) + epsilon);                                                                            \
        }                                                                                                                                  \
    }                                                                                                                                      \
    DEFINE_RUN(descend_##name)                                                                                                             \
    DEFINE_RUN(momentum_##name)                                                                                                            \
    DEFINE_RUN(adam_##name)

#define DEFINE_RUN(apply)                                                                                                                  \
    static tn_status run_##apply(const tn_step *step, const tn_frame *frame)                                                               \
    {                                                                                                                                      \
        const apply_args *a = step->args;                                                                                                  \
        void *data[MAX_VARIABLES];                                                                                                         \
        tn_status status = open_variables(step, a, data);                                                                                  \
        if (status)                                                                                                                        \
            return status;                                                                                                                 \
        apply(step, frame, data);                                                                                                          \
        tn_variables_done(a->variables, a->num_variables);                                                                                 \
        return TN_OK;                                                                                                                      \
    }
DEFINE_APPLY(f32, float, sqrtf)
DEFINE_APPLY(f64, double, sqrt)

static tn_status prepare(tn_prepare *p, int num_variables, uint32_t gradient, tn_kernel f32, tn_kernel f64)
{
    tn_dtype dtype = p->in[gradient].dtype;
    p->run = dtype == TN_FLOAT32 ? f32 : dtype == TN_FLOAT64 ? f64 : NULL;
    if (!p->run)
        return tn_no_kernel(p, dtype);
    apply_args *args = TN_NEW(p->owner, apply_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    for (int i = 0; i < num_variables; i++)
        args->variables[i] = p->variables[i];
    args->num_variables = num_variables;
    args->gradient = gradient;
    args->nesterov = num_variables > 1 && tn_op_bool(p->op, "use_nesterov");
    args->dims = p->in[gradient].dims;
    args->size = tn_dims_size(&args->dims);
    p->args = args;
    p->work = (double)args->size * 4 * num_variables;
    return TN_OK;
}

tn_status tn_prepare_apply_gradient_descent(tn_prepare *p)
{
    return prepare(p, 1, 2, run_descend_f32, run_descend_f64);
}

tn_status tn_prepare_apply_momentum(tn_prepare *p)
{
    return prepare(p, 2, 3, run_momentum_f32, run_momentum_f64);
}

tn_status tn_prepare_apply_adam(tn_prepare *p)
{
    return prepare(p, 3, 9, run_adam_f32, run_adam_f64);
}
