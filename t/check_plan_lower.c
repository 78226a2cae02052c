/* From nodes to steps: checks, reads and releases in their places, state bound, what cannot be prepared left for the run. */
#include "plan/compile.h"
#include "plan_driver.h"
#include "core/status.h"
#include "session/state.h"

/* A stand-in for the session: one variable. */
static tn_variable_state *the_variable;

static tn_variable_state *variable_of(void *session, const tn_op *op)
{
    ck_assert_ptr_eq(session, &the_variable);
    ck_assert(op->def->flags & TN_OP_VARIABLE);
    return the_variable;
}

static tn_random_state *no_random(void *session, const tn_op *op)
{
    (void)session;
    tn_fail_node(TN_UNAVAILABLE, op->def->name, op->name, "no random states here");
    return NULL;
}

static tn_status compile(tn_outputs fetches, tn_ops targets, tn_plan **plan)
{
    tn_plan_request request = { .graph = tn_default_graph()->core,
                                .fetches = fetches.items,
                                .num_fetches = fetches.n,
                                .targets = targets.items,
                                .num_targets = targets.n,
                                .session = &the_variable,
                                .variable = variable_of,
                                .random = no_random };
    return tn_plan_new(root, &request, plan);
}

/* The kinds of a plan's steps, one letter each: check, read, release, dynamic, kernel, alias. */
static const char *steps_text(const tn_plan *plan)
{
    static char text[64];
    ck_assert_uint_lt(plan->num_steps, sizeof text);
    for (size_t i = 0; i < plan->num_steps; i++) {
        tn_kernel run = plan->steps[i].run;
        text[i] = run == tn_run_check     ? 'c'
                  : run == tn_run_read    ? 'r'
                  : run == tn_run_release ? 'l'
                  : run == tn_run_dynamic ? 'd'
                  : run == tn_run_alias   ? 'a'
                                          : 'k';
    }
    text[plan->num_steps] = 0;
    return text;
}

static void make_variable(void)
{
    the_variable = talloc_zero(root, tn_variable_state);
    pthread_mutex_init(&the_variable->mutex, NULL);
    the_variable->name = "v";
    the_variable->dtype = TN_FLOAT32;
    the_variable->declared = tn_dims_vector(2);
}

static void free_all(tn_plan *plan)
{
    talloc_free(plan);
    pthread_mutex_destroy(&the_variable->mutex);
    talloc_free(the_variable);
}

START_TEST(a_read_is_released_before_the_write)
{
    make_variable();
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_output y = tn_neg(tn_read(v));
    tn_op *update = tn_assign_add(v, tn_vector(1.0f, 1.0f)).op;
    tn_plan *plan = NULL;
    ck_assert_int_eq(compile(TN_OUTPUTS(y), TN_OPS(update), &plan), TN_OK);
    ck_assert_str_eq(steps_text(plan), "crklk");
    free_all(plan);
}
END_TEST

START_TEST(without_writes_a_read_is_held_to_the_end)
{
    make_variable();
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_plan *plan = NULL;
    ck_assert_int_eq(compile(TN_OUTPUTS(tn_neg(tn_read(v))), TN_OPS(), &plan), TN_OK);
    ck_assert_str_eq(steps_text(plan), "crk");
    ck_assert_uint_eq(plan->num_buffers, 1);
    ck_assert_ptr_eq(plan->holders[0], the_variable);
    free_all(plan);
}
END_TEST

START_TEST(an_assignment_is_read_just_after_it)
{
    make_variable();
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f), .name = "v");
    tn_plan *plan = NULL;
    ck_assert_int_eq(compile(TN_OUTPUTS(tn_neg(tn_assign(v, tn_vector(3.0f, 4.0f)))), TN_OPS(), &plan), TN_OK);
    ck_assert_str_eq(steps_text(plan), "ckrkl");
    free_all(plan);
}
END_TEST

START_TEST(state_that_cannot_be_had_is_the_plans_error)
{
    make_variable();
    tn_plan *plan = NULL;
    ck_assert_int_eq(compile(TN_OUTPUTS(tn_random_uniform(TN_SHAPE(2), .name = "r")), TN_OPS(), &plan), TN_UNAVAILABLE);
    expect_error(TN_UNAVAILABLE, "no random states here");
    ck_assert_ptr_null(plan);
    free_all(plan);
}
END_TEST

START_TEST(a_dtype_without_a_kernel_is_the_plans_error)
{
    tn_output x = tn_const_new(TN_INT8, 0, NULL, "", NULL), y = tn_add(x, x, .name = "y");
    expect_no_plan(TN_OUTPUTS(y), (tn_feeds){ 0 }, TN_UNIMPLEMENTED, "Add 'y': no kernel for int8");
}
END_TEST

START_TEST(much_work_is_checked_in_between)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(20000)), y = x;
    for (int i = 0; i < 4; i++)
        y = tn_add(y, x);
    tn_tensor *t = floats(20000, NULL);
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ x, t }), TN_OPTIMIZE_NONE);
    ck_assert_str_eq(steps_text(plan), "ckckckck");
    talloc_free(plan);
    talloc_free(t);
}
END_TEST

START_TEST(an_axis_that_is_fed_is_left_to_the_run)
{
    tn_output axis = tn_placeholder(TN_INT32, .shape = TN_SHAPE(1));
    tn_output y = tn_op_output(tn_op_new(NULL, "Sum", TN_OUTPUTS(tn_matrix(2, 2, 1.0f, 2.0f, 3.0f, 4.0f), axis)), 0);
    tn_tensor *one = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 1 }, (int32_t[]){ 1 });
    tn_plan *plan = plan_of(TN_OUTPUTS(y), TN_FEEDS({ axis, one }), TN_OPTIMIZE_DEFAULT);
    ck_assert_str_eq(steps_text(plan), "cd");
    expect_floats(plan, TN_FEEDS({ axis, one }), 2, (float[]){ 3, 7 });
    talloc_free(plan);
    talloc_free(one);
}
END_TEST

TN_SUITE("plan lower", a_read_is_released_before_the_write, without_writes_a_read_is_held_to_the_end, an_assignment_is_read_just_after_it,
         state_that_cannot_be_had_is_the_plans_error, a_dtype_without_a_kernel_is_the_plans_error, much_work_is_checked_in_between,
         an_axis_that_is_fed_is_left_to_the_run)
