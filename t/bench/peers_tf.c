/*
 * The benchmark's contestant TensorFlow, through the C API of a wheel: t/bench/peers compiles it on request. See contest.h.
 *
 * TensorFlow's optimiser and its oneDNN kernels are on, as they are by default; both of its thread pools get BENCH_THREADS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tensorflow/c/c_api.h>
#include "contest.h"

enum { MAX_FEEDS = 5, MAX_VARIABLES = 8 };

typedef struct variable {
    TF_Output handle, read, m, v;
} variable;

/* What a row runs. The graph's and the session's errors end the program: it has no other use. */
typedef struct subject {
    TF_Graph *graph;
    TF_Session *session;
    TF_Output fetch, feeds[MAX_FEEDS];
    TF_Tensor *values[MAX_FEEDS];
    int num_feeds;
    TF_Operation *step; /* of training; its fetch is the loss */
    variable variables[MAX_VARIABLES];
    int num_variables;
    int names;
} subject;

static TF_Status *status;

static void expect_ok(const char *what)
{
    if (TF_GetCode(status) == TF_OK)
        return;
    fprintf(stderr, "peers_tf: %s: %s\n", what, TF_Message(status));
    exit(EXIT_FAILURE);
}

/* ---- Graphs ---- */

static TF_OperationDescription *begin(subject *s, const char *type)
{
    char name[64];
    snprintf(name, sizeof name, "%s_%d", type, s->names++);
    return TF_NewOperation(s->graph, type, name);
}

static TF_Output finish(TF_OperationDescription *description)
{
    TF_Operation *op = TF_FinishOperation(description, status);
    expect_ok("building");
    return (TF_Output){ op, 0 };
}

static TF_Output unary(subject *s, const char *type, TF_Output x)
{
    TF_OperationDescription *d = begin(s, type);
    TF_AddInput(d, x);
    return finish(d);
}

static TF_Output binary(subject *s, const char *type, TF_Output x, TF_Output y)
{
    TF_OperationDescription *d = begin(s, type);
    TF_AddInput(d, x);
    TF_AddInput(d, y);
    return finish(d);
}

static TF_Tensor *new_tensor(TF_DataType dtype, const int64_t *dims, int rank)
{
    size_t size = TF_DataTypeSize(dtype);
    for (int i = 0; i < rank; i++)
        size *= (size_t)dims[i];
    return TF_AllocateTensor(dtype, dims, rank, size);
}

static TF_Tensor *new_filled(const int64_t *dims, int rank, float scale)
{
    TF_Tensor *t = new_tensor(TF_FLOAT, dims, rank);
    contest_fill(TF_TensorData(t), TF_TensorElementCount(t), scale);
    return t;
}

static TF_Output constant(subject *s, TF_Tensor *value)
{
    TF_OperationDescription *d = begin(s, "Const");
    TF_SetAttrType(d, "dtype", TF_TensorType(value));
    TF_SetAttrTensor(d, "value", value, status);
    TF_DeleteTensor(value);
    return finish(d);
}

static TF_Output scalar(subject *s, float x)
{
    TF_Tensor *t = new_tensor(TF_FLOAT, NULL, 0);
    *(float *)TF_TensorData(t) = x;
    return constant(s, t);
}

static TF_Output ints(subject *s, int n, const int32_t *values)
{
    TF_Tensor *t = new_tensor(TF_INT32, (int64_t[]){ n }, 1);
    memcpy(TF_TensorData(t), values, (size_t)n * sizeof *values);
    return constant(s, t);
}

/* A placeholder that every run feeds. */
static TF_Output fed(subject *s, int rank, const int64_t *dims)
{
    TF_OperationDescription *d = begin(s, "Placeholder");
    TF_SetAttrType(d, "dtype", TF_FLOAT);
    TF_SetAttrShape(d, "shape", dims, rank);
    s->values[s->num_feeds] = new_filled(dims, rank, 1);
    return s->feeds[s->num_feeds++] = finish(d);
}

/* Resource variables: the older ones may be updated in place while the backward pass still reads them, and the losses then vary from run to
 * run. */
static TF_Output new_variable(subject *s, const int64_t *dims, int rank)
{
    char name[64];
    int length = snprintf(name, sizeof name, "variable_%d", s->names);
    TF_OperationDescription *d = begin(s, "VarHandleOp");
    TF_SetAttrType(d, "dtype", TF_FLOAT);
    TF_SetAttrShape(d, "shape", dims, rank);
    TF_SetAttrString(d, "shared_name", name, (size_t)length);
    return finish(d);
}

