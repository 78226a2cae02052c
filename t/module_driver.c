/* See module_driver.h. */
#include "module_driver.h"

#include <unistd.h>
#include "core/tensor.h"
#include "graph/graph.h"
#include "ops/op_def.h"
#include "plan/modules.h"

void use_module(void)
{
    ck_assert_int_eq(setenv("TENURE_MODULES", TN_T_ONEDNN, 1), 0);
}

int module_suite_main(const char *name, const TTest *const *tests, size_t n)
{
    if (access(TN_T_ONEDNN, R_OK))
        return getenv("TN_UNDER_VALGRIND") ? 0 : 77;
    setenv("TENURE_MODULES", TN_T_ONEDNN, 1);
    return tn_suite_main(name, tests, n);
}

static tn_tensor *bytes(const void *owner, size_t n)
{
    const tn_dims dims = tn_dims_vector((int64_t)n);
    return tn_tensor_raw(owner, TN_UINT8, &dims, NULL);
}

static tn_status run_pieces(const tn_prepare *p, const tn_step *step, const tn_frame *frame, int pieces)
{
    tn_status status = TN_OK;
    if (!pieces || !p->part)
        return p->run(step, frame);
    for (int64_t i = pieces - 1; i >= 0 && !status; i--) {
        tn_range range = { p->units * i / pieces, p->units * (i + 1) / pieces, (int)i % (p->threads ? p->threads : 1) };
        status = range.first < range.last ? p->part(step, frame, range) : TN_OK;
    }
    return status;
}

static tn_tensor *run(const void *owner, const module_step *s, tn_prepare *p, int pieces, tn_status *status)
{
    static const uint32_t slots[] = { 0, 1, 2, 3, 4 };
    tn_tensor *out = tn_tensor_raw(root, p->out[0].dtype, &p->out[0].dims, NULL);
    void *data[5] = { 0 };
    for (int i = 0; i < p->num_inputs; i++)
        data[i] = s->in[i]->data;
    data[p->num_inputs] = out->data;
    data[p->num_inputs + 1] = bytes(owner, p->workspace)->data;
    tn_step step = { .run = p->run, .slots = slots, .args = p->args, .num_inputs = (uint32_t)p->num_inputs, .num_outputs = 1, .op = s->op };
    tn_frame frame = { .data = data };
    *status = run_pieces(p, &step, &frame, pieces);
    return out;
}

tn_tensor *run_with_module(const module_step *s, int pieces, tn_status *status)
{
    void *owner = bytes(root, 0);
    tn_operand in[3], out;
    tn_dims dims = tn_dims_unknown();
    for (int i = 0; i < s->op->num_inputs; i++)
        in[i] = (tn_operand){ s->in[i]->dtype, s->in[i]->dims, s->in[i]->data };
    tn_infer c = { .op = s->op, .num_inputs = s->op->num_inputs, .num_outputs = 1, .in = in, .out = &dims };
    ck_assert_int_eq(s->op->def->infer(&c), TN_OK);
    out = (tn_operand){ s->op->outputs[0].dtype, dims, NULL };
    for (int i = 0; i < s->op->num_inputs; i++)
        in[i].value = s->known[i] ? s->in[i]->data : NULL;
    tn_prepare p = { .owner = owner,
                     .op = s->op,
                     .num_inputs = s->op->num_inputs,
                     .num_outputs = 1,
                     .in = in,
                     .out = &out,
                     .threads = s->threads,
                     .finish = s->finish };
    *status = tn_modules_prepare(&p);
    tn_tensor *result = *status ? NULL : run(owner, s, &p, pieces, status);
    talloc_free(owner);
    return result;
}
