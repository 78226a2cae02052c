/* See fuzz.h. */
#include "fuzz.h"

#include <float.h>
#include <math.h>

static uint64_t state;
bool fuzz_trace;

void fuzz_seed(uint64_t turn)
{
    state = turn * 0x9e3779b97f4a7c15u + 1;
    (void)draw(2);
}

uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

bool chance(uint32_t percent)
{
    return draw(100) < percent;
}

/* ---- Values ---- */

static const int64_t extremes[] = { INT64_MIN,
                                    INT64_MIN + 1,
                                    INT64_MAX,
                                    INT32_MIN,
                                    INT32_MAX,
                                    (int64_t)1 << 31,
                                    (int64_t)1 << 32,
                                    (int64_t)1 << 40,
                                    (int64_t)1 << 61,
                                    (int64_t)1 << 62,
                                    -((int64_t)1 << 33),
                                    65536,
                                    46341,
                                    3037000500,
                                    255,
                                    256,
                                    -128,
                                    -2 };
static const double reals[] = { 0,
                                -0.0,
                                1,
                                -1,
                                0.5,
                                -2.5,
                                3.75,
                                1e-40,
                                1e-310,
                                FLT_MAX,
                                -FLT_MAX,
                                DBL_MAX,
                                1e10,
                                -1e19,
                                2147483648.0,
                                9223372036854775808.0,
                                4,
                                2,
                                1.5,
                                0.1,
                                (double)NAN,
                                (double)INFINITY,
                                -(double)INFINITY };
static const tn_dtype common[] = { TN_FLOAT32, TN_FLOAT32, TN_FLOAT64, TN_INT32, TN_INT64, TN_BOOL };
static const tn_dtype every[] = { TN_FLOAT32,    TN_FLOAT64,   TN_INT32,    TN_UINT8,   TN_INT16,    TN_INT8,
                                  TN_STRING,     TN_COMPLEX64, TN_INT64,    TN_BOOL,    TN_BFLOAT16, TN_UINT16,
                                  TN_COMPLEX128, TN_FLOAT16,   TN_RESOURCE, TN_VARIANT, TN_UINT32,   TN_UINT64 };

int64_t extreme(void)
{
    return PICK(extremes);
}

double fuzz_real(void)
{
    return PICK(reals);
}

tn_dtype common_dtype(void)
{
    return PICK(common);
}

tn_dtype any_dtype(void)
{
    return PICK(every);
}

int64_t small(int64_t low, int64_t high)
{
    return low + (int64_t)draw((uint32_t)(high - low + 1));
}

int64_t integer(int64_t low, int64_t high)
{
    return chance(4) ? PICK(extremes) : small(low, high);
}

tn_dims random_dims(void)
{
    tn_dims d = tn_dims_unknown_of_rank(chance(10) ? (int)draw(TN_MAX_RANK + 1) : (int)draw(4));
    for (int i = 0; i < d.rank; i++)
        d.dim[i] = d.rank > 4 ? small(chance(5) ? 0 : 1, 2) : chance(7) ? 0 : small(1, chance(3) ? 40 : 4);
    if (chance(2) && d.rank > 1) { /* nothing, but far more than fits beside it */
        for (int i = 0; i < d.rank; i++)
            d.dim[i] = (int64_t)1 << draw(63);
        d.dim[draw((uint32_t)d.rank)] = 0;
    }
    return d;
}

static void fill(tn_tensor *t, int64_t low, int64_t high)
{
    tn_dtype dtype = tn_tensor_dtype(t);
    size_t size = tn_dtype_size(dtype);
    for (int64_t i = 0; i < tn_tensor_size(t); i++) {
        char *at = (char *)tn_tensor_data(t) + (size_t)i * size;
        int64_t n = integer(low, high);
        double x = chance(50) ? PICK(reals) : (double)draw(4001) / 500 - 4;
        if (dtype == TN_BOOL)
            *(bool *)at = n & 1;
        else if (dtype == TN_FLOAT32)
            *(float *)at = fabs(x) <= (double)FLT_MAX || !isfinite(x) ? (float)x : 1.0f;
        else if (dtype == TN_FLOAT64)
            *(double *)at = x;
        else
            for (size_t b = 0; b < size; b++)
                at[b] = b < 8 ? ((const char *)&n)[b] : 0;
    }
}

tn_tensor *random_tensor(fuzz *f, tn_dtype dtype, const tn_dims *d, int64_t low, int64_t high)
{
    enum { MOST = 4096 };
    tn_tensor *t = NULL;
    if (tn_dims_size(d) < 0 || tn_dims_size(d) > MOST)
        return NULL;
    if (dtype == TN_STRING) {
        static const char *bytes[MOST];
        static size_t lengths[MOST];
        for (int i = 0; i < MOST; i++) {
            bytes[i] = "text";
            lengths[i] = draw(5);
        }
        t = tn_string_tensor_new(f->memory, d->rank, d->dim, bytes, lengths);
    } else {
        t = tn_tensor_new(f->memory, dtype, d->rank, d->dim, NULL);
        if (t)
            fill(t, low, high);
    }
    return t;
}
