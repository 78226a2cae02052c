/* Results: whose they are, and tensors of the caller's that receive them. */
#include <pthread.h>
#include "harness.h"
#include "session/session.h"

static tn_tensor *vector(int64_t n, const float *values)
{
    return tn_tensor_new(root, TN_FLOAT32, 1, &n, values);
}

START_TEST(owned_by_the_session_or_as_asked)
{
    tn_output c = tn_scalar(2);
    tn_tensor *r[2];
    WITH_SESSION(s) {
        ck_assert_ptr_eq(talloc_parent(tn_run(s, c)), s);
        tn_tensor *mine = tn_run(s, c, .owner = root);
        ck_assert_ptr_eq(talloc_parent(mine), root);
        talloc_free(mine);
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(c, c), r, .owner = root), TN_OK);
    }
    expect_text(r[0], "2");
    expect_text(r[1], "2");
}
END_TEST

START_TEST(a_result_of_its_own)
{
    tn_output c = tn_vector(1.0f, 2.0f);
    WITH_SESSION(s) {
        tn_tensor *first = tn_run(s, c);
        tn_f32(first)[0] = 99;
        expect_text(tn_run(s, c), "[1. 2.]");
    }
}
END_TEST

START_TEST(into_receives)
{
    tn_output x = tn_placeholder(TN_FLOAT32), y = tn_add(x, x);
    tn_tensor *t = vector(2, (float[]){ 1, 2 }), *into = vector(2, NULL), *r[2], *const some[] = { NULL, into };
    WITH_SESSION(s) {
        ck_assert_ptr_eq(tn_run(s, y, .feeds = TN_FEEDS({ x, t }), .into = into), into);
        ck_assert_float_eq(tn_f32(into)[1], 4);
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(x, y), r, .feeds = TN_FEEDS({ x, into }), .into = some), TN_OK);
        ck_assert_ptr_eq(r[1], into);
        expect_text(r[0], "[2. 4.]"); /* as it was fed, though the same tensor received the sum */
        ck_assert_float_eq(tn_f32(into)[1], 8);
        ck_assert_ptr_eq(tn_run(s, x, .feeds = TN_FEEDS({ x, into }), .into = into), into);
    }
    talloc_free(t);
    expect_text(into, "[4. 8.]");
}
END_TEST

START_TEST(into_must_fit)
{
    tn_output c = tn_vector(1.0f, 2.0f, 0.5f), d = tn_scalar(7.0f, .name = "d");
    tn_tensor *good = vector(3, (float[]){ -1, -1, -1 }), *bad = tn_tensor_new(root, TN_FLOAT64, 0, NULL, NULL), *r[] = { NULL, NULL };
    tn_tensor *const into[] = { good, bad };
    WITH_SESSION(s) {
        ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(c, d), r, .into = into), TN_INVALID_ARGUMENT);
        expect_error(TN_INVALID_ARGUMENT,
                     "Fetch 'd:0' of type float and shape [] does not fit .into, a tensor of type double and shape []");
        ck_assert_float_eq(tn_f32(good)[0], -1);
        ck_assert_ptr_null(r[0]);
        ck_assert_ptr_null(tn_run(s, d, .into = good));
        expect_error(TN_INVALID_ARGUMENT, "shape [3]");
    }
    talloc_free(good);
    talloc_free(bad);
}
END_TEST

START_TEST(into_of_no_elements)
{
    tn_output z = tn_zeros(TN_FLOAT32, TN_SHAPE(0, 3));
    tn_tensor *into = tn_tensor_new(root, TN_FLOAT32, 2, (int64_t[]){ 0, 3 }, NULL);
    WITH_SESSION(s)
        ck_assert_ptr_eq(tn_run(s, z, .into = into), into);
    talloc_free(into);
}
END_TEST

START_TEST(strings_cannot_be_received)
{
    tn_tensor *t = tn_string_tensor_new(root, 0, NULL, (const char *[]){ "abc" }, (size_t[]){ 3 });
    tn_output c = tn_constant(t);
    WITH_SESSION(s) {
        ck_assert_ptr_null(tn_run(s, c, .into = t));
        expect_error(TN_INVALID_ARGUMENT, "is of strings");
    }
    talloc_free(t);
}
END_TEST

