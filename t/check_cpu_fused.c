/* Programs as they run: as steps, as finishes and as sources, any rectangle, any piece. A program of any group computes what its operations
 * do one after the other, element by element. */
#include <math.h>
#include "random_group.h"

enum { FIRST = 1 }; /* the step's input that is the group's first */
static char got[GROUP_MOST * 8 + 64];

static const uint32_t slots[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 };
static void *pointers[FIRST + TN_GROUP_INPUTS + 1];

/* A step with an output of its own (over < 0), or written over the step's input `over`. */
static tn_step step_of(const random_group *g, const void *args, int over)
{
    const int n = FIRST + g->group.num_inputs;
    for (int i = FIRST; i < n; i++)
        pointers[i] = group_data[i - FIRST];
    memset(got, 0x5C, sizeof got);
    if (over >= 0)
        pointers[over] = memcpy(got, group_data[over - FIRST], (size_t)tn_dims_size(&g->dims) * sizeof(float));
    pointers[n] = got;
    return (tn_step){ .slots = slots, .args = args, .num_inputs = (uint32_t)n, .num_outputs = 1 };
}

static const tn_frame frame = { .data = pointers };

static bool is_nan(const char *at)
{
    float x;
    memcpy(&x, at, sizeof x);
    return isnan(x);
}

static void expect_computed(const random_group *g, const char *want, const char *how)
{
    const size_t n = (size_t)tn_dims_size(&g->dims);
    for (size_t i = 0; i < n; i++) /* which NaN it is, is not promised */
        ck_assert_msg(!memcmp(got + i * 4, want + i * 4, 4) || (is_nan(got + i * 4) && is_nan(want + i * 4)),
                      "%s, %s, %d operations: element %zu of %zu", tn_isa_best()->name, how, g->group.num_ops, i, n);
    ck_assert_int_eq(got[4 * n], 0x5C);
}

static void run_as_step(const random_group *g, const char *want)
{
    tn_operand out = { .dtype = TN_FLOAT32, .dims = g->dims };
    tn_prepare p = { .owner = talloc_named_const(root, 0, "plan"), .num_inputs = g->group.num_inputs, .in = g->in, .out = &out };
    ck_assert_int_eq(tn_prepare_group(&p, &g->group), TN_OK);
    tn_step step = step_of(g, p.args, -1);
    ck_assert_int_eq(p.run(&step, &frame), TN_OK);
    expect_computed(g, want, "whole");
    step = step_of(g, p.args, -1);
    for (int64_t i = p.units - 1; i >= 0; i--)
        ck_assert_int_eq(p.part(&step, &frame, (tn_range){ i, i + 1, 0 }), TN_OK);
    expect_computed(g, want, "in units");
    for (int i = FIRST; i < FIRST + g->group.num_inputs; i++)
        if (p.in_place >> i & 1) {
            ck_assert(g->in[i - FIRST].dtype == TN_FLOAT32 && tn_dims_size(&g->in[i - FIRST].dims) == tn_dims_size(&g->dims));
            step = step_of(g, p.args, i);
            ck_assert_int_eq(p.run(&step, &frame), TN_OK);
            expect_computed(g, want, "in place");
        }
    talloc_free((void *)p.owner);
}

static void finish_rectangles(const random_group *g, const tn_finish *finish, int64_t height, int64_t width)
{
    const int64_t columns = g->dims.dim[g->dims.rank - 1], rows = tn_dims_size(&g->dims) / columns;
    const tn_step step = step_of(g, NULL, -1);
    memcpy(got, group_anchor, (size_t)(rows * columns) * sizeof(float));
    for (int64_t r = 0; r < rows; r += height)
        for (int64_t c = 0; c < columns; c += width)
            finish->run(finish, &step, &frame, r, r + height < rows ? height : rows - r, c, c + width < columns ? width : columns - c);
}

static void run_as_finish(const random_group *g, const char *want)
{
    const int64_t columns = g->dims.dim[g->dims.rank - 1], rows = tn_dims_size(&g->dims) / columns;
    const int64_t heights[] = { 1, 2, rows }, widths[] = { columns, 8, 13, 1 };
    const tn_finish *finish = tn_finish_new(root, &g->group);
    for (int i = 0; i < 12; i += 1 + (int)draw(4)) {
        finish_rectangles(g, finish, heights[i % 3], widths[i / 3]);
        expect_computed(g, want, "finish");
    }
    talloc_free((void *)finish);
}

static void run_as_source(random_group *g, const char *want)
{
    g->group.stream = false;
    const tn_source *source = tn_source_new(root, &g->group);
    const tn_step step = step_of(g, NULL, -1);
    for (int64_t i = 0, n, size = tn_dims_size(&g->dims); i < size; i += n) {
        n = 1 + (int64_t)draw(TN_SOURCE_MOST);
        n = n < size - i ? n : size - i;
        source->load(source, &step, &frame, i, n, got + i * 4);
        ck_assert_int_eq(got[(i + n) * 4], 0x5C);
    }
    expect_computed(g, want, "source");
    talloc_free((void *)source);
}

static void check_group(int num_ops, bool anchored)
{
    static const char *const sets[] = { "baseline", "avx2", "avx512" };
    static random_group g;
    const tn_isa *best = tn_isa_best();
    random_group_of(&g, num_ops, anchored, FIRST);
    const char *want = random_group_result(&g);
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (!tn_isa_named(sets[i]))
            continue;
        tn_isa_choose(tn_isa_named(sets[i]));
        random_group_use(&g, tn_isa_best());
        if (anchored) {
            run_as_finish(&g, want);
        } else {
            run_as_step(&g, want);
            run_as_source(&g, want);
        }
    }
    tn_isa_choose(best);
}

START_TEST(any_group_is_its_operations_one_by_one)
{
    const int groups = getenv("TN_UNDER_VALGRIND") ? 20 : 400;
    for (int turn = 0; turn < groups; turn++)
        check_group(turn % 8 == 7 ? TN_GROUP_OPS : 1 + (int)draw(9), turn % 3 == 2);
}
END_TEST

START_TEST(one_element_and_none)
{
    const tn_dims shapes[] = { tn_dims_scalar(), { 2, { 1, 1 } }, { 2, { 0, 5 } }, { 1, { 0 } } };
    for (int i = 0; i < 4; i++) {
        const tn_operand in = { .dtype = TN_FLOAT32, .dims = shapes[i] };
        const tn_group_op op = { .map = { .row = tn_isa_best()->rows[TN_ROW_neg_f32] }, .num_inputs = 1, .out = in };
        float value = 3, negative = 7;
        void *values[] = { &value, &negative };
        tn_prepare p = { .owner = talloc_named_const(root, 0, "plan"), .num_inputs = 1, .in = &in, .out = &in };
        ck_assert_int_eq(tn_prepare_group(&p, &(tn_group){ .ops = &op, .num_ops = 1, .in = &in, .num_inputs = 1 }), TN_OK);
        ck_assert_int_eq(p.units, i < 2);
        const tn_step step = { .slots = slots, .args = p.args, .num_inputs = 1, .num_outputs = 1 };
        ck_assert_int_eq(p.run(&step, &(tn_frame){ .data = values }), TN_OK);
        ck_assert_float_eq(negative, i < 2 ? -3 : 7);
        talloc_free((void *)p.owner);
    }
}
END_TEST

TN_SUITE("cpu fused", any_group_is_its_operations_one_by_one, one_element_and_none)
