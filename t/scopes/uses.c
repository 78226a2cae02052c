/* Compiled as C and as C++, never run, with a user's warnings: the macros of scope.h in every way out. See check_scope_compilers.sh. */
#include <tenure.h>

int use(int n);
int use_all(int n);

#define WAYS(kind, WITH, SCOPE, v, inside)                                                                                                 \
    static int kind##_ways(int n)                                                                                                          \
    {                                                                                                                                      \
        for (int i = 0; i < n; i++) {                                                                                                      \
            WITH(v)                                                                                                                        \
            {                                                                                                                              \
                if (i == 1)                                                                                                                \
                    break;                                                                                                                 \
                if (i == 2)                                                                                                                \
                    continue;                                                                                                              \
                if (i == 3)                                                                                                                \
                    goto out;                                                                                                              \
                if (i == 4)                                                                                                                \
                    return use(inside);                                                                                                    \
            }                                                                                                                              \
        }                                                                                                                                  \
        WITH(v)                                                                                                                            \
        WITH(v##2)                                                                                                                         \
        n += use(inside);                                                                                                                  \
        for (int i = 0; i < n; i++) {                                                                                                      \
            SCOPE(v);                                                                                                                      \
            if (i == 1)                                                                                                                    \
                break;                                                                                                                     \
            if (i == 2)                                                                                                                    \
                continue;                                                                                                                  \
            if (i == 3)                                                                                                                    \
                goto out;                                                                                                                  \
            if (i == 4)                                                                                                                    \
                return use(inside);                                                                                                        \
        }                                                                                                                                  \
        switch (n) {                                                                                                                       \
        case 1: {                                                                                                                          \
            SCOPE(v);                                                                                                                      \
            SCOPE(v##2);                                                                                                                   \
            break;                                                                                                                         \
        }                                                                                                                                  \
        default:                                                                                                                           \
            WITH(v)                                                                                                                        \
            {                                                                                                                              \
                n++;                                                                                                                       \
            }                                                                                                                              \
        }                                                                                                                                  \
    out:                                                                                                                                   \
        return n;                                                                                                                          \
    }

tn_graph *graph, *graph2;
tn_session *session, *session2;
const char *text = "n", *text2 = "m";

WAYS(session, WITH_SESSION, SESSION_SCOPE, s, s != NULL)
WAYS(graph, WITH_GRAPH, GRAPH_SCOPE, g, g != NULL)
WAYS(temp, WITH_TEMP, TEMP_SCOPE, t, t != NULL)
WAYS(default_graph, WITH_DEFAULT_GRAPH, DEFAULT_GRAPH_SCOPE, graph, 1)
WAYS(default_session, WITH_DEFAULT_SESSION, DEFAULT_SESSION_SCOPE, session, 2)
WAYS(name_scope, WITH_NAME_SCOPE, NAME_SCOPE, text, 3)
WAYS(device, WITH_DEVICE, DEVICE_SCOPE, text, 4)

#ifndef __cplusplus
tn_op *op, *op2;
WAYS(controls, WITH_CONTROL_DEPENDENCIES, CONTROL_DEPENDENCIES_SCOPE, op, 5)

static int options(void)
{
    WITH_CONTROL_DEPENDENCIES(op, op2) {
        WITH_SESSION(s, .threads = 2, .parent = op) {
            return use(s != NULL);
        } else {
            return use(-1);
        }
    }
    WITH_CONTROL_DEPENDENCIES() {
        WITH_GRAPH(g, .seed = 7)
            use(g != NULL);
        else
            use(0);
    }
    return 0;
}
#endif

/* No brace anywhere: what may be skipped holds what may not, and stands on one line with its like. */
static int braceless(int n)
{
    WITH_GRAPH(g)
        WITH_NAME_SCOPE(text)
            WITH_SESSION(s)
                WITH_DEVICE(text)
                    n += use(g && s);
    /* clang-format off */
    WITH_TEMP(t) n += use(t != NULL); WITH_TEMP(u) n += use(u != NULL);
    /* clang-format on */
    return n;
}

int use_all(int n)
{
    n += braceless(n);
    n += session_ways(n) + graph_ways(n) + temp_ways(n) + default_graph_ways(n) + default_session_ways(n) + name_scope_ways(n) +
         device_ways(n);
#ifndef __cplusplus
    n += controls_ways(n) + options();
#endif
    return n;
}
