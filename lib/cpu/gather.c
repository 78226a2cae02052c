/* Kernels that go by index: GatherV2, OneHot. */
#include "cpu/gather.h"

#include <string.h>
#include "core/alloc.h"
#include "cpu/copy.h"
#include "cpu/divide.h"
#include "cpu/elementwise.h"
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
    tn_divided divided; /* by rows of the output: batch * outer * m, of inner bytes */
    int64_t batch, outer, n, m;
    size_t inner; /* bytes */
    tn_dtype dtype;
    tn_dims indices;
} gather_args;

/* Names the first that is out of range, whatever range met one. */
static tn_status bad_index(const tn_step *step, const gather_args *a, const void *indices)
{
    int64_t i = 0, value;
    while ((value = tn_index_at(a->dtype, indices, i)) >= 0 && value < a->n)
        i++;
    return tn_index_fail(step, "indices", &a->indices, i, value, "not in", a->n);
}

/* Rows of a constant size, which the compiler turns into single loads and stores; 0 is any other. Gives how many indices were good. */
TN_ALWAYS_INLINE int64_t gather_rows(const gather_args *a, char *to, const char *from, const void *indices, int64_t first, int64_t n,
                                     size_t size)
{
    const size_t bytes = size ? size : a->inner;
    for (int64_t i = 0; i < n; i++) {
        const int64_t index = tn_index_at(a->dtype, indices, first + i);
        if (index < 0 || index >= a->n)
            return i;
        memcpy(to + (size_t)i * bytes, from + (size_t)index * bytes, bytes);
    }
    return n;
}

static int64_t gather_run(const gather_args *a, char *to, const char *from, const void *indices, int64_t first, int64_t n)
{
    switch (a->inner) {
    case 4:
        return gather_rows(a, to, from, indices, first, n, 4);
    case 8:
        return gather_rows(a, to, from, indices, first, n, 8);
    case 16:
        return gather_rows(a, to, from, indices, first, n, 16);
    default:
        return gather_rows(a, to, from, indices, first, n, 0);
    }
}

static tn_status gather_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const gather_args *a = step->args;
    const void *indices = tn_in(step, frame, 1);
    for (int64_t row = range.first, n; row < range.last; row += n) {
        const int64_t block = row / a->m, at = row % a->m; /* block: of batch * outer */
        n = range.last - row < a->m - at ? range.last - row : a->m - at;
        char *to = (char *)tn_out(step, frame, 0) + (size_t)row * a->inner;
        const char *from = (const char *)tn_in(step, frame, 0) + (size_t)(block * a->n) * a->inner;
        if (gather_run(a, to, from, indices, block / a->outer * a->m + at, n) < n)
            return bad_index(step, a, indices);
    }
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
    tn_divide(p, &a->divided, gather_part, a->batch * a->outer * a->m);
    return TN_OK;
}

/* ---- OneHot ---- */

/* indices is [outer, inner], the output [outer, depth, inner]. */
typedef struct one_hot_args {
    tn_divided divided; /* by outer */
    int64_t depth, inner;
    size_t element;
    tn_dtype dtype;
} one_hot_args;

static tn_status one_hot_part(const tn_step *step, const tn_frame *frame, tn_range range)
{
    const one_hot_args *a = step->args;
    const void *indices = tn_in(step, frame, 0), *on = tn_in(step, frame, 2);
    char *out = tn_out(step, frame, 0);
    const size_t block = (size_t)(a->depth * a->inner) * a->element;
    tn_copy_fill(out + (size_t)range.first * block, (size_t)(range.last - range.first) * block, a->element, tn_in(step, frame, 3));
    for (int64_t o = range.first; o < range.last; o++)
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
    *a = (one_hot_args){
        .depth = out->dim[axis], .inner = tn_dims_product(out, axis + 1, out->rank), .element = element, .dtype = p->in[0].dtype
    };
    tn_divide(p, &a->divided, one_hot_part, tn_dims_product(out, 0, axis));
    return TN_OK;
}
