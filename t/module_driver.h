/* Prepares and runs one step with a module, by hand. The suites that use it are skipped where no module was built. */
#ifndef TN_T_MODULE_DRIVER_H
#define TN_T_MODULE_DRIVER_H

#include "harness.h"
#include "ops/kernel.h"

/* A step that a module may take: inputs that are not known come from the frame. */
typedef struct module_step {
    tn_op *op;
    tn_tensor *in[3];
    bool known[3]; /* input i is a constant of the plan */
    int threads;
    tn_finish *finish;
} module_step;

/* What main of such a suite does first: 0, with TENURE_MODULES naming the module; 77: there is none. */
int find_module(void);
/* Output 0 of the step as the module computes it, a child of root; NULL with *status TN_UNAVAILABLE when it does not want it. Run in
 * `pieces` pieces, the last first, each as another worker; 0: whole. */
tn_tensor *run_with_module(const module_step *step, int pieces, tn_status *status);

#endif
