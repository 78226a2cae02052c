/* See gradient_check.h. */
#include "gradient_check.h"

#include "core/tensor.h"

enum { INPUTS = 6 };

/* How much of the shapes the graph is told. */
typedef enum knowledge { ALL, RANKS, NOTHING } knowledge;

typedef struct checked {
    const char *what;
    tn_tensor **x;
    int n;
    tn_session *session;
    tn_output in[INPUTS], y, weights, dx[INPUTS];
    tn_tensor *w; /* the weights */
} checked;

static tn_output placeholder(const tn_tensor *x, knowledge known)
{
    int64_t dims[TN_MAX_RANK];
    for (int i = 0; i < x->dims.rank; i++)
        dims[i] = known == ALL ? x->dims.dim[i] : -1;
    tn_shape shape = { dims, x->dims.rank };
    return known == NOTHING ? tn_placeholder(TN_FLOAT64) : tn_placeholder(TN_FLOAT64, .shape = shape);
}

static tn_feeds feeds_of(const checked *c, tn_feed *items)
{
    for (int i = 0; i < c->n; i++)
        items[i] = (tn_feed){ c->in[i], c->x[i] };
    items[c->n] = (tn_feed){ c->weights, c->w };
    return (tn_feeds){ items, (size_t)c->n + (c->w ? 1 : 0) };
}

static tn_tensor *value_of(const checked *c, tn_output y)
{
    tn_feed items[INPUTS + 1];
    tn_tensor *value = tn_run(c->session, y, .feeds = feeds_of(c, items));
    ck_assert_msg(value != NULL, "%s: %s", c->what, tn_last_error()->message);
    return value;
}

static double weighted(const checked *c)
{
    tn_tensor *y = value_of(c, c->y);
    const double *w = c->w->data, *v = y->data;
    double sum = 0;
    for (int64_t i = 0; i < y->size; i++)
        sum += w[i] * v[i];
    talloc_free(y);
    return sum;
}

/* Weights that differ from element to element, in the shape that f's result turns out to have. */
static tn_tensor *make_weights(const checked *c)
{
    tn_tensor *w = value_of(c, c->y);
    double *data = w->data;
    for (int64_t i = 0; i < w->size; i++)
        data[i] = 0.75 + 0.3 * (double)(i % 7) - 0.1 * (double)(i % 3);
    return w;
}

static void check_element(const checked *c, int i, int64_t k, double got)
{
    double *x = &((double *)c->x[i]->data)[k], at = *x, h = 1e-5 * fmax(1, fabs(at));
    *x = at + h;
    double above = weighted(c), up = *x;
    *x = at - h;
    double below = weighted(c), down = *x;
    *x = at;
    double want = (above - below) / (up - down);
    ck_assert_msg(fabs(got - want) <= 2e-8 + 2e-7 * fabs(want), "%s: gradient %lld of input %d is %.12g, not %.12g", c->what, (long long)k,
                  i, got, want);
}

/* Where no gradient flows, the differences must be nothing too. */
static void check_input(const checked *c, int i)
{
    tn_tensor *dx = c->dx[i].op ? value_of(c, c->dx[i]) : NULL;
    if (dx)
        ck_assert_msg(tn_dims_equal(&dx->dims, &c->x[i]->dims), "%s: the gradient of input %d has another shape", c->what, i);
    for (int64_t k = 0; k < c->x[i]->size; k++)
        check_element(c, i, k, dx ? ((double *)dx->data)[k] : 0);
    talloc_free(dx);
}

static void check_knowing(checked *c, gradient_function f, knowledge known)
{
    for (int i = 0; i < c->n; i++)
        c->in[i] = placeholder(c->x[i], known);
    c->y = f(c->in);
    c->weights = tn_placeholder(TN_FLOAT64);
    tn_status status = tn_gradients(TN_OUTPUTS(c->y), ((tn_outputs){ c->in, (size_t)c->n }), c->dx, .grad_ys = TN_OUTPUTS(c->weights));
    ck_assert_msg(status == TN_OK, "%s: %s", c->what, tn_last_error()->message);
    WITH_SESSION(s) {
        c->session = s;
        c->w = make_weights(c);
        for (int i = 0; i < c->n; i++)
            check_input(c, i);
        c->w = NULL;
    }
}

void expect_gradients(const char *what, gradient_function f, tn_tensor **x)
{
    int n = 0;
    for (; x[n]; n++)
        ;
    for (knowledge known = ALL; known <= NOTHING; known++)
        WITH_GRAPH(g) {
            checked c = { .what = what, .x = x, .n = n };
            check_knowing(&c, f, known);
        }
    for (int i = 0; i < n; i++)
        talloc_free(x[i]);
}
