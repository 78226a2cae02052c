/* CRC-32C (Castagnoli), and the masking of TensorFlow's and LevelDB's files, which hold checksums of data that holds checksums. */
#ifndef TN_FORMATS_CRC32C_H
#define TN_FORMATS_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what crc is the checksum of (0: nothing), followed by n bytes. */
uint32_t tn_crc32c(uint32_t crc, const void *bytes, size_t n);

static inline uint32_t tn_crc32c_mask(uint32_t crc)
{
    return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

#endif
