/*
 * Conv2D, DepthwiseConv2dNative and the gradients of their images: a window slides over `in` and gives one pixel of `out` at each place.
 *
 * Made is a row of out at a time, in tiles of neighbouring pixels. The pixels of a tile have their windows at equal distances in `in`, so
 * nothing is gathered: the tile's three loops go over rows of the filter, over its columns, and over channels, straight in the images.
 * Only tiles whose windows reach beyond a row's ends get a copy of what they look at, with zeros around it. Rows of the filter that would
 * see padding are left out; which ones is the same for all pixels of a row.
 *
 * The gradients of images are the same sum with the filter turned round. Where the stride is more than 1, pixels of out that far apart see
 * the same taps: each such phase is made by itself.
 */
#include "core/alloc.h"
#include "core/pool.h"
#include "core/tensor.h"
#include "cpu/conv_pack.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

/* Pixels of a unit; the most channels, and tiles, for which windows of a whole span are copied where any is at an edge; tasks for
 * each thread; units of which none need be joined. */
enum { SPAN = 112, FEW_CHANNELS = 8, FEW_TILES = 4, TASKS = 8, ENOUGH_UNITS = 64 };

typedef struct conv_args {
    tn_conv all;
    tn_conv_pack filter;
    size_t strips_at; /* in the workspace: where windows at the edges are copied, a strip for each worker */
    int64_t strip;    /* elements; 0: there are no such windows */
    bool copies_spans;
    int64_t group;   /* blocks of the filter that are made together */
    int64_t groups;  /* of blocks */
    int64_t spans;   /* of pixels in a row of out */
    int64_t rows;    /* of out, short ones, that are finished together: at most so many pixels as a span has */
    int64_t heights; /* so many times as many rows make up an image */
    int64_t units;   /* groups, by images, by heights, by spans */
    const tn_finish *finish;
    int64_t size, width; /* elements of the output, and of its last dimension */
} conv_args;

/* A run: where everything is. */
typedef struct conv_run {
    const conv_args *args;
    const tn_step *step;
    const tn_frame *frame;
    const char *in, *filter, *packed;
    char *out, *strips;
} conv_run;

/* One phase of a row of out, and what is made of it. */
typedef struct conv_row {
    int64_t image, y;
    int64_t x; /* the phase's first pixel */
    tn_conv_taps ty, tx;
    int64_t block, end_block;
    const char
        *strip; /* what all its windows see, copied: `length` positions of each row from strip_at on. NULL: tiles see to themselves */
    int64_t strip_at, length;
} conv_row;

/* ---- Tiles ---- */

/* The taps of a row look at neighbouring positions: one copy serves them all. */
static bool is_one_run(const tn_conv *c, const tn_conv_taps *tx)
{
    return tx->apart == 1 && (c->depthwise || tx->step == 1);
}

/* They are one loop, with the channels. */
static bool is_merged(const tn_conv *c, const tn_conv_taps *tx)
{
    return !c->depthwise && is_one_run(c, tx);
}

/* Elements of a position as the tile reads it: a depthwise multiplier repeats channels in the strip. */
static int64_t position_size(const tn_conv *c)
{
    return c->depthwise && !c->x.transposed ? c->out_c : c->in_c;
}

static const char *row_of(const conv_run *r, const conv_row *row, int64_t tap)
{
    const tn_conv *c = &r->args->all;
    int64_t y = row->ty.at + tap * row->ty.apart;
    return r->in + (size_t)((row->image * c->y.in + y) * c->x.in * c->in_c) * c->element;
}

/* What the tile looks at, copied: for each row and, where they are apart, each column of the filter, so many positions from `at` on. */
static const char *copy_strip(const conv_run *r, const conv_row *row, int64_t at, int64_t columns, int64_t positions, int worker)
{
    const tn_conv *c = &r->args->all;
    char *strip = r->strips + (size_t)(worker * r->args->strip) * c->element, *to = strip;
    const size_t bytes = (size_t)(positions * position_size(c)) * c->element;
    for (int64_t i = 0; i < row->ty.n; i++)
        for (int64_t j = 0; j < columns; j++, to += bytes)
            tn_conv_copy_row(c, &c->x, row_of(r, row, i), at + j * row->tx.apart, positions, to);
    return strip;
}