typedef struct visit {
    tn_session *session;
    tn_output fetch;
    const void *parent;
} visit;

static void *visit_from_another_thread(void *data)
{
    visit *v = data;
    tn_tensor *first = tn_run(v->session, v->fetch), *second = tn_run(v->session, v->fetch);
    v->parent = second ? talloc_parent(second) : NULL;
    talloc_free(first); /* the second is left to close */
    return NULL;
}

START_TEST(other_threads_have_their_own_place)
{
    WITH_SESSION(s)
        for (int i = 0; i < 4; i++) {
            visit v = { s, tn_scalar(1), NULL };
            pthread_t thread;
            ck_assert_int_eq(pthread_create(&thread, NULL, visit_from_another_thread, &v), 0);
            pthread_join(thread, NULL);
            ck_assert_ptr_nonnull(v.parent);
            ck_assert_ptr_ne(v.parent, s);
            ck_assert_ptr_eq(talloc_parent(v.parent), s->core);
            expect_text(tn_run(s, v.fetch), "1");
        }
}
END_TEST

enum { LARGE = 40000 }; /* floats */

static tn_tensor *ramp(void)
{
    tn_tensor *t = vector(LARGE, NULL);
    for (int i = 0; i < LARGE; i++)
        tn_f32(t)[i] = (float)i;
    return t;
}

static void expect_scaled(tn_tensor *t, float scale)
{
    ck_assert_ptr_nonnull(t);
    int wrong = 0; /* an assertion for each would take long */
    for (int i = 0; i < LARGE; i++)
        wrong += tn_f32(t)[i] != scale * (float)i;
    ck_assert_int_eq(wrong, 0);
}

/* Nothing is copied: the session's bytes in use are those of the results, and no others. */
START_TEST(large_results_are_handed_over)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(LARGE)), y = tn_neg(tn_add(x, x));
    tn_tensor *t = ramp();
    WITH_SESSION(s) {
        tn_tensor *first = tn_run(s, y, .feeds = TN_FEEDS({ x, t }), .owner = root);
        ck_assert_uint_eq(tn_meter_used(s->core->meter), LARGE * sizeof(float));
        tn_tensor *second = tn_run(s, y, .feeds = TN_FEEDS({ x, t }));
        ck_assert(first->data != second->data);
        ck_assert_uint_eq(tn_meter_used(s->core->meter), 2 * LARGE * sizeof(float));
        tn_f32(first)[7] = 3; /* its own */
        expect_scaled(second, -2);
        tn_f32(first)[7] = -14;
        talloc_free(second);
        expect_scaled(tn_run(s, y, .feeds = TN_FEEDS({ x, t })), -2);
        expect_scaled(first, -2);
        talloc_free(t);
        t = first;
    }
    expect_scaled(t, -2); /* lives on */
    talloc_free(t);
}
END_TEST

START_TEST(a_large_value_fetched_often_is_as_many_tensors)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(LARGE)), y = tn_add(x, x), view = tn_reshape_to(y, TN_SHAPE(-1, 4));
    tn_tensor *t = ramp(), *into = ramp(), *r[4], *const some[] = { NULL, into, NULL, NULL };
    WITH_SESSION(s)
        for (int run = 0; run < 3; run++) {
            ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y, y, view, y), r, .feeds = TN_FEEDS({ x, t }), .into = some), TN_OK);
            ck_assert_ptr_eq(r[1], into);
            ck_assert_int_eq(r[2]->dims.rank, 2);
            for (int i = 0; i < 4; i++) {
                expect_scaled(r[i], 2);
                for (int j = 0; j < i; j++)
                    ck_assert(r[i]->data != r[j]->data);
                memset(r[i]->data, 0, tn_tensor_bytes(r[i]));
            }
        }
    talloc_free(t);
    talloc_free(into);
}
END_TEST

/* The buffer stays with the frame when the caller has his own. */
START_TEST(large_results_go_into_what_was_fed)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(LARGE)), y = tn_add(x, x);
    tn_tensor *t = ramp();
    WITH_SESSION(s)
        for (int run = 0; run < 3; run++) {
            ck_assert_ptr_eq(tn_run(s, y, .feeds = TN_FEEDS({ x, t }), .into = t), t);
            expect_scaled(t, (float)(2 << run));
            ck_assert_uint_eq(tn_meter_used(s->core->meter), LARGE * sizeof(float));
        }
    talloc_free(t);
}
END_TEST

