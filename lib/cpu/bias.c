/* BiasAdd: an addition. Its gradient is in reduce.c. */
#include <string.h>
#include "core/alloc.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

static int channel_axis(const tn_prepare *p)
{
    return strcmp(tn_op_string(p->op, "data_format"), "NCHW") ? p->in[0].dims.rank - 1 : 1;
}

/* An addition of a row, or of one element to each plane. */
tn_status tn_prepare_bias_add(tn_prepare *p)
{
    tn_dtype dtype = p->in[0].dtype;
    int row = dtype == TN_FLOAT32   ? TN_ROW_add_f32
              : dtype == TN_FLOAT64 ? TN_ROW_add_f64
              : dtype == TN_INT32   ? TN_ROW_add_i32
              : dtype == TN_INT64   ? TN_ROW_add_i64
                                    : TN_ROW_NONE;
    int rank = p->in[0].dims.rank, channel = channel_axis(p);
    if (!row)
        return tn_no_kernel(p, dtype);
    if (channel == rank - 1)
        return tn_prepare_row(p, row, NULL);
    tn_dims *dims = TN_NEW_ARRAY(p->owner, tn_dims, 2);
    if (!dims)
        return TN_RESOURCE_EXHAUSTED;
    dims[0] = p->in[0].dims;
    dims[1] = p->in[1].dims;
    for (; dims[1].rank < rank - channel; dims[1].rank++)
        dims[1].dim[dims[1].rank] = 1;
    return tn_prepare_row(p, row, dims);
}
