/* Every WITH_ block, left in every way that C has. Each function below must give 42 and leave the state as it was. */
#include "scope_watch.h"

#include "core/alloc.h"
#include "graph/graph.h"

static volatile int yes = 1; /* keeps the compiler from seeing which way is taken */

#define WAYS_OUT(kind, WITH, SCOPE, v, inside)                                                                                             \
    static int kind##_falls_through(void)                                                                                                  \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            y = inside;                                                                                                                    \
        }                                                                                                                                  \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_without_braces(void)                                                                                                 \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        WITH(v)                                                                                                                            \
        y = inside;                                                                                                                        \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_returns(void)                                                                                                        \
    {                                                                                                                                      \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            return inside;                                                                                                                 \
        }                                                                                                                                  \
        return -1;                                                                                                                         \
    }                                                                                                                                      \
    static int kind##_breaks(void)                                                                                                         \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            y = inside;                                                                                                                    \
            if (yes)                                                                                                                       \
                break;                                                                                                                     \
            y = -3;                                                                                                                        \
        }                                                                                                                                  \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_continues(void)                                                                                                      \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            y = inside;                                                                                                                    \
            if (yes)                                                                                                                       \
                continue;                                                                                                                  \
            y = -3;                                                                                                                        \
        }                                                                                                                                  \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_goes_out(void)                                                                                                       \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            y = inside;                                                                                                                    \
            if (yes)                                                                                                                       \
                goto out;                                                                                                                  \
            y = -3;                                                                                                                        \
        }                                                                                                                                  \
        y = -4;                                                                                                                            \
    out:                                                                                                                                   \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_in_loop(void)                                                                                                        \
    {                                                                                                                                      \
        int turns = 0, sum = 0;                                                                                                            \
        for (int i = 0; i < 5; i++) {                                                                                                      \
            WITH(v)                                                                                                                        \
            {                                                                                                                              \
                sum += inside;                                                                                                             \
                if (i == 2)                                                                                                                \
                    break;                                                                                                                 \
                if (i == 3)                                                                                                                \
                    continue;                                                                                                              \
            }                                                                                                                              \
            turns++;                                                                                                                       \
        }                                                                                                                                  \
        return turns == 5 && sum == 5 * 42 ? 42 : -3;                                                                                      \
    }                                                                                                                                      \
    static int kind##_in_switch(void)                                                                                                      \
    {                                                                                                                                      \
        int y = -1;                                                                                                                        \
        switch (yes) {                                                                                                                     \
        case 1:                                                                                                                            \
            WITH(v)                                                                                                                        \
            {                                                                                                                              \
                y = inside;                                                                                                                \
                break;                                                                                                                     \
            }                                                                                                                              \
            y += yes - 1;                                                                                                                  \
            break;                                                                                                                         \
        default:                                                                                                                           \
            y = -3;                                                                                                                        \
        }                                                                                                                                  \
        return y;                                                                                                                          \
    }                                                                                                                                      \
    static int kind##_holds_switch(void)                                                                                                   \
    {                                                                                                                                      \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            switch (yes) {                                                                                                                 \
            case 1:                                                                                                                        \
                return inside;                                                                                                             \
            default:                                                                                                                       \
                break;                                                                                                                     \
            }                                                                                                                              \
        }                                                                                                                                  \
        return -1;                                                                                                                         \
    }                                                                                                                                      \
    static int kind##_in_if(void)                                                                                                          \
    {                                                                                                                                      \
        if (yes) {                                                                                                                         \
            WITH(v)                                                                                                                        \
            {                                                                                                                              \
                return inside;                                                                                                             \
            }                                                                                                                              \
        }                                                                                                                                  \
        return -1;                                                                                                                         \
    }                                                                                                                                      \
    static int kind##_again(void)                                                                                                          \
    {                                                                                                                                      \
        int y = 0;                                                                                                                         \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            y += inside;                                                                                                                   \
        }                                                                                                                                  \
        WITH(v)                                                                                                                            \
        {                                                                                                                                  \
            y += inside;                                                                                                                   \
        }                                                                                                                                  \
        return y / 2;                                                                                                                      \
    }

FOR_EACH_SCOPE(WAYS_OUT)

