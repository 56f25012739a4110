/* SIMH's saved store of its SSEM: A, CI and 32 words, 4 bytes each, the lowest first. */
#ifndef SSEM_SIMH_H
#define SSEM_SIMH_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Whether it has the right length and is not text. CI is below 32, so that every such file has
 * bytes that are 0, which no text has. */
bool simh_recognise(const struct source *source);

/* Reads all of m; CI is taken modulo 32. Adds to d a length that is wrong. */
void simh_read(struct baby *m, const struct source *source, struct diagnostics *d);

void simh_write(FILE *out, const struct baby *m);

#endif
