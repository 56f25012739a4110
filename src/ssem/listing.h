/* The store for people to read: a line each with number, bits, instruction and value. */
#ifndef SSEM_LISTING_H
#define SSEM_LISTING_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Whether the first line is the listing's head. */
bool listing_recognise(const struct source *source);

/* Reads what listing_write() and `run` write; lines of the store may be missing. The bits count;
 * instruction and value must agree with them. m must be all zero. Adds to d what is wrong. */
void listing_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* The rows that are no lines of the store. */
enum { LISTING_A = ABI_LINES, LISTING_CI, LISTING_ROWS };

/* Writes one row. */
void listing_write_row(FILE *out, const struct baby *m, unsigned row);

/* Writes the head, the 32 lines, A and CI. */
void listing_write(FILE *out, const struct baby *m);

#endif
