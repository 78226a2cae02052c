/*
 * Made by `make generate` from the registry (lib/ops): do not edit.
 *
 * One constructor for each operation type. All build in the graph of their inputs, else in the default graph; what fails gives
 * an empty output (or NULL), and the graph keeps its first error. Attributes that have no option here: tn_op_new.
 * args may be NULL: nothing is given.
 */
/* clang-format off */
#ifndef TENURE_OPS_H
#define TENURE_OPS_H

#include <tenure/graph.h>

TN_BEGIN_C

/** What tn_placeholder_with_default takes. */
typedef struct tn_placeholder_with_default_args {
    tn_shape shape;
    const char *name; /**< default "PlaceholderWithDefault" */
} tn_placeholder_with_default_args;
/**
 * PlaceholderWithDefault: the tensor that is fed, or input when none is.
 * Inputs: input (dtype).
 * Outputs: output (dtype).
 * dtype: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_placeholder_with_default_with(tn_output input, const tn_placeholder_with_default_args *args);

/** What tn_identity takes. */
typedef struct tn_identity_args {
    tn_output input;
    const char *name; /**< default "Identity" */
} tn_identity_args;
/**
 * Identity: output = input.
 * Inputs: input (T).
 * Outputs: output (T).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_identity_with(const tn_identity_args *args);

/** What tn_stop_gradient takes. */
typedef struct tn_stop_gradient_args {
    tn_output input;
    const char *name; /**< default "StopGradient" */
} tn_stop_gradient_args;
/**
 * StopGradient: output = input; no gradient flows through it.
 * Inputs: input (T).
 * Outputs: output (T).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_stop_gradient_with(const tn_stop_gradient_args *args);

/** What tn_no_op takes. */
typedef struct tn_no_op_args {
    int unused_;
    const char *name; /**< default "NoOp" */
} tn_no_op_args;
/**
 * NoOp: computes nothing: there to be waited for, or to wait.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_no_op_with(const tn_no_op_args *args);

/** What tn_variable_v2 takes. */
typedef struct tn_variable_v2_args {
    tn_dtype dtype;
    const char *container; /**< default "" */
    const char *shared_name; /**< default "" */
    const char *name; /**< default "VariableV2" */
} tn_variable_v2_args;
/**
 * VariableV2: a reference to a value that lives as long as the session.
 * Outputs: ref (reference to dtype).
 * dtype: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_variable_v2_with(tn_shape shape, const tn_variable_v2_args *args);

/** What tn_is_variable_initialized takes. */
typedef struct tn_is_variable_initialized_args {
    tn_output ref;
    const char *name; /**< default "IsVariableInitialized" */
} tn_is_variable_initialized_args;
/**
 * IsVariableInitialized: whether the variable has a value.
 * Inputs: ref (reference to dtype).
 * Outputs: is_initialized (bool).
 * dtype: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_is_variable_initialized_with(const tn_is_variable_initialized_args *args);

/** What tn_var_handle_op takes. */
typedef struct tn_var_handle_op_args {
    tn_shape shape;
    const char *container; /**< default "" */
    const char *shared_name; /**< default "" */
    const char *name; /**< default "VarHandleOp" */
} tn_var_handle_op_args;
/**
 * VarHandleOp: a handle of a value that lives as long as the session.
 * Outputs: resource (resource).
 * dtype: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_var_handle_op_with(tn_dtype dtype, const tn_var_handle_op_args *args);

/** What tn_read_variable_op takes. */
typedef struct tn_read_variable_op_args {
    tn_dtype dtype;
    const char *name; /**< default "ReadVariableOp" */
} tn_read_variable_op_args;
/**
 * ReadVariableOp: the value of the variable.
 * Inputs: resource (resource).
 * Outputs: value (dtype).
 * dtype: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_read_variable_op_with(tn_output resource, const tn_read_variable_op_args *args);

/** What tn_assign_variable_op takes. */
typedef struct tn_assign_variable_op_args {
    tn_output value;
    const char *name; /**< default "AssignVariableOp" */
} tn_assign_variable_op_args;
/**
 * AssignVariableOp: variable = value.
 * Inputs: resource (resource), value (dtype).
 * dtype: any dtype.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_assign_variable_op_with(tn_output resource, const tn_assign_variable_op_args *args);

/** What tn_assign_add_variable_op takes. */
typedef struct tn_assign_add_variable_op_args {
    tn_output value;
    const char *name; /**< default "AssignAddVariableOp" */
} tn_assign_add_variable_op_args;
/**
 * AssignAddVariableOp: variable += value.
 * Inputs: resource (resource), value (dtype).
 * dtype: any dtype.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_assign_add_variable_op_with(tn_output resource, const tn_assign_add_variable_op_args *args);

/** What tn_assign_sub_variable_op takes. */
typedef struct tn_assign_sub_variable_op_args {
    tn_output value;
    const char *name; /**< default "AssignSubVariableOp" */
} tn_assign_sub_variable_op_args;
/**
 * AssignSubVariableOp: variable -= value.
 * Inputs: resource (resource), value (dtype).
 * dtype: any dtype.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_assign_sub_variable_op_with(tn_output resource, const tn_assign_sub_variable_op_args *args);

/** What tn_var_is_initialized_op takes. */
typedef struct tn_var_is_initialized_op_args {
    tn_output resource;
    const char *name; /**< default "VarIsInitializedOp" */
} tn_var_is_initialized_op_args;
/**
 * VarIsInitializedOp: whether the variable has a value.
 * Inputs: resource (resource).
 * Outputs: is_initialized (bool).
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_var_is_initialized_op_with(const tn_var_is_initialized_op_args *args);

/** What tn_neg takes. */
typedef struct tn_neg_args {
    tn_output x;
    const char *name; /**< default "Neg" */
} tn_neg_args;
/**
 * Neg: -x.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_neg_with(const tn_neg_args *args);

/** What tn_abs takes. */
typedef struct tn_abs_args {
    tn_output x;
    const char *name; /**< default "Abs" */
} tn_abs_args;
/**
 * Abs: |x|; the lowest integer wraps to itself.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, int32, int64, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_abs_with(const tn_abs_args *args);

/** What tn_sign takes. */
typedef struct tn_sign_args {
    tn_output x;
    const char *name; /**< default "Sign" */
} tn_sign_args;
/**
 * Sign: -1, 0 or 1 as x is below, at or above 0; NaN for NaN.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_sign_with(const tn_sign_args *args);

/** What tn_square takes. */
typedef struct tn_square_args {
    tn_output x;
    const char *name; /**< default "Square" */
} tn_square_args;
/**
 * Square: x * x.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_square_with(const tn_square_args *args);

/** What tn_sqrt takes. */
typedef struct tn_sqrt_args {
    tn_output x;
    const char *name; /**< default "Sqrt" */
} tn_sqrt_args;
/**
 * Sqrt: the square root of x; NaN below 0.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_sqrt_with(const tn_sqrt_args *args);

/** What tn_rsqrt takes. */
typedef struct tn_rsqrt_args {
    tn_output x;
    const char *name; /**< default "Rsqrt" */
} tn_rsqrt_args;
/**
 * Rsqrt: 1 / sqrt(x).
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_rsqrt_with(const tn_rsqrt_args *args);

/** What tn_exp takes. */
typedef struct tn_exp_args {
    tn_output x;
    const char *name; /**< default "Exp" */
} tn_exp_args;
/**
 * Exp: e to the power of x.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_exp_with(const tn_exp_args *args);

/** What tn_log takes. */
typedef struct tn_log_args {
    tn_output x;
    const char *name; /**< default "Log" */
} tn_log_args;
/**
 * Log: the natural logarithm of x; -inf at 0, NaN below.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_log_with(const tn_log_args *args);

/** What tn_tanh takes. */
typedef struct tn_tanh_args {
    tn_output x;
    const char *name; /**< default "Tanh" */
} tn_tanh_args;
/**
 * Tanh: (exp(x) - exp(-x)) / (exp(x) + exp(-x)).
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_tanh_with(const tn_tanh_args *args);

/** What tn_sigmoid takes. */
typedef struct tn_sigmoid_args {
    tn_output x;
    const char *name; /**< default "Sigmoid" */
} tn_sigmoid_args;
/**
 * Sigmoid: 1 / (1 + exp(-x)).
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_sigmoid_with(const tn_sigmoid_args *args);

/** What tn_reciprocal takes. */
typedef struct tn_reciprocal_args {
    tn_output x;
    const char *name; /**< default "Reciprocal" */
} tn_reciprocal_args;
/**
 * Reciprocal: 1 / x.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_reciprocal_with(const tn_reciprocal_args *args);

/** What tn_inv takes. */
typedef struct tn_inv_args {
    tn_output x;
    const char *name; /**< default "Inv" */
} tn_inv_args;
/**
 * Inv: 1 / x; the old name of Reciprocal.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_inv_with(const tn_inv_args *args);

/** What tn_relu takes. */
typedef struct tn_relu_args {
    tn_output features;
    const char *name; /**< default "Relu" */
} tn_relu_args;
/**
 * Relu: max(x, 0); NaN for NaN.
 * Inputs: features (T).
 * Outputs: activations (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_relu_with(const tn_relu_args *args);

/** What tn_softplus takes. */
typedef struct tn_softplus_args {
    tn_output features;
    const char *name; /**< default "Softplus" */
} tn_softplus_args;
/**
 * Softplus: log(1 + exp(x)).
 * Inputs: features (T).
 * Outputs: activations (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_softplus_with(const tn_softplus_args *args);

/** What tn_relu_grad takes. */
typedef struct tn_relu_grad_args {
    tn_output features;
    const char *name; /**< default "ReluGrad" */
} tn_relu_grad_args;
/**
 * ReluGrad: gradients where features are above 0, else 0.
 * Inputs: gradients (T), features (T).
 * Outputs: backprops (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_relu_grad_with(tn_output gradients, const tn_relu_grad_args *args);

/** What tn_softplus_grad takes. */
typedef struct tn_softplus_grad_args {
    tn_output features;
    const char *name; /**< default "SoftplusGrad" */
} tn_softplus_grad_args;
/**
 * SoftplusGrad: gradients / (1 + exp(-features)).
 * Inputs: gradients (T), features (T).
 * Outputs: backprops (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_softplus_grad_with(tn_output gradients, const tn_softplus_grad_args *args);

/** What tn_sigmoid_grad takes. */
typedef struct tn_sigmoid_grad_args {
    tn_output dy;
    const char *name; /**< default "SigmoidGrad" */
} tn_sigmoid_grad_args;
/**
 * SigmoidGrad: dy * y * (1 - y): the gradient of y = sigmoid(x).
 * Inputs: y (T), dy (T).
 * Outputs: z (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_sigmoid_grad_with(tn_output y, const tn_sigmoid_grad_args *args);

/** What tn_tanh_grad takes. */
typedef struct tn_tanh_grad_args {
    tn_output dy;
    const char *name; /**< default "TanhGrad" */
} tn_tanh_grad_args;
/**
 * TanhGrad: dy * (1 - y * y): the gradient of y = tanh(x).
 * Inputs: y (T), dy (T).
 * Outputs: z (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_tanh_grad_with(tn_output y, const tn_tanh_grad_args *args);

/** What tn_sqrt_grad takes. */
typedef struct tn_sqrt_grad_args {
    tn_output dy;
    const char *name; /**< default "SqrtGrad" */
} tn_sqrt_grad_args;
/**
 * SqrtGrad: dy * 0.5 / y, 0 where dy is 0: the gradient of y = sqrt(x).
 * Inputs: y (T), dy (T).
 * Outputs: z (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_sqrt_grad_with(tn_output y, const tn_sqrt_grad_args *args);

/** What tn_rsqrt_grad takes. */
typedef struct tn_rsqrt_grad_args {
    tn_output dy;
    const char *name; /**< default "RsqrtGrad" */
} tn_rsqrt_grad_args;
/**
 * RsqrtGrad: dy * -0.5 * y^3, 0 where dy is 0: the gradient of y = 1 / sqrt(x).
 * Inputs: y (T), dy (T).
 * Outputs: z (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_rsqrt_grad_with(tn_output y, const tn_rsqrt_grad_args *args);

/** What tn_inv_grad takes. */
typedef struct tn_inv_grad_args {
    tn_output dy;
    const char *name; /**< default "InvGrad" */
} tn_inv_grad_args;
/**
 * InvGrad: -dy * y * y, 0 where dy is 0; the old name of ReciprocalGrad.
 * Inputs: y (T), dy (T).
 * Outputs: z (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_inv_grad_with(tn_output y, const tn_inv_grad_args *args);

/** What tn_reciprocal_grad takes. */
typedef struct tn_reciprocal_grad_args {
    tn_output dy;
    const char *name; /**< default "ReciprocalGrad" */
} tn_reciprocal_grad_args;
/**
 * ReciprocalGrad: -dy * y * y, 0 where dy is 0: the gradient of y = 1 / x.
 * Inputs: y (T), dy (T).
 * Outputs: z (T).
 * T: float, double, complex64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_reciprocal_grad_with(tn_output y, const tn_reciprocal_grad_args *args);

/** What tn_add takes. */
typedef struct tn_add_args {
    tn_output y;
    const char *name; /**< default "Add" */
} tn_add_args;
/**
 * Add: x + y.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, uint8, int16, int8, string, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_add_with(tn_output x, const tn_add_args *args);

/** What tn_add_v2 takes. */
typedef struct tn_add_v2_args {
    tn_output y;
    const char *name; /**< default "AddV2" */
} tn_add_v2_args;
/**
 * AddV2: x + y.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_add_v2_with(tn_output x, const tn_add_v2_args *args);

/** What tn_sub takes. */
typedef struct tn_sub_args {
    tn_output y;
    const char *name; /**< default "Sub" */
} tn_sub_args;
/**
 * Sub: x - y.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_sub_with(tn_output x, const tn_sub_args *args);

/** What tn_mul takes. */
typedef struct tn_mul_args {
    tn_output y;
    const char *name; /**< default "Mul" */
} tn_mul_args;
/**
 * Mul: x * y.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_mul_with(tn_output x, const tn_mul_args *args);

/** What tn_div takes. */
typedef struct tn_div_args {
    tn_output y;
    const char *name; /**< default "Div" */
} tn_div_args;
/**
 * Div: x / y; integers are rounded toward 0, and must not be divided by 0.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_div_with(tn_output x, const tn_div_args *args);

/** What tn_real_div takes. */
typedef struct tn_real_div_args {
    tn_output y;
    const char *name; /**< default "RealDiv" */
} tn_real_div_args;
/**
 * RealDiv: x / y of floating-point numbers.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_real_div_with(tn_output x, const tn_real_div_args *args);

/** What tn_floor_div takes. */
typedef struct tn_floor_div_args {
    tn_output y;
    const char *name; /**< default "FloorDiv" */
} tn_floor_div_args;
/**
 * FloorDiv: floor(x / y); integers must not be divided by 0.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_floor_div_with(tn_output x, const tn_floor_div_args *args);

/** What tn_floor_mod takes. */
typedef struct tn_floor_mod_args {
    tn_output y;
    const char *name; /**< default "FloorMod" */
} tn_floor_mod_args;
/**
 * FloorMod: x - floor(x / y) * y: the remainder with the sign of y.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, int64, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_floor_mod_with(tn_output x, const tn_floor_mod_args *args);

/** What tn_pow takes. */
typedef struct tn_pow_args {
    tn_output y;
    const char *name; /**< default "Pow" */
} tn_pow_args;
/**
 * Pow: x to the power of y; of integers, y must not be negative.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_pow_with(tn_output x, const tn_pow_args *args);

/** What tn_maximum takes. */
typedef struct tn_maximum_args {
    tn_output y;
    const char *name; /**< default "Maximum" */
} tn_maximum_args;
/**
 * Maximum: the larger of x and y; NaN when one is NaN.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, int64, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_maximum_with(tn_output x, const tn_maximum_args *args);

/** What tn_minimum takes. */
typedef struct tn_minimum_args {
    tn_output y;
    const char *name; /**< default "Minimum" */
} tn_minimum_args;
/**
 * Minimum: the smaller of x and y; NaN when one is NaN.
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, int64, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_minimum_with(tn_output x, const tn_minimum_args *args);

/** What tn_squared_difference takes. */
typedef struct tn_squared_difference_args {
    tn_output y;
    const char *name; /**< default "SquaredDifference" */
} tn_squared_difference_args;
/**
 * SquaredDifference: (x - y) * (x - y).
 * Inputs: x (T), y (T).
 * Outputs: z (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_squared_difference_with(tn_output x, const tn_squared_difference_args *args);

/** What tn_less takes. */
typedef struct tn_less_args {
    tn_output y;
    const char *name; /**< default "Less" */
} tn_less_args;
/**
 * Less: x < y.
 * Inputs: x (T), y (T).
 * Outputs: z (bool).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_less_with(tn_output x, const tn_less_args *args);

/** What tn_less_equal takes. */
typedef struct tn_less_equal_args {
    tn_output y;
    const char *name; /**< default "LessEqual" */
} tn_less_equal_args;
/**
 * LessEqual: x <= y.
 * Inputs: x (T), y (T).
 * Outputs: z (bool).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_less_equal_with(tn_output x, const tn_less_equal_args *args);

/** What tn_greater takes. */
typedef struct tn_greater_args {
    tn_output y;
    const char *name; /**< default "Greater" */
} tn_greater_args;
/**
 * Greater: x > y.
 * Inputs: x (T), y (T).
 * Outputs: z (bool).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_greater_with(tn_output x, const tn_greater_args *args);

/** What tn_greater_equal takes. */
typedef struct tn_greater_equal_args {
    tn_output y;
    const char *name; /**< default "GreaterEqual" */
} tn_greater_equal_args;
/**
 * GreaterEqual: x >= y.
 * Inputs: x (T), y (T).
 * Outputs: z (bool).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_greater_equal_with(tn_output x, const tn_greater_equal_args *args);

/** What tn_equal takes. */
typedef struct tn_equal_args {
    tn_output y;
    const char *name; /**< default "Equal" */
} tn_equal_args;
/**
 * Equal: x == y; false when one is NaN.
 * Inputs: x (T), y (T).
 * Outputs: z (bool).
 * T: float, double, int32, uint8, int16, int8, string, complex64, int64, bool, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_equal_with(tn_output x, const tn_equal_args *args);

/** What tn_not_equal takes. */
typedef struct tn_not_equal_args {
    tn_output y;
    const char *name; /**< default "NotEqual" */
} tn_not_equal_args;
/**
 * NotEqual: x != y; true when one is NaN.
 * Inputs: x (T), y (T).
 * Outputs: z (bool).
 * T: float, double, int32, uint8, int16, int8, string, complex64, int64, bool, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_not_equal_with(tn_output x, const tn_not_equal_args *args);

/** What tn_logical_and takes. */
typedef struct tn_logical_and_args {
    tn_output y;
    const char *name; /**< default "LogicalAnd" */
} tn_logical_and_args;
/**
 * LogicalAnd: x and y.
 * Inputs: x (bool), y (bool).
 * Outputs: z (bool).
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_logical_and_with(tn_output x, const tn_logical_and_args *args);

/** What tn_logical_or takes. */
typedef struct tn_logical_or_args {
    tn_output y;
    const char *name; /**< default "LogicalOr" */
} tn_logical_or_args;
/**
 * LogicalOr: x or y.
 * Inputs: x (bool), y (bool).
 * Outputs: z (bool).
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_logical_or_with(tn_output x, const tn_logical_or_args *args);

/** What tn_logical_not takes. */
typedef struct tn_logical_not_args {
    tn_output x;
    const char *name; /**< default "LogicalNot" */
} tn_logical_not_args;
/**
 * LogicalNot: not x.
 * Inputs: x (bool).
 * Outputs: y (bool).
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_logical_not_with(const tn_logical_not_args *args);

/** What tn_select takes. */
typedef struct tn_select_args {
    tn_output e;
    const char *name; /**< default "Select" */
} tn_select_args;
/**
 * Select: t where the condition is true, else e; a vector condition chooses among whole slices along axis 0.
 * Inputs: condition (bool), t (T), e (T).
 * Outputs: output (T).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_select_with(tn_output condition, tn_output t, const tn_select_args *args);

/** What tn_select_v2 takes. */
typedef struct tn_select_v2_args {
    tn_output e;
    const char *name; /**< default "SelectV2" */
} tn_select_v2_args;
/**
 * SelectV2: t where the condition is true, else e; all three broadcast.
 * Inputs: condition (bool), t (T), e (T).
 * Outputs: output (T).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_select_v2_with(tn_output condition, tn_output t, const tn_select_v2_args *args);

/** What tn_cast takes. */
typedef struct tn_cast_args {
    tn_dtype dst_t;
    bool truncate;
    const char *name; /**< default "Cast" */
} tn_cast_args;
/**
 * Cast: x as another dtype: floats are rounded half to even, and truncated toward 0 when they become integers.
 * Inputs: x (SrcT).
 * Outputs: y (DstT).
 * SrcT: any dtype.
 * DstT: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_cast_with(tn_output x, const tn_cast_args *args);

/** What tn_reshape takes. */
typedef struct tn_reshape_args {
    tn_output shape;
    const char *name; /**< default "Reshape" */
} tn_reshape_args;
/**
 * Reshape: the same elements in another shape, one dimension of which may be -1: what the others leave.
 * Inputs: tensor (T), shape (Tshape).
 * Outputs: output (T).
 * T: any dtype.
 * Tshape: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_reshape_with(tn_output tensor, const tn_reshape_args *args);

/** What tn_squeeze takes. */
typedef struct tn_squeeze_args {
    tn_output input;
    tn_axes squeeze_dims;
    const char *name; /**< default "Squeeze" */
} tn_squeeze_args;
/**
 * Squeeze: the same elements without the axes of length 1: those of squeeze_dims, or all.
 * Inputs: input (T).
 * Outputs: output (T).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_squeeze_with(const tn_squeeze_args *args);

/** What tn_shape_of takes. */
typedef struct tn_shape_of_args {
    tn_output input;
    tn_dtype out_type; /**< default int32 */
    const char *name; /**< default "Shape" */
} tn_shape_of_args;
/**
 * Shape: the length of each axis.
 * Inputs: input (T).
 * Outputs: output (out_type).
 * T: any dtype.
 * out_type: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_shape_of_with(const tn_shape_of_args *args);

/** What tn_rank takes. */
typedef struct tn_rank_args {
    tn_output input;
    const char *name; /**< default "Rank" */
} tn_rank_args;
/**
 * Rank: the number of axes.
 * Inputs: input (T).
 * Outputs: output (int32).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_rank_with(const tn_rank_args *args);

/** What tn_size takes. */
typedef struct tn_size_args {
    tn_output input;
    tn_dtype out_type; /**< default int32 */
    const char *name; /**< default "Size" */
} tn_size_args;
/**
 * Size: the number of elements.
 * Inputs: input (T).
 * Outputs: output (out_type).
 * T: any dtype.
 * out_type: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_size_with(const tn_size_args *args);

/** What tn_zeros_like takes. */
typedef struct tn_zeros_like_args {
    tn_output x;
    const char *name; /**< default "ZerosLike" */
} tn_zeros_like_args;
/**
 * ZerosLike: y = 0, in the shape of x.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_zeros_like_with(const tn_zeros_like_args *args);

/** What tn_ones_like takes. */
typedef struct tn_ones_like_args {
    tn_output x;
    const char *name; /**< default "OnesLike" */
} tn_ones_like_args;
/**
 * OnesLike: y = 1, in the shape of x.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bool, bfloat16, uint16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_ones_like_with(const tn_ones_like_args *args);

/** What tn_range takes. */
typedef struct tn_range_args {
    tn_output delta;
    const char *name; /**< default "Range" */
} tn_range_args;
/**
 * Range: start, start + delta, start + delta + delta, … up to limit, which is left out.
 * Inputs: start (Tidx), limit (Tidx), delta (Tidx).
 * Outputs: output (Tidx).
 * Tidx: float, double, int32, int64, bfloat16.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_range_with(tn_output start, tn_output limit, const tn_range_args *args);

/** What tn_broadcast_to takes. */
typedef struct tn_broadcast_to_args {
    tn_output shape;
    const char *name; /**< default "BroadcastTo" */
} tn_broadcast_to_args;
/**
 * BroadcastTo: input repeated along new axes and axes of length 1 until it has that shape.
 * Inputs: input (T), shape (Tidx).
 * Outputs: output (T).
 * T: any dtype.
 * Tidx: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_broadcast_to_with(tn_output input, const tn_broadcast_to_args *args);

/** What tn_broadcast_gradient_args takes. */
typedef struct tn_broadcast_gradient_args_args {
    tn_output s1;
    const char *name; /**< default "BroadcastGradientArgs" */
} tn_broadcast_gradient_args_args;
/**
 * BroadcastGradientArgs: the axes along which tensors of shapes s0 and s1 are repeated when they are broadcast together.
 * Inputs: s0 (T), s1 (T).
 * Outputs: r0 (T), r1 (T).
 * T: int32, int64.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_broadcast_gradient_args_with(tn_output s0, const tn_broadcast_gradient_args_args *args);

/** What tn_invert_permutation takes. */
typedef struct tn_invert_permutation_args {
    tn_output x;
    const char *name; /**< default "InvertPermutation" */
} tn_invert_permutation_args;
/**
 * InvertPermutation: y[x[i]] = i.
 * Inputs: x (T).
 * Outputs: y (T).
 * T: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_invert_permutation_with(const tn_invert_permutation_args *args);

/** What tn_concat_offset takes. */
typedef struct tn_concat_offset_args {
    tn_outputs shape;
    const char *name; /**< default "ConcatOffset" */
} tn_concat_offset_args;
/**
 * ConcatOffset: where each of tensors of these shapes begins when they are concatenated along concat_dim.
 * Inputs: concat_dim (int32), shape (N of int32).
 * Outputs: offset (N of int32).
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_concat_offset_with(tn_output concat_dim, const tn_concat_offset_args *args);

/** What tn_slice takes. */
typedef struct tn_slice_args {
    tn_output size;
    const char *name; /**< default "Slice" */
} tn_slice_args;
/**
 * Slice: the size[i] elements from begin[i] on along each axis i; a size of -1 takes all the rest.
 * Inputs: input (T), begin (Index), size (Index).
 * Outputs: output (T).
 * T: any dtype.
 * Index: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_slice_with(tn_output input, tn_output begin, const tn_slice_args *args);

/** What tn_strided_slice takes. */
typedef struct tn_strided_slice_args {
    tn_output strides;
    int64_t begin_mask;
    int64_t end_mask;
    int64_t ellipsis_mask;
    int64_t new_axis_mask;
    int64_t shrink_axis_mask;
    const char *name; /**< default "StridedSlice" */
} tn_strided_slice_args;
/**
 * StridedSlice: input[begin:end:strides], with a bit of a mask for each end left out, ellipsis, new axis and single index.
 * Inputs: input (T), begin (Index), end (Index), strides (Index).
 * Outputs: output (T).
 * T: any dtype.
 * Index: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_strided_slice_with(tn_output input, tn_output begin, tn_output end, const tn_strided_slice_args *args);

/** What tn_strided_slice_grad takes. */
typedef struct tn_strided_slice_grad_args {
    tn_output dy;
    int64_t begin_mask;
    int64_t end_mask;
    int64_t ellipsis_mask;
    int64_t new_axis_mask;
    int64_t shrink_axis_mask;
    const char *name; /**< default "StridedSliceGrad" */
} tn_strided_slice_grad_args;
/**
 * StridedSliceGrad: zeros of that shape with dy where StridedSlice would have read.
 * Inputs: shape (Index), begin (Index), end (Index), strides (Index), dy (T).
 * Outputs: output (T).
 * T: any dtype.
 * Index: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_strided_slice_grad_with(tn_output shape, tn_output begin, tn_output end, tn_output strides, const tn_strided_slice_grad_args *args);

/** What tn_pack takes. */
typedef struct tn_pack_args {
    tn_outputs values;
    int64_t axis;
    const char *name; /**< default "Pack" */
} tn_pack_args;
/**
 * Pack: the values, of one shape, side by side along a new axis.
 * Inputs: values (N of T).
 * Outputs: output (T).
 * T: any dtype.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_pack_with(const tn_pack_args *args);

/** What tn_unpack takes. */
typedef struct tn_unpack_args {
    int64_t num;
    int64_t axis;
    const char *name; /**< default "Unpack" */
} tn_unpack_args;
/**
 * Unpack: output i is what value has at index i of axis.
 * Inputs: value (T).
 * Outputs: output (num of T).
 * T: any dtype.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_unpack_with(tn_output value, const tn_unpack_args *args);

/** What tn_split takes. */
typedef struct tn_split_args {
    int64_t num_split;
    const char *name; /**< default "Split" */
} tn_split_args;
/**
 * Split: value cut along split_dim into num_split parts of one length.
 * Inputs: split_dim (int32), value (T).
 * Outputs: output (num_split of T).
 * T: any dtype.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_split_with(tn_output split_dim, tn_output value, const tn_split_args *args);

/** What tn_tile takes. */
typedef struct tn_tile_args {
    tn_output multiples;
    const char *name; /**< default "Tile" */
} tn_tile_args;
/**
 * Tile: input repeated multiples[i] times along each axis i.
 * Inputs: input (T), multiples (Tmultiples).
 * Outputs: output (T).
 * T: any dtype.
 * Tmultiples: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_tile_with(tn_output input, const tn_tile_args *args);

/** What tn_pad takes. */
typedef struct tn_pad_args {
    tn_output paddings;
    const char *name; /**< default "Pad" */
} tn_pad_args;
/**
 * Pad: input with paddings[i][0] zeros before and paddings[i][1] zeros after it along each axis i.
 * Inputs: input (T), paddings (Tpaddings).
 * Outputs: output (T).
 * T: any dtype.
 * Tpaddings: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_pad_with(tn_output input, const tn_pad_args *args);

/** What tn_unsorted_segment_sum takes. */
typedef struct tn_unsorted_segment_sum_args {
    tn_output num_segments;
    const char *name; /**< default "UnsortedSegmentSum" */
} tn_unsorted_segment_sum_args;
/**
 * UnsortedSegmentSum: output[i] is the sum of data wherever segment_ids is i; negative ids are dropped.
 * Inputs: data (T), segment_ids (Tindices), num_segments (Tnumsegments).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * Tindices: int32, int64.
 * Tnumsegments: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_unsorted_segment_sum_with(tn_output data, tn_output segment_ids, const tn_unsorted_segment_sum_args *args);

/** What tn_matmul takes. */
typedef struct tn_matmul_args {
    tn_output b;
    bool transpose_a;
    bool transpose_b;
    const char *name; /**< default "MatMul" */
} tn_matmul_args;
/**
 * MatMul: product[i,j] = sum over k of a[i,k] * b[k,j]; transpose_a reads a[k,i], transpose_b reads b[j,k].
 * Inputs: a (T), b (T).
 * Outputs: product (T).
 * T: float, double, int32, complex64, int64, bfloat16, complex128, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_matmul_with(tn_output a, const tn_matmul_args *args);

/** What tn_bias_add takes. */
typedef struct tn_bias_add_args {
    tn_output bias;
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "BiasAdd" */
} tn_bias_add_args;
/**
 * BiasAdd: value + bias along the channels: the last axis, or axis 1 for NCHW.
 * Inputs: value (T), bias (T).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_bias_add_with(tn_output value, const tn_bias_add_args *args);

/** What tn_bias_add_grad takes. */
typedef struct tn_bias_add_grad_args {
    tn_output out_backprop;
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "BiasAddGrad" */
} tn_bias_add_grad_args;
/**
 * BiasAddGrad: the sum over all axes but the channels': the last axis, or axis 1 for NCHW.
 * Inputs: out_backprop (T).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_bias_add_grad_with(const tn_bias_add_grad_args *args);

/** What tn_add_n takes. */
typedef struct tn_add_n_args {
    tn_outputs inputs;
    const char *name; /**< default "AddN" */
} tn_add_n_args;
/**
 * AddN: the sum of all inputs, which have one shape.
 * Inputs: inputs (N of T).
 * Outputs: sum (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, variant, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_add_n_with(const tn_add_n_args *args);

/** What tn_conv2d takes. */
typedef struct tn_conv2d_args {
    tn_output filter;
    tn_axes strides; /**< must be given */
    tn_switch use_cudnn_on_gpu; /**< default TN_ON */
    const char *padding; /**< must be given: of 'SAME', 'VALID', 'EXPLICIT' */
    tn_axes explicit_paddings;
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_axes dilations;
    const char *name; /**< default "Conv2D" */
} tn_conv2d_args;
/**
 * Conv2D: output[b,i,j,k] = sum over y, x, c of input[b, i*strides[1] + y*dilations[1], j*strides[2] + x*dilations[2], c] * filter[y,x,c,k], input being padded with zeros; for NCHW, channels are axis 1 of input and output.
 * Inputs: input (T), filter (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_conv2d_with(tn_output input, const tn_conv2d_args *args);

/** What tn_conv2d_backprop_input takes. */
typedef struct tn_conv2d_backprop_input_args {
    tn_output out_backprop;
    tn_axes strides; /**< must be given */
    tn_switch use_cudnn_on_gpu; /**< default TN_ON */
    const char *padding; /**< must be given: of 'SAME', 'VALID', 'EXPLICIT' */
    tn_axes explicit_paddings;
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_axes dilations;
    const char *name; /**< default "Conv2DBackpropInput" */
} tn_conv2d_backprop_input_args;
/**
 * Conv2DBackpropInput: the gradient of a Conv2D's input, which has the shape input_sizes; also the transposed convolution of out_backprop.
 * Inputs: input_sizes (int32), filter (T), out_backprop (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_conv2d_backprop_input_with(tn_output input_sizes, tn_output filter, const tn_conv2d_backprop_input_args *args);

/** What tn_conv2d_backprop_filter takes. */
typedef struct tn_conv2d_backprop_filter_args {
    tn_output out_backprop;
    tn_axes strides; /**< must be given */
    tn_switch use_cudnn_on_gpu; /**< default TN_ON */
    const char *padding; /**< must be given: of 'SAME', 'VALID', 'EXPLICIT' */
    tn_axes explicit_paddings;
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_axes dilations;
    const char *name; /**< default "Conv2DBackpropFilter" */
} tn_conv2d_backprop_filter_args;
/**
 * Conv2DBackpropFilter: the gradient of a Conv2D's filter, which has the shape filter_sizes.
 * Inputs: input (T), filter_sizes (int32), out_backprop (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_conv2d_backprop_filter_with(tn_output input, tn_output filter_sizes, const tn_conv2d_backprop_filter_args *args);

/** What tn_depthwise_conv2d_native takes. */
typedef struct tn_depthwise_conv2d_native_args {
    tn_output filter;
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_axes dilations;
    const char *name; /**< default "DepthwiseConv2dNative" */
} tn_depthwise_conv2d_native_args;
/**
 * DepthwiseConv2dNative: output[b,i,j,c*m + q] = sum over y, x of input[b, i*strides[1] + y*dilations[1], j*strides[2] + x*dilations[2], c] * filter[y,x,c,q], m being filter's last length and input padded with zeros.
 * Inputs: input (T), filter (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_depthwise_conv2d_native_with(tn_output input, const tn_depthwise_conv2d_native_args *args);

/** What tn_depthwise_conv2d_native_backprop_input takes. */
typedef struct tn_depthwise_conv2d_native_backprop_input_args {
    tn_output out_backprop;
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_axes dilations;
    const char *name; /**< default "DepthwiseConv2dNativeBackpropInput" */
} tn_depthwise_conv2d_native_backprop_input_args;
/**
 * DepthwiseConv2dNativeBackpropInput: the gradient of a DepthwiseConv2dNative's input, which has the shape input_sizes.
 * Inputs: input_sizes (int32), filter (T), out_backprop (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_depthwise_conv2d_native_backprop_input_with(tn_output input_sizes, tn_output filter, const tn_depthwise_conv2d_native_backprop_input_args *args);

/** What tn_depthwise_conv2d_native_backprop_filter takes. */
typedef struct tn_depthwise_conv2d_native_backprop_filter_args {
    tn_output out_backprop;
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_axes dilations;
    const char *name; /**< default "DepthwiseConv2dNativeBackpropFilter" */
} tn_depthwise_conv2d_native_backprop_filter_args;
/**
 * DepthwiseConv2dNativeBackpropFilter: the gradient of a DepthwiseConv2dNative's filter, which has the shape filter_sizes.
 * Inputs: input (T), filter_sizes (int32), out_backprop (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_depthwise_conv2d_native_backprop_filter_with(tn_output input, tn_output filter_sizes, const tn_depthwise_conv2d_native_backprop_filter_args *args);

/** What tn_softmax takes. */
typedef struct tn_softmax_args {
    tn_output logits;
    const char *name; /**< default "Softmax" */
} tn_softmax_args;
/**
 * Softmax: exp(logits) / sum(exp(logits)) over the last axis.
 * Inputs: logits (T).
 * Outputs: softmax (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_softmax_with(const tn_softmax_args *args);

/** What tn_log_softmax takes. */
typedef struct tn_log_softmax_args {
    tn_output logits;
    const char *name; /**< default "LogSoftmax" */
} tn_log_softmax_args;
/**
 * LogSoftmax: logits - log(sum(exp(logits))) over the last axis.
 * Inputs: logits (T).
 * Outputs: logsoftmax (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_log_softmax_with(const tn_log_softmax_args *args);

/** What tn_softmax_cross_entropy_with_logits takes. */
typedef struct tn_softmax_cross_entropy_with_logits_args {
    tn_output labels;
    const char *name; /**< default "SoftmaxCrossEntropyWithLogits" */
} tn_softmax_cross_entropy_with_logits_args;
/**
 * SoftmaxCrossEntropyWithLogits: loss = -sum(labels * log(softmax(features))) of each row; backprop = softmax(features) - labels.
 * Inputs: features (T), labels (T).
 * Outputs: loss (T), backprop (T).
 * T: float, double, bfloat16, half.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_softmax_cross_entropy_with_logits_with(tn_output features, const tn_softmax_cross_entropy_with_logits_args *args);

/** What tn_sparse_softmax_cross_entropy_with_logits takes. */
typedef struct tn_sparse_softmax_cross_entropy_with_logits_args {
    tn_output labels;
    const char *name; /**< default "SparseSoftmaxCrossEntropyWithLogits" */
} tn_sparse_softmax_cross_entropy_with_logits_args;
/**
 * SparseSoftmaxCrossEntropyWithLogits: loss = -log(softmax(features))[label] of each row; backprop = softmax(features) - one_hot(labels).
 * Inputs: features (T), labels (Tlabels).
 * Outputs: loss (T), backprop (T).
 * T: float, double, bfloat16, half.
 * Tlabels: int32, int64.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_sparse_softmax_cross_entropy_with_logits_with(tn_output features, const tn_sparse_softmax_cross_entropy_with_logits_args *args);

/** What tn_fused_batch_norm takes. */
typedef struct tn_fused_batch_norm_args {
    tn_output variance;
    double epsilon; /**< 0: the default, 0.0001 */
    double exponential_avg_factor; /**< 0: the default, 1 */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_switch is_training; /**< default TN_ON */
    const char *name; /**< default "FusedBatchNorm" */
} tn_fused_batch_norm_args;
/**
 * FusedBatchNorm: y = (x - mean) / sqrt(variance + epsilon) * scale + offset for each channel. When is_training, mean and variance are those of x itself; batch_mean is the mean and batch_variance the variance times n / (n - 1), or what exponential_avg_factor makes of them and the inputs: (1 - factor) * given + factor * found. NaN for no elements.
 * Inputs: x (T), scale (T), offset (T), mean (T), variance (T).
 * Outputs: y (T), batch_mean (T), batch_variance (T), reserve_space_1 (T), reserve_space_2 (T).
 * T: float.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_fused_batch_norm_with(tn_output x, tn_output scale, tn_output offset, tn_output mean, const tn_fused_batch_norm_args *args);

/** What tn_fused_batch_norm_v2 takes. */
typedef struct tn_fused_batch_norm_v2_args {
    tn_output variance;
    double epsilon; /**< 0: the default, 0.0001 */
    double exponential_avg_factor; /**< 0: the default, 1 */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_switch is_training; /**< default TN_ON */
    const char *name; /**< default "FusedBatchNormV2" */
} tn_fused_batch_norm_v2_args;
/**
 * FusedBatchNormV2: y = (x - mean) / sqrt(variance + epsilon) * scale + offset for each channel. When is_training, mean and variance are those of x itself; batch_mean is the mean and batch_variance the variance times n / (n - 1), or what exponential_avg_factor makes of them and the inputs: (1 - factor) * given + factor * found. NaN for no elements.
 * Inputs: x (T), scale (U), offset (U), mean (U), variance (U).
 * Outputs: y (T), batch_mean (U), batch_variance (U), reserve_space_1 (U), reserve_space_2 (U).
 * T: float, bfloat16, half.
 * U: float.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_fused_batch_norm_v2_with(tn_output x, tn_output scale, tn_output offset, tn_output mean, const tn_fused_batch_norm_v2_args *args);

/** What tn_fused_batch_norm_v3 takes. */
typedef struct tn_fused_batch_norm_v3_args {
    tn_output variance;
    double epsilon; /**< 0: the default, 0.0001 */
    double exponential_avg_factor; /**< 0: the default, 1 */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW', 'NDHWC', 'NCDHW' */
    tn_switch is_training; /**< default TN_ON */
    const char *name; /**< default "FusedBatchNormV3" */
} tn_fused_batch_norm_v3_args;
/**
 * FusedBatchNormV3: y = (x - mean) / sqrt(variance + epsilon) * scale + offset for each channel. When is_training, mean and variance are those of x itself; batch_mean is the mean and batch_variance the variance times n / (n - 1), or what exponential_avg_factor makes of them and the inputs: (1 - factor) * given + factor * found. NaN for no elements.
 * Inputs: x (T), scale (U), offset (U), mean (U), variance (U).
 * Outputs: y (T), batch_mean (U), batch_variance (U), reserve_space_1 (U), reserve_space_2 (U), reserve_space_3 (U).
 * T: float, bfloat16, half.
 * U: float, bfloat16.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_fused_batch_norm_v3_with(tn_output x, tn_output scale, tn_output offset, tn_output mean, const tn_fused_batch_norm_v3_args *args);

/** What tn_fused_batch_norm_grad takes. */
typedef struct tn_fused_batch_norm_grad_args {
    tn_output reserve_space_2;
    double epsilon; /**< 0: the default, 0.0001 */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_switch is_training; /**< default TN_ON */
    const char *name; /**< default "FusedBatchNormGrad" */
} tn_fused_batch_norm_grad_args;
/**
 * FusedBatchNormGrad: the gradients of FusedBatchNorm with respect to x, scale and offset; reserve_space_1 and 2 are the mean and the variance that it normalised with.
 * Inputs: y_backprop (T), x (T), scale (T), reserve_space_1 (T), reserve_space_2 (T).
 * Outputs: x_backprop (T), scale_backprop (T), offset_backprop (T), reserve_space_3 (T), reserve_space_4 (T).
 * T: float.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_fused_batch_norm_grad_with(tn_output y_backprop, tn_output x, tn_output scale, tn_output reserve_space_1, const tn_fused_batch_norm_grad_args *args);

/** What tn_fused_batch_norm_grad_v2 takes. */
typedef struct tn_fused_batch_norm_grad_v2_args {
    tn_output reserve_space_2;
    double epsilon; /**< 0: the default, 0.0001 */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    tn_switch is_training; /**< default TN_ON */
    const char *name; /**< default "FusedBatchNormGradV2" */
} tn_fused_batch_norm_grad_v2_args;
/**
 * FusedBatchNormGradV2: the gradients of FusedBatchNorm with respect to x, scale and offset; reserve_space_1 and 2 are the mean and the variance that it normalised with.
 * Inputs: y_backprop (T), x (T), scale (float), reserve_space_1 (U), reserve_space_2 (U).
 * Outputs: x_backprop (T), scale_backprop (U), offset_backprop (U), reserve_space_3 (U), reserve_space_4 (U).
 * T: float, bfloat16, half.
 * U: float.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_fused_batch_norm_grad_v2_with(tn_output y_backprop, tn_output x, tn_output scale, tn_output reserve_space_1, const tn_fused_batch_norm_grad_v2_args *args);

/** What tn_fused_batch_norm_grad_v3 takes. */
typedef struct tn_fused_batch_norm_grad_v3_args {
    tn_output reserve_space_3;
    double epsilon; /**< 0: the default, 0.0001 */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW', 'NDHWC', 'NCDHW' */
    tn_switch is_training; /**< default TN_ON */
    const char *name; /**< default "FusedBatchNormGradV3" */
} tn_fused_batch_norm_grad_v3_args;
/**
 * FusedBatchNormGradV3: the gradients of FusedBatchNorm with respect to x, scale and offset; reserve_space_1 and 2 are the mean and the variance that it normalised with.
 * Inputs: y_backprop (T), x (T), scale (float), reserve_space_1 (U), reserve_space_2 (U), reserve_space_3 (U).
 * Outputs: x_backprop (T), scale_backprop (U), offset_backprop (U), reserve_space_4 (U), reserve_space_5 (U).
 * T: float, bfloat16, half.
 * U: float.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_fused_batch_norm_grad_v3_with(tn_output y_backprop, tn_output x, tn_output scale, tn_output reserve_space_1, tn_output reserve_space_2, const tn_fused_batch_norm_grad_v3_args *args);

/** What tn_max_pool takes. */
typedef struct tn_max_pool_args {
    tn_output input;
    tn_axes ksize; /**< must be given */
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID', 'EXPLICIT' */
    tn_axes explicit_paddings;
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW', 'NCHW_VECT_C' */
    const char *name; /**< default "MaxPool" */
} tn_max_pool_args;
/**
 * MaxPool: the largest element of each window; padding counts for nothing, NaN is larger than any number.
 * Inputs: input (T).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_max_pool_with(const tn_max_pool_args *args);

/** What tn_max_pool_grad takes. */
typedef struct tn_max_pool_grad_args {
    tn_output grad;
    tn_axes ksize; /**< must be given */
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID', 'EXPLICIT' */
    tn_axes explicit_paddings;
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "MaxPoolGrad" */
} tn_max_pool_grad_args;
/**
 * MaxPoolGrad: the gradient of MaxPool: each element of grad goes to the largest of its window, the first of several.
 * Inputs: orig_input (T), orig_output (T), grad (T).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_max_pool_grad_with(tn_output orig_input, tn_output orig_output, const tn_max_pool_grad_args *args);

/** What tn_max_pool_grad_grad takes. */
typedef struct tn_max_pool_grad_grad_args {
    tn_output grad;
    tn_axes ksize; /**< must be given */
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "MaxPoolGradGrad" */
} tn_max_pool_grad_grad_args;
/**
 * MaxPoolGradGrad: the gradient of MaxPoolGrad: of each window the element of grad that stands where the first largest one of orig_input does.
 * Inputs: orig_input (T), orig_output (T), grad (T).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_max_pool_grad_grad_with(tn_output orig_input, tn_output orig_output, const tn_max_pool_grad_grad_args *args);

/** What tn_max_pool_v2 takes. */
typedef struct tn_max_pool_v2_args {
    tn_output strides;
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW', 'NCHW_VECT_C' */
    const char *name; /**< default "MaxPoolV2" */
} tn_max_pool_v2_args;
/**
 * MaxPoolV2: the largest element of each window; padding counts for nothing, NaN is larger than any number.
 * Inputs: input (T), ksize (int32), strides (int32).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_max_pool_v2_with(tn_output input, tn_output ksize, const tn_max_pool_v2_args *args);

/** What tn_max_pool_grad_v2 takes. */
typedef struct tn_max_pool_grad_v2_args {
    tn_output strides;
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "MaxPoolGradV2" */
} tn_max_pool_grad_v2_args;
/**
 * MaxPoolGradV2: the gradient of MaxPool: each element of grad goes to the largest of its window, the first of several.
 * Inputs: orig_input (T), orig_output (T), grad (T), ksize (int32), strides (int32).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_max_pool_grad_v2_with(tn_output orig_input, tn_output orig_output, tn_output grad, tn_output ksize, const tn_max_pool_grad_v2_args *args);

/** What tn_max_pool_grad_grad_v2 takes. */
typedef struct tn_max_pool_grad_grad_v2_args {
    tn_output strides;
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "MaxPoolGradGradV2" */
} tn_max_pool_grad_grad_v2_args;
/**
 * MaxPoolGradGradV2: the gradient of MaxPoolGrad: of each window the element of grad that stands where the first largest one of orig_input does.
 * Inputs: orig_input (T), orig_output (T), grad (T), ksize (int32), strides (int32).
 * Outputs: output (T).
 * T: float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_max_pool_grad_grad_v2_with(tn_output orig_input, tn_output orig_output, tn_output grad, tn_output ksize, const tn_max_pool_grad_grad_v2_args *args);

/** What tn_avg_pool takes. */
typedef struct tn_avg_pool_args {
    tn_output value;
    tn_axes ksize; /**< must be given */
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "AvgPool" */
} tn_avg_pool_args;
/**
 * AvgPool: the mean of each window; padding counts for nothing.
 * Inputs: value (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_avg_pool_with(const tn_avg_pool_args *args);

/** What tn_avg_pool_grad takes. */
typedef struct tn_avg_pool_grad_args {
    tn_output grad;
    tn_axes ksize; /**< must be given */
    tn_axes strides; /**< must be given */
    const char *padding; /**< must be given: of 'SAME', 'VALID' */
    const char *data_format; /**< default "NHWC", of 'NHWC', 'NCHW' */
    const char *name; /**< default "AvgPoolGrad" */
} tn_avg_pool_grad_args;
/**
 * AvgPoolGrad: the gradient of AvgPool: each element of grad is divided among the elements of its window.
 * Inputs: orig_input_shape (int32), grad (T).
 * Outputs: output (T).
 * T: float, double, bfloat16, half.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_avg_pool_grad_with(tn_output orig_input_shape, const tn_avg_pool_grad_args *args);

/** What tn_random_uniform_int takes. */
typedef struct tn_random_uniform_int_args {
    tn_output maxval;
    int64_t seed;
    int64_t seed2;
    const char *name; /**< default "RandomUniformInt" */
} tn_random_uniform_int_args;
/**
 * RandomUniformInt: uniform among the integers of [minval, maxval).
 * Inputs: shape (T), minval (Tout), maxval (Tout).
 * Outputs: output (Tout).
 * Tout: int32, int64.
 * T: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_random_uniform_int_with(tn_output shape, tn_output minval, const tn_random_uniform_int_args *args);

/** What tn_random_standard_normal takes. */
typedef struct tn_random_standard_normal_args {
    tn_dtype dtype;
    int64_t seed;
    int64_t seed2;
    const char *name; /**< default "RandomStandardNormal" */
} tn_random_standard_normal_args;
/**
 * RandomStandardNormal: normal with mean 0 and standard deviation 1.
 * Inputs: shape (T).
 * Outputs: output (dtype).
 * dtype: float, double, bfloat16, half.
 * T: int32, int64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_random_standard_normal_with(tn_output shape, const tn_random_standard_normal_args *args);

/** What tn_apply_gradient_descent takes. */
typedef struct tn_apply_gradient_descent_args {
    tn_output delta;
    bool use_locking;
    const char *name; /**< default "ApplyGradientDescent" */
} tn_apply_gradient_descent_args;
/**
 * ApplyGradientDescent: var -= alpha * delta.
 * Inputs: var (reference to T), alpha (T), delta (T).
 * Outputs: out (reference to T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_apply_gradient_descent_with(tn_output var, tn_output alpha, const tn_apply_gradient_descent_args *args);

/** What tn_apply_momentum takes. */
typedef struct tn_apply_momentum_args {
    tn_output momentum;
    bool use_locking;
    bool use_nesterov;
    const char *name; /**< default "ApplyMomentum" */
} tn_apply_momentum_args;
/**
 * ApplyMomentum: accum = momentum * accum + grad; var -= lr * accum (use_nesterov: lr * (grad + momentum * accum)).
 * Inputs: var (reference to T), accum (reference to T), lr (T), grad (T), momentum (T).
 * Outputs: out (reference to T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_apply_momentum_with(tn_output var, tn_output accum, tn_output lr, tn_output grad, const tn_apply_momentum_args *args);

/** What tn_apply_adam takes. */
typedef struct tn_apply_adam_args {
    tn_output grad;
    bool use_locking;
    bool use_nesterov;
    const char *name; /**< default "ApplyAdam" */
} tn_apply_adam_args;
/**
 * ApplyAdam: m += (1 - beta1) * (grad - m); v += (1 - beta2) * (grad^2 - v); var -= lr * sqrt(1 - beta2_power) / (1 - beta1_power) * m / (sqrt(v) + epsilon) (use_nesterov: beta1 * m + (1 - beta1) * grad for m).
 * Inputs: var (reference to T), m (reference to T), v (reference to T), beta1_power (T), beta2_power (T), lr (T), beta1 (T), beta2 (T), epsilon (T), grad (T).
 * Outputs: out (reference to T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * Empty when it fails: the statuses of tn_op_new.
 */
