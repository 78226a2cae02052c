/*
 * Gradients of filters against the loops of their definition, with the shapes at which the kernel goes another way: several chunks along
 * each axis, several units of rows and of columns, merged taps, rows that are copied, taps that see nothing. Elements are small integers,
 * so that every order of summing gives the same.
 */
#include "cpu/isa.h"
#include "values.h"

static const char *const sets[] = { "baseline", "avx2", "avx512" };

typedef struct shape {
    bool depthwise;
    int64_t n, h, w, c, k; /* images, channels, output channels (depthwise: the multiplier) */
    int64_t kh, kw, stride, dilation;
    bool same; /* padding, else VALID */
} shape;

static const shape shapes[] = {
    { false, 1, 1, 1, 1, 1, 1, 1, 1, 1, true },     /* one pixel */
    { false, 2, 1, 1, 3, 2, 3, 5, 1, 1, true },     /* taps that see nothing */
    { false, 1, 3, 2, 2, 3, 3, 3, 1, 4, true },     /* and all but one, by dilation */
    { false, 2, 25, 41, 3, 5, 1, 1, 1, 1, false },  /* one tap: one long row */
    { false, 2, 26, 41, 3, 5, 1, 1, 2, 1, false },  /* one tap that strides */
    { false, 2, 30, 40, 40, 3, 3, 3, 1, 1, true },  /* chunks of some rows */
    { false, 45, 5, 5, 8, 4, 2, 2, 1, 1, true },    /* chunks of some images */
    { false, 1, 2, 1100, 33, 2, 1, 3, 1, 1, true }, /* chunks of a part of a row */
    { false, 3, 9, 11, 1, 7, 5, 5, 1, 1, true },    /* merged, padded */
    { false, 3, 9, 11, 1, 7, 5, 5, 1, 1, false },   /* merged, not padded */
    { false, 2, 21, 23, 2, 3, 3, 4, 2, 1, true },   /* merged, strides */
    { false, 1, 3, 1200, 1, 2, 2, 3, 1, 1, true },  /* merged, chunks of a part of a row */
    { false, 2, 9, 11, 2, 3, 3, 3, 1, 2, true },    /* as few channels, not merged */
    { false, 1, 4, 5, 97, 2, 2, 2, 1, 1, true },    /* several units of rows */
    { false, 1, 3, 4, 2, 300, 2, 2, 1, 1, true },   /* several units of columns */
    { true, 1, 1, 1, 1, 1, 1, 1, 1, 1, true },      /* depthwise from here on */
    { true, 2, 9, 11, 5, 1, 3, 3, 1, 1, true },     /* all taps of a row at once, and what is left at its ends */
    { true, 2, 9, 11, 5, 1, 3, 3, 2, 1, true },     { true, 2, 9, 11, 5, 1, 3, 3, 1, 3, true },     /* no place where all taps are inside */
    { true, 2, 2, 2, 3, 1, 5, 5, 1, 1, true },      { true, 2, 12, 13, 140, 1, 3, 3, 1, 1, false }, /* several units of columns */
    { true, 2, 9, 60, 300, 1, 3, 3, 1, 1, true },                                                   /* chunks by bytes */
    { true, 1, 3, 1100, 3, 1, 2, 5, 1, 1, true },                                                   /* chunks of a part of a row */
    { true, 2, 9, 11, 5, 3, 3, 3, 1, 1, true },                                                     /* with a multiplier, rows are copied */
    { true, 2, 9, 11, 17, 2, 3, 2, 2, 1, true },    { true, 2, 9, 11, 3, 2, 3, 2, 1, 2, false },
};
enum { NUM_SHAPES = sizeof shapes / sizeof shapes[0] };

static int64_t extent(const shape *s, int64_t in, int64_t size, int64_t *before)
{
    const int64_t reach = (size - 1) * s->dilation + 1;
    const int64_t out = s->same ? (in + s->stride - 1) / s->stride : (in - reach) / s->stride + 1;
    const int64_t pad = s->same ? (out - 1) * s->stride + reach - in : 0;
    *before = pad > 0 ? pad / 2 : 0;
    return out;
}

