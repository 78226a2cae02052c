/* The oneDNN module against sums in double, whole and in pieces; and when it is not asked at all. */
#include <dlfcn.h>
#include <math.h>
#include "core/dims.h"
#include "core/tensor.h"
#include "cpu/isa.h"
#include "graph/graph.h"
#include "module_driver.h"
#include "plan/modules.h"

/* ---- Matrices ---- */

/* Numbers in [-1, 1) from a stream of its own. */
static tn_tensor *noise(int64_t rows, int64_t columns, uint32_t seed)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (const int64_t[]){ rows, columns }, NULL);
    for (int64_t i = 0; i < rows * columns; i++) {
        seed = seed * 1664525u + 1013904223u;
        tn_f32(t)[i] = (float)((int32_t)seed >> 8) * 0x1p-23f;
    }
    return t;
}

typedef struct product {
    int64_t m, n, k;
    bool tb;
} product;

static module_step step_of(const product *q)
{
    tn_output a = tn_placeholder(TN_FLOAT32), b = tn_placeholder(TN_FLOAT32);
    return (module_step){ .op = tn_matmul(a, b, .transpose_b = q->tb).op,
                          .in = { noise(q->m, q->k, 1), q->tb ? noise(q->n, q->k, 2) : noise(q->k, q->n, 2) } };
}

static void free_step(const module_step *s)
{
    talloc_free(s->in[0]);
    talloc_free(s->in[1]);
}

/* Some elements against the exact sum: a sum of k products, each and each addition rounded, is off by no more than k ulps of the sum of
 * their sizes; blocks make it far less. */
static void expect_product(const product *q, const module_step *s, tn_tensor *c)
{
    const float *a = tn_f32(s->in[0]), *b = tn_f32(s->in[1]);
    for (int64_t e = 0; e < c->size; e += 997) {
        int64_t i = e / q->n, j = e % q->n;
        double sum = 0, sizes = 0, got = (double)tn_f32(c)[e];
        for (int64_t l = 0; l < q->k; l++) {
            double x = (double)a[i * q->k + l] * (double)b[q->tb ? j * q->k + l : l * q->n + j];
            sum += x;
            sizes += fabs(x);
        }
        ck_assert_msg(fabs(got - sum) <= sizes * 0x1p-24 * (double)(q->k + 1), "[%d,%d]: %.9g, not %.9g", (int)i, (int)j, got, sum);
    }
}

static void expect_same_bits(const tn_tensor *a, const tn_tensor *b)
{
    ck_assert_int_eq(a->size, b->size);
    ck_assert_int_eq(memcmp(a->data, b->data, (size_t)a->size * sizeof(float)), 0);
}

static tn_tensor *expect_run(const module_step *s, int pieces)
{
    tn_status status;
    tn_tensor *c = run_with_module(s, pieces, &status);
    ck_assert_msg(c && status == TN_OK, "the module gave %s", tn_status_name(status));
    return c;
}

/* ---- Convolutions ---- */

typedef struct conv {
    int64_t images, height, width, in, out, size_y, size_x; /* channels in and out */
    int stride, dilation;
    const char *padding;
    int64_t before, after; /* of EXPLICIT, both axes */
} conv;

static tn_tensor *noise_of(const int64_t *dims, uint32_t seed)
{
    tn_tensor *flat = noise(dims[0] * dims[1], dims[2] * dims[3], seed);
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 4, dims, flat->data);
    talloc_free(flat);
    return t;
}

static tn_op *conv_op(const conv *q, const char *type, tn_outputs inputs)
{
    const int64_t s[] = { 1, q->stride, q->stride, 1 }, d[] = { 1, q->dilation, q->dilation, 1 };
    const int64_t pads[] = { 0, 0, q->before, q->after, q->before, q->after, 0, 0 };
    bool is_explicit = !strcmp(q->padding, "EXPLICIT");
    return tn_op_new(NULL, type, inputs,
                     .attrs =
                         TN_ATTRS(TN_INTS_ATTR("strides", 4, s), TN_INTS_ATTR("dilations", 4, d), TN_STRING_ATTR("padding", q->padding),
                                  TN_INTS_ATTR("explicit_paddings", is_explicit ? 8 : 0, pads)));
}

static module_step conv_step_of(const conv *q)
{
    return (module_step){ .op = conv_op(q, "Conv2D", TN_OUTPUTS(tn_placeholder(TN_FLOAT32), tn_placeholder(TN_FLOAT32))),
                          .in = { noise_of((const int64_t[]){ q->images, q->height, q->width, q->in }, 1),
                                  noise_of((const int64_t[]){ q->size_y, q->size_x, q->in, q->out }, 2) } };
}

