/* Programs as finishes and as sources, which the kernels of t/ that use them only see with whole matrices: any rectangle, any piece. */
#include "harness.h"

#include "cpu/isa.h"
#include "cpu/program.h"
#include <math.h>

enum { ROWS = 7, COLUMNS = 45, SIZE = ROWS * COLUMNS };

static float product[SIZE], residual[SIZE], bias[COLUMNS], column[ROWS], out[SIZE];

/* relu((product + bias) * column - residual), with bias a row and column a column. */
static float expected(int64_t i)
{
    float x = product[i] + bias[i % COLUMNS];
    float y = x * column[i / COLUMNS] - residual[i];
    return y < 0 ? 0 : y;
}

static void fill(void)
{
    for (int i = 0; i < SIZE; i++) {
        product[i] = (float)(i % 31) / 8 - 2;
        residual[i] = (float)(i % 17) / 4 - 2;
        bias[i % COLUMNS] = (float)(i % COLUMNS) / 16 - 1;
        column[i / COLUMNS] = (float)(i / COLUMNS) / 3 - 1;
    }
}

/* The group; first_input says where its inputs are among the step's. `product` is the anchor, or, without one, input 3. */
static void with_group(bool anchored, void (*use)(const tn_group *))
{
    const tn_operand whole = { .dtype = TN_FLOAT32, .dims = tn_dims_of(2, (int64_t[]){ ROWS, COLUMNS }) };
    const tn_operand in[] = { { .dtype = TN_FLOAT32, .dims = tn_dims_vector(COLUMNS) },
                              { .dtype = TN_FLOAT32, .dims = tn_dims_of(2, (int64_t[]){ ROWS, 1 }) },
                              whole,
                              whole };
    const tn_row *rows = tn_isa_best()->rows;
    const tn_group_op ops[] = {
        { .map = { .row = rows[TN_ROW_add_f32], .super = 1 + TN_SUPER_add },
          .num_inputs = 2,
          .from = { anchored ? TN_FROM_ANCHOR : 3, 0 },
          .out = whole },
        { .map = { .row = rows[TN_ROW_mul_f32], .super = 1 + TN_SUPER_mul }, .num_inputs = 2, .from = { ~0, 1 }, .out = whole },
        { .map = { .row = rows[TN_ROW_sub_f32], .super = 1 + TN_SUPER_sub }, .num_inputs = 2, .from = { ~1, 2 }, .out = whole },
        { .map = { .row = rows[TN_ROW_relu_f32], .super = 1 + TN_SUPER_relu }, .num_inputs = 1, .from = { ~2 }, .out = whole },
    };
    const tn_group group = { .ops = ops, .num_ops = 4, .in = in, .num_inputs = 4, .anchor = anchored ? &whole : NULL, .first_input = 1 };
    use(&group);
}

static void *data[] = { NULL, bias, column, residual, product, out };
static const uint32_t slots[] = { 0, 1, 2, 3, 4, 5 };
static const tn_step step = { .slots = slots, .num_inputs = 5, .num_outputs = 1 };
static const tn_frame frame = { .data = data };

static void finish_by_rectangles(const tn_group *group)
{
    const int64_t heights[] = { 1, 2, 3, ROWS }, widths[] = { 1, 8, 13, COLUMNS };
    const tn_finish *finish = tn_finish_new(root, group);
    ck_assert_ptr_nonnull(finish);
    for (int h = 0; h < 4; h++)
        for (int w = 0; w < 4; w++) {
            memcpy(out, product, sizeof out);
            for (int64_t r = 0; r < ROWS; r += heights[h])
                for (int64_t c = 0; c < COLUMNS; c += widths[w])
                    finish->run(finish, &step, &frame, r, r + heights[h] < ROWS ? heights[h] : ROWS - r, c,
                                c + widths[w] < COLUMNS ? widths[w] : COLUMNS - c);
            for (int64_t i = 0; i < SIZE; i++)
                ck_assert_float_eq(out[i], expected(i));
        }
    talloc_free((void *)finish);
}

static void load_by_pieces(const tn_group *group)
{
    const tn_source *source = tn_source_new(root, group);
    ck_assert_ptr_nonnull(source);
    for (int64_t piece = 1; piece < SIZE; piece += 19) {
        float got[SIZE + 1];
        for (int64_t i = 0; i < SIZE; i += piece) {
            int64_t n = i + piece < SIZE ? piece : SIZE - i;
            got[i + n] = -77;
            source->load(source, &step, &frame, i, n, got + i);
            ck_assert_float_eq(got[i + n], -77);
        }
        for (int64_t i = 0; i < SIZE; i++)
            ck_assert_float_eq(got[i], expected(i));
    }
    talloc_free((void *)source);
}

/* With each set of functions that this processor has. */
static void with_each_isa(bool anchored, void (*use)(const tn_group *))
{
    static const char *const names[] = { "baseline", "avx2", "avx512" };
    const tn_isa *best = tn_isa_best();
    for (int i = 0; i < 3; i++)
        if (tn_isa_named(names[i])) {
            tn_isa_choose(tn_isa_named(names[i]));
            with_group(anchored, use);
        }
    tn_isa_choose(best);
}

