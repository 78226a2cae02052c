/*
 * Calls that wait, read or write are points where pthread_cancel may strike. What holds a lock or memory of the library's there must not
 * be cut short: it declares TN_UNCANCELLED at its top, and a request to cancel waits until it returns.
 */
#ifndef TN_CORE_UNCANCELLED_H
#define TN_CORE_UNCANCELLED_H

#include <pthread.h>

static inline int tn_cancel_disable(void)
{
    int before = PTHREAD_CANCEL_ENABLE;
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    return before;
}

static inline void tn_cancel_restore(const int *before)
{
    int ignored;
    (void)pthread_setcancelstate(*before, &ignored);
}

#define TN_UNCANCELLED const int cancel_before __attribute__((__cleanup__(tn_cancel_restore), __unused__)) = tn_cancel_disable()

#endif
