/* Assembles every text dialect, with or without line numbers, and snapshots of bits. */
#ifndef SSEM_ASSEMBLER_H
#define SSEM_ASSEMBLER_H

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Reads the source into m, which must be all zero. A statement without a line number stands after
 * the one before it, the first on line source->origin, or 0; where line numbers have no colon, all
 * statements need one. With line numbers a first line that is just a number counts them. Adds to d
 * what is wrong, with status 64 where an origin does not fit. */
void assembler_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* The same where nothing but 32 bits is allowed after each line number. */
void assembler_read_bits(struct baby *m, const struct source *source, struct diagnostics *d);

#endif
