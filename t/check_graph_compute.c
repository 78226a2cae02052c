/* One kernel run on known values. */
#include "core/status.h"
#include "graph/compute.h"
#include "harness.h"

static tn_operand known(tn_output x)
{
    const tn_tensor *t = tn_op_tensor(x.op, "value");
    return (tn_operand){ t->dtype, t->dims, t->data };
}

static bool compute2(const char *type, tn_output x, tn_output y, tn_tensor **result)
{
    const tn_op *op = tn_op_new(NULL, type, TN_OUTPUTS(x, y));
    const tn_operand in[] = { known(x), known(y) }, out = { op->outputs[0].dtype, *op->outputs[0].dims, NULL };
    return tn_compute(root, NULL, op, in, &out, result);
}

START_TEST(values_of_an_operation)
{
    tn_tensor *result = NULL;
    ck_assert(compute2("Add", tn_vector(1.0f, 2.0f), tn_scalar(10.0f), &result));
    expect_text(result, "[11. 12.]");
}
END_TEST

START_TEST(several_outputs)
{
    tn_op *op = tn_op_new(NULL, "Unpack", TN_OUTPUTS(tn_vector(1, 2, 3, 4, 5, 6)), .attrs = TN_ATTRS(TN_INT_ATTR("num", 6)));
    tn_tensor *results[6];
    tn_operand out[6];
    const tn_operand in = known(tn_op_input(op, 0));
    for (int i = 0; i < 6; i++)
        out[i] = (tn_operand){ TN_INT32, tn_dims_scalar(), NULL };
    ck_assert(tn_compute(root, NULL, op, &in, out, results));
    expect_text(results[5], "6");
    for (int i = 0; i < 5; i++)
        talloc_free(results[i]);
}
END_TEST

START_TEST(a_failure_leaves_result_and_error_alone)
{
    tn_tensor *result = NULL;
    tn_fail(TN_ABORTED, "as it was");
    ck_assert(!compute2("FloorDiv", tn_vector(1, 2), tn_vector(1, 0), &result));
    ck_assert_ptr_null(result);
    expect_error(TN_ABORTED, "as it was");
    ck_assert(!compute2("Add", tn_const_new(TN_INT8, 0, NULL, "", NULL), tn_const_new(TN_INT8, 0, NULL, "", NULL), &result) || result);
    talloc_free(result);
    expect_error(TN_ABORTED, "as it was");
}
END_TEST

static tn_status one_addition(void *ctx)
{
    WITH_GRAPH(g, .owner = ctx) {
        tn_output x = tn_vector(1.0f, 2.0f);
        const tn_op *op = tn_op_new(NULL, "Add", TN_OUTPUTS(x, x));
        if (!op)
            return tn_last_error()->code;
        tn_tensor *result = NULL;
        const tn_operand in[] = { known(x), known(x) }, out = { TN_FLOAT32, tn_dims_vector(2), NULL };
        bool done = tn_compute(ctx, NULL, op, in, &out, &result);
        ck_assert(done == (result != NULL));
        talloc_free(result);
        return TN_OK;
    }
    return tn_last_error()->code;
}

START_TEST(every_allocation_may_fail)
{
    expect_survives_oom(one_addition);
}
END_TEST

TN_SUITE("graph compute", values_of_an_operation, several_outputs, a_failure_leaves_result_and_error_alone, every_allocation_may_fail)
