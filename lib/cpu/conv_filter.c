/*
 * The gradients of filters: for each tap the product of the images that it looked at, transposed, by the gradients of the output.
 *
 * The output's pixels are gone through in chunks of one size, so that what is summed in registers is short and what is read again for the
 * next tap is still in a cache; each chunk is added to the filter. Taps see only pixels whose windows are inside of the images. Only where
 * the images have too few channels for a tile, the taps of a row of the filter are made as one, which is as many channels more; then rows
 * of the images are copied, with zeros around them.
 */
#include "core/alloc.h"
#include "core/pool.h"
#include "cpu/conv_plan.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

/* Pixels of a chunk, or bytes when depthwise; tiles of rows and of columns that a unit has; tasks for each thread. */
enum { CHUNK = 512, CHUNK_BYTES = 128 << 10, UNIT_ROWS = 5, UNIT_COLUMNS = 4, TASKS = 4 };

typedef struct filter_args {
    tn_conv all;
    int64_t chunk[3];                /* images, rows, pixels of a row */
    int64_t taps_x, tap_rows;        /* taps of a row of the filter, and their input channels; merged, 1 and those of all */
    int64_t unit_rows, unit_columns; /* of a tap: input and output channels */
    int64_t row_units, column_units; /* units of a tap: so many by so many */
    int64_t units;
    size_t strips_at; /* in the workspace, one for each worker: rows of the images, copied for a chunk */
    int64_t strip;    /* elements; 0: none */
    bool merged;
} filter_args;

typedef struct filter_run {
    const filter_args *args;
    const tn_step *step;
    const tn_frame *frame;
    const char *images, *dy;
    char *out, *strips;
} filter_run;

/* Positions of an axis of the output, first to end - 1. */
typedef struct extent {
    int64_t first, end;
} extent;

static extent among(extent a, extent b)
{
    return (extent){ a.first > b.first ? a.first : b.first, a.end < b.end ? a.end : b.end };
}

/* Those whose tap k is inside of the images, among some. */
static extent inside(const tn_conv_axis *axis, int64_t k, extent of)
{
    const int64_t at = k * axis->dilation - axis->before, last = axis->in - 1 - at;
    const int64_t first = at < 0 ? (-at - 1) / axis->stride + 1 : 0, end = last < 0 ? 0 : last / axis->stride + 1;
    return among((extent){ first, end }, of);
}

typedef struct chunk {
    extent image, y, x;
} chunk;

/* What a unit makes of the filter. */
typedef struct unit {
    int64_t ky, kx, row, rows, column, columns;
} unit;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static unit unit_at(const filter_args *a, int64_t i)
{
    const tn_conv *c = &a->all;
    const int64_t column = i % a->column_units * a->unit_columns, row = i / a->column_units % a->row_units * a->unit_rows;
    const int64_t tap = i / a->column_units / a->row_units;
    return (unit){ .ky = tap / a->taps_x,
                   .kx = tap % a->taps_x,
                   .row = row,
                   .rows = least(a->unit_rows, a->tap_rows - row),
                   .column = column,
                   .columns = least(a->unit_columns, c->out_c - column) };
}

/* Tiles of about one size go over the unit's part of the filter. t says what is summed. */
static void dense_tiles(const filter_run *r, const unit *u, tn_conv_tile t)
{
    const tn_conv *c = &r->args->all;
    const int64_t tiles = (u->rows - 1) / c->table->rows + 1, height = (u->rows - 1) / tiles + 1;
    const char *images = t.a, *dy = t.b;
    const int64_t tap = u->ky * r->args->taps_x + u->kx;
    for (int64_t i = 0; i < u->rows; i += height)
        for (int64_t j = 0; j < u->columns; j += c->table->columns) {
            t.rows = least(height, u->rows - i);
            t.columns = least(c->table->columns, u->columns - j);
            t.a = images + (size_t)(u->row + i) * c->element;
            t.b = dy + (size_t)(u->column + j) * c->element;
            t.out = r->out + (size_t)((tap * r->args->tap_rows + u->row + i) * c->out_c + u->column + j) * c->element;
            c->table->dense(&t);
        }
}

