/* Reads the lecture's format: one line of 32 characters 0 or 1 per word, bit 0 first. */
#ifndef SSEM_BITS_H
#define SSEM_BITS_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "guest/abi.h"

/* Reads text of length bytes into store; words that the text does not give are 0. Lines end with
 * LF or CRLF, the last one may lack it; at most 32 lines. On error returns -EINVAL with
 * "name:line:column: what", status 65, and leaves store undefined. */
int bits_read(uint32_t store[ABI_LINES], const char *name, const char *text, size_t length,
              struct error *error);

/* Writes the word as 32 characters, bit 0 first, and a NUL into out. */
void bits_text(uint32_t word, char out[33]);

#endif
