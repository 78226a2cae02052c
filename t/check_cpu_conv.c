/*
 * Convolutions and their gradients, dense and depthwise, against the loops of their definition: thousands of random shapes, strides,
 * dilations and paddings, for each element type and instruction set. The elements are small integers, so that every order of summing gives
 * the same and results must be equal.
 */
#include "core/tensor.h"
#include "cpu/isa.h"
#include "graph/graph.h"
#include "values.h"

static const char *const sets[] = { "baseline", "avx2", "avx512" };
enum { NUM_SETS = sizeof sets / sizeof sets[0] };

static uint64_t state;

static int64_t draw(int64_t low, int64_t high)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return low + (int64_t)((state >> 33) % (uint64_t)(high - low + 1));
}

/* ---- A convolution ---- */

typedef struct conv {
    tn_dtype dtype;
    bool depthwise, nchw;
    int64_t n, c, k; /* images, channels, output channels (depthwise: the multiplier) */
    struct {
        int64_t in, size, stride, dilation, before, after, out;
    } y, x;
    const char *padding;
} conv;

static int64_t reach(int64_t size, int64_t dilation)
{
    return size ? (size - 1) * dilation + 1 : 0;
}

static void random_axis(conv *v, int64_t most, int64_t sizes, int64_t strides, int64_t dilations, bool is_y)
{
    int64_t size = draw(1, sizes), dilation = draw(1, dilations), before = draw(0, 3), after = draw(0, 3), stride = draw(1, strides);
    int64_t in = draw(1, most), out, pad;
    if (!strcmp(v->padding, "SAME")) {
        out = (in + stride - 1) / stride;
        pad = (out - 1) * stride + reach(size, dilation) - in;
        pad = pad > 0 ? pad : 0;
        before = pad / 2;
        after = pad - before;
    } else {
        if (strcmp(v->padding, "EXPLICIT"))
            before = after = 0;
        if (before + after + in < reach(size, dilation))
            in = reach(size, dilation);
        out = (in + before + after - reach(size, dilation)) / stride + 1;
    }
    if (is_y)
        v->y.in = in, v->y.size = size, v->y.stride = stride, v->y.dilation = dilation, v->y.before = before, v->y.after = after,
        v->y.out = out;
    else
        v->x.in = in, v->x.size = size, v->x.stride = stride, v->x.dilation = dilation, v->x.before = before, v->x.after = after,
        v->x.out = out;
}

static conv random_conv(void)
{
    static const char *const paddings[] = { "SAME", "VALID", "EXPLICIT" };
    conv v = { .dtype = draw(0, 1) ? TN_FLOAT32 : TN_FLOAT64, .depthwise = draw(0, 1), .nchw = draw(0, 3) == 0, .n = draw(1, 2) };
    v.padding = paddings[draw(0, v.depthwise ? 1 : 2)];
    bool wide = draw(0, 3) == 0; /* several blocks of columns */
    v.c = draw(1, wide ? 70 : 9);
    v.k = v.depthwise ? draw(1, 3) : draw(1, wide ? 70 : 9);
    bool plain = draw(0, 4) == 0; /* one tap */
    random_axis(&v, 6, plain ? 1 : 4, plain ? 1 : 3, 3, true);
    random_axis(&v, draw(0, 4) ? 20 : 130, plain ? 1 : 5, plain ? 1 : 4, 3, false);
    return v;
}

static tn_tensor *tensor(const conv *v, int64_t a, int64_t b, int64_t c, int64_t d)
{
    tn_tensor *t = tn_tensor_new(root, v->dtype, 4, (int64_t[]){ a, b, c, d }, NULL);
    for (int64_t i = 0; i < t->size; i++)
        if (v->dtype == TN_FLOAT32)
            tn_f32(t)[i] = (float)draw(-4, 4);
        else
            tn_f64(t)[i] = (double)draw(-4, 4);
    return t;
}

static tn_tensor *images(const conv *v, int64_t h, int64_t w, int64_t c)
{
    return v->nchw ? tensor(v, v->n, c, h, w) : tensor(v, v->n, h, w, c);
}