/* The same for taps, or a tap, of each channel by itself. */
static void depthwise_tile(const filter_run *r, const unit *u, tn_conv_tile t)
{
    const tn_conv *c = &r->args->all;
    const int64_t tap = (u->ky * r->args->taps_x + u->kx) * r->args->tap_rows + u->row;
    t.rows = u->rows;
    t.columns = u->columns;
    t.a = (const char *)t.a + (size_t)u->column * c->element;
    t.b = (const char *)t.b + (size_t)u->column * c->element;
    t.out = r->out + (size_t)(tap * c->out_c + u->column) * c->element;
    c->table->depthwise(&t);
}

static void make_tiles(const filter_run *r, const unit *u, const tn_conv_tile *t)
{
    (r->args->all.depthwise ? depthwise_tile : dense_tiles)(r, u, *t);
}

static void clear_unit(const filter_run *r, const unit *u)
{
    make_tiles(r, u, &(tn_conv_tile){ .a = r->images, .b = r->dy, .a_row = 1, .out_row = r->args->all.out_c });
}

/* Rows of the images with zeros around them, or with each channel repeated, for the tile to read. */
static void copy_rows(const filter_run *r, const chunk *of, int64_t at_y, int64_t at_x, int worker, tn_conv_tile *t)
{
    const tn_conv *c = &r->args->all;
    const tn_conv_axis *y = &c->y, *x = &c->x;
    const int64_t channels = c->depthwise ? c->out_c : c->in_c, taps = x->size / r->args->taps_x;
    const int64_t positions = (of->x.end - of->x.first - 1) * x->stride + taps;
    char *strip = r->strips + (size_t)(worker * r->args->strip) * c->element, *to = strip;
    for (int64_t n = of->image.first; n < of->image.end; n++)
        for (int64_t i = of->y.first; i < of->y.end; i++, to += (size_t)(positions * channels) * c->element) {
            const int64_t row = n * y->in + at_y + (i - of->y.first) * y->stride;
            tn_conv_copy_row(c, x, r->images + (size_t)(row * x->in * c->in_c) * c->element, at_x, positions, to);
        }
    t->a = strip;
    t->loops[1].a = positions * channels;
    t->loops[0].a = t->loops[1].n * t->loops[1].a;
    t->loops[2].a = x->stride * channels;
}

/* Adds some pixels, all of which have the unit's taps inside of the images, or in rows that are copied. */
static void add_pixels(const filter_run *r, const unit *u, const chunk *of, bool add, int worker)
{
    const filter_args *a = r->args;
    const tn_conv *c = &a->all;
    const tn_conv_axis *y = &c->y, *x = &c->x;
    const int64_t images = of->image.end - of->image.first, rows = of->y.end - of->y.first, pixels = of->x.end - of->x.first;
    const int64_t kx = u->kx + (a->merged && c->depthwise ? u->row : 0);
    const int64_t at_y = of->y.first * y->stride - y->before + u->ky * y->dilation;
    const int64_t at_x = of->x.first * x->stride - x->before + kx * x->dilation;
    if (rows <= 0 || pixels <= 0)
        return;
    tn_conv_tile t = { .b = r->dy + (size_t)(((of->image.first * y->out + of->y.first) * x->out + of->x.first) * c->out_c) * c->element,
                       .loops = { { images, y->in * x->in * c->in_c, y->out * x->out * c->out_c },
                                  { rows, y->stride * x->in * c->in_c, x->out * c->out_c },
                                  { pixels, x->stride * c->in_c, c->out_c } },
                       .a_row = c->depthwise ? x->dilation * c->in_c : 1,
                       .out_row = c->out_c,
                       .add = add };
    if (a->strip)
        copy_rows(r, of, at_y, at_x, worker, &t);
    else
        t.a = r->images + (size_t)(((of->image.first * y->in + at_y) * x->in + at_x) * c->in_c) * c->element;
    make_tiles(r, u, &t);
}

