/* Elements of every dtype from a double. */
#include "core/element.h"
#include "harness.h"

#define EXPECT(dtype, T, value)                                                                                                            \
    do {                                                                                                                                   \
        tn_element e;                                                                                                                      \
        T got;                                                                                                                             \
        tn_element_store(&e, dtype, (double)(value));                                                                                      \
        memcpy(&got, &e, sizeof got);                                                                                                      \
        ck_assert_msg(got == (T)(value), "%s", #dtype);                                                                                    \
    } while (0)

START_TEST(numbers)
{
    EXPECT(TN_FLOAT32, float, 1.5f);
    EXPECT(TN_FLOAT64, double, -1e300);
    EXPECT(TN_INT8, int8_t, -128);
    EXPECT(TN_INT16, int16_t, -3);
    EXPECT(TN_INT32, int32_t, INT32_MIN);
    EXPECT(TN_INT64, int64_t, -5);
    EXPECT(TN_UINT8, uint8_t, 255);
    EXPECT(TN_UINT16, uint16_t, 65535);
    EXPECT(TN_UINT32, uint32_t, 4000000000u);
    EXPECT(TN_UINT64, uint64_t, 7);
    EXPECT(TN_BOOL, bool, 1);
}
END_TEST

/* half 1 is 0x3c00, bfloat16 1 is 0x3f80. */
START_TEST(sixteen_bits_and_complex)
{
    tn_element e;
    uint16_t bits;
    float pair[2];
    double wide[2];
    tn_element_store(&e, TN_FLOAT16, 1);
    memcpy(&bits, &e, sizeof bits);
    ck_assert_uint_eq(bits, 0x3c00);
    tn_element_store(&e, TN_BFLOAT16, 1);
    memcpy(&bits, &e, sizeof bits);
    ck_assert_uint_eq(bits, 0x3f80);
    tn_element_store(&e, TN_COMPLEX64, 2);
    memcpy(pair, &e, sizeof pair);
    ck_assert(pair[0] == 2 && pair[1] == 0);
    tn_element_store(&e, TN_COMPLEX128, 3);
    memcpy(wide, &e, sizeof wide);
    ck_assert(wide[0] == 3 && wide[1] == 0);
}
END_TEST

TN_SUITE("core element", numbers, sixteen_bits_and_complex)
