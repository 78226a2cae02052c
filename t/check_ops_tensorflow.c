/*
 * Every operation against TensorFlow: t/data/tensorflow.vec holds what it computed (t/data/make_vectors.py says how, and what the lines
 * mean). Each case is run twice by a session: with its inputs fed, and with them as constants, which goes through folding.
 */
#include <math.h>
#include "harness.h"
#include "ops/op_def.h"

enum { MOST = 8, MOST_ATTRS = 8, MOST_INTS = 8 };

typedef struct vector_case {
    char type[64];
    int num_in, num_out;
    double ulps;
    tn_attr attrs[MOST_ATTRS];
    size_t num_attrs;
    char names[MOST_ATTRS][32], texts[MOST_ATTRS][32];
    int64_t ints[MOST_ATTRS][MOST_INTS];
    tn_tensor *in[MOST], *want[MOST];
} vector_case;

/* ---- Reading ---- */

static tn_attr read_ints(FILE *file, const char *name, int64_t *ints)
{
    int n;
    long long value;
    ck_assert_int_eq(fscanf(file, "%d", &n), 1);
    ck_assert_int_le(n, MOST_INTS);
    for (int i = 0; i < n; i++) {
        ck_assert_int_eq(fscanf(file, "%lld", &value), 1);
        ints[i] = value;
    }
    return TN_INTS_ATTR(name, (size_t)n, ints);
}

static void read_attr(FILE *file, vector_case *c)
{
    char kind[16];
    size_t i = c->num_attrs++;
    ck_assert_uint_lt(i, MOST_ATTRS);
    ck_assert_int_eq(fscanf(file, "%31s %15s", c->names[i], kind), 2);
    long long value = 0;
    if (!strcmp(kind, "string")) {
        ck_assert_int_eq(fscanf(file, "%31s", c->texts[i]), 1);
        c->attrs[i] = TN_STRING_ATTR(c->names[i], c->texts[i]);
        return;
    }
    if (!strcmp(kind, "ints")) {
        c->attrs[i] = read_ints(file, c->names[i], c->ints[i]);
        return;
    }
    if (!strcmp(kind, "float")) {
        double real;
        ck_assert_int_eq(fscanf(file, "%lf", &real), 1);
        c->attrs[i] = TN_FLOAT_ATTR(c->names[i], real);
        return;
    }
    ck_assert_int_eq(fscanf(file, "%lld", &value), 1);
    if (!strcmp(kind, "bool"))
        c->attrs[i] = TN_BOOL_ATTR(c->names[i], value);
    else if (!strcmp(kind, "int"))
        c->attrs[i] = TN_INT_ATTR(c->names[i], value);
    else
        c->attrs[i] = TN_TYPE_ATTR(c->names[i], value);
}

static void set_element(tn_tensor *t, int64_t i, const char *text)
{
    double real = strtod(text, NULL);
    long long integer = strtoll(text, NULL, 10);
    switch (tn_tensor_dtype(t)) {
    case TN_FLOAT32:
        tn_f32(t)[i] = (float)real;
        break;
    case TN_FLOAT64:
        tn_f64(t)[i] = real;
        break;
    case TN_INT32:
        tn_i32(t)[i] = (int32_t)integer;
        break;
    case TN_INT64:
        tn_i64(t)[i] = integer;
        break;
    case TN_BOOL:
        tn_bool(t)[i] = integer != 0;
        break;
    case TN_UINT8:
        tn_u8(t)[i] = (uint8_t)integer;
        break;
    case TN_INT8:
        tn_i8(t)[i] = (int8_t)integer;
        break;
    case TN_INT16:
        tn_i16(t)[i] = (int16_t)integer;
        break;
    case TN_UINT16:
        tn_u16(t)[i] = (uint16_t)integer;
        break;
    default:
        ck_abort_msg("a vector of %s", tn_dtype_name(tn_tensor_dtype(t)));
    }
}

/* Half precision is written as its value; 16 bits of it are made by the Cast that other cases check. */
static tn_tensor *to_half(tn_tensor *wide)
{
    tn_tensor *half = NULL;
    WITH_GRAPH(g, .owner = root) {
        WITH_SESSION(s, .parent = root) {
            half = tn_keep(root, tn_run(s, tn_cast(tn_constant(wide), TN_FLOAT16)));
        }
    }
    talloc_free(wide);
    return half;
}

static tn_dtype dtype_named(const char *name)
{
    for (int d = 1; d <= TN_UINT64; d++)
        if (!strcmp(tn_dtype_name((tn_dtype)d), name))
            return (tn_dtype)d;
    ck_abort_msg("no dtype %s", name);
}

static tn_tensor *read_tensor(FILE *file)
{
    char name[16], text[64];
    int rank;
    long long dim;
    int64_t dims[TN_MAX_RANK];
    ck_assert_int_eq(fscanf(file, "%15s %d", name, &rank), 2);
    for (int i = 0; i < rank; i++) {
        ck_assert_int_eq(fscanf(file, "%lld", &dim), 1);
        dims[i] = dim;
    }
    tn_dtype dtype = dtype_named(name);
    tn_tensor *t = tn_tensor_new(root, dtype == TN_FLOAT16 ? TN_FLOAT32 : dtype, rank, dims, NULL);
    for (int64_t i = 0; i < tn_tensor_size(t); i++) {
        ck_assert_int_eq(fscanf(file, "%63s", text), 1);
        set_element(t, i, text);
    }
    return dtype == TN_FLOAT16 ? to_half(t) : t;
}