/* The loops over the filter, and where the first of its taps is. */
static const char *set_filter(const conv_run *r, const conv_row *row, tn_conv_tile *t)
{
    const conv_args *a = r->args;
    const tn_conv *c = &a->all;
    bool merged = is_merged(c, &row->tx);
    t->loops[0] = (tn_conv_loop){ a->filter.tap_b ? row->ty.n : 0, 0, row->ty.step * c->x.size * a->filter.tap_b };
    t->loops[1] = (tn_conv_loop){ merged ? 1 : row->tx.n, 0, row->tx.step * a->filter.tap_b };
    t->loops[2] = c->depthwise          ? (tn_conv_loop){ c->x.transposed ? c->multiplier : 1, c->out_c, c->out_c }
                  : row->tx.n && merged ? (tn_conv_loop){ row->tx.n * c->in_c, 1, a->filter.row_b }
                                        : (tn_conv_loop){ c->in_c, 1, a->filter.row_b };
    return r->packed + (size_t)((row->ty.first * c->x.size + row->tx.first) * a->filter.tap_b) * c->element;
}

/* The images as the tile reads them: in their place, or copied. */
static void set_images(const conv_run *r, const conv_row *row, int64_t at, int worker, tn_conv_tile *t)
{
    const tn_conv *c = &r->args->all;
    const tn_conv_taps *tx = &row->tx;
    const bool one_run = is_one_run(c, tx);
    const int64_t columns = one_run ? 1 : tx->n, last = at + (t->rows - 1) * c->x.in_step + (tx->n - 1) * tx->apart;
    if (!t->loops[0].n || !tx->n)
        return;
    if (row->strip) {
        t->a = row->strip + (size_t)((at - row->strip_at) * position_size(c)) * c->element;
        t->loops[0].a = row->length * position_size(c);
        return;
    }
    if (at >= 0 && last < c->x.in && c->multiplier == 1) {
        t->a = row_of(r, row, 0) + (size_t)(at * c->in_c) * c->element;
        t->loops[0].a = row->ty.apart * c->x.in * c->in_c;
        t->loops[1].a = tx->apart * c->in_c;
        return;
    }
    const int64_t positions = (t->rows - 1) * c->x.in_step + (one_run ? tx->n : 1);
    t->a = copy_strip(r, row, at, columns, positions, worker);
    t->loops[1].a = (one_run ? 1 : positions) * position_size(c);
    t->loops[0].a = columns * positions * position_size(c);
}

/* Pixels i to i + n - 1 of a phase. */
static void make_tile(const conv_run *r, const conv_row *row, int64_t i, int64_t n, int worker)
{
    const conv_args *a = r->args;
    const tn_conv *c = &a->all;
    tn_conv_tile t = { .rows = n, .a_row = c->x.in_step * position_size(c), .out_row = c->x.phases * c->out_c };
    const char *filter = set_filter(r, row, &t);
    char *out = r->out + (size_t)(((row->image * c->y.out + row->y) * c->x.out + row->x + i * c->x.phases) * c->out_c) * c->element;
    set_images(r, row, row->tx.at + i * c->x.in_step, worker, &t);
    for (int64_t b = row->block; b < row->end_block; b++) {
        const int64_t column = b * a->filter.columns, left = c->out_c - column;
        t.b = filter + (size_t)(b * a->filter.block_b) * c->element;
        t.out = out + (size_t)column * c->element;
        t.columns = left < a->filter.columns ? left : a->filter.columns;
        (c->depthwise ? c->table->depthwise : c->table->dense)(&t);
    }
}

