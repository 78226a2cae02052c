/* The loops of pooling of each instruction set against plain ones, on random images and windows: integers, so that sums are exact. */
#include "cpu/isa.h"
#include "values.h"

static uint64_t seed;

static int64_t draw(int64_t low, int64_t high)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return low + (int64_t)(seed >> 33) % (high - low + 1);
}

static const char *const set_names[] = { "baseline", "avx2", "avx512" };

/* ---- The plain loops ---- */

static tn_pooling_axis random_axis(void)
{
    tn_pooling_axis a = { .in = draw(1, 23), .size = draw(1, 5), .stride = draw(1, 4) };
    int64_t after = draw(0, a.size - 1);
    a.before = draw(0, a.size - 1);
    while (a.before + a.in + after < a.size)
        a.in++;
    a.out = (a.before + a.in + after - a.size) / a.stride + 1;
    return a;
}

static int64_t size_of(const tn_pooling *p, bool of_inputs)
{
    return p->images * p->channels * (of_inputs ? p->h.in * p->w.in : p->h.out * p->w.out);
}

/* What a window gives, of plain doubles. */
typedef struct found {
    double most, sum;
    int64_t place, count; /* of the largest, in the whole input; elements that are there */
} found;

static bool inside(const tn_pooling *p, int64_t h, int64_t w)
{
    return h >= 0 && h < p->h.in && w >= 0 && w < p->w.in;
}

/* Calls of `each` for the places in the input of output o's window. */
#define EACH_PLACE(p, o, place)                                                                                                            \
    for (int64_t c_ = (o) % (p)->channels, w_ = (o) / (p)->channels % (p)->w.out, h_ = (o) / (p)->channels / (p)->w.out % (p)->h.out,      \
                 n_ = (o) / (p)->channels / (p)->w.out / (p)->h.out, k_ = 0, place;                                                        \
         k_ < (p)->h.size * (p)->w.size; k_++)                                                                                             \
        if (inside(p, h_ * (p)->h.stride - (p)->h.before + k_ / (p)->w.size, w_ * (p)->w.stride - (p)->w.before + k_ % (p)->w.size) &&     \
            (place = ((n_ * (p)->h.in + h_ * (p)->h.stride - (p)->h.before + k_ / (p)->w.size) * (p)->w.in + w_ * (p)->w.stride -          \
                      (p)->w.before + k_ % (p)->w.size) *                                                                                  \
                         (p)->channels +                                                                                                   \
                     c_,                                                                                                                   \
             true))

static found search(const tn_pooling *p, const double *x, int64_t o)
{
    found f = { -INFINITY, 0, -1, 0 };
    EACH_PLACE(p, o, place)
    {
        if (f.place < 0 || x[place] > f.most || (isnan(x[place]) && !isnan(f.most))) {
            f.most = x[place];
            f.place = place;
        }
        f.sum += x[place];
        f.count++;
    }
    return f;
}

/* ---- Comparing ---- */

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

enum { MOST = 1 << 16 };
static double plain_x[MOST], plain_g[MOST], plain_dy[MOST], want[MOST];

static void fill(const tn_pooling *p, bool with_nan)
{
    for (int64_t i = 0; i < size_of(p, true); i++) {
        plain_x[i] = with_nan && draw(0, 9) == 0 ? NAN : draw(0, 40) == 0 ? -INFINITY : (double)draw(-4, 4);
        plain_g[i] = (double)draw(-40, 40);
    }
    for (int64_t i = 0; i < size_of(p, false); i++)
        plain_dy[i] = (double)draw(-100, 100);
}

