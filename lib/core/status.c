/* The thread's last error: see status.h. */
#include "core/status.h"

#include <string.h>
#include "config.h"

static _Thread_local tn_saved_error last;
static _Thread_local tn_error shown;

const tn_error *tn_last_error(void)
{
    shown = (tn_error){ last.code, last.has_op ? last.op : NULL, last.message };
    return &shown;
}

static void set_op(const char *op)
{
    last.has_op = op && op[0];
    snprintf(last.op, sizeof last.op, "%s", last.has_op ? op : "");
}

/* The message is made aside: its arguments may be the old one's strings. */
tn_status tn_vfail_node(tn_status code, const char *type, const char *name, const char *format, va_list args)
{
    char message[sizeof last.message], op[sizeof last.op] = "";
    int n = type ? snprintf(message, sizeof message, "%s '%.200s': ", type, name ? name : "") : 0;
    vsnprintf(message + n, sizeof message - (size_t)n, format, args);
    if (type && name)
        snprintf(op, sizeof op, "%s", name);
    last.code = code;
    set_op(op);
    memcpy(last.message, message, sizeof message);
    return code;
}

tn_status tn_fail_node(tn_status code, const char *type, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_vfail_node(code, type, name, format, args);
    va_end(args);
    return code;
}

tn_status tn_fail(tn_status code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_vfail_node(code, NULL, NULL, format, args);
    va_end(args);
    return code;
}

tn_status tn_fail_stored(tn_status code, const char *op, const char *message)
{
    last.code = code;
    set_op(op);
    snprintf(last.message, sizeof last.message, "%s", message);
    return code;
}

/* Only what is there of the texts: work that saves and restores is done for each operation of a graph. */
static void copy_error(tn_saved_error *to, const tn_saved_error *from)
{
    to->code = from->code;
    to->has_op = from->has_op;
    strcpy(to->op, from->op);
    strcpy(to->message, from->message);
}

void tn_error_save(tn_saved_error *saved)
{
    copy_error(saved, &last);
}

void tn_error_restore(const tn_saved_error *saved)
{
    copy_error(&last, saved);
}

const char *tn_status_name(tn_status status)
{
    static const char *const names[] = { "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
                                         "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
                                         "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
                                         "DATA_LOSS", "UNAUTHENTICATED" };
    return (unsigned)status < sizeof names / sizeof names[0] ? names[status] : "UNKNOWN";
}

const char *tn_version(void)
{
    return PACKAGE_VERSION;
}
