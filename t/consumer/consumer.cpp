/* A user's program in C++, on the plain functions beneath the macros: must print [4. 6.] and leave by 0. */
#include <tenure.h>

int main()
{
    const float a[] = { 1, 2 }, b[] = { 3, 4 };
    tn_output terms[] = { tn_const_vector(TN_FLOAT32, 2, a), tn_const_vector(TN_FLOAT32, 2, b) };
    tn_op_args args{};
    args.inputs = tn_outputs{ terms, 2 };
    tn_op *add = tn_op_new_with(nullptr, "Add", &args);
    tn_session_options options{};
    tn_session *session = tn_session_open_with(&options);
    tn_run_args run{};
    run.fetch = tn_op_output(add, 0);
    tn_tensor *sum = tn_run_with(session, &run);
    tn_print(sum);
    bool right = sum && tn_f32(sum)[0] == 4.0f && tn_f32(sum)[1] == 6.0f;
    tn_session_close(session);
    return right ? 0 : 1;
}
