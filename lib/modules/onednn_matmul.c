/*
 * MatMul by oneDNN. The rows of the product are cut into chunks, the units of the step; one primitive serves all of them, and another the
 * last when it is shorter. Chunks depend on the shape alone, never on the number of threads, so results do not either. The weights are
 * known, and packed as the primitive likes them best, once.
 */
#include "modules/onednn.h"

typedef struct shape {
    int64_t m, n, k;
    bool transpose_b;
} shape;

typedef struct matmul {
    shape shape;
    od_primitive full, end; /* of a chunk, and of what is left of m */
    bool has_end;
    const tn_tensor *packed; /* the weights; NULL: oneDNN likes them as they come */
    size_t scratchpad;       /* bytes of one worker */
    const tn_finish *finish;
} matmul;

/* ---- Size classes ---- */

/* Measured (doc/manual/modules.md): oneDNN is ahead where packed weights outgrow the cache of a core and rows are many. */
enum { LARGEST = 1 << 30, MANY_ROWS = 1024, LARGE_WEIGHTS = 1 << 20, CHUNK = 128 };

static shape shape_of(const tn_prepare *p)
{
    return (shape){ p->out[0].dims.dim[0], p->out[0].dims.dim[1], p->in[0].dims.dim[1], od_host->op_bool(p->op, "transpose_b") };
}

static bool is_wanted(const tn_prepare *p)
{
    if (p->in[0].dtype != TN_FLOAT32 || !p->in[1].value || od_host->op_bool(p->op, "transpose_a"))
        return false;
    shape s = shape_of(p);
    return s.m >= MANY_ROWS && s.n > 0 && s.k > 0 && s.k >= LARGE_WEIGHTS / s.n && s.m <= LARGEST / s.k && s.k <= LARGEST / s.n &&
           s.m <= LARGEST / s.n;
}

/* ---- Running ---- */

static tn_status run_chunk(const tn_step *step, const tn_frame *frame, int64_t i, int worker)
{
    const matmul *a = step->args;
    const shape *s = &a->shape;
    const od_primitive *primitive = a->has_end && (i + 1) * CHUNK > s->m ? &a->end : &a->full;
    int64_t row = i * CHUNK, rows = row + CHUNK > s->m ? s->m - row : CHUNK;
    const od_arg args[] = {
        { DNNL_ARG_SRC, od_layout(primitive, dnnl_query_src_md), (const float *)tn_in(step, frame, 0) + row * s->k },
        { DNNL_ARG_WEIGHTS, od_layout(primitive, dnnl_query_weights_md), a->packed ? a->packed->data : tn_in(step, frame, 1) },
        { DNNL_ARG_DST, od_layout(primitive, dnnl_query_dst_md), (float *)tn_out(step, frame, 0) + row * s->n },
        { DNNL_ARG_SCRATCHPAD, od_layout(primitive, dnnl_query_scratchpad_md),
          a->scratchpad ? (char *)tn_workspace(step, frame) + (size_t)worker * a->scratchpad : NULL },
    };
    tn_status status = od_run_status(step, od_execute(primitive, a->scratchpad ? 4 : 3, args));
    if (!status && a->finish)
        a->finish->run(a->finish, step, frame, row, rows, 0, s->n);
    return status;
}

static tn_status run_range(const tn_step *step, const tn_frame *frame, tn_range range)
{
    int before = od_enter();
    tn_status status = TN_OK;
    for (int64_t i = range.first; i < range.last && !status; i++)
        status = run_chunk(step, frame, i, range.worker);
    od_leave(before);
    return status;
}

static int64_t num_chunks(const matmul *a)
{
    return (a->shape.m + CHUNK - 1) / CHUNK;
}

static tn_status run_all(const tn_step *step, const tn_frame *frame)
{
    return run_range(step, frame, (tn_range){ 0, num_chunks(step->args), 0 });
}

/* ---- Preparing ---- */

