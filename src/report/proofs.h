/* What came of proving the sandbox, as a table or as JSON. */
#ifndef REPORT_PROOFS_H
#define REPORT_PROOFS_H

#include <stdio.h>

#include "base/error.h"
#include "sandbox/proof.h"

/* Whether every layer that this kernel has holds. */
bool proofs_hold(const struct proof *list, size_t count);

/* Prints a row for each attempt and a sentence at the end. */
void proofs_text(FILE *out, const struct proof *list, size_t count);

/* Prints one JSON object. Returns 0, or -errno with text and status. */
int proofs_json(FILE *out, const struct proof *list, size_t count, struct error *error);

#endif
