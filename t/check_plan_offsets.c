/* Ranges of an arena: no two that are taken overlap, and what is given back is used again. */
#include "harness.h"
#include "plan/offsets.h"

enum { MANY = 500 };

typedef struct taken {
    uint32_t range;
    size_t offset, size;
    bool is_taken;
} taken;

static void expect_disjoint(const taken *all, size_t n, const taken *one)
{
    for (size_t i = 0; i < n; i++) {
        const taken *other = &all[i];
        if (!other->is_taken || other == one)
            continue;
        ck_assert_msg(one->offset + one->size <= other->offset || other->offset + other->size <= one->offset,
                      "ranges at %zu and %zu overlap", one->offset, other->offset);
    }
}

START_TEST(taken_ranges_are_aligned_and_disjoint)
{
    static taken all[MANY];
    memset(all, 0, sizeof all);
    tn_offsets *o = tn_offsets_new(root);
    unsigned seed = 7;
    int turns = getenv("TN_UNDER_VALGRIND") ? 2000 : 20000;
    for (int turn = 0; turn < turns; turn++) {
        seed = seed * 1103515245 + 12345;
        taken *t = &all[(seed >> 8 & 0xffff) % MANY];
        if (t->is_taken) {
            tn_offsets_give(o, t->range);
            t->is_taken = false;
            continue;
        }
        t->size = (seed >> 4) % (turn % 7 ? 3000 : 70);
        t->range = tn_offsets_take(o, t->size, &t->offset);
        ck_assert_uint_ne(t->range, UINT32_MAX);
        ck_assert_uint_eq(t->offset % 64, 0);
        ck_assert_uint_le(t->offset + t->size, tn_offsets_peak(o));
        t->is_taken = true;
        expect_disjoint(all, MANY, t);
    }
    talloc_free(o);
}
END_TEST

/* The last range is free and large enough, but a smaller one of its bin was freed after it. */
START_TEST(the_arena_never_becomes_smaller)
{
    enum { UNIT = 64 };
    tn_offsets *o = tn_offsets_new(root);
    size_t offset;
    uint32_t a = tn_offsets_take(o, 80 * UNIT, &offset), guard = tn_offsets_take(o, UNIT, &offset);
    uint32_t b = tn_offsets_take(o, 87 * UNIT, &offset);
    tn_offsets_give(o, b);
    tn_offsets_give(o, a);
    uint32_t again = tn_offsets_take(o, 86 * UNIT, &offset);
    ck_assert_uint_eq(offset, 81 * UNIT);
    ck_assert_uint_eq(tn_offsets_peak(o), 168 * UNIT);
    tn_offsets_give(o, again);
    tn_offsets_give(o, guard);
    talloc_free(o);
}
END_TEST

START_TEST(what_is_given_back_is_used_again)
{
    tn_offsets *o = tn_offsets_new(root);
    size_t offset;
    for (int i = 0; i < 1000; i++) {
        uint32_t a = tn_offsets_take(o, 1000, &offset), b = tn_offsets_take(o, 64, &offset), c = tn_offsets_take(o, 5000, &offset);
        tn_offsets_give(o, b);
        tn_offsets_give(o, c);
        tn_offsets_give(o, a);
    }
    ck_assert_uint_eq(tn_offsets_peak(o), 1024 + 64 + 5056);
    talloc_free(o);
}
END_TEST

START_TEST(neighbours_join)
{
    tn_offsets *o = tn_offsets_new(root);
    size_t offset[4];
    uint32_t r[4];
    for (int i = 0; i < 4; i++)
        r[i] = tn_offsets_take(o, 640, &offset[i]);
    tn_offsets_give(o, r[0]);
    tn_offsets_give(o, r[2]);
    tn_offsets_give(o, r[1]);
    size_t at;
    ck_assert_uint_ne(tn_offsets_take(o, 3 * 640, &at), UINT32_MAX);
    ck_assert_uint_eq(at, offset[0]);
    ck_assert_uint_eq(tn_offsets_peak(o), 4 * 640);
    talloc_free(o);
}
END_TEST

START_TEST(the_last_range_grows)
{
    tn_offsets *o = tn_offsets_new(root);
    size_t at;
    uint32_t a = tn_offsets_take(o, 64, &at);
    tn_offsets_give(o, a);
    ck_assert_uint_ne(tn_offsets_take(o, 6400, &at), UINT32_MAX);
    ck_assert_uint_eq(at, 0);
    ck_assert_uint_eq(tn_offsets_peak(o), 6400);
    talloc_free(o);
}
END_TEST

START_TEST(empty_ranges_have_a_place_and_huge_ones_are_refused)
{
    tn_offsets *o = tn_offsets_new(root);
    size_t a, b;
    ck_assert_uint_ne(tn_offsets_take(o, 0, &a), UINT32_MAX);
    ck_assert_uint_ne(tn_offsets_take(o, 0, &b), UINT32_MAX);
    ck_assert_uint_ne(a, b);
    ck_assert_uint_eq(tn_offsets_take(o, SIZE_MAX, &a), UINT32_MAX);
    talloc_free(o);
}
END_TEST

TN_SUITE("plan offsets", taken_ranges_are_aligned_and_disjoint, what_is_given_back_is_used_again, neighbours_join, the_last_range_grows,
         empty_ranges_have_a_place_and_huge_ones_are_refused, the_arena_never_becomes_smaller)
