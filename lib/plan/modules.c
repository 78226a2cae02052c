/* Modules at run time: see modules.h. */
#include "plan/modules.h"

#include <dirent.h>
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "config.h"
#include "core/alloc.h"
#include "core/status.h"
#include "core/uncancelled.h"
#include "graph/graph.h"
#include "modules/module.h"
#include "ops/op_def.h"
#include <tenure/session.h>

enum { MAX_MODULES = 8, MAX_TEXT = 512 };

typedef struct module {
    char path[MAX_TEXT];
    char error[MAX_TEXT];   /* why it is not there */
    const tn_module *table; /* NULL: it could not be loaded */
} module;

/* Readers prepare steps, writers load and unload. No allocation of ours: modules come and go outside any owner's tree. */
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static module modules[MAX_MODULES];
static int num_modules;
static bool looked, closes_at_exit;

/* ---- What modules may call ---- */

static void host_free(void *chunk)
{
    talloc_free(chunk);
}

static void host_at_free(void *chunk, int (*destructor)(void *))
{
    talloc_set_destructor(chunk, destructor);
}

static const tn_module_host host = {
    .alloc = tn_alloc,
    .free = host_free,
    .at_free = host_at_free,
    .tensor_raw = tn_tensor_raw,
    .op_bool = tn_op_bool,
    .op_string = tn_op_string,
    .op_ints = tn_op_ints,
    .padding_of = tn_padding_of,
    .window_attrs = tn_window_attrs,
    .window_resolve = tn_window_resolve,
    .pool_run = tn_pool_run,
    .fail = tn_fail,
    .step_fail = tn_step_fail,
};

/* ---- Loading ---- */

/* One that does not fit in the table is left out, as one that cannot be loaded is. */
static void add(const char *folder, const char *name, size_t length, const char *suffix)
{
    if (num_modules == MAX_MODULES)
        return;
    module *m = &modules[num_modules];
    int n = snprintf(m->path, sizeof m->path, "%s%s%.*s%s", folder, folder[0] ? "/" : "", (int)length, name, suffix);
    if (n > 0 && (size_t)n < sizeof m->path)
        num_modules++;
}

static void add_listed(const char *list)
{
    while (*list) {
        size_t length = strcspn(list, ":");
        if (memchr(list, '/', length))
            add("", list, length, "");
        else if (length)
            add(TN_MODULES_FOLDER, list, length, ".so");
        list += length + (list[length] == ':');
    }
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const module *)a)->path, ((const module *)b)->path);
}

static void add_installed(void)
{
    DIR *folder = opendir(TN_MODULES_FOLDER);
    if (!folder)
        return;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        size_t length = strlen(entry->d_name);
        if (length > 3 && !strcmp(entry->d_name + length - 3, ".so"))
            add(TN_MODULES_FOLDER, entry->d_name, length, "");
    }
    closedir(folder);
    qsort(modules, (size_t)num_modules, sizeof *modules, by_path);
}

static void load(module *m)
{
    void *handle = dlopen(m->path, RTLD_NOW | RTLD_LOCAL);
    void *symbol = handle ? dlsym(handle, TN_MODULE_SYMBOL) : NULL;
    if (symbol)
        m->table = ((tn_module_open_fn *)(uintptr_t)symbol)(PACKAGE_VERSION, TN_MODULE_LAYOUT, &host);
    else
        snprintf(m->error, sizeof m->error, "%s", dlerror());
    if (symbol && !m->table)
        snprintf(m->error, sizeof m->error, "%s", "made for another release of Tenure, or of no use on this machine");
    if (handle && !m->table)
        dlclose(handle);
}

static void close_at_exit(void);

/* A program with rights of its own does not let its user choose what is loaded into it. */
static void look(void)
{
    const char *list = secure_getenv("TENURE_MODULES");
    if (list)
        add_listed(list);
    else
        add_installed();
    for (int i = 0; i < num_modules; i++)
        load(&modules[i]);
    looked = true;
    /* Registered after the module's own libraries: so it comes before their destructors. */
    if (!closes_at_exit && num_modules)
        closes_at_exit = !atexit(close_at_exit);
}

