/* Words as 32 characters 0 or 1, bit 0 first: the lecture's format, and snapshots. */
#ifndef SSEM_BITS_H
#define SSEM_BITS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "guest/abi.h"

/* Reads text of length bytes into store; words that the text does not give are 0. Lines end with
 * LF or CRLF, the last one may lack it; at most 32 lines. On error returns -EINVAL with
 * "name:line:column: what", status 65, and leaves store undefined. */
int bits_read(uint32_t store[ABI_LINES], const char *name, const char *text, size_t length,
              struct error *error);

/* Writes the store: 32 lines. */
void bits_write(FILE *out, const struct baby *m);

/* The same as a snapshot, in the form of Sharp's simulator and MAME: the count of lines, then each
 * line's number in four digits, a colon and its bits. */
void bits_write_snapshot(FILE *out, const struct baby *m);

/* Writes the word as 32 characters, bit 0 first, and a NUL into out. */
void bits_text(uint32_t word, char out[33]);

#endif
