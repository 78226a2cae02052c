/* A normalisation as three operations: which they are, what they take, and that it is the kernel's own arithmetic, in float32. */
#include <math.h>
#include "compile_driver.h"
#include "core/alloc.h"
#include "plan/batch_norm.h"

enum { CHANNELS = 3, PIXELS = 4 };

typedef struct model {
    tn_output x, norm;
    tn_tensor *images;
    tn_compile *c;
    tn_norm_pair pair;
} model;

static const float scale[] = { 1.5f, -0.25f, 3 }, offset[] = { 0.125f, 7, -1 }, mean[] = { 0.3f, -2, 0 }, variance[] = { 0.7f, 0, 9 };

static tn_output channels(const float *values)
{
    tn_tensor *t = floats(CHANNELS, values);
    tn_output x = tn_constant(t);
    talloc_free(t);
    return x;
}

/* Room for what the pair becomes, as the pass makes it. */
static void make_room(tn_compile *c)
{
    const size_t n = c->num_nodes;
    tn_node *nodes = tn_bytes_new((n + TN_NORM_NEW_NODES) * sizeof *nodes);
    memcpy(nodes, c->nodes, n * sizeof *nodes);
    tn_bytes_free(c->nodes);
    c->nodes = nodes;
    c->operands = TN_GROW_ARRAY(c, c->operands, uint32_t, c->num_operands + (size_t)TN_NORM_NEW_OPERANDS);
}

static model open_model(const char *format, double epsilon)
{
    const bool last = format[1] != 'C';
    const int rank = (int)strlen(format);
    int64_t dims[] = { 2, 1, 1, 1, 1 };
    model m = { .x = tn_placeholder(TN_FLOAT32) };
    dims[last ? rank - 1 : 1] = CHANNELS;
    dims[last ? 1 : rank - 1] = PIXELS;
    m.images = tn_tensor_new(root, TN_FLOAT32, rank, dims, NULL);
    for (int64_t i = 0; i < tn_tensor_size(m.images); i++)
        tn_f32(m.images)[i] = (float)(i * 7 % 19) / 3 - 2;
    m.norm = tn_op_output(tn_fused_batch_norm_v3(m.x, channels(scale), channels(offset), channels(mean), channels(variance),
                                                 .epsilon = epsilon, .data_format = format, .is_training = TN_OFF),
                          0);
    m.c = compile_until_pass(TN_OUTPUTS(m.norm), TN_FEEDS({ m.x, m.images }), TN_OPTIMIZE_DEFAULT, COMPILE_SCHEDULED);
    make_room(m.c);
    m.pair = (tn_norm_pair){ NULL, node_of(m.c, m.norm) };
    return m;
}

static void close_model(model *m)
{
    talloc_free(m->c);
    talloc_free(m->images);
}

/* An operand that is known, one element for each channel, in dims that broadcast to the images'. */
static const float *known(const tn_compile *c, const tn_node *node, int i, const char *format)
{
    const tn_plan_value *v = &c->values[tn_norm_operand(c, node, i)];
    const int behind = (int)strlen(strchr(format, 'C'));
    ck_assert_int_eq(v->dims->rank, behind);
    ck_assert_int_eq(v->dims->dim[0], CHANNELS);
    ck_assert_int_eq(tn_dims_size(v->dims), CHANNELS);
    ck_assert(tn_value_is_const(c, tn_norm_operand(c, node, i)));
    return v->known;
}

static void expect_type(const tn_node *node, const char *type, const model *m)
{
    ck_assert_str_eq(tn_op_type(node->op), type);
    ck_assert_str_eq(tn_op_name(node->op), tn_op_name(m->norm.op));
    ck_assert_int_eq(node->role, TN_ROLE_STEP);
    ck_assert_int_eq(tn_op_dtype(node->op, "T"), TN_FLOAT32);
}

/* (x - mean) * factor + offset, in this order. */
static void check_format(const char *format, double epsilon)
{
    model m = open_model(format, epsilon);
    const tn_compile *c = m.c;
    const uint32_t before = c->num_nodes, x = tn_norm_operand(c, m.pair.norm, TN_NORM_X);
    ck_assert_int_eq(tn_split_batch_norm(m.c, &m.pair), TN_OK);
    ck_assert_uint_eq(c->num_nodes, before + TN_NORM_NEW_NODES);
    const tn_node *sub = &c->nodes[before], *mul = sub + 1, *add = m.pair.norm;
    expect_type(sub, "Sub", &m);
    expect_type(mul, "Mul", &m);
    expect_type(add, "Add", &m);
    ck_assert_uint_eq(tn_norm_operand(c, sub, 0), x);
    ck_assert_uint_eq(tn_norm_operand(c, mul, 0), sub->first_value);
    ck_assert_uint_eq(tn_norm_operand(c, add, 0), mul->first_value);
    ck_assert_mem_eq(known(c, sub, 1, format), mean, sizeof mean);
    ck_assert_mem_eq(known(c, add, 1, format), offset, sizeof offset);
    const float *factor = known(c, mul, 1, format);
    for (int k = 0; k < CHANNELS; k++)
        ck_assert_float_eq(factor[k], scale[k] * (1.0f / sqrtf(variance[k] + (float)epsilon)));
    for (uint32_t n = before; n < c->num_nodes; n++)
        ck_assert(tn_dims_equal(c->values[c->nodes[n].first_value].dims, &m.images->dims) && c->values[c->nodes[n].first_value].node == n);
    close_model(&m);
}

START_TEST(three_operations_for_each_format)
{
    static const char *const formats[] = { "NHWC", "NCHW", "NDHWC", "NCDHW" };
    for (int i = 0; i < 4; i++) {
        check_format(formats[i], 0.001);
        check_format(formats[i], 0.5);
    }
}
END_TEST

START_TEST(its_other_outputs_are_no_more)
{
    model m = open_model("NHWC", 0.001);
    ck_assert_int_eq(tn_split_batch_norm(m.c, &m.pair), TN_OK);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_uint_eq(m.c->values[m.pair.norm->first_value + i].canon, m.pair.norm->first_value);
    close_model(&m);
}
END_TEST

START_TEST(memory_runs_out)
{
    for (long n = 1, reached = 1; reached; n++) {
        model m = open_model("NCHW", 0.001);
        tn_alloc_fail_at(n, false);
        const tn_status status = tn_split_batch_norm(m.c, &m.pair);
        reached = tn_alloc_count() >= n;
        tn_alloc_fail_at(0, false);
        ck_assert_int_eq(status, reached ? TN_RESOURCE_EXHAUSTED : TN_OK);
        ck_assert(!reached || !strcmp(tn_op_type(m.pair.norm->op), "FusedBatchNormV3"));
        close_model(&m);
    }
}
END_TEST

TN_SUITE("plan split_batch_norm", three_operations_for_each_format, its_other_outputs_are_no_more, memory_runs_out)
