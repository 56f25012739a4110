/* The state as a JSON object with the schema babyvisor/store/1. */
#ifndef SSEM_STATE_JSON_H
#define SSEM_STATE_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "guest/abi.h"
#include "ssem/source.h"

/* Whether it begins like an object. */
bool state_json_recognise(const struct source *source);

/* Reads store, A and CI, also out of what `run --json` prints; what is missing is 0. m has to be
 * all zero. On error returns -EINVAL with text and status 65. */
int state_json_read(struct baby *m, const struct source *source, struct error *error);

/* Writes one line. */
void state_json_write(FILE *out, const struct baby *m);

#endif
