/* A check against accidents: CRC-64 with the polynomial of ECMA-182, as xz has it. */
#include "base/crc64.h"

#define REFLECTED 0xc96c5795d7870f42

/* For each value of a byte; the one of 1 is never 0 once the table is there. */
static uint64_t table[256];

static void make_table(void)
{
    for (unsigned i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? REFLECTED : 0);
    }
}

uint64_t crc64(uint64_t check, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;

    if (!table[1])
        make_table();
    check = ~check;
    for (size_t i = 0; i < size; i++)
        check = check >> 8 ^ table[(check ^ byte[i]) & 0xff];
    return ~check;
}
