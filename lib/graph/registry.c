/*
 * The registry: every row, found by name through a hash table, and its compiled signature.
 *
 * Invariants: the table is made once, from constant data, into static memory, so that nothing here can fail for lack of it. A slot of
 * `compiled` is written once, before its flag; whoever sees the flag may read the slot without a lock.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include "core/annotate.h"
#include "core/status.h"
#include "ops/op_def.h"

#define TN_FAMILIES(X)                                                                                                                     \
    X(basic)                                                                                                                               \
    X(state)                                                                                                                               \
    X(unary) X(binary) X(compare) X(reduce) X(shape) X(layout) X(gather) X(linear) X(conv) X(nn) X(batch_norm) X(pool) X(random) X(train)

#define DECLARE(family)                                                                                                                    \
    extern const tn_op_def tn_ops_##family[];                                                                                              \
    extern const size_t tn_num_ops_##family;
TN_FAMILIES(DECLARE)

#define LIST(family) { tn_ops_##family, &tn_num_ops_##family },
static const struct {
    const tn_op_def *rows;
    const size_t *n;
} families[] = { TN_FAMILIES(LIST) };

enum { NUM_FAMILIES = sizeof families / sizeof families[0], MAX_ROWS = 512, SLOTS = 2048 };

enum { NOT_YET, GOOD, BAD };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static tn_signature compiled[MAX_ROWS];
static atomic_int states[MAX_ROWS];
static const tn_op_def *rows[MAX_ROWS];
static uint16_t slots[SLOTS]; /* index of a row and 1; 0: free */
static atomic_int filled;

size_t tn_registry_count(void)
{
    size_t count = 0;
    for (size_t f = 0; f < NUM_FAMILIES; f++)
        count += *families[f].n;
    return count;
}

const tn_op_def *tn_registry_at(size_t i)
{
    for (size_t f = 0; f < NUM_FAMILIES; i -= *families[f++].n)
        if (i < *families[f].n)
            return &families[f].rows[i];
    return NULL;
}

static unsigned slot_of(const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return (hash ^ hash >> 15) % SLOTS;
}

static void fill(void)
{
    size_t n = tn_registry_count();
    for (size_t i = 0; i < n && i < MAX_ROWS; i++) {
        rows[i] = tn_registry_at(i);
        unsigned slot = slot_of(rows[i]->name);
        while (slots[slot])
            slot = (slot + 1) % SLOTS;
        slots[slot] = (uint16_t)(i + 1);
    }
}

/* Fills the table, once for the process. */
static void need_table(void)
{
    TN_ATOMIC_HERE(&filled, sizeof filled);
    if (atomic_load_explicit(&filled, memory_order_acquire) == GOOD) {
        TN_HAPPENS_AFTER(&filled);
        return;
    }
    pthread_mutex_lock(&mutex);
    if (atomic_load(&filled) != GOOD) {
        fill();
        TN_HAPPENS_BEFORE(&filled);
        atomic_store_explicit(&filled, GOOD, memory_order_release);
    }
    pthread_mutex_unlock(&mutex);
}

const tn_op_def *tn_registry_find(const char *name)
{
    need_table();
    for (unsigned slot = slot_of(name); slots[slot]; slot = (slot + 1) % SLOTS) {
        const tn_op_def *def = rows[slots[slot] - 1u];
        if (!strcmp(def->name, name))
            return def;
    }
    return NULL;
}

/* The place of a row in the registry; MAX_ROWS for what is no row of it. */
static size_t index_of(const tn_op_def *def)
{
    size_t before = 0;
    for (size_t f = 0; f < NUM_FAMILIES; before += *families[f++].n) {
        uintptr_t first = (uintptr_t)families[f].rows, at = (uintptr_t)def;
        if (at >= first && at < first + *families[f].n * sizeof *def)
            return before + (size_t)(def - families[f].rows);
    }
    return MAX_ROWS;
}

static int compile(size_t i, const tn_op_def *def)
{
    pthread_mutex_lock(&mutex);
    int state = atomic_load(&states[i]);
    if (state == NOT_YET) {
        state = tn_signature_compile(def->signature, &compiled[i]) ? GOOD : BAD;
        TN_HAPPENS_BEFORE(&states[i]);
        atomic_store_explicit(&states[i], state, memory_order_release);
    }
    pthread_mutex_unlock(&mutex);
    return state;
}

const tn_signature *tn_signature_of(const tn_op_def *def)
{
    size_t i = index_of(def);
    int state = BAD;
    if (i < MAX_ROWS) {
        TN_ATOMIC_HERE(&states[i], sizeof states[i]);
        state = atomic_load_explicit(&states[i], memory_order_acquire);
        if (state == NOT_YET)
            state = compile(i, def);
        TN_HAPPENS_AFTER(&states[i]);
    }
    if (state == GOOD)
        return &compiled[i];
    tn_fail(TN_INTERNAL, "the signature of %s is not well formed: %s", def->name, def->signature);
    return NULL;
}
