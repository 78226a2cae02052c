/* Programs as they are written: how operands are spread, what is joined, which registers and rooms there are. fused.c runs them. */
#include "cpu/program.h"
#include "random_group.h"

/* ---- Spreads ---- */

static void check_spread(const tn_dims *out, const tn_dims *in)
{
    const tn_spread s = tn_spread_of(out, in);
    const int64_t n = tn_dims_size(out);
    int64_t all = 1;
    for (int d = 0; d < s.rank; d++) {
        ck_assert_int_gt(s.dim[d], 1);
        ck_assert(!d || s.stride[d - 1] != s.stride[d] * s.dim[d]); /* else it were one */
        all *= s.dim[d];
    }
    ck_assert_int_eq(all, n);
    ck_assert(!s.rank || s.stride[s.rank - 1] == 0 || s.stride[s.rank - 1] == 1);
    ck_assert_int_ge(s.period, 1);
    for (int64_t i = 0; i < n; i++) {
        int64_t place = 0, rest = i;
        for (int d = s.rank - 1; d >= 0; rest /= s.dim[d--])
            place += rest % s.dim[d] * s.stride[d];
        ck_assert_int_eq(place, place_in(out, in, i));
        ck_assert(i + s.period >= n || place_in(out, in, i) == place_in(out, in, i + s.period));
    }
}

START_TEST(spreads_are_broadcasting)
{
    for (int turn = 0; turn < 2000; turn++) {
        tn_dims out = tn_dims_scalar();
        out.rank = (int)draw(TN_MAX_RANK + 1);
        for (int d = 0; d < out.rank; d++)
            out.dim[d] = 1 + (int64_t)draw(3);
        const tn_dims in = narrower(&out);
        check_spread(&out, &in);
    }
}
END_TEST

/* ---- Any group ---- */

/* Rooms are in the scratch and apart from each other; places, operands and tiles within their bounds. */
static void expect_sound(const random_group *g)
{
    tn_program *p = tn_program_new(root, &g->group, NULL);
    ck_assert_ptr_nonnull(p);
    ck_assert(p->tile >= 1 && p->tile <= TN_TILE && p->num_places <= TN_MAX_PLACES && p->num_loads <= TN_MAX_LOADS);
    ck_assert_int_le(p->num_instructions, g->group.num_ops);
    int64_t end = 0;
    for (int i = 0; i < p->num_places; i++) {
        const bool is_load = i < p->num_loads;
        if (is_load && !p->loads[i].spread)
            continue;
        const int64_t at = is_load ? p->loads[i].room : p->rooms[i];
        ck_assert_int_ge(at, end);
        ck_assert_int_eq(at % 64, 0);
        end = at + p->tile * (is_load ? p->loads[i].size : 1);
    }
    ck_assert_int_le(end, TN_ROOMS);
    talloc_free(p);
}

START_TEST(places_are_sound)
{
    static random_group g;
    for (int turn = 0; turn < 300; turn++) {
        random_group_of(&g, turn % 8 == 7 ? TN_GROUP_OPS : 1 + (int)draw(9), turn % 3 == 2, 1);
        random_group_use(&g, tn_isa_best());
        expect_sound(&g);
    }
}
END_TEST

/* ---- What is written ---- */

static const tn_operand whole = { .dtype = TN_FLOAT32, .dims = { 2, { 6, 50 } } }, row = { .dtype = TN_FLOAT32, .dims = { 1, { 50 } } };

static tn_group_op op_of(int which, int a, int b)
{
    const group_kind *k = &group_kinds[which];
    return (tn_group_op){
        .map = { .row = tn_isa_best()->rows[k->row], .super = k->super }, .num_inputs = k->num_inputs, .from = { a, b }, .out = whole
    };
}

static tn_program *program_of(int num_ops, const tn_group_op *ops, int num_inputs, const tn_operand *in, unsigned *in_place)
{
    tn_program *p = tn_program_new(root, &(tn_group){ .ops = ops, .num_ops = num_ops, .in = in, .num_inputs = num_inputs }, in_place);
    ck_assert_ptr_nonnull(p);
    return p;
}

