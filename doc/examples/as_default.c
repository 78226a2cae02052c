/* A session made the default one, which tn_eval uses; and a session named in the call. */
#include <tenure.h>

int main(void)
{
    tn_output result = tn_add(tn_vector(1.0f, 2.0f), tn_vector(2.0f, 3.0f));
    tn_session *s = tn_session_open();

    WITH_DEFAULT_SESSION(s) { /* does not close */
        tn_print(tn_eval(result));
    }
    tn_print(tn_eval(result, .session = s));

    tn_session_close(s);
    return 0;
}