static int destroy(void *chunk)
{
    matmul *a = chunk;
    od_primitive_free(&a->full);
    od_primitive_free(&a->end);
    od_count(-1);
    return 0;
}

/* A matrix whose elements are stored as they are, or transposed. */
static dnnl_memory_desc_t matrix(int64_t rows, int64_t columns, int64_t row_stride, int64_t column_stride)
{
    dnnl_memory_desc_t desc = { 0 };
    (void)dnnl_memory_desc_init_by_strides(&desc, 2, (const dnnl_dims_t){ rows, columns }, dnnl_f32,
                                           (const dnnl_dims_t){ row_stride, column_stride });
    return desc;
}

static dnnl_memory_desc_t plain_weights(const shape *s)
{
    return s->transpose_b ? matrix(s->k, s->n, 1, s->k) : matrix(s->k, s->n, s->n, 1);
}

static tn_status make_primitive(od_primitive *primitive, const shape *s, int64_t rows, const dnnl_memory_desc_t *weights)
{
    dnnl_memory_desc_t src = matrix(rows, s->k, s->k, 1);
    dnnl_memory_desc_t dst = matrix(rows, s->n, s->n, 1);
    dnnl_matmul_desc_t operation;
    dnnl_status_t status = dnnl_matmul_desc_init(&operation, &src, weights, NULL, &dst);
    return status ? od_status(status) : od_primitive_new(primitive, &operation);
}

/* The layout of weights that are packed is the first primitive's choice, and the second's duty. */
static tn_status make_primitives(matmul *a)
{
    dnnl_memory_desc_t weights = plain_weights(&a->shape);
    if (dnnl_memory_desc_init_by_tag(&weights, 2, weights.dims, dnnl_f32, dnnl_format_tag_any))
        return TN_UNAVAILABLE;
    tn_status status = make_primitive(&a->full, &a->shape, CHUNK, &weights);
    int64_t rest = a->shape.m % CHUNK;
    a->has_end = rest;
    if (!status && rest)
        status = make_primitive(&a->end, &a->shape, rest, od_layout(&a->full, dnnl_query_weights_md));
    return status;
}

static tn_status pack_weights(matmul *a, const tn_prepare *p)
{
    dnnl_memory_desc_t plain = plain_weights(&a->shape);
    const dnnl_memory_desc_t *liked = od_layout(&a->full, dnnl_query_weights_md);
    tn_tensor *packed = NULL;
    tn_status status = dnnl_memory_desc_equal(&plain, liked) ? TN_OK : od_pack(a, p->meter, &plain, p->in[1].value, liked, &packed);
    a->packed = packed;
    return status;
}

static tn_status make(matmul *a, const tn_prepare *p)
{
    int before = od_enter();
    tn_status status = make_primitives(a);
    if (!status)
        status = pack_weights(a, p);
    od_leave(before);
    return status;
}

static size_t scratchpad_of(const matmul *a)
{
    size_t full = od_scratchpad(&a->full), end = a->has_end ? od_scratchpad(&a->end) : 0, most = full > end ? full : end;
    return (most + 63) / 64 * 64;
}

tn_status od_prepare_matmul(tn_prepare *p)
{
    if (!is_wanted(p))
        return TN_UNAVAILABLE;
    matmul *a = od_host->alloc(p->owner, sizeof *a, "oneDNN MatMul");
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    od_count(1);
    od_host->at_free(a, destroy);
    *a = (matmul){ .shape = shape_of(p), .finish = p->finish };

    tn_status status = make(a, p);
    if (status) {
        od_host->free(a);
        return status;
    }
    a->scratchpad = scratchpad_of(a);
    p->args = a;
    p->run = run_all;
    p->part = run_range;
    p->units = num_chunks(a);
    p->workspace = a->scratchpad * (size_t)(p->threads > 1 ? p->threads : 1);
    p->work = tn_work_of_products((double)a->shape.m * (double)a->shape.n * (double)a->shape.k);
    return TN_OK;
}
