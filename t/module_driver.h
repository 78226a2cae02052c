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

/* Sets TENURE_MODULES to the module. */
void use_module(void);
/* Output 0 of the step as the module computes it, a child of root; NULL with *status TN_UNAVAILABLE when it does not want it. Run in
 * `pieces` pieces, the last first, each as another worker; 0, or where it cannot be divided: whole. */
tn_tensor *run_with_module(const module_step *step, int pieces, tn_status *status);

/* As TN_SUITE, with the module. Exit status 77 when there is none, but 0 under valgrind, whose gates know no skipping. */
int module_suite_main(const char *name, const TTest *const *tests, size_t n);
#define MODULE_SUITE(name, ...)                                                                                                            \
    int main(void)                                                                                                                         \
    {                                                                                                                                      \
        const TTest *const tests[] = { __VA_ARGS__ };                                                                                      \
        return module_suite_main(name, tests, sizeof tests / sizeof tests[0]);                                                             \
    }

#endif
