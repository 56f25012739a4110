/* Certificates: for a program that SWEEP_STEPS instructions do not decide, what is true of it, in a
 * form that can be checked without what found it; one line of text each. */
#include "pool/certificate.h"

#include <inttypes.h>
#include <string.h>

#define LINE 1024 /* bytes of a line, at most, with its NUL */

static const struct kind {
    const char *name;
    int fields;
} kinds[CERTIFICATE_KIND_COUNT] = {
#define X(id, name, fields) {#name, fields},
    CERTIFICATE_KINDS(X)
#undef X
};

struct certificate certificate_of(const struct invariant *invariant)
{
    return (struct certificate){.executed = invariant->after,
                                .bits = invariant->bits,
                                .data = invariant->data,
                                .kind = CERTIFICATE_INVARIANT};
}

static void print(char out[LINE], const struct certificate *certificate)
{
    const uint32_t number =
        certificate->kind < CERTIFICATE_KIND_COUNT ? certificate->kind : CERTIFICATE_OPEN;
    const struct kind *kind = &kinds[number];
    int used = 0;

    for (int line = 0; line < ABI_LINES; line++)
        if (certificate->store[line])
            used += snprintf(out + used, LINE - (size_t)used, "%d:%" PRIx32 " ", line,
                             certificate->store[line]);
    used += snprintf(out + used, LINE - (size_t)used, "%s", kind->name);
    if (kind->fields > 0)
        used += snprintf(out + used, LINE - (size_t)used, " %" PRIu64, certificate->executed);
    if (kind->fields == 2)
        snprintf(out + used, LINE - (size_t)used, " %" PRIu64, certificate->period);
    if (kind->fields == 3)
        snprintf(out + used, LINE - (size_t)used, " %" PRIu32 " %" PRIx32, certificate->bits,
                 certificate->data);
}

void certificate_write(FILE *out, const struct certificate *certificate)
{
    char text[LINE];

    print(text, certificate);
    fputs(text, out);
    putc('\n', out);
}

bool certificate_read(struct certificate *certificate, const char *line)
{
    const char *at = line;
    char name[16] = "", again[LINE];
    unsigned number;
    uint32_t word;
    int used = 0;

    *certificate = (struct certificate){0};
    for (; sscanf(at, "%2u:%8" SCNx32 " %n", &number, &word, &used) == 2 && number < ABI_LINES &&
           used;
         at += used, used = 0)
        certificate->store[number] = word;
    if (sscanf(at, "%15[a-z]%n", name, &used) != 1)
        return false;
    at += used;
    while (certificate->kind < CERTIFICATE_KIND_COUNT &&
           strcmp(name, kinds[certificate->kind].name) != 0)
        certificate->kind++;
    if (certificate->kind == CERTIFICATE_CYCLE)
        sscanf(at, " %20" SCNu64 " %20" SCNu64, &certificate->executed, &certificate->period);
    else
        sscanf(at, " %20" SCNu64 " %10" SCNu32 " %8" SCNx32, &certificate->executed,
               &certificate->bits, &certificate->data);
    /* What is not written in the one way that there is, is none. */
    print(again, certificate);
    return strcmp(again, line) == 0;
}
