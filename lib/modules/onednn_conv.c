/*
 * Conv2D of NHWC images and the gradients of its images by oneDNN, which likes this layout as it is; only the filter is packed: once when
 * it is known, else in each run.
 *
 * A unit of the step is a band of rows of one image's output. Bands depend on the shape alone, never on the number of threads. Each has its
 * own primitive, for the rows of padding that it sees are its own; where two are alike oneDNN gives the same one again. Gradients are made
 * by whole images: one band.
 */
#include <stdatomic.h>
#include <string.h>
#include "modules/onednn.h"

enum { MAX_BANDS = 16, UNITS = 16 };

typedef struct band {
    od_primitive primitive;
    int64_t first_in, first_out, num_out; /* rows of what is read and of what is written */
} band;

/* What oneDNN calls what is read and what is written, which input is read, and from what size on oneDNN is ahead: so many multiplications
 * for each image, images, and channels of them. */
typedef struct direction {
    int source, result;
    dnnl_query_t source_layout, result_layout;
    int input;
    int64_t multiplications, images, channels;
} direction;
static const direction forward = { DNNL_ARG_SRC, DNNL_ARG_DST, dnnl_query_src_md, dnnl_query_dst_md, 0, 1 << 22, 1, 1 };
static const direction backward = {
    DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, dnnl_query_diff_dst_md, dnnl_query_diff_src_md, 2, 1 << 21, 8, 16
};

typedef struct conv {
    const direction *direction;
    tn_window y, x;
    int64_t images, in_c, out_c;
    int64_t in_rows, out_rows, in_row, out_row; /* of one image, and elements of a row, of what is read and of what is written */
    band bands[MAX_BANDS];
    int64_t num_bands;
    dnnl_memory_desc_t plain; /* the filter as it comes */
    od_primitive reorder;     /* of a filter that is packed in each run */
    const tn_tensor *packed;  /* of one that is known */
    size_t packed_bytes;      /* of the first, at the start of the workspace */
    size_t scratchpad;        /* bytes of one worker, behind it */
    const tn_finish *finish;
} conv;

/* ---- Size classes ---- */

/* Measured (doc/manual/modules.md): oneDNN is behind where calls are many and short, and where there are too few rows to be cut. */
enum { LEAST_ROWS = 112, FEW_CHANNELS = 16, LARGEST = 1 << 30 };

static double size_of(const int64_t *dims, int first)
{
    double size = 1;
    for (int i = first; i < 4; i++)
        size *= (double)dims[i];
    return size;
}

static bool is_wanted(const tn_prepare *p, const direction *d)
{
    if (p->out[0].dtype != TN_FLOAT32 || strcmp(od_host->op_string(p->op, "data_format"), "NHWC"))
        return false;
    const int64_t *read = p->in[d->input].dims.dim, *filter = p->in[1].dims.dim, *written = p->out[0].dims.dim;
    const int64_t *images = d == &forward ? read : written, *result = d == &forward ? written : read;
    if (size_of(read, 0) < 1 || size_of(written, 0) < 1 || size_of(read, 0) > LARGEST || size_of(filter, 0) > LARGEST ||
        size_of(written, 0) > LARGEST || filter[2] != images[3])
        return false;
    return images[0] * result[1] >= LEAST_ROWS && images[0] >= d->images && images[3] >= d->channels &&
           size_of(result, 1) * size_of(filter, 0) / (double)filter[3] >= (double)d->multiplications;
}

/* Without AVX-512 oneDNN is ahead only where a convolution is a matrix product, or has few channels. */
static bool suits_processor(const conv *a)
{
    bool is_product = a->y.size * a->x.size * a->y.stride * a->x.stride == 1;
    return dnnl_get_effective_cpu_isa() >= dnnl_cpu_isa_avx512_core || is_product || a->in_c <= FEW_CHANNELS;
}

/* ---- Running ---- */

static char *scratchpad_of(const conv *a, const tn_step *step, const tn_frame *frame, int worker)
{
    return (char *)tn_workspace(step, frame) + a->packed_bytes + (size_t)worker * a->scratchpad;
}

