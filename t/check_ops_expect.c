/* What inference expects of shapes: the words are TensorFlow's. */
#include "core/dims.h"
#include "dims_check.h"
#include "graph/graph.h"
#include "ops/expect.h"

/* An operation whose inputs have these shapes, seen as inference sees it. */
typedef struct seen {
    tn_infer c;
    tn_operand in[2];
} seen;

static void see(seen *s, const char *a, const char *b)
{
    *s = (seen){ .c = { .op = tn_op_new(NULL, "NoOp", TN_OUTPUTS()), .num_inputs = 2, .in = s->in } };
    s->in[0] = (tn_operand){ TN_FLOAT32, *tn_value_of(OF(a))->dims, NULL };
    s->in[1] = (tn_operand){ TN_FLOAT32, *tn_value_of(OF(b))->dims, NULL };
}

START_TEST(ranks)
{
    seen s;
    see(&s, "[2,3]", "<unknown>");
    ck_assert_int_eq(tn_expect_rank(&s.c, 0, 2), TN_OK);
    ck_assert_int_eq(tn_expect_rank(&s.c, 1, 2), TN_OK);
    ck_assert_int_eq(tn_expect_min_rank(&s.c, 0, 2), TN_OK);
    ck_assert_int_eq(tn_expect_min_rank(&s.c, 1, 8), TN_OK);
    ck_assert_int_eq(tn_expect_rank(&s.c, 0, 3), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Shape must be rank 3 but is rank 2 for 'NoOp' (op: 'NoOp') with input shapes: [2,3], <unknown>.");
    ck_assert_int_eq(tn_expect_min_rank(&s.c, 0, 3), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Shape must be at least rank 3 but is rank 2 for 'NoOp'");
}
END_TEST

START_TEST(lengths)
{
    seen s;
    int64_t n = 7;
    see(&s, "[]", "[]");
    ck_assert(tn_expect_dim(&s.c, 4, 4, &n) == TN_OK && n == 4);
    ck_assert(tn_expect_dim(&s.c, -1, 5, &n) == TN_OK && n == 5);
    ck_assert(tn_expect_dim(&s.c, 0, -1, &n) == TN_OK && n == 0);
    ck_assert(tn_expect_dim(&s.c, -1, -1, &n) == TN_OK && n == -1);
    ck_assert(tn_expect_dim(&s.c, 2, 3, &n) == TN_INVALID_ARGUMENT && n == -1);
    expect_error(TN_INVALID_ARGUMENT, "Dimensions must be equal, but are 2 and 3 for 'NoOp'");
}
END_TEST

static tn_status same(const char *a, const char *b, tn_dims *out)
{
    seen s;
    see(&s, a, b);
    return tn_expect_same(&s.c, &s.in[0].dims, &s.in[1].dims, out);
}

START_TEST(shapes)
{
    tn_dims d = tn_dims_scalar();
    char text[TN_DIMS_TEXT];
    ck_assert_int_eq(same("[2,?]", "[?,3]", &d), TN_OK);
    ck_assert_str_eq(tn_dims_text(&d, text), "[2,3]");
    ck_assert_int_eq(same("[2,?,4]", "[2,1,5]", &d), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT,
                 "Dimension 2 in both shapes must be equal, but are 4 and 5. Shapes are [2,?,4] and [2,1,5]. for 'NoOp");
    ck_assert_int_eq(same("[2]", "[]", &d), TN_INVALID_ARGUMENT);
    expect_error(TN_INVALID_ARGUMENT, "Shapes must be equal rank, but are 1 and 0 for 'NoOp");
    ck_assert_str_eq(tn_dims_text(&d, text), "[2,3]"); /* untouched */
}
END_TEST

TN_SUITE("ops expect", ranks, lengths, shapes)
