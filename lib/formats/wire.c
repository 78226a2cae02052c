/* Protocol buffers' wire format: see wire.h. */
#include "formats/wire.h"

#include <string.h>
#include "core/alloc.h"

bool tn_wire_varint(tn_wire *w, uint64_t *value)
{
    uint64_t v = 0;
    const uint8_t *p = w->p;
    for (unsigned shift = 0; p < w->end && shift < 64; shift += 7) {
        v |= (uint64_t)(*p & 0x7f) << shift;
        if (!(*p++ & 0x80)) {
            w->p = p;
            *value = v;
            return true;
        }
    }
    return false;
}

static bool fixed(tn_wire *w, size_t n, uint64_t *value)
{
    uint64_t v = 0;
    if (tn_wire_left(w) < n)
        return false;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)w->p[i] << (8 * i);
    w->p += n;
    *value = v;
    return true;
}

bool tn_wire_fixed32(tn_wire *w, uint32_t *value)
{
    uint64_t v;
    if (!fixed(w, 4, &v))
        return false;
    *value = (uint32_t)v;
    return true;
}

bool tn_wire_fixed64(tn_wire *w, uint64_t *value)
{
    return fixed(w, 8, value);
}

bool tn_wire_take(tn_wire *w, uint64_t n, tn_wire *taken)
{
    if (n > tn_wire_left(w))
        return false;
    *taken = tn_wire_of(w->p, (size_t)n);
    w->p += n;
    return true;
}

static bool field_value(tn_wire *w, tn_wire_field *field)
{
    uint64_t length;
    switch (field->type) {
    case TN_WIRE_VARINT:
        return tn_wire_varint(w, &field->number);
    case TN_WIRE_FIXED64:
        return fixed(w, 8, &field->number);
    case TN_WIRE_FIXED32:
        return fixed(w, 4, &field->number);
    case TN_WIRE_BYTES:
        return tn_wire_varint(w, &length) && tn_wire_take(w, length, &field->bytes);
    default: /* groups, which nobody writes any more */
        return false;
    }
}

bool tn_wire_next(tn_wire *w, tn_wire_field *field, bool *bad)
{
    uint64_t tag;
    if (w->p == w->end)
        return false;
    *field = (tn_wire_field){ 0 };
    if (tn_wire_varint(w, &tag) && tag >> 3 && tag >> 3 < 1u << 29) {
        field->id = (uint32_t)(tag >> 3);
        field->type = (tn_wire_type)(tag & 7);
        if (field_value(w, field))
            return true;
    }
    *bad = true;
    return false;
}

/* Room for n more bytes. */
static bool grow(tn_wire_out *out, size_t n)
{
    size_t want;
    if (out->failed || (out->max - out->n >= n))
        return !out->failed;
    if (!tn_add_size(out->n, n, &want))
        want = SIZE_MAX;
    if (want < 2 * out->max)
        want = 2 * out->max;
    if (want < 64)
        want = 64;
    uint8_t *data = TN_GROW_ARRAY(out->owner, out->data, uint8_t, want);
    if (!data) {
        out->failed = true;
        return false;
    }
    out->data = data;
    out->max = want;
    return true;
}

void tn_put_bytes(tn_wire_out *out, const void *bytes, size_t n)
{
    if (!n || !grow(out, n))
        return;
    memcpy(out->data + out->n, bytes, n);
    out->n += n;
}

void tn_put_varint(tn_wire_out *out, uint64_t value)
{
    uint8_t bytes[10];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    tn_put_bytes(out, bytes, n);
}

static void put_fixed(tn_wire_out *out, uint64_t value, size_t n)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    tn_put_bytes(out, bytes, n);
}

void tn_put_fixed32(tn_wire_out *out, uint32_t value)
{
    put_fixed(out, value, 4);
}

void tn_put_fixed64(tn_wire_out *out, uint64_t value)
{
    put_fixed(out, value, 8);
}

static void put_tag(tn_wire_out *out, uint32_t id, tn_wire_type type)
{
    tn_put_varint(out, (uint64_t)id << 3 | type);
}

void tn_put_number_field(tn_wire_out *out, uint32_t id, uint64_t value)
{
    if (!value)
        return;
    put_tag(out, id, TN_WIRE_VARINT);
    tn_put_varint(out, value);
}

void tn_put_fixed32_field(tn_wire_out *out, uint32_t id, uint32_t value)
{
    put_tag(out, id, TN_WIRE_FIXED32);
    tn_put_fixed32(out, value);
}

void tn_put_bytes_field(tn_wire_out *out, uint32_t id, const void *bytes, size_t n)
{
    put_tag(out, id, TN_WIRE_BYTES);
    tn_put_varint(out, n);
    tn_put_bytes(out, bytes, n);
}
