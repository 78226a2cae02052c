/* Placeholders get their values from each run. */
#include <tenure.h>

int main(void)
{
    tn_output input1 = tn_placeholder(TN_FLOAT32, .name = "input1");
    tn_output input2 = tn_placeholder(TN_FLOAT32, .name = "input2");
    tn_output output = tn_mul(input1, input2);

    WITH_SESSION(s) {
        tn_tensor *seven = tn_tensor_new(s, TN_FLOAT32, 1, (int64_t[]){ 1 }, (float[]){ 7 });
        tn_tensor *two = tn_tensor_new(s, TN_FLOAT32, 1, (int64_t[]){ 1 }, (float[]){ 2 });
        tn_print(tn_run(s, output, .feeds = TN_FEEDS({ input1, seven }, { input2, two })));

        /* what is missing is said, and nothing is lost */
        if (!tn_run(s, output, .feeds = TN_FEEDS({ input1, seven })))
            printf("%s: %s\n", tn_status_name(tn_last_error()->code), tn_last_error()->message);
    }
    return 0;
}
