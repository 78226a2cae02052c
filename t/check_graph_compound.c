/* What constructors of several operations are made of. */
#include "build_check.h"
#include "graph/compound.h"

static tn_compound c;

static void begin(const char *name)
{
    ck_assert(tn_compound_begin(&c, graph->core, name));
}

START_TEST(parts_stand_in_a_scope_of_the_name)
{
    open_graph();
    for (int round = 0; round < 2; round++) {
        begin("Fill");
        ck_assert_str_eq(c.name, round ? "Fill_1/" : "Fill/");
        tn_output dims = tn_compound_shape(&c, "dims", TN_SHAPE(2)), one = tn_compound_number(&c, "value", TN_FLOAT32, 1);
        tn_output y = tn_compound_op(&c, "Fill", c.name, TN_OUTPUTS(dims, one), TN_NO_ATTRS);
        tn_compound_end(&c);
        expect_value(y, "[1. 1.]");
    }
    expect_ops(0, "Fill/dims Const, Fill/value Const, Fill Fill, Fill_1/dims Const, Fill_1/value Const, Fill_1 Fill");
    ck_assert_str_eq(tn_op_name(tn_scalar(1).op), "Const");
    close_graph();
}
END_TEST

START_TEST(scopes_nest)
{
    open_graph();
    WITH_NAME_SCOPE("outer") {
        begin("a");
        ck_assert_str_eq(c.name, "outer/a/");
        (void)tn_compound_number(&c, "part", TN_INT32, 3);
        tn_compound_end(&c);
    }
    expect_ops(0, "outer/a/part Const");
    close_graph();
}
END_TEST

START_TEST(without_a_graph_there_is_nothing)
{
    ck_assert(!tn_compound_begin(&c, NULL, "a"));
}
END_TEST

START_TEST(a_name_that_is_none)
{
    open_graph();
    begin("no name");
    ck_assert_ptr_null(tn_compound_number(&c, "part", TN_INT32, 3).op);
    ck_assert_ptr_null(tn_compound_shape(&c, "shape", (tn_shape){ NULL, -1 }).op);
    tn_compound_end(&c);
    ck_assert_uint_eq(tn_graph_num_ops(graph), 0);
    ck_assert_int_eq(tn_graph_status(graph), TN_INVALID_ARGUMENT);
    ck_assert_ptr_nonnull(tn_scalar(1).op);
    close_graph();
}
END_TEST

START_TEST(numbers)
{
    open_graph();
    begin("n");
    expect_value(tn_compound_number(&c, "f", TN_FLOAT32, 0.5), "0.5");
    expect_value(tn_compound_number(&c, "h", TN_FLOAT16, -2), "-2.0");
    expect_value(tn_compound_number(&c, "i", TN_INT64, -3), "-3");
    expect_value(tn_compound_number(&c, "b", TN_BOOL, 1), "True");
    expect_value(tn_compound_number(&c, "z", TN_COMPLEX64, 2), "(2+0j)");
    ck_assert_ptr_null(tn_compound_number(&c, "s", TN_RESOURCE, 1).op);
    tn_compound_end(&c);
    close_graph();
}
END_TEST

static void expect_ints(int n, const int64_t *items, tn_dtype dtype, const char *text)
{
    tn_output y = tn_compound_ints(&c, "ints", n, items);
    ck_assert_int_eq(tn_output_dtype(y), dtype);
    expect_value(y, text);
}

START_TEST(ints_are_as_narrow_as_they_can)
{
    const int64_t edge[] = { INT32_MIN, INT32_MAX, (int64_t)INT32_MAX + 1, (int64_t)INT32_MIN - 1 }, many[9] = { 1 };
    open_graph();
    begin("i");
    expect_ints(2, edge, TN_INT32, "[-2147483648  2147483647]");
    expect_ints(3, edge, TN_INT64, "[-2147483648  2147483647  2147483648]");
    expect_ints(-1, edge, TN_INT32, "-2147483648");
    expect_ints(-1, edge + 2, TN_INT64, "2147483648");
    expect_ints(-1, edge + 3, TN_INT64, "-2147483649");
    expect_ints(0, NULL, TN_INT32, "[]");
    expect_ints(8, many, TN_INT32, "[1 0 0 0 0 0 0 0]");
    expect_ints(9, many, TN_INT64, "[1 0 0 0 0 0 0 0 0]");
    tn_compound_end(&c);
    close_graph();
}
END_TEST

START_TEST(shapes)
{
    open_graph();
    begin("s");
    expect_value(tn_compound_shape(&c, "none", TN_SHAPE()), "[]");
    expect_value(tn_compound_shape(&c, "some", TN_SHAPE(2, -1)), "[ 2 -1]");
    ck_assert_int_eq(tn_graph_status(graph), TN_OK);
    ck_assert_ptr_null(tn_compound_shape(&c, "any", (tn_shape){ NULL, -1 }).op);
    expect_error(TN_INVALID_ARGUMENT, "the shape of 's' must have a known rank");
    ck_assert_int_eq(tn_graph_status(graph), TN_INVALID_ARGUMENT);
    ck_assert_ptr_null(tn_compound_shape(&c, "lost", (tn_shape){ NULL, 2 }).op);
    tn_compound_end(&c);
    close_graph();
}
END_TEST

START_TEST(axes)
{
    open_graph();
    begin("a");
    tn_output y = tn_compound_axes(&c, "axes", TN_AXES(-1, INT32_MIN)), none = tn_compound_axes(&c, "none", TN_AXES());
    tn_compound_end(&c);
    ck_assert_int_eq(tn_output_dtype(y), TN_INT32);
    expect_value(y, "[         -1 -2147483648]");
    expect_value(none, "[]");
    close_graph();
}
END_TEST

/* The part that fails leaves the rest, and the whole, empty; the graph keeps why. */
START_TEST(a_part_that_fails)
{
    open_graph();
    begin("f");
    tn_output bad = tn_compound_op(&c, "NoSuchType", "part", TN_OUTPUTS(), TN_NO_ATTRS);
    tn_output y = tn_compound_op(&c, "Neg", c.name, TN_OUTPUTS(bad), TN_NO_ATTRS);
    tn_compound_end(&c);
    ck_assert_ptr_null(bad.op);
    ck_assert_ptr_null(y.op);
    ck_assert_int_ne(tn_graph_status(graph), TN_OK);
    expect_error(tn_graph_status(graph), "NoSuchType");
    close_graph();
}
END_TEST

static void build_all(void)
{
    const int64_t wide[] = { INT64_MAX };
    tn_graph_core *core = tn_graph_core_default();
    if (!core || !tn_compound_begin(&c, core, "all"))
        return;
    (void)tn_compound_number(&c, "n", TN_FLOAT32, 1);
    (void)tn_compound_ints(&c, "i", 1, wide);
    (void)tn_compound_axes(&c, "a", TN_AXES(0));
    (void)tn_compound_op(&c, "Neg", c.name, TN_OUTPUTS(tn_compound_shape(&c, "s", TN_SHAPE(2))), TN_NO_ATTRS);
    tn_compound_end(&c);
}

START_TEST(survives_oom)
{
    expect_build_survives_oom(build_all);
}
END_TEST

TN_SUITE("graph compound", parts_stand_in_a_scope_of_the_name, scopes_nest, without_a_graph_there_is_nothing, a_name_that_is_none, numbers,
         ints_are_as_narrow_as_they_can, shapes, axes, a_part_that_fails, survives_oom)
