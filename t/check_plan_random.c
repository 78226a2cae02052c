/*
 * Random graphs: what a session computes with everything optimised is, to the last bit, what it computes with each operation on its own;
 * and what it computes again from the same frame is the same again. Each graph mixes feeds, constants, views, broadcasts, casts,
 * comparisons, products with what finishes them, reductions, equal subexpressions, variables and their updates, and intermediate feeds.
 * Some are of matrices that are larger than tiles.
 */
#include "harness.h"

enum { GRAPHS = 150, OPERATIONS = 60, FETCHES = 12, MOST_DIM = 4, LARGE_DIM = 700 };

static uint32_t state;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

/* The outputs made so far, all float32 of known shape, rank 2. */
static tn_output made[OPERATIONS + 8];
static uint32_t num_made;

static tn_output any(void)
{
    return made[num_made - 1 - draw(num_made < 12 ? num_made : 12)];
}

static int64_t rows_of(tn_output x)
{
    return tn_output_dim(x, 0);
}

static int64_t columns_of(tn_output x)
{
    return tn_output_dim(x, 1);
}

/* Something that broadcasts with x: x's like, a row, a column or a single element of something else. */
static tn_output partner(tn_output x)
{
    tn_output y = any();
    if (rows_of(y) == rows_of(x) && columns_of(y) == columns_of(x))
        return y;
    tn_axes axes = draw(2) ? TN_AXES(0) : TN_AXES(0, 1);
    tn_output sum = tn_reduce_sum(y, .axes = axes, .keep_dims = true);
    return axes.n == 2 || columns_of(y) == columns_of(x) ? sum : tn_reduce_max(y, .axes = TN_AXES(0, 1), .keep_dims = true);
}

static tn_output unary(tn_output x)
{
    switch (draw(13)) {
    case 7:
        return tn_cast(tn_cast(tn_mul(x, tn_scalar(3.0f)), TN_INT32), TN_FLOAT32);
    case 8:
        return tn_cast(tn_greater(x, tn_scalar(0.125f)), TN_FLOAT32);
    case 9:
        return tn_bias_add(x, tn_reduce_sum(x, .axes = TN_AXES(0)));
    case 10:
        return tn_rsqrt(tn_add(tn_square(x), tn_scalar(0.5f)));
    case 11:
        return tn_sub(x, tn_reduce_mean(x, .axes = TN_AXES(1), .keep_dims = true));
    case 0:
        return tn_neg(x);
    case 1:
        return tn_square(tn_tanh(x));
    case 2:
        return tn_relu(x);
    case 3:
        return tn_identity(x);
    case 4:
        return tn_sigmoid(x);
    case 5:
        return tn_softmax(x);
    case 6:
        return tn_cast(tn_cast(x, TN_FLOAT64), TN_FLOAT32);
    default:
        return tn_abs(x);
    }
}

static tn_output binary(tn_output x)
{
    tn_output y = partner(x);
    switch (draw(8)) {
    case 4:
        return tn_squared_difference(x, y);
    case 5:
        return tn_minimum(tn_relu(y), x);
    case 6:
        return tn_select_v2(tn_logical_and(tn_less(x, y), tn_greater_equal(y, tn_scalar(0.0f))), y, tn_square(x));
    case 0:
        return tn_add(x, y);
    case 1:
        return tn_sub(y, x);
    case 2:
        return tn_tanh(tn_mul(x, y));
    case 3:
        return tn_maximum(x, y);
    default:
        return tn_select_v2(tn_less(x, y), x, y);
    }
}

static tn_output moved(tn_output x)
{
    switch (draw(8)) {
    case 5:
        return tn_relu(tn_add(tn_matmul(x, x, .transpose_b = true), tn_scalar(0.5f)));
    case 6:
        return tn_mul(tn_matmul(tn_matmul(x, x, .transpose_b = true), x), x);
    case 0:
        return tn_transpose(x);
    case 1:
        return tn_reshape_to(x, TN_SHAPE(columns_of(x), -1));
    case 2:
        return tn_reshape_to(tn_expand_dims(x, 1), TN_SHAPE(-1, columns_of(x)));
    case 3:
        return tn_slice(x, tn_vector(0, 0), tn_vector(1 + (int)draw((uint32_t)rows_of(x)), -1));
    case 4:
        return rows_of(x) > 6 ? x : tn_concat(TN_OUTPUTS(x, tn_neg(x)), 0);
    default:
        return tn_matmul(x, x, .transpose_b = true);
    }
}

