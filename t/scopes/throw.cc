// Throws an exception through blocks of C and of C++; every one must have been closed. See check_scopes_cxx.sh.
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <tenure.h>

extern "C" void c_frames(tn_graph *graph, tn_session *session, void (*callback)(void *closed), int *closed);

static void thrower(void *closed)
{
    if (*static_cast<int *>(closed) == 0)
        throw std::runtime_error("thrown");
}

static void cpp_frames(tn_graph *graph, tn_session *session, int *closed)
{
    WITH_SESSION(s)
    {
        DEFAULT_GRAPH_SCOPE(graph);
        NAME_SCOPE("cpp");
        WITH_GRAPH(g)
        {
            WITH_DEVICE("/cpu:1")
                c_frames(graph, session, thrower, closed);
        }
    }
}

static bool check(bool good, const char *what)
{
    if (!good)
        std::fprintf(stderr, "not so: %s\n", what);
    return good;
}

static const char *name_of_new()
{
    const tn_op_args args = {};
    return tn_op_name(tn_op_new_with(nullptr, "NoOp", &args));
}

int main()
{
    tn_graph *before = tn_default_graph(), *graph = tn_graph_new(nullptr);
    tn_session_options options = {};
    options.graph = graph;
    tn_session *session = tn_session_open_with(&options);
    int closed = 0;
    bool caught = false;
    try {
        cpp_frames(graph, session, &closed);
    } catch (const std::runtime_error &e) {
        caught = std::strcmp(e.what(), "thrown") == 0;
    }
    bool good = check(caught, "the exception arrives");
    good = check(closed == 1, "the temporary context was freed") && good;
    good = check(tn_default_graph() == before, "the default graph is what it was") && good;
    good = check(tn_default_session() == nullptr, "there is no default session") && good;
    good = check(std::strcmp(name_of_new(), "NoOp") == 0, "the name scope of the default graph was left") && good;
    WITH_DEFAULT_GRAPH(graph)
        good = check(std::strcmp(name_of_new(), "NoOp") == 0, "the name scope of the other graph was left") && good;
    tn_session_close(session);
    talloc_free(graph);
    char open[256] = "";
    FILE *report = fmemopen(open, sizeof open, "w");
    (void)tn_reset_default_graph();
    tn_report(nullptr, report);
    std::fclose(report);
    return check(std::strstr(open, "throw") == nullptr, open) && good ? 0 : 1;
}
