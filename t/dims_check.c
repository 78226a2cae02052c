/* See dims_check.h. */
#include "dims_check.h"

#include "core/dims.h"

tn_output placeholder_of(tn_dtype dtype, const char *dims)
{
    tn_shape shape = { NULL, 0 };
    int64_t items[TN_MAX_RANK];
    if (*dims == '[') {
        shape.dims = items;
        for (const char *at = dims + 1; *at && *at != ']';) {
            char *end = NULL;
            items[shape.rank++] = *at == '?' ? -1 : strtoll(at, &end, 10);
            at = end ? end : at + 1;
            at += *at == ',';
        }
    }
    return tn_placeholder_with(dtype, &(const tn_placeholder_options){ .shape = shape });
}

void expect_dims(tn_output y, const char *dims)
{
    char text[TN_DIMS_TEXT];
    ck_assert_msg(y.op != NULL, "not built: %s", tn_last_error()->message);
    tn_dims is = tn_dims_unknown_of_rank(tn_output_rank(y));
    for (int i = 0; i < is.rank; i++)
        is.dim[i] = tn_output_dim(y, i);
    ck_assert_msg(!strcmp(tn_dims_text(&is, text), dims), "%s: %s, not %s", tn_op_type(y.op), text, dims);
}

void expect_op_dims(const char *dims, const char *type, tn_attrs attrs, tn_outputs in)
{
    tn_op *op = tn_op_new(NULL, type, in, .attrs = attrs);
    ck_assert_msg(op != NULL, "%s not built: %s", type, tn_last_error()->message);
    expect_dims(tn_op_output(op, 0), dims);
}

void expect_op_refused(const char *part, const char *type, tn_attrs attrs, tn_outputs in)
{
    for (size_t i = 0; i < in.n; i++)
        ck_assert_ptr_nonnull(in.items[i].op);
    ck_assert_msg(!tn_op_new(NULL, type, in, .attrs = attrs), "%s was built", type);
    expect_error(TN_INVALID_ARGUMENT, part);
}
