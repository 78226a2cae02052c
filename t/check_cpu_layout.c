/* Kernels that move a whole tensor; values are NumPy's. */
#include "values.h"

#define SIX SHAPED(I32S(1, 2, 3, 4, 5, 6), 2, 3)

START_TEST(transpose)
{
    EXPECT(SHAPED(I32S(1, 4, 2, 5, 3, 6), 3, 2), "Transpose", SIX, I32S(1, 0));
    EXPECT(SIX, "Transpose", SIX, I64S(0, 1));
    EXPECT(SHAPED(BOOLS(true, false), 2, 1), "Transpose", SHAPED(BOOLS(true, false), 1, 2), I32S(1, 0));
    EXPECT(SHAPED(F64S(1, 3, 2, 4, 5, 7, 6, 8), 2, 2, 2), "Transpose", SHAPED(F64S(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2), I32S(0, 2, 1));
    EXPECT(SHAPED(F64S(1, 3, 5, 7, 2, 4, 6, 8), 2, 2, 2), "Transpose", SHAPED(F64S(1, 2, 3, 4, 5, 6, 7, 8), 2, 2, 2), I32S(2, 0, 1));
    EXPECT(EMPTY(TN_FLOAT32, 3, 0), "Transpose", EMPTY(TN_FLOAT32, 0, 3), I32S(1, 0));
    EXPECT(EMPTY(TN_FLOAT32, 1L << 20, 1L << 20, 0), "Transpose", EMPTY(TN_FLOAT32, 0, 1L << 20, 1L << 20), I32S(2, 1, 0));
    EXPECT(F32(4), "Transpose", F32(4), EMPTY(TN_INT32, 0));
}
END_TEST

START_TEST(slice)
{
    EXPECT(SHAPED(I32S(2, 3, 5, 6), 2, 2), "Slice", SIX, I32S(0, 1), I32S(2, -1));
    EXPECT(SHAPED(I32S(6), 1, 1), "Slice", SIX, I64S(1, 2), I64S(1, 1));
    EXPECT(EMPTY(TN_INT32, 0, 3), "Slice", SIX, I32S(2, 0), I32S(-1, 3));
    EXPECT(EMPTY(TN_FLOAT32, 0), "Slice", EMPTY(TN_FLOAT32, 0), I32S(0), I32S(0));
}
END_TEST

START_TEST(tile)
{
    EXPECT(SHAPED(I32S(1, 2, 1, 2, 1, 2, 1, 2), 2, 4), "Tile", SHAPED(I32S(1, 2), 1, 2), I32S(2, 2));
    EXPECT(I32S(1, 2, 3, 1, 2, 3), "Tile", I32S(1, 2, 3), I64S(2));
    EXPECT(EMPTY(TN_INT32, 0), "Tile", I32S(1, 2, 3), I32S(0));
    EXPECT(EMPTY(TN_INT32, 0, 4), "Tile", EMPTY(TN_INT32, 0, 2), I32S(3, 2));
    EXPECT(F64(3), "Tile", F64(3), EMPTY(TN_INT32, 0));
    EXPECT(SHAPED(I32S(1, 1, 1, 1), 1, 1, 2, 1, 2, 1, 1, 1), "Tile", SHAPED(I32S(1), 1, 1, 1, 1, 1, 1, 1, 1), I32S(1, 1, 2, 1, 2, 1, 1, 1));
    EXPECT_ERROR(TN_RESOURCE_EXHAUSTED, "OOM when allocating", "Tile", I32S(1, 2, 3), I64S(1L << 60));
}
END_TEST

START_TEST(pad)
{
    EXPECT(SHAPED(I32S(0, 0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6), 3, 4), "Pad", SIX, SHAPED(I32S(1, 0, 1, 0), 2, 2));
    EXPECT(F32S(0, 0, 5, 0), "Pad", F32S(5), SHAPED(I64S(2, 1), 1, 2));
    EXPECT(F32S(0, 0, 0), "Pad", EMPTY(TN_FLOAT32, 0), SHAPED(I32S(2, 1), 1, 2));
    EXPECT(EMPTY(TN_FLOAT32, 0, 5), "Pad", EMPTY(TN_FLOAT32, 0, 3), SHAPED(I32S(0, 0, 1, 1), 2, 2));
    EXPECT(F32(2), "Pad", F32(2), EMPTY(TN_INT32, 0, 2));
}
END_TEST

START_TEST(there_is_no_kernel_for_strings)
{
    tn_tensor *text = tn_string_tensor_new(root, 1, (int64_t[]){ 1 }, (const char *[]){ "a" }, (size_t[]){ 1 });
    EXPECT_ERROR(TN_UNIMPLEMENTED, "no kernel for string", "Tile", text, I32S(2));
}
END_TEST

/* One operation of each kernel file of the family, with its gradient, through a session. */
static tn_status build_and_run(void *owner)
{
    tn_status status = TN_RESOURCE_EXHAUSTED;
    WITH_GRAPH(g, .owner = owner) {
        tn_output x = tn_matrix(2, 2, 1.0f, 2.0f, 3.0f, 4.0f), dx;
        tn_output y = tn_gather(tn_pad(tn_transpose(x), tn_matrix(2, 2, 1, 0, 0, 1)), tn_vector(1, 0));
        tn_output z = tn_concat(TN_OUTPUTS(y, tn_slice(tn_tile(y, tn_vector(2, 1)), tn_vector(1, 0), tn_vector(1, -1))), 0);
        status = tn_graph_status(g);
        if (!status)
            status = tn_gradients(TN_OUTPUTS(z), TN_OUTPUTS(x), &dx);
        WITH_SESSION(s, .parent = owner) {
            if (!status && !tn_run(s, dx))
                status = tn_last_error()->code;
        } else {
            status = tn_last_error()->code;
        }
    }
    return status;
}

START_TEST(memory_may_run_out_anywhere)
{
    expect_survives_oom(build_and_run);
}
END_TEST

TN_SUITE("cpu layout", memory_may_run_out_anywhere, transpose, slice, tile, pad, there_is_no_kernel_for_strings)
