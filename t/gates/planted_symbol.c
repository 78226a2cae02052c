/* Planted for check-gates: a function that is exported and in no header. */
#include <tenure/base.h>

TN_API void planted_stray(void);

void planted_stray(void)
{
}
