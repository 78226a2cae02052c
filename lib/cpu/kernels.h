/* Every kernel: what a row's prepare names. Grouped by the file of lib/cpu that defines them. */
#ifndef TN_CPU_KERNELS_H
#define TN_CPU_KERNELS_H

#include "ops/kernel.h"

/* unary.c */
tn_status tn_prepare_neg(tn_prepare *p);
tn_status tn_prepare_abs(tn_prepare *p);
tn_status tn_prepare_sign(tn_prepare *p);
tn_status tn_prepare_square(tn_prepare *p);
tn_status tn_prepare_sqrt(tn_prepare *p);
tn_status tn_prepare_rsqrt(tn_prepare *p);
tn_status tn_prepare_exp(tn_prepare *p);
tn_status tn_prepare_log(tn_prepare *p);
tn_status tn_prepare_tanh(tn_prepare *p);
tn_status tn_prepare_sigmoid(tn_prepare *p);
tn_status tn_prepare_relu(tn_prepare *p);
tn_status tn_prepare_softplus(tn_prepare *p);
tn_status tn_prepare_reciprocal(tn_prepare *p);
tn_status tn_prepare_logical_not(tn_prepare *p);

/* unary_grad.c */
tn_status tn_prepare_relu_grad(tn_prepare *p);
tn_status tn_prepare_sigmoid_grad(tn_prepare *p);
tn_status tn_prepare_tanh_grad(tn_prepare *p);
tn_status tn_prepare_sqrt_grad(tn_prepare *p);
tn_status tn_prepare_rsqrt_grad(tn_prepare *p);
tn_status tn_prepare_softplus_grad(tn_prepare *p);
tn_status tn_prepare_reciprocal_grad(tn_prepare *p);

/* binary.c */
tn_status tn_prepare_add(tn_prepare *p);
tn_status tn_prepare_sub(tn_prepare *p);
tn_status tn_prepare_mul(tn_prepare *p);
tn_status tn_prepare_div(tn_prepare *p);
tn_status tn_prepare_real_div(tn_prepare *p);
tn_status tn_prepare_floor_div(tn_prepare *p);
tn_status tn_prepare_floor_mod(tn_prepare *p);
tn_status tn_prepare_pow(tn_prepare *p);
tn_status tn_prepare_maximum(tn_prepare *p);
tn_status tn_prepare_minimum(tn_prepare *p);
tn_status tn_prepare_squared_difference(tn_prepare *p);

/* compare.c */
tn_status tn_prepare_less(tn_prepare *p);
tn_status tn_prepare_less_equal(tn_prepare *p);
tn_status tn_prepare_greater(tn_prepare *p);
tn_status tn_prepare_greater_equal(tn_prepare *p);
tn_status tn_prepare_equal(tn_prepare *p);
tn_status tn_prepare_not_equal(tn_prepare *p);
tn_status tn_prepare_logical_and(tn_prepare *p);
tn_status tn_prepare_logical_or(tn_prepare *p);

/* select.c */
tn_status tn_prepare_select(tn_prepare *p);
tn_status tn_prepare_select_v2(tn_prepare *p);

/* cast.c */
tn_status tn_prepare_cast(tn_prepare *p);

/* reduce.c */
tn_status tn_prepare_sum(tn_prepare *p);
tn_status tn_prepare_mean(tn_prepare *p);
tn_status tn_prepare_max(tn_prepare *p);
tn_status tn_prepare_min(tn_prepare *p);
tn_status tn_prepare_prod(tn_prepare *p);
tn_status tn_prepare_all(tn_prepare *p);
tn_status tn_prepare_any(tn_prepare *p);

/* argreduce.c */
tn_status tn_prepare_argmax(tn_prepare *p);
tn_status tn_prepare_argmin(tn_prepare *p);

/* matmul.c, bias.c, add_n.c */
tn_status tn_prepare_matmul(tn_prepare *p);
tn_status tn_prepare_bias_add(tn_prepare *p);
tn_status tn_prepare_bias_add_grad(tn_prepare *p);
tn_status tn_prepare_add_n(tn_prepare *p);

