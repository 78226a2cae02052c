/*
 * Elementwise functions over rows, compiled for each instruction set: what they compute is in row_list.h. A row is a stretch of memory;
 * kernels of single operations and fused steps are made of the same functions, so that they give the same bits.
 */
#ifndef TN_CPU_ROWS_H
#define TN_CPU_ROWS_H

#include "ops/kernel.h"

#define UNARY(name, T, R, value)                TN_ROW_##name,
#define BINARY(name, T, R, value)               TN_ROW_##name,
#define CHECKED(name, T, R, value, wrong, text) TN_ROW_##name,
#define VMATH(function, suffix)                 TN_ROW_##function##_##suffix,
#define SELECT(name, T)                         TN_ROW_##name,
enum {
    TN_ROW_NONE,
#include "cpu/row_list.h"
    TN_NUM_ROWS
};
#undef UNARY
#undef BINARY
#undef CHECKED
#undef VMATH
#undef SELECT

#endif
