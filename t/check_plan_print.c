/* What tn_plan_print says: steps, what they are made of, where results are, and why a step is one of its own. */
#include "plan_driver.h"

/* What is printed for some fetches and a feed; freed by the caller. */
static char *printed(tn_session *s, tn_outputs fetches, tn_feeds feeds)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(to);
    tn_status status = tn_plan_print(s, fetches, to, .feeds = feeds);
    ck_assert_msg(status == TN_OK, "%s", tn_last_error()->message);
    fclose(to);
    return text;
}

static void expect_printed(tn_session *s, tn_outputs fetches, tn_feeds feeds, const char *part)
{
    char *text = printed(s, fetches, feeds);
    ck_assert_msg(strstr(text, part) != NULL, "no »%s« in\n%s", part, text);
    free(text);
}

static tn_tensor *matrix(void)
{
    return tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ 4, 4 }, NULL);
}

START_TEST(steps_and_what_was_fused)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4, 4));
    tn_output a = tn_neg(x, .name = "a"), y = tn_square(a, .name = "y"), product = tn_matmul(y, y, .name = "p");
    tn_output z = tn_relu(product, .name = "z");
    tn_tensor *t = matrix();
    tn_feeds feeds = TN_FEEDS({ x, t });
    WITH_SESSION(s, .parent = root) {
        expect_printed(s, TN_OUTPUTS(z), feeds, "plan of 3 steps: an arena of 128 bytes for values of at most 128 bytes at one time");
        expect_printed(s, TN_OUTPUTS(z), feeds, "0 checks whether the run may go on\n");
        expect_printed(s, TN_OUTPUTS(z), feeds,
                       "1 Square 'y' -> float[4,4], 64 bytes at 0\n    fused Neg 'a', Square 'y'\n"
                       "    not fused with what follows: what takes its result is not elementwise\n"
                       "    not in place: the input is fed, constant or a variable's\n");
        expect_printed(s, TN_OUTPUTS(z), feeds, "2 MatMul 'p' -> float[4,4], 64 bytes at 64\n    finished by Relu 'z'\n");
        expect_printed(s, TN_OUTPUTS(y, a), feeds, "not fused with what follows: its result is fetched\n");
        expect_printed(s, TN_OUTPUTS(tn_exp(tn_softmax(y))), feeds, "in place of an input\n");
        expect_printed(s, TN_OUTPUTS(tn_softmax(y), tn_exp(y)), feeds, "not fused with what follows: several steps take its result\n");
        expect_printed(s, TN_OUTPUTS(tn_add(y, tn_square(tn_slice(x, tn_vector(0, 0), tn_vector(1, -1))))), feeds,
                       "not fused with what follows: its result is broadcast, or empty\n");
    }
    talloc_free(t);
}
END_TEST

START_TEST(nothing_is_fused_without_optimisation)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4, 4)), y = tn_square(tn_neg(x, .name = "a"));
    tn_tensor *t = matrix();
    WITH_SESSION(s, .parent = root, .optimize = TN_OPTIMIZE_NONE)
        expect_printed(s, TN_OUTPUTS(y), TN_FEEDS({ x, t }), "not fused with what follows: the session was opened with TN_OPTIMIZE_NONE\n");
    talloc_free(t);
}
END_TEST

START_TEST(dynamic_steps_and_variables)
{
    tn_output x = tn_placeholder(TN_FLOAT32), n = tn_placeholder(TN_INT32, .shape = TN_SHAPE(-1));
    tn_output y = tn_neg(tn_reshape(x, n), .name = "y");
    tn_tensor *t = matrix(), *shape = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 2 }, (int32_t[]){ 2, 8 });
    tn_variable *v = tn_variable_new(tn_fill(1.0f, TN_SHAPE(4, 4)));
    WITH_SESSION(s, .parent = root) {
        expect_printed(s, TN_OUTPUTS(y), TN_FEEDS({ x, t }, { n, shape }),
                       "Neg 'y' (prepared while running) -> float of a shape not known");
        expect_printed(s, TN_OUTPUTS(y), TN_FEEDS({ x, t }, { n, shape }), "its shapes are known only while running");
        expect_printed(s, TN_OUTPUTS(tn_neg(tn_read(v))), TN_FEEDS(), "reads a variable");
        expect_printed(s, TN_OUTPUTS(tn_assign_add(v, tn_fill(1.0f, TN_SHAPE(4, 4)))), TN_FEEDS(), "AssignAdd");
    }
    talloc_free(t);
    talloc_free(shape);
}
END_TEST

START_TEST(what_is_wrong_with_a_request_is_said)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4, 4)), y = tn_neg(x);
    WITH_SESSION(s, .parent = root) {
        ck_assert_int_eq(tn_plan_print(s, TN_OUTPUTS(y), NULL), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "a plan is printed to a file, not to NULL");
        ck_assert_int_eq(tn_plan_print(s, TN_OUTPUTS(y), stderr), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "You must feed a value for placeholder");
        FILE *full = fopen("/dev/full", "w");
        setvbuf(full, NULL, _IONBF, 0);
        ck_assert_int_eq(tn_plan_print(s, TN_OUTPUTS(tn_vector(1.0f)), full), TN_UNAVAILABLE);
        fclose(full);
    }
    ck_assert_int_eq(tn_plan_print(NULL, TN_OUTPUTS(y), stderr), TN_FAILED_PRECONDITION);
}
END_TEST

static tn_status print_somewhere(void *owner)
{
    tn_status status = TN_RESOURCE_EXHAUSTED;
    FILE *nowhere = fopen("/dev/null", "w");
    WITH_GRAPH(g, .owner = owner) {
        tn_output x = tn_fill(1.5f, TN_SHAPE(4, 4)), y = tn_neg(tn_square(tn_matmul(x, x)));
        tn_session *s = y.op ? tn_session_open(.parent = owner, .graph = g) : NULL;
        status = s ? tn_plan_print(s, TN_OUTPUTS(y), nowhere) : tn_last_error()->code;
        tn_session_close(s);
    }
    fclose(nowhere);
    return status;
}

START_TEST(memory_may_run_out)
{
    expect_survives_oom(print_somewhere);
}
END_TEST

TN_SUITE("plan print", steps_and_what_was_fused, nothing_is_fused_without_optimisation, dynamic_steps_and_variables,
         what_is_wrong_with_a_request_is_said, memory_may_run_out)