static TF_Output read_variable(subject *s, TF_Output handle)
{
    TF_OperationDescription *d = begin(s, "ReadVariableOp");
    TF_AddInput(d, handle);
    TF_SetAttrType(d, "dtype", TF_FLOAT);
    return finish(d);
}

static void initialise(subject *s, TF_Output handle, TF_Tensor *value)
{
    const TF_Operation *assign = binary(s, "AssignVariableOp", handle, constant(s, value)).oper;
    TF_SessionRun(s->session, NULL, NULL, NULL, 0, NULL, NULL, 0, &assign, 1, NULL, status);
    expect_ok("initialising");
}

static TF_Output weights(subject *s, int rank, const int64_t *dims, float scale)
{
    variable *v = &s->variables[s->num_variables++];
    TF_Output *handles[] = { &v->handle, &v->m, &v->v };
    for (int i = 0; i < 3; i++) {
        *handles[i] = new_variable(s, dims, rank);
        initialise(s, *handles[i], new_filled(dims, rank, i == 0 ? scale : 0));
    }
    return v->read = read_variable(s, v->handle);
}

/* ---- What the rows build ---- */

static void build_call(subject *s, int64_t n)
{
    TF_Tensor *c = new_tensor(TF_FLOAT, &n, 1);
    memcpy(TF_TensorData(c), (float[]){ 1, 2 }, 2 * sizeof(float));
    s->fetch = binary(s, "AddV2", fed(s, 1, &n), constant(s, c));
}

static void build_chain(subject *s, int64_t n)
{
    TF_Output x = fed(s, 1, &n);
    s->fetch = x;
    for (int i = 0; i < CONTEST_CHAIN; i++)
        s->fetch = binary(s, "AddV2", s->fetch, x);
}

static void build_gemm(subject *s, int64_t n)
{
    TF_Output a = fed(s, 2, (int64_t[]){ n, n }), b = fed(s, 2, (int64_t[]){ n, n });
    s->fetch = binary(s, "MatMul", a, b);
}

static void build_elementwise(subject *s, int64_t n)
{
    TF_Output x[5];
    for (int i = 0; i < 5; i++)
        x[i] = fed(s, 1, &n);
    TF_Output inner = unary(s, "Relu", binary(s, "AddV2", binary(s, "Mul", x[0], x[1]), x[2]));
    s->fetch = binary(s, "Sub", binary(s, "Mul", inner, x[3]), x[4]);
}

static void build_softmax(subject *s, int64_t n)
{
    s->fetch = unary(s, "Softmax", fed(s, 2, (int64_t[]){ n, CONTEST_COLUMNS }));
}

static void build_exp(subject *s, int64_t n)
{
    s->fetch = unary(s, "Exp", fed(s, 1, &n));
}

static void build_tanh(subject *s, int64_t n)
{
    s->fetch = unary(s, "Tanh", fed(s, 1, &n));
}

static TF_Output dense(subject *s, TF_Output x, int64_t inputs, int64_t outputs)
{
    TF_Output product = binary(s, "MatMul", x, weights(s, 2, (int64_t[]){ inputs, outputs }, 0.1f));
    return binary(s, "BiasAdd", product, weights(s, 1, &outputs, 0));
}

static TF_Output conv(subject *s, TF_Output x, TF_Output filter)
{
    TF_OperationDescription *d = begin(s, "Conv2D");
    TF_AddInput(d, x);
    TF_AddInput(d, filter);
    TF_SetAttrIntList(d, "strides", (int64_t[]){ 1, 1, 1, 1 }, 4);
    TF_SetAttrString(d, "padding", "SAME", 4);
    return finish(d);
}

static TF_Output conv_layer(subject *s, TF_Output x, int64_t inputs, int64_t outputs)
{
    TF_Output filter = weights(s, 4, (int64_t[]){ MNIST_KERNEL, MNIST_KERNEL, inputs, outputs }, 0.1f);
    return unary(s, "Relu", binary(s, "BiasAdd", conv(s, x, filter), weights(s, 1, &outputs, 0)));
}

static TF_Output pool(subject *s, TF_Output x)
{
    TF_OperationDescription *d = begin(s, "MaxPool");
    TF_AddInput(d, x);
    TF_SetAttrIntList(d, "ksize", (int64_t[]){ 1, 2, 2, 1 }, 4);
    TF_SetAttrIntList(d, "strides", (int64_t[]){ 1, 2, 2, 1 }, 4);
    TF_SetAttrString(d, "padding", "SAME", 4);
    return finish(d);
}

