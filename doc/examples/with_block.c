/* The same by scope: the block closes the session however it is left. */
#include <tenure.h>

static int compute(tn_output result)
{
    WITH_SESSION(s) {
        tn_tensor *y = tn_run(s, result); /* owned by s */
        if (!y)
            return 1; /* closes s */
        tn_print(y);
        return 0; /* closes s */
    } else {
        fprintf(stderr, "%s\n", tn_last_error()->message);
    }
    return 1;
}

int main(void)
{
    tn_output result = tn_add(tn_vector(1.0f, 2.0f), tn_vector(2.0f, 3.0f));
    return compute(result);
}