static void expect_instructions(int n, int num_ops, const tn_group_op *ops)
{
    const tn_operand in[] = { whole, row, whole };
    tn_program *p = program_of(num_ops, ops, 3, in, NULL);
    ck_assert_int_eq(p->num_instructions, n);
    talloc_free(p);
}

START_TEST(two_are_one_where_nobody_else_takes_the_first)
{
    expect_instructions(1, 2, (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_MUL, ~0, 2) });
    expect_instructions(1, 2, (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_MUL, 2, ~0) });
    expect_instructions(1, 2, (tn_group_op[]){ op_of(GROUP_NEG, 0, 0), op_of(GROUP_MINIMUM, 2, ~0) });
    expect_instructions(2, 2, (tn_group_op[]){ op_of(GROUP_NEG, 0, 0), op_of(GROUP_RELU, ~0, 0) }); /* there is no such pair */
    expect_instructions(2, 2, (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_ABS, ~0, 0) });  /* nor one with what is in none */
    expect_instructions(2, 2, (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_MUL, ~0, ~0) }); /* it is taken twice */
    expect_instructions(3, 3, (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_ABS, ~0, 0), op_of(GROUP_MUL, ~0, ~1) });
    expect_instructions(2, 3,
                        (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_MUL, ~0, 2), op_of(GROUP_SUB, ~1, 0) }); /* two, not three */
    expect_instructions(
        2, 4, (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_MUL, ~0, 2), op_of(GROUP_SUB, ~1, 0), op_of(GROUP_RELU, ~2, 0) });
}
END_TEST

/* Each result is taken by the next alone: it may be written where that one's operand was. */
START_TEST(registers_are_used_again)
{
    tn_group_op ops[TN_GROUP_OPS];
    for (int j = 0; j < TN_GROUP_OPS; j++)
        ops[j] = op_of(GROUP_ABS, j ? ~(j - 1) : 0, 0);
    tn_program *p = program_of(TN_GROUP_OPS, ops, 1, &whole, NULL);
    ck_assert_int_eq(p->num_instructions, TN_GROUP_OPS);
    ck_assert_int_eq(p->num_places, p->num_loads + 1);
    ck_assert_int_eq(p->instructions[TN_GROUP_OPS - 1].out, p->num_places); /* the output itself */
    talloc_free(p);
}
END_TEST

/* As many operands as there can be, all of which wait for the last operations. */
START_TEST(as_much_as_a_group_may_have)
{
    tn_group_op ops[TN_GROUP_OPS];
    tn_operand in[TN_GROUP_INPUTS];
    for (int i = 0; i < TN_GROUP_INPUTS; i++) {
        in[i] = i % 2 ? whole : row;
        ops[i] = op_of(GROUP_ABS, i, 0);
    }
    for (int j = TN_GROUP_INPUTS; j < TN_GROUP_OPS; j++) /* the last is taken first */
        ops[j] = op_of(GROUP_SUB, j == TN_GROUP_INPUTS ? ~(TN_GROUP_INPUTS - 1) : ~(j - 1), ~(TN_GROUP_OPS - 1 - j));
    tn_program *p = program_of(TN_GROUP_OPS, ops, TN_GROUP_INPUTS, in, NULL);
    ck_assert_int_eq(p->num_loads, TN_GROUP_INPUTS);
    ck_assert_int_ge(p->num_places, 2 * TN_GROUP_INPUTS);
    ck_assert_int_ge(p->tile, 50);
    talloc_free(p);
}
END_TEST

START_TEST(an_input_is_loaded_once_for_each_way)
{
    static const tn_dims as_row[] = { { 2, { 6, 50 } }, { 2, { 1, 50 } } };
    tn_group_op ops[] = { op_of(GROUP_ADD, 0, 1), op_of(GROUP_SUB, ~0, 1), op_of(GROUP_SUB, ~1, 0) };
    const tn_operand in[] = { whole, row };
    ops[1].map.dims = as_row; /* other dims, the same order */
    tn_program *p = program_of(3, ops, 2, in, NULL);
    ck_assert_int_eq(p->num_loads, 2);
    talloc_free(p);
    static const tn_dims as_column[] = { { 2, { 6, 50 } }, { 2, { 6, 1 } } };
    const tn_operand square[] = { whole, { .dtype = TN_FLOAT32, .dims = { 1, { 6 } } } };
    ops[0] = op_of(GROUP_ADD, 0, 0);
    ops[1].map.dims = as_column;
    p = program_of(3, ops, 2, square, NULL);
    ck_assert_int_eq(p->num_loads, 2);
    ck_assert_ptr_null(p->loads[0].spread);
    ck_assert_ptr_nonnull(p->loads[1].spread);
    talloc_free(p);
}
END_TEST

