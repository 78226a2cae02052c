/*
 * The oneDNN module: what its files share. It is written for oneDNN 2.x (Debian 12: 2.6), with the OpenMP or the sequential runtime.
 *
 * oneDNN is never let start threads: our pool cuts the work, and every call into it is made with one OpenMP thread (od_enter, od_leave).
 * Everything that it remembers of a step is made by prepare: primitives, packed weights, the size of the scratchpad, which is ours. A run
 * only executes; what it allocates are the few handles by which oneDNN is told of our pointers.
 */
#ifndef TN_MODULES_ONEDNN_H
#define TN_MODULES_ONEDNN_H

#include <dnnl.h>
#include "modules/module.h"

extern const tn_module_host *od_host;
extern dnnl_engine_t od_engine;

/* One OpenMP thread for what this thread does until od_leave, which takes what od_enter gave: the application's own setting. */
int od_enter(void);
void od_leave(int before);

/* A primitive, and where it is known how, what it is made of. */
typedef struct od_primitive {
    dnnl_primitive_t made;
    dnnl_primitive_desc_t desc;
} od_primitive;

/* TN_UNAVAILABLE: oneDNN has no fast one. The scratchpad is the caller's. Between od_enter and od_leave. */
tn_status od_primitive_new(od_primitive *primitive, const void *operation);
void od_primitive_free(od_primitive *primitive); /* zeroes are fine */
/* The layout that it wants or needs: dnnl_query_src_md and so on. */
const dnnl_memory_desc_t *od_layout(const od_primitive *primitive, dnnl_query_t what);
size_t od_scratchpad(const od_primitive *primitive);

typedef struct od_arg {
    int name; /* DNNL_ARG_… */
    const dnnl_memory_desc_t *layout;
    const void *data; /* written where oneDNN writes */
} od_arg;
enum { OD_ARGS = 4 };
dnnl_status_t od_execute(const od_primitive *primitive, int n, const od_arg *args);

/* Copies from one layout to another. */
tn_status od_reorder_new(od_primitive *reorder, const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to);
/* Copies an array into another layout, as a new tensor of bytes on owner. */
tn_status od_pack(const void *owner, tn_meter *meter, const dnnl_memory_desc_t *from, const void *data, const dnnl_memory_desc_t *to,
                  tn_tensor **packed);

/* Of plan time. TN_RESOURCE_EXHAUSTED is set as the thread's error; all else is TN_UNAVAILABLE: our own kernel has a try. */
tn_status od_status(dnnl_status_t status);
/* Of a run: sets the error. */
tn_status od_run_status(const tn_step *step, dnnl_status_t status);

/* Counts what hangs on plans: the module stays loaded as long as any does. */
void od_count(int change);

tn_status od_prepare_matmul(tn_prepare *p);
tn_status od_prepare_conv(tn_prepare *p);
tn_status od_prepare_conv_input(tn_prepare *p);

#endif
