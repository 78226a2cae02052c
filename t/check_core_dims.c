/* lib/core/dims.c: shapes, known and not. */
#include "harness.h"

#include "core/dims.h"

#define DIMS(...) tn_dims_of((int)(sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)), (int64_t[]){ __VA_ARGS__ })

static void expect_dims(const tn_dims *d, const char *text)
{
    char buffer[TN_DIMS_TEXT];
    ck_assert_str_eq(tn_dims_text(d, buffer), text);
}

START_TEST(shapes_have_texts)
{
    tn_dims unknown = tn_dims_unknown(), scalar = tn_dims_scalar(), vector = tn_dims_vector(7), two = tn_dims_unknown_of_rank(2);
    tn_dims some = DIMS(2, -1, 0), longest = DIMS(INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX);
    char buffer[TN_DIMS_TEXT];
    expect_dims(&unknown, "<unknown>");
    expect_dims(&scalar, "[]");
    expect_dims(&vector, "[7]");
    expect_dims(&two, "[?,?]");
    expect_dims(&some, "[2,?,0]");
    ck_assert_uint_eq(strlen(tn_dims_text(&longest, buffer)), 8 * 19 + 7 + 2);
}
END_TEST

START_TEST(bad_ranks_are_unknown)
{
    int64_t nine[9] = { 0 };
    ck_assert_int_eq(tn_dims_of(9, nine).rank, -1);
    ck_assert_int_eq(tn_dims_of(-2, NULL).rank, -1);
    ck_assert_int_eq(tn_dims_of(-1, NULL).rank, -1);
    ck_assert_int_eq(tn_dims_of(0, NULL).rank, 0);
    ck_assert_int_eq(tn_dims_unknown_of_rank(9).rank, -1);
    ck_assert_int_eq(tn_dims_unknown_of_rank(-1).rank, -1);
}
END_TEST

START_TEST(known_and_equal)
{
    tn_dims unknown = tn_dims_unknown(), scalar = tn_dims_scalar(), some = DIMS(2, -1), all = DIMS(2, 3);
    ck_assert(tn_dims_known(&scalar) && tn_dims_known(&all) && !tn_dims_known(&unknown) && !tn_dims_known(&some));
    ck_assert(tn_dims_equal(&all, &all) && tn_dims_equal(&unknown, &unknown) && !tn_dims_equal(&some, &all) &&
              !tn_dims_equal(&scalar, &unknown));
}
END_TEST

START_TEST(shapes_merge)
{
    tn_dims a = DIMS(2, -1), b = DIMS(-1, 3), c = DIMS(3, 3), unknown = tn_dims_unknown(), scalar = tn_dims_scalar(), out = DIMS(9);
    ck_assert(tn_dims_merge(&a, &b, &out));
    expect_dims(&out, "[2,3]");
    ck_assert(tn_dims_merge(&a, &unknown, &out));
    expect_dims(&out, "[2,?]");
    ck_assert(tn_dims_merge(&unknown, &a, &out));
    expect_dims(&out, "[2,?]");
    ck_assert(!tn_dims_merge(&a, &c, &out) && !tn_dims_merge(&a, &scalar, &out));
    expect_dims(&out, "[2,?]");
    ck_assert(tn_dims_compatible(&a, &b) && tn_dims_compatible(&unknown, &scalar) && !tn_dims_compatible(&a, &c));
    ck_assert(tn_dims_merge(&a, &b, &a)); /* onto an argument */
    expect_dims(&a, "[2,3]");
}
END_TEST

