/*
 * The names in use in a graph: operations and name scopes, found case-insensitively, as TensorFlow's Graph.unique_name keeps them.
 *
 * Entries stand in the order in which they came; a table of small slots (hash and number of the entry) with linear probing leads to them,
 * so that a million names keep the part that is touched at random in the cache. Nothing is ever removed. Both arrays stand outside
 * talloc, whose chunks end at 256 MiB: the gradients of a million operations have more names. Invariants: fewer than half of the slots
 * are taken; the text of an operation's entry is the operation's own name, that of a scope is a child of the core; at most one entry
 * holds a given spelling.
 */
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "graph/names.h"

typedef struct entry {
    const char *text;
    uint32_t op;   /* 1 + its id; 0: a scope */
    uint32_t uses; /* how often the name was asked for: where the search for a free number starts */
} entry;

typedef struct slot {
    uint32_t hash;
    uint32_t entry; /* its number and 1; 0: free */
} slot;

struct tn_name_table {
    const tn_graph_core *core;
    slot *slots;
    size_t num_slots; /* a power of two, or 0 */
    entry *entries;
    size_t num_entries, max_entries;
};

#define FNV_START 2166136261u
enum { BUCKET_BITS = 4 };

static unsigned char lower(char ch)
{
    return (unsigned char)(ch >= 'A' && ch <= 'Z' ? ch + ('a' - 'A') : ch);
}

static uint32_t hash_on(uint32_t hash, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ lower(text[i])) * 16777619u;
    return hash;
}

/* Names that differ in their last character alone have neighbouring numbers: "Add_10" to "Add_19" are then found in two lines of the cache.
 * hash is that of what is before the n characters. */
static uint32_t hash_ending(uint32_t hash, const char *text, size_t n)
{
    return n ? hash_on(hash, text, n - 1) << BUCKET_BITS | (lower(text[n - 1]) & ((1u << BUCKET_BITS) - 1)) : 0;
}

static bool same_letters(const char *zero_terminated, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lower(zero_terminated[i]) != lower(text[i]))
            return false;
    return !zero_terminated[n];
}

/* Buckets lie anywhere: those of FNV hashes that differ in their last characters would lie together. */
static size_t first_slot(const tn_name_table *t, uint32_t hash)
{
    uint32_t bucket = hash >> BUCKET_BITS;
    bucket = (bucket ^ bucket >> 15) * 2654435769u;
    return (bucket << BUCKET_BITS | (hash & ((1u << BUCKET_BITS) - 1))) & (t->num_slots - 1);
}

/* 1 + the entry of a name, or 0. */
static uint32_t find(const tn_name_table *t, uint32_t hash, const char *text, size_t n)
{
    if (!t->num_slots)
        return 0;
    for (size_t i = first_slot(t, hash); t->slots[i].entry; i = (i + 1) & (t->num_slots - 1))
        if (t->slots[i].hash == hash && same_letters(t->entries[t->slots[i].entry - 1].text, text, n))
            return t->slots[i].entry;
    return 0;
}

static void put_slot(tn_name_table *t, slot s)
{
    size_t i = first_slot(t, s.hash);
    while (t->slots[i].entry)
        i = (i + 1) & (t->num_slots - 1);
    t->slots[i] = s;
}

static void insert(tn_name_table *t, uint32_t hash, const char *text, uint32_t op)
{
    t->entries[t->num_entries++] = (entry){ .text = text, .op = op, .uses = 1 };
    put_slot(t, (slot){ hash, (uint32_t)t->num_entries });
}

static int release(tn_name_table *t)
{
    tn_bytes_free(t->entries);
    tn_bytes_free(t->slots);
    return 0;
}

tn_name_table *tn_names_new(tn_graph_core *core)
{
    tn_name_table *t = TN_NEW(core, tn_name_table);
    if (!t)
        return NULL;
    t->core = core;
    talloc_set_destructor(t, release);
    return t;
}

static bool reserve_slots(tn_name_table *t)
{
    if ((t->num_entries + 1) * 2 <= t->num_slots)
        return true;
    size_t old = t->num_slots, doubled = old ? old * 2 : 64;
    slot *before = t->slots, *slots = tn_bytes_new(doubled * sizeof *slots);
    if (!slots)
        return false;
    memset(slots, 0, doubled * sizeof *slots);
    t->slots = slots;
    t->num_slots = doubled;
    for (size_t i = 0; i < old; i++)
        if (before[i].entry)
            put_slot(t, before[i]);
    tn_bytes_free(before);
    return true;
}

