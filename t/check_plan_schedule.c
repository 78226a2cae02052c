/* Order: control dependencies hold, and what reads a variable comes before what writes it, unless told otherwise. */
#include "core/alloc.h"
#include "harness.h"

static tn_session *session_with(tn_variable *v)
{
    tn_session *s = tn_session_open(.parent = root);
    ck_assert_ptr_nonnull(s);
    ck_assert_int_eq(tn_run_op(s, tn_initializer(v)), TN_OK);
    return s;
}

START_TEST(a_read_comes_before_a_write_made_earlier)
{
    tn_variable *v = tn_variable_new(tn_scalar(1.0f));
    tn_output update = tn_assign_add(v, tn_scalar(10.0f));
    tn_output y = tn_neg(tn_read(v)); /* made after the update, and still of the old value */
    tn_session *s = session_with(v);
    tn_tensor *r[2];
    ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y, update), r), TN_OK);
    expect_text(r[0], "-1.0");
    expect_text(r[1], "11.0");
    tn_session_close(s);
}
END_TEST

START_TEST(a_control_dependency_turns_that_round)
{
    tn_variable *v = tn_variable_new(tn_scalar(1.0f));
    tn_output update = tn_assign_add(v, tn_scalar(10.0f)), y = { 0 };
    WITH_CONTROL_DEPENDENCIES(update.op) {
        y = tn_identity(tn_variable_ref(v));
    }
    tn_session *s = session_with(v);
    expect_text(tn_run(s, y), "11.0");
    expect_text(tn_run(s, y), "21.0");
    tn_session_close(s);
}
END_TEST

START_TEST(what_was_read_stays_as_it_was)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f));
    tn_output before = tn_read(v), update = tn_assign_add(v, tn_vector(10.0f, 10.0f)), after = { 0 }, difference = { 0 };
    WITH_CONTROL_DEPENDENCIES(before.op, update.op) {
        after = tn_identity(tn_variable_ref(v));
        difference = tn_sub(after, before);
    }
    tn_session *s = session_with(v);
    expect_text(tn_run(s, difference), "[10. 10.]");
    expect_text(tn_run(s, difference), "[10. 10.]");
    tn_session_close(s);
}
END_TEST

START_TEST(each_assignment_gives_its_own_value)
{
    tn_variable *v = tn_variable_new(tn_scalar(0.0f));
    tn_output one = tn_assign_add(v, tn_scalar(1.0f)), two = { 0 };
    WITH_CONTROL_DEPENDENCIES(one.op) {
        two = tn_assign_add(v, tn_scalar(10.0f));
    }
    tn_session *s = session_with(v);
    tn_tensor *r[2];
    ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(two, one), r), TN_OK);
    expect_text(r[0], "11.0");
    expect_text(r[1], "1.0");
    tn_session_close(s);
}
END_TEST

START_TEST(a_long_chain_of_assignments_is_ordered_in_no_time)
{
    tn_variable *v = tn_variable_new(tn_scalar(0));
    tn_output update = tn_assign_add(v, tn_scalar(1));
    for (int i = 1; i < 20000; i++)
        WITH_CONTROL_DEPENDENCIES(update.op) {
            update = tn_assign_add(v, tn_scalar(1));
        }
    tn_session *s = session_with(v);
    expect_text(tn_run(s, update), "20000");
    tn_session_close(s);
}
END_TEST

START_TEST(a_write_made_before_the_last_use_of_a_read_copies_nothing)
{
    tn_variable *v = tn_variable_new(tn_vector(1.0f, 2.0f));
    tn_output before = tn_read(v);
    tn_op *update = tn_assign_add(v, tn_vector(1.0f, 1.0f)).op; /* made first, run last */
    tn_output y = tn_neg(before), into = tn_add(y, y);
    tn_session *s = session_with(v);
    tn_tensor *result = tn_tensor_new(root, TN_FLOAT32, 1, (int64_t[]){ 2 }, NULL);
    for (int turn = 0; turn < 3; turn++) {
        tn_alloc_fail_at(0, false);
        ck_assert_ptr_eq(tn_run(s, into, .targets = TN_OPS(update), .into = result), result);
        if (turn)
            ck_assert_int_eq(tn_alloc_count(), 0);
    }
    ck_assert_float_eq(tn_f32(result)[0], -6);
    talloc_free(result);
    tn_session_close(s);
}
END_TEST

TN_SUITE("plan schedule", a_read_comes_before_a_write_made_earlier, a_control_dependency_turns_that_round, what_was_read_stays_as_it_was,
         each_assignment_gives_its_own_value, a_long_chain_of_assignments_is_ordered_in_no_time,
         a_write_made_before_the_last_use_of_a_read_copies_nothing)
