/* The choice of an instruction set. */
#include "cpu/isa.h"
#include "harness.h"

static const char *const names[] = { "baseline", "avx2", "avx512" };

/* Every member of a table is there. */
static void expect_whole(const tn_isa *isa)
{
    const void *const *members = (const void *const *)isa;
    for (size_t i = 0; i < sizeof *isa / sizeof *members; i++)
        ck_assert_msg(members[i] != NULL, "member %zu of %s", i, isa->name);
}

START_TEST(sets_have_names)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const tn_isa *isa = tn_isa_named(names[i]);
        if (!isa)
            continue; /* not on this processor */
        ck_assert_str_eq(isa->name, names[i]);
        expect_whole(isa);
    }
    ck_assert_ptr_nonnull(tn_isa_named("baseline"));
    ck_assert_ptr_null(tn_isa_named("avx"));
    ck_assert_ptr_null(tn_isa_named(""));
}
END_TEST

/* The environment of the suite names one, or the best is taken. */
START_TEST(the_environment_chooses)
{
    const char *wanted = getenv("TENURE_ISA");
    const tn_isa *named = wanted ? tn_isa_named(wanted) : NULL;
    for (size_t i = sizeof names / sizeof names[0]; i-- > 0 && !named;)
        named = tn_isa_named(names[i]);
    ck_assert_ptr_eq(tn_isa_best(), named);
}
END_TEST

START_TEST(a_test_may_choose)
{
    const tn_isa *before = tn_isa_best();
    tn_isa_choose(tn_isa_named("baseline"));
    ck_assert_str_eq(tn_isa_best()->name, "baseline");
    tn_isa_choose(before);
    ck_assert_ptr_eq(tn_isa_best(), before);
}
END_TEST

TN_SUITE("cpu isa", sets_have_names, the_environment_chooses, a_test_may_choose)