/* Padding before an axis, as TensorFlow defines it. */
static int64_t before_of(const conv *q, int64_t in, int64_t out, int64_t size)
{
    int64_t all = (out - 1) * q->stride + (size - 1) * q->dilation + 1 - in;
    return !strcmp(q->padding, "SAME") ? (all > 0 ? all / 2 : 0) : q->before;
}

/* The exact sum of one element, and that of the sizes of what is added. */
static double conv_sum(const conv *q, const module_step *s, const tn_dims *out, const int64_t *at, double *sizes)
{
    const float *images = tn_f32(s->in[0]), *filter = tn_f32(s->in[1]);
    double sum = 0;
    *sizes = 0;
    for (int64_t i = 0; i < q->size_y; i++)
        for (int64_t j = 0; j < q->size_x; j++) {
            int64_t y = at[1] * q->stride + i * q->dilation - before_of(q, q->height, out->dim[1], q->size_y);
            int64_t x = at[2] * q->stride + j * q->dilation - before_of(q, q->width, out->dim[2], q->size_x);
            for (int64_t c = 0; c < q->in && y >= 0 && y < q->height && x >= 0 && x < q->width; c++) {
                double term = (double)images[((at[0] * q->height + y) * q->width + x) * q->in + c] *
                              (double)filter[((i * q->size_x + j) * q->in + c) * q->out + at[3]];
                sum += term;
                *sizes += fabs(term);
            }
        }
    return sum;
}

static void expect_conv(const conv *q, const module_step *s, tn_tensor *result)
{
    const tn_dims *d = &result->dims;
    for (int64_t i = 0; i < result->size; i++) {
        const int64_t pixel = i / d->dim[3], row = pixel / d->dim[2];
        const int64_t at[] = { row / d->dim[1], row % d->dim[1], pixel % d->dim[2], i % d->dim[3] };
        double sizes, sum = conv_sum(q, s, d, at, &sizes), got = (double)tn_f32(result)[i];
        double terms = (double)(q->size_y * q->size_x * q->in + 1);
        ck_assert_msg(fabs(got - sum) <= sizes * 0x1p-24 * terms, "element %d: %.9g, not %.9g", (int)i, got, sum);
    }
}

static void check_conv(const conv *q, bool known)
{
    WITH_GRAPH(g) {
        (void)g;
        module_step s = conv_step_of(q);
        s.known[1] = known;
        tn_tensor *whole = expect_run(&s, 0);
        expect_conv(q, &s, whole);
        s.threads = 3;
        tn_tensor *cut = expect_run(&s, known ? 5 : 0);
        expect_same_bits(whole, cut);
        talloc_free(cut);
        talloc_free(whole);
        free_step(&s);
    }
}

/* ---- Gradients of images ---- */

/* As the gradient of the step's result, noise of its shape; the images' shape is known. */
static module_step gradient_step_of(const conv *q)
{
    module_step s = conv_step_of(q);
    const tn_shape images = { s.in[0]->dims.dim, 4 }, filter = { s.in[1]->dims.dim, 4 };
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = images), w = tn_placeholder(TN_FLOAT32, .shape = filter);
    const tn_dims *result = conv_op(q, "Conv2D", TN_OUTPUTS(x, w))->outputs[0].dims;
    tn_tensor *sizes = tn_tensor_new(root, TN_INT32, 1, (const int64_t[]){ 4 }, NULL);
    for (int i = 0; i < 4; i++)
        tn_i32(sizes)[i] = (int32_t)s.in[0]->dims.dim[i];
    tn_outputs inputs = TN_OUTPUTS(tn_constant(sizes), tn_placeholder(TN_FLOAT32), tn_placeholder(TN_FLOAT32));
    module_step gradient = { .op = conv_op(q, "Conv2DBackpropInput", inputs),
                             .in = { sizes, s.in[1], noise_of(result->dim, 3) },
                             .known = { true } };
    talloc_free(s.in[0]);
    return gradient;
}

