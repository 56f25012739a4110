/* The state as a JSON object with the schema babyvisor/store/1. */
#ifndef SSEM_STATE_JSON_H
#define SSEM_STATE_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* Whether it begins like an object. */
bool state_json_recognise(const struct source *source);

/* Reads store, A and CI, also out of what `run --json` prints; what is missing is 0. m must be all
 * zero. Adds to d what is wrong: a place is known for errors of syntax alone. */
void state_json_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* Writes one line. */
void state_json_write(FILE *out, const struct baby *m);

#endif
