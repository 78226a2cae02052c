/* Groups as fuse finds them, made by hand: which operands the step then has, and that it computes what its members do. */
#include "plan/group.h"
#include "compile_driver.h"
#include "core/alloc.h"

enum { ROWS = 4, COLUMNS = 6, SIZE = ROWS * COLUMNS };

static tn_output x, y;
static tn_tensor *fed_x, *fed_y;
static tn_compile *c;
static tn_fusing f;

static void feed(void)
{
    const int64_t dims[] = { ROWS, COLUMNS };
    x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(ROWS, COLUMNS));
    y = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(ROWS, COLUMNS));
    fed_x = tn_tensor_new(root, TN_FLOAT32, 2, dims, NULL);
    fed_y = tn_tensor_new(root, TN_FLOAT32, 2, dims, NULL);
    for (int i = 0; i < SIZE; i++) {
        tn_f32(fed_x)[i] = (float)(i % 7) - 3;
        tn_f32(fed_y)[i] = (float)(i % 5) / 2 - 1;
    }
}

/* Everything lowered, nobody in a group. */
static void lower(tn_output fetch)
{
    c = compile_until_pass(TN_OUTPUTS(fetch), TN_FEEDS({ x, fed_x }, { y, fed_y }), TN_OPTIMIZE_DEFAULT, COMPILE_LOWERED);
    c->operands = TN_GROW_ARRAY(c, c->operands, uint32_t, 2 * (size_t)c->num_operands + 1);
    f = (tn_fusing){ .c = c, .joined = c->num_operands };
    f.members = TN_NEW_ARRAY(c, tn_member, c->num_instrs);
    f.maker = TN_NEW_ARRAY(c, uint32_t, c->num_nodes);
    for (uint32_t n = 0; n < c->num_nodes; n++)
        f.maker[n] = TN_NONE;
    for (uint32_t p = 0; p < c->num_instrs; p++) {
        f.members[p] = (tn_member){ .leader = p, .next = TN_NONE, .first = TN_NONE, .anchor = TN_NONE };
        if (c->instrs[p].node != TN_NONE)
            f.maker[c->instrs[p].node] = p;
    }
}

static void close_plan(void)
{
    talloc_free(c);
    talloc_free(fed_x);
    talloc_free(fed_y);
}

/* Puts operations, in order of execution, into the leader's group. */
static void group(tn_output leader, tn_outputs ops)
{
    const uint32_t lead = instruction_of(c, leader);
    for (size_t i = ops.n; i-- > 0;) {
        const uint32_t p = instruction_of(c, ops.items[i]);
        f.members[p].leader = lead;
        f.members[p].next = f.members[lead].first;
        f.members[lead].first = p;
        f.members[lead].num_ops++;
    }
}

static void finish(tn_output leader, tn_output anchor)
{
    f.members[instruction_of(c, anchor)].leader = instruction_of(c, leader);
    f.members[instruction_of(c, leader)].anchor = instruction_of(c, anchor);
}

static tn_instr prepared(tn_output leader)
{
    tn_instr made;
    const tn_status status = tn_group_prepare(&f, instruction_of(c, leader), &made);
    ck_assert_msg(!status, "%s", tn_last_error()->message);
    ck_assert_int_eq(made.kind, TN_INSTR_KERNEL);
    return made;
}

/* The step's operands: outputs, or nothing. */
static void expect_operands(const tn_instr *made, tn_outputs wanted)
{
    ck_assert_uint_eq(made->num_operands, wanted.n);
    for (uint32_t i = 0; i < wanted.n; i++) {
        const uint32_t v = tn_operand_of(c, made, i);
        ck_assert_msg(v == (wanted.items[i].op ? tn_value_at(c, wanted.items[i]) : TN_NONE), "operand %u", i);
    }
}

static void *elements_of(uint32_t v)
{
    if (v == TN_NONE)
        return NULL;
    const uint32_t root_value = c->values[v].root;
    return root_value == tn_value_at(c, x)   ? fed_x->data
           : root_value == tn_value_at(c, y) ? fed_y->data
                                             : (void *)(uintptr_t)c->values[v].known;
}

