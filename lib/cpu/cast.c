/*
 * Cast between all real dtypes of fixed size. An element goes through one of three middle types that hold it exactly (int64, uint64,
 * double), a block at a time: one loader for each dtype and one storer for each middle type and dtype, instead of one loop for each pair.
 *
 * Integers wrap. Floats are truncated toward 0; what has no place in the integer, NaN among it, becomes the lowest int32 or int64 (which
 * narrower and unsigned integers take the low bits of), as TensorFlow's kernels do on x86. Anything but zero is true.
 */
#include "core/alloc.h"
#include "core/dtype.h"
#include "core/half.h"
#include "core/status.h"
#include "cpu/conversion.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

enum { BLOCK = 256 };

typedef union middle {
    int64_t i[BLOCK];
    uint64_t u[BLOCK];
    double f[BLOCK];
} middle;

typedef void (*loader)(middle *m, const void *from, int64_t n);
typedef void (*storer)(void *to, const middle *m, int64_t n);

#define LOAD(name, T, member, value)                                                                                                       \
    static void load_##name(middle *m, const void *from, int64_t n)                                                                        \
    {                                                                                                                                      \
        const T *in = from;                                                                                                                \
        for (int64_t i = 0; i < n; i++) {                                                                                                  \
            const T x = in[i];                                                                                                             \
            m->member[i] = value;                                                                                                          \
        }                                                                                                                                  \
    }
LOAD(f32, float, f, (double)x)
LOAD(f64, double, f, x)
LOAD(f16, uint16_t, f, (double)tn_half_to_float(x))
LOAD(bf16, uint16_t, f, (double)tn_bfloat16_to_float(x))
LOAD(i8, int8_t, i, x)
LOAD(i16, int16_t, i, x)
LOAD(i32, int32_t, i, x)
LOAD(i64, int64_t, i, x)
LOAD(u8, uint8_t, u, x)
LOAD(u16, uint16_t, u, x)
LOAD(u32, uint32_t, u, x)
LOAD(u64, uint64_t, u, x)
LOAD(truth, bool, u, x)

TN_ALWAYS_INLINE uint64_t uint64_of(double x)
{
    return x >= 0x1p63 && x < 0x1p64 ? (uint64_t)x : (uint64_t)tn_int64_of(x);
}

#define STORE(name, suffix, T, member, value)                                                                                              \
    static void store_##name##_##suffix(void *to, const middle *m, int64_t n)                                                              \
    {                                                                                                                                      \
        T *out = to;                                                                                                                       \
        for (int64_t i = 0; i < n; i++) {                                                                                                  \
            const __typeof__(m->member[0]) x = m->member[i];                                                                               \
            out[i] = value;                                                                                                                \
        }                                                                                                                                  \
    }
/* The same C conversion from both kinds of integers, another one from floats. */
#define STORE_ALL(name, T, of_integer, of_float)                                                                                           \
    STORE(name, i, T, i, of_integer)                                                                                                       \
    STORE(name, u, T, u, of_integer)                                                                                                       \
    STORE(name, f, T, f, of_float)
STORE_ALL(f32, float, (float)x, (float)x)
STORE_ALL(f64, double, (double)x, x)
STORE_ALL(f16, uint16_t, tn_half_of((float)x), tn_half_of((float)x))
STORE_ALL(bf16, uint16_t, tn_bfloat16_of((float)x), tn_bfloat16_of((float)x))
STORE_ALL(i8, uint8_t, (uint8_t)x, (uint8_t)tn_int32_of(x))
STORE_ALL(i16, uint16_t, (uint16_t)x, (uint16_t)tn_int32_of(x))
STORE_ALL(i32, uint32_t, (uint32_t)x, (uint32_t)tn_int32_of(x))
STORE_ALL(i64, uint64_t, (uint64_t)x, (uint64_t)tn_int64_of(x))
STORE_ALL(u32, uint32_t, (uint32_t)x, (uint32_t)tn_int64_of(x))
STORE_ALL(u64, uint64_t, (uint64_t)x, uint64_of(x))
STORE_ALL(truth, bool, x != 0, x != 0)

enum { BY_INT, BY_UINT, BY_FLOAT };

typedef struct conversion {
    loader load;
    int by; /* which middle type it fills */
    storer store[3];
} conversion;

#define CONVERSION(from, by, to)                                                                                                           \
    {                                                                                                                                      \
        load_##from, by,                                                                                                                   \
        {                                                                                                                                  \
            store_##to##_i, store_##to##_u, store_##to##_f                                                                                 \
        }                                                                                                                                  \
    }
