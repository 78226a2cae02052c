/*
 * The functions of vmath.h for one element type: included by isa/vmath.c for each, with
 *   T, U               the type, and the unsigned integer of its size,
 *   NAME(x), TABLE     a function that makes names of its own, and the type of its table of functions,
 *   MANTISSA, BIAS     the bits of its fraction, and what its exponent is stored with,
 *   VECTORS            the file that has some of the functions in another way, if there is one,
 *   and constants: SHIFTER is 1.5 · 2^MANTISSA. A number that is added to it is rounded to an integer, which its low bits are then, too.
 */
TN_ALWAYS_INLINE U NAME(bits)(T x)
{
    U u;
    memcpy(&u, &x, sizeof u);
    return u;
}

TN_ALWAYS_INLINE T NAME(real)(U u)
{
    T x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* 2^n, a normal number, for bits that end in n + BIAS. */
TN_ALWAYS_INLINE T NAME(power)(U biased)
{
    return NAME(real)(biased << MANTISSA);
}

/* exp(x - n ln 2) - 1, for the n that is next to x / ln 2. */
TN_ALWAYS_INLINE T NAME(reduced_expm1)(T x, T n)
{
    const T r = (x - n * LN2_HIGH) - n * LN2_LOW;
    return r + r * r * NAME(exp_tail)(r);
}

/* The power of two is multiplied in two parts, so that it may lie beyond the normal numbers: the last product rounds, or overflows. */
TN_ALWAYS_INLINE T NAME(exp)(T x)
{
    const T shifted = x * LOG2E + (SHIFTER + 2 * BIAS), n = shifted - (SHIFTER + 2 * BIAS);
    const U half = NAME(bits)(n * (T)0.5 + (SHIFTER + BIAS)), rest = NAME(bits)(shifted) - half;
    const T y = ((1 + NAME(reduced_expm1)(x, n)) * NAME(power)(half)) * NAME(power)(rest);
    const T z = x > EXP_MOST ? (T)INFINITY : y;
    return x < EXP_LEAST ? 0 : z;
}

/* (exp(2|x|) - 1) / (exp(2|x|) + 1), by way of exp - 1 so that small results keep their digits. */
TN_ALWAYS_INLINE T NAME(tanh)(T x)
{
    const U sign = NAME(bits)(x) & (U)1 << (8 * sizeof(U) - 1);
    const T a = NAME(real)(NAME(bits)(x) ^ sign), y = 2 * (a > TANH_MOST ? TANH_MOST : a);
    const T shifted = y * LOG2E + (SHIFTER + BIAS), scale = NAME(power)(NAME(bits)(shifted));
    const T expm1 = scale * NAME(reduced_expm1)(y, shifted - (SHIFTER + BIAS)) + (scale - 1);
    return NAME(real)(NAME(bits)(expm1 / (expm1 + 2)) | sign);
}

/* log(1 + f) + k ln 2 for 1 + f from √½ to √2: by atanh of s = f / (2 + f). The first term, f, is left for the end, for it is exact. */
TN_ALWAYS_INLINE T NAME(reduced_log1p)(T f, T k)
{
    const T s = f / (2 + f), z = s * s, square = (T)0.5 * f * f;
    return k * LN2_HIGH - ((square - (s * (square + z * NAME(atanh_tail)(z)) + k * LN2_LOW)) - f);
}

TN_ALWAYS_INLINE T NAME(log)(T x)
{
    const bool tiny = x < NORMAL_LEAST;
    const T normal = tiny ? x * ((T)4 * ((U)1 << MANTISSA)) : x, one = (T)((U)1 << MANTISSA);
    const U u = NAME(bits)(normal) - NAME(bits)(SQRT_HALF) + ((U)BIAS << MANTISSA);
    const T f = NAME(real)((u & (((U)1 << MANTISSA) - 1)) + NAME(bits)(SQRT_HALF)) - 1;
    const T k = NAME(real)(u >> MANTISSA | NAME(bits)(one)) - (tiny ? one + (BIAS + MANTISSA + 2) : one + BIAS);
    const T y = x > 0 ? NAME(reduced_log1p)(f, k) : x < 0 ? (T)NAN : (T)-INFINITY;
    return x <= LARGEST ? y : x;
}

/* Of -|x|, so that nothing overflows and small results keep their digits. */
TN_ALWAYS_INLINE T NAME(sigmoid)(T x)
{
    const T e = NAME(exp)(x > 0 ? -x : x);
    return (x > 0 ? 1 : e) / (1 + e);
}

TN_ALWAYS_INLINE T NAME(softplus)(T x)
{
    const T e = NAME(exp)(x > 0 ? -x : x);
    const bool large = e > (T)0.41421356;
    return (x > 0 ? x : 0) + NAME(reduced_log1p)(large ? (T)0.5 * (e - 1) : e, large ? 1 : 0);
}

TN_ALWAYS_INLINE T NAME(larger)(T a, T b)
{
    return b > a ? b : a;
}

static T NAME(largest)(const T *x, int64_t n)
{
    T lane[MAX_LANES];
    int64_t i = 0;
    for (int j = 0; j < MAX_LANES; j++)
        lane[j] = (T)-INFINITY;
    for (; i + MAX_LANES <= n; i += MAX_LANES)
        for (int j = 0; j < MAX_LANES; j++)
            lane[j] = NAME(larger)(lane[j], x[i + j]);
    for (int j = 0; i < n; i++, j++)
        lane[j] = NAME(larger)(lane[j], x[i]);
    for (int w = MAX_LANES / 2; w; w /= 2)
        for (int j = 0; j < w; j++)
            lane[j] = NAME(larger)(lane[j], lane[j + w]);
    return lane[0];
}

static void NAME(times)(T *y, T factor, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        y[i] *= factor;
}

TN_ALWAYS_INLINE double NAME(entropy_of)(const T *label, int64_t label_step, const T *x, int64_t x_step, T max, T log_sum, int64_t n)
{
    double lane[LANES] = { 0 };
    int64_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int j = 0; j < LANES; j++)
            lane[j] += label[(i + j) * label_step] * (log_sum - (x[(i + j) * x_step] - max));
    for (int j = 0; i < n; i++, j++)
        lane[j] += label[i * label_step] * (log_sum - (x[i * x_step] - max));
    return lanes_sum(lane);
}