/* What one pixel of the result's gradients gives to the images: to each of their elements a sum, and the sizes of what is added. */
static void add_pixel(const conv *q, const module_step *s, const int64_t *at, double *sums, double *sizes)
{
    const tn_dims *d = &s->in[2]->dims;
    const float *dy = tn_f32(s->in[2]) + ((at[0] * d->dim[1] + at[1]) * d->dim[2] + at[2]) * q->out, *filter = tn_f32(s->in[1]);
    for (int64_t i = 0; i < q->size_y * q->size_x * q->in; i++) {
        int64_t tap = i / q->in, c = i % q->in;
        int64_t y = at[1] * q->stride + tap / q->size_x * q->dilation - before_of(q, q->height, d->dim[1], q->size_y);
        int64_t x = at[2] * q->stride + tap % q->size_x * q->dilation - before_of(q, q->width, d->dim[2], q->size_x);
        int64_t to = ((at[0] * q->height + y) * q->width + x) * q->in + c;
        for (int64_t o = 0; o < q->out && y >= 0 && y < q->height && x >= 0 && x < q->width; o++) {
            double term = (double)dy[o] * (double)filter[i * q->out + o];
            sums[to] += term;
            sizes[to] += fabs(term);
        }
    }
}

static void expect_gradient(const conv *q, const module_step *s, tn_tensor *dx)
{
    const tn_dims *d = &s->in[2]->dims;
    double *sums = talloc_zero_array(root, double, (unsigned)dx->size), *sizes = talloc_zero_array(root, double, (unsigned)dx->size);
    for (int64_t i = 0; i < d->dim[0] * d->dim[1] * d->dim[2]; i++)
        add_pixel(q, s, (const int64_t[]){ i / d->dim[2] / d->dim[1], i / d->dim[2] % d->dim[1], i % d->dim[2] }, sums, sizes);
    double terms = (double)(q->size_y * q->size_x * q->out + 1);
    for (int64_t i = 0; i < dx->size; i++)
        ck_assert_msg(fabs((double)tn_f32(dx)[i] - sums[i]) <= sizes[i] * 0x1p-24 * terms, "element %d: %.9g, not %.9g", (int)i,
                      (double)tn_f32(dx)[i], sums[i]);
    talloc_free(sums);
    talloc_free(sizes);
}

/* For AVX2 oneDNN has no fast ones of some shapes. */
static bool wants_gradient(const module_step *s)
{
    tn_status status;
    talloc_free(run_with_module(s, 0, &status));
    return tn_isa_named("avx512") || status == TN_OK;
}

static void check_gradient(const conv *q, bool known)
{
    WITH_GRAPH(g) {
        (void)g;
        module_step s = gradient_step_of(q);
        s.known[1] = known;
        if (wants_gradient(&s)) {
            tn_tensor *whole = expect_run(&s, 0);
            expect_gradient(q, &s, whole);
            s.threads = 3;
            tn_tensor *cut = expect_run(&s, 5);
            expect_same_bits(whole, cut);
            talloc_free(cut);
            talloc_free(whole);
        }
        free_step(&s);
        talloc_free(s.in[2]);
    }
}

/* ---- Tests ---- */

/* The first test: nothing has loaded the module yet. */
START_TEST(small_graphs_load_nothing)
{
    WITH_GRAPH(g) {
        WITH_SESSION(s, .graph = g, .parent = root) {
            product small = { 16, 16, 16, false };
            tn_output x = tn_placeholder(TN_FLOAT32);
            tn_tensor *a = noise(small.m, small.k, 1);
            tn_tensor *c = tn_run(s, tn_matmul(x, x), .feeds = TN_FEEDS({ x, a }));
            ck_assert_ptr_nonnull(c);
            talloc_free(c);
            talloc_free(a);
        }
    }
    ck_assert_ptr_null(dlopen("libdnnl.so.2", RTLD_NOLOAD | RTLD_LAZY));
}
END_TEST

/* oneDNN's products for lesser processors are not wanted; valgrind shows one. */
static bool has_products(void)
{
    return tn_isa_named("avx512");
}

static void check_product(product q)
{
    WITH_GRAPH(g) {
        (void)g;
        module_step s = step_of(&q);
        s.known[1] = true;
        tn_tensor *whole = expect_run(&s, 0);
        expect_product(&q, &s, whole);
        for (int threads = 1; threads <= 8; threads += threads < 3 ? 1 : 5) {
            s.threads = threads;
            tn_tensor *cut = expect_run(&s, threads + 1);
            expect_same_bits(whole, cut);
            talloc_free(cut);
        }
        talloc_free(whole);
        free_step(&s);
    }
}

START_TEST(products)
{
    for (int tb = 0; tb < 2 && has_products(); tb++)
        check_product((product){ 1100, 1030, 1024, tb });
}
END_TEST