TN_API tn_output tn_apply_adam_with(tn_output var, tn_output m, tn_output v, tn_output beta1_power, tn_output beta2_power, tn_output lr, tn_output beta1, tn_output beta2, tn_output epsilon, const tn_apply_adam_args *args);

/** What tn_resource_apply_gradient_descent takes. */
typedef struct tn_resource_apply_gradient_descent_args {
    tn_output delta;
    bool use_locking;
    const char *name; /**< default "ResourceApplyGradientDescent" */
} tn_resource_apply_gradient_descent_args;
/**
 * ResourceApplyGradientDescent: var -= alpha * delta.
 * Inputs: var (resource), alpha (T), delta (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_resource_apply_gradient_descent_with(tn_output var, tn_output alpha, const tn_resource_apply_gradient_descent_args *args);

/** What tn_resource_apply_momentum takes. */
typedef struct tn_resource_apply_momentum_args {
    tn_output momentum;
    bool use_locking;
    bool use_nesterov;
    const char *name; /**< default "ResourceApplyMomentum" */
} tn_resource_apply_momentum_args;
/**
 * ResourceApplyMomentum: accum = momentum * accum + grad; var -= lr * accum (use_nesterov: lr * (grad + momentum * accum)).
 * Inputs: var (resource), accum (resource), lr (T), grad (T), momentum (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_resource_apply_momentum_with(tn_output var, tn_output accum, tn_output lr, tn_output grad, const tn_resource_apply_momentum_args *args);

/** What tn_resource_apply_adam takes. */
typedef struct tn_resource_apply_adam_args {
    tn_output grad;
    bool use_locking;
    bool use_nesterov;
    const char *name; /**< default "ResourceApplyAdam" */
} tn_resource_apply_adam_args;
/**
 * ResourceApplyAdam: m += (1 - beta1) * (grad - m); v += (1 - beta2) * (grad^2 - v); var -= lr * sqrt(1 - beta2_power) / (1 - beta1_power) * m / (sqrt(v) + epsilon) (use_nesterov: beta1 * m + (1 - beta1) * grad for m).
 * Inputs: var (resource), m (resource), v (resource), beta1_power (T), beta2_power (T), lr (T), beta1 (T), beta2 (T), epsilon (T), grad (T).
 * T: float, double, int32, uint8, int16, int8, complex64, int64, bfloat16, uint16, complex128, half, uint32, uint64.
 * NULL when it fails: the statuses of tn_op_new.
 */
