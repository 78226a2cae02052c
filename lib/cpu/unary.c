/* Operations with one input: what they compute is in row_list.h. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

TN_PREPARE_NUMBERS(neg)
TN_PREPARE_NUMBERS(abs)
TN_PREPARE_NUMBERS(sign)
TN_PREPARE_NUMBERS(square)
TN_PREPARE_FLOATS(sqrt)
TN_PREPARE_FLOATS(rsqrt)
TN_PREPARE_FLOATS(exp)
TN_PREPARE_FLOATS(log)
TN_PREPARE_FLOATS(tanh)
TN_PREPARE_FLOATS(sigmoid)
TN_PREPARE_NUMBERS(relu)
TN_PREPARE_FLOATS(softplus)
TN_PREPARE_FLOATS(reciprocal)
TN_PREPARE_ELEMENTWISE(logical_not, TN_ROW_CHOICE(TN_BOOL, logical_not))
