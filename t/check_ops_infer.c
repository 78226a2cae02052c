/* Common inference, and the errors that name operations. */
#include "graph/graph.h"
#include "harness.h"

static tn_graph *graph;
static tn_op *op;

static void open_graph(void)
{
    graph = tn_graph_new(root);
    op = tn_op_new(graph, "NoOp", TN_OUTPUTS(), .name = "here");
}

static tn_operand of(tn_dims dims)
{
    return (tn_operand){ .dtype = TN_FLOAT32, .dims = dims };
}

START_TEST(broadcasting)
{
    open_graph();
    const int64_t a[] = { 2, 1 }, b[] = { 3 }, c[] = { -1, 2 };
    tn_operand in[] = { of(tn_dims_of(2, a)), of(tn_dims_of(1, b)) };
    tn_dims out = tn_dims_unknown();
    tn_infer infer = { .op = op, .num_inputs = 2, .num_outputs = 1, .in = in, .out = &out };
    ck_assert_int_eq(tn_infer_broadcast(&infer), TN_OK);
    ck_assert(out.rank == 2 && out.dim[0] == 2 && out.dim[1] == 3);
    in[0] = of(tn_dims_of(2, c));
    ck_assert_int_eq(tn_infer_broadcast(&infer), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT,
                 "NoOp 'here': Dimensions must be equal, but are 2 and 3 for 'here' (op: 'NoOp') with input shapes: [?,2], [3].");
    in[0] = of(tn_dims_vector(0));
    ck_assert_int_eq(tn_infer_broadcast(&infer), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Dimensions must be equal, but are 0 and 3");
    in[0] = of(tn_dims_unknown());
    ck_assert_int_eq(tn_infer_broadcast(&infer), TN_OK);
    ck_assert_int_eq(out.rank, -1);
    talloc_free(graph);
}
END_TEST

START_TEST(same_scalar_nothing)
{
    open_graph();
    tn_operand in = of(tn_dims_vector(4));
    tn_dims out = tn_dims_unknown();
    tn_infer infer = { .op = op, .num_inputs = 1, .num_outputs = 1, .in = &in, .out = &out };
    ck_assert_int_eq(tn_infer_nothing(&infer), TN_OK);
    ck_assert_int_eq(out.rank, -1);
    ck_assert_int_eq(tn_infer_same(&infer), TN_OK);
    ck_assert(out.rank == 1 && out.dim[0] == 4);
    ck_assert_int_eq(tn_infer_scalar(&infer), TN_OK);
    ck_assert_int_eq(out.rank, 0);
    talloc_free(graph);
}
END_TEST

START_TEST(long_lists_of_shapes_are_cut)
{
    open_graph();
    tn_operand in[400];
    for (int i = 0; i < 400; i++)
        in[i] = of(tn_dims_vector(INT64_MAX));
    tn_infer infer = { .op = op, .num_inputs = 400, .in = in };
    ck_assert_int_eq(tn_infer_fail(&infer, "text %d", 7), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "text 7 for 'here' (op: 'NoOp') with input shapes: [9223372036854775807], ");
    talloc_free(graph);
}
END_TEST

START_TEST(integer_operands)
{
    const int32_t narrow[] = { -1, 2 };
    const int64_t wide[] = { INT64_MIN };
    tn_operand a = { TN_INT32, tn_dims_vector(2), narrow }, b = { TN_INT64, tn_dims_scalar(), wide },
               f = { TN_FLOAT32, tn_dims_scalar(), narrow }, unknown = { TN_INT32, tn_dims_vector(2), NULL },
               empty = { TN_INT32, tn_dims_vector(0), narrow };
    int64_t out[2], n = 9;
    ck_assert(tn_operand_ints(&a, out, 2, &n));
    ck_assert(n == 2 && out[0] == -1 && out[1] == 2);
    ck_assert(!tn_operand_ints(&a, out, 1, &n));
    ck_assert(tn_operand_ints(&b, out, 2, &n));
    ck_assert(n == 1 && out[0] == INT64_MIN);
    ck_assert(!tn_operand_ints(&f, out, 2, &n));
    ck_assert(!tn_operand_ints(&unknown, out, 2, &n));
    ck_assert(tn_operand_ints(&empty, out, 2, &n));
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(errors_of_kernels)
{
    open_graph();
    const tn_prepare p = { .op = op };
    ck_assert_int_eq(tn_no_kernel(&p, TN_STRING), TN_UNIMPLEMENTED);
    expect_error(TN_UNIMPLEMENTED, "NoOp 'here': no kernel for string");
    const tn_step step = { .op = op };
    ck_assert_int_eq(tn_step_fail(&step, TN_OUT_OF_RANGE, "index %d", 3), TN_OUT_OF_RANGE);
    expect_error(TN_OUT_OF_RANGE, "NoOp 'here': index 3");
    ck_assert_str_eq(tn_last_error()->op, "here");
    ck_assert_int_eq(tn_no_gradient(NULL), TN_OK);
    talloc_free(graph);
}
END_TEST

TN_SUITE("ops infer", broadcasting, same_scalar_nothing, long_lists_of_shapes_are_cut, integer_operands, errors_of_kernels)
