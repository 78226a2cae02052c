/*
 * Protocol buffers' wire format, and the little-endian numbers and varints that other files share with it.
 *
 * Reading never goes past the end: every call checks, and gives false when there is not enough. Writing grows a talloc array; what fails
 * is remembered, so that only the end need be checked.
 */
#ifndef TN_FORMATS_WIRE_H
#define TN_FORMATS_WIRE_H

#include <tenure/base.h>

/* The bytes that are left to read. */
typedef struct tn_wire {
    const uint8_t *p, *end;
} tn_wire;

typedef enum tn_wire_type { TN_WIRE_VARINT = 0, TN_WIRE_FIXED64 = 1, TN_WIRE_BYTES = 2, TN_WIRE_FIXED32 = 5 } tn_wire_type;

/* One field of a message: number holds varints and fixed numbers, bytes what has a length. */
typedef struct tn_wire_field {
    uint32_t id;
    tn_wire_type type;
    uint64_t number;
    tn_wire bytes;
} tn_wire_field;

static inline tn_wire tn_wire_of(const void *bytes, size_t n)
{
    return (tn_wire){ bytes, (const uint8_t *)bytes + n };
}
static inline size_t tn_wire_left(const tn_wire *w)
{
    return (size_t)(w->end - w->p);
}
bool tn_wire_varint(tn_wire *w, uint64_t *value); /* at most 10 bytes */
bool tn_wire_fixed32(tn_wire *w, uint32_t *value);
bool tn_wire_fixed64(tn_wire *w, uint64_t *value);
/* The next n bytes. */
bool tn_wire_take(tn_wire *w, uint64_t n, tn_wire *taken);
/* The next field; false at the end of the message and, with *bad set, for what is no field. */
bool tn_wire_next(tn_wire *w, tn_wire_field *field, bool *bad);

/* Bytes being written: a talloc array of owner. */
typedef struct tn_wire_out {
    const void *owner;
    uint8_t *data;
    size_t n, max;
    bool failed; /* memory ran out; the thread's error says so */
} tn_wire_out;

void tn_put_bytes(tn_wire_out *out, const void *bytes, size_t n);
void tn_put_varint(tn_wire_out *out, uint64_t value);
void tn_put_fixed32(tn_wire_out *out, uint32_t value);
void tn_put_fixed64(tn_wire_out *out, uint64_t value);
/* Fields of a message. A number that is 0 is left out, as proto3 does. */
void tn_put_number_field(tn_wire_out *out, uint32_t id, uint64_t value);
void tn_put_fixed32_field(tn_wire_out *out, uint32_t id, uint32_t value);
void tn_put_bytes_field(tn_wire_out *out, uint32_t id, const void *bytes, size_t n);

#endif
