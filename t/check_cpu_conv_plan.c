/* What all convolutions have in common: how they are worked out from an operation, their workspace, and the copies they read. */
#include "cpu/conv_plan.h"
#include "core/buffer.h"
#include "core/status.h"
#include "graph/graph.h"
#include "values.h"

/* ---- Rows that are copied ---- */

enum { POSITIONS = 5, CHANNELS = 3, MULTIPLIER = 2, MOST = 16, ROOM = MOST * CHANNELS * MULTIPLIER + 1 };

/* Channel k of a copied position of a row that holds 1, 2, 3 …; channels is how many a position of the row has. */
static int expected(const tn_conv *c, bool transposed, int64_t channels, int64_t position, int64_t k)
{
    int64_t at = k;
    if (position < 0 || position >= POSITIONS)
        return 0;
    if (c->depthwise && c->multiplier > 1)
        at = transposed ? k % c->out_c * c->multiplier + k / c->out_c : k / c->multiplier;
    return 1 + (int)(position * channels + at);
}

static void check_row(const tn_conv *c, bool transposed, int64_t from, int64_t n)
{
    double row[POSITIONS * CHANNELS * MULTIPLIER], to[ROOM];
    const tn_conv_axis x = { .in = POSITIONS, .transposed = transposed };
    const int64_t copied = c->depthwise && !transposed ? c->out_c : c->in_c;
    for (int i = 0; i < POSITIONS * CHANNELS * MULTIPLIER; i++)
        if (c->element == sizeof(float))
            ((float *)(void *)row)[i] = (float)(i + 1);
        else
            row[i] = i + 1;
    for (int i = 0; i < ROOM; i++)
        to[i] = -1;
    memset(to, 0x5C, sizeof to);
    tn_conv_copy_row(c, &x, (const char *)row, from, n, (char *)to);
    for (int64_t i = 0; i < n * copied; i++) {
        const double got = c->element == sizeof(float) ? (double)((const float *)(const void *)to)[i] : to[i];
        ck_assert_double_eq(got, expected(c, transposed, c->in_c, from + i / copied, i % copied));
    }
    ck_assert_int_eq(((const char *)to)[(size_t)(n * copied) * c->element], 0x5C);
}

START_TEST(rows_are_copied_with_zeros_around)
{
    for (int which = 0; which < 12; which++) {
        const bool transposed = which & 1, depthwise = which & 2;
        const int64_t m = depthwise && which >= 4 ? MULTIPLIER : 1;
        const size_t element = which < 8 ? sizeof(float) : sizeof(double);
        const tn_conv c = { .element = element,
                            .depthwise = depthwise,
                            .multiplier = m,
                            .in_c = transposed ? CHANNELS * m : CHANNELS,
                            .out_c = transposed ? CHANNELS : CHANNELS * m };
        for (int64_t from = -7; from < 8; from++)
            for (int64_t n = 0; n <= MOST; n++)
                check_row(&c, transposed, from, n);
    }
}
END_TEST

/* ---- The workspace ---- */

START_TEST(the_workspace_is_aligned_and_counted)
{
    tn_conv c = { .element = 4 };
    size_t at = 1;
    ck_assert(tn_conv_reserve(&c, 3, 5, &at) && at == 0 && c.workspace == 64);
    ck_assert(tn_conv_reserve(&c, 0, 5, &at) && at == 64 && c.workspace == 64);
    ck_assert(tn_conv_reserve(&c, 16, 1, &at) && at == 64 && c.workspace == 128);
    ck_assert(tn_conv_reserve(&c, 17, 1, &at) && at == 128 && c.workspace == 256);
}
END_TEST

START_TEST(a_workspace_that_nobody_has)
{
    const size_t most = (size_t)INT64_MAX / 16;
    const struct {
        size_t n, each, before;
    } far[] = { { SIZE_MAX, 2, 0 }, { SIZE_MAX / 2, 1, 0 }, { SIZE_MAX, SIZE_MAX, 0 }, { most + 1, 1, 0 }, { most, 1, most * 5 } };
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        tn_conv c = { .element = 4, .workspace = far[i].before };
        size_t at;
        ck_assert_msg(!tn_conv_reserve(&c, far[i].n, far[i].each, &at), "case %zu", i);
    }
}
END_TEST

/* ---- Rows that make no difference ---- */

static bool is_flat(tn_conv_axis y, tn_conv_axis x)
{
    tn_conv c = { .images = 3, .y = y, .x = x };
    tn_conv_flatten(&c);
    const bool flat = c.images == 1 && c.y.in == 1 && c.y.out == 1 && c.x.in == 3 * y.in * x.in && c.x.out == c.x.in;
    ck_assert(flat || (c.images == 3 && !memcmp(&c.y, &y, sizeof y) && !memcmp(&c.x, &x, sizeof x)));
    return flat;
}

