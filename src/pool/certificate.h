/* Certificates: for a program that SWEEP_STEPS instructions do not decide, what is true of it, in a
 * form that can be checked without what found it; one line of text each. */
#ifndef POOL_CERTIFICATE_H
#define POOL_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "guest/abi.h"
#include "pool/invariant.h"

/* Identifier, name, fields of struct certificate that follow it in a line. */
#define CERTIFICATE_KINDS(X)                                                                       \
    X(OPEN, open, 0)       /* nothing is known */                                                  \
    X(STP, stp, 1)         /* executed: with the STP */                                            \
    X(CYCLE, cycle, 2)     /* executed, period: the state then returns after so many more */       \
    X(INVARIANT, never, 3) /* executed, bits, data: of the invariant that holds then */

enum certificate_kind {
#define X(id, name, fields) CERTIFICATE_##id,
    CERTIFICATE_KINDS(X)
#undef X
        CERTIFICATE_KIND_COUNT,
};

struct certificate {
    uint32_t store[ABI_LINES]; /* what the program begins with, from A = 0 and CI = 0 */
    uint64_t executed;         /* instructions from the beginning */
    uint64_t period;
    uint32_t bits, data;
    uint32_t kind; /* enum certificate_kind */
};

/* The certificate for an invariant that holds; the store is still to be filled in. */
struct certificate certificate_of(const struct invariant *invariant);

/* Prints the line, such as "1:8002 2:c00c 4:6003 stp 9959058": lines that are not zero and their
 * words, in hexadecimal as data is, the kind's name and its fields. A kind that is none is open. */
void certificate_write(FILE *out, const struct certificate *certificate);

/* Reads a line, which is hostile: exactly as certificate_write() writes it, without its end.
 * Returns whether it is one. */
bool certificate_read(struct certificate *certificate, const char *line);

#endif
