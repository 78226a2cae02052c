/*
 * Matrix products: see gemm.h.
 *
 * B is cut into panels of as many columns as a kernel has, C and A into strips of at most as many rows, all strips about as high. A task
 * multiplies some strips by some panels. Unless B is small and read where it lies, blocks of it are packed, panel after panel, by all
 * threads together, before they are multiplied. A strip is copied by the worker that needs it, where its rows lie so that they would
 * share a few lines of the first cache.
 */
#include "cpu/gemm.h"

#include <string.h>
#include "core/alloc.h"

/* What is multiplied by one call of tn_pool_run, and how it is cut. */
typedef struct phase {
    const tn_gemm *g;
    const tn_gemm_operands *o;
    int64_t column, columns; /* of B and C */
    int64_t p, depth;        /* rows of B */
    const char *panels;      /* B packed, from that row and column on; NULL: as it lies */
    int64_t strips, tasks_down;
} phase;

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
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
        for (int64_t i = 0; i < rows; i++)
            memcpy(into + i * step * size, a + ((row + i) * g->a_step + p) * size, (size_t)(depth * size));
    return (strip){ into, step };
}

static strip strip_of(const phase *f, int64_t row, int64_t rows, int64_t p, int64_t depth, int worker)
{
    const tn_gemm *g = f->g;
    if (g->strip)
        return copied_strip(f, row, rows, p, depth, (char *)f->o->workspace + g->packed + (size_t)worker * g->strip);
    const int64_t at = g->transpose_a ? p * g->a_step + row : row * g->a_step + p;
    return (strip){ (const char *)f->o->a + at * g->kernels->size, g->a_step };
}

/* Multiplies a strip by the panels of some columns, for rows p … p + depth - 1 of B. */
static void multiply_strip(const phase *f, strip a, int64_t row, int64_t rows, int64_t first, int64_t end, int64_t p, int64_t depth)
{
    const tn_gemm *g = f->g;
    const int64_t size = g->kernels->size, width = g->kernels->columns;
    const bool by_columns = g->transpose_a && !f->o->load;
    tn_gemm_tile tile = { .a = a.at, .a_step = a.step, .c_step = g->c_step, .k = depth, .rows = rows, .add = p > 0 };
    const char *b = (const char *)f->o->b + (p * g->b_step + first) * size;
    int64_t panel_bytes = width * size;
    tile.b_step = g->b_step;
    if (f->panels) {
        b = f->panels + ((p - f->p) * over(f->columns, width) * width + (first - f->column) * depth) * size;
        tile.b_step = width;
        panel_bytes *= depth;
    }
    char *c = (char *)f->o->c + (row * g->c_step + first) * size;
    for (int64_t j = first; j < end; j += width, b += panel_bytes, c += width * size) {
        tile.b = b;
        tile.c = c;
        tile.columns = least(width, end - j);
        (by_columns ? g->kernels->by_columns : g->kernels->by_rows)(&tile);
    }
}

/* Task i: some strips by some panels. */
static void multiply_task(void *arg, int64_t i, int worker)
{
    const phase *f = arg;
    const tn_gemm *g = f->g;
    const int64_t strip_end = least(f->strips, (i % f->tasks_down + 1) * g->task_strips);
    const int64_t first = f->column + i / f->tasks_down * g->task_columns;
    const int64_t end = least(f->column + f->columns, first + g->task_columns);
    for (int64_t p = f->p; p < f->p + f->depth; p += g->block_k) {
        const int64_t depth = least(g->block_k, f->p + f->depth - p);
        for (int64_t s = i % f->tasks_down * g->task_strips; s < strip_end; s++) {
            const int64_t row = g->m * s / f->strips, rows = g->m * (s + 1) / f->strips - row;
            multiply_strip(f, strip_of(f, row, rows, p, depth, worker), row, rows, first, end, p, depth);
            if (f->o->finish && p + depth == g->k)
                f->o->finish(f->o->finish_arg, row, rows, first, end - first);
        }
    }
}

static void multiply(phase f, tn_pool *pool)
{
    f.strips = over(f.g->m, f.g->kernels->rows);
    f.tasks_down = over(f.strips, f.g->task_strips);
    tn_pool_run(pool, f.tasks_down * over(f.columns, f.g->task_columns), multiply_task, &f);
}

/* Packs panel i of a phase: f->panels + i * (panel). */
static void pack_panel(void *arg, int64_t i, int worker)
{
    (void)worker;
    const phase *f = arg;
    const tn_gemm *g = f->g;
    const tn_gemm_kernels *kernels = g->kernels;
    const int64_t size = kernels->size, width = kernels->columns, column = f->column + i * width;
    char *panel = (char *)f->panels + i * width * f->depth * size;
    const int64_t at = g->transpose_b ? column * g->b_step + f->p : f->p * g->b_step + column;
    (g->transpose_b ? kernels->transpose : kernels->copy)(panel, width, (const char *)f->o->b + at * size, g->b_step, f->depth,
                                                          least(width, f->column + f->columns - column));
}

static void pack(phase f, tn_pool *pool)
{
    tn_pool_run(pool, over(f.columns, f.g->kernels->columns), pack_panel, &f);
}

void tn_gemm_pack(const tn_gemm *g, const void *b, void *packed)
{
    const tn_gemm_operands o = { .b = b };
    const int64_t row_bytes = over(g->n, g->kernels->columns) * g->kernels->columns * g->kernels->size;
    for (int64_t p = 0; p < g->k; p += g->block_k)
        pack((phase){ g, &o, 0, g->n, p, least(g->block_k, g->k - p), (char *)packed + p * row_bytes, 0, 0 }, NULL);
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
    if (o->packed || !g->pack) {
        multiply((phase){ g, o, 0, g->n, 0, g->k, o->packed, 0, 0 }, pool);
        return;
    }
    for (int64_t j = 0; j < g->n; j += g->block_n)
        for (int64_t p = 0; p < g->k; p += g->block_k) {
            const phase f = { g, o, j, least(g->block_n, g->n - j), p, least(g->block_k, g->k - p), o->workspace, 0, 0 };
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

#include <stdlib.h>
static int64_t env(const char *name, int64_t otherwise)
{
    return getenv(name) ? atoll(getenv(name)) : otherwise;
}

tn_gemm tn_gemm_new(const tn_isa *isa, tn_dtype dtype, bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, int threads)
{
    tn_gemm g = { .kernels = kernels_of(isa, dtype), .transpose_a = transpose_a, .transpose_b = transpose_b, .m = m, .n = n, .k = k };
    if (!g.kernels)
        return g;
    g.a_step = transpose_a ? m : k;
    g.b_step = transpose_b ? k : n;
    g.c_step = n;
    g.pack = env("PACK", transpose_b || m > 64);
    g.block_k = env("KC", 256);
    g.block_n = env("NC", 512);
    g.task_strips = env("TS", 4);
    g.task_columns = env("TC", g.pack ? g.block_n : n);
    g.strip_step = g.block_k + 16;
    if (env("STRIP", g.pack))
        g.strip = (size_t)(g.strip_step * g.kernels->rows * g.kernels->size + 63) / 64 * 64;
    g.packed = g.pack ? (size_t)(g.block_k * over(least(g.block_n, n), g.kernels->columns) * g.kernels->columns * g.kernels->size) : 0;
    g.workspace = g.packed + (size_t)threads * g.strip;
    return g;
}