TN_API tn_op *tn_resource_apply_adam_with(tn_output var, tn_output m, tn_output v, tn_output beta1_power, tn_output beta2_power, tn_output lr, tn_output beta1, tn_output beta2, tn_output epsilon, const tn_resource_apply_adam_args *args);

#ifndef __cplusplus
#define tn_placeholder_with_default(input, ...) tn_placeholder_with_default_with(input, &(const tn_placeholder_with_default_args){ .shape = __VA_ARGS__ })
#define tn_identity(...) tn_identity_with(&(const tn_identity_args){ .input = __VA_ARGS__ })
#define tn_stop_gradient(...) tn_stop_gradient_with(&(const tn_stop_gradient_args){ .input = __VA_ARGS__ })
#define tn_no_op(...) tn_no_op_with(&(const tn_no_op_args){ 0, __VA_ARGS__ })
#define tn_variable_v2(shape, ...) tn_variable_v2_with(shape, &(const tn_variable_v2_args){ .dtype = __VA_ARGS__ })
#define tn_is_variable_initialized(...) tn_is_variable_initialized_with(&(const tn_is_variable_initialized_args){ .ref = __VA_ARGS__ })
#define tn_var_handle_op(dtype, ...) tn_var_handle_op_with(dtype, &(const tn_var_handle_op_args){ .shape = __VA_ARGS__ })
#define tn_read_variable_op(resource, ...) tn_read_variable_op_with(resource, &(const tn_read_variable_op_args){ .dtype = __VA_ARGS__ })
#define tn_assign_variable_op(resource, ...) tn_assign_variable_op_with(resource, &(const tn_assign_variable_op_args){ .value = __VA_ARGS__ })
#define tn_assign_add_variable_op(resource, ...) tn_assign_add_variable_op_with(resource, &(const tn_assign_add_variable_op_args){ .value = __VA_ARGS__ })
#define tn_assign_sub_variable_op(resource, ...) tn_assign_sub_variable_op_with(resource, &(const tn_assign_sub_variable_op_args){ .value = __VA_ARGS__ })
#define tn_var_is_initialized_op(...) tn_var_is_initialized_op_with(&(const tn_var_is_initialized_op_args){ .resource = __VA_ARGS__ })
#define tn_neg(...) tn_neg_with(&(const tn_neg_args){ .x = __VA_ARGS__ })
#define tn_abs(...) tn_abs_with(&(const tn_abs_args){ .x = __VA_ARGS__ })
#define tn_sign(...) tn_sign_with(&(const tn_sign_args){ .x = __VA_ARGS__ })
#define tn_square(...) tn_square_with(&(const tn_square_args){ .x = __VA_ARGS__ })
#define tn_sqrt(...) tn_sqrt_with(&(const tn_sqrt_args){ .x = __VA_ARGS__ })
#define tn_rsqrt(...) tn_rsqrt_with(&(const tn_rsqrt_args){ .x = __VA_ARGS__ })
#define tn_exp(...) tn_exp_with(&(const tn_exp_args){ .x = __VA_ARGS__ })
#define tn_log(...) tn_log_with(&(const tn_log_args){ .x = __VA_ARGS__ })
#define tn_tanh(...) tn_tanh_with(&(const tn_tanh_args){ .x = __VA_ARGS__ })
#define tn_sigmoid(...) tn_sigmoid_with(&(const tn_sigmoid_args){ .x = __VA_ARGS__ })
#define tn_reciprocal(...) tn_reciprocal_with(&(const tn_reciprocal_args){ .x = __VA_ARGS__ })
#define tn_inv(...) tn_inv_with(&(const tn_inv_args){ .x = __VA_ARGS__ })
#define tn_relu(...) tn_relu_with(&(const tn_relu_args){ .features = __VA_ARGS__ })
#define tn_softplus(...) tn_softplus_with(&(const tn_softplus_args){ .features = __VA_ARGS__ })
#define tn_relu_grad(gradients, ...) tn_relu_grad_with(gradients, &(const tn_relu_grad_args){ .features = __VA_ARGS__ })
#define tn_softplus_grad(gradients, ...) tn_softplus_grad_with(gradients, &(const tn_softplus_grad_args){ .features = __VA_ARGS__ })
#define tn_sigmoid_grad(y, ...) tn_sigmoid_grad_with(y, &(const tn_sigmoid_grad_args){ .dy = __VA_ARGS__ })
#define tn_tanh_grad(y, ...) tn_tanh_grad_with(y, &(const tn_tanh_grad_args){ .dy = __VA_ARGS__ })
#define tn_sqrt_grad(y, ...) tn_sqrt_grad_with(y, &(const tn_sqrt_grad_args){ .dy = __VA_ARGS__ })
#define tn_rsqrt_grad(y, ...) tn_rsqrt_grad_with(y, &(const tn_rsqrt_grad_args){ .dy = __VA_ARGS__ })
#define tn_inv_grad(y, ...) tn_inv_grad_with(y, &(const tn_inv_grad_args){ .dy = __VA_ARGS__ })
#define tn_reciprocal_grad(y, ...) tn_reciprocal_grad_with(y, &(const tn_reciprocal_grad_args){ .dy = __VA_ARGS__ })
#define tn_add(x, ...) tn_add_with(x, &(const tn_add_args){ .y = __VA_ARGS__ })
#define tn_add_v2(x, ...) tn_add_v2_with(x, &(const tn_add_v2_args){ .y = __VA_ARGS__ })
#define tn_sub(x, ...) tn_sub_with(x, &(const tn_sub_args){ .y = __VA_ARGS__ })
#define tn_mul(x, ...) tn_mul_with(x, &(const tn_mul_args){ .y = __VA_ARGS__ })
#define tn_div(x, ...) tn_div_with(x, &(const tn_div_args){ .y = __VA_ARGS__ })
#define tn_real_div(x, ...) tn_real_div_with(x, &(const tn_real_div_args){ .y = __VA_ARGS__ })
#define tn_floor_div(x, ...) tn_floor_div_with(x, &(const tn_floor_div_args){ .y = __VA_ARGS__ })
#define tn_floor_mod(x, ...) tn_floor_mod_with(x, &(const tn_floor_mod_args){ .y = __VA_ARGS__ })
#define tn_pow(x, ...) tn_pow_with(x, &(const tn_pow_args){ .y = __VA_ARGS__ })
#define tn_maximum(x, ...) tn_maximum_with(x, &(const tn_maximum_args){ .y = __VA_ARGS__ })
#define tn_minimum(x, ...) tn_minimum_with(x, &(const tn_minimum_args){ .y = __VA_ARGS__ })
#define tn_squared_difference(x, ...) tn_squared_difference_with(x, &(const tn_squared_difference_args){ .y = __VA_ARGS__ })
#define tn_less(x, ...) tn_less_with(x, &(const tn_less_args){ .y = __VA_ARGS__ })
#define tn_less_equal(x, ...) tn_less_equal_with(x, &(const tn_less_equal_args){ .y = __VA_ARGS__ })
#define tn_greater(x, ...) tn_greater_with(x, &(const tn_greater_args){ .y = __VA_ARGS__ })
#define tn_greater_equal(x, ...) tn_greater_equal_with(x, &(const tn_greater_equal_args){ .y = __VA_ARGS__ })
#define tn_equal(x, ...) tn_equal_with(x, &(const tn_equal_args){ .y = __VA_ARGS__ })
#define tn_not_equal(x, ...) tn_not_equal_with(x, &(const tn_not_equal_args){ .y = __VA_ARGS__ })
#define tn_logical_and(x, ...) tn_logical_and_with(x, &(const tn_logical_and_args){ .y = __VA_ARGS__ })
#define tn_logical_or(x, ...) tn_logical_or_with(x, &(const tn_logical_or_args){ .y = __VA_ARGS__ })
#define tn_logical_not(...) tn_logical_not_with(&(const tn_logical_not_args){ .x = __VA_ARGS__ })
#define tn_select(condition, t, ...) tn_select_with(condition, t, &(const tn_select_args){ .e = __VA_ARGS__ })
#define tn_select_v2(condition, t, ...) tn_select_v2_with(condition, t, &(const tn_select_v2_args){ .e = __VA_ARGS__ })
#define tn_cast(x, ...) tn_cast_with(x, &(const tn_cast_args){ .dst_t = __VA_ARGS__ })
#define tn_reshape(tensor, ...) tn_reshape_with(tensor, &(const tn_reshape_args){ .shape = __VA_ARGS__ })
#define tn_squeeze(...) tn_squeeze_with(&(const tn_squeeze_args){ .input = __VA_ARGS__ })
#define tn_shape_of(...) tn_shape_of_with(&(const tn_shape_of_args){ .input = __VA_ARGS__ })
#define tn_rank(...) tn_rank_with(&(const tn_rank_args){ .input = __VA_ARGS__ })
#define tn_size(...) tn_size_with(&(const tn_size_args){ .input = __VA_ARGS__ })
#define tn_zeros_like(...) tn_zeros_like_with(&(const tn_zeros_like_args){ .x = __VA_ARGS__ })
#define tn_ones_like(...) tn_ones_like_with(&(const tn_ones_like_args){ .x = __VA_ARGS__ })
#define tn_range(start, limit, ...) tn_range_with(start, limit, &(const tn_range_args){ .delta = __VA_ARGS__ })
#define tn_broadcast_to(input, ...) tn_broadcast_to_with(input, &(const tn_broadcast_to_args){ .shape = __VA_ARGS__ })
#define tn_broadcast_gradient_args(s0, ...) tn_broadcast_gradient_args_with(s0, &(const tn_broadcast_gradient_args_args){ .s1 = __VA_ARGS__ })
#define tn_invert_permutation(...) tn_invert_permutation_with(&(const tn_invert_permutation_args){ .x = __VA_ARGS__ })
#define tn_concat_offset(concat_dim, ...) tn_concat_offset_with(concat_dim, &(const tn_concat_offset_args){ .shape = __VA_ARGS__ })
#define tn_slice(input, begin, ...) tn_slice_with(input, begin, &(const tn_slice_args){ .size = __VA_ARGS__ })
#define tn_strided_slice(input, begin, end, ...) tn_strided_slice_with(input, begin, end, &(const tn_strided_slice_args){ .strides = __VA_ARGS__ })
#define tn_strided_slice_grad(shape, begin, end, strides, ...) tn_strided_slice_grad_with(shape, begin, end, strides, &(const tn_strided_slice_grad_args){ .dy = __VA_ARGS__ })
#define tn_pack(...) tn_pack_with(&(const tn_pack_args){ .values = __VA_ARGS__ })
#define tn_unpack(value, ...) tn_unpack_with(value, &(const tn_unpack_args){ .num = __VA_ARGS__ })
#define tn_split(split_dim, value, ...) tn_split_with(split_dim, value, &(const tn_split_args){ .num_split = __VA_ARGS__ })
#define tn_tile(input, ...) tn_tile_with(input, &(const tn_tile_args){ .multiples = __VA_ARGS__ })
#define tn_pad(input, ...) tn_pad_with(input, &(const tn_pad_args){ .paddings = __VA_ARGS__ })
#define tn_unsorted_segment_sum(data, segment_ids, ...) tn_unsorted_segment_sum_with(data, segment_ids, &(const tn_unsorted_segment_sum_args){ .num_segments = __VA_ARGS__ })
#define tn_matmul(a, ...) tn_matmul_with(a, &(const tn_matmul_args){ .b = __VA_ARGS__ })
#define tn_bias_add(value, ...) tn_bias_add_with(value, &(const tn_bias_add_args){ .bias = __VA_ARGS__ })
#define tn_bias_add_grad(...) tn_bias_add_grad_with(&(const tn_bias_add_grad_args){ .out_backprop = __VA_ARGS__ })
#define tn_add_n(...) tn_add_n_with(&(const tn_add_n_args){ .inputs = __VA_ARGS__ })
#define tn_conv2d(input, ...) tn_conv2d_with(input, &(const tn_conv2d_args){ .filter = __VA_ARGS__ })
#define tn_conv2d_backprop_input(input_sizes, filter, ...) tn_conv2d_backprop_input_with(input_sizes, filter, &(const tn_conv2d_backprop_input_args){ .out_backprop = __VA_ARGS__ })
#define tn_conv2d_backprop_filter(input, filter_sizes, ...) tn_conv2d_backprop_filter_with(input, filter_sizes, &(const tn_conv2d_backprop_filter_args){ .out_backprop = __VA_ARGS__ })
#define tn_depthwise_conv2d_native(input, ...) tn_depthwise_conv2d_native_with(input, &(const tn_depthwise_conv2d_native_args){ .filter = __VA_ARGS__ })
#define tn_depthwise_conv2d_native_backprop_input(input_sizes, filter, ...) tn_depthwise_conv2d_native_backprop_input_with(input_sizes, filter, &(const tn_depthwise_conv2d_native_backprop_input_args){ .out_backprop = __VA_ARGS__ })
#define tn_depthwise_conv2d_native_backprop_filter(input, filter_sizes, ...) tn_depthwise_conv2d_native_backprop_filter_with(input, filter_sizes, &(const tn_depthwise_conv2d_native_backprop_filter_args){ .out_backprop = __VA_ARGS__ })
#define tn_softmax(...) tn_softmax_with(&(const tn_softmax_args){ .logits = __VA_ARGS__ })
#define tn_log_softmax(...) tn_log_softmax_with(&(const tn_log_softmax_args){ .logits = __VA_ARGS__ })
#define tn_softmax_cross_entropy_with_logits(features, ...) tn_softmax_cross_entropy_with_logits_with(features, &(const tn_softmax_cross_entropy_with_logits_args){ .labels = __VA_ARGS__ })
#define tn_sparse_softmax_cross_entropy_with_logits(features, ...) tn_sparse_softmax_cross_entropy_with_logits_with(features, &(const tn_sparse_softmax_cross_entropy_with_logits_args){ .labels = __VA_ARGS__ })
#define tn_fused_batch_norm(x, scale, offset, mean, ...) tn_fused_batch_norm_with(x, scale, offset, mean, &(const tn_fused_batch_norm_args){ .variance = __VA_ARGS__ })
#define tn_fused_batch_norm_v2(x, scale, offset, mean, ...) tn_fused_batch_norm_v2_with(x, scale, offset, mean, &(const tn_fused_batch_norm_v2_args){ .variance = __VA_ARGS__ })
#define tn_fused_batch_norm_v3(x, scale, offset, mean, ...) tn_fused_batch_norm_v3_with(x, scale, offset, mean, &(const tn_fused_batch_norm_v3_args){ .variance = __VA_ARGS__ })
#define tn_fused_batch_norm_grad(y_backprop, x, scale, reserve_space_1, ...) tn_fused_batch_norm_grad_with(y_backprop, x, scale, reserve_space_1, &(const tn_fused_batch_norm_grad_args){ .reserve_space_2 = __VA_ARGS__ })
#define tn_fused_batch_norm_grad_v2(y_backprop, x, scale, reserve_space_1, ...) tn_fused_batch_norm_grad_v2_with(y_backprop, x, scale, reserve_space_1, &(const tn_fused_batch_norm_grad_v2_args){ .reserve_space_2 = __VA_ARGS__ })
#define tn_fused_batch_norm_grad_v3(y_backprop, x, scale, reserve_space_1, reserve_space_2, ...) tn_fused_batch_norm_grad_v3_with(y_backprop, x, scale, reserve_space_1, reserve_space_2, &(const tn_fused_batch_norm_grad_v3_args){ .reserve_space_3 = __VA_ARGS__ })
#define tn_max_pool(...) tn_max_pool_with(&(const tn_max_pool_args){ .input = __VA_ARGS__ })
#define tn_max_pool_grad(orig_input, orig_output, ...) tn_max_pool_grad_with(orig_input, orig_output, &(const tn_max_pool_grad_args){ .grad = __VA_ARGS__ })
#define tn_max_pool_grad_grad(orig_input, orig_output, ...) tn_max_pool_grad_grad_with(orig_input, orig_output, &(const tn_max_pool_grad_grad_args){ .grad = __VA_ARGS__ })
#define tn_max_pool_v2(input, ksize, ...) tn_max_pool_v2_with(input, ksize, &(const tn_max_pool_v2_args){ .strides = __VA_ARGS__ })
#define tn_max_pool_grad_v2(orig_input, orig_output, grad, ksize, ...) tn_max_pool_grad_v2_with(orig_input, orig_output, grad, ksize, &(const tn_max_pool_grad_v2_args){ .strides = __VA_ARGS__ })
#define tn_max_pool_grad_grad_v2(orig_input, orig_output, grad, ksize, ...) tn_max_pool_grad_grad_v2_with(orig_input, orig_output, grad, ksize, &(const tn_max_pool_grad_grad_v2_args){ .strides = __VA_ARGS__ })
#define tn_avg_pool(...) tn_avg_pool_with(&(const tn_avg_pool_args){ .value = __VA_ARGS__ })
#define tn_avg_pool_grad(orig_input_shape, ...) tn_avg_pool_grad_with(orig_input_shape, &(const tn_avg_pool_grad_args){ .grad = __VA_ARGS__ })
#define tn_random_uniform_int(shape, minval, ...) tn_random_uniform_int_with(shape, minval, &(const tn_random_uniform_int_args){ .maxval = __VA_ARGS__ })
#define tn_random_standard_normal(shape, ...) tn_random_standard_normal_with(shape, &(const tn_random_standard_normal_args){ .dtype = __VA_ARGS__ })
#define tn_apply_gradient_descent(var, alpha, ...) tn_apply_gradient_descent_with(var, alpha, &(const tn_apply_gradient_descent_args){ .delta = __VA_ARGS__ })
#define tn_apply_momentum(var, accum, lr, grad, ...) tn_apply_momentum_with(var, accum, lr, grad, &(const tn_apply_momentum_args){ .momentum = __VA_ARGS__ })
#define tn_apply_adam(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, ...) tn_apply_adam_with(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, &(const tn_apply_adam_args){ .grad = __VA_ARGS__ })
#define tn_resource_apply_gradient_descent(var, alpha, ...) tn_resource_apply_gradient_descent_with(var, alpha, &(const tn_resource_apply_gradient_descent_args){ .delta = __VA_ARGS__ })
#define tn_resource_apply_momentum(var, accum, lr, grad, ...) tn_resource_apply_momentum_with(var, accum, lr, grad, &(const tn_resource_apply_momentum_args){ .momentum = __VA_ARGS__ })
#define tn_resource_apply_adam(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, ...) tn_resource_apply_adam_with(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, &(const tn_resource_apply_adam_args){ .grad = __VA_ARGS__ })
#endif

TN_END_C
#endif
