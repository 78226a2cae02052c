/* Kernels of the gradient rows of operations with one input. x is the first input, y the second. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

#include <math.h>

#define CHOICE(dtype, name)                                                                                                                \
    {                                                                                                                                      \
        dtype, name##_flat, name##_row                                                                                                     \
    }
#define FLOATS(name) CHOICE(TN_FLOAT32, name##_f32), CHOICE(TN_FLOAT64, name##_f64)

TN_BINARY(relu_grad_f32, float, float, y > 0 ? x : 0.0f)
TN_BINARY(relu_grad_f64, double, double, y > 0 ? x : 0.0)
TN_BINARY(relu_grad_i32, int32_t, int32_t, y > 0 ? x : 0)
TN_BINARY(relu_grad_i64, int64_t, int64_t, y > 0 ? x : 0)
static const tn_elementwise relu_grad[] = { FLOATS(relu_grad), CHOICE(TN_INT32, relu_grad_i32), CHOICE(TN_INT64, relu_grad_i64) };
TN_PREPARE_ELEMENTWISE(tn_prepare_relu_grad, relu_grad)

TN_BINARY(sigmoid_grad_f32, float, float, (y * x * (1.0f - x)))
TN_BINARY(sigmoid_grad_f64, double, double, (y * x * (1.0 - x)))
static const tn_elementwise sigmoid_grad[] = { FLOATS(sigmoid_grad) };
TN_PREPARE_ELEMENTWISE(tn_prepare_sigmoid_grad, sigmoid_grad)

TN_BINARY(tanh_grad_f32, float, float, y *(1.0f - x * x))
TN_BINARY(tanh_grad_f64, double, double, y *(1.0 - x * x))
static const tn_elementwise tanh_grad[] = { FLOATS(tanh_grad) };
TN_PREPARE_ELEMENTWISE(tn_prepare_tanh_grad, tanh_grad)

TN_BINARY(sqrt_grad_f32, float, float, y * 0.5f / x)
TN_BINARY(sqrt_grad_f64, double, double, y * 0.5 / x)
static const tn_elementwise sqrt_grad[] = { FLOATS(sqrt_grad) };
TN_PREPARE_ELEMENTWISE(tn_prepare_sqrt_grad, sqrt_grad)

TN_BINARY(rsqrt_grad_f32, float, float, y * -0.5f * x * x * x)
TN_BINARY(rsqrt_grad_f64, double, double, y * -0.5 * x * x * x)
static const tn_elementwise rsqrt_grad[] = { FLOATS(rsqrt_grad) };
TN_PREPARE_ELEMENTWISE(tn_prepare_rsqrt_grad, rsqrt_grad)

/* x / (1 + exp(-y)), without overflow. */
TN_ALWAYS_INLINE float softplus_grad_of_f32(float x, float y)
{
    float e = expf(-fabsf(y));
    return x * ((y >= 0 ? 1.0f : e) / (1.0f + e));
}
TN_ALWAYS_INLINE double softplus_grad_of_f64(double x, double y)
{
    double e = exp(-fabs(y));
    return x * ((y >= 0 ? 1.0 : e) / (1.0 + e));
}
TN_BINARY(softplus_grad_f32, float, float, softplus_grad_of_f32(x, y))
TN_BINARY(softplus_grad_f64, double, double, softplus_grad_of_f64(x, y))
static const tn_elementwise softplus_grad[] = { FLOATS(softplus_grad) };
TN_PREPARE_ELEMENTWISE(tn_prepare_softplus_grad, softplus_grad)

TN_BINARY(reciprocal_grad_f32, float, float, -y *x *x)
TN_BINARY(reciprocal_grad_f64, double, double, -y *x *x)
static const tn_elementwise reciprocal_grad[] = { FLOATS(reciprocal_grad) };
TN_PREPARE_ELEMENTWISE(tn_prepare_reciprocal_grad, reciprocal_grad)
