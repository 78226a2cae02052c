/* Philox 4x32-10, against the known answers of its authors (Random123, kat_vectors). */
#include "cpu/isa.h"
#include "harness.h"

static void expect_block(tn_philox generator, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    const uint32_t want[4] = { a, b, c, d };
    uint32_t got[4];
    tn_philox_next(&generator, got);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(got[i], want[i]);
}

START_TEST(known_answers)
{
    expect_block((tn_philox){ 0, { 0, 0 } }, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    expect_block((tn_philox){ UINT64_MAX, { UINT64_MAX, UINT64_MAX } }, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    expect_block((tn_philox){ UINT64_C(0x299f31d0a4093822), { UINT64_C(0x85a308d3243f6a88), UINT64_C(0x0370734413198a2e) } }, 0xd16cfe09,
                 0x94fdcceb, 0x5001e420, 0x24126ea1);
}
END_TEST

START_TEST(counts_on)
{
    tn_philox one = { 42, { UINT64_MAX, 7 } }, skipped = tn_philox_skip(one, 2);
    uint32_t bits[4];
    tn_philox_next(&one, bits);
    ck_assert(one.counter[0] == 0 && one.counter[1] == 8);
    tn_philox_next(&one, bits);
    ck_assert(one.counter[0] == skipped.counter[0] && one.counter[1] == skipped.counter[1] && one.key == 42);
}
END_TEST

START_TEST(skips_past_the_end)
{
    tn_philox last = tn_philox_skip((tn_philox){ 1, { UINT64_MAX, UINT64_MAX } }, 1);
    ck_assert(last.counter[0] == 0 && last.counter[1] == 0);
    last = tn_philox_skip((tn_philox){ 1, { 5, 6 } }, 0);
    ck_assert(last.counter[0] == 5 && last.counter[1] == 6);
}
END_TEST

static void expect_many(const tn_isa *isa, tn_philox start, int64_t n)
{
    uint32_t many[4 * 70 + 1], one[4];
    tn_philox generator = start;
    many[4 * n] = 77;
    (*isa->philox)(&generator, many, n);
    for (int64_t i = 0; i < n; i++) {
        tn_philox_next(&start, one);
        ck_assert_mem_eq(one, many + 4 * i, sizeof one);
    }
    ck_assert_uint_eq(many[4 * n], 77);
    ck_assert(generator.counter[0] == start.counter[0] && generator.counter[1] == start.counter[1]);
}

START_TEST(many_are_one_after_the_other)
{
    static const char *const names[] = { "baseline", "avx2", "avx512" };
    for (int i = 0; i < 3; i++)
        for (int64_t n = 0; n <= 70 && tn_isa_named(names[i]); n++) {
            expect_many(tn_isa_named(names[i]), (tn_philox){ UINT64_C(0x123456789abcdef), { 5, 6 } }, n);
            expect_many(tn_isa_named(names[i]), (tn_philox){ 1, { UINT64_MAX - 20, UINT64_MAX } }, n);
        }
}
END_TEST

TN_SUITE("cpu philox", known_answers, counts_on, skips_past_the_end, many_are_one_after_the_other)
