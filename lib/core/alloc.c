/* The allocation choke point: see alloc.h. */
#include "core/alloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "core/annotate.h"
#include "core/status.h"

#ifdef HAVE_VALGRIND_HELGRIND_H
bool tn_under_valgrind;

__attribute__((constructor(101))) static void ask_valgrind(void)
{
    tn_under_valgrind = RUNNING_ON_VALGRIND != 0;
}
#endif

/* Failure injection. Off, it costs one relaxed load per allocation. */
static atomic_bool injecting;
static atomic_long count, fail_at;
static atomic_bool fail_sticky;

void tn_alloc_fail_at(long n, bool sticky)
{
    atomic_store(&count, 0);
    atomic_store(&fail_at, n);
    atomic_store(&fail_sticky, sticky);
    atomic_store(&injecting, true);
}

long tn_alloc_count(void)
{
    return atomic_load(&count);
}

static bool refused(void)
{
    if (!atomic_load_explicit(&injecting, memory_order_relaxed))
        return false;
    long n = atomic_fetch_add(&count, 1) + 1, at = atomic_load(&fail_at);
    return at > 0 && (n == at || (n > at && atomic_load(&fail_sticky)));
}

static void *exhausted(size_t size, const char *name)
{
    tn_fail(TN_RESOURCE_EXHAUSTED, "out of memory allocating %zu bytes for %s", size, name);
    return NULL;
}

void *tn_alloc(const void *owner, size_t size, const char *name)
{
    void *chunk = refused() ? NULL : talloc_named_const(owner, size, name);
    if (!chunk)
        return exhausted(size, name);
    return memset(chunk, 0, size);
}

void *tn_alloc_array(const void *owner, size_t n, size_t size, const char *name)
{
    size_t bytes;
    if (!tn_mul_size(n, size, &bytes))
        return exhausted(SIZE_MAX, name);
    return tn_alloc(owner, bytes, name);
}

void *tn_realloc_array(const void *owner, void *old, size_t n, size_t size, const char *name)
{
    size_t bytes;
    if (!tn_mul_size(n, size, &bytes))
        return exhausted(SIZE_MAX, name);
    void *chunk = refused() ? NULL : old ? talloc_realloc_size(owner, old, bytes) : talloc_named_const(owner, bytes, name);
    if (!chunk)
        return exhausted(bytes, name);
    talloc_set_name_const(chunk, name);
    return chunk;
}

char *tn_strndup(const void *owner, const char *text, size_t n)
{
    char *copy = tn_alloc(owner, n + 1, "char");
    if (copy && n)
        memcpy(copy, text, n);
    return copy;
}

char *tn_strdup(const void *owner, const char *text)
{
    return tn_strndup(owner, text, strlen(text));
}

char *tn_sprintf(const void *owner, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n < 0 ? exhausted(0, "text") : tn_alloc(owner, (size_t)n + 1, "char");
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

enum { HUGE_PAGE = 2 << 20 };

/* On huge pages where the system has them: the first touch of 64 MiB takes a quarter of the time then. That it has none is no error. */
static void *huge_block(size_t whole)
{
    void *block = NULL;
    if (posix_memalign(&block, HUGE_PAGE, whole))
        return NULL;
#ifdef MADV_HUGEPAGE
    int before = errno;
    (void)madvise(block, whole / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    errno = before;
#endif
    return block;
}

/* Rounded up by hand, since glibc's aligned_alloc is three times as slow as its malloc. The block's own address lies just before. */
void *tn_bytes_new(size_t size)
{
    size_t whole;
    if (!tn_add_size(size, TN_ALIGNMENT, &whole) || whole > PTRDIFF_MAX - HUGE_PAGE)
        return exhausted(size, "bytes");
    void *block = refused() ? NULL : size < HUGE_PAGE ? malloc(whole) : huge_block(whole);
    if (!block)
        return exhausted(size, "bytes");
    void **bytes = (void **)((char *)block + (TN_ALIGNMENT - (uintptr_t)block % TN_ALIGNMENT));
    bytes[-1] = block;
    return bytes;
}

void tn_bytes_free(void *bytes)
{
    if (bytes)
        free(((void **)bytes)[-1]);
}

void *tn_move(const void *owner, void *chunk)
{
    return chunk ? talloc_steal(owner, chunk) : NULL;
}
