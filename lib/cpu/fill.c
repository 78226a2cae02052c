/* Kernels that make a tensor to a shape: Fill, ZerosLike, OnesLike, Range, BroadcastTo. */
#include <string.h>
#include "core/alloc.h"
#include "core/half.h"
#include "cpu/copy.h"
#include "cpu/divide.h"
#include "cpu/kernels.h"

/* ---- One value everywhere ---- */

/* An element of any fixed-size dtype. */
typedef struct fill_args {
    tn_divided divided; /* by blocks */
    int64_t size;
    size_t element;
    unsigned char value[16];
} fill_args;

enum { BLOCK = 4096 }; /* elements of a unit */

static tn_status fill_range(const tn_step *step, const tn_frame *frame, tn_range range, const void *value)
{
    const fill_args *a = step->args;
    const int64_t first = range.first * BLOCK, n = tn_range_end(range, BLOCK, a->size) - first;
    tn_copy_fill((char *)tn_out(step, frame, 0) + (size_t)first * a->element, (size_t)n * a->element, a->element, value);
    return TN_OK;
}

static tn_status fill_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    return fill_range(step, frame, range, tn_in(step, frame, 1));
}

static tn_status constant_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    return fill_range(step, frame, range, ((const fill_args *)step->args)->value);
}

static tn_status prepare_fill(tn_prepare *p, tn_part part, fill_args **args)
{
    size_t element;
    tn_status status = tn_copy_check(p, &element);
    if (status)
        return status;
    fill_args *a = TN_NEW(p->owner, fill_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    a->element = element;
    a->size = tn_dims_size(&p->out[0].dims);
    tn_divide(p, &a->divided, part, tn_units_of(a->size, BLOCK));
    *args = a;
    return TN_OK;
}

tn_status tn_prepare_fill(tn_prepare *p)
{
    fill_args *a;
    return prepare_fill(p, fill_part, &a);
}

tn_status tn_prepare_zeros_like(tn_prepare *p)
{
    fill_args *a;
    p->in_place = 1;
    return prepare_fill(p, constant_part, &a);
}

/* The number one, as its bytes. */
static void write_one(tn_dtype dtype, unsigned char *to)
{
    const float f = 1;
    const double d = 1;
    const uint16_t half = tn_half_of(1), bfloat16 = tn_bfloat16_of(1), u16 = 1;
    const uint32_t u32 = 1;
    const uint64_t u64 = 1;
    size_t n = tn_dtype_size(dtype);
    if (dtype == TN_FLOAT32 || dtype == TN_COMPLEX64)
        memcpy(to, &f, sizeof f);
    else if (dtype == TN_FLOAT64 || dtype == TN_COMPLEX128)
        memcpy(to, &d, sizeof d);
    else if (n == 2)
        memcpy(to, dtype == TN_FLOAT16 ? &half : dtype == TN_BFLOAT16 ? &bfloat16 : &u16, n);
    else if (n == 4)
        memcpy(to, &u32, n);
    else if (n == 8)
        memcpy(to, &u64, n);
    else
        to[0] = 1;
}

tn_status tn_prepare_ones_like(tn_prepare *p)
{
    fill_args *a;
    p->in_place = 1;
    tn_status status = prepare_fill(p, constant_part, &a);
    if (!status)
        write_one(p->out[0].dtype, a->value);
    return status;
}

/* ---- Range ---- */

/* By repeated addition, as TensorFlow does: what it rounds, every later item keeps. Integers wrap after the last item only. */
#define RANGE(name, type, sum)                                                                                                             \
    static tn_status run_range_##name(const tn_step *step, const tn_frame *frame)                                                          \
    {                                                                                                                                      \
        const int64_t *n = step->args;                                                                                                     \
        sum value = (sum) * (const type *)tn_in(step, frame, 0);                                                                           \
        const sum delta = (sum) * (const type *)tn_in(step, frame, 2);                                                                     \
        type *out = tn_out(step, frame, 0);                                                                                                \
        for (int64_t i = 0; i < *n; i++, value += delta)                                                                                   \
            out[i] = (type)value;                                                                                                          \
        return TN_OK;                                                                                                                      \
    }
RANGE(f32, float, float)
RANGE(f64, double, double)
RANGE(i32, int32_t, uint32_t)
RANGE(i64, int64_t, uint64_t)

tn_status tn_prepare_range(tn_prepare *p)
{
    size_t element;
    tn_status status = tn_copy_check(p, &element);
    int64_t *n = status ? NULL : TN_NEW(p->owner, int64_t);
    if (!n)
        return status ? status : TN_RESOURCE_EXHAUSTED;
    *n = p->out[0].dims.dim[0];
    p->args = n;
    switch ((int)p->out[0].dtype) {
    case TN_FLOAT32:
        p->run = run_range_f32;
        return TN_OK;
    case TN_FLOAT64:
        p->run = run_range_f64;
        return TN_OK;
    case TN_INT32:
        p->run = run_range_i32;
        return TN_OK;
    case TN_INT64:
        p->run = run_range_i64;
        return TN_OK;
    default:
        return tn_no_kernel(p, p->out[0].dtype);
    }
}

/* ---- BroadcastTo ---- */

tn_status tn_prepare_broadcast_to(tn_prepare *p)
{
    const tn_dims *in = &p->in[0].dims, *out = &p->out[0].dims;
    int64_t from[TN_MAX_RANK], to[TN_MAX_RANK];
    size_t element;
    tn_status status = tn_copy_check(p, &element);
    tn_copy *copy = status ? NULL : TN_NEW(p->owner, tn_copy);
    if (!copy)
        return status ? status : TN_RESOURCE_EXHAUSTED;
    copy->run = element;
    tn_copy_strides(in, element, from);
    tn_copy_strides(out, element, to);
    for (int i = 0, new_axes = out->rank - in->rank; i < out->rank; i++) {
        bool repeats = i < new_axes || in->dim[i - new_axes] == 1;
        tn_copy_axis(copy, out->dim[i], repeats ? 0 : from[i - new_axes], to[i]);
    }
    return tn_copy_prepared(p, copy);
}
