/* The wire format: what is written is read again, and nothing is read past the end. */
#include "core/alloc.h"
#include "formats/wire.h"
#include "harness.h"

START_TEST(varints)
{
    static const uint64_t values[] = { 0, 1, 127, 128, 300, UINT32_MAX, (uint64_t)1 << 63, UINT64_MAX };
    static const size_t lengths[] = { 1, 1, 1, 2, 2, 5, 10, 10 };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        tn_wire_out out = { .owner = root };
        tn_put_varint(&out, values[i]);
        ck_assert_uint_eq(out.n, lengths[i]);
        for (size_t n = 0; n <= out.n; n++) {
            uint64_t got = 5;
            tn_wire w = tn_wire_of(out.data, n);
            ck_assert(tn_wire_varint(&w, &got) == (n == out.n));
            ck_assert(got == (n == out.n ? values[i] : 5) && tn_wire_left(&w) == (n == out.n ? 0 : n));
        }
        talloc_free(out.data);
    }
}
END_TEST

START_TEST(varint_too_long)
{
    uint64_t v;
    tn_wire w = tn_wire_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
    ck_assert(!tn_wire_varint(&w, &v));
}
END_TEST

START_TEST(fixed_numbers)
{
    tn_wire_out out = { .owner = root };
    uint32_t a, b;
    uint64_t c;
    tn_put_fixed32(&out, 0x01020304);
    tn_put_fixed64(&out, UINT64_C(0x1122334455667788));
    ck_assert_mem_eq(out.data, "\4\3\2\1\x88\x77\x66\x55\x44\x33\x22\x11", 12);
    tn_wire w = tn_wire_of(out.data, out.n);
    ck_assert(tn_wire_fixed32(&w, &a) && a == 0x01020304);
    ck_assert(tn_wire_fixed64(&w, &c) && c == UINT64_C(0x1122334455667788));
    ck_assert(!tn_wire_fixed32(&w, &b) && !tn_wire_fixed64(&w, &c));
    talloc_free(out.data);
}
END_TEST

START_TEST(fields)
{
    tn_wire_out out = { .owner = root };
    tn_wire_field f;
    bool bad = false;
    tn_put_number_field(&out, 1, 0); /* left out */
    tn_put_number_field(&out, 2, 300);
    tn_put_fixed32_field(&out, 3, 7);
    tn_put_bytes_field(&out, 536870911, "abc", 3);
    tn_wire w = tn_wire_of(out.data, out.n);
    ck_assert(tn_wire_next(&w, &f, &bad) && f.id == 2 && f.type == TN_WIRE_VARINT && f.number == 300);
    ck_assert(tn_wire_next(&w, &f, &bad) && f.id == 3 && f.type == TN_WIRE_FIXED32 && f.number == 7);
    ck_assert(tn_wire_next(&w, &f, &bad) && f.id == 536870911 && f.type == TN_WIRE_BYTES);
    ck_assert(tn_wire_left(&f.bytes) == 3 && !memcmp(f.bytes.p, "abc", 3));
    ck_assert(!tn_wire_next(&w, &f, &bad) && !bad);
    talloc_free(out.data);
}
END_TEST

static void expect_bad(const char *bytes, size_t n)
{
    tn_wire_field f;
    bool bad = false;
    tn_wire w = tn_wire_of(bytes, n);
    ck_assert(!tn_wire_next(&w, &f, &bad) && bad);
}

START_TEST(no_fields)
{
    expect_bad("\x00\x01", 2); /* number 0 */
    expect_bad("\x08", 1);     /* no value */
    expect_bad("\x0a\x05"
               "abc",
               5);                             /* cut short */
    expect_bad("\x0b", 1);                     /* a group */
    expect_bad("\x0f\x01", 2);                 /* no such type */
    expect_bad("\x0d\x01\x02\x03", 4);         /* fixed32, three bytes */
    expect_bad("\x09\x01\x02\x03\x04\x05", 6); /* fixed64, five */
    expect_bad("\x80", 1);
    expect_bad("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11); /* longer than memory */
    expect_bad("\xf8\xff\xff\xff\xff\x01\x01", 7);                  /* a number past the largest */
}
END_TEST

static tn_status write_much(void *owner)
{
    tn_wire_out out = { .owner = owner };
    for (uint64_t i = 0; i < 500; i++)
        tn_put_varint(&out, i << 20);
    talloc_free(out.data);
    return out.failed ? tn_last_error()->code : TN_OK;
}

START_TEST(survives_oom)
{
    expect_survives_oom(write_much);
}
END_TEST

TN_SUITE("formats wire", varints, varint_too_long, fixed_numbers, fields, no_fields, survives_oom)
