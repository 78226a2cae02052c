/* lib/cpu/conv_pack.c: the filter as tiles read it, compared with the filter itself, element by element. */
#include "cpu/conv_pack.h"
#include "core/status.h"
#include "core/tensor.h"
#include "harness.h"

enum { COLUMNS = 16 };

static void *here; /* of what one case makes */

static const tn_conv_table table = { .rows = 4, .columns = COLUMNS };

static tn_conv dense(tn_dtype dtype, int64_t in_c, int64_t out_c, bool transposed)
{
    return (tn_conv){ .table = &table,
                      .element = tn_dtype_size(dtype),
                      .in_c = in_c,
                      .out_c = out_c,
                      .multiplier = 1,
                      .y = { .size = 2, .transposed = transposed },
                      .x = { .size = 3, .transposed = transposed } };
}

static int64_t taps_of(const tn_conv *c)
{
    return c->y.size * c->x.size;
}

/* 1, 2, 3, … */
static tn_tensor *filter_of(const tn_conv *c, tn_dtype dtype)
{
    const int64_t channels = c->depthwise ? c->in_c : c->in_c * c->out_c, size = taps_of(c) * channels;
    tn_tensor *t = tn_tensor_new(here, dtype, 1, &size, NULL);
    for (int64_t i = 0; i < size; i++)
        if (dtype == TN_FLOAT32)
            tn_f32(t)[i] = (float)(i + 1);
        else
            tn_f64(t)[i] = (double)(i + 1);
    return t;
}

static double element(const void *data, tn_dtype dtype, int64_t i)
{
    return dtype == TN_FLOAT32 ? (double)((const float *)data)[i] : ((const double *)data)[i];
}

/* Where the filter has what tap `tap` makes of channel k for channel j of the output: [taps, in, out], or turned round. */
static int64_t place(const tn_conv *c, int64_t tap, int64_t k, int64_t j)
{
    return c->x.transposed ? ((taps_of(c) - 1 - tap) * c->out_c + j) * c->in_c + k : (tap * c->in_c + k) * c->out_c + j;
}

static void expect_dense(const tn_conv_pack *f, const tn_conv *c, const void *packed, tn_dtype dtype)
{
    for (int64_t tap = 0; tap < taps_of(c); tap++)
        for (int64_t k = 0; k < c->in_c; k++)
            for (int64_t j = 0; j < f->blocks * COLUMNS; j++) {
                const int64_t at = j / COLUMNS * f->block_b + tap * f->tap_b + k * f->row_b + j % COLUMNS;
                ck_assert_double_eq(element(packed, dtype, at), j < c->out_c ? (double)(place(c, tap, k, j) + 1) : 0);
            }
}

static tn_status prepare(tn_conv_pack *f, tn_conv *c, tn_dtype dtype, tn_tensor *value, bool once)
{
    const tn_operand in[2] = { { 0 }, { .dtype = dtype, .value = value ? tn_tensor_data(value) : NULL } };
    tn_prepare p = { .owner = here, .op = tn_scalar(1.0f).op, .in = in, .num_inputs = 2, .once = once };
    *f = (tn_conv_pack){ 0 };
    tn_conv_pack_init(f, c, value && !once);
    return tn_conv_pack_prepare(f, c, &p);
}

static void check_dense(tn_dtype dtype, int64_t in_c, int64_t out_c, bool transposed)
{
    here = talloc_new(root);
    tn_conv_pack f;
    tn_conv c = dense(dtype, in_c, out_c, transposed);
    tn_tensor *filter = filter_of(&c, dtype);
    ck_assert_int_eq(prepare(&f, &c, dtype, filter, false), TN_OK);
    ck_assert(!f.packs && !c.workspace);
    ck_assert(!f.packed == (!transposed && out_c <= COLUMNS));
    if (f.packed)
        expect_dense(&f, &c, f.packed, dtype);
    else
        ck_assert(f.blocks == 1 && f.row_b == out_c && f.tap_b == in_c * out_c);
    talloc_free(here);
}

START_TEST(known_filters_are_packed_once)
{
    static const int64_t channels[] = { 1, 3, 15, 16, 17, 33 };
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++)
            for (int transposed = 0; transposed < 2; transposed++) {
                check_dense(TN_FLOAT32, channels[i], channels[j], transposed);
                check_dense(TN_FLOAT64, channels[i], channels[j], transposed);
            }
}
END_TEST

