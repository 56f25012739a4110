/* The store drawn with Unicode characters, as the monitor tube showed it: dot 0, dash 1. */
#ifndef SSEM_DRAWING_H
#define SSEM_DRAWING_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/source.h"

/* Whether the first line is the upper edge of a drawing. */
bool drawing_recognise(const struct source *source);

/* Draws the 32 lines, the action line marked, and A below them. */
void drawing_write(FILE *out, const struct baby *m);

#endif
