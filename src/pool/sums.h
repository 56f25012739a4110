/* What a sweep has found: sums over programs, which do not depend on how the space was cut. */
#ifndef POOL_SUMS_H
#define POOL_SUMS_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "guest/abi.h"

#define SUMS_KEPT 1000 /* programs of each kind, at most */

/* A program that is kept: of kind stp the longest, of the others the first in the order of their
 * stores. */
struct sums_program {
    uint32_t store[ABI_LINES];
    uint64_t executed; /* of cycle: instructions after which the state was seen to return */
    uint64_t period;   /* of cycle */
};

/* Identifier, name. Only those cycles that the guest has found are kept. */
#define SUMS_KINDS(X)                                                                              \
    X(STP, stp)                                                                                    \
    X(CYCLE, cycle)                                                                                \
    X(OPEN, open)

enum sums_kind {
#define X(id, name) SUMS_##id,
    SUMS_KINDS(X)
#undef X
        SUMS_KIND_COUNT,
};

struct sums {
    uint64_t counts[SUMS_KIND_COUNT];
    uint64_t histogram[64]; /* of those that stop, by the logarithm of their instructions */
    uint32_t kept[SUMS_KIND_COUNT];
    struct sums_program programs[SUMS_KIND_COUNT][SUMS_KEPT];
};

/* Counts a program. */
void sums_count(struct sums *sums, enum sums_kind kind, uint64_t executed);

/* Keeps a program if it is one of the `most` to be kept, up to SUMS_KEPT. */
void sums_keep(struct sums *sums, enum sums_kind kind, const struct sums_program *program,
               uint32_t most);

/* Adds what others have counted, which is hostile: no number leads beyond the structure. */
void sums_add(struct sums *sums, const struct sums *other, const uint32_t most[SUMS_KIND_COUNT]);

/* Adds to object, and reads from it, which is hostile: counts, histogram, programs. Returns 0, or
 * -errno with text and status. */
int sums_write(const struct sums *sums, json_t *object, struct error *error);
int sums_read(struct sums *sums, const json_t *object, struct error *error);

#endif
