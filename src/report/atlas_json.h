/* The exit atlas for programs. */
#ifndef REPORT_ATLAS_JSON_H
#define REPORT_ATLAS_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "atlas/atlas.h"

/* Prints babyvisor/exits/1, with each guest's code if asked for. Returns 0, or -ENOMEM with text
 * and status. */
int atlas_json_print(FILE *out, const struct atlas_result *results, size_t count, bool code,
                     struct error *error);

/* Prints the list of rows as babyvisor/exits-list/1. Returns as atlas_json_print(). */
int atlas_json_list(FILE *out, const struct atlas_row *const *rows, size_t count,
                    struct error *error);

#endif
