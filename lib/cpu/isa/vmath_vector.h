/*
 * Exp, tanh and sigmoid of float32 where there are vectors (isa/vector.h): included by isa/vmath.c. They round less often than the portable
 * ones and take about half as many operations, by tables of 16 in registers and polynomials for what lies between.
 */

/* 2^(i/16), and what each lacks. */
static const float powers_of_2[16] = { 0x1.000000p+0f, 0x1.0b5586p+0f, 0x1.172b84p+0f, 0x1.2387a6p+0f, 0x1.306fe0p+0f, 0x1.3dea64p+0f,
                                       0x1.4bfdaep+0f, 0x1.5ab07ep+0f, 0x1.6a09e6p+0f, 0x1.7a1148p+0f, 0x1.8ace54p+0f, 0x1.9c4918p+0f,
                                       0x1.ae89fap+0f, 0x1.c199bep+0f, 0x1.d5818ep+0f, 0x1.ea4afap+0f };
static const float powers_low[16] = { 0,
                                      0x1.9f3122p-25f,
                                      -0x1.c15742p-27f,
                                      0x1.ceac48p-25f,
                                      0x1.4636e2p-25f,
                                      0x1.824684p-25f,
                                      -0x1.593abcp-25f,
                                      -0x1.5bd5ecp-27f,
                                      0x1.9fcef4p-26f,
                                      -0x1.829fd0p-25f,
                                      0x1.15506ep-27f,
                                      0x1.51f848p-27f,
                                      -0x1.a94b14p-26f,
                                      -0x1.3d56b2p-27f,
                                      -0x1.822dbcp-27f,
                                      0x1.52486cp-27f };

/* Two vectors side by side: each step is made of both before the next, so that neither waits for what has just begun. */
enum { SIDE = 2 };
#define EACH(j)                                                                                                                            \
    TN_UNROLL                                                                                                                              \
    for (int j = 0; j < SIDE; j++)

/* In what follows the results may be written over the arguments. */

/* Of EXP_LEAST to EXP_MOST. x is n / 16 of ln 2, and r, at most 1/32 of it. The polynomial is exp's from the third term on; 2^-29.2 of
 * exp(r). Closely: with what the table lacks, which is half of the error. */
TN_ALWAYS_INLINE void vec_exp_within(vec *e, const vec *x, const bool closely)
{
    const vec shifter = vec_all(0x1.8p19f);
    const vec_table powers = vec_table_of(powers_of_2), low = vec_table_of(powers_low);
    vec shifted[SIDE], n[SIDE], r[SIDE], power[SIDE], tail[SIDE];
    EACH(j) shifted[j] = vec_madd(x[j], vec_all(LOG2E), shifter);
    EACH(j) n[j] = shifted[j] - shifter;
    EACH(j) r[j] = vec_less_product(vec_less_product(x[j], n[j], vec_all(LN2_HIGH)), n[j], vec_all(LN2_LOW));
    EACH(j) tail[j] = vec_madd(r[j], vec_madd(r[j], vec_all(0.166670584471f), vec_all(0.500016218738f)), vec_all(1));
    EACH(j) power[j] = vec_lookup(powers, shifted[j]);
    EACH(j) r[j] = vec_madd(power[j] * r[j], tail[j], closely ? vec_lookup(low, shifted[j]) : power[j]);
    for (int j = 0; j < SIDE && closely; j++)
        r[j] += power[j];
    EACH(j) e[j] = vec_scale(r[j], n[j]);
}

TN_ALWAYS_INLINE void vec_exp(vec *y, const vec *x)
{
    EACH(j) y[j] = vec_most(vec_all(EXP_LEAST), vec_least(vec_all(EXP_MOST), x[j]));
    vec_exp_within(y, y, false);
}

/* Places about 0.6 apart whose tanh is next to a float: the errors of the table are 1/500 unit, but for those near 1, a third. */
static const float places[16] = { 0,
                                  0x1.326ebap-1f,
                                  0x1.32d15cp+0f,
                                  0x1.cc7022p+0f,
                                  0x1.330272p+1f,
                                  0x1.7fcfdcp+1f,
                                  0x1.cc9d6ep+1f,
                                  0x1.0cb596p+2f,
                                  0x1.331b9ap+2f,
                                  0x1.598768p+2f,
                                  0x1.800674p+2f,
                                  0x1.a672c8p+2f,
                                  0x1.ccb43ap+2f,
                                  0x1.f31aa0p+2f,
                                  0x1.0cc084p+3f,
                                  0x1.2p+3f };