/* Pixels first to end - 1 of a phase, in tiles of about one size. */
static void make_tiles(const conv_run *r, const conv_row *row, int64_t first, int64_t end, int worker)
{
    const tn_conv *c = &r->args->all;
    const int64_t most = c->depthwise && c->multiplier == 1 ? SPAN : c->table->rows;
    while (first < end) {
        int64_t tiles = (end - first - 1) / most + 1, n = (end - first - 1) / tiles + 1;
        make_tile(r, row, first, n, worker);
        first += n;
    }
}

/* Where a span is short and its channels few, one copy for all its tiles costs less than one for each at its ends. */
static void make_dense(const conv_run *r, const conv_row *row, int64_t first, int64_t end, int worker)
{
    const conv_args *a = r->args;
    const tn_conv *c = &a->all;
    conv_row copied = *row;
    if (a->copies_spans && end > first && end - first <= FEW_TILES * c->table->rows && is_merged(c, &row->tx)) {
        copied.strip_at = row->tx.at + first * c->x.in_step;
        copied.length = (end - first - 1) * c->x.in_step + row->tx.n;
        copied.strip = copy_strip(r, row, copied.strip_at, 1, copied.length, worker);
    }
    make_tiles(r, &copied, first, end, worker);
}

/* One pixel, of the taps that are inside of the row. */
static void make_edge(const conv_run *r, const conv_row *row, int64_t i, int worker)
{
    const tn_conv_axis *x = &r->args->all.x;
    conv_row edge = *row;
    edge.tx.at += i * x->in_step;
    edge.tx = tn_conv_taps_inside(x, edge.tx);
    edge.tx.at -= i * x->in_step;
    make_tile(r, &edge, i, 1, worker);
}

/* Depthwise, there is too little to do for a tile to pay for a copy: what looks beyond the ends of the row is made by itself. */
static void make_span(const conv_run *r, const conv_row *row, int64_t first, int64_t end, int worker)
{
    const tn_conv *c = &r->args->all;
    if (!c->depthwise || c->multiplier != 1) {
        make_dense(r, row, first, end, worker);
        return;
    }
    const int64_t last = row->tx.at + (row->tx.n - 1) * row->tx.apart;
    int64_t i = first;
    for (; i < end && row->tx.at + i * c->x.in_step < 0; i++)
        make_edge(r, row, i, worker);
    int64_t inside = i;
    while (inside < end && last + inside * c->x.in_step < c->x.in)
        inside++;
    make_tiles(r, row, i, inside, worker);
    for (i = inside; i < end; i++)
        make_edge(r, row, i, worker);
}

/* One span of one row. */
static void make_row(const conv_run *r, conv_row row, int64_t span, int worker)
{
    const tn_conv *c = &r->args->all;
    row.ty = tn_conv_taps_inside(&c->y, tn_conv_taps_of(&c->y, row.y));
    for (row.x = 0; row.x < c->x.phases; row.x++) {
        const int64_t pixels = (c->x.out - row.x - 1) / c->x.phases + 1, end = (span + 1) * SPAN;
        row.tx = tn_conv_taps_of(&c->x, row.x);
        make_span(r, &row, span * SPAN, end < pixels ? end : pixels, worker);
    }
}

static void make_unit(const conv_run *r, int64_t unit, int worker)
{
    const conv_args *a = r->args;
    const tn_conv *c = &a->all;
    const int64_t span = unit % a->spans, first = unit / a->spans % a->heights * a->rows;
    const int64_t image = unit / a->spans / a->heights % c->images, block = unit / a->spans / a->heights / c->images * a->group;
    const int64_t end = c->y.out < first + a->rows ? c->y.out : first + a->rows;
    const int64_t end_block = a->filter.blocks < block + a->group ? a->filter.blocks : block + a->group;
    for (int64_t y = first; y < end; y++)
        make_row(r, (conv_row){ .image = image, .y = y, .block = block, .end_block = end_block }, span, worker);
    if (a->finish && !c->from_nhwc) {
        const int64_t x = span * SPAN, columns = end_block * a->filter.columns < c->out_c ? end_block * a->filter.columns : c->out_c;
        const int64_t pixels = a->spans == 1 ? (end - first) * c->x.out : c->x.out - x < SPAN ? c->x.out - x : SPAN;
        a->finish->run(a->finish, r->step, r->frame, (image * c->y.out + first) * c->x.out + x, pixels, block * a->filter.columns,
                       columns - block * a->filter.columns);
    }
}

