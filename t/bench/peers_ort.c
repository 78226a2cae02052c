/*
 * The benchmark's contestant ONNX Runtime: the library of a wheel, loaded at run time, and models that peers_onnx.py wrote. See contest.h.
 *   ORT_LIBRARY=FILE   libonnxruntime.so
 *   ORT_MODELS=FOLDER  ROW.onnx, ROW.inputs: a line of dims for each input x0, x1 …, and one for the output y
 *
 * Operands and result are bound once, so that no run copies them. All of its graph optimisations are on.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "contest.h"

/* ONNX Runtime's table of functions only ever grows at its end. Here are those that are used, each at its place; the others are gaps. */
typedef struct ort_object ort_object; /* any of its objects */
typedef struct ort_api {
    const void *before_message[2];
    const char *(*get_error_message)(const ort_object *status); /* 2 */
    ort_object *(*create_env)(int log_level, const char *log_id, ort_object **env);
    const void *before_create_session[3];
    ort_object *(*create_session)(const ort_object *env, const char *path, const ort_object *options, ort_object **session); /* 7 */
    const void *before_create_session_options[2];
    ort_object *(*create_session_options)(ort_object **options); /* 10 */
    const void *before_set_optimization[12];
    ort_object *(*set_optimization)(ort_object *options, int level); /* 23 */
    ort_object *(*set_intra_threads)(ort_object *options, int n);
    ort_object *(*set_inter_threads)(ort_object *options, int n);
    const void *before_create_tensor[23];
    ort_object *(*create_tensor)(const ort_object *memory, void *data, size_t bytes, const int64_t *dims, size_t rank, int dtype,
                                 ort_object **value); /* 49 */
    const void *before_cpu_memory[19];
    ort_object *(*cpu_memory)(int allocator, int kind, ort_object **memory); /* 69 */
    const void *before_release_env[22];
    void (*release_env)(ort_object *); /* 92 */
    void (*release_status)(ort_object *);
    void (*release_memory)(ort_object *);
    void (*release_session)(ort_object *);
    void (*release_value)(ort_object *);
    const void *before_release_session_options[3];
    void (*release_session_options)(ort_object *); /* 100 */
    const void *before_run_with_binding[32];
    ort_object *(*run_with_binding)(ort_object *session, const ort_object *run_options, const ort_object *binding); /* 133 */
    ort_object *(*create_binding)(ort_object *session, ort_object **binding);
    void (*release_binding)(ort_object *);
    ort_object *(*bind_input)(ort_object *binding, const char *name, const ort_object *value);
    ort_object *(*bind_output)(ort_object *binding, const char *name, const ort_object *value);
} ort_api;

typedef struct ort_api_base {
    const ort_api *(*get_api)(uint32_t version);
    const char *(*version)(void);
} ort_api_base;

enum { API_VERSION = 16, LOG_ERRORS = 3, OPTIMIZE_ALL = 99, FLOAT32 = 1, ARENA_ALLOCATOR = 1, DEFAULT_MEMORY = 0 };
enum { MAX_VALUES = 6, MAX_RANK = 4, MAX_PATH = 4096 };

typedef struct subject {
    ort_object *env, *memory, *session, *binding, *values[MAX_VALUES];
    float *data[MAX_VALUES];
    int num_values; /* the last one is the result */
    int64_t result_dims[MAX_RANK];
    size_t result_rank, result_size;
} subject;

static const ort_api *api;

