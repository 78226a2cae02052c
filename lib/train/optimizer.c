/*
 * The optimisers: one step of training as operations. See <tenure/train.h>.
 *
 * Invariants: an optimiser is a talloc child of its graph's core. A variable's slots are made once and used by every later call; so are
 * the powers of Adam. All of it is touched under the graph's mutex.
 */
#include "core/alloc.h"
#include "core/status.h"
#include "graph/compound.h"
#include "graph/scope.h"
#include <tenure.h>

enum { MAX_SLOTS = 2, MAX_CONSTANTS = 4, MAX_INPUTS = 10 };
enum { LEARNING_RATE, BETA1, BETA2, EPSILON, MOMENTUM = 1 }; /* places in constants */

typedef enum optimizer_kind { GRADIENT_DESCENT, MOMENTUM_KIND, ADAM } optimizer_kind;

/* What tells the kinds apart. Slots are named VARIABLE/NAME. */
static const struct {
    const char *name, *op;
    int num_slots, num_constants;
    const char *constants[MAX_CONSTANTS];
} kinds[] = {
    [GRADIENT_DESCENT] = { "GradientDescent", "ApplyGradientDescent", 0, 1, { "learning_rate" } },
    [MOMENTUM_KIND] = { "Momentum", "ApplyMomentum", 1, 2, { "learning_rate", "momentum" } },
    [ADAM] = { "Adam", "ApplyAdam", 2, 4, { "learning_rate", "beta1", "beta2", "epsilon" } },
};

typedef struct slots {
    const tn_variable *variable;
    tn_variable *slot[MAX_SLOTS];
} slots;

struct tn_optimizer {
    optimizer_kind kind;
    tn_graph_core *graph;
    const char *name;
    double values[MAX_CONSTANTS];
    bool use_nesterov;
    slots *slots;
    size_t num_slots, max_slots;
    tn_variable *powers[2]; /* beta1 and beta2 to the power of the steps taken and 1 */
};

/* One call of tn_minimize; freed at its end. The arrays run over the variables, updates over those that have a gradient. */
typedef struct minimization {
    tn_optimizer *optimizer;
    tn_output loss;
    tn_variable *const *variables;
    size_t n;
    tn_output *xs, *dxs;
    tn_op **updates;
    size_t num_updates;
    struct {
        tn_dtype dtype;
        tn_output values[MAX_CONSTANTS];
    } constants; /* in the dtype that was asked for last */
} minimization;

/* ---- Making optimisers ---- */

static double given(double value, double otherwise)
{
    return value != 0 ? value : otherwise;
}

static tn_optimizer *optimizer_in(tn_graph_core *core, optimizer_kind kind, const tn_optimizer_options *o)
{
    tn_optimizer *optimizer = TN_NEW(core, tn_optimizer);
    if (!optimizer)
        return NULL;
    optimizer->kind = kind;
    optimizer->graph = core;
    optimizer->use_nesterov = o->use_nesterov;
    optimizer->values[LEARNING_RATE] = given(o->learning_rate, kind == ADAM ? 0.001 : 0.01);
    if (kind == MOMENTUM_KIND)
        optimizer->values[MOMENTUM] = given(o->momentum, 0.9);
    if (kind == ADAM) {
        optimizer->values[BETA1] = given(o->beta1, 0.9);
        optimizer->values[BETA2] = given(o->beta2, 0.999);
        optimizer->values[EPSILON] = given(o->epsilon, 1e-8);
    }
    optimizer->name = tn_strdup(optimizer, o->name ? o->name : kinds[kind].name);
    if (optimizer->name)
        return optimizer;
    talloc_free(optimizer);
    return NULL;
}

static tn_optimizer *optimizer_new(optimizer_kind kind, const tn_optimizer_options *options)
{
    static const tn_optimizer_options none;
    tn_graph *graph = tn_default_graph();
    if (!graph)
        return NULL;
    tn_graph_core *core = graph->core;
    tn_graph_lock(core);
    tn_optimizer *optimizer = optimizer_in(core, kind, options ? options : &none);
    tn_graph_unlock(core);
    return optimizer;
}