static double *at_image(const conv *v, double *base, int64_t n, int64_t y, int64_t x, int64_t c, int64_t h, int64_t w, int64_t channels)
{
    return base + (v->nchw ? ((n * channels + c) * h + y) * w + x : ((n * h + y) * w + x) * channels + c);
}

/* ---- The definition ---- */

static double *doubles(tn_tensor *t)
{
    double *d = talloc_array(root, double, (unsigned)t->size + 1);
    for (int64_t i = 0; i < t->size; i++)
        d[i] = t->dtype == TN_FLOAT32 ? (double)tn_f32(t)[i] : tn_f64(t)[i];
    return d;
}

typedef struct problem {
    conv v;
    double *x, *w, *y;
} problem;

/* Calls f with each product of an image's and a filter's element, and what they are summed into. */
static void each_product(const problem *p, void (*f)(double *x, double *w, double *y))
{
    const conv *v = &p->v;
    int64_t results = v->depthwise ? v->c * v->k : v->k;
    for (int64_t n = 0; n < v->n; n++)
        for (int64_t oy = 0; oy < v->y.out; oy++)
            for (int64_t ox = 0; ox < v->x.out; ox++)
                for (int64_t ky = 0; ky < v->y.size; ky++)
                    for (int64_t kx = 0; kx < v->x.size; kx++) {
                        int64_t iy = oy * v->y.stride - v->y.before + ky * v->y.dilation;
                        int64_t ix = ox * v->x.stride - v->x.before + kx * v->x.dilation;
                        if (iy < 0 || iy >= v->y.in || ix < 0 || ix >= v->x.in)
                            continue;
                        for (int64_t c = 0; c < v->c; c++)
                            for (int64_t k = 0; k < v->k; k++)
                                f(at_image(v, p->x, n, iy, ix, c, v->y.in, v->x.in, v->c),
                                  p->w + ((ky * v->x.size + kx) * v->c + c) * v->k + k,
                                  at_image(v, p->y, n, oy, ox, v->depthwise ? c * v->k + k : k, v->y.out, v->x.out, results));
                    }
}

static void into_y(double *x, double *w, double *y)
{
    *y += *x * *w;
}

static void into_x(double *x, double *w, double *y)
{
    *x += *w * *y;
}

static void into_w(double *x, double *w, double *y)
{
    *w += *x * *y;
}

/* ---- Comparing ---- */

static tn_attrs attrs_of(const conv *v, tn_attr *attrs, int64_t *lists)
{
    int h = v->nchw ? 2 : 1, w = h + 1;
    for (int i = 0; i < 8; i++)
        lists[i] = 1, lists[8 + i] = 0;
    lists[h] = v->y.stride, lists[w] = v->x.stride;
    lists[4 + h] = v->y.dilation, lists[4 + w] = v->x.dilation;
    lists[8 + 2 * h] = v->y.before, lists[8 + 2 * h + 1] = v->y.after;
    lists[8 + 2 * w] = v->x.before, lists[8 + 2 * w + 1] = v->x.after;
    attrs[0] = TN_INTS_ATTR("strides", 4, lists);
    attrs[1] = TN_INTS_ATTR("dilations", 4, lists + 4);
    attrs[2] = TN_STRING_ATTR("padding", v->padding);
    attrs[3] = TN_STRING_ATTR("data_format", v->nchw ? "NCHW" : "NHWC");
    attrs[4] = TN_INTS_ATTR("explicit_paddings", 8, lists + 8);
    return (tn_attrs){ attrs, strcmp(v->padding, "EXPLICIT") ? 4 : 5 };
}

