/* Requests that cannot be run: TensorFlow's order, and its words. */
#include "harness.h"

static tn_tensor *vector(int64_t n)
{
    return tn_tensor_new(root, TN_FLOAT32, 1, &n, NULL);
}

START_TEST(empty_graph)
{
    WITH_GRAPH(g)
        WITH_SESSION(s) {
            tn_tensor *r;
            ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(), &r), TN_INVALID_ARGUMENT);
            expect_error(TN_INVALID_ARGUMENT, "The Session graph is empty.  Add operations to the graph before calling run().");
        }
}
END_TEST

START_TEST(graph_whose_first_operation_failed)
{
    WITH_GRAPH(g)
        WITH_SESSION(s) {
            tn_op *op = tn_op_new(g, "NoSuchType", TN_OUTPUTS());
            ck_assert_ptr_null(op);
            ck_assert_int_eq(tn_run_op(s, op), TN_NOT_FOUND);
            expect_error(TN_NOT_FOUND, "NoSuchType");
        }
}
END_TEST

START_TEST(nothing_to_do)
{
    tn_tensor *r, *t = vector(1);
    tn_output x = tn_placeholder(TN_FLOAT32);
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(), &r), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "Must specify at least one target to fetch or execute.");
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(), &r, .feeds = TN_FEEDS({ x, t })), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "Must specify at least one target");
    }
    talloc_free(t);
}
END_TEST

START_TEST(empty_output_tells_the_first_error)
{
    tn_output good = tn_scalar(1.0f), bad = tn_matmul(tn_matrix(1, 2, 1.0f, 2.0f), tn_matrix(3, 1, 1.0f, 2.0f, 3.0f), .name = "late");
    tn_tensor *r[2] = { NULL, NULL };
    ck_assert_ptr_null(bad.op);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, tn_relu(bad)));
        expect_error(TN_INVALID_ARGUMENT, "MatMul 'late'");
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(good, bad), r), TN_INVALID_ARGUMENT);
        ck_assert_ptr_null(r[0]);
        ck_assert_int_eq(tn_run_op(s, bad.op), TN_INVALID_ARGUMENT);
        expect_text(tn_run(s, good), "1.0");
    }
}
END_TEST

START_TEST(empty_output_of_a_good_graph)
{
    tn_output good = tn_scalar(1.0f), none = { NULL, 0 };
    tn_tensor *t = vector(1);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, none));
        expect_error(TN_INVALID_ARGUMENT, "empty output");
        ck_assert_ptr_null(tn_run(s, good, .feeds = TN_FEEDS({ none, t })));
        expect_error(TN_INVALID_ARGUMENT, "empty output");
        ck_assert_ptr_null(tn_run(s, good, .targets = TN_OPS(NULL)));
        expect_error(TN_INVALID_ARGUMENT, "empty output");
    }
    talloc_free(t);
}
END_TEST

START_TEST(another_graph)
{
    tn_output here = tn_scalar(1.0f, .name = "a"), there;
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 0, NULL, NULL);
    tn_graph *g = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(g)
        there = tn_scalar(2.0f, .name = "a");
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, there));
        expect_error(TN_INVALID_ARGUMENT,
                     "Fetch argument a:0 cannot be interpreted as a Tensor. (Tensor a:0 is not an element of this graph.)");
        ck_assert_int_eq(tn_run_op(s, there.op), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT, "(Operation a is not an element of this graph.)");
        ck_assert_ptr_null(tn_run(s, here, .feeds = TN_FEEDS({ there, t })));
        expect_error(TN_INVALID_ARGUMENT, "Cannot interpret feed_dict key as Tensor: Tensor a:0 is not an element of this graph.");
        ck_assert_str_eq(tn_last_error()->op, "a");
    }
    talloc_free(g);
    talloc_free(t);
}
END_TEST

