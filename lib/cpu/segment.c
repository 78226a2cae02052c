/* Kernels that sum by index: UnsortedSegmentSum. */
#include <string.h>
#include "core/alloc.h"
#include "cpu/copy.h"
#include "cpu/divide.h"
#include "cpu/gather.h"
#include "cpu/kernels.h"

/* data is [rows, width], the output [segments, width]. */
typedef struct segment_args {
    tn_divided divided; /* by columns */
    int64_t rows, width, segments;
    tn_dtype dtype; /* of the ids */
    tn_dims ids;
} segment_args;

/* Rows are added in order, so that the result does not depend on anything but the data. Integers wrap. */
#define SEGMENT_SUM(name, type)                                                                                                            \
    static tn_status sum_##name(const tn_step *step, const tn_frame *frame, tn_range columns)                                              \
    {                                                                                                                                      \
        const segment_args *a = step->args;                                                                                                \
        const type *data = tn_in(step, frame, 0);                                                                                          \
        const void *ids = tn_in(step, frame, 1);                                                                                           \
        const int64_t end = columns.last < a->width ? columns.last : a->width;                                                             \
        type *out = tn_out(step, frame, 0);                                                                                                \
        for (int64_t s = 0; s < a->segments && a->width; s++)                                                                              \
            memset(out + s * a->width + columns.first, 0, (size_t)(end - columns.first) * sizeof *out);                                    \
        for (int64_t r = 0; r < a->rows; r++, data += a->width) {                                                                          \
            int64_t id = tn_index_at(a->dtype, ids, r);                                                                                    \
            if (id >= a->segments)                                                                                                         \
                return tn_index_fail(step, "segment_ids", &a->ids, r, id, "out of range", a->segments);                                    \
            for (int64_t i = columns.first; i < end && id >= 0; i++)                                                                       \
                out[id * a->width + i] += data[i];                                                                                         \
        }                                                                                                                                  \
        return TN_OK;                                                                                                                      \
    }
SEGMENT_SUM(f32, float)
SEGMENT_SUM(f64, double)
SEGMENT_SUM(u32, uint32_t)
SEGMENT_SUM(u64, uint64_t)

static tn_part part_for(tn_dtype dtype)
{
    switch ((int)dtype) {
    case TN_FLOAT32:
        return sum_f32;
    case TN_FLOAT64:
        return sum_f64;
    case TN_INT32:
        return sum_u32;
    case TN_INT64:
        return sum_u64;
    default:
        return NULL;
    }
}

tn_status tn_prepare_unsorted_segment_sum(tn_prepare *p)
{
    const tn_dims *ids = &p->in[1].dims;
    const tn_part part = part_for(p->out[0].dtype);
    size_t element;
    if (!part)
        return tn_no_kernel(p, p->out[0].dtype);
    tn_status status = tn_copy_check(p, &element);
    segment_args *a = status ? NULL : TN_NEW(p->owner, segment_args);
    if (!a)
        return status ? status : TN_RESOURCE_EXHAUSTED;
    const int64_t segments = p->out[0].dims.dim[0], size = tn_dims_size(&p->out[0].dims);
    *a = (segment_args){ .rows = tn_dims_size(ids),
                         .width = size ? size / segments : 0, /* without an output only the ids are looked at */
                         .segments = segments,
                         .dtype = p->in[1].dtype,
                         .ids = *ids };
    tn_divide(p, &a->divided, part, a->width ? a->width : 1);
    return TN_OK;
}
