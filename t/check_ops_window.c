/* Windows: sizes and padding against the counting of places, and what is no window. Attributes: t/check_ops_conv.c. */
#include "harness.h"
#include "ops/window.h"

static tn_window window(int64_t in, int64_t size, int64_t stride, int64_t dilation)
{
    return (tn_window){ .in = in, .size = size, .stride = stride, .dilation = dilation };
}

/* How many windows of that reach fit, one after the other. */
static int64_t count(int64_t padded, int64_t reach, int64_t stride)
{
    int64_t n = 0;
    for (int64_t at = 0; at + reach <= padded; at += stride)
        n++;
    return n;
}

static void check(int64_t in, int64_t size, int64_t stride, int64_t dilation)
{
    int64_t reach = (size - 1) * dilation + 1;
    tn_window w = window(in, size, stride, dilation);
    bool fits = reach <= in;
    ck_assert_int_eq(tn_window_resolve(&w, TN_PADDING_VALID), fits);
    if (fits)
        ck_assert_int_eq(w.out, count(in, reach, stride));
    ck_assert(tn_window_resolve(&w, TN_PADDING_SAME));
    ck_assert_int_eq(w.out, count(in, 1, stride));
    ck_assert(w.after == w.before || w.after == w.before + 1);
    ck_assert_int_eq(count(in + w.before + w.after, reach, stride), w.out);
    if (w.before + w.after) /* no more than is needed */
        ck_assert_int_lt(count(in + w.before + w.after - 1, reach, stride), w.out);
    w.before = 2, w.after = 1;
    fits = reach <= in + 3;
    ck_assert_int_eq(tn_window_resolve(&w, TN_PADDING_EXPLICIT), fits);
    if (fits)
        ck_assert_int_eq(w.out, count(in + 3, reach, stride));
}

START_TEST(sizes)
{
    for (int64_t in = 1; in < 12; in++)
        for (int64_t size = 1; size < 6; size++)
            for (int64_t stride = 1; stride < 5; stride++)
                for (int64_t dilation = 1; dilation < 4; dilation++)
                    check(in, size, stride, dilation);
}
END_TEST

START_TEST(what_is_not_known_stays_so)
{
    tn_window w = window(-1, 3, 1, 1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_SAME) && w.out == -1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_VALID) && w.out == -1);
    w = window(7, -1, 2, 1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_VALID) && w.out == -1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_SAME) && w.out == 4);
}
END_TEST

START_TEST(nothing_and_too_much)
{
    tn_window w = window(0, 3, 2, 1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_SAME) && w.out == 0);
    ck_assert(!tn_window_resolve(&w, TN_PADDING_VALID));
    ck_assert_str_eq(w.error, "Negative dimension size caused by subtracting 3 from 0");
    w = window(4, 0, 1, 1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_VALID) && w.out == 5); /* as TensorFlow */
    w = window(4, 3, 1, INT64_MAX);
    ck_assert(!tn_window_resolve(&w, TN_PADDING_SAME));
    ck_assert_str_eq(w.error, "the window is too large");
    w = window(4, 1, 1, 1), w.before = w.after = INT64_MAX;
    ck_assert(!tn_window_resolve(&w, TN_PADDING_EXPLICIT));
    ck_assert_str_eq(w.error, "the padding is too large");
    w = window(INT64_MAX, 1, INT64_MAX, 1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_VALID) && w.out == 1);
    ck_assert(tn_window_resolve(&w, TN_PADDING_SAME) && w.out == 1);
    w = window(4, 1, 0, 1);
    ck_assert(!tn_window_resolve(&w, TN_PADDING_VALID));
    ck_assert_str_eq(w.error, "Stride must be > 0, but got 0");
    w = window(4, 1, 1, -2);
    ck_assert(!tn_window_resolve(&w, TN_PADDING_VALID));
    ck_assert_str_eq(w.error, "Dilation rate must be >= 1, but got -2");
}
END_TEST

TN_SUITE("ops window", sizes, what_is_not_known_stays_so, nothing_and_too_much)
