/* See random_group.h. */
#include "random_group.h"

static uint32_t state = 1;

uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

tn_dims narrower(const tn_dims *out)
{
    tn_dims d = *out;
    const int without = (int)draw((uint32_t)out->rank + 1) * (draw(3) == 0);
    d.rank -= without;
    for (int i = 0; i < d.rank; i++)
        d.dim[i] = draw(2) ? 1 : out->dim[i + without];
    return d;
}

int64_t place_in(const tn_dims *out, const tn_dims *in, int64_t i)
{
    int64_t place = 0, stride = 1;
    for (int d = out->rank - 1; d >= 0; d--) {
        const int axis = d - (out->rank - in->rank);
        const int64_t index = i % out->dim[d];
        i /= out->dim[d];
        if (axis < 0)
            continue;
        place += in->dim[axis] == 1 ? 0 : index * stride;
        stride *= in->dim[axis];
    }
    return place;
}

#define F TN_FLOAT32
#define D TN_FLOAT64
#define B TN_BOOL
const group_kind group_kinds[] = {
    { TN_ROW_add_f32, 2, 1 + TN_SUPER_add, { F, F }, F },
    { TN_ROW_sub_f32, 2, 1 + TN_SUPER_sub, { F, F }, F },
    { TN_ROW_mul_f32, 2, 1 + TN_SUPER_mul, { F, F }, F },
    { TN_ROW_maximum_f32, 2, 1 + TN_SUPER_maximum, { F, F }, F },
    { TN_ROW_minimum_f32, 2, 1 + TN_SUPER_minimum, { F, F }, F },
    { TN_ROW_relu_f32, 1, 1 + TN_SUPER_relu, { F }, F },
    { TN_ROW_square_f32, 1, 1 + TN_SUPER_square, { F }, F },
    { TN_ROW_neg_f32, 1, 1 + TN_SUPER_neg, { F }, F },
    { TN_ROW_abs_f32, 1, 0, { F }, F },
    { TN_ROW_less_f32, 2, 0, { F, F }, B },
    { TN_ROW_select_4, 3, 0, { B, F, F }, F },
    { TN_ROW_f32_to_f64, 1, 0, { F }, D },
    { TN_ROW_f64_to_f32, 1, 0, { D }, F },
    { TN_ROW_sub_f64, 2, 0, { D, D }, D },
    { TN_ROW_select_8, 3, 0, { B, D, D }, D },
    { TN_ROW_logical_not, 1, 0, { B }, B },
};
enum { NUM_KINDS = sizeof group_kinds / sizeof group_kinds[0] };

/* Inputs that there are in each group, so that every operation finds its operands. */
enum { VECTOR, WHOLE_F, WHOLE_D, WHOLE_B, ANY };

char group_data[TN_GROUP_INPUTS][GROUP_MOST * 8], group_anchor[GROUP_MOST * 8];
static char result[TN_GROUP_OPS][GROUP_MOST * 8];

static double real(void)
{
    return (double)draw(2001) / 250 - 4;
}

static void random_inputs(random_group *g)
{
    static const tn_dtype dtypes[] = { F, F, D, B, F, F, D, B };
    g->group.num_inputs = ANY + (int)draw(TN_GROUP_INPUTS - ANY + 1);
    for (int i = 0; i < g->group.num_inputs; i++) {
        g->in[i] = (tn_operand){ .dtype = dtypes[i % 8], .dims = i < ANY || draw(2) ? g->dims : narrower(&g->dims) };
        for (int64_t k = 0; k < GROUP_MOST; k++)
            if (g->in[i].dtype == F)
                ((float *)(void *)group_data[i])[k] = (float)real();
            else if (g->in[i].dtype == D)
                ((double *)(void *)group_data[i])[k] = real();
            else
                ((bool *)group_data[i])[k] = draw(2);
    }
    g->in[VECTOR].dims = tn_dims_vector(g->dims.dim[0]);
}

/* An operand of that dtype: an earlier result, the anchor, or an input. */
static int random_operand(const random_group *g, int j, tn_dtype dtype)
{
    for (int turn = 0; turn < 6 && j; turn++) {
        const int back = j - 1 - (int)draw(j < 6 ? (uint32_t)j : 6);
        if (g->ops[back].out.dtype == dtype)
            return ~back;
    }
    if (g->group.anchor && dtype == F && draw(3) == 0)
        return TN_FROM_ANCHOR;
    for (;;) {
        const int i = 1 + (int)draw((uint32_t)g->group.num_inputs - 1);
        if (g->in[i].dtype == dtype)
            return i;
    }
}

