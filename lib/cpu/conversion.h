/* What a float becomes as an integer: truncated toward 0, and the lowest integer where it has no place, NaN among it. */
#ifndef TN_CPU_CONVERSION_H
#define TN_CPU_CONVERSION_H

#include <stdint.h>

static inline int32_t tn_int32_of(double x)
{
    return x > -2147483649.0 && x < 2147483648.0 ? (int32_t)x : INT32_MIN;
}

static inline int64_t tn_int64_of(double x)
{
    return x >= -0x1p63 && x < 0x1p63 ? (int64_t)x : INT64_MIN;
}

#endif
