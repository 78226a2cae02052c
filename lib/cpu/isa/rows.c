/* The functions of row_list.h for one instruction set, and their table. */
#include "cpu/elementwise.h"

#include <math.h>
#include "cpu/conversion.h"
#include "cpu/isa.h"

extern const tn_vmath_f32 TN_ISA_NAME(tn_vmath_f32);
extern const tn_vmath_f64 TN_ISA_NAME(tn_vmath_f64);

typedef struct bytes16 {
    uint64_t half[2];
} bytes16;

/* ---- What the expressions of the list call ---- */

static const char by_zero[] = "Integer division by zero";
static const char negative_power[] = "Integers to negative integer powers are not allowed";

/* The lowest integer divided by -1 wraps, where C's operators trap. */
#define INTEGER_DIVISION(suffix, T, U)                                                                                                     \
    TN_ALWAYS_INLINE T quotient_##suffix(T x, T y)                                                                                         \
    {                                                                                                                                      \
        return y == -1 ? (T)(0 - (U)x) : (T)(x / y);                                                                                       \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE T remainder_##suffix(T x, T y)                                                                                        \
    {                                                                                                                                      \
        T r = y == -1 ? 0 : (T)(x % y);                                                                                                    \
        return r && (r < 0) != (y < 0) ? (T)(r + y) : r;                                                                                   \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE T floor_quotient_##suffix(T x, T y)                                                                                   \
    {                                                                                                                                      \
        T q = quotient_##suffix(x, y);                                                                                                     \
        bool inexact = y != -1 && x % y != 0;                                                                                              \
        return inexact && (x < 0) != (y < 0) ? (T)(q - 1) : q;                                                                             \
    }
INTEGER_DIVISION(i32, int32_t, uint32_t)
INTEGER_DIVISION(i64, int64_t, uint64_t)

/* The remainder with the sign of the divisor. */
TN_ALWAYS_INLINE float remainder_f32(float x, float y)
{
    float r = fmodf(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
TN_ALWAYS_INLINE double remainder_f64(double x, double y)
{
    double r = fmod(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

/* By squaring, as far as the exponent has bits. */
TN_ALWAYS_INLINE uint64_t power(uint64_t base, uint64_t exponent)
{
    uint64_t product = 1;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            product *= base;
        base *= base;
    }
    return product;
}

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

/* ---- Functions ---- */

TN_ALWAYS_INLINE bool may_fail(const char *text)
{
    return text != NULL;
}

#define UNARY(name, T, R, value)                                                                                                           \
    TN_ALWAYS_INLINE R name##_of(const T x)                                                                                                \
    {                                                                                                                                      \
        return (R)(value);                                                                                                                 \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE void name##_few(R *out, const T *a, int64_t n)                                                                        \
    {                                                                                                                                      \
        int64_t i = 0;                                                                                                                     \
        for (; i + 4 <= n; i += 4) {                                                                                                       \
            TN_FOUR                                                                                                                        \
            for (int j = 0; j < 4; j++)                                                                                                    \
                out[i + j] = name##_of(a[i + j]);                                                                                          \
        }                                                                                                                                  \
        for (; i < n; i++) {                                                                                                               \
            TN_ONE;                                                                                                                        \
            out[i] = name##_of(a[i]);                                                                                                      \
        }                                                                                                                                  \
    }                                                                                                                                      \
    static const char *name(void *to, const void *const *in, const int64_t *stride, int64_t n)                                             \
    {                                                                                                                                      \
        const T *a = in[0];                                                                                                                \
        R *out = to;                                                                                                                       \
        (void)stride;                                                                                                                      \
        if (n < TN_FEW) {                                                                                                                  \
            name##_few(out, a, n);                                                                                                         \
            return NULL;                                                                                                                   \
        }                                                                                                                                  \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            out[i] = name##_of(a[i]);                                                                                                      \
        return NULL;                                                                                                                       \
    }                                                                                                                                      \
    static tn_status name##_short(const tn_step *step, const tn_frame *frame)                                                              \
    {                                                                                                                                      \
        name##_few(tn_out(step, frame, 0), tn_in(step, frame, 0), ((const tn_call *)step->args)->n);                                       \
        return TN_OK;                                                                                                                      \
    }

#define VMATH(function, suffix)                                                                                                            \
    static const char *function##_##suffix(void *to, const void *const *in, const int64_t *stride, int64_t n)                              \
    {                                                                                                                                      \
        (void)stride;                                                                                                                      \
        TN_ISA_NAME(tn_vmath_##suffix).function(to, in[0], n);                                                                             \
        return NULL;                                                                                                                       \
    }

/* At most one of the two stands still, unless n is 1. */
#define CHECKED(name, T, R, value, wrong, text)                                                                                            \
    TN_ALWAYS_INLINE R name##_of(const T x, const T y)                                                                                     \
    {                                                                                                                                      \
        return (R)(value);                                                                                                                 \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE bool name##_wrong(const T x, const T y)                                                                               \
    {                                                                                                                                      \
        (void)x;                                                                                                                           \
        (void)y;                                                                                                                           \
        return wrong;                                                                                                                      \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE const char *name##_loop(R *out, const T *a, const T *b, bool many_a, bool many_b, int64_t n)                          \
    {                                                                                                                                      \
        const T x0 = many_a ? (T)0 : *a, y0 = many_b ? (T)0 : *b;                                                                          \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                                                                  \
            const T x = many_a ? a[i] : x0, y = many_b ? b[i] : y0;                                                                        \
            if (name##_wrong(x, y))                                                                                                        \
                return text;                                                                                                               \
            out[i] = name##_of(x, y);                                                                                                      \
        }                                                                                                                                  \
        return NULL;                                                                                                                       \
    }                                                                                                                                      \
    TN_ALWAYS_INLINE const char *name##_few(R *out, const T *a, const T *b, int64_t step_a, int64_t step_b, int64_t n)                     \
    {                                                                                                                                      \
        int64_t i = 0;                                                                                                                     \
        for (; !may_fail(text) && (step_a & step_b) && i + 4 <= n; i += 4) {                                                               \
            TN_FOUR                                                                                                                        \
            for (int j = 0; j < 4; j++)                                                                                                    \
                out[i + j] = name##_of(a[i + j], b[i + j]);                                                                                \
        }                                                                                                                                  \
        for (; i < n; i++) {                                                                                                               \
            TN_ONE;                                                                                                                        \
            const T x = a[i * step_a], y = b[i * step_b];                                                                                  \
            if (name##_wrong(x, y))                                                                                                        \
                return text;                                                                                                               \
            out[i] = name##_of(x, y);                                                                                                      \
        }                                                                                                                                  \
        return NULL;                                                                                                                       \
    }                                                                                                                                      \
    static const char *name(void *to, const void *const *in, const int64_t *stride, int64_t n)                                             \
    {                                                                                                                                      \
        if (n < TN_FEW)                                                                                                                    \
            return name##_few(to, in[0], in[1], stride[0], stride[1], n);                                                                  \
        if (!stride[0])                                                                                                                    \
            return name##_loop(to, in[0], in[1], false, true, n);                                                                          \
        if (!stride[1])                                                                                                                    \
            return name##_loop(to, in[0], in[1], true, false, n);                                                                          \
        return name##_loop(to, in[0], in[1], true, true, n);                                                                               \
    }
#define BINARY(name, T, R, value)                                                                                                          \
    CHECKED(name, T, R, value, false, NULL)                                                                                                \
    static tn_status name##_short(const tn_step *step, const tn_frame *frame)                                                              \
    {                                                                                                                                      \
        name##_few(tn_out(step, frame, 0), tn_in(step, frame, 0), tn_in(step, frame, 1), 1, 1, ((const tn_call *)step->args)->n);          \
        return TN_OK;                                                                                                                      \
    }

/* The whole row has one condition. */
#define SELECT(name, T)                                                                                                                    \
    static void name##_side(T *out, const T *from, bool many, int64_t n)                                                                   \
    {                                                                                                                                      \
        if (many && out == from)                                                                                                           \
            return;                                                                                                                        \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            out[i] = from[many ? i : 0];                                                                                                   \
    }                                                                                                                                      \
    static const char *name(void *to, const void *const *in, const int64_t *stride, int64_t n)                                             \
    {                                                                                                                                      \
        const bool *condition = in[0];                                                                                                     \
        const T *t = in[1], *e = in[2];                                                                                                    \
        T *out = to;                                                                                                                       \
        if (!stride[0]) {                                                                                                                  \
            int side = *condition ? 1 : 2;                                                                                                 \
            name##_side(out, in[side], stride[side] != 0, n);                                                                              \
        } else if (stride[1] && stride[2]) {                                                                                               \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t i = 0; i < n; i++)                                                                                                \
                out[i] = condition[i] ? t[i] : e[i];                                                                                       \
        } else {                                                                                                                           \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t i = 0; i < n; i++)                                                                                                \
                out[i] = condition[i] ? t[i * stride[1]] : e[i * stride[2]];                                                               \
        }                                                                                                                                  \
        return NULL;                                                                                                                       \
    }

#include "cpu/row_list.h"
#undef UNARY
#undef BINARY
#undef CHECKED
#undef VMATH
#undef SELECT

/* ---- The tables ---- */

#define UNARY(name, T, R, value)                [TN_ROW_##name] = name,
#define BINARY(name, T, R, value)               [TN_ROW_##name] = name,
#define CHECKED(name, T, R, value, wrong, text) [TN_ROW_##name] = name,
#define VMATH(function, suffix)                 [TN_ROW_##function##_##suffix] = function##_##suffix,
#define SELECT(name, T)                         [TN_ROW_##name] = name,
const tn_row TN_ISA_NAME(tn_rows)[TN_NUM_ROWS] = {
#include "cpu/row_list.h"
};
#undef UNARY
#undef BINARY
#undef CHECKED
#undef VMATH
#undef SELECT

#define UNARY(name, T, R, value)  [TN_ROW_##name] = name##_short,
#define BINARY(name, T, R, value) [TN_ROW_##name] = name##_short,
#define CHECKED(name, T, R, value, wrong, text)
#define VMATH(function, suffix)
#define SELECT(name, T)
const tn_kernel TN_ISA_NAME(tn_short_rows)[TN_NUM_ROWS] = {
#include "cpu/row_list.h"
};