static void look_once(void)
{
    TN_UNCANCELLED;
    pthread_rwlock_wrlock(&lock);
    if (!looked)
        look();
    pthread_rwlock_unlock(&lock);
}

/* The object stays where it is: what a C++ runtime has come with cannot be unloaded. */
static bool close_module(module *m)
{
    if (m->table && !m->table->close())
        return false;
    *m = (module){ 0 };
    return true;
}

/* What is still in use stays as it is. */
static void close_all(bool for_good)
{
    TN_UNCANCELLED;
    pthread_rwlock_wrlock(&lock);
    bool all = true;
    for (int i = 0; i < num_modules; i++)
        all = close_module(&modules[i]) && all;
    if (all)
        num_modules = 0;
    looked = for_good || !all;
    pthread_rwlock_unlock(&lock);
}

void tn_modules_close(void)
{
    close_all(false);
}

/* A plan that another thread makes while the program ends finds no module. */
static void close_at_exit(void)
{
    close_all(true);
}

/* ---- Choosing ---- */

/* The operations that a module can be worth its loading for, and from what size on. The size is the square root of the product of the
 * elements of the inputs and of output 0: m * n * k of a matrix product, and like it for a convolution. */
static const struct {
    const char *type;
    double size;
} worth_loading[] = {
    { "MatMul", 0x1p30 },
    { "Conv2D", 0x1p19 },
    { "Conv2DBackpropInput", 0x1p21 },
};

static double size_of(const tn_prepare *p)
{
    double elements = (double)tn_dims_size(&p->out[0].dims);
    for (int i = 0; i < p->num_inputs; i++)
        if (p->in[i].dtype == TN_FLOAT32)
            elements *= (double)tn_dims_size(&p->in[i].dims);
    return sqrt(elements);
}

static bool is_large(const tn_prepare *p)
{
    size_t i = 0, n = sizeof worth_loading / sizeof worth_loading[0];
    while (i < n && strcmp(p->op->def->name, worth_loading[i].type))
        i++;
    return i < n && p->out[0].dtype == TN_FLOAT32 && size_of(p) >= worth_loading[i].size;
}

/* Everything is known of what is computed once: folded constants, and steps that are prepared for one run. Primitives do not pay then. */
static bool runs_once(const tn_prepare *p)
{
    for (int i = 0; i < p->num_inputs; i++)
        if (!p->in[i].value)
            return false;
    return true;
}

static tn_status prepare_with(const module *m, tn_prepare *p, int number)
{
    const tn_module_row *row = m->table ? m->table->rows : NULL;
    while (row && row->type && strcmp(row->type, p->op->def->name))
        row++;
    tn_status status = row && row->type ? row->prepare(p) : TN_UNAVAILABLE;
    p->module = status ? 0 : number;
    return status;
}

tn_status tn_modules_prepare(tn_prepare *p)
{
    if (!is_large(p) || runs_once(p))
        return TN_UNAVAILABLE;
    look_once();
    pthread_rwlock_rdlock(&lock);
    tn_status status = TN_UNAVAILABLE;
    for (int i = 0; i < num_modules && status == TN_UNAVAILABLE; i++)
        status = prepare_with(&modules[i], p, i + 1);
    pthread_rwlock_unlock(&lock);
    return status;
}

/* A module that steps are prepared with keeps its place. */
const char *tn_modules_name(int number)
{
    if (!number)
        return NULL;
    pthread_rwlock_rdlock(&lock);
    const char *name = modules[number - 1].table->name;
    pthread_rwlock_unlock(&lock);
    return name;
}

/* ---- Asking ---- */

static void print_module(const module *m, FILE *file)
{
    if (!m->table) {
        fprintf(file, "%s: not there: %s\n", m->path, m->error);
        return;
    }
    fprintf(file, "%s: %s:", m->path, m->table->name);
    for (const tn_module_row *row = m->table->rows; row->type; row++)
        fprintf(file, " %s", row->type);
    fputc('\n', file);
}

void tn_modules_report(FILE *file)
{
    TN_UNCANCELLED;
    look_once();
    pthread_rwlock_rdlock(&lock);
    for (int i = 0; i < num_modules; i++)
        print_module(&modules[i], file);
    if (!num_modules)
        fputs("no modules\n", file);
    pthread_rwlock_unlock(&lock);
}