static const void *filter_of(const conv *a, const tn_step *step, const tn_frame *frame)
{
    return a->packed ? a->packed->data : a->packed_bytes ? tn_workspace(step, frame) : tn_in(step, frame, 1);
}

static tn_status run_band(const conv *a, const tn_step *step, const tn_frame *frame, int64_t unit, int worker)
{
    int64_t image = unit / a->num_bands;
    const direction *d = a->direction;
    const band *b = &a->bands[unit % a->num_bands];
    const od_primitive *primitive = &b->primitive;
    int64_t in_row = image * a->in_rows + b->first_in, out_row = image * a->out_rows + b->first_out;
    const od_arg args[] = {
        { d->source, od_layout(primitive, d->source_layout), (const float *)tn_in(step, frame, (uint32_t)d->input) + in_row * a->in_row },
        { DNNL_ARG_WEIGHTS, od_layout(primitive, dnnl_query_weights_md), filter_of(a, step, frame) },
        { d->result, od_layout(primitive, d->result_layout), (float *)tn_out(step, frame, 0) + out_row * a->out_row },
        { DNNL_ARG_SCRATCHPAD, od_layout(primitive, dnnl_query_scratchpad_md),
          a->scratchpad ? scratchpad_of(a, step, frame, worker) : NULL },
    };
    tn_status status = od_run_status(step, od_execute(primitive, a->scratchpad ? 4 : 3, args));
    if (!status && a->finish)
        a->finish->run(a->finish, step, frame, out_row * a->x.out, b->num_out * a->x.out, 0, a->out_c);
    return status;
}

static tn_status run_range(const tn_step *step, const tn_frame *frame, tn_range range)
{
    int before = od_enter();
    tn_status status = TN_OK;
    for (int64_t i = range.first; i < range.last && !status; i++)
        status = run_band(step->args, step, frame, i, range.worker);
    od_leave(before);
    return status;
}

static tn_status run_all(const tn_step *step, const tn_frame *frame)
{
    const conv *a = step->args;
    return run_range(step, frame, (tn_range){ 0, a->images * a->num_bands, 0 });
}

/* A filter that changes is packed first; then bands are tasks of the pool, which this step hands out itself. */
typedef struct packing_run {
    const tn_step *step;
    const tn_frame *frame;
    atomic_int status;
} packing_run;

static void run_task(void *arg, int64_t i, int worker)
{
    packing_run *r = arg;
    tn_status status = run_range(r->step, r->frame, (tn_range){ i, i + 1, worker });
    if (status)
        atomic_store(&r->status, (int)status);
}

static tn_status pack(const conv *a, const tn_step *step, const tn_frame *frame)
{
    const od_arg args[] = {
        { DNNL_ARG_FROM, &a->plain, tn_in(step, frame, 1) },
        { DNNL_ARG_TO, od_layout(&a->bands[0].primitive, dnnl_query_weights_md), tn_workspace(step, frame) },
        { DNNL_ARG_SCRATCHPAD, od_layout(&a->reorder, dnnl_query_scratchpad_md), scratchpad_of(a, step, frame, 0) },
    };
    int before = od_enter();
    tn_status status = od_run_status(step, od_execute(&a->reorder, 3, args));
    od_leave(before);
    return status;
}

static tn_status run_packing(const tn_step *step, const tn_frame *frame)
{
    const conv *a = step->args;
    packing_run r = { step, frame, TN_OK };
    tn_status status = pack(a, step, frame);
    if (status)
        return status;
    od_host->pool_run(frame->pool, a->images * a->num_bands, run_task, &r);
    int failed = atomic_load(&r.status);
    return failed ? od_host->step_fail(step, (tn_status)failed, "oneDNN failed in one of several threads") : TN_OK;
}

/* ---- Preparing ---- */

static int destroy(void *chunk)
{
    conv *a = chunk;
    for (int64_t i = 0; i < a->num_bands; i++)
        od_primitive_free(&a->bands[i].primitive);
    od_primitive_free(&a->reorder);
    od_count(-1);
    return 0;
}

