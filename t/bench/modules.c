/*
 * Which sizes a module is faster for: `modules [ROW…]` runs steps by the library's own kernels and by oneDNN's, in turns, in one process,
 * and prints for each `row own module ratio`: GF/s of the best batch of each, and the median of what the one took to what the other took.
 * Rows are those whose names begin as one of the arguments does, or all; what the module does not take is left out. To look beyond the size
 * classes let is_large (plan/modules.c) and those of the module answer true. BENCH_THREADS=N as for the others.
 */
#include <stdlib.h>
#include <string.h>
#include <tenure.h>
#include "contest.h"
#include "plan/modules.h"

enum { ROUNDS = 9 };
static const double batch = 0.004; /* seconds, at least */

typedef struct subject {
    void *ctx; /* owns what is fed */
    char name[80];
    tn_output y;
    tn_feed feeds[2];
    size_t num_feeds;
    double work;
    tn_session *own, *module;
} subject;

/* ---- What is run ---- */

static tn_tensor *small_numbers(const subject *s, int rank, const int64_t *dims)
{
    tn_tensor *t = tn_tensor_new(s->ctx, TN_FLOAT32, rank, dims, NULL);
    if (t)
        contest_fill(tn_f32(t), tn_tensor_size(t), 1);
    return t;
}

static tn_output operand(subject *s, int rank, const int64_t *dims, bool known)
{
    tn_tensor *t = small_numbers(s, rank, dims);
    if (known)
        return tn_constant(t);
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = { dims, rank });
    s->feeds[s->num_feeds++] = (tn_feed){ x, t };
    return x;
}

typedef struct product {
    int64_t m, n, k;
    bool ta, tb, known;
} product;

static void build_product(subject *s, const void *row)
{
    const product *p = row;
    tn_output a = operand(s, 2, (int64_t[]){ p->ta ? p->k : p->m, p->ta ? p->m : p->k }, false);
    tn_output b = operand(s, 2, (int64_t[]){ p->tb ? p->n : p->k, p->tb ? p->k : p->n }, p->known);
    s->y = tn_matmul(a, b, .transpose_a = p->ta, .transpose_b = p->tb);
    s->work = 2.0 * (double)p->m * (double)p->n * (double)p->k;
    snprintf(s->name, sizeof s->name, "matmul_%s%s_%s %dx%dx%d", p->ta ? "t" : "n", p->tb ? "t" : "n", p->known ? "known" : "fed",
             (int)p->m, (int)p->n, (int)p->k);
}

typedef struct conv {
    const char *kind; /* of filter, or what the gradient is of */
    int64_t images, side, in, out, size, stride;
} conv;

static void build_conv(subject *s, const void *row)
{
    const conv *c = row;
    int64_t side = (c->side + c->stride - 1) / c->stride;
    const int stride = (int)c->stride;
    const int64_t x[] = { c->images, c->side, c->side, c->in }, y[] = { c->images, side, side, c->out };
    const int64_t f[] = { c->size, c->size, c->in, c->out };
    const int steps[] = { 1, stride, stride, 1 };
    tn_output sizes = tn_vector((int)x[0], (int)x[1], (int)x[2], (int)x[3]);
#define HOW .strides = { steps, 4 }, .padding = "SAME"
    if (!strcmp(c->kind, "input"))
        s->y = tn_conv2d_backprop_input(sizes, operand(s, 4, f, false), operand(s, 4, y, false), HOW);
    else
        s->y = tn_conv2d(operand(s, 4, x, false), operand(s, 4, f, !strcmp(c->kind, "known")), HOW);
    s->work = 2.0 * (double)(c->images * side * side * c->in * c->out * c->size * c->size);
    snprintf(s->name, sizeof s->name, "conv_%s %dx%d² %d->%d %dx%d/%d", c->kind, (int)c->images, (int)c->side, (int)c->in, (int)c->out,
             (int)c->size, (int)c->size, (int)c->stride);
}

/* ---- Timing ---- */

static double time_runs(const subject *s, tn_session *session, int n)
{
    double start = contest_now();
    for (int i = 0; i < n; i++)
        talloc_free(tn_run(session, s->y, .feeds = { s->feeds, s->num_feeds }));
    return (contest_now() - start) / n;
}

/* A session whose plan is made with these modules. */
static tn_session *open_with(const subject *s, const char *modules)
{
    setenv("TENURE_MODULES", modules, 1);
    tn_modules_close();
    tn_session *session = tn_session_open(.parent = s->ctx, .threads = contest_threads());
    time_runs(s, session, 2);
    return session;
}