/* Unknown, or wanted once: there is room for it in the workspace, and each unit fills its own place. */
static void check_each_run(int64_t in_c, int64_t out_c, bool transposed, bool once)
{
    here = talloc_new(root);
    tn_conv_pack f;
    tn_conv c = dense(TN_FLOAT32, in_c, out_c, transposed);
    tn_tensor *filter = filter_of(&c, TN_FLOAT32);
    c.workspace = 128;
    ck_assert_int_eq(prepare(&f, &c, TN_FLOAT32, once ? filter : NULL, once), TN_OK);
    ck_assert(f.packs && !f.packed && f.packed_at == 128);
    const size_t size = c.workspace - 128;
    ck_assert_uint_ge(size, (size_t)(f.blocks * f.block_b) * sizeof(float));
    char *packed = talloc_size(here, size + 1);
    memset(packed, 0x5C, size + 1);
    ck_assert_int_eq(tn_conv_pack_units(&f, &c), f.blocks * taps_of(&c));
    for (int64_t i = tn_conv_pack_units(&f, &c); i-- > 0;)
        tn_conv_pack_unit(&f, &c, tn_tensor_data(filter), packed, i);
    expect_dense(&f, &c, packed, TN_FLOAT32);
    for (size_t i = (size_t)(f.blocks * f.block_b) * sizeof(float); i <= size; i++)
        ck_assert_int_eq(packed[i], 0x5C);
    talloc_free(here);
}

START_TEST(others_are_packed_in_each_run)
{
    check_each_run(5, 7, true, false);
    check_each_run(5, 40, true, true);
    check_each_run(300, 40, false, false); /* 288,000 bytes */
    check_each_run(300, 40, false, true);
}
END_TEST

/* An unknown filter that is not packed at all. */
static tn_conv_pack expect_in_place(tn_conv c)
{
    tn_conv_pack f;
    here = root;
    ck_assert_int_eq(prepare(&f, &c, TN_FLOAT32, NULL, false), TN_OK);
    ck_assert(!f.packs && !f.packed && !c.workspace);
    return f;
}

/* To pack a small filter for one run costs more than it is worth. */
START_TEST(small_ones_stay_in_their_place)
{
    const tn_conv_pack f = expect_in_place(dense(TN_FLOAT32, 8, 40, false));
    ck_assert(f.blocks == 3 && f.row_b == 40 && f.tap_b == 8 * 40 && f.block_b == COLUMNS);
}
END_TEST

static void check_depthwise(tn_dtype dtype, int64_t channels, int64_t multiplier)
{
    here = talloc_new(root);
    tn_conv_pack f;
    tn_conv c = dense(dtype, channels * multiplier, channels, true);
    c.depthwise = true;
    c.multiplier = multiplier;
    tn_tensor *filter = filter_of(&c, dtype);
    ck_assert_int_eq(prepare(&f, &c, dtype, filter, false), TN_OK);
    ck_assert(f.packed && f.tap_b == channels * multiplier);
    for (int64_t tap = 0; tap < taps_of(&c); tap++)
        for (int64_t k = 0; k < channels; k++)
            for (int64_t m = 0; m < multiplier; m++)
                ck_assert_double_eq(element(f.packed, dtype, tap * f.tap_b + m * channels + k),
                                    (double)((taps_of(&c) - 1 - tap) * f.tap_b + k * multiplier + m + 1));
    talloc_free(here);
}

START_TEST(depthwise_filters_turn_round)
{
    for (int64_t channels = 1; channels < 20; channels += 6)
        for (int64_t multiplier = 1; multiplier < 4; multiplier++) {
            check_depthwise(TN_FLOAT32, channels, multiplier);
            check_depthwise(TN_FLOAT64, channels, multiplier);
        }
    tn_conv c = dense(TN_FLOAT32, 3, 6, false);
    c.depthwise = true;
    const tn_conv_pack f = expect_in_place(c);
    ck_assert(f.tap_b == 6 && f.blocks == 1);
}
END_TEST

START_TEST(nothing_to_pack)
{
    (void)expect_in_place(dense(TN_FLOAT32, 0, 40, true));
}
END_TEST

START_TEST(no_room_in_the_workspace)
{
    tn_conv_pack f;
    tn_conv c = dense(TN_FLOAT32, 5, 7, true);
    c.workspace = (size_t)INT64_MAX;
    here = root;
    ck_assert_int_eq(prepare(&f, &c, TN_FLOAT32, NULL, false), TN_RESOURCE_EXHAUSTED);
    expect_error(TN_RESOURCE_EXHAUSTED, "workspace");
}
END_TEST

TN_SUITE("cpu conv pack", known_filters_are_packed_once, others_are_packed_in_each_run, small_ones_stay_in_their_place,
         depthwise_filters_turn_round, nothing_to_pack, no_room_in_the_workspace)