#define DEFINE_CHECK(name, T)                                                                                                              \
    static T name##_x[MOST], name##_g[MOST], name##_dy[MOST], name##_got[MOST];                                                            \
    static void name##_expect(const char *what, const tn_pooling *p, int64_t n)                                                            \
    {                                                                                                                                      \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            if (!same((double)name##_got[i], want[i])) /* an assertion writes to a file each time */                                       \
                ck_abort_msg("%s " #name " of %d images, %d channels, h %d %d %d -%d, w %d %d %d -%d, element %d: %g, not %g", what,       \
                             (int)p->images, (int)p->channels, (int)p->h.in, (int)p->h.size, (int)p->h.stride, (int)p->h.before,           \
                             (int)p->w.in, (int)p->w.size, (int)p->w.stride, (int)p->w.before, (int)i, (double)name##_got[i], want[i]);    \
    }                                                                                                                                      \
    static void name##_forward(const tn_pooling_##name *f, const tn_pooling *p)                                                            \
    {                                                                                                                                      \
        int64_t outs = size_of(p, false), rows = p->images * p->h.out, cut = draw(0, rows);                                                \
        for (int64_t o = 0; o < outs; o++)                                                                                                 \
            want[o] = search(p, plain_x, o).most;                                                                                          \
        f->max(p, name##_got, name##_x, cut, rows);                                                                                        \
        f->max(p, name##_got, name##_x, 0, cut);                                                                                           \
        name##_expect("max", p, outs);                                                                                                     \
        for (int64_t o = 0; o < outs; o++)                                                                                                 \
            want[o] = plain_g[search(p, plain_x, o).place];                                                                                \
        f->pick(p, name##_got, name##_x, name##_g, cut, rows);                                                                             \
        f->pick(p, name##_got, name##_x, name##_g, 0, cut);                                                                                \
        name##_expect("pick", p, outs);                                                                                                    \
        for (int64_t o = 0; o < outs; o++)                                                                                                 \
            want[o] = (double)((T)search(p, plain_g, o).sum / (T)search(p, plain_g, o).count);                                             \
        f->average(p, name##_got, name##_g, cut, rows);                                                                                    \
        f->average(p, name##_got, name##_g, 0, cut);                                                                                       \
        name##_expect("average", p, outs);                                                                                                 \
    }                                                                                                                                      \
    static void name##_backward(const tn_pooling_##name *f, const tn_pooling *p)                                                           \
    {                                                                                                                                      \
        int64_t ins = size_of(p, true), outs = size_of(p, false), rows = p->images * p->h.in, cut = draw(0, rows);                         \
        memset(want, 0, (size_t)ins * sizeof *want);                                                                                       \
        for (int64_t o = 0; o < outs; o++)                                                                                                 \
            want[search(p, plain_x, o).place] += plain_dy[o];                                                                              \
        f->max_grad(p, name##_got, name##_x, name##_dy, cut, rows);                                                                        \
        f->max_grad(p, name##_got, name##_x, name##_dy, 0, cut);                                                                           \
        name##_expect("max_grad", p, ins);                                                                                                 \
        memset(want, 0, (size_t)ins * sizeof *want);                                                                                       \
        for (int64_t o = 0; o < outs; o++) {                                                                                               \
            found w = search(p, plain_g, o);                                                                                               \
            name##_dy[o] = (T)(plain_dy[o] * (double)w.count); /* divides again, to the bit */                                             \
            EACH_PLACE(p, o, place)                                                                                                        \
            want[place] += plain_dy[o];                                                                                                    \
        }                                                                                                                                  \
        f->average_grad(p, name##_got, name##_dy, cut, rows);                                                                              \
        f->average_grad(p, name##_got, name##_dy, 0, cut);                                                                                 \
        name##_expect("average_grad", p, ins);                                                                                             \
    }                                                                                                                                      \
    static void name##_check(const tn_pooling_##name *f, const tn_pooling *p)                                                              \
    {                                                                                                                                      \
        for (int64_t i = 0; i < size_of(p, true); i++) {                                                                                   \
            name##_x[i] = (T)plain_x[i];                                                                                                   \
            name##_g[i] = (T)plain_g[i];                                                                                                   \
        }                                                                                                                                  \
        for (int64_t i = 0; i < size_of(p, false); i++)                                                                                    \
            name##_dy[i] = (T)plain_dy[i];                                                                                                 \
        name##_forward(f, p);                                                                                                              \
        name##_backward(f, p);                                                                                                             \
    }
DEFINE_CHECK(f32, float)
DEFINE_CHECK(f64, double)

/* Channels about the vectors' lengths, and one. */
static tn_pooling random_pooling(void)
{
    static const int64_t channels[] = { 1, 1, 1, 2, 3, 4, 7, 8, 9, 16, 32, 33, 41 };
    tn_pooling p = { draw(1, 2), channels[draw(0, 12)], random_axis(), random_axis() };
    return p;
}

START_TEST(as_plain_loops)
{
    for (int turn = 0; turn < 60; turn++) {
        tn_pooling p = random_pooling();
        ck_assert_int_le(size_of(&p, true), MOST);
        ck_assert_int_le(size_of(&p, false), MOST);
        fill(&p, turn % 3 == 0);
        for (int i = 0; i < 3; i++) {
            const tn_isa *isa = tn_isa_named(set_names[i]);
            if (!isa)
                continue;
            f32_check(isa->pooling_f32, &p);
            f64_check(isa->pooling_f64, &p);
        }
    }
}
END_TEST

/* Where rows are cut changes no bit: sums of numbers that round. */
START_TEST(cuts_change_nothing)
{
    static float whole[MOST], cut[MOST];
    for (int turn = 0; turn < 40; turn++) {
        tn_pooling p = random_pooling();
        const tn_pooling_f32 *f = tn_isa_best()->pooling_f32;
        fill(&p, false);
        for (int64_t i = 0; i < size_of(&p, false); i++)
            f32_dy[i] = (float)plain_dy[i] / 7;
        for (int64_t i = 0; i < size_of(&p, true); i++)
            f32_x[i] = (float)plain_x[i];
        int64_t rows = p.images * p.h.in;
        size_t bytes = (size_t)size_of(&p, true) * sizeof(float);
        f->max_grad(&p, whole, f32_x, f32_dy, 0, rows);
        for (int64_t r = 0; r < rows; r++)
            f->max_grad(&p, cut, f32_x, f32_dy, r, r + 1);
        ck_assert_mem_eq(whole, cut, bytes);
        f->average_grad(&p, whole, f32_dy, 0, rows);
        for (int64_t r = 0; r < rows; r++)
            f->average_grad(&p, cut, f32_dy, r, r + 1);
        ck_assert_mem_eq(whole, cut, bytes);
    }
}
END_TEST

TN_SUITE("cpu pooling", as_plain_loops, cuts_change_nothing)
