/* A module met by many threads at once: loaded once, closed with nobody inside, its kernels run side by side. Run under helgrind, too. */
#include <pthread.h>
#include "module_driver.h"
#include "plan/modules.h"

enum { THREADS = 4, N = 80, RUNS = 3 };

typedef struct work {
    tn_session *session; /* NULL: the thread opens its own */
    tn_graph *graph;
    tn_output x, y;
    tn_tensor *a;
    int failures; /* check's assertions are for the main thread */
} work;

static bool run_once(const work *w, tn_session *s)
{
    tn_tensor *c = tn_run(s, w->y, .feeds = TN_FEEDS({ w->x, w->a }));
    bool good = c && tn_f32(c)[0] == 0.25f * N && tn_f32(c)[N * N - 1] == 0.25f * N;
    talloc_free(c);
    return good;
}

static void *run_often(void *data)
{
    work *w = data;
    tn_session *s = w->session ? w->session : tn_session_open(.graph = w->graph);
    for (int i = 0; i < RUNS; i++)
        w->failures += !run_once(w, s);
    if (!w->session)
        tn_session_close(s);
    return NULL;
}

static void run_threads(const work *like)
{
    pthread_t threads[THREADS];
    work w[THREADS];
    for (int i = 0; i < THREADS; i++) {
        w[i] = *like;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run_often, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(w[i].failures, 0);
    }
}

static tn_tensor *halves(void)
{
    tn_tensor *a = tn_tensor_new(root, TN_FLOAT32, 2, (const int64_t[]){ N, N }, NULL);
    for (int i = 0; i < N * N; i++)
        tn_f32(a)[i] = 0.5f;
    return a;
}

START_TEST(loaded_by_many_at_once)
{
    tn_modules_close();
    WITH_GRAPH(g) {
        tn_output x = tn_placeholder(TN_FLOAT32);
        work w = { .graph = g, .x = x, .a = halves() };
        w.y = tn_matmul(x, tn_constant(w.a));
        run_threads(&w);
        talloc_free(w.a);
    }
}
END_TEST

START_TEST(one_plan_run_by_many)
{
    WITH_GRAPH(g) {
        WITH_SESSION(s, .graph = g) {
            tn_output x = tn_placeholder(TN_FLOAT32);
            work w = { .session = s, .x = x, .y = tn_matmul(x, x), .a = halves() };
            run_threads(&w);
            talloc_free(w.a);
        }
    }
}
END_TEST

/* A plan that is still there keeps the module open. */
START_TEST(closed_while_in_use)
{
    WITH_GRAPH(g) {
        WITH_SESSION(s, .graph = g) {
            tn_output x = tn_placeholder(TN_FLOAT32);
            work w = { .session = s, .x = x, .y = tn_matmul(x, x), .a = halves() };
            ck_assert(run_once(&w, s));
            tn_modules_close();
            ck_assert(run_once(&w, s));
            talloc_free(w.a);
        }
    }
    tn_modules_close();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { loaded_by_many_at_once, one_plan_run_by_many, closed_while_in_use };
    int missing = find_module();
    return missing ? missing : tn_suite_main("modules threads", tests, sizeof tests / sizeof tests[0]);
}