static void expect_equal(const conv *v, const char *type, tn_tensor *got, const double *want)
{
    ck_assert_msg(got != NULL, "%s: %s", type, tn_last_error()->message);
    for (int64_t i = 0; i < got->size; i++) {
        double is = v->dtype == TN_FLOAT32 ? (double)tn_f32(got)[i] : tn_f64(got)[i];
        ck_assert_msg(
            is == want[i], "%s (%s, %s): element %d is %g, not %g; images [%d,%d,%d,%d], filter [%d,%d,%d], strides %d %d, dilations %d %d",
            type, v->padding, v->nchw ? "NCHW" : "NHWC", (int)i, is, want[i], (int)v->n, (int)v->y.in, (int)v->x.in, (int)v->c,
            (int)v->y.size, (int)v->x.size, (int)v->k, (int)v->y.stride, (int)v->x.stride, (int)v->y.dilation, (int)v->x.dilation);
    }
    talloc_free(got);
}

static tn_tensor *shape_of(tn_tensor *t)
{
    tn_tensor *shape = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 4 }, NULL);
    for (int i = 0; i < 4; i++)
        tn_i32(shape)[i] = (int32_t)t->dims.dim[i];
    return shape;
}

static void clear(double *d, const tn_tensor *t)
{
    memset(d, 0, (size_t)t->size * sizeof *d);
}

static void check(const conv *v)
{
    tn_attr items[5];
    int64_t lists[16], results = v->depthwise ? v->c * v->k : v->k;
    tn_attrs attrs = attrs_of(v, items, lists);
    tn_tensor *x = images(v, v->y.in, v->x.in, v->c), *w = tensor(v, v->y.size, v->x.size, v->c, v->k);
    tn_tensor *y = images(v, v->y.out, v->x.out, results), *x_shape = shape_of(x), *w_shape = shape_of(w);
    const char *type = v->depthwise ? "DepthwiseConv2dNative" : "Conv2D", *of_x, *of_w;
    of_x = v->depthwise ? "DepthwiseConv2dNativeBackpropInput" : "Conv2DBackpropInput";
    of_w = v->depthwise ? "DepthwiseConv2dNativeBackpropFilter" : "Conv2DBackpropFilter";
    problem p = { *v, doubles(x), doubles(w), doubles(y) };
    clear(p.y, y);
    each_product(&p, into_y);
    expect_equal(v, type, drive(type, attrs, 2, (tn_tensor *[]){ x, w }), p.y);
    talloc_free(p.y);
    p.y = doubles(y);
    clear(p.x, x);
    each_product(&p, into_x);
    drive_known = draw(0, 1); /* shapes must be known to inference, which is given the values anyway */
    expect_equal(v, of_x, drive(of_x, attrs, 3, (tn_tensor *[]){ x_shape, w, y }), p.x);
    talloc_free(p.x);
    p.x = doubles(x);
    clear(p.w, w);
    each_product(&p, into_w);
    expect_equal(v, of_w, drive(of_w, attrs, 3, (tn_tensor *[]){ x, w_shape, y }), p.w);
    drive_known = true;
    void *all[] = { x, w, y, x_shape, w_shape, p.x, p.w, p.y };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        talloc_free(all[i]);
}

START_TEST(random_shapes_are_the_definition)
{
    const tn_isa *best = tn_isa_best();
    for (int i = 0; i < NUM_SETS; i++) {
        const tn_isa *isa = tn_isa_named(sets[i]);
        if (!isa)
            continue;
        tn_isa_choose(isa);
        state = 1;
        for (int turn = getenv("TN_UNDER_VALGRIND") ? 200 : 0; turn < 250; turn++) {
            conv v = random_conv();
            drive_pieces = (int)draw(0, 4);
            drive_known = draw(0, 1);
            check(&v);
        }
    }
    drive_pieces = 3;
    tn_isa_choose(best);
}
END_TEST

/* ---- Bits ---- */

/* Elements of which no sum is exact. */
static void make_real(tn_tensor *t)
{
    for (int64_t i = 0; i < t->size; i++)
        if (t->dtype == TN_FLOAT32)
            tn_f32(t)[i] = (float)draw(-9999, 9999) / 7777;
        else
            tn_f64(t)[i] = (double)draw(-9999, 9999) / 7777;
}

/* The three results of a convolution, cut in so many pieces. */
typedef struct results {
    tn_tensor *y, *x, *w;
} results;

