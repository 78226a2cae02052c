/* Made by `make generate` from the registry (lib/ops): do not edit. */
/* clang-format off */
#include "graph/construct.h"

tn_output tn_placeholder_with_default_with(tn_output input, const tn_placeholder_with_default_args *args)
{
    static const tn_placeholder_with_default_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        TN_SHAPE_ATTR("shape", args->shape.dims ? args->shape.rank : -1, args->shape.dims),
    };
    const tn_construction c = { "PlaceholderWithDefault", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_identity_with(const tn_identity_args *args)
{
    static const tn_identity_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->input };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Identity", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_stop_gradient_with(const tn_stop_gradient_args *args)
{
    static const tn_stop_gradient_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->input };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "StopGradient", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_op *tn_no_op_with(const tn_no_op_args *args)
{
    static const tn_no_op_args none;
    args = args ? args : &none;
    const tn_construction c = { "NoOp", args->name, NULL, 0, NULL, 0 };
    return tn_construct(&c);
}

tn_output tn_variable_v2_with(tn_shape shape, const tn_variable_v2_args *args)
{
    static const tn_variable_v2_args none;
    args = args ? args : &none;
    tn_attr attrs[] = {
        TN_SHAPE_ATTR("shape", shape.dims ? shape.rank : -1, shape.dims),
        tn_given_type("dtype", args->dtype),
        tn_given_string("container", args->container),
        tn_given_string("shared_name", args->shared_name),
    };
    const tn_construction c = { "VariableV2", args->name, NULL, 0, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_is_variable_initialized_with(const tn_is_variable_initialized_args *args)
{
    static const tn_is_variable_initialized_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->ref };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "IsVariableInitialized", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_var_handle_op_with(tn_dtype dtype, const tn_var_handle_op_args *args)
{
    static const tn_var_handle_op_args none;
    args = args ? args : &none;
    tn_attr attrs[] = {
        tn_given_type("dtype", dtype),
        TN_SHAPE_ATTR("shape", args->shape.dims ? args->shape.rank : -1, args->shape.dims),
        tn_given_string("container", args->container),
        tn_given_string("shared_name", args->shared_name),
    };
    const tn_construction c = { "VarHandleOp", args->name, NULL, 0, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_read_variable_op_with(tn_output resource, const tn_read_variable_op_args *args)
{
    static const tn_read_variable_op_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { resource };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_type("dtype", args->dtype),
    };
    const tn_construction c = { "ReadVariableOp", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_op *tn_assign_variable_op_with(tn_output resource, const tn_assign_variable_op_args *args)
{
    static const tn_assign_variable_op_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { resource, args->value };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "AssignVariableOp", args->name, parts, 1, NULL, 0 };
    return tn_construct(&c);
}

tn_op *tn_assign_add_variable_op_with(tn_output resource, const tn_assign_add_variable_op_args *args)
{
    static const tn_assign_add_variable_op_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { resource, args->value };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "AssignAddVariableOp", args->name, parts, 1, NULL, 0 };
    return tn_construct(&c);
}

tn_op *tn_assign_sub_variable_op_with(tn_output resource, const tn_assign_sub_variable_op_args *args)
{
    static const tn_assign_sub_variable_op_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { resource, args->value };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "AssignSubVariableOp", args->name, parts, 1, NULL, 0 };
    return tn_construct(&c);
}

tn_output tn_var_is_initialized_op_with(const tn_var_is_initialized_op_args *args)
{
    static const tn_var_is_initialized_op_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->resource };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "VarIsInitializedOp", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_neg_with(const tn_neg_args *args)
{
    static const tn_neg_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Neg", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_abs_with(const tn_abs_args *args)
{
    static const tn_abs_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Abs", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_sign_with(const tn_sign_args *args)
{
    static const tn_sign_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Sign", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_square_with(const tn_square_args *args)
{
    static const tn_square_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Square", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_sqrt_with(const tn_sqrt_args *args)
{
    static const tn_sqrt_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Sqrt", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_rsqrt_with(const tn_rsqrt_args *args)
{
    static const tn_rsqrt_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Rsqrt", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_exp_with(const tn_exp_args *args)
{
    static const tn_exp_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Exp", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_log_with(const tn_log_args *args)
{
    static const tn_log_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Log", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_tanh_with(const tn_tanh_args *args)
{
    static const tn_tanh_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Tanh", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_sigmoid_with(const tn_sigmoid_args *args)
{
    static const tn_sigmoid_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Sigmoid", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_reciprocal_with(const tn_reciprocal_args *args)
{
    static const tn_reciprocal_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Reciprocal", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_inv_with(const tn_inv_args *args)
{
    static const tn_inv_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Inv", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_relu_with(const tn_relu_args *args)
{
    static const tn_relu_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->features };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Relu", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_softplus_with(const tn_softplus_args *args)
{
    static const tn_softplus_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->features };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Softplus", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_relu_grad_with(tn_output gradients, const tn_relu_grad_args *args)
{
    static const tn_relu_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { gradients, args->features };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "ReluGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_softplus_grad_with(tn_output gradients, const tn_softplus_grad_args *args)
{
    static const tn_softplus_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { gradients, args->features };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "SoftplusGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_sigmoid_grad_with(tn_output y, const tn_sigmoid_grad_args *args)
{
    static const tn_sigmoid_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y, args->dy };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "SigmoidGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_tanh_grad_with(tn_output y, const tn_tanh_grad_args *args)
{
    static const tn_tanh_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y, args->dy };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "TanhGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_sqrt_grad_with(tn_output y, const tn_sqrt_grad_args *args)
{
    static const tn_sqrt_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y, args->dy };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "SqrtGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_rsqrt_grad_with(tn_output y, const tn_rsqrt_grad_args *args)
{
    static const tn_rsqrt_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y, args->dy };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "RsqrtGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_inv_grad_with(tn_output y, const tn_inv_grad_args *args)
{
    static const tn_inv_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y, args->dy };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "InvGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_reciprocal_grad_with(tn_output y, const tn_reciprocal_grad_args *args)
{
    static const tn_reciprocal_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y, args->dy };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "ReciprocalGrad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_add_with(tn_output x, const tn_add_args *args)
{
    static const tn_add_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Add", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_add_v2_with(tn_output x, const tn_add_v2_args *args)
{
    static const tn_add_v2_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "AddV2", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_sub_with(tn_output x, const tn_sub_args *args)
{
    static const tn_sub_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Sub", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_mul_with(tn_output x, const tn_mul_args *args)
{
    static const tn_mul_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Mul", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_div_with(tn_output x, const tn_div_args *args)
{
    static const tn_div_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Div", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_real_div_with(tn_output x, const tn_real_div_args *args)
{
    static const tn_real_div_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "RealDiv", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_floor_div_with(tn_output x, const tn_floor_div_args *args)
{
    static const tn_floor_div_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "FloorDiv", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_floor_mod_with(tn_output x, const tn_floor_mod_args *args)
{
    static const tn_floor_mod_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "FloorMod", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_pow_with(tn_output x, const tn_pow_args *args)
{
    static const tn_pow_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Pow", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_maximum_with(tn_output x, const tn_maximum_args *args)
{
    static const tn_maximum_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Maximum", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_minimum_with(tn_output x, const tn_minimum_args *args)
{
    static const tn_minimum_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Minimum", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_squared_difference_with(tn_output x, const tn_squared_difference_args *args)
{
    static const tn_squared_difference_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "SquaredDifference", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_less_with(tn_output x, const tn_less_args *args)
{
    static const tn_less_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Less", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_less_equal_with(tn_output x, const tn_less_equal_args *args)
{
    static const tn_less_equal_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "LessEqual", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_greater_with(tn_output x, const tn_greater_args *args)
{
    static const tn_greater_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Greater", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_greater_equal_with(tn_output x, const tn_greater_equal_args *args)
{
    static const tn_greater_equal_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "GreaterEqual", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_equal_with(tn_output x, const tn_equal_args *args)
{
    static const tn_equal_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Equal", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_not_equal_with(tn_output x, const tn_not_equal_args *args)
{
    static const tn_not_equal_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "NotEqual", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_logical_and_with(tn_output x, const tn_logical_and_args *args)
{
    static const tn_logical_and_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "LogicalAnd", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_logical_or_with(tn_output x, const tn_logical_or_args *args)
{
    static const tn_logical_or_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, args->y };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "LogicalOr", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_logical_not_with(const tn_logical_not_args *args)
{
    static const tn_logical_not_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "LogicalNot", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_select_with(tn_output condition, tn_output t, const tn_select_args *args)
{
    static const tn_select_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { condition, t, args->e };
    const tn_outputs parts[] = { { inputs, 3 } };
    const tn_construction c = { "Select", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_select_v2_with(tn_output condition, tn_output t, const tn_select_v2_args *args)
{
    static const tn_select_v2_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { condition, t, args->e };
    const tn_outputs parts[] = { { inputs, 3 } };
    const tn_construction c = { "SelectV2", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_cast_with(tn_output x, const tn_cast_args *args)
{
    static const tn_cast_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_type("DstT", args->dst_t),
        TN_BOOL_ATTR("Truncate", args->truncate),
    };
    const tn_construction c = { "Cast", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_reshape_with(tn_output tensor, const tn_reshape_args *args)
{
    static const tn_reshape_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { tensor, args->shape };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Reshape", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_squeeze_with(const tn_squeeze_args *args)
{
    static const tn_squeeze_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->input };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_ints("squeeze_dims", args->squeeze_dims),
    };
    const tn_construction c = { "Squeeze", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_shape_of_with(const tn_shape_of_args *args)
{
    static const tn_shape_of_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->input };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_type("out_type", args->out_type),
    };
    const tn_construction c = { "Shape", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_rank_with(const tn_rank_args *args)
{
    static const tn_rank_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->input };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Rank", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_size_with(const tn_size_args *args)
{
    static const tn_size_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->input };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_type("out_type", args->out_type),
    };
    const tn_construction c = { "Size", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_zeros_like_with(const tn_zeros_like_args *args)
{
    static const tn_zeros_like_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "ZerosLike", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_ones_like_with(const tn_ones_like_args *args)
{
    static const tn_ones_like_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "OnesLike", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_range_with(tn_output start, tn_output limit, const tn_range_args *args)
{
    static const tn_range_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { start, limit, args->delta };
    const tn_outputs parts[] = { { inputs, 3 } };
    const tn_construction c = { "Range", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_broadcast_to_with(tn_output input, const tn_broadcast_to_args *args)
{
    static const tn_broadcast_to_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, args->shape };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "BroadcastTo", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_op *tn_broadcast_gradient_args_with(tn_output s0, const tn_broadcast_gradient_args_args *args)
{
    static const tn_broadcast_gradient_args_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { s0, args->s1 };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "BroadcastGradientArgs", args->name, parts, 1, NULL, 0 };
    return tn_construct(&c);
}

tn_output tn_invert_permutation_with(const tn_invert_permutation_args *args)
{
    static const tn_invert_permutation_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->x };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "InvertPermutation", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_op *tn_concat_offset_with(tn_output concat_dim, const tn_concat_offset_args *args)
{
    static const tn_concat_offset_args none;
    args = args ? args : &none;
    const tn_outputs parts[] = { { &concat_dim, 1 }, args->shape };
    const tn_construction c = { "ConcatOffset", args->name, parts, 2, NULL, 0 };
    return tn_construct(&c);
}

tn_output tn_slice_with(tn_output input, tn_output begin, const tn_slice_args *args)
{
    static const tn_slice_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, begin, args->size };
    const tn_outputs parts[] = { { inputs, 3 } };
    const tn_construction c = { "Slice", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_strided_slice_with(tn_output input, tn_output begin, tn_output end, const tn_strided_slice_args *args)
{
    static const tn_strided_slice_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, begin, end, args->strides };
    const tn_outputs parts[] = { { inputs, 4 } };
    tn_attr attrs[] = {
        TN_INT_ATTR("begin_mask", args->begin_mask),
        TN_INT_ATTR("end_mask", args->end_mask),
        TN_INT_ATTR("ellipsis_mask", args->ellipsis_mask),
        TN_INT_ATTR("new_axis_mask", args->new_axis_mask),
        TN_INT_ATTR("shrink_axis_mask", args->shrink_axis_mask),
    };
    const tn_construction c = { "StridedSlice", args->name, parts, 1, attrs, 5 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_strided_slice_grad_with(tn_output shape, tn_output begin, tn_output end, tn_output strides, const tn_strided_slice_grad_args *args)
{
    static const tn_strided_slice_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { shape, begin, end, strides, args->dy };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        TN_INT_ATTR("begin_mask", args->begin_mask),
        TN_INT_ATTR("end_mask", args->end_mask),
        TN_INT_ATTR("ellipsis_mask", args->ellipsis_mask),
        TN_INT_ATTR("new_axis_mask", args->new_axis_mask),
        TN_INT_ATTR("shrink_axis_mask", args->shrink_axis_mask),
    };
    const tn_construction c = { "StridedSliceGrad", args->name, parts, 1, attrs, 5 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_pack_with(const tn_pack_args *args)
{
    static const tn_pack_args none;
    args = args ? args : &none;
    const tn_outputs parts[] = { args->values };
    tn_attr attrs[] = {
        TN_INT_ATTR("axis", args->axis),
    };
    const tn_construction c = { "Pack", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_op *tn_unpack_with(tn_output value, const tn_unpack_args *args)
{
    static const tn_unpack_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { value };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        TN_INT_ATTR("num", args->num),
        TN_INT_ATTR("axis", args->axis),
    };
    const tn_construction c = { "Unpack", args->name, parts, 1, attrs, 2 };
    return tn_construct(&c);
}

tn_op *tn_split_with(tn_output split_dim, tn_output value, const tn_split_args *args)
{
    static const tn_split_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { split_dim, value };
    const tn_outputs parts[] = { { inputs, 2 } };
    tn_attr attrs[] = {
        TN_INT_ATTR("num_split", args->num_split),
    };
    const tn_construction c = { "Split", args->name, parts, 1, attrs, 1 };
    return tn_construct(&c);
}

tn_output tn_tile_with(tn_output input, const tn_tile_args *args)
{
    static const tn_tile_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, args->multiples };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Tile", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_pad_with(tn_output input, const tn_pad_args *args)
{
    static const tn_pad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, args->paddings };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "Pad", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_unsorted_segment_sum_with(tn_output data, tn_output segment_ids, const tn_unsorted_segment_sum_args *args)
{
    static const tn_unsorted_segment_sum_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { data, segment_ids, args->num_segments };
    const tn_outputs parts[] = { { inputs, 3 } };
    const tn_construction c = { "UnsortedSegmentSum", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_matmul_with(tn_output a, const tn_matmul_args *args)
{
    static const tn_matmul_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { a, args->b };
    const tn_outputs parts[] = { { inputs, 2 } };
    tn_attr attrs[] = {
        TN_BOOL_ATTR("transpose_a", args->transpose_a),
        TN_BOOL_ATTR("transpose_b", args->transpose_b),
    };
    const tn_construction c = { "MatMul", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_bias_add_with(tn_output value, const tn_bias_add_args *args)
{
    static const tn_bias_add_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { value, args->bias };
    const tn_outputs parts[] = { { inputs, 2 } };
    tn_attr attrs[] = {
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "BiasAdd", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_bias_add_grad_with(const tn_bias_add_grad_args *args)
{
    static const tn_bias_add_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->out_backprop };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "BiasAddGrad", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_add_n_with(const tn_add_n_args *args)
{
    static const tn_add_n_args none;
    args = args ? args : &none;
    const tn_outputs parts[] = { args->inputs };
    const tn_construction c = { "AddN", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_conv2d_with(tn_output input, const tn_conv2d_args *args)
{
    static const tn_conv2d_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, args->filter };
    const tn_outputs parts[] = { { inputs, 2 } };
    tn_attr attrs[] = {
        tn_given_ints("strides", args->strides),
        tn_given_switch("use_cudnn_on_gpu", args->use_cudnn_on_gpu),
        tn_given_string("padding", args->padding),
        tn_given_ints("explicit_paddings", args->explicit_paddings),
        tn_given_string("data_format", args->data_format),
        tn_given_ints("dilations", args->dilations),
    };
    const tn_construction c = { "Conv2D", args->name, parts, 1, attrs, 6 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_conv2d_backprop_input_with(tn_output input_sizes, tn_output filter, const tn_conv2d_backprop_input_args *args)
{
    static const tn_conv2d_backprop_input_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input_sizes, filter, args->out_backprop };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        tn_given_ints("strides", args->strides),
        tn_given_switch("use_cudnn_on_gpu", args->use_cudnn_on_gpu),
        tn_given_string("padding", args->padding),
        tn_given_ints("explicit_paddings", args->explicit_paddings),
        tn_given_string("data_format", args->data_format),
        tn_given_ints("dilations", args->dilations),
    };
    const tn_construction c = { "Conv2DBackpropInput", args->name, parts, 1, attrs, 6 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_conv2d_backprop_filter_with(tn_output input, tn_output filter_sizes, const tn_conv2d_backprop_filter_args *args)
{
    static const tn_conv2d_backprop_filter_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, filter_sizes, args->out_backprop };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        tn_given_ints("strides", args->strides),
        tn_given_switch("use_cudnn_on_gpu", args->use_cudnn_on_gpu),
        tn_given_string("padding", args->padding),
        tn_given_ints("explicit_paddings", args->explicit_paddings),
        tn_given_string("data_format", args->data_format),
        tn_given_ints("dilations", args->dilations),
    };
    const tn_construction c = { "Conv2DBackpropFilter", args->name, parts, 1, attrs, 6 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_depthwise_conv2d_native_with(tn_output input, const tn_depthwise_conv2d_native_args *args)
{
    static const tn_depthwise_conv2d_native_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, args->filter };
    const tn_outputs parts[] = { { inputs, 2 } };
    tn_attr attrs[] = {
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
        tn_given_ints("dilations", args->dilations),
    };
    const tn_construction c = { "DepthwiseConv2dNative", args->name, parts, 1, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_depthwise_conv2d_native_backprop_input_with(tn_output input_sizes, tn_output filter, const tn_depthwise_conv2d_native_backprop_input_args *args)
{
    static const tn_depthwise_conv2d_native_backprop_input_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input_sizes, filter, args->out_backprop };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
        tn_given_ints("dilations", args->dilations),
    };
    const tn_construction c = { "DepthwiseConv2dNativeBackpropInput", args->name, parts, 1, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_depthwise_conv2d_native_backprop_filter_with(tn_output input, tn_output filter_sizes, const tn_depthwise_conv2d_native_backprop_filter_args *args)
{
    static const tn_depthwise_conv2d_native_backprop_filter_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, filter_sizes, args->out_backprop };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
        tn_given_ints("dilations", args->dilations),
    };
    const tn_construction c = { "DepthwiseConv2dNativeBackpropFilter", args->name, parts, 1, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_softmax_with(const tn_softmax_args *args)
{
    static const tn_softmax_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->logits };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "Softmax", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_log_softmax_with(const tn_log_softmax_args *args)
{
    static const tn_log_softmax_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->logits };
    const tn_outputs parts[] = { { inputs, 1 } };
    const tn_construction c = { "LogSoftmax", args->name, parts, 1, NULL, 0 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_op *tn_softmax_cross_entropy_with_logits_with(tn_output features, const tn_softmax_cross_entropy_with_logits_args *args)
{
    static const tn_softmax_cross_entropy_with_logits_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { features, args->labels };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "SoftmaxCrossEntropyWithLogits", args->name, parts, 1, NULL, 0 };
    return tn_construct(&c);
}

tn_op *tn_sparse_softmax_cross_entropy_with_logits_with(tn_output features, const tn_sparse_softmax_cross_entropy_with_logits_args *args)
{
    static const tn_sparse_softmax_cross_entropy_with_logits_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { features, args->labels };
    const tn_outputs parts[] = { { inputs, 2 } };
    const tn_construction c = { "SparseSoftmaxCrossEntropyWithLogits", args->name, parts, 1, NULL, 0 };
    return tn_construct(&c);
}

tn_op *tn_fused_batch_norm_with(tn_output x, tn_output scale, tn_output offset, tn_output mean, const tn_fused_batch_norm_args *args)
{
    static const tn_fused_batch_norm_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, scale, offset, mean, args->variance };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        tn_given_float("epsilon", args->epsilon),
        tn_given_float("exponential_avg_factor", args->exponential_avg_factor),
        tn_given_string("data_format", args->data_format),
        tn_given_switch("is_training", args->is_training),
    };
    const tn_construction c = { "FusedBatchNorm", args->name, parts, 1, attrs, 4 };
    return tn_construct(&c);
}

tn_op *tn_fused_batch_norm_v2_with(tn_output x, tn_output scale, tn_output offset, tn_output mean, const tn_fused_batch_norm_v2_args *args)
{
    static const tn_fused_batch_norm_v2_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, scale, offset, mean, args->variance };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        tn_given_float("epsilon", args->epsilon),
        tn_given_float("exponential_avg_factor", args->exponential_avg_factor),
        tn_given_string("data_format", args->data_format),
        tn_given_switch("is_training", args->is_training),
    };
    const tn_construction c = { "FusedBatchNormV2", args->name, parts, 1, attrs, 4 };
    return tn_construct(&c);
}

tn_op *tn_fused_batch_norm_v3_with(tn_output x, tn_output scale, tn_output offset, tn_output mean, const tn_fused_batch_norm_v3_args *args)
{
    static const tn_fused_batch_norm_v3_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { x, scale, offset, mean, args->variance };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        tn_given_float("epsilon", args->epsilon),
        tn_given_float("exponential_avg_factor", args->exponential_avg_factor),
        tn_given_string("data_format", args->data_format),
        tn_given_switch("is_training", args->is_training),
    };
    const tn_construction c = { "FusedBatchNormV3", args->name, parts, 1, attrs, 4 };
    return tn_construct(&c);
}

tn_op *tn_fused_batch_norm_grad_with(tn_output y_backprop, tn_output x, tn_output scale, tn_output reserve_space_1, const tn_fused_batch_norm_grad_args *args)
{
    static const tn_fused_batch_norm_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y_backprop, x, scale, reserve_space_1, args->reserve_space_2 };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        tn_given_float("epsilon", args->epsilon),
        tn_given_string("data_format", args->data_format),
        tn_given_switch("is_training", args->is_training),
    };
    const tn_construction c = { "FusedBatchNormGrad", args->name, parts, 1, attrs, 3 };
    return tn_construct(&c);
}

tn_op *tn_fused_batch_norm_grad_v2_with(tn_output y_backprop, tn_output x, tn_output scale, tn_output reserve_space_1, const tn_fused_batch_norm_grad_v2_args *args)
{
    static const tn_fused_batch_norm_grad_v2_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y_backprop, x, scale, reserve_space_1, args->reserve_space_2 };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        tn_given_float("epsilon", args->epsilon),
        tn_given_string("data_format", args->data_format),
        tn_given_switch("is_training", args->is_training),
    };
    const tn_construction c = { "FusedBatchNormGradV2", args->name, parts, 1, attrs, 3 };
    return tn_construct(&c);
}

tn_op *tn_fused_batch_norm_grad_v3_with(tn_output y_backprop, tn_output x, tn_output scale, tn_output reserve_space_1, tn_output reserve_space_2, const tn_fused_batch_norm_grad_v3_args *args)
{
    static const tn_fused_batch_norm_grad_v3_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { y_backprop, x, scale, reserve_space_1, reserve_space_2, args->reserve_space_3 };
    const tn_outputs parts[] = { { inputs, 6 } };
    tn_attr attrs[] = {
        tn_given_float("epsilon", args->epsilon),
        tn_given_string("data_format", args->data_format),
        tn_given_switch("is_training", args->is_training),
    };
    const tn_construction c = { "FusedBatchNormGradV3", args->name, parts, 1, attrs, 3 };
    return tn_construct(&c);
}

tn_output tn_max_pool_with(const tn_max_pool_args *args)
{
    static const tn_max_pool_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->input };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_ints("ksize", args->ksize),
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_ints("explicit_paddings", args->explicit_paddings),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "MaxPool", args->name, parts, 1, attrs, 5 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_max_pool_grad_with(tn_output orig_input, tn_output orig_output, const tn_max_pool_grad_args *args)
{
    static const tn_max_pool_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { orig_input, orig_output, args->grad };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        tn_given_ints("ksize", args->ksize),
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_ints("explicit_paddings", args->explicit_paddings),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "MaxPoolGrad", args->name, parts, 1, attrs, 5 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_max_pool_grad_grad_with(tn_output orig_input, tn_output orig_output, const tn_max_pool_grad_grad_args *args)
{
    static const tn_max_pool_grad_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { orig_input, orig_output, args->grad };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        tn_given_ints("ksize", args->ksize),
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "MaxPoolGradGrad", args->name, parts, 1, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_max_pool_v2_with(tn_output input, tn_output ksize, const tn_max_pool_v2_args *args)
{
    static const tn_max_pool_v2_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { input, ksize, args->strides };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "MaxPoolV2", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_max_pool_grad_v2_with(tn_output orig_input, tn_output orig_output, tn_output grad, tn_output ksize, const tn_max_pool_grad_v2_args *args)
{
    static const tn_max_pool_grad_v2_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { orig_input, orig_output, grad, ksize, args->strides };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "MaxPoolGradV2", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_max_pool_grad_grad_v2_with(tn_output orig_input, tn_output orig_output, tn_output grad, tn_output ksize, const tn_max_pool_grad_grad_v2_args *args)
{
    static const tn_max_pool_grad_grad_v2_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { orig_input, orig_output, grad, ksize, args->strides };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "MaxPoolGradGradV2", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_avg_pool_with(const tn_avg_pool_args *args)
{
    static const tn_avg_pool_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { args->value };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_ints("ksize", args->ksize),
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "AvgPool", args->name, parts, 1, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_avg_pool_grad_with(tn_output orig_input_shape, const tn_avg_pool_grad_args *args)
{
    static const tn_avg_pool_grad_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { orig_input_shape, args->grad };
    const tn_outputs parts[] = { { inputs, 2 } };
    tn_attr attrs[] = {
        tn_given_ints("ksize", args->ksize),
        tn_given_ints("strides", args->strides),
        tn_given_string("padding", args->padding),
        tn_given_string("data_format", args->data_format),
    };
    const tn_construction c = { "AvgPoolGrad", args->name, parts, 1, attrs, 4 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_random_uniform_int_with(tn_output shape, tn_output minval, const tn_random_uniform_int_args *args)
{
    static const tn_random_uniform_int_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { shape, minval, args->maxval };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        TN_INT_ATTR("seed", args->seed),
        TN_INT_ATTR("seed2", args->seed2),
    };
    const tn_construction c = { "RandomUniformInt", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_random_standard_normal_with(tn_output shape, const tn_random_standard_normal_args *args)
{
    static const tn_random_standard_normal_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { shape };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_attr attrs[] = {
        tn_given_type("dtype", args->dtype),
        TN_INT_ATTR("seed", args->seed),
        TN_INT_ATTR("seed2", args->seed2),
    };
    const tn_construction c = { "RandomStandardNormal", args->name, parts, 1, attrs, 3 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_apply_gradient_descent_with(tn_output var, tn_output alpha, const tn_apply_gradient_descent_args *args)
{
    static const tn_apply_gradient_descent_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { var, alpha, args->delta };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        TN_BOOL_ATTR("use_locking", args->use_locking),
    };
    const tn_construction c = { "ApplyGradientDescent", args->name, parts, 1, attrs, 1 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_apply_momentum_with(tn_output var, tn_output accum, tn_output lr, tn_output grad, const tn_apply_momentum_args *args)
{
    static const tn_apply_momentum_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { var, accum, lr, grad, args->momentum };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        TN_BOOL_ATTR("use_locking", args->use_locking),
        TN_BOOL_ATTR("use_nesterov", args->use_nesterov),
    };
    const tn_construction c = { "ApplyMomentum", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_output tn_apply_adam_with(tn_output var, tn_output m, tn_output v, tn_output beta1_power, tn_output beta2_power, tn_output lr, tn_output beta1, tn_output beta2, tn_output epsilon, const tn_apply_adam_args *args)
{
    static const tn_apply_adam_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, args->grad };
    const tn_outputs parts[] = { { inputs, 10 } };
    tn_attr attrs[] = {
        TN_BOOL_ATTR("use_locking", args->use_locking),
        TN_BOOL_ATTR("use_nesterov", args->use_nesterov),
    };
    const tn_construction c = { "ApplyAdam", args->name, parts, 1, attrs, 2 };
    return tn_op_output(tn_construct(&c), 0);
}

tn_op *tn_resource_apply_gradient_descent_with(tn_output var, tn_output alpha, const tn_resource_apply_gradient_descent_args *args)
{
    static const tn_resource_apply_gradient_descent_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { var, alpha, args->delta };
    const tn_outputs parts[] = { { inputs, 3 } };
    tn_attr attrs[] = {
        TN_BOOL_ATTR("use_locking", args->use_locking),
    };
    const tn_construction c = { "ResourceApplyGradientDescent", args->name, parts, 1, attrs, 1 };
    return tn_construct(&c);
}

tn_op *tn_resource_apply_momentum_with(tn_output var, tn_output accum, tn_output lr, tn_output grad, const tn_resource_apply_momentum_args *args)
{
    static const tn_resource_apply_momentum_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { var, accum, lr, grad, args->momentum };
    const tn_outputs parts[] = { { inputs, 5 } };
    tn_attr attrs[] = {
        TN_BOOL_ATTR("use_locking", args->use_locking),
        TN_BOOL_ATTR("use_nesterov", args->use_nesterov),
    };
    const tn_construction c = { "ResourceApplyMomentum", args->name, parts, 1, attrs, 2 };
    return tn_construct(&c);
}

tn_op *tn_resource_apply_adam_with(tn_output var, tn_output m, tn_output v, tn_output beta1_power, tn_output beta2_power, tn_output lr, tn_output beta1, tn_output beta2, tn_output epsilon, const tn_resource_apply_adam_args *args)
{
    static const tn_resource_apply_adam_args none;
    args = args ? args : &none;
    const tn_output inputs[] = { var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, args->grad };
    const tn_outputs parts[] = { { inputs, 10 } };
    tn_attr attrs[] = {
        TN_BOOL_ATTR("use_locking", args->use_locking),
        TN_BOOL_ATTR("use_nesterov", args->use_nesterov),
    };
    const tn_construction c = { "ResourceApplyAdam", args->name, parts, 1, attrs, 2 };
    return tn_construct(&c);
}