/* ---- Runs ---- */

static conv_run run_of(const tn_step *step, const tn_frame *frame)
{
    const conv_args *a = step->args;
    char *workspace = a->all.workspace ? tn_workspace(step, frame) : NULL;
    const char *filter = tn_in(step, frame, 1);
    return (conv_run){ .args = a,
                       .step = step,
                       .frame = frame,
                       .in = tn_conv_in(&a->all, step, frame, 0),
                       .filter = filter,
                       .packed = a->filter.packed  ? a->filter.packed
                                 : a->filter.packs ? workspace + a->filter.packed_at
                                                   : filter,
                       .out = tn_conv_out(&a->all, step, frame),
                       .strips = workspace ? workspace + a->strips_at : NULL };
}

static tn_status part_of_conv(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const conv_run r = run_of(step, frame);
    for (int64_t unit = range.first; unit < range.last; unit++)
        make_unit(&r, unit, range.worker);
    return TN_OK;
}

static void pack_task(void *arg, int64_t i, int worker)
{
    const conv_run *r = arg;
    (void)worker;
    tn_conv_pack_unit(&r->args->filter, &r->args->all, r->filter, (char *)tn_workspace(r->step, r->frame) + r->args->filter.packed_at, i);
}

static int64_t tasks_of(const conv_run *r)
{
    const int64_t most = (int64_t)TASKS * tn_pool_threads(r->frame->pool);
    return r->args->units < most ? r->args->units : most;
}

static void conv_task(void *arg, int64_t i, int worker)
{
    const conv_run *r = arg;
    const int64_t n = tasks_of(r), units = r->args->units;
    for (int64_t unit = units / n * i + (units % n < i ? units % n : i), end = unit + units / n + (i < units % n); unit < end; unit++)
        make_unit(r, unit, worker);
}

static tn_status run_conv(const tn_step *step, const tn_frame *frame)
{
    conv_run r = run_of(step, frame);
    const tn_conv *c = &r.args->all;
    tn_pool *pool = tn_pool_worth(frame->pool, c->work);
    tn_conv_copy_in(c, step, frame, pool);
    if (r.args->filter.packs)
        tn_pool_run(pool, tn_conv_pack_units(&r.args->filter, c), pack_task, &r);
    tn_pool_run(pool, tasks_of(&r), conv_task, &r);
    tn_conv_copy_out(c, step, frame, pool);
    if (r.args->finish && c->from_nhwc)
        r.args->finish->run(r.args->finish, step, frame, 0, r.args->size / r.args->width, 0, r.args->width);
    return TN_OK;
}

/* ---- Prepare ---- */

/* Whether each window is inside of its row. */
static bool is_never_padded(const tn_conv *c)
{
    const tn_conv_axis *x = &c->x;
    return !x->transposed && !x->before && (x->out - 1) * x->stride + (x->size - 1) * x->dilation < x->in;
}

