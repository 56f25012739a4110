/* Logisim's image of a memory: "v2.0 raw", then words in hexadecimal, or N* and a word that comes N
 * times, between white space; # begins a comment.
 * (https://cburch.com/logisim/docs/2.7/en/html/guide/mem/menu.html; HexFile.java reads it.) */
#ifndef SSEM_LOGISIM_H
#define SSEM_LOGISIM_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Whether the first line is the image's head. */
bool logisim_recognise(const struct source *source);

/* Reads up to 32 words into m, which must be all zero. Adds to d what is wrong. */
void logisim_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* Writes the head and 32 words, one a line, as babyutils does. */
void logisim_write(FILE *out, const struct baby *m);

#endif
