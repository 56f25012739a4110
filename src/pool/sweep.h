/* A sweep: all programs of a space, or of a shard of it, by a pool of workers. */
#ifndef POOL_SWEEP_H
#define POOL_SWEEP_H

#include "pool/certificate.h"
#include "pool/pool.h"
#include "pool/space.h"
#include "pool/sums.h"
#include "report/progress.h"

#define SWEEP_UNITS        32   /* in a request */
#define SWEEP_STEPS        1000 /* instructions obeyed in a worker: what they leave open is hard */
#define SWEEP_CERTIFICATES 4096 /* in an answer */

struct sweep_rules {
    const char *name; /* of the space: "tnf:K", or a template's file */
    const char *text; /* of a template, hostile; NULL for tnf:K */
    size_t length;
    uint64_t limit;                 /* of each program */
    double seconds;                 /* time limit of what is in the guest at once */
    uint32_t most[SUMS_KIND_COUNT]; /* programs to keep */
    uint64_t shard, shards;         /* units whose number is shard modulo shards */
    bool certifies;                 /* tnf:K only */
    FILE *certificates; /* if it does: a line for each hard program, in the space's order */
};

/* Request and answer of a pool_kind whose work is sweep_work() and whose context is a struct
 * sweep_rules. With certificates an answer is of as many hard programs as it has room for, from
 * number `skipped` on, and of the others only if that is 0. */
struct sweep_request {
    uint64_t skipped;
    uint32_t count;
    struct space_unit units[SWEEP_UNITS];
};

struct sweep_answer {
    struct sums sums;
    uint64_t hard; /* programs of the request; counted with certificates only */
    struct certificate certificates[SWEEP_CERTIFICATES];
};

/* Instructions that a worker obeys of a program with this limit. */
static inline uint64_t sweep_steps(uint64_t limit)
{
    return limit < SWEEP_STEPS ? limit : SWEEP_STEPS;
}

/* Of the answer, the first bytes without certificates. */
size_t sweep_answer_size(const struct sweep_rules *rules);

int sweep_work(const void *context, struct machine *machine, const void *request, void *answer,
               struct error *error);

/* Sweeps a shard; sums are all zero at first. Returns 0, or -errno with text and status. */
int sweep_run(struct pool *pool, const struct sweep_rules *rules, struct sums *sums,
              struct error *error);

/* What the sums are of, so that only those of the same space and rules are added: a number of 64
 * bits. */
uint64_t sweep_digest(const struct sweep_rules *rules);

#endif