/* Depthwise, all taps of a row at once where all are inside of it, and one by one what is left of each at the row's ends. */
static void add_depthwise(const filter_run *r, const unit *u, chunk of, int worker)
{
    const tn_conv_axis *x = &r->args->all.x;
    const extent of_x = of.x, all = { inside(x, 0, of_x).first, inside(x, x->size - 1, of_x).end };
    const bool any = all.first < all.end;
    of.x = all;
    add_pixels(r, u, &of, true, worker);
    for (int64_t k = 0; k < x->size; k++) {
        const unit one = { u->ky, 0, k, 1, u->column, u->columns };
        const extent own = inside(x, k, of_x);
        of.x = (extent){ own.first, any ? all.first : own.end };
        add_pixels(r, &one, &of, true, worker);
        of.x = (extent){ any ? all.end : own.end, own.end };
        add_pixels(r, &one, &of, true, worker);
    }
}

static void add_chunk(const filter_run *r, const unit *u, chunk of, int worker)
{
    const filter_args *a = r->args;
    const tn_conv_axis *y = &a->all.y, *x = &a->all.x;
    const extent all_y = inside(y, u->ky, (extent){ 0, y->out });
    const extent all_x = a->merged ? (extent){ 0, x->out } : inside(x, u->kx, (extent){ 0, x->out });
    of.y = among(all_y, of.y);
    of.x = among(all_x, of.x);
    if (a->merged && a->all.depthwise)
        add_depthwise(r, u, of, worker);
    else
        add_pixels(r, u, &of, of.image.first || of.y.first > all_y.first || of.x.first > all_x.first, worker);
}

/* Whether a unit's first pixels are not written but added, or there are none. */
static bool wants_zeros(const filter_args *a, const unit *u)
{
    const tn_conv *c = &a->all;
    const extent y = inside(&c->y, u->ky, (extent){ 0, c->y.out }), x = inside(&c->x, u->kx, (extent){ 0, c->x.out });
    return !c->images || y.first >= y.end || (a->merged ? c->depthwise || !c->x.out : x.first >= x.end);
}

/* Each chunk is added to every unit before the next is read. The order for one unit is the same whatever the range. */
static void make_units(const filter_run *r, int64_t first, int64_t end, int worker)
{
    const filter_args *a = r->args;
    const tn_conv *c = &a->all;
    chunk at;
    for (int64_t i = first; i < end; i++) {
        const unit u = unit_at(a, i);
        if (wants_zeros(a, &u))
            clear_unit(r, &u);
    }
    for (int64_t n = 0; n < c->images; n += a->chunk[0])
        for (int64_t y = 0; y < c->y.out; y += a->chunk[1])
            for (int64_t x = 0; x < c->x.out; x += a->chunk[2]) {
                at.image = (extent){ n, least(n + a->chunk[0], c->images) };
                at.y = (extent){ y, least(y + a->chunk[1], c->y.out) };
                at.x = (extent){ x, least(x + a->chunk[2], c->x.out) };
                for (int64_t i = first; i < end; i++) {
                    const unit u = unit_at(a, i);
                    add_chunk(r, &u, at, worker);
                }
            }
}

/* ---- Runs ---- */

static filter_run run_of(const tn_step *step, const tn_frame *frame)
{
    const filter_args *a = step->args;
    return (filter_run){ .args = a,
                         .step = step,
                         .frame = frame,
                         .images = tn_conv_in(&a->all, step, frame, 0),
                         .dy = tn_conv_in(&a->all, step, frame, 1),
                         .out = tn_conv_out(&a->all, step, frame),
                         .strips = a->strip ? (char *)tn_workspace(step, frame) + a->strips_at : NULL };
}

static tn_status part_of_filter(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const filter_run r = run_of(step, frame);
    make_units(&r, range.first, range.last, range.worker);
    return TN_OK;
}

static int64_t tasks_of(const filter_run *r)
{
    return least(r->args->units, r->frame->pool ? (int64_t)TASKS * tn_pool_threads(r->frame->pool) : 1);
}

static void filter_task(void *arg, int64_t i, int worker)
{
    const filter_run *r = arg;
    const int64_t n = tasks_of(r), each = r->args->units / n, rest = r->args->units % n, first = each * i + least(i, rest);
    make_units(r, first, first + each + (i < rest), worker);
}

