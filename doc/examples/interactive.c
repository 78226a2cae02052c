/* An interactive session is the default session from its opening to its close. */
#include <tenure.h>

int main(void)
{
    tn_session *s = tn_interactive_session_open();
    tn_variable *x = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "x");
    tn_output a = tn_vector(3.0f, 3.0f);

    tn_op_run(tn_initializer(x)); /* x has a value now, in this session */

    tn_output sub = tn_sub(tn_read(x), a);
    tn_print(tn_eval(sub));
    tn_session_close(s);
    return 0;
}