static bool resolve(conv *a, const tn_prepare *p)
{
    const int64_t *images = (a->direction == &forward ? p->in : p->out)[0].dims.dim, *filter = p->in[1].dims.dim;
    a->images = images[0];
    a->in_c = images[3];
    a->out_c = filter[3];
    a->y = (tn_window){ .in = images[1], .size = filter[0] };
    a->x = (tn_window){ .in = images[2], .size = filter[1] };
    od_host->window_attrs(p->op, TN_WINDOW_DILATIONS | TN_WINDOW_EXPLICIT, &a->y, &a->x);
    tn_padding padding = od_host->padding_of(p->op);
    return od_host->window_resolve(&a->y, padding) && od_host->window_resolve(&a->x, padding);
}

static void count_rows(conv *a)
{
    bool is_forward = a->direction == &forward;
    int64_t images_row = a->x.in * a->in_c, result_row = a->x.out * a->out_c;
    a->in_rows = is_forward ? a->y.in : a->y.out;
    a->out_rows = is_forward ? a->y.out : a->y.in;
    a->in_row = is_forward ? images_row : result_row;
    a->out_row = is_forward ? result_row : images_row;
}

static dnnl_memory_desc_t images(int64_t channels, int64_t height, int64_t width)
{
    dnnl_memory_desc_t desc = { 0 };
    (void)dnnl_memory_desc_init_by_tag(&desc, 4, (const dnnl_dims_t){ 1, channels, height, width }, dnnl_f32, dnnl_nhwc);
    return desc;
}

static dnnl_memory_desc_t filter(const conv *a, dnnl_format_tag_t layout)
{
    dnnl_memory_desc_t desc = { 0 };
    (void)dnnl_memory_desc_init_by_tag(&desc, 4, (const dnnl_dims_t){ a->out_c, a->in_c, a->y.size, a->x.size }, dnnl_f32, layout);
    return desc;
}

/* The first and last input position that outputs first … first + n - 1 look at; what lies outside is padding. */
static void reach(const tn_window *w, int64_t first, int64_t n, int64_t *from, int64_t *to)
{
    *from = first * w->stride - w->before;
    *to = (first + n - 1) * w->stride - w->before + (w->size - 1) * w->dilation;
}

static int64_t at_least_0(int64_t n)
{
    return n > 0 ? n : 0;
}

/* weights: the layout that another band has chosen, or any. */
static tn_status make_band(conv *a, band *b, const dnnl_memory_desc_t *weights)
{
    int64_t top, bottom, left, right;
    reach(&a->y, b->first_out, b->num_out, &top, &bottom);
    reach(&a->x, 0, a->x.out, &left, &right);
    b->first_in = at_least_0(top);
    int64_t end_in = bottom < a->y.in ? bottom + 1 : a->y.in;
    if (end_in <= b->first_in)
        return TN_UNAVAILABLE;
    dnnl_memory_desc_t src = images(a->in_c, end_in - b->first_in, a->x.in), dst = images(a->out_c, b->num_out, a->x.out);
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_inference, dnnl_convolution_direct, &src, weights, NULL, &dst,
        (const dnnl_dims_t){ a->y.stride, a->x.stride }, (const dnnl_dims_t){ a->y.dilation - 1, a->x.dilation - 1 },
        (const dnnl_dims_t){ at_least_0(-top), at_least_0(-left) },
        (const dnnl_dims_t){ at_least_0(bottom + 1 - a->y.in), at_least_0(right + 1 - a->x.in) });
    return status ? od_status(status) : od_primitive_new(&b->primitive, &operation);
}

static tn_status make_backward(conv *a)
{
    int64_t top, bottom, left, right;
    reach(&a->y, 0, a->y.out, &top, &bottom);
    reach(&a->x, 0, a->x.out, &left, &right);
    dnnl_memory_desc_t dx = images(a->in_c, a->y.in, a->x.in), dy = images(a->out_c, a->y.out, a->x.out);
    dnnl_memory_desc_t any = filter(a, dnnl_format_tag_any);
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, dnnl_convolution_direct, &dx, &any, &dy, (const dnnl_dims_t){ a->y.stride, a->x.stride },
        (const dnnl_dims_t){ a->y.dilation - 1, a->x.dilation - 1 }, (const dnnl_dims_t){ at_least_0(-top), at_least_0(-left) },
        (const dnnl_dims_t){ at_least_0(bottom + 1 - a->y.in), at_least_0(right + 1 - a->x.in) });
    a->num_bands = 1;
    a->bands[0].num_out = a->y.in;
    return status ? od_status(status) : od_primitive_new(&a->bands[0].primitive, &operation);
}

