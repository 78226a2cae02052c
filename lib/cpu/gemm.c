/*
 * Matrix products: see gemm.h.
 *
 * B is cut into panels of as many columns as a kernel has, C and A into strips of at most as many rows, all strips about as high. A task
 * multiplies some strips by some panels. Unless B is small and read where it lies, blocks of it are packed, panel after panel, by all
 * threads together, before they are multiplied; transposed, for a single strip, each panel is packed by the task that multiplies it. A
 * strip is copied by the worker that needs it, where its rows lie so that they would share a few lines of the first cache.
 */
#include "cpu/gemm.h"

#include <string.h>
#include <unistd.h>
#include "core/alloc.h"

/* Rows of B: of one task that packs, and of those that are read at once when they lie as they are packed. */
enum { PACK_ROWS = 64, PACK_FEW = 16 };
/* B is read where it lies up to so many bytes, or strips of C; when its rows collide in the first cache, so many strips. */
enum { DIRECT_BYTES = 1 << 18, DIRECT_STRIPS = 16, DIRECT_COLLIDING_STRIPS = 6 };
/* Rows of B that a kernel multiplies at once: packed, as they lie, and when these collide. */
enum { PACKED_K = 1024, DIRECT_K = 512, DIRECT_COLLIDING_K = 128 };
/* A phase packs one block of rows, so many bytes of it: a part of the third cache, where the processor tells its size. */
enum { PHASE_BYTES = 8 << 20, FEWEST_PHASE_BYTES = 2 << 20, PART_OF_CACHE = 4 };
/* Tasks for each thread; strips of a task. */
enum { FEWEST_TASKS = 4, MOST_TASKS = 16, TASK_STRIPS = 4 };
enum { LINE = 64 }; /* bytes of the caches */

/* What is multiplied by one call of tn_pool_run, and how it is cut. */
typedef struct phase {
    const tn_gemm *g;
    const tn_gemm_operands *o;
    int64_t column, columns; /* of B and C */
    int64_t p, depth;        /* rows of B */
    const char *panels;      /* B packed, from that row and column on; NULL: as it lies */
    int64_t tasks_down;
} phase;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t clamp(int64_t n, int64_t low, int64_t high)
{
    return n < low ? low : least(n, high);
}

static int64_t over(int64_t n, int64_t by)
{
    return (n + by - 1) / by;
}

/* Some rows of op(A), as kernels read them. */
typedef struct strip {
    const void *at;
    int64_t step;
} strip;

static strip copied_strip(const phase *f, int64_t row, int64_t rows, int64_t p, int64_t depth, char *into)
{
    const tn_gemm *g = f->g;
    const tn_gemm_kernels *kernels = g->kernels;
    const int64_t size = kernels->size, step = g->transpose_a && !f->o->load ? kernels->rows : g->strip_step;
    const char *a = f->o->a;
    if (f->o->load)
        f->o->load(f->o->load_arg, row, rows, p, depth, into, step);
    else if (g->transpose_a)
        kernels->copy(into, step, a + (p * g->a_step + row) * size, g->a_step, depth, rows);
    else
        kernels->copy(into, step, a + (row * g->a_step + p) * size, g->a_step, rows, depth);
    return (strip){ into, step };
}

static strip strip_of(const phase *f, int64_t row, int64_t rows, int64_t p, int64_t depth, int worker)
{
    const tn_gemm *g = f->g;
    if (g->copy)
        return copied_strip(f, row, rows, p, depth, (char *)f->o->workspace + g->packed + (size_t)worker * g->strip);
    const int64_t at = g->transpose_a ? p * g->a_step + row : row * g->a_step + p;
    return (strip){ (const char *)f->o->a + at * g->kernels->size, g->a_step };
}

/* C of the next tile: it is where a kernel begins. */
static void prefetch_tile(const tn_gemm *g, const char *c, int64_t rows)
{
    const int64_t size = g->kernels->size;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t at = 0; at < g->kernels->columns * size; at += LINE)
            __builtin_prefetch(c + i * g->c_step * size + at, 1);
}

/* One of `parts` parts of the rows of A that are copied next. */
static void prefetch_strip(const phase *f, int64_t row, int64_t p, int64_t depth, int64_t part, int64_t parts)
{
    const tn_gemm *g = f->g;
    const int64_t size = g->kernels->size, rows = least(g->kernels->rows, g->m - row), end = depth * size * (part + 1) / parts;
    if (!g->copy || g->transpose_a || f->o->load)
        return;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t at = depth * size * part / parts; at < end; at += LINE)
            __builtin_prefetch((const char *)f->o->a + ((row + i) * g->a_step + p) * size + at, 0, 2);
}

