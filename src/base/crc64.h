/* A check against accidents: CRC-64 with the polynomial of ECMA-182, as xz has it. */
#ifndef BASE_CRC64_H
#define BASE_CRC64_H

#include <stddef.h>
#include <stdint.h>

/* The check of all bytes so far: pass 0 first, then what the last call has returned. */
uint64_t crc64(uint64_t check, const void *bytes, size_t size);

#endif
