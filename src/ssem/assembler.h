/* Assembles every text dialect, with or without line numbers, and snapshots of bits. */
#ifndef SSEM_ASSEMBLER_H
#define SSEM_ASSEMBLER_H

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Reads the source into m, which must be all zero. Where statements have line numbers, all need
 * one, and a first line that is just a number counts them; otherwise the first stands on the line
 * source->origin, or 0. Adds to d what is wrong, with status 64 where an origin does not fit. */
void assembler_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* The same where nothing but 32 bits is allowed after each line number. */
void assembler_read_bits(struct baby *m, const struct source *source, struct diagnostics *d);

#endif