/* Multiplies a strip by the panels of some columns, for rows p … p + depth - 1 of B. */
static void multiply_strip(const phase *f, strip a, int64_t row, int64_t rows, int64_t first, int64_t end, int64_t p, int64_t depth)
{
    const tn_gemm *g = f->g;
    const int64_t size = g->kernels->size, width = g->kernels->columns;
    const bool by_columns = g->transpose_a && !f->o->load;
    tn_gemm_tile tile = { .a = a.at, .a_step = a.step, .c_step = g->c_step, .k = depth, .rows = rows, .add = p > 0 };
    const char *b = f->o->b;
    int64_t panel_bytes = width * size;
    if (f->panels) {
        b = f->panels + ((p - f->p) * over(f->columns, width) * width + (first - f->column) * depth) * size;
        tile.b_step = width;
        panel_bytes *= depth;
    } else {
        b += (p * g->b_step + first) * size;
        tile.b_step = g->b_step;
    }
    char *c = (char *)f->o->c + (row * g->c_step + first) * size;
    for (int64_t j = first; j < end; j += width, b += panel_bytes, c += width * size) {
        tile.b = b;
        tile.c = c;
        tile.columns = least(width, end - j);
        if (j + width < end)
            prefetch_tile(g, c + width * size, rows);
        prefetch_strip(f, row + rows, p, depth, (j - first) / width, over(end - first, width));
        (by_columns ? g->kernels->by_columns : g->kernels->by_rows)(&tile);
    }
}

/* Packs some rows of B, from row p of the phase, which lie in one block of k, for one panel. */
static void pack_panel(const phase *f, int64_t panel, int64_t p, int64_t rows)
{
    const tn_gemm *g = f->g;
    const int64_t size = g->kernels->size, width = g->kernels->columns;
    const int64_t block = p - p % g->block_k, depth = least(g->block_k, f->depth - block);
    const int64_t column = f->column + panel * width, row = f->p + p, columns = least(width, f->column + f->columns - column);
    char *to = (char *)f->panels + (block * over(f->columns, width) + panel * depth + p - block) * width * size;
    const char *b = f->o->b;
    if (g->transpose_b)
        g->transpose(b + (column * g->b_step + row) * size, to, g->b_step * size, width * size, rows, columns);
    else
        g->kernels->copy(to, width, b + (row * g->b_step + column) * size, g->b_step, rows, columns);
}

/* Some strips by some panels, for rows p … p + depth - 1 of B. */
static void multiply_strips(const phase *f, int64_t s, int64_t strip_end, int64_t first, int64_t end, int64_t p, int64_t depth, int worker)
{
    const tn_gemm *g = f->g;
    for (; s < strip_end; s++) {
        const int64_t row = g->m * s / g->strips, rows = g->m * (s + 1) / g->strips - row;
        multiply_strip(f, strip_of(f, row, rows, p, depth, worker), row, rows, first, end, p, depth);
        if (f->o->finish && p + depth == g->k)
            f->o->finish(f->o->finish_arg, row, rows, first, end - first);
    }
}

/* The same where each panel is packed when it is needed. */
static void pack_and_multiply(const phase *f, int64_t s, int64_t strip_end, int64_t first, int64_t end, int64_t p, int64_t depth,
                              int worker)
{
    const tn_gemm *g = f->g;
    const char *panel = (char *)f->o->workspace + (size_t)worker * g->panel;
    for (int64_t j = first; j < end; j += g->kernels->columns) {
        const phase own = { g, f->o, j, least(g->kernels->columns, end - j), p, depth, panel, 0 };
        pack_panel(&own, 0, 0, depth);
        multiply_strips(&own, s, strip_end, j, j + own.columns, p, depth, worker);
    }
}

/* Task i: some strips by some panels. */
static void multiply_task(void *arg, int64_t i, int worker)
{
    const phase *f = arg;
    const tn_gemm *g = f->g;
    const int64_t s = i % f->tasks_down * g->task_strips, strip_end = least(g->strips, s + g->task_strips);
    const int64_t first = f->column + i / f->tasks_down * g->task_columns;
    const int64_t end = least(f->column + f->columns, first + g->task_columns);
    for (int64_t p = f->p; p < f->p + f->depth; p += g->block_k)
        (g->pack && !f->panels ? pack_and_multiply : multiply_strips)(f, s, strip_end, first, end, p,
                                                                      least(g->block_k, f->p + f->depth - p), worker);
}

