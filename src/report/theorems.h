/* Popek and Goldberg's theorems for people: the sensitive instructions of this CPU, and what
 * follows for a VMM. */
#ifndef REPORT_THEOREMS_H
#define REPORT_THEOREMS_H

#include <stdio.h>

#include "atlas/atlas.h"

/* Prints the table and the verdict; nothing if no result is of the group of sensitive instructions.
 */
void theorems_text(FILE *out, const struct atlas_result *results, size_t count);

/* "control", "behaviour", "both" or "innocuous": a row's class in one word. */
const char *theorems_class(const struct atlas_row *row);

#endif
