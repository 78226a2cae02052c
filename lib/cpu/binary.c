/* Arithmetic on two inputs: what the operations compute is in row_list.h. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

TN_PREPARE_NUMBERS(add)
TN_PREPARE_NUMBERS(sub)
TN_PREPARE_NUMBERS(mul)
TN_PREPARE_NUMBERS(div)
TN_PREPARE_ELEMENTWISE(real_div, TN_ROWS_OF_FLOATS(div))
TN_PREPARE_NUMBERS(floor_div)
TN_PREPARE_NUMBERS(floor_mod)
TN_PREPARE_NUMBERS(pow)
TN_PREPARE_NUMBERS(maximum)
TN_PREPARE_NUMBERS(minimum)
TN_PREPARE_NUMBERS(squared_difference)
