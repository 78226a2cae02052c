/* Matching inputs and attributes with signatures, as tn_op_new does. */
#include "graph/bind.h"
#include "harness.h"

static tn_graph *graph;

static tn_output placeholder(tn_dtype dtype)
{
    return tn_op_output(tn_op_new(graph, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", dtype))), 0);
}

/* Asserts that it failed, with this text. */
static void refused(tn_op *op, const char *text)
{
    ck_assert_ptr_null(op);
    expect_error(TN_INVALID_ARGUMENT, text);
}

START_TEST(dtypes_follow_from_the_inputs)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder(TN_FLOAT64);
    tn_op *sum = tn_op_new(graph, "AddV2", TN_OUTPUTS(x, x));
    ck_assert_int_eq(tn_output_dtype(tn_op_output(sum, 0)), TN_FLOAT64);
    tn_op *less = tn_op_new(graph, "Less", TN_OUTPUTS(x, x));
    ck_assert_int_eq(tn_output_dtype(tn_op_output(less, 0)), TN_BOOL);
    tn_op *cast = tn_op_new(graph, "Cast", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("DstT", TN_INT32)));
    ck_assert_int_eq(tn_output_dtype(tn_op_output(cast, 0)), TN_INT32);
    talloc_free(graph);
}
END_TEST

START_TEST(dtypes_that_do_not_fit)
{
    graph = tn_graph_new(root);
    tn_output f = placeholder(TN_FLOAT32), i = placeholder(TN_INT32), s = placeholder(TN_STRING);
    refused(tn_op_new(graph, "AddV2", TN_OUTPUTS(f, i), .name = "sum"),
            "AddV2 'sum': Input 'y' of 'AddV2' Op has type int32 that does not match type float of argument 'x'.");
    refused(tn_op_new(graph, "LogicalNot", TN_OUTPUTS(f)), "Input 'x' passed float expected bool while building NodeDef 'LogicalNot'");
    refused(tn_op_new(graph, "AddV2", TN_OUTPUTS(f, f), .attrs = TN_ATTRS(TN_TYPE_ATTR("T", TN_INT32))), "passed float expected int32");
    refused(tn_op_new(graph, "MatMul", TN_OUTPUTS(s, s)),
            "Value for attr 'T' of string is not in the list of allowed values: float, double, int32, complex64, int64, bfloat16, ");
    refused(tn_op_new(graph, "Cast", TN_OUTPUTS(f), .attrs = TN_ATTRS(TN_TYPE_ATTR("DstT", 99))), "'DstT' of 99 is no dtype");
    refused(tn_op_new(graph, "Assign", TN_OUTPUTS(f, f)), "Input 'ref' passed float expected ref type");
    talloc_free(graph);
}
END_TEST

START_TEST(numbers_of_inputs)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder(TN_FLOAT32);
    refused(tn_op_new(graph, "AddV2", TN_OUTPUTS(x)), "1 inputs specified of 2 inputs in Op while building NodeDef 'AddV2'");
    refused(tn_op_new(graph, "AddV2", TN_OUTPUTS(x, x, x)), "3 inputs specified of 2 inputs in Op");
    refused(tn_op_new(graph, "AddV2", TN_OUTPUTS()), "0 inputs specified of 2 inputs in Op");
    refused(tn_op_new(graph, "NoOp", TN_OUTPUTS(x)), "1 inputs specified of 0 inputs in Op");
    talloc_free(graph);
}
END_TEST

static int64_t attr_int(const tn_op *op, const char *name)
{
    tn_attr a;
    ck_assert_int_eq(tn_op_attr(op, name, &a), TN_OK);
    return a.i;
}

START_TEST(lengths_of_lists)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder(TN_FLOAT32), i = placeholder(TN_INT32);
    tn_op *sum = tn_op_new(graph, "AddN", TN_OUTPUTS(x, x, x));
    ck_assert_int_eq(attr_int(sum, "N"), 3);
    ck_assert_int_eq(attr_int(sum, "T"), TN_FLOAT32);
    ck_assert_ptr_nonnull(tn_op_new(graph, "AddN", TN_OUTPUTS(x, x), .attrs = TN_ATTRS(TN_INT_ATTR("N", 2))));
    refused(tn_op_new(graph, "AddN", TN_OUTPUTS(x, x), .attrs = TN_ATTRS(TN_INT_ATTR("N", 3))), "2 inputs specified of 1 inputs in Op");
    refused(tn_op_new(graph, "AddN", TN_OUTPUTS(x, x), .attrs = TN_ATTRS(TN_INT_ATTR("N", -1))), "Value for attr 'N' of -1");
    refused(tn_op_new(graph, "AddN", TN_OUTPUTS()), "Value for attr 'N' of 0 must be at least minimum 1");
    refused(tn_op_new(graph, "AddN", TN_OUTPUTS(x, i)), "Input 'inputs' of 'AddN' Op has type int32");
    talloc_free(graph);
}
END_TEST

