/* Single elements: see element.h. */
#include "core/element.h"

#include <string.h>
#include "core/half.h"

#define STORE(T) memcpy(element, &(T){ (T)value }, sizeof(T))

void tn_element_store(tn_element *element, tn_dtype dtype, double value)
{
    memset(element, 0, sizeof *element);
    switch ((int)dtype) {
    case TN_FLOAT32:
    case TN_COMPLEX64:
        STORE(float);
        break;
    case TN_FLOAT16:
        memcpy(element, &(uint16_t){ tn_half_of((float)value) }, sizeof(uint16_t));
        break;
    case TN_BFLOAT16:
        memcpy(element, &(uint16_t){ tn_bfloat16_of((float)value) }, sizeof(uint16_t));
        break;
    case TN_BOOL:
        STORE(bool);
        break;
    case TN_INT8:
        STORE(int8_t);
        break;
    case TN_INT16:
        STORE(int16_t);
        break;
    case TN_INT32:
        STORE(int32_t);
        break;
    case TN_INT64:
        STORE(int64_t);
        break;
    case TN_UINT8:
        STORE(uint8_t);
        break;
    case TN_UINT16:
        STORE(uint16_t);
        break;
    case TN_UINT32:
        STORE(uint32_t);
        break;
    case TN_UINT64:
        STORE(uint64_t);
        break;
    default:
        STORE(double);
        break;
    }
}
