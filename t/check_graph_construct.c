/* What the generated constructors are made of: inputs in parts, and attributes that may not be given. */
#include "graph/construct.h"
#include "harness.h"

static tn_output inputs[20];

static void make_inputs(void)
{
    for (size_t i = 0; i < 20; i++)
        inputs[i] = tn_placeholder(TN_FLOAT32);
}

static tn_op *add_n(const tn_outputs *parts, size_t num_parts)
{
    return tn_construct(&(tn_construction){ "AddN", "sum", parts, num_parts, NULL, 0 });
}

static void expect_inputs(tn_op *op, size_t from, size_t n)
{
    ck_assert_msg(op != NULL, "%s", tn_last_error()->message);
    ck_assert_str_eq(tn_op_name(op), "sum");
    ck_assert_uint_eq((size_t)tn_op_num_inputs(op), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_ptr_eq(tn_op_input(op, (int)i).op, inputs[from + i].op);
    (void)tn_reset_default_graph();
    make_inputs();
}

START_TEST(parts_stand_one_after_the_other)
{
    make_inputs();
    expect_inputs(add_n((tn_outputs[]){ { inputs, 3 } }, 1), 0, 3);
    expect_inputs(add_n((tn_outputs[]){ { inputs, 1 }, { inputs + 1, 2 }, { inputs + 3, 1 } }, 3), 0, 4);
    expect_inputs(add_n((tn_outputs[]){ { NULL, 0 }, { inputs, 2 }, { NULL, 0 } }, 3), 0, 2);
    expect_inputs(add_n((tn_outputs[]){ { inputs, 8 }, { inputs + 8, 8 } }, 2), 0, 16);
    expect_inputs(add_n((tn_outputs[]){ { inputs, 9 }, { inputs + 9, 8 } }, 2), 0, 17);
    expect_inputs(add_n((tn_outputs[]){ { inputs, 20 } }, 1), 0, 20);
}
END_TEST

START_TEST(no_parts)
{
    ck_assert_int_eq(tn_op_num_inputs(tn_construct(&(tn_construction){ .type = "NoOp" })), 0);
    ck_assert_ptr_null(add_n(NULL, 0));
    expect_error(TN_INVALID_ARGUMENT, "AddN 'sum'");
}
END_TEST

START_TEST(an_empty_input_gives_nothing)
{
    const tn_output none = { NULL, 0 };
    make_inputs();
    ck_assert_ptr_null(add_n((tn_outputs[]){ { inputs, 1 }, { &none, 1 } }, 2));
    ck_assert_ptr_null(add_n((tn_outputs[]){ { inputs, 17 }, { &none, 1 } }, 2));
    ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_OK);
}
END_TEST

START_TEST(attributes_that_are_not_given_are_dropped)
{
    make_inputs();
    tn_attr attrs[] = { tn_given_type("out_type", (tn_dtype)0), tn_given_type("out_type", TN_INT64), tn_given_string("none", NULL) };
    const tn_outputs parts[] = { { inputs, 1 } };
    tn_op *op = tn_construct(&(tn_construction){ "Shape", NULL, parts, 1, attrs, 3 });
    ck_assert_int_eq(tn_output_dtype(tn_op_output(op, 0)), TN_INT64);
    ck_assert_str_eq(tn_op_name(op), "Shape");
}
END_TEST

START_TEST(values_that_stand_for_not_given)
{
    const int one[] = { -1 };
    ck_assert_int_eq(tn_given_type("a", (tn_dtype)0).kind, TN_ATTR_NONE);
    ck_assert_int_eq(tn_given_string("a", NULL).kind, TN_ATTR_NONE);
    ck_assert_str_eq(tn_given_string("a", "").p, "");
    ck_assert_int_eq(tn_given_float("a", 0).kind, TN_ATTR_NONE);
    ck_assert_int_eq(tn_given_float("a", 1e-300).kind, TN_ATTR_FLOAT);
    ck_assert_int_eq(tn_given_int("a", (tn_axes){ NULL, 0 }).kind, TN_ATTR_NONE);
    ck_assert_int_eq((int)tn_given_int("a", (tn_axes){ one, 1 }).i, -1);
    ck_assert_int_eq(tn_given_ints("a", (tn_axes){ NULL, 0 }).kind, TN_ATTR_NONE);
    ck_assert_int_eq(tn_given_ints("a", (tn_axes){ one, 0 }).kind, TN_ATTR_INTS);
    ck_assert_uint_eq(tn_given_ints("a", (tn_axes){ one, 0 }).n, 0);
    ck_assert_uint_eq(tn_given_ints("a", (tn_axes){ one, -3 }).n, 0);
    ck_assert_uint_eq(tn_given_ints("a", (tn_axes){ one, 1 }).n, 1);
}
END_TEST

static tn_status build_many(void *owner)
{
    (void)owner;
    tn_output x = tn_scalar(1.0f), many[20];
    for (int i = 0; i < 20; i++)
        many[i] = x;
    tn_op *op = add_n((tn_outputs[]){ { many, 10 }, { many + 10, 10 } }, 2);
    if (!op && x.op)
        ck_assert_int_eq(tn_graph_status(tn_default_graph()), TN_RESOURCE_EXHAUSTED);
    return op ? TN_OK : tn_last_error()->code;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(build_many);
}
END_TEST

TN_SUITE("graph construct", parts_stand_one_after_the_other, no_parts, an_empty_input_gives_nothing,
         attributes_that_are_not_given_are_dropped, values_that_stand_for_not_given, memory_may_run_out)