START_TEST(what_is_written_over_is_read_in_its_order_alone)
{
    const tn_operand in[] = { whole, row, whole };
    unsigned in_place = 0;
    talloc_free(program_of(2, (tn_group_op[]){ op_of(GROUP_ADD, 0, 1), op_of(GROUP_SUB, ~0, 2) }, 3, in, &in_place));
    ck_assert_uint_eq(in_place, 1u << 0 | 1u << 2);
    /* Elements of another size. */
    tn_group_op cast = op_of(GROUP_ABS, 0, 0);
    cast.map.row = tn_isa_best()->rows[TN_ROW_f32_to_f64];
    cast.out.dtype = TN_FLOAT64;
    talloc_free(program_of(1, &cast, 1, in, &in_place));
    ck_assert_uint_eq(in_place, 0);
    /* One that is read in two ways. */
    static const tn_dims first[] = { { 2, { 6, 50 } }, { 2, { 6, 1 } } };
    tn_group_op both[] = { op_of(GROUP_ABS, 0, 0), op_of(GROUP_SUB, ~0, 0) };
    both[1].map.dims = first;
    talloc_free(program_of(2, both, 1, in, &in_place));
    ck_assert_uint_eq(in_place, 0);
}
END_TEST

static tn_group_op with_dims(tn_group_op op, tn_dims dims)
{
    op.out.dims = dims;
    return op;
}

/* Of the program for x + y. */
static int64_t tile_of(int64_t n, bool stream, int super)
{
    const tn_operand long_row = { .dtype = TN_FLOAT32, .dims = tn_dims_vector(n) }, in[] = { long_row, long_row };
    tn_group_op add = with_dims(op_of(GROUP_ADD, 0, 1), long_row.dims);
    add.map.super = super;
    tn_program *p = tn_program_new(root, &(tn_group){ .ops = &add, .num_ops = 1, .in = in, .num_inputs = 2, .stream = stream }, NULL);
    const int64_t tile = p->tile;
    talloc_free(p);
    return tile;
}

START_TEST(tiles_are_small_where_memory_is_waited_for)
{
    const int super = 1 + TN_SUPER_add;
    ck_assert_int_lt(tile_of(1 << 24, true, super), TN_TILE);
    ck_assert_int_eq(tile_of(1 << 24, false, super), TN_TILE); /* in the caches for its reader */
    ck_assert_int_eq(tile_of(1 << 20, true, super), TN_TILE);  /* in the caches already */
    ck_assert_int_eq(tile_of(1 << 24, true, 0), TN_TILE);      /* may be anything, that takes long */
}
END_TEST

static tn_status write_one(void *owner)
{
    const tn_operand in[] = { whole, row };
    const tn_group_op ops[] = { op_of(GROUP_ADD, 0, 1), op_of(GROUP_ABS, ~0, 0) };
    tn_program *p = tn_program_new(owner, &(tn_group){ .ops = ops, .num_ops = 2, .in = in, .num_inputs = 2 }, NULL);
    const tn_status status = p ? TN_OK : tn_last_error()->code;
    talloc_free(p);
    return status;
}

START_TEST(memory_runs_out)
{
    expect_survives_oom(write_one);
}
END_TEST

TN_SUITE("cpu program", spreads_are_broadcasting, places_are_sound, two_are_one_where_nobody_else_takes_the_first, registers_are_used_again,
         as_much_as_a_group_may_have, an_input_is_loaded_once_for_each_way, what_is_written_over_is_read_in_its_order_alone,
         tiles_are_small_where_memory_is_waited_for, memory_runs_out)
