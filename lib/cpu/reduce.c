/*
 * Reductions: Sum, Mean, Max, Min, Prod, All, Any over any axes, and BiasAddGrad, which is a sum.
 *
 * Adjacent axes of the same kind (reduced or kept) are one loop. A group is what is reduced at once: up to TN_LANES results side by side
 * when the innermost loop is kept, else one. Groups are the units of a step; where there are few of them and they are long, each is cut
 * into pieces of its rows, whose accumulators are merged in order. How it is cut follows from the shapes alone.
 */
#include <string.h>
#include "core/alloc.h"
#include "core/pool.h"
#include "cpu/divide.h"
#include "cpu/isa.h"
#include "cpu/kernels.h"
#include "ops/op_def.h"

enum { FEW_GROUPS = 8, PIECE = 16384, MOST_PIECES = 256, ROWS_AT_ONCE = 16 };

/* Nested loops, the outermost first: how often, and how many elements of the input they move on by. */
typedef struct nest {
    int rank;
    int64_t count[TN_MAX_RANK], stride[TN_MAX_RANK];
} nest;

/* The innermost loop that is reduced is `rows`, each row being `width` elements of the innermost loop of all when that is kept. Where it
 * is reduced, and worth it, rows are adjacent elements that share TN_STRIP lanes. */
typedef struct reduction {
    tn_divided divided; /* by groups */
    const tn_reducer *by;
    const tn_source *source; /* NULL: input 0 is there */
    bool shared;
    int64_t width, rows, row_stride;
    int64_t all_rows;          /* that make one result, those of the loops outside included */
    int64_t count;             /* elements that make one result */
    int64_t groups, in_width;  /* groups, and how many of them a width is */
    int64_t piece, pieces;     /* rows of a piece, and pieces of a group */
    int64_t in_size, out_size; /* bytes of an element */
    nest kept, reduced;        /* outside of the width, and of the rows */
} reduction;

/* One run. */
typedef struct reducing {
    const reduction *r;
    const tn_step *step;
    const tn_frame *frame;
    tn_lanes *partial; /* by group and piece */
} reducing;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- Running ---- */

/* Where the index-th step through a nest stands. */
static int64_t nest_at(const nest *n, int64_t index)
{
    int64_t at = 0;
    for (int d = n->rank - 1; d >= 0; d--) {
        at += index % n->count[d] * n->stride[d];
        index /= n->count[d];
    }
    return at;
}

/* Rows of w elements that have yet to be worked out. */
static void load_rows(const reducing *j, char *to, int64_t at, int64_t w, int64_t rows, int64_t stride)
{
    const tn_source *source = j->r->source;
    if (stride == w)
        source->load(source, j->step, j->frame, at, w * rows, to);
    else
        for (int64_t i = 0; i < rows; i++)
            source->load(source, j->step, j->frame, at + i * stride, w, to + i * w * j->r->in_size);
}

/* Adds rows of w elements from element `at` of the input on, so many at once as stay in the cache. */
static void add_rows(const reducing *j, tn_lanes *acc, int64_t at, int64_t w, int64_t rows, int64_t stride)
{
    const reduction *r = j->r;
    const int64_t most = r->source ? TN_SOURCE_MOST / w : w > TN_STRIP ? ROWS_AT_ONCE : rows;
    _Alignas(TN_ALIGNMENT) char loaded[TN_SOURCE_MOST * sizeof(double)];
    for (int64_t n; rows > 0; rows -= n, at += n * stride) {
        n = least(rows, most);
        if (r->source)
            load_rows(j, loaded, at, w, n, stride);
        r->by->add(acc, r->source ? loaded : (const char *)tn_in(j->step, j->frame, 0) + at * r->in_size, w, n, r->source ? w : stride);
    }
}

/* A run of n adjacent elements, as rows of a strip and what is left. */
static void add_run(const reducing *j, tn_lanes *acc, int64_t at, int64_t n)
{
    const int64_t whole = n / TN_STRIP, rest = n % TN_STRIP;
    add_rows(j, acc, at, TN_STRIP, whole, TN_STRIP);
    if (rest)
        add_rows(j, acc, at + n - rest, rest, 1, rest);
}

