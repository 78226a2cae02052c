/* The updates of train.h. Two of the arrays may be one: a variable may stand for two. */
#include "cpu/train.h"

#include <math.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

/* Roots and quotients of 64 bytes take more than twice the time of 32. */
#if defined(__AVX512F__) && !defined(__clang__)
#pragma GCC target("prefer-vector-width=256")
#endif

#define DEFINE_UPDATES(name, T, SQRT)                                                                                                      \
    static void descend_##name(T *var, const T *delta, int64_t n, T alpha)                                                                 \
    {                                                                                                                                      \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            var[i] -= alpha * delta[i];                                                                                                    \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE void momentum_loop_##name(T *var, T *accum, const T *grad, int64_t n, T lr, T momentum, bool nesterov)                \
    {                                                                                                                                      \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                                                                  \
            accum[i] = accum[i] * momentum + grad[i];                                                                                      \
            var[i] -= nesterov ? grad[i] * lr + accum[i] * momentum * lr : accum[i] * lr;                                                  \
        }                                                                                                                                  \
    }                                                                                                                                      \
    static void momentum_##name(T *var, T *accum, const T *grad, int64_t n, T lr, T momentum, bool nesterov)                               \
    {                                                                                                                                      \
        if (nesterov)                                                                                                                      \
            momentum_loop_##name(var, accum, grad, n, lr, momentum, true);                                                                 \
        else                                                                                                                               \
            momentum_loop_##name(var, accum, grad, n, lr, momentum, false);                                                                \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE void adam_loop_##name(T *var, T *m, T *v, const T *grad, int64_t n, T alpha, T beta1, T beta2, T epsilon,             \
                                           bool nesterov)                                                                                  \
    {                                                                                                                                      \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                                                                  \
            m[i] += (grad[i] - m[i]) * (1 - beta1);                                                                                        \
            v[i] += (grad[i] * grad[i] - v[i]) * (1 - beta2);                                                                              \
            const T along = nesterov ? grad[i] * (1 - beta1) + beta1 * m[i] : m[i];                                                        \
            var[i] -= along * alpha / (SQRT(v[i]) + epsilon);                                                                              \
        }                                                                                                                                  \
    }                                                                                                                                      \
    static void adam_##name(T *var, T *m, T *v, const T *grad, int64_t n, T alpha, T beta1, T beta2, T epsilon, bool nesterov)             \
    {                                                                                                                                      \
        if (nesterov)                                                                                                                      \
            adam_loop_##name(var, m, v, grad, n, alpha, beta1, beta2, epsilon, true);                                                      \
        else                                                                                                                               \
            adam_loop_##name(var, m, v, grad, n, alpha, beta1, beta2, epsilon, false);                                                     \
    }                                                                                                                                      \
    const tn_updates_##name TN_ISA_NAME(tn_updates_##name) = { descend_##name, momentum_##name, adam_##name };
DEFINE_UPDATES(f32, float, sqrtf)
DEFINE_UPDATES(f64, double, sqrt)
