/* Blocks in an arena: none that are needed at one time overlap, and the arena is not larger than before. */
#include "harness.h"
#include "plan/pack.h"

enum { MANY = 60 };

static size_t needed_by(const tn_block *b, uint32_t n)
{
    size_t most = 0;
    for (uint32_t i = 0; i < n; i++) {
        size_t live = 0;
        for (uint32_t j = 0; j < n; j++)
            live += b[j].first <= b[i].first && b[i].first <= b[j].last ? b[j].size : 0;
        most = live > most ? live : most;
    }
    return most;
}

/* One after the other: the worst there is. */
static size_t stack(tn_block *b, uint32_t n)
{
    size_t peak = 0;
    for (uint32_t i = 0; i < n; i++) {
        b[i].at = peak;
        peak += b[i].size;
    }
    return peak;
}

static void expect_apart(const tn_block *b, uint32_t n, size_t peak)
{
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_uint_le(b[i].at + b[i].size, peak);
        for (uint32_t j = 0; j < i; j++)
            if (b[i].first <= b[j].last && b[j].first <= b[i].last)
                ck_assert(b[i].at + b[i].size <= b[j].at || b[j].at + b[j].size <= b[i].at);
    }
}

START_TEST(random_blocks_are_packed)
{
    uint32_t state = 5;
    for (uint32_t turn = 0; turn < 200; turn++) {
        tn_block b[MANY];
        uint32_t n = turn % MANY + 1;
        for (uint32_t i = 0; i < n; i++) {
            state = state * 1664525u + 1013904223u;
            uint32_t first = state >> 8 & 63, last = first + (state >> 16 & 15);
            b[i] = (tn_block){ .size = 64 * (1 + (state >> 20)), .first = first, .last = i % 9 ? last : UINT32_MAX };
        }
        size_t before = stack(b, n), peak = before, needed = needed_by(b, n);
        ck_assert_int_eq(tn_pack_blocks(root, b, n, needed, &peak), TN_OK);
        ck_assert(peak >= needed && peak <= before);
        ck_assert_msg(peak <= needed + needed / 8, "turn %u: %zu, %zu are needed", turn, peak, needed);
        expect_apart(b, n, peak);
    }
}
END_TEST

START_TEST(what_is_good_is_left)
{
    tn_block b[] = { { .at = 64, .size = 64, .first = 0, .last = 5 }, { .at = 0, .size = 64, .first = 3, .last = 9 } };
    size_t peak = 128;
    ck_assert_int_eq(tn_pack_blocks(root, b, 2, 128, &peak), TN_OK);
    ck_assert(peak == 128 && b[0].at == 64 && b[1].at == 0);
    peak = 0;
    ck_assert_int_eq(tn_pack_blocks(root, NULL, 0, 0, &peak), TN_OK);
    ck_assert_uint_eq(peak, 0);
}
END_TEST

static tn_status pack(void *owner)
{
    tn_block b[] = { { .at = 0, .size = 640, .first = 0, .last = 2 }, { .at = 640, .size = 640, .first = 3, .last = 9 } };
    size_t peak = 1280;
    tn_status status = tn_pack_blocks(owner, b, 2, 640, &peak);
    ck_assert(status ? peak == 1280 && b[1].at == 640 : peak == 640 && b[0].at == 0 && b[1].at == 0);
    return status;
}

START_TEST(survives_oom)
{
    expect_survives_oom(pack);
}
END_TEST

TN_SUITE("plan pack", random_blocks_are_packed, what_is_good_is_left, survives_oom)
