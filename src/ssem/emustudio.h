/* What emuStudio's automation leaves of a run in ssem.out: A, CI, and the store as stars and
 * blanks. */
#ifndef SSEM_EMUSTUDIO_H
#define SSEM_EMUSTUDIO_H

#include <stdbool.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Whether it begins with the accumulator. */
bool emustudio_recognise(const struct source *source);

/* Reads A, CI and all 32 lines into m, which must be all zero. Adds to d what is wrong. */
void emustudio_read(struct baby *m, const struct source *source, struct diagnostics *d);

#endif