tn_optimizer *tn_gradient_descent_with(const tn_optimizer_options *options)
{
    return optimizer_new(GRADIENT_DESCENT, options);
}

tn_optimizer *tn_momentum_with(const tn_optimizer_options *options)
{
    return optimizer_new(MOMENTUM_KIND, options);
}

tn_optimizer *tn_adam_with(const tn_optimizer_options *options)
{
    return optimizer_new(ADAM, options);
}

/* ---- Slots ---- */

static tn_output scalar(const tn_optimizer *optimizer, tn_dtype dtype, double value, const char *name)
{
    static const int64_t none[1];
    return tn_const_filled(optimizer->graph, dtype, (tn_shape){ none, 0 }, value, name);
}

/* Filled while running, so that the graph holds no copy of it. */
static tn_output filled(const tn_optimizer *optimizer, tn_dtype dtype, const tn_dims *dims, double value)
{
    const tn_shape_args shape = { .shape = { dims->dim, dims->rank } };
    tn_output x = scalar(optimizer, dtype, value, "Const");
    return dims->rank ? tn_fill_with(x, &shape) : x;
}

/* A variable that training does not change, named from the root whatever scopes are open. Its initial value waits for nothing. */
static tn_variable *untrainable(const tn_optimizer *optimizer, const char *name, tn_dtype dtype, const tn_dims *dims, double value)
{
    tn_variable *variable = NULL;
    tn_output initial = { NULL, 0 };
    char *scope = tn_sprintf(optimizer, "%s/Initializer/", name);
    if (!scope)
        return NULL;
    tn_scope alone = tn_scope_enter_no_controls(optimizer->graph);
    WITH_NAME_SCOPE(scope) {
        initial = filled(optimizer, dtype, dims, value);
    }
    (void)tn_scope_leave(optimizer->graph, alone);
    WITH_NAME_SCOPE("") {
        if (initial.op)
            variable = tn_variable_new(initial, .name = name, .untrainable = true);
    }
    talloc_free(scope);
    return variable;
}

static bool make_slots(tn_optimizer *optimizer, slots *made)
{
    const tn_value *value = tn_value_of(made->variable->read);
    char *name = tn_sprintf(optimizer, "%s/%s", tn_variable_name(made->variable), optimizer->name);
    bool good = name;
    for (int i = 0; i < kinds[optimizer->kind].num_slots && good; i++) {
        made->slot[i] = untrainable(optimizer, name, value->dtype, value->dims, 0);
        good = made->slot[i];
    }
    talloc_free(name);
    return good;
}

static bool reserve_slots(tn_optimizer *optimizer)
{
    if (optimizer->num_slots < optimizer->max_slots)
        return true;
    size_t max = optimizer->max_slots ? 2 * optimizer->max_slots : 8;
    slots *grown = TN_GROW_ARRAY(optimizer, optimizer->slots, slots, max);
    if (!grown)
        return false;
    optimizer->slots = grown;
    optimizer->max_slots = max;
    return true;
}

/* The slots of a variable, made when they are not there yet. NULL on failure. */
static const slots *slots_of(tn_optimizer *optimizer, const tn_variable *variable)
{
    for (size_t i = 0; i < optimizer->num_slots; i++)
        if (optimizer->slots[i].variable == variable)
            return &optimizer->slots[i];
    if (!reserve_slots(optimizer))
        return NULL;
    slots made = { .variable = variable };
    if (!make_slots(optimizer, &made))
        return NULL;
    optimizer->slots[optimizer->num_slots] = made;
    return &optimizer->slots[optimizer->num_slots++];
}

/* Adam's powers, of the dtype of the first variable. */
static bool make_powers(const minimization *m)
{
    static const char *const names[] = { "beta1_power", "beta2_power" };
    tn_optimizer *optimizer = m->optimizer;
    const tn_dims dims = tn_dims_scalar();
    for (int i = 0; i < 2; i++) {
        if (!optimizer->powers[i])
            optimizer->powers[i] =
                untrainable(optimizer, names[i], tn_output_dtype(m->variables[0]->read), &dims, optimizer->values[BETA1 + i]);
        if (!optimizer->powers[i])
            return false;
    }
    return true;
}

