/*
 * Errors of the calling thread. They live in thread-local arrays: reporting one allocates nothing and leaves nothing behind.
 * Messages that are too long are cut.
 */
#ifndef TN_CORE_STATUS_H
#define TN_CORE_STATUS_H

#include <stdarg.h>
#include <tenure/base.h>

/* Sets the thread's error, no node concerned; returns the code. */
tn_status tn_fail(tn_status code, const char *format, ...) TN_PRINTF_(2, 3);
/* The same for a node: the message becomes "TYPE 'NAME': …". */
tn_status tn_fail_node(tn_status code, const char *type, const char *name, const char *format, ...) TN_PRINTF_(4, 5);
tn_status tn_vfail_node(tn_status code, const char *type, const char *name, const char *format, va_list args);
/* Sets the thread's error to a stored one (message already whole; op NULL or ""): none. */
tn_status tn_fail_stored(tn_status code, const char *op, const char *message);
/* A copy of the thread's error, for work that must not disturb it: save, do it, restore. */
typedef struct tn_saved_error {
    tn_status code;
    bool has_op;
    char op[256];
    char message[2048];
} tn_saved_error;
void tn_error_save(tn_saved_error *saved);
void tn_error_restore(const tn_saved_error *saved);

#endif
