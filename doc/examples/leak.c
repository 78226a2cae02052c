/*
 * What a forgotten close leaks, and how the block prevents it.
 *
 *   valgrind --leak-check=full ./leak forget   # "definitely lost": the session and all it held
 *   valgrind --leak-check=full ./leak          # "All heap blocks were freed -- no leaks are possible"
 */
#include <string.h>
#include <tenure.h>

/* Legacy code with an early return: the close at its end is never reached. */
static int by_hand(tn_output y)
{
    tn_session *s = tn_session_open();
    tn_tensor *t = tn_run(s, y);
    if (tn_f32(t)[0] > 0)
        return 1; /* s is forgotten here */
    tn_session_close(s);
    return 0;
}

/* The same with a block. */
static int by_block(tn_output y)
{
    WITH_SESSION(s) {
        tn_tensor *t = tn_run(s, y);
        if (tn_f32(t)[0] > 0)
            return 1; /* closes s */
    }
    return 0;
}

int main(int argc, char **argv)
{
    tn_output y = tn_square(tn_vector(3.0f, 4.0f));
    bool forget = argc > 1 && !strcmp(argv[1], "forget");
    int left_early = forget ? by_hand(y) : by_block(y);
    printf("left early: %d\n", left_early);
    return 0;
}