START_TEST(defaults)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder(TN_FLOAT32);
    ck_assert_int_eq(attr_int(tn_op_new(graph, "MatMul", TN_OUTPUTS(x, x)), "transpose_a"), 0);
    tn_attr shape;
    ck_assert_int_eq(tn_op_attr(x.op, "shape", &shape), TN_OK);
    ck_assert_int_eq(shape.i, -1);
    tn_attr format;
    ck_assert_int_eq(tn_op_attr(tn_op_new(graph, "BiasAddGrad", TN_OUTPUTS(x)), "data_format", &format), TN_OK);
    ck_assert_str_eq(format.p, "NHWC");
    talloc_free(graph);
}
END_TEST

START_TEST(wrong_attributes)
{
    graph = tn_graph_new(root);
    tn_output x = placeholder(TN_FLOAT32);
    const int64_t many[9] = { 0 }, negative[] = { -2 };
    refused(tn_op_new(graph, "MatMul", TN_OUTPUTS(x, x), .attrs = TN_ATTRS(TN_BOOL_ATTR("colour", true))),
            "NodeDef mentions attr 'colour' not in Op<name=MatMul; ");
    refused(tn_op_new(graph, "MatMul", TN_OUTPUTS(x, x), .attrs = TN_ATTRS(TN_INT_ATTR("transpose_a", 1))),
            "AttrValue had value with type 'int' when 'bool' expected for attr 'transpose_a'");
    refused(tn_op_new(graph, "Placeholder", TN_OUTPUTS()), "NodeDef missing attr 'dtype' from Op<name=Placeholder; ");
    refused(tn_op_new(graph, "BiasAddGrad", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_STRING_ATTR("data_format", "HWC"))),
            "Value for attr 'data_format' of \"HWC\" is not in the list of allowed values: 'NHWC', 'NCHW'");
    refused(tn_op_new(graph, "BiasAddGrad", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_STRING_ATTR("data_format", NULL))),
            "\"\" is not in the list");
    refused(
        tn_op_new(graph, "Placeholder", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT32), TN_SHAPE_ATTR("shape", 9, many))),
        "a shape of rank 9");
    refused(tn_op_new(graph, "Placeholder", TN_OUTPUTS(),
                      .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT32), TN_SHAPE_ATTR("shape", 1, negative))),
            "Dimension -2 must be >= 0");
    refused(tn_op_new(graph, "Const", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_INT32), TN_TENSOR_ATTR("value", NULL))),
            "attr 'value' has no value");
    refused(tn_op_new(graph, "NoOp", TN_OUTPUTS(), .attrs = TN_ATTRS(TN_INT_ATTR(NULL, 1))), "has no name");
    refused(tn_op_new(NULL, "MatMul", TN_OUTPUTS(x, x),
                      .attrs = TN_ATTRS(TN_BOOL_ATTR("transpose_a", true), TN_BOOL_ATTR("transpose_a", false))),
            "Inconsistent values for attr 'transpose_a'");
    ck_assert_ptr_nonnull(
        tn_op_new(NULL, "MatMul", TN_OUTPUTS(x, x), .attrs = TN_ATTRS(TN_TYPE_ATTR("T", TN_FLOAT32), TN_TYPE_ATTR("T", TN_FLOAT32))));
    talloc_free(graph);
}
END_TEST

/* Kinds of attributes that no row has yet: matched with a signature of the test's own. */
static tn_status bind_with(const char *signature, tn_attrs attrs, tn_binding *b)
{
    static tn_signature sig;
    static tn_op_def def;
    ck_assert(tn_signature_compile(signature, &sig));
    def = (tn_op_def){ .name = "Test", .signature = signature };
    *b = (tn_binding){ .def = &def, .sig = &sig, .name = "t", .inputs = b->inputs };
    return tn_bind(b, attrs);
}

