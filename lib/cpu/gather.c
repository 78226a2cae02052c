/* Kernels that go by index: GatherV2, OneHot. */
#include "cpu/gather.h"

#include <string.h>
#include "core/alloc.h"
#include "cpu/copy.h"
#include "cpu/kernels.h"
#include "ops/operand.h"

tn_status tn_index_fail(const tn_step *step, const char *name, const tn_dims *dims, int64_t at, int64_t value, const char *what,
                        int64_t limit)
{
    tn_dims index = *dims;
    char text[TN_DIMS_TEXT] = "";
    for (int i = dims->rank - 1; i >= 0; i--) {
        index.dim[i] = at % dims->dim[i];
        at /= dims->dim[i];
    }
    if (dims->rank)
        tn_dims_text(&index, text);
    return tn_step_fail(step, TN_INVALID_ARGUMENT, "%s%s = %lld is %s [0, %lld)", name, text, (long long)value, what, (long long)limit);
}

int64_t tn_dims_product(const tn_dims *dims, int first, int last)
{
    int64_t n = 1;
    for (int i = first; i < last; i++)
        n *= dims->dim[i];
    return n;
}

/* ---- GatherV2 ---- */

/* params is [batch, outer, n, inner], indices [batch, m], the output [batch, outer, m, inner]. */
typedef struct gather_args {
    int64_t batch, outer, n, m;
    size_t inner; /* bytes */
    tn_dtype dtype;
    tn_dims indices;
} gather_args;

static tn_status check_indices(const tn_step *step, const gather_args *a, const void *indices)
{
    for (int64_t i = 0; i < a->batch * a->m; i++) {
        int64_t value = tn_index_at(a->dtype, indices, i);
        if (value < 0 || value >= a->n)
            return tn_index_fail(step, "indices", &a->indices, i, value, "not in", a->n);
    }
    return TN_OK;
}

static tn_status run_gather(const tn_step *step, const tn_frame *frame)
{
    const gather_args *a = step->args;
    const char *from = tn_in(step, frame, 0);
    const void *indices = tn_in(step, frame, 1);
    char *to = tn_out(step, frame, 0);
    tn_status status = check_indices(step, a, indices);
    if (status)
        return status;
    for (int64_t b = 0; b < a->batch; b++)
        for (int64_t o = 0; o < a->outer; o++, from += (size_t)a->n * a->inner)
            for (int64_t i = 0; i < a->m; i++, to += a->inner)
                memcpy(to, from + (size_t)tn_index_at(a->dtype, indices, b * a->m + i) * a->inner, a->inner);
    return TN_OK;
}

tn_status tn_prepare_gather_v2(tn_prepare *p)
{
    const tn_dims *params = &p->in[0].dims, *indices = &p->in[1].dims;
    int64_t asked, batch = tn_op_int(p->op, "batch_dims");
    size_t element;
    if (!tn_operand_int(&p->in[2], &asked))
        return TN_UNAVAILABLE;
    tn_status status = tn_copy_check(p, &element);
    if (status)
        return status;
    if (tn_dims_size(&p->out[0].dims) == 0) {
        p->run = tn_run_nothing;
        return TN_OK;
    }
    gather_args *a = TN_NEW(p->owner, gather_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    int axis = tn_dims_axis(params, asked), first = (int)(batch < 0 ? batch + indices->rank : batch);
    *a = (gather_args){ .batch = tn_dims_product(params, 0, first),
                        .outer = tn_dims_product(params, first, axis),
                        .n = params->dim[axis],
                        .m = tn_dims_product(indices, first, indices->rank),
                        .inner = (size_t)tn_dims_product(params, axis + 1, params->rank) * element,
                        .dtype = p->in[1].dtype,
                        .indices = *indices };
    p->run = run_gather;
    p->args = a;
    return TN_OK;
}

/* ---- OneHot ---- */

/* indices is [outer, inner], the output [outer, depth, inner]. */
typedef struct one_hot_args {
    int64_t outer, depth, inner;
    size_t element, bytes;
    tn_dtype dtype;
} one_hot_args;

static tn_status run_one_hot(const tn_step *step, const tn_frame *frame)
{
    const one_hot_args *a = step->args;
    const void *indices = tn_in(step, frame, 0), *on = tn_in(step, frame, 2);
    char *out = tn_out(step, frame, 0);
    tn_copy_fill(out, a->bytes, a->element, tn_in(step, frame, 3));
    for (int64_t o = 0; o < a->outer; o++)
        for (int64_t i = 0; i < a->inner; i++) {
            int64_t hot = tn_index_at(a->dtype, indices, o * a->inner + i);
            if (hot >= 0 && hot < a->depth)
                memcpy(out + (size_t)((o * a->depth + hot) * a->inner + i) * a->element, on, a->element);
        }
    return TN_OK;
}

tn_status tn_prepare_one_hot(tn_prepare *p)
{
    const tn_dims *out = &p->out[0].dims;
    int64_t asked = tn_op_int(p->op, "axis");
    int axis = asked < 0 ? out->rank - 1 : (int)asked;
    size_t element;
    tn_status status = tn_copy_check(p, &element);
    if (status)
        return status;
    if (tn_dims_size(out) == 0) {
        p->run = tn_run_nothing;
        return TN_OK;
    }
    one_hot_args *a = TN_NEW(p->owner, one_hot_args);
    if (!a)
        return TN_RESOURCE_EXHAUSTED;
    *a = (one_hot_args){ .outer = tn_dims_product(out, 0, axis),
                         .depth = out->dim[axis],
                         .inner = tn_dims_product(out, axis + 1, out->rank),
                         .element = element,
                         .bytes = (size_t)tn_dims_size(out) * element,
                         .dtype = p->in[0].dtype };
    p->run = run_one_hot;
    p->args = a;
    return TN_OK;
}
