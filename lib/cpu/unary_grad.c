/* The gradient rows of operations with one input: what they compute is in row_list.h. x is the first input, y the second. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

TN_PREPARE_NUMBERS(relu_grad)
TN_PREPARE_FLOATS(sigmoid_grad)
TN_PREPARE_FLOATS(tanh_grad)
TN_PREPARE_FLOATS(sqrt_grad)
TN_PREPARE_FLOATS(rsqrt_grad)
TN_PREPARE_FLOATS(softplus_grad)
TN_PREPARE_FLOATS(reciprocal_grad)
