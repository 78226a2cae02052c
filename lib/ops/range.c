/* Inference of Range: how many items lie between start and limit, in the arithmetic of each dtype. */
#include <inttypes.h>
#include <math.h>
#include "core/half.h"
#include "ops/expect.h"
#include "ops/shape.h"

enum { NUMBER_TEXT = 40 };

/* One operand: an integer, or a real number in the dtype it is computed in. */
typedef struct number {
    bool is_real, in_double;
    int64_t i;
    double f;
} number;

static bool read_number(const tn_operand *operand, number *n)
{
    *n = (number){ .is_real = true, .in_double = operand->dtype == TN_FLOAT64 };
    if (tn_operand_int(operand, &n->i)) {
        n->is_real = false;
        return true;
    }
    if (!operand->value || tn_dims_size(&operand->dims) != 1)
        return false;
    if (operand->dtype == TN_FLOAT32)
        n->f = *(const float *)operand->value;
    else if (operand->dtype == TN_FLOAT64)
        n->f = *(const double *)operand->value;
    else
        n->f = tn_bfloat16_to_float(*(const uint16_t *)operand->value);
    return true;
}

static const char *number_text(const number *n, char *to)
{
    if (n->is_real)
        snprintf(to, NUMBER_TEXT, "%g", n->f);
    else
        snprintf(to, NUMBER_TEXT, "%" PRId64, n->i);
    return to;
}

static int sign_of(const number *n)
{
    return n->is_real ? (n->f > 0) - (n->f < 0) : (n->i > 0) - (n->i < 0);
}

static bool less(const number *a, const number *b)
{
    return a->is_real ? a->f < b->f : a->i < b->i;
}

/* Distances are unsigned: they may not fit int64. */
static uint64_t count_ints(const number *start, const number *limit, const number *delta)
{
    uint64_t from = (uint64_t)start->i, to = (uint64_t)limit->i, step = (uint64_t)delta->i;
    uint64_t distance = delta->i > 0 ? to - from : from - to, size = delta->i > 0 ? step : 0 - step;
    return distance / size + (distance % size != 0);
}

static double count_reals(const number *start, const number *limit, const number *delta)
{
    if (delta->in_double)
        return ceil(fabs((limit->f - start->f) / delta->f));
    float distance = (float)limit->f - (float)start->f;
    return ceilf(fabsf(distance / (float)delta->f));
}

static tn_status count(const tn_infer *c, const number *start, const number *limit, const number *delta, int64_t *n)
{
    char from[NUMBER_TEXT], to[NUMBER_TEXT];
    int sign = sign_of(delta);
    number_text(start, from);
    number_text(limit, to);
    if (delta->is_real ? delta->f == 0 : delta->i == 0)
        return tn_infer_fail(c, "Requires delta != 0: %s", number_text(delta, from));
    if (sign > 0 && less(limit, start))
        return tn_infer_fail(c, "Requires start <= limit when delta > 0: %s/%s", from, to);
    if (sign < 0 && less(start, limit))
        return tn_infer_fail(c, "Requires start >= limit when delta < 0: %s/%s", from, to);
    double reals = delta->is_real ? count_reals(start, limit, delta) : 0;
    uint64_t ints = delta->is_real ? 0 : count_ints(start, limit, delta);
    if (!(reals < 0x1p63) || ints > INT64_MAX)
        return tn_infer_fail(c, "Requires ((limit - start) / delta) <= %" PRId64, INT64_MAX);
    *n = delta->is_real ? (int64_t)reals : (int64_t)ints;
    return TN_OK;
}

tn_status tn_infer_range(tn_infer *c)
{
    number numbers[3];
    bool known = true;
    for (int i = 0; i < 3; i++) {
        tn_status status = tn_expect_rank(c, i, 0);
        if (status)
            return status;
        known = known && read_number(&c->in[i], &numbers[i]);
    }
    c->out[0] = tn_dims_vector(-1);
    return known ? count(c, &numbers[0], &numbers[1], &numbers[2], &c->out[0].dim[0]) : TN_OK;
}
