/* Steps that are divided: every unit is done once, wherever a step is cut; the first range's error is the step's. */
#include "core/pool.h"
#include "core/status.h"
#include "harness.h"
#include "plan/compile.h"

enum { UNITS = 10007, THREADS = 3 };

/* A kernel that squares its units; from the unit `bad` on it fails, naming the unit. */
typedef struct square_args {
    int64_t bad;
} square_args;

static tn_status square_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const square_args *args = step->args;
    const int64_t *in = tn_in(step, frame, 0);
    int64_t *out = tn_out(step, frame, 0);
    ck_assert(range.first < range.last && range.worker >= 0 && range.worker < THREADS);
    for (int64_t i = range.first; i < range.last; i++) {
        if (i >= args->bad)
            return tn_fail(TN_OUT_OF_RANGE, "unit %lld is bad", (long long)i);
        out[i] += in[i] * in[i];
    }
    return TN_OK;
}

static tn_status square_whole(const tn_step *step, const tn_frame *frame)
{
    return square_part(step, frame, (tn_range){ 0, UNITS, 0 });
}

typedef struct squares {
    int64_t in[UNITS], out[UNITS];
    square_args args;
    tn_prepare p;
    tn_step step;
    void *data[2];
    tn_frame frame;
} squares;

static const uint32_t slots[] = { 0, 1 };

static squares *new_squares(int64_t bad, int threads)
{
    squares *s = talloc_zero(root, squares);
    for (int64_t i = 0; i < UNITS; i++)
        s->in[i] = i;
    s->args.bad = bad;
    s->data[0] = s->in;
    s->data[1] = s->out;
    s->frame = (tn_frame){ .data = s->data, .pool = threads > 1 ? tn_pool_new(s, threads) : NULL };
    s->p = (tn_prepare){ .owner = s, .threads = threads, .run = square_whole, .args = &s->args, .part = square_part, .units = UNITS };
    return s;
}

static tn_status run(squares *s, double work)
{
    ck_assert_int_eq(tn_split_step(&s->p, work), TN_OK);
    s->step = (tn_step){ .run = s->p.run, .slots = slots, .args = s->p.args, .num_inputs = 1, .num_outputs = 1 };
    return s->step.run(&s->step, &s->frame);
}

START_TEST(every_unit_is_done_once)
{
    for (int64_t units = 1; units <= UNITS; units = units * 3 + 1) {
        squares *s = new_squares(INT64_MAX, THREADS);
        s->p.units = units;
        ck_assert_int_eq(tn_split_step(&s->p, 1e9), TN_OK);
        ck_assert(units == 1 || s->p.run != square_whole);
        if (units > 1)
            ck_assert_int_eq(run(s, 0), TN_OK); /* so little is not divided again */
        for (int64_t i = 0; i < UNITS && units > 1; i++)
            ck_assert_int_eq(s->out[i], i < units ? i * i : 0);
        talloc_free(s);
    }
}
END_TEST

START_TEST(what_is_small_or_has_one_thread_is_left_whole)
{
    squares *s = new_squares(INT64_MAX, THREADS), *alone = new_squares(INT64_MAX, 1);
    ck_assert_int_eq(run(s, 1000), TN_OK);
    ck_assert(s->p.run == square_whole && s->p.args == &s->args);
    ck_assert_int_eq(run(alone, 1e12), TN_OK);
    ck_assert(alone->p.run == square_whole);
    s->p.part = NULL;
    ck_assert_int_eq(tn_split_step(&s->p, 1e12), TN_OK);
    ck_assert(s->p.run == square_whole);
    talloc_free(s);
    talloc_free(alone);
}
END_TEST

/* Divided at plan time; nobody is awake, and there is too little to wake somebody: the whole kernel runs. A frame may have no pool. */
START_TEST(a_divided_step_runs_whole_when_nobody_helps)
{
    squares *s = new_squares(INT64_MAX, THREADS);
    ck_assert_int_eq(run(s, 200000), TN_OK);
    ck_assert(s->p.run != square_whole);
    s->frame.pool = NULL;
    ck_assert_int_eq(s->step.run(&s->step, &s->frame), TN_OK);
    for (int64_t i = 0; i < UNITS; i++)
        ck_assert_int_eq(s->out[i], 2 * i * i);
    talloc_free(s);
}
END_TEST

START_TEST(the_first_ranges_error_is_the_steps)
{
    const int64_t bad[] = { 0, 1, 207, 208, 209, 5000, UNITS - 1 };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (int turn = 0; turn < 10; turn++) {
            squares *s = new_squares(bad[i], THREADS);
            char expected[64];
            snprintf(expected, sizeof expected, "unit %lld is bad", (long long)bad[i]);
            ck_assert_int_eq(run(s, 1e9), TN_OUT_OF_RANGE);
            expect_error(TN_OUT_OF_RANGE, expected);
            talloc_free(s);
        }
}
END_TEST

START_TEST(an_error_of_before_is_left_alone_by_success)
{
    squares *s = new_squares(INT64_MAX, THREADS);
    tn_fail(TN_NOT_FOUND, "something else");
    ck_assert_int_eq(run(s, 1e9), TN_OK);
    expect_error(TN_NOT_FOUND, "something else");
    talloc_free(s);
}
END_TEST

TN_SUITE("plan split", every_unit_is_done_once, what_is_small_or_has_one_thread_is_left_whole, a_divided_step_runs_whole_when_nobody_helps,
         the_first_ranges_error_is_the_steps, an_error_of_before_is_left_alone_by_success)
