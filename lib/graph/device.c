/* Device specifications: fields, and inner over outer. */
#include <string.h>
#include "core/alloc.h"
#include "core/status.h"
#include "graph/graph.h"

typedef struct text {
    const char *start;
    size_t n;
} text;

/* A field that is not given has start NULL. */
typedef struct device_spec {
    text job, replica, task, type, index;
} device_spec;

static bool is_word(text t, const char *word)
{
    if (strlen(word) != t.n)
        return false;
    for (size_t i = 0; i < t.n; i++)
        if ((t.start[i] | 32) != word[i])
            return false;
    return true;
}

static bool is_number(text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.start[i] < '0' || t.start[i] > '9')
            return false;
    return t.n > 0;
}

/* The text up to a character or the end of the field; *at moves behind it. */
static text until(const char **at, const char *end, char stop)
{
    text t = { *at, 0 };
    while (*at < end && **at != stop)
        (*at)++;
    t.n = (size_t)(*at - t.start);
    if (*at < end)
        (*at)++;
    return t;
}

static bool set_index(device_spec *spec, text index)
{
    if (!index.n || (index.n == 1 && *index.start == '*'))
        return true;
    spec->index = index;
    return is_number(index);
}

/* One field: "job:a", "task:1", "device:CPU:0", or the older "cpu:0". */
static bool parse_field(device_spec *spec, const char *at, const char *end)
{
    text key = until(&at, end, ':'), value = until(&at, end, ':'), rest = { at, (size_t)(end - at) };
    bool plain = value.n && !rest.n;
    if (is_word(key, "device") && value.n) {
        spec->type = value;
        return set_index(spec, rest);
    }
    if ((is_word(key, "cpu") || is_word(key, "gpu")) && !rest.n) {
        spec->type = key;
        return set_index(spec, value);
    }
    text *field = is_word(key, "job") ? &spec->job : is_word(key, "replica") ? &spec->replica : is_word(key, "task") ? &spec->task : NULL;
    if (!field || !plain)
        return false;
    *field = value;
    return field == &spec->job || is_number(value);
}

static tn_status parse(device_spec *spec, const char *whole)
{
    for (const char *at = whole; *at;) {
        const char *start = at + (*at == '/'), *end = start + strcspn(start, "/");
        if (end > start && !parse_field(spec, start, end))
            return tn_fail(TN_INVALID_ARGUMENT, "Unknown attribute: '%.*s' in '%s'", (int)(end - start), start, whole);
        at = end;
    }
    return TN_OK;
}

static char *put(char *to, const char *before, text t)
{
    if (!t.start)
        return to;
    size_t n = strlen(before);
    memcpy(to, before, n);
    memcpy(to + n, t.start, t.n);
    return to + n + t.n;
}

/* Types are in upper case, and an index goes with a type. */
static char *put_device(char *to, const device_spec *spec)
{
    static const text any = { "*", 1 };
    if (!spec->type.start)
        return to;
    char *type = put(to, "/device:", spec->type), *end = put(type, ":", spec->index.start ? spec->index : any);
    for (char *p = type - spec->type.n; p < type; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - ('a' - 'A'));
    return end;
}

const char *tn_device_merge(const void *owner, const char *outer, const char *inner)
{
    device_spec spec = { .job = { NULL, 0 } };
    const char *given = inner ? inner : "";
    if (parse(&spec, outer) || parse(&spec, given))
        return NULL;
    char *merged = tn_alloc(owner, strlen(outer) + strlen(given) + sizeof "/job:/replica:/task:/device::*", "char");
    if (!merged)
        return NULL;
    char *end = put(put(put(merged, "/job:", spec.job), "/replica:", spec.replica), "/task:", spec.task);
    put_device(end, &spec);
    return merged;
}
