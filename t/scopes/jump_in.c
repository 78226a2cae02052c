/* Must not compile: a jump into a block would close what was never opened. */
#include <tenure.h>

int jump_in(int n);

int jump_in(int n)
{
    if (n)
        goto inside;
    WITH_SESSION(s) {
    inside:
        return s != NULL;
    }
    return 0;
}