START_TEST(one_tap_goes_over_one_row)
{
    const tn_conv_axis plain = { .in = 4, .out = 4, .size = 1, .stride = 1, .dilation = 1 };
    tn_conv_axis wide = plain, strided = plain, padded = plain, cropped = plain;
    wide.size = 2;
    strided.stride = 2;
    padded.before = 1;
    cropped.out = 5; /* padded behind */
    ck_assert(is_flat(plain, plain));
    const tn_conv_axis *others[] = { &wide, &strided, &padded, &cropped };
    for (int i = 0; i < 4; i++)
        ck_assert(!is_flat(plain, *others[i]) && !is_flat(*others[i], plain));
}
END_TEST

/* ---- From an operation ---- */

typedef struct prepared {
    tn_operand in[3], out;
    tn_prepare p;
    tn_conv c;
    tn_status status;
} prepared;

static void init(prepared *r, tn_op *op, tn_conv_kind kind, bool depthwise)
{
    ck_assert_msg(op != NULL, "%s", tn_last_error()->message);
    *r = (prepared){ .out = { .dtype = op->outputs[0].dtype, .dims = *op->outputs[0].dims } };
    for (int i = 0; i < op->num_inputs; i++)
        r->in[i] = (tn_operand){ .dtype = tn_output_dtype(op->inputs[i]), .dims = *tn_value_of(op->inputs[i])->dims };
    r->p = (tn_prepare){ .owner = root, .op = op, .num_inputs = op->num_inputs, .num_outputs = 1, .in = r->in, .out = &r->out };
    r->status = tn_conv_init(&r->p, kind, depthwise, &r->c);
}

static tn_output zeros(tn_dtype dtype, int64_t a, int64_t b, int64_t c, int64_t d)
{
    tn_tensor *t = tn_tensor_new(root, dtype, 4, (int64_t[]){ a, b, c, d }, NULL);
    tn_output x = tn_constant(t);
    talloc_free(t);
    return x;
}

#define STRIDES TN_AXES(1, 2, 1, 1)
#define HOW     .strides = STRIDES, .padding = "SAME"

static void expect_axes(const tn_conv *c, int64_t y_in, int64_t y_out, int64_t x_in, int64_t x_out)
{
    ck_assert(c->y.in == y_in && c->y.out == y_out && c->x.in == x_in && c->x.out == x_out);
    ck_assert(c->y.size == 3 && c->x.size == 2 && c->y.stride == 2 && c->x.stride == 1);
    ck_assert(c->y.before == 1 && c->x.before == 0 && c->element == sizeof(float) && c->images == 2);
}

START_TEST(dense_in_three_ways)
{
    prepared r;
    tn_output x = zeros(TN_FLOAT32, 2, 5, 7, 3), w = zeros(TN_FLOAT32, 3, 2, 3, 4), dy = zeros(TN_FLOAT32, 2, 3, 7, 4);
    init(&r, tn_conv2d(x, w, HOW).op, TN_CONV_FORWARD, false);
    expect_axes(&r.c, 5, 3, 7, 7);
    ck_assert(r.c.in_c == 3 && r.c.out_c == 4 && r.c.in_input == 0 && r.c.filter_input == 1 && !r.c.y.transposed);
    init(&r, tn_conv2d_backprop_input(tn_vector(2, 5, 7, 3), w, dy, HOW).op, TN_CONV_INPUT_GRADIENT, false);
    expect_axes(&r.c, 3, 5, 7, 7);
    ck_assert(r.c.in_c == 4 && r.c.out_c == 3 && r.c.in_input == 2 && r.c.filter_input == 1 && r.c.y.transposed && r.c.x.transposed);
    init(&r, tn_conv2d_backprop_filter(x, tn_vector(3, 2, 3, 4), dy, HOW).op, TN_CONV_FILTER_GRADIENT, false);
    expect_axes(&r.c, 5, 3, 7, 7);
    ck_assert(r.c.in_c == 3 && r.c.out_c == 4 && r.c.in_input == 0 && r.c.filter_input == 2 && !r.c.y.transposed);
    ck_assert(!r.c.workspace && !r.c.to_nhwc[0] && !r.c.to_nhwc[1] && !r.c.from_nhwc && !r.c.depthwise && r.c.multiplier == 1);
}
END_TEST

START_TEST(depthwise_has_a_multiplier)
{
    prepared r;
    tn_output x = zeros(TN_FLOAT32, 2, 5, 7, 3), w = zeros(TN_FLOAT32, 3, 2, 3, 4);
    init(&r, tn_depthwise_conv2d_native(x, w, .strides = TN_AXES(1, 2, 2, 1), .padding = "SAME").op, TN_CONV_FORWARD, true);
    ck_assert(r.c.depthwise && r.c.multiplier == 4 && r.c.in_c == 3 && r.c.out_c == 12 && r.c.x.out == 4);
}
END_TEST

