/* The oneDNN module: see onednn.h. */
#include "modules/onednn.h"

#include <stdatomic.h>
#include <string.h>
#include "config.h"

const tn_module_host *od_host;
dnnl_engine_t od_engine;
/* One for all threads: a processor's stream holds nothing that an execution changes. */
static dnnl_stream_t stream;
static atomic_long in_use;

void od_count(int change)
{
    atomic_fetch_add(&in_use, change);
}

/* ---- Threads of oneDNN's ---- */

#if DNNL_CPU_RUNTIME == DNNL_RUNTIME_OMP
/* OpenMP's own functions. Its header comes with one compiler only, its library with oneDNN. */
int omp_get_max_threads(void);
void omp_set_num_threads(int n);

/* The setting is the thread's own, and the application may use OpenMP, too: so it is put back. (OMP_NUM_THREADS would have to be set before
 * libgomp is loaded, perhaps by somebody else, and setenv is not for programs with threads.) The first change costs libgomp 216 bytes,
 * which it frees when the thread ends; the main thread's are in use at exit. Where the setting is 1 already nothing is done. */
int od_enter(void)
{
    int before = omp_get_max_threads();
    if (before != 1)
        omp_set_num_threads(1);
    return before;
}

void od_leave(int before)
{
    if (before != 1)
        omp_set_num_threads(before);
}
#else
int od_enter(void)
{
    return 1;
}

void od_leave(int before)
{
    (void)before;
}
#endif

/* ---- Status ---- */

tn_status od_status(dnnl_status_t status)
{
    if (status == dnnl_success)
        return TN_OK;
    return status == dnnl_out_of_memory ? od_host->fail(TN_RESOURCE_EXHAUSTED, "out of memory in oneDNN") : TN_UNAVAILABLE;
}

tn_status od_run_status(const tn_step *step, dnnl_status_t status)
{
    if (status == dnnl_success)
        return TN_OK;
    if (status == dnnl_out_of_memory)
        return od_host->step_fail(step, TN_RESOURCE_EXHAUSTED, "out of memory in oneDNN");
    return od_host->step_fail(step, TN_INTERNAL, "oneDNN failed with status %d", (int)status);
}

/* ---- Primitives ---- */

/* Of oneDNN's implementations those that are faster than ours: blocks for AVX-512 (brg) and direct convolutions. Not the products for
 * lesser processors (gemm): they are slower, take memory in every run, and read past its end. */
static bool is_fast(const_dnnl_primitive_desc_t desc)
{
    const char *name = "";
    if (dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name))
        return false;
    return !strncmp(name, "brg", 3) || !strncmp(name, "jit", 3);
}

static dnnl_status_t describe(dnnl_primitive_desc_t *desc, const void *operation)
{
    dnnl_primitive_attr_t attr;
    dnnl_status_t status = dnnl_primitive_attr_create(&attr);
    if (status)
        return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user);
    if (!status)
        status = dnnl_primitive_desc_create(desc, operation, attr, od_engine, NULL);
    dnnl_primitive_attr_destroy(attr);
    return status;
}

tn_status od_primitive_new(od_primitive *primitive, const void *operation)
{
    *primitive = (od_primitive){ 0 };
    dnnl_status_t status = describe(&primitive->desc, operation);
    if (!status && !is_fast(primitive->desc))
        status = dnnl_unimplemented;
    if (!status)
        status = dnnl_primitive_create(&primitive->made, primitive->desc);
    if (status)
        od_primitive_free(primitive);
    return od_status(status);
}

void od_primitive_free(od_primitive *primitive)
{
    if (primitive->made)
        dnnl_primitive_destroy(primitive->made);
    if (primitive->desc)
        dnnl_primitive_desc_destroy(primitive->desc);
    *primitive = (od_primitive){ 0 };
}

const dnnl_memory_desc_t *od_layout(const od_primitive *primitive, dnnl_query_t what)
{
    return dnnl_primitive_desc_query_md(primitive->desc, what, 0);
}

size_t od_scratchpad(const od_primitive *primitive)
{
    return dnnl_memory_desc_get_size(od_layout(primitive, dnnl_query_scratchpad_md));
}

dnnl_status_t od_execute(const od_primitive *primitive, int n, const od_arg *args)
{
    dnnl_exec_arg_t given[OD_ARGS] = { 0 };
    dnnl_status_t status = dnnl_success;
    int made = 0;
    for (; made < n && !status; made++) {
        given[made].arg = args[made].name;
        status = dnnl_memory_create(&given[made].memory, args[made].layout, od_engine, (void *)(uintptr_t)args[made].data);
    }
    if (!status)
        status = dnnl_primitive_execute(primitive->made, stream, n, given);
    for (int i = 0; i < made; i++)
        if (given[i].memory)
            dnnl_memory_destroy(given[i].memory);
    return status;
}

/* ---- Packing ---- */