static void multiply(phase f, tn_pool *pool)
{
    f.tasks_down = over(f.g->strips, f.g->task_strips);
    tn_pool_run(pool, f.tasks_down * over(f.columns, f.g->task_columns), multiply_task, &f);
}

/* Task i: some rows. They are read as they lie, a few at a time, for the sake of the processor's prefetching. */
static void pack_task(void *arg, int64_t i, int worker)
{
    (void)worker;
    const phase *f = arg;
    const tn_gemm *g = f->g;
    const int64_t panels = over(f->columns, g->kernels->columns), end = least(f->depth, (i + 1) * PACK_ROWS);
    int64_t rows;
    for (int64_t p = i * PACK_ROWS; p < end; p += rows) {
        rows = least(least(PACK_FEW, end - p), g->block_k - p % g->block_k);
        for (int64_t j = 0; j < panels; j++)
            pack_panel(f, j, p, rows);
    }
}

/* Task i: a panel. Its columns are rows as they lie. */
static void transpose_task(void *arg, int64_t i, int worker)
{
    (void)worker;
    const phase *f = arg;
    for (int64_t p = 0; p < f->depth; p += f->g->block_k)
        pack_panel(f, i, p, least(f->g->block_k, f->depth - p));
}

static void pack(phase f, tn_pool *pool)
{
    if (f.g->transpose_b)
        tn_pool_run(pool, over(f.columns, f.g->kernels->columns), transpose_task, &f);
    else
        tn_pool_run(pool, over(f.depth, PACK_ROWS), pack_task, &f);
}

void tn_gemm_pack(const tn_gemm *g, const void *b, void *packed)
{
    const tn_gemm_operands o = { .b = b };
    pack((phase){ g, &o, 0, g->n, 0, g->k, packed, 0 }, NULL);
}

/* Without a product: zeros. */
static void clear(const tn_gemm *g, const tn_gemm_operands *o)
{
    const int64_t size = g->kernels->size;
    for (int64_t i = 0; i < g->m; i++)
        memset((char *)o->c + i * g->c_step * size, 0, (size_t)(g->n * size));
    if (o->finish)
        o->finish(o->finish_arg, 0, g->m, 0, g->n);
}

void tn_gemm_run(const tn_gemm *g, tn_pool *pool, const tn_gemm_operands *o)
{
    if (!g->m || !g->n)
        return;
    if (!g->k) {
        clear(g, o);
        return;
    }
    if (o->packed || !g->pack || g->alone) {
        multiply((phase){ g, o, 0, g->n, 0, g->k, o->packed, 0 }, pool);
        return;
    }
    for (int64_t j = 0; j < g->n; j += g->phase_n)
        for (int64_t p = 0; p < g->k; p += g->phase_k) {
            const phase f = { g, o, j, least(g->phase_n, g->n - j), p, least(g->phase_k, g->k - p), o->workspace, 0 };
            pack(f, pool);
            multiply(f, pool);
        }
}

static const tn_gemm_kernels *kernels_of(const tn_isa *isa, tn_dtype dtype)
{
    switch (dtype) {
    case TN_FLOAT32:
        return isa->gemm_f32;
    case TN_FLOAT64:
        return isa->gemm_f64;
    case TN_INT32:
        return isa->gemm_i32;
    case TN_INT64:
        return isa->gemm_i64;
    default:
        return NULL;
    }
}

static int64_t up_to(int64_t n, int64_t multiple)
{
    return over(n, multiple) * multiple;
}

int64_t tn_gemm_packed_size(const tn_gemm *g)
{
    return g->k * up_to(g->n, g->kernels->columns);
}

/* An odd number of lines lies between rows of a strip, so that they do not share a few of the first cache. */
static int64_t strip_step(int64_t k, int64_t line)
{
    return (over(k, line) | 1) * line;
}