static results all_of(const conv *v, tn_tensor *x, tn_tensor *w, tn_tensor *y)
{
    tn_attr items[5];
    int64_t lists[16];
    tn_attrs attrs = attrs_of(v, items, lists);
    tn_tensor *x_shape = shape_of(x), *w_shape = shape_of(w);
    results r;
    r.y = drive(v->depthwise ? "DepthwiseConv2dNative" : "Conv2D", attrs, 2, (tn_tensor *[]){ x, w });
    r.x = drive(v->depthwise ? "DepthwiseConv2dNativeBackpropInput" : "Conv2DBackpropInput", attrs, 3, (tn_tensor *[]){ x_shape, w, y });
    r.w = drive(v->depthwise ? "DepthwiseConv2dNativeBackpropFilter" : "Conv2DBackpropFilter", attrs, 3, (tn_tensor *[]){ x, w_shape, y });
    ck_assert_msg(r.y && r.x && r.w, "%s", tn_last_error()->message);
    talloc_free(x_shape);
    talloc_free(w_shape);
    return r;
}

static void expect_same_bits(results a, results b)
{
    ck_assert(!memcmp(a.y->data, b.y->data, tn_tensor_bytes(a.y)));
    ck_assert(!memcmp(a.x->data, b.x->data, tn_tensor_bytes(a.x)));
    ck_assert(!memcmp(a.w->data, b.w->data, tn_tensor_bytes(a.w)));
}

static void free_results(results r)
{
    talloc_free(r.y);
    talloc_free(r.x);
    talloc_free(r.w);
}

static void check_bits(const conv *v, const tn_isa *wide, const tn_isa *narrow)
{
    tn_tensor *x = images(v, v->y.in, v->x.in, v->c), *w = tensor(v, v->y.size, v->x.size, v->c, v->k);
    tn_tensor *y = images(v, v->y.out, v->x.out, v->depthwise ? v->c * v->k : v->k);
    make_real(x), make_real(w), make_real(y);
    tn_isa_choose(wide);
    drive_pieces = 0;
    drive_known = false;
    results whole = all_of(v, x, w, y);
    drive_known = true;
    for (drive_pieces = 1; drive_pieces < 9; drive_pieces += 3) {
        results cut = all_of(v, x, w, y);
        expect_same_bits(whole, cut);
        free_results(cut);
    }
    tn_isa_choose(narrow);
    results other = all_of(v, x, w, y);
    expect_same_bits(whole, other);
    free_results(other);
    free_results(whole);
    talloc_free(x);
    talloc_free(w);
    talloc_free(y);
}

START_TEST(bits_depend_on_neither_cuts_nor_vectors)
{
    const tn_isa *best = tn_isa_best(), *narrow = tn_isa_named("avx2"), *wide = tn_isa_named("avx512");
    state = 2;
    for (int turn = 0; turn < 60; turn++) {
        conv v = random_conv();
        check_bits(&v, wide && narrow ? wide : best, wide && narrow ? narrow : best);
    }
    drive_pieces = 3;
    tn_isa_choose(best);
}
END_TEST

/* ---- What is joined behind ---- */

/* Adds 1 to each element of the rectangle, and more where it is told of one twice. */
static void add_one(const tn_finish *finish, const tn_step *step, const tn_frame *frame, int64_t row, int64_t rows, int64_t column,
                    int64_t columns)
{
    const tn_dims *d = step->op->outputs[0].dims; /* the graph knows all: its inputs are constants */
    const int64_t width = d->dim[d->rank - 1];
    (void)finish;
    ck_assert(row >= 0 && rows > 0 && (row + rows) * width <= tn_dims_size(d));
    ck_assert(column >= 0 && columns > 0 && column + columns <= width);
    for (int64_t i = row; i < row + rows; i++)
        for (int64_t j = column; j < column + columns; j++)
            if (step->op->outputs[0].dtype == TN_FLOAT32)
                ((float *)tn_out(step, frame, 0))[i * width + j] += 1;
            else
                ((double *)tn_out(step, frame, 0))[i * width + j] += 1;
}

