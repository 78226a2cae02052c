/* Threads: many on one session, many sessions on one graph, building and closing while others run. Run under helgrind, too. */
#include <pthread.h>
#include "harness.h"

enum { THREADS = 8, RUNS = 20 };

typedef struct work {
    tn_session *session;
    tn_graph *graph;
    tn_output x, y, update;
    int number;
    int failures; /* check's assertions are for the main thread */
    tn_status last;
} work;

static void start_all(pthread_t *threads, work *w, const work *like, void *(*body)(void *))
{
    for (int i = 0; i < THREADS; i++) {
        w[i] = *like;
        w[i].number = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, body, &w[i]), 0);
    }
}

static void join_all(pthread_t *threads, const work *w)
{
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_msg(w[i].failures == 0, "thread %d failed %d times", i, w[i].failures);
    }
}

/* y = x * x + 1, of a shape that depends on the thread. */
static bool run_once(const work *w, tn_session *s, int i)
{
    int64_t n = 1 + w->number % 3;
    float values[3] = { (float)i, 2, 3 };
    tn_tensor *t = tn_tensor_new(NULL, TN_FLOAT32, 1, &n, values);
    tn_tensor *r = tn_run(s, w->y, .feeds = TN_FEEDS({ w->x, t }));
    bool good = r && tn_f32(r)[0] == (float)(i * i + 1);
    talloc_free(t);
    if (i % 2)
        talloc_free(r); /* the others are left to close */
    return good;
}

static void *run_often(void *data)
{
    work *w = data;
    for (int i = 0; i < RUNS; i++) {
        w->failures += !run_once(w, w->session, i);
        w->failures += w->update.op && tn_run_op(w->session, w->update.op) != TN_OK;
    }
    return NULL;
}

static work simple_work(void)
{
    tn_output x = tn_placeholder(TN_FLOAT32);
    return (work){ .x = x, .y = tn_add(tn_mul(x, x), tn_scalar(1.0f)) };
}

START_TEST(many_threads_on_one_session)
{
    pthread_t threads[THREADS];
    work w[THREADS], like = simple_work();
    tn_variable *v = tn_variable_new(tn_scalar(0), .name = "count");
    like.update = tn_assign_add(v, tn_scalar(1));
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
        like.session = s;
        start_all(threads, w, &like, run_often);
        for (int i = 0; i < RUNS; i++)
            ck_assert(run_once(&like, s, i));
        join_all(threads, w);
        ck_assert_int_eq(*tn_i32(tn_run(s, tn_read(v))), THREADS * RUNS); /* updates are atomic */
    }
}
END_TEST

static void *open_run_close(void *data)
{
    work *w = data;
    for (int i = 0; i < RUNS / 4; i++)
        WITH_SESSION(s, .graph = w->graph)
            w->failures += tn_default_session() != s || !run_once(w, s, i);
        else
            w->failures++;
    return NULL;
}

START_TEST(many_sessions_on_one_graph)
{
    pthread_t threads[THREADS];
    work w[THREADS], like = simple_work();
    like.graph = tn_default_graph();
    start_all(threads, w, &like, open_run_close);
    join_all(threads, w);
}
END_TEST

static void *own_graph(void *data)
{
    work *w = data;
    for (int i = 0; i < RUNS / 4; i++)
        WITH_GRAPH(g)
            WITH_SESSION(s) {
                work mine = simple_work();
                mine.number = w->number;
                w->failures += tn_default_graph() != g || !run_once(&mine, s, i);
            }
    return NULL;
}

START_TEST(each_its_own_graph_and_session)
{
    pthread_t threads[THREADS];
    work w[THREADS], like = { .number = 0 };
    start_all(threads, w, &like, own_graph);
    join_all(threads, w);
}
END_TEST

static void *build_often(void *data)
{
    work *w = data;
    WITH_DEFAULT_GRAPH(w->graph)
        for (int i = 0; i < RUNS; i++) {
            tn_output c = tn_add(tn_scalar((float)i), tn_scalar(1.0f));
            tn_tensor *r = c.op ? tn_run(w->session, c) : NULL;
            w->failures += !r || *tn_f32(r) != (float)(i + 1);
        }
    return NULL;
}

