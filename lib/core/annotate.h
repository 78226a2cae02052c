/*
 * What helgrind must be told about atomics: it follows mutexes, not them. Without valgrind's header these are nothing; with it they are one
 * test outside valgrind, since what speaks to valgrind takes a dozen instructions and a run would say it five times.
 */
#ifndef TN_CORE_ANNOTATE_H
#define TN_CORE_ANNOTATE_H

#include "config.h"

#ifdef HAVE_VALGRIND_HELGRIND_H
#include <valgrind/helgrind.h>
#include <stdbool.h>
/* Whether valgrind runs the program: alloc.c asks when the library is loaded. */
extern bool tn_under_valgrind;
#define TN_UNDER_VALGRIND tn_under_valgrind
#define TN_TELL_VALGRIND_(request)                                                                                                         \
    do {                                                                                                                                   \
        if (tn_under_valgrind)                                                                                                             \
            request;                                                                                                                       \
    } while (0)
/* This object is atomic: its accesses are no races. */
#define TN_ATOMIC_HERE(p, size) TN_TELL_VALGRIND_(VALGRIND_HG_DISABLE_CHECKING((p), (size)))
#define TN_HAPPENS_BEFORE(p)    TN_TELL_VALGRIND_(ANNOTATE_HAPPENS_BEFORE(p))
#define TN_HAPPENS_AFTER(p)     TN_TELL_VALGRIND_(ANNOTATE_HAPPENS_AFTER(p))
#else
#define TN_ATOMIC_HERE(p, size) ((void)(p))
#define TN_HAPPENS_BEFORE(p)    ((void)(p))
#define TN_HAPPENS_AFTER(p)     ((void)(p))
#define TN_UNDER_VALGRIND       false
#endif

#endif
