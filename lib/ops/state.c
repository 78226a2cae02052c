/* Variables: references (VariableV2, Assign, …) and resources (VarHandleOp, ReadVariableOp, …). */
#include "cpu/kernels.h"
#include "graph/graph.h"
#include "ops/expect.h"
#include "ops/gradient.h"
#include "ops/variable.h"

/* The operation that stands for the variable of input i; NULL when the handle comes from somewhere else. */
static const tn_op *variable_of(const tn_infer *c, int i)
{
    return tn_value_of(c->op->inputs[i])->variable;
}

tn_dims tn_variable_dims(const tn_infer *c, int i)
{
    const tn_op *variable = variable_of(c, i);
    return variable ? tn_op_dims(variable, "shape") : tn_dims_unknown();
}

tn_status tn_expect_variable_dims(const tn_infer *c, int variable, int i, tn_dims *out)
{
    tn_dims declared = tn_variable_dims(c, variable);
    const tn_dims *at_building = tn_value_of(c->op->inputs[i])->dims;
    *out = declared;
    return tn_dims_compatible(&declared, at_building) ? TN_OK : tn_expect_same(c, &declared, at_building, out);
}

tn_status tn_expect_variable_dtype(const tn_infer *c, int i, tn_dtype dtype)
{
    const tn_op *variable = variable_of(c, i);
    tn_dtype is = variable ? tn_op_dtype(variable, "dtype") : dtype;
    if (is == dtype)
        return TN_OK;
    return tn_infer_fail(c, "Trying to read variable with wrong dtype. Expected %s got %s", tn_dtype_name(is), tn_dtype_name(dtype));
}

static tn_status infer_variable(tn_infer *c)
{
    c->out[0] = tn_op_dims(c->op, "shape");
    return TN_OK;
}

static tn_status infer_assign(tn_infer *c)
{
    c->out[0] = c->in[1].dims;
    return tn_op_bool(c->op, "validate_shape") ? tn_expect_variable_dims(c, 0, 1, &c->out[0]) : TN_OK;
}

static tn_status infer_assign_add(tn_infer *c)
{
    return tn_expect_variable_dims(c, 0, 1, &c->out[0]);
}

static tn_status expect_dtype(const tn_infer *c)
{
    return tn_expect_variable_dtype(c, 0, tn_op_dtype(c->op, "dtype"));
}

static tn_status infer_read(tn_infer *c)
{
    c->out[0] = tn_variable_dims(c, 0);
    return expect_dtype(c);
}

static tn_status infer_assign_resource(tn_infer *c)
{
    tn_dims dims;
    tn_status status = expect_dtype(c);
    return status ? status : tn_expect_variable_dims(c, 0, 1, &dims);
}

/* Reading changes nothing: the gradient is the variable's. */
static tn_status read_gradient(tn_gradient *g)
{
    return tn_grad_give(g, 0, g->dy[0]);
}

enum { ASSIGNS = TN_OP_STATEFUL | TN_OP_WRITES, CREATES = TN_OP_STATEFUL | TN_OP_VARIABLE };
#define PLACE "container: string = ''; shared_name: string = ''"

const tn_op_def tn_ops_state[] = {
    { .name = "VariableV2",
      .signature = "; shape: shape; dtype: type; " PLACE " -> ref: Ref(dtype)",
      .infer = infer_variable,
      .flags = CREATES,
      .formula = "a reference to a value that lives as long as the session" },
    { .name = "Assign",
      .signature = "ref: Ref(T), value: T; T: type; validate_shape: bool = true; use_locking: bool = true -> output_ref: Ref(T)",
      .infer = infer_assign,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_assign,
      .flags = ASSIGNS | TN_OP_UNINIT_OK,
      .constructor = "",
      .formula = "ref = value" },
    { .name = "AssignAdd",
      .signature = "ref: Ref(T), value: T; T: numbertype; use_locking: bool = false -> output_ref: Ref(T)",
      .infer = infer_assign_add,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_assign_add,
      .flags = ASSIGNS,
      .constructor = "",
      .formula = "ref += value" },
    { .name = "AssignSub",
      .signature = "ref: Ref(T), value: T; T: numbertype; use_locking: bool = false -> output_ref: Ref(T)",
      .infer = infer_assign_add,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_assign_sub,
      .flags = ASSIGNS,
      .constructor = "",
      .formula = "ref -= value" },
    { .name = "IsVariableInitialized",
      .signature = "ref: Ref(dtype); dtype: type -> is_initialized: bool",
      .infer = tn_infer_scalar,
      .prepare = tn_prepare_is_initialized,
      .flags = TN_OP_STATEFUL | TN_OP_UNINIT_OK,
      .formula = "whether the variable has a value" },
    { .name = "VarHandleOp",
      .signature = "; " PLACE "; dtype: type; shape: shape -> resource: resource",
      .infer = tn_infer_scalar,
      .flags = CREATES,
      .formula = "a handle of a value that lives as long as the session" },
    { .name = "ReadVariableOp",
      .signature = "resource: resource; dtype: type -> value: dtype",
      .infer = infer_read,
      .gradient = read_gradient,
      .flags = TN_OP_STATEFUL | TN_OP_READS,
      .formula = "the value of the variable" },
    { .name = "AssignVariableOp",
      .signature = "resource: resource, value: dtype; dtype: type ->",
      .infer = infer_assign_resource,
      .prepare = tn_prepare_assign,
      .flags = ASSIGNS | TN_OP_UNINIT_OK,
      .formula = "variable = value" },
    { .name = "AssignAddVariableOp",
      .signature = "resource: resource, value: dtype; dtype: type ->",
      .infer = infer_assign_resource,
      .prepare = tn_prepare_assign_add,
      .flags = ASSIGNS,
      .formula = "variable += value" },
    { .name = "AssignSubVariableOp",
      .signature = "resource: resource, value: dtype; dtype: type ->",
      .infer = infer_assign_resource,
      .prepare = tn_prepare_assign_sub,
      .flags = ASSIGNS,
      .formula = "variable -= value" },
    { .name = "VarIsInitializedOp",
      .signature = "resource: resource -> is_initialized: bool",
      .infer = tn_infer_scalar,
      .gradient = tn_no_gradient,
      .prepare = tn_prepare_is_initialized,
      .flags = TN_OP_STATEFUL | TN_OP_UNINIT_OK,
      .formula = "whether the variable has a value" },
};
const size_t tn_num_ops_state = sizeof tn_ops_state / sizeof tn_ops_state[0];
