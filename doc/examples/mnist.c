/*
 * Learns to read the handwritten digits of MNIST with a small convolutional network.
 *
 *   mnist [FOLDER]
 *
 * FOLDER holds the four files of MNIST, train-images-idx3-ubyte and so on, gzipped (.gz) or not; without one the few made-up images in
 * few_digits are read. After each epoch the mean loss is printed, with a bar of that length; in the end how well the held-out images are
 * read.
 *
 * Exit status: 0 well, 2 usage, 3 a file cannot be read, 4 the training failed. One line on stderr says what.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <tenure.h>
#ifdef MNIST_ZLIB
#include <zlib.h>
#endif

enum { SIDE = 28, PIXELS = SIDE * SIDE, CLASSES = 10, MOST_IMAGES = 200000 };
enum { KERNEL = 5, CHANNELS1 = 8, CHANNELS2 = 16, FLAT = SIDE / 4 * SIDE / 4 * CHANNELS2, HIDDEN = 128 };
enum { BATCH = 64, EPOCHS = 20, FINE_EPOCHS = 7, READ_AT_ONCE = 250, SHIFT = 2, SEED = 7 };
enum { USAGE = 2, UNREADABLE = 3, FAILED = 4 };

typedef struct images {
    int n;
    uint8_t (*pixels)[PIXELS];
    uint8_t *labels;
} images;

typedef struct network {
    tn_output x, labels; /* placeholders */
    tn_output loss, guess;
    tn_op *step, *fine_step, *init;
} network;

static bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line on stderr; false. */
static bool complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "mnist: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\n");
    va_end(args);
    return false;
}

/* ---- Files, gzipped or not ---- */

#ifdef MNIST_ZLIB
typedef gzFile stream; /* which reads plain files, too */

static stream open_stream(const char *path)
{
    return gzopen(path, "rb");
}

static bool read_bytes(stream in, void *bytes, size_t n)
{
    return gzread(in, bytes, (unsigned)n) == (int)n;
}

/* Whether the file ends here, and its checksum is right. */
static bool at_end(stream in)
{
    char byte;
    return gzread(in, &byte, 1) == 0;
}

static void close_stream(stream in)
{
    gzclose(in);
}
#else
typedef FILE *stream;

static stream open_stream(const char *path)
{
    return fopen(path, "rb");
}

static bool read_bytes(stream in, void *bytes, size_t n)
{
    return fread(bytes, 1, n, in) == n;
}

static bool at_end(stream in)
{
    return fgetc(in) == EOF && !ferror(in);
}

static void close_stream(stream in)
{
    fclose(in);
}
#endif

/* FOLDER/NAME or FOLDER/NAME.gz, whichever is there; the path is left in `path` for messages. NULL with a complaint. */
static stream open_file(const void *ctx, const char *folder, const char *name, char **path)
{
    stream in = NULL;
    *path = talloc_asprintf(ctx, "%s/%s", folder, name);
    if (*path)
        in = open_stream(*path);
    if (in)
        return in;
    char *zipped = talloc_asprintf(ctx, "%s/%s.gz", folder, name);
    if (zipped)
        in = open_stream(zipped);
    if (!in) {
        complain("%s cannot be read, and neither can %s.gz", *path ? *path : name, name);
        return NULL;
    }
    *path = zipped;
#ifndef MNIST_ZLIB
    close_stream(in);
    complain("%s: this program was built without zlib: gunzip the files, or configure where zlib.h is found (Debian: zlib1g-dev)", zipped);
    return NULL;
#endif
    return in;
}

