/* Compiles plans for tests, and looks into them. */
#ifndef TN_T_PLAN_DRIVER_H
#define TN_T_PLAN_DRIVER_H

#include "harness.h"
#include "plan/plan.h"

/* A plan of the default graph, a child of root; fails the test when it cannot be made. No variables, no random operations. */
tn_plan *plan_of(tn_outputs fetches, tn_feeds feeds, tn_optimize optimize);
/* The same, expected to fail. */
void expect_no_plan(tn_outputs fetches, tn_feeds feeds, tn_status code, const char *part);
/* How many steps run an operation of this type. */
size_t steps_of(const tn_plan *plan, const char *type);
/* Runs a plan whose feeds are bound in order, and compares fetch 0, float32, with n values. */
void expect_floats(const tn_plan *plan, tn_feeds feeds, size_t n, const float *expected);
/* The bytes of all arena slots of a plan, had each its own place. */
size_t bytes_without_sharing(const tn_plan *plan);

/* A float32 tensor of rank 1 on root. */
tn_tensor *floats(int64_t n, const float *values);

#endif
