/* A user's program: must print [4. 6.] and leave by 0. */
#include <string.h>
#include <tenure.h>

int main(void)
{
    tn_output sum = tn_add(tn_vector(1.0f, 2.0f), tn_vector(3.0f, 4.0f));
    WITH_SESSION(s) {
        tn_tensor *t = tn_run(s, sum);
        tn_print(t);
        return t && tn_tensor_size(t) == 2 && tn_f32(t)[0] == 4.0f && tn_f32(t)[1] == 6.0f ? 0 : 1;
    }
    return 1;
}
