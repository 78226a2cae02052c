/*
 * Modules: kernels that come from a shared object, loaded while a plan is made (plan/modules.c).
 *
 * A module exports one function, tn_module_open, and answers with a table of rows: for an operation type, another `prepare`. A plan tries
 * it before the row's own; when it answers TN_UNAVAILABLE (this size, dtype or layout is none of its) the own one is prepared as ever. It
 * is not linked with the library, which may be static or hidden in another shared object: what it calls comes in tn_module_host. Structs
 * are shared as they are, so a module serves the very release that it was built with.
 *
 * Invariants: rows are asked, and close is called, by any thread; close never while rows are asked. What prepare makes hangs on p->owner
 * and is let go by its destructor.
 */
#ifndef TN_MODULES_MODULE_H
#define TN_MODULES_MODULE_H

#include "core/pool.h"
#include "core/tensor.h"
#include "ops/window.h"

/* What a module may call: the functions of the same names in core, ops and graph. */
typedef struct tn_module_host {
    void *(*alloc)(const void *owner, size_t size, const char *name);
    void (*free)(void *chunk);
    void (*at_free)(void *chunk, int (*destructor)(void *chunk)); /* talloc's: it returns 0 */
    tn_tensor *(*tensor_raw)(const void *owner, tn_dtype dtype, const tn_dims *dims, tn_meter *meter);
    bool (*op_bool)(const tn_op *op, const char *name);
    const char *(*op_string)(const tn_op *op, const char *name);
    const int64_t *(*op_ints)(const tn_op *op, const char *name, size_t *n);
    tn_padding (*padding_of)(const tn_op *op);
    void (*window_attrs)(const tn_op *op, unsigned has, tn_window *height, tn_window *width);
    bool (*window_resolve)(tn_window *w, tn_padding padding);
    void (*pool_run)(tn_pool *pool, int64_t n, tn_task task, void *arg);
    tn_status (*fail)(tn_status code, const char *format, ...) TN_PRINTF_(2, 3);
    tn_status (*step_fail)(const tn_step *step, tn_status code, const char *format, ...) TN_PRINTF_(3, 4);
} tn_module_host;

typedef struct tn_module_row {
    const char *type; /* of the operation */
    /* As a row's prepare. TN_UNAVAILABLE: not wanted, nothing of *p is filled in and nothing is left on its owner. */
    tn_status (*prepare)(tn_prepare *p);
} tn_module_row;

typedef struct tn_module {
    const char *name;
    const tn_module_row *rows; /* the last has no type */
    /* Lets go of everything. false: something that prepare made is still there, and nothing was done. It may be opened again. */
    bool (*close)(void);
} tn_module;

/* What both sides must have been built with. */
#define TN_MODULE_LAYOUT (sizeof(tn_module_host) << 30 | sizeof(tn_prepare) << 20 | sizeof(tn_step) << 10 | sizeof(tn_tensor))

/* The one symbol. NULL: this release or layout is not the module's, or it cannot serve on this machine. host outlives the module. */
typedef const tn_module *tn_module_open_fn(const char *release, size_t layout, const tn_module_host *host);
#define TN_MODULE_SYMBOL "tn_module_open"

#endif