/* ---- Updates ---- */

/* The optimiser's constants in a dtype. */
static const tn_output *constants(minimization *m, tn_dtype dtype)
{
    const tn_optimizer *optimizer = m->optimizer;
    if (m->constants.dtype != dtype)
        for (int i = 0; i < kinds[optimizer->kind].num_constants; i++)
            m->constants.values[i] = scalar(optimizer, dtype, optimizer->values[i], kinds[optimizer->kind].constants[i]);
    m->constants.dtype = dtype;
    return m->constants.values;
}

static tn_output cast(tn_output x, tn_dtype dtype)
{
    if (tn_output_dtype(x) == dtype)
        return x;
    return tn_op_output(tn_op_new(NULL, "Cast", TN_OUTPUTS(x), .attrs = TN_ATTRS(TN_TYPE_ATTR("DstT", dtype))), 0);
}

/* The inputs of the update of a variable, in the operation's order; their number. */
static size_t update_inputs(minimization *m, const slots *s, tn_output gradient, tn_output *inputs)
{
    const tn_optimizer *optimizer = m->optimizer;
    tn_dtype dtype = tn_output_dtype(s->variable->read);
    const tn_output *c = constants(m, dtype);
    size_t n = 0;
    inputs[n++] = tn_variable_ref(s->variable);
    for (int i = 0; i < kinds[optimizer->kind].num_slots; i++)
        inputs[n++] = tn_variable_ref(s->slot[i]);
    for (int i = 0; i < 2 && optimizer->kind == ADAM; i++)
        inputs[n++] = cast(tn_read(optimizer->powers[i]), dtype);
    inputs[n++] = c[LEARNING_RATE];
    if (optimizer->kind == ADAM) {
        inputs[n++] = c[BETA1];
        inputs[n++] = c[BETA2];
        inputs[n++] = c[EPSILON];
    }
    inputs[n++] = gradient;
    if (optimizer->kind == MOMENTUM_KIND)
        inputs[n++] = c[MOMENTUM];
    return n;
}

static tn_op *apply(const tn_optimizer *optimizer, tn_outputs inputs)
{
    const char *type = kinds[optimizer->kind].op;
    if (optimizer->kind == GRADIENT_DESCENT)
        return tn_op_new(NULL, type, inputs);
    return tn_op_new(NULL, type, inputs, .attrs = TN_ATTRS(TN_BOOL_ATTR("use_nesterov", optimizer->use_nesterov)));
}

static bool add_update(minimization *m, const tn_variable *variable, tn_output gradient)
{
    tn_output inputs[MAX_INPUTS];
    const slots *s = slots_of(m->optimizer, variable);
    char *scope = s ? tn_sprintf(m, "update_%s", tn_variable_name(variable)) : NULL;
    if (!scope)
        return false;
    size_t n = update_inputs(m, s, gradient, inputs);
    tn_op *update = NULL;
    WITH_NAME_SCOPE(scope) {
        update = apply(m->optimizer, (tn_outputs){ inputs, n });
    }
    m->updates[m->num_updates++] = update;
    return update;
}

/* Multiplies the powers once every update has read them. */
static bool add_power_updates(minimization *m)
{
    tn_scope controls = tn_enter_control_dependencies((tn_ops){ m->updates, m->num_updates });
    bool made = true;
    for (int i = 0; i < 2 && made; i++) {
        tn_variable *power = m->optimizer->powers[i];
        tn_output beta = scalar(m->optimizer, tn_output_dtype(tn_read(power)), m->optimizer->values[BETA1 + i], "Const");
        tn_output next = tn_op_output(tn_op_new(NULL, "Mul", TN_OUTPUTS(tn_read(power), beta)), 0);
        m->updates[m->num_updates] = tn_assign(power, next).op;
        made = m->updates[m->num_updates++];
    }
    (void)tn_leave(controls);
    return made;
}