/* The lanes that a group uses. */
static int64_t lanes_of(const reduction *r, int64_t group)
{
    return r->shared ? TN_STRIP : least(TN_LANES, r->width - group % r->in_width * TN_LANES);
}

/* Reduces some of a group's rows. */
static void reduce_rows(const reducing *j, int64_t group, int64_t first, int64_t last, tn_lanes *acc)
{
    const reduction *r = j->r;
    const int64_t w = lanes_of(r, group), start = nest_at(&r->kept, group / r->in_width) + group % r->in_width * TN_LANES;
    r->by->start(acc, w);
    for (int64_t n; first < last; first += n) {
        const int64_t row = first % r->rows, at = start + nest_at(&r->reduced, first / r->rows) + row * r->row_stride;
        n = least(last - first, r->rows - row);
        if (r->shared)
            add_run(j, acc, at, n);
        else
            add_rows(j, acc, at, w, n, r->row_stride);
    }
}

static void finish_group(const reducing *j, int64_t group, tn_lanes *acc)
{
    const reduction *r = j->r;
    const int64_t first = group / r->in_width * r->width + group % r->in_width * TN_LANES;
    for (int n = TN_STRIP / 2; n && r->shared; n /= 2)
        r->by->merge(acc, acc, n, n);
    r->by->finish(acc, (char *)tn_out(j->step, j->frame, 0) + first * r->out_size, r->shared ? 1 : lanes_of(r, group), r->count);
}

static tn_status groups_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const reducing j = { .r = step->args, .step = step, .frame = frame };
    tn_lanes acc;
    for (int64_t group = range.first; group < range.last; group++) {
        reduce_rows(&j, group, 0, j.r->all_rows, &acc);
        finish_group(&j, group, &acc);
    }
    return TN_OK;
}

static void piece_task(void *arg, int64_t i, int worker)
{
    const reducing *j = arg;
    const reduction *r = j->r;
    const int64_t group = i / r->pieces, first = i % r->pieces * r->piece;
    (void)worker;
    reduce_rows(j, group, first, least(first + r->piece, r->all_rows), &j->partial[i]);
}

static tn_status run_pieces(const tn_step *step, const tn_frame *frame)
{
    const reduction *r = step->args;
    reducing j = { r, step, frame, tn_workspace(step, frame) };
    tn_pool_run(tn_pool_worth(frame->pool, 4.0 * (double)(r->groups * r->all_rows * least(r->width, TN_LANES))), r->groups * r->pieces,
                piece_task, &j);
    for (int64_t group = 0; group < r->groups; group++) {
        tn_lanes *acc = &j.partial[group * r->pieces];
        for (int64_t i = 1; i < r->pieces; i++)
            r->by->merge(acc, acc + i, 0, lanes_of(r, group));
        finish_group(&j, group, acc);
    }
    return TN_OK;
}

/* ---- Preparing ---- */

/* The axes of the input, adjacent ones of a kind as one. */
typedef struct axes {
    int n;
    int64_t dim[TN_MAX_RANK];
    bool reduced[TN_MAX_RANK];
} axes;

static axes group_axes(const tn_dims *dims, unsigned bits)
{
    axes g = { 0 };
    for (int i = 0; i < dims->rank; i++) {
        bool reduced = bits >> i & 1;
        if (dims->dim[i] == 1)
            continue;
        if (g.n && g.reduced[g.n - 1] == reduced)
            g.dim[g.n - 1] *= dims->dim[i];
        else {
            g.dim[g.n] = dims->dim[i];
            g.reduced[g.n++] = reduced;
        }
    }
    return g;
}

static void add_loop(nest *n, int64_t count, int64_t stride)
{
    n->count[n->rank] = count;
    n->stride[n->rank++] = stride;
}

