/* Threads of a session: see pool.h. */
#include "core/pool.h"

#include "core/alloc.h"

struct tn_pool {
    int threads;
};

tn_pool *tn_pool_new(const void *owner, int threads)
{
    tn_pool *pool = TN_NEW(owner, tn_pool);
    if (pool)
        pool->threads = threads;
    return pool;
}

int tn_pool_threads(const tn_pool *pool)
{
    return pool ? pool->threads : 1;
}

void tn_pool_run(tn_pool *pool, int64_t n, tn_task task, void *arg)
{
    (void)pool;
    for (int64_t i = 0; i < n; i++)
        task(arg, i, 0);
}
