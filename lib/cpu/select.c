/* Select and SelectV2: by the size of an element, whatever it is. */
#include "core/alloc.h"
#include "core/dtype.h"
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

static int row_of(size_t size)
{
    switch (size) {
    case 1:
        return TN_ROW_select_1;
    case 2:
        return TN_ROW_select_2;
    case 4:
        return TN_ROW_select_4;
    case 8:
        return TN_ROW_select_8;
    case 16:
        return TN_ROW_select_16;
    default:
        return TN_ROW_NONE;
    }
}

tn_status tn_prepare_select_v2(tn_prepare *p)
{
    int row = row_of(tn_dtype_size(p->in[1].dtype));
    return row ? tn_prepare_row(p, row, NULL) : tn_no_kernel(p, p->in[1].dtype);
}

/* A vector condition chooses along axis 0: it is one column beside the other axes. */
tn_status tn_prepare_select(tn_prepare *p)
{
    int row = row_of(tn_dtype_size(p->in[1].dtype)), rank = p->out[0].dims.rank;
    if (!row || p->in[0].dims.rank != 1 || rank == 1)
        return tn_prepare_select_v2(p);
    tn_dims *dims = TN_NEW_ARRAY(p->owner, tn_dims, 3);
    if (!dims)
        return TN_RESOURCE_EXHAUSTED;
    for (int i = 0; i < 3; i++)
        dims[i] = p->in[i].dims;
    for (; dims[0].rank < rank; dims[0].rank++)
        dims[0].dim[dims[0].rank] = 1;
    return tn_prepare_row(p, row, dims);
}
