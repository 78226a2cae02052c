/* C frames that an exception of C++ passes through; built with -fexceptions. See check_scopes_cxx.sh. */
#define TN_REQUIRE_UNWIND
#include <tenure.h>

void c_frames(tn_graph *graph, tn_session *session, void (*callback)(void *closed), int *closed);

static int note(int **chunk)
{
    ++**chunk;
    return 0;
}

static void inner(tn_session *session, void (*callback)(void *), int *closed)
{
    SESSION_SCOPE(s);
    DEFAULT_SESSION_SCOPE(session);
    WITH_NAME_SCOPE("n") {
        WITH_TEMP(t) {
            int **chunk = talloc(t, int *);
            *chunk = closed;
            talloc_set_destructor(chunk, note);
            WITH_DEVICE("/cpu:0")
                callback(closed);
        }
    }
}

void c_frames(tn_graph *graph, tn_session *session, void (*callback)(void *closed), int *closed)
{
    WITH_DEFAULT_GRAPH(graph) {
        WITH_GRAPH(g) {
            tn_output x = tn_scalar(1.0f);
            WITH_CONTROL_DEPENDENCIES(x.op) {
                inner(session, callback, closed);
            }
        }
    }
}