START_TEST(wrong_feeds)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(4), .name = "x"), y = tn_relu(x);
    tn_output m = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, 2), .name = "m"), z = tn_relu(m);
    tn_tensor *three = vector(3), *four = vector(4), *whole = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 4 }, NULL);
    tn_tensor *scalar = tn_tensor_new(root, TN_FLOAT32, 0, NULL, NULL);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, three })));
        expect_error(TN_INVALID_ARGUMENT, "Cannot feed value of shape (3,) for Tensor 'x:0', which has shape '(4,)'");
        ck_assert_ptr_null(tn_run(s, z, .feeds = TN_FEEDS({ m, scalar })));
        expect_error(TN_INVALID_ARGUMENT, "Cannot feed value of shape () for Tensor 'm:0', which has shape '(?, 2)'");
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, whole })));
        expect_error(TN_INVALID_ARGUMENT, "Expects arg[0] to be float but int32 is provided");
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, NULL })));
        expect_error(TN_INVALID_ARGUMENT, "The value of feed 0, for Tensor 'x:0', is NULL");
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, four }, { x, four })));
        expect_error(TN_INVALID_ARGUMENT, "Endpoint \"x:0\" fed more than once.");
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ { x.op, 1 }, four })));
        expect_error(TN_INVALID_ARGUMENT, "FeedInputs: x should have output index < 1");
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ { x.op, -1 }, four })));
        expect_error(TN_INVALID_ARGUMENT, "FeedInputs: x should have output index < 1");
        ck_assert_ptr_null(tn_run(s, y, .feeds = { NULL, 2 }));
        expect_error(TN_INVALID_ARGUMENT, "NULL");
        ck_assert_ptr_nonnull(tn_run(s, y, .feeds = TN_FEEDS({ x, four })));
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, four }, { x, four })));
        ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, three })));
    }
    talloc_free(three);
    talloc_free(four);
    talloc_free(whole);
    talloc_free(scalar);
}
END_TEST

START_TEST(wrong_fetches)
{
    tn_output c = tn_scalar(1.0f, .name = "c");
    tn_op *nothing = tn_group_with(&(const tn_group_args){ .ops = TN_OPS(c.op), .name = "g" });
    tn_tensor *r;
    ck_assert_ptr_nonnull(nothing);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, ((tn_output){ c.op, 1 })));
        expect_error(TN_INVALID_ARGUMENT, "FetchOutputs c:1: output index too large, must be < 1");
        ck_assert_ptr_null(tn_run(s, ((tn_output){ c.op, INT32_MIN })));
        ck_assert_ptr_null(tn_run(s, ((tn_output){ nothing, 0 })));
        expect_error(TN_INVALID_ARGUMENT, "Tried to fetch data for 'g:0', which produces no output.");
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(c), NULL), TN_INVALID_ARGUMENT);
        ck_assert_int_eq(tn_run_all(s, ((tn_outputs){ NULL, 1 }), &r), TN_INVALID_ARGUMENT);
        ck_assert_int_eq(tn_run_op(s, c.op, .targets = { NULL, 1 }), TN_INVALID_ARGUMENT);
        ck_assert_int_eq(tn_run_op(s, nothing), TN_OK);
    }
}
END_TEST

START_TEST(feeds_are_checked_before_fetches)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .name = "x"), c = tn_scalar(1.0f, .name = "c");
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, ((tn_output){ c.op, 9 }), .feeds = TN_FEEDS({ x, NULL })));
        expect_error(TN_INVALID_ARGUMENT, "The value of feed 0");
    }
}
END_TEST

START_TEST(resources_are_neither_fed_nor_fetched)
{
    tn_op *handle = tn_op_new(NULL, "VarHandleOp", TN_OUTPUTS(), .name = "h",
                              .attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", TN_FLOAT32), TN_SHAPE_ATTR("shape", 0, NULL)));
    tn_tensor *t = vector(1);
    ck_assert_ptr_nonnull(handle);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, tn_op_output(handle, 0)));
        expect_error(TN_INVALID_ARGUMENT, "cannot be fetched");
        ck_assert_ptr_null(tn_run(s, tn_scalar(1.0f), .feeds = TN_FEEDS({ { handle, 0 }, t })));
        expect_error(TN_INVALID_ARGUMENT, "Tensor h:0 may not be fed.");
    }
    talloc_free(t);
}
END_TEST

START_TEST(a_negative_time_limit)
{
    tn_output y = tn_neg(tn_vector(1.0f));
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, y, .timeout_ms = -5));
        expect_error(TN_INVALID_ARGUMENT, "a negative time limit: -5 ms");
        ck_assert_ptr_nonnull(tn_run(s, y));
        ck_assert_ptr_null(tn_run(s, y, .timeout_ms = -5)); /* with its plan in the cache, too */
    }
}
END_TEST

TN_SUITE("session request", empty_graph, graph_whose_first_operation_failed, nothing_to_do, empty_output_tells_the_first_error,
         empty_output_of_a_good_graph, another_graph, wrong_feeds, wrong_fetches, feeds_are_checked_before_fetches,
         resources_are_neither_fed_nor_fetched, a_negative_time_limit)
