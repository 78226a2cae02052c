/* Superinstructions and streaming copies of each instruction set: a pair is its two rows one after the other, to the bit. */
#include "cpu/super.h"
#include <math.h>
#include "cpu/isa.h"
#include "harness.h"

static const char *const sets[] = { "baseline", "avx2", "avx512" };
enum { NUM_SETS = sizeof sets / sizeof sets[0], MOST = 131 };
static const int rows_of[] = { TN_ROW_add_f32,     TN_ROW_sub_f32,  TN_ROW_mul_f32,    TN_ROW_maximum_f32,
                               TN_ROW_minimum_f32, TN_ROW_relu_f32, TN_ROW_square_f32, TN_ROW_neg_f32 };
/* Around fours, TN_FEW and the widths of vectors. */
static const int64_t lengths[] = { 1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 18, 31, 32, 33, 47, 63, 64, 65, 129 };
static const int64_t ones[] = { 1, 1, 1 };

static float operand[3][MOST], want[MOST];

static void fill(void)
{
    static const float odd[] = { 0, -0.0f, 1e-40f, -1e-41f, 3e38f, -3e38f, INFINITY, -INFINITY, NAN };
    for (int i = 0; i < 3 * MOST; i++) {
        const int at = (i * 37 + i / MOST * 11) % 101;
        operand[i / MOST][i % MOST] = at < 18 ? odd[at / 2] : (float)at / 7 - 8;
    }
}

/* What one row after the other gives. */
static void compute_in_two(const tn_isa *isa, int first, int second, int side, int64_t n)
{
    float middle[MOST];
    const void *other = operand[first < TN_SUPER_TWO ? 2 : 1];
    isa->rows[rows_of[first]](middle, (const void *[]){ operand[0], operand[1], operand[1] }, ones, n);
    isa->rows[rows_of[second]](want, (const void *[]){ side ? other : middle, side ? middle : other, other }, ones, n);
}

static void expect_wanted(const char *what, int first, int second, int side, const float *got, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        ck_assert_msg((isnan(got[i]) && isnan(want[i])) || !memcmp(&got[i], &want[i], sizeof got[i]),
                      "%s: %d then %d, side %d: element %d of %d is %g, not %g", what, first, second, side, (int)i, (int)n, (double)got[i],
                      (double)want[i]);
}

static void check_pair(const tn_isa *isa, int first, int second, int side)
{
    const tn_row pair = isa->super->pair[first][second][side];
    const int inputs = 1 + (first < TN_SUPER_TWO) + (second < TN_SUPER_TWO);
    const size_t apart = getenv("TN_UNDER_VALGRIND") ? 4 : 1;
    for (size_t l = (size_t)(first + second) % apart; l < sizeof lengths / sizeof lengths[0]; l += apart) {
        const int64_t n = lengths[l];
        float copies[3][MOST], got[MOST] = { 0 };
        compute_in_two(isa, first, second, side, n);
        got[n] = -5;
        ck_assert_ptr_null(pair(got, (const void *[]){ operand[0], operand[1], operand[2] }, ones, n));
        ck_assert_float_eq(got[n], -5);
        expect_wanted(isa->name, first, second, side, got, n);
        for (int over = 0; over < inputs; over++) {
            memcpy(copies, operand, sizeof copies);
            ck_assert_ptr_null(pair(copies[over], (const void *[]){ copies[0], copies[1], copies[2] }, ones, n));
            expect_wanted("in place", first, second, side, copies[over], n);
            ck_assert(!memcmp(&copies[over][n], &operand[over][n], sizeof copies[over][n]));
        }
    }
}

/* Which pairs there are: those of two functions of two inputs, or of one each; a function of one input is the first one's side alone. */
static bool is_there(int first, int second, int side)
{
    return first < TN_SUPER_TWO ? second < TN_SUPER_TWO || !side : second < TN_SUPER_TWO;
}

START_TEST(pairs_are_two_rows)
{
    fill();
    for (int i = 0; i < NUM_SETS; i++)
        for (int p = 0; tn_isa_named(sets[i]) && p < TN_NUM_SUPER * TN_NUM_SUPER * 2; p++) {
            const tn_isa *isa = tn_isa_named(sets[i]);
            const int first = p / 2 / TN_NUM_SUPER, second = p / 2 % TN_NUM_SUPER, side = p % 2;
            ck_assert_int_eq(isa->super->pair[first][second][side] != NULL, is_there(first, second, side));
            if (is_there(first, second, side))
                check_pair(isa, first, second, side);
        }
}
END_TEST

/* Whatever the alignment and the length, and not a byte more. */
START_TEST(streams_copy_bytes)
{
    static unsigned char from[400], to[400];
    for (int i = 0; i < 400; i++)
        from[i] = (unsigned char)(i * 7 + 1);
    for (int i = 0; i < NUM_SETS; i++)
        for (size_t n = 0; tn_isa_named(sets[i]) && n < 300; n += n < 70 ? 1 : 13)
            for (size_t at = 1; at < 90; at += 11) {
                const tn_super *s = tn_isa_named(sets[i])->super;
                memset(to, 0, sizeof to);
                s->stream(to + at, from + 3, n);
                s->stream_done();
                ck_assert(!memcmp(to + at, from + 3, n));
                ck_assert(!to[at - 1] && !to[at + n]);
            }
}
END_TEST

TN_SUITE("cpu super", pairs_are_two_rows, streams_copy_bytes)
