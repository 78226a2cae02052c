/*
 * The cross entropies of a softmax, with dense and with sparse labels. Both give the loss of each row and, for the gradient, the softmax
 * less the labels. The exponentials of a row, made once, stand in the second output while the loss is made.
 */
#include <math.h>
#include "core/alloc.h"
#include "cpu/divide.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"
#include "cpu/isa.h"

typedef struct xent_args {
    tn_divided divided; /* by rows */
    int64_t rows, classes;
    int64_t logits_row, logits_class, labels_row, labels_class; /* steps; 0 where an operand is broadcast */
    bool wide;                                                  /* sparse labels are int64 */
} xent_args;

/* Work, as tn_prepare counts it: a row of few classes is mostly calls and its logarithm. */
enum { ROW_WORK = 1100, CLASS_WORK = 5 };

#define DEFINE_XENT(name, T)                                                                                                               \
    /* e[i] = exp(x[i] - max x), and what their sum is; the largest is given, too. */                                                      \
    static double exponentials_##name(T *e, const T *x, int64_t class_step, int64_t n, T *max)                                             \
    {                                                                                                                                      \
        const tn_vmath_##name *math = tn_isa_best()->name;                                                                                 \
        *max = math->largest(x, class_step ? n : 1);                                                                                       \
        for (int64_t i = 0; i < n && !class_step; i++)                                                                                     \
            e[i] = *x;                                                                                                                     \
        return math->exp_sum(e, class_step ? x : e, *max, n);                                                                              \
    }                                                                                                                                      \
    static tn_status dense_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                              \
    {                                                                                                                                      \
        const xent_args *a = step->args;                                                                                                   \
        T *loss = tn_out(step, frame, 0), max;                                                                                             \
        for (int64_t row = range.first; row < range.last; row++) {                                                                         \
            T *backprop = (T *)tn_out(step, frame, 1) + row * a->classes;                                                                  \
            const T *x = (const T *)tn_in(step, frame, 0) + row * a->logits_row;                                                           \
            const T *label = (const T *)tn_in(step, frame, 1) + row * a->labels_row;                                                       \
            const double sum = exponentials_##name(backprop, x, a->logits_class, a->classes, &max);                                        \
            const T part = (T)(1 / sum), log_sum = (T)log(sum);                                                                            \
            loss[row] = (T)tn_isa_best()->name->entropy(label, a->labels_class, x, a->logits_class, max, log_sum, a->classes);             \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t i = 0; i < a->classes; i++)                                                                                       \
                backprop[i] = backprop[i] * part - label[i * a->labels_class];                                                             \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }                                                                                                                                      \
    static tn_status sparse_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                             \
    {                                                                                                                                      \
        const xent_args *a = step->args;                                                                                                   \
        T *loss = tn_out(step, frame, 0), max;                                                                                             \
        tn_status status = check_labels(step, a, tn_in(step, frame, 1), range);                                                            \
        if (status)                                                                                                                        \
            return status;                                                                                                                 \
        for (int64_t row = range.first; row < range.last; row++) {                                                                         \
            const T *x = (const T *)tn_in(step, frame, 0) + row * a->classes;                                                              \
            T *backprop = (T *)tn_out(step, frame, 1) + row * a->classes;                                                                  \
            int64_t label = label_at(a, tn_in(step, frame, 1), row);                                                                       \
            const double sum = exponentials_##name(backprop, x, 1, a->classes, &max);                                                      \
            loss[row] = (T)log(sum) - (x[label] - max);                                                                                    \
            tn_isa_best()->name->times(backprop, (T)(1 / sum), a->classes);                                                                \
            backprop[label] -= 1;                                                                                                          \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }

static int64_t label_at(const xent_args *a, const void *labels, int64_t row)
{
    return a->wide ? ((const int64_t *)labels)[row] : ((const int32_t *)labels)[row];
}

static bool is_class(const xent_args *a, int64_t label)
{
    return label >= 0 && label < a->classes;
}

/* Names the first bad label, whatever range met one, and all labels, as many as the message holds. */
static tn_status bad_label(const tn_step *step, const xent_args *a, const void *labels)
{
    char text[1024] = "";
    size_t n = 0;
    int64_t bad = 0;
    while (is_class(a, label_at(a, labels, bad)))
        bad++;
    for (int64_t row = 0; row < a->rows && n + 24 < sizeof text; row++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%lld", row ? " " : "", (long long)label_at(a, labels, row));
    return tn_step_fail(step, TN_INVALID_ARGUMENT,
                        "Received a label value of %lld which is outside the valid range of [0, %lld).  Label values: %s",
                        (long long)label_at(a, labels, bad), (long long)a->classes, text);
}

static tn_status check_labels(const tn_step *step, const xent_args *a, const void *labels, tn_range range)
{
    if (!a->classes)
        return tn_step_fail(step, TN_INVALID_ARGUMENT, "Must have at least one class, but got logits shape [%lld,0]", (long long)a->rows);
    for (int64_t row = range.first; row < range.last; row++)
        if (!is_class(a, label_at(a, labels, row)))
            return bad_label(step, a, labels);
    return TN_OK;
}

DEFINE_XENT(f32, float)
DEFINE_XENT(f64, double)

static tn_status prepare(tn_prepare *p, tn_part f32, tn_part f64, xent_args **made)
{
    tn_dtype dtype = p->in[0].dtype;
    tn_part part = dtype == TN_FLOAT32 ? f32 : dtype == TN_FLOAT64 ? f64 : NULL;
    if (!part)
        return tn_no_kernel(p, dtype);
    xent_args *args = TN_NEW(p->owner, xent_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    args->rows = p->out[1].dims.dim[0];
    args->classes = p->out[1].dims.dim[1];
    args->wide = p->in[1].dtype == TN_INT64;
    *made = args;
    tn_divide(p, &args->divided, part, args->rows);
    p->work = (double)args->rows * (ROW_WORK + CLASS_WORK * (double)args->classes);
    return TN_OK;
}

/* The steps of an operand of rank at most 2 that is broadcast to [rows, classes]. */
static void steps(const tn_dims *d, int64_t *row, int64_t *class)
{
    int64_t classes = d->rank < 1 ? 1 : d->dim[d->rank - 1];
    *class = classes == 1 ? 0 : 1;
    *row = d->rank < 2 || d->dim[0] == 1 ? 0 : classes;
}

tn_status tn_prepare_cross_entropy(tn_prepare *p)
{
    xent_args *args = NULL;
    tn_status status = prepare(p, dense_f32, dense_f64, &args);
    if (status)
        return status;
    steps(&p->in[0].dims, &args->logits_row, &args->logits_class);
    steps(&p->in[1].dims, &args->labels_row, &args->labels_class);
    return TN_OK;
}

tn_status tn_prepare_sparse_cross_entropy(tn_prepare *p)
{
    xent_args *args = NULL;
    return prepare(p, sparse_f32, sparse_f64, &args);
}