static double NAME(entropy)(const T *label, int64_t label_step, const T *x, int64_t x_step, T max, T log_sum, int64_t n)
{
    if (label_step && x_step)
        return NAME(entropy_of)(label, 1, x, 1, max, log_sum, n);
    return NAME(entropy_of)(label, label_step, x, x_step, max, log_sum, n);
}

/* Loops over arrays, and the table. */
#define TN_VMATH_MAP(function)                                                                                                             \
    static void NAME(map_##function)(T * y, const T *x, int64_t n)                                                                         \
    {                                                                                                                                      \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            y[i] = NAME(function)(x[i]);                                                                                                   \
    }
TN_VMATH_MAP(log)
TN_VMATH_MAP(softplus)
#ifdef VECTORS
#include VECTORS
#else
TN_VMATH_MAP(exp)
TN_VMATH_MAP(tanh)
TN_VMATH_MAP(sigmoid)

/* exp_sum of m elements, at most four for each lane. They are added in double, by fours: four are as good as one is. */
TN_ALWAYS_INLINE void NAME(exp_part)(double *lane, T *y, const T *x, T less, int64_t m)
{
    T part[4 * LANES];
    if (m < 4 * LANES)
        memset(part, 0, sizeof part);
    for (int64_t i = 0; i < m; i++)
        part[i] = NAME(exp)(x[i] - less);
    for (int i = 0; i < LANES; i++)
        lane[i] += (part[i] + part[i + 2 * LANES]) + (part[i + LANES] + part[i + 3 * LANES]);
    if (y)
        memcpy(y, part, (size_t)m * sizeof *y);
}

static double NAME(exp_sum)(T *y, const T *x, T less, int64_t n)
{
    double lane[LANES] = { 0 };
    int64_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES)
        NAME(exp_part)(lane, y ? y + i : NULL, x + i, less, 4 * LANES);
    if (i < n)
        NAME(exp_part)(lane, y ? y + i : NULL, x + i, less, n - i);
    return lanes_sum(lane);
}

static void NAME(softmax)(T *y, const T *x, int64_t rows, int64_t n)
{
    for (int64_t row = 0; row < rows; row++, x += n, y += n)
        NAME(times)(y, (T)(1 / NAME(exp_sum)(y, x, NAME(largest)(x, n), n)), n);
}
#endif

const TABLE TN_ISA_NAME(TABLE) = { NAME(map_exp), NAME(map_log), NAME(map_tanh), NAME(map_sigmoid), NAME(map_softplus),
                                   NAME(largest), NAME(exp_sum), NAME(times),    NAME(entropy),     NAME(softmax) };
#undef TN_VMATH_MAP
#undef T
#undef U
#undef NAME
#undef TABLE
#undef MANTISSA
#undef BIAS
#undef SHIFTER
#undef LOG2E
#undef LN2_HIGH
#undef LN2_LOW
#undef EXP_LEAST
#undef EXP_MOST
#undef TANH_MOST
#undef NORMAL_LEAST
#undef SQRT_HALF
#undef LARGEST
