/* Random tensors. Each operation has a stream of its own in each session, seeded by its attributes seed and seed2. */
#include "cpu/kernels.h"
#include "ops/expect.h"

/* The shape is the value of input 0. */
static tn_status infer_random(tn_infer *c)
{
    int64_t dims[TN_MAX_RANK], rank, length = c->in[0].dims.rank == 1 ? c->in[0].dims.dim[0] : -1;
    tn_status status = tn_expect_rank(c, 0, 1);
    if (status)
        return status;
    if (length > TN_MAX_RANK)
        return tn_infer_fail(c, "the shape has %lld dimensions, the most are %d", (long long)length, TN_MAX_RANK);
    if (!tn_operand_ints(&c->in[0], dims, TN_MAX_RANK, &rank)) {
        c->out[0] = length < 0 ? tn_dims_unknown() : tn_dims_unknown_of_rank((int)length);
        return TN_OK;
    }
    for (int i = 0; i < rank; i++)
        if (dims[i] < 0)
            return tn_infer_fail(c, "Dimension %lld must be >= 0", (long long)dims[i]);
    c->out[0] = tn_dims_of((int)rank, dims);
    return TN_OK;
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

#define SEEDS "seed: int = 0; seed2: int = 0; "
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
