/* State that lives as long as a session: see state.h. Found by name or operation in tables of the session's core. */
#include "session/state.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "core/alloc.h"
#include "core/status.h"
#include "session/session.h"

bool tn_elements_bytes(tn_dtype dtype, const tn_dims *dims, const void *data, size_t *bytes)
{
    if (dtype != TN_STRING)
        return tn_dims_bytes(dims, dtype, bytes);
    size_t n = (size_t)tn_dims_size(dims);
    const uint64_t *offsets = data;
    *bytes = (n + 1) * sizeof *offsets + (size_t)offsets[n];
    return true;
}

/* ---- Reading ---- */

static tn_status not_initialized(const tn_variable_state *v, const tn_step *step)
{
    const tn_op *op = step ? step->op : NULL;
    const char *type = op ? op->def->name : NULL, *node = op ? op->name : NULL;
    if (!v->is_resource)
        return tn_fail_node(TN_FAILED_PRECONDITION, type, node, "Attempting to use uninitialized value %s", v->name);
    return tn_fail_node(TN_FAILED_PRECONDITION, type, node,
                        "Error while reading resource variable %s from Container: localhost. This could mean that the variable was "
                        "uninitialized. Not found: Container localhost does not exist. (Could not find resource: localhost/%s)",
                        v->name, v->name);
}

tn_status tn_variable_read(tn_variable_state *v, const tn_step *step, tn_buffer **buffer, tn_dims *dims)
{
    pthread_mutex_lock(&v->mutex);
    bool there = v->value != NULL;
    if (there) {
        *buffer = tn_buffer_ref(v->value->buffer);
        *dims = v->value->dims;
    }
    pthread_mutex_unlock(&v->mutex);
    return there ? TN_OK : not_initialized(v, step);
}

/* Under the mutex too: a writer that finds its buffer sole must find the reader's accesses over. */
void tn_variable_release(tn_variable_state *v, tn_buffer *buffer)
{
    pthread_mutex_lock(&v->mutex);
    tn_buffer_unref(buffer);
    pthread_mutex_unlock(&v->mutex);
}

bool tn_variable_initialized(tn_variable_state *v)
{
    pthread_mutex_lock(&v->mutex);
    bool there = v->value != NULL;
    pthread_mutex_unlock(&v->mutex);
    return there;
}

/* ---- Writing ---- */

/* A value of so many bytes, not yet filled in, in place of the one there is. */
static tn_status renew(tn_variable_state *v, const tn_dims *dims, size_t bytes)
{
    tn_buffer *buffer = tn_buffer_new(v->meter, bytes);
    tn_tensor *value = buffer ? tn_tensor_over(v, v->dtype, dims, buffer) : NULL;
    if (!value) {
        tn_buffer_unref(buffer);
        return TN_RESOURCE_EXHAUSTED;
    }
    talloc_free(v->value);
    v->value = value;
    return TN_OK;
}

static bool may_overwrite(const tn_variable_state *v, const tn_dims *dims, size_t bytes)
{
    const tn_tensor *value = v->value;
    return value && tn_dims_equal(&value->dims, dims) && tn_buffer_size(value->buffer) == bytes && tn_buffer_sole(value->buffer);
}

static tn_status set(tn_variable_state *v, const tn_dims *dims, const void *data, size_t bytes)
{
    tn_status status = may_overwrite(v, dims, bytes) ? TN_OK : renew(v, dims, bytes);
    if (!status && bytes)
        memcpy(v->value->data, data, bytes);
    return status;
}

tn_status tn_variable_set(tn_variable_state *v, const tn_step *step, const tn_dims *dims, const void *data, bool validate)
{
    char left[TN_DIMS_TEXT], right[TN_DIMS_TEXT];
    size_t bytes;
    const tn_op *op = step ? step->op : NULL;
    if (validate && !tn_dims_compatible(&v->declared, dims))
        return tn_fail_node(TN_INVALID_ARGUMENT, op ? op->def->name : NULL, op ? op->name : NULL,
                            "Assign requires shapes of both tensors to match. lhs shape= %s rhs shape= %s",
                            tn_dims_text(&v->declared, left), tn_dims_text(dims, right));
    if (!tn_elements_bytes(v->dtype, dims, data, &bytes))
        return tn_fail(TN_RESOURCE_EXHAUSTED, "OOM when allocating variable %s of shape%s and type %s", v->name, tn_dims_text(dims, right),
                       tn_dtype_name(v->dtype));
    pthread_mutex_lock(&v->mutex);
    tn_status status = set(v, dims, data, bytes);
    pthread_mutex_unlock(&v->mutex);
    return status;
}