typedef int way(void);
#define LISTED(kind, WITH, SCOPE, v, inside)                                                                                               \
    { #kind,                                                                                                                               \
      { kind##_falls_through, kind##_without_braces, kind##_returns, kind##_breaks, kind##_continues, kind##_goes_out, kind##_in_loop,     \
        kind##_in_switch, kind##_holds_switch, kind##_in_if, kind##_again } },

enum { WAYS = 11 };
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

/* ---- Nesting ---- */

static int three_deep(void)
{
    WITH_SESSION(s) {
        WITH_NAME_SCOPE("n") {
            WITH_TEMP(t) {
                if (in_name_scope() == 42 && in_temp(t) == 42)
                    return in_session(s);
            }
        }
    }
    return -1;
}

static int two_in_a_line(void)
{
    int y = 0;
    WITH_SESSION(s)
        WITH_TEMP(t) {
            y = in_session(s) + in_temp(t);
        }
    return y / 2;
}

static int break_leaves_the_inner_one(void)
{
    int y = -1;
    WITH_SESSION(a) {
        WITH_SESSION(b) {
            y = in_session(b);
            break;
        }
        y = y == 42 ? in_session(a) : -2;
    }
    return y;
}

static int same_name_twice(void)
{
    int y = 0;
    WITH_GRAPH(g)
        y += in_graph(g);
    WITH_GRAPH(g)
        y += in_graph(g);
    return y / 2;
}

static int all_of_them(void)
{
    WITH_DEFAULT_SESSION(things.session) {
        WITH_DEFAULT_GRAPH(things.outer) {
            WITH_CONTROL_DEPENDENCIES(things.one.op) {
                WITH_DEVICE("/cpu:3") {
                    WITH_NAME_SCOPE("n") {
                        if (in_controls() == 42 && in_device() == 42 && in_name_scope() == 42)
                            return in_default_session();
                    }
                }
            }
        }
    }
    return -1;
}

#define TWICE(statement) statement statement
#define ONCE(statement)  statement

static int in_an_argument(void)
{
    int y = 0;
    ONCE(WITH_NAME_SCOPE("n") { y += in_name_scope(); })
    TWICE(WITH_SESSION(s) { y += in_session(s); })
    return y / 3;
}

START_TEST(nesting)
{
    static way *const ways[] = { three_deep, two_in_a_line, break_leaves_the_inner_one, same_name_twice, all_of_them, in_an_argument };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        scope_things_open();
        ck_assert_msg(ways[i]() == 42, "way %zu", i);
        scope_things_close();
    }
}
END_TEST

START_TEST(returned_value_is_computed_before_closing)
{
    scope_things_open();
    ck_assert_int_eq(session_returns(), 42);
    scope_things_close();
}
END_TEST

/* ---- Else ---- */

static int session_or_else(tn_graph *graph)
{
    WITH_SESSION(s, .graph = graph) {
        return in_session(s);
    } else {
        return -7;
    }
    return -1;
}

START_TEST(else_when_memory_ran_out)
{
    int y = -1;
    scope_things_open();
    tn_alloc_fail_at(1, true);
    int failed = session_or_else(things.outer);
    WITH_GRAPH(g)
        y = in_graph(g);
    else
        y = -8;
    int skipped = temp_falls_through();
    tn_alloc_fail_at(0, false);
    ck_assert_int_eq(failed, -7);
    ck_assert_int_eq(y, -8);
    ck_assert_int_eq(skipped, -1);
    ck_assert_int_eq(session_or_else(things.outer), 42);
    expect_error(TN_RESOURCE_EXHAUSTED, "");
    scope_things_close();
}
END_TEST

START_TEST(else_when_opening_is_refused)
{
    int y = 0;
    scope_things_open();
    WITH_SESSION(s, .target = "grpc://nowhere")
        y = in_session(s);
    else
        y = -7;
    ck_assert_int_eq(y, -7);
    expect_error(TN_NOT_FOUND, "");
    scope_things_close();
}
END_TEST

/* ---- Options ---- */

START_TEST(options)
{
    scope_things_open();
    WITH_SESSION(s, .graph = things.other, .threads = 1, .parent = root) {
        tn_output two = tn_scalar(2.0f);
        tn_tensor *y = tn_run(s, two);
        ck_assert_ptr_eq(tn_graph_op(things.other, tn_op_name(two.op)), two.op);
        ck_assert_ptr_nonnull(y);
        ck_assert_float_eq(tn_f32(y)[0], 2);
        ck_assert_ptr_eq(talloc_parent(s), root);
    }
    WITH_GRAPH(g, .owner = root, .seed = 7) {
        ck_assert_ptr_eq(talloc_parent(g), root);
        ck_assert(g->core->has_seed && g->core->seed == 7);
    }
    scope_things_close();
}
END_TEST

TN_SUITE("scopes blocks", every_way_out, nesting, returned_value_is_computed_before_closing, else_when_memory_ran_out,
         else_when_opening_is_refused, options)