START_TEST(a_run_that_fails_gives_nothing_away)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(LARGE)), at = tn_placeholder(TN_INT32, .shape = TN_SHAPE(1)),
              y = tn_add(x, x), z = tn_gather(y, at); /* fails after y is made */
    tn_tensor *t = ramp(), *into = ramp(), *r[2] = { NULL, NULL }, *const some[] = { into, NULL };
    tn_tensor *good = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 1 }, (int32_t[]){ 3 }),
              *bad = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 1 }, (int32_t[]){ LARGE });
    WITH_SESSION(s)
        for (int run = 0; run < 3; run++) {
            tn_tensor *const *to = run % 2 ? some : NULL;
            r[0] = r[1] = NULL;
            ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y, z), r, .feeds = TN_FEEDS({ x, t }, { at, bad }), .into = to), TN_INVALID_ARGUMENT);
            ck_assert(!r[0] && !r[1]);
            expect_scaled(into, 1);
            ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y, z), r, .feeds = TN_FEEDS({ x, t }, { at, good })), TN_OK);
            expect_scaled(r[0], 2);
            ck_assert(tn_f32(r[1])[0] == 6);
        }
    talloc_free(t);
    talloc_free(into);
    talloc_free(good);
    talloc_free(bad);
}
END_TEST

/* Of unknown size until it runs: such values have buffers of their own anyway. */
START_TEST(results_of_dynamic_steps_are_handed_over)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(LARGE)), n = tn_placeholder(TN_INT32, .shape = TN_SHAPE(1)),
              y = tn_slice(tn_add(x, x), tn_vector(0), n);
    tn_tensor *t = ramp(), *all = tn_tensor_new(root, TN_INT32, 1, (int64_t[]){ 1 }, (int32_t[]){ LARGE }), *r[2];
    WITH_SESSION(s)
        for (int run = 0; run < 2; run++) {
            ck_assert_int_eq(tn_run_all(s, TN_OUTPUTS(y, y), r, .feeds = TN_FEEDS({ x, t }, { n, all })), TN_OK);
            ck_assert(r[0]->data != r[1]->data);
            expect_scaled(r[0], 2);
            expect_scaled(r[1], 2);
        }
    talloc_free(t);
    talloc_free(all);
}
END_TEST

/* The limit holds with results handed over, and what is freed can be used again. */
START_TEST(large_results_keep_the_limit)
{
    tn_output x = tn_placeholder(TN_FLOAT32, .shape = TN_SHAPE(-1)), y = tn_add(x, x);
    tn_tensor *t = vector(1 << 20, NULL), *u = vector((1 << 20) + 4096, NULL);
    WITH_SESSION(s, .memory_limit = 9 << 20) { /* two such results fit, three do not */
        for (int turn = 0; turn < 3; turn++) {
            tn_tensor *a = tn_run(s, y, .feeds = TN_FEEDS({ x, t })), *b = tn_run(s, y, .feeds = TN_FEEDS({ x, u }));
            ck_assert(a && b);
            ck_assert_ptr_null(tn_run(s, y, .feeds = TN_FEEDS({ x, t })));
            expect_error(TN_RESOURCE_EXHAUSTED, "OOM when allocating tensor with shape[1048576] and type float");
            talloc_free(a);
            talloc_free(b);
        }
        ck_assert_ptr_nonnull(tn_run(s, y, .feeds = TN_FEEDS({ x, t })));
    }
    talloc_free(t);
    talloc_free(u);
}
END_TEST

TN_SUITE("session result", owned_by_the_session_or_as_asked, a_result_of_its_own, into_receives, into_must_fit, into_of_no_elements,
         strings_cannot_be_received, other_threads_have_their_own_place, large_results_are_handed_over,
         a_large_value_fetched_often_is_as_many_tensors, large_results_go_into_what_was_fed, a_run_that_fails_gives_nothing_away,
         results_of_dynamic_steps_are_handed_over, large_results_keep_the_limit)