/* conv.c, conv_filter.c */
tn_status tn_prepare_conv2d(tn_prepare *p);
tn_status tn_prepare_conv2d_backprop_input(tn_prepare *p);
tn_status tn_prepare_conv2d_backprop_filter(tn_prepare *p);
tn_status tn_prepare_depthwise_conv2d(tn_prepare *p);
tn_status tn_prepare_depthwise_conv2d_backprop_input(tn_prepare *p);
tn_status tn_prepare_depthwise_conv2d_backprop_filter(tn_prepare *p);

/* softmax.c, xent.c */
tn_status tn_prepare_softmax(tn_prepare *p);
tn_status tn_prepare_log_softmax(tn_prepare *p);
tn_status tn_prepare_cross_entropy(tn_prepare *p);
tn_status tn_prepare_sparse_cross_entropy(tn_prepare *p);

/* batch_norm.c: of all versions */
tn_status tn_prepare_batch_norm(tn_prepare *p);
tn_status tn_prepare_batch_norm_grad(tn_prepare *p);

/* pool.c: with the sizes of the window as attributes or as inputs */
tn_status tn_prepare_max_pool(tn_prepare *p);
tn_status tn_prepare_max_pool_grad(tn_prepare *p);
tn_status tn_prepare_max_pool_grad_grad(tn_prepare *p);
tn_status tn_prepare_avg_pool(tn_prepare *p);
tn_status tn_prepare_avg_pool_grad(tn_prepare *p);

/* random.c */
tn_status tn_prepare_random_uniform(tn_prepare *p);
tn_status tn_prepare_random_uniform_int(tn_prepare *p);
tn_status tn_prepare_random_standard_normal(tn_prepare *p);
tn_status tn_prepare_truncated_normal(tn_prepare *p);

/* state.c, of references and resources alike */
tn_status tn_prepare_assign(tn_prepare *p);
tn_status tn_prepare_assign_add(tn_prepare *p);
tn_status tn_prepare_assign_sub(tn_prepare *p);
tn_status tn_prepare_is_initialized(tn_prepare *p);

/* train.c, of references and resources alike */
tn_status tn_prepare_apply_gradient_descent(tn_prepare *p);
tn_status tn_prepare_apply_momentum(tn_prepare *p);
tn_status tn_prepare_apply_adam(tn_prepare *p);

/* fill.c */
tn_status tn_prepare_fill(tn_prepare *p);
tn_status tn_prepare_zeros_like(tn_prepare *p);
tn_status tn_prepare_ones_like(tn_prepare *p);
tn_status tn_prepare_range(tn_prepare *p);
tn_status tn_prepare_broadcast_to(tn_prepare *p);

/* shape.c */
tn_status tn_prepare_shape(tn_prepare *p);
tn_status tn_prepare_rank(tn_prepare *p);
tn_status tn_prepare_size(tn_prepare *p);
tn_status tn_prepare_broadcast_gradient_args(tn_prepare *p);
tn_status tn_prepare_invert_permutation(tn_prepare *p);

/* layout.c */
tn_status tn_prepare_transpose(tn_prepare *p);
tn_status tn_prepare_slice(tn_prepare *p);
tn_status tn_prepare_pad(tn_prepare *p);
tn_status tn_prepare_tile(tn_prepare *p);

/* concat.c */
tn_status tn_prepare_concat_v2(tn_prepare *p);
tn_status tn_prepare_concat_offset(tn_prepare *p);
tn_status tn_prepare_pack(tn_prepare *p);
tn_status tn_prepare_unpack(tn_prepare *p);
tn_status tn_prepare_split(tn_prepare *p);

/* strided_slice.c */
tn_status tn_prepare_strided_slice(tn_prepare *p);
tn_status tn_prepare_strided_slice_grad(tn_prepare *p);

/* gather.c */
tn_status tn_prepare_gather_v2(tn_prepare *p);
tn_status tn_prepare_one_hot(tn_prepare *p);

/* segment.c */
tn_status tn_prepare_unsorted_segment_sum(tn_prepare *p);

#endif
