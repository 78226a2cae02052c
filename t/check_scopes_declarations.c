/* The declaration twin of every block, left in every way that C has. Each function must give 42 and leave the state as it was. */
#include "core/alloc.h"
#include "scope_watch.h"

static volatile int yes = 1; /* keeps the compiler from seeing which way is taken */

#define WAYS_OUT(kind, WITH, SCOPE, v, inside)                                                                                             \
    static int kind##_falls_through(void)                                                                                                  \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        {                                                                                                                                  \
            SCOPE(v);                                                                                                                      \
            y = inside;                                                                                                                    \
        }                                                                                                                                  \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_returns(void)                                                                                                        \
    {                                                                                                                                      \
        SCOPE(v);                                                                                                                          \
        return inside;                                                                                                                     \
    }                                                                                                                                      \
    static int kind##_breaks_the_loop(void)                                                                                                \
    {                                                                                                                                      \
        int turns = 0, sum = 0;                                                                                                            \
        for (int i = 0; i < 5; i++) {                                                                                                      \
            SCOPE(v);                                                                                                                      \
            sum += inside;                                                                                                                 \
            if (i == 2)                                                                                                                    \
                break;                                                                                                                     \
            turns++;                                                                                                                       \
        }                                                                                                                                  \
        return turns == 2 && sum == 3 * 42 ? 42 : -3;                                                                                      \
    }                                                                                                                                      \
    static int kind##_continues_the_loop(void)                                                                                             \
    {                                                                                                                                      \
        int turns = 0, sum = 0;                                                                                                            \
        for (int i = 0; i < 5; i++) {                                                                                                      \
            SCOPE(v);                                                                                                                      \
            sum += inside;                                                                                                                 \
            if (i == 2)                                                                                                                    \
                continue;                                                                                                                  \
            turns++;                                                                                                                       \
        }                                                                                                                                  \
        return turns == 4 && sum == 5 * 42 ? 42 : -3;                                                                                      \
    }                                                                                                                                      \
    static int kind##_goes_out(void)                                                                                                       \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        {                                                                                                                                  \
            SCOPE(v);                                                                                                                      \
            y = inside;                                                                                                                    \
            if (yes)                                                                                                                       \
                goto out;                                                                                                                  \
            y = -3;                                                                                                                        \
        }                                                                                                                                  \
        y = -4;                                                                                                                            \
    out:                                                                                                                                   \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_in_switch(void)                                                                                                      \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        switch (yes) {                                                                                                                     \
        case 1: {                                                                                                                          \
            SCOPE(v);                                                                                                                      \
            y = inside;                                                                                                                    \
            break;                                                                                                                         \
        }                                                                                                                                  \
        default:                                                                                                                           \
            y = -3;                                                                                                                        \
        }                                                                                                                                  \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_again(void)                                                                                                          \
    {                                                                                                                                      \
        int y = 0;                                                                                                                         \
        {                                                                                                                                  \
            SCOPE(v);                                                                                                                      \
            y += inside;                                                                                                                   \
        }                                                                                                                                  \
        {                                                                                                                                  \
            SCOPE(v);                                                                                                                      \
            y += inside;                                                                                                                   \
        }                                                                                                                                  \
        return y / 2;                                                                                                                      \
    }                                                                                                                                      \
    static int kind##_inside_its_block(void)                                                                                               \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        {                                                                                                                                  \
            TEMP_SCOPE(scratch);                                                                                                           \
            SCOPE(v);                                                                                                                      \
            y = scratch ? inside : -2;                                                                                                     \
        }                                                                                                                                  \
        return y;                                                                                                                          \
    }

FOR_EACH_SCOPE(WAYS_OUT)

typedef int way(void);
#define LISTED(kind, WITH, SCOPE, v, inside)                                                                                               \
    { #kind,                                                                                                                               \
      { kind##_falls_through, kind##_returns, kind##_breaks_the_loop, kind##_continues_the_loop, kind##_goes_out, kind##_in_switch,        \
        kind##_again, kind##_inside_its_block } },

enum { WAYS = 8 };
static const struct kind {
    const char *name;
    way *ways[WAYS];
} kinds[] = { FOR_EACH_SCOPE(LISTED) };

START_TEST(every_way_out)
{
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (int w = 0; w < WAYS; w++) {
            scope_things_open();
            int y = kinds[k].ways[w]();
            ck_assert_msg(y == 42, "%s, way %d: %d", kinds[k].name, w, y);
            scope_things_close();
        }
}
END_TEST

static int several_of_a_kind(void)
{
    SESSION_SCOPE(a);
    SESSION_SCOPE(b, .threads = 1);
    TEMP_SCOPE(t);
    TEMP_SCOPE(u);
    NAME_SCOPE("n");
    NAME_SCOPE("m");
    return in_session(b) == 42 && in_temp(t) == 42 && in_temp(u) == 42 && tn_default_session() == b && a != b ? 42 : -1;
}

START_TEST(several_in_one_block)
{
    scope_things_open();
    ck_assert_int_eq(several_of_a_kind(), 42);
    scope_things_close();
}
END_TEST

/* Nothing opens, and nothing is closed. */
START_TEST(null_when_memory_ran_out)
{
    scope_things_open();
    tn_alloc_fail_at(1, true);
    {
        SESSION_SCOPE(s, .graph = things.outer);
        GRAPH_SCOPE(g);
        TEMP_SCOPE(t);
        tn_alloc_fail_at(0, false);
        ck_assert(!s && !g && !t);
    }
    expect_error(TN_RESOURCE_EXHAUSTED, "");
    scope_things_close();
}
END_TEST

TN_SUITE("scopes declarations", every_way_out, several_in_one_block, null_when_memory_ran_out)