static bool read_case(FILE *file, vector_case *c)
{
    char word[16];
    *c = (vector_case){ .num_in = 0 };
    if (fscanf(file, " case %63s %d %d %lf", c->type, &c->num_in, &c->num_out, &c->ulps) != 4)
        return false;
    long at = ftell(file);
    while (fscanf(file, " %15s", word) == 1 && !strcmp(word, "attr")) {
        read_attr(file, c);
        at = ftell(file);
    }
    fseek(file, at, SEEK_SET);
    for (int i = 0; i < c->num_in; i++)
        c->in[i] = read_tensor(file);
    for (int i = 0; i < c->num_out; i++)
        c->want[i] = read_tensor(file);
    return true;
}

static void free_case(vector_case *c)
{
    for (int i = 0; i < MOST; i++) {
        talloc_free(c->in[i]);
        talloc_free(c->want[i]);
    }
}

/* ---- Comparing ---- */

static double real_at(tn_tensor *t, int64_t i)
{
    return tn_tensor_dtype(t) == TN_FLOAT32 ? (double)tn_f32(t)[i] : tn_f64(t)[i];
}

/* Sums are judged by the largest of their tensor: cancellation makes a unit in the last place of a small result mean nothing. */
static double unit(tn_tensor *want, int64_t i)
{
    double largest = fabs(real_at(want, i));
    for (int64_t j = 0; j < tn_tensor_size(want); j++)
        if (isfinite(real_at(want, j)) && fabs(real_at(want, j)) < 1e6 * (1 + fabs(real_at(want, i))))
            largest = fmax(largest, fabs(real_at(want, j)));
    bool is_float = tn_tensor_dtype(want) == TN_FLOAT32;
    return fmax(largest * (is_float ? 0x1p-23 : 0x1p-52), is_float ? 0x1p-149 : 0x1p-1074);
}

static bool close_enough(tn_tensor *got, tn_tensor *want, int64_t i, double ulps)
{
    double a = real_at(got, i), b = real_at(want, i);
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    return a == b || (ulps > 0 && fabs(a - b) <= ulps * unit(want, i));
}

static void compare(const vector_case *c, int number, tn_tensor *got, tn_tensor *want)
{
    ck_assert_msg(tn_tensor_dtype(got) == tn_tensor_dtype(want) && tn_tensor_rank(got) == tn_tensor_rank(want),
                  "case %d, %s: another dtype or rank", number, c->type);
    for (int i = 0; i < tn_tensor_rank(want); i++)
        ck_assert_msg(tn_tensor_dim(got, i) == tn_tensor_dim(want, i), "case %d, %s: another shape", number, c->type);
    bool is_real = tn_tensor_dtype(want) == TN_FLOAT32 || tn_tensor_dtype(want) == TN_FLOAT64;
    if (!is_real)
        ck_assert_msg(!memcmp(tn_tensor_data(got), tn_tensor_data(want), tn_tensor_bytes(want)), "case %d, %s: other elements", number,
                      c->type);
    for (int64_t i = 0; is_real && i < tn_tensor_size(want); i++)
        ck_assert_msg(close_enough(got, want, i, c->ulps), "case %d, %s, element %d: %.17g, TensorFlow has %.17g", number, c->type, (int)i,
                      real_at(got, i), real_at(want, i));
}

/* ---- Running ---- */

static tn_op *build(const vector_case *c, const tn_output *x)
{
    return tn_op_new(NULL, c->type, ((tn_outputs){ x, (size_t)c->num_in }), .attrs = (tn_attrs){ c->attrs, c->num_attrs });
}

static void expect_outputs(const vector_case *c, int number, tn_op *op, tn_feeds feeds)
{
    tn_output fetches[MOST];
    tn_tensor *got[MOST];
    ck_assert_msg(op != NULL, "case %d, %s: %s", number, c->type, tn_last_error()->message);
    for (int i = 0; i < c->num_out; i++)
        fetches[i] = tn_op_output(op, i);
    WITH_SESSION(s, .parent = root) {
        tn_status status = tn_run_all(s, ((tn_outputs){ fetches, (size_t)c->num_out }), got, .feeds = feeds);
        ck_assert_msg(status == TN_OK, "case %d, %s: %s", number, c->type, tn_last_error()->message);
        for (int i = 0; i < c->num_out; i++)
            compare(c, number, got[i], c->want[i]);
    }
}

static void run_fed(const vector_case *c, int number)
{
    tn_output x[MOST];
    tn_feed feeds[MOST];
    WITH_GRAPH(g, .owner = root) {
        for (int i = 0; i < c->num_in; i++) {
            x[i] = tn_placeholder(tn_tensor_dtype(c->in[i]));
            feeds[i] = (tn_feed){ x[i], c->in[i] };
        }
        expect_outputs(c, number, build(c, x), (tn_feeds){ feeds, (size_t)c->num_in });
    }
}

static void run_constant(const vector_case *c, int number)
{
    tn_output x[MOST];
    WITH_GRAPH(g, .owner = root) {
        for (int i = 0; i < c->num_in; i++)
            x[i] = tn_constant(c->in[i]);
        expect_outputs(c, number, build(c, x), (tn_feeds){ 0 });
    }
}

static void for_each_case(void (*run)(const vector_case *c, int number))
{
    vector_case c;
    int number = 0;
    FILE *file = fopen(TN_T_DATA "/tensorflow.vec", "r");
    ck_assert_ptr_nonnull(file);
    for (; read_case(file, &c); number++) {
        run(&c, number);
        free_case(&c);
    }
    bool at_end = feof(file);
    fclose(file);
    ck_assert(at_end);
    ck_assert_int_gt(number, 1000);
}

START_TEST(fed_inputs)
{
    for_each_case(run_fed);
}
END_TEST

START_TEST(constant_inputs)
{
    for_each_case(run_constant);
}
END_TEST

TN_SUITE("ops tensorflow", fed_inputs, constant_inputs)