static void lay_out(reduction *r, const axes *g)
{
    int64_t stride[TN_MAX_RANK], step = 1;
    int inner_reduced = -1, inner_kept = g->n && !g->reduced[g->n - 1] ? g->n - 1 : -1;
    for (int i = g->n - 1; i >= 0; i--) {
        stride[i] = step;
        if (g->reduced[i] && inner_reduced < 0) {
            inner_reduced = i;
            r->row_stride = step;
        }
        step *= g->dim[i];
    }
    r->rows = inner_reduced >= 0 ? g->dim[inner_reduced] : 1;
    r->width = inner_kept >= 0 ? g->dim[inner_kept] : 1;
    r->shared = inner_kept < 0 && r->rows >= TN_STRIP / 2;
    r->count = 1;
    for (int i = 0; i < g->n; i++) {
        if (i != inner_reduced && i != inner_kept)
            add_loop(g->reduced[i] ? &r->reduced : &r->kept, g->dim[i], stride[i]);
        if (g->reduced[i])
            r->count *= g->dim[i];
    }
    r->all_rows = r->count; /* a row has one element of each result */
}

/* Cuts few long groups into pieces of about PIECE elements, or more where they would be many. */
static tn_status prepare_groups(tn_prepare *p, reduction *r, int64_t results)
{
    r->in_width = tn_units_of(r->width, TN_LANES);
    r->groups = results ? results / r->width * r->in_width : 0;
    tn_divide(p, &r->divided, groups_part, r->groups);
    const int64_t w = r->shared ? 1 : least(r->width, TN_LANES);
    if (!r->groups || r->groups >= FEW_GROUPS || r->all_rows < 2 * PIECE / w)
        return TN_OK;
    r->piece = PIECE / w;
    if (tn_units_of(r->all_rows, r->piece) > MOST_PIECES)
        r->piece = tn_units_of(r->all_rows, MOST_PIECES);
    r->pieces = tn_units_of(r->all_rows, r->piece);
    p->workspace = (size_t)(r->groups * r->pieces) * sizeof(tn_lanes);
    p->run = run_pieces;
    p->part = NULL;
    p->units = 0;
    return TN_OK;
}

static tn_status prepare_by(tn_prepare *p, const tn_reducer *by, unsigned bits)
{
    reduction *r = TN_NEW(p->owner, reduction);
    if (!r)
        return TN_RESOURCE_EXHAUSTED;
    const axes g = group_axes(&p->in[0].dims, bits);
    r->by = by;
    r->source = p->source;
    r->in_size = (int64_t)tn_dtype_size(p->in[0].dtype);
    r->out_size = (int64_t)tn_dtype_size(p->out[0].dtype);
    lay_out(r, &g);
    return prepare_groups(p, r, tn_dims_size(&p->out[0].dims));
}

static tn_status choose(tn_prepare *p, tn_reduction what, unsigned bits)
{
    const tn_reducer *reducers = (*tn_isa_best()->reducers)[what];
    for (int i = 0; i < TN_REDUCED_DTYPES && reducers[i].add; i++)
        if (reducers[i].dtype == p->in[0].dtype)
            return prepare_by(p, &reducers[i], bits);
    return tn_no_kernel(p, p->in[0].dtype);
}

static tn_status prepare(tn_prepare *p, tn_reduction what)
{
    int64_t reduced[TN_MAX_RANK], n;
    unsigned bits = 0;
    if (!tn_operand_ints(&p->in[1], reduced, TN_MAX_RANK, &n))
        return TN_UNAVAILABLE;
    for (int64_t i = 0; i < n; i++)
        bits |= 1u << tn_dims_axis(&p->in[0].dims, reduced[i]);
    return choose(p, what, bits);
}

#define PREPARE(name, what)                                                                                                                \
    tn_status tn_prepare_##name(tn_prepare *p)                                                                                             \
    {                                                                                                                                      \
        return prepare(p, what);                                                                                                           \
    }
PREPARE(sum, TN_SUM)
PREPARE(mean, TN_MEAN)
PREPARE(prod, TN_PROD)
PREPARE(max, TN_MAX)
PREPARE(min, TN_MIN)
PREPARE(all, TN_ALL)
PREPARE(any, TN_ANY)

/* The sum over all axes but that of the channels. */
tn_status tn_prepare_bias_add_grad(tn_prepare *p)
{
    const int rank = p->in[0].dims.rank, channel = strcmp(tn_op_string(p->op, "data_format"), "NCHW") ? rank - 1 : 1;
    return choose(p, TN_SUM, ((1u << rank) - 1) & ~(1u << channel));
}
