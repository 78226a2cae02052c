/* Single elements of tensors. */
#ifndef TN_CORE_ELEMENT_H
#define TN_CORE_ELEMENT_H

#include <tenure/tensor.h>

/* Room for an element of any dtype that tn_element_store knows. */
typedef union tn_element {
    double d[2];
    uint64_t u64;
} tn_element;

/* The element of a dtype of numbers (complex: the real part) or of bools that has this value. */
void tn_element_store(tn_element *element, tn_dtype dtype, double value);

#endif
