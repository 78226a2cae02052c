/* See values.h. */
#include "values.h"

#include "core/tensor.h"

tn_tensor *values_shaped(tn_tensor *tensor, int rank, const int64_t *dims)
{
    tn_tensor *shaped = tn_tensor_new(root, tensor->dtype, rank, dims, tensor->data);
    ck_assert_ptr_nonnull(shaped);
    ck_assert_int_eq(shaped->size, tensor->size);
    talloc_free(tensor);
    return shaped;
}

/* Integers in the order of the floats, so that neighbours differ by one. */
static int64_t order_f32(float f)
{
    int32_t i;
    memcpy(&i, &f, sizeof i);
    return i < 0 ? (int64_t)INT32_MIN - i : i;
}

static int64_t order_f64(double f)
{
    int64_t i;
    memcpy(&i, &f, sizeof i);
    return i < 0 ? INT64_MIN - i : i;
}

static bool near_f32(float a, float b, int ulps)
{
    return a == b || (isnan(a) && isnan(b)) || (ulps && llabs(order_f32(a) - order_f32(b)) <= ulps);
}

static bool near_f64(double a, double b, int ulps)
{
    return a == b || (isnan(a) && isnan(b)) || (ulps && isfinite(a) && isfinite(b) && llabs(order_f64(a) - order_f64(b)) <= ulps);
}

static bool same_element(const tn_tensor *got, const tn_tensor *want, int64_t i, int ulps)
{
    size_t size = tn_dtype_size(got->dtype);
    if (got->dtype == TN_FLOAT32)
        return near_f32(((float *)got->data)[i], ((float *)want->data)[i], ulps);
    if (got->dtype == TN_FLOAT64)
        return near_f64(((double *)got->data)[i], ((double *)want->data)[i], ulps);
    return !memcmp((char *)got->data + (size_t)i * size, (char *)want->data + (size_t)i * size, size);
}

/* One element, for a message. */
static double number(const tn_tensor *t, int64_t i)
{
    switch ((int)t->dtype) {
    case TN_FLOAT32:
        return (double)((float *)t->data)[i];
    case TN_FLOAT64:
        return ((double *)t->data)[i];
    case TN_INT32:
        return ((int32_t *)t->data)[i];
    case TN_INT64:
        return (double)((int64_t *)t->data)[i];
    case TN_FLOAT16:
    case TN_BFLOAT16:
        return ((uint16_t *)t->data)[i];
    default:
        return ((uint8_t *)t->data)[i * (int64_t)tn_dtype_size(t->dtype)];
    }
}

void expect_values(const char *what, tn_tensor *got, tn_tensor *want, int ulps)
{
    char a[TN_DIMS_TEXT], b[TN_DIMS_TEXT];
    ck_assert_msg(got != NULL, "%s failed: %s", what, tn_last_error()->message);
    ck_assert_ptr_nonnull(want);
    ck_assert_msg(got->dtype == want->dtype, "%s: %s, not %s", what, tn_dtype_name(got->dtype), tn_dtype_name(want->dtype));
    ck_assert_msg(tn_dims_equal(&got->dims, &want->dims), "%s: shape %s, not %s", what, tn_dims_text(&got->dims, a),
                  tn_dims_text(&want->dims, b));
    for (int64_t i = 0; i < got->size; i++)
        ck_assert_msg(same_element(got, want, i, ulps), "%s: element %lld is %.17g, not %.17g", what, (long long)i, number(got, i),
                      number(want, i));
}

static int count(tn_tensor *const *in)
{
    int n = 0;
    for (; in[n]; n++)
        ;
    return n;
}

/* In a copy, since the input is overwritten. */
static void expect_over(tn_tensor *want, int ulps, const char *type, tn_attrs attrs, tn_tensor **in, int i)
{
    tn_tensor *original = in[i];
    in[i] = tn_tensor_new(root, original->dtype, original->dims.rank, original->dims.dim, original->data);
    tn_tensor *got = drive_in_place(type, attrs, count(in), in, i);
    ck_assert_ptr_nonnull(got);
    tn_tensor as = *got; /* the input's handle has the input's dtype */
    as.dtype = want->dtype;
    expect_values(type, &as, want, ulps);
    talloc_free(got);
    in[i] = original;
}

void expect_op(tn_tensor *want, int ulps, const char *type, tn_attrs attrs, tn_tensor **in)
{
    int n = count(in);
    tn_tensor *got = drive(type, attrs, n, in);
    expect_values(type, got, want, ulps);
    unsigned over = drive_in_place_bits;
    for (int i = 0; i < n; i++)
        if (over >> i & 1)
            expect_over(want, ulps, type, attrs, in, i);
    for (int i = 0; i < n; i++)
        talloc_free(in[i]);
    talloc_free(got);
    talloc_free(want);
}

void expect_op_error(tn_status code, const char *text, const char *type, tn_attrs attrs, tn_tensor **in)
{
    int n = count(in);
    tn_tensor *got = drive(type, attrs, n, in);
    ck_assert_msg(got == NULL, "%s did not fail", type);
    expect_error(code, text);
    for (int i = 0; i < n; i++)
        talloc_free(in[i]);
}
