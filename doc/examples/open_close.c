/* A session opened and closed by hand, as legacy code does. */
#include <tenure.h>

int main(void)
{
    tn_output a = tn_vector(1.0f, 2.0f);
    tn_output b = tn_vector(2.0f, 3.0f);
    tn_output result = tn_add(a, b); /* built in the default graph; nothing is computed */

    tn_session *s = tn_session_open();
    tn_print(tn_run(s, result));
    tn_session_close(s); /* frees the result too: it belonged to the session */
    return 0;
}
