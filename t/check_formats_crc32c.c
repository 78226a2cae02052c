/* CRC-32C, against the vectors of RFC 3720, B.4, and its check value. */
#include "formats/crc32c.h"
#include "harness.h"

START_TEST(known_answers)
{
    uint8_t bytes[32];
    memset(bytes, 0, sizeof bytes);
    ck_assert_uint_eq(tn_crc32c(0, bytes, 32), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    ck_assert_uint_eq(tn_crc32c(0, bytes, 32), 0x62a8ab43);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)i;
    ck_assert_uint_eq(tn_crc32c(0, bytes, 32), 0x46dd794e);
    ck_assert_uint_eq(tn_crc32c(0, "123456789", 9), 0xe3069283);
    ck_assert_uint_eq(tn_crc32c(0, "", 0), 0);
}
END_TEST

START_TEST(goes_on)
{
    static const char text[] = "the quick brown fox jumps over the lazy dog";
    uint32_t whole = tn_crc32c(0, text, sizeof text);
    for (size_t cut = 0; cut <= sizeof text; cut++)
        ck_assert_uint_eq(tn_crc32c(tn_crc32c(0, text, cut), text + cut, sizeof text - cut), whole);
}
END_TEST

START_TEST(masks)
{
    ck_assert_uint_eq(tn_crc32c_mask(0), 0xa282ead8);
    ck_assert_uint_eq(tn_crc32c_mask(0xffffffff), 0xa282ead7);
    ck_assert_uint_eq(tn_crc32c_mask(0x00008000), 0xa282ead9);
}
END_TEST

TN_SUITE("formats crc32c", known_answers, goes_on, masks)
