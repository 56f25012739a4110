/* A check against accidents: CRC-64 with the polynomial of ECMA-182, as xz has it. */
#include "base/crc64.h"

#define REFLECTED 0xc96c5795d7870f42

/* By half bytes: sixteen entries are made faster than two hundred are read for a short text. */
uint64_t crc64(uint64_t check, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    uint64_t table[16];

    for (unsigned i = 0; i < 16; i++) {
        table[i] = i;
        for (int bit = 0; bit < 4; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? REFLECTED : 0);
    }
    check = ~check;
    for (size_t i = 0; i < size; i++) {
        check ^= byte[i];
        check = check >> 4 ^ table[check & 15];
        check = check >> 4 ^ table[check & 15];
    }
    return ~check;
}
