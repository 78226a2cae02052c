/*
 * What gradient functions are made of. A gradient function adds operations to the graph of g->op and gives one output for each input it
 * has a gradient for; static shapes, where they are known, make the graphs short.
 *
 * Nothing here needs a check per line: an operation that could not be made is an empty output, which makes every one made of it empty,
 * and tn_grad_give turns it into the status of what went wrong.
 */
#ifndef TN_OPS_GRADIENT_H
#define TN_OPS_GRADIENT_H

#include <tenure.h>
#include "ops/op_def.h"

/* Output 0 of a new operation whose attributes are determined by its inputs or by default: TN_GRAD("Mul", dy, y). */
#define TN_GRAD(type, ...) tn_op_output(tn_op_new(NULL, type, TN_OUTPUTS(__VA_ARGS__)), 0)

/* Makes dx the gradient of input i; the status of the failure when it is empty. */
tn_status tn_grad_give(tn_gradient *g, int i, tn_output dx);

/* A scalar constant of a floating or integer dtype (complex: the real part). */
tn_output tn_grad_scalar(tn_dtype dtype, double value);
/* An int32 vector constant, as of axes. */
tn_output tn_grad_ints(int n, const int64_t *items);
/* The same for one item. */
tn_output tn_grad_int(int64_t item);
/* An integer output as int32: itself, or cast. */
tn_output tn_grad_as_int32(tn_output x);
/* The product of the items of an int32 vector from begin on, size of them (-1: the rest), as a vector of one; begin and size are vectors of
 * one too. */
tn_output tn_grad_product(tn_output vector, tn_output begin, tn_output size);
/* The shape of x as an int32 vector: a constant when it is static, else a Shape operation. */
tn_output tn_grad_shape(tn_output x);
/* The static shape of x. */
tn_dims tn_grad_dims(tn_output x);
/* x with the shape of like, which has as many elements; x itself when the static shapes say so. */
tn_output tn_grad_reshape_like(tn_output x, tn_output like);
/* Zeros, or ones, of the shape and dtype of x. */
tn_output tn_grad_zeros_like(tn_output x);
tn_output tn_grad_ones_like(tn_output x);
/* x * value, x itself when value is 1. */
tn_output tn_grad_scale(tn_output x, double value);

/*
 * The gradient of an input that was broadcast: dx, which has the shape of g->op's output, summed over the axes along which the input
 * `like` was repeated, in the shape of `like`.
 */
tn_output tn_grad_unbroadcast(tn_gradient *g, tn_output dx, tn_output like);

#endif
