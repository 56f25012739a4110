/* Words as signed decimal numbers, one on a line. */
#ifndef SSEM_DECIMAL_H
#define SSEM_DECIMAL_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "guest/abi.h"
#include "ssem/source.h"

/* Whether every line that is not blank is a number, and none can only be meant as bits. */
bool decimal_recognise(const struct source *source);

/* Reads up to 32 numbers into m, which has to be all zero. On error returns -EINVAL with text and
 * status 65. */
int decimal_read(struct baby *m, const struct source *source, struct error *error);

/* Writes 32 lines. */
void decimal_write(FILE *out, const struct baby *m);

#endif
