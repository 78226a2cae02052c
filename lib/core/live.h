/*
 * The register of open sessions and graphs: who is alive, and where it was opened. It lets a call on a closed session fail instead of
 * touching freed memory, and it is what tn_report and TENURE_REPORT list.
 *
 * Invariants: a thing is found here exactly between tn_live_add and tn_live_remove. Links are intrusive and kept disguised, so that a
 * leak checker sees a forgotten session as lost, not as reachable from here. Each shard has its own mutex.
 */
#ifndef TN_CORE_LIVE_H
#define TN_CORE_LIVE_H

#include <tenure/base.h>

typedef enum tn_live_kind { TN_LIVE_SESSION, TN_LIVE_GRAPH } tn_live_kind;

typedef struct tn_live {
    tn_live_kind kind;
    void *thing;      /* the tn_session or tn_graph, as the user holds it */
    const char *file; /* may be NULL */
    int line;
    uint64_t serial;          /* never used twice in a process */
    long users;               /* calls inside, counted by tn_live_enter */
    bool removed;             /* somebody may wait for them to leave */
    uintptr_t next, previous; /* disguised */
} tn_live;

void tn_live_add(tn_live *live, tn_live_kind kind, void *thing, const char *file, int line);
/* Takes it out, so that no call can enter any more, then waits until those inside have left. */
void tn_live_remove(tn_live *live);
/* The entry of a thing that may be gone (only its address is looked at); counts a user. NULL when it is not alive. */
tn_live *tn_live_enter(tn_live_kind kind, const void *thing);
void tn_live_leave(tn_live *live);
/* Whether the thing is alive, now. */
bool tn_live_has(tn_live_kind kind, const void *thing);
/* Calls visit for each entry, under the shard's mutex: visit must not call back. */
void tn_live_each(void (*visit)(const tn_live *live, void *data), void *data);

#endif
