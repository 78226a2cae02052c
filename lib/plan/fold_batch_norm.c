/*
 * Folding: the filter of a convolution takes in the factors of the normalisation behind it, and an addition of a bias remains:
 *
 *   s = scale / sqrt(variance + epsilon),   filter'[…, c] = filter[…, c] * s[c],   bias[c] = offset[c] - mean[c] * s[c]
 *
 * This rounds at other places than the two operations do.
 */
#include <math.h>
#include "plan/batch_norm.h"

static double factor_of(const tn_compile *c, const tn_node *norm, int64_t channel)
{
    const double variance = (double)tn_norm_elements(c, norm, TN_NORM_VARIANCE)[channel];
    return (double)tn_norm_elements(c, norm, TN_NORM_SCALE)[channel] / sqrt(variance + tn_op_float(norm->op, "epsilon"));
}

/* Channels are the last axis of a filter; of a depthwise one the last two together. */
static void fold_filter(const tn_compile *c, const tn_norm_pair *p, int64_t channels, float *filter, int64_t n)
{
    const float *old = tn_norm_elements(c, p->conv, TN_CONV_FILTER);
    for (int64_t k = 0; k < channels; k++) {
        const double factor = factor_of(c, p->norm, k);
        for (int64_t i = k; i < n; i += channels)
            filter[i] = (float)((double)old[i] * factor);
    }
}

static void fold_bias(const tn_compile *c, const tn_node *norm, int64_t channels, float *bias)
{
    const float *offset = tn_norm_elements(c, norm, TN_NORM_OFFSET), *mean = tn_norm_elements(c, norm, TN_NORM_MEAN);
    for (int64_t k = 0; k < channels; k++)
        bias[k] = (float)((double)offset[k] - (double)mean[k] * factor_of(c, norm, k));
}

tn_status tn_fold_batch_norm(tn_compile *c, const tn_norm_pair *p)
{
    tn_tensor *filter, *bias;
    const uint32_t old = tn_norm_operand(c, p->conv, TN_CONV_FILTER), offset = tn_norm_operand(c, p->norm, TN_NORM_OFFSET);
    const uint32_t new_filter = tn_norm_constant(c, old, c->values[old].dims, &filter);
    const uint32_t new_bias = new_filter == TN_NONE ? TN_NONE : tn_norm_constant(c, offset, c->values[offset].dims, &bias);
    const tn_op *op = new_bias == TN_NONE ? NULL : tn_norm_op_as(c, p->norm->op, "BiasAdd");
    if (!op)
        return TN_RESOURCE_EXHAUSTED;
    const int64_t channels = bias->dims.dim[0];
    fold_filter(c, p, channels, filter->data, tn_dims_size(&filter->dims));
    fold_bias(c, p->norm, channels, bias->data);
    c->operands[p->conv->first_operand + TN_CONV_FILTER] = new_filter;
    c->operands[p->norm->first_operand + 1] = new_bias;
    tn_norm_become(c, p->norm, op);
    return TN_OK;
}
