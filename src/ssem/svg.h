/* The store as a picture of the monitor tube, in SVG. */
#ifndef SSEM_SVG_H
#define SSEM_SVG_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Whether it begins like SVG. */
bool svg_recognise(const struct source *source);

/* Reads the listing in the metadata of what svg_write() wrote. Adds to d what is wrong. */
void svg_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* Draws dots and dashes, bit 0 on the left, the action line brighter; the listing of the state is
 * in the metadata. The picture needs nothing outside of it. */
void svg_write(FILE *out, const struct baby *m);

#endif