static const conversion conversions[TN_UINT64 + 1] = {
    [TN_FLOAT32] = CONVERSION(f32, BY_FLOAT, f32), [TN_FLOAT64] = CONVERSION(f64, BY_FLOAT, f64),
    [TN_FLOAT16] = CONVERSION(f16, BY_FLOAT, f16), [TN_BFLOAT16] = CONVERSION(bf16, BY_FLOAT, bf16),
    [TN_INT8] = CONVERSION(i8, BY_INT, i8),        [TN_INT16] = CONVERSION(i16, BY_INT, i16),
    [TN_INT32] = CONVERSION(i32, BY_INT, i32),     [TN_INT64] = CONVERSION(i64, BY_INT, i64),
    [TN_UINT8] = CONVERSION(u8, BY_UINT, i8),      [TN_UINT16] = CONVERSION(u16, BY_UINT, i16),
    [TN_UINT32] = CONVERSION(u32, BY_UINT, u32),   [TN_UINT64] = CONVERSION(u64, BY_UINT, u64),
    [TN_BOOL] = CONVERSION(truth, BY_UINT, truth),
};

typedef struct cast_args {
    int64_t n;
    loader load;
    storer store;
    int64_t in_size, out_size;
} cast_args;

static tn_status cast(const tn_step *step, const tn_frame *frame)
{
    const cast_args *a = step->args;
    const char *in = tn_in(step, frame, 0);
    char *out = tn_out(step, frame, 0);
    middle m;
    for (int64_t done = 0; done < a->n; done += BLOCK) {
        int64_t n = a->n - done < BLOCK ? a->n - done : BLOCK;
        a->load(&m, in + done * a->in_size, n);
        a->store(out + done * a->out_size, &m, n);
    }
    return TN_OK;
}

/* The same dtype: any of fixed size, bit for bit. */
static tn_status copy(const tn_step *step, const tn_frame *frame)
{
    const cast_args *a = step->args;
    const void *in = tn_in(step, frame, 0);
    void *out = tn_out(step, frame, 0);
    if (in != out && a->n)
        memcpy(out, in, (size_t)(a->n * a->in_size));
    return TN_OK;
}

/* Whether the attribute Truncate would make a difference: it asks for floats to be cut, not rounded, where they lose bits. */
static bool would_truncate(const tn_prepare *p, tn_dtype from, tn_dtype to)
{
    tn_attr truncate;
    return tn_dtype_is_floating(from) && tn_dtype_is_floating(to) && from != to && !tn_op_attr(p->op, "Truncate", &truncate) && truncate.i;
}

/* Between the dtypes that are most used there are rows, which may be joined with other operations. */
static const int rows[TN_UINT64 + 1][TN_UINT64 + 1] = {
    [TN_FLOAT32] = { [TN_FLOAT64] = TN_ROW_f32_to_f64,
                     [TN_INT32] = TN_ROW_f32_to_i32,
                     [TN_INT64] = TN_ROW_f32_to_i64,
                     [TN_BOOL] = TN_ROW_f32_to_bool },
    [TN_FLOAT64] = { [TN_FLOAT32] = TN_ROW_f64_to_f32,
                     [TN_INT32] = TN_ROW_f64_to_i32,
                     [TN_INT64] = TN_ROW_f64_to_i64,
                     [TN_BOOL] = TN_ROW_f64_to_bool },
    [TN_INT32] = { [TN_FLOAT32] = TN_ROW_i32_to_f32,
                   [TN_FLOAT64] = TN_ROW_i32_to_f64,
                   [TN_INT64] = TN_ROW_i32_to_i64,
                   [TN_BOOL] = TN_ROW_i32_to_bool },
    [TN_INT64] = { [TN_FLOAT32] = TN_ROW_i64_to_f32,
                   [TN_FLOAT64] = TN_ROW_i64_to_f64,
                   [TN_INT32] = TN_ROW_i64_to_i32,
                   [TN_BOOL] = TN_ROW_i64_to_bool },
    [TN_BOOL] = { [TN_FLOAT32] = TN_ROW_bool_to_f32,
                  [TN_FLOAT64] = TN_ROW_bool_to_f64,
                  [TN_INT32] = TN_ROW_bool_to_i32,
                  [TN_INT64] = TN_ROW_bool_to_i64 },
};

tn_status tn_prepare_cast(tn_prepare *p)
{
    tn_dtype from = p->in[0].dtype, to = p->out[0].dtype;
    if (!tn_dtype_size(from) || (from != to && !conversions[from].load))
        return tn_no_kernel(p, from);
    if ((from != to && !conversions[to].load) || would_truncate(p, from, to))
        return tn_no_kernel(p, to);
    if (rows[from][to])
        return tn_prepare_row(p, rows[from][to], NULL);
    cast_args *a = TN_NEW(p->owner, cast_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    *a = (cast_args){ .n = tn_dims_size(&p->in[0].dims),
                      .in_size = (int64_t)tn_dtype_size(from),
                      .out_size = (int64_t)tn_dtype_size(to),
                      .load = conversions[from].load,
                      .store = conversions[to].store[conversions[from].by] };
    p->args = a;
    p->run = from == to ? copy : cast;
    p->in_place = a->in_size == a->out_size ? 1 : 0;
    return TN_OK;
}
