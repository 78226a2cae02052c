/*
 * What valgrind must be told: helgrind about atomics, since it follows mutexes, not them; memcheck about what lies between things in one
 * block. Without valgrind's headers these are nothing; with them they are one test outside valgrind, since what speaks to valgrind takes a
 * dozen instructions and a run would say it five times.
 */
#ifndef TN_CORE_ANNOTATE_H
#define TN_CORE_ANNOTATE_H

#include "config.h"

#ifdef HAVE_VALGRIND_HELGRIND_H
#include <valgrind/helgrind.h>
#include <valgrind/memcheck.h>
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
/* Nobody may touch these bytes; they are there and hold nothing yet. */
#define TN_NO_ACCESS(p, size) TN_TELL_VALGRIND_((void)VALGRIND_MAKE_MEM_NOACCESS((p), (size)))
#define TN_UNDEFINED(p, size) TN_TELL_VALGRIND_((void)VALGRIND_MAKE_MEM_UNDEFINED((p), (size)))
#else
#define TN_ATOMIC_HERE(p, size) ((void)(p))
#define TN_HAPPENS_BEFORE(p)    ((void)(p))
#define TN_HAPPENS_AFTER(p)     ((void)(p))
#define TN_NO_ACCESS(p, size)   ((void)(p), (void)(size))
#define TN_UNDEFINED(p, size)   ((void)(p), (void)(size))
#define TN_UNDER_VALGRIND       false
#endif

#endif
