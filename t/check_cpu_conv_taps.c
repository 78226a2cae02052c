/* Which taps reach which position, against trying them all. */
#include "cpu/conv_plan.h"
#include "harness.h"

/* Tap k of a filter looks at position `in` when it makes position `out`. */
static bool meets(const tn_window *w, bool transposed, int64_t k, int64_t in, int64_t out)
{
    int64_t place = transposed ? in : out, seen = transposed ? out : in;
    return place * w->stride - w->before + k * w->dilation == seen;
}

static void check_position(const tn_conv_axis *axis, const tn_window *w, int64_t o)
{
    const tn_conv_taps all = tn_conv_taps_of(axis, o), inside = tn_conv_taps_inside(axis, all);
    int64_t found = 0;
    for (int64_t i = 0; i < axis->size; i++) { /* in the order in which the filter is read */
        const int64_t k = axis->transposed ? axis->size - 1 - i : i;
        for (int64_t at = 0; at < axis->in; at++) {
            if (!meets(w, axis->transposed, k, at, o))
                continue;
            ck_assert_int_lt(found, inside.n);
            ck_assert_int_eq(inside.first + found * inside.step, i);
            ck_assert_int_eq(inside.at + found * inside.apart, at);
            found++;
        }
    }
    ck_assert_int_eq(found, inside.n);
    /* A neighbour of the same phase sees the same taps, in_step further on. */
    if (o + axis->phases < axis->out && all.n) {
        const tn_conv_taps next = tn_conv_taps_of(axis, o + axis->phases);
        ck_assert(next.first == all.first && next.n == all.n && next.step == all.step && next.apart == all.apart);
        ck_assert_int_eq(next.at, all.at + axis->in_step);
    }
}

START_TEST(taps_are_those_that_meet)
{
    for (int64_t in = 1; in < 9; in++)
        for (int64_t size = 1; size < 6; size++)
            for (int64_t stride = 1; stride < 5; stride++)
                for (int64_t dilation = 1; dilation < 5; dilation++)
                    for (int transposed = 0; transposed < 2; transposed++) {
                        tn_window w = { .in = in, .size = size, .stride = stride, .dilation = dilation };
                        tn_conv_axis axis;
                        ck_assert(tn_window_resolve(&w, TN_PADDING_SAME));
                        tn_conv_axis_init(&axis, &w, transposed);
                        for (int64_t o = 0; o < axis.out; o++)
                            check_position(&axis, &w, o);
                    }
}
END_TEST

START_TEST(more_padding_than_filter)
{
    tn_window w = { .in = 4, .size = 2, .stride = 2, .dilation = 1, .before = 7, .after = 6 };
    tn_conv_axis axis;
    ck_assert(tn_window_resolve(&w, TN_PADDING_EXPLICIT));
    for (int transposed = 0; transposed < 2; transposed++) {
        tn_conv_axis_init(&axis, &w, transposed);
        for (int64_t o = 0; o < axis.out; o++)
            check_position(&axis, &w, o);
    }
}
END_TEST

TN_SUITE("cpu conv taps", taps_are_those_that_meet, more_padding_than_filter)