static bool is_by_module(const subject *s)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    tn_status status = tn_plan_print(s->module, TN_OUTPUTS(s->y), to, .feeds = { s->feeds, s->num_feeds });
    fclose(to);
    bool found = !status && strstr(text, "' by ");
    free(text);
    return found;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void compare(const subject *s)
{
    double own, module, best_own = 1e9, best_module = 1e9, ratios[ROUNDS];
    int n = 1 + (int)(batch / time_runs(s, s->own, 1));
    for (int i = 0; i < ROUNDS; i++) {
        own = time_runs(s, s->own, n);
        module = time_runs(s, s->module, n);
        ratios[i] = own / module;
        best_own = own < best_own ? own : best_own;
        best_module = module < best_module ? module : best_module;
    }
    qsort(ratios, ROUNDS, sizeof *ratios, by_size);
    printf("%-44s %7.1f %7.1f %5.2f\n", s->name, s->work * 1e-9 / best_own, s->work * 1e-9 / best_module, ratios[ROUNDS / 2]);
    fflush(stdout);
}

/* The names asked for; none: all. */
static char **rows;

static bool is_wanted(const char *name)
{
    for (char **row = rows; *row; row++)
        if (!strncmp(name, *row, strlen(*row)))
            return true;
    return !*rows;
}

static void try_row(void (*build)(subject *s, const void *row), const void *row)
{
    subject s = { .ctx = talloc_named_const(NULL, 0, "modules") };
    WITH_GRAPH(g) {
        (void)g;
        build(&s, row);
        if (is_wanted(s.name)) {
            s.own = open_with(&s, "");
            s.module = open_with(&s, TN_T_ONEDNN);
            if (is_by_module(&s))
                compare(&s);
            tn_session_close(s.module);
            tn_session_close(s.own);
        }
    }
    talloc_free(s.ctx);
}

/* ---- The grid ---- */

static void try_products(void)
{
    static const int64_t sizes[][3] = {
        { 64, 64, 64 },      { 128, 128, 128 },    { 256, 256, 256 },  { 512, 512, 512 },   { 1024, 1024, 1024 }, { 2048, 2048, 2048 },
        { 4096, 256, 256 },  { 4096, 64, 576 },    { 1024, 512, 512 }, { 512, 1024, 1024 }, { 256, 768, 3072 },   { 256, 3072, 768 },
        { 2048, 1024, 512 }, { 1024, 4096, 1024 }, { 64, 512, 784 },   { 64, 128, 784 },    { 32, 1024, 1024 },   { 16, 1024, 1024 },
        { 8, 1024, 1024 },   { 4, 1024, 1024 },    { 1, 1024, 1024 },  { 8, 4096, 1024 },   { 784, 128, 64 },     { 1, 4096, 4096 },
    };
    for (int how = 0; how < 8; how++)
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            const product p = { sizes[i][0], sizes[i][1], sizes[i][2], how & 1, how & 2, how & 4 };
            try_row(build_product, &p);
        }
}

static void try_convs(void)
{
    static const char *const kinds[] = { "known", "fed", "input" };
    static const struct {
        int64_t side, in, out, size, stride;
    } sizes[] = {
        { 224, 3, 64, 7, 2 },   { 224, 3, 32, 3, 2 },   { 32, 3, 16, 3, 1 },    { 112, 32, 64, 1, 1 },  { 112, 32, 32, 3, 1 },
        { 56, 64, 64, 3, 1 },   { 56, 64, 64, 1, 1 },   { 56, 64, 256, 1, 1 },  { 56, 256, 64, 1, 1 },  { 56, 64, 128, 3, 2 },
        { 56, 256, 128, 1, 2 }, { 28, 128, 128, 3, 1 }, { 28, 128, 256, 1, 1 }, { 28, 64, 128, 3, 2 },  { 28, 16, 32, 5, 1 },
        { 28, 8, 16, 5, 1 },    { 28, 8, 8, 3, 1 },     { 28, 32, 32, 3, 1 },   { 14, 256, 256, 3, 1 }, { 14, 256, 256, 1, 1 },
        { 14, 16, 32, 5, 1 },   { 14, 32, 64, 3, 1 },   { 14, 64, 64, 3, 2 },   { 7, 256, 256, 3, 1 },  { 7, 256, 256, 1, 1 },
        { 7, 64, 128, 3, 1 },   { 7, 64, 64, 5, 1 },
    };
    for (int kind = 0; kind < 3; kind++)
        for (int64_t images = 1; images <= 8; images *= 2)
            for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
                const conv c = { kinds[kind], images, sizes[i].side, sizes[i].in, sizes[i].out, sizes[i].size, sizes[i].stride };
                try_row(build_conv, &c);
            }
}

int main(int argc, char **argv)
{
    (void)argc;
    rows = argv + 1;
    try_products();
    try_convs();
    return EXIT_SUCCESS;
}
