/*
 * Learns to read handwritten digits: 1,797 real 8×8 images (see digits.txt), a fifth of them held out.
 *
 *   digits [digits.csv]
 *
 * A network of one hidden layer is trained by Adam on minibatches, its weights are saved, and a second session restores them and reads the
 * held-out images as well as the first one did.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tenure.h>

enum { PIXELS = 64, CLASSES = 10, HIDDEN = 96, BATCH = 32, EPOCHS = 40, SEED = 7, SHOWN = 3 };

typedef struct images {
    int n;
    float (*pixels)[PIXELS]; /* 0 to 1 */
    int64_t *labels;
} images;

typedef struct network {
    tn_output x, labels; /* placeholders */
    tn_output loss, guess, accuracy;
    tn_op *step, *init;
} network;

/* ---- Data ---- */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void swap_images(images *d, int i, int j)
{
    float pixels[PIXELS];
    memcpy(pixels, d->pixels[i], sizeof pixels);
    memcpy(d->pixels[i], d->pixels[j], sizeof pixels);
    memcpy(d->pixels[j], pixels, sizeof pixels);
    int64_t label = d->labels[i];
    d->labels[i] = d->labels[j];
    d->labels[j] = label;
}

static void shuffle(images *d, uint32_t *state)
{
    for (int i = d->n - 1; i > 0; i--)
        swap_images(d, i, (int)(next_random(state) % (uint32_t)(i + 1)));
}

static bool read_line(FILE *file, float *pixels, int64_t *label)
{
    int value;
    for (int i = 0; i < PIXELS; i++) {
        if (fscanf(file, "%d,", &value) != 1)
            return false;
        pixels[i] = (float)value / 16.0f;
    }
    if (fscanf(file, "%d", &value) != 1 || value < 0 || value >= CLASSES)
        return false;
    *label = value;
    return true;
}

/* Everything read hangs on ctx. */
static bool load(void *ctx, const char *path, images *d)
{
    enum { MOST = 10000 };
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    d->n = 0;
    d->pixels = talloc_zero_size(ctx, MOST * sizeof *d->pixels);
    d->labels = talloc_zero_array(ctx, int64_t, MOST);
    while (d->n < MOST && d->pixels && d->labels && read_line(file, d->pixels[d->n], &d->labels[d->n]))
        d->n++;
    fclose(file);
    return d->n > BATCH;
}

/* ---- The network ---- */

static tn_output layer(tn_output x, int64_t inputs, int64_t outputs, const char *name)
{
    tn_output y = x;
    WITH_NAME_SCOPE(name) {
        double deviation = inputs == PIXELS ? 0.18 : 0.12; /* about sqrt(2 / inputs) */
        tn_output start = tn_truncated_normal(TN_SHAPE(inputs, outputs), .b = deviation);
        tn_variable *weights = tn_variable_new(start, .name = "weights");
        tn_variable *biases = tn_variable_new(tn_zeros(TN_FLOAT32, TN_SHAPE(outputs)), .name = "biases");
        y = tn_bias_add(tn_matmul(x, tn_read(weights)), tn_read(biases));
    }
    return y;
}

static network build(void)
{
    network n;
    n.x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, PIXELS), .name = "x");
    n.labels = tn_placeholder(TN_INT64, .shape = TN_SHAPE(-1), .name = "labels");
    tn_output hidden = tn_relu(layer(n.x, PIXELS, HIDDEN, "hidden"));
    tn_output logits = layer(hidden, HIDDEN, CLASSES, "logits");
    tn_op *entropy = tn_sparse_softmax_cross_entropy_with_logits(logits, n.labels);
    n.loss = tn_reduce_mean(tn_op_output(entropy, 0), .name = "loss");
    n.guess = tn_argmax(logits, 1, .name = "guess");
    n.accuracy = tn_reduce_mean(tn_cast(tn_equal(n.guess, n.labels), TN_FLOAT32), .name = "accuracy");
    n.step = tn_minimize(tn_adam(.learning_rate = 0.002), n.loss);
    n.init = tn_global_initializer();
    return n;
}

/* ---- Training ---- */

/* A bar where somebody watches, nothing where the output goes to a file. */
static void show_progress(int epoch, float loss)
{
    enum { WIDTH = 40 };
    if (!isatty(STDOUT_FILENO))
        return;
    int done = WIDTH * epoch / EPOCHS;
    printf("\r[%.*s%*s] epoch %d of %d, loss %.4f", done, "########################################", WIDTH - done, "", epoch, EPOCHS,
           (double)loss);
    if (epoch == EPOCHS)
        printf("\n");
    fflush(stdout);
}