static const float tanh_there[16] = { 0,
                                      0x1.126c3ep-1f,
                                      0x1.aa9904p-1f,
                                      0x1.e4b08ap-1f,
                                      0x1.f79de8p-1f,
                                      0x1.fd75eap-1f,
                                      0x1.ff3bdep-1f,
                                      0x1.ffc4e6p-1f,
                                      0x1.ffee32p-1f,
                                      0x1.fffaa4p-1f,
                                      0x1.fffe64p-1f,
                                      0x1.ffff84p-1f,
                                      0x1.ffffdap-1f,
                                      0x1.fffff4p-1f,
                                      0x1.fffffcp-1f,
                                      1 };

/* tanh(place + r) = (t d + r) / (d + t r), for the t of the place and d = r / tanh(r). That is a polynomial of r², for r up to 0.303,
 * fitted for the least error in units of tanh(r): 0.93. */
TN_ALWAYS_INLINE void vec_tanh(vec *y, const vec *x)
{
    const vec_table place = vec_table_of(places), values = vec_table_of(tanh_there);
    vec index[SIDE], r[SIDE], t[SIDE], square[SIDE], d[SIDE];
    EACH(j) r[j] = vec_least(vec_all(9.2f), vec_abs(x[j]));
    EACH(j) index[j] = vec_madd(r[j], vec_all(1 / 0.6f), vec_all(SHIFTER));
    EACH(j) r[j] = r[j] - vec_lookup(place, index[j]);
    EACH(j) t[j] = vec_lookup(values, index[j]);
    EACH(j) square[j] = r[j] * r[j];
    EACH(j) d[j] = vec_madd(vec_madd(square[j], vec_all(-0.0219638720155f), vec_all(0.333326280117f)), square[j], vec_all(1));
    EACH(j) y[j] = vec_copysign(vec_madd(t[j], d[j], r[j]) / vec_madd(t[j], r[j], d[j]), x[j]);
}

/* Of -|x|, as f32_sigmoid. */
TN_ALWAYS_INLINE void vec_sigmoid(vec *y, const vec *x)
{
    const vec one = vec_all(1);
    vec e[SIDE];
    EACH(j) e[j] = vec_most(vec_all(EXP_LEAST), -vec_abs(x[j]));
    vec_exp_within(e, e, true);
    EACH(j) y[j] = vec_positive(x[j], one, e[j]) / (one + e[j]);
}

/* Loops over arrays. What does not fill two vectors is worked out in two all the same, so that its bits do not depend on its place. */
#define VEC_MAP(function)                                                                                                                  \
    TN_ALWAYS_INLINE void vec_map_##function(float *y, const float *x)                                                                     \
    {                                                                                                                                      \
        vec v[SIDE];                                                                                                                       \
        EACH(j) v[j] = vec_load(x + j * VEC_WIDTH);                                                                                        \
        vec_##function(v, v);                                                                                                              \
        EACH(j) vec_store(y + j * VEC_WIDTH, v[j]);                                                                                        \
    }                                                                                                                                      \
    static void f32_map_##function(float *y, const float *x, int64_t n)                                                                    \
    {                                                                                                                                      \
        int64_t i = 0;                                                                                                                     \
        for (; i + SIDE * VEC_WIDTH <= n; i += SIDE * VEC_WIDTH)                                                                           \
            vec_map_##function(y + i, x + i);                                                                                              \
        if (i < n) {                                                                                                                       \
            float rest[SIDE * VEC_WIDTH] = { 0 };                                                                                          \
            memcpy(rest, x + i, (size_t)(n - i) * sizeof *x);                                                                              \
            vec_map_##function(rest, rest);                                                                                                \
            memcpy(y + i, rest, (size_t)(n - i) * sizeof *y);                                                                              \
        }                                                                                                                                  \
    }
VEC_MAP(exp)
VEC_MAP(tanh)
VEC_MAP(sigmoid)