enum { MAX_EDITED = 8 };

static int compare_addresses(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t) * (tn_variable_state *const *)a, y = (uintptr_t) * (tn_variable_state *const *)b;
    return (x > y) - (x < y);
}

/* The different ones among n, in the order in which everybody locks; how many there are. */
static int sorted_variables(tn_variable_state *const *v, int n, tn_variable_state **sorted)
{
    int different = 0;
    memcpy(sorted, v, (size_t)n * sizeof *v);
    qsort(sorted, (size_t)n, sizeof *sorted, compare_addresses);
    for (int i = 0; i < n; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            sorted[different++] = sorted[i];
    return different;
}

/* Copies the value when somebody else holds the buffer: he keeps what he read. */
static tn_status make_sole(tn_variable_state *v)
{
    tn_buffer *shared = v->value->buffer;
    if (tn_buffer_sole(shared))
        return TN_OK;
    tn_buffer_ref(shared); /* until it is copied */
    size_t bytes = tn_buffer_size(shared);
    const tn_dims dims = v->value->dims;
    tn_status status = renew(v, &dims, bytes);
    if (!status)
        memcpy(v->value->data, tn_buffer_data(shared), bytes);
    tn_buffer_unref(shared);
    return status;
}

static tn_status edit(tn_variable_state *const *v, int n, const tn_step *step, const char *format, void **data)
{
    for (int i = 0; i < n; i++)
        if (!v[i]->value) {
            char text[512];
            const char *mark = strstr(format, "%s");
            snprintf(text, sizeof text, "%.*s%s", mark ? (int)(mark - format) : (int)strlen(format), format, mark ? v[i]->name : "");
            return step ? tn_step_fail(step, TN_FAILED_PRECONDITION, "%s", text) : tn_fail(TN_FAILED_PRECONDITION, "%s", text);
        }
    for (int i = 0; i < n; i++) {
        tn_status status = make_sole(v[i]);
        if (status)
            return status;
        data[i] = v[i]->value->data;
    }
    return TN_OK;
}

tn_status tn_variables_edit(tn_variable_state *const *v, int n, const tn_step *step, const char *format, void **data)
{
    tn_variable_state *sorted[MAX_EDITED];
    int different = sorted_variables(v, n, sorted);
    for (int i = 0; i < different; i++)
        pthread_mutex_lock(&sorted[i]->mutex);
    tn_status status = edit(v, n, step, format, data);
    if (status)
        tn_variables_done(v, n);
    return status;
}

void tn_variables_done(tn_variable_state *const *v, int n)
{
    tn_variable_state *sorted[MAX_EDITED];
    for (int i = sorted_variables(v, n, sorted); i-- > 0;)
        pthread_mutex_unlock(&sorted[i]->mutex);
}

/* ---- The session's variables: shared by container and name ---- */

static int variable_destroy(tn_variable_state *v)
{
    pthread_mutex_destroy(&v->mutex);
    return 0;
}

/* What says which variable an operation stands for. */
typedef struct variable_key {
    const char *container, *name;
    bool is_resource;
} variable_key;

static variable_key key_of(const tn_op *op)
{
    const char *shared = tn_op_string(op, "shared_name");
    return (variable_key){ tn_op_string(op, "container"), shared[0] ? shared : op->name, op->outputs[0].dtype == TN_RESOURCE };
}

static uint32_t hash_text(const char *text, uint32_t h)
{
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619u;
    return h;
}

static tn_variable_state **variable_bucket(tn_session_core *core, const variable_key *key)
{
    return &core->variables[hash_text(key->name, hash_text(key->container, 2166136261u)) % TN_STATE_BUCKETS];
}

static bool has_key(const tn_variable_state *v, const variable_key *key)
{
    return v->is_resource == key->is_resource && !strcmp(v->name, key->name) && !strcmp(v->container, key->container);
}

static tn_variable_state *variable_new(tn_session_core *core, const tn_op *op, const variable_key *key)
{
    tn_variable_state *v = TN_NEW(core, tn_variable_state);
    if (!v)
        return NULL;
    pthread_mutex_init(&v->mutex, NULL);
    talloc_set_destructor(v, variable_destroy);
    v->name = key->name;
    v->container = key->container;
    v->is_resource = key->is_resource;
    v->dtype = tn_op_dtype(op, "dtype");
    v->declared = tn_op_dims(op, "shape");
    v->meter = core->meter;
    tn_variable_state **bucket = variable_bucket(core, key);
    v->next = *bucket;
    return *bucket = v;
}

static tn_variable_state *variable_named(tn_session_core *core, const variable_key *key)
{
    tn_variable_state *v = *variable_bucket(core, key);
    while (v && !has_key(v, key))
        v = v->next;
    return v;
}

/* Two operations that share a variable mean the same by it. */
static bool agrees(const tn_variable_state *v, const tn_op *op)
{
    char is[TN_DIMS_TEXT], wanted[TN_DIMS_TEXT];
    tn_dims declared = tn_op_dims(op, "shape");
    tn_dtype dtype = tn_op_dtype(op, "dtype");
    if (dtype != v->dtype)
        tn_fail_node(TN_INVALID_ARGUMENT, op->def->name, op->name,
                     "Trying to share variable %s, but specified dtype %s and found dtype %s.", v->name, tn_dtype_name(dtype),
                     tn_dtype_name(v->dtype));
    else if (!tn_dims_compatible(&declared, &v->declared))
        tn_fail_node(TN_INVALID_ARGUMENT, op->def->name, op->name,
                     "Trying to share variable %s, but specified shape %s and found shape %s.", v->name, tn_dims_text(&declared, wanted),
                     tn_dims_text(&v->declared, is));
    else
        return true;
    return false;
}

tn_variable_state *tn_session_variable(void *session, const tn_op *op)
{
    tn_session_core *core = session;
    const variable_key key = key_of(op);
    pthread_mutex_lock(&core->mutex);
    tn_variable_state *v = variable_named(core, &key);
    if (!v)
        v = variable_new(core, op, &key);
    pthread_mutex_unlock(&core->mutex);
    return v && agrees(v, op) ? v : NULL;
}

/* ---- Random streams ---- */

static int random_destroy(tn_random_state *r)
{
    pthread_mutex_destroy(&r->mutex);
    return 0;
}

/* For operations without a seed: another number at each call, in each process. */
static uint64_t some_number(const void *place)
{
    static atomic_uint_fast64_t calls;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t x = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec + (uint64_t)(uintptr_t)place;
    x += (atomic_fetch_add(&calls, 1) + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static tn_random_state *random_new(tn_session_core *core, const tn_op *op)
{
    tn_random_state *r = TN_NEW(core, tn_random_state);
    if (!r)
        return NULL;
    pthread_mutex_init(&r->mutex, NULL);
    talloc_set_destructor(r, random_destroy);
    uint64_t seed = (uint64_t)tn_op_int(op, "seed"), seed2 = (uint64_t)tn_op_int(op, "seed2");
    bool seeded = seed || seed2;
    r->op = op;
    r->key = seeded ? seed : some_number(r);
    r->counter[1] = seeded ? seed2 : some_number(r);
    r->next = core->randoms[op->id % TN_STATE_BUCKETS];
    return core->randoms[op->id % TN_STATE_BUCKETS] = r;
}

tn_random_state *tn_session_random(void *session, const tn_op *op)
{
    tn_session_core *core = session;
    pthread_mutex_lock(&core->mutex);
    tn_random_state *r = core->randoms[op->id % TN_STATE_BUCKETS];
    while (r && r->op != op)
        r = r->next;
    if (!r)
        r = random_new(core, op);
    pthread_mutex_unlock(&core->mutex);
    return r;
}

void tn_random_reserve(tn_random_state *r, uint64_t blocks, uint64_t *key, uint64_t counter[2])
{
    pthread_mutex_lock(&r->mutex);
    *key = r->key;
    memcpy(counter, r->counter, sizeof r->counter);
    r->counter[0] += blocks;
    r->counter[1] += r->counter[0] < blocks;
    pthread_mutex_unlock(&r->mutex);
}