static tn_status train_epoch(tn_session *s, const network *net, const images *d, float *loss)
{
    for (int at = 0; at + BATCH <= d->n; at += BATCH) {
        WITH_TEMP(batch) {
            tn_tensor *x = tn_tensor_new(batch, TN_FLOAT32, 2, (int64_t[]){ BATCH, PIXELS }, d->pixels[at]);
            tn_tensor *labels = tn_tensor_new(batch, TN_INT64, 1, (int64_t[]){ BATCH }, &d->labels[at]);
            tn_tensor *result = tn_run(s, net->loss, .feeds = TN_FEEDS({ net->x, x }, { net->labels, labels }),
                                       .targets = TN_OPS(net->step), .owner = batch);
            if (!result)
                return tn_last_error()->code;
            *loss = tn_f32(result)[0];
        }
    }
    return TN_OK;
}

static tn_status train(tn_session *s, const network *net, images *d)
{
    uint32_t state = SEED;
    float loss = 0;
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        shuffle(d, &state);
        tn_status status = train_epoch(s, net, d, &loss);
        if (status)
            return status;
        show_progress(epoch, loss);
    }
    return TN_OK;
}

/* ---- Reading ---- */

static void draw(const float *pixels, int64_t label, int64_t guess)
{
    static const char shades[] = " .:-=+*#@";
    printf("\na %d, read as %d\n", (int)label, (int)guess);
    for (int row = 0; row < 8; row++) {
        for (int column = 0; column < 8; column++) {
            char shade = shades[(int)(pixels[8 * row + column] * 8)];
            printf("%c%c", shade, shade);
        }
        printf("\n");
    }
}

/* The accuracy on the held-out images, in percent; draws some of those read wrong when asked to. Negative on failure. */
static double read_images(tn_session *s, const network *net, const images *d, bool show)
{
    WITH_TEMP(ctx) {
        tn_tensor *x = tn_tensor_new(ctx, TN_FLOAT32, 2, (int64_t[]){ d->n, PIXELS }, d->pixels);
        tn_tensor *labels = tn_tensor_new(ctx, TN_INT64, 1, (int64_t[]){ d->n }, d->labels);
        tn_tensor *result[2];
        if (tn_run_all(s, TN_OUTPUTS(net->accuracy, net->guess), result, .feeds = TN_FEEDS({ net->x, x }, { net->labels, labels }),
                       .owner = ctx))
            return -1;
        const int64_t *guess = tn_i64(result[1]);
        for (int i = 0, shown = 0; show && i < d->n && shown < SHOWN; i++) {
            if (guess[i] == d->labels[i])
                continue;
            draw(d->pixels[i], d->labels[i], guess[i]);
            shown++;
        }
        return 100.0 * (double)tn_f32(result[0])[0];
    }
    return -1;
}

static int fail(const char *what)
{
    fprintf(stderr, "digits: %s: %s\n", what, tn_last_error()->message);
    return EXIT_FAILURE;
}

static int learn(const network *net, images *training, const images *held_out, const char *weights, double *accuracy)
{
    WITH_SESSION(s) {
        if (tn_run_op(s, net->init) || train(s, net, training))
            return fail("training");
        *accuracy = read_images(s, net, held_out, true);
        if (*accuracy < 0)
            return fail("reading");
        printf("\nheld-out accuracy: %.2f %%\n", *accuracy);
        return tn_save(s, weights) ? fail("saving") : EXIT_SUCCESS;
    }
    return fail("opening a session");
}

static int restore(const network *net, const images *held_out, const char *weights, double accuracy)
{
    WITH_SESSION(s) {
        if (tn_restore(s, weights))
            return fail("restoring");
        double again = read_images(s, net, held_out, false);
        printf("restored into a second session: %.2f %%\n", again);
        return again == accuracy ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    return fail("opening a session");
}

static void remove_weights(const char *weights)
{
    static const char *const ends[] = { "index", "data-00000-of-00001" };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s.%s", weights, ends[i]);
        remove(path);
    }
}

static int learn_and_restore(images *training, const images *held_out)
{
    char folder[] = "/tmp/digits-XXXXXX", weights[64];
    double accuracy = 0;
    if (!mkdtemp(folder))
        return EXIT_FAILURE;
    snprintf(weights, sizeof weights, "%s/weights", folder);
    tn_graph_set_seed(tn_default_graph(), SEED);
    network net = build();
    int status = learn(&net, training, held_out, weights, &accuracy);
    if (status == EXIT_SUCCESS)
        status = restore(&net, held_out, weights, accuracy);
    remove_weights(weights);
    rmdir(folder);
    return status;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : DIGITS_CSV;
    uint32_t state = SEED;
    WITH_TEMP(ctx) {
        images all;
        if (!load(ctx, path, &all)) {
            fprintf(stderr, "digits: %s cannot be read\n", path);
            return EXIT_FAILURE;
        }
        shuffle(&all, &state);
        int n = all.n / 5;
        images held_out = { n, all.pixels, all.labels };
        images training = { all.n - n, all.pixels + n, all.labels + n };
        printf("%d images to learn from, %d held out\n", training.n, held_out.n);
        return learn_and_restore(&training, &held_out);
    }
    return EXIT_FAILURE;
}
