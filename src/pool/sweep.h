/* A sweep: all programs of a space, or of a shard of it, by a pool of workers. */
#ifndef POOL_SWEEP_H
#define POOL_SWEEP_H

#include "pool/pool.h"
#include "pool/space.h"
#include "pool/sums.h"
#include "report/progress.h"

#define SWEEP_UNITS 32   /* in a request */
#define SWEEP_STEPS 1000 /* instructions obeyed in a worker before the guest gets a program */

struct sweep_rules {
    const char *name; /* of the space: "tnf:K", or a template's file */
    const char *text; /* of a template, hostile; NULL for tnf:K */
    size_t length;
    uint64_t limit;                 /* of each program */
    double seconds;                 /* time limit of what is in the guest at once */
    uint32_t most[SUMS_KIND_COUNT]; /* programs to keep */
    uint64_t shard, shards;         /* units whose number is shard modulo shards */
};

/* Request and answer of a pool_kind whose work is sweep_work() and whose context is a struct
 * sweep_rules. */
struct sweep_request {
    uint32_t count;
    struct space_unit units[SWEEP_UNITS];
};

int sweep_work(const void *context, struct machine *machine, const void *request, void *answer,
               struct error *error);

/* Sweeps a shard; sums are all zero at first. Returns 0, or -errno with text and status. */
int sweep_run(struct pool *pool, const struct sweep_rules *rules, struct sums *sums,
              struct error *error);

/* What the sums are of, so that only those of the same space and rules are added: a number of 64
 * bits. */
uint64_t sweep_digest(const struct sweep_rules *rules);

#endif