START_TEST(lists_of_every_kind)
{
    const int64_t ints[] = { 1, 2 };
    const double floats[] = { 0.5 };
    const bool bools[] = { true };
    const tn_dtype types[] = { TN_FLOAT32, TN_STRING };
    const char *const strings[] = { "a", NULL };
    const int ranks[] = { 1, 12 };
    const int64_t *const dims[] = { ints, ints };
    tn_binding b = { .name = NULL };
    ck_assert_int_eq(bind_with("; a: list(int) = [7]; b: list(float) = [] ->", TN_ATTRS(TN_FLOATS_ATTR("b", 1, floats)), &b), TN_OK);
    ck_assert_int_eq(*(const int64_t *)b.attrs[0].p, 7);
    ck_assert_int_eq(bind_with("; a: list(int) >= 3 ->", TN_ATTRS(TN_INTS_ATTR("a", 2, ints)), &b), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Length for attr 'a' of 2 must be at least minimum 3");
    ck_assert_int_eq(bind_with("; a: list(int) ->", TN_ATTRS(TN_INTS_ATTR("a", 2, NULL)), &b), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(bind_with("; a: list(bool) ->", TN_ATTRS(TN_BOOLS_ATTR("a", 1, bools)), &b), TN_OK);
    ck_assert_int_eq(bind_with("; a: list({float, int32}) ->", TN_ATTRS(TN_TYPES_ATTR("a", 1, types)), &b), TN_OK);
    ck_assert_int_eq(bind_with("; a: list({float, int32}) ->", TN_ATTRS(TN_TYPES_ATTR("a", 2, types)), &b), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(bind_with("; a: list(string) ->", TN_ATTRS(TN_STRINGS_ATTR("a", 1, strings)), &b), TN_OK);
    ck_assert_int_eq(bind_with("; a: list(string) ->", TN_ATTRS(TN_STRINGS_ATTR("a", 2, strings)), &b), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(bind_with("; a: list(shape) ->", TN_ATTRS(TN_SHAPES_ATTR("a", 1, ranks, dims)), &b), TN_OK);
    ck_assert_int_eq(bind_with("; a: list(shape) ->", TN_ATTRS(TN_SHAPES_ATTR("a", 2, ranks, dims)), &b), TN_INVALID_ARGUMENT);
}
END_TEST

START_TEST(lists_of_types)
{
    graph = tn_graph_new(root);
    const tn_output in[] = { placeholder(TN_FLOAT32), placeholder(TN_INT32), placeholder(TN_STRING) };
    tn_binding b = { .inputs = { in, 3 } };
    ck_assert_int_eq(bind_with("x: float, values: Ts; Ts: list(type) -> out: Ts", TN_ATTRS(), &b), TN_OK);
    ck_assert_int_eq(b.num_outputs, 2);
    ck_assert_int_eq(tn_bound_dtype(&b, &b.sig->outputs[0], 1), TN_STRING);
    ck_assert_int_eq(bind_with("a: As, b: Bs; As: list(type); Bs: list(type) ->", TN_ATTRS(), &b), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "attr 'Bs' must be given");
    const tn_dtype one[] = { TN_FLOAT32 };
    ck_assert_int_eq(bind_with("a: As, b: Bs; As: list(type); Bs: list(type) ->", TN_ATTRS(TN_TYPES_ATTR("As", 1, one)), &b), TN_OK);
    ck_assert_uint_eq(b.attrs[1].n, 2);
    const tn_dtype wrong[] = { TN_INT32 };
    ck_assert_int_eq(bind_with("a: As, b: Bs; As: list(type); Bs: list(type) ->", TN_ATTRS(TN_TYPES_ATTR("As", 1, wrong)), &b),
                     TN_INVALID_ARGUMENT);
    ck_assert_int_eq(bind_with("a: N * float, b: N * T; N: int; T: type ->", TN_ATTRS(), &b), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "3 inputs specified of 2 inputs in Op");
    talloc_free(graph);
}
END_TEST

START_TEST(too_many_outputs)
{
    tn_binding b = { .name = NULL };
    ck_assert_int_eq(bind_with("; n: int -> out: n * float", TN_ATTRS(TN_INT_ATTR("n", INT64_MAX)), &b), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(bind_with("; n: int -> out: n * float", TN_ATTRS(TN_INT_ATTR("n", INT64_MIN)), &b), TN_INVALID_ARGUMENT);
    ck_assert_int_eq(bind_with("; n: int -> out: n * float", TN_ATTRS(TN_INT_ATTR("n", 3)), &b), TN_OK);
    ck_assert_int_eq(b.num_outputs, 3);
}
END_TEST

TN_SUITE("graph bind", dtypes_follow_from_the_inputs, dtypes_that_do_not_fit, numbers_of_inputs, lengths_of_lists, defaults,
         wrong_attributes, lists_of_every_kind, lists_of_types, too_many_outputs)