/* The strip of the largest tile: each row of the filter sees positions that are one run, or, with its taps apart, a run for each. */
static bool reserve_strips(conv_args *a, int threads)
{
    tn_conv *c = &a->all;
    const tn_conv_axis *x = &c->x;
    const bool one_run = x->dilation == 1 && (c->depthwise || !x->transposed || x->stride == 1);
    a->copies_spans = !c->depthwise && one_run && c->in_c > 0 && c->in_c <= FEW_CHANNELS && !is_never_padded(c);
    const int64_t pixels = (x->out - 1) / x->phases + 1, most = c->table->rows * (a->copies_spans ? FEW_TILES : 1);
    const int64_t rows = pixels < most ? pixels : most;
    int64_t positions;
    if (c->multiplier == 1 && (c->depthwise || is_never_padded(c)))
        return true;
    if (__builtin_mul_overflow(rows - 1, x->in_step, &positions) || __builtin_add_overflow(positions, one_run ? x->size : 1, &positions) ||
        __builtin_mul_overflow(positions, one_run ? 1 : x->size, &positions) || __builtin_mul_overflow(positions, c->y.size, &positions) ||
        __builtin_mul_overflow(positions, position_size(c), &a->strip))
        return false;
    return tn_conv_reserve(c, (size_t)a->strip, (size_t)(threads > 1 ? threads : 1), &a->strips_at);
}

static void plan_units(conv_args *a)
{
    const tn_conv *c = &a->all;
    const int64_t of_block = c->y.size * c->x.size * c->in_c * a->filter.columns * (int64_t)c->element;
    a->group = of_block && TN_CONV_GROUP_BYTES / of_block ? TN_CONV_GROUP_BYTES / of_block : 1;
    a->group = a->filter.blocks < a->group || c->depthwise ? a->filter.blocks : a->group;
    a->groups = (a->filter.blocks - 1) / a->group + 1;
    a->spans = ((c->x.out - 1) / c->x.phases + 1 - 1) / SPAN + 1;
    const int64_t rows = a->groups * c->images * c->y.out * a->spans / ENOUGH_UNITS, most = SPAN / c->x.out;
    a->rows = rows < 1 || most < 1 ? 1 : rows < most ? rows : most;
    a->heights = (c->y.out - 1) / a->rows + 1;
    a->units = a->groups * c->images * a->heights * a->spans;
}

static tn_status prepare_conv(tn_prepare *p, tn_conv_kind kind, bool depthwise)
{
    if (!tn_dims_size(&p->out[0].dims)) {
        p->run = tn_run_nothing;
        return TN_OK;
    }
    conv_args *a = TN_NEW(p->owner, conv_args);
    tn_status status = a ? tn_conv_init(p, kind, depthwise, &a->all) : TN_RESOURCE_EXHAUSTED;
    if (status)
        return status;
    tn_conv_flatten(&a->all);
    tn_conv_pack_init(&a->filter, &a->all, p->in[1].value && !p->once);
    plan_units(a);
    status = tn_conv_pack_prepare(&a->filter, &a->all, p);
    if (status)
        return status;
    if (!reserve_strips(a, p->threads))
        return tn_conv_too_large(p);
    a->finish = p->finish;
    a->size = tn_dims_size(&p->out[0].dims);
    a->width = p->out[0].dims.dim[3];
    p->args = a;
    p->run = run_conv;
    p->workspace = a->all.workspace;
    p->work = a->all.work = tn_conv_work(&p->out[0].dims, &p->in[1].dims, a->all.out_c);
    if (a->filter.packs || a->all.from_nhwc)
        return TN_OK;
    p->part = part_of_conv;
    p->units = a->units;
    return TN_OK;
}

tn_status tn_prepare_conv2d(tn_prepare *p)
{
    return prepare_conv(p, TN_CONV_FORWARD, false);
}

tn_status tn_prepare_conv2d_backprop_input(tn_prepare *p)
{
    return prepare_conv(p, TN_CONV_INPUT_GRADIENT, false);
}

tn_status tn_prepare_depthwise_conv2d(tn_prepare *p)
{
    return prepare_conv(p, TN_CONV_FORWARD, true);
}

tn_status tn_prepare_depthwise_conv2d_backprop_input(tn_prepare *p)
{
    return prepare_conv(p, TN_CONV_INPUT_GRADIENT, true);
}