/* Each large enough for oneDNN. */
static const conv all[] = {
    { 1, 112, 19, 16, 16, 3, 3, 1, 1, "SAME", 0, 0 },     { 2, 113, 30, 16, 64, 3, 3, 2, 1, "SAME", 0, 0 },
    { 1, 223, 31, 3, 16, 7, 7, 2, 1, "SAME", 0, 0 },      { 3, 44, 41, 16, 12, 5, 3, 1, 1, "VALID", 0, 0 },
    { 2, 56, 34, 16, 16, 3, 3, 1, 2, "SAME", 0, 0 },      { 5, 30, 30, 48, 98, 1, 1, 1, 1, "VALID", 0, 0 },
    { 1, 225, 31, 16, 160, 1, 1, 2, 1, "VALID", 0, 0 },   { 1, 113, 17, 16, 24, 3, 3, 1, 1, "EXPLICIT", 2, 0 },
    { 1, 222, 24, 16, 24, 3, 3, 2, 1, "EXPLICIT", 1, 2 },
};

START_TEST(convolutions)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        check_conv(&all[i], i % 2);
}
END_TEST

static const conv all_gradients[] = {
    { 8, 14, 15, 16, 72, 3, 3, 1, 1, "SAME", 0, 0 },     { 8, 28, 29, 16, 72, 3, 3, 2, 1, "SAME", 0, 0 },
    { 9, 17, 15, 16, 56, 5, 3, 1, 1, "VALID", 0, 0 },    { 8, 14, 15, 64, 160, 1, 1, 1, 1, "VALID", 0, 0 },
    { 8, 14, 14, 16, 75, 3, 3, 1, 1, "EXPLICIT", 2, 0 },
};

START_TEST(gradients_of_images)
{
    for (size_t i = 0; i < sizeof all_gradients / sizeof all_gradients[0]; i++)
        check_gradient(&all_gradients[i], !(i % 2));
}
END_TEST

/* What the plan joins behind the product is done once for each element. */
static void add_one(const tn_finish *finish, const tn_step *step, const tn_frame *frame, int64_t row, int64_t rows, int64_t column,
                    int64_t columns)
{
    (void)finish;
    float *c = tn_out(step, frame, 0);
    for (int64_t i = row; i < row + rows; i++)
        for (int64_t j = column; j < column + columns; j++)
            c[i * 65 + j] += 1;
}

START_TEST(finishes)
{
    WITH_GRAPH(g) {
        (void)g;
        conv q = { 2, 56, 9, 16, 65, 3, 3, 1, 1, "SAME", 0, 0 };
        module_step s = conv_step_of(&q);
        s.known[1] = true;
        tn_tensor *plain = expect_run(&s, 2);
        tn_finish finish = { add_one };
        s.finish = &finish;
        tn_tensor *finished = expect_run(&s, 2);
        for (int64_t i = 0; i < plain->size; i++)
            ck_assert_float_eq(tn_f32(finished)[i], tn_f32(plain)[i] + 1);
        talloc_free(plain);
        talloc_free(finished);
        free_step(&s);
    }
}
END_TEST

/* Infinities, NaN and denormals come out of a product as IEEE says: pixels are rows, the filter is a matrix whose first row is ones. */
START_TEST(special_values)
{
    WITH_GRAPH(g) {
        (void)g;
        conv q = { 1, 112, 8, 64, 80, 1, 1, 1, 1, "VALID", 0, 0 };
        module_step s = conv_step_of(&q);
        float *a = tn_f32(s.in[0]), *b = tn_f32(s.in[1]);
        for (int64_t i = 0; i < q.in * q.out; i++)
            b[i] = i < q.out;
        a[0] = INFINITY;
        a[q.in] = NAN;
        a[2 * q.in] = 0x1p-140f;
        a[3 * q.in + 5] = INFINITY;
        tn_tensor *c = expect_run(&s, 0);
        ck_assert_float_infinite(tn_f32(c)[3]);
        ck_assert_float_nan(tn_f32(c)[q.out + 3]);
        ck_assert_float_eq(tn_f32(c)[2 * q.out + 3], 0x1p-140f);
        ck_assert_float_nan(tn_f32(c)[3 * q.out + 3]);
        talloc_free(c);
        free_step(&s);
    }
}
END_TEST

static void expect_not_wanted(const module_step *s)
{
    tn_status status;
    ck_assert_ptr_null(run_with_module(s, 0, &status));
    ck_assert_int_eq(status, TN_UNAVAILABLE);
}

