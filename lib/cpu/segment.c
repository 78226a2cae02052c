/* Kernels that sum by index: UnsortedSegmentSum. */
#include <string.h>
#include "core/alloc.h"
#include "cpu/copy.h"
#include "cpu/gather.h"
#include "cpu/kernels.h"

/* data is [rows, width], the output [segments, width]. */
typedef struct segment_args {
    int64_t rows, width, segments;
    size_t bytes;   /* of the output */
    tn_dtype dtype; /* of the ids */
    tn_dims ids;
} segment_args;

/* Rows are added in order, so that the result does not depend on anything but the data. Integers wrap. */
#define SEGMENT_SUM(name, type)                                                                                                            \
    static tn_status run_##name(const tn_step *step, const tn_frame *frame)                                                                \
    {                                                                                                                                      \
        const segment_args *a = step->args;                                                                                                \
        const type *data = tn_in(step, frame, 0);                                                                                          \
        const void *ids = tn_in(step, frame, 1);                                                                                           \
        type *out = tn_out(step, frame, 0);                                                                                                \
        memset(out, 0, a->bytes);                                                                                                          \
        for (int64_t r = 0; r < a->rows; r++, data += a->width) {                                                                          \
            int64_t id = tn_index_at(a->dtype, ids, r);                                                                                    \
            if (id >= a->segments)                                                                                                         \
                return tn_index_fail(step, "segment_ids", &a->ids, r, id, "out of range", a->segments);                                    \
            for (int64_t i = 0; i < a->width && id >= 0; i++)                                                                              \
                out[id * a->width + i] += data[i];                                                                                         \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }
SEGMENT_SUM(f32, float)
SEGMENT_SUM(f64, double)
SEGMENT_SUM(u32, uint32_t)
SEGMENT_SUM(u64, uint64_t)

static tn_kernel kernel_for(tn_dtype dtype)
{
    switch ((int)dtype) {
    case TN_FLOAT32:
        return run_f32;
    case TN_FLOAT64:
        return run_f64;
    case TN_INT32:
        return run_u32;
    case TN_INT64:
        return run_u64;
    default:
        return NULL;
    }
}

tn_status tn_prepare_unsorted_segment_sum(tn_prepare *p)
{
    const tn_dims *data = &p->in[0].dims, *ids = &p->in[1].dims;
    size_t element;
    p->run = kernel_for(p->out[0].dtype);
    if (!p->run)
        return tn_no_kernel(p, p->out[0].dtype);
    tn_status status = tn_copy_check(p, &element);
    segment_args *a = status ? NULL : TN_NEW(p->owner, segment_args);
    if (!a)
        return status ? status : TN_RESOURCE_EXHAUSTED;
    *a = (segment_args){ .rows = tn_dims_size(ids),
                         .width = tn_dims_size(data) ? tn_dims_product(data, ids->rank, data->rank) : 0,
                         .segments = p->out[0].dims.dim[0],
                         .bytes = (size_t)tn_dims_size(&p->out[0].dims) * element,
                         .dtype = p->in[1].dtype,
                         .ids = *ids };
    p->args = a;
    return TN_OK;
}
