/* Checks what a sweep says, without what found it: by running programs again, and by certificates.
 */
#ifndef POOL_CHECK_H
#define POOL_CHECK_H

#include "machine/machine.h"
#include "pool/shard.h"

struct check {
    struct machine *machine; /* engine dynamic, for long runs; not owned */
    double seconds;          /* time limit of each run */
    uint64_t kept;           /* programs that are what the sweep says, so far */
    uint64_t certificates;   /* that hold, so far */
};

/* Runs the programs that stop and those that cycle which the sums keep. Returns 0, or -errno with
 * text and status, 65 for one that is not what they say. */
int check_kept(struct check *check, const struct sums *sums, struct error *error);

/* Goes through the shard's programs, all that 1,000 instructions decide and for each of the others
 * the next line of the file open for reading at fd, which is hostile, and counts: what stops, what
 * cycles and what is open must be as the sums say. Returns 0, or -errno with text and status, 65
 * for a certificate that does not hold or is not there, and where; fd may be -1. */
int check_certificates(struct check *check, const struct shard *about, const struct sums *sums,
                       int fd, struct error *error);

#endif