START_TEST(every_element_is_finished_once)
{
    const tn_finish finish = { add_one };
    state = 3;
    for (int turn = 0; turn < 100; turn++) {
        conv v = random_conv();
        tn_attr items[5];
        int64_t lists[16];
        tn_attrs attrs = attrs_of(&v, items, lists);
        const char *type = v.depthwise ? "DepthwiseConv2dNative" : "Conv2D";
        tn_tensor *in[] = { images(&v, v.y.in, v.x.in, v.c), tensor(&v, v.y.size, v.x.size, v.c, v.k) };
        tn_tensor *plain = drive(type, attrs, 2, in);
        drive_finish = &finish;
        drive_pieces = (int)draw(0, 3);
        tn_tensor *finished = drive(type, attrs, 2, in);
        drive_finish = NULL;
        double *want = doubles(plain);
        for (int64_t i = 0; i < plain->size; i++)
            want[i] += 1;
        expect_equal(&v, type, finished, want);
        void *all[] = { plain, want, in[0], in[1] };
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
            talloc_free(all[i]);
    }
    drive_pieces = 3;
}
END_TEST

/* ---- The ends of what there is ---- */

static const int64_t ones[] = { 1, 1, 1, 1 };
#define SAME TN_ATTRS(TN_INTS_ATTR("strides", 4, ones), TN_STRING_ATTR("padding", "SAME"))

START_TEST(sizes_of_zero)
{
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 0, 4, 4, 2), "Conv2D", SAME, EMPTY(TN_FLOAT32, 0, 4, 4, 3),
                SHAPED(F32S(1, 2, 3, 4, 5, 6), 1, 1, 3, 2));
    EXPECT_WITH(0, EMPTY(TN_FLOAT32, 1, 2, 1, 0), "Conv2D", SAME, SHAPED(F32S(1, 2), 1, 2, 1, 1), EMPTY(TN_FLOAT32, 3, 3, 1, 0));
    EXPECT_WITH(0, SHAPED(F32S(0, 0), 1, 2, 1, 1), "Conv2D", SAME, SHAPED(F32S(1, 2), 1, 2, 1, 1), EMPTY(TN_FLOAT32, 0, 3, 1, 1));
    EXPECT_WITH(0, SHAPED(F32S(0, 0), 1, 2, 1, 1), "Conv2DBackpropInput", SAME, I32S(1, 2, 1, 1), EMPTY(TN_FLOAT32, 3, 3, 1, 0),
                EMPTY(TN_FLOAT32, 1, 2, 1, 0));
    EXPECT_WITH(0, SHAPED(F64S(0, 0), 1, 1, 1, 2), "Conv2DBackpropFilter", SAME, EMPTY(TN_FLOAT64, 0, 4, 4, 1), I32S(1, 1, 1, 2),
                EMPTY(TN_FLOAT64, 0, 4, 4, 2));
    EXPECT_WITH(0, SHAPED(F32S(0, 0), 1, 2, 1, 1), "DepthwiseConv2dNativeBackpropInput", SAME, I32S(1, 2, 1, 1),
                EMPTY(TN_FLOAT32, 3, 3, 1, 0), EMPTY(TN_FLOAT32, 1, 2, 1, 0));
    EXPECT_WITH(0, SHAPED(F32S(0), 1, 1, 1, 1), "DepthwiseConv2dNativeBackpropFilter", SAME, EMPTY(TN_FLOAT32, 1, 0, 3, 1),
                I32S(1, 1, 1, 1), EMPTY(TN_FLOAT32, 1, 0, 3, 1));
}
END_TEST

