/* AddN. The sum of a tile is made aside, so that the output may be written over any input. */
#include <string.h>
#include "core/alloc.h"
#include "cpu/kernels.h"

enum { TILE = 512 };

/* Integers as unsigned: they wrap. */
#define DEFINE_ADD_N(name, T)                                                                                                              \
    static tn_status add_n_##name(const tn_step *step, const tn_frame *frame)                                                              \
    {                                                                                                                                      \
        int64_t size = *(const int64_t *)step->args;                                                                                       \
        T sum[TILE], *y = tn_out(step, frame, 0);                                                                                          \
        for (int64_t at = 0; at < size; at += TILE) {                                                                                      \
            int64_t n = size - at < TILE ? size - at : TILE;                                                                               \
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
    tn_dtype dtype = p->in[0].dtype;
    p->run = dtype == TN_FLOAT32   ? add_n_f32
             : dtype == TN_FLOAT64 ? add_n_f64
             : dtype == TN_INT32   ? add_n_i32
             : dtype == TN_INT64   ? add_n_i64
                                   : NULL;
    if (!p->run)
        return tn_no_kernel(p, dtype);
    int64_t *size = TN_NEW(p->owner, int64_t);
    if (!size)
        return TN_RESOURCE_EXHAUSTED;
    *size = tn_dims_size(&p->out[0].dims);
    p->args = size;
    p->in_place = p->num_inputs < 32 ? (1u << p->num_inputs) - 1 : ~0u;
    p->work = (double)*size * p->num_inputs;
    return TN_OK;
}
