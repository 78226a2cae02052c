/* Running programs: as steps, behind kernels and before them. See program.h. */
#include "cpu/program.h"

#include <string.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"

/* Outputs of fewer bytes stay in the caches, where their reader finds them. */
enum { STREAM_LEAST = 1 << 20 };

/* One thread's walk over some of the tiles. */
typedef struct walk {
    const tn_program *p;
    const char *base[TN_MAX_LOADS];
    const void *at[TN_MAX_PLACES];
    int64_t stride[TN_MAX_PLACES];
    int64_t phase[TN_MAX_LOADS], spread_out[TN_MAX_LOADS]; /* what the rooms of operands hold: from where in the period, and how much */
    _Alignas(64) char rooms[TN_ROOMS];
} walk;

static void begin(walk *w, const tn_program *p, const tn_step *step, const tn_frame *frame)
{
    w->p = p;
    for (int l = 0; l < p->num_loads; l++) {
        int32_t input = p->loads[l].input;
        w->base[l] = input == TN_FROM_ANCHOR ? tn_out(step, frame, 0) : tn_in(step, frame, (uint32_t)input);
        w->stride[l] = 1;
        w->spread_out[l] = 0;
    }
    for (int i = p->num_loads; i < p->num_places; i++) {
        w->at[i] = w->rooms + p->rooms[i];
        w->stride[i] = 1;
    }
}

/* ---- Operands ---- */

/* n copies of an element, or n elements. */
#define COPY(size, T)                                                                                                                      \
    case size:                                                                                                                             \
        if (stride)                                                                                                                        \
            memcpy(to, from, (size_t)n *size);                                                                                             \
        else                                                                                                                               \
            for (int64_t i = 0; i < n; i++)                                                                                                \
                memcpy((T *)to + i, from, size);                                                                                           \
        break;

static void copy_run(void *to, const void *from, int64_t stride, int64_t n, int size)
{
    typedef struct {
        uint64_t half[2];
    } sixteen;
    switch (size) {
        COPY(1, uint8_t)
        COPY(2, uint16_t)
        COPY(4, uint32_t)
        COPY(8, uint64_t)
        COPY(16, sixteen)
    }
}

/* The indices of element `first`; returns where it lies, in elements. */
static int64_t find(const tn_spread *s, int64_t first, int64_t *index)
{
    int64_t offset = 0;
    for (int d = s->rank - 1; d >= 0; d--) {
        index[d] = first % s->dim[d];
        first /= s->dim[d];
        offset += index[d] * s->stride[d];
    }
    return offset;
}

/* Writes n elements of an operand into its room, run by run of the innermost dimension. */
static void spread_out(const tn_load *load, const char *base, int64_t *index, int64_t offset, int64_t n, char *room)
{
    const tn_spread *s = load->spread;
    int last = s->rank - 1;
    while (n) {
        int64_t run = s->dim[last] - index[last] < n ? s->dim[last] - index[last] : n;
        copy_run(room, base + offset * load->size, s->stride[last], run, load->size);
        room += run * load->size;
        n -= run;
        offset += run * s->stride[last];
        index[last] += run;
        for (int d = last; d > 0 && index[d] == s->dim[d]; d--) {
            offset += s->stride[d - 1] - s->stride[d] * s->dim[d];
            index[d] = 0;
            index[d - 1]++;
        }
    }
}

/* Points the place of an operand at elements [first, first + n): as they lie in memory, if that can be. */
static void take_spread(walk *w, int l, int64_t first, int64_t n)
{
    const tn_load *load = &w->p->loads[l];
    const tn_spread *s = load->spread;
    int64_t index[TN_MAX_RANK], last = s->rank - 1, phase = first % s->period;
    char *room = w->rooms + load->room;
    w->at[l] = room;
    w->stride[l] = 1;
    if (n <= w->spread_out[l] && phase == w->phase[l])
        return;
    int64_t offset = find(s, first, index);
    if (index[last] + n <= s->dim[last] && (s->stride[last] || !load->full)) {
        w->at[l] = w->base[l] + offset * load->size;
        w->stride[l] = s->stride[last];
        return;
    }
    w->phase[l] = phase;
    w->spread_out[l] = n;
    spread_out(load, w->base[l], index, offset, n, room);
}

/* ---- Tiles ---- */