static tn_status run_filter(const tn_step *step, const tn_frame *frame)
{
    filter_run r = run_of(step, frame);
    tn_pool *pool = tn_pool_worth(frame->pool, r.args->all.work);
    tn_conv_copy_in(&r.args->all, step, frame, pool);
    tn_pool_run(pool, tasks_of(&r), filter_task, &r);
    return TN_OK;
}

/* ---- Prepare ---- */

static int64_t at_least_one(int64_t n)
{
    return n > 1 ? n : 1;
}

static void plan_chunks(filter_args *a)
{
    const tn_conv *c = &a->all;
    const int64_t pixels = c->depthwise ? at_least_one(CHUNK_BYTES / c->out_c / (int64_t)c->element) : CHUNK;
    a->chunk[2] = at_least_one(least(c->x.out, CHUNK));
    a->chunk[1] = at_least_one(least(c->y.out, pixels / a->chunk[2]));
    a->chunk[0] = a->chunk[1] < c->y.out ? 1 : at_least_one(least(c->images, pixels / a->chunk[2] / a->chunk[1]));
}

static void plan_units(filter_args *a)
{
    const tn_conv *c = &a->all;
    a->merged = c->depthwise ? c->multiplier == 1 : c->x.size > 1 && c->x.dilation == 1 && c->in_c < c->table->rows;
    a->taps_x = a->merged ? 1 : c->x.size;
    a->tap_rows = (a->merged ? c->x.size : 1) * (c->depthwise ? 1 : c->in_c);
    a->unit_rows = c->depthwise ? a->tap_rows : UNIT_ROWS * c->table->rows;
    a->unit_columns = UNIT_COLUMNS * c->table->columns;
    a->row_units = (a->tap_rows - 1) / a->unit_rows + 1;
    a->column_units = (c->out_c - 1) / a->unit_columns + 1;
    a->units = c->y.size * a->taps_x * a->row_units * a->column_units;
}

/* Room for a chunk's rows, where they are copied: as many as are summed in one go. */
static bool reserve_strips(filter_args *a, int threads)
{
    tn_conv *c = &a->all;
    const int64_t taps = c->x.size / a->taps_x, channels = c->depthwise ? c->out_c : c->in_c;
    int64_t positions;
    const bool padded = c->x.before || (c->x.out - 1) * c->x.stride + (c->x.size - 1) * c->x.dilation >= c->x.in;
    if (c->depthwise ? c->multiplier == 1 : !a->merged || !padded)
        return true;
    return !__builtin_mul_overflow(a->chunk[2] - 1, c->x.stride, &positions) && !__builtin_add_overflow(positions, taps, &positions) &&
           !__builtin_mul_overflow(positions, a->chunk[0] * a->chunk[1], &positions) &&
           !__builtin_mul_overflow(positions, channels, &a->strip) &&
           tn_conv_reserve(c, (size_t)a->strip, (size_t)at_least_one(threads), &a->strips_at);
}

static tn_status prepare_filter(tn_prepare *p, bool depthwise)
{
    if (!tn_dims_size(&p->out[0].dims)) {
        p->run = tn_run_nothing;
        return TN_OK;
    }
    filter_args *a = TN_NEW(p->owner, filter_args);
    tn_status status = a ? tn_conv_init(p, TN_CONV_FILTER_GRADIENT, depthwise, &a->all) : TN_RESOURCE_EXHAUSTED;
    if (status)
        return status;
    tn_conv_flatten(&a->all);
    plan_chunks(a);
    plan_units(a);
    if (!reserve_strips(a, p->threads))
        return tn_conv_too_large(p);
    p->args = a;
    p->run = run_filter;
    p->workspace = a->all.workspace;
    p->work = a->all.work = tn_conv_work(&p->in[2].dims, &p->out[0].dims, a->all.out_c);
    if (a->all.to_nhwc[0])
        return TN_OK;
    p->part = part_of_filter;
    p->units = a->units;
    return TN_OK;
}

tn_status tn_prepare_conv2d_backprop_filter(tn_prepare *p)
{
    return prepare_filter(p, false);
}

tn_status tn_prepare_depthwise_conv2d_backprop_filter(tn_prepare *p)
{
    return prepare_filter(p, true);
}
