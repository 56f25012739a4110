/* What came of the attempts on the sandbox, as a table or as JSON. */
#ifndef REPORT_ATTEMPTS_H
#define REPORT_ATTEMPTS_H

#include <stdio.h>

#include "base/error.h"
#include "sandbox/attempts.h"

/* Whether every layer that this host has holds. */
bool attempts_hold(const struct attempt_result *list, size_t count);

/* Prints a row for each attempt and a sentence at the end. */
void attempts_text(FILE *out, const struct attempt_result *list, size_t count);

/* Prints one JSON object. Returns 0, or -errno with text and status. */
int attempts_json(FILE *out, const struct attempt_result *list, size_t count, struct error *error);

#endif