/* Few images are cut into bands, so that there are units for several threads; none is less than four rows. */
static tn_status make_bands(conv *a)
{
    int64_t wanted = (UNITS + a->images - 1) / a->images, most = a->y.out / 4;
    a->num_bands = wanted < most ? wanted : most > 1 ? most : 1;
    dnnl_memory_desc_t any = filter(a, dnnl_format_tag_any);
    tn_status status = TN_OK;
    for (int64_t i = 0; i < a->num_bands && !status; i++) {
        band *b = &a->bands[i];
        b->first_out = a->y.out * i / a->num_bands;
        b->num_out = a->y.out * (i + 1) / a->num_bands - b->first_out;
        status = make_band(a, b, i ? od_layout(&a->bands[0].primitive, dnnl_query_weights_md) : &any);
    }
    return status;
}

static tn_status pack_known(conv *a, const tn_prepare *p, const dnnl_memory_desc_t *liked)
{
    tn_tensor *packed = NULL;
    tn_status status = od_pack(a, p->meter, &a->plain, p->in[1].value, liked, &packed);
    a->packed = packed;
    return status;
}

static size_t aligned(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static tn_status make_filter(conv *a, const tn_prepare *p)
{
    const dnnl_memory_desc_t *liked = od_layout(&a->bands[0].primitive, dnnl_query_weights_md);
    a->plain = filter(a, dnnl_hwio);
    if (dnnl_memory_desc_equal(&a->plain, liked))
        return TN_OK;
    if (p->in[1].value)
        return pack_known(a, p, liked);
    a->packed_bytes = aligned(dnnl_memory_desc_get_size(liked));
    return od_reorder_new(&a->reorder, &a->plain, liked);
}

static tn_status make(conv *a, const tn_prepare *p)
{
    int before = od_enter();
    tn_status status = a->direction == &forward ? make_bands(a) : make_backward(a);
    if (!status)
        status = make_filter(a, p);
    od_leave(before);
    if (status)
        return status;
    size_t most = a->reorder.made ? od_scratchpad(&a->reorder) : 0;
    for (int64_t i = 0; i < a->num_bands; i++)
        most = od_scratchpad(&a->bands[i].primitive) > most ? od_scratchpad(&a->bands[i].primitive) : most;
    a->scratchpad = aligned(most);
    return TN_OK;
}

static tn_status prepare(tn_prepare *p, const direction *d)
{
    if (!is_wanted(p, d))
        return TN_UNAVAILABLE;
    conv *a = od_host->alloc(p->owner, sizeof *a, "oneDNN Conv2D");
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    od_count(1);
    od_host->at_free(a, destroy);
    a->direction = d;
    a->finish = p->finish;
    tn_status status = resolve(a, p) && suits_processor(a) ? make(a, p) : TN_UNAVAILABLE;
    if (status) {
        od_host->free(a);
        return status;
    }
    count_rows(a);
    p->args = a;
    p->run = a->packed_bytes ? run_packing : run_all;
    p->part = a->packed_bytes ? NULL : run_range;
    p->units = a->images * a->num_bands;
    p->workspace = a->packed_bytes + a->scratchpad * (size_t)(p->threads > 1 ? p->threads : 1);
    p->work =
        tn_work_of_products((double)(a->images * a->y.out * a->x.out) * (double)(a->y.size * a->x.size) * (double)(a->in_c * a->out_c));
    return TN_OK;
}

tn_status od_prepare_conv(tn_prepare *p)
{
    return prepare(p, &forward);
}

tn_status od_prepare_conv_input(tn_prepare *p)
{
    return prepare(p, &backward);
}
