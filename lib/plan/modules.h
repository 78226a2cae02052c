/*
 * Modules at run time: which there are, and which takes a step. See modules/module.h for what a module is.
 *
 * TENURE_MODULES in the environment is a list of names (onednn) and paths (./onednn.so) separated by ':'; empty, there are none; not set,
 * they are all that is installed in the library's folder. Nothing is loaded before a plan has a step that is large enough to be worth it.
 */
#ifndef TN_PLAN_MODULES_H
#define TN_PLAN_MODULES_H

#include "ops/kernel.h"

/* Prepares a step with the first module that wants it. TN_UNAVAILABLE: none does, and *p is as it was. Any thread. */
tn_status tn_modules_prepare(tn_prepare *p);

/* The name of a module that a step was prepared with, p->module: the module's own text, which is never unloaded. NULL for 0. Any thread. */
const char *tn_modules_name(int number);

/* Closes what nobody uses any more; the next step that is large enough looks anew. For tests; at exit it is done by itself. */
void tn_modules_close(void);

#endif
