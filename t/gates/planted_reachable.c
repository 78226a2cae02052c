/* Planted for check-gates: a program that still holds a tensor at exit. */
#include <tenure.h>

static tn_tensor *kept;

int main(void)
{
    kept = tn_tensor_new(NULL, TN_FLOAT32, 0, NULL, NULL);
    return kept ? 0 : 1;
}