/* Runs the step, and compares with what a session makes of the leader with nothing joined. */
static void expect_value_of(const tn_instr *made, tn_output leader)
{
    static _Alignas(64) char workspace[1 << 16];
    static uint32_t slots[40];
    float got[SIZE];
    void *data[40];
    for (uint32_t i = 0; i < 40; i++)
        slots[i] = i;
    for (uint32_t i = 0; i < made->num_operands; i++)
        data[i] = elements_of(tn_operand_of(c, made, i));
    data[made->num_operands] = got;
    data[made->num_operands + 1] = workspace;
    const tn_step step = { .slots = slots, .args = made->args, .num_inputs = made->num_operands, .num_outputs = 1, .op = leader.op };
    ck_assert_int_eq(made->run(&step, &(tn_frame){ .data = data }), TN_OK);
    WITH_SESSION(s, .parent = root, .optimize = TN_OPTIMIZE_NONE) {
        tn_tensor *plain = tn_run(s, leader, .feeds = TN_FEEDS({ x, fed_x }, { y, fed_y }));
        ck_assert_ptr_nonnull(plain);
        ck_assert_mem_eq(got, tn_f32(plain), tn_tensor_bytes(plain));
    }
}

START_TEST(makers_are_seen_through_views)
{
    feed();
    tn_output sum = tn_add(x, y), view = tn_reshape_to(tn_identity(sum), TN_SHAPE(SIZE)), last = tn_neg(view);
    lower(last);
    ck_assert_uint_eq(tn_maker_of(&f, tn_value_at(c, sum)), instruction_of(c, sum));
    ck_assert_uint_eq(tn_maker_of(&f, tn_operand_of(c, &c->instrs[instruction_of(c, last)], 0)), instruction_of(c, sum));
    ck_assert_uint_eq(tn_maker_of(&f, tn_value_at(c, x)), TN_NONE);
    close_plan();
}
END_TEST

START_TEST(each_value_is_one_operand)
{
    feed();
    tn_output a = tn_add(x, y), b = tn_mul(a, x), last = tn_sub(b, a);
    lower(last);
    group(last, TN_OUTPUTS(a, b, last));
    const tn_instr made = prepared(last);
    expect_operands(&made, TN_OUTPUTS(x, y));
    ck_assert_uint_eq(made.in_place, 3);
    ck_assert(made.may_divide && made.work > 0);
    ck_assert_uint_eq(f.joined, c->num_operands + 2);
    expect_value_of(&made, last);
    close_plan();
}
END_TEST

START_TEST(one_that_stands_alone_is_its_kernel)
{
    feed();
    tn_output last = tn_sub(x, y);
    lower(last);
    group(last, TN_OUTPUTS(last));
    const tn_instr made = prepared(last);
    expect_operands(&made, TN_OUTPUTS(x, y));
    ck_assert_uint_eq(f.joined, c->num_operands); /* its own operands */
    expect_value_of(&made, last);
    close_plan();
}
END_TEST

/* A result that is made by the leader's group is inside, one of another group an operand. */
START_TEST(what_others_make_is_an_operand)
{
    feed();
    tn_output other = tn_square(y), a = tn_add(x, other), last = tn_mul(a, other);
    lower(last);
    group(last, TN_OUTPUTS(a, last));
    const tn_instr made = prepared(last);
    expect_operands(&made, TN_OUTPUTS(x, other));
    close_plan();
}
END_TEST

START_TEST(a_kernel_that_is_finished)
{
    feed();
    tn_output product = tn_matmul(x, y, .transpose_b = true), a = tn_add(product, tn_matmul(y, y, .transpose_b = true));
    tn_output bias = tn_vector(1.0f, 2, -3, 4), b = tn_bias_add(product, bias), last = tn_relu(b);
    lower(tn_add(last, a));
    finish(last, product);
    group(last, TN_OUTPUTS(b, last));
    const tn_instr made = prepared(last);
    expect_operands(&made, TN_OUTPUTS(x, y, bias));
    ck_assert_ptr_eq(c->nodes[made.node].op, product.op);
    ck_assert_ptr_eq(c->nodes[made.writes].op, last.op);
    expect_value_of(&made, last);
    close_plan();
}
END_TEST

