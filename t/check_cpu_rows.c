/*
 * Every function of row_list.h, as each instruction set has it: element i of a row is what a row of that element alone gives, however long
 * the row, whichever operands are one element for all, wherever the row lies, and when it is written over an operand. What one element
 * gives is checked by the suites of the operations.
 */
#include <math.h>
#include "cpu/elementwise.h"
#include "cpu/isa.h"
#include "harness.h"

static const char *const sets[] = { "baseline", "avx2", "avx512" };
enum { NUM_SETS = sizeof sets / sizeof sets[0], MOST = 100, ELEMENT = 16, ROOM = (MOST + 2) * ELEMENT, GUARD = 0x5C };
/* Around fours, TN_FEW and the widths of vectors. */
static const int64_t lengths[] = { 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 19, 31, 32, 33, 63, 64, 65, MOST };

typedef enum kind { IS_BYTES, IS_BOOL, IS_F32, IS_F64, IS_INTEGER } kind;

typedef struct row {
    const char *name;
    int num_inputs;
    int size[TN_MAX_OPERANDS], out_size;
    kind in, out;          /* all inputs but the condition of a selection have one kind */
    bool may_fail, by_set; /* by_set: it is made of other steps in each instruction set */
} row;

#define KIND_OF(T)                                                                                                                         \
    _Generic((T *)NULL, float *: IS_F32, double *: IS_F64, bool *: IS_BOOL, int32_t *: IS_INTEGER, uint32_t *: IS_INTEGER,                  \
             int64_t *: IS_INTEGER, uint64_t *: IS_INTEGER, default: IS_BYTES)
