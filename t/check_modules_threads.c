/* A module met by many threads at once: loaded once, closed with nobody inside, its kernels run side by side. Run under helgrind, too. */
#include <pthread.h>
#include "module_driver.h"
#include "plan/modules.h"

enum { THREADS = 4, HEIGHT = 114, WIDTH = 20, CHANNELS = 16, RUNS = 3 };

typedef struct work {
    tn_session *session; /* NULL: the thread opens its own */
    tn_graph *graph;
    tn_output x, w, y;
    tn_tensor *a, *filter;
    size_t num_feeds;
    int failures; /* check's assertions are for the main thread */
} work;

static bool run_once(const work *w, tn_session *s)
{
    const tn_feed feeds[] = { { w->x, w->a }, { w->w, w->filter } };
    tn_tensor *c = tn_run(s, w->y, .feeds = { feeds, w->num_feeds });
    float sum = 0.25f * 9 * CHANNELS;
    bool good = c && tn_f32(c)[0] == sum && tn_f32(c)[tn_tensor_size(c) - 1] == sum;
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

static void free_tensors(const work *w)
{
    talloc_free(w->a);
    talloc_free(w->filter);
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

static tn_tensor *halves(const int64_t *dims)
{
    tn_tensor *a = tn_tensor_new(root, TN_FLOAT32, 4, dims, NULL);
    for (int64_t i = 0; i < tn_tensor_size(a); i++)
        tn_f32(a)[i] = 0.5f;
    return a;
}

/* A convolution of few channels, for which oneDNN is wanted on the processor that valgrind shows, too. */
static work convolution(bool known)
{
    work made = { .x = tn_placeholder(TN_FLOAT32),
                  .a = halves((const int64_t[]){ 1, HEIGHT, WIDTH, CHANNELS }),
                  .filter = halves((const int64_t[]){ 3, 3, CHANNELS, CHANNELS }),
                  .num_feeds = known ? 1 : 2 };
    made.w = known ? tn_constant(made.filter) : tn_placeholder(TN_FLOAT32);
    made.y = tn_conv2d(made.x, made.w, .strides = TN_AXES(1, 1, 1, 1), .padding = "VALID");
    return made;
}

START_TEST(loaded_by_many_at_once)
{
    tn_modules_close();
    WITH_GRAPH(g) {
        work w = convolution(true);
        w.graph = g;
        run_threads(&w);
        free_tensors(&w);
    }
}
END_TEST

START_TEST(one_plan_run_by_many)
{
    WITH_GRAPH(g) {
        WITH_SESSION(s, .graph = g) {
            work w = convolution(false);
            w.session = s;
            run_threads(&w);
            free_tensors(&w);
        }
    }
}
END_TEST

/* A plan that is still there keeps the module open. */
START_TEST(closed_while_in_use)
{
    WITH_GRAPH(g) {
        WITH_SESSION(s, .graph = g) {
            work w = convolution(true);
            ck_assert(run_once(&w, s));
            tn_modules_close();
            ck_assert(run_once(&w, s));
            free_tensors(&w);
        }
    }
    tn_modules_close();
}
END_TEST

MODULE_SUITE("modules threads", loaded_by_many_at_once, one_plan_run_by_many, closed_while_in_use)
