/* Preparing and walking elementwise kernels: see elementwise.h. */
#include "cpu/elementwise.h"

#include "core/alloc.h"

void tn_loops_add(tn_loops *loops, int64_t count, const int64_t *strides, int n)
{
    int d = loops->rank++;
    loops->count[d] = count;
    for (int i = 0; i < n; i++) {
        loops->advance[d][i] = strides[i];
        for (int outer = 0; outer < d; outer++) /* going on there, this loop goes back from its last step */
            loops->advance[outer][i] -= (count - 1) * strides[i];
    }
}

static tn_status run_rows(const tn_step *step, const tn_frame *frame)
{
    const tn_rows *rows = step->args;
    const char *at[TN_MAX_OPERANDS];
    char *out = tn_out(step, frame, 0);
    int64_t index[TN_MAX_RANK] = { 0 };
    int n = (int)step->num_inputs;
    if (!rows->n)
        return TN_OK;
    for (int i = 0; i < n; i++)
        at[i] = tn_in(step, frame, (uint32_t)i);
    do {
        const void *in[TN_MAX_OPERANDS];
        for (int i = 0; i < n; i++)
            in[i] = at[i];
        const char *wrong = rows->row(out, in, rows->stride, rows->n);
        if (wrong)
            return tn_row_status(step, wrong);
        out += rows->out_bytes;
    } while (tn_loops_next(&rows->loops, index, at, n));
    return TN_OK;
}

/* The dimensions of an output with the strides of the inputs in elements, as they are collapsed. */
typedef struct shape {
    int rank, n;
    int64_t dim[TN_MAX_RANK];
    int64_t stride[TN_MAX_RANK][TN_MAX_OPERANDS];
} shape;

/* Joins a dimension inside of the last one to it, where all inputs go through both as through one. */
static bool join(shape *s, int64_t dim, const int64_t *stride)
{
    int last = s->rank - 1;
    if (last < 0)
        return false;
    for (int i = 0; i < s->n; i++)
        if (s->stride[last][i] != stride[i] * dim)
            return false;
    s->dim[last] *= dim;
    for (int i = 0; i < s->n; i++)
        s->stride[last][i] = stride[i];
    return true;
}

static void append(shape *s, int64_t dim, const int64_t *stride)
{
    if (dim == 1 || join(s, dim, stride))
        return;
    s->dim[s->rank] = dim;
    for (int i = 0; i < s->n; i++)
        s->stride[s->rank][i] = stride[i];
    s->rank++;
}

/* The stride of an input along axis d of the output: 0 where it is repeated. */
static int64_t stride_of(const tn_dims *dims, const int64_t *strides, int out_rank, int d)
{
    int axis = d - (out_rank - dims->rank);
    return axis >= 0 && dims->dim[axis] != 1 ? strides[axis] : 0;
}

static shape collapse(const tn_dims *out, const tn_dims *in, int n)
{
    shape s = { .n = n };
    int64_t strides[TN_MAX_OPERANDS][TN_MAX_RANK];
    for (int i = 0; i < n; i++)
        tn_dims_strides(&in[i], strides[i]);
    for (int d = 0; d < out->rank; d++) {
        int64_t stride[TN_MAX_OPERANDS];
        for (int i = 0; i < n; i++)
            stride[i] = stride_of(&in[i], strides[i], out->rank, d);
        append(&s, out->dim[d], stride);
    }
    return s;
}

/* The row is the innermost dimension, the loops are the others. A scalar is a row of one. */
static void lay_out(tn_rows *rows, const tn_prepare *p, const shape *s)
{
    int last = s->rank - 1;
    rows->n = s->rank ? s->dim[last] : 1;
    rows->out_bytes = rows->n * (int64_t)tn_dtype_size(p->out[0].dtype);
    for (int i = 0; i < s->n; i++)
        rows->stride[i] = s->rank ? s->stride[last][i] : 1;
    for (int d = 0; d < last; d++) {
        int64_t bytes[TN_MAX_OPERANDS];
        for (int i = 0; i < s->n; i++)
            bytes[i] = s->stride[d][i] * (int64_t)tn_dtype_size(p->in[i].dtype);
        tn_loops_add(&rows->loops, s->dim[d], bytes, s->n);
    }
}

/* Inputs of the output's shape may be written over where an element takes as many bytes. */
static unsigned in_place(const tn_prepare *p)
{
    unsigned bits = 0;
    for (int i = 0; i < p->num_inputs; i++)
        if (tn_dims_equal(&p->in[i].dims, &p->out[0].dims) && tn_dtype_size(p->in[i].dtype) == tn_dtype_size(p->out[0].dtype))
            bits |= 1u << i;
    return bits;
}

static bool all_of_one_shape(const tn_dims *out, const tn_dims *in, int n)
{
    for (int i = 0; i < n; i++)
        if (!tn_dims_equal(&in[i], out))
            return false;
    return true;
}

tn_status tn_prepare_rows(tn_prepare *p, const tn_elementwise *choice, const tn_dims *dims)
{
    const tn_dims *out = &p->out[0].dims;
    tn_rows *rows = TN_NEW(p->owner, tn_rows);
    if (!rows)
        return TN_RESOURCE_EXHAUSTED;
    rows->row = choice->row;
    bool flat = choice->flat && all_of_one_shape(out, dims, p->num_inputs);
    if (flat)
        rows->n = tn_dims_size(out);
    else if (tn_dims_size(out)) {
        shape s = collapse(out, dims, p->num_inputs);
        lay_out(rows, p, &s);
    }
    p->args = rows;
    p->run = flat ? choice->flat : run_rows;
    p->in_place = in_place(p);
    return TN_OK;
}

tn_status tn_prepare_elementwise(tn_prepare *p, const tn_elementwise *choices, size_t n)
{
    tn_dtype dtype = p->in[p->num_inputs - 1].dtype;
    tn_dims dims[TN_MAX_OPERANDS];
    for (int i = 0; i < p->num_inputs; i++)
        dims[i] = p->in[i].dims;
    for (size_t i = 0; i < n; i++)
        if (choices[i].dtype == dtype)
            return tn_prepare_rows(p, &choices[i], dims);
    return tn_no_kernel(p, dtype);
}
