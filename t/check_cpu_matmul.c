/* MatMul as an operation; the product itself is tested in check_cpu_gemm.c. */
#include "core/tensor.h"
#include "graph/graph.h"
#include "ops/op_def.h"
#include "values.h"

#include <math.h>

#define TRANSPOSE(a, b) TN_ATTRS(TN_BOOL_ATTR("transpose_a", a), TN_BOOL_ATTR("transpose_b", b))

START_TEST(transposes)
{
    EXPECT(SHAPED(F32S(22, 28, 49, 64), 2, 2), "MatMul", SHAPED(F32S(1, 2, 3, 4, 5, 6), 2, 3), SHAPED(F32S(1, 2, 3, 4, 5, 6), 3, 2));
    EXPECT_WITH(0, SHAPED(F32S(22, 28, 49, 64), 2, 2), "MatMul", TRANSPOSE(true, false), SHAPED(F32S(1, 4, 2, 5, 3, 6), 3, 2),
                SHAPED(F32S(1, 2, 3, 4, 5, 6), 3, 2));
    EXPECT_WITH(0, SHAPED(F64S(22, 28, 49, 64), 2, 2), "MatMul", TRANSPOSE(false, true), SHAPED(F64S(1, 2, 3, 4, 5, 6), 2, 3),
                SHAPED(F64S(1, 3, 5, 2, 4, 6), 2, 3));
    EXPECT_WITH(0, SHAPED(I32S(22, 28, 49, 64), 2, 2), "MatMul", TRANSPOSE(true, true), SHAPED(I32S(1, 4, 2, 5, 3, 6), 3, 2),
                SHAPED(I32S(1, 3, 5, 2, 4, 6), 2, 3));
    EXPECT(SHAPED(I64S(-6), 1, 1), "MatMul", SHAPED(I64S(2), 1, 1), SHAPED(I64S(-3), 1, 1));
}
END_TEST

START_TEST(sizes_of_zero)
{
    EXPECT(SHAPED(F32S(0, 0, 0, 0, 0, 0), 2, 3), "MatMul", EMPTY(TN_FLOAT32, 2, 0), EMPTY(TN_FLOAT32, 0, 3));
    EXPECT(EMPTY(TN_FLOAT32, 0, 3), "MatMul", EMPTY(TN_FLOAT32, 0, 2), SHAPED(F32S(1, 2, 3, 4, 5, 6), 2, 3));
    EXPECT(EMPTY(TN_INT32, 2, 0), "MatMul", SHAPED(I32S(1, 2), 2, 1), EMPTY(TN_INT32, 1, 0));
}
END_TEST

START_TEST(no_kernel)
{
    EXPECT_ERROR(TN_UNIMPLEMENTED, "half", "MatMul", EMPTY(TN_FLOAT16, 1, 1), EMPTY(TN_FLOAT16, 1, 1));
}
END_TEST

/* ---- Prepared by hand: with constants or without, and with a finish ---- */

typedef struct by_hand {
    tn_finish finish;
    int64_t elements; /* finished */
} by_hand;

/* The same for any rectangle: every element is negated. */
static void negate(const tn_finish *finish, const tn_step *step, const tn_frame *frame, int64_t row, int64_t rows, int64_t column,
                   int64_t columns)
{
    by_hand *h = (by_hand *)(uintptr_t)finish;
    const int64_t n = *(const int64_t *)frame->data[step->num_inputs + step->num_outputs + 1];
    float *c = tn_out(step, frame, 0);
    for (int64_t i = row; i < row + rows; i++)
        for (int64_t j = column; j < column + columns; j++)
            c[i * n + j] = -c[i * n + j];
    h->elements += rows * columns;
}

/* The product of a and b by the kernel that prepare chooses; constants: it is told what they hold. */
static void multiply(tn_tensor *a, tn_tensor *b, bool transpose_b, bool constants, by_hand *h, float *c)
{
    int64_t m = a->dims.dim[0], n = b->dims.dim[transpose_b ? 0 : 1];
    tn_op *op = tn_op_new(NULL, "MatMul", TN_OUTPUTS(tn_constant(a), tn_constant(b)), .attrs = TRANSPOSE(false, transpose_b));
    const tn_operand in[] = { { TN_FLOAT32, a->dims, constants ? a->data : NULL }, { TN_FLOAT32, b->dims, constants ? b->data : NULL } };
    const tn_operand out = { TN_FLOAT32, tn_dims_of(2, (const int64_t[]){ m, n }), NULL };
    tn_prepare p = {
        .owner = tn_default_graph(), .op = op, .num_inputs = 2, .num_outputs = 1, .in = in, .out = &out, .finish = h ? &h->finish : NULL
    };
    ck_assert_int_eq(op->def->prepare(&p), TN_OK);
    const tn_dims bytes = tn_dims_vector((int64_t)p.workspace);
    void *data[] = { a->data, b->data, c, tn_tensor_raw(p.owner, TN_UINT8, &bytes, NULL)->data, &n };
    const uint32_t slots[] = { 0, 1, 2, 3 };
    const tn_step step = { .run = p.run, .slots = slots, .args = p.args, .num_inputs = 2, .num_outputs = 1, .op = op };
    for (int run = 0; run < 2; run++)
        ck_assert_int_eq(step.run(&step, &(tn_frame){ .data = data }), TN_OK);
}

static tn_tensor *numbers(const void *owner, int64_t rows, int64_t columns)
{
    tn_tensor *t = tn_tensor_new(owner, TN_FLOAT32, 2, (const int64_t[]){ rows, columns }, NULL);
    for (int64_t i = 0; i < rows * columns; i++)
        tn_f32(t)[i] = sinf((float)(i * i % 1009));
    return t;
}

/* Sizes that are read as they lie, packed in each run, packed once, and swapped. */
START_TEST(constants_and_finishes)
{
    static const int64_t sizes[][3] = { { 9, 20, 30 }, { 5, 70, 40 }, { 230, 300, 240 }, { 530, 40, 20 },
                                        { 33, 1, 50 }, { 1, 33, 50 }, { 3, 4, 0 } };
    for (size_t s = 0; s < 2 * sizeof sizes / sizeof sizes[0]; s++)
        WITH_GRAPH(g) {
            const int64_t m = sizes[s / 2][0], n = sizes[s / 2][1], k = sizes[s / 2][2];
            const bool tb = s % 2;
            tn_tensor *a = numbers(g, m, k), *b = tb ? numbers(g, n, k) : numbers(g, k, n);
            float *plain = tn_f32(numbers(g, m, n)), *packed = tn_f32(numbers(g, m, n)), *finished = tn_f32(numbers(g, m, n));
            by_hand h = { { negate }, 0 };
            multiply(a, b, tb, false, NULL, plain);
            multiply(a, b, tb, true, NULL, packed);
            multiply(a, b, tb, false, &h, finished);
            ck_assert_int_eq(h.elements, 2 * m * n);
            for (int64_t i = 0; i < m * n; i++) {
                ck_assert(plain[i] == packed[i]);
                ck_assert(plain[i] == -finished[i]);
            }
        }
}
END_TEST

TN_SUITE("cpu matmul", transposes, sizes_of_zero, no_kernel, constants_and_finishes)
