/* Random tensors. Each operation has a stream of its own in each session, seeded by its attributes seed and seed2. */
#include "cpu/kernels.h"
#include "ops/operand.h"

/* The shape is the value of input 0. */
static tn_status infer_random(tn_infer *c)
{
    return tn_expect_shape(c, 0, &c->out[0]);
}

static tn_status infer_random_int(tn_infer *c)
{
    static const char *const names[] = { "shape", "minval", "maxval" };
    char text[TN_DIMS_TEXT];
    for (int i = 1; i < 3; i++)
        if (c->in[i].dims.rank > 0)
            return tn_infer_fail(c, "%s must be a scalar; got a tensor of shape %s", names[i], tn_dims_text(&c->in[i].dims, text));
    return infer_random(c);
}

#define SEEDS  "seed: int = 0; seed2: int = 0; "
#define FLOATS "dtype: {half, bfloat16, float, double}; T: {int32, int64} -> output: dtype"

const tn_op_def tn_ops_random[] = {
    { .name = "RandomUniform",
      .signature = "shape: T; " SEEDS FLOATS,
      .infer = infer_random,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_random_uniform,
      .flags = TN_OP_STATEFUL | TN_OP_RANDOM,
      .constructor = "",
      .formula = "uniform in [0, 1)" },
    { .name = "RandomUniformInt",
      .signature = "shape: T, minval: Tout, maxval: Tout; " SEEDS "Tout: {int32, int64}; T: {int32, int64} -> output: Tout",
      .infer = infer_random_int,
      .prepare = tn_prepare_random_uniform_int,
      .flags = TN_OP_STATEFUL | TN_OP_RANDOM,
      .formula = "uniform among the integers of [minval, maxval)" },
    { .name = "RandomStandardNormal",
      .signature = "shape: T; " SEEDS FLOATS,
      .infer = infer_random,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_random_standard_normal,
      .flags = TN_OP_STATEFUL | TN_OP_RANDOM,
      .formula = "normal with mean 0 and standard deviation 1" },
    { .name = "TruncatedNormal",
      .signature = "shape: T; " SEEDS FLOATS,
      .infer = infer_random,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_truncated_normal,
      .flags = TN_OP_STATEFUL | TN_OP_RANDOM,
      .constructor = "",
      .formula = "normal with mean 0 and standard deviation 1, redrawn until it is between -2 and 2" },
};
const size_t tn_num_ops_random = sizeof tn_ops_random / sizeof tn_ops_random[0];
