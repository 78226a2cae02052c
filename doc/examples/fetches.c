/* Two outputs in one run: what both need is computed once. */
#include <tenure.h>

int main(void)
{
    tn_output input1 = tn_scalar(3.0f), input2 = tn_scalar(2.0f), input3 = tn_scalar(5.0f);
    tn_output intermediate = tn_add(input2, input3);
    tn_output product = tn_mul(input1, intermediate);

    WITH_SESSION(s) {
        tn_tensor *result[2];
        if (tn_run_all(s, TN_OUTPUTS(product, intermediate), result))
            return 1;
        tn_print(result[0]);
        tn_print(result[1]);
    }
    return 0;
}