/* The kernel takes nothing in the group's place. */
START_TEST(a_kernel_that_takes_parts)
{
    feed();
    tn_output axis = tn_vector(1), a = tn_mul(x, x), b = tn_sub(a, y);
    tn_op *sum = tn_op_new(NULL, "Sum", TN_OUTPUTS(b, axis));
    lower(tn_op_output(sum, 0));
    group(tn_op_output(sum, 0), TN_OUTPUTS(a, b));
    const tn_instr made = prepared(tn_op_output(sum, 0));
    expect_operands(&made, TN_OUTPUTS({ NULL, 0 }, axis, x, y));
    expect_value_of(&made, tn_op_output(sum, 0));
    close_plan();
}
END_TEST

START_TEST(a_kernel_with_nothing_before_it_is_left)
{
    feed();
    tn_op *sum = tn_op_new(NULL, "Sum", TN_OUTPUTS(x, tn_vector(1)));
    lower(tn_op_output(sum, 0));
    const tn_instr before = c->instrs[instruction_of(c, tn_op_output(sum, 0))], made = prepared(tn_op_output(sum, 0));
    ck_assert(made.run == before.run && made.args == before.args && made.first_operand == before.first_operand);
    close_plan();
}
END_TEST

/* As many operations and operands as a group may have. */
START_TEST(as_large_as_groups_may_be)
{
    tn_output ops[TN_GROUP_OPS], operands[TN_GROUP_INPUTS];
    feed();
    for (int i = 0; i < TN_GROUP_INPUTS; i++) {
        tn_tensor *row = floats(COLUMNS, (float[]){ (float)i, 1, 2, -3, (float)i / 3, 5 });
        operands[i] = i ? tn_constant(row) : x;
        talloc_free(row);
    }
    for (int j = 0; j < TN_GROUP_OPS; j++)
        ops[j] = j ? j % 2 ? tn_sub(ops[j - 1], operands[j % TN_GROUP_INPUTS]) : tn_maximum(ops[j - 1], operands[j / 2]) : tn_neg(x);
    lower(ops[TN_GROUP_OPS - 1]);
    group(ops[TN_GROUP_OPS - 1], (tn_outputs){ ops, TN_GROUP_OPS });
    const tn_instr made = prepared(ops[TN_GROUP_OPS - 1]);
    ck_assert_uint_eq(made.num_operands, TN_GROUP_INPUTS);
    expect_value_of(&made, ops[TN_GROUP_OPS - 1]);
    close_plan();
}
END_TEST

/* For who asks what was fused. */
START_TEST(members_are_noted)
{
    feed();
    tn_output a = tn_add(x, y), last = tn_mul(a, x);
    lower(last);
    group(last, TN_OUTPUTS(a, last));
    c->notes = TN_NEW_ARRAY(c, tn_note, c->num_instrs);
    (void)prepared(last);
    const tn_note *note = &c->notes[instruction_of(c, last)];
    ck_assert(note->num_members == 2 && note->members[0] == a.op && note->members[1] == last.op && !note->is_source);
    close_plan();
}
END_TEST

START_TEST(memory_runs_out)
{
    for (long n = 1, reached = 1; reached; n++) {
        feed();
        tn_output a = tn_add(tn_matmul(x, y, .transpose_b = true), tn_scalar(1.0f)), last = tn_relu(a);
        tn_instr made;
        lower(last);
        finish(last, tn_op_input(a.op, 0));
        group(last, TN_OUTPUTS(a, last));
        tn_alloc_fail_at(n, false);
        const tn_status status = tn_group_prepare(&f, instruction_of(c, last), &made);
        reached = tn_alloc_count() >= n;
        tn_alloc_fail_at(0, false);
        ck_assert_int_eq(status, reached ? TN_RESOURCE_EXHAUSTED : TN_OK);
        close_plan();
    }
}
END_TEST

TN_SUITE("plan group", makers_are_seen_through_views, each_value_is_one_operand, one_that_stands_alone_is_its_kernel,
         what_others_make_is_an_operand, a_kernel_that_is_finished, a_kernel_that_takes_parts, a_kernel_with_nothing_before_it_is_left,
         as_large_as_groups_may_be, members_are_noted, memory_runs_out)