/* np.broadcast_shapes, and TensorFlow's rule for unknown lengths: beside anything but 1, an unknown can only be that. */
START_TEST(shapes_broadcast)
{
    static const struct {
        tn_dims a, b;
        const char *text; /* NULL: they do not fit */
    } cases[] = {
        { { 2, { 2, 3 } }, { 1, { 3 } }, "[2,3]" },
        { { 0, { 0 } }, { 2, { 4, 5 } }, "[4,5]" },
        { { 2, { 2, 1 } }, { 2, { 1, 3 } }, "[2,3]" },
        { { 1, { 0 } }, { 1, { 1 } }, "[0]" },
        { { 2, { 3, 0 } }, { 1, { 1 } }, "[3,0]" },
        { { 1, { 2 } }, { 1, { 3 } }, NULL },
        { { 1, { 0 } }, { 1, { 2 } }, NULL },
        { { 1, { -1 } }, { 1, { 1 } }, "[?]" },
        { { 1, { -1 } }, { 1, { 5 } }, "[5]" },
        { { 1, { -1 } }, { 1, { -1 } }, "[?]" },
        { { -1, { 0 } }, { 1, { 5 } }, "<unknown>" },
        { { 1, { 0 } }, { 1, { -1 } }, "[0]" },
        { { 3, { 7, 1, 5 } }, { 2, { 6, 1 } }, "[7,6,5]" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tn_dims out = DIMS(9), back = out;
        ck_assert_int_eq(tn_dims_broadcast(&cases[i].a, &cases[i].b, &out), cases[i].text != NULL);
        ck_assert_int_eq(tn_dims_broadcast(&cases[i].b, &cases[i].a, &back), cases[i].text != NULL);
        expect_dims(&out, cases[i].text ? cases[i].text : "[9]");
        ck_assert(tn_dims_equal(&out, &back));
    }
}
END_TEST

START_TEST(sizes_are_counted_without_overflow)
{
    size_t bytes = 7;
    tn_dims scalar = tn_dims_scalar(), some = DIMS(2, -1), six = DIMS(2, 3), none = DIMS(INT32_MAX, INT32_MAX, 0),
            far = DIMS(INT64_MAX, 2, 0), huge = DIMS(INT64_MAX, 2);
    tn_dims wide = DIMS(INT64_MAX), unknown = tn_dims_unknown();
    ck_assert_int_eq(tn_dims_size(&scalar), 1);
    ck_assert_int_eq(tn_dims_size(&six), 6);
    ck_assert_int_eq(tn_dims_size(&none), 0);
    ck_assert_int_eq(tn_dims_size(&some), -1);
    ck_assert_int_eq(tn_dims_size(&unknown), -1);
    ck_assert_int_eq(tn_dims_size(&huge), -2);
    ck_assert_int_eq(tn_dims_size(&far), -2); /* empty, but its strides would overflow */
    ck_assert_int_eq(tn_dims_size(&wide), INT64_MAX);
    ck_assert(tn_dims_bytes(&six, TN_FLOAT64, &bytes) && bytes == 48);
    ck_assert(tn_dims_bytes(&none, TN_INT8, &bytes) && bytes == 0);
    bytes = 7;
    ck_assert(!tn_dims_bytes(&none, TN_FLOAT64, &bytes) && !tn_dims_bytes(&far, TN_INT8, &bytes));
    ck_assert(!tn_dims_bytes(&wide, TN_FLOAT64, &bytes) && !tn_dims_bytes(&some, TN_INT8, &bytes) &&
              !tn_dims_bytes(&huge, TN_INT8, &bytes));
    ck_assert_uint_eq(bytes, 7);
}
END_TEST

START_TEST(strides_and_axes)
{
    tn_dims d = DIMS(2, 3, 4), scalar = tn_dims_scalar();
    int64_t strides[TN_MAX_RANK];
    tn_dims_strides(&d, strides);
    ck_assert(strides[0] == 12 && strides[1] == 4 && strides[2] == 1);
    ck_assert(tn_dims_axis(&d, 0) == 0 && tn_dims_axis(&d, 2) == 2 && tn_dims_axis(&d, -1) == 2 && tn_dims_axis(&d, -3) == 0);
    ck_assert(tn_dims_axis(&d, 3) == -1 && tn_dims_axis(&d, -4) == -1 && tn_dims_axis(&d, INT64_MIN) == -1 &&
              tn_dims_axis(&d, INT64_MAX) == -1);
    ck_assert_int_eq(tn_dims_axis(&scalar, 0), -1);
}
END_TEST

TN_SUITE("core dims", shapes_have_texts, bad_ranks_are_unknown, known_and_equal, shapes_merge, shapes_broadcast,
         sizes_are_counted_without_overflow, strides_and_axes)