static dnnl_status_t describe_copy(dnnl_primitive_desc_t *desc, const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to)
{
    dnnl_primitive_attr_t attr;
    dnnl_status_t status = dnnl_primitive_attr_create(&attr);
    if (status)
        return status;
    status = dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user);
    if (!status)
        status = dnnl_reorder_primitive_desc_create(desc, from, od_engine, to, od_engine, attr);
    dnnl_primitive_attr_destroy(attr);
    return status;
}

tn_status od_reorder_new(od_primitive *reorder, const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to)
{
    *reorder = (od_primitive){ 0 };
    dnnl_status_t status = describe_copy(&reorder->desc, from, to);
    if (!status)
        status = dnnl_primitive_create(&reorder->made, reorder->desc);
    if (status)
        od_primitive_free(reorder);
    return od_status(status);
}

static tn_tensor *new_bytes(const void *owner, tn_meter *meter, size_t bytes)
{
    const tn_dims dims = { .rank = 1, .dim = { (int64_t)bytes } };
    return od_host->tensor_raw(owner, TN_UINT8, &dims, meter);
}

static tn_status copy(const od_primitive *reorder, const void *owner, tn_meter *meter, const od_arg *from, const od_arg *to)
{
    tn_tensor *scratchpad = new_bytes(owner, meter, od_scratchpad(reorder));
    if (!scratchpad)
        return TN_RESOURCE_EXHAUSTED;
    const od_arg args[] = { *from, *to, { DNNL_ARG_SCRATCHPAD, od_layout(reorder, dnnl_query_scratchpad_md), scratchpad->data } };
    dnnl_status_t status = od_execute(reorder, 3, args);
    od_host->free(scratchpad);
    return od_status(status);
}

tn_status od_pack(const void *owner, tn_meter *meter, const dnnl_memory_desc_t *from, const void *data, const dnnl_memory_desc_t *to,
                  tn_tensor **packed)
{
    od_primitive reorder;
    tn_status status = od_reorder_new(&reorder, from, to);
    tn_tensor *bytes = status ? NULL : new_bytes(owner, meter, dnnl_memory_desc_get_size(to));
    if (!status && !bytes)
        status = TN_RESOURCE_EXHAUSTED;
    if (!status)
        status = copy(&reorder, owner, meter, &(od_arg){ DNNL_ARG_FROM, from, data }, &(od_arg){ DNNL_ARG_TO, to, bytes->data });
    od_primitive_free(&reorder);
    if (!status)
        *packed = bytes;
    else if (bytes)
        od_host->free(bytes);
    return status;
}

/* ---- The module ---- */

/* The cache of primitives is oneDNN's own: it frees it at exit. */
static void shut(void)
{
    if (stream)
        dnnl_stream_destroy(stream);
    if (od_engine)
        dnnl_engine_destroy(od_engine);
    stream = NULL;
    od_engine = NULL;
}

static bool close_module(void)
{
    if (atomic_load(&in_use))
        return false;
    shut();
    return true;
}

static const tn_module_row rows[] = {
    { "MatMul", od_prepare_matmul },
    { "Conv2D", od_prepare_conv },
    { "Conv2DBackpropInput", od_prepare_conv_input },
    { 0 },
};
static const tn_module module = { "oneDNN", rows, close_module };

/* Copies one number. oneDNN looks up its settings and the processor's features when they are first needed, without a lock: so they are
 * needed here, before any two threads can be. */
static dnnl_status_t warm_up(void)
{
    float from = 1, to;
    dnnl_memory_desc_t one;
    od_primitive reorder = { 0 };
    dnnl_status_t status = dnnl_memory_desc_init_by_strides(&one, 1, (const dnnl_dims_t){ 1 }, dnnl_f32, (const dnnl_dims_t){ 1 });
    if (!status && od_reorder_new(&reorder, &one, &one))
        status = dnnl_runtime_error;
    if (!status)
        status = od_execute(&reorder, 2, (const od_arg[]){ { DNNL_ARG_FROM, &one, &from }, { DNNL_ARG_TO, &one, &to } });
    od_primitive_free(&reorder);
    return status;
}

static bool open_engine(void)
{
    int before = od_enter();
    dnnl_status_t status = dnnl_engine_create(&od_engine, dnnl_cpu, 0);
    if (!status)
        status = dnnl_stream_create(&stream, od_engine, dnnl_stream_default_flags);
    if (!status)
        status = warm_up();
    if (status)
        shut();
    od_leave(before);
    return !status;
}

TN_API const tn_module *tn_module_open(const char *release, size_t layout, const tn_module_host *host);

const tn_module *tn_module_open(const char *release, size_t layout, const tn_module_host *host)
{
    if (strcmp(release, PACKAGE_VERSION) || layout != TN_MODULE_LAYOUT)
        return NULL;
    od_host = host;
    return open_engine() ? &module : NULL;
}
