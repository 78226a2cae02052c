/*
 * AddN. Of two it is an addition, as gradients make it where a value is taken twice, and may be joined with its neighbours. Of more, the
 * sum of a tile is made aside, so that the output may be written over any input.
 */
#include <string.h>
#include "core/alloc.h"
#include "cpu/divide.h"
#include "cpu/kernels.h"

enum { TILE = 512 };

typedef struct add_n_args {
    tn_divided divided; /* by tiles */
    int64_t size;
} add_n_args;

/* Integers as unsigned: they wrap. */
#define DEFINE_ADD_N(name, T)                                                                                                              \
    static tn_status add_n_##name(const tn_step *step, const tn_frame *frame, tn_range range)                                              \
    {                                                                                                                                      \
        const int64_t end = tn_range_end(range, TILE, ((const add_n_args *)step->args)->size);                                             \
        T sum[TILE], *y = tn_out(step, frame, 0);                                                                                          \
        for (int64_t at = range.first * TILE; at < end; at += TILE) {                                                                      \
            int64_t n = end - at < TILE ? end - at : TILE;                                                                                 \
            memcpy(sum, (const T *)tn_in(step, frame, 0) + at, (size_t)n * sizeof(T));                                                     \
            for (uint32_t i = 1; i < step->num_inputs; i++) {                                                                              \
                const T *x = (const T *)tn_in(step, frame, i) + at;                                                                        \
                for (int64_t j = 0; j < n; j++)                                                                                            \
                    sum[j] = (T)(sum[j] + x[j]);                                                                                           \
            }                                                                                                                              \
            memcpy(y + at, sum, (size_t)n * sizeof(T));                                                                                    \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }
DEFINE_ADD_N(f32, float)
DEFINE_ADD_N(f64, double)
DEFINE_ADD_N(i32, uint32_t)
DEFINE_ADD_N(i64, uint64_t)

tn_status tn_prepare_add_n(tn_prepare *p)
{
    if (p->num_inputs == 2)
        return tn_prepare_add(p);
    tn_dtype dtype = p->in[0].dtype;
    tn_part part = dtype == TN_FLOAT32   ? add_n_f32
                   : dtype == TN_FLOAT64 ? add_n_f64
                   : dtype == TN_INT32   ? add_n_i32
                   : dtype == TN_INT64   ? add_n_i64
                                         : NULL;
    if (!part)
        return tn_no_kernel(p, dtype);
    add_n_args *args = TN_NEW(p->owner, add_n_args);
    if (!args)
        return TN_RESOURCE_EXHAUSTED;
    args->size = tn_dims_size(&p->out[0].dims);
    tn_divide(p, &args->divided, part, tn_units_of(args->size, TILE));
    p->in_place = p->num_inputs < 32 ? (1u << p->num_inputs) - 1 : ~0u;
    p->work = (double)args->size * p->num_inputs;
    return TN_OK;
}
