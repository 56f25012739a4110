/* Words as signed decimal numbers, one on a line. */
#ifndef SSEM_DECIMAL_H
#define SSEM_DECIMAL_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Whether every line that is not blank is a number, and none can only be meant as bits. */
bool decimal_recognise(const struct source *source);

/* Reads up to 32 numbers into m, which must be all zero. Adds to d what is wrong. */
void decimal_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* Writes 32 lines. */
void decimal_write(FILE *out, const struct baby *m);

#endif