/* All updates, inside the name scope of the step; the operation that groups them has the scope's own name. */
static tn_op *add_updates(minimization *m)
{
    tn_graph_core *core = m->optimizer->graph;
    bool adam = m->optimizer->kind == ADAM;
    const char *prefix = core->scopes[core->num_scopes - 1].prefix;
    if (adam && !make_powers(m))
        return NULL;
    for (size_t i = 0; i < m->n; i++)
        if (m->dxs[i].op && !add_update(m, m->variables[i], m->dxs[i]))
            return NULL;
    if (adam && !add_power_updates(m))
        return NULL;
    return tn_group(((tn_ops){ m->updates, m->num_updates }), .name = prefix);
}

/* ---- tn_minimize ---- */

static bool take_variables(minimization *m, const tn_minimize_args *args)
{
    const tn_graph_core *core = m->optimizer->graph;
    m->variables = args->variables;
    m->n = args->num_variables;
    if (args->variables)
        return true;
    tn_variable **all = TN_NEW_ARRAY(m, tn_variable *, core->num_variables);
    if (!all)
        return false;
    for (size_t i = 0; i < core->num_variables; i++)
        if (core->variables[i]->trainable)
            all[m->n++] = core->variables[i];
    m->variables = all;
    return true;
}

static tn_status no_gradients(const minimization *m)
{
    char names[1024] = "";
    size_t n = 0;
    for (size_t i = 0; i < m->n && n + 1 < sizeof names; i++)
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "", tn_variable_name(m->variables[i]));
    return tn_fail(TN_INVALID_ARGUMENT,
                   "No gradients provided for any variable, check your graph for ops that do not support gradients, between variables "
                   "[%s] and loss %s:%d.",
                   names, tn_op_name(m->loss.op), m->loss.index);
}

static tn_status differentiate(minimization *m)
{
    m->xs = TN_NEW_ARRAY(m, tn_output, m->n);
    m->dxs = TN_NEW_ARRAY(m, tn_output, m->n);
    m->updates = TN_NEW_ARRAY(m, tn_op *, m->n + 2);
    if (!m->xs || !m->dxs || !m->updates)
        return TN_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < m->n; i++) {
        if (!m->variables[i])
            return tn_fail(TN_INVALID_ARGUMENT, "variable %zu to optimize is NULL", i);
        m->xs[i] = tn_variable_ref(m->variables[i]);
    }
    tn_status status = tn_gradients(TN_OUTPUTS(m->loss), ((tn_outputs){ m->xs, m->n }), m->dxs);
    for (size_t i = 0; i < m->n && !status; i++)
        if (m->dxs[i].op)
            return TN_OK;
    return status ? status : no_gradients(m);
}

static tn_op *minimize(minimization *m, const tn_minimize_args *args)
{
    tn_op *step = NULL;
    if (m->optimizer->graph != m->loss.op->graph) {
        tn_fail(TN_INVALID_ARGUMENT, "the optimizer %s and the loss %s:%d are of different graphs", m->optimizer->name,
                tn_op_name(m->loss.op), m->loss.index);
        return NULL;
    }
    if (!take_variables(m, args))
        return NULL;
    if (!m->n) {
        tn_fail(TN_INVALID_ARGUMENT, "No variables to optimize.");
        return NULL;
    }
    if (differentiate(m))
        return NULL;
    WITH_NAME_SCOPE(args->name ? args->name : m->optimizer->name) {
        step = add_updates(m);
    }
    return step;
}

tn_op *tn_minimize_with(tn_optimizer *optimizer, const tn_minimize_args *args)
{
    if (!optimizer || !args->loss.op)
        return NULL;
    tn_graph_core *core = args->loss.op->graph;
    tn_op *step = NULL;
    minimization *m = TN_NEW(NULL, minimization);
    tn_graph_lock(core);
    if (m) {
        m->optimizer = optimizer;
        m->loss = args->loss;
        WITH_DEFAULT_GRAPH(core->handle) {
            step = minimize(m, args);
        }
    }
    if (!step)
        tn_graph_note_error(core);
    tn_graph_unlock(core);
    talloc_free(m);
    return step;
}
