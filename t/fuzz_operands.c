/* See fuzz.h. */
#include "fuzz.h"

static tn_output placeholder(fuzz *f, tn_tensor *t)
{
    tn_dims d = tn_dims_of(tn_tensor_rank(t), t->dims.dim);
    for (int i = 0; i < d.rank; i++)
        if (chance(30))
            d.dim[i] = -1;
    if (chance(25))
        d.rank = -1;
    tn_output out = tn_placeholder(tn_tensor_dtype(t), .shape = { d.rank < 0 ? NULL : d.dim, d.rank });
    ck_assert_ptr_nonnull(out.op);
    f->feeds[f->num_feeds++] = (tn_feed){ out, t };
    return out;
}

static tn_output tensor_operand(fuzz *f, tn_tensor *t)
{
    if (!t)
        return (tn_output){ 0 };
    return chance(50) || f->num_feeds == MOST_FEEDS ? tn_constant(t) : placeholder(f, t);
}

static tn_output from_pool(fuzz *f, tn_dtype dtype)
{
    for (int i = 0; i < 6 && f->num_pool; i++) {
        tn_output out = f->pool[draw(f->num_pool)];
        if (tn_output_dtype(out) == dtype)
            return out;
    }
    return (tn_output){ 0 };
}

bool one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name))
        names++;
    return *names != NULL;
}

/* Operands with a part of the shape of the others. */
static tn_tensor *like_the_base(fuzz *f, const char *name, tn_dtype dtype)
{
    tn_dims rows = f->base, last = f->base.rank > 0 ? tn_dims_vector(f->base.dim[f->base.rank - 1]) : tn_dims_scalar();
    rows.rank -= rows.rank > 0;
    static const char *const vectors[] = { "bias", "scale", "offset", "mean", "variance", "reserve_space_1", "reserve_space_2", NULL };
    if (one_of(name, vectors))
        return random_tensor(f, dtype, &last, -3, 5);
    return !strcmp(name, "labels") && tn_dtype_is_integer(dtype) ? random_tensor(f, dtype, &rows, 0, 3) : NULL;
}

static tn_tensor *shape_of_base(fuzz *f)
{
    const tn_dims list = tn_dims_vector(f->base.rank);
    tn_tensor *t = random_tensor(f, TN_INT32, &list, 1, 1);
    for (int i = 0; i < f->base.rank; i++)
        tn_i32(t)[i] = (int32_t)f->base.dim[i];
    return t;
}

/* Operands that steer shapes get the form that their operation wants, most of the time. */
static tn_tensor *steering(fuzz *f, const char *name, tn_dtype dtype)
{
    static const char *const shapes[] = { "input_sizes", "filter_sizes", "orig_input_shape", NULL };
    static const char *const axes[] = { "axis", "dim", "dimension", "split_dim", "concat_dim", NULL };
    static const char *const lists[] = { "shape", "dims", "multiples", "begin", "end", "strides", "size", "ksize", "s0", "s1", NULL };
    static const char *const scalars[] = { "num_segments", "depth",    "start",       "limit",       "delta",   "minval",
                                           "maxval",       "on_value", "off_value",   "lr",          "alpha",   "momentum",
                                           "beta1",        "beta2",    "beta1_power", "beta2_power", "epsilon", NULL };
    tn_dims scalar = tn_dims_scalar(), list = tn_dims_vector(f->base.rank), pads = tn_dims_of(2, (int64_t[]){ f->base.rank, 2 });
    if (chance(10))
        list = tn_dims_vector(draw(11));
    if (one_of(name, axes))
        return random_tensor(f, dtype, &scalar, -f->base.rank, f->base.rank);
    if (!strcmp(name, "reduction_indices")) {
        tn_dims some = tn_dims_vector(draw(3));
        return random_tensor(f, dtype, chance(40) ? &scalar : &some, -f->base.rank, f->base.rank);
    }
    if (one_of(name, lists))
        return random_tensor(f, dtype, &list, chance(30) ? -2 : 0, 4);
    if (one_of(name, scalars))
        return random_tensor(f, dtype, &scalar, -1, 6);
    if (!strcmp(name, "paddings"))
        return random_tensor(f, dtype, &pads, chance(10) ? -1 : 0, 2);
    if (one_of(name, shapes) && dtype == TN_INT32 && chance(85))
        return shape_of_base(f);
    return like_the_base(f, name, dtype);
}

static tn_tensor *permutation(fuzz *f, tn_dtype dtype)
{
    tn_dims d = tn_dims_vector(f->base.rank);
    tn_tensor *t = random_tensor(f, dtype, &d, 0, 3);
    for (int64_t i = 0; t && tn_dtype_is_integer(dtype) && tn_dtype_size(dtype) >= 4 && i < d.dim[0]; i++) {
        int64_t v = d.dim[0] - 1 - i;
        memcpy((char *)tn_tensor_data(t) + (size_t)i * tn_dtype_size(dtype), &v, tn_dtype_size(dtype));
    }
    return t;
}

tn_tensor *data_tensor(fuzz *f, tn_dtype dtype)
{
    tn_dims d = f->base;
    uint32_t kind = draw(20);
    if (kind == 0 && d.rank > 0)
        d.dim[draw((uint32_t)d.rank)] = 1;
    else if (kind == 1 && d.rank > 0)
        d.rank--;
    else if (kind == 2)
        d = random_dims();
    return random_tensor(f, dtype, &d, -3, 5);
}

static tn_output variable(fuzz *f, tn_dtype dtype, bool is_ref)
{
    tn_tensor *t = data_tensor(f, dtype);
    if (!t || f->num_initializers == MOST_FEEDS)
        return (tn_output){ 0 };
    bool open = chance(20);
    tn_attrs attrs = TN_ATTRS(TN_TYPE_ATTR("dtype", dtype), TN_SHAPE_ATTR("shape", open ? -1 : t->dims.rank, open ? NULL : t->dims.dim),
                              TN_STRING_ATTR("shared_name", chance(10) ? "c" : ""));
    tn_op *op = tn_op_new(f->graph, is_ref ? "VariableV2" : "VarHandleOp", { 0 }, .attrs = attrs);
    tn_outputs operands = TN_OUTPUTS(tn_op_output(op, 0), tn_constant(t));
    tn_op *assign = op ? tn_op_new(f->graph, is_ref ? "Assign" : "AssignVariableOp", operands) : NULL;
    if (assign && !chance(5))
        f->initializers[f->num_initializers++] = assign;
    return tn_op_output(op, 0);
}

tn_output operand(fuzz *f, const tn_sig_arg *arg, tn_dtype dtype, tn_dtype usual)
{
    if (chance(1))
        return (tn_output){ 0 };
    if (chance(1)) {
        tn_output out = { 0 };
        WITH_DEFAULT_GRAPH(f->other)
            out = tn_scalar(1.0f);
        return out;
    }
    if (arg->is_ref || (dtype == TN_RESOURCE && !chance(10)))
        return variable(f, dtype != TN_RESOURCE ? dtype : chance(5) ? common_dtype() : usual, arg->is_ref);
    tn_output old = chance(25) ? from_pool(f, dtype) : (tn_output){ 0 };
    if (old.op)
        return old;
    if (dtype == TN_RESOURCE)
        return tn_placeholder(dtype);
    tn_tensor *t = chance(8) ? NULL : !strcmp(arg->name, "perm") ? permutation(f, dtype) : steering(f, arg->name, dtype);
    return tensor_operand(f, t ? t : data_tensor(f, dtype));
}