START_TEST(what_it_does_not_want)
{
    WITH_GRAPH(g) {
        (void)g;
        product small = { 16, 16, 16, false }, empty = { 0, 4096, 4096, false };
        conv large = { 2, 56, 9, 16, 65, 3, 3, 1, 1, "SAME", 0, 0 };
        module_step s = step_of(&small);
        expect_not_wanted(&s);
        free_step(&s);
        s = step_of(&empty);
        expect_not_wanted(&s);
        free_step(&s);
        s = conv_step_of(&large);
        s.known[0] = s.known[1] = true;
        expect_not_wanted(&s);
        s.known[0] = s.known[1] = false;
        ck_assert_int_eq(setenv("TENURE_MODULES", "", 1), 0);
        tn_modules_close();
        expect_not_wanted(&s);
        use_module();
        tn_modules_close();
        talloc_free(expect_run(&s, 0));
        free_step(&s);
    }
}
END_TEST

/* A plan with the module, one without a pass of its own, and one without the module. */
static tn_tensor *run_graph(tn_output y, tn_output x, tn_tensor *a, tn_optimize optimize)
{
    tn_tensor *c = NULL;
    WITH_SESSION(s, .parent = root, .optimize = optimize) {
        c = tn_keep(root, tn_run(s, y, .feeds = TN_FEEDS({ x, a })));
    }
    ck_assert_ptr_nonnull(c);
    return c;
}

START_TEST(optimised_equals_plain)
{
    WITH_GRAPH(g) {
        (void)g;
        tn_output x = tn_placeholder(TN_FLOAT32);
        tn_tensor *a = noise(112, 120, 1), *w = noise(120, 288, 2), *v = noise_of((const int64_t[]){ 3, 3, 16, 16 }, 3);
        tn_output y = tn_relu(tn_matmul(x, tn_neg(tn_constant(w))));
        y = tn_reshape(y, tn_vector(1, 112, 18, 16));
        y = tn_relu(tn_conv2d(y, tn_constant(v), .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME"));
        tn_tensor *with = run_graph(y, x, a, TN_OPTIMIZE_DEFAULT), *plain = run_graph(y, x, a, TN_OPTIMIZE_NONE);
        expect_same_bits(with, plain);
        talloc_free(with);
        talloc_free(plain);
        talloc_free(a);
        talloc_free(w);
        talloc_free(v);
    }
}
END_TEST

static void expect_named(int64_t height, const char *text)
{
    char *printed = NULL;
    size_t size;
    FILE *to = open_memstream(&printed, &size);
    WITH_GRAPH(g) {
        (void)g;
        WITH_SESSION(s, .parent = root) {
            tn_tensor *images = tn_tensor_new(root, TN_FLOAT32, 4, (const int64_t[]){ 1, height, 32, 16 }, NULL);
            tn_output x = tn_placeholder(TN_FLOAT32), filter = tn_ones(TN_FLOAT32, TN_SHAPE(3, 3, 16, 16));
            tn_output y = tn_conv2d(x, filter, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME", .name = "y");
            ck_assert_int_eq(tn_plan_print(s, TN_OUTPUTS(y), to, .feeds = TN_FEEDS({ x, images })), TN_OK);
            talloc_free(images);
        }
    }
    fclose(to);
    ck_assert_msg(strstr(printed, text) != NULL, "no »%s« in\n%s", text, printed);
    free(printed);
}

START_TEST(plans_name_the_module)
{
    expect_named(128, "Conv2D 'y' by oneDNN -> float[1,128,32,16]");
    expect_named(12, "Conv2D 'y' -> float[1,12,32,16]");
}
END_TEST

static tn_status convolve(void *owner)
{
    tn_status status = TN_RESOURCE_EXHAUSTED;
    tn_tensor *images = tn_tensor_new(owner, TN_FLOAT32, 4, (const int64_t[]){ 1, 112, 18, 16 }, NULL);
    tn_output x = tn_placeholder(TN_FLOAT32), filter = tn_ones(TN_FLOAT32, TN_SHAPE(3, 3, 16, 16));
    tn_output y = tn_conv2d(x, filter, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME");
    tn_session *s = images && y.op ? tn_session_open(.parent = owner) : NULL;
    if (s) {
        status = tn_run(s, y, .feeds = TN_FEEDS({ x, images })) ? TN_OK : tn_last_error()->code;
        tn_session_close(s);
    }
    talloc_free(images);
    return status;
}

START_TEST(memory_runs_out)
{
    expect_survives_oom(convolve);
}
END_TEST

MODULE_SUITE("modules onednn", small_graphs_load_nothing, products, convolutions, gradients_of_images, finishes, special_values,
             what_it_does_not_want, optimised_equals_plain, plans_name_the_module, memory_runs_out)
