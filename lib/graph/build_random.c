/* Random tensors: the same operations in the same order as TensorFlow's Python, so that seeds count alike. See <tenure/build.h>. */
#include <tenure/build.h>

#include "core/dtype.h"
#include "graph/compound.h"

static const tn_output empty = { NULL, 0 };

typedef struct random_call {
    tn_compound c;
    tn_dtype dtype;
    double a, b;
    tn_output shape;
    tn_random_args args;
} random_call;

static bool begin(random_call *r, const tn_random_args *args, const char *name)
{
    *r = (random_call){ .args = args ? *args : (tn_random_args){ .dtype = TN_FLOAT32 } };
    r->dtype = r->args.dtype ? r->args.dtype : TN_FLOAT32;
    r->a = r->args.a;
    r->b = r->args.b != 0 ? r->args.b : 1;
    if (!tn_compound_begin(&r->c, tn_graph_core_default(), r->args.name ? r->args.name : name))
        return false;
    r->shape = tn_compound_shape(&r->c, "shape", r->args.shape);
    return true;
}

static tn_output end(random_call *r, tn_output y)
{
    tn_compound_end(&r->c);
    return y;
}

/* The raw stream, seeded now: without a seed of its own an operation takes the number of those before it. */
static tn_output draw(const random_call *r, const char *type, const char *name, tn_outputs inputs)
{
    int64_t seeds[2];
    tn_graph_seeds(r->c.graph.core, r->args.seed != 0, r->args.seed, seeds);
    tn_attrs attrs = TN_ATTRS(TN_INT_ATTR("seed", seeds[0]), TN_INT_ATTR("seed2", seeds[1]), TN_TYPE_ATTR("dtype", r->dtype));
    attrs.n -= inputs.n > 1; /* integers: the dtype is that of the bounds */
    return tn_compound_op(&r->c, type, name, inputs, attrs);
}

static tn_output part(const random_call *r, const char *type, const char *name, tn_output x, tn_output y)
{
    return tn_compound_op(&r->c, type, name, TN_OUTPUTS(x, y), TN_NO_ATTRS);
}

tn_output tn_random_uniform_with(const tn_random_args *args)
{
    random_call r;
    if (!begin(&r, args, "random_uniform"))
        return empty;
    tn_output low = tn_compound_number(&r.c, "min", r.dtype, r.a), high = tn_compound_number(&r.c, "max", r.dtype, r.b);
    if (tn_dtype_is_integer(r.dtype))
        return end(&r, draw(&r, "RandomUniformInt", r.c.name, TN_OUTPUTS(r.shape, low, high)));
    tn_output raw = draw(&r, "RandomUniform", "RandomUniform", TN_OUTPUTS(r.shape));
    tn_output scaled = part(&r, "Mul", "mul", raw, part(&r, "Sub", "sub", high, low));
    return end(&r, part(&r, "AddV2", r.c.name, scaled, low));
}

static tn_output normal(const char *type, const char *name, const tn_random_args *args)
{
    random_call r;
    if (!begin(&r, args, name))
        return empty;
    tn_output mean = tn_compound_number(&r.c, "mean", r.dtype, r.a), deviation = tn_compound_number(&r.c, "stddev", r.dtype, r.b);
    tn_output scaled = part(&r, "Mul", "mul", draw(&r, type, type, TN_OUTPUTS(r.shape)), deviation);
    return end(&r, part(&r, "AddV2", r.c.name, scaled, mean));
}

tn_output tn_random_normal_with(const tn_random_args *args)
{
    return normal("RandomStandardNormal", "random_normal", args);
}

tn_output tn_truncated_normal_with(const tn_random_args *args)
{
    return normal("TruncatedNormal", "truncated_normal", args);
}
