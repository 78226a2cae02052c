/* Preparing elementwise kernels: see elementwise.h. */
#include "cpu/elementwise.h"

#include "core/alloc.h"
#include "core/dtype.h"
#include "cpu/isa.h"

void tn_loops_add(tn_loops *loops, int64_t count, const int64_t *strides, int n)
{
    int d = loops->rank++;
    loops->count[d] = count;
    for (int i = 0; i < n; i++) {
        loops->advance[d][i] = strides[i];
        for (int outer = 0; outer < d; outer++) /* going on there, this loop goes back from its last step */
            loops->advance[outer][i] -= (count - 1) * strides[i];
    }
}

/* ---- One call ---- */

enum { UNIT = 4096 }; /* elements, when a call is divided */

static tn_status run_nothing(const tn_step *step, const tn_frame *frame)
{
    (void)step;
    (void)frame;
    return TN_OK;
}

/* Of one input or two. */
static tn_status run_short_call(const tn_step *step, const tn_frame *frame)
{
    const tn_call *c = step->args;
    const void *in[] = { tn_in(step, frame, 0), tn_in(step, frame, 1) };
    const char *wrong = c->row(tn_out(step, frame, 0), in, c->stride, c->n);
    return wrong ? tn_row_status(step, wrong) : TN_OK;
}

static tn_status run_call(const tn_step *step, const tn_frame *frame)
{
    const tn_call *c = step->args;
    const void *in[] = { tn_in(step, frame, 0), tn_in(step, frame, c->input[1]), tn_in(step, frame, c->input[2]) };
    return tn_row_status(step, c->row(tn_out(step, frame, 0), in, c->stride, c->n));
}

static tn_status run_call_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const tn_call *c = step->args;
    int64_t first = range.first * UNIT, end = range.last * UNIT < c->n ? range.last * UNIT : c->n;
    const void *in[TN_MAX_OPERANDS];
    for (int i = 0; i < TN_MAX_OPERANDS; i++)
        in[i] = (const char *)tn_in(step, frame, c->input[i]) + first * c->stride[i] * c->size[i];
    return tn_row_status(step, c->row((char *)tn_out(step, frame, 0) + first * c->out_size, in, c->stride, end - first));
}

/* Inputs of the output's shape may be written over where an element takes as many bytes. */
static unsigned in_place(const tn_prepare *p, const tn_call *c)
{
    unsigned bits = 0;
    for (int i = 0; i < p->num_inputs; i++)
        if (tn_dims_equal(&p->in[i].dims, &p->out[0].dims) && c->size[i] == c->out_size)
            bits |= 1u << i;
    return bits;
}

/* The kernel of few elements is the row itself, where every operand is whole. */
static tn_kernel kernel_for(const tn_prepare *p, const tn_call *c, int row)
{
    bool whole = true;
    for (int i = 0; i < p->num_inputs; i++)
        whole = whole && c->stride[i];
    tn_kernel few = c->n < TN_FEW && whole ? tn_isa_best()->short_rows[row] : NULL;
    return !c->n ? run_nothing : few ? few : p->num_inputs <= 2 ? run_short_call : run_call;
}

static tn_status prepare_call(tn_prepare *p, int row)
{
    tn_call *c = TN_NEW(p->owner, tn_call);
    if (!c)
        return TN_RESOURCE_EXHAUSTED;
    *c = (tn_call){ .row = p->map.row, .n = tn_dims_size(&p->out[0].dims), .out_size = (int)tn_dtype_size(p->out[0].dtype) };
    for (int i = 0; i < p->num_inputs; i++) {
        c->input[i] = (uint32_t)i;
        c->size[i] = (int)tn_dtype_size(p->in[i].dtype);
        c->stride[i] = tn_dims_size(&p->in[i].dims) == c->n;
    }
    p->args = c;
    p->run = kernel_for(p, c, row);
    p->part = run_call_part;
    p->units = (c->n + UNIT - 1) / UNIT;
    p->in_place = in_place(p, c);
    return TN_OK;
}

/* ---- */

/* Whether each operand is whole, or a single element. */
static bool is_one_call(const tn_prepare *p)
{
    int64_t n = tn_dims_size(&p->out[0].dims);
    for (int i = 0; i < p->num_inputs && n; i++) {
        int64_t size = tn_dims_size(&p->in[i].dims);
        if (size != n && size != 1)
            return false;
    }
    return true;
}

static tn_status prepare_program(tn_prepare *p)
{
    const tn_group_op op = { .map = p->map, .num_inputs = p->num_inputs, .from = { 0, 1, 2 }, .out = p->out[0] };
    const tn_group group = { .ops = &op, .num_ops = 1, .in = p->in, .num_inputs = p->num_inputs };
    return tn_prepare_group(p, &group);
}

/* The part of a float32 row in superinstructions, and whether a row may fail. */
static void describe(tn_map *map, int row)
{
    static const uint8_t supers[TN_NUM_ROWS] = {
#define SUPER(name) [TN_ROW_##name##_f32] = 1 + TN_SUPER_##name
        SUPER(add), SUPER(sub), SUPER(mul), SUPER(maximum), SUPER(minimum), SUPER(relu), SUPER(square), SUPER(neg)
#undef SUPER
    };
#define UNARY(name, T, R, value)
#define BINARY(name, T, R, value)
#define CHECKED(name, T, R, value, wrong, text) [TN_ROW_##name] = true,
#define VMATH(function, suffix)
#define SELECT(name, T)
    static const bool may_fail[TN_NUM_ROWS] = {
#include "cpu/row_list.h"
    };
    map->super = supers[row];
    map->may_fail = may_fail[row];
}

tn_status tn_prepare_row(tn_prepare *p, int row, const tn_dims *dims)
{
    p->map = (tn_map){ .row = tn_isa_best()->rows[row], .dims = dims };
    describe(&p->map, row);
    if (p->describe)
        return TN_OK;
    return is_one_call(p) ? prepare_call(p, row) : prepare_program(p);
}

tn_status tn_prepare_elementwise(tn_prepare *p, const tn_elementwise *choices, size_t n)
{
    tn_dtype dtype = p->in[p->num_inputs - 1].dtype;
    for (size_t i = 0; i < n; i++)
        if (choices[i].dtype == dtype)
            return tn_prepare_row(p, choices[i].row, NULL);
    return tn_no_kernel(p, dtype);
}
