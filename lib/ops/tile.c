/* The gradient of Tile: dy summed over the repetitions. */
#include "ops/gradient.h"
#include "ops/layout.h"

/* Every axis as two, its repetitions and its length: half the axes are summed at once. */
static tn_output sum_at_once(tn_output dy, tn_output multiples, tn_output shape)
{
    tn_op *pairs = tn_op_new(NULL, "Pack", TN_OUTPUTS(multiples, shape), .attrs = TN_ATTRS(TN_INT_ATTR("axis", 1)));
    tn_output split = TN_GRAD("Reshape", tn_op_output(pairs, 0), tn_grad_int(-1));
    tn_output axes = TN_GRAD("Range", tn_grad_scalar(TN_INT32, 0), TN_GRAD("Size", split), tn_grad_scalar(TN_INT32, 2));
    return TN_GRAD("Sum", TN_GRAD("Reshape", dy, split), axes);
}

/* One axis after the other from the last, as [all before, repetitions, all the rest]: for ranks whose double is more than there is. */
static tn_output sum_one_by_one(tn_output dy, tn_output multiples, tn_output shape, int rank)
{
    tn_output tiled = TN_GRAD("Mul", multiples, shape);
    for (int i = rank - 1; i >= 0; i--) {
        tn_output split = TN_GRAD("ConcatV2", tn_grad_product(tiled, tn_grad_int(0), tn_grad_int(i)),
                                  tn_grad_product(multiples, tn_grad_int(i), tn_grad_int(1)),
                                  tn_grad_product(shape, tn_grad_int(i), tn_grad_int(-1)), tn_grad_scalar(TN_INT32, 0));
        dy = TN_GRAD("Sum", TN_GRAD("Reshape", dy, split), tn_grad_int(1));
    }
    return dy;
}

tn_status tn_gradient_tile(tn_gradient *g)
{
    tn_output x = tn_op_input(g->op, 0), multiples = tn_grad_as_int32(tn_op_input(g->op, 1)), shape = TN_GRAD("Shape", x);
    int rank = tn_output_rank(x);
    tn_output sum = 2 * rank <= TN_MAX_RANK ? sum_at_once(g->dy[0], multiples, shape) : sum_one_by_one(g->dy[0], multiples, shape, rank);
    return tn_grad_give(g, 0, TN_GRAD("Reshape", sum, tn_grad_shape(x)));
}
