/* Kernels of the optimisers. All variables of a step are open for writing at once, so that an update is seen whole or not at all. */
#include <math.h>
#include "core/alloc.h"
#include "core/pool.h"
#include "cpu/divide.h"
#include "cpu/isa.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"
#include "session/state.h"

enum { MAX_VARIABLES = 3 };

/* Elements that a thread updates at once. */
enum { CHUNK = 16384 };

typedef struct applying applying;
typedef void (*update)(const applying *j, const void *grad, int64_t first, int64_t n);

typedef struct apply_args {
    tn_variable_state *variables[MAX_VARIABLES];
    int num_variables;
    uint32_t gradient; /* its input */
    bool nesterov;
    tn_dims dims; /* of the gradient */
    int64_t size;
    size_t element; /* bytes */
    update update;
    const tn_source *source; /* NULL: the gradient is there */
    double work;
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

/* One run: the variables are open. */
struct applying {
    const apply_args *a;
    const tn_step *step;
    const tn_frame *frame;
    void *data[MAX_VARIABLES];
};

#define SCALAR(T, i) (*(const T *)tn_in(j->step, j->frame, i))

/* Each updates the elements from `first` on by n of the gradient. */
#define DEFINE_APPLY(name, T, SQRT)                                                                                                        \
    static void descend_##name(const applying *j, const void *grad, int64_t first, int64_t n)                                              \
    {                                                                                                                                      \
        tn_isa_best()->updates_##name->descend((T *)j->data[0] + first, grad, n, SCALAR(T, 1));                                            \
    }                                                                                                                                      \
    static void momentum_##name(const applying *j, const void *grad, int64_t first, int64_t n)                                             \
    {                                                                                                                                      \
        tn_isa_best()->updates_##name->momentum((T *)j->data[0] + first, (T *)j->data[1] + first, grad, n, SCALAR(T, 2), SCALAR(T, 4),     \
                                                j->a->nesterov);                                                                           \
    }                                                                                                                                      \
    static void adam_##name(const applying *j, const void *grad, int64_t first, int64_t n)                                                 \
    {                                                                                                                                      \
        const T alpha = SCALAR(T, 5) * SQRT(1 - SCALAR(T, 4)) / (1 - SCALAR(T, 3));                                                        \
        tn_isa_best()->updates_##name->adam((T *)j->data[0] + first, (T *)j->data[1] + first, (T *)j->data[2] + first, grad, n, alpha,     \
                                            SCALAR(T, 6), SCALAR(T, 7), SCALAR(T, 8), j->a->nesterov);                                     \
    }
DEFINE_APPLY(f32, float, sqrtf)
DEFINE_APPLY(f64, double, sqrt)

static void apply_source(const applying *j, int64_t first, int64_t end)
{
    _Alignas(TN_ALIGNMENT) char gradient[TN_SOURCE_MOST * sizeof(double)];
    for (int64_t n; first < end; first += n) {
        n = end - first < TN_SOURCE_MOST ? end - first : TN_SOURCE_MOST;
        j->a->source->load(j->a->source, j->step, j->frame, first, n, gradient);
        j->a->update(j, gradient, first, n);
    }
}

static void apply_task(void *arg, int64_t i, int worker)
{
    const applying *j = arg;
    const apply_args *a = j->a;
    const int64_t first = i * CHUNK, end = first + CHUNK < a->size ? first + CHUNK : a->size;
    (void)worker;
    if (a->source)
        apply_source(j, first, end);
    else
        a->update(j, (const char *)tn_in(j->step, j->frame, a->gradient) + (size_t)first * a->element, first, end - first);
}

static tn_status run_apply(const tn_step *step, const tn_frame *frame)
{
    applying j = { .a = step->args, .step = step, .frame = frame };
    tn_status status = open_variables(step, j.a, j.data);
    if (status)
        return status;
    tn_pool_run(tn_pool_worth(frame->pool, j.a->work), tn_units_of(j.a->size, CHUNK), apply_task, &j);
    tn_variables_done(j.a->variables, j.a->num_variables);
    return TN_OK;
}

static tn_status prepare(tn_prepare *p, int num_variables, uint32_t gradient, update f32, update f64)
{
    tn_dtype dtype = p->in[gradient].dtype;
    update by = dtype == TN_FLOAT32 ? f32 : dtype == TN_FLOAT64 ? f64 : NULL;
    if (!by)
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
    args->element = tn_dtype_size(dtype);
    args->update = by;
    args->source = p->source;
    args->work = p->work = (double)args->size * 4 * num_variables;
    p->args = args;
    p->run = run_apply;
    return TN_OK;
}

tn_status tn_prepare_apply_gradient_descent(tn_prepare *p)
{
    return prepare(p, 1, 2, descend_f32, descend_f64);
}

tn_status tn_prepare_apply_momentum(tn_prepare *p)
{
    return prepare(p, 2, 3, momentum_f32, momentum_f64);
}

tn_status tn_prepare_apply_adam(tn_prepare *p)
{
    return prepare(p, 3, 9, adam_f32, adam_f64);
}
