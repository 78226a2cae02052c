/* Plans in the making, for tests of what passes share: see plan/compile.h. */
#ifndef TN_T_COMPILE_DRIVER_H
#define TN_T_COMPILE_DRIVER_H

#include "plan_driver.h"
#include "plan/compile.h"

typedef enum compile_until { COMPILE_SCHEDULED, COMPILE_LOWERED } compile_until;

/* The default graph's operations that the fetches need, with the passes to that point done; a child of root. Fails the test when a pass
 * does. The request is there until the next call. */
tn_compile *compile_until_pass(tn_outputs fetches, tn_feeds feeds, tn_optimize optimize, compile_until last);
/* The node of an operation. */
tn_node *node_of(const tn_compile *c, tn_output output);
/* The instruction of an operation, which is one. */
uint32_t instruction_of(const tn_compile *c, tn_output output);

#endif