static uint32_t state;

static tn_tensor *integers(tn_dtype dtype, int64_t a, int64_t b, int64_t c, int64_t d)
{
    tn_tensor *t = tn_tensor_new(root, dtype, 4, (int64_t[]){ a, b, c, d }, NULL);
    for (int64_t i = 0; i < tn_tensor_size(t); i++) {
        state = state * 1664525u + 1013904223u;
        const int v = (int)(state >> 16) % 9 - 4;
        if (dtype == TN_FLOAT32)
            tn_f32(t)[i] = (float)v;
        else
            tn_f64(t)[i] = v;
    }
    return t;
}

static double at(const tn_tensor *t, int64_t i)
{
    return tn_tensor_dtype(t) == TN_FLOAT32 ? (double)tn_f32((tn_tensor *)t)[i] : tn_f64((tn_tensor *)t)[i];
}

/* The sum over all pixels of what tap (ky, kx) saw of channel c, times output channel k's gradient there. */
static double gradient(const shape *s, const tn_tensor *x, const tn_tensor *dy, int64_t ky, int64_t kx, int64_t c, int64_t k)
{
    int64_t top, left;
    const int64_t oh = extent(s, s->h, s->kh, &top), ow = extent(s, s->w, s->kw, &left);
    const int64_t outs = s->depthwise ? s->c * s->k : s->k, out = s->depthwise ? c * s->k + k : k;
    double sum = 0;
    for (int64_t i = 0; i < s->n * oh * ow; i++) {
        const int64_t n = i / (oh * ow), iy = i / ow % oh * s->stride - top + ky * s->dilation,
                      ix = i % ow * s->stride - left + kx * s->dilation;
        if (iy >= 0 && iy < s->h && ix >= 0 && ix < s->w)
            sum += at(x, ((n * s->h + iy) * s->w + ix) * s->c + c) * at(dy, i * outs + out);
    }
    return sum;
}

static tn_tensor *sizes(const shape *s)
{
    return tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 4 }, (int32_t[]){ (int32_t)s->kh, (int32_t)s->kw, (int32_t)s->c, (int32_t)s->k });
}

static const char *type_of(const shape *s)
{
    return s->depthwise ? "DepthwiseConv2dNativeBackpropFilter" : "Conv2DBackpropFilter";
}

static tn_tensor *run_in_pieces(const shape *s, tn_tensor *const *in, int pieces)
{
    const int64_t strides[] = { 1, s->stride, s->stride, 1 }, dilations[] = { 1, s->dilation, s->dilation, 1 };
    const tn_attrs attrs = TN_ATTRS(TN_INTS_ATTR("strides", 4, strides), TN_INTS_ATTR("dilations", 4, dilations),
                                    TN_STRING_ATTR("padding", s->same ? "SAME" : "VALID"));
    drive_pieces = pieces;
    tn_tensor *dw = drive(type_of(s), attrs, 3, in);
    drive_pieces = 3;
    ck_assert_msg(dw != NULL, "%s", tn_last_error()->message);
    return dw;
}

static void expect_gradients(const shape *s, const tn_tensor *dw, const double *want, const char *set)
{
    for (int64_t i = 0; i < tn_tensor_size(dw); i++)
        ck_assert_msg(at(dw, i) == want[i], "%s, shape %d, %s: element %d is %g, not %g", set, (int)(s - shapes),
                      tn_dtype_name(tn_tensor_dtype(dw)), (int)i, at(dw, i), want[i]);
}

static double *gradients(const shape *s, const tn_tensor *x, const tn_tensor *dy)
{
    double *want = talloc_array(root, double, (unsigned)(s->kh * s->kw * s->c * s->k));
    for (int64_t i = 0; i < s->kh * s->kw * s->c * s->k; i++)
        want[i] = gradient(s, x, dy, i / (s->k * s->c * s->kw), i / (s->k * s->c) % s->kw, i / s->k % s->c, i % s->k);
    return want;
}

