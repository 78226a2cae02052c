/* Kernels of Select and SelectV2: by the size of an element, whatever it is. */
#include "cpu/elementwise.h"
#include "cpu/kernels.h"

#include <string.h>

typedef struct bytes16 {
    uint64_t half[2];
} bytes16;

/* The whole row has one condition. */
#define CHOSEN_ROW(size, T)                                                                                                                \
    static void chosen_##size(T *out, const T *from, bool many, int64_t n)                                                                 \
    {                                                                                                                                      \
        if (many && out == from)                                                                                                           \
            return;                                                                                                                        \
        TN_INDEPENDENT                                                                                                                     \
        for (int64_t i = 0; i < n; i++)                                                                                                    \
            out[i] = from[many ? i : 0];                                                                                                   \
    }
#define SELECT_ROW(size, T)                                                                                                                \
    CHOSEN_ROW(size, T)                                                                                                                    \
    static const char *select_##size(void *to, const void *const *in, const int64_t *stride, int64_t n)                                    \
    {                                                                                                                                      \
        const bool *condition = in[0];                                                                                                     \
        const T *t = in[1], *e = in[2];                                                                                                    \
        T *out = to;                                                                                                                       \
        if (!stride[0]) {                                                                                                                  \
            int side = *condition ? 1 : 2;                                                                                                 \
            chosen_##size(out, in[side], stride[side] != 0, n);                                                                            \
        } else if (stride[1] && stride[2]) {                                                                                               \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t i = 0; i < n; i++)                                                                                                \
                out[i] = condition[i] ? t[i] : e[i];                                                                                       \
        } else {                                                                                                                           \
            TN_INDEPENDENT                                                                                                                 \
            for (int64_t i = 0; i < n; i++)                                                                                                \
                out[i] = condition[i] ? t[i * stride[1]] : e[i * stride[2]];                                                               \
        }                                                                                                                                  \
        return NULL;                                                                                                                       \
    }
SELECT_ROW(1, uint8_t)
SELECT_ROW(2, uint16_t)
SELECT_ROW(4, uint32_t)
SELECT_ROW(8, uint64_t)
SELECT_ROW(16, bytes16)

static tn_row row_of(size_t size)
{
    switch (size) {
    case 1:
        return select_1;
    case 2:
        return select_2;
    case 4:
        return select_4;
    case 8:
        return select_8;
    case 16:
        return select_16;
    default:
        return NULL;
    }
}

static tn_status prepare(tn_prepare *p, const tn_dims *condition)
{
    tn_elementwise choice = { p->in[1].dtype, NULL, row_of(tn_dtype_size(p->in[1].dtype)) };
    const tn_dims dims[] = { *condition, p->in[1].dims, p->in[2].dims };
    if (!choice.row)
        return tn_no_kernel(p, choice.dtype);
    return tn_prepare_rows(p, &choice, dims);
}

tn_status tn_prepare_select_v2(tn_prepare *p)
{
    return prepare(p, &p->in[0].dims);
}

/* A vector condition chooses along axis 0: it is one column beside the other axes. */
tn_status tn_prepare_select(tn_prepare *p)
{
    tn_dims condition = p->in[0].dims;
    if (condition.rank == 1)
        for (; condition.rank < p->out[0].dims.rank; condition.rank++)
            condition.dim[condition.rank] = 1;
    return prepare(p, &condition);
}