static TF_Operation *adam(subject *s, const variable *v, TF_Output gradient, TF_Output beta1_power, TF_Output beta2_power)
{
    TF_OperationDescription *d = begin(s, "ResourceApplyAdam");
    TF_Output inputs[] = { v->handle,        v->m,    v->v, beta1_power, beta2_power, scalar(s, 0.001f), scalar(s, 0.9f), scalar(s, 0.999f),
                           scalar(s, 1e-8f), gradient };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        TF_AddInput(d, inputs[i]);
    return finish(d).oper;
}

static TF_Operation *descend(subject *s, const variable *v, TF_Output gradient)
{
    TF_OperationDescription *d = begin(s, "ResourceApplyGradientDescent");
    TF_AddInput(d, v->handle);
    TF_AddInput(d, scalar(s, 0.01f));
    TF_AddInput(d, gradient);
    return finish(d).oper;
}

/* An operation after all of these. */
static TF_Operation *group(subject *s, TF_Operation *const *ops, int n)
{
    TF_OperationDescription *d = begin(s, "NoOp");
    for (int i = 0; i < n; i++)
        TF_AddControlInput(d, ops[i]);
    return finish(d).oper;
}

/* One of Adam's powers: a variable without dims. */
typedef struct power {
    TF_Output handle, read;
    float beta;
} power;

static power new_power(subject *s, float beta)
{
    power p = { .handle = new_variable(s, NULL, 0), .beta = beta };
    TF_Tensor *start = new_tensor(TF_FLOAT, NULL, 0);
    *(float *)TF_TensorData(start) = beta;
    initialise(s, p.handle, start);
    p.read = read_variable(s, p.handle);
    return p;
}

/* Multiplies it by its beta when an operation has been run. */
static TF_Operation *raise_after(subject *s, TF_Operation *after, const power *p)
{
    TF_Output product = binary(s, "Mul", p->read, scalar(s, p->beta));
    TF_OperationDescription *d = begin(s, "AssignVariableOp");
    TF_AddInput(d, p->handle);
    TF_AddInput(d, product);
    TF_AddControlInput(d, after);
    return finish(d).oper;
}

static void update_by_descent(subject *s, const TF_Output *gradients)
{
    TF_Operation *updates[MAX_VARIABLES];
    for (int i = 0; i < s->num_variables; i++)
        updates[i] = descend(s, &s->variables[i], gradients[i]);
    s->step = group(s, updates, s->num_variables);
}

static void update_by_adam(subject *s, const TF_Output *gradients)
{
    TF_Operation *updates[MAX_VARIABLES];
    power beta1 = new_power(s, 0.9f), beta2 = new_power(s, 0.999f);
    for (int i = 0; i < s->num_variables; i++)
        updates[i] = adam(s, &s->variables[i], gradients[i], beta1.read, beta2.read);
    TF_Operation *all = group(s, updates, s->num_variables);
    s->step = group(s, (TF_Operation *[]){ raise_after(s, all, &beta1), raise_after(s, all, &beta2) }, 2);
}

static void build_step(subject *s, TF_Output logits, int64_t n, void (*update)(subject *s, const TF_Output *gradients))
{
    TF_Output reads[MAX_VARIABLES], gradients[MAX_VARIABLES];
    TF_Output labels = fed(s, 2, (int64_t[]){ n, 10 });
    contest_one_hot(TF_TensorData(s->values[s->num_feeds - 1]), n);
    TF_Output entropy = binary(s, "SoftmaxCrossEntropyWithLogits", logits, labels);
    s->fetch = binary(s, "Mean", entropy, ints(s, 1, (int32_t[]){ 0 }));
    for (int i = 0; i < s->num_variables; i++)
        reads[i] = s->variables[i].read;
    TF_AddGradients(s->graph, &s->fetch, 1, reads, s->num_variables, NULL, status, gradients);
    expect_ok("gradients");
    update(s, gradients);
}

static void build_mlp(subject *s, int64_t n)
{
    TF_Output x = fed(s, 2, (int64_t[]){ n, 784 });
    build_step(s, dense(s, unary(s, "Relu", dense(s, x, 784, 128)), 128, 10), n, update_by_descent);
}

static void build_conv(subject *s, int64_t n)
{
    TF_Output x = fed(s, 4, (int64_t[]){ n, CONV_SIDE, CONV_SIDE, CONV_CHANNELS });
    TF_Tensor *filter = new_filled((int64_t[]){ 3, 3, CONV_CHANNELS, CONV_CHANNELS }, 4, 0.1f);
    s->fetch = conv(s, x, constant(s, filter));
}