#define UNARY(row_name, T, R, value) [TN_ROW_##row_name] = { #row_name, 1, { sizeof(T) }, sizeof(R), KIND_OF(T), KIND_OF(R), false, false },
#define BINARY(row_name, T, R, value)                                                                                                      \
    [TN_ROW_##row_name] = { #row_name, 2, { sizeof(T), sizeof(T) }, sizeof(R), KIND_OF(T), KIND_OF(R), false, false },
#define CHECKED(row_name, T, R, value, wrong, text)                                                                                        \
    [TN_ROW_##row_name] = { #row_name, 2, { sizeof(T), sizeof(T) }, sizeof(R), KIND_OF(T), KIND_OF(R), true, false },
#define VMATH(function, suffix)                                                                                                            \
    [TN_ROW_##function##_##                                                                                                                \
        suffix] = { #function, 1,   { sizeof(suffix##_type) }, sizeof(suffix##_type), KIND_OF(suffix##_type), KIND_OF(suffix##_type),      \
                    false,     true },
#define SELECT(row_name, T)                                                                                                                \
    [TN_ROW_##row_name] = { #row_name, 3, { sizeof(bool), sizeof(T), sizeof(T) }, sizeof(T), IS_BYTES, IS_BYTES, false, false },
typedef float f32_type;
typedef double f64_type;
typedef struct bytes16 {
    char all[16];
} bytes16;
static const row rows[TN_NUM_ROWS] = {
#include "cpu/row_list.h"
};
#undef UNARY
#undef BINARY
#undef CHECKED
#undef VMATH
#undef SELECT

/* ---- Operands ---- */

static uint32_t state = 1;

static uint32_t draw(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

static double real(void)
{
    static const double odd[] = {
        0, -0.0, 1, -1, 1e-40, -3e-42, 1e-310, 1e30, -1e30, 3e9, -1e19, (double)INFINITY, -(double)INFINITY, (double)NAN
    };
    return draw(3) ? ((double)draw(20001) - 10000) / 1024 : odd[draw(sizeof odd / sizeof odd[0])];
}

static int64_t integer(void)
{
    static const int64_t odd[] = { 0, -1, 1, INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX, 46341 };
    return draw(3) ? (int64_t)draw(41) - 20 : odd[draw(sizeof odd / sizeof odd[0])];
}

static void fill(const row *r, int input, char *to)
{
    for (int64_t i = 0; i < MOST; i++, to += r->size[input]) {
        const float f = (float)real();
        const double d = real();
        const int64_t n = integer();
        const unsigned char bytes[ELEMENT] = { (unsigned char)draw(256), (unsigned char)draw(256), (unsigned char)i };
        const bool b = draw(2);
        const void *const by_kind[] = { [IS_BYTES] = bytes, [IS_BOOL] = &b, [IS_F32] = &f, [IS_F64] = &d, [IS_INTEGER] = &n };
        memcpy(to, by_kind[r->num_inputs == 3 && !input ? IS_BOOL : r->in], (size_t)r->size[input]);
        if (r->may_fail && input && (int32_t)n <= 0) /* neither zero nor negative, for what may fail */
            memcpy(to, &(const int64_t){ i % 4 || strstr(r->name, "pow") ? 3 : -1 }, (size_t)r->size[input]);
    }
}

/* The bits, or both NaN: which one is not promised. */
static bool same(kind k, const void *a, const void *b, int size)
{
    float f, g;
    double d, e;
    if (k == IS_F32 && (memcpy(&f, a, 4), memcpy(&g, b, 4), isnan(f) && isnan(g)))
        return true;
    if (k == IS_F64 && (memcpy(&d, a, 8), memcpy(&e, b, 8), isnan(d) && isnan(e)))
        return true;
    return !memcmp(a, b, (size_t)size);
}

/* ---- Rows ---- */

static _Alignas(64) char operand[TN_MAX_OPERANDS][ROOM], out[ROOM], want[ROOM];

/* Element by element, by the set's own functions where they are its own. */
static void compute_one_by_one(const tn_isa *isa, int which, const int64_t *stride)
{
    static const int64_t ones[] = { 1, 1, 1 };
    const row *r = &rows[which];
    const tn_isa *by = r->by_set ? isa : tn_isa_named("baseline");
    for (int64_t i = 0; i < MOST; i++) {
        const void *in[TN_MAX_OPERANDS];
        for (int k = 0; k < TN_MAX_OPERANDS; k++)
            in[k] = operand[k] + i * stride[k] * r->size[k];
        ck_assert_ptr_null(by->rows[which](want + i * r->out_size, in, ones, 1));
    }
}

static void expect_wanted(const tn_isa *isa, const row *r, const char *got, int64_t n, const char *how)
{
    for (int64_t i = 0; i < n; i++)
        ck_assert_msg(same(r->out, got + i * r->out_size, want + i * r->out_size, r->out_size), "%s: %s, %s: element %d of %d", isa->name,
                      r->name, how, (int)i, (int)n);
    ck_assert_msg(got[n * r->out_size] == GUARD, "%s: %s wrote behind element %d", isa->name, r->name, (int)n);
}

/* At its place, and moved by an element: no vector is aligned then. */
static void check_length(const tn_isa *isa, int which, const int64_t *stride, int64_t n)
{
    const row *r = &rows[which];
    for (int moved = 0; moved < 2; moved++) {
        static _Alignas(64) char copies[TN_MAX_OPERANDS][ROOM];
        const void *in[TN_MAX_OPERANDS];
        char *to = out + moved * r->out_size;
        memset(out, GUARD, sizeof out);
        for (int k = 0; k < TN_MAX_OPERANDS; k++)
            in[k] = memcpy(copies[k] + moved * r->size[k], operand[k], (size_t)(MOST * r->size[k]));
        ck_assert_ptr_null(isa->rows[which](to, in, stride, n));
        expect_wanted(isa, r, to, n, moved ? "moved" : "aligned");
    }
}

static void check_in_place(const tn_isa *isa, int which, const int64_t *stride, int64_t n)
{
    const row *r = &rows[which];
    for (int over = 0; over < r->num_inputs; over++) {
        const void *in[TN_MAX_OPERANDS] = { operand[0], operand[1], operand[2] };
        if (r->size[over] != r->out_size || !stride[over])
            continue;
        memset(out, GUARD, sizeof out);
        in[over] = memcpy(out, operand[over], (size_t)(n * r->size[over]));
        ck_assert_ptr_null(isa->rows[which](out, in, stride, n));
        expect_wanted(isa, r, out, n, "in place");
    }
}

/* A row of a few as a step of its own. */
static void check_short(const tn_isa *isa, int which, int64_t n)
{
    static const uint32_t slots[] = { 0, 1, 2, 3 };
    const row *r = &rows[which];
    void *data[] = { operand[0], operand[1], operand[2], operand[2] };
    const tn_call call = { .n = n };
    const tn_step step = { .slots = slots, .num_inputs = (uint32_t)r->num_inputs, .num_outputs = 1, .args = &call };
    const tn_frame frame = { .data = data };
    if (!isa->short_rows[which] || n >= TN_FEW)
        return;
    data[r->num_inputs] = out;
    memset(out, GUARD, sizeof out);
    ck_assert_int_eq(isa->short_rows[which](&step, &frame), TN_OK);
    expect_wanted(isa, r, out, n, "short");
}

static void check_row(const tn_isa *isa, int which)
{
    const row *r = &rows[which];
    const size_t apart = getenv("TN_UNDER_VALGRIND") ? 4 : 1;
    state = (uint32_t)which;
    for (int k = 0; k < r->num_inputs; k++)
        fill(r, k, operand[k]);
    for (int strides = (1 << r->num_inputs) - 1; strides >= 0; strides--) {
        const int64_t stride[] = { strides & 1, strides >> 1 & 1, strides >> 2 & 1 };
        if (r->num_inputs < 3 && !strides)
            continue; /* of a row of many, one operand at least has as many */
        compute_one_by_one(isa, which, stride);
        for (size_t l = (size_t)(which + strides) % apart; l < sizeof lengths / sizeof lengths[0]; l += apart) {
            check_length(isa, which, stride, lengths[l]);
            check_in_place(isa, which, stride, lengths[l]);
            if (strides == (1 << r->num_inputs) - 1)
                check_short(isa, which, lengths[l]);
        }
    }
}

START_TEST(an_element_depends_on_its_operands_alone)
{
    for (int i = 0; i < NUM_SETS; i++)
        for (int which = TN_ROW_NONE + 1; tn_isa_named(sets[i]) && which < TN_NUM_ROWS; which++) {
            ck_assert_ptr_nonnull(tn_isa_named(sets[i])->rows[which]);
            check_row(tn_isa_named(sets[i]), which);
        }
}
END_TEST

START_TEST(none_is_no_row)
{
    for (int i = 0; i < NUM_SETS; i++)
        if (tn_isa_named(sets[i])) {
            ck_assert(!tn_isa_named(sets[i])->rows[TN_ROW_NONE]);
            ck_assert(!tn_isa_named(sets[i])->short_rows[TN_ROW_NONE]);
        }
}
END_TEST

/* Whether a row of n divisions tells of a divisor that is wrong at `at`. */
static void expect_told(const tn_isa *isa, int which, int64_t n, int64_t at, int64_t divisor)
{
    const row *r = &rows[which];
    const void *in[] = { operand[0], operand[1], operand[1] };
    char *wrong = operand[1] + at * r->size[1], kept[8];
    memcpy(kept, wrong, (size_t)r->size[1]);
    memcpy(wrong, &divisor, (size_t)r->size[1]);
    const char *text = isa->rows[which](out, in, (const int64_t[]){ 1, 1, 1 }, n);
    ck_assert_msg((text != NULL) == (at < n), "%s: %s of %d, wrong at %d", isa->name, r->name, (int)n, (int)at);
    if (at < n)
        ck_assert_ptr_nonnull(strstr(text, divisor ? "negative integer powers" : "division by zero"));
    text = isa->rows[which](out, (const void *[]){ operand[0], wrong, wrong }, (const int64_t[]){ 1, 0, 0 }, n);
    ck_assert_ptr_nonnull(text); /* one divisor for all */
    memcpy(wrong, kept, (size_t)r->size[1]);
}

START_TEST(what_is_wrong_is_told_wherever_it_is)
{
    for (int i = 0; i < NUM_SETS; i++)
        for (int which = TN_ROW_NONE + 1; tn_isa_named(sets[i]) && which < TN_NUM_ROWS; which++) {
            const row *r = &rows[which];
            if (!r->may_fail)
                continue;
            fill(r, 0, operand[0]);
            fill(r, 1, operand[1]);
            for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++)
                for (int64_t at = 0; at <= lengths[l] && at < MOST; at += 1 + at / 3)
                    expect_told(tn_isa_named(sets[i]), which, lengths[l], at, strstr(r->name, "pow") ? -2 : 0);
        }
}
END_TEST

TN_SUITE("cpu rows", an_element_depends_on_its_operands_alone, none_is_no_row, what_is_wrong_is_told_wherever_it_is)
