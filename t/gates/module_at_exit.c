/* Closes all that it opened, after runs by a module on two threads: what is in use when it ends is the module's fault. */
#include <pthread.h>
#include <stdlib.h>
#include <tenure.h>

enum { HEIGHT = 112, WIDTH = 24, CHANNELS = 16 };

typedef struct work {
    tn_session *session;
    tn_output x, y;
    tn_tensor *images;
} work;

static void *run(void *data)
{
    const work *w = data;
    talloc_free(tn_run(w->session, w->y, .feeds = TN_FEEDS({ w->x, w->images })));
    return NULL;
}

static void run_graph(const void *ctx)
{
    WITH_GRAPH(g) {
        tn_output filter = tn_ones(TN_FLOAT32, TN_SHAPE(3, 3, CHANNELS, CHANNELS)), matrix = tn_ones(TN_FLOAT32, TN_SHAPE(CHANNELS, 128));
        work w = { .x = tn_placeholder(TN_FLOAT32),
                   .images = tn_tensor_new(ctx, TN_FLOAT32, 4, (const int64_t[]){ 1, HEIGHT, WIDTH, CHANNELS }, NULL) };
        tn_output y = tn_conv2d(w.x, filter, .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME");
        w.y = tn_matmul(tn_reshape(y, tn_vector(HEIGHT * WIDTH, CHANNELS)), matrix);
        WITH_SESSION(s, .graph = g) {
            pthread_t thread;
            w.session = s;
            run(&w);
            if (!pthread_create(&thread, NULL, run, &w))
                pthread_join(thread, NULL);
        }
    }
}

int main(void)
{
    void *ctx = talloc_named_const(NULL, 0, "module_at_exit");
    run_graph(ctx);
    talloc_free(ctx);
    return EXIT_SUCCESS;
}