static void *run_or_build(void *data)
{
    return ((work *)data)->number % 2 ? build_often(data) : run_often(data);
}

START_TEST(some_run_while_others_build)
{
    pthread_t threads[THREADS];
    work w[THREADS], like = simple_work();
    like.graph = tn_default_graph();
    WITH_SESSION(s) {
        like.session = s;
        start_all(threads, w, &like, run_or_build);
        join_all(threads, w);
    }
}
END_TEST

static void *run_until_closed(void *data)
{
    work *w = data;
    tn_tensor *t = tn_tensor_new(NULL, TN_FLOAT32, 1, (int64_t[]){ 1 }, NULL);
    while (tn_run_op(w->session, w->y.op, .feeds = TN_FEEDS({ w->x, t })) == TN_OK)
        sched_yield(); /* valgrind runs one thread at a time: who closes must get his turn */
    w->last = tn_last_error()->code;
    w->failures += w->last != TN_CANCELLED && w->last != TN_FAILED_PRECONDITION;
    w->failures += tn_run_op(w->session, w->y.op, .feeds = TN_FEEDS({ w->x, t })) != TN_FAILED_PRECONDITION;
    talloc_free(t);
    return NULL;
}

START_TEST(closed_while_others_run)
{
    pthread_t threads[THREADS];
    work w[THREADS], like = simple_work();
    tn_session *s = like.session = tn_session_open();
    start_all(threads, w, &like, run_until_closed);
    for (int i = 0; i < 5; i++)
        ck_assert(run_once(&like, s, i));
    tn_session_close(s);
    join_all(threads, w);
}
END_TEST

static void *run_and_close(void *data)
{
    work *w = data;
    tn_session *s = w->session;
    w->failures += !run_once(w, s, w->number);
    w->failures += !tn_session_graph(s);
    tn_session_close(s);
    return NULL;
}

START_TEST(graph_freed_while_its_sessions_run_and_close)
{
    pthread_t threads[THREADS];
    work w[THREADS], like;
    tn_graph *g = tn_graph_new(root);
    WITH_DEFAULT_GRAPH(g)
        like = simple_work();
    for (int i = 0; i < THREADS; i++) {
        w[i] = like;
        w[i].number = i;
        w[i].session = tn_session_open(.graph = g);
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run_and_close, &w[i]), 0);
    }
    talloc_free(g);
    join_all(threads, w);
}
END_TEST

static void *close_it(void *data)
{
    tn_session_close(((work *)data)->session);
    return NULL;
}

START_TEST(closed_by_all_at_once)
{
    pthread_t threads[THREADS];
    work w[THREADS], like = simple_work();
    tn_session *s = like.session = tn_session_open();
    ck_assert(run_once(&like, s, 1));
    start_all(threads, w, &like, close_it);
    join_all(threads, w);
    ck_assert_ptr_null(tn_run(s, like.y));
    expect_error(TN_FAILED_PRECONDITION, "closed Session");
}
END_TEST

START_TEST(block_closed_by_another_thread)
{
    work like = simple_work();
    tn_graph *before = tn_default_graph();
    pthread_t thread;
    WITH_SESSION(s) {
        like.session = s;
        ck_assert_int_eq(pthread_create(&thread, NULL, close_it, &like), 0);
        pthread_join(thread, NULL);
        ck_assert_ptr_null(tn_default_session());
    }
    ck_assert_ptr_null(tn_default_session());
    ck_assert_ptr_eq(tn_default_graph(), before);
    ck_assert_int_eq(tn_reset_default_graph(), TN_OK); /* no block is left open */
}
END_TEST

TN_SUITE("session threads", many_threads_on_one_session, many_sessions_on_one_graph, each_its_own_graph_and_session,
         some_run_while_others_build, closed_while_others_run, graph_freed_while_its_sessions_run_and_close, closed_by_all_at_once,
         block_closed_by_another_thread)