static void check_shape(const shape *s, tn_dtype dtype)
{
    int64_t before;
    const int64_t oh = extent(s, s->h, s->kh, &before), ow = extent(s, s->w, s->kw, &before);
    const tn_isa *best = tn_isa_best();
    state = (uint32_t)(s - shapes);
    tn_tensor *in[] = { integers(dtype, s->n, s->h, s->w, s->c), sizes(s),
                        integers(dtype, s->n, oh, ow, s->depthwise ? s->c * s->k : s->k) };
    double *want = gradients(s, in[0], in[2]);
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        for (int pieces = 0; tn_isa_named(sets[i]) && pieces < 1000; pieces += pieces < 2 ? 1 : 997) { /* whole, one, two, each unit */
            tn_isa_choose(tn_isa_named(sets[i]));
            tn_tensor *dw = run_in_pieces(s, in, pieces);
            expect_gradients(s, dw, want, sets[i]);
            talloc_free(dw);
        }
    tn_isa_choose(best);
    talloc_free(want);
    for (int i = 0; i < 3; i++)
        talloc_free(in[i]);
}

START_TEST(shapes_are_the_definition)
{
    const bool slow = getenv("TN_UNDER_VALGRIND");
    for (int i = 0; i < NUM_SHAPES; i++) {
        const shape *s = &shapes[i];
        if (slow && s->n * s->h * s->w * s->c * s->k * s->kh * s->kw > 100000)
            continue;
        check_shape(s, TN_FLOAT32);
        check_shape(s, TN_FLOAT64);
    }
}
END_TEST

/* ---- Threads ---- */

static tn_tensor *run_on(int threads, const char *format, tn_tensor *x, tn_tensor *dy)
{
    tn_tensor *dw = NULL;
    WITH_GRAPH(g, .owner = root) {
        tn_output images = tn_placeholder(TN_FLOAT32), gradients_of = tn_placeholder(TN_FLOAT32);
        tn_output out = tn_conv2d_backprop_filter(images, tn_vector(3, 3, 40, 50), gradients_of, .strides = TN_AXES(1, 1, 1, 1),
                                                  .padding = "SAME", .data_format = format);
        WITH_SESSION(s, .parent = root, .threads = threads)
            dw = tn_keep(root, tn_run(s, out, .feeds = TN_FEEDS({ images, x }, { gradients_of, dy })));
    }
    ck_assert_msg(dw != NULL, "%s", tn_last_error()->message);
    return dw;
}

/* Elements of which no sum is exact: what is summed, and in which order, is the same whoever does it. */
static void make_real(tn_tensor *t)
{
    for (int64_t i = 0; i < tn_tensor_size(t); i++)
        tn_f32(t)[i] = tn_f32(t)[i] / 7 + (float)(i % 11) / 13;
}

START_TEST(bits_depend_on_no_thread)
{
    static const char *const formats[] = { "NHWC", "NCHW" }; /* cut by the plan, and by the kernel itself */
    for (int i = 0; i < 2; i++) {
        state = 5;
        tn_tensor *x = i ? integers(TN_FLOAT32, 2, 40, 9, 13) : integers(TN_FLOAT32, 2, 9, 13, 40);
        tn_tensor *dy = i ? integers(TN_FLOAT32, 2, 50, 9, 13) : integers(TN_FLOAT32, 2, 9, 13, 50);
        make_real(x), make_real(dy);
        tn_tensor *alone = run_on(1, formats[i], x, dy);
        for (int threads = 2; threads < 5; threads += 1) {
            tn_tensor *together = run_on(threads, formats[i], x, dy);
            ck_assert(!memcmp(tn_f32(alone), tn_f32(together), tn_tensor_bytes(alone)));
            talloc_free(together);
        }
        talloc_free(alone);
        talloc_free(x);
        talloc_free(dy);
    }
}
END_TEST

TN_SUITE("cpu conv filter", shapes_are_the_definition, bits_depend_on_no_thread)
