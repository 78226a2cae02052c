/*
 * What helgrind must be told about atomics: it follows mutexes, not them. Without valgrind's header these are nothing; with it they are a
 * few instructions that do nothing outside valgrind.
 */
#ifndef TN_CORE_ANNOTATE_H
#define TN_CORE_ANNOTATE_H

#include "config.h"

#ifdef HAVE_VALGRIND_HELGRIND_H
#include <valgrind/helgrind.h>
/* This object is atomic: its accesses are no races. */
#define TN_ATOMIC_HERE(p, size) VALGRIND_HG_DISABLE_CHECKING((p), (size))
#define TN_HAPPENS_BEFORE(p)    ANNOTATE_HAPPENS_BEFORE(p)
#define TN_HAPPENS_AFTER(p)     ANNOTATE_HAPPENS_AFTER(p)
/* Whether valgrind runs the program. */
#define TN_UNDER_VALGRIND (RUNNING_ON_VALGRIND != 0)
#else
#define TN_ATOMIC_HERE(p, size) ((void)(p))
#define TN_HAPPENS_BEFORE(p)    ((void)(p))
#define TN_HAPPENS_AFTER(p)     ((void)(p))
#define TN_UNDER_VALGRIND       false
#endif

#endif
