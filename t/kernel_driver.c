/* See kernel_driver.h. */
#include "kernel_driver.h"

#include "core/tensor.h"
#include "graph/graph.h"
#include "harness.h"
#include "ops/op_def.h"

unsigned drive_in_place_bits;
const tn_finish *drive_finish;
bool drive_known = true;

typedef struct driven {
    tn_prepare prepare;
    tn_operand in[DRIVE_INPUTS], out[DRIVE_OUTPUTS];
    tn_variable_state *variables[DRIVE_INPUTS];
    void *data[DRIVE_INPUTS + DRIVE_OUTPUTS + 1];
    uint32_t slots[DRIVE_INPUTS + DRIVE_OUTPUTS + 1];
} driven;

/* An operation on constants, so that what graph building infers sees the values too. */
static tn_op *build(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in)
{
    tn_output inputs[DRIVE_INPUTS];
    for (int i = 0; i < num_in; i++)
        inputs[i] = tn_constant(in[i]);
    return tn_op_new(NULL, type, ((tn_outputs){ inputs, (size_t)num_in }), .attrs = attrs);
}

/* Inference as at run time: everything is known, so every output must come out known. */
static tn_status infer(driven *d, const tn_op *op)
{
    tn_dims dims[DRIVE_OUTPUTS];
    for (int i = 0; i < op->num_outputs; i++)
        dims[i] = tn_dims_unknown();
    tn_infer c = { .op = op, .num_inputs = op->num_inputs, .num_outputs = op->num_outputs, .in = d->in, .out = dims };
    tn_status status = op->def->infer(&c);
    if (status)
        return status;
    for (int i = 0; i < op->num_outputs; i++) {
        ck_assert_msg(tn_dims_known(&dims[i]), "%s: output %d is not known although every input is", op->def->name, i);
        d->out[i] = (tn_operand){ .dtype = op->outputs[i].dtype, .dims = dims[i] };
    }
    return TN_OK;
}

static tn_status prepare(driven *d, const void *owner, const tn_op *op)
{
    d->prepare = (tn_prepare){ .owner = owner,
                               .op = op,
                               .num_inputs = op->num_inputs,
                               .num_outputs = op->num_outputs,
                               .in = d->in,
                               .out = d->out,
                               .source = op->def->source ? drive_source : NULL,
                               .finish = op->def->flags & TN_OP_FINISHES ? drive_finish : NULL,
                               .variables = d->variables };
    for (int i = 0; i < op->num_inputs && !drive_known; i++)
        d->in[i].value = NULL;
    tn_status status = op->def->prepare(&d->prepare);
    drive_in_place_bits = d->prepare.in_place;
    return status;
}

const tn_source *drive_source;

/* A kernel that can be divided is run in pieces, the last first, so that every test of it tests that too; or in one piece. */
int drive_pieces = 3;

static tn_status run_pieces(const tn_prepare *p, const tn_step *step, const tn_frame *frame)
{
    int64_t pieces = p->units < drive_pieces ? p->units : drive_pieces;
    tn_status status = TN_OK;
    for (int64_t i = pieces - 1; i >= 0 && !status; i--)
        status = p->part(step, frame, (tn_range){ p->units * i / pieces, p->units * (i + 1) / pieces, 0 });
    return status;
}

/* What was there before is no zero, lest a kernel that leaves it look right; memcheck sees for itself. */
static void *spoilt(tn_tensor *t)
{
    if (t->dtype != TN_STRING && !getenv("TN_UNDER_VALGRIND"))
        memset(t->data, 0xA5, tn_tensor_bytes(t));
    return t->data;
}

static tn_status run(driven *d)
{
    const tn_prepare *p = &d->prepare;
    for (uint32_t i = 0; i < DRIVE_INPUTS + DRIVE_OUTPUTS + 1; i++)
        d->slots[i] = i;
    tn_step step = { .run = p->run,
                     .slots = d->slots,
                     .args = p->args,
                     .num_inputs = (uint32_t)p->num_inputs,
                     .num_outputs = (uint32_t)p->num_outputs,
                     .op = p->op };
    tn_frame frame = { .data = d->data };
    const tn_dims dims = tn_dims_vector((int64_t)p->workspace);
    tn_tensor *workspace = tn_tensor_raw(p->owner, TN_UINT8, &dims, NULL);
    if (!workspace)
        return tn_last_error()->code;
    d->data[p->num_inputs + p->num_outputs] = spoilt(workspace);
    if (p->source)
        d->data[p->op->def->source - 1] = NULL; /* it was never written */
    return p->part && drive_pieces ? run_pieces(p, &step, &frame) : step.run(&step, &frame);
}

/* Everything on one context, freed by the caller. in_place -1: outputs of their own. */
static tn_status drive_on(const void *owner, const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in, int in_place,
                          tn_tensor **out)
{
    driven d = { 0 };
    tn_op *op = build(type, attrs, num_in, in);
    if (!op)
        return tn_last_error()->code;
    for (int i = 0; i < num_in; i++) {
        d.in[i] = (tn_operand){ .dtype = in[i]->dtype, .dims = in[i]->dims, .value = in[i]->data };
        d.data[i] = in[i]->data;
    }
    tn_status status = infer(&d, op);
    if (!status)
        status = prepare(&d, owner, op);
    if (status)
        return status;
    for (int i = 0; i < op->num_outputs; i++) {
        out[i] = in_place < 0 || i ? tn_tensor_raw(owner, d.out[i].dtype, &d.out[i].dims, NULL) : in[in_place];
        if (!out[i])
            return tn_last_error()->code;
        d.data[num_in + i] = in_place < 0 || i ? spoilt(out[i]) : out[i]->data;
    }
    if (in_place >= 0) {
        ck_assert_msg(d.prepare.in_place >> in_place & 1, "%s may not be written over input %d", type, in_place);
        ck_assert_uint_eq(tn_dtype_size(d.out[0].dtype), tn_dtype_size(in[in_place]->dtype));
    }
    return run(&d);
}

static tn_status drive_as(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in, int in_place, int n, tn_tensor **out)
{
    tn_tensor *made[DRIVE_OUTPUTS] = { 0 };
    tn_status status = TN_RESOURCE_EXHAUSTED;
    WITH_GRAPH(g) {
        status = drive_on(g, type, attrs, num_in, in, in_place, made);
        for (int i = 0; !status && i < n; i++)
            out[i] = in_place < 0 ? tn_keep(root, made[i]) : made[i];
    }
    return status;
}

tn_status drive_all(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in, int n, tn_tensor **out)
{
    return drive_as(type, attrs, num_in, in, -1, n, out);
}

tn_tensor *drive(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in)
{
    tn_tensor *out = NULL;
    return drive_as(type, attrs, num_in, in, -1, 1, &out) ? NULL : out;
}

tn_tensor *drive_in_place(const char *type, tn_attrs attrs, int num_in, tn_tensor *const *in, int i)
{
    tn_tensor *out = NULL;
    return drive_as(type, attrs, num_in, in, i, 1, &out) ? NULL : out;
}
