/*
 * Checks gradients against central differences, in float64.
 *
 *   static tn_output f(const tn_output *x) { return tn_mul(x[0], x[1]); }
 *   EXPECT_GRADIENTS(f, F64S(1, 2, 3), F64S(2));
 */
#ifndef TN_T_GRADIENT_CHECK_H
#define TN_T_GRADIENT_CHECK_H

#include "values.h"

/* Makes one float64 output of the inputs. */
typedef tn_output (*gradient_function)(const tn_output *x);

/* Builds f on placeholders of known shapes, of known ranks, and of unknown ranks; for each, the gradients of a weighted sum of its elements
 * with respect to every element of every input must be what differences say. x ends with NULL; frees its tensors. */
void expect_gradients(const char *what, gradient_function f, tn_tensor **x);
#define EXPECT_GRADIENTS(f, ...) expect_gradients(#f, f, (tn_tensor *[]){ __VA_ARGS__, NULL })

#endif