/* Elements [first, first + n) into out: n is at least 1 and at most a tile. */
static const char *run_tile(walk *w, int64_t first, int64_t n, void *out)
{
    const tn_program *p = w->p;
    const char *wrong = NULL;
    for (int l = 0; l < p->num_loads; l++)
        if (p->loads[l].spread)
            take_spread(w, l, first, n);
        else
            w->at[l] = w->base[l] + first * p->loads[l].size;
    w->at[p->num_places] = out;
    for (const tn_instruction *i = p->instructions, *end = i + p->num_instructions; i < end && !wrong; i++) {
        const void *in[] = { w->at[i->in[0]], w->at[i->in[1]], w->at[i->in[2]] };
        const int64_t stride[] = { w->stride[i->in[0]], w->stride[i->in[1]], w->stride[i->in[2]] };
        wrong = i->row((void *)w->at[i->out], in, stride, n);
    }
    if (p->stream && !wrong)
        tn_isa_best()->super->stream(out, w->at[p->instructions[p->num_instructions - 1].out], (size_t)(n * p->out_size));
    return wrong;
}

/* Any number of elements. */
static const char *run_tiles(walk *w, int64_t first, int64_t n, char *out)
{
    const char *wrong = NULL;
    for (int64_t tile; n > 0 && !wrong; n -= tile, first += tile, out += tile * w->p->out_size) {
        tile = n < w->p->tile ? n : w->p->tile;
        wrong = run_tile(w, first, tile, out);
    }
    return wrong;
}

/* ---- Steps ---- */

static tn_status run_elements(const tn_step *step, const tn_frame *frame, int64_t first, int64_t end)
{
    const tn_program *p = step->args;
    walk w;
    begin(&w, p, step, frame);
    char *out = tn_out(step, frame, 0);
    const char *wrong = run_tiles(&w, first, end - first, out + first * p->out_size);
    if (p->stream)
        tn_isa_best()->super->stream_done();
    return tn_row_status(step, wrong);
}

static tn_status run_step(const tn_step *step, const tn_frame *frame)
{
    return run_elements(step, frame, 0, ((const tn_program *)step->args)->n);
}

static tn_status run_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const tn_program *p = step->args;
    int64_t end = range.last * p->tile;
    return run_elements(step, frame, range.first * p->tile, end < p->n ? end : p->n);
}

tn_status tn_prepare_group(tn_prepare *p, const tn_group *group)
{
    tn_group g = *group;
    double n = (double)tn_dims_size(&p->out[0].dims);
    g.stream = g.stream && n * (double)tn_dtype_size(p->out[0].dtype) >= STREAM_LEAST;
    const tn_program *program = tn_program_new(p->owner, &g, &p->in_place);
    if (!program)
        return TN_RESOURCE_EXHAUSTED;
    p->args = program;
    p->run = run_step;
    p->part = run_part;
    p->units = (program->n + program->tile - 1) / program->tile;
    p->work = n * group->num_ops;
    return TN_OK;
}

/* ---- Behind a kernel, and before one ---- */

/* Rows that are whole lie one behind the other. */
static void finish_rectangle(const tn_finish *finish, const tn_step *step, const tn_frame *frame, int64_t row, int64_t rows, int64_t column,
                             int64_t columns)
{
    const tn_program *p = (const tn_program *)finish;
    bool whole = columns == p->columns;
    int64_t runs = whole ? 1 : rows, run = whole ? rows * columns : columns;
    char *out = tn_out(step, frame, 0);
    walk w;
    begin(&w, p, step, frame);
    for (int64_t i = 0, first = row * p->columns + column; i < runs; i++, first += p->columns)
        (void)run_tiles(&w, first, run, out + first * p->out_size); /* what may fail is not in here */
}

const tn_finish *tn_finish_new(const void *owner, const tn_group *group)
{
    tn_program *p = tn_program_new(owner, group, NULL);
    if (!p)
        return NULL;
    p->as.finish.run = finish_rectangle;
    return &p->as.finish;
}

static void load_elements(const tn_source *source, const tn_step *step, const tn_frame *frame, int64_t first, int64_t n, void *into)
{
    walk w;
    begin(&w, (const tn_program *)source, step, frame);
    (void)run_tiles(&w, first, n, into);
}

const tn_source *tn_source_new(const void *owner, const tn_group *group)
{
    tn_program *p = tn_program_new(owner, group, NULL);
    if (!p)
        return NULL;
    p->as.source.load = load_elements;
    return &p->as.source;
}