/* ---- IDX: two zeros, 8 for bytes, the rank; each dimension in four bytes, the high one first; the elements ---- */

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The first dimension of a file of unsigned bytes, when the others are those given; or 0 with a complaint. */
static int read_header(stream in, const char *path, int rank, const uint32_t *dims)
{
    uint8_t header[16];
    size_t size = 4 + 4 * (size_t)rank;
    if (!read_bytes(in, header, size))
        return complain("%s: not even a whole header", path);
    if (big_endian(header) != 0x800u + (uint32_t)rank)
        return complain("%s: not an IDX file of bytes with %d dimensions", path, rank);
    for (int i = 1; i < rank; i++)
        if (big_endian(header + 4 + 4 * i) != dims[i])
            return complain("%s: dimension %d is %u, not %u", path, i, big_endian(header + 4 + 4 * i), dims[i]);
    uint32_t n = big_endian(header + 4);
    if (n == 0 || n > MOST_IMAGES)
        return complain("%s: %u items; from 1 to %d are expected", path, n, MOST_IMAGES);
    return (int)n;
}

/* All elements of a file, a chunk of ctx; NULL with a complaint. */
static uint8_t *read_idx(void *ctx, const char *folder, const char *name, int rank, const uint32_t *dims, int *n)
{
    char *path;
    uint8_t *elements = NULL;
    stream in = open_file(ctx, folder, name, &path);
    if (!in)
        return NULL;
    *n = read_header(in, path, rank, dims);
    if (*n) {
        size_t size = (size_t)*n;
        for (int i = 1; i < rank; i++)
            size *= dims[i];
        elements = talloc_size(ctx, size);
        if (!elements || !read_bytes(in, elements, size) || !at_end(in)) {
            complain("%s: damaged, or not as long as its header says", path);
            elements = NULL;
        }
    }
    close_stream(in);
    return elements;
}

/* Everything read hangs on ctx. */
static bool load(void *ctx, const char *folder, const char *kind, images *d)
{
    int n = 0;
    const char *pixels = talloc_asprintf(ctx, "%s-images-idx3-ubyte", kind), *labels = talloc_asprintf(ctx, "%s-labels-idx1-ubyte", kind);
    d->pixels = pixels ? (uint8_t(*)[PIXELS])(void *)read_idx(ctx, folder, pixels, 3, (uint32_t[]){ 0, SIDE, SIDE }, &d->n) : NULL;
    d->labels = d->pixels && labels ? read_idx(ctx, folder, labels, 1, NULL, &n) : NULL;
    if (!d->labels)
        return false;
    if (n != d->n)
        return complain("%s: %d labels for %d images", labels, n, d->n);
    for (int i = 0; i < n; i++)
        if (d->labels[i] >= CLASSES)
            return complain("%s: label %d is %d, not a digit", labels, i, d->labels[i]);
    return true;
}

/* ---- The network ---- */

static tn_output weights(tn_shape shape, double deviation)
{
    return tn_read(tn_variable_new(tn_truncated_normal(shape, .b = deviation), .name = "weights"));
}

static tn_output biases(int64_t n)
{
    return tn_read(tn_variable_new(tn_zeros(TN_FLOAT32, TN_SHAPE(n)), .name = "biases"));
}

/* Convolution, and the largest of each 2×2 block of what it gives. */
static tn_output convolution(tn_output x, int64_t inputs, int64_t outputs, const char *name)
{
    tn_output y = x;
    WITH_NAME_SCOPE(name) {
        double deviation = inputs == 1 ? 0.28 : 0.1; /* about sqrt(2 / inputs of a sum) */
        y = tn_conv2d(x, weights(TN_SHAPE(KERNEL, KERNEL, inputs, outputs), deviation), .strides = TN_AXES(1, 1, 1, 1), .padding = "SAME");
        y = tn_relu(tn_bias_add(y, biases(outputs)));
        y = tn_max_pool(y, .ksize = TN_AXES(1, 2, 2, 1), .strides = TN_AXES(1, 2, 2, 1), .padding = "SAME");
    }
    return y;
}

static tn_output dense(tn_output x, int64_t inputs, int64_t outputs, double deviation, const char *name)
{
    tn_output y = x;
    WITH_NAME_SCOPE(name)
        y = tn_bias_add(tn_matmul(x, weights(TN_SHAPE(inputs, outputs), deviation)), biases(outputs));
    return y;
}