static void expect(bool well, const char *what, const char *why)
{
    if (well)
        return;
    fprintf(stderr, "peers_ort: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void expect_ok(ort_object *status, const char *what)
{
    expect(!status, what, status ? api->get_error_message(status) : "");
}

static const ort_api *load_api(void)
{
    const char *path = getenv("ORT_LIBRARY");
    void *library = dlopen(path ? path : "libonnxruntime.so", RTLD_NOW | RTLD_LOCAL);
    expect(library, "loading", library ? "" : dlerror());
    void *symbol = dlsym(library, "OrtGetApiBase");
    expect(symbol, "loading", "no OrtGetApiBase");
    const ort_api_base *(*get_base)(void);
    memcpy(&get_base, &symbol, sizeof get_base); /* ISO C knows no cast from void * to a function's address */
    const ort_api *found = get_base()->get_api(API_VERSION);
    expect(found, "loading", "it does not know this version of its interface");
    return found;
}

/* ROW.onnx or ROW.inputs among the models; false when there is no such file. */
static bool find(const contest_row *row, const char *suffix, char path[MAX_PATH])
{
    const char *folder = getenv("ORT_MODELS");
    snprintf(path, MAX_PATH, "%s/%s.%s", folder ? folder : ".", row->name, suffix);
    FILE *file = fopen(path, "rb");
    if (file)
        fclose(file);
    return file != NULL;
}

static void open_session(subject *s, const char *path)
{
    ort_object *options = NULL;
    expect_ok(api->create_env(LOG_ERRORS, "bench", &s->env), "environment");
    expect_ok(api->create_session_options(&options), "options");
    expect_ok(api->set_optimization(options, OPTIMIZE_ALL), "options");
    expect_ok(api->set_intra_threads(options, contest_threads()), "threads");
    expect_ok(api->set_inter_threads(options, contest_threads()), "threads");
    expect_ok(api->create_session(s->env, path, options, &s->session), path);
    api->release_session_options(options);
    expect_ok(api->create_binding(s->session, &s->binding), "binding");
    expect_ok(api->cpu_memory(ARENA_ALLOCATOR, DEFAULT_MEMORY, &s->memory), "memory");
}

/* Images are NCHW here and NHWC with the other contestants: puts the numbers of one into the order of the other. */
static void reorder(float *data, const int64_t *dims, bool to_nhwc)
{
    int64_t channels = dims[1], area = dims[2] * dims[3], n = dims[0] * channels * area;
    float *copy = malloc((size_t)n * sizeof *copy);
    expect(copy, "memory", "none left");
    memcpy(copy, data, (size_t)n * sizeof *copy);
    for (int64_t i = 0; i < n; i++) {
        int64_t image = i / (channels * area), channel = i / area % channels, at = i % area;
        int64_t nhwc = (image * area + at) * channels + channel;
        data[to_nhwc ? nhwc : i] = copy[to_nhwc ? i : nhwc];
    }
    free(copy);
}

static void add_value(subject *s, const int64_t *dims, size_t rank)
{
    int64_t n = 1;
    for (size_t i = 0; i < rank; i++)
        n *= dims[i];
    float *data = calloc((size_t)n, sizeof *data);
    expect(data, "memory", "none left");
    contest_fill(data, n, 1);
    if (rank == 4)
        reorder(data, dims, false);
    s->data[s->num_values] = data;
    s->result_size = (size_t)n;
    memcpy(s->result_dims, dims, rank * sizeof *dims);
    s->result_rank = rank;
    expect_ok(api->create_tensor(s->memory, data, (size_t)n * sizeof *data, dims, rank, FLOAT32, &s->values[s->num_values++]), "tensor");
}

static void read_values(subject *s, FILE *file)
{
    char line[256];
    while (s->num_values < MAX_VALUES && fgets(line, sizeof line, file)) {
        int64_t dims[MAX_RANK];
        size_t rank = 0;
        for (char *at = line, *end; rank < MAX_RANK; at = end) {
            dims[rank] = strtoll(at, &end, 10);
            if (end == at)
                break;
            rank++;
        }
        add_value(s, dims, rank);
    }
}

static void bind_values(subject *s)
{
    for (int i = 0; i + 1 < s->num_values; i++) {
        char name[8];
        snprintf(name, sizeof name, "x%d", i);
        expect_ok(api->bind_input(s->binding, name, s->values[i]), name);
    }
    expect_ok(api->bind_output(s->binding, "y", s->values[s->num_values - 1]), "y");
}

static void close_subject(subject *s)
{
    api->release_binding(s->binding);
    for (int i = 0; i < s->num_values; i++) {
        api->release_value(s->values[i]);
        free(s->data[i]);
    }
    api->release_memory(s->memory);
    api->release_session(s->session);
    api->release_env(s->env);
}

static bool run_once(void *state)
{
    const subject *s = state;
    expect_ok(api->run_with_binding(s->session, NULL, s->binding), "running");
    return true;
}

static bool check(void *state, const contest_row *row)
{
    const subject *s = state;
    float *result = s->data[s->num_values - 1];
    run_once(state);
    if (s->result_rank == 4)
        reorder(result, s->result_dims, true);
    return contest_digest(row, result, s->result_size);
}

/* The chain is a file that is there already: only the first run is measured, with the reading of the file. */
static bool measure(const contest_row *row)
{
    char model[MAX_PATH], inputs[MAX_PATH];
    if (!find(row, "onnx", model) || !find(row, "inputs", inputs))
        return true;
    api = load_api();
    subject s = { 0 };
    double start = contest_now();
    open_session(&s, model);
    FILE *file = fopen(inputs, "r");
    expect(file, inputs, "cannot be read");
    read_values(&s, file);
    fclose(file);
    bind_values(&s);
    bool big = !strncmp(row->name, "big", 3);
    bool tried = big ? run_once(&s) : contest_try(row, &(contest_trial){ run_once, check, &s });
    if (big)
        contest_report_big(row, -1, contest_now() - start);
    close_subject(&s);
    return tried;
}

int main(int argc, char **argv)
{
    return contest_main(argc, argv, &(contestant){ "peers_ort", measure });
}
