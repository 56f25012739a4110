/* What a translator has made, for people and for programs: SSEM instructions beside x86 code. */
#ifndef REPORT_TRANSLATION_H
#define REPORT_TRANSLATION_H

#include <stdio.h>

#include "machine/config.h"
#include "measure/translation.h"

/* What is reported. Engine `static` checks words that it may not rely on, `dynamic` takes them
 * apart anew. */
struct translation_report {
    const char *program;
    enum engine engine;
    enum backend backend;
    uint64_t executed; /* SSEM instructions, before it was looked at */
    const struct translation *translation;
};

/* Prints a listing of each block. */
void translation_text(FILE *out, const struct translation_report *report);

/* Prints babyvisor/translation/1. Returns 0, or -ENOMEM with text and status. */
int translation_json(FILE *out, const struct translation_report *report, struct error *error);

#endif