/* Whether what an operation's operands broadcast to is its output: no fewer elements. */
static bool is_whole(const random_group *g, const tn_group_op *op)
{
    tn_dims all = tn_dims_scalar();
    for (int i = 0; i < op->num_inputs; i++)
        if (op->from[i] < 0 || op->from[i] == TN_FROM_ANCHOR || !tn_dims_broadcast(&all, &g->in[op->from[i]].dims, &all))
            return true;
    return tn_dims_equal(&all, &g->dims);
}

static void random_op(random_group *g, int j, const group_kind *k)
{
    tn_group_op *op = &g->ops[j];
    g->kinds[j] = k;
    *op = (tn_group_op){ .map = { .super = k->super }, .num_inputs = k->num_inputs, .out = { .dtype = k->out, .dims = g->dims } };
    do
        for (int i = 0; i < k->num_inputs; i++)
            op->from[i] = random_operand(g, j, k->in[i]);
    while (!is_whole(g, op));
    if (k->row == TN_ROW_sub_f32 && op->from[0] < 0 && draw(2)) {
        op->from[1] = VECTOR;
        op->map.dims = g->by_column;
    }
}

static tn_dims random_dims(void)
{
    static const int64_t sides[] = { 1, 2, 7, 33, 64, 130, 700 };
    if (draw(2))
        return tn_dims_of(2, (int64_t[]){ 1 + (int64_t)draw(3), sides[draw(7)] });
    return tn_dims_of(3, (int64_t[]){ sides[draw(3)], 1 + (int64_t)draw(9), sides[draw(4)] });
}

void random_group_of(random_group *g, int n, bool anchored, int first)
{
    memset(g, 0, sizeof *g);
    g->dims = g->by_column[0] = g->by_column[1] = random_dims();
    for (int d = 1; d < g->dims.rank; d++)
        g->by_column[1].dim[d] = 1;
    g->anchor = (tn_operand){ .dtype = F, .dims = g->dims };
    g->group = (tn_group){ .ops = g->ops, .num_ops = n, .in = g->in, .anchor = anchored ? &g->anchor : NULL, .first_input = first };
    g->group.stream = !anchored && draw(3) == 0;
    random_inputs(g);
    for (int j = 0; j < n; j++)
        random_op(g, j, j < n - 1 ? &group_kinds[draw(NUM_KINDS)] : &group_kinds[draw(9)]);
    for (int64_t i = 0; i < GROUP_MOST; i++)
        ((float *)(void *)group_anchor)[i] = (float)real();
}

static const void *element(const random_group *g, const tn_group_op *op, int i, int64_t at)
{
    const int from = op->from[i];
    if (from < 0)
        return result[~from] + at * (int64_t)tn_dtype_size(g->ops[~from].out.dtype);
    if (from == TN_FROM_ANCHOR)
        return group_anchor + at * (int64_t)sizeof(float);
    const tn_dims *dims = op->map.dims ? &op->map.dims[i] : &g->in[from].dims;
    return group_data[from] + place_in(&g->dims, dims, at) * (int64_t)tn_dtype_size(g->in[from].dtype);
}

void random_group_use(random_group *g, const tn_isa *isa)
{
    for (int j = 0; j < g->group.num_ops; j++)
        g->ops[j].map.row = isa->rows[g->kinds[j]->row];
}

const char *random_group_result(const random_group *g)
{
    static const int64_t ones[] = { 1, 1, 1 };
    const tn_row *rows = tn_isa_named("baseline")->rows;
    for (int j = 0; j < g->group.num_ops; j++)
        for (int64_t i = 0; i < tn_dims_size(&g->dims); i++) {
            const tn_group_op *op = &g->ops[j];
            const void *in[TN_MAX_OPERANDS] = { 0 };
            for (int k = 0; k < op->num_inputs; k++)
                in[k] = element(g, op, k, i);
            rows[g->kinds[j]->row](result[j] + i * (int64_t)tn_dtype_size(op->out.dtype), in, ones, 1);
        }
    return result[g->group.num_ops - 1];
}
