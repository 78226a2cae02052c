/* Kernels of operations with one input. Integers wrap; NaN in, NaN out. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"
#include "cpu/isa.h"

#include <math.h>

#define FLOATS(name)                                                                                                                       \
    { TN_FLOAT32, name##_f32_flat, NULL },                                                                                                 \
    {                                                                                                                                      \
        TN_FLOAT64, name##_f64_flat, NULL                                                                                                  \
    }
#define INTEGERS(name)                                                                                                                     \
    { TN_INT32, name##_i32_flat, NULL },                                                                                                   \
    {                                                                                                                                      \
        TN_INT64, name##_i64_flat, NULL                                                                                                    \
    }

/* A member of the tables in vmath.h. */
#define VMATH(name, suffix)                                                                                                                \
    static tn_status name##_##suffix##_flat(const tn_step *step, const tn_frame *frame)                                                    \
    {                                                                                                                                      \
        tn_isa_best()->suffix->name(tn_out(step, frame, 0), tn_in(step, frame, 0), ((const tn_rows *)step->args)->n);                      \
        return TN_OK;                                                                                                                      \
    }

TN_UNARY(neg_f32, float, float, -x)
TN_UNARY(neg_f64, double, double, -x)
TN_UNARY(neg_i32, uint32_t, uint32_t, 0 - x)
TN_UNARY(neg_i64, uint64_t, uint64_t, 0 - x)
static const tn_elementwise neg[] = { FLOATS(neg), INTEGERS(neg) };
TN_PREPARE_ELEMENTWISE(tn_prepare_neg, neg)

TN_UNARY(abs_f32, float, float, fabsf(x))
TN_UNARY(abs_f64, double, double, fabs(x))
TN_UNARY(abs_i32, int32_t, uint32_t, x < 0 ? 0 - (uint32_t)x : (uint32_t)x)
TN_UNARY(abs_i64, int64_t, uint64_t, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)
static const tn_elementwise absolute[] = { FLOATS(abs), INTEGERS(abs) };
TN_PREPARE_ELEMENTWISE(tn_prepare_abs, absolute)

TN_UNARY(sign_f32, float, float, x != x ? x : (float)((x > 0) - (x < 0)))
TN_UNARY(sign_f64, double, double, x != x ? x : (double)((x > 0) - (x < 0)))
TN_UNARY(sign_i32, int32_t, int32_t, (x > 0) - (x < 0))
TN_UNARY(sign_i64, int64_t, int64_t, (x > 0) - (x < 0))
static const tn_elementwise sign[] = { FLOATS(sign), INTEGERS(sign) };
TN_PREPARE_ELEMENTWISE(tn_prepare_sign, sign)

TN_UNARY(square_f32, float, float, (x * x))
TN_UNARY(square_f64, double, double, (x * x))
TN_UNARY(square_i32, uint32_t, uint32_t, (x * x))
TN_UNARY(square_i64, uint64_t, uint64_t, (x * x))
static const tn_elementwise square[] = { FLOATS(square), INTEGERS(square) };
TN_PREPARE_ELEMENTWISE(tn_prepare_square, square)

TN_UNARY(sqrt_f32, float, float, sqrtf(x))
TN_UNARY(sqrt_f64, double, double, sqrt(x))
static const tn_elementwise square_root[] = { FLOATS(sqrt) };
TN_PREPARE_ELEMENTWISE(tn_prepare_sqrt, square_root)

TN_UNARY(rsqrt_f32, float, float, 1.0f / sqrtf(x))
TN_UNARY(rsqrt_f64, double, double, 1.0 / sqrt(x))
static const tn_elementwise rsqrt[] = { FLOATS(rsqrt) };
TN_PREPARE_ELEMENTWISE(tn_prepare_rsqrt, rsqrt)

VMATH(exp, f32)
VMATH(exp, f64)
static const tn_elementwise exponential[] = { FLOATS(exp) };
TN_PREPARE_ELEMENTWISE(tn_prepare_exp, exponential)

VMATH(log, f32)
VMATH(log, f64)
static const tn_elementwise logarithm[] = { FLOATS(log) };
TN_PREPARE_ELEMENTWISE(tn_prepare_log, logarithm)

VMATH(tanh, f32)
VMATH(tanh, f64)
static const tn_elementwise hyperbolic_tangent[] = { FLOATS(tanh) };
TN_PREPARE_ELEMENTWISE(tn_prepare_tanh, hyperbolic_tangent)

VMATH(sigmoid, f32)
VMATH(sigmoid, f64)
static const tn_elementwise sigmoid[] = { FLOATS(sigmoid) };
TN_PREPARE_ELEMENTWISE(tn_prepare_sigmoid, sigmoid)

/* NaN is not below zero, and passes. */
TN_UNARY(relu_f32, float, float, x < 0 ? 0.0f : x)
TN_UNARY(relu_f64, double, double, x < 0 ? 0.0 : x)
TN_UNARY(relu_i32, int32_t, int32_t, x < 0 ? 0 : x)
TN_UNARY(relu_i64, int64_t, int64_t, x < 0 ? 0 : x)
static const tn_elementwise relu[] = { FLOATS(relu), INTEGERS(relu) };
TN_PREPARE_ELEMENTWISE(tn_prepare_relu, relu)

VMATH(softplus, f32)
VMATH(softplus, f64)
static const tn_elementwise softplus[] = { FLOATS(softplus) };
TN_PREPARE_ELEMENTWISE(tn_prepare_softplus, softplus)

TN_UNARY(reciprocal_f32, float, float, 1.0f / x)
TN_UNARY(reciprocal_f64, double, double, 1.0 / x)
static const tn_elementwise reciprocal[] = { FLOATS(reciprocal) };
TN_PREPARE_ELEMENTWISE(tn_prepare_reciprocal, reciprocal)

TN_UNARY(logical_not, bool, bool, !x)
static const tn_elementwise logical_not[] = { { TN_BOOL, logical_not_flat, NULL } };
TN_PREPARE_ELEMENTWISE(tn_prepare_logical_not, logical_not)