START_TEST(hostile_attributes)
{
    const int64_t far[] = { 1, (int64_t)1 << 40, (int64_t)1 << 40, 1 };
    const tn_attrs far_taps =
        TN_ATTRS(TN_INTS_ATTR("strides", 4, ones), TN_INTS_ATTR("dilations", 4, far), TN_STRING_ATTR("padding", "SAME"));
    const tn_attrs far_moves = TN_ATTRS(TN_INTS_ATTR("strides", 4, far), TN_STRING_ATTR("padding", "VALID"));
    /* Only the middle tap sees anything. */
    EXPECT_WITH(0, SHAPED(F32S(10, 20), 1, 1, 2, 1), "Conv2D", far_taps, SHAPED(F32S(2, 4), 1, 1, 2, 1), SHAPED(F32S(1, 5, 7), 1, 3, 1, 1));
    EXPECT_WITH(0, SHAPED(F32S(10, 20), 1, 1, 2, 1), "DepthwiseConv2dNative", far_taps, SHAPED(F32S(2, 4), 1, 1, 2, 1),
                SHAPED(F32S(1, 5, 7), 1, 3, 1, 1));
    EXPECT_WITH(0, SHAPED(F32S(10, 20), 1, 1, 2, 1), "Conv2DBackpropInput", far_taps, I32S(1, 1, 2, 1), SHAPED(F32S(1, 5, 7), 1, 3, 1, 1),
                SHAPED(F32S(2, 4), 1, 1, 2, 1));
    EXPECT_WITH(0, SHAPED(F32S(0, 10, 0), 1, 3, 1, 1), "Conv2DBackpropFilter", far_taps, SHAPED(F32S(1, 2), 1, 1, 2, 1), I32S(1, 3, 1, 1),
                SHAPED(F32S(2, 4), 1, 1, 2, 1));
    /* Only one place. */
    EXPECT_WITH(0, SHAPED(F32S(6, 0), 1, 1, 2, 1), "Conv2DBackpropInput", far_moves, I32S(1, 1, 2, 1), SHAPED(F32S(3), 1, 1, 1, 1),
                SHAPED(F32S(2), 1, 1, 1, 1));
}
END_TEST

START_TEST(what_has_no_kernel)
{
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "grouped", "Conv2D", SAME, SHAPED(F32S(1, 2, 3, 4), 1, 1, 1, 4),
                      SHAPED(F32S(1, 2, 3, 4), 1, 1, 2, 2));
    EXPECT_ERROR_WITH(TN_UNIMPLEMENTED, "no kernel for half", "Conv2D", SAME, EMPTY(TN_FLOAT16, 1, 1, 1, 1), EMPTY(TN_FLOAT16, 1, 1, 1, 1));
}
END_TEST

/* ---- In a session ---- */

static tn_tensor *run_fed(tn_tensor *x, tn_tensor *w, bool constant, int threads)
{
    tn_tensor *y = NULL;
    WITH_GRAPH(g, .owner = root) {
        tn_output in = tn_placeholder(TN_FLOAT32), filter = constant ? tn_constant(w) : tn_placeholder(TN_FLOAT32);
        tn_output out = tn_conv2d(in, filter, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME");
        tn_feed feeds[] = { { in, x }, { filter, w } };
        WITH_SESSION(s, .parent = root, .threads = threads)
            for (int i = 0; i < 2; i++) { /* the second run has its plan */
                talloc_free(y);
                y = tn_keep(root, tn_run(s, out, .feeds = { feeds, constant ? 1 : 2 }));
            }
    }
    ck_assert_msg(y != NULL, "%s", tn_last_error()->message);
    return y;
}

/* A filter that is known is packed once, one that is fed in each run when it is large. */
START_TEST(known_and_fed_filters_give_the_same)
{
    const conv v = { .dtype = TN_FLOAT32, .n = 2 };
    tn_tensor *x = images(&v, 5, 6, 70), *w = tensor(&v, 3, 3, 70, 130);
    make_real(x), make_real(w);
    tn_tensor *known = run_fed(x, w, true, 1), *fed = run_fed(x, w, false, 1), *on_two = run_fed(x, w, false, 2);
    ck_assert(!memcmp(known->data, fed->data, tn_tensor_bytes(known)));
    ck_assert(!memcmp(known->data, on_two->data, tn_tensor_bytes(known)));
    void *all[] = { x, w, known, fed, on_two };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        talloc_free(all[i]);
}
END_TEST

TN_SUITE("cpu conv", random_shapes_are_the_definition, bits_depend_on_neither_cuts_nor_vectors, every_element_is_finished_once,
         sizes_of_zero, hostile_attributes, what_has_no_kernel, known_and_fed_filters_give_the_same)