static tn_output one_more(void)
{
    uint32_t kind = draw(10);
    tn_output x = any();
    return kind < 4 ? binary(x) : kind < 8 ? unary(x) : moved(x);
}

typedef struct random_graph {
    tn_output x, middle;
    tn_tensor *value, *middle_value;
    tn_variable *variable;
    tn_output fetches[FETCHES];
    tn_op *update;
} random_graph;

static tn_tensor *random_tensor(tn_output like)
{
    tn_tensor *t = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ rows_of(like), columns_of(like) }, NULL);
    for (int64_t i = 0; i < tn_tensor_size(t); i++)
        tn_f32(t)[i] = (float)draw(2001) / 500.0f - 2.0f;
    return t;
}

static void build(random_graph *r)
{
    int64_t rows = 1 + draw(MOST_DIM), columns = 1 + draw(MOST_DIM);
    if (!draw(8))
        columns += draw(LARGE_DIM);
    num_made = 0;
    r->x = made[num_made++] = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(rows, columns));
    made[num_made++] = tn_matrix(2, 2, 0.5f, -1.0f, 1.5f, 0.25f);
    r->variable = tn_variable_new(tn_fill(0.75f, TN_SHAPE(rows, columns)));
    made[num_made++] = tn_read(r->variable);
    for (int i = 0; i < OPERATIONS; i++) {
        made[num_made] = one_more();
        ck_assert_msg(made[num_made].op != NULL, "%s", tn_last_error()->message);
        num_made++;
    }
    r->value = random_tensor(r->x);
    r->middle = made[num_made / 2];
    r->middle_value = random_tensor(r->middle);
    for (int i = 0; i < FETCHES; i++)
        r->fetches[i] = made[draw(num_made)];
    r->update = tn_assign_add(r->variable, tn_tanh(tn_add(r->x, tn_read(r->variable)))).op;
}

/* Two runs with an update between them, the second with a feed in the middle of the graph. */
static void run_both(tn_session *s, const random_graph *r, tn_tensor **results)
{
    tn_feeds feeds = TN_FEEDS({ r->x, r->value });
    tn_feed both[] = { { r->x, r->value }, { r->middle, r->middle_value } };
    tn_outputs fetches = { r->fetches, FETCHES };
    ck_assert_int_eq(tn_run_op(s, tn_initializer(r->variable)), TN_OK);
    tn_status status = tn_run_all(s, fetches, results, .feeds = feeds, .targets = TN_OPS(r->update));
    ck_assert_msg(status == TN_OK, "%s", tn_last_error()->message);
    bool apart = r->middle.op != r->x.op;
    status = tn_run_all(s, fetches, results + FETCHES, .feeds = apart ? (tn_feeds){ both, 2 } : feeds);
    ck_assert_msg(status == TN_OK, "%s", tn_last_error()->message);
}

static void expect_same(tn_tensor *const *a, tn_tensor *const *b, uint32_t seed)
{
    for (int i = 0; i < 2 * FETCHES; i++) {
        ck_assert_uint_eq(tn_tensor_bytes(a[i]), tn_tensor_bytes(b[i]));
        ck_assert_msg(!memcmp(tn_tensor_data(a[i]), tn_tensor_data(b[i]), tn_tensor_bytes(a[i])), "graph %u: fetch %d differs", seed, i);
    }
}

static void check_graph(uint32_t seed)
{
    state = seed * 7919 + 1;
    random_graph r;
    tn_tensor *fast[2 * FETCHES], *again[2 * FETCHES], *plain[2 * FETCHES];
    WITH_GRAPH(g, .owner = root) {
        build(&r);
        WITH_SESSION(s, .parent = root) {
            run_both(s, &r, fast);
            run_both(s, &r, again);
            WITH_SESSION(none, .parent = root, .optimize = TN_OPTIMIZE_NONE) {
                run_both(none, &r, plain);
                expect_same(fast, plain, seed);
                expect_same(fast, again, seed);
            }
        }
        talloc_free(r.value);
        talloc_free(r.middle_value);
    }
}

START_TEST(optimised_and_plain_runs_are_equal_to_the_bit)
{
    for (uint32_t seed = 0; seed < GRAPHS; seed++)
        check_graph(seed);
}
END_TEST

TN_SUITE("plan random", optimised_and_plain_runs_are_equal_to_the_bit)