static bool reserve_entry(tn_name_table *t)
{
    if (t->num_entries < t->max_entries)
        return true;
    size_t max = t->max_entries ? t->max_entries * 2 : 32;
    entry *before = t->entries, *grown = max < UINT32_MAX ? tn_bytes_new(max * sizeof *grown) : NULL;
    if (!grown)
        return false;
    if (t->num_entries)
        memcpy(grown, before, t->num_entries * sizeof *grown);
    t->entries = grown;
    t->max_entries = max;
    tn_bytes_free(before);
    return true;
}

bool tn_names_reserve(tn_name_table *t)
{
    return reserve_entry(t) && reserve_slots(t);
}

/* Writes "_i" at the end of a name; gives its length. Building graphs is mostly naming, and snprintf takes longer than all the rest. */
static size_t put_suffix(char *end, uint32_t i)
{
    char digits[TN_NAME_SUFFIX];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + i % 10);
    while (i /= 10);
    end[0] = '_';
    for (size_t d = 0; d < n; d++)
        end[1 + d] = digits[n - 1 - d];
    end[n + 1] = '\0';
    return n + 1;
}

tn_name_pick tn_names_as_is(const tn_name_table *t, const char *name, size_t n)
{
    uint32_t hash = hash_ending(FNV_START, name, n);
    return (tn_name_pick){ .hash = hash, .base = find(t, hash, name, n) };
}

tn_name_pick tn_names_pick(const tn_name_table *t, char *name, size_t n)
{
    tn_name_pick pick = tn_names_as_is(t, name, n);
    if (!pick.base)
        return pick;
    pick.numbered = true;
    const uint32_t hash = hash_on(FNV_START, name, n);
    uint32_t number = t->entries[pick.base - 1].uses;
    size_t added;
    do {
        added = put_suffix(name + n, number++);
        pick.hash = hash_ending(hash, name + n, added);
    } while (find(t, pick.hash, name, n + added));
    return pick;
}

void tn_names_mark(tn_name_table *t, const tn_name_pick *pick, const char *name, const tn_op *op)
{
    entry *base = pick->base ? &t->entries[pick->base - 1] : NULL;
    uint32_t number = op ? op->id + 1 : 0;
    if (base && pick->numbered)
        base->uses++;
    else if (base && !base->op) { /* "scope/" gives an operation the scope's own name */
        base->op = number;
        base->text = name;
        return;
    }
    insert(t, pick->hash, name, number);
}

tn_op *tn_names_op(const tn_name_table *t, const char *name)
{
    uint32_t hash = hash_ending(FNV_START, name, strlen(name));
    if (!t->num_slots)
        return NULL;
    for (size_t i = first_slot(t, hash); t->slots[i].entry; i = (i + 1) & (t->num_slots - 1)) {
        const entry *e = &t->entries[t->slots[i].entry - 1];
        if (e->op && t->slots[i].hash == hash && !strcmp(e->text, name))
            return t->core->ops[e->op - 1];
    }
    return NULL;
}

const char *tn_names_unique(const void *owner, tn_graph_core *core, const char *base, bool mark)
{
    size_t n = strlen(base);
    char *name = tn_alloc(owner, n + TN_NAME_SUFFIX, "char");
    if (!name)
        return NULL;
    memcpy(name, base, n);
    tn_name_pick pick = tn_names_pick(core->names, name, n);
    if (!mark)
        return name;
    const char *kept = tn_names_reserve(core->names) ? tn_strdup(core, name) : NULL;
    if (!kept) {
        talloc_free(name);
        return NULL;
    }
    tn_names_mark(core->names, &pick, kept, NULL);
    return name;
}

static bool name_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' || ch == '.' || ch == '-' ||
           ch == '/';
}

bool tn_names_valid(const char *name, bool in_scope)
{
    if (!in_scope && (!name_char(*name) || *name == '_' || *name == '-' || *name == '/'))
        return false;
    while (name_char(*name))
        name++;
    return !*name;
}
