/* A variable that counts: its value lives in the session, from run to run. */
#include <tenure.h>

int main(void)
{
    tn_variable *state = tn_variable_new(tn_scalar(0), .name = "counter");
    tn_output new_value = tn_add(tn_read(state), tn_scalar(1));
    tn_output update = tn_assign(state, new_value);
    tn_op *init = tn_global_initializer(); /* after the variables are built */

    WITH_SESSION(s) {
        if (tn_run_op(s, init))
            return 1;
        tn_print(tn_run(s, tn_read(state)));
        for (int i = 0; i < 3; i++) {
            tn_run_op(s, update.op);
            tn_print(tn_run(s, tn_read(state)));
        }
    }
    return 0;
}
