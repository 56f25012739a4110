/* What `verify` found, for people and for programs. */
#ifndef REPORT_VERIFICATION_H
#define REPORT_VERIFICATION_H

#include <stdio.h>

#include "measure/verify.h"

/* One engine on one backend; reason says why it could not be run, and is "" if it was. */
struct verification {
    enum engine engine;
    enum backend backend;
    char reason[256];
    struct verify_result result;
};

void verification_text(FILE *out, const struct verification *list, size_t count);

/* Prints babyvisor/verify/1. Returns 0, or -ENOMEM with text and status. */
int verification_json(FILE *out, const char *program, uint64_t limit,
                      const struct verification *list, size_t count, struct error *error);

#endif
