/* One step of gradient descent, Momentum and Adam, on references and on resources. */
#include "cpu/kernels.h"
#include "ops/expect.h"
#include "ops/variable.h"

/* The first `variables` inputs and the gradient have one shape; the other inputs are scalars. */
static tn_status infer_apply(tn_infer *c, int variables, int gradient)
{
    tn_dims var = tn_variable_dims(c, 0);
    tn_status status = TN_OK;
    for (int i = 0; i < variables && !status; i++) /* a resource does not tell it */
        status = tn_expect_variable_dtype(c, i, c->in[gradient].dtype);
    for (int i = 1; i < variables && !status; i++) {
        tn_dims slot = tn_variable_dims(c, i);
        status = tn_expect_same(c, &var, &slot, &var);
    }
    for (int i = variables; i < c->num_inputs && !status; i++)
        status = i == gradient ? tn_expect_variable_dims(c, 0, i, &var) : tn_expect_rank(c, i, 0);
    if (!status && c->num_outputs)
        c->out[0] = var;
    return status;
}

static tn_status infer_gradient_descent(tn_infer *c)
{
    return infer_apply(c, 1, 2);
}

static tn_status infer_momentum(tn_infer *c)
{
    return infer_apply(c, 2, 3);
}

static tn_status infer_adam(tn_infer *c)
{
    return infer_apply(c, 3, 9);
}

enum { APPLIES = TN_OP_STATEFUL | TN_OP_WRITES };
#define ATTRS            "T: numbertype; use_locking: bool = false"
#define NESTEROV         ATTRS "; use_nesterov: bool = false"
#define MOMENTUM_INPUTS  "lr: T, grad: T, momentum: T; " NESTEROV
#define ADAM_INPUTS      "beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T; " NESTEROV
#define GRADIENT_DESCENT "var -= alpha * delta"
#define MOMENTUM         "accum = momentum * accum + grad; var -= lr * accum (use_nesterov: lr * (grad + momentum * accum))"
#define ADAM                                                                                                                               \
    "m += (1 - beta1) * (grad - m); v += (1 - beta2) * (grad^2 - v); "                                                                     \
    "var -= lr * sqrt(1 - beta2_power) / (1 - beta1_power) * m / (sqrt(v) + epsilon) (use_nesterov: beta1 * m + (1 - beta1) * grad for m)"

const tn_op_def tn_ops_train[] = {
    { .name = "ApplyGradientDescent",
      .signature = "var: Ref(T), alpha: T, delta: T; " ATTRS " -> out: Ref(T)",
      .infer = infer_gradient_descent,
      .prepare = tn_prepare_apply_gradient_descent,
      .source = 1 + 2,
      .flags = APPLIES,
      .formula = GRADIENT_DESCENT },
    { .name = "ApplyMomentum",
      .signature = "var: Ref(T), accum: Ref(T), " MOMENTUM_INPUTS " -> out: Ref(T)",
      .infer = infer_momentum,
      .prepare = tn_prepare_apply_momentum,
      .source = 1 + 3,
      .flags = APPLIES,
      .formula = MOMENTUM },
    { .name = "ApplyAdam",
      .signature = "var: Ref(T), m: Ref(T), v: Ref(T), " ADAM_INPUTS " -> out: Ref(T)",
      .infer = infer_adam,
      .prepare = tn_prepare_apply_adam,
      .source = 1 + 9,
      .flags = APPLIES,
      .formula = ADAM },
    { .name = "ResourceApplyGradientDescent",
      .signature = "var: resource, alpha: T, delta: T; " ATTRS " ->",
      .infer = infer_gradient_descent,
      .prepare = tn_prepare_apply_gradient_descent,
      .source = 1 + 2,
      .flags = APPLIES,
      .formula = GRADIENT_DESCENT },
    { .name = "ResourceApplyMomentum",
      .signature = "var: resource, accum: resource, " MOMENTUM_INPUTS " ->",
      .infer = infer_momentum,
      .prepare = tn_prepare_apply_momentum,
      .source = 1 + 3,
      .flags = APPLIES,
      .formula = MOMENTUM },
    { .name = "ResourceApplyAdam",
      .signature = "var: resource, m: resource, v: resource, " ADAM_INPUTS " ->",
      .infer = infer_adam,
      .prepare = tn_prepare_apply_adam,
      .source = 1 + 9,
      .flags = APPLIES,
      .formula = ADAM },
};
const size_t tn_num_ops_train = sizeof tn_ops_train / sizeof tn_ops_train[0];
