/* Comparisons and logic: what they compute is in row_list.h. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

TN_PREPARE_NUMBERS(less)
TN_PREPARE_NUMBERS(less_equal)
TN_PREPARE_NUMBERS(greater)
TN_PREPARE_NUMBERS(greater_equal)
TN_PREPARE_ELEMENTWISE(equal, TN_ROWS_OF_FLOATS(equal), TN_ROWS_OF_INTEGERS(equal), TN_ROW_CHOICE(TN_BOOL, equal_bool))
TN_PREPARE_ELEMENTWISE(not_equal, TN_ROWS_OF_FLOATS(not_equal), TN_ROWS_OF_INTEGERS(not_equal), TN_ROW_CHOICE(TN_BOOL, not_equal_bool))
TN_PREPARE_ELEMENTWISE(logical_and, TN_ROW_CHOICE(TN_BOOL, logical_and))
TN_PREPARE_ELEMENTWISE(logical_or, TN_ROW_CHOICE(TN_BOOL, logical_or))
