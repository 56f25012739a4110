/* A batch: lines in, answers out, by a pool of workers. */
#ifndef POOL_BATCH_H
#define POOL_BATCH_H

#include "pool/checkpoint.h"
#include "pool/input.h"
#include "pool/pool.h"
#include "report/progress.h"

/* What the supervisor knows of a slot. */
struct batch_slot {
    enum { BATCH_FREE, BATCH_BUSY, BATCH_BACK } is;
    struct input_place place; /* where its chunk ends */
    uint32_t size;            /* of the next range, while it is known that a line kills workers */
    unsigned alone;           /* times that a worker has died of one line alone */
};

struct batch {
    struct pool *pool;
    const struct chunk_rules *rules;
    struct input input;
    FILE *out;
    struct output *kept; /* the file of the checkpoint, NULL for none */
    struct checkpoint state;
    bool watched;       /* how far it is may be shown: no answers go to the same terminal */
    uint64_t size;      /* of the input, 0 where that is not known */
    uint64_t due;       /* clock_now() of the next checkpoint */
    unsigned stillborn; /* workers that died before they began, one after the other */
    unsigned head, count;
    unsigned order[POOL_WORKERS * POOL_SLOTS]; /* slots in the order of the input, from head */
    struct batch_slot slots[POOL_WORKERS * POOL_SLOTS];
};

/* Answers every line of input on out. All is open, state is that of the checkpoint, and the input
 * is there. Returns 0, or -errno with text and status; batch->state then says how far it came. */
int batch_run(struct batch *batch, struct error *error);

#endif