START_TEST(what_has_no_kernel)
{
    prepared r;
    init(&r, tn_conv2d(zeros(TN_FLOAT32, 1, 2, 2, 4), zeros(TN_FLOAT32, 1, 1, 2, 2), HOW).op, TN_CONV_FORWARD, false);
    ck_assert_int_eq(r.status, TN_UNIMPLEMENTED);
    expect_error(TN_UNIMPLEMENTED, "grouped");
    init(&r, tn_conv2d(zeros(TN_FLOAT16, 1, 2, 2, 2), zeros(TN_FLOAT16, 1, 1, 2, 2), HOW).op, TN_CONV_FORWARD, false);
    ck_assert_int_eq(r.status, TN_UNIMPLEMENTED);
    expect_error(TN_UNIMPLEMENTED, "no kernel for half");
}
END_TEST

/* ---- Images with channels first ---- */

/* Element [n, c, p] of NCHW is 100 n + 10 c + p; in NHWC it stands at [n, p, c]. */
static void fill_nchw(float *at, int64_t images, int64_t channels, int64_t pixels)
{
    for (int64_t i = 0; i < images * channels * pixels; i++)
        at[i] = (float)(100 * (i / (channels * pixels)) + 10 * (i / pixels % channels) + i % pixels);
}

static void expect_nhwc(const char *bytes, int64_t images, int64_t channels, int64_t pixels)
{
    const float *at = (const float *)(const void *)bytes;
    for (int64_t i = 0; i < images * channels * pixels; i++)
        ck_assert_float_eq(at[i], (float)(100 * (i / (channels * pixels)) + 10 * (i % channels) + i / channels % pixels));
}

START_TEST(channels_first_are_copied_there_and_back)
{
    static const uint32_t slots[] = { 0, 1, 2, 3, 4 };
    float x[2 * 3 * 4], shape[4] = { 0 }, dy[2 * 5 * 4], y[2 * 5 * 4];
    _Alignas(64) char workspace[1024];
    void *data[] = { x, shape, dy, y, workspace };
    const tn_frame frame = { .data = data };
    prepared r;
    tn_output w = zeros(TN_FLOAT32, 1, 1, 3, 5), images = zeros(TN_FLOAT32, 2, 3, 2, 2);
    fill_nchw(x, 2, 3, 4);
    fill_nchw(dy, 2, 5, 4);
    /* Forward: the images in, the output back. */
    tn_step step = { .slots = (const uint32_t[]){ 0, 1, 3, 4 }, .num_inputs = 2, .num_outputs = 1 };
    init(&r, tn_conv2d(images, w, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME", .data_format = "NCHW").op, TN_CONV_FORWARD, false);
    ck_assert(r.c.to_nhwc[0] && !r.c.to_nhwc[1] && r.c.from_nhwc && r.c.workspace <= sizeof workspace);
    tn_conv_copy_in(&r.c, &step, &frame, NULL);
    expect_nhwc(tn_conv_in(&r.c, &step, &frame, 0), 2, 3, 4);
    ck_assert_ptr_eq(tn_conv_in(&r.c, &step, &frame, 1), shape); /* a filter stays where it is */
    float *out = (float *)(void *)tn_conv_out(&r.c, &step, &frame);
    for (int i = 0; i < 40; i++)
        out[i] = (float)i;
    tn_conv_copy_out(&r.c, &step, &frame, NULL);
    for (int i = 0; i < 40; i++) /* [n, k, p] from [n, p, k] */
        ck_assert_float_eq(y[i], (float)(i / 20 * 20 + i % 4 * 5 + i / 4 % 5));
    talloc_free(r.c.to_nhwc[0]);
    talloc_free(r.c.from_nhwc);
    /* A filter's gradient: images and gradients in, nothing back. */
    step = (tn_step){ .slots = slots, .num_inputs = 3, .num_outputs = 1 };
    init(&r,
         tn_conv2d_backprop_filter(images, tn_vector(1, 1, 3, 5), zeros(TN_FLOAT32, 2, 5, 2, 2), .strides = TN_AXES(1, 1, 1, 1),
                                   .padding = "SAME", .data_format = "NCHW")
             .op,
         TN_CONV_FILTER_GRADIENT, false);
    tn_conv_copy_in(&r.c, &step, &frame, NULL);
    expect_nhwc(tn_conv_in(&r.c, &step, &frame, 0), 2, 3, 4);
    expect_nhwc(tn_conv_in(&r.c, &step, &frame, 1), 2, 5, 4);
    ck_assert_ptr_eq(tn_conv_out(&r.c, &step, &frame), y);
    talloc_free(r.c.to_nhwc[0]);
    talloc_free(r.c.to_nhwc[1]);
}
END_TEST

TN_SUITE("cpu conv plan", rows_are_copied_with_zeros_around, the_workspace_is_aligned_and_counted, a_workspace_that_nobody_has,
         one_tap_goes_over_one_row, dense_in_three_ways, depthwise_has_a_multiplier, what_has_no_kernel,
         channels_first_are_copied_there_and_back)