static network build(void)
{
    network n;
    n.x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1, SIDE, SIDE, 1), .name = "x");
    n.labels = tn_placeholder(TN_INT64, .shape = TN_SHAPE(-1), .name = "labels");
    tn_output y = convolution(n.x, 1, CHANNELS1, "first");
    y = convolution(y, CHANNELS1, CHANNELS2, "second");
    y = tn_reshape(y, tn_vector(-1, (int32_t)FLAT));
    y = tn_relu(dense(y, FLAT, HIDDEN, 0.05, "hidden"));
    tn_output logits = dense(y, HIDDEN, CLASSES, 0.17, "logits");
    n.loss = tn_reduce_mean(tn_op_output(tn_sparse_softmax_cross_entropy_with_logits(logits, n.labels), 0), .name = "loss");
    n.guess = tn_argmax(logits, 1, .name = "guess");
    n.step = tn_minimize(tn_adam(.learning_rate = 0.003), n.loss);
    n.fine_step = tn_minimize(tn_adam(.learning_rate = 0.0005), n.loss);
    n.init = tn_global_initializer();
    return n;
}

/* ---- Training ---- */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void shuffle(int *order, int n, uint32_t *state)
{
    for (int i = n - 1; i > 0; i--) {
        int j = (int)(next_random(state) % (uint32_t)(i + 1)), kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

/* The image as numbers from 0 to 1, moved by some rows and columns. */
static void copy_image(const uint8_t *from, int rows, int columns, float *to)
{
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            int r = row + rows, c = column + columns;
            bool inside = r >= 0 && r < SIDE && c >= 0 && c < SIDE;
            to[row * SIDE + column] = inside ? (float)from[r * SIDE + c] / 255 : 0;
        }
}

/* n images that are listed in `order`. Those to learn from are moved at random, by up to SHIFT pixels: so none is seen twice. */
static bool new_batch(void *ctx, const images *d, const int *order, int n, uint32_t *state, tn_tensor **x, tn_tensor **labels)
{
    *x = tn_tensor_new(ctx, TN_FLOAT32, 4, (int64_t[]){ n, SIDE, SIDE, 1 }, NULL);
    *labels = tn_tensor_new(ctx, TN_INT64, 1, (int64_t[]){ n }, NULL);
    if (!*x || !*labels)
        return false;
    for (int i = 0; i < n; i++) {
        int rows = state ? (int)(next_random(state) % (2 * SHIFT + 1)) - SHIFT : 0;
        int columns = state ? (int)(next_random(state) % (2 * SHIFT + 1)) - SHIFT : 0;
        copy_image(d->pixels[order[i]], rows, columns, tn_f32(*x) + i * PIXELS);
        tn_i64(*labels)[i] = d->labels[order[i]];
    }
    return true;
}

/* The mean loss of the epoch's steps, or a negative number. */
static double train_epoch(tn_session *s, const network *net, tn_op *step, const images *d, const int *order, uint32_t *state)
{
    double sum = 0;
    int steps = 0;
    for (int at = 0; at + BATCH <= d->n; at += BATCH, steps++) {
        WITH_TEMP(ctx) {
            tn_tensor *x, *labels;
            if (!new_batch(ctx, d, order + at, BATCH, state, &x, &labels))
                return -1;
            tn_tensor *loss =
                tn_run(s, net->loss, .feeds = TN_FEEDS({ net->x, x }, { net->labels, labels }), .targets = TN_OPS(step), .owner = ctx);
            if (!loss)
                return -1;
            sum += (double)tn_f32(loss)[0];
        }
    }
    return sum / steps;
}

/* A bar beside it, of full length for the first epoch's loss. */
static void print_loss(int epoch, double loss, double first)
{
    static const char bar[] = "############################################################";
    double length = first > 0 ? loss / first * (double)strlen(bar) : 0;
    printf("epoch %2d of %d, loss %.4f %.*s\n", epoch, EPOCHS, loss, (int)(length + 0.5), bar);
    fflush(stdout);
}

/* Long steps at first, short ones in the last epochs. */
static bool train(tn_session *s, const network *net, const images *d, int *order)
{
    uint32_t state = SEED;
    double first = 0;
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        shuffle(order, d->n, &state);
        double loss = train_epoch(s, net, epoch <= EPOCHS - FINE_EPOCHS ? net->step : net->fine_step, d, order, &state);
        if (!(loss >= 0))
            return complain("training: %s", loss < 0 ? tn_last_error()->message : "the loss is no number");
        if (epoch == 1)
            first = loss;
        print_loss(epoch, loss, first);
    }
    return true;
}

