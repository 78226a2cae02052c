/* A row of two by a column of two. */
#include <tenure.h>

int main(void)
{
    tn_output row = tn_matrix(1, 2, 3.0f, 3.0f);
    tn_output column = tn_matrix(2, 1, 2.0f, 2.0f);
    tn_output product = tn_matmul(row, column);

    WITH_SESSION(s) {
        tn_print(tn_run(s, product));
    }
    return 0;
}
