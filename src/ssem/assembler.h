/* Assembles every text dialect, with or without line numbers, and snapshots of bits. */
#ifndef SSEM_ASSEMBLER_H
#define SSEM_ASSEMBLER_H

#include "base/error.h"
#include "guest/abi.h"
#include "ssem/source.h"

/* Reads the source into m, which has to be all zero. Where statements have line numbers, all need
 * one, and a first line that is just a number counts them; otherwise the first stands on the line
 * source->origin, or 0. On error returns -EINVAL with status 65 and up to DIAGNOSTICS_MAX errors
 * in the text, or with status 64 where an origin does not fit, and leaves m undefined. */
int assembler_read(struct baby *m, const struct source *source, struct error *error);

/* The same where nothing but 32 bits is allowed behind each line number. */
int assembler_read_bits(struct baby *m, const struct source *source, struct error *error);

#endif