/* ---- Reading ---- */

/* How often each digit was read as each. */
typedef struct confusion {
    int n[CLASSES][CLASSES];
} confusion;

static bool read_some(tn_session *s, const network *net, const images *d, const int *order, int n, confusion *c)
{
    WITH_TEMP(ctx) {
        tn_tensor *x, *labels;
        if (!new_batch(ctx, d, order, n, NULL, &x, &labels))
            return false;
        tn_tensor *guess = tn_run(s, net->guess, .feeds = TN_FEEDS({ net->x, x }), .owner = ctx);
        for (int i = 0; guess && i < n; i++)
            c->n[d->labels[order[i]]][tn_i64(guess)[i]]++;
        return guess != NULL;
    }
    return false;
}

static void print_confusion(const confusion *c, int n)
{
    int right = 0;
    printf("\nread as  ");
    for (int j = 0; j < CLASSES; j++)
        printf("%6d", j);
    for (int i = 0; i < CLASSES; i++) {
        printf("\n       %d ", i);
        for (int j = 0; j < CLASSES; j++)
            printf(c->n[i][j] ? "%6d" : "     .", c->n[i][j]);
        right += c->n[i][i];
    }
    printf("\n\nheld-out accuracy: %.2f %%\n", 100.0 * right / n);
}

static bool read_images(tn_session *s, const network *net, const images *d, const int *order)
{
    confusion c = { 0 };
    for (int at = 0; at < d->n; at += READ_AT_ONCE) {
        int left = d->n - at;
        if (!read_some(s, net, d, order + at, left < READ_AT_ONCE ? left : READ_AT_ONCE, &c))
            return complain("reading: %s", tn_last_error()->message);
    }
    print_confusion(&c, d->n);
    return true;
}

/* ---- */

/* 0, 1, 2 … */
static int *new_order(void *ctx, int n)
{
    int *order = talloc_array(ctx, int, (unsigned)n);
    for (int i = 0; order && i < n; i++)
        order[i] = i;
    return order;
}

static bool learn(void *ctx, const images *training, const images *held_out)
{
    int *order = new_order(ctx, training->n), *in_order = new_order(ctx, held_out->n);
    if (!order || !in_order)
        return complain("no memory");
    tn_graph_set_seed(tn_default_graph(), SEED);
    network net = build();
    WITH_SESSION(s) {
        if (tn_run_op(s, net.init))
            return complain("initialising: %s", tn_last_error()->message);
        return train(s, &net, training, order) && read_images(s, &net, held_out, in_order);
    }
    return complain("opening a session: %s", tn_last_error()->message);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : MNIST_FOLDER;
    if (argc > 2) {
        fprintf(stderr, "usage: mnist [FOLDER]\n");
        return USAGE;
    }
    WITH_TEMP(ctx) {
        images training, held_out;
        if (!load(ctx, folder, "train", &training) || !load(ctx, folder, "t10k", &held_out))
            return UNREADABLE;
        if (training.n < BATCH) {
            complain("%s: %d images to learn from; %d is the least", folder, training.n, BATCH);
            return UNREADABLE;
        }
        printf("%d images to learn from, %d held out\n", training.n, held_out.n);
        return learn(ctx, &training, &held_out) ? EXIT_SUCCESS : FAILED;
    }
    return FAILED;
}