void tn_gemm_lay_out(tn_gemm *g, int threads)
{
    const tn_gemm_kernels *kernels = g->kernels;
    const int64_t depth = least(g->k, g->phase_k), columns = up_to(least(g->n, g->phase_n), kernels->columns);
    g->panel = (size_t)up_to(least(g->k, g->block_k) * kernels->columns * kernels->size, LINE);
    g->strip_step = strip_step(least(g->k, g->block_k), LINE / kernels->size);
    g->packed = !g->pack ? 0 : g->alone ? (size_t)threads * g->panel : (size_t)up_to(depth * columns * kernels->size, LINE);
    g->strip = g->copy ? (size_t)up_to(kernels->rows * g->strip_step * kernels->size, LINE) : 0;
    g->workspace = g->packed + (size_t)threads * g->strip;
}

/* Whether rows that lie so far apart share a few lines of the first cache, so that few of them fit at once. */
static bool collide(int64_t step, int64_t size)
{
    const int64_t off = step * size % 4096;
    return off < 128 || off > 4096 - 128;
}

/* The largest part of n, at most `most`, when it is cut in as few equal ones as may be. */
static int64_t even(int64_t n, int64_t most)
{
    return over(n, over(n, most) + !n);
}

/* Whether B is read where it lies. Packing it costs as much as some rows of C; reading it in vain often costs more. */
static bool is_direct(const tn_gemm *g)
{
    const int64_t size = g->kernels->size, rows = g->kernels->rows;
    if (g->transpose_b)
        return false;
    return g->m <= (collide(g->b_step, size) ? DIRECT_COLLIDING_STRIPS : DIRECT_STRIPS) * rows || g->n * g->k <= DIRECT_BYTES / size;
}

/* Rows of B for one call of a kernel. With few rows of C, B is what takes time: it is read along its rows, as it lies. */
static int64_t block_of(const tn_gemm *g)
{
    if (g->pack)
        return even(g->k, PACKED_K);
    if (g->m <= 4)
        return 4 * (g->m + 1);
    return even(g->k, g->m > g->kernels->rows && collide(g->b_step, g->kernels->size) ? DIRECT_COLLIDING_K : DIRECT_K);
}

static int64_t phase_columns(const tn_gemm *g)
{
    int64_t bytes = PHASE_BYTES;
#if defined(_SC_LEVEL3_CACHE_SIZE)
    if (g->pack && !g->alone && g->n * g->block_k * g->kernels->size > FEWEST_PHASE_BYTES)
        bytes = clamp(sysconf(_SC_LEVEL3_CACHE_SIZE) / PART_OF_CACHE, FEWEST_PHASE_BYTES, PHASE_BYTES);
#endif
    return up_to(over(bytes, (g->block_k + !g->k) * g->kernels->size), g->kernels->columns);
}

/* Strips, and tasks of them: as many for each thread, and some, so that none waits long for another at the end. Tasks are as wide as a
 * phase where there are enough strips. */
static void cut_tasks(tn_gemm *g, int threads)
{
    const int64_t strips = over(g->m, g->kernels->rows), wide = g->pack && !g->alone ? g->phase_n : up_to(g->n, g->kernels->columns);
    const int64_t fewest = threads > 1 ? (int64_t)threads * FEWEST_TASKS : 1, most = (int64_t)threads * MOST_TASKS;
    const int64_t across = strips < fewest ? over(fewest, strips + !strips) : 1;
    g->task_strips = strips < most ? 1 : least(strips / most, TASK_STRIPS);
    g->strips = strips < fewest ? strips : up_to(strips, threads * g->task_strips);
    g->task_columns = up_to(over(wide, across) + !wide, g->kernels->columns);
}

/* By measurement. */
static void cut(tn_gemm *g, int threads)
{
    const int64_t size = g->kernels->size;
    g->pack = !is_direct(g);
    g->alone = g->transpose_b && g->m <= g->kernels->rows;
    g->copy = g->m > 1 && !g->alone && g->n > 2 * g->kernels->columns && collide(g->a_step, size);
    g->block_k = g->phase_k = block_of(g);
    g->phase_n = phase_columns(g);
    cut_tasks(g, threads);
}

tn_gemm tn_gemm_new(const tn_isa *isa, tn_dtype dtype, bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, int threads)
{
    tn_gemm g = { .kernels = kernels_of(isa, dtype), .transpose_a = transpose_a, .transpose_b = transpose_b, .m = m, .n = n, .k = k };
    if (!g.kernels)
        return g;
    g.transpose = g.kernels->size == 4 ? isa->transposes->of_4 : isa->transposes->of_8;
    g.a_step = transpose_a ? m : k;
    g.b_step = transpose_b ? k : n;
    g.c_step = n;
    cut(&g, threads);
    tn_gemm_lay_out(&g, threads);
    return g;
}