/* exp_sum of vmath.h, 64 elements at a time: four for each lane, added in float; the lanes are double. */
enum { SUM_BLOCK = 4 * LANES, SUM_VECTORS = SUM_BLOCK / VEC_WIDTH, LANE_VECTORS = SUM_VECTORS / 2 };

TN_ALWAYS_INLINE void vec_exp_block(vec_double *lane, float *y, const float *x, vec less)
{
    vec e[SUM_VECTORS];
    TN_UNROLL
    for (int i = 0; i < SUM_VECTORS; i += SIDE) {
        EACH(j) e[i + j] = vec_most(vec_all(EXP_LEAST), vec_load(x + (i + j) * VEC_WIDTH) - less);
        vec_exp_within(e + i, e + i, false);
        for (int j = 0; j < SIDE && y; j++)
            vec_store(y + (i + j) * VEC_WIDTH, e[i + j]);
    }
    TN_UNROLL
    for (int i = 0; i < SUM_VECTORS / 4; i++) {
        const vec four = (e[i] + e[i + SUM_VECTORS / 2]) + (e[i + SUM_VECTORS / 4] + e[i + 3 * SUM_VECTORS / 4]);
        lane[2 * i] += vec_low_half(four);
        lane[2 * i + 1] += vec_high_half(four);
    }
}

/* The same of m elements only. */
static void vec_exp_rest(vec_double *lane, float *y, const float *x, float less, int64_t m)
{
    float rest[SUM_BLOCK];
    for (int64_t i = 0; i < SUM_BLOCK; i++)
        rest[i] = i < m ? x[i] : -INFINITY;
    vec_exp_block(lane, rest, rest, vec_all(less));
    if (y)
        memcpy(y, rest, (size_t)m * sizeof *y);
}

/* What is done beside an exp_sum, where memory waits for arithmetic: finding the largest of other elements, as many, and multiplying others
 * still. */
typedef struct beside {
    const float *next;
    float *before;
    float factor;
} beside;

TN_ALWAYS_INLINE void do_beside(const beside *b, int64_t i, vec *most)
{
    TN_UNROLL
    for (int j = 0; j < SUM_VECTORS; j++, i += VEC_WIDTH) {
        most[j % 2] = vec_most(vec_load(b->next + i), most[j % 2]);
        vec_store(b->before + i, vec_load(b->before + i) * b->factor);
    }
}

/* The largest is that of b->next; without b it is -infinity. */
TN_ALWAYS_INLINE double vec_exp_sum(float *y, const float *x, float less, int64_t n, const beside *b, float *largest)
{
    vec_double sum[LANE_VECTORS];
    vec most[2] = { vec_all(-INFINITY), vec_all(-INFINITY) };
    float each[2 * VEC_WIDTH];
    double lane[LANES];
    int64_t i = 0;
    memset(sum, 0, sizeof sum);
    for (; i + SUM_BLOCK <= n; i += SUM_BLOCK) {
        vec_exp_block(sum, y ? y + i : NULL, x + i, vec_all(less));
        if (b)
            do_beside(b, i, most);
    }
    if (i < n)
        vec_exp_rest(sum, y ? y + i : NULL, x + i, less, n - i);
    memcpy(each, most, sizeof each);
    *largest = f32_largest(each, 2 * VEC_WIDTH);
    if (b && i < n) {
        *largest = f32_larger(*largest, f32_largest(b->next + i, n - i));
        f32_times(b->before + i, b->factor, n - i);
    }
    memcpy(lane, sum, sizeof lane);
    return lanes_sum(lane);
}

static double f32_exp_sum(float *y, const float *x, float less, int64_t n)
{
    float none;
    return vec_exp_sum(y, x, less, n, NULL, &none);
}

/* A row is divided by its sum, and the largest of the one after the next found, while the next is worked out. */
static void f32_softmax(float *y, const float *x, int64_t rows, int64_t n)
{
    if (rows < 1)
        return;
    float less = f32_largest(x, n), factor = (float)(1 / f32_exp_sum(y, x, less, n));
    if (rows > 1)
        less = f32_largest(x + n, n);
    for (int64_t row = 1; row < rows; row++) {
        const beside b = { .next = row + 1 < rows ? x + 2 * n : x, .before = y, .factor = factor };
        x += n;
        y += n;
        factor = (float)(1 / vec_exp_sum(y, x, less, n, &b, &less));
    }
    f32_times(y, factor, n);
}