START_TEST(finishes_change_any_rectangle)
{
    fill();
    with_each_isa(true, finish_by_rectangles);
}
END_TEST

START_TEST(sources_give_any_piece)
{
    fill();
    with_each_isa(false, load_by_pieces);
}
END_TEST

/* Every pair of functions that there is as a superinstruction, against one after the other, on rows of many lengths. */
static void check_pair(const tn_isa *isa, int first, int second, int side)
{
    static const int rows_of[] = { TN_ROW_add_f32,     TN_ROW_sub_f32,  TN_ROW_mul_f32,    TN_ROW_maximum_f32,
                                   TN_ROW_minimum_f32, TN_ROW_relu_f32, TN_ROW_square_f32, TN_ROW_neg_f32 };
    const int64_t ones[] = { 1, 1, 1 };
    tn_row pair = isa->super->pair[first][second][side];
    for (int64_t n = 1; pair && n < 70; n += n < 20 ? 1 : 17) {
        float a[70], b[70], c[70], middle[70], want[70], got[71] = { 0 };
        for (int i = 0; i < 70; i++) {
            a[i] = i % 5 == 4 ? NAN : (float)(i % 13) - 6;
            b[i] = (float)(i % 7) - 3.5f;
            c[i] = i % 9 == 7 ? INFINITY : (float)(i % 11) / 3 - 1;
        }
        const float *other = first < TN_SUPER_TWO ? c : b;
        isa->rows[rows_of[first]](middle, (const void *[]){ a, b, b }, ones, n);
        isa->rows[rows_of[second]](want, (const void *[]){ side ? other : middle, side ? middle : other, other }, ones, n);
        got[n] = -5;
        pair(got, (const void *[]){ a, b, c }, ones, n);
        ck_assert_float_eq(got[n], -5);
        for (int64_t i = 0; i < n; i++)
            ck_assert_msg((isnan(got[i]) && isnan(want[i])) || !memcmp(&got[i], &want[i], sizeof got[i]), "%s: %d then %d: %g, not %g",
                          isa->name, first, second, (double)got[i], (double)want[i]);
    }
}

START_TEST(superinstructions_are_two_rows)
{
    static const char *const names[] = { "baseline", "avx2", "avx512" };
    for (int i = 0; i < 3; i++)
        for (int pair = 0; tn_isa_named(names[i]) && pair < TN_NUM_SUPER * TN_NUM_SUPER * 2; pair++)
            check_pair(tn_isa_named(names[i]), pair / 2 / TN_NUM_SUPER, pair / 2 % TN_NUM_SUPER, pair % 2);
}
END_TEST

/* Whatever the alignment and the length, and not a byte more. */
START_TEST(streams_copy_bytes)
{
    static const char *const names[] = { "baseline", "avx2", "avx512" };
    static unsigned char from[400], to[400];
    for (int i = 0; i < 400; i++)
        from[i] = (unsigned char)(i * 7 + 1);
    for (int i = 0; i < 3; i++)
        for (size_t n = 0; tn_isa_named(names[i]) && n < 300; n += 3)
            for (size_t at = 1; at < 90; at += 11) {
                const tn_super *s = tn_isa_named(names[i])->super;
                memset(to, 0, sizeof to);
                s->stream(to + at, from + 3, n);
                s->stream_done();
                ck_assert(!memcmp(to + at, from + 3, n));
                ck_assert(!to[at - 1] && !to[at + n]);
            }
}
END_TEST

/* Of the program for x + y. */
static int64_t tile_of(int64_t n, bool stream, int super)
{
    const tn_operand whole = { .dtype = TN_FLOAT32, .dims = tn_dims_vector(n) }, in[] = { whole, whole };
    const tn_group_op add = {
        .map = { .row = tn_isa_best()->rows[TN_ROW_add_f32], .super = super }, .num_inputs = 2, .from = { 0, 1 }, .out = whole
    };
    tn_program *p = tn_program_new(root, &(tn_group){ .ops = &add, .num_ops = 1, .in = in, .num_inputs = 2, .stream = stream }, NULL);
    const int64_t tile = p->tile;
    talloc_free(p);
    return tile;
}

START_TEST(tiles_are_small_where_memory_is_waited_for)
{
    const int super = 1 + TN_SUPER_add;
    ck_assert_int_lt(tile_of(1 << 24, true, super), TN_TILE);
    ck_assert_int_eq(tile_of(1 << 24, false, super), TN_TILE); /* in the caches for its reader */
    ck_assert_int_eq(tile_of(1 << 20, true, super), TN_TILE);  /* in the caches already */
    ck_assert_int_eq(tile_of(1 << 24, true, 0), TN_TILE);      /* may be anything, that takes long */
}
END_TEST

TN_SUITE("cpu fused", finishes_change_any_rectangle, sources_give_any_piece, superinstructions_are_two_rows, streams_copy_bytes,
         tiles_are_small_where_memory_is_waited_for)
