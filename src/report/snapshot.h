/* What a snapshot of a VM holds, and what its clones cost, for people and for programs. */
#ifndef REPORT_SNAPSHOT_H
#define REPORT_SNAPSHOT_H

#include <stdio.h>

#include "snapshot/snapshot.h"

/* Prints a snapshot that snapshot_read() has taken; image is the one that it is of, checked, for
 * the names of functions, or NULL. */
void snapshot_text(FILE *out, const struct snapshot *snapshot, const struct image *image);

/* Prints babyvisor/snapshot/1. Returns 0, or -ENOMEM with text and status. */
int snapshot_json(FILE *out, const struct snapshot *snapshot, const struct image *image,
                  struct error *error);

/* What it takes until a VM has done its first job, from each way to one: medians in nanoseconds. */
enum snapshot_way {
    SNAPSHOT_SCRATCH,
    SNAPSHOT_CLONE,
    SNAPSHOT_RESET,
    SNAPSHOT_WARM,
    SNAPSHOT_WAYS
};

struct snapshot_costs {
    const char *host;
    unsigned machines, resets; /* how often each was measured */
    /* Of the VM; of guest and image, or the snapshot, in it; of a job; of giving it back. */
    struct {
        double create, fill, job, close;
    } ways[SNAPSHOT_WAYS];
};

void snapshot_costs_text(FILE *out, const struct snapshot_costs *costs);

/* Prints babyvisor/clone/1. Returns 0, or -ENOMEM with text and status. */
int snapshot_costs_json(FILE *out, const struct snapshot_costs *costs, struct error *error);

#endif
