/* The filter of a convolution as its tiles read it: see conv_pack.h. */
#include "cpu/conv_pack.h"
#include <string.h>
#include "core/tensor.h"

/* Rows that are transposed together: what a line of the caches has of them is used at once. */
enum { LINE = 16 };

void tn_conv_pack_init(tn_conv_pack *f, const tn_conv *c, bool known)
{
    const int64_t rows = c->y.size * c->x.size * c->in_c;
    if (c->depthwise) {
        f->packs = c->x.transposed;
        f->columns = c->out_c;
        f->blocks = 1;
        f->tap_b = c->x.transposed ? c->in_c : c->out_c;
        return;
    }
    f->columns = c->table->columns;
    f->blocks = (c->out_c - 1) / f->columns + 1;
    f->packs = c->x.transposed || (c->out_c > f->columns && (known || rows * c->out_c > TN_CONV_GROUP_BYTES / (int64_t)c->element));
    f->row_b = f->packs ? f->columns : c->out_c;
    f->tap_b = c->in_c * f->row_b;
    f->block_b = f->packs ? rows * f->columns : f->columns;
}

/* Block `block` of tap `tap`: rows of `columns` elements, the last block's filled up with zeros. Transposed, the filter's channels change
 * places, and its taps turn round. */
#define PACK(name, T)                                                                                                                      \
    static void name(const tn_conv_pack *f, const tn_conv *c, const T *filter, T *packed, int64_t block, int64_t tap)                      \
    {                                                                                                                                      \
        const int64_t taps = c->y.size * c->x.size, first = block * f->columns, left = c->out_c - first;                                   \
        const int64_t n = left < f->columns ? left : f->columns;                                                                           \
        T *to = packed + block * f->block_b + tap * f->tap_b;                                                                              \
        for (int64_t k = 0; k < c->in_c && !c->x.transposed; k++, to += f->row_b) {                                                        \
            memcpy(to, filter + (tap * c->in_c + k) * c->out_c + first, (size_t)n * sizeof(T));                                            \
            memset(to + n, 0, (size_t)(f->row_b - n) * sizeof(T));                                                                         \
        }                                                                                                                                  \
        const T *from = filter + ((taps - 1 - tap) * c->out_c + first) * c->in_c;                                                          \
        for (int64_t k = 0; k < c->in_c && c->x.transposed; k += LINE, to += LINE * f->row_b) {                                            \
            const int64_t rows = c->in_c - k < LINE ? c->in_c - k : LINE;                                                                  \
            for (int64_t j = 0; j < f->row_b; j++)                                                                                         \
                for (int64_t i = 0; i < rows; i++)                                                                                         \
                    to[i * f->row_b + j] = j < n ? from[j * c->in_c + k + i] : (T)0;                                                       \
        }                                                                                                                                  \
    }                                                                                                                                      \
    static void name##_depthwise(const tn_conv_pack *f, const tn_conv *c, const T *filter, T *packed, int64_t tap)                         \
    {                                                                                                                                      \
        const T *from = filter + (c->y.size * c->x.size - 1 - tap) * f->tap_b;                                                             \
        T *to = packed + tap * f->tap_b;                                                                                                   \
        for (int64_t k = 0; k < c->out_c; k++)                                                                                             \
            for (int64_t m = 0; m < c->multiplier; m++)                                                                                    \
                to[m * c->out_c + k] = from[k * c->multiplier + m];                                                                        \
    }
PACK(pack_32, uint32_t)
PACK(pack_64, uint64_t)

void tn_conv_pack_unit(const tn_conv_pack *f, const tn_conv *c, const void *filter, void *packed, int64_t i)
{
    const int64_t taps = c->y.size * c->x.size;
    if (c->depthwise && c->element == sizeof(uint32_t))
        pack_32_depthwise(f, c, filter, packed, i);
    else if (c->depthwise)
        pack_64_depthwise(f, c, filter, packed, i);
    else if (c->element == sizeof(uint32_t))
        pack_32(f, c, filter, packed, i / taps, i % taps);
    else
        pack_64(f, c, filter, packed, i / taps, i % taps);
}

int64_t tn_conv_pack_units(const tn_conv_pack *f, const tn_conv *c)
{
    return (c->depthwise ? 1 : f->blocks) * c->y.size * c->x.size;
}

tn_status tn_conv_pack_prepare(tn_conv_pack *f, tn_conv *c, tn_prepare *p)
{
    const size_t size = (size_t)(tn_conv_pack_units(f, c) * f->tap_b);
    const void *filter = p->once ? NULL : p->in[1].value;
    if (!f->packs || !size)
        return f->packs = false, TN_OK;
    if (!filter)
        return tn_conv_reserve(c, size, 1, &f->packed_at) ? TN_OK : tn_conv_too_large(p);
    const tn_dims dims = tn_dims_vector((int64_t)size);
    tn_tensor *packed = tn_tensor_raw(p->owner, p->in[1].dtype, &dims, p->meter);
    if (!packed)
        return TN_RESOURCE_EXHAUSTED;
    for (int64_t i = 0; i < tn_conv_pack_units(f, c); i++)
        tn_conv_pack_unit(f, c, filter, packed->data, i);
    f->packed = packed->data;
    f->packs = false;
    return TN_OK;
}