static void build_mnist(subject *s, int64_t n)
{
    TF_Output x = fed(s, 4, (int64_t[]){ n, MNIST_SIDE, MNIST_SIDE, 1 });
    x = pool(s, conv_layer(s, x, 1, MNIST_CHANNELS1));
    x = pool(s, conv_layer(s, x, MNIST_CHANNELS1, MNIST_CHANNELS2));
    x = binary(s, "Reshape", x, ints(s, 2, (int32_t[]){ -1, MNIST_FLAT }));
    x = unary(s, "Relu", dense(s, x, MNIST_FLAT, MNIST_HIDDEN));
    build_step(s, dense(s, x, MNIST_HIDDEN, 10), n, update_by_adam);
}

typedef struct builder {
    const char *name;
    void (*build)(subject *s, int64_t n);
} builder;

static const builder builders[] = {
    { "call", build_call },           { "chain1000", build_chain }, { "chain1000_fused", build_chain }, { "gemm256", build_gemm },
    { "gemm512", build_gemm },        { "gemm1024", build_gemm },   { "gemm2048", build_gemm },         { "ew16M", build_elementwise },
    { "softmax1024", build_softmax }, { "exp1M", build_exp },       { "tanh1M", build_tanh },           { "mlp", build_mlp },
    { "conv3x3", build_conv },        { "mnist", build_mnist },
};

/* ---- Runs ---- */

/* ConfigProto: field 2 is intra_op_parallelism_threads, field 5 inter_op_parallelism_threads; both varints. */
static void open_session(subject *s)
{
    unsigned char config[] = { 2 << 3, (unsigned char)contest_threads(), 5 << 3, (unsigned char)contest_threads() };
    TF_SessionOptions *options = TF_NewSessionOptions();
    TF_SetConfig(options, config, sizeof config, status);
    s->session = TF_NewSession(s->graph, options, status);
    TF_DeleteSessionOptions(options);
    expect_ok("opening a session");
}

static void close_subject(subject *s)
{
    for (int i = 0; i < s->num_feeds; i++)
        TF_DeleteTensor(s->values[i]);
    TF_CloseSession(s->session, status);
    TF_DeleteSession(s->session, status);
    TF_DeleteGraph(s->graph);
}

/* The fetch, unless only a step is wanted. */
static TF_Tensor *run(const subject *s, bool fetch)
{
    TF_Tensor *result = NULL;
    const TF_Operation *target = s->step;
    TF_SessionRun(s->session, NULL, s->feeds, s->values, s->num_feeds, &s->fetch, &result, fetch, &target, s->step != NULL, NULL, status);
    expect_ok("running");
    return result;
}

static bool run_once(void *state)
{
    const subject *s = state;
    TF_DeleteTensor(run(s, !s->step));
    return true;
}

static bool check(void *state, const contest_row *row)
{
    const subject *s = state;
    float losses[CONTEST_STEPS];
    if (!s->step) {
        TF_Tensor *result = run(s, true);
        bool printed = contest_digest(row, TF_TensorData(result), (size_t)TF_TensorElementCount(result));
        TF_DeleteTensor(result);
        return printed;
    }
    for (int i = 0; i < CONTEST_STEPS; i++) {
        TF_Tensor *loss = run(s, true);
        losses[i] = *(float *)TF_TensorData(loss);
        TF_DeleteTensor(loss);
    }
    return contest_digest(row, losses, CONTEST_STEPS);
}

static bool measure_big(const contest_row *row)
{
    subject s = { .graph = TF_NewGraph() };
    double start = contest_now();
    TF_Tensor *four = new_tensor(TF_FLOAT, (int64_t[]){ 4 }, 1);
    memcpy(TF_TensorData(four), (float[]){ 1, 2, 3, 4 }, 4 * sizeof(float));
    TF_Output x = constant(&s, four), y = x;
    for (int64_t i = 0; i < row->n; i++)
        y = binary(&s, "AddV2", y, x);
    s.fetch = y;
    double built = contest_now();
    open_session(&s);
    TF_DeleteTensor(run(&s, true));
    contest_report_big(row, built - start, contest_now() - built);
    close_subject(&s);
    return true;
}

static bool measure(const contest_row *row)
{
    if (!strncmp(row->name, "big", 3))
        return measure_big(row);
    for (size_t i = 0; i < sizeof builders / sizeof builders[0]; i++) {
        if (strcmp(builders[i].name, row->name))
            continue;
        subject s = { .graph = TF_NewGraph() };
        open_session(&s);
        builders[i].build(&s, row->n);
        bool tried = contest_try(row, &(contest_trial){ run_once, check, &s });
        close_subject(&s);
        return tried;
    }
    return true;
}

int main(int argc, char **argv)
{
    status = TF_NewStatus();
    int result = contest_main(argc, argv, &(contestant){ "peers_tf", measure });
    TF_DeleteStatus(status);
    return result;
}
