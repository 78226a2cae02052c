/*
 * The one allocation choke point. Every allocation of the library goes through here, so that tests can make each one fail.
 *
 * Invariants: talloc memory is zeroed; what fails sets the thread's error to TN_RESOURCE_EXHAUSTED and returns NULL; owner first.
 * talloc holds the tree and small arrays (it refuses 256 MiB); tensor bytes come from tn_bytes_new (64-byte aligned, not zeroed).
 */
#ifndef TN_CORE_ALLOC_H
#define TN_CORE_ALLOC_H

#include <tenure/base.h>

#define TN_ALIGNMENT 64

/* A zeroed talloc chunk of size bytes called name (a constant string). */
void *tn_alloc(const void *owner, size_t size, const char *name);
/* A zeroed talloc array; n * size is checked. */
void *tn_alloc_array(const void *owner, size_t n, size_t size, const char *name);
/* Grows a talloc array to n elements; NULL leaves the old one as it was. New elements are not zeroed. old may be NULL. */
void *tn_realloc_array(const void *owner, void *old, size_t n, size_t size, const char *name);
char *tn_strdup(const void *owner, const char *text);
char *tn_strndup(const void *owner, const char *text, size_t n);
char *tn_sprintf(const void *owner, const char *format, ...) TN_PRINTF_(2, 3);

#define TN_NEW(owner, T)                ((T *)tn_alloc((owner), sizeof(T), #T))
#define TN_NEW_ARRAY(owner, T, n)       ((T *)tn_alloc_array((owner), (n), sizeof(T), #T))
#define TN_GROW_ARRAY(owner, old, T, n) ((T *)tn_realloc_array((owner), (old), (n), sizeof(T), #T))

/* Aligned bytes outside talloc, on huge pages from 2 MiB on; size 0 gives a valid pointer. Freed by tn_bytes_free. */
void *tn_bytes_new(size_t size);
void tn_bytes_free(void *bytes);

/* Moves a chunk to another owner: talloc_steal, which cannot fail here. Returns the chunk. */
void *tn_move(const void *owner, void *chunk);

/* For tests: the n-th allocation from now fails (1: the next), and every one after it when sticky. n 0 turns failing off. */
void tn_alloc_fail_at(long n, bool sticky);
/* For tests: allocations made since the last tn_alloc_fail_at, by all threads. */
long tn_alloc_count(void);

/* a * b and a + b, false on overflow (the result is then untouched). */
static inline bool tn_mul_size(size_t a, size_t b, size_t *product)
{
    size_t result;
    if (__builtin_mul_overflow(a, b, &result))
        return false;
    *product = result;
    return true;
}
static inline bool tn_add_size(size_t a, size_t b, size_t *sum)
{
    size_t result;
    if (__builtin_add_overflow(a, b, &result))
        return false;
    *sum = result;
    return true;
}

#endif
